"""The screen of claims: the table, a claim, its article, contradictions, and what is hostile."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import pytest
from reviewing import as_text, make_store, reviewing
from strategies import HOSTILE, RAW
from test_screen_golden import compare
from textual.pilot import Pilot
from textual.worker import WorkerFailed

from annotator.core.model import BODY
from annotator.project import claims
from annotator.store import Store
from annotator.store import claims as stored
from annotator.store.journal import Journal
from annotator.tui.base import OneScreen
from annotator.tui.claims import ClaimsScreen
from annotator.tui.widgets import Lines

PIER = "The north pier is open again"
BRIDGE = "Lower Tarn gets a bridge"


class Looking(NamedTuple):
    """A running screen of claims under test."""

    app: OneScreen
    pilot: Pilot[int]
    journal: Journal

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self.pilot.press(key)
            await self.settle()

    async def settle(self) -> None:
        with suppress(WorkerFailed):
            await self.app.workers.wait_for_complete()
        await self.pilot.pause()

    def shown(self) -> str:
        return as_text(self.app.screen)

    def line(self, name: str) -> str:
        return self.app.screen.query_one(f"#{name}", Lines).text

    def current(self) -> str:
        (found,) = (line for line in self.shown().split("\n") if line.startswith("▶"))
        return found


@asynccontextmanager
async def looking(path: Path, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Looking]:
    with Store.open(path) as store:
        journal = Journal(store, "ben")
        app = OneScreen(ClaimsScreen(journal))
        async with app.run_test(size=size) as pilot:
            found = Looking(app, pilot, journal)
            await found.settle()
            yield found


def sentences(store: Store) -> list[int]:
    rows = store.db.execute("SELECT n FROM units WHERE kind = ? ORDER BY n", (BODY,))
    return [n for (n,) in rows]


@pytest.fixture
def linked(small: Path) -> Path:
    with Store.open(small) as store:
        with store.writing() as db:
            db.execute("UPDATE documents SET published = '2025-03-11' WHERE source = 'Tarn Post'")
        units = sentences(store)
        ana, ben = Journal(store, "ana"), Journal(store, "ben")
        for unit, stance in (
            (units[0], "asserts"),
            (units[1], "denies"),
            (units[-1], "attributes"),
        ):
            claims.link(ana, unit, PIER, stance)
        claims.link(ana, units[-3], BRIDGE, "asserts")
        claims.link(ben, units[-3], BRIDGE, "hedges")
    return small


def contradictions(path: Path) -> list[tuple[int, int, str]]:
    with Store.open(path, read_only=True) as store:
        return [one[:3] for one in stored.contradictions(store)]


@pytest.mark.parametrize(("width", "height"), [(80, 24), (120, 40)])
async def test_the_screens_are_as_they_were(linked: Path, width: int, height: int) -> None:
    async with looking(linked, (width, height)) as look:
        pages = [look.shown()]
        await look.press("j", "enter", "space", "space", "c")
        pages.append(look.shown())
        await look.press("enter")
        pages.append(look.shown())
    compare(f"claims-{width}x{height}.txt", ("=" * width + "\n").join(pages))


async def test_every_step_down_has_a_step_back(linked: Path) -> None:
    async with looking(linked) as look:
        assert BRIDGE in look.current()
        assert "? they differ" in look.line("about")
        assert "seen 2025-03-11" in look.line("about")
        await look.press("j")
        assert PIER in look.current()
        await look.press("enter")
        assert "1 sentence" not in look.shown()
        await look.press("end")
        first = look.current()
        await look.press("enter")
        assert "┃ " in look.shown()
        await look.press("escape")
        assert look.current() == first
        await look.press("escape")
        assert PIER in look.current()
        await look.press("escape")
    assert look.app.return_code == 0


async def test_two_marked_sentences_contradict_each_other_and_do_not_again(linked: Path) -> None:
    with Store.open(linked, read_only=True) as store:
        units = sentences(store)
    async with looking(linked) as look:
        await look.press("j", "enter", "c")
        assert "mark two sentences with space first" in look.line("about")
        await look.press("home", "space", "space")
        assert look.shown().count("✓") == 2
        await look.press("c")
        assert look.shown().count("✓") == 0
        assert "Contradictions, as reviewers marked them" in look.shown()
        assert "(says ben)" in look.shown()
        (pair,) = contradictions(linked)
        assert set(pair) < {*units, "ben"}
        await look.press("escape")
        assert re.search(r" 3 +2 +1  ", look.current())
        await look.press("enter", "home", "space", "space", "c")
        assert contradictions(linked) == []
        assert "Contradictions" not in look.shown()
        await look.press("q")


async def test_of_three_marks_the_oldest_goes(linked: Path) -> None:
    async with looking(linked) as look:
        await look.press("j", "enter", "space", "space", "space")
        assert look.shown().count("✓") == 2


async def test_in_a_review_it_opens_when_everything_is_decided(linked: Path) -> None:
    async with reviewing(linked, size=(120, 40)) as review:
        review.app.action_claims()
        await review.pilot.pause()
        assert review.app.screen is review.screen
        (notice,) = review.app._notifications
        assert "they open when everything is decided" in notice.message
        await review.press(*["f"] * 10, "escape")
        review.app.action_claims()
        with suppress(WorkerFailed):
            await review.app.workers.wait_for_complete()
        await review.pilot.pause()
        assert PIER in as_text(review.app.screen)
        await review.press("escape")
        assert review.app.screen is review.screen


async def test_an_empty_project_says_so(tmp_path: Path) -> None:
    path = tmp_path / "labels" / "labels.db"
    with Store.open(path):
        pass
    async with looking(path) as look:
        assert "no sentence is linked to a claim yet" in look.line("about")
        await look.press("enter", "space", "c", "j", "end")
        assert "0 claims" in look.line("top")


async def test_a_store_that_cannot_be_written_says_so(linked: Path) -> None:
    with Store.open(linked, read_only=True) as store:
        app = OneScreen(ClaimsScreen(Journal(store, "ben")))
        async with app.run_test(size=(80, 24)) as pilot:
            look = Looking(app, pilot, Journal(store, "ben"))
            await look.settle()
            await look.press("j", "enter", "space", "space", "c")
            assert "cannot be written" in look.line("about")
    assert contradictions(linked) == []


async def test_hostile_names_and_statements_are_shown_as_they_are(tmp_path: Path) -> None:
    name = "".join(HOSTILE)
    text = f"Dam opens {name}\n\nThe dam {name} is open.\n\nNobody knows the dam of {name}.\n"
    path = make_store(tmp_path, {"a.txt": text})
    with Store.open(path) as store:
        with store.writing() as db:
            db.execute("UPDATE documents SET source = ?, published = ?", (name, name))
        journal = Journal(store, name)
        for unit in sentences(store):
            claims.link(journal, unit, f"The dam {name} [bold]opens", "asserts")
    async with looking(path) as look:
        seen = look.shown()
        await look.press("enter", "space", "space", "c")
        seen += look.shown()
        await look.press("enter")
        seen += look.shown()
    assert not RAW.intersection(seen)
