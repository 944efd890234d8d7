"""What an adjudicator reads: the sentences in dispute, the votes on them, and the talk about them.

A vote is a reviewer's label on a sentence of a current document, "this is no sentence" with them.
A sentence is disputed where two votes differ; it is settled where somebody adjudicated it, and
all who did agree.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from math import log2
from typing import Any, Final, NamedTuple

from annotator.core.history import ADJUDICATE, DISCUSS, DONE, Annotation
from annotator.core.model import Adjudication
from annotator.store.journal import ANNOTATION_COLUMNS, annotation_of
from annotator.store.opening import Store

ONLY: Final = ("undecided", "disputed", "discussed", "all")
"""Which sentences an adjudication is about: disputed and not settled, disputed, talked about, or
all that have a label."""

# Counted unit by unit along the index: nothing is sorted, and documents are looked up once a unit.
_VOTES: Final = (
    "SELECT v.* FROM (SELECT unit{counts} FROM annotations INDEXED BY annotations_unit"
    " WHERE label IS NOT NULL GROUP BY unit{having}) v"
    " JOIN units u ON u.n = v.unit JOIN documents d ON d.n = u.document AND d.current = 1"
)
_DISPUTED: Final = "min(label) <> max(label)"
# The index of events is only of those that are no label, and has to be told so.
_TALKED: Final = f"kind = '{DISCUSS}' AND kind <> 'label'"

_AGREED: Final = f", count(*) > 1 AS shared, {_DISPUTED} AS disputed"
_OVERVIEW: Final = (
    f"WITH votes AS ({_VOTES.format(counts=_AGREED, having='')}),"
    f" decided AS (SELECT unit, {_DISPUTED} AS differs FROM adjudications GROUP BY unit)"
    " SELECT count(*), coalesce(sum(shared), 0), coalesce(sum(disputed), 0), count(differs),"
    " coalesce(sum(disputed AND coalesce(differs, 1)), 0), coalesce(sum(differs), 0),"
    f" coalesce(sum(v.unit IN (SELECT unit FROM events WHERE {_TALKED})), 0)"
    " FROM votes v LEFT JOIN decided ON decided.unit = v.unit"
)


class Vote(NamedTuple):
    """What a reviewer says of a sentence; it may be flagged or skipped without a label."""

    reviewer: str
    annotation: Annotation


class Remark(NamedTuple):
    """A note in the thread of a sentence."""

    by: str
    text: str
    created_at: str


class Overview(NamedTuple):
    """How things stand: sentences by how many voted and whether they agree.

    `labelled` have a vote and `shared` two or more; of those `disputed` differ. `adjudicated` were
    decided by somebody, disputed or not; `undecided` are disputed and not settled; `differing` are
    those on which adjudicators differ. `discussed` have a thread.
    """

    reviewers: tuple[str, ...]
    labelled: int
    shared: int
    disputed: int
    adjudicated: int
    undecided: int
    differing: int
    discussed: int


class Contested(NamedTuple):
    """A sentence in the order of adjudication: its row, the entropy of its votes in bits."""

    unit: int
    entropy: float
    votes: int


@lru_cache(maxsize=4096)
def entropy(counts: tuple[int, ...]) -> float:
    """Return the entropy in bits of votes of which these many agree; 0 where all do."""
    total = sum(counts)
    return -sum(count / total * log2(count / total) for count in sorted(counts)) + 0.0


def contested(store: Store, only: str) -> list[Contested]:
    """Return the sentences of one of ONLY: the highest entropy first, then in document order."""
    kept = talked_about(store) if only == "discussed" else None
    settled = settlements(store) if only == "undecided" else {}
    found = [
        Contested(unit, entropy(counts), sum(counts))
        for unit, counts in _votes(store, disputed=only in {"undecided", "disputed"})
        if (kept is None or unit in kept) and settled.get(unit) is None
    ]
    # Rounded: that the same votes come in another order must not part two sentences.
    return sorted(found, key=lambda one: (-round(one.entropy, 9), one.unit))


def _votes(store: Store, *, disputed: bool) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Yield units with how often each label was given, all of them or those in dispute."""
    names = [label.name for label in store.scheme.every]
    counts = "".join(f", sum(label = ?{place})" for place in range(1, len(names) + 1))
    having = f" HAVING {_DISPUTED}" if disputed else ""
    rows = store.db.execute(_VOTES.format(counts=counts, having=having), names)
    for unit, *of_each in rows:
        yield unit, tuple(sorted(count for count in of_each if count))


def settlements(store: Store) -> dict[int, str | None]:
    """Return the adjudicated label of every adjudicated unit: None where adjudicators differ."""
    return {
        unit: label if label == other else None
        for unit, label, other in store.db.execute(
            "SELECT unit, min(label), max(label) FROM adjudications GROUP BY unit"
        )
    }


