"""Records a second of export and import, of a store where 100,000 sentences are labelled."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import big_store
import pytest

from annotator.project.exchange import Choice, export
from annotator.project.importing import import_file
from annotator.store import Store

SENTENCES = big_store.sizes(1_000, 100_000)[-1]

pytestmark = pytest.mark.benchmark


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A copy of the large project in which `reader` has labelled everything."""
    with (
        big_store.copied(SENTENCES, tmp_path_factory.mktemp("export")) as copy,
        Store.open(copy) as store,
    ):
        big_store.label(store, "reader")
        yield store


def rate(work: Callable[[], int]) -> float:
    """Records a second of CPU time, the best of three: other processes only ever slow it down."""
    best = 0.0
    for _ in range(3):
        started = time.process_time()
        records = work()
        best = max(best, records / (time.process_time() - started))
    return best


def test_export(store, tmp_path, capsys):
    lines: list[bytes] = []
    counts = export(store, Choice(), lines.append)
    sample = [json.loads(line) for line in islice(b"".join(lines[:200]).splitlines(), 5_000)]
    size = sum(map(len, lines)) / counts.records

    def dumps() -> int:
        for record in sample:
            json.dumps(record, ensure_ascii=False).encode()
        return len(sample)

    encoder = rate(dumps)
    with capsys.disabled():
        print(f"\n{counts.records:,} records of {size:,.0f} bytes, records a CPU second:")
        print(f"  json.dumps alone, of ready dictionaries  {encoder:10,.0f}")
        for reviewers in (1, 2):
            if reviewers == 2:
                big_store.label(store, "second")
            for kind in ("jsonl", "csv"):
                found = rate(lambda kind=kind: export(store, Choice(), _drop, format=kind).records)
                print(
                    f"  export to {kind:5} of {reviewers} reviewer(s)"
                    f"{found:18,.0f}  {found / encoder:.2f} times json.dumps"
                )


def _drop(data: bytes) -> None:
    pass


def test_import(store, tmp_path, capsys):
    file = Path(tmp_path) / "export.jsonl"
    started = time.perf_counter()
    with file.open("wb") as out:
        records = export(store, Choice(), out.write).records
        os.fsync(out.fileno())
    written = records / (time.perf_counter() - started)
    (tmp_path / "fresh").mkdir()
    with big_store.copied(SENTENCES, tmp_path / "fresh") as copy, Store.open(copy) as other:
        rates = []
        for _ in range(2):
            started = time.perf_counter()
            import_file(other, file)
            rates.append(records / (time.perf_counter() - started))
    with capsys.disabled():
        print(f"\nby the clock: {written:,.0f} records a second to disk,")
        print(f"  {rates[0]:,.0f} imported, {rates[1]:,.0f} compared when all are there already")
