"""What a report reads: documents with their progress, and articles with all that is said of them.

Reviewers, adjudicator and suggester stand side by side here: nothing of it is for the eyes of
somebody who has still to label.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple

from annotator.core.model import Adjudication, Reason
from annotator.store import reading
from annotator.store.opening import Store
from annotator.store.suggestions import Suggestions


class Guessed(NamedTuple):
    """What the suggester in use says of a unit; `reasons` are spans of the unit's text."""

    label: str
    abstained: bool
    reasons: tuple[Reason, ...]


class Seen(NamedTuple):
    """An article and, by unit, the reviewers' labels, the adjudications and the suggestion."""

    article: reading.Article
    labels: dict[int, list[tuple[str, str]]]
    decided: dict[int, list[Adjudication]]
    guessed: dict[int, Guessed]


class Labelled(NamedTuple):
    """A current document: its row, and how many of its sentences somebody labelled.

    `published` is what is said beside the text; `dated` whether the text has a date line.
    """

    n: int
    id: str
    name: str
    source: str | None
    published: str | None
    language: str
    sentences: int
    labelled: int
    dated: bool


@contextmanager
def renamed(store: Store, called: Mapping[str, str]) -> Iterator[None]:
    """Read reviewers under other names inside; nothing is to be written meanwhile.

    A temporary table stands before that of the store: so no query can forget it, and what is in
    order of the names is in order of the new ones, which tells nothing about the old.
    """
    db = store.db
    db.execute("CREATE TEMP TABLE reviewers AS SELECT * FROM main.reviewers")
    try:
        db.execute("CREATE UNIQUE INDEX temp.reviewers_by_row ON reviewers (n)")
        rows = db.execute("SELECT name, n FROM main.reviewers").fetchall()
        db.executemany(
            "UPDATE temp.reviewers SET name = ? WHERE n = ?",
            [(called[name], n) for name, n in rows],
        )
        yield
    finally:
        db.execute("DROP TABLE temp.reviewers")


def documents(store: Store) -> list[Labelled]:
    """Return the current documents by source, then by name; those without a source last."""
    labelled = dict(
        store.db.execute(
            "SELECT u.document, count(DISTINCT a.unit) FROM annotations a"
            " JOIN units u ON u.n = a.unit WHERE a.label IS NOT NULL GROUP BY u.document"
        )
    )
    rows = store.db.execute(
        "SELECT n, title, id, source, published, language, sentences, EXISTS (SELECT 1 FROM units"
        " WHERE document = documents.n AND kind = 'dateline') FROM documents"
        " WHERE current = 1 ORDER BY source IS NULL, source, coalesce(title, id), id"
    )
    return [
        Labelled(n, name, reading.name_of(title, name), source, published, language, count,
                 labelled.get(n, 0), bool(dated))
        for n, title, name, source, published, language, count, dated in rows
    ]  # fmt: skip


def seen(store: Store, document: int) -> Seen:
    """Return the document in row `document` with everything that is said of its units."""
    labels: dict[int, list[tuple[str, str]]] = {}
    for name, unit, annotation in reading.annotated(store, document):
        if annotation.label is not None:
            labels.setdefault(unit, []).append((name, annotation.label))
    decided: dict[int, list[Adjudication]] = {}
    for unit, *ruling in store.db.execute(
        "SELECT a.unit, r.name, a.label, a.reason, a.note, a.created_at FROM adjudications a"
        " JOIN reviewers r ON r.n = a.reviewer JOIN units u ON u.n = a.unit"
        " WHERE u.document = ? ORDER BY a.created_at, r.name",
        (document,),
    ):
        decided.setdefault(unit, []).append(Adjudication(*ruling))
    model = Suggestions(store).in_use()
    guessed = {
        unit: Guessed(label, bool(abstained), tuple(Reason(*one) for one in json.loads(reasons)))
        for unit, label, abstained, reasons in store.db.execute(
            "SELECT s.unit, s.label, s.abstained, s.reasons FROM suggestions s"
            " JOIN units u ON u.n = s.unit WHERE u.document = ? AND s.suggester = ?",
            (document, model.n if model else None),
        )
    }
    return Seen(reading.article(store, document), labels, decided, guessed)


def adjudicated(store: Store) -> dict[str, int]:
    """Return how many sentences of current documents each adjudicator settled, by name."""
    return dict(
        store.db.execute(
            "SELECT r.name, count(*) FROM adjudications a JOIN reviewers r ON r.n = a.reviewer"
            " JOIN units u ON u.n = a.unit JOIN documents d ON d.n = u.document AND d.current = 1"
            " GROUP BY r.n ORDER BY r.name"
        )
    )


def newest_event(store: Store) -> str | None:
    """Return when the newest event happened, or None without any."""
    at: str | None
    (at,) = store.db.execute("SELECT max(created_at) FROM events").fetchone()
    return at
