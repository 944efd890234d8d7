"""The dashboard: how it looks, that it sees what others do, and what is hostile."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
from reviewing import as_text, make_store
from strategies import HOSTILE, RAW
from test_screen_golden import compare
from textual.pilot import Pilot

from annotator.core.errors import InputProblem
from annotator.core.model import BODY
from annotator.core.scheme import built_in
from annotator.ingest.files import walk
from annotator.project.ingest import ingest
from annotator.project.request import Request
from annotator.store import Store
from annotator.store.journal import Journal
from annotator.tui import dashboard
from annotator.tui.base import OneScreen
from annotator.tui.dashboard import DashboardScreen
from annotator.tui.listing import Listing

_PATIENCE = 20.0


class Looking(NamedTuple):
    """A running dashboard under test."""

    app: OneScreen
    pilot: Pilot[int]

    def shown(self) -> str:
        return as_text(self.app.screen)

    async def until(self, seen: Callable[[str], bool]) -> str:
        """Wait until the screen shows something: it is drawn from a thread."""
        end = time.monotonic() + _PATIENCE
        while not seen(self.shown()):
            assert time.monotonic() < end, self.shown()
            await self.pilot.pause(0.02)
        return self.shown()

    @property
    def listing(self) -> Listing:
        return self.app.screen.query_one(Listing)


@asynccontextmanager
async def looking(path: Path, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Looking]:
    with Store.open(path, read_only=True) as store:
        app = OneScreen(DashboardScreen(store, built_in()))
        async with app.run_test(size=size) as pilot:
            yield Looking(app, pilot)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dashboard, "_LOOK", 0.02)


def label(path: Path, reviewer: str, labels: str) -> None:
    names = {one.key: one.name for one in built_in().every}
    with Store.open(path) as store:
        rows = store.db.execute("SELECT n FROM units WHERE kind = ? ORDER BY n", (BODY,))
        journal = Journal(store, reviewer)
        for (unit,), key in zip(rows.fetchall(), labels, strict=False):
            said = {"label": names[key], "guideline": "1.0", "seconds": 9.0, "shown": []}
            journal.record("label", unit, said)


@pytest.mark.parametrize(("width", "height"), [(80, 24), (120, 40)])
async def test_the_screen_is_as_it_was(small: Path, width: int, height: int) -> None:
    label(small, "ana", "fffssppf")
    label(small, "ben", "ffpsspx")
    async with looking(small, (width, height)) as look:
        shown = await look.until(lambda text: "8 of 10 sentences labelled" in text)
    compare(f"dashboard-{width}x{height}.txt", shown)


async def test_what_others_do_is_seen_while_it_is_open(small: Path) -> None:
    async with looking(small, (120, 40)) as look:
        await look.until(lambda text: "nobody has labelled yet" in text)
        label(small, "ana", "ff")
        shown = await look.until(lambda text: "2 of 10 sentences labelled" in text)
        assert "ana" in shown
        assert "no overlap" in shown
        label(small, "ben", "fs")
        await look.until(lambda text: "n = 2 sentences" in text)
        label(small, "ana", "fs")
        shown = await look.until(lambda text: "alpha (nominal) 1.000, n = 2" in text)
        assert "2 of 10 sentences labelled" in shown


async def test_new_articles_are_seen_and_the_place_is_kept(small: Path) -> None:
    async with looking(small, (80, 10)) as look:
        await look.until(lambda text: "of 10 sentences" in text)
        await look.pilot.press("j", "j", "j")
        assert look.listing.scroll_offset.y == 3
        folder = small.parent / "more"
        folder.mkdir()
        (folder / "dam.txt").write_text("Dam\n\nThe dam of Osk was opened on Monday.\n", "utf-8")
        with Store.open(small) as store:
            ingest(store, Request(walk(folder).files, small.parent))
        await look.until(lambda text: "of 11 sentences" in text)
        assert look.listing.scroll_offset.y == 3


async def test_it_is_scrolled_and_left(small: Path) -> None:
    async with looking(small) as look:
        await look.until(lambda text: "of 10 sentences" in text)
        await look.pilot.press("end")
        assert "Harbour board reopens the" in look.shown()
        await look.pilot.press("home", "space", "pageup", "k")
        assert "Labels" in look.shown()
        await look.pilot.resize_terminal(40, 12)
        await look.pilot.pause()
        assert all(len(line) <= 40 for line in look.shown().split("\n"))
        await look.pilot.press("q")
    assert look.app.return_code == 0


async def test_an_empty_project_says_so(tmp_path: Path) -> None:
    path = tmp_path / "labels" / "labels.db"
    with Store.open(path):
        pass
    async with looking(path, (120, 40)) as look:
        shown = await look.until(lambda text: "0 of 0 sentences labelled" in text)
        assert "nobody has labelled yet" in shown


async def test_hostile_names_are_shown_as_they_are(tmp_path: Path) -> None:
    name = "".join(HOSTILE)
    path = make_store(tmp_path, {"a.txt": f"Dam opens {name}\n\nThe dam {name} is open.\n"})
    with Store.open(path) as store, store.writing() as db:
        db.execute("UPDATE documents SET source = ?", (name,))
    label(path, name[:90], "f")
    for size in ((80, 60), (30, 60)):
        async with looking(path, size) as look:
            shown = await look.until(lambda text: "Articles (1)" in text)
            assert not RAW.intersection(shown)


def test_a_theme_there_is_none_of_is_refused(small: Path) -> None:
    with Store.open(small) as store, pytest.raises(InputProblem, match="no theme"):
        OneScreen(DashboardScreen(store, built_in()), "no such theme")
