"""Who is asked about which sentence, as events, and the rows that are derived from them.

An `assign` event lists sentences by reviewer; an `unassign` event names the assign events that it
takes back, for one reviewer or for all. So the rows depend on which events there are, and not on
their order or on a clock: stores that are merged agree.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, islice
from operator import itemgetter
from typing import Any, Final, NamedTuple

from annotator.core.errors import AnnotatorError, UsageProblem
from annotator.core.history import ASSIGN, UNASSIGN
from annotator.store.journal import Journal
from annotator.store.opening import Connection, Store

_AT_ONCE: Final = 200
"""Documents that are assigned in one transaction: nobody's label waits longer for it."""
_TAKEN_BACK: Final = 1_000
"""Assign events that one unassign event names."""
_PROJECT_EVENTS: Final = (
    "FROM events WHERE kind IN (?, ?) AND kind <> 'label'"  # as the index is restricted
)


class Free(NamedTuple):
    """A sentence that is assigned to nobody. `known`: reviewers who have labelled it."""

    unit: int
    id: str
    document: str
    language: str
    source: str | None
    known: tuple[str, ...]


class Kept(NamedTuple):
    """How many sentences of a language and source are assigned to exactly these reviewers."""

    language: str
    source: str | None
    reviewers: frozenset[str]
    sentences: int


def free(store: Store) -> list[Free]:
    """Return the sentences of current documents that are assigned to nobody, in order."""
    labelled: defaultdict[int, list[str]] = defaultdict(list)
    for unit, name in store.db.execute(
        "SELECT a.unit, r.name FROM annotations a JOIN reviewers r ON r.n = a.reviewer"
        " WHERE a.label IS NOT NULL ORDER BY a.unit, r.name"
    ):
        labelled[unit].append(name)
    return [
        Free(unit, name, document, language, source, tuple(labelled.get(unit, ())))
        for unit, name, document, language, source in store.db.execute(
            "SELECT u.n, u.id, d.id, d.language, d.source FROM units u"
            " CROSS JOIN documents d ON d.n = u.document WHERE u.asked = 1 AND NOT EXISTS"
            " (SELECT 1 FROM assignments s WHERE s.unit = u.n) ORDER BY u.n"
        )
    ]


def kept(store: Store) -> list[Kept]:
    """Return what is assigned of the current documents, counted."""
    names = dict(store.db.execute("SELECT n, name FROM reviewers"))
    rows = store.db.execute(
        "SELECT d.language, d.source, who, count(*) FROM (SELECT unit,"
        " group_concat(reviewer) AS who FROM (SELECT unit, reviewer FROM assignments"
        " ORDER BY unit, reviewer) GROUP BY unit) JOIN units u ON u.n = unit"
        " JOIN documents d ON d.n = u.document WHERE u.asked = 1 GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
    )
    return [
        Kept(language, source, frozenset(names[int(n)] for n in who.split(",")), count)
        for language, source, who, count in rows
    ]


def is_assigned(journal: Journal) -> bool:
    """Return whether anything is assigned to the reviewer."""
    (found,) = journal.store.db.execute(
        "SELECT EXISTS (SELECT 1 FROM assignments WHERE reviewer = ?)", (journal.reviewer_number,)
    ).fetchone()
    return bool(found)


def assign(
    journal: Journal,
    given: Sequence[tuple[Free, Sequence[str]]],
    how: Mapping[str, Any],
) -> None:
    """Assign sentences to reviewers, an event for each document; `how` is stored with them.

    Raises AnnotatorError where somebody else assigned or took back something meanwhile.
    """
    documents = groupby(given, key=lambda one: one[0].document)
    payloads = ({**how, "to": _by_reviewer(group)} for _, group in documents)
    db = journal.store.db
    (known,) = db.execute(f"SELECT count(*) {_PROJECT_EVENTS}", (ASSIGN, UNASSIGN)).fetchone()
    while part := list(islice(payloads, _AT_ONCE)):
        with journal.store.writing(much=True) as db:
            (now,) = db.execute(f"SELECT count(*) {_PROJECT_EVENTS}", (ASSIGN, UNASSIGN)).fetchone()
            if now != known:
                raise AnnotatorError(
                    "somebody else has assigned sentences meanwhile",
                    hint="run it again: what is assigned stays, and the rest is shared out",
                )
            for payload in part:
                journal.append_to_project(db, ASSIGN, payload)
                for reviewer, sentences in payload["to"].items():
                    _insert(db, reviewer, sentences)
            known += len(part)


def _by_reviewer(group: Iterator[tuple[Free, Sequence[str]]]) -> dict[str, list[str]]:
    to: defaultdict[str, list[str]] = defaultdict(list)
    for sentence, reviewers in group:
        for name in reviewers:
            to[name].append(sentence.id)
    return dict(to)


