"""Ctrl-C leaves whatever is open: a dialog goes back to the review, a page of the end quits."""

from __future__ import annotations

from pathlib import Path

import pytest
from reviewing import reviewing
from test_adjudication_screen import adjudication, vote

from annotator.core.scheme import built_in
from annotator.session import Session
from annotator.store import Store
from annotator.tui.app import AnnotatorApp
from annotator.tui.keymap import configured
from annotator.tui.screen import ArticleScreen


@pytest.mark.parametrize("key", ["n", "t", "c", "/", "g", "l", "?", "w", "O", "I"])
async def test_ctrl_c_leaves_a_dialog_and_not_the_review(small: Path, key: str) -> None:
    async with reviewing(small) as review:
        await review.press("f", key)
        assert not isinstance(review.app.screen, ArticleScreen)
        await review.press("ctrl+c")
        assert isinstance(review.app.screen, ArticleScreen)
        await review.press("s")
        assert "2/10" in review.line("header")


@pytest.mark.parametrize("key", ["r", "n", "d", "v", "?"])
async def test_ctrl_c_leaves_a_dialog_of_the_adjudication(small: Path, key: str) -> None:
    vote(small)
    async with adjudication(small) as review:
        await review.press("f", key)
        assert not isinstance(review.app.screen, ArticleScreen)
        await review.press("ctrl+c")
        assert isinstance(review.app.screen, ArticleScreen)
        assert review.app._exit is False


async def test_ctrl_c_copies_from_a_text_where_something_is_marked(small: Path) -> None:
    async with reviewing(small) as review:
        await review.press("f", "n", *"odd", "shift+home", "ctrl+c")
        assert review.app.clipboard == "odd"
        assert not isinstance(review.app.screen, ArticleScreen)


async def test_ctrl_c_quits_where_all_is_decided(small: Path) -> None:
    async with reviewing(small) as review:
        await review.press(*"ffffffffff")
        assert not isinstance(review.app.screen, ArticleScreen)
        await review.press("ctrl+c")
        assert review.app._exit


async def test_ctrl_c_quits_an_empty_project(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    with Store.open(tmp_path / "labels" / "labels.db") as store:
        session = Session(store, "ana", built_in())
        app = AnnotatorApp(session, configured(session.scheme, {}))
        async with app.run_test() as pilot:
            await pilot.pause()
            await pilot.press("ctrl+c")
            assert app._exit
