"""How long a call takes over many texts, undisturbed by what else the machine does."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any


def seconds(call: Callable[[str], Any], texts: Sequence[str]) -> float:
    """Return the best of three runs over all texts."""
    runs = []
    for _ in range(3):
        start = time.perf_counter()
        for text in texts:
            call(text)
        runs.append(time.perf_counter() - start)
    return min(runs)
