"""The labels of all reviewers side by side: what agreement is measured on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import chain
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from annotator.core.history import ANNOTATING, DROPPED, TAKEN_OVER, Annotation, Event, fold
from annotator.store.exchange import snapshot
from annotator.store.opening import Store

Ints = NDArray[np.int64]
Codes = NDArray[np.int8]

_NONE: Final = -1
_FOREIGN: Final = 126
_REVIEWERS: Final = 1 << 16
_LABELS: Final = 1 << 7

# A million labels are read as numbers: tuples of them, let alone of texts, would take many times
# as long. The unit stands above 24 bits: the reviewer, the label, and whether it was seen what
# is suggested.
_LABELLED: Final = (
    f"SELECT (unit << 24) | (reviewer << 8) | (CASE label {{cases}} ELSE {_FOREIGN} END << 1)"
    " | suggestion_shown FROM annotations WHERE label IS NOT NULL"
)
_TALKED: Final = "kind IN ('discuss', 'adjudicate') AND kind <> 'label'"
_TOUCHED: Final = (
    f"WITH touched AS (SELECT unit, min(created_at) AS first FROM events WHERE {_TALKED}"
    " GROUP BY unit)"
)
# From the few sentences that were talked about to their events: otherwise SQLite goes through all.
# What was taken over was given before it came here, and never stood where it is overtaken; what was
# undone is looked up by time.
_BEFORE: Final = (
    f"{_TOUCHED} SELECT s.reviewer, s.unit, e.id, e.kind, e.payload, e.created_at"
    " FROM touched t CROSS JOIN reviewers r"
    " CROSS JOIN steps s ON s.reviewer = r.n AND s.unit = t.unit"
    " CROSS JOIN events e ON e.n = s.event WHERE iif(e.kind = 'label', e.created_at,"
    " coalesce(json_extract(e.payload, '$.state.created_at'), e.created_at)) < t.first"
    f" AND e.kind IN ({', '.join('?' * len(ANNOTATING | TAKEN_OVER))})"
    f" AND NOT (s.standing = {DROPPED} AND e.kind IN ({', '.join('?' * len(TAKEN_OVER))}))"
    " ORDER BY s.unit, s.reviewer, s.place"
)
_TURNED_BEFORE: Final = (
    f"{_TOUCHED} SELECT e.kind, json_extract(e.payload, '$.event')"
    " FROM touched t JOIN events e ON e.unit = t.unit AND e.kind IN ('undo', 'redo')"
    " AND e.kind <> 'label' WHERE e.created_at < t.first ORDER BY e.reviewer, e.number"
)


class Document(NamedTuple):
    """What is known of a document. `title` and `source` are None where not known."""

    id: str
    title: str | None
    source: str | None
    language: str


class Adjudicated(NamedTuple):
    """What somebody decided a sentence is; `label` is a code, `reviewer` a place."""

    unit: int
    reviewer: int
    label: int


class Talked(NamedTuple):
    """What a reviewer said of a sentence before it was first discussed or adjudicated.

    `reviewer` is a place, `label` a code or -1; `shown`: the suggestion was in sight.
    """

    unit: int
    reviewer: int
    label: int
    shown: bool


class Ratings(NamedTuple):
    """The labels on the sentences of current documents, in the order of the text.

    `units` and `documents` are rows of the store, one for each row of `labels`; the columns of
    `labels` are the reviewers, and its values places in the list of labels that was asked for,
    -1 for none. `shown` says whether the suggestion was in sight. `foreign` labels are of no list.
    """

    reviewers: list[str]
    units: Ints
    documents: Ints
    labels: Codes
    shown: NDArray[np.bool_]
    about: dict[int, Document]
    adjudicated: list[Adjudicated]
    touched: list[int]
    before: list[Talked]
    foreign: int


def ratings(store: Store, labels: Sequence[str]) -> Ratings:
    """Return all labels that are among `labels`, the one for what is no sentence with them."""
    with snapshot(store):
        return _ratings(store, labels)


def _ratings(store: Store, labels: Sequence[str]) -> Ratings:
    names = store.db.execute("SELECT n, name FROM reviewers ORDER BY name").fetchall()
    if len(labels) >= _FOREIGN or any(n >= _REVIEWERS for n, _ in names):
        raise AssertionError("a label or a reviewer has no room in the number it is read as")
    cases = " ".join(f"WHEN ? THEN {code}" for code in range(len(labels)))
    rows: Any = store.db.execute(_LABELLED.format(cases=cases), tuple(labels))
    # Row by row: an array of a list of them would stop every other thread for a while.
    packed = np.fromiter(chain.from_iterable(rows), dtype=np.int64)
    unit = packed >> 24
    seen = np.zeros(unit.max(initial=0) + 1, dtype=bool)
    seen[unit] = True
    units, documents = _current(store, np.flatnonzero(seen))
    row = np.full(len(seen), _NONE)
    row[units] = np.arange(len(units))
    label = (packed >> 1) % _LABELS
    current = row[unit] != _NONE
    foreign = current & (label == _FOREIGN)
    counts = current & ~foreign
    packed, unit, label = packed[counts], unit[counts], label[counts]
    place_of = np.zeros(max((n for n, _ in names), default=0) + 1, dtype=np.int64)
    for place, (n, _) in enumerate(names):
        place_of[n] = place
    where = row[unit], place_of[(packed >> 8) % _REVIEWERS]
    codes = np.full((len(units), len(names)), _NONE, dtype=np.int8)
    shown = np.zeros((len(units), len(names)), dtype=bool)
    codes[where] = label
    shown[where] = packed & 1 == 1
    kept = (codes != _NONE).any(axis=1)
    units, documents, codes, shown = units[kept], documents[kept], codes[kept], shown[kept]
    code_of = {name: code for code, name in enumerate(labels)}
    places = {n: place for place, (n, _) in enumerate(names)}
    return Ratings(
        [name for _, name in names],
        units,
        documents,
        codes,
        shown,
        _about(store),
        [
            Adjudicated(unit, places[reviewer], code_of[name])
            for unit, reviewer, name in store.db.execute(
                "SELECT unit, reviewer, label FROM adjudications ORDER BY unit, reviewer"
            )
            if name in code_of
        ],
        [unit for (unit,) in store.db.execute(f"{_TOUCHED} SELECT unit FROM touched")],
        [
            Talked(unit, places[who], code_of.get(one.label or "", _NONE), one.suggestion_shown)
            for unit, who, one in _before(store)
        ],
        int(foreign.sum()),
    )


def _current(store: Store, units: Ints) -> tuple[Ints, Ints]:
    """Return those of `units`, in order, that are of current documents, and their documents."""
    # The units of a document follow one another, and so do documents.
    spans = store.db.execute(
        "SELECT d.n, min(u.n), max(u.n) FROM documents d JOIN units u ON u.document = d.n"
        " WHERE d.current = 1 GROUP BY d.n"
    ).fetchall()
    span = np.array(sorted(spans, key=lambda one: one[1]), dtype=np.int64).reshape(-1, 3)
    if not len(span):
        return units[:0], units[:0]
    at = np.searchsorted(span[:, 1], units, side="right") - 1
    inside = (at >= 0) & (units <= span[at, 2])
    return units[inside], span[at[inside], 0]


def _about(store: Store) -> dict[int, Document]:
    rows = store.db.execute("SELECT n, id, title, source, language FROM documents WHERE current")
    return {n: Document(*known) for n, *known in rows}


def _before(store: Store) -> list[tuple[int, int, Annotation]]:
    """Return unit, reviewer and annotation before a sentence was first talked about."""
    undone: set[str] = set()
    for kind, target in store.db.execute(_TURNED_BEFORE):
        (undone.add if kind == "undo" else undone.discard)(target)
    events: dict[tuple[int, int], list[Event]] = {}
    rows: Any = store.db.execute(_BEFORE, (*sorted(ANNOTATING | TAKEN_OVER), *sorted(TAKEN_OVER)))
    for reviewer, unit, name, kind, payload, at in rows:
        if name not in undone:
            # To fold them, an event need not know its place in the chain.
            event = Event("", 0, None, kind, "", json.loads(payload), at)
            events.setdefault((unit, reviewer), []).append(event)
    now = store.lineage.now
    return [(unit, reviewer, fold(map(now, own))) for (unit, reviewer), own in events.items()]


def last_days(store: Store, with_shown: bool) -> dict[int, str]:
    """Return the day (`2026-11-21`) on which a sentence was last labelled, by unit."""
    rows = store.db.execute(
        "SELECT unit, max(substr(created_at, 1, 10)) FROM annotations"
        " WHERE label IS NOT NULL AND suggestion_shown <= ? GROUP BY unit",
        (int(with_shown),),
    )
    return dict(rows)


class Said(NamedTuple):
    """What somebody says of a sentence, as a reviewer or as its adjudicator."""

    who: str
    label: str
    note: str | None
    adjudicated: bool


def said_of(store: Store, unit: int) -> list[Said]:
    """Return who labelled a unit how, by name, and then who adjudicated it."""
    rows = store.db.execute(
        "SELECT r.name, a.label, a.note, 0 AS adjudicated FROM annotations a"
        " JOIN reviewers r ON r.n = a.reviewer WHERE a.unit = ?1 AND a.label IS NOT NULL UNION ALL"
        " SELECT r.name, j.label, j.note, 1 FROM adjudications j"
        " JOIN reviewers r ON r.n = j.reviewer WHERE j.unit = ?1 ORDER BY adjudicated, r.name",
        (unit,),
    )
    return [Said(who, label, note, bool(adjudicated)) for who, label, note, adjudicated in rows]


def words(store: Store, unit: int) -> str:
    """Return the text of a unit."""
    # SQLite counts code points, as the offsets do.
    (found,) = store.db.execute(
        "SELECT substr(d.text, u.start + 1, u.stop - u.start)"
        " FROM units u JOIN documents d ON d.n = u.document WHERE u.n = ?",
        (unit,),
    ).fetchone()
    return str(found)


def sentence_id(store: Store, unit: int) -> str:
    """Return the id of the sentence in a row."""
    (found,) = store.db.execute("SELECT id FROM units WHERE n = ?", (unit,)).fetchone()
    return str(found)


def labelled_by(store: Store, reviewer: str) -> Ints:
    """Return the units that a reviewer has labelled, in order."""
    rows: Any = store.db.execute(
        "SELECT unit FROM annotations WHERE label IS NOT NULL"
        " AND reviewer = (SELECT n FROM reviewers WHERE name = ?) ORDER BY unit",
        (reviewer,),
    )
    return np.fromiter(chain.from_iterable(rows), dtype=np.int64)
