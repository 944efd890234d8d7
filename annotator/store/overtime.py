"""What a reviewer said over time: labels in order, again, on gold, and with a suggestion in sight.

Of events that stand: what was undone was not meant.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from annotator.core.history import DONE, RETEST
from annotator.store.opening import Store

_STANDING: Final = (
    "FROM steps s JOIN events e ON e.n = s.event JOIN reviewers r ON r.n = s.reviewer"
    f" WHERE r.name = ? AND s.standing = {DONE}"
)


class Twice(NamedTuple):
    """A sentence that was asked again: the label it had, and the one given then."""

    unit: int
    before: str
    label: str


class OnGold(NamedTuple):
    """A gold sentence: the label given to it, and what it was adjudicated to be."""

    unit: int
    label: str
    gold: str


class Trial(NamedTuple):
    """A label given where a random share of the suggestions is hidden until the decision."""

    label: str
    suggested: str
    hidden: bool


def twice(store: Store, reviewer: str) -> list[Twice]:
    """Return what the reviewer labelled again as if it were new."""
    rows = store.db.execute(
        "SELECT e.unit, json_extract(e.payload, '$.before.label'),"
        f" json_extract(e.payload, '$.label') {_STANDING} AND e.kind = '{RETEST}'"
        " AND json_extract(e.payload, '$.as') = 'label'"
        " AND json_extract(e.payload, '$.before.label') IS NOT NULL ORDER BY s.place",
        (reviewer,),
    )
    # Of a retest that was labelled over at once, the later label; the order keeps its place.
    return [Twice(unit, *rest) for unit, rest in {unit: rest for unit, *rest in rows}.items()]


def on_gold(store: Store, reviewer: str) -> list[OnGold]:
    """Return what the reviewer first said of gold sentences on which adjudicators agree still."""
    rows = store.db.execute(
        f"SELECT unit, label, gold FROM (SELECT e.unit AS unit, min(s.place),"
        f" json_extract(e.payload, '$.label') AS label {_STANDING} AND e.kind = 'label'"
        " AND json_extract(e.payload, '$.drawn.gold') GROUP BY e.unit) JOIN"
        " (SELECT unit AS settled, min(label) AS gold FROM adjudications"
        "  GROUP BY unit HAVING min(label) = max(label)) ON settled = unit ORDER BY unit",
        (reviewer,),
    )
    return [OnGold(*row) for row in rows]


def trials(store: Store, reviewer: str) -> list[Trial]:
    """Return the first labels of sentences in such a trial, where a label was suggested.

    One that was hidden and that the reviewer revealed before the decision is left out.
    """
    rows = store.db.execute(
        "SELECT label, suggested, hidden FROM (SELECT e.unit, min(s.place),"
        " json_extract(e.payload, '$.label') AS label,"
        " json_extract(e.payload, '$.trial.suggestion.label') AS suggested,"
        " json_extract(e.payload, '$.trial.hidden') AS hidden,"
        f" json_array_length(e.payload, '$.shown') AS shown {_STANDING} AND e.kind = 'label'"
        " AND json_extract(e.payload, '$.trial') IS NOT NULL GROUP BY e.unit)"
        " WHERE suggested IS NOT NULL AND hidden = (shown = 0)",
        (reviewer,),
    )
    return [Trial(label, suggested, bool(hidden)) for label, suggested, hidden in rows]


def labelled_in_order(store: Store, reviewer: str) -> list[int]:
    """Return the units that the reviewer has labelled, the earliest label first."""
    rows = store.db.execute(
        "SELECT a.unit FROM annotations a JOIN reviewers r ON r.n = a.reviewer"
        " WHERE r.name = ? AND a.label IS NOT NULL ORDER BY a.created_at, a.unit",
        (reviewer,),
    )
    return [unit for (unit,) in rows]
