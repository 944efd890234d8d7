"""Spearman's rank correlation, of counted pairs."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping


def spearman(pairs: Mapping[tuple[float, float], int]) -> float | str:
    """Return the correlation of the ranks, -1..1, or why it is undefined.

    `pairs` counts how often each pair of values occurs. Equal values share the mean of their ranks
    (Spearman 1904, as in Kendall, "Rank Correlation Methods", 1948).
    """
    n = sum(pairs.values())
    if n < 2:
        return "fewer than two sentences"
    ranks = [_ranks(pairs, side) for side in (0, 1)]
    middle = (n + 1) / 2
    off = [
        (ranks[0][one] - middle, ranks[1][other] - middle, often)
        for (one, other), often in pairs.items()
    ]
    spread = [sum(often * each[side] ** 2 for *each, often in off) for side in (0, 1)]
    if not all(spread):
        return "no variation"
    return sum(one * other * often for one, other, often in off) / math.sqrt(spread[0] * spread[1])


def _ranks(pairs: Mapping[tuple[float, float], int], side: int) -> dict[float, float]:
    counts: Counter[float] = Counter()
    for pair, often in pairs.items():
        counts[pair[side]] += often
    ranks, before = {}, 0
    for value in sorted(counts):
        ranks[value] = before + (counts[value] + 1) / 2
        before += counts[value]
    return ranks
