"""From the command to the first sentence on the screen, against a program that shows one line."""

from __future__ import annotations

import shutil
import statistics
from pathlib import Path

import big_store
import pytest
from terminal_clock import minimal, review, start_seconds

pytestmark = pytest.mark.benchmark

BAR = 1.5
ROUNDS = 1 if big_store.SMOKE else 15
ROOT = Path(__file__).resolve().parents[2]


def compare(name: str, project: Path, reviewer: str) -> None:
    """Print the start of both programs, one after the other, many times."""
    own, least = [], []
    for turn in range(ROUNDS + 1):
        both = (
            start_seconds(review(project, reviewer), "▶"),
            start_seconds(minimal("line"), "the only line of it"),
        )
        if turn:  # the first one warms the caches of the file system
            own.append(both[0])
            least.append(both[1])
    ratio = statistics.median(a / b for a, b in zip(own, least, strict=True))
    print(
        f"  {name:>22}: {statistics.median(own) * 1e3:5.0f} ms, one line"
        f" {statistics.median(least) * 1e3:5.0f} ms: {ratio:.2f} times (bar {BAR})"
    )


def test_start(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bundled = tmp_path / "bundled"
    shutil.copytree(ROOT / "corpus", bundled / "corpus")
    with capsys.disabled():
        print("\nstart to first sentence:")
        first = start_seconds(review(bundled, "ana"), "▶")
        least = start_seconds(minimal("line"), "the only line of it")
        print(
            f"  {'first start, ingest too':>22}: {first * 1e3:5.0f} ms, {first / least:.2f} times"
        )
        compare("bundled corpus", bundled, "ana")
        for sentences in big_store.sizes(1_000, 1_000_000):
            compare(f"{sentences:,} sentences", big_store.project(sentences), "reader")
