"""Working time: the time between keys, without the pauses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

IDLE_SECONDS: Final = 60.0
"""A pause longer than this is not work: no more than this of it is counted."""


class WorkTime:
    """Counts seconds of work, in all and for the unit the reviewer stands on."""

    def __init__(self, now: Callable[[], float]) -> None:
        self.total = 0.0
        self.here = 0.0
        self._now = now
        self._seen = now()

    def touch(self) -> None:
        """Count the time since the last key as work, but no more than a minute of it."""
        now = self._now()
        gap = min(max(now - self._seen, 0.0), IDLE_SECONDS)
        self._seen = now
        self.here += gap
        self.total += gap

    def arrive(self) -> None:
        """Begin to count anew for another unit."""
        self.here = 0.0
