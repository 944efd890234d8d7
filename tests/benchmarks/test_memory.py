"""The memory a review takes: its peak after labels, a search, and the list of articles."""

from __future__ import annotations

import time

import big_store
import pytest
from terminal_clock import Program, minimal, review

pytestmark = pytest.mark.benchmark

BAR = 200
LABELS = 50


def test_memory_of_a_review(capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        print("\npeak of the resident memory:")
        with Program(minimal("line")) as least:
            least.until("the only line of it")
            print(f"  one line: {least.peak_memory():.0f} MB")
        for sentences in big_store.sizes(1_000, 1_000_000):
            with Program(review(big_store.project(sentences), f"reader {time.time_ns()}")) as one:
                one.until("▶")
                peaks = {"start": one.peak_memory()}
                for turn in range(LABELS):
                    one.press("f", f"{turn + 1}/")
                peaks[f"{LABELS} labels"] = one.peak_memory()
                one.press("/", "found")
                searched = one.press("m", "▶")
                for letter in "inister":
                    one.press(letter, "found")
                peaks["search"] = one.peak_memory()
                one.press("\x1b", "▶")
                one.rest(1.0)
                opened = one.press("g", "found")
                one.rest(1.0)
                peaks["list of articles"] = one.peak_memory()
            print(
                f"  {sentences:,} sentences: "
                + ", ".join(f"{name} {peak:.0f}" for name, peak in peaks.items())
                + f" MB (bar {BAR}); first letter of a search {searched * 1e3:.0f} ms,"
                f" list {opened * 1e3:.0f} ms"
            )
