"""Sharing out: everybody's part is fair, in every stratum, in any order, and also later on."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.quality.assigning import Held, Item, Plan, assigned, parts

STRATA = [("en", "Valley Wire"), ("en", "Courier"), ("fr", "Courier"), ("fr", "")]
NAMES = ("ana", "ben", "cleo", "dov")


@st.composite
def sentences(draw: st.DrawFn, most: int = 60, start: str = "s") -> list[Item]:
    strata = draw(st.lists(st.sampled_from(STRATA), max_size=most))
    return [Item(f"{start}{place}", stratum) for place, stratum in enumerate(strata)]


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    names = draw(st.lists(st.sampled_from(NAMES), unique=True, min_size=1, max_size=4))
    overlap = draw(st.sampled_from([0, 0.05, 0.2, 0.25, 1 / 3, 0.5, 0.9, 1]))
    each = draw(st.none() | st.integers(2, len(names))) if len(names) > 1 else None
    return Plan(names, overlap, each, draw(st.integers(0, 99)))


def held(items: Sequence[Item], given: dict[str, tuple[str, ...]]) -> list[Held]:
    return [Held(one.stratum, frozenset(given[one.id]), one.size) for one in items]


def loads(items: Sequence[Item], given: dict[str, tuple[str, ...]], names: Sequence[str]) -> list:
    """Return the loads of everybody, for all and then for each stratum."""
    found: dict[object, Counter[str]] = defaultdict(lambda: Counter(dict.fromkeys(names, 0)))
    for one in items:
        for where in (None, one.stratum):
            found[where].update(given[one.id])
    return [list(found[where].values()) for where in [None, *STRATA] if where in found]


@given(sentences(), plans())
def test_every_sentence_is_somebodys_and_the_share_is_right(items: list[Item], plan: Plan):
    given = assigned(items, plan)
    assert set(given) == {one.id for one in items}
    several = min(plan.each or len(plan.reviewers), len(plan.reviewers))
    for names in given.values():
        assert set(names) <= set(plan.reviewers)
        assert len(set(names)) == len(names) in {1, several}
    if several > 1:
        for stratum in [None, *STRATA]:
            own = [one for one in items if stratum in {None, one.stratum}]
            shared = sum(len(given[one.id]) > 1 for one in own)
            assert abs(shared - plan.overlap * len(own)) <= (0.5 if stratum is None else 1) + 1e-9


@given(sentences(), plans())
def test_nobody_has_more_than_a_sentence_more_than_another(items: list[Item], plan: Plan):
    for load in loads(items, assigned(items, plan), plan.reviewers):
        assert max(load) - min(load) <= 1


@given(sentences(), plans(), st.randoms())
def test_it_depends_on_no_order(items: list[Item], plan: Plan, dice):
    mixed, names = items[:], list(plan.reviewers)
    dice.shuffle(mixed)
    dice.shuffle(names)
    again = Plan(names, plan.overlap, plan.each, plan.seed)
    assert assigned(mixed, again) == assigned(items, plan)


@given(sentences(30), sentences(30, "t"), plans())
def test_what_comes_later_fills_up_what_was_given_before(
    first: list[Item], later: list[Item], plan: Plan
):
    before = assigned(first, plan)
    after = assigned(later, plan, held(first, before))
    assert set(after) == {one.id for one in later}
    both = {**before, **after}
    in_all, *by_stratum = loads([*first, *later], both, plan.reviewers) or [[0]]
    assert all(max(load) - min(load) <= 1 for load in by_stratum)
    assert max(in_all) - min(in_all) <= 1 + len(by_stratum)
    if len(plan.reviewers) > 1:
        for stratum in STRATA:
            own = [one for one in [*first, *later] if one.stratum == stratum]
            shared = sum(len(both[one.id]) > 1 for one in own)
            assert abs(shared - plan.overlap * len(own)) <= 1 + 1e-9


@given(st.lists(st.tuples(st.sampled_from(STRATA), st.integers(1, 40)), max_size=30), plans())
def test_documents_are_fair_to_within_one_of_them(
    documents: list[tuple[tuple[str, str], int]], plan: Plan
):
    items = [Item(f"d{n}", stratum, size) for n, (stratum, size) in enumerate(documents)]
    given = assigned(items, plan)
    for stratum in STRATA:
        own = [one for one in items if one.stratum == stratum]
        if not own:
            continue
        largest = max(one.size for one in own)
        load = Counter(dict.fromkeys(plan.reviewers, 0))
        for one in own:
            load.update(dict.fromkeys(given[one.id], one.size))
        assert max(load.values()) - min(load.values()) <= largest
        if len(plan.reviewers) > 1:
            shared = sum(one.size for one in own if len(given[one.id]) > 1)
            assert abs(shared - plan.overlap * sum(one.size for one in own)) <= largest + 1e-9


def test_strata_of_one_sentence_have_their_share_together():
    items = [Item(f"s{n}", ("en", f"source {n}")) for n in range(100)]
    given = assigned(items, Plan(("ana", "ben"), 0.25))
    assert sum(len(names) > 1 for names in given.values()) == 25


def test_who_labelled_a_sentence_keeps_it():
    items = [Item(f"s{n}", ("en", ""), 1, frozenset({"ben"}) if n < 4 else frozenset())
             for n in range(10)]  # fmt: skip
    given = assigned(items, Plan(("ana", "ben"), 0))
    assert [given[f"s{n}"] for n in range(4)] == [("ben",)] * 4
    assert Counter(names for names in given.values()) == {("ana",): 5, ("ben",): 5}


def test_all_pairs_meet_where_two_of_four_share():
    items = [Item(f"s{n}", ("en", "")) for n in range(200)]
    pairs = Counter(assigned(items, Plan(NAMES, 1, 2)).values())
    assert len(pairs) == 6
    assert min(pairs.values()) > 15


@pytest.mark.parametrize("seed", [1, 2])
def test_another_seed_shares_out_otherwise(seed: int):
    items = [Item(f"s{n}", ("en", "")) for n in range(50)]
    assert assigned(items, Plan(NAMES, 0.25, None, seed)) != assigned(items, Plan(NAMES, 0.25))


def test_parts_say_what_everybody_has():
    found = parts([
        Held(("fr", "A"), frozenset({"ana", "ben"}), 3), Held(("en", "B"), frozenset({"ben"}), 4),
    ])  # fmt: skip
    assert [tuple(one) for one in found] == [
        (None, "ana", 3, 3), (None, "ben", 7, 3), (("en", "B"), "ben", 4, 0),
        (("fr", "A"), "ana", 3, 3), (("fr", "A"), "ben", 3, 3),
    ]  # fmt: skip
