"""One reviewer's history in the store: appending events, undo, redo, and the annotations they make.

Every method that changes something is one transaction, committed when it returns. The caller may
show the next sentence then and not before.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timezone
from typing import Any, Final, NamedTuple

from annotator.core.history import (
    ADJUDICATE,
    ADJUDICATION,
    DONE,
    DROPPED,
    EMPTY,
    FIXED,
    JOIN,
    PROJECT,
    REVIEW,
    TRACKS,
    UNDONE,
    Annotation,
    Event,
    apply,
    canonical,
    event_id,
    fold,
)
from annotator.core.lineage import LABELLING, Lineage
from annotator.store.opening import Connection, Store

ANNOTATION_COLUMNS: Final = (
    "label, skipped, flagged, asked, confidence, tags, note, seconds, suggestion_shown, "
    "guideline, created_at"
)


class Step(NamedTuple):
    """A decision that was undone or redone: what it was, and what the annotation was and is."""

    kind: str
    unit: int
    payload: Mapping[str, Any]
    before: Annotation
    after: Annotation


def utc_now() -> str:
    """Return the time as stored: UTC, milliseconds, `2026-11-21T12:03:04.120Z`."""
    now = datetime.now(timezone.utc)
    return f"{now:%Y-%m-%dT%H:%M:%S}.{now.microsecond // 1000:03d}Z"


def annotation_of(row: tuple[Any, ...]) -> Annotation:
    """Return the annotation in a row of ANNOTATION_COLUMNS."""
    label, skipped, flagged, asked, confidence, tags, note, seconds, shown, guideline, at = row
    return Annotation(
        label=label,
        skipped=bool(skipped),
        flagged=bool(flagged),
        asked=bool(asked),
        confidence=confidence,
        tags=tuple(json.loads(tags)) if tags != "[]" else (),
        note=note,
        seconds=seconds,
        suggestion_shown=bool(shown),
        guideline=guideline,
        created_at=at,
    )


def annotation_row(annotation: Annotation) -> tuple[Any, ...]:
    """Return `annotation` as values for ANNOTATION_COLUMNS."""
    return (
        annotation.label,
        int(annotation.skipped),
        int(annotation.flagged),
        int(annotation.asked),
        annotation.confidence,
        json.dumps(annotation.tags, ensure_ascii=False) if annotation.tags else "[]",
        annotation.note,
        annotation.seconds,
        int(annotation.suggestion_shown),
        annotation.guideline,
        annotation.created_at,
    )


class Journal:
    """The history of one reviewer. A reviewer exists from the first event on.

    `reviewers.head` is the event that is last in line, `forks` the other ends of a chain that was
    gone on with in two places ('[]' as a rule), and `events` the largest number of any event: as
    long as there is no fork, how many there are. What is written next joins the ends first.
    """

    def __init__(self, store: Store, reviewer: str, *, now: Callable[[], str] = utc_now) -> None:
        self.store = store
        self.reviewer = reviewer
        self._now = now
        self._n: int | None = None

    def now(self) -> str:
        """Return the time, as it is stored with an event."""
        return self._now()

    @property
    def reviewer_number(self) -> int:
        """Return the row of the reviewer, or 0 as long as there is no event."""
        if self._n is None:
            row = self.store.db.execute(
                "SELECT n FROM reviewers WHERE name = ?", (self.reviewer,)
            ).fetchone()
            if self.store.db.in_transaction:
                # Not remembered: the row may be of this transaction, and it be rolled back.
                return row[0] if row else 0
            self._n = row[0] if row else None
        return self._n or 0

    def annotation(self, unit: int) -> Annotation:
        """Return what the reviewer says of a unit now."""
        return _read(self.store.db, self.reviewer_number, unit)

    def annotations(self, first: int, last: int) -> dict[int, Annotation]:
        """Return the annotations of the units from `first` to `last`, by unit."""
        rows = self.store.db.execute(
            f"SELECT unit, {ANNOTATION_COLUMNS} FROM annotations"
            " WHERE reviewer = ? AND unit BETWEEN ? AND ?",
            (self.reviewer_number, first, last),
        )
        return {unit: annotation_of(row) for unit, *row in rows}

    def last_unit(self) -> int | None:
        """Return the unit of the newest event of a review, or None: where the reviewer stopped."""
        # Back along the chain: neither rows nor numbers are in line where it was forked.
        row = self.store.db.execute(
            "WITH RECURSIVE back (unit, kind, prev, payload) AS ("
            " SELECT e.unit, e.kind, e.prev, e.payload FROM reviewers r"
            "  JOIN events e ON e.id = r.head WHERE r.n = ?"
            " UNION ALL SELECT e.unit, e.kind, e.prev, e.payload FROM back"
            "  JOIN events e ON e.id = back.prev)"
            " SELECT unit FROM back WHERE unit IS NOT NULL"
            # What was put between the sentences of the order is no place to go on from.
            " AND kind NOT IN ('adjudicate', 'discuss', 'retest')"
            " AND json_extract(payload, '$.drawn.gold') IS NULL LIMIT 1",
            (self.reviewer_number,),
        ).fetchone()
        return row[0] if row else None

    def has_any(self, unit: int, kinds: tuple[str, ...]) -> bool:
        """Return whether there ever was an event of one of `kinds` on a unit, undone or not."""
        marks = ", ".join("?" * len(kinds))
        (found,) = self.store.db.execute(
            "SELECT EXISTS (SELECT 1 FROM steps s JOIN events e ON e.n = s.event"
            f" WHERE s.reviewer = ? AND s.unit = ? AND e.kind IN ({marks}))",
            (self.reviewer_number, unit, *kinds),
        ).fetchone()
        return bool(found)

    def record(self, kind: str, unit: int, payload: Mapping[str, Any]) -> Annotation:
        """Append one event on a unit and return the annotation it leads to."""
        with self.store.writing() as db:
            return self.append(db, kind, unit, payload)

    def append(
        self, db: Connection, kind: str, unit: int, payload: Mapping[str, Any]
    ) -> Annotation:
        """Append one event on a unit inside a transaction of the caller."""
        reviewer = self._registered(db)
        lineage = self.store.lineage
        if lineage.present and kind in LABELLING:
            payload = {"scheme": lineage.present.scheme, **payload}
        n, event = self._insert(db, reviewer, kind, unit, payload)
        track = TRACKS.get(kind)
        if track is not None:
            db.execute(
                "UPDATE steps SET standing = ? WHERE reviewer = ? AND track = ? AND standing = ?",
                (DROPPED, reviewer, track, UNDONE),
            )
        # A new row comes after all others, whatever places a merge gave them.
        db.execute(
            "INSERT INTO steps (event, reviewer, unit, standing, place, track)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (n, reviewer, unit, FIXED if track is None else DONE, n, track or REVIEW),
        )
        was = _read(db, reviewer, unit)
        annotation = apply(was, lineage.now(event))
        if annotation != was:
            _write(db, reviewer, unit, annotation)
        if track == ADJUDICATION:
            _settle(db, lineage, reviewer, unit)
        return annotation

    def append_many(
        self, db: Connection, kind: str, given: Iterable[tuple[int, str, Mapping[str, Any]]]
    ) -> int:
        """Append events on units (row, id, payload) inside a transaction of the caller.

        What they lead to is left to `store.derived`, which is made for many. Returns the row of
        the reviewer.
        """
        reviewer = self._registered(db)
        number, prev = self._end(db, reviewer)
        rows: list[tuple[Any, ...]] = []
        for unit, sentence, payload in given:
            number += 1
            event = Event(self.reviewer, number, prev, kind, sentence, payload, self._now())
            rows.append(
                (event.id, prev, number, reviewer, kind, unit, event.content, event.created_at)
            )
            prev = event.id
        db.executemany(
            "INSERT INTO events (id, prev, number, reviewer, kind, unit, payload, created_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            rows,
        )
        db.execute(
            "UPDATE reviewers SET events = ?, head = ? WHERE n = ?", (number, prev, reviewer)
        )
        return reviewer

    def append_to_project(self, db: Connection, kind: str, payload: Mapping[str, Any]) -> None:
        """Append one event of the project, about no unit, inside a transaction of the caller."""
        if kind not in PROJECT:
            raise ValueError(f"{kind!r} is about a sentence")
        self._insert(db, self._registered(db), kind, None, payload)

    def undo(self, track: int = REVIEW) -> Step | None:
        """Take back the latest decision of a track that stands, and return it, or None."""
        return self._turn("undo", track, "max", DONE, UNDONE)

    def redo(self, track: int = REVIEW) -> Step | None:
        """Bring back the decision of a track that was undone last, and return it, or None."""
        return self._turn("redo", track, "min", UNDONE, DONE)

    def _turn(self, kind: str, track: int, pick: str, before: int, after: int) -> Step | None:
        with self.store.writing() as db:
            reviewer = self.reviewer_number
            target, _ = db.execute(
                f"SELECT event, {pick}(place) FROM steps"
                " WHERE reviewer = ? AND track = ? AND standing = ?",
                (reviewer, track, before),
            ).fetchone()
            if target is None:
                return None
            name, unit, target_kind, payload = db.execute(
                "SELECT id, unit, kind, payload FROM events WHERE n = ?", (target,)
            ).fetchone()
            self._insert(db, reviewer, kind, unit, {"event": name})
            db.execute("UPDATE steps SET standing = ? WHERE event = ?", (after, target))
            if track == ADJUDICATION:
                _settle(db, self.store.lineage, reviewer, unit)
            was = _read(db, reviewer, unit)
            now = _fold(db, self.store.lineage, reviewer, unit)
            _write(db, reviewer, unit, now)
            # What is not about the annotation (a wrong reason) has nothing to reach a copy with.
            for copy in _copies(db, reviewer, unit) if now != was else ():
                there = _read(db, reviewer, copy)
                if (there.label, there.created_at) != (was.label, was.created_at):
                    break  # decided anew since it was carried over: that stands
                was = there
                (sentence,) = db.execute("SELECT id FROM units WHERE n = ?", (unit,)).fetchone()
                state = {**now.state(), "asked": there.asked} if now != EMPTY else {}
                now = self.append(db, "carry", copy, {"from": sentence, "state": state})
                unit = copy
        return Step(target_kind, unit, json.loads(payload), was, now)

    def _registered(self, db: Connection) -> int:
        if not self.reviewer_number:
            db.execute("INSERT OR IGNORE INTO reviewers (name) VALUES (?)", (self.reviewer,))
            (number,) = db.execute(
                "SELECT n FROM reviewers WHERE name = ?", (self.reviewer,)
            ).fetchone()
            return int(number)
        return self.reviewer_number

    def _end(self, db: Connection, reviewer: int) -> tuple[int, str | None]:
        """Return number and id of the last event, after the ends of a forked chain are joined."""
        events, head, forks = db.execute(
            "SELECT events, head, forks FROM reviewers WHERE n = ?", (reviewer,)
        ).fetchone()
        if forks != "[]":
            # Gone on with in two places: what comes now comes after all of it.
            db.execute("UPDATE reviewers SET forks = '[]' WHERE n = ?", (reviewer,))
            _, join = self._insert(db, reviewer, JOIN, None, {"heads": json.loads(forks)})
            return join.number, join.id
        return events, head

    def _insert(
        self, db: Connection, reviewer: int, kind: str, unit: int | None, payload: Mapping[str, Any]
    ) -> tuple[int, Event]:
        events, head = self._end(db, reviewer)
        sentence = ""
        if unit is not None:
            (sentence,) = db.execute("SELECT id FROM units WHERE n = ?", (unit,)).fetchone()
        event = Event(self.reviewer, events + 1, head, kind, sentence, payload, self._now())
        text = canonical(payload)
        name = event_id(head, event.number, self.reviewer, kind, sentence, text, event.created_at)
        cursor = db.execute(
            "INSERT INTO events (id, prev, number, reviewer, kind, unit, payload, created_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (name, head, event.number, reviewer, kind, unit, text, event.created_at),
        )
        db.execute(
            "UPDATE reviewers SET events = ?, head = ? WHERE n = ?", (event.number, name, reviewer)
        )
        return cursor.lastrowid or 0, event


def _read(db: Connection, reviewer: int, unit: int) -> Annotation:
    row = db.execute(
        f"SELECT {ANNOTATION_COLUMNS} FROM annotations WHERE reviewer = ? AND unit = ?",
        (reviewer, unit),
    ).fetchone()
    return annotation_of(row) if row else EMPTY


def derive(db: Connection, lineage: Lineage, reviewer: int, unit: int) -> None:
    """Derive from the events that stand what the reviewer says of a unit, and adjudicated it."""
    events = [*_standing_events(db, reviewer, unit)]
    _write(db, reviewer, unit, fold(map(lineage.now, events)))
    if any(event.kind == ADJUDICATE for event in events):
        _settle(db, lineage, reviewer, unit)


def _fold(db: Connection, lineage: Lineage, reviewer: int, unit: int) -> Annotation:
    return fold(map(lineage.now, _standing_events(db, reviewer, unit)))


def _settle(db: Connection, lineage: Lineage, reviewer: int, unit: int) -> None:
    """Derive what the reviewer has adjudicated a unit to be, from the events that stand."""
    db.execute("DELETE FROM adjudications WHERE reviewer = ? AND unit = ?", (reviewer, unit))
    decided = [one for one in _standing_events(db, reviewer, unit) if one.kind == ADJUDICATE]
    if decided:
        now = lineage.now(decided[-1])
        values = (now.payload.get(name) for name in ("label", "reason", "note"))
        # Without a label where it is to be asked again.
        db.execute(
            "INSERT INTO adjudications (reviewer, unit, label, reason, note, created_at)"
            " SELECT ?, ?, ?, ?, ?, ? WHERE ?3 IS NOT NULL",
            # One that was imported is as old as it was there.
            (reviewer, unit, *values, now.payload.get("at") or now.created_at),
        )


def _copies(db: Connection, reviewer: int, unit: int) -> Iterator[int]:
    """Yield where the annotation of a unit was carried over to, version by version.

    Only from a document that is no longer current: undo of a label in it has to reach the copy.
    """
    seen = {unit}  # a file that went back and forth leads round in a circle
    while True:
        row = db.execute(
            "SELECT u.id FROM units u JOIN documents d ON d.n = u.document"
            " WHERE u.n = ? AND d.current = 0",
            (unit,),
        ).fetchone()
        if not row:
            return
        copy = db.execute(
            "SELECT e.unit FROM events e JOIN steps s ON s.event = e.n WHERE e.reviewer = ?"
            " AND e.kind = 'carry' AND e.kind <> 'label'"
            " AND json_extract(e.payload, '$.from') = ? AND e.unit != ?"
            " ORDER BY s.place DESC LIMIT 1",
            (reviewer, row[0], unit),
        ).fetchone()
        if not copy or copy[0] in seen:
            return
        unit = copy[0]
        seen.add(unit)
        yield unit


def _write(db: Connection, reviewer: int, unit: int, annotation: Annotation) -> None:
    if annotation == EMPTY:
        db.execute("DELETE FROM annotations WHERE reviewer = ? AND unit = ?", (reviewer, unit))
        return
    row = (reviewer, unit, *annotation_row(annotation))
    marks = ", ".join("?" * len(row))
    db.execute(
        f"INSERT OR REPLACE INTO annotations (reviewer, unit, {ANNOTATION_COLUMNS})"
        f" VALUES ({marks})",
        row,
    )


def _standing_events(db: Connection, reviewer: int, unit: int) -> Iterator[Event]:
    rows = db.execute(
        "SELECT r.name, e.number, e.prev, e.kind, u.id, e.payload, e.created_at"
        " FROM steps s JOIN events e ON e.n = s.event"
        " JOIN units u ON u.n = s.unit JOIN reviewers r ON r.n = s.reviewer"
        " WHERE s.reviewer = ? AND s.unit = ? AND s.standing IN (?, ?) ORDER BY s.place",
        (reviewer, unit, DONE, FIXED),
    )
    for name, number, prev, kind, sentence, payload, created_at in rows:
        yield Event(name, number, prev, kind, sentence, json.loads(payload), created_at)
