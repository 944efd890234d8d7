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


# -- chains that were gone on with in several places -----------------------------------------------


def chain(*said: tuple[str, dict[str, object], str], after: Event | None = None) -> list[Event]:
    """Events of ana on one sentence, one after the other, given as kind, payload and time."""
    found: list[Event] = []
    for kind, payload, at in said:
        before = found[-1] if found else after
        number, prev = (before.number + 1, before.id) if before else (1, None)
        unit = "" if kind in history.PROJECT else "u1"
        found.append(Event("ana", number, prev, kind, unit, payload, at))
    return found


FACTUAL, PROMOTIONAL = {"label": "factual"}, {"label": "promotional"}


@given(st.randoms(use_true_random=False), st.lists(st.sampled_from("123"), min_size=6, max_size=6))
def test_the_order_of_a_forked_chain_depends_on_nothing_but_its_events(random, times):
    first = chain(("label", FACTUAL, times[0]), ("label", PROMOTIONAL, times[1]))
    here = chain(("flag", {"on": True}, times[2]), ("skip", {}, times[3]), after=first[-1])
    there = chain(("label", FACTUAL, times[4]), after=first[0])
    heads = history.heads(history.in_line([*first, *here, *there]))
    join = chain(
        ("join", {"heads": heads[:-1]}, "0"), after={e.id: e for e in (*here, *there)}[heads[-1]]
    )
    every = [*first, *here, *there, *join]
    line = history.in_line(every)
    for _ in range(5):
        random.shuffle(every)
        assert history.in_line(every) == line
    places = {one.id: place for place, one in enumerate(line)}
    assert all(places[parent] < places[one.id] for one in line for parent in one.parents)
    assert history.heads(line) == [join[0].id]
    assert line[-1] == join[0]
    assert set(heads) == {here[-1].id, there[-1].id}


def test_the_earlier_of_two_branches_comes_first_and_a_clock_does_no_harm():
    first = chain(("label", FACTUAL, "5"))
    late = chain(("flag", {"on": True}, "9"), ("note", {"text": "so"}, "1"), after=first[0])
    early = chain(("label", PROMOTIONAL, "7"), after=first[0])
    assert history.in_line([*late, *early, *first]) == [first[0], early[0], *late]


def test_an_event_that_follows_a_missing_one_is_named():
    first, second, third = chain(("skip", {}, "1"), ("skip", {}, "2"), ("skip", {}, "3"))
    with pytest.raises(history.OutOfLine, match=third.id):
        history.in_line([first, third])
    undo = event("undo", {"event": "0" * 32})
    with pytest.raises(history.OutOfLine, match="an undo of what is no decision before it"):
        history.standing([first, undo])
    assert history.follows(second, [1])
    assert not history.follows(third, [])


CARRIED = {"from": "u0", "state": {"label": "factual", "created_at": "1"}}


def test_what_was_carried_over_does_not_undo_a_later_decision_in_another_place():
    first = chain(("flag", {"on": True}, "0"))
    desk = chain(("carry", CARRIED, "8"), after=first[0])
    lap = chain(("carry", CARRIED, "2"), ("label", PROMOTIONAL, "3"), after=first[0])
    line = history.in_line([*first, *desk, *lap])
    assert [one.kind for one in line] == ["flag", "carry", "label", "carry"]
    status = history.standing(line)
    assert status[desk[0].id] == DROPPED
    assert history.fold(e for e in line if status[e.id] in {DONE, FIXED}).label == "promotional"
    # Who knew of the decision carries over what is to hold, as undo does in an earlier version.
    known = chain(("carry", CARRIED, "8"), after=lap[-1])
    assert history.standing(history.in_line([*first, *lap, *known]))[known[0].id] == FIXED
    # A join knows of both.
    join = chain(("join", {"heads": [desk[0].id]}, "9"), ("carry", CARRIED, "9"), after=lap[-1])
    line = history.in_line([*first, *desk, *lap, *join])
    assert history.standing(line)[join[1].id] == FIXED


def test_what_was_carried_over_holds_against_what_was_decided_before_it_or_taken_back():
    first = chain(("flag", {"on": True}, "0"))
    desk = chain(
        ("carry", {"from": "u0", "state": {"label": "none", "created_at": "4"}}, "8"),
        after=first[0],
    )
    lap = chain(("label", PROMOTIONAL, "3"), after=first[0])
    assert history.standing(history.in_line([*first, *desk, *lap]))[desk[0].id] == FIXED
    later = chain(("label", PROMOTIONAL, "5"), after=first[0])
    undo = chain(("undo", {"event": later[0].id}, "6"), after=later[0])
    line = history.in_line([*first, *desk, *later, *undo])
    assert history.standing(line)[desk[0].id] == FIXED
