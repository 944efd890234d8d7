"""Records a second of export and import, of a store of 100,000 labelled sentences."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from annotator.core.model import BODY, Unit
from annotator.core.scheme import built_in
from annotator.formats import json_lines, values
from annotator.project.exchange import Choice, export, import_file
from annotator.store import Store
from annotator.store.documents import Documents, NewDocument, Scored
from annotator.store.journal import Journal

DOCUMENTS = 4_000
SENTENCES = 25
WORDS = (
    "the company said on Tuesday that its new plant would make “chips” for every maker of "
    "télévisions and cars in the region by spring although observers expect long delays"
).split()


def _document(number: int) -> NewDocument:
    units, text = [], ""
    for place in range(SENTENCES):
        turn = (number * 7 + place * 3) % len(WORDS)
        words = f"{number}-{place} " + " ".join(WORDS[turn:] + WORDS[: turn // 2]) + "."
        units.append(Unit(len(text), len(text) + len(words), BODY, place))
        text += words + "\n"
    return NewDocument(
        id=f"{number * 2654435761 % (1 << 64):016x}",
        text=text,
        metadata={"title": f"Article {number}", "source": "The Example", "url": None},
        language="en",
        language_score=1.0,
        encoding="utf-8",
        units=units,
        forms=[(number * SENTENCES + place, ()) for place in range(SENTENCES)],
        scores=[Scored(0.25, 1 / 3, "[]")] * SENTENCES,
        analyzer=("textblob-en", "1"),
    )


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    path = tmp_path_factory.mktemp("speed") / "labels.db"
    with Store.open(path) as store:
        documents = Documents(store)
        with store.writing() as db:
            for number in range(DOCUMENTS):
                documents.insert(db, _document(number), "2026-01-01T00:00:00.000Z")
        _label(store, "ana")
        yield store


def _label(store: Store, reviewer: str) -> None:
    payload = {"label": "factual", "guideline": "1.0", "seconds": 2.5, "shown": []}
    units = store.db.execute("SELECT n FROM units ORDER BY n").fetchall()
    Journal(store, reviewer).record_all([("label", n, payload) for (n,) in units])


def _rate(store: Store, format: str) -> float:
    best = 0.0
    for _ in range(3):
        started = time.process_time()
        counts = export(store, Choice(), lambda _: None, format=format)
        best = max(best, counts.records / (time.process_time() - started))
    return best


@pytest.mark.benchmark
def test_export_and_import_rates(store, tmp_path, capsys):
    with capsys.disabled():
        records = DOCUMENTS * SENTENCES
        lines: list[bytes] = []
        export(store, Choice(), lines.append)
        size = sum(map(len, lines)) / records
        print(f"\nexport of {records:,} records of {size:,.0f} bytes, 1 reviewer:")
        for format in ("jsonl", "csv"):
            print(f"  {format:6} {_rate(store, format):10,.0f} records a CPU second")
        _label(store, "ben")
        for format in ("jsonl", "csv"):
            print(f"  {format:6} {_rate(store, format):10,.0f} with 2 reviewers")

        file = tmp_path / "export.jsonl"
        started = time.perf_counter()
        with file.open("wb") as out:
            export(store, Choice(), out.write)
            os.fsync(out.fileno())
        print(f"  to disk, by the clock: {records / (time.perf_counter() - started):,.0f} a second")
        started = time.perf_counter()
        report = import_file(store, file)
        print(f"import, nothing new: {records / (time.perf_counter() - started):,.0f} a second")
        assert report.same == 2 * records


@pytest.mark.benchmark
def test_ways_to_make_json(store, capsys):
    """The same lines through a dictionary and a JSON encoder: why it is not done."""
    with capsys.disabled():
        lines: list[bytes] = []
        export(store, Choice(), lines.append)
        parsed = [json.loads(line) for line in b"".join(lines[:400]).splitlines()]
        from pydantic_core import to_json

        def rate(make) -> float:
            started = time.process_time()
            for record in parsed:
                make(record)
            return len(parsed) / (time.process_time() - started)

        print(f"\nencoding alone of ready dictionaries: json.dumps {rate(_dumps):,.0f} a second,")
        print(f"  pydantic_core.to_json {rate(to_json):,.0f}")


def _dumps(record: dict) -> str:
    return json.dumps(record, ensure_ascii=False)
