"""The screen of profiles: list, profile, sentences, article, side by side, and what is hostile."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from threading import Event
from typing import NamedTuple

import pytest
from reviewing import SUGGESTED, as_text, make_store, reviewing, suggest
from strategies import HOSTILE, RAW
from test_screen_golden import compare
from textual.pilot import Pilot
from textual.worker import WorkerFailed

from annotator.core.errors import InputProblem
from annotator.core.progress import Progress
from annotator.core.scheme import built_in
from annotator.project.profile import Options
from annotator.session import Session
from annotator.store import Store
from annotator.store.scope import Scope
from annotator.tui.base import OneScreen
from annotator.tui.listing import Listing
from annotator.tui.profile import ProfileScreen
from annotator.tui.widgets import Lines


class Looking(NamedTuple):
    """A running screen of profiles under test."""

    app: OneScreen
    pilot: Pilot[int]

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self.pilot.press(key)
            await self.settle()

    async def settle(self) -> None:
        with suppress(WorkerFailed):  # what is said of it, tests look at
            await self.app.workers.wait_for_complete()
        await self.pilot.pause()

    def shown(self) -> str:
        return as_text(self.app.screen)

    def line(self, name: str) -> str:
        return self.app.screen.query_one(f"#{name}", Lines).text

    @property
    def listing(self) -> Listing:
        return self.app.screen.query_one(Listing)

    def current(self) -> str:
        (found,) = (line for line in self.shown().split("\n") if line.startswith("▶"))
        return found


@asynccontextmanager
async def looking(
    path: Path, size: tuple[int, int] = (80, 24), *, by: str = "source", min_n: int = 1
) -> AsyncIterator[Looking]:
    with Store.open(path) as store:
        screen = ProfileScreen(store, by, built_in(), Options(min_n=min_n))
        app = OneScreen(screen)
        async with app.run_test(size=size) as pilot:
            found = Looking(app, pilot)
            await found.settle()
            yield found


@pytest.fixture
def labelled(small: Path) -> Path:
    with Store.open(small) as store:
        session = Session(store, "ana", built_in(), timed=False)
        for label in ("factual", "factual", "factual", "speculative", "speculative", "promotional"):
            session.label(label)
    return small


@pytest.mark.parametrize(("width", "height"), [(80, 24), (120, 40)])
async def test_the_screens_are_as_they_were(labelled: Path, width: int, height: int) -> None:
    async with looking(labelled, (width, height)) as look:
        await look.press("space")
        pages = [look.shown()]
        await look.press("k", "enter")
        pages.append(look.shown())
        await look.press("enter")
        pages.append(look.shown())
        await look.press("enter")
        pages.append(look.shown())
        await look.press("escape", "escape", "escape", "j", "space", "c")
        pages.append(look.shown())
    text = ("=" * width + "\n").join(pages)
    compare(f"profiles-{width}x{height}.txt", re.sub(r"lexicon \w+", "lexicon VERSION", text))


async def test_every_step_down_has_a_step_back_and_the_last_one_leaves(labelled: Path) -> None:
    async with looking(labelled) as look:
        assert "Osmund Gazette" in look.current()
        await look.press("enter")
        assert "factual" in look.current()
        await look.press("j", "j")
        assert "promotional" in look.current()
        await look.press("enter")
        assert "1 behind it" in look.line("top")
        assert "The pier is a shining gateway" in look.current()
        await look.press("enter")
        assert "┃ The pier is a shining gateway" in look.shown()
        assert "source Osmund Gazette, author none, date none" in look.line("about")
        await look.press("escape")
        assert "The pier is a shining gateway" in look.current()
        await look.press("escape")
        assert "promotional" in look.current()
        await look.press("escape")
        assert "Osmund Gazette" in look.current()
        await look.press("escape")
    assert look.app.return_code == 0


async def test_a_figure_without_hits_opens_an_empty_list(labelled: Path) -> None:
    async with looking(labelled) as look:
        await look.press("j", "enter", "enter", "enter")
        assert "0 behind it" in look.line("top")
        assert "the count is zero" in look.line("about")


async def test_b_lists_by_something_else_and_comes_round(labelled: Path) -> None:
    async with looking(labelled) as look:
        seen = []
        for _ in range(5):
            seen.append(look.line("top").split("profiles by ")[1].split(" ")[0])
            await look.press("b")
        assert seen == ["source", "document", "author", "outlet", "language"]
        assert "profiles by source" in look.line("top")


async def test_two_to_four_are_set_side_by_side(labelled: Path) -> None:
    async with looking(labelled) as look:
        await look.press("c")
        assert "mark two to four with space first" in look.line("about")
        await look.press("space", "space", "c")
        assert "Osmund Gazette, Tarn Post" in look.line("top")
        await look.press("enter")
        assert "behind it" in look.line("top")


async def test_no_more_than_four_are_marked(tmp_path: Path) -> None:
    texts = {
        f"{n}.txt": f"Dam {n}\n\nDam {n} was opened on Monday by the mayor.\n" for n in range(6)
    }
    async with looking(make_store(tmp_path, texts), by="document") as look:
        await look.press(*["space"] * 5)
        assert "at most 4 stand side by side" in look.line("about")
        assert look.shown().count("✓") == 4
        await look.press("k", "space")
        assert look.shown().count("✓") == 3


async def test_all_of_a_profile_can_be_read(labelled: Path) -> None:
    async with looking(labelled) as look:
        await look.press("enter", "end")
        assert look.listing.scroll_offset.y > 0
        await look.press("pagedown", "j", "j", "j")
        assert "too few documents to generalise: 1, at least 10" in " ".join(look.shown().split())
        await look.press("home", "pageup", "k", "k")
        assert "A wording profile" in look.shown()


async def test_an_empty_project_says_so(tmp_path: Path) -> None:
    path = tmp_path / "labels" / "labels.db"
    with Store.open(path):
        pass
    async with looking(path) as look:
        assert "no articles yet" in look.line("about")
        await look.press("enter", "space", "c", "j", "end")
        assert "no articles yet" in look.line("about") or "mark two" in look.line("about")
        await look.press("b", "b", "b")
        assert "no article names or credits an outlet" in look.line("about")


async def test_hostile_names_and_texts_are_shown_as_they_are(tmp_path: Path) -> None:
    name = "".join(HOSTILE)
    text = (
        f"Dam opens {name}\n\nThe WSJ said that {name} may be the finest dam of all.\n\n"
        "Source: [bold]\x1b]0;x\x07 Wire\u202e\n"
    )
    path = make_store(tmp_path, {"a.txt": text})
    with Store.open(path) as store:
        with store.writing() as db:
            db.execute("UPDATE documents SET source = ?, author = ?", (name, name))
        session = Session(store, name, built_in(), timed=False)
        while not session.finished:
            session.label("promotional", tags=["[bold]", "x" * 50])
    for by in ("source", "document", "author", "outlet"):
        async with looking(path, by=by) as look:
            for key in ("enter", "j", "j", "enter", "enter"):
                assert not set(look.shown()) & RAW
                await look.press(key)
            assert not set(look.shown()) & RAW
            assert "[bold]" in look.shown()


async def test_another_width_lays_the_page_out_anew(labelled: Path) -> None:
    async with looking(labelled, (120, 40)) as look:
        await look.press("enter")
        await look.pilot.resize_terminal(70, 20)
        await look.settle()
        assert all(len(line) <= 70 for line in look.shown().split("\n"))
        assert "Labels" in look.shown()
        assert "factual" in look.current()


async def test_a_click_opens(labelled: Path) -> None:
    async with looking(labelled) as look:
        await look.pilot.click(Listing, offset=(5, 2))
        await look.settle()
        assert "Tarn Post" in look.line("top")


async def test_it_says_how_far_it_has_come_whatever_is_pressed(
    labelled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = Event()

    def slow(store: Store, there: object, scheme: object, options: object, tell: Progress) -> None:
        tell("reading", 3, 9)
        go_on.wait(10)
        raise InputProblem("that was all")

    monkeypatch.setattr("annotator.tui.profile.Profiles.of", slow)
    async with looking(labelled) as look:
        await look.pilot.press("enter", "j", "k")
        for _ in range(100):
            await look.pilot.pause(0.01)
            if "3 of 9" in look.line("about"):
                break
        await look.pilot.press("j")
        assert "reading 3 of 9" in look.line("about")
        go_on.set()
        await look.settle()
        assert "that was all" in look.line("about")


async def test_what_goes_wrong_is_said(labelled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise InputProblem("the disk is on fire")

    async with looking(labelled) as look:
        monkeypatch.setattr("annotator.tui.profile.Profiles.of", refuse)
        await look.press("enter")
        assert "the disk is on fire" in look.line("about")
        await look.press("j")
        assert "Tarn Post" in look.current()


async def test_a_review_of_one_article_does_not_open_it_for_the_others(small: Path) -> None:
    async with reviewing(small, scope=Scope(document="Council orders a new bridge")) as review:
        await review.press("f", "f", "f", "escape")
        assert review.session.finished
        review.app.action_profiles()
        await review.pilot.pause()
        assert review.app.screen is review.screen


async def test_from_a_review_it_opens_when_everything_is_decided(small: Path) -> None:
    suggest(small, SUGGESTED)
    async with reviewing(small) as review:
        review.app.action_profiles()
        await review.pilot.pause()
        assert review.app.screen is review.screen
        (notice,) = review.app._notifications
        assert "when everything is decided" in notice.message
        await review.press(*["f"] * 10, "escape")
        review.app.action_profiles()
        await review.app.workers.wait_for_complete()
        await review.pilot.pause()
        assert isinstance(review.app.screen, ProfileScreen)
        assert "Osmund Gazette" in review.shown()
        await review.press("enter")
        await review.app.workers.wait_for_complete()
        await review.press("q")
        assert review.app.screen is review.screen
