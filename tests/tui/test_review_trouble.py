"""A label that could not be stored is shown as not saved, and nothing goes on as if it had been."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from reviewing import Review, reviewing

from annotator.core.scheme import built_in
from annotator.session import Session
from annotator.store import Store
from annotator.store.verify import verify


def in_store(path: Path) -> int:
    with Store.open(path) as store:
        return Session(store, "ana", built_in()).counts.labelled


def fill(review: Review) -> None:
    """Let the store grow by no further page, as on a full disk."""
    db = review.session.store.db
    (pages,) = db.execute("PRAGMA page_count").fetchone()
    db.execute(f"PRAGMA max_page_count = {pages}")


async def test_a_full_disk_is_said_and_the_position_stays(small: Path) -> None:
    async with reviewing(small) as review:
        fill(review)
        for _ in range(4):
            await review.press("n", *"x" * 10, "enter")
            review.session.note("long " * 700)
        assert "NOT SAVED" not in review.line("strip")


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
