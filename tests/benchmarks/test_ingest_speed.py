"""Sentences a second that one core takes in, by stage, and how that scales with the corpus.

All in one process, by the processor's time; the first ingest of a process also loads the language
model and the lexicon, so a small one is done before the clock starts.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import big_store
import pytest

from annotator.ingest import blocks, duplicates, units
from annotator.project import gather, ingest, prepare, writing
from annotator.store.documents import Documents

pytestmark = pytest.mark.benchmark

READING = "decoding"
STAGES: list[tuple[str, Any, str]] = [
    (READING, gather, "read"),
    ("blocks", blocks, "find_blocks"),
    ("language", prepare, "_language"),
    ("sentences", units, "find_units"),
    ("sentiment", prepare, "scores"),
    ("suggestions", prepare, "suggestions"),
    ("duplicate keys", duplicates, "keyed"),
    ("store", Documents, "insert"),
    ("grouping", writing.Writer, "_group_forms"),
    ("grouping", writing.Writer, "_group_documents"),
]
COMPUTED = (READING, "blocks", "language", "sentences", "sentiment", "suggestions")


class Stopwatch:
    """Adds up the processor time inside functions, without what is inside of another one."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()
        self._inner = 0.0

    def around(self, stage: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*args: Any, **named: Any) -> Any:
            outer, self._inner = self._inner, 0.0
            start = time.process_time()
            try:
                found = call(*args, **named)
                return list(found) if stage == READING else found
            finally:
                took = time.process_time() - start
                self.seconds[stage] += took - self._inner
                self._inner = outer + took

        return timed


def measure(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    watch = Stopwatch()
    with monkeypatch.context() as patch:
        patch.setattr(ingest, "_WORTH_WORKERS", 1 << 60)
        for stage, place, name in STAGES:
            patch.setattr(place, name, watch.around(stage, getattr(place, name)))
        watch.around("the rest", big_store.take_in)(folder)
    return watch.seconds


def test_ingest_by_stage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    big_store.write_corpus(tmp_path / "warm", 100)
    measure(tmp_path / "warm", monkeypatch)
    names = [*dict.fromkeys(stage for stage, _, _ in STAGES), "the rest"]
    with capsys.disabled():
        print("\ningest, microseconds a sentence:")
        print("  sentences  " + "  ".join(f"{name:>9}" for name in names) + "   a second and core")
        for sentences in big_store.sizes(1_000, 10_000, 100_000):
            folder = tmp_path / str(sentences)
            big_store.write_corpus(folder, sentences)
            seconds = measure(folder, monkeypatch)
            each = [f"{seconds[name] / sentences * 1e6:>{max(9, len(name))}.1f}" for name in names]
            total = sentences / sum(seconds.values())
            computed = sentences / sum(seconds[name] for name in COMPUTED)
            print(f"  {sentences:>9,}  {'  '.join(each)}   {total:,.0f} in all")
            print(f"  {'':9}  from reading to suggestions: {computed:,.0f}")
