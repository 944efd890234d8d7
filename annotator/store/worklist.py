"""Which units a reviewer is asked about, and in which order.

In document order without a filter nothing is listed: the next unit is found by its row, so that a
store of a million sentences opens like one of a hundred. Filters list the rows once, eight bytes
each. Orders that are drawn list a part of the store at a time.
"""

from __future__ import annotations

import json
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final, Protocol

from annotator.core.history import NOT_A_SENTENCE
from annotator.store import drawing
from annotator.store.journal import Journal
from annotator.store.scope import DRAWN, Counts, Scope, conditions
from annotator.store.suggestions import InUse, Suggestions

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

    def drawn(self, unit: int) -> dict[str, Any] | None:
        """Return how the order came to a unit, to be stored with the decision on it.

        `order`; `probability` of the draw, None where it was none; the `model` that had a say in
        it; and `among` how many it was drawn from. None where the order does not have the unit.
        """


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

    def drawn(self, unit: int) -> dict[str, Any] | None:  # noqa: ARG002 - the same for all of them
        """Return the order, which is no draw."""
        return {"order": "document"}


class Assigned(WholeStore):
    """The sentences that are assigned to the reviewer, in document order.

    What they made a sentence themselves is among them, wherever it stands.
    """

    def _undecided_from(self, unit: int) -> int | None:
        reviewer = self._journal.reviewer_number
        for low, high in ((unit, 1 << 62), (0, unit - 1)):
            (found,) = self._db.execute(
                "SELECT min(n) FROM (SELECT * FROM (SELECT s.unit AS n FROM assignments s"
                " CROSS JOIN units u ON u.n = s.unit WHERE s.reviewer = ?"
                f" AND s.unit BETWEEN ? AND ? AND u.asked = 1 AND NOT EXISTS ({_DECIDED})"
                " ORDER BY s.unit LIMIT 1) UNION ALL SELECT min(n) FROM"
                f" (SELECT unit AS n FROM ({_ASKED_ANYWAY} AND a.label IS NULL AND a.skipped = 0)"
                " WHERE n BETWEEN ? AND ?))",
                (reviewer, low, high, reviewer, reviewer, low, high),
            ).fetchone()
            if found is not None:
                return int(found)
        return None

    def holds(self, unit: int) -> bool:
        """Return whether a unit is assigned, or could be made a sentence."""
        reviewer = self._journal.reviewer_number
        (held,) = self._db.execute(
            "SELECT d.current AND (u.asked = 0 OR EXISTS (SELECT 1 FROM assignments"
            " WHERE reviewer = ? AND unit = u.n))"
            " FROM units u JOIN documents d ON d.n = u.document WHERE u.n = ?",
            (reviewer, unit),
        ).fetchone()
        return bool(held)

    def counts(self) -> Counts:
        """Return the progress over what is assigned."""
        reviewer = self._journal.reviewer_number
        (stale,) = self._db.execute(
            "SELECT EXISTS (SELECT 1 FROM documents WHERE current = 0)"
        ).fetchone()
        # Asked about are the sentences of current documents only.
        current = " JOIN units u ON u.n = s.unit AND u.asked = 1" if stale else ""
        (assigned,) = self._db.execute(
            f"SELECT count(*) FROM assignments s{current} WHERE s.reviewer = ?", (reviewer,)
        ).fetchone()
        extra, *extra_done = self._db.execute(
            "SELECT count(*), count(a.label), coalesce(sum(a.skipped), 0) FROM annotations a"
            f" WHERE a.reviewer = ? AND a.unit IN ({_ASKED_ANYWAY})",
            (reviewer, reviewer),
        ).fetchone()
        # Each from an index of its own: the rows themselves are many.
        done = (
            self._db.execute(
                f"SELECT count(*) FROM annotations a INDEXED BY {index} CROSS JOIN assignments s"
                f" ON s.reviewer = a.reviewer AND s.unit = a.unit{current}"
                f" WHERE a.reviewer = ? AND {what}",
                (reviewer,),
            ).fetchone()[0]
            for index, what in (
                ("annotations_label", "a.label IS NOT NULL"),
                ("annotations_skipped", "a.skipped = 1"),
            )
        )
        labelled, skipped = map(sum, zip(done, extra_done, strict=True))
        return Counts(assigned + extra, labelled, skipped)


