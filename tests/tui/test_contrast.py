"""Keys and marks can be read in every theme, also in light ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from reviewing import reviewing
from rich.color import Color
from rich.style import Style

LEAST = 3.0
"""Of bold text (WCAG 2.2, success criterion 1.4.3)."""


def luminance(color: Color) -> float:
    parts = [
        part / 255 / 12.92 if part / 255 <= 0.04045 else ((part / 255 + 0.055) / 1.055) ** 2.4
        for part in color.get_truecolor()
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(style: Style) -> float:
    assert style.color is not None
    assert style.bgcolor is not None
    light, dark = sorted((luminance(style.color), luminance(style.bgcolor)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["textual-dark", "textual-light", "high-contrast"])
async def test_keys_and_marks_can_be_read(small: Path, theme: str) -> None:
    async with reviewing(small, theme=theme) as review:
        await review.press("f", "!")
        footer = review.screen.query_one("#footer")
        found = {
            "key": contrast(footer.ink("lines--key")),
            "cursor": contrast(review.view.ink("article--cursor")),
            "flag": contrast(review.view.ink("article--flag")),
        }
        assert {what: value for what, value in found.items() if value < LEAST} == {}
