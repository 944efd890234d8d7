"""Proving a store: every id, chain and derived row is computed again and compared.

A row that was changed behind the program's back no longer has the id of its content; one that was
removed breaks the chain of its reviewer; an annotation that no event explains is derived wrongly.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from annotator.core.history import DONE, FIXED, Event, event_id, fold, standing
from annotator.core.progress import Progress, silent
from annotator.core.scheme import built_in
from annotator.core.text import document_id, one_line, sentence_id
from annotator.store.journal import ANNOTATION_COLUMNS, annotation_of
from annotator.store.opening import Store


class Problem(NamedTuple):
    """A row that is wrong: its table, its row number, and what is wrong with it."""

    table: str
    row: int | str
    reason: str


class Verified(NamedTuple):
    """What was looked at, and what is wrong."""

    documents: int
    units: int
    events: int
    reviewers: int
    problems: list[Problem]


def verify(store: Store, tell: Progress = silent) -> Verified:
    """Check the whole store; `tell` is called with stage, done and total."""
    problems: list[Problem] = []
    for (text,) in store.db.execute("PRAGMA integrity_check"):
        if text != "ok":
            problems.append(Problem("file", 0, text))
    for table, row, parent, _ in store.db.execute("PRAGMA foreign_key_check"):
        problems.append(Problem(table, row or 0, f"refers to a row of {parent} that is missing"))
    documents, units = 0, 0
    (total,) = store.db.execute("SELECT count(*) FROM documents").fetchone()
    for found in _documents(store, problems):
        documents, units = documents + 1, units + found
        if documents % 500 == 0:
            tell("documents", documents, total)
    problems.extend(_suggestions(store))
    events = 0
    reviewers = store.db.execute("SELECT n, name, events, head FROM reviewers").fetchall()
    for done, (n, name, count, head) in enumerate(reviewers):
        tell("reviewers", done, len(reviewers))
        events += _history(store, n, name, count, head, problems)
    return Verified(documents, units, events, len(reviewers), problems)


def _documents(store: Store, problems: list[Problem]) -> Iterator[int]:
    for n, name, text in store.db.execute("SELECT n, id, text FROM documents ORDER BY n"):
        if document_id(text) != name:
            problems.append(Problem("documents", n, "its text is not the one its id was made from"))
        units = store.db.execute(
            "SELECT n, id, start, stop FROM units WHERE document = ? ORDER BY n", (n,)
        ).fetchall()
        end = 0
        for unit, unit_name, start, stop in units:
            if sentence_id(name, start, stop) != unit_name:
                problems.append(Problem("units", unit, "its id does not fit its place"))
            if not end <= start < stop <= len(text):
                problems.append(Problem("units", unit, "it overlaps, or lies outside the text"))
            end = stop
        yield len(units)


def _suggestions(store: Store) -> Iterator[Problem]:
    """Yield those that cannot be shown; what they should be only their suggester knows."""
    for unit, label in store.db.execute(
        "SELECT unit, label FROM suggestions WHERE NOT json_valid(reasons) OR"
        " coalesce(json_extract(iif(json_valid(probabilities), probabilities, '{}'),"
        "  '$.' || json_quote(label)), -1) <> score OR score NOT BETWEEN 0 AND 1"
        " OR label NOT IN (SELECT value FROM json_each(?))",
        (json.dumps(built_in().names),),
    ):
        known = label in built_in().names
        reason = "it is damaged" if known else f"{one_line(label, 40)!r} is no label of the scheme"
        yield Problem("suggestions", unit, reason)


def _history(
    store: Store, n: int, name: str, count: int, head: str | None, problems: list[Problem]
) -> int:
    events: list[tuple[int, int | None, str, Event]] = []
    previous: str | None = None
    found_before = len(problems)
    for row, identifier, prev, number, kind, unit, sentence, payload, at in store.db.execute(
        "SELECT e.n, e.id, e.prev, e.number, e.kind, e.unit, coalesce(u.id, ''), e.payload,"
        " e.created_at FROM events e LEFT JOIN units u ON u.n = e.unit WHERE e.reviewer = ?"
        " ORDER BY e.number, e.n",
        (n,),
    ):
        if event_id(prev, number, name, kind, sentence, payload, at) != identifier:
            problems.append(Problem("events", row, "its content was changed after it was written"))
        if prev != previous:
            problems.append(Problem("events", row, "the event before it is missing or was changed"))
        previous = identifier
        try:
            content = json.loads(payload)
        except ValueError:
            problems.append(Problem("events", row, "its payload is not JSON"))
            continue
        events.append(
            (row, unit, identifier, Event(name, number, prev, kind, sentence, content, at))
        )
    if (len(events), previous) != (count, head):
        problems.append(Problem("reviewers", n, "its newest events are missing"))
    if len(problems) == found_before:
        _derived(store, n, events, problems)
    return len(events)


def _derived(
    store: Store,
    n: int,
    events: list[tuple[int, int | None, str, Event]],
    problems: list[Problem],
) -> None:
    status = standing([event for *_, event in events])
    steps = dict(store.db.execute("SELECT event, standing FROM steps WHERE reviewer = ?", (n,)))
    in_force: dict[int, list[Event]] = {}
    for row, unit, identifier, event in events:
        if steps.pop(row, None) != status.get(identifier):
            problems.append(Problem("steps", row, "undo and redo do not lead to this"))
        if unit is not None and status.get(identifier) in {DONE, FIXED}:
            in_force.setdefault(unit, []).append(event)
    problems.extend(Problem("steps", row, "no event explains it") for row in steps)
    stored = {
        unit: annotation_of(rest)
        for unit, *rest in store.db.execute(
            f"SELECT unit, {ANNOTATION_COLUMNS} FROM annotations WHERE reviewer = ?", (n,)
        )
    }
    for unit, standing_events in in_force.items():
        expected: Any = fold(standing_events)
        if stored.pop(unit, fold(())) != expected:
            problems.append(Problem("annotations", unit, "its events do not lead to this"))
    problems.extend(Problem("annotations", unit, "no event explains it") for unit in stored)
