"""Documents in the store: adding, superseding, and what is computed of them.

Writing methods take a connection inside a transaction of the caller: an ingest is one.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Final, NamedTuple

from annotator.core.model import BODY, Sentiment, Unit
from annotator.core.text import sentence_id
from annotator.store.compact import compact
from annotator.store.journal import utc_now
from annotator.store.opening import Connection, Store
from annotator.store.suggestions import Suggested, Suggestions

METADATA: Final = ("title", "source", "url", "published", "author")
MANY: Final = "SELECT value FROM json_each(?)"
"""Any number of values in one bound variable, as JSON."""


class Scored(NamedTuple):
    """What an analyser said of one sentence, as it is stored."""

    polarity: float
    subjectivity: float
    assessments: str

    @classmethod
    def of(cls, sentiment: Sentiment) -> Scored:
        """Return `sentiment` with its assessments as compact JSON."""
        # An analyser that knows none cannot be the baseline (`sentiment.for_baseline`).
        assert sentiment.subjectivity is not None
        words = [(a.words, a.polarity, a.subjectivity) for a in sentiment.assessments]
        return cls(sentiment.polarity, sentiment.subjectivity, compact(words))


@dataclass(frozen=True)
class NewDocument:
    """A document ready to be stored: text, metadata, and all that is computed of it.

    `forms` (hash and candidate keys of each unit's normalised form), `scores` and the values of
    `suggestions` (by name and version of the suggester) run parallel to `units`; there is None
    where no analyser knows the language, and where the unit is no sentence.
    """

    id: str
    text: str
    metadata: dict[str, str | None]
    language: str
    language_score: float
    encoding: str
    markup: str
    units: Sequence[Unit]
    forms: Sequence[tuple[int, tuple[int, ...]]]
    scores: Sequence[Scored | None]
    analyzer: tuple[str, str] | None
    suggestions: Mapping[tuple[str, str], Sequence[Suggested | None]] = field(default_factory=dict)


class KnownFile(NamedTuple):
    """What a corpus file looked like when it was last read."""

    size: int
    modified: int
    options: str


class StoredUnit(NamedTuple):
    """A unit with its text, as duplicates and changed documents are compared."""

    n: int
    id: str
    text: str
    kind: str


class StoredForm(NamedTuple):
    """A normalised form of sentences: its hash, its group's label, a text that has it.

    `keys` are those that it was looked up by.
    """

    hash: int
    label: int
    text: str
    keys: Sequence[int]


class Documents:
    """Reading and writing of documents and of what is computed of them."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def known_files(self) -> dict[str, KnownFile]:
        """Return every file that was read, by path."""
        rows = self.store.db.execute("SELECT path, size, modified, options FROM files")
        return {path: KnownFile(*rest) for path, *rest in rows}

    def origins(self, path: str) -> dict[str, tuple[int, str]]:
        """Return row and id of the documents that came from `path`, by their key in it."""
        rows = self.store.db.execute(
            "SELECT o.key, d.n, d.id FROM origins o JOIN documents d ON d.n = o.document"
            " WHERE o.path = ?",
            (path,),
        )
        return {key: (n, name) for key, n, name in rows}

    def first_origin(self, document: int) -> tuple[str, str] | None:
        """Return path and key of the origin that a document had first, of those it has."""
        row: tuple[str, str] | None = self.store.db.execute(
            "SELECT path, key FROM origins WHERE document = ? ORDER BY rowid LIMIT 1", (document,)
        ).fetchone()
        return row

    def count_holders(self, form: int) -> int:
        """Return how many current documents have a unit of this form (by hash)."""
        (count,) = self.store.db.execute(
            "SELECT count(DISTINCT u.document) FROM units u JOIN documents d ON d.n = u.document"
            " WHERE u.form = ? AND d.current = 1",
            (form,),
        ).fetchone()
        return int(count)

    def numbers(self, ids: Iterable[str]) -> dict[str, int]:
        """Return the rows of those documents among `ids` that are stored."""
        return dict(
            self.store.db.execute(
                f"SELECT id, n FROM documents WHERE id IN ({MANY})", (json.dumps(list(ids)),)
            )
        )

    def metadata(self, document: int) -> dict[str, str | None]:
        """Return the metadata of a document by field, its language too."""
        row = self.store.db.execute(
            f"SELECT {', '.join(METADATA)}, language FROM documents WHERE n = ?", (document,)
        ).fetchone()
        return dict(zip((*METADATA, "language"), row, strict=True))

    def text(self, document: int) -> str:
        """Return the text of a document."""
        (text,) = self.store.db.execute(
            "SELECT text FROM documents WHERE n = ?", (document,)
        ).fetchone()
        return str(text)

    def units(self, document: int) -> list[StoredUnit]:
        """Return the units of a document with their texts, in order."""
        text = self.text(document)
        rows = self.store.db.execute(
            "SELECT n, id, start, stop, kind FROM units WHERE document = ? ORDER BY n", (document,)
        )
        return [StoredUnit(n, name, text[start:stop], kind) for n, name, start, stop, kind in rows]

    def analyzer_versions(self) -> dict[str, str]:
        """Return the stored version of each analyser, by name."""
        return dict(self.store.db.execute("SELECT name, version FROM analyzers"))

    def sentences_by_language(self) -> dict[str, int]:
        """Return the number of body sentences of each language."""
        return dict(
            self.store.db.execute(
                "SELECT language, sum(sentences) FROM documents GROUP BY language ORDER BY language"
            )
        )

    def count_scored(self, language: str, analyzer: str) -> int:
        """Return how many sentences of a language an analyser has scored."""
        (count,) = self.store.db.execute(
            "SELECT count(*) FROM documents d JOIN units u ON u.document = d.n"
            " JOIN sentiments s ON s.unit = u.n JOIN analyzers a ON a.n = s.analyzer"
            " WHERE d.language = ? AND a.name = ?",
            (language, analyzer),
        ).fetchone()
        return int(count)

    def sentences_of(self, language: str) -> Iterator[list[tuple[int, str]]]:
        """Yield row and text of the body sentences of a language, a document at a time."""
        for n, text in self.store.db.execute(
            "SELECT n, text FROM documents WHERE language = ? ORDER BY n", (language,)
        ):
            yield self._body(n, text)

    def body(self, document: int) -> tuple[str, list[tuple[int, str]]]:
        """Return the language of a document, and row and text of its body sentences in order."""
        language, text = self.store.db.execute(
            "SELECT language, text FROM documents WHERE n = ?", (document,)
        ).fetchone()
        return language, self._body(document, text)

    def _body(self, document: int, text: str) -> list[tuple[int, str]]:
        rows = self.store.db.execute(
            "SELECT n, start, stop FROM units WHERE document = ? AND kind = ? ORDER BY n",
            (document, BODY),
        )
        return [(unit, text[start:stop]) for unit, start, stop in rows]

    def count_sentences(self, documents: Collection[int]) -> int:
        """Return how many body sentences these documents (by row) have."""
        (count,) = self.store.db.execute(
            f"SELECT coalesce(sum(sentences), 0) FROM documents WHERE n IN ({MANY})",
            (json.dumps(list(documents)),),
        ).fetchone()
        return int(count)

    # -- writing ---------------------------------------------------------------------------

    def insert(self, db: Connection, new: NewDocument, at: str) -> tuple[int, dict[int, str]]:
        """Store a new document; returns its row, and its texts of forms not known yet, by hash."""
        sentences = sum(unit.kind == BODY for unit in new.units)
        document = db.execute(
            "INSERT INTO documents (id, text, markup, title, source, url, published, author,"
            " language, language_score, encoding, added_at, sentences, likeness)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                new.id,
                new.text,
                new.markup,
                *(new.metadata.get(field) for field in METADATA),
                new.language,
                new.language_score,
                new.encoding,
                at,
                sentences,
                new.id,
            ),
        ).lastrowid
        (last,) = db.execute("SELECT coalesce(max(n), 0) FROM units").fetchone()
        rows = range(last + 1, last + 1 + len(new.units))
        fresh = self._insert_forms(db, new, rows)
        db.executemany(
            "INSERT INTO units (n, id, document, start, stop, kind, block, asked, form)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    n,
                    sentence_id(new.id, unit.start, unit.end),
                    document,
                    unit.start,
                    unit.end,
                    unit.kind,
                    unit.block,
                    int(unit.kind == BODY),
                    form,
                )
                for n, unit, (form, _) in zip(rows, new.units, new.forms, strict=True)
            ],
        )
        db.executemany(
            "INSERT INTO units_text (rowid, text) VALUES (?, ?)",
            [(n, new.text[u.start : u.end]) for n, u in zip(rows, new.units, strict=True)],
        )
        if new.analyzer:
            self.insert_scores(db, new.analyzer, zip(rows, new.scores, strict=True))
        suggestions = Suggestions(self.store)
        for (name, version), said in new.suggestions.items():
            model = suggestions.register(db, name, version)
            kept = [(n, one) for n, one in zip(rows, said, strict=True) if one is not None]
            suggestions.insert(db, model, kept)
        return int(document or 0), fresh

    def _insert_forms(self, db: Connection, new: NewDocument, rows: range) -> dict[int, str]:
        fresh: dict[int, str] = {}
        for n, unit, (form, _) in zip(rows, new.units, new.forms, strict=True):
            if form in fresh:
                continue
            cursor = db.execute("INSERT OR IGNORE INTO forms VALUES (?, ?, ?)", (form, form, n))
            if cursor.rowcount:
                fresh[form] = new.text[unit.start : unit.end]
        return fresh

    def insert_keys(self, db: Connection, keys: Collection[tuple[int, int]]) -> None:
        """Store the candidate keys of new forms, as pairs of key and form's hash."""
        # In the order of the index, so that a page of it is written once and not once for each.
        db.executemany("INSERT INTO form_keys VALUES (?, ?)", sorted(keys, key=itemgetter(0)))

    def insert_scores(
        self,
        db: Connection,
        analyzer: tuple[str, str],
        scores: Iterable[tuple[int, Scored | None]],
    ) -> None:
        """Store what an analyser (name, version) says of units; earlier values are replaced."""
        number = self._analyzer_number(db, *analyzer)
        db.executemany(
            # Not OR REPLACE, which makes the full-text index write what it has collected.
            "INSERT INTO sentiments VALUES (?, ?, ?, ?, ?) ON CONFLICT (unit, analyzer) DO UPDATE"
            " SET (polarity, subjectivity, assessments)"
            " = (excluded.polarity, excluded.subjectivity, excluded.assessments)",
            [(unit, number, *score) for unit, score in scores if score is not None],
        )

    def forget_scores(self, db: Connection, name: str) -> None:
        """Remove the values of an analyser whose version is no longer the installed one."""
        db.execute(
            "DELETE FROM sentiments WHERE analyzer = (SELECT n FROM analyzers WHERE name = ?)",
            (name,),
        )
        db.execute("DELETE FROM analyzers WHERE name = ?", (name,))

    def _analyzer_number(self, db: Connection, name: str, version: str) -> int:
        db.execute("INSERT OR IGNORE INTO analyzers (name, version) VALUES (?, ?)", (name, version))
        (n,) = db.execute("SELECT n FROM analyzers WHERE name = ?", (name,)).fetchone()
        return int(n)

    def set_origin(
        self, db: Connection, path: str, key: str, document: int, since: str | None = None
    ) -> None:
        """Say that the document at (path, key) is `document`, which it was not before.

        `since` is when that became so, if it is not now.
        """
        db.execute(
            "INSERT OR REPLACE INTO origins (path, key, document, since) VALUES (?, ?, ?, ?)",
            (path, key, document, since or utc_now()),
        )

    def remove_origin(self, db: Connection, path: str, key: str) -> None:
        """Say that there is no document at (path, key) any more; the document itself is kept."""
        db.execute("DELETE FROM origins WHERE path = ? AND key = ?", (path, key))

    def set_file(self, db: Connection, path: str, known: KnownFile) -> None:
        """Remember what a file looked like when it was read."""
        db.execute("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?)", (path, *known))

    def set_metadata(self, db: Connection, document: int, values: dict[str, str]) -> None:
        """Change fields of a document's metadata.

        What was suggested for it in another language is removed.
        """
        fields = ", ".join(f"{field} = ?" for field in values)
        db.execute(f"UPDATE documents SET {fields} WHERE n = ?", (*values.values(), document))
        if "language" in values:
            db.execute(
                "DELETE FROM suggestions WHERE suggester IN (SELECT n FROM suggesters)"
                " AND unit IN (SELECT n FROM units WHERE document = ?)",
                (document,),
            )

    def refresh_current(self, db: Connection, documents: Iterable[int]) -> list[int]:
        """Ask about the sentences of a document as long as it has an origin.

        Returns those that are current again.
        """
        again = []
        for document in documents:
            before, current = db.execute(
                "SELECT current, EXISTS (SELECT 1 FROM origins WHERE document = n)"
                " FROM documents WHERE n = ?",
                (document,),
            ).fetchone()
            if current > before:
                again.append(document)
            db.execute("UPDATE documents SET current = ? WHERE n = ?", (current, document))
            db.execute(
                "UPDATE units SET asked = ? AND kind = ? WHERE document = ?",
                (current, BODY, document),
            )
        return again

    # -- duplicates ------------------------------------------------------------------------

    def forms_with(self, keys: Collection[int], most: int) -> Iterator[StoredForm]:
        """Yield the stored forms that have one of `keys`; of each key the `most` smallest."""
        (any_stored,) = self.store.db.execute("SELECT EXISTS (SELECT 1 FROM form_keys)").fetchone()
        if not any_stored:  # as in a first ingest, which is the largest
            return
        found: dict[int, list[int]] = {}
        # In the order of the index, so that a page of it is read once.
        for key, form in self.store.db.execute(
            "SELECT k.key, k.form FROM json_each(?) wanted JOIN form_keys k"
            "  ON k.key = wanted.value AND k.form IN"
            "  (SELECT form FROM form_keys WHERE key = wanted.value ORDER BY form LIMIT ?)",
            (json.dumps(sorted(keys)), most),
        ):
            found.setdefault(form, []).append(key)
        for form, label, text in self.store.db.execute(
            "SELECT f.hash, f.label, substr(d.text, u.start + 1, u.stop - u.start)"
            f" FROM forms f JOIN units u ON u.n = f.unit JOIN documents d ON d.n = u.document"
            f" WHERE f.hash IN ({MANY})",
            (json.dumps(list(found)),),
        ):
            yield StoredForm(form, label, text, found[form])

    def rename_forms(self, db: Connection, renamed: dict[int, int]) -> None:
        """Give forms a new group label: those with an old one (key) get the new one (value)."""
        db.executemany("UPDATE forms SET label = ?2 WHERE label = ?1", list(renamed.items()))

    def rename_likeness(self, db: Connection, renamed: dict[str, str]) -> None:
        """Give near-duplicate documents a new group label, as `rename_forms` does."""
        db.executemany("UPDATE documents SET likeness = ?2 WHERE likeness = ?1", renamed.items())

    def shared_labels(self, documents: Collection[int]) -> list[int]:
        """Return the labels in these documents (by row) of more than one unit of current ones."""
        rows = self.store.db.execute(
            "SELECT label FROM (SELECT DISTINCT f.label AS label FROM units u"
            f" JOIN forms f ON f.hash = u.form WHERE u.document IN ({MANY})) found"
            " WHERE EXISTS (SELECT 1 FROM forms g JOIN units v ON v.form = g.hash"
            "  JOIN documents d ON d.n = v.document"
            "  WHERE g.label = found.label AND d.current LIMIT 1 OFFSET 1)",
            (json.dumps(list(documents)),),
        )
        return [label for (label,) in rows]

    def count_labelled(self, documents: Collection[int], labels: Collection[int]) -> int:
        """Return how many sentences of these documents (by row) are in these groups."""
        (count,) = self.store.db.execute(
            "SELECT count(*) FROM units u JOIN forms f ON f.hash = u.form"
            f" WHERE u.kind = ? AND u.document IN ({MANY}) AND f.label IN ({MANY})",
            (BODY, json.dumps(list(documents)), json.dumps(list(labels))),
        ).fetchone()
        return int(count)

    def common_labels(self, documents: Collection[int]) -> list[int]:
        """Return the labels in these documents (by row) of more than one unit, of any version."""
        rows = self.store.db.execute(
            "SELECT label FROM (SELECT DISTINCT f.label AS label FROM units u"
            f" JOIN forms f ON f.hash = u.form WHERE u.document IN ({MANY})) found"
            " WHERE EXISTS (SELECT 1 FROM forms g JOIN units v ON v.form = g.hash"
            "  WHERE g.label = found.label LIMIT 1 OFFSET 1)",
            (json.dumps(list(documents)),),
        )
        return [label for (label,) in rows]

    def labels_around(self, labels: Collection[int]) -> dict[str, list[int]]:
        """Return all sentences' groups of each document with a sentence in these groups.

        Of earlier versions too: which documents are alike must not depend on what was current when
        they came, or two stores that merge would differ.
        """
        found: dict[str, list[int]] = {}
        for document, label in self.store.db.execute(
            "SELECT d.id, f.label FROM units u JOIN forms f ON f.hash = u.form"
            " JOIN documents d ON d.n = u.document WHERE u.kind = ? AND u.document IN"
            " (SELECT u.document FROM forms f JOIN units u ON u.form = f.hash"
            f" WHERE f.label IN ({MANY})) ORDER BY u.n",
            (BODY, json.dumps(list(labels))),
        ):
            found.setdefault(document, []).append(label)
        return found

    def likeness(self, documents: Collection[str]) -> dict[str, str]:
        """Return the group labels of documents, by id."""
        return dict(
            self.store.db.execute(
                f"SELECT id, likeness FROM documents WHERE id IN ({MANY})",
                (json.dumps(list(documents)),),
            )
        )
