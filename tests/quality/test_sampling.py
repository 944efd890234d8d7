"""Orders that are drawn: every sentence once, with the probability that is said, and diverse."""

from __future__ import annotations

from collections import Counter
from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.quality.sampling import (
    EXPLORE,
    IN_A_ROW,
    Candidate,
    Draw,
    draws,
    margin,
    random_key,
)


def candidates(*given: tuple[float | None, int, str | None, int], seed: int = 1) -> list[Candidate]:
    return [Candidate(random_key(seed, f"{place}"), *known) for place, known in enumerate(given)]


KNOWN = st.tuples(
    st.none() | st.sampled_from([0.0, 0.1, 0.5, 1.0]) | st.floats(0, 1),
    st.integers(0, 4),
    st.sampled_from([None, "Wire", "Post"]),
    st.integers(0, 6),
)
MANY = st.lists(KNOWN, max_size=30)
SEEDS = st.integers(0, 10**6)


def uncertain_only(given: list[Candidate], **how: object) -> list[int]:
    return [draw.place for draw in draws(given, explore=0.0, **how)]  # type: ignore[arg-type]


@given(MANY, SEEDS, st.floats(0, 1))
def test_every_candidate_is_drawn_once_with_a_probability(known, seed, explore):
    given_ = candidates(*known, seed=seed)
    drawn = list(draws(given_, explore=explore))
    assert sorted(draw.place for draw in drawn) == list(range(len(known)))
    assert drawn == list(draws(given_, explore=explore))
    left = set(range(len(known)))
    for draw in drawn:
        every = [
            1 / len(left) if draw.head is None
            else explore / len(left) + (1 - explore) * (place == draw.head)
            for place in left
        ]  # fmt: skip
        assert isclose(sum(every), 1.0)
        assert draw.head is None or (draw.head in left and given_[draw.head].margin is not None)
        assert draw.probability == every[list(left).index(draw.place)]
        left.remove(draw.place)


@given(MANY, SEEDS, SEEDS)
def test_broken_off_and_begun_again_every_sentence_still_comes_once(known, seed, cut):
    given_ = candidates(*known, seed=seed)
    cut %= len(given_) + 1
    first = [draw.place for draw in draws(given_)][:cut]
    left = [place for place in range(len(given_)) if place not in first]
    again = [left[draw.place] for draw in draws([given_[place] for place in left], turn=cut)]
    assert sorted(first + again) == list(range(len(given_)))


@given(st.integers(1, 30), SEEDS, SEEDS)
def test_a_random_order_goes_on_where_it_was_broken_off(count, seed, cut):
    given_ = candidates(*[(None, 0, None, 0)] * count, seed=seed)
    order = [draw.place for draw in draws(given_)]
    left = order[cut % count :]
    assert [left[draw.place] for draw in draws([given_[place] for place in left])] == left


def frequencies(known: list[tuple], step: int, seeds: int) -> Counter[int]:
    return Counter(list(draws(candidates(*known, seed=seed)))[step].place for seed in range(seeds))


@pytest.mark.parametrize("step", [0, 1])
def test_over_many_seeds_each_is_drawn_as_often_as_its_probability_says(step):
    known = [(0.9, 1, None, 1), (0.1, 2, None, 2), (0.5, 3, None, 3), (None, 4, None, 4)]
    seeds = 4000
    expected: Counter[int] = Counter()
    for seed in range(seeds):
        drawn = list(draws(candidates(*known, seed=seed)))
        left = [draw.place for draw in drawn[step:]]
        for place in left:
            expected[place] += EXPLORE / len(left) + (1 - EXPLORE) * (place == drawn[step].head)
    for place, count in frequencies(known, step, seeds).items():
        # Five standard errors of a share over 4,000 seeds are at most 0.04.
        assert abs(count - expected[place]) / seeds < 0.04
    assert isclose(expected.total(), seeds)


def test_weights_by_probability_give_the_mean_of_all():
    # The estimator of Farquhar et al. (2021), eq. 2: without it the mean of what was drawn first
    # is that of the uncertain sentences.
    known = [(place / 40, place, None, place) for place in range(40)]
    value = [1.0 if place < 10 else 0.0 for place in range(40)]
    plain, weighted, drawn_first = [], [], 10
    for seed in range(1500):
        drawn = list(draws(candidates(*known, seed=seed)))[:drawn_first]
        plain.append(sum(value[draw.place] for draw in drawn) / drawn_first)
        seen, total = 0.0, 0.0
        for draw in drawn:
            total += value[draw.place] / draw.probability + seen
            seen += value[draw.place]
        weighted.append(total / drawn_first / 40)
    assert sum(plain) / 1500 > 0.6
    assert abs(sum(weighted) / 1500 - 0.25) < 0.02


