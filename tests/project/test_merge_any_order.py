"""Three stores, worked on in any order and merged in any order: the same in the end.

What is drawn is a sequence of acts: decisions of three reviewers on any of the stores, new
articles, new versions of articles, and merges of one store into another between them.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice, permutations
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotator.core.history import ADJUDICATION, REVIEW
from annotator.ingest.metadata import Metadata
from annotator.project.exchange import Choice, export
from annotator.project.ingest import ingest
from annotator.project.merge import export_events, merge_all
from annotator.project.request import Request
from annotator.store import Store
from annotator.store.assignments import derive
from annotator.store.journal import Journal
from annotator.store.verify import verify

STORES = range(3)
REVIEWERS = ("ana", "ben", "Čeněk / 3")
SENTENCES = (
    "The harbour council approved the new northern railway budget on Monday.",
    "The harbour council approved the new southern railway budget on Monday.",
    "It may become the finest harbour railway that the valley has ever seen.",
    "Analysts expect that grain prices could fall again before the winter.",
    "Analysts expect that grain prices could rise again before the winter.",
    "The mayor said the bridge cost four million crowns.",
    "Nobody was hurt.",
)
VERSIONS = tuple(
    tuple(SENTENCES[(start + step * k) % len(SENTENCES)] for k in range(length))
    for start, step, length in ((0, 1, 3), (1, 2, 4), (2, 3, 3), (3, 1, 2), (4, 1, 5), (6, 2, 2))
)
TIMES = ("2026-05-01T10:00:00.000Z", "2019-01-01T00:00:00.000Z", "2031-12-31T23:59:59.999Z")

store = st.sampled_from(STORES)
reviewer = st.sampled_from(REVIEWERS)
place = st.integers(0, 40)
label = st.sampled_from(["factual", "speculative", "promotional", "none"])

acts = st.one_of(
    st.tuples(st.just("label"), store, reviewer, place, label),
    st.tuples(st.just("label"), store, st.just("ana"), place, label),
    st.tuples(st.just("skip"), store, reviewer, place),
    st.tuples(st.just("flag"), store, reviewer, place, st.booleans()),
    st.tuples(
        st.just("note"), store, reviewer, place, st.sampled_from(["", "why?", "\u202eso\x7f"])
    ),
    st.tuples(st.just("undo"), store, reviewer, st.integers(1, 3)),
    st.tuples(st.just("redo"), store, reviewer, st.integers(1, 2)),
    st.tuples(st.just("adjudicate"), store, reviewer, place, label),
    st.tuples(st.just("unadjudicate"), store, reviewer),
    st.tuples(st.just("discuss"), store, reviewer, place),
    st.tuples(st.just("import"), store, reviewer, place, label, st.sampled_from(TIMES)),
    st.tuples(st.just("assign"), store, reviewer, place, reviewer),
    st.tuples(
        st.just("file"),
        store,
        st.sampled_from(["a", "b", "c"]),
        st.sampled_from(VERSIONS),
        st.sampled_from([None, "Valley Wire", "Courier"]),
    ),
    st.tuples(st.just("merge"), store, store),
)


class Team:
    """Three stores in a folder, and a clock that goes on, jumps back or stands still."""

    def __init__(self, folder: Path, ticks: Sequence[int]) -> None:
        self.folder = folder
        self._ticks = list(ticks)
        self._at = 0
        self._count = 0
        with self.open(folder / "first.db") as first:
            self.file(first, "a", VERSIONS[0], None)
            Journal(first, "ana", now=self.now).record("label", 2, {"label": "factual"})
            Journal(first, "ana", now=self.now).record("label", 3, {"label": "promotional"})
        for n in STORES:
            shutil.copy(folder / "first.db", folder / f"{n}.db")
        self.stores = [self.open(folder / f"{n}.db") for n in STORES]

    @staticmethod
    def open(path: Path) -> Store:
        found = Store.open(path)
        # What is tested is what is written, not that the disk has it.
        found.db.execute("PRAGMA synchronous = OFF")
        return found

    def now(self) -> str:
        self._at = max(0, self._at + self._ticks[self._count % len(self._ticks)])
        self._count += 1
        return f"2026-05-01T10:{self._at // 60 % 60:02}:{self._at % 60:02}.000Z"

    def do(self, act: tuple[Any, ...]) -> None:
        kind, n, *rest = act
        found = self.stores[n]
        if kind == "merge":
            merge_all(found, [self.stores[rest[0]].path] if rest[0] != n else [])
        elif kind == "file":
            self.file(found, *rest)
        elif units := [u for (u,) in found.db.execute("SELECT n FROM units ORDER BY id")]:
            self.decide(found, kind, Journal(found, rest[0], now=self.now), rest[1:], units)

    def file(self, found: Store, name: str, sentences: Sequence[str], source: str | None) -> None:
        path = self.folder / f"{name}.txt"
        path.write_text("Report\n\n" + "\n\n".join(sentences) + "\n", encoding="utf-8")
        ingest(
            found,
            Request([path], self.folder, metadata=Metadata(source=source, language="en")),
        )

    def decide(
        self, found: Store, kind: str, journal: Journal, rest: list[Any], units: list[int]
    ) -> None:
        if kind in ("undo", "redo"):
            for _ in range(rest[0]):
                getattr(journal, kind)(REVIEW)
            return
        if kind == "unadjudicate":
            journal.undo(ADJUDICATION)
            return
        unit = units[rest[0] % len(units)]
        if kind == "label":
            journal.record(kind, unit, {"label": rest[1], "seconds": 1.5, "guideline": "1.0"})
        elif kind == "skip":
            journal.record(kind, unit, {})
        elif kind == "flag":
            journal.record(kind, unit, {"on": rest[1]})
        elif kind in ("note", "discuss"):
            journal.record(kind, unit, {"text": rest[1] if kind == "note" else "hm"})
        elif kind == "adjudicate":
            journal.record(kind, unit, {"label": rest[1], "reason": "R3"})
        elif kind == "import":
            state = {"label": rest[1], "created_at": rest[2]}
            with found.writing() as db:
                journal.append(db, "import", unit, {"by": "import", "state": state})
        elif kind == "assign":
            (name,) = found.db.execute("SELECT id FROM units WHERE n = ?", (unit,)).fetchone()
            with found.writing() as db:
                journal.append_to_project(db, "assign", {"to": {rest[1]: [name]}})
                derive(db)

    def copy(self, n: int, name: str) -> Store:
        path = self.folder / name
        self.stores[n].backup(path)
        return self.open(path)


@contextmanager
def team(ticks: Sequence[int], sequence: Sequence[tuple[Any, ...]]) -> Iterator[Team]:
    with TemporaryDirectory(prefix="annotator-test-") as folder:
        found = Team(Path(folder), ticks)
        try:
            for act in sequence:
                found.do(act)
            yield found
        finally:
            for one in found.stores:
                one.close()


STATE = {
    "events": "SELECT e.id, e.prev, e.number, r.name, e.kind, u.id, e.payload, e.created_at"
    " FROM events e JOIN reviewers r ON r.n = e.reviewer LEFT JOIN units u ON u.n = e.unit",
    "reviewers": "SELECT name, events, head, forks FROM reviewers",
    "annotations": "SELECT r.name, u.id, a.label, a.skipped, a.flagged, a.asked, a.confidence,"
    " a.tags, a.note, a.seconds, a.suggestion_shown, a.guideline, a.created_at"
    " FROM annotations a JOIN reviewers r ON r.n = a.reviewer JOIN units u ON u.n = a.unit",
    "adjudications": "SELECT r.name, u.id, a.label, a.reason, a.note, a.created_at"
    " FROM adjudications a JOIN reviewers r ON r.n = a.reviewer JOIN units u ON u.n = a.unit",
    "assignments": "SELECT r.name, u.id"
    " FROM assignments a JOIN reviewers r ON r.n = a.reviewer JOIN units u ON u.n = a.unit",
    "steps": "SELECT r.name, e.id, u.id, s.standing, s.track, rank() OVER"
    " (PARTITION BY s.reviewer ORDER BY s.place) FROM steps s JOIN events e ON e.n = s.event"
    " JOIN reviewers r ON r.n = s.reviewer JOIN units u ON u.n = s.unit",
    "documents": "SELECT id, title, source, url, published, author, language, language_score,"
    " encoding, markup, current, sentences, likeness, text, added_at FROM documents",
    "units": "SELECT id, start, stop, kind, block, asked, form FROM units",
    "forms": "SELECT hash, label FROM forms",
    "form_keys": "SELECT key, form FROM form_keys",
    "origins": "SELECT o.path, o.key, d.id, o.since FROM origins o"
    " JOIN documents d ON d.n = o.document",
    "sentiments": "SELECT u.id, a.name, a.version, s.polarity, s.subjectivity, s.assessments"
    " FROM sentiments s JOIN units u ON u.n = s.unit JOIN analyzers a ON a.n = s.analyzer",
    "suggestions": "SELECT u.id, a.name, a.version, s.label, s.score, s.probabilities, s.reasons"
    " FROM suggestions s JOIN units u ON u.n = s.unit JOIN suggesters a ON a.n = s.suggester",
}


def exported(found: Store) -> bytes:
    pieces: list[bytes] = []
    export(found, Choice(every=True), pieces.append)
    return b"".join(pieces)


def state(found: Store) -> dict[str, Any]:
    """Everything that a store says, without the numbers of its rows."""
    said: dict[str, Any] = {
        table: sorted(found.db.execute(query), key=repr) for table, query in STATE.items()
    }
    said["export"] = exported(found)
    with TemporaryDirectory(prefix="annotator-test-") as folder:
        export_events(found, Path(folder))
        said["files"] = {file.name: file.read_bytes() for file in Path(folder).iterdir()}
    return said


def same(found: dict[str, Any], expected: dict[str, Any]) -> None:
    for name, value in expected.items():
        assert found[name] == value, name


def check(ticks: Sequence[int], sequence: Sequence[tuple[Any, ...]], orders: int) -> None:
    with team(ticks, sequence) as found:
        union = {row for one in found.stores for row in one.db.execute(STATE["events"])}
        results = []
        for order in islice(permutations(STORES), 0, None, 6 // orders):
            first, second, third = order
            left = found.copy(first, f"left-{first}{second}{third}.db")
            right = found.copy(second, f"right-{first}{second}{third}.db")
            with left, right:
                merge_all(left, [found.stores[second].path])
                merge_all(left, [found.stores[third].path])
                merge_all(right, [found.stores[third].path])
                other = found.copy(first, f"other-{first}{second}{third}.db")
                with other:
                    merge_all(other, [right.path])
                    results.append(state(other))
                merged = state(left)
                results.append(merged)
                # Again, all at once: nothing is left to be done.
                report = merge_all(left, [one.path for one in found.stores])
                assert report.added == {}
                assert state(left) == merged
                assert verify(left).problems == []
        for result in results:
            same(result, results[0])
        assert set(results[0]["events"]) == union


lists = st.lists(acts, min_size=10, max_size=30)
ticks = st.lists(st.sampled_from([0, 1, 1, 7, -5]), min_size=1, max_size=5)
quietly = settings(deadline=None, suppress_health_check=list(HealthCheck))


@settings(quietly, max_examples=5)
@given(ticks, lists)
def test_merging_in_any_order_and_grouping_makes_the_same_store(ticks, sequence):
    check(ticks, sequence, orders=2)


@pytest.mark.slow
@settings(quietly, max_examples=150)
@given(ticks, st.lists(acts, min_size=10, max_size=60))
def test_merging_long_histories_in_any_order_makes_the_same_store(ticks, sequence):
    check(ticks, sequence, orders=6)


@settings(quietly, max_examples=5)
@given(ticks, lists)
def test_files_of_events_lead_to_the_same_as_stores(ticks, sequence):
    with team(ticks, sequence) as found:
        _, second, _ = found.stores
        with found.copy(0, "by-store.db") as by_store, found.copy(0, "by-files.db") as by_files:
            merge_all(by_store, [second.path])
            export_events(second, found.folder / "events")
            # The articles first, and none of what was done with them.
            bare = found.folder / "bare.db"
            second.backup(bare)
            merge_all(by_files, [bare])
            lines = [
                line
                for file in sorted((found.folder / "events").glob("*.jsonl"))
                for line in file.read_bytes().splitlines(keepends=True)
            ]
            shuffled = found.folder / "all.jsonl"
            shuffled.write_bytes(b"".join([*reversed(lines), *lines]))
            report = merge_all(by_files, [shuffled])
            assert report.added == {}
            assert report.known == len(set(lines))
            same(state(by_files), state(by_store))
