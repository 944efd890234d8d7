"""Carrying labels over: only to the same words in the same place, and never two to one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from strategies import words

from annotator.project.carry import match, successors

LONG = "The council voted on Tuesday to keep the old bridge open until spring."
lists = st.lists(words(2) | st.just(LONG) | st.text("ab", min_size=1, max_size=2), max_size=12)


def neighbours(units: list[str], place: int) -> tuple[str | None, str | None]:
    return (
        units[place - 1] if place else None,
        units[place + 1] if place + 1 < len(units) else None,
    )


@given(lists, lists)
def test_what_is_matched_is_the_same_sentence(old: list[str], new: list[str]):
    found = match(old, new)
    assert len(set(found.values())) == len(found)
    for i, j in found.items():
        assert old[i] == new[j]
        before, after = zip(neighbours(old, i), neighbours(new, j), strict=True)
        same_sides = (before[0] == before[1]) + (after[0] == after[1])
        alone = old.count(old[i]) == new.count(new[j]) == 1
        if alone and len(old[i]) >= 40:
            continue
        assert same_sides >= (1 if alone else 2)


@given(lists)
def test_nothing_changed_keeps_all_but_what_cannot_be_told_apart(units: list[str]):
    found = match(units, units)
    assert all(i == j for i, j in found.items())
    contexts = [(neighbours(units, i), units[i]) for i in range(len(units))]
    for i, context in enumerate(contexts):
        if contexts.count(context) == 1:
            assert found[i] == i


unlike = st.lists(words(6), min_size=1, max_size=8, unique=True)


@given(unlike, st.data())
def test_an_inserted_sentence_costs_nothing(units: list[str], data: st.DataObject):
    place = data.draw(st.integers(0, len(units)))
    new = [*units[:place], "Something nobody wrote before.", *units[place:]]
    assert match(units, new) == {i: i + (i >= place) for i in range(len(units))}


@given(unlike, st.data())
def test_an_edited_sentence_costs_its_own_label(units: list[str], data: st.DataObject):
    place = data.draw(st.integers(0, len(units) - 1))
    new = [*units[:place], "Something nobody wrote before.", *units[place + 1 :]]
    assert match(units, new) == {i: i for i in range(len(units)) if i != place}


@given(unlike, st.data())
def test_a_deleted_sentence_costs_its_own_label(units: list[str], data: st.DataObject):
    place = data.draw(st.integers(0, len(units) - 1))
    new = [*units[:place], *units[place + 1 :]]
    assert match(units, new) == {i: i - (i > place) for i in range(len(units)) if i != place}


def test_words_that_stand_twice_are_told_apart_by_both_neighbours():
    old = ["One.", "Yes.", "Two.", "Three.", "Yes.", "Four."]
    assert match(old, old) == {i: i for i in range(6)}
    # The first "Yes." has lost a neighbour: which of them is left cannot be known.
    assert 1 not in match(old, ["Yes.", "Two.", "Three.", "Yes.", "Four."])
    assert match(old, ["Yes.", "Two.", "Three.", "Yes.", "Four."])[4] == 3


def test_a_short_sentence_among_others_is_another_one():
    assert match(["He agreed.", "So did she."], ["They left.", "He agreed.", "Nobody knew."]) == {}
    assert match([LONG, "So did she."], ["They left.", LONG, "Nobody knew."]) == {0: 1}


def test_a_copy_of_a_sentence_takes_no_label():
    assert match([LONG, "The end."], [LONG, LONG, "The end."]) == {1: 2}


def test_swapped_paragraphs_keep_what_is_long_enough_to_be_known():
    first, second = [LONG, LONG.replace("bridge", "tower")], ["It rained.", "Nobody came."]
    found = match(first + second, second + first)
    assert found[0] == 2
    assert found[1] == 3
    assert all((first + second)[i] == (second + first)[j] for i, j in found.items())


def test_nothing_at_all():
    assert match([], []) == match(["a"], []) == match([], ["a"]) == {}
    assert match(["a"], ["a"]) == {0: 0}


# -- records without ids -----------------------------------------------------------------------


def test_records_are_known_by_what_only_they_have():
    old = {1: {"The plant opened.", "Notice."}, 2: {"Prices fell again.", "Notice."}}
    new = {
        "a": {"Snow fell all night.", "Notice."},
        "b": {"Prices fell again.", "They rose later.", "Notice."},
    }
    assert successors(old, new) == {"b": 2}
    assert successors(old, {}) == successors({}, new) == {}


def test_the_longer_words_decide_between_two():
    old = {1: {"Short.", "A sentence that is much longer than the other one."}}
    new = {"a": {"Short."}, "b": {"A sentence that is much longer than the other one."}}
    assert successors(old, new) == {"b": 1}


texts = st.dictionaries(st.integers(0, 5), st.sets(words(2), max_size=4), max_size=4)


@given(texts, texts)
def test_successors_are_one_to_one_and_share_words(
    old: dict[int, set[str]], new: dict[int, set[str]]
):
    found = successors(old, new)
    assert len(set(found.values())) == len(found)
    assert all(old[before] & new[after] for after, before in found.items())
    assert successors(old, old).items() <= {n: n for n in old}.items()