def talked_about(store: Store) -> set[int]:
    """Return the units that have a thread of notes."""
    rows = store.db.execute(f"SELECT DISTINCT unit FROM events WHERE {_TALKED}")
    return {unit for (unit,) in rows}


def votes(store: Store, first: int, last: int) -> dict[int, list[Vote]]:
    """Return what reviewers say of the units from `first` to `last`, by unit and then by name."""
    found: dict[int, list[Vote]] = {}
    for unit, name, *row in store.db.execute(
        f"SELECT unit, r.name, {ANNOTATION_COLUMNS} FROM annotations"
        " JOIN reviewers r ON r.n = reviewer"
        " WHERE unit BETWEEN ? AND ? AND (label IS NOT NULL OR skipped OR flagged)"
        " ORDER BY unit, r.name",
        (first, last),
    ):
        found.setdefault(unit, []).append(Vote(name, annotation_of(tuple(row))))
    return found


def adjudications(store: Store, first: int, last: int) -> dict[int, list[Adjudication]]:
    """Return what was adjudicated of the units from `first` to `last`, the latest last."""
    found: dict[int, list[Adjudication]] = {}
    for unit, *row in store.db.execute(
        "SELECT a.unit, r.name, a.label, a.reason, a.note, a.created_at FROM adjudications a"
        " JOIN reviewers r ON r.n = a.reviewer WHERE a.unit BETWEEN ? AND ?"
        " ORDER BY a.unit, a.created_at, r.name",
        (first, last),
    ):
        found.setdefault(unit, []).append(Adjudication(*row))
    return found


def thread(store: Store, unit: int) -> list[Remark]:
    """Return the notes in the thread of a unit, the oldest first."""
    rows = store.db.execute(
        "SELECT r.name, json_extract(e.payload, '$.text'), e.created_at FROM events e"
        f" JOIN reviewers r ON r.n = e.reviewer WHERE e.unit = ? AND e.{_TALKED}"
        " ORDER BY e.created_at, r.name, e.number",
        (unit,),
    )
    return [Remark(*row) for row in rows]


def overview(store: Store) -> Overview:
    """Return how things stand over the current documents."""
    counts = store.db.execute(_OVERVIEW).fetchone()
    names = store.db.execute(
        "SELECT name FROM reviewers r WHERE EXISTS (SELECT 1 FROM annotations a"
        " WHERE a.reviewer = r.n AND a.label IS NOT NULL) ORDER BY name"
    )
    return Overview(tuple(name for (name,) in names), *counts)


def last_adjudicated(store: Store, reviewer: int) -> int | None:
    """Return the unit of a reviewer's newest adjudication, undone or not, or None."""
    row = store.db.execute(
        f"SELECT unit FROM events WHERE reviewer = ? AND kind = '{ADJUDICATE}'"
        " ORDER BY number DESC LIMIT 1",
        (reviewer,),
    ).fetchone()
    return row[0] if row else None


def decided_by(store: Store, reviewer: int) -> set[int]:
    """Return the units that a reviewer has adjudicated."""
    rows = store.db.execute("SELECT unit FROM adjudications WHERE reviewer = ?", (reviewer,))
    return {unit for (unit,) in rows}


def adjudicated(store: Store, reviewer: int, unit: int) -> Adjudication | None:
    """Return what a reviewer adjudicated a unit to be, or None."""
    row = store.db.execute(
        "SELECT r.name, label, reason, note, created_at FROM adjudications"
        " JOIN reviewers r ON r.n = reviewer WHERE reviewer = ? AND unit = ?",
        (reviewer, unit),
    ).fetchone()
    return Adjudication(*row) if row else None


def taken_back(store: Store, reviewer: int) -> dict[int, str]:
    """Return when a reviewer last took back an adjudication, by unit."""
    return dict(
        store.db.execute(
            "SELECT e.unit, max(e.created_at) FROM events e"
            " JOIN events t ON t.id = json_extract(e.payload, '$.event')"
            f" WHERE e.reviewer = ? AND e.kind = 'undo' AND t.kind = '{ADJUDICATE}'"
            " GROUP BY e.unit",
            (reviewer,),
        )
    )


def decision(store: Store, reviewer: int, unit: int) -> dict[str, Any] | None:
    """Return what the adjudication of a unit that stands says, or None: the event's payload."""
    row = store.db.execute(
        "SELECT e.payload FROM steps s JOIN events e ON e.n = s.event"
        " WHERE s.reviewer = ? AND s.unit = ? AND s.standing = ? AND e.kind = ?"
        " ORDER BY s.place DESC LIMIT 1",
        (reviewer, unit, DONE, ADJUDICATE),
    ).fetchone()
    found: dict[str, Any] | None = json.loads(row[0]) if row else None
    return found
