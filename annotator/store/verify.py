"""Proving a store: every id, chain and derived row is computed again and compared.

A row that was changed behind the program's back no longer has the id of its content; one that was
removed breaks the chain of its reviewer; an annotation that no event explains is derived wrongly.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from annotator.core.errors import StoreProblem
from annotator.core.history import JOIN, Event, OutOfLine, event_id, follows
from annotator.core.progress import Progress, silent
from annotator.core.text import document_id, one_line, sentence_id
from annotator.store import schemes
from annotator.store.assignments import explained
from annotator.store.derived import (
    Derived,
    Stored,
    adjudications_of,
    annotations_of,
    derive,
    steps_of,
)
from annotator.store.opening import Store


class Problem(NamedTuple):
    """A row that is wrong: its table, its row number, and what is wrong with it."""

    table: str
    row: int | str
    reason: str


class Verified(NamedTuple):
    """What was looked at, and what is wrong.

    `forked` are the reviewers whose history goes on in two places, which is nothing wrong.
    """

    documents: int
    units: int
    events: int
    reviewers: int
    problems: list[Problem]
    forked: list[str]


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
    problems.extend(Problem("settings", *one) for one in schemes.problems(store))
    problems.extend(_suggestions(store))
    events = 0
    forked: list[str] = []
    reviewers = store.db.execute("SELECT n, name, events, head, forks FROM reviewers").fetchall()
    before = len(problems)
    for done, (n, name, *known) in enumerate(reviewers):
        tell("reviewers", done, len(reviewers))
        found, in_two_places = _history(store, n, name, (*known,), problems)
        events += found
        forked += [name] * in_two_places
    if all(problem.table != "events" for problem in problems[before:]):
        problems.extend(_assignments(store))
    return Verified(documents, units, events, len(reviewers), problems, sorted(forked))


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
    """Yield those that cannot be shown; what they should be only their suggester knows.

    Of a suggester that is not in use the labels may be those of another scheme.
    """
    try:
        names = store.scheme.names
    except StoreProblem:  # that was said
        return
    for unit, label in store.db.execute(
        "SELECT unit, label FROM suggestions WHERE NOT json_valid(reasons) OR"
        " coalesce(json_extract(iif(json_valid(probabilities), probabilities, '{}'),"
        "  '$.' || json_quote(label)), -1) <> score OR score NOT BETWEEN 0 AND 1"
        " OR suggester IN (SELECT g.n FROM suggesters g JOIN settings s ON s.value = g.name"
        "  WHERE s.name = 'suggester') AND label NOT IN (SELECT value FROM json_each(?))",
        (json.dumps(names),),
    ):
        known = label in names
        reason = "it is damaged" if known else f"{one_line(label, 40)!r} is no label of the scheme"
        yield Problem("suggestions", unit, reason)


def _history(
    store: Store, n: int, name: str, known: tuple[int, str | None, str], problems: list[Problem]
) -> tuple[int, bool]:
    """Check the chain of a reviewer; returns how many events it has, and whether it is forked."""
    stored: dict[str, Stored] = {}
    found_before = len(problems)
    rows = store.db.execute(
        "SELECT e.n, e.id, e.prev, e.number, e.kind, e.unit, coalesce(u.id, ''), e.payload,"
        " e.created_at FROM events e LEFT JOIN units u ON u.n = e.unit WHERE e.reviewer = ?"
        " ORDER BY e.number, e.n",
        (n,),
    ).fetchall()
    for row, identifier, prev, number, kind, unit, sentence, payload, at in rows:
        if event_id(prev, number, name, kind, sentence, payload, at) != identifier:
            problems.append(Problem("events", row, "its content was changed after it was written"))
        content = _object(payload)
        if content is None or (kind == JOIN and not isinstance(content.get("heads"), list)):
            problems.append(Problem("events", row, "its payload is not what such an event says"))
            content = {"heads": []}
        event = Event.stored(identifier, name, number, prev, kind, sentence, content, at)
        stored[identifier] = Stored(row, unit, event)
    for row, _, event in stored.values():
        parents = [stored.get(parent) for parent in event.parents]
        before = [parent.event for parent in parents if parent]
        if len(before) < len(parents):
            problems.append(Problem("events", row, "the event before it is missing or was changed"))
        elif not follows(event, (parent.number for parent in before)):
            problems.append(Problem("events", row, "its number is not the one that comes next"))
    if known[1] is not None and known[1] not in stored:
        problems.append(Problem("reviewers", n, "its newest events are missing"))
    if len(problems) > found_before:
        return len(rows), False
    try:
        derived = derive(stored.values(), store.lineage)
    except StoreProblem:  # a change of the labels cannot be read: that was said
        return len(rows), False
    except OutOfLine as problem:
        row = stored[problem.event.id].n
        problems.append(Problem("events", row, f"it {problem.reason}"))
        return len(rows), False
    if (derived.events, derived.head, json.dumps(derived.forks)) != known:
        problems.append(Problem("reviewers", n, "its last events are not those that it names"))
    problems.extend(_steps(store, n, derived))
    for table, expected, found in (
        ("annotations", derived.annotations, annotations_of(store.db, n)),
        ("adjudications", derived.adjudications, adjudications_of(store.db, n)),
    ):
        problems.extend(_compared(table, expected, found))
    return len(rows), bool(derived.forks)


def _object(payload: str) -> dict[str, Any] | None:
    try:
        content = json.loads(payload)
    except ValueError:
        return None
    return content if isinstance(content, dict) else None


def _steps(store: Store, n: int, derived: Derived) -> Iterator[Problem]:
    found = steps_of(store.db, n)
    # What is written next takes the number of its row as its place.
    (last,) = store.db.execute("SELECT coalesce(max(n), 0) FROM events").fetchone()
    place = 0
    for row in derived.line:
        expected, step = derived.steps.get(row), found.pop(row, None)
        if expected is None or step is None or expected[::3] != step[::3]:
            if expected != step:
                yield Problem("steps", row, "its event does not lead to this")
        elif expected.standing != step.standing:
            yield Problem("steps", row, "undo and redo do not lead to this")
        elif not place < step.place <= last:
            yield Problem("steps", row, "it is not in its place in the line of events")
        place = step.place if step else place
    yield from (Problem("steps", row, "no event explains it") for row in found)


def _compared(
    table: str, expected: Mapping[int, object], found: Mapping[int, object]
) -> Iterator[Problem]:
    for unit, row in expected.items():
        if found.get(unit) != row:
            yield Problem(table, unit, "its events do not lead to this")
    yield from (Problem(table, n, "no event explains it") for n in found if n not in expected)


def _assignments(store: Store) -> Iterator[Problem]:
    expected = explained(store.db)
    found = set(store.db.execute("SELECT reviewer, unit FROM assignments"))
    for _, unit in sorted(expected - found):
        yield Problem("assignments", unit, "it is missing, though it was assigned")
    for _, unit in sorted(found - expected):
        yield Problem("assignments", unit, "no event explains it")
