"""Labels counted a stretch of units at a time, so that no query is long however large the store.

What a stretch amounts to can be added to what others do, and counted again by itself when one of
its units has changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from annotator.core.history import ANNOTATING, TAKEN_OVER
from annotator.store.opening import Store

STRETCH: Final = 2_000
"""Units of a stretch: some ten milliseconds with two labels on each."""
_PAGE: Final = 500
"""Documents that are read at once: their rows are large, and far apart."""
_CHANGING: Final = tuple(sorted({*ANNOTATING, *TAKEN_OVER, "undo", "redo"}))


class Given(NamedTuple):
    """A label on a unit; rows. `seconds` is None where nobody sat there."""

    unit: int
    document: int
    reviewer: int
    label: str
    shown: bool
    seconds: float | None


class Document(NamedTuple):
    """A current document of a list."""

    n: int
    name: str
    source: str | None
    language: str
    sentences: int


def last_unit(store: Store) -> int:
    """Return the last unit there is, 0 in an empty store."""
    (last,) = store.db.execute("SELECT coalesce(max(n), 0) FROM units").fetchone()
    return int(last)


def labels(store: Store, stretch: int) -> list[Given]:
    """Return the labels on the units of a stretch, by unit; the first stretch is 0.

    Those of earlier versions of documents too: to look their documents up takes as long again.
    """
    rows = store.db.execute(
        "SELECT a.unit, u.document, a.reviewer, a.label, a.suggestion_shown, a.seconds"
        " FROM units u JOIN annotations a ON a.unit = u.n"
        " WHERE u.n BETWEEN ? AND ? AND a.label IS NOT NULL ORDER BY u.n",
        (stretch * STRETCH, (stretch + 1) * STRETCH - 1),
    )
    return [Given(unit, d, r, label, bool(shown), s) for unit, d, r, label, shown, s in rows]


def newest(store: Store) -> int:
    """Return the row of the newest event, 0 without any."""
    (found,) = store.db.execute("SELECT coalesce(max(n), 0) FROM events").fetchone()
    return int(found)


def changed(store: Store, since: int) -> set[int]:
    """Return the stretches in which an annotation changed after the event in row `since`."""
    marks = ", ".join("?" * len(_CHANGING))
    rows = store.db.execute(
        f"SELECT DISTINCT unit / ? FROM events WHERE n > ? AND kind IN ({marks})",
        (STRETCH, since, *_CHANGING),
    )
    return {stretch for (stretch,) in rows}


def edition(store: Store) -> tuple[float, ...]:
    """Return numbers that change when documents come, change or go."""
    # Answered by the index alone.
    row = store.db.execute(
        "SELECT count(*), total(n), total(n * sentences) FROM documents WHERE current = 1"
    ).fetchone()
    return (*row, last_unit(store))


def documents(store: Store) -> Iterator[list[Document]]:
    """Yield the current documents in order, without their texts, some at a time."""
    first = 0
    while True:
        rows = store.db.execute(
            "SELECT n, coalesce(title, 'untitled ' || substr(id, 1, 6)), source, language,"
            " sentences FROM documents WHERE n > ? AND current = 1 ORDER BY n LIMIT ?",
            (first, _PAGE),
        ).fetchall()
        if not rows:
            return
        yield [Document._make(row) for row in rows]
        first = rows[-1][0]


def names(store: Store) -> dict[int, str]:
    """Return the reviewers' names by their rows, in order of the names."""
    return dict(store.db.execute("SELECT n, name FROM reviewers ORDER BY name"))
