"""How one reviewer holds over time: the same label again, windows, and what a suggestion moves."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from annotator.quality.agreement import LEVEL, Undefined, cohen, confusion, or_why
from annotator.quality.bootstrap import Figure
from annotator.quality.shares import share

WINDOW: Final = 50
"""Labels that are looked at together."""
ROUNDS: Final = 1_000
_ENOUGH: Final = 0.9
"""Share of bootstrap rounds that must have a value for an interval to be given."""


class Again(NamedTuple):
    """Sentences that one reviewer labelled twice: how many, the share of equal labels, kappa."""

    n: int
    same: Figure
    kappa: Figure


class Window(NamedTuple):
    """A run of labels, counted from 1, and the share of them that agrees."""

    first: int
    last: int
    hits: int
    share: Figure


class Difference(NamedTuple):
    """Two shares, each with its counts, and by how much the first is higher."""

    one: tuple[int, int]
    other: tuple[int, int]
    one_share: Figure
    other_share: Figure
    difference: Figure


def again(pairs: Sequence[tuple[str, str]], seed: int = 0, rounds: int = ROUNDS) -> Again:
    """Return how far labels given twice agree: the first label and the second, by sentence.

    Kappa is Cohen's, with a percentile interval from a bootstrap over the sentences.
    """
    names = sorted({name for pair in pairs for name in pair})
    codes = np.array([[names.index(name) for name in pair] for pair in pairs], dtype=np.int64)
    codes = codes.reshape(-1, 2)
    hits = int((codes[:, 0] == codes[:, 1]).sum())
    return Again(len(pairs), share(hits, len(pairs)), _kappa(codes, len(names), seed, rounds))


def _kappa(codes: np.typing.NDArray[np.int64], labels: int, seed: int, rounds: int) -> Figure:
    def of(drawn: np.typing.NDArray[np.int64]) -> float:
        return cohen(confusion(drawn[:, 0], drawn[:, 1], labels)).kappa

    if not len(codes):
        return Figure(None, why="nothing was labelled twice")
    value = or_why(of, codes)
    if isinstance(value, str):
        return Figure(None, why=value)
    generator = np.random.default_rng(seed)
    drawn = []
    for _ in range(rounds):
        try:
            drawn.append(of(codes[generator.integers(len(codes), size=len(codes))]))
        except Undefined:
            continue
    if len(drawn) < _ENOUGH * rounds:
        return Figure(value, why="too few or too much alike for an interval")
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail])
    if high - low < 1e-12:
        # Never differed so far is not the same as never.
        return Figure(value, why="no variation to draw from")
    return Figure(value, float(low), float(high))


def windows(agreed: Sequence[bool], size: int = WINDOW) -> list[Window]:
    """Return the share that agrees by windows of `size`, in order; the last may be shorter."""
    found = []
    for start in range(0, len(agreed), size):
        part = agreed[start : start + size]
        hits = sum(part)
        found.append(Window(start + 1, start + len(part), hits, share(hits, len(part))))
    return found


def difference(one: tuple[int, int], other: tuple[int, int]) -> Difference:
    """Return by how much the share `one` (hits, n) is above the `other`, with an interval.

    Newcombe 1998, "Interval estimation for the difference between independent proportions",
    method 10, from the Wilson intervals of both.
    """
    first, second = share(*one), share(*other)
    found = Figure(None, why="one of the two has no sentences")
    if first.value is not None and second.value is not None:
        apart = first.value - second.value
        low = math.hypot(first.value - (first.low or 0.0), (second.high or 0.0) - second.value)
        high = math.hypot((first.high or 0.0) - first.value, second.value - (second.low or 0.0))
        found = Figure(apart, apart - low, apart + high)
    return Difference(one, other, first, second, found)
