"""Seconds that `annotator agreement` takes: ten reviewers on 100,000 sentences, 1,000 rounds."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

import big_store
import pytest

from annotator.core.model import BODY
from annotator.project.agreement import GROUPS, Choice, measure
from annotator.project.compared import compare
from annotator.store import Store
from annotator.store.journal import Journal
from annotator.tui.agreement import AgreementScreen
from annotator.tui.base import OneScreen

SENTENCES = big_store.sizes(1_000, 100_000)[-1]
REVIEWERS = 10
ADJUDICATED = 500
RIGHT = 0.8
"""How often a reviewer gives the label that a sentence was made with."""

Value = TypeVar("Value")

pytestmark = pytest.mark.benchmark


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A copy of the large project in which everybody has labelled everything, from the disk."""
    with big_store.copied(SENTENCES, tmp_path_factory.mktemp("agreement")) as copy:
        with Store.open(copy) as store:
            label_all(store)
            for (unit,) in store.db.execute(
                "SELECT unit FROM annotations GROUP BY unit LIMIT ?", (ADJUDICATED,)
            ).fetchall():
                Journal(store, "lea").record("adjudicate", unit, {"label": "factual"})
            store.db.execute("PRAGMA wal_checkpoint (TRUNCATE)")
        with Store.open(copy) as store:
            yield store


def label_all(store: Store) -> None:
    """Write the annotations alone: nothing else of a million labels is read."""
    dice = random.Random(5)
    names = [label.name for label in store.scheme.every]
    units = [n for (n,) in store.db.execute("SELECT n FROM units WHERE kind = ?", (BODY,))]
    truth = dice.choices(names, (60, 20, 15, 5), k=len(units))
    with store.writing(much=True) as db:
        db.execute("DELETE FROM annotations")
        for reviewer in range(REVIEWERS):
            db.execute("INSERT INTO reviewers (name) VALUES (?)", (f"reviewer {reviewer}",))
            (number,) = db.execute("SELECT max(n) FROM reviewers").fetchone()
            db.executemany(
                "INSERT INTO annotations (reviewer, unit, label, skipped, flagged, asked, tags,"
                " suggestion_shown, created_at) VALUES (?, ?, ?, 0, 0, 0, '[]', 0, ?)",
                (
                    (
                        number,
                        unit,
                        label if dice.random() < RIGHT else dice.choice(names),
                        f"2026-0{1 + unit % 9}-{10 + unit % 15}T12:00:00.000Z",
                    )
                    for unit, label in zip(units, truth, strict=True)
                ),
            )


def test_ten_reviewers(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    read, reading = clocked(lambda: compare(store, Choice(), store.scheme))
    found, whole = clocked(lambda: measure(store, Choice()))
    _, grouped = clocked(lambda: measure(store, Choice(by=GROUPS)))
    alpha = found.every[0]
    assert found.reviewers == {f"reviewer {n}": SENTENCES for n in range(REVIEWERS)}
    assert read.touched == ADJUDICATED
    assert all(not isinstance(one, str | None) for one in (alpha.these, alpha.beyond))
    with capsys.disabled():
        print(
            f"\n{REVIEWERS} reviewers on {found.sentences:,} sentences,"
            f" {found.rounds:,} rounds, by the clock (CPU):"
        )
        print(f"  reading the labels             {reading}")
        print(f"  all figures, with the reading  {whole}")
        print(f"  and by all groups              {grouped}")
        print(f"  alpha {alpha.value:.3f}, {alpha.these.low:.3f} to {alpha.these.high:.3f}")


def clocked(work: Callable[[], Value]) -> tuple[Value, str]:
    """What `work` returns, and the seconds it took: other processes slow the clock."""
    started, cpu = time.perf_counter(), time.process_time()
    found = work()
    clock, used = time.perf_counter() - started, time.process_time() - cpu
    return found, f"{clock:6.2f} s ({used:.2f} s)"


async def test_the_screen_answers_meanwhile(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    screen = AgreementScreen(store, Choice(), store.scheme)
    async with OneScreen(screen).run_test() as pilot:
        pauses = []
        while screen._busy:
            before = time.perf_counter()
            await asyncio.sleep(0.01)
            pauses.append(time.perf_counter() - before - 0.01)
        assert screen._found is not None
        keys = []
        for key in ("2", "enter", "enter", "j", "pagedown"):
            before = time.perf_counter()
            await pilot.press(key)
            keys.append(time.perf_counter() - before)
    pauses.sort()
    with capsys.disabled():
        print("\nwhile the screen measures, it does not answer for (milliseconds):")
        print(f"  median {1e3 * pauses[len(pauses) // 2]:.1f}, longest {1e3 * pauses[-1]:.0f}")
        print(f"  then, tables, a cell and its sentences: {1e3 * max(keys):.0f} a key at most")
