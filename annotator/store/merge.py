"""Taking events from elsewhere into the store: their union, and what it leads to.

No event is changed or made here, and what is derived depends on the set of events alone. So merging
is commutative, associative and idempotent, as far as the documents are the same.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from itertools import islice
from typing import Any, Final, NamedTuple

from annotator.core.errors import InputProblem, StoreProblem
from annotator.core.history import ASSIGN, UNASSIGN, Event, OutOfLine, follows
from annotator.core.progress import Progress
from annotator.core.text import one_line
from annotator.store import assignments, derived, reading, schemes
from annotator.store.documents import MANY
from annotator.store.opening import Connection, Store

_AT_ONCE: Final = 10_000
"""Ids that are looked up with one statement."""


class Incoming(NamedTuple):
    """An event from elsewhere: the document of its sentence, its file, and the line or row."""

    event: Event
    document: str
    file: str
    line: int | None


class Taken(NamedTuple):
    """What a merge of events did: those added by reviewer, those that were here already.

    `forked` has the reviewers that went on in several places, with the number of these.
    """

    added: dict[str, int]
    known: int
    forked: dict[str, int]


class _Known(NamedTuple):
    reviewer: str
    number: int


def events_of(other: Store) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the events of another store: row, and what a line of a file of events would hold."""
    rows = other.db.execute(
        "SELECT e.n, e.id, e.prev, e.number, r.name, e.kind, coalesce(u.id, ''),"
        " coalesce(d.id, ''), e.payload, e.created_at"
        " FROM events e JOIN reviewers r ON r.n = e.reviewer LEFT JOIN units u ON u.n = e.unit"
        " LEFT JOIN documents d ON d.n = u.document ORDER BY e.n"
    )
    for n, name, prev, number, reviewer, kind, sentence, document, payload, at in rows:
        yield (
            n,
            {
                "id": name,
                "prev": prev,
                "number": number,
                "reviewer": reviewer,
                "kind": kind,
                "sentence": sentence,
                "document": document,
                "payload": json.loads(payload),
                "created_at": at,
            },
        )


def history(store: Store, reviewer: str) -> Iterator[tuple[Event, str]]:
    """Yield the events of a reviewer with their documents' ids, by (`created_at`, id).

    Raises StoreProblem at one that is not as it was written.
    """
    rows = store.db.execute(
        "SELECT e.n, e.id, e.prev, e.number, e.kind, coalesce(u.id, ''), coalesce(d.id, ''),"
        " e.payload, e.created_at"
        " FROM events e LEFT JOIN units u ON u.n = e.unit LEFT JOIN documents d ON d.n = u.document"
        " WHERE e.reviewer = (SELECT n FROM reviewers WHERE name = ?) ORDER BY e.created_at, e.id",
        (reviewer,),
    )
    for n, name, prev, number, kind, sentence, document, payload, at in rows:
        event = Event(reviewer, number, prev, kind, sentence, json.loads(payload), at)
        if event.id != name:
            raise StoreProblem(
                f"events row {n}: its content was changed after it was written",
                hint="`annotator verify` says more; restore a backup",
            )
        yield event, document


def unknown_sentences(store: Store, incoming: Collection[Incoming]) -> list[Incoming]:
    """Return those of the events that are about sentences which the store does not have."""
    names = {one.event.sentence for one in incoming} - {""}
    units = _units(store.db, names)
    return [one for one in incoming if one.event.sentence and one.event.sentence not in units]


