"""Which units a reviewer is asked about, and in which order.

In document order without a filter nothing is listed: the next unit is found by its row, so that a
store of a million sentences opens like one of a hundred. Filters and shuffling list the rows once,
eight bytes each.
"""

from __future__ import annotations

import hashlib
import json
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, Protocol

from annotator.core.errors import UsageProblem
from annotator.core.history import NOT_A_SENTENCE
from annotator.store.journal import Journal

_CHUNK: Final = 500
_DECIDED: Final = (
    "SELECT 1 FROM annotations a WHERE a.reviewer = ? AND a.unit = u.n"
    " AND (a.label IS NOT NULL OR a.skipped = 1)"
)
# By its index: SQLite would take the primary key, and read all that the reviewer has done.
_ASKED_ANYWAY: Final = (
    "SELECT a.unit FROM annotations a INDEXED BY annotations_asked JOIN units u ON u.n = a.unit"
    " JOIN documents d ON d.n = u.document WHERE a.reviewer = ? AND a.asked = 1 AND u.asked = 0"
    " AND d.current = 1"
)


@dataclass(frozen=True)
class Scope:
    """What a review is about. `only` is one of ONLY, or `mine:LABEL`; `seed` belongs to shuffled.

    `document`, `source` and `language` select by equality (a document also by the beginning of
    its id or by its title); `search` by full text.
    """

    order: str = "document"
    seed: int = 0
    only: str | None = None
    document: str | None = None
    source: str | None = None
    language: str | None = None
    search: str | None = None

    @property
    def whole(self) -> bool:
        """Return whether nothing is left out and nothing is reordered."""
        return self == Scope(seed=self.seed, only=self.only) and self.only in {None, "unlabelled"}

    @property
    def revisits(self) -> bool:
        """Return whether it is about sentences that were decided before."""
        return self.only not in {None, "unlabelled"}


ONLY: Final = ("unlabelled", "labelled", "skipped", "flagged")


class Counts(NamedTuple):
    """Progress in a scope: units asked about, labelled, skipped."""

    asked: int
    labelled: int
    skipped: int


class Worklist(Protocol):
    """The units of a scope, in its order."""

    def first(self) -> int | None:
        """Return where to start: where the reviewer stopped, else at the first undecided unit."""

    def following(self, unit: int) -> int | None:
        """Return the unit to ask about after `unit` was decided, or None at the end."""

    def next_undecided(self, unit: int) -> int | None:
        """Return the next unit without label or skip, from the beginning again after the end."""

    def holds(self, unit: int) -> bool:
        """Return whether a unit is counted here, if it is asked about."""

    def counts(self) -> Counts:
        """Return the progress."""


