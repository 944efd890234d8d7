"""A list to pick from says how many there are, or that there are more than are looked for."""

from __future__ import annotations

import pytest
from textual.app import App
from textual.widgets import Static

from annotator.store.reading import PROBE
from annotator.tui.dialogs import Pick


@pytest.mark.parametrize(
    ("lines", "most", "said"),
    [
        (7, PROBE, "7"),
        (PROBE, PROBE, "1,000"),
        (PROBE + 1, PROBE, "1,000+"),
        (PROBE + 1, None, "1,001"),
    ],
)
async def test_more_than_are_listed_is_said(lines: int, most: int | None, said: str):
    async with App().run_test(size=(80, 24)) as pilot:
        pick = Pick("Search", "words", lambda _: [(n, f"line {n}") for n in range(lines)], most)
        await pilot.app.push_screen(pick)
        shown = str(pick.query_one("#found", Static).render())
        assert shown.startswith(f"{said} found ")
