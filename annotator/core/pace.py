"""Pace: labels an hour of working time, once there is enough of both to say so."""

from __future__ import annotations

from typing import Final

_FEWEST_LABELS: Final = 10
_LEAST_SECONDS: Final = 60.0


def labels_an_hour(labels: int, seconds: float) -> float | None:
    """Return labels an hour, or None below ten labels or a minute of work."""
    if labels < _FEWEST_LABELS or seconds < _LEAST_SECONDS:
        return None
    return labels / seconds * 3600
