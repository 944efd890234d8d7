"""Seconds that `annotator profile` takes: lists, and one source of eight, at a million sentences.

A source of more than 20,000 sentences is read for cues in a sample; labels, copies, dates and the
kinds of its units are counted in full.
"""

from __future__ import annotations

import time
from pathlib import Path

import big_store
import pytest

from annotator.core.scheme import built_in
from annotator.project.profile import Options, groups, profile
from annotator.store import Store

pytestmark = pytest.mark.benchmark


@pytest.mark.parametrize("sentences", big_store.sizes(1_000, 100_000, 1_000_000))
def test_seconds_of_lists_and_of_a_profile(sentences: int, tmp_path: Path) -> None:
    with big_store.copied(sentences, tmp_path) as copy, Store.open(copy) as store:
        for by in ("source", "outlet"):
            started = time.perf_counter()
            found = groups(store, by)
            print(f"\n{sentences:,} sentences, list by {by}: {_since(started)}", end="")
        largest = max(groups(store, "source"), key=lambda one: one.sentences)
        started = time.perf_counter()
        made = profile(store, largest, built_in(), Options())
        print(f"\n{sentences:,} sentences, profile of {made.sentences:,}: {_since(started)}")
    assert found == []  # no real outlet is in made-up articles


def _since(started: float) -> str:
    return f"{time.perf_counter() - started:.2f} s"
