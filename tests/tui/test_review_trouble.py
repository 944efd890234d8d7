"""A label that could not be stored is shown as not saved, and nothing goes on as if it had been."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from reviewing import reviewing

from annotator.core.errors import StoreProblem
from annotator.core.scheme import built_in
from annotator.session import Session
from annotator.store import Store
from annotator.store.verify import verify


def in_store(path: Path) -> int:
    with Store.open(path) as store:
        return Session(store, "ana", built_in()).counts.labelled


async def test_a_full_disk_is_said_and_what_was_saved_is_safe(small: Path) -> None:
    async with reviewing(small) as review:
        await review.press("f")
        db = review.session.store.db
        (pages,) = db.execute("PRAGMA page_count").fetchone()
        db.execute(f"PRAGMA max_page_count = {pages}")
        acknowledged = 1
        for _ in range(200):
            # A label and its undo, until the pages that are there are used up.
            before = review.session.counts, review.current()
            await review.press("f" if acknowledged % 2 else "u")
            if "NOT SAVED" in review.line("strip"):
                break
            acknowledged += 1
        assert "the disk is full" in review.line("strip")
        assert "free some space" in review.line("strip")
        assert (review.session.counts, review.current()) == before
        (events,) = db.execute("SELECT count(*) FROM events").fetchone()
        assert events == acknowledged
        labelled = review.session.counts.labelled
        assert in_store(small) == labelled
        await review.press("p", "x", "space")
        assert "NOT SAVED" in review.line("strip")
        db.execute("PRAGMA max_page_count = 1000000")
        await review.press("f" if acknowledged % 2 else "u")
        assert "NOT SAVED" not in review.line("strip")
    with Store.open(small) as store:
        assert not verify(store).problems


async def test_a_store_that_becomes_read_only_is_said(small: Path) -> None:
    async with reviewing(small) as review:
        await review.press("f")
        review.session.store.db.execute("PRAGMA query_only = ON")
        await review.press("s")
        assert "NOT SAVED: the label store" in review.line("strip")
        assert "cannot be written" in " ".join(review.line("strip").split())
        assert "Two cranes" in review.current()
    assert in_store(small) == 1


async def test_the_message_stays_when_another_terminal_goes_on(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotator.tui.screen._WATCH_SECONDS", 0.05)
    async with reviewing(small) as review:
        review.session.store.db.execute("PRAGMA busy_timeout = 20")
        with Store.open(small) as other, other.writing():
            await review.press("f")
        with Store.open(small) as other:
            Session(other, "ana", built_in()).label("promotional")
        await review.pilot.pause(0.2)
        assert "1/10" in review.line("header")
        assert "NOT SAVED" in review.line("strip")
        await review.press("j")
        assert "NOT SAVED" not in review.line("strip")


async def test_the_message_of_a_watch_that_fails_is_shown(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotator.tui.screen._WATCH_SECONDS", 0.05)
    async with reviewing(small) as review:

        def failing() -> bool:
            raise StoreProblem("labels.db is damaged")

        monkeypatch.setattr(review.session, "refresh", failing)
        await review.pilot.pause(0.2)
        assert "labels.db is damaged" in review.line("strip")
        monkeypatch.undo()


async def test_every_key_that_fails_says_so(small: Path) -> None:
    async with reviewing(small) as review:
        await review.press("f", "s")
        before = review.line("header"), review.article()
        other = sqlite3.connect(small, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        review.session.store.db.execute("PRAGMA busy_timeout = 20")
        try:
            for key in ("f", "1", "p", "x", "space", "!", "u"):
                await review.press(key)
                assert review.line("strip").startswith(" NOT SAVED: another process"), key
                assert "The harbour board" in review.current()
                assert (review.line("header"), review.article()) == before
            await review.press("c", "3")
            assert review.line("strip").startswith(" NOT SAVED")
            await review.press("n", *"odd", "enter")
            assert review.line("strip").startswith(" NOT SAVED")
            # What only reads goes on.
            await review.press("j", "k", "?", "escape", "/", *"pier", "escape", "g", "escape")
            assert "The harbour board" in review.current()
        finally:
            other.execute("ROLLBACK")
            other.close()
        assert in_store(small) == 2
        await review.press("p")
        assert "3/10" in review.line("header")
        assert "NOT SAVED" not in review.line("strip")
    assert in_store(small) == 3
    with Store.open(small) as store:
        assert not verify(store).problems


async def test_what_to_do_about_it_is_not_cut_off(small: Path) -> None:
    async with reviewing(small, (80, 24)) as review:
        other = sqlite3.connect(small, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        review.session.store.db.execute("PRAGMA busy_timeout = 20")
        await review.press("f")
        other.close()
        said = " ".join(review.shown().splitlines()[-5:-1])
        assert "NOT SAVED" in said
        assert "try again in a moment" in said
