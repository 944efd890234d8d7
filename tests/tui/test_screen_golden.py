"""The review screen as text, compared with a file: what a reviewer sees changes on purpose only.

`UPDATE_GOLDEN=1 pytest tests/tui/test_screen_golden.py` writes the files anew; read their diff.
"""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import pytest
from reviewing import reviewing

GOLDEN = Path(__file__).parents[1] / "golden"


class FixedClock(datetime):
    """A clock that stands still, as the screen asks for it."""

    @classmethod
    def now(cls, tz: object = None) -> FixedClock:
        return cls(2026, 11, 21, 12, 3, 4)


@pytest.mark.parametrize(("width", "height"), [(80, 24), (120, 40)])
async def test_the_review_screen_is_as_it_was(
    small: Path, width: int, height: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotator.tui.screen.datetime", FixedClock)
    async with reviewing(small, size=(width, height), now=lambda: 0.0) as review:
        await review.press("f", "c", "3", "space", "!", "p", "k", "k", "k", "b", "j", "s", "s")
        shown = review.shown()
        await review.press("?")
        help_page = review.shown()
        await review.press("escape", "j", "p", "w", "2")
        why_page = review.shown()
    compare(f"review-{width}x{height}.txt", shown)
    compare(f"help-{width}x{height}.txt", help_page)
    compare(f"why-{width}x{height}.txt", why_page)


def compare(name: str, text: str) -> None:
    path = GOLDEN / name
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(text, encoding="utf-8", newline="\n")
    assert text == path.read_text(encoding="utf-8")
