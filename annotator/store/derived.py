"""What the events of a reviewer lead to, computed from the beginning, as rows.

A merge writes where the store differs from it, and verification says so. `Journal` gets to the
same rows step by step.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import NamedTuple, TypeVar

from annotator.core.history import (
    ADJUDICATE,
    DONE,
    FIXED,
    REVIEW,
    TRACKS,
    Annotation,
    Event,
    fold,
    heads,
    in_line,
    standing,
)
from annotator.core.lineage import Lineage
from annotator.store.journal import ANNOTATION_COLUMNS, annotation_of, annotation_row
from annotator.store.opening import Connection, Store

Row = TypeVar("Row")


class Stored(NamedTuple):
    """An event with its row and the row of its unit."""

    n: int
    unit: int | None
    event: Event


class Step(NamedTuple):
    """A row of `steps` but for its key."""

    unit: int
    standing: int
    place: int
    track: int


class Adjudication(NamedTuple):
    """A row of `adjudications` but for its key; without a label it is to be asked again."""

    label: str | None
    reason: str | None
    note: str | None
    created_at: str


class Derived(NamedTuple):
    """The rows of a reviewer: by event, by unit and by unit; and what `reviewers` has of them.

    `line` is the rows of all events in line.
    """

    line: list[int]
    steps: dict[int, Step]
    annotations: dict[int, Annotation]
    adjudications: dict[int, Adjudication]
    events: int
    head: str | None
    forks: list[str]


def events_of(db: Connection, reviewer: int) -> list[Stored]:
    """Return the events of a reviewer, by row."""
    rows = db.execute(
        "SELECT e.n, e.id, r.name, e.number, e.prev, e.kind, e.unit, coalesce(u.id, ''), e.payload,"
        " e.created_at FROM events e JOIN reviewers r ON r.n = e.reviewer"
        " LEFT JOIN units u ON u.n = e.unit WHERE e.reviewer = ? ORDER BY e.n",
        (reviewer,),
    )
    return [
        Stored(
            n, unit, Event.stored(id, name, number, prev, kind, sentence, json.loads(payload), at)
        )
        for n, id, name, number, prev, kind, unit, sentence, payload, at in rows
    ]


def derive(stored: Iterable[Stored], lineage: Lineage) -> Derived:
    """Return what all events of one reviewer lead to, with labels as they are by `lineage`.

    Raises OutOfLine where one of them is missing, or takes back what is not before it.
    """
    by_id = {one.event.id: one for one in stored}
    line = [by_id[event.id] for event in in_line([one.event for one in by_id.values()])]
    status = standing(one.event for one in line)
    # As the journal gives them, which makes the rows of a chain without a fork change in no merge.
    in_order = all(one.n < other.n for one, other in pairwise(line))
    steps: dict[int, Step] = {}
    in_force: dict[int, list[Event]] = {}
    adjudications: dict[int, Adjudication] = {}
    for place, (n, unit, event) in enumerate(line, start=1):
        if unit is None or (stands := status.get(event.id)) is None:
            continue
        track = TRACKS.get(event.kind, REVIEW)
        steps[n] = Step(unit, stands, n if in_order else place, track)
        if stands not in {DONE, FIXED}:
            continue
        now = lineage.now(event)
        in_force.setdefault(unit, []).append(now)
        if event.kind == ADJUDICATE:
            said = now.payload
            adjudications[unit] = Adjudication(
                said.get("label"),
                said.get("reason"),
                said.get("note"),
                said.get("at") or event.created_at,
            )
    annotations = {
        unit: annotation
        for unit, events in in_force.items()
        if (annotation := fold(events)) != Annotation()
    }
    ends = heads(one.event for one in line)
    return Derived(
        [one.n for one in line],
        steps,
        annotations,
        {unit: one for unit, one in adjudications.items() if one.label is not None},
        max((one.event.number for one in line), default=0),
        ends[-1] if ends else None,
        sorted(ends[:-1]),
    )


def rewrite(store: Store, reviewer: int) -> None:
    """Derive the rows of a reviewer again, inside a transaction of the caller; raises OutOfLine."""
    db = store.db
    write(db, reviewer, derive(events_of(db, reviewer), store.lineage))


def steps_of(db: Connection, reviewer: int) -> dict[int, Step]:
    """Return the rows of `steps` of a reviewer, by event."""
    rows = db.execute(
        "SELECT event, unit, standing, place, track FROM steps WHERE reviewer = ?", (reviewer,)
    )
    return {event: Step(*rest) for event, *rest in rows}


def annotations_of(db: Connection, reviewer: int) -> dict[int, Annotation]:
    """Return the annotations of a reviewer, by unit."""
    rows = db.execute(
        f"SELECT unit, {ANNOTATION_COLUMNS} FROM annotations WHERE reviewer = ?", (reviewer,)
    )
    return {unit: annotation_of(rest) for unit, *rest in rows}


def adjudications_of(db: Connection, reviewer: int) -> dict[int, Adjudication]:
    """Return what a reviewer has adjudicated, by unit."""
    rows = db.execute(
        "SELECT unit, label, reason, note, created_at FROM adjudications WHERE reviewer = ?",
        (reviewer,),
    )
    return {unit: Adjudication(*rest) for unit, *rest in rows}


def write(db: Connection, reviewer: int, derived: Derived) -> None:
    """Make the rows of a reviewer those that were derived, in a transaction of the caller.

    Only what differs is written: little, where a long history was gone on with.
    """
    steps = _replaced(db, "steps", reviewer, "event", steps_of(db, reviewer), derived.steps)
    db.executemany(
        "INSERT INTO steps (reviewer, event, unit, standing, place, track)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        ((reviewer, event, *step) for event, step in steps),
    )
    before = annotations_of(db, reviewer)
    annotations = _replaced(db, "annotations", reviewer, "unit", before, derived.annotations)
    marks = ", ".join("?" * len(annotation_row(Annotation())))
    db.executemany(
        f"INSERT INTO annotations (reviewer, unit, {ANNOTATION_COLUMNS}) VALUES (?, ?, {marks})",
        ((reviewer, unit, *annotation_row(annotation)) for unit, annotation in annotations),
    )
    decided = adjudications_of(db, reviewer)
    adjudications = _replaced(db, "adjudications", reviewer, "unit", decided, derived.adjudications)
    db.executemany(
        "INSERT INTO adjudications (reviewer, unit, label, reason, note, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        ((reviewer, unit, *decision) for unit, decision in adjudications),
    )
    db.execute(
        "UPDATE reviewers SET events = ?, head = ?, forks = ? WHERE n = ?",
        (derived.events, derived.head, json.dumps(derived.forks), reviewer),
    )


def _replaced(
    db: Connection,
    table: str,
    reviewer: int,
    key: str,
    before: Mapping[int, Row],
    after: Mapping[int, Row],
) -> list[tuple[int, Row]]:
    """Remove the rows that are not as they should be; returns those to be written, by key."""
    db.executemany(
        f"DELETE FROM {table} WHERE reviewer = ? AND {key} = ?",
        [(reviewer, name) for name, row in before.items() if after.get(name) != row],
    )
    return [(name, after[name]) for name in sorted(after) if before.get(name) != after[name]]
