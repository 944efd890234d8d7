"""What export reads from the store and import writes to it.

Export goes through the documents in order of their ids and reads the sentences of one at a time, in
one read transaction: however large the store, and whatever others write meanwhile.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, NamedTuple

from annotator.core.history import ANNOTATING
from annotator.core.model import BODY
from annotator.formats.values import (
    Article,
    Given,
    Guess,
    Score,
    Sentence,
    resolve,
)
from annotator.store.opening import Store
from annotator.store.suggestions import Suggestions

_REVIEWER: Final = itemgetter(0)
_START: Final = itemgetter(1)

# `+d.n` keeps SQLite from listing the documents by row and sorting their texts.
_DOCUMENTS: Final = (
    "SELECT d.n, d.current, d.id, d.text, d.title, d.source, d.url, d.published, d.author,"
    " d.language, d.encoding, d.markup FROM documents d WHERE {which} ORDER BY d.id"
)
_ANNOTATED: Final = (
    "+d.n IN (SELECT u.document FROM annotations a JOIN units u ON u.n = a.unit"
    " WHERE a.label IS NOT NULL OR a.skipped = 1)"
)
# Forms that are in one group with others, and forms of several sentences, with their groups: each
# is found in one index.
_TOGETHER: Final = (
    "SELECT hash, label FROM forms"
    " WHERE label IN (SELECT label FROM forms GROUP BY label HAVING count(*) > 1)"
)
_REPEATED: Final = (
    "SELECT f.hash, f.label FROM (SELECT form FROM units GROUP BY form HAVING count(*) > 1)"
    " JOIN forms f ON f.hash = form"
)
_COMPANY: Final = (
    "SELECT 1 FROM forms f JOIN units u ON u.form = f.hash JOIN documents d ON d.n = u.document"
    " WHERE f.label = ? AND d.current LIMIT 2"
)
_SENTENCES: Final = (
    "SELECT u.id, u.start, u.stop, u.asked, u.form,"
    " s.polarity, s.subjectivity, a.reviewer, a.label, a.confidence, a.tags, a.note,"
    " a.created_at, a.seconds, a.suggestion_shown, a.guideline, a.skipped, a.asked,"
    " g.label, g.score"
    " FROM units u {join} annotations a ON a.unit = u.n"
    " LEFT JOIN sentiments s ON s.unit = u.n"
    " AND s.analyzer = (SELECT n FROM analyzers WHERE name = ?)"
    " LEFT JOIN suggestions g ON g.suggester = ? AND g.unit = u.n AND g.abstained = 0"
    " WHERE u.document = ? ORDER BY u.n"
)

# Reviewers and sentences whose label is in another version too: where it was carried to, or, if
# an article is again as it was, where it came from.
_CARRIED: Final = (
    "SELECT reviewer, json_extract(payload, '$.from') FROM events WHERE kind = 'carry' UNION"
    " SELECT e.reviewer, u.id FROM events e JOIN units u ON u.n = e.unit"
    " JOIN units f ON f.id = json_extract(e.payload, '$.from')"
    " JOIN documents d ON d.n = f.document WHERE e.kind = 'carry' AND d.current"
)


@dataclass
class Counts:
    """Sentences that were exported, and those that were decided on and left out, by reason.

    `unresolved`: the reviewers differ. `none`: resolved to be no sentence. `skipped`: not decided
    yet. `superseded`: labelled in a version of a document that is no longer the current one, and
    carried to no other.
    """

    records: int = 0
    unresolved: int = 0
    none: int = 0
    skipped: int = 0
    superseded: int = 0


class Target(NamedTuple):
    """A unit that a record is about: its row, its words, and whether it is a sentence by itself."""

    unit: int
    text: str
    is_body: bool


@contextmanager
def snapshot(store: Store) -> Iterator[None]:
    """Read everything inside from one state of the store."""
    store.db.execute("BEGIN")
    try:
        yield
    finally:
        if store.db.in_transaction:
            store.db.execute("ROLLBACK")


def articles(
    store: Store,
    labels: tuple[str, ...],
    names: Mapping[int, str],
    analyzer_for: Callable[[str], str | None],
    counts: Counts,
    *,
    every: bool = False,
) -> Iterator[Article]:
    """Yield the current documents that have something to export, by id; adds to `counts`.

    `names` maps the rows of the reviewers that count to what they are called; `analyzer_for`
    gives the analyser of a language whose values are taken; suggestions are those of the
    suggester in use. `every` adds the sentences without a
    content label that are asked about.
    """
    which = f"d.current = 1 OR {_ANNOTATED}" if every else _ANNOTATED
    groups = _Groups(store)
    model = Suggestions(store).in_use()
    name = model.name if model else ""
    carried: set[tuple[int, str]] | None = None
    sentences = _SENTENCES.format(join="LEFT JOIN" if every else "JOIN")
    for n, current, *fields, language, encoding, markup in store.db.execute(
        _DOCUMENTS.format(which=which)
    ):
        analyzer = analyzer_for(language)
        rows = store.db.execute(sentences, (analyzer, model and model.n, n)).fetchall()
        if not current:
            carried = set(store.db.execute(_CARRIED)) if carried is None else carried
            counts.superseded += _superseded(rows, names, carried)
            continue
        found = list(_sentences(rows, labels, names, analyzer, name, groups, counts, every=every))
        if found:
            counts.records += len(found)
            yield Article._make((*fields, language, encoding, markup, found))


def _sentences(
    rows: list[tuple[Any, ...]],
    labels: tuple[str, ...],
    names: Mapping[int, str],
    analyzer: str | None,
    model: str,
    groups: _Groups,
    counts: Counts,
    *,
    every: bool,
) -> Iterator[Sentence]:
    rows.sort(key=_START)
    for _, group in groupby(rows, _START):
        given: list[Given] = []
        passed_over = made_one = 0
        for row in group:
            # The first seven and the last two are of the unit, the same in all of its rows.
            (
                name, start, end, body, form, polarity, subjectivity, number, label,
                confidence, tags, note, at, seconds, shown, guideline, skipped, asked,
                suggested, probability,
            ) = row  # fmt: skip
            reviewer = names.get(number)
            if reviewer is None:
                continue
            passed_over |= skipped
            made_one |= asked
            if label is not None:
                listed = () if tags == "[]" else tuple(json.loads(tags))
                seen = shown == 1
                given.append(
                    Given(reviewer, label, confidence, listed, note, at, seconds, seen, guideline)
                )
        given.sort(key=_REVIEWER)
        outcome = resolve(tuple([one.label for one in given]), labels)
        if outcome.label is None and not (every and (body or made_one or given)):
            counts.none += outcome.decision is not None
            counts.unresolved += bool(given) and outcome.decision is None
            counts.skipped += not given and passed_over
            continue
        score = None if polarity is None else Score(polarity, subjectivity, analyzer or "")
        guess = None if suggested is None else Guess(suggested, probability, model)
        yield Sentence(name, start, end, outcome, given, score, guess, groups.name(form))


def _superseded(
    rows: list[tuple[Any, ...]], names: Mapping[int, str], carried: Collection[tuple[int, str]]
) -> int:
    labelled = {(row[7], row[0]) for row in rows if row[7] in names and row[8] is not None}
    return len({sentence for _, sentence in labelled.difference(carried)})


class _Groups:
    """Near-duplicate sentences: which groups have more than one sentence of current documents."""

    def __init__(self, store: Store) -> None:
        self._db = store.db
        # Nearly all sentences are alone, and looking each of them up takes a third of an export.
        self._labels: dict[int, int] = {
            **dict(store.db.execute(_TOGETHER)),
            **dict(store.db.execute(_REPEATED)),
        }
        self._names: dict[int, str | None] = {}

    def name(self, form: int) -> str | None:
        """Return the group of the sentences of a form as 16 hex digits, or None for a single one.

        Sentences of earlier versions of a document do not count.
        """
        label = self._labels.get(form)
        if label is None:
            return None
        if label not in self._names:
            together = len(self._db.execute(_COMPANY, (label,)).fetchall()) > 1
            self._names[label] = f"{label:016x}" if together else None
        return self._names[label]


class Targets:
    """Finds the units that records are about, with their words."""

    def __init__(self, store: Store) -> None:
        self._db = store.db
        self._document = 0
        self._text = ""

    def find(self, sentence: str) -> Target | None:
        """Return the unit with the id `sentence`, or None."""
        row = self._db.execute(
            "SELECT n, document, start, stop, kind FROM units WHERE id = ?", (sentence,)
        ).fetchone()
        if row is None:
            return None
        n, document, start, stop, kind = row
        if document != self._document:
            # Records come by document: its text is read once, however long it is.
            (self._text,) = self._db.execute(
                "SELECT text FROM documents WHERE n = ?", (document,)
            ).fetchone()
            self._document = document
        return Target(n, self._text[start:stop], kind == BODY)


def has_document(store: Store, document: str) -> bool:
    """Return whether a document is stored, as current or earlier version."""
    return bool(
        store.db.execute(
            "SELECT EXISTS (SELECT 1 FROM documents WHERE id = ?)", (document,)
        ).fetchone()[0]
    )


def edited(store: Store, reviewer: int) -> dict[int, str]:
    """Return when a reviewer last changed an annotation here, by unit."""
    changing = sorted({*ANNOTATING, "undo", "redo"})
    return dict(
        store.db.execute(
            "SELECT unit, max(created_at) FROM events WHERE reviewer = ?"
            f" AND kind IN ({', '.join('?' * len(changing))}) GROUP BY unit",
            (reviewer, *changing),
        )
    )


def withdrawn(store: Store, reviewer: int) -> dict[int, str]:
    """Return when a reviewer last took back a label or skip here, by unit."""
    return dict(
        store.db.execute(
            "SELECT e.unit, max(e.created_at) FROM events e"
            " JOIN events t ON t.id = json_extract(e.payload, '$.event')"
            " WHERE e.reviewer = ? AND e.kind = 'undo' AND t.kind IN ('label', 'skip')"
            " GROUP BY e.unit",
            (reviewer,),
        )
    )
