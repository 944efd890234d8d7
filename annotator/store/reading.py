"""What screens and commands read: articles, places in them, search, progress, baselines."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator
from typing import Final, NamedTuple

from annotator.core.history import Annotation
from annotator.core.model import Assessment, Sentiment
from annotator.store.journal import ANNOTATION_COLUMNS, annotation_of
from annotator.store.opening import Store
from annotator.store.scope import fts_query


class ArticleUnit(NamedTuple):
    """A unit as a screen needs it; `asked` before any reviewer's own change."""

    n: int
    id: str
    start: int
    end: int
    kind: str
    block: int
    asked: bool
    group: int


class Article(NamedTuple):
    """A document as it is read: text, metadata, and its units in order."""

    n: int
    id: str
    text: str
    title: str | None
    source: str | None
    url: str | None
    published: str | None
    author: str | None
    language: str
    current: bool
    origin: str | None
    units: tuple[ArticleUnit, ...]

    @property
    def name(self) -> str:
        """Return what to call it."""
        return name_of(self.title, self.id)


class Place(NamedTuple):
    """One line of a jump list: a document, and how far a reviewer has come in it.

    `source` and `origin` (its file) are not to be seen before a label.
    """

    document: int
    id: str
    name: str
    source: str | None
    origin: str | None
    language: str
    sentences: int
    labelled: int

    def answers(self, query: str) -> bool:
        """Return whether `query` is part of the name or of the id, whatever its case."""
        return query.casefold() in f"{self.name} {self.id}".casefold()


class Hit(NamedTuple):
    """A unit found by search."""

    unit: int
    id: str
    document: int
    name: str
    text: str


PROBE: Final = 1_000
"""Search results that are counted; one more says that there are more."""
COPIES: Final = 100
"""Near-duplicates that are counted, likewise."""


def counted(found: int, most: int) -> str:
    """Return how many were `found` in words, where those after `most` were not looked for."""
    return f"{most:,}+" if found > most else f"{found:,}"


def name_of(title: str | None, document: str) -> str:
    """Return what to call the document with the id `document`, titled or not.

    A file's name could tell the source before a label: it is no name here.
    """
    return title or f"untitled {document[:6]}"


def listed(store: Store, documents: Collection[str]) -> list[tuple[str, str, str]]:
    """Return id, name and place in the corpus of `documents`, by id; '' where it has no place."""
    return [
        (name, name_of(title, name), place or "")
        for name, title, place in store.db.execute(
            "SELECT d.id, d.title, (SELECT min(path || iif(key = '', '', '#' || key)) FROM origins"
            " WHERE document = d.n) FROM documents d"
            " WHERE d.id IN (SELECT value FROM json_each(?)) ORDER BY d.id",
            (json.dumps(sorted(documents)),),
        )
    ]


def article(store: Store, document: int) -> Article:
    """Return the document in row `document`."""
    row = store.db.execute(
        "SELECT d.n, d.id, d.text, d.title, d.source, d.url, d.published, d.author, d.language,"
        " d.current, (SELECT min(path || iif(key = '', '', '#' || key)) FROM origins"
        " WHERE document = d.n) FROM documents d WHERE d.n = ?",
        (document,),
    ).fetchone()
    units = store.db.execute(
        "SELECT u.n, u.id, u.start, u.stop, u.kind, u.block, u.asked, f.label FROM units u"
        " JOIN forms f ON f.hash = u.form WHERE u.document = ? ORDER BY u.n",
        (document,),
    )
    *fields, current, origin = row
    rows = tuple(ArticleUnit._make((*u[:6], bool(u[6]), u[7])) for u in units)
    return Article._make((*fields, bool(current), origin, rows))


def document_of(store: Store, unit: int) -> int:
    """Return the document a unit is in."""
    (document,) = store.db.execute("SELECT document FROM units WHERE n = ?", (unit,)).fetchone()
    return int(document)


def find_unit(store: Store, name: str) -> int | None:
    """Return the unit whose id begins with `name`, or None when none or several do."""
    rows = store.db.execute(
        "SELECT n FROM units WHERE id >= ?1 AND id < ?1 || 'g' LIMIT 2", (name.lower(),)
    ).fetchall()
    return int(rows[0][0]) if len(rows) == 1 else None


def neighbour(store: Store, unit: int, step: int) -> int | None:
    """Return the unit `step` (1 or -1) further in the current documents, or None at the end."""
    sign, order = (">", "ASC") if step > 0 else ("<", "DESC")
    row = store.db.execute(
        "SELECT u.n FROM units u JOIN documents d ON d.n = u.document"
        f" WHERE u.n {sign} ? AND d.current = 1 ORDER BY u.n {order} LIMIT 1",
        (unit,),
    ).fetchone()
    return row[0] if row else None


