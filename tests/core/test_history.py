"""History: what events amount to, undo and redo as a line, and ids that notice every change."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.core import history
from annotator.core.history import DONE, DROPPED, EMPTY, FIXED, UNDONE, Annotation, Event

AT = "2026-05-01T10:00:00.000Z"

PAYLOADS = {
    "label": st.fixed_dictionaries(
        {"label": st.sampled_from(["factual", "speculative", "promotional", "none"])},
        optional={
            "seconds": st.floats(0, 60).map(lambda s: round(s, 1)),
            "guideline": st.just("1.0"),
            "shown": st.sampled_from([[], ["baseline", "source"]]),
        },
    ),
    "skip": st.fixed_dictionaries({}, optional={"seconds": st.just(2.5)}),
    "flag": st.fixed_dictionaries({"on": st.booleans()}),
    "note": st.fixed_dictionaries({"text": st.sampled_from(["", "why?", "“so”"])}),
    "tags": st.fixed_dictionaries({"tags": st.lists(st.sampled_from(["mixed", "loaded"]))}),
    "confidence": st.fixed_dictionaries({"value": st.sampled_from([None, 1, 2, 3])}),
    "unit": st.fixed_dictionaries({"sentence": st.booleans()}),
}

annotations = st.builds(
    Annotation,
    label=st.none() | st.sampled_from(["factual", "none"]),
    skipped=st.booleans(),
    flagged=st.booleans(),
    asked=st.booleans(),
    confidence=st.none() | st.integers(1, 3),
    tags=st.lists(st.text(max_size=4), max_size=3).map(tuple),
    note=st.none() | st.text(min_size=1, max_size=5),
    seconds=st.none() | st.floats(0, 1000),
    suggestion_shown=st.booleans(),
    guideline=st.none() | st.just("1.0"),
    created_at=st.none() | st.just(AT),
)


@st.composite
def decisions(draw: st.DrawFn) -> tuple[str, dict[str, object]]:
    kind = draw(st.sampled_from(sorted(PAYLOADS)))
    return kind, draw(PAYLOADS[kind])


def event(kind: str, payload: dict[str, object], number: int = 1, unit: str = "u1") -> Event:
    return Event("ana", number, None, kind, unit, payload, AT)


@given(annotations)
def test_state_holds_all_of_an_annotation(annotation: Annotation):
    assert Annotation.from_state(annotation.state()) == annotation


def test_the_state_of_nothing_is_empty():
    assert EMPTY.state() == {}
    assert not EMPTY.decided
    assert Annotation(label="none").decided
    assert Annotation(skipped=True).decided


def test_each_kind_of_decision_changes_its_own_field():
    given_label = {"label": "factual", "seconds": 3.1, "guideline": "1.0", "shown": ["baseline"]}
    labelled = history.apply(EMPTY, event("label", given_label))
    assert labelled == Annotation(
        label="factual", seconds=3.1, guideline="1.0", suggestion_shown=True, created_at=AT
    )
    sure = history.apply(labelled, event("confidence", {"value": 3}))
    assert sure == replace(labelled, confidence=3)
    tagged = history.apply(sure, event("tags", {"tags": ["loaded", "mixed"]}))
    assert tagged == replace(sure, tags=("loaded", "mixed"))
    noted = history.apply(tagged, event("note", {"text": "why?"}))
    assert noted == replace(tagged, note="why?")
    flagged = history.apply(noted, event("flag", {"on": True}))
    assert flagged == replace(noted, flagged=True)
    relabelled = history.apply(flagged, event("label", {"label": "none"}))
    assert (relabelled.label, relabelled.confidence, relabelled.note) == ("none", None, "why?")
    skipped = history.apply(relabelled, event("skip", {}))
    assert (skipped.label, skipped.skipped, skipped.tags) == (None, True, ("loaded", "mixed"))
    assert history.apply(EMPTY, event("unit", {"sentence": True})) == Annotation(asked=True)
    assert history.apply(noted, event("note", {"text": ""})).note is None
    assert history.apply(noted, event("of a later version", {})) == noted
    assert history.apply(noted, event("wrong", {"kind": "praise", "on": True})) == noted


def test_a_label_after_a_skip_is_no_skip_any_more():
    events = [event("skip", {}), event("label", {"label": "factual"})]
    assert not history.fold(events).skipped


@pytest.mark.parametrize("kind", sorted(history.TAKEN_OVER))
@given(annotations, annotations)
def test_what_is_taken_over_replaces_the_whole(kind: str, before: Annotation, after: Annotation):
    assert history.apply(before, event(kind, {"state": after.state()})) == after


@given(st.lists(decisions(), min_size=1, max_size=8))
def test_undo_then_redo_is_what_was_before(made: list[tuple[str, dict[str, object]]]):
    events = [event(kind, payload, number) for number, (kind, payload) in enumerate(made, 1)]
    status = history.standing(events)
    for undone in range(len(events) + 1):
        backwards = events[::-1][:undone]
        turned = [*events, *(event("undo", {"event": e.id}, 50) for e in backwards)]
        assert (
            list(history.standing(turned).values())
            == [DONE] * (len(events) - undone) + [UNDONE] * undone
        )
        turned += [event("redo", {"event": e.id}, 60) for e in backwards[::-1]]
        assert history.standing(turned) == status


def test_a_decision_after_an_undo_drops_what_was_undone():
    first, second = event("flag", {"on": True}, 1), event("skip", {}, 2)
    undo = event("undo", {"event": second.id}, 3)
    third = event("label", {"label": "factual"}, 4)
    assert history.standing([first, second, undo, third]) == {
        first.id: DONE,
        second.id: DROPPED,
        third.id: DONE,
    }


def test_a_wrong_reason_can_be_undone_like_a_decision():
    label, wrong = event("label", {"label": "factual"}, 1), event("wrong", {"on": True}, 2)
    undo = event("undo", {"event": wrong.id}, 3)
    assert history.standing([label, wrong]) == {label.id: DONE, wrong.id: DONE}
    assert history.standing([label, wrong, undo]) == {label.id: DONE, wrong.id: UNDONE}


def test_what_is_taken_over_stands_beyond_undo_and_drops_nothing():
    first = event("label", {"label": "factual"}, 1)
    undo = event("undo", {"event": first.id}, 2)
    carried = event("carry", {"state": {}}, 3)
    assert history.standing([first, undo, carried]) == {first.id: UNDONE, carried.id: FIXED}


BASE = Event("ana", 7, "ab" * 16, "label", "u1", {"label": "factual"}, AT)
OTHERS = {
    "reviewer": "ben",
    "number": 8,
    "prev": None,
    "kind": "skip",
    "sentence": "u2",
    "payload": {"label": "factual", "seconds": 1},
    "created_at": "2026-05-01T10:00:00.001Z",
}


@pytest.mark.parametrize("name", [field.name for field in fields(Event)])
def test_the_id_changes_with_any_field(name: str):
    assert replace(BASE, **{name: OTHERS[name]}).id != BASE.id


@given(st.text(max_size=8), st.text(max_size=8))
def test_what_stands_in_one_field_cannot_be_read_as_another(a: str, b: str):
    if a != b:
        one = replace(BASE, reviewer=a, sentence=b)
        assert one.id != replace(BASE, reviewer=b, sentence=a).id


def test_the_id_is_that_of_the_content_however_it_is_written():
    again = replace(BASE, payload={"seconds": 1, "label": "factual"})
    assert again.id == replace(BASE, payload={"label": "factual", "seconds": 1}).id
    assert len(again.id) == 32
    assert history.canonical({"b": "é", "a": [1]}) == '{"a":[1],"b":"é"}'
