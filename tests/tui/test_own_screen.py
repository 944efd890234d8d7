"""A reviewer's own figures and contradictions, opened over the review.

`UPDATE_GOLDEN=1 pytest tests/tui/test_own_screen.py` writes the files they are compared with anew.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from reviewing import reviewing
from test_screen_golden import FixedClock, compare

from annotator.session.checks import Rates
from annotator.store import Store
from annotator.store.journal import Journal
from annotator.store.scope import Scope
from annotator.tui.own import Own


@pytest.mark.parametrize(("width", "height"), [(80, 24), (120, 40)])
async def test_own_figures_are_as_they_were(
    small: Path, width: int, height: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotator.tui.screen.datetime", FixedClock)
    with Store.open(small) as store:
        for unit in (2, 3, 4, 6):
            Journal(store, "ben").record("label", unit, {"label": "factual", "shown": []})
    async with reviewing(small, size=(width, height), now=lambda: 0.0) as review:
        review.session.hide_names = True
        await review.press("f", "f", "s", "f", "O")
        assert isinstance(review.app.screen, Own)
        shown = review.shown()
        assert "ana: 4 labelled" in shown
        assert "ben" not in shown.split("figures")[0].split("ana: 4")[1]
        await review.press("pagedown", "pagedown")
        below = review.shown()
        await review.press("escape")
        assert review.app.screen is review.screen
    compare(f"own-{width}x{height}.txt", shown + below)


async def test_there_are_none_before_the_first_label(small: Path) -> None:
    async with reviewing(small) as review:
        for key in ("O", "I"):
            await review.press(key)
            assert "there are no labels of yours yet" in review.line("strip")
            assert review.app.screen is review.screen


async def test_a_contradiction_is_opened(small: Path) -> None:
    # The first sentence of the harbour is the last one of the bridge.
    with Store.open(small) as store:
        twice = store.db.execute(
            "SELECT n FROM units WHERE form = (SELECT form FROM units GROUP BY form"
            " HAVING count(*) > 1) ORDER BY n"
        ).fetchall()
        for (unit,), name in zip(twice, ("factual", "promotional"), strict=True):
            Journal(store, "ana").record("label", unit, {"label": name})
    async with reviewing(small) as review:
        await review.press("I")
        shown = review.shown()
        assert "Nearly the same, and labelled apart" in shown
        assert shown.count("The north pier of Osmund Bay reopened") >= 2
        assert "▲ p promotional" in shown
        await review.press("down", "enter")
        assert review.session.unit is not None
        assert review.session.unit.n == twice[1][0]
        await review.press("f", "I")
        assert "0 found" in review.shown()


async def test_a_retest_looks_like_any_other_sentence(small: Path) -> None:
    old = "2026-01-01T00:00:00.000Z"
    with Store.open(small) as store:
        journal = Journal(store, "ana", now=lambda: old)
        for unit in (2, 3, 4):
            journal.record("label", unit, {"label": "promotional", "note": "zebra", "shown": []})
    rates = Rates(retest=25.0, seed=1)
    async with reviewing(small, rates=rates, scope=Scope(order="random", seed=3)) as review:
        headers, again, opened = [], 0, set()
        while not review.session.finished:
            unit = review.session.unit
            assert unit is not None
            again += unit.n in {2, 3, 4}
            headers.append(review.line("header").split(" · ")[2])
            assert "▶ ·" in review.current()
            assert "Blind" in review.line("strip") or "last:" in review.line("strip")
            await review.press("s")
            if not review.session.finished:
                assert "last: ◆ s speculative" in review.line("strip")
                assert "zebra" not in review.line("strip")
            if not review.session.finished:
                await review.press("O")
                assert isinstance(review.app.screen, Own)
                opened.add(tuple(review.app.screen.given))
                await review.press("escape")
        assert again
        assert len(opened) == 1  # before and after a retest the same
        assert headers == [f"{3 + n} labelled" for n in range(len(headers))]
