"""Sentences that are asked beside the order, to measure the reviewer: gold, and those asked again.

Gold was adjudicated by others, and the reviewer has not decided it. Asked again is what they
labelled some time ago.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, Final

from annotator.core.history import DONE, EMPTY, NOT_A_SENTENCE, RETEST, Annotation, Event, apply
from annotator.store.journal import Journal
from annotator.store.scope import Scope, conditions

_GOLD: Final = (
    "SELECT g.unit FROM adjudications g INDEXED BY adjudications_unit"
    " CROSS JOIN units u ON u.n = g.unit CROSS JOIN documents d ON d.n = u.document"
    " LEFT JOIN annotations a ON a.reviewer = :me AND a.unit = u.n"
    " WHERE g.unit BETWEEN :low AND :high AND u.document <> :not_here AND a.label IS NULL"
    " AND coalesce(a.skipped, 0) = 0"
    " AND g.label IN (SELECT value FROM json_each(:labels))"
    # Nobody is tested on what they decided themselves, nor on what was decided in two ways.
    " AND NOT EXISTS (SELECT 1 FROM adjudications x WHERE x.unit = g.unit"
    " AND (x.reviewer = :me OR x.label <> g.label))"
    " AND {scope} ORDER BY g.unit LIMIT 1"
)
_OLD: Final = (
    "SELECT e.unit FROM events e INDEXED BY events_reviewer CROSS JOIN units u ON u.n = e.unit"
    " CROSS JOIN documents d ON d.n = u.document"
    " CROSS JOIN annotations a ON a.reviewer = e.reviewer AND a.unit = e.unit"
    " WHERE e.reviewer = :me AND e.number BETWEEN :low AND :high"
    " AND e.kind = 'label' AND u.asked = 1"
    " AND u.document <> :not_here AND a.created_at = e.created_at AND a.created_at <= :before"
    " AND a.label IN (SELECT value FROM json_each(:labels))"
    " AND NOT EXISTS (SELECT 1 FROM steps s JOIN events r ON r.n = s.event"
    f"  WHERE s.reviewer = e.reviewer AND s.unit = e.unit AND s.standing = {DONE}"
    f"  AND r.kind = '{RETEST}')"
    " AND {scope} ORDER BY e.number LIMIT 1"
)


def sentence_of(journal: Journal, unit: int) -> str:
    """Return the id of the sentence in a row."""
    (name,) = journal.store.db.execute("SELECT id FROM units WHERE n = ?", (unit,)).fetchone()
    return str(name)


class Candidates:
    """Finds what can be asked within a scope; at which place it looks first, a hash decides."""

    def __init__(self, journal: Journal, scope: Scope, labels: tuple[str, ...]) -> None:
        self._journal = journal
        self._labels = json.dumps([*labels, NOT_A_SENTENCE])
        where, values = conditions(journal, replace(scope, assigned=False, only=None))
        # What is bound in a scope has no names, and the rest has.
        self._scope = " AND ".join(where)
        for place in range(len(values)):
            self._scope = self._scope.replace("?", f":scope{place}", 1)
        self._values = {f"scope{place}": value for place, value in enumerate(values)}

    def gold(self, chance: float, not_here: int) -> int | None:
        """Return an adjudicated unit outside the document `not_here`, or None without any.

        `chance` (0 to below 1) says where to begin to look.
        """
        (last,) = self._journal.store.db.execute("SELECT max(unit) FROM adjudications").fetchone()
        return self._found(_GOLD, last or 0, chance, not_here, "")

    def old(self, chance: float, not_here: int, before: str) -> int | None:
        """Return a unit labelled until `before` and not asked again since, or None."""
        # Labels of today are at the end, and not looked through.
        row = self._journal.store.db.execute(
            "SELECT number FROM events WHERE reviewer = ? AND created_at <= ?"
            " ORDER BY number DESC LIMIT 1",
            (self._journal.reviewer_number, before),
        ).fetchone()
        return self._found(_OLD, row[0] if row else 0, chance, not_here, before)

    def _found(
        self, query: str, last: int, chance: float, not_here: int, before: str
    ) -> int | None:
        middle = int(chance * last) + 1
        for low, high in ((middle, last), (1, middle - 1)):
            row = self._journal.store.db.execute(
                query.format(scope=self._scope),
                {
                    **self._values,
                    "me": self._journal.reviewer_number,
                    "labels": self._labels,
                    "not_here": not_here,
                    "before": before,
                    "low": low,
                    "high": high,
                },
            ).fetchone()
            if row:
                return int(row[0])
        return None


def answered_again(journal: Journal, unit: int) -> Annotation:
    """Return what the reviewer said when a unit was asked again; empty as long as they did not."""
    rows = journal.store.db.execute(
        "SELECT e.payload, e.created_at FROM steps s JOIN events e ON e.n = s.event"
        " WHERE s.reviewer = ? AND s.unit = ? AND s.standing = ? AND e.kind = ? ORDER BY s.place",
        (journal.reviewer_number, unit, DONE, RETEST),
    )
    annotation = EMPTY
    for payload, at in rows:
        said = journal.store.lineage.now(Event("", 0, None, RETEST, "", json.loads(payload), at))
        annotation = as_said(annotation, dict(said.payload), at)
    return annotation


def as_said(annotation: Annotation, payload: dict[str, Any], at: str) -> Annotation:
    """Return `annotation` after an event of a sentence asked again, as if it were the first."""
    kind = payload.get("as", "label")
    return apply(annotation, Event("", 0, None, kind, "", payload, at))
