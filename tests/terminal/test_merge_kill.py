"""Killed in the middle of a merge: the store is as before or as after, and nothing in between."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from strategies import article, fill

from annotator.project.merge import merge_all
from annotator.store import Store
from annotator.store.journal import Journal
from annotator.store.verify import verify

SENTENCES = 40
ARTICLES = 100
MERGE = [sys.executable, "-c", "from annotator.cli import main; main()", "merge"]


def write(path: Path, first: int, last: int, reviewer: str) -> None:
    with Store.open(path) as store:
        fill(
            store,
            [
                article(
                    *(f"Sentence {n} of report {one}." for n in range(SENTENCES)),
                    path=f"corpus/{one}.txt",
                )
                for one in range(first, last)
            ],
        )
        journal = Journal(store, reviewer)
        with store.writing() as db:
            for (unit,) in db.execute("SELECT n FROM units").fetchall():
                journal.append(db, "label", unit, {"label": "factual"})


def said(path: Path) -> tuple[int, ...]:
    with Store.open(path) as store:
        assert verify(store).problems == []
        return tuple(
            store.db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in ("documents", "units", "events", "steps", "annotations", "reviewers")
        )


def kills(tmp_path: Path, turns: int, seed: int) -> dict[str, int]:
    chance = random.Random(seed)
    write(tmp_path / "first.db", 0, ARTICLES, "ana")
    write(tmp_path / "other.db", ARTICLES // 2, 2 * ARTICLES, "ben")
    before = said(tmp_path / "first.db")
    shutil.copy(tmp_path / "first.db", tmp_path / "merged.db")
    with Store.open(tmp_path / "merged.db") as store:
        merge_all(store, [tmp_path / "other.db"])
    after = said(tmp_path / "merged.db")
    labels = tmp_path / "project" / "labels"
    (tmp_path / "project" / "corpus").mkdir(parents=True)
    command = [*MERGE, str(tmp_path / "other.db"), "--project", str(tmp_path / "project")]
    found = {"before": 0, "after": 0, "ended": 0}
    longest = 0.0
    for turn in range(turns):
        shutil.rmtree(labels, ignore_errors=True)
        labels.mkdir()
        shutil.copy(tmp_path / "first.db", labels / "labels.db")
        started = time.monotonic()
        process = subprocess.Popen(command, stderr=subprocess.PIPE)
        if turn:
            time.sleep(chance.uniform(0.2, 0.9) * longest)
            process.kill()
        process.communicate(timeout=120)
        longest = longest or time.monotonic() - started
        assert process.returncode in {0, -9}
        kept = said(labels / "labels.db")
        assert kept in {before, after}
        found["ended" if process.returncode == 0 else "before" if kept == before else "after"] += 1
        # The next one goes through, whatever was left behind.
        if turn % 5 == 4:
            subprocess.run(command, check=True, stderr=subprocess.DEVNULL, timeout=120)
            assert said(labels / "labels.db") == after
    return found


@pytest.mark.slow
def test_a_merge_that_is_killed_leaves_one_state_or_the_other(tmp_path: Path):
    found = kills(tmp_path, turns=30, seed=random.randrange(10**6))
    print(found)
    # Otherwise nothing was at stake.
    assert found["before"] > 0