class WholeStore:
    """Every sentence of every current document, in document order."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._db = journal.store.db

    def first(self) -> int | None:
        """Return the first undecided unit from the newest event on."""
        return self._undecided_from(self._journal.last_unit() or 0)

    def following(self, unit: int) -> int | None:
        """Return the next undecided unit."""
        return self.next_undecided(unit)

    def next_undecided(self, unit: int) -> int | None:
        """Return the next undecided unit, from the beginning again after the end."""
        return self._undecided_from(unit + 1)

    def _undecided_from(self, unit: int) -> int | None:
        reviewer = self._journal.reviewer_number
        for low, high in ((unit, 1 << 62), (0, unit - 1)):
            (found,) = self._db.execute(
                "SELECT min(n) FROM (SELECT * FROM (SELECT u.n AS n FROM units u"
                f" WHERE u.n BETWEEN ? AND ? AND u.asked = 1 AND NOT EXISTS ({_DECIDED})"
                " ORDER BY u.n LIMIT 1) UNION ALL SELECT min(n) FROM"
                f" (SELECT unit AS n FROM ({_ASKED_ANYWAY} AND a.label IS NULL AND a.skipped = 0)"
                " WHERE n BETWEEN ? AND ?))",
                (low, high, reviewer, reviewer, low, high),
            ).fetchone()
            if found is not None:
                return int(found)
        return None

    def holds(self, unit: int) -> bool:
        """Return whether a unit is of a current document."""
        (current,) = self._db.execute(
            "SELECT d.current FROM units u JOIN documents d ON d.n = u.document WHERE u.n = ?",
            (unit,),
        ).fetchone()
        return bool(current)

    def counts(self) -> Counts:
        """Return the progress over the current documents."""
        reviewer = self._journal.reviewer_number
        (sentences,) = self._db.execute(
            "SELECT coalesce(sum(sentences), 0) FROM documents WHERE current = 1"
        ).fetchone()
        (extra,) = self._db.execute(
            f"SELECT count(*) FROM ({_ASKED_ANYWAY})", (reviewer,)
        ).fetchone()
        (stale,) = self._db.execute(
            "SELECT EXISTS (SELECT 1 FROM documents WHERE current = 0)"
        ).fetchone()
        of_current = (
            " AND unit IN (SELECT u.n FROM units u JOIN documents d ON d.n = u.document"
            " WHERE d.current = 1)"
            if stale
            else ""
        )
        # Each from an index of its own: the rows themselves are many.
        labelled, skipped = (
            self._db.execute(
                f"SELECT count(*) FROM annotations INDEXED BY {index}"
                f" WHERE reviewer = ? AND {what}{of_current}",
                (reviewer,),
            ).fetchone()[0]
            for index, what in (
                ("annotations_label", "label IS NOT NULL"),
                ("annotations_skipped", "skipped = 1"),
            )
        )
        return Counts(sentences + extra, labelled, skipped)


class Listed:
    """The units of a filtered or shuffled scope, listed when the review starts."""

    def __init__(self, journal: Journal, scope: Scope) -> None:
        self._journal = journal
        self._scope = scope
        self.units = array("q", _units_of(journal, scope))
        self._place: dict[int, int] | None = None

    def first(self) -> int | None:
        """Return the undecided unit at or after the newest event; when revisiting, the first."""
        if not self.units:
            return None
        if self._scope.revisits:
            return self.units[0]
        last = self._journal.last_unit()
        place = self._find(last) if last is not None else None
        return self._undecided(place or 0)

    def following(self, unit: int) -> int | None:
        """Return the next unit to ask about; when revisiting, simply the next."""
        if not self._scope.revisits:
            return self.next_undecided(unit)
        place = self._after(unit)
        return self.units[place] if place < len(self.units) else None

    def next_undecided(self, unit: int) -> int | None:
        """Return the next undecided unit, from the beginning again after the end."""
        return self._undecided(self._after(unit))

    def holds(self, unit: int) -> bool:
        """Return whether a unit is listed."""
        place = self._find(unit)
        return place is not None and self.units[place] == unit

    def counts(self) -> Counts:
        """Return the progress over the listed units."""
        labelled, skipped = self._journal.store.db.execute(
            "SELECT count(label), coalesce(sum(skipped), 0) FROM annotations"
            " WHERE reviewer = ? AND unit IN (SELECT value FROM json_each(?))",
            (self._journal.reviewer_number, json.dumps(self.units.tolist())),
        ).fetchone()
        return Counts(len(self.units), labelled, skipped)

    def _find(self, unit: int) -> int | None:
        if self._scope.order == "document":
            place = bisect_left(self.units, unit)
            return place if place < len(self.units) else None
        if self._place is None:
            self._place = {n: place for place, n in enumerate(self.units)}
        return self._place.get(unit)

    def _after(self, unit: int) -> int:
        place = self._find(unit)
        if place is None:
            return len(self.units) if self._scope.order == "document" else 0
        return place + 1 if self.units[place] == unit else place

    def _undecided(self, place: int) -> int | None:
        reviewer = self._journal.reviewer_number
        for low, high in ((place, len(self.units)), (0, place)):
            for chunk in _slices(self.units[low:high]):
                decided = {
                    n
                    for (n,) in self._journal.store.db.execute(
                        "SELECT unit FROM annotations WHERE reviewer = ?"
                        " AND unit IN (SELECT value FROM json_each(?))"
                        " AND (label IS NOT NULL OR skipped = 1)",
                        (reviewer, json.dumps(chunk.tolist())),
                    )
                }
                for unit in chunk:
                    if unit not in decided:
                        return unit
        return None


def open_worklist(journal: Journal, scope: Scope) -> Worklist:
    """Return the worklist of `scope`; raises UsageProblem where it cannot mean anything."""
    return WholeStore(journal) if scope.whole else Listed(journal, scope)


def shuffle_key(seed: int, sentence: str) -> bytes:
    """Return what a shuffled order sorts by: the same on every machine that has the sentence."""
    return hashlib.blake2b(f"{seed}:{sentence}".encode(), digest_size=8).digest()


def fts_query(text: str) -> str:
    """Return `text` as an FTS5 query for all of its words, the last one as a beginning.

    Every word is quoted, so that nothing in it is read as FTS5 syntax.
    """
    words = [word.replace('"', "") for word in text.split()]
    quoted = [f'"{word}"' for word in words if any(c.isalnum() for c in word)]
    return " ".join(quoted) + "*" if quoted else ""


def _units_of(journal: Journal, scope: Scope) -> Iterator[int]:
    where, values = _conditions(journal, scope)
    sql = (
        "SELECT u.n, u.id FROM units u JOIN documents d ON d.n = u.document"
        " LEFT JOIN annotations a ON a.unit = u.n AND a.reviewer = ?"
        f" WHERE {' AND '.join(where)} ORDER BY u.n"
    )
    rows = journal.store.db.execute(sql, (journal.reviewer_number, *values))
    if scope.order == "document":
        return (n for n, _ in rows)
    keyed = sorted((shuffle_key(scope.seed, name), n) for n, name in rows)
    return (n for _, n in keyed)


def _conditions(journal: Journal, scope: Scope) -> tuple[list[str], list[Any]]:
    where = ["d.current = 1"]
    values: list[Any] = []
    if scope.only in {"flagged"} or (scope.only or "").startswith("mine:"):
        where.append("a.unit IS NOT NULL")
    else:
        where.append("(u.asked = 1 OR a.asked = 1)")
    if scope.only == "labelled":
        where.append("a.label IS NOT NULL")
    elif scope.only == "skipped":
        where.append("a.skipped = 1")
    elif scope.only == "flagged":
        where.append("a.flagged = 1")
    elif scope.only and scope.only.startswith("mine:"):
        where.append("a.label = ?")
        values.append(scope.only.removeprefix("mine:"))
    for field in ("source", "language"):
        if (value := getattr(scope, field)) is not None:
            where.append(f"d.{field} = ?")
            values.append(value)
    if scope.document is not None:
        where.append("u.document = ?")
        values.append(find_document(journal, scope.document))
    if scope.search is not None:
        query = fts_query(scope.search)
        if not query:
            raise UsageProblem("there is no word to search for")
        where.append("u.n IN (SELECT rowid FROM units_text WHERE units_text MATCH ?)")
        values.append(query)
    return where, values


def find_document(journal: Journal, name: str) -> int:
    """Return the row of the current document whose id begins with `name`, or whose title it is.

    Raises UsageProblem when there is none or more than one.
    """
    rows = journal.store.db.execute(
        "SELECT DISTINCT d.n FROM documents d LEFT JOIN origins o ON o.document = d.n"
        " WHERE d.current = 1 AND (substr(d.id, 1, length(?1)) = ?1 OR d.title = ?1"
        " OR o.path = ?1 OR substr(o.path, -length(?1) - 1) = '/' || ?1) LIMIT 2",
        (name,),
    ).fetchall()
    if len(rows) != 1:
        raise UsageProblem(
            f"no document is called {name!r}" if not rows else f"{name!r} is not one document only",
            hint="`annotator status --json` lists documents with their ids, titles and files",
        )
    return int(rows[0][0])


def valid_only(value: str, labels: tuple[str, ...]) -> bool:
    """Return whether `value` can be a scope's `only`."""
    mine = value.removeprefix("mine:")
    return value in ONLY or (value != mine and mine in (*labels, NOT_A_SENTENCE))


def _slices(units: array[int]) -> Iterator[array[int]]:
    for start in range(0, len(units), _CHUNK):
        yield units[start : start + _CHUNK]
