"""From a key press to the next sentence on the screen, its label on disk.

Against a program that commits a row and updates two widgets, both running in the same minute, a
key to the one and then a key to the other.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import big_store
import pytest
from terminal_clock import Program, described, minimal, percentile, review

from annotator.store import Store, reading

pytestmark = pytest.mark.benchmark

BAR = 1.6
KEYS = 30 if big_store.SMOKE else 300
PAUSE = 0.03


def count_of(project: Path) -> Callable[[int], str]:
    """Return what the header says after so many labels."""
    with Store.open(project / "labels" / "labels.db") as store:
        (sentences,) = store.db.execute("SELECT sum(sentences) FROM documents").fetchone()
    return lambda labels: f"{labels:,}/{sentences:,}"


def labels_of(project: Path, reviewer: str) -> int:
    with Store.open(project / "labels" / "labels.db") as store:
        return {name: events for _, name, events in reading.reviewers(store)}.get(reviewer, 0)


def press(program: Program, turn: int, count: Callable[[int], str]) -> float:
    # The count is in the header, the arrow at the sentence: both have to be painted.
    return program.press("fsp"[turn % 3], count(turn + 1), "▶")


def test_key_to_next_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        print(f"\nkey to next sentence, label on disk, {KEYS} keys:")
        for sentences in big_store.sizes(1_000, 1_000_000):
            project = big_store.project(sentences)
            for columns, rows in ((120, 40), (80, 24)):
                own, least = against_the_least(project, tmp_path, columns, rows)
                median, high = statistics.median, [percentile(t, 0.99) for t in (own, least)]
                print(
                    f"  {sentences:>9,} at {columns}x{rows}: {described(own)};"
                    f" least {described(least)}:"
                    f" {median(own) / median(least):.2f} times, p99 {high[0] / high[1]:.2f}"
                    f" (bar {BAR})"
                )


def against_the_least(
    project: Path, folder: Path, columns: int, rows: int
) -> tuple[list[float], list[float]]:
    reviewer = f"reader {time.time_ns()}"
    database = folder / f"{time.time_ns()}.db"
    count = count_of(project)
    with (
        Program(review(project, reviewer), columns, rows) as ours,
        Program(minimal("label", str(database)), columns, rows) as theirs,
    ):
        ours.until("▶")
        theirs.until("count 0/")
        own, least = [], []
        for turn in range(KEYS + 20):
            ours.rest(PAUSE)
            theirs.rest(PAUSE)
            both = (
                press(ours, turn, count),
                theirs.press("f", f"count {turn + 1}/", f"▶ sentence {turn + 1}"),
            )
            if turn >= 20:
                own.append(both[0])
                least.append(both[1])
    assert labels_of(project, reviewer) == KEYS + 20
    return own, least


def test_a_page_of_5000_sentences(capsys: pytest.CaptureFixture[str]) -> None:
    """A decision and a move in one article of 5,000 sentences and in one of 50, by turns."""
    projects = [big_store.one_long_document(sentences) for sentences in (5_000, 50)]
    counts = [count_of(project) for project in projects]
    reviewer = f"reader {os.getpid()} {time.time_ns()}"
    with capsys.disabled(), Program(review(projects[0], reviewer)) as long:
        with Program(review(projects[1], reviewer)) as short:
            programs = (long, short)
            for program in programs:
                program.until("▶")
            times: dict[str, tuple[list[float], list[float]]] = {
                "label": ([], []),
                "move": ([], []),
            }
            for turn in range(48):
                for place, program in enumerate(programs):
                    program.rest(PAUSE)
                    times["label"][place].append(press(program, turn, counts[place]))
            for turn in range(200):
                for place, program in enumerate(programs):
                    program.rest(PAUSE)
                    times["move"][place].append(program.press("kj"[turn // 20 % 2], "▶"))
        print("\na page of 5,000 sentences against one of 50:")
        for name, (slow, fast) in times.items():
            ratio = statistics.median(slow) / statistics.median(fast)
            print(f"  {name}: {described(slow)}; {described(fast)}: {ratio:.2f} times")