def follow(store: Store, db: Connection, document: int, same: Mapping[int, str]) -> None:
    """Assign the sentences of a new version as those of the old `document` were.

    `same` is the id of the same sentence in the new version, by unit. What has none is assigned to
    nobody. Each reviewer's own history says so, as it does of a label that is carried over.
    """
    rows = db.execute(
        "SELECT r.name, s.unit FROM assignments s JOIN reviewers r ON r.n = s.reviewer"
        " WHERE s.unit IN (SELECT n FROM units WHERE document = ?) ORDER BY r.name, s.unit",
        (document,),
    ).fetchall()
    for name, group in groupby(rows, key=itemgetter(0)):
        sentences = [same[unit] for _, unit in group if unit in same]
        there = {
            one
            for (one,) in db.execute(
                "SELECT u.id FROM units u JOIN assignments s ON s.unit = u.n"
                " JOIN reviewers r ON r.n = s.reviewer WHERE r.name = ?"
                " AND u.id IN (SELECT value FROM json_each(?))",
                (name, json.dumps(sentences)),
            )
        }
        if new := [one for one in sentences if one not in there]:
            journal = Journal(store, name)
            journal.append_to_project(db, ASSIGN, {"by": "carry", "to": {name: new}})
            _insert(db, name, new)


def clear(journal: Journal, reviewer: str | None) -> int:
    """Take back what is assigned to a reviewer, or to all; returns how many sentences that was.

    Raises UsageProblem for a reviewer who has nothing.
    """
    with journal.store.writing(much=True) as db:
        (rows,) = db.execute(
            "SELECT count(*) FROM assignments s JOIN reviewers r ON r.n = s.reviewer"
            " WHERE ?1 IS NULL OR r.name = ?1",
            (reviewer,),
        ).fetchone()
        if not rows:
            whom = "anybody" if reviewer is None else repr(reviewer)
            raise UsageProblem(f"nothing is assigned to {whom}")
        named = iter([name for name, to in _assigning(db) if reviewer is None or reviewer in to])
        while part := list(islice(named, _TAKEN_BACK)):
            journal.append_to_project(db, UNASSIGN, {"reviewer": reviewer, "events": part})
        derive(db)
    return int(rows)


def derive(db: Connection) -> None:
    """Make the rows of all assignments anew from the events, in a transaction of the caller.

    What an event says of a sentence that is not here is left out.
    """
    db.execute("DELETE FROM assignments")
    for _, to in _assigning(db):
        for reviewer, sentences in to.items():
            _insert(db, reviewer, sentences)


def explained(db: Connection) -> set[tuple[int, int]]:
    """Return the rows that the events lead to, as reviewer and unit: what `derive` would make."""
    number = dict(db.execute("SELECT name, n FROM reviewers"))
    found: set[tuple[int, int]] = set()
    for _, to in _assigning(db):
        for reviewer, sentences in to.items():
            rows = db.execute(_UNITS, (json.dumps(sentences),))
            # A name that is registered nowhere has no number that a row could have.
            found.update((number.get(reviewer, 0), unit) for (unit,) in rows)
    return found


_UNITS: Final = "SELECT n FROM units WHERE id IN (SELECT value FROM json_each(?))"


def _insert(db: Connection, reviewer: str, sentences: Sequence[str]) -> None:
    db.execute("INSERT OR IGNORE INTO reviewers (name) VALUES (?)", (reviewer,))
    db.execute(
        "INSERT OR IGNORE INTO assignments SELECT r.n, u.n"
        f" FROM reviewers r CROSS JOIN ({_UNITS}) u WHERE r.name = ?",
        (json.dumps(sentences), reviewer),
    )


def _assigning(db: Connection) -> Iterator[tuple[str, dict[str, list[str]]]]:
    """Yield the assign events with what of them stands, by id: reviewers and their sentences."""
    back: defaultdict[str, set[str | None]] = defaultdict(set)
    for (payload,) in db.execute(f"SELECT payload {_PROJECT_EVENTS}", (UNASSIGN, UNASSIGN)):
        said = json.loads(payload)
        for name in _list(said.get("events")):
            back[name].add(said.get("reviewer"))
    rows = db.execute(f"SELECT id, payload {_PROJECT_EVENTS} ORDER BY id", (ASSIGN, ASSIGN))
    for name, payload in rows.fetchall():
        to = json.loads(payload).get("to")
        gone = back.get(name, set())
        standing = {
            who: _list(ids)
            for who, ids in (to.items() if isinstance(to, dict) else ())
            if not gone & {None, who}
        }
        if standing:
            yield name, standing


def _list(value: Any) -> list[str]:
    """Return a list as it is; events that others wrote and a merge brought may hold anything."""
    return value if isinstance(value, list) else []
