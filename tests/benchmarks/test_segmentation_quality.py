"""How good and how fast sentences and blocks are: boundary F1, and megabytes a second.

The measure: each paragraph of the development data is one call; the end of every sentence but the
last of its paragraph is a boundary; F1 is over the boundaries of a whole set.
"""

from __future__ import annotations

import json
import time
from collections import defaultdict
from pathlib import Path

import pytest

from annotator.ingest.blocks import find_blocks
from annotator.ingest.sentences import split
from annotator.ingest.units import find_units

pytestmark = pytest.mark.benchmark

BARS = {
    "gum_en_dev": 93.0,
    "pud_en": 99.5,
    "pud_fr": 98.0,
    "gsd_fr_dev": 98.0,
    "pud_de": 97.0,
    "pud_es": 97.0,
    "rules_en": 0.0,
    "rules_fr": 0.0,
}

PROSE = (
    "The U.S. plant opened on Monday, and Mr. Roe said that it was big. “Why?” asked the mayor. "
    "Nobody knew at 5 p.m. that 3.5 percent (or more, etc.) had been lost... It rained. "
)
HARD = ["x", '("“ x.', '." ', ". “", ". [...]", "((((. x", "x.\n", " ", "« ! »", "。「"]


def boundary_f1(rows: list[dict[str, object]]) -> dict[str, float]:
    """Return the F1 of interior sentence ends for each set, in percent."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for row in rows:
        wanted = {end for _, end in row["sentences"][:-1]}
        text = row["text"]
        got = {end for _, end in split(text, 0, len(text), row["lang"])[:-1]}
        count = counts[row["set"]]
        count[0] += len(wanted & got)
        count[1] += len(wanted)
        count[2] += len(got)
    return {name: 200 * hit / max(1, want + got) for name, (hit, want, got) in counts.items()}


def test_boundaries_reach_their_bars(shared: Path, capsys) -> None:
    lines = (shared / "segmentation" / "dev.jsonl").read_text("utf-8").splitlines()
    scores = boundary_f1([json.loads(line) for line in lines])
    with capsys.disabled():
        print()
        for name, score in scores.items():
            print(f"  {name:12} F1 {score:6.2f}   bar {BARS[name]:.1f}")
    assert all(score >= BARS[name] for name, score in scores.items())


def seconds(text: str, language: str = "en") -> float:
    best = float("inf")
    for _ in range(3):
        start = time.process_time()
        find_units(text, find_blocks(text), language)
        best = min(best, time.process_time() - start)
    return best


def test_speed_on_articles(shared: Path, capsys) -> None:
    texts = [file.read_text("utf-8") for file in sorted((shared / "seeds").glob("*.txt"))] * 20
    size = sum(len(text.encode()) for text in texts) / 1e6
    rates = []
    for _ in range(3):
        start = time.process_time()
        found = [(text, find_blocks(text)) for text in texts]
        middle = time.process_time()
        for text, blocks in found:
            find_units(text, blocks, "en")
        end = time.process_time()
        rates.append((size / (end - start), size / (middle - start), size / (end - middle)))
    both, blocks_only, sentences_only = max(rates)
    with capsys.disabled():
        print(f"\n  articles: {both:.1f} MB/s", end=" ")
        print(f"(blocks {blocks_only:.1f}, sentences {sentences_only:.1f})")


def test_time_grows_with_the_length_only(capsys) -> None:
    """One paragraph, four times as long: about four times the time (sixteen were quadratic)."""
    with capsys.disabled():
        print(f"\n  a 200 kB paragraph: {seconds(PROSE * (200_000 // len(PROSE))):.3f} s")
        print(f"  a million characters without a space: {seconds('x' * 1_000_000):.3f} s")
        for piece in [PROSE, *HARD]:
            short, long = (seconds(piece * (size // len(piece))) for size in (100_000, 400_000))
            print(f"  4 × {piece[:12]!r:16} takes {long / max(short, 1e-6):5.1f} × the time")
            # Below some milliseconds the clock says nothing.
            assert long < 0.02 or long / short < 10
