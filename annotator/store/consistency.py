"""Contradictions: sentences that are nearly the same, and that got different labels.

By one reviewer, or by what all of them amount to: what was adjudicated, else the label that more
than half of the reviewers of a sentence gave it.
"""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import Final, NamedTuple

from annotator.core.errors import UsageProblem
from annotator.store.opening import Store

_OWN: Final = "SELECT unit, label FROM annotations WHERE reviewer = ? AND label IS NOT NULL"
_RESOLVED: Final = (
    "SELECT unit, min(label) AS label FROM adjudications GROUP BY unit"
    " HAVING min(label) = max(label) UNION ALL SELECT unit, label FROM (SELECT unit, label,"
    " count(*) AS votes, sum(count(*)) OVER (PARTITION BY unit) AS every FROM annotations"
    " WHERE label IS NOT NULL GROUP BY unit, label)"
    " WHERE 2 * votes > every AND unit NOT IN (SELECT unit FROM adjudications)"
)
_TOLD: Final = (
    "told AS (SELECT g.unit, g.label, f.label AS likeness FROM ({given}) g"
    " CROSS JOIN units u ON u.n = g.unit JOIN documents d ON d.n = u.document AND d.current = 1"
    " JOIN forms f ON f.hash = u.form),"
    " differing AS (SELECT likeness, min(unit) AS first FROM told GROUP BY likeness"
    " HAVING count(DISTINCT label) > 1)"
)
OF_REVIEWER: Final = (
    f"WITH {_TOLD.format(given=_OWN)} SELECT unit FROM told"
    " WHERE likeness IN (SELECT likeness FROM differing)"
)
"""The units on which a reviewer contradicts themselves; their row is to be bound."""


class Told(NamedTuple):
    """A sentence of a contradiction: its row, its id, its document by id and title, its label."""

    unit: int
    id: str
    document: str
    title: str | None
    label: str
    text: str


def contradictions(store: Store, reviewer: str | None) -> list[list[Told]]:
    """Return groups of near-identical sentences with different labels, in document order.

    Those of a reviewer, or with None of what all labels amount to. Raises UsageProblem for a
    reviewer there is none of.
    """
    values: tuple[int, ...] = ()
    if reviewer is not None:
        row = store.db.execute("SELECT n FROM reviewers WHERE name = ?", (reviewer,)).fetchone()
        if row is None:
            raise UsageProblem(f"there is no reviewer {reviewer!r}", hint="`annotator reviewers`")
        values = row
    given = _RESOLVED if reviewer is None else _OWN
    rows = store.db.execute(
        f"WITH {_TOLD.format(given=given)} SELECT x.first, u.n, u.id, d.id, d.title, t.label,"
        " substr(d.text, u.start + 1, u.stop - u.start) FROM differing x"
        " JOIN told t ON t.likeness = x.likeness JOIN units u ON u.n = t.unit"
        " JOIN documents d ON d.n = u.document ORDER BY x.first, u.n",
        values,
    )
    return [[Told._make(row) for _, *row in group] for _, group in groupby(rows, itemgetter(0))]
