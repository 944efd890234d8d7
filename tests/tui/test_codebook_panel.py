"""The panel beside the article shows all that a decision needs, and more where there is room."""

from __future__ import annotations

from pathlib import Path

import pytest
from reviewing import Review, reviewing

from annotator.core.scheme import built_in


def panel(review: Review) -> str:
    """Return what the panel shows, as one line."""
    codebook = review.screen.query_one("#codebook")
    lines = (codebook.render_line(y).text.strip() for y in range(codebook.size.height))
    return " ".join(line for line in lines if line)


@pytest.mark.parametrize(("width", "height"), [(120, 40), (120, 60), (200, 50)])
async def test_labels_and_the_order_of_tests_are_all_in_sight(
    small: Path, width: int, height: int
) -> None:
    scheme = built_in()
    async with reviewing(small, size=(width, height)) as review:
        shown = panel(review)
        assert scheme.question in shown
        for label in scheme.every:
            keys = " ".join(key for key in (label.key, label.digit) if key)
            assert f"{label.glyph} {keys}  {label.name} {label.short}" in shown
        for n, test in enumerate(scheme.order, 1):
            assert f"{n}. {test}" in shown
        assert "…" not in shown


async def test_examples_follow_as_far_as_there_is_room(small: Path) -> None:
    scheme = built_in()
    async with reviewing(small, size=(120, 60)) as review:
        some = panel(review)
        await review.pilot.resize_terminal(120, 100)
        await review.press()
        shown = panel(review)
        for label in scheme.labels:
            for words in (label.help, *label.examples):
                assert words in shown
        assert len(some) < len(shown)
        assert scheme.labels[0].examples[-1] in some


async def test_a_low_panel_says_that_there_is_more(small: Path) -> None:
    async with reviewing(small, size=(120, 24)) as review:
        assert panel(review).endswith("…")
