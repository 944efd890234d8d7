"""Intervals for what is said beyond the sentences at hand: whole documents are drawn again.

An interval over sentences is too narrow for that, since those of one document are alike: where
documents differ, it holds the true value in about six of ten cases instead of 95 of 100. Drawn by
document it does so in 90 to 95 of 100, from ten documents on; with fewer there is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from annotator.profiles.tally import SCALE, Tally

FEW: Final = 10
"""Documents below which nothing is said beyond the sentences at hand."""
ROUNDS: Final = 1_000
SEED: Final = 20260401
LEVEL: Final = 0.95
_ENOUGH: Final = 0.9
"""Share of rounds that must have a value for an interval to be given."""
_DRAWN_AT_ONCE: Final = 50_000
"""Documents drawn in one go: what fits a cache; far more at once is slower than one by one."""


class Interval(NamedTuple):
    """A percentile interval at LEVEL, on the scale of the figure."""

    low: float
    high: float


def intervals(
    tallies: Sequence[Tally], *, rounds: int = ROUNDS, seed: int = SEED
) -> list[Interval | str]:
    """Return the interval of each tally's ratio of sums, or why there is none.

    The percentile bootstrap over documents (Efron 1979, "Bootstrap methods: another look at the
    jackknife"): as many documents as there are, drawn with replacement; the same draws for all
    tallies.
    """
    documents = sorted({one for tally in tallies for one in tally.of})
    place = {one: n for n, one in enumerate(documents)}
    hits = np.zeros((len(documents), len(tallies)))
    of = np.zeros_like(hits)
    for column, tally in enumerate(tallies):
        for sums, table in ((tally.hits, hits), (tally.of, of)):
            for document, value in sums.items():
                table[place[document], column] = value
    drawn = _drawn(hits, of, rounds, seed) if len(documents) >= FEW else np.empty((0, 0))
    found: list[Interval | str] = []
    for column, tally in enumerate(tallies):
        counted = int((of[:, column] > 0).sum())
        scaled = drawn[:, column] * SCALE.get(tally.measure, 1.0) if drawn.size else drawn
        found.append(few(counted) if counted < FEW else _interval(scaled, rounds))
    return found


def few(documents: int) -> str:
    """Return the words for why there is no interval beyond the sentences of so few documents."""
    return f"too few documents to generalise: {documents}, at least {FEW}"


def _drawn(
    hits: NDArray[np.float64], of: NDArray[np.float64], rounds: int, seed: int
) -> NDArray[np.float64]:
    """Return the ratios of each round, NaN where nothing was counted."""
    generator = np.random.default_rng(seed)
    count = len(hits)
    found = np.empty((rounds, hits.shape[1]))
    together = max(1, _DRAWN_AT_ONCE // count)
    with np.errstate(invalid="ignore", divide="ignore"):
        for first in range(0, rounds, together):
            some = min(together, rounds - first)
            places = generator.integers(0, count, (some, count))
            places += np.arange(some)[:, None] * count
            often = np.bincount(places.ravel(), minlength=some * count).reshape(some, count)
            found[first : first + some] = (often @ hits) / (often @ of)
    return found


def _interval(drawn: NDArray[np.float64], rounds: int) -> Interval | str:
    drawn = drawn[~np.isnan(drawn)]
    if len(drawn) < _ENOUGH * rounds:
        return "too rare for an interval"
    low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    if low == high:
        # Never seen in any document so far is not the same as never.
        return "no variation to draw from"
    return Interval(float(low), float(high))