def places(store: Store, reviewer: int) -> list[Place]:
    """Return the current documents in order, with how much of each a reviewer has labelled."""
    labelled = dict(
        store.db.execute(
            "SELECT u.document, count(*) FROM annotations a JOIN units u ON u.n = a.unit"
            " WHERE a.reviewer = ? AND a.label IS NOT NULL GROUP BY u.document",
            (reviewer,),
        )
    )
    rows = store.db.execute(
        "SELECT d.n, d.id, d.title, d.source, (SELECT min(path || iif(key = '', '', '#' || key))"
        " FROM origins WHERE document = d.n), d.language, d.sentences"
        " FROM documents d WHERE d.current = 1 ORDER BY d.n"
    )
    return [
        Place(n, id, name_of(title, id), source, origin, language, sentences, labelled.get(n, 0))
        for n, id, title, source, origin, language, sentences in rows
    ]


_HIT: Final = "u.n, u.id, d.n, d.title, d.id, substr(d.text, u.start + 1, u.stop - u.start)"


def _hit(unit: int, sentence: str, document: int, title: str | None, name: str, text: str) -> Hit:
    return Hit(unit, sentence, document, name_of(title, name), text)


def search(store: Store, text: str) -> list[Hit]:
    """Return units of current documents that hold every word of `text`, in document order.

    There are more than `PROBE` of them if it returns one more.
    """
    query = fts_query(text)
    if not query:
        return []
    rows = store.db.execute(
        f"SELECT {_HIT}"
        " FROM units_text f JOIN units u ON u.n = f.rowid JOIN documents d ON d.n = u.document"
        # The order in which the index gives them: nothing is sorted, and it stops at the limit.
        " WHERE units_text MATCH ? AND d.current = 1 ORDER BY f.rowid LIMIT ?",
        (query, PROBE + 1),
    )
    return [_hit(*row) for row in rows]


def sentiment(store: Store, unit: int, analyzer: str) -> Sentiment | None:
    """Return what an analyser said of a unit, or None where it was not computed."""
    row = store.db.execute(
        "SELECT s.polarity, s.subjectivity, s.assessments FROM sentiments s"
        " JOIN analyzers a ON a.n = s.analyzer WHERE s.unit = ? AND a.name = ?",
        (unit, analyzer),
    ).fetchone()
    if row is None:
        return None
    words = tuple(Assessment(tuple(w), p, s) for w, p, s in json.loads(row[2]))
    return Sentiment(row[0], row[1], words, analyzer)


def same_group(store: Store, group: int, unit: int) -> list[Hit]:
    """Return the other units of a near-duplicate group, in document order.

    There are more than `COPIES` of them if it returns one more.
    """
    rows = store.db.execute(
        f"SELECT {_HIT}"
        " FROM forms f JOIN units u ON u.form = f.hash JOIN documents d ON d.n = u.document"
        " WHERE f.label = ? AND u.n != ? AND d.current = 1 ORDER BY u.n LIMIT ?",
        (group, unit, COPIES + 1),
    )
    return [_hit(*row) for row in rows]


def reviewers(store: Store) -> Iterator[tuple[int, str, int]]:
    """Yield row, name and number of events of every reviewer, by name."""
    yield from store.db.execute("SELECT n, name, events FROM reviewers ORDER BY name")


def forked(store: Store) -> dict[str, int]:
    """Return the reviewers whose histories go on in several places, with how many these are."""
    rows = store.db.execute("SELECT name, forks FROM reviewers WHERE forks <> '[]' ORDER BY name")
    return {name: 1 + len(json.loads(forks)) for name, forks in rows}


def history_head(store: Store) -> str | None:
    """Return 16 hex digits that change with every event of anybody, or None without any event."""
    heads = [
        name
        for head, forks in store.db.execute("SELECT head, forks FROM reviewers")
        for name in (head, *json.loads(forks))
        if name
    ]
    return hashlib.sha256("".join(sorted(heads)).encode()).hexdigest()[:16] if heads else None


def annotated(store: Store, document: int) -> list[tuple[str, int, Annotation]]:
    """Return reviewer, unit and annotation of everything said of a document."""
    rows = store.db.execute(
        f"SELECT r.name, unit, {ANNOTATION_COLUMNS} FROM annotations"
        " JOIN reviewers r ON r.n = reviewer"
        " WHERE unit IN (SELECT n FROM units WHERE document = ?) ORDER BY r.name, unit",
        (document,),
    )
    return [(name, unit, annotation_of(row)) for name, unit, *row in rows]
