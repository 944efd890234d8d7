"""The pages of an empty project and of the end say what is so, and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest
from reviewing import HARBOUR, make_store, reviewing

from annotator.store.worklist import Scope
from annotator.tui.dialogs import Help, Page


async def test_the_end_says_what_to_do_next(small: Path) -> None:
    async with reviewing(small) as review:
        await review.press(*"ffffffffff")
        assert isinstance(review.app.screen, Page)
        page = review.shown()
        assert "Everything here is decided" in page
        assert "10 of 10 labelled, 0 skipped." in page
        assert "--only skipped" not in page
        assert "annotator export" in page
        await review.press("u")
        assert not isinstance(review.app.screen, Page)
        assert "The north pier of Osmund Bay" in review.current()
        await review.press("space")
        assert isinstance(review.app.screen, Page)
        page = review.shown()
        assert "All but 1 skipped are labelled" in page
        assert "Everything here" not in page
        assert "9 of 10 labelled, 1 skipped" in page
        assert "annotator review --only skipped" in page
        await review.press("escape")
        assert review.app.screen is review.screen
        await review.press("tab")
        assert "all but 1 skipped are labelled" in review.line("strip")
        await review.press("u", "f")
        assert isinstance(review.app.screen, Page)
        await review.pilot.press("q")
        assert review.app._exit


async def test_the_end_of_the_skipped_ones_counts_those_that_are_left(small: Path) -> None:
    async with reviewing(small) as review:
        await review.press("space", "space", "f")
    async with reviewing(small, scope=Scope(only="skipped")) as review:
        await review.press("space", "f")
        assert "All but 1 skipped are labelled" in review.shown()


async def test_commands_name_the_project_where_it_is_another_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "my news"
    path = make_store(folder, {"harbour.txt": HARBOUR})
    async with reviewing(path, size=(200, 40)) as review:
        await review.press("space", *"ffffff")
        for start in ("review --only skipped", "status"):
            assert f"annotator {start} --project" in review.shown()
    monkeypatch.chdir(folder)
    async with reviewing(path, size=(200, 40)) as review:
        await review.press("u", "f")
        assert "annotator status" in review.shown()
        assert "--output labels/export.jsonl" in review.shown()
        assert "--project" not in review.shown()


async def test_an_empty_project_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "labels" / "labels.db"
    async with reviewing(path) as review:
        before = review.shown()
        assert isinstance(review.app.screen, Page)
        assert "Nothing to read yet" in before
        assert "    corpus  " in before
        assert "annotator add PATH...  " in before
        assert "0/0" in review.line("header")
        assert review.line("strip") == ""
        assert review.line("footer") == " ? help  q quit "
        await review.press(
            "escape", "enter", "f", "space", "x", "!", "u", "j", "tab", "c", "t", "b", "/", "ctrl+p"
        )
        assert review.shown() == before
        await review.press("?")
        assert isinstance(review.app.screen, Help)
        await review.press("escape")
        assert review.shown() == before
        await review.pilot.press("q")
        assert review.app._exit


async def test_an_empty_project_elsewhere_is_named(tmp_path: Path) -> None:
    async with reviewing(tmp_path / "labels" / "labels.db", size=(200, 40)) as review:
        assert "annotator add PATH... --project" in review.shown()
