"""A share of counted sentences with its interval."""

from __future__ import annotations

import math
from typing import Final

from annotator.quality.bootstrap import Figure

Z: Final = 1.959964
"""The normal quantile of a 95 % interval."""


def share(hits: int, n: int) -> Figure:
    """Return hits / n with its Wilson interval (Wilson 1927), which holds at 0 and 1 too.

    It is about these sentences: those of one document are alike, and it takes no account of that.
    """
    if not n:
        return Figure(None, why="no sentences")
    rate = hits / n
    scale = 1 + Z**2 / n
    middle = (rate + Z**2 / (2 * n)) / scale
    half = Z / scale * math.sqrt(rate * (1 - rate) / n + Z**2 / (4 * n * n))
    return Figure(rate, max(middle - half, 0.0), min(middle + half, 1.0))