class Listed:
    """The units of a filtered scope, or of one about disagreement, listed when it starts."""

    def __init__(self, journal: Journal, scope: Scope) -> None:
        self._journal = journal
        self._scope = scope
        self._place: dict[int, int] | None = None
        self._model: str | None = None
        self.units = self._listed()

    def _listed(self) -> array[int]:
        if self._scope.order == "disagreement":
            model = Suggestions(self._journal.store).in_use()
            self._model = model.name if model else None
            return array("q", _disputed(self._journal, self._scope, model))
        return array("q", _in_order(self._journal, self._scope))

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

    def drawn(self, unit: int) -> dict[str, Any] | None:
        """Return the order, which is no draw; of disagreement with a model also which one."""
        if not self.holds(unit):
            return None
        if self._scope.order == "document":
            return {"order": "document"}
        return {"order": self._scope.order, "probability": None, "model": self._model}

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


class Drawn(Listed):
    """The undecided units of a scope as they are drawn: at random, or the uncertain first.

    Of a large scope a part is listed at a time, and the next when all of that are decided.
    """

    def __init__(self, journal: Journal, scope: Scope) -> None:
        self._all = open_worklist(journal, replace(scope, order="document"))
        super().__init__(journal, scope)

    def _listed(self) -> array[int]:
        drawn = drawing.drawing(self._journal, self._scope, self._all.counts().asked)
        self._probabilities, self._model, self._place = drawn.probabilities, drawn.model, None
        return drawn.units

    def first(self) -> int | None:
        """Return the first undecided unit; when revisiting, the first."""
        if self._scope.revisits:
            return self.units[0] if self.units else None
        return self._undecided(0)

    def holds(self, unit: int) -> bool:
        """Return whether a unit is of the scope."""
        return self._all.holds(unit)

    def counts(self) -> Counts:
        """Return the progress over the scope."""
        return self._all.counts()

    def drawn(self, unit: int) -> dict[str, Any] | None:
        """Return the probability of the draw of a unit from those that were left then."""
        place = self._find(unit)
        if place is None:
            return None
        return {
            "order": self._scope.order,
            "probability": float(f"{self._probabilities[place]:.6g}"),
            "among": len(self.units) - place,
            "model": self._model,
        }

    def _undecided(self, place: int) -> int | None:
        found = super()._undecided(place)
        if found is None and self._all.next_undecided(0) is not None:
            # The rest of the store, and what was taken back of what had been decided before.
            self.units = self._listed()
            found = super()._undecided(0)
        return found


def open_worklist(journal: Journal, scope: Scope) -> Worklist:
    """Return the worklist of `scope`; raises UsageProblem where it cannot mean anything."""
    if scope.whole:
        return Assigned(journal) if scope.assigned else WholeStore(journal)
    return Drawn(journal, scope) if scope.order in DRAWN else Listed(journal, scope)


def _in_order(journal: Journal, scope: Scope) -> Iterator[int]:
    where, values = conditions(journal, scope)
    rows = journal.store.db.execute(
        "SELECT u.n FROM units u JOIN documents d ON d.n = u.document"
        " LEFT JOIN annotations a ON a.unit = u.n AND a.reviewer = ?"
        f" WHERE {' AND '.join(where)} ORDER BY u.n",
        (journal.reviewer_number, *values),
    )
    return (n for (n,) in rows)


def _disputed(journal: Journal, scope: Scope, model: InUse | None) -> Iterator[int]:
    """Yield units on which reviewers differ; then those on which the model differs from them all.

    The surest suggestion comes first. One that abstained says nothing, and of what is no sentence
    no model says anything.
    """
    where, values = conditions(journal, scope)
    rows = journal.store.db.execute(
        "SELECT u.n FROM (SELECT unit, min(label) AS one, count(DISTINCT label) AS many"
        " FROM annotations WHERE label IS NOT NULL GROUP BY unit) l"
        " CROSS JOIN units u ON u.n = l.unit CROSS JOIN documents d ON d.n = u.document"
        " LEFT JOIN annotations a ON a.unit = u.n AND a.reviewer = ?"
        " LEFT JOIN suggestions s ON s.unit = u.n AND s.suggester = ? AND s.abstained = 0"
        f" WHERE {' AND '.join(where)} AND (l.many > 1 OR l.one NOT IN (s.label, ?))"
        " ORDER BY l.many = 1, iif(l.many = 1, -json_extract(s.probabilities,"
        " '$.' || json_quote(s.label)), 0), u.n",
        (journal.reviewer_number, model.n if model else None, *values, NOT_A_SENTENCE),
    )
    return (n for (n,) in rows)


def _slices(units: array[int]) -> Iterator[array[int]]:
    for start in range(0, len(units), _CHUNK):
        yield units[start : start + _CHUNK]
