"""How long work tells how far it has come, to whoever wants to know."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Called with the stage, what is done and what there is: files, characters, rows."""


def silent(stage: str, done: int, total: int) -> None:
    """Tell nobody."""
