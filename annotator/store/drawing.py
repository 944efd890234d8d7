"""Orders that are drawn: which units can be drawn, and the draw.

Of a large store a part is drawn from at a time: about `POOL` sentences, which follow one another
by id from a place that the seed decides. Ids are hashes, so that a part is a fair sample of the
whole, and machines that hold the same articles agree on it.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterator
from itertools import chain, islice
from typing import Final, NamedTuple

from annotator.core.errors import UsageProblem
from annotator.quality.sampling import Candidate, draws, margin, random_key
from annotator.store.documents import MANY
from annotator.store.journal import Journal
from annotator.store.scope import Scope, conditions
from annotator.store.suggestions import InUse, Suggestions

POOL: Final = 10_000
"""Sentences that are drawn from at a time."""


class _Row(NamedTuple):
    unit: int
    id: str
    document: int
    source: str | None
    group: int
    decided: bool
    probabilities: str | None


class Drawing(NamedTuple):
    """Units in the order in which they were drawn, the probability of each draw, and by whom."""

    units: array[int]
    probabilities: array[float]
    model: str | None


def drawing(journal: Journal, scope: Scope, asked: int) -> Drawing:
    """Return the units that are left to decide (when revisiting: all), as they are drawn.

    Of a scope with more than `POOL` units (`asked` of them), those of the first part in which any
    is left. Raises UsageProblem where the order needs suggestions and there are none.
    """
    model = _model(journal) if scope.order == "uncertain" and asked else None
    rows: list[_Row] = []
    parts = (
        _parts(journal, scope, model, asked)
        if asked > POOL and not scope.revisits
        else [list(_rows(journal, scope, model))]
    )
    for rows in parts:
        if not all(row.decided for row in rows):
            break
    waiting = [row for row in rows if scope.revisits or not row.decided]
    candidates = [
        Candidate(
            random_key(scope.seed, row.id),
            margin(json.loads(row.probabilities)) if row.probabilities else None,
            row.document,
            row.source,
            row.group,
        )
        for row in waiting
    ]
    # What was decided before counts for the diversity of what is drawn now.
    done = {row.group for row in rows if row.decided} if not scope.revisits else set()
    drawn = list(draws(candidates, seen=done, turn=len(rows) - len(waiting)))
    return Drawing(
        array("q", (waiting[draw.place].unit for draw in drawn)),
        array("d", (draw.probability for draw in drawn)),
        model.name if model else None,
    )


def _model(journal: Journal) -> InUse:
    model = Suggestions(journal.store).in_use()
    if model is None:
        raise UsageProblem(
            "there are no suggestions yet, so that nothing is known to be uncertain",
            hint="`annotator suggest --recompute` makes them",
        )
    return model


def _rows(
    journal: Journal, scope: Scope, model: InUse | None, more: str = "", *values: str
) -> Iterator[_Row]:
    where, given = conditions(journal, scope, one_by_one=bool(more))
    rows = journal.store.db.execute(
        "SELECT u.n, u.id, u.document, d.source, f.label,"
        " a.label IS NOT NULL OR coalesce(a.skipped, 0), s.probabilities"
        # In this order: SQLite would begin with the documents, and read all of them.
        " FROM units u CROSS JOIN documents d ON d.n = u.document"
        " CROSS JOIN forms f ON f.hash = u.form"
        " LEFT JOIN annotations a ON a.unit = u.n AND a.reviewer = ?"
        " LEFT JOIN suggestions s ON s.unit = u.n AND s.suggester = ?"
        f" WHERE {' AND '.join(where)} {more}",
        (journal.reviewer_number, model.n if model else None, *given, *values),
    )
    return map(_Row._make, rows)


def _parts(journal: Journal, scope: Scope, model: InUse | None, asked: int) -> Iterator[list[_Row]]:
    db = journal.store.db
    (units,) = db.execute("SELECT max(n) FROM units").fetchone()
    size = POOL * units // asked
    start = random_key(scope.seed, "").hex()
    rows = chain(
        db.execute("SELECT n FROM units WHERE id >= ? ORDER BY id", (start,)),
        db.execute("SELECT n FROM units WHERE id < ? ORDER BY id", (start,)),
    )
    # The ids are read from their index alone, and the rest in the order in which it is on disk:
    # from one that has not been read lately, every sentence by itself takes ten times as long.
    while part := [n for (n,) in islice(rows, size)]:
        some = f"AND u.n IN ({MANY}) ORDER BY u.n"
        yield list(_rows(journal, scope, model, some, json.dumps(sorted(part))))
