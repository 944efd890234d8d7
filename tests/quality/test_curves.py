"""Learning curves: what is held out, what is learned from, and what the points say."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.quality.curves import HELD_OUT, REPLAYED, Model, Split, points, replay, split
from annotator.quality.sampling import Candidate, random_key

SIZE = 60


class Fake:
    """A model that knows its own lessons; it is uncertain of what it is told to be."""

    def __init__(self, learned: Sequence[int], uncertain: Sequence[int] = ()) -> None:
        self.learned, self.uncertain = list(learned), set(uncertain)

    def margins(self, places: Sequence[int]) -> list[float]:
        return [0.0 if place in self.uncertain else 1.0 for place in places]

    def score(self, places: Sequence[int]) -> float:
        return len(self.learned) + len(places) / 1000


def candidates(seed: int = 1) -> list[Candidate]:
    return [
        Candidate(random_key(seed, str(place)), document=place, group=place)
        for place in range(SIZE)
    ]


@given(st.lists(st.integers(0, 8), min_size=1, max_size=60), st.integers(0, 99))
def test_what_belongs_together_is_not_parted(units: list[int], seed: int):
    found = split(units, seed)
    assert sorted(found.pool + found.held) == list(range(len(units)))
    assert {units[n] for n in found.pool}.isdisjoint({units[n] for n in found.held})
    assert found.pool
    assert (not found.held) == (len(set(units)) == 1)
    assert found == split(units, seed)
    biggest = max(units.count(name) for name in units)
    assert len(found.held) < HELD_OUT * len(units) + biggest


def test_another_seed_holds_out_another_part():
    assert len({split(range(50), seed).held for seed in range(9)}) == 9
    assert len(split(range(50), 1).held) == 15


@pytest.mark.parametrize("order", REPLAYED)
def test_a_replay_learns_from_what_it_drew_and_never_from_what_is_held_out(order: str):
    parts = split(range(SIZE), 4)
    lessons: list[list[int]] = []

    def train(places: Sequence[int]) -> Model:
        lessons.append(list(places))
        return Fake(places)

    scores = replay(order, (5, 10, 40), parts, candidates(), Fake(()), train)
    assert scores == [5.018, 10.018, 40.018]
    assert [len(lesson) for lesson in lessons] == [5, 10, 40]
    assert lessons[1][:5] == lessons[0]
    assert lessons[2][:10] == lessons[1]
    assert len(set(lessons[2])) == 40
    assert set(lessons[2]) <= set(parts.pool)
    if order == "document":
        assert lessons[2] == list(parts.pool[:40])


def test_each_model_says_what_is_drawn_next():
    parts = Split(tuple(range(50)), tuple(range(50, SIZE)))
    drawn: list[list[int]] = []

    def train(places: Sequence[int]) -> Model:
        drawn.append(list(places))
        return Fake(places, uncertain=range(20, 40))

    replay("uncertain", (10, 20), parts, candidates(), Fake((), uncertain=range(10)), train)
    # Seven of ten draws look at the model, and near-chance at no draw more than three.
    assert len(set(drawn[0]) & set(range(10))) >= 5
    assert len(set(drawn[1][10:]) & set(range(20, 40))) >= 5


def test_a_near_duplicate_of_what_was_learned_waits():
    parts = Split(tuple(range(50)), tuple(range(50, SIZE)))
    given_ = [one._replace(group=place % 10) for place, one in enumerate(candidates())]
    drawn: list[list[int]] = []

    def train(places: Sequence[int]) -> Model:
        drawn.append(list(places))
        return Fake(places)

    replay("uncertain", (8, 10), parts, given_, Fake(()), train)
    # Random draws apart, none of a group that was there before.
    assert len({place % 10 for place in drawn[1]}) >= 7


def test_points_compare_the_orders_seed_by_seed():
    found = points(
        {"random": [[0.5, 0.6], [0.7, 0.8]], "uncertain": [[0.6, 0.6], [0.7, 0.9]]}, (50, 100)
    )
    assert [(one.order, one.n) for one in found] == [
        ("random", 50), ("random", 100), ("uncertain", 50), ("uncertain", 100),
    ]  # fmt: skip
    random, _, first, second = found
    assert random.mean == pytest.approx(0.6)
    assert random.deviation == pytest.approx(0.1414, abs=1e-4)
    assert (random.gain, random.mean_gain, random.deviation_of_gain) == (None, None, None)
    assert first.gain == pytest.approx((0.1, 0.0))
    assert first.mean_gain == pytest.approx(0.05)
    assert second.deviation_of_gain == pytest.approx(0.0707, abs=1e-4)
    assert (first.better, second.better) == (1, 1)


def test_one_seed_has_no_deviation_and_without_a_rival_there_is_no_gain():
    (point,) = points({"uncertain": [[0.5]]}, (50,))
    assert (point.deviation, point.gain, point.better) == (None, None, 0)
    assert point.as_json() == {
        "order": "uncertain", "n": 50, "scores": [0.5], "mean": 0.5, "deviation": None,
        "gain": None, "deviation_of_gain": None, "better": None,
    }  # fmt: skip
