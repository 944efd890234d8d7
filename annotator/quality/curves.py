"""Learning curves: what a model is worth after so many labels, by the order they were given in.

A labelled set is replayed: a part is held out, from the rest labels are drawn as a review would
ask for them, and after so many of them a model is trained and scored on what was held out. The
orders of one seed have the same part held out, so that they are compared in pairs.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from statistics import mean, stdev
from typing import Any, Final, NamedTuple, Protocol

from annotator.quality.sampling import Candidate, draws

STEPS: Final = (50, 100, 200, 500)
"""Labels after which a model is trained, scored, and asked what it is uncertain of."""
REPLAYED: Final = ("document", "random", "uncertain")
"""The orders that can be replayed. One of disagreement is about sentences that are labelled."""
RIVAL: Final = "random"
"""The order that the others are compared with."""
HELD_OUT: Final = 0.3


class Model(Protocol):
    """What a replay needs of a trained model. Sentences are given by their place in the set."""

    def margins(self, places: Sequence[int]) -> Sequence[float]:
        """Return by how much the likeliest label of each sentence leads."""

    def score(self, places: Sequence[int]) -> float:
        """Return the macro-F1 of its answers to these sentences."""


Train = Callable[[Sequence[int]], Model]
"""From the places of labelled sentences to a model."""


class Split(NamedTuple):
    """Places of the sentences that are drawn from, in document order, and of those held out."""

    pool: tuple[int, ...]
    held: tuple[int, ...]


def split(units: Sequence[int], seed: int) -> Split:
    """Return `HELD_OUT` of the sentences and the others; what shares a unit is not parted.

    `units` has a number for each sentence, such as that of its document.
    """
    names = sorted(set(units))
    random.Random(seed).shuffle(names)  # noqa: S311 - statistics, no secret
    sizes = dict.fromkeys(names, 0)
    for name in units:
        sizes[name] += 1
    held: set[int] = set()
    count = 0
    for name in names[:-1]:
        if count >= HELD_OUT * len(units):
            break
        held.add(name)
        count += sizes[name]
    places = range(len(units))
    return Split(
        tuple(place for place in places if units[place] not in held),
        tuple(place for place in places if units[place] in held),
    )


def replay(
    order: str,
    steps: Sequence[int],
    parts: Split,
    candidates: Sequence[Candidate],
    begin: Model,
    train: Train,
) -> list[float]:
    """Return the score after each of `steps` labels, given in one of the REPLAYED orders.

    `begin` is the model in use before there is any label. As in a review, a model that was trained
    changes the order from then on only.
    """
    chosen: list[int] = []
    left = list(parts.pool)
    model, scores = begin, []
    for step in steps:
        count = step - len(chosen)
        if order == "document":
            batch = left[:count]
        else:
            asked = model.margins(left) if order == "uncertain" else [None] * len(left)
            waiting = [
                candidates[place]._replace(margin=margin)
                for place, margin in zip(left, asked, strict=True)
            ]
            seen = {candidates[place].group for place in chosen}
            drawn = draws(waiting, seen=seen, turn=len(chosen))
            batch = [left[draw.place] for draw in islice(drawn, count)]
        chosen += batch
        gone = set(batch)
        left = [place for place in left if place not in gone]
        model = train(chosen)
        scores.append(model.score(parts.held))
    return scores


@dataclass(frozen=True)
class Point:
    """The scores of an order after `n` labels, one a seed, and how they compare.

    `gain` has the difference to RIVAL of each seed; it is None for that order itself, and where
    that was not replayed. Deviations are those of a sample (n - 1), None for one seed.
    """

    order: str
    n: int
    scores: tuple[float, ...]
    gain: tuple[float, ...] | None

    @property
    def mean(self) -> float:
        """Return the mean score."""
        return mean(self.scores)

    @property
    def deviation(self) -> float | None:
        """Return the standard deviation of the scores over the seeds."""
        return _deviation(self.scores)

    @property
    def mean_gain(self) -> float | None:
        """Return the mean difference to RIVAL."""
        return mean(self.gain) if self.gain else None

    @property
    def deviation_of_gain(self) -> float | None:
        """Return the standard deviation of the differences."""
        return _deviation(self.gain) if self.gain else None

    @property
    def better(self) -> int:
        """Return in how many of the seeds the score was higher than that of RIVAL."""
        return sum(one > 0 for one in self.gain or ())

    def as_json(self) -> dict[str, Any]:
        """Return the point for a program."""
        return {
            "order": self.order,
            "n": self.n,
            "scores": list(self.scores),
            "mean": self.mean,
            "deviation": self.deviation,
            "gain": self.mean_gain,
            "deviation_of_gain": self.deviation_of_gain,
            "better": self.better if self.gain else None,
        }


def points(scores: Mapping[str, Sequence[Sequence[float]]], steps: Sequence[int]) -> list[Point]:
    """Return the points of all orders; `scores` has by order a row a seed and in it a score a step.

    Rows of the same place in two orders are of the same seed.
    """
    found = []
    for order, rows in scores.items():
        for at, n in enumerate(steps):
            own = tuple(row[at] for row in rows)
            gain = None
            if order != RIVAL and RIVAL in scores:
                rival = (row[at] for row in scores[RIVAL])
                gain = tuple(one - other for one, other in zip(own, rival, strict=True))
            found.append(Point(order, n, own, gain))
    return found


def _deviation(values: Sequence[float]) -> float | None:
    return stdev(values) if len(values) > 1 else None
