"""What export reads from the store and import writes to it.

Export goes through the documents in order of their ids and reads the sentences of one at a time, in
one read transaction: however large the store, and whatever others write meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, NamedTuple

from annotator.core.history import ANNOTATING
from annotator.core.model import BODY, Adjudication
from annotator.formats.articles import Counts, Held, Plan
from annotator.store.opening import Store
from annotator.store.suggestions import Suggestions

# `+d.n` keeps SQLite from listing the documents by row and sorting their texts. The units of a
# document have numbers in a row.
_DOCUMENTS: Final = (
    "SELECT d.n, d.current, (SELECT min(n) FROM units WHERE document = d.n),"
    " (SELECT max(n) FROM units WHERE document = d.n), d.id, d.text, d.title, d.source, d.url,"
    " d.published, d.author, d.language, d.encoding, d.markup"
    " FROM documents d {which} ORDER BY d.id"
)
_LANGUAGE: Final = 7
_ANNOTATED: Final = (
    "WHERE +d.n IN (SELECT u.document FROM annotations a JOIN units u ON u.n = a.unit"
    " WHERE a.label IS NOT NULL OR a.skipped = 1)"
)
# A group is called by one of its forms: those that are called otherwise are in one with others.
# Forms of several sentences are found in an index.
_TOGETHER: Final = "SELECT hash, label FROM forms WHERE label <> hash"
_REPEATED: Final = (
    "SELECT f.hash, f.label FROM (SELECT form FROM units GROUP BY form HAVING count(*) > 1)"
    " JOIN forms f ON f.hash = form"
)
_COMPANY: Final = (
    "SELECT 1 FROM forms f JOIN units u ON u.form = f.hash JOIN documents d ON d.n = u.document"
    " WHERE f.label = ? AND d.current LIMIT 2"
)
# Two statements: in one, all there is to say of a sentence came again for each of its reviewers.
_UNITS: Final = (
    "SELECT u.n, u.id, u.start, u.stop, u.asked, s.polarity, s.subjectivity, g.label, g.score,"
    " u.form FROM units u LEFT JOIN sentiments s ON s.unit = u.n"
    " AND s.analyzer = (SELECT n FROM analyzers WHERE name = ?)"
    " LEFT JOIN suggestions g ON g.suggester = ? AND g.unit = u.n AND g.abstained = 0"
    " WHERE u.n BETWEEN ? AND ? {which} ORDER BY u.n"
)
_REVIEWED: Final = "AND EXISTS (SELECT 1 FROM annotations a WHERE a.unit = u.n)"
_MOST: Final = 0.5
"""Share of units that are annotated from which on reading all is faster than to ask for each."""
_ANNOTATIONS: Final = (
    "SELECT a.unit, a.reviewer, a.label, a.confidence, a.tags, a.note, a.created_at, a.seconds,"
    " a.suggestion_shown, a.guideline, a.skipped, a.asked"
    " FROM reviewers r CROSS JOIN annotations a ON a.reviewer = r.n WHERE a.unit BETWEEN ? AND ?"
)
_LABELLED: Final = (
    "SELECT a.reviewer, u.id FROM units u JOIN annotations a ON a.unit = u.n"
    " WHERE u.document = ? AND a.label IS NOT NULL"
)

# Reviewers and sentences whose label is in another version too: where it was carried to, or, if
# an article is again as it was, where it came from.
_CARRIED: Final = (
    "SELECT reviewer, json_extract(payload, '$.from') FROM events WHERE kind = 'carry' UNION"
    " SELECT e.reviewer, u.id FROM events e JOIN units u ON u.n = e.unit"
    " JOIN units f ON f.id = json_extract(e.payload, '$.from')"
    " JOIN documents d ON d.n = f.document WHERE e.kind = 'carry' AND d.current"
)


class Target(NamedTuple):
    """A unit that a record is about: its row, its words, and whether it is a sentence by itself."""

    unit: int
    text: str
    is_body: bool


@contextmanager
def snapshot(store: Store) -> Iterator[None]:
    """Read everything inside from one state of the store; inside another one, from that."""
    if store.db.in_transaction:
        yield
        return
    store.db.execute("BEGIN")
    try:
        yield
    finally:
        if store.db.in_transaction:
            store.db.execute("ROLLBACK")


def held(
    store: Store,
    plan: Plan,
    analyzer_for: Callable[[str], str | None],
    counts: Counts,
    posteriors: Mapping[int, tuple[float, ...]] | None = None,
) -> Iterator[Held]:
    """Yield the current documents that may have something to export, by id.

    Adds to `counts` what was labelled in versions that are not current any more. `analyzer_for`
    gives the analyser of a language whose values are taken; suggestions are those of the suggester
    in use; `posteriors` are the probabilities of the labels by unit, where the policy needs them.
    """
    # To find out which documents somebody annotated takes longer than to read those few others.
    which = "" if plan.every or _mostly_annotated(store) else _ANNOTATED
    groups = _Groups(store)
    model = Suggestions(store).in_use()
    carried: set[tuple[int, str]] | None = None
    all_units, reviewed = _UNITS.format(which=""), _UNITS.format(which=_REVIEWED)
    rulings = _adjudicated(store, plan.names)
    likely = posteriors or {}
    for n, current, first, last, *stated in store.db.execute(_DOCUMENTS.format(which=which)):
        if not current:
            carried = set(store.db.execute(_CARRIED)) if carried is None else carried
            labelled = {row for row in store.db.execute(_LABELLED, (n,)) if row[0] in plan.names}
            counts.superseded += len({sentence for _, sentence in labelled - carried})
            continue
        analyzer = analyzer_for(stated[_LANGUAGE])
        opinions = store.db.execute(_ANNOTATIONS, (first, last)).fetchall()
        dense = plan.every or len(opinions) >= _MOST * (last - first + 1)
        units = store.db.execute(
            all_units if dense else reviewed, (analyzer, model and model.n, first, last)
        ).fetchall()
        yield Held(
            tuple(stated),
            analyzer or "",
            units,
            opinions,
            groups.of(units),
            {unit: rulings[unit] for unit in range(first, last + 1) if unit in rulings}
            if rulings else {},
            {unit: likely[unit] for unit in range(first, last + 1) if unit in likely}
            if likely else {},
        )  # fmt: skip


def _mostly_annotated(store: Store) -> bool:
    (most,) = store.db.execute(
        "SELECT (SELECT count(*) FROM annotations) >= ? * (SELECT count(*) FROM units)", (_MOST,)
    ).fetchone()
    return bool(most)


def _adjudicated(store: Store, names: Mapping[int, str]) -> dict[int, list[Adjudication]]:
    found: dict[int, list[Adjudication]] = {}
    for unit, reviewer, *said in store.db.execute(
        "SELECT a.unit, a.reviewer, a.label, a.reason, a.note, a.created_at FROM adjudications a"
        " JOIN reviewers r ON r.n = a.reviewer ORDER BY a.unit, a.created_at, r.name"
    ):
        if reviewer in names:
            found.setdefault(unit, []).append(Adjudication(names[reviewer], *said))
    return found


class _Groups:
    """Near-duplicate sentences: which groups have more than one sentence of current documents."""

    def __init__(self, store: Store) -> None:
        self._db = store.db
        # Nearly all sentences are alone, and looking each of them up takes a third of an export.
        together = dict(store.db.execute(_TOGETHER))
        self._shared: dict[int, int] = {
            **together,
            **{label: label for label in together.values()},
            **dict(store.db.execute(_REPEATED)),
        }
        self._names: dict[int, str | None] = {}

    def of(self, units: list[tuple[Any, ...]]) -> dict[int, str]:
        """Return the groups of those units that are in one, as 16 hex digits.

        The form of a unit stands last in its row. Sentences of earlier versions of a document do
        not count.
        """
        # Few sentences resemble another: not to ask for their groups saves a twentieth of it all.
        found = {row[0]: self._name(row[-1]) for row in units if row[-1] in self._shared}
        return {unit: name for unit, name in found.items() if name}

    def _name(self, form: int) -> str | None:
        label = self._shared[form]
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