def take(
    store: Store,
    db: Connection,
    incoming: Mapping[str, Incoming],
    tell: Progress,
    *,
    articles: bool,
) -> Taken:
    """Add the events that are not here, by id, inside a transaction of the caller.

    Their sentences are known; `articles` says that some of them came just now. Raises
    InputProblem, with file and line, where an event does not continue a history that is whole.
    """
    here = _known(db, incoming)
    new = {name: one for name, one in incoming.items() if name not in here}
    _check_chains(db, new)
    before = store.lineage
    touched = _insert(db, [one.event for one in new.values()])
    store.forget_lineage()
    for done, (reviewer, number) in enumerate(sorted(touched.items())):
        tell(f"of {one_line(reviewer, 20)}", done, len(touched))
        try:
            derived.rewrite(store, number)
        except OutOfLine as problem:
            if problem.event.id not in new:
                raise StoreProblem(
                    str(problem), hint="`annotator verify` says more; nothing was changed"
                ) from problem
            raise _refused(new[problem.event.id], f"it {problem.reason}") from problem
    schemes.settle(store, db, before)
    if articles or any(one.event.kind in {ASSIGN, UNASSIGN} for one in new.values()):
        assignments.derive(db)
    return Taken(
        dict(sorted(Counter(one.event.reviewer for one in new.values()).items())),
        len(incoming) - len(new),
        reading.forked(store),
    )


def _check_chains(db: Connection, new: Mapping[str, Incoming]) -> None:
    parents = {name for one in new.values() for name in one.event.parents}
    known = _known(db, parents - new.keys())
    known |= {
        name: _Known(new[name].event.reviewer, new[name].event.number)
        for name in parents & new.keys()
    }
    for one in new.values():
        event = one.event
        for name in event.parents:
            if name not in known:
                raise _refused(
                    one,
                    f"the event before it is missing ({name}, number {event.number - 1} of"
                    f" {one_line(event.reviewer, 40)!r})",
                    hint="it is neither here nor in what is merged: take the whole file, or the"
                    " store, that it comes from",
                )
            if known[name].reviewer != event.reviewer:
                raise _refused(one, f"it follows an event of {known[name].reviewer!r}")
        if not follows(event, (known[name].number for name in event.parents)):
            raise _refused(one, f"its number {event.number} is not the one that comes next")


def _refused(one: Incoming, reason: str, hint: str | None = None) -> InputProblem:
    return InputProblem(
        one_line(reason),
        file=one.file,
        line=one.line,
        hint=hint or "nothing was changed; `annotator verify` where it comes from says more",
    )


def _insert(db: Connection, events: list[Event]) -> dict[str, int]:
    """Write events; returns the rows of their reviewers, by name."""
    names = sorted({event.reviewer for event in events})
    db.executemany("INSERT OR IGNORE INTO reviewers (name) VALUES (?)", [(name,) for name in names])
    every = dict(db.execute("SELECT name, n FROM reviewers"))
    units = _units(db, {event.sentence for event in events} - {""})
    # In line, as far as there is one: so that rows and places of the new ones go on as before.
    events.sort(key=lambda event: (event.reviewer, event.number, event.created_at, event.id))
    db.executemany(
        "INSERT INTO events (id, prev, number, reviewer, kind, unit, payload, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                event.id,
                event.prev,
                event.number,
                every[event.reviewer],
                event.kind,
                units[event.sentence] if event.sentence else None,
                event.content,
                event.created_at,
            )
            for event in events
        ),
    )
    return {name: every[name] for name in names}


def _known(db: Connection, ids: Collection[str]) -> dict[str, _Known]:
    found: dict[str, _Known] = {}
    for part in _parts(ids):
        rows = db.execute(
            "SELECT e.id, r.name, e.number FROM events e JOIN reviewers r ON r.n = e.reviewer"
            f" WHERE e.id IN ({MANY})",
            (part,),
        )
        found.update((name, _Known(*rest)) for name, *rest in rows)
    return found


def _units(db: Connection, ids: Collection[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for part in _parts(ids):
        found.update(db.execute(f"SELECT id, n FROM units WHERE id IN ({MANY})", (part,)))
    return found


def _parts(ids: Collection[str]) -> Iterator[str]:
    # In the order of the index, so that a page of it is read once.
    waiting = iter(sorted(ids))
    while part := list(islice(waiting, _AT_ONCE)):
        yield json.dumps(part)
