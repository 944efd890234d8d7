"""What labels become when schemes change: renamed, merged, asked again; in whatever order."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.core.history import Annotation, Event, apply, fold
from annotator.core.lineage import Change, Lineage
from annotator.core.scheme import BUILT_IN

NAMES = ("a", "b", "c", "d")


def change(
    step: int, before: str, scheme: str, labels: str, at: str = "t", **mapping: Any
) -> Change:
    return Change(step, at, f"{step}{before}{scheme}{at}", before, scheme, tuple(labels), mapping)


def event(kind: str, scheme: str | None = "s/1", **payload: Any) -> Event:
    if scheme:
        payload["scheme"] = scheme
    return Event("ana", 1, None, kind, "unit", payload, "2026-11-21T12:00:00.000Z")


def test_without_changes_labels_are_what_they_are():
    found = Lineage()
    assert found.label("anything", BUILT_IN) == "anything"
    assert found.step == 0
    assert found.leads_from(BUILT_IN)
    assert not found.leads_from("s/1")
    given_ = event("label", label="a")
    assert found.now(given_) is given_


RENAMED = Lineage([
    change(1, BUILT_IN, "s/1", "abc"),
    change(2, "s/1", "s/2", "xbc", a="x"),
    change(3, "s/2", "s/3", "xd", b="x", c=None),
])  # fmt: skip


@pytest.mark.parametrize(
    ("label", "scheme", "now"),
    [
        ("a", "s/1", "x"),  # renamed
        ("b", "s/1", "x"),  # merged, one change later
        ("b", "s/2", "x"),
        ("c", "s/1", None),  # to be asked again
        ("x", "s/3", "x"),
        ("d", "s/3", "d"),
        ("none", "s/1", "none"),
        ("factual", BUILT_IN, None),  # no label of that name anywhere
        ("x", "elsewhere/1", "x"),  # no way leads here: kept by its name
        ("a", "elsewhere/1", None),
    ],
)
def test_a_label_is_taken_through_the_changes_since_it_was_given(
    label: str, scheme: str, now: str | None
):
    assert RENAMED.label(label, scheme) == now


def test_going_back_brings_back_what_was_given():
    there = change(1, "s/1", "s/2", "xc", a="x", b="x")
    back = change(2, "s/2", "s/1", "abc", x="a")
    found = Lineage([back, there])
    assert [found.label(one, "s/1") for one in "abc"] == ["a", "b", "c"]
    assert found.label("x", "s/2") == "a"


def test_the_present_scheme_is_that_of_who_knew_most_changes_and_not_of_the_latest_clock():
    behind = change(2, "s/1", "s/2", "x", at="2020", a="x")
    ahead = change(1, BUILT_IN, "s/1", "a", at="2030")
    assert Lineage([ahead, behind]).present == behind


def test_two_who_change_at_once_agree_on_one():
    one = change(1, "s/1", "left/1", "ab", at="1")
    other = change(1, "s/1", "right/1", "bc", at="2", a="c")
    for changes in itertools.permutations([one, other]):
        found = Lineage(changes)
        assert found.present == other
        assert (found.label("a", "s/1"), found.label("a", "left/1")) == ("c", None)
        assert found.label("b", "left/1") == "b"


def test_what_is_asked_again_keeps_tags_note_and_flag():
    events = [
        event("label", label="c", confidence=3, tags=["t"], note="n", guideline="1", shown=["x"]),
        event("flag", on=True),
        event("confidence", value=2),
    ]
    annotation = fold(map(RENAMED.now, events))
    assert annotation == Annotation(
        flagged=True, tags=("t",), note="n", created_at="2026-11-21T12:00:00.000Z"
    )
    assert not annotation.decided


@pytest.mark.parametrize("kind", ["import", "carry"])
def test_what_was_taken_over_is_under_the_scheme_its_event_says(kind: str):
    state = Annotation(label="a", confidence=2, guideline="1", created_at="t").state()
    now = fold([RENAMED.now(event(kind, state=state))])
    assert (now.label, now.confidence, now.guideline) == ("x", 2, "1")
    again = fold([RENAMED.now(event(kind, state={**state, "label": "c"}))])
    assert again == Annotation()


def test_an_event_that_says_no_scheme_is_of_the_built_in_one():
    found = Lineage([change(1, BUILT_IN, "s/1", "ab", factual="a")])
    assert found.now(event("label", scheme=None, label="factual")).payload["label"] == "a"


def test_old_labels_keep_the_version_of_their_guideline():
    assert fold([RENAMED.now(event("label", label="a", guideline="0.9"))]).guideline == "0.9"


# -- for any mappings --------------------------------------------------------------------------

schemes = st.lists(st.sampled_from(NAMES), min_size=2, unique=True)
kinds = st.sampled_from(["label", "label", "skip", "flag", "note", "tags", "confidence", "import"])


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Change], list[Event]]:
    """A line of schemes with mappings between them, and events given under any of them."""
    labels = [draw(schemes) for _ in range(draw(st.integers(1, 4)))]
    changes = []
    for step, (old, new) in enumerate(itertools.pairwise([["a", "b"], *labels]), 1):
        mapping = {
            name: draw(st.sampled_from([*new, None]))
            for name in old
            if name not in new or draw(st.booleans())
        }
        changes.append(change(step, f"s/{step - 1}", f"s/{step}", "".join(new), **mapping))
    events = []
    for number in range(draw(st.integers(0, 8))):
        under = draw(st.integers(0, len(labels)))
        label = draw(st.sampled_from(["a", "b"] if not under else labels[under - 1]))
        kind = draw(kinds)
        payload: dict[str, Any] = {
            "label": {"label": label, "confidence": draw(st.sampled_from([None, 1, 3]))},
            "flag": {"on": draw(st.booleans())},
            "note": {"text": str(number)},
            "tags": {"tags": ["t"]},
            "confidence": {"value": 2},
            "import": {"state": {"label": label, "note": "i", "created_at": "t"}},
        }.get(kind, {})
        events.append(event(kind, f"s/{under}", **payload))
    return changes, events


def by_hand(name: str | None, under: str, changes: list[Change]) -> str | None:
    """Rename step by step, as somebody would who went through all labels at each change."""
    for one in changes:
        if one.before == under and name not in {None, "none"}:
            name = one.mapping.get(name, name)
            name = name if name in one.labels else None
            under = one.scheme
    return name


@given(histories())
def test_the_fold_with_mappings_is_that_of_labels_under_the_new_names(made: Any):
    changes, events = made
    lineage, expected = Lineage(changes), Annotation()
    for one in events:
        label = one.payload.get("label") or one.payload.get("state", {}).get("label")
        now = by_hand(label, one.payload["scheme"], changes)
        if label is None:
            expected = apply(expected, one)
        elif now is None:  # as if this decision had been about everything but the label
            rest = {k: v for k, v in one.payload.items() if k in {"tags", "note"}}
            state = {k: v for k, v in one.payload.get("state", {}).items() if k in {"note"}}
            rest = {"state": state} if one.kind == "import" else rest
            expected = apply(expected, Event("", 1, None, one.kind, "", rest, one.created_at))
        elif one.kind == "import":
            state = {**one.payload["state"], "label": now}
            expected = apply(expected, event("import", None, state=state))
        else:
            payload = {**one.payload, "label": now}
            expected = apply(expected, Event("", 1, None, "label", "", payload, one.created_at))
    assert fold(map(lineage.now, events)) == expected


@given(histories(), st.randoms())
def test_the_order_in_which_changes_come_to_a_store_is_of_no_account(made: Any, random: Any):
    changes, events = made
    shuffled = [*changes]
    random.shuffle(shuffled)
    one, other = Lineage(changes), Lineage(shuffled)
    assert one.present == other.present
    assert [one.now(each) for each in events] == [other.now(each) for each in events]


@given(histories())
def test_a_label_is_always_one_of_the_present_scheme_or_none(made: Any):
    changes, events = made
    found = Lineage(changes)
    assert found.present is not None
    for one in events:
        label = fold([found.now(one)]).label
        assert label is None or label in found.present.labels