def test_at_least_three_in_ten_are_drawn_whatever_a_model_says():
    # One sentence of fifty is certain, and the others are equally uncertain.
    known = [(0.0, place, None, place) for place in range(49)] + [(1.0, 99, None, 99)]
    places = [
        [draw.place for draw in draws(candidates(*known, seed=seed))].index(49)
        for seed in range(400)
    ]
    assert EXPLORE >= 0.3
    # Left out of 25 draws: the product of 1 - 0.3 / left, from 50 left to 26, about 0.5 ** 0.3.
    assert abs(sum(place < 25 for place in places) / 400 - (1 - 0.5**EXPLORE)) < 0.08


@given(MANY, SEEDS)
def test_without_margins_it_is_the_random_order(known, seed):
    given_ = [one._replace(margin=None) for one in candidates(*known, seed=seed)]
    drawn = list(draws(given_))
    assert [given_[draw.place].key for draw in drawn] == sorted(one.key for one in given_)
    assert drawn == [Draw(draw.place, 1 / (len(drawn) - at), None) for at, draw in enumerate(drawn)]


# -- diversity ---------------------------------------------------------------------------------


@given(MANY, SEEDS)
def test_of_a_document_few_come_one_after_another_where_there_are_others(known, seed):
    given_ = candidates(*known, seed=seed)
    drawn = list(draws(given_))
    served: list[int] = []
    groups: set[int] = set()
    left = set(range(len(given_)))
    for draw in drawn:
        run = served[-IN_A_ROW:]
        fresh = {
            given_[place].document for place in left
            if given_[place].margin is not None and given_[place].group not in groups
        }  # fmt: skip
        if (
            draw.head is not None
            and len(run) == IN_A_ROW
            and len(set(run)) == 1
            and fresh - {run[0]}
        ):
            assert given_[draw.head].document != run[0]
        served.append(given_[draw.place].document)
        groups.add(given_[draw.place].group)
        left.remove(draw.place)


@given(MANY, SEEDS, st.sets(st.integers(0, 6)))
def test_of_near_duplicates_one_comes_before_the_others(known, seed, seen):
    given_ = candidates(*known, seed=seed)
    groups = set(seen)
    left = set(range(len(given_)))
    for draw in draws(given_, seen=seen):
        fresh = any(
            given_[place].margin is not None and given_[place].group not in groups for place in left
        )
        if fresh:
            assert draw.head is not None
            assert given_[draw.head].group not in groups
        groups.add(given_[draw.place].group)
        left.remove(draw.place)


def test_sources_take_turns_and_the_turn_goes_on():
    known = [(place / 100, place, f"s{place // 10}", place) for place in range(30)]
    given_ = candidates(*known)
    order = [known[place][2] for place in uncertain_only(given_)]
    assert order == ["s0", "s1", "s2"] * 10
    assert [known[place][2] for place in uncertain_only(given_, turn=4)][:3] == ["s1", "s2", "s0"]


def test_the_most_uncertain_of_each_source_come_first():
    known = [(0.9, 1, "a", 1), (0.2, 2, "a", 2), (0.4, 3, "a", 3), (0.8, 4, "b", 4)]
    assert uncertain_only(candidates(*known)) == [1, 3, 2, 0]


def test_a_document_gives_way_after_two():
    known = [(place / 10, 1, None, place) for place in range(4)] + [
        (0.8, 2, None, 8), (0.9, 3, None, 9), (None, 4, None, 10),
    ]  # fmt: skip
    assert uncertain_only(candidates(*known)) == [0, 1, 4, 2, 3, 5, 6]


def test_one_document_alone_is_no_reason_to_stop():
    known = [(place / 10, 1, "a", place) for place in range(6)]
    assert uncertain_only(candidates(*known)) == list(range(6))


@pytest.mark.parametrize(
    ("probabilities", "expected"),
    [
        ({"factual": 0.5, "speculative": 0.3, "promotional": 0.2}, 0.2),
        ({"factual": 0.5, "speculative": 0.5}, 0.0),
        ({"factual": 1.0}, 1.0),
        ({}, 0.0),
    ],
)
def test_the_margin_is_the_lead_of_the_likeliest(probabilities, expected):
    assert isclose(margin(probabilities), expected)


def test_a_seed_and_a_sentence_are_not_mixed_up():
    assert random_key(1, "1ab") != random_key(11, "ab")
    assert len(random_key(10**90, "ab")) == 8
