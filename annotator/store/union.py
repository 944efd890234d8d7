"""Documents of another store, taken into this one with all that is computed of them.

What two stores say differently is decided by rules that know no direction: what is there over what
is not, else by a fixed order. So stores that take in each other become the same.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from annotator.core.errors import InputProblem
from annotator.core.model import BODY, Unit
from annotator.core.progress import Progress
from annotator.core.text import document_id, one_line, sentence_id
from annotator.ingest import duplicates
from annotator.store.documents import MANY, METADATA, Documents, NewDocument
from annotator.store.opening import Connection, Store
from annotator.store.opinions import SENTIMENTS, SUGGESTIONS, Opinions
from annotator.store.reading import name_of
from annotator.store.suggestions import Suggestions

_UNKNOWN: Final = "und"
_FIELDS: Final = (*METADATA, "language", "language_score", "encoding", "markup", "added_at")
_NOT_TOLD: Final = frozenset({"language_score", "added_at"})


class Conflict(NamedTuple):
    """What two stores say differently of a document, and which of it is kept."""

    document: str
    name: str
    field: str
    here: str
    there: str
    kept: str


class Version(NamedTuple):
    """A place in the corpus with one text here and another there, by id; the newer one is kept."""

    place: str
    here: str
    there: str
    kept: str


@dataclass
class Gained:
    """What the documents of other stores brought. `filled` counts metadata that were missing.

    `behind` counts the labels here on texts that are no longer the present ones of their places.

    `outdated` names the analysers and suggesters that are here and there in different versions.
    """

    documents: int = 0
    sentences: int = 0
    filled: int = 0
    behind: int = 0
    conflicts: list[Conflict] = field(default_factory=list)
    versions: list[Version] = field(default_factory=list)
    outdated: list[str] = field(default_factory=list)


class _Row(NamedTuple):
    n: int
    id: str
    values: dict[str, str | float | None]


class Union:
    """Takes the documents of `other` into a store, inside a transaction of the caller."""

    def __init__(self, store: Store, db: Connection, other: Store, gained: Gained) -> None:
        self._store = store
        self._db = db
        self._other = other
        self._gained = gained
        self._documents = Documents(store)
        self._texts: dict[int, str] = {}
        self._keys: dict[int, tuple[int, ...]] = {}
        self._touched: set[int] = set()

    def take(self, tell: Progress) -> None:
        """Take everything. Raises InputProblem where a document is not as it is here."""
        db, theirs = self._db, self._other.db
        forms = {form for (form,) in theirs.execute("SELECT hash FROM forms")}
        (total,) = theirs.execute("SELECT count(*) FROM documents").fetchone()
        opinions = [
            Opinions(db, theirs, table, self._gained.outdated)
            for table in (SENTIMENTS, SUGGESTIONS)
        ]
        fresh: list[int] = []
        columns = ", ".join(_FIELDS)
        rows = theirs.execute(f"SELECT n, id, {columns} FROM documents ORDER BY id")
        for done, (n, name, *values) in enumerate(rows):
            if done % 500 == 0:
                tell("documents", done, total)
            row = _Row(n, name, dict(zip(_FIELDS, values, strict=True)))
            here = db.execute("SELECT n FROM documents WHERE id = ?", (name,)).fetchone()
            if here is None:
                document = self._insert(row)
                fresh.append(document)
                spoken = 1
            else:
                document = here[0]
                self._compare_units(row, document)
                spoken = self._combine(row, document)
            for opinion in opinions:
                opinion.take(n, document, spoken)
        self._use_suggester()
        self._origins()
        changed = self._group_forms(forms)
        touched = json.dumps(sorted(self._touched))
        before = f"SELECT n FROM documents WHERE current = 1 AND n IN ({MANY})"
        were = {n for (n,) in db.execute(before, (touched,))}
        again = self._documents.refresh_current(db, sorted({*fresh, *self._touched}))
        were -= {n for (n,) in db.execute(before, (touched,))}
        (behind,) = db.execute(
            f"SELECT count(label) FROM annotations WHERE unit IN (SELECT n FROM units"
            f" WHERE document IN ({MANY}))",
            (json.dumps(sorted(were)),),
        ).fetchone()
        self._gained.behind += behind
        self._group_documents([*fresh, *again], changed)

    # -- documents -------------------------------------------------------------------------

    def _insert(self, row: _Row) -> int:
        theirs = self._other.db
        (text,) = theirs.execute("SELECT text FROM documents WHERE n = ?", (row.n,)).fetchone()
        units = self._units(theirs, row.n)
        sound = document_id(text) == row.id and all(
            sentence_id(row.id, unit.start, unit.end) == name and unit.end <= len(text)
            for name, unit in units
        )
        if not sound:
            raise InputProblem(
                f"document {row.id} is not what its id was made from",
                file=str(self._other.path),
                hint="`annotator verify` there says more; nothing was changed",
            )
        values = row.values
        new = NewDocument(
            id=row.id,
            text=text,
            metadata={name: values[name] for name in METADATA},  # type: ignore[misc]
            language=str(values["language"]),
            language_score=float(values["language_score"] or 0.0),
            encoding=str(values["encoding"]),
            markup=str(values["markup"]),
            units=[unit for _, unit in units],
            forms=[duplicates.keyed(text[unit.start : unit.end]) for _, unit in units],
            scores=[None] * len(units),
            analyzer=None,
        )
        document, texts = self._documents.insert(self._db, new, str(values["added_at"]))
        self._texts |= texts
        self._keys |= {form: own for form, own in new.forms if form in texts}
        self._gained.documents += 1
        self._gained.sentences += sum(unit.kind == BODY for unit in new.units)
        return document

    @staticmethod
    def _units(db: Connection, document: int) -> list[tuple[str, Unit]]:
        rows = db.execute(
            "SELECT id, start, stop, kind, block FROM units WHERE document = ? ORDER BY n",
            (document,),
        )
        return [(name, Unit(*rest)) for name, *rest in rows]

    def _compare_units(self, row: _Row, document: int) -> None:
        here, there = self._units(self._db, document), self._units(self._other.db, row.n)
        if here == there:
            return
        if [name for name, _ in here] != [name for name, _ in there]:
            title = name_of(self._documents.metadata(document)["title"], row.id)
            raise InputProblem(
                f"{one_line(title, 60)!r} ({row.id}) is divided into {len(there)} units there,"
                f" {len(here)} here: they are not the same sentences",
                file=str(self._other.path),
                hint="another version of annotator made them; `annotator export` there and"
                " `annotator import` here bring the labels of the sentences that are the same",
            )
        # The body counts: its sentences are asked about.
        kinds = [
            (*min((unit.kind != BODY, unit.kind, unit.block) for unit in pair)[1:], name)
            for (name, one), (_, other) in zip(here, there, strict=True)
            for pair in [(one, other)]
        ]
        self._db.executemany("UPDATE units SET kind = ?, block = ? WHERE id = ?", kinds)
        self._db.execute(
            "UPDATE documents SET sentences = ? WHERE n = ?",
            (sum(kind == BODY for kind, *_ in kinds), document),
        )
        self._touched.add(document)

    def _combine(self, row: _Row, document: int) -> int:
        """Decide the metadata of a document; returns whose language holds: -1 ours, 1 theirs."""
        known = self._db.execute(
            f"SELECT {', '.join(_FIELDS)} FROM documents WHERE n = ?", (document,)
        ).fetchone()
        ours = dict(zip(_FIELDS, known, strict=True))
        theirs = row.values
        kept = {name: _kept(ours[name], theirs[name]) for name in _FIELDS}
        speaking = [one for one in (ours, theirs) if one["language"] == kept["language"]]
        kept["language_score"] = max(float(one["language_score"] or 0.0) for one in speaking)
        for name in _FIELDS:
            if name in _NOT_TOLD or ours[name] == theirs[name]:
                continue
            absent = {None, "", _UNKNOWN}
            if ours[name] in absent:
                self._gained.filled += 1
            elif theirs[name] not in absent:
                title = name_of(str(kept["title"] or "") or None, row.id)
                values = (str(ours[name]), str(theirs[name]), str(kept[name]))
                self._gained.conflicts.append(Conflict(row.id, title, name, *values))
        if kept != ours:
            fields = ", ".join(f"{name} = ?" for name in _FIELDS)
            self._db.execute(
                f"UPDATE documents SET {fields} WHERE n = ?", (*kept.values(), document)
            )
        if ours["language"] == theirs["language"]:
            return 0
        return -1 if ours["language"] == kept["language"] else 1

    # -- where they are --------------------------------------------------------------------

    def _origins(self) -> None:
        """Point each place in the corpus at the text that was put there last."""
        ours = {(path, key): (since, name) for path, key, since, name in self._db.execute(_ORIGINS)}
        for path, key, since, name in self._other.db.execute(_ORIGINS).fetchall():
            here = ours.get((path, key))
            kept = max(here or (since, name), (since, name))
            if here is not None and here[1] != name:
                place = f"{path}#{key}" if key else path
                self._gained.versions.append(Version(place, here[1], name, kept[1]))
            if kept == here:
                continue
            numbers = self._documents.numbers({name, *(here or kept)[1:]})
            self._documents.set_origin(self._db, path, key, numbers[name], since)
            self._touched.update(numbers.values())

    def _use_suggester(self) -> None:
        suggestions, theirs = Suggestions(self._store), Suggestions(self._other).in_use()
        if suggestions.in_use() is None and theirs is not None:
            suggestions.use(self._db, theirs.name, theirs.version)

    # -- near-duplicates -------------------------------------------------------------------

    def _group_forms(self, there: set[int]) -> set[int]:
        """Group the sentences of both; returns the labels of the groups that grew.

        What was one group here or there stays one. New pairs are found among the forms that share
        a key, where some are here alone and others there alone: seen from there it is the same.
        """
        db, new = self._db, self._texts
        members: dict[int, list[int]] = {}
        for form, own in self._keys.items():
            for key in own:
                members.setdefault(key, []).append(form)
        shared: set[int] = set()
        for key, form in db.execute(
            "SELECT k.key, k.form FROM json_each(?) w JOIN form_keys k ON k.key = w.value",
            (json.dumps(sorted(members)),),
        ):
            members[key].append(form)
            if form not in there:
                shared.add(key)
        # After that, which would otherwise find the new forms themselves.
        self._documents.insert_keys(db, [(key, f) for f in self._keys for key in self._keys[f]])
        keys: dict[int, list[int]] = {}
        for key in sorted(shared):
            for form in members[key]:
                keys.setdefault(form, []).append(key)
        texts = {form: new[form] for form in keys if form in new}
        texts |= self._stored_texts(keys.keys() - new.keys())
        near = duplicates.group_forms(texts, lambda _: (), keys)
        grouped = self._other.db.execute("SELECT hash, label FROM forms WHERE label <> hash")
        pairs = [*near.items(), *grouped.fetchall()]
        label = dict(
            db.execute(
                f"SELECT hash, label FROM forms WHERE hash IN ({MANY})",
                (json.dumps(sorted({form for pair in pairs for form in pair})),),
            )
        )
        known = [(label[a], label[b]) for a, b in pairs if a in label and b in label]
        renamed = {old: now for old, now in duplicates.joined(known).items() if old != now}
        self._documents.rename_forms(db, renamed)
        return set(renamed.values())

    def _stored_texts(self, forms: Iterable[int]) -> dict[int, str]:
        return dict(
            self._db.execute(
                "SELECT f.hash, substr(d.text, u.start + 1, u.stop - u.start) FROM forms f"
                " JOIN units u ON u.n = f.unit JOIN documents d ON d.n = u.document"
                f" WHERE f.hash IN ({MANY})",
                (json.dumps(sorted(forms)),),
            )
        )

    def _group_documents(self, rows: list[int], changed: set[int]) -> None:
        documents = self._documents
        around = documents.labels_around({*documents.common_labels(rows), *changed})
        renamed = duplicates.group_documents(around, documents.likeness(list(around)))
        documents.rename_likeness(self._db, renamed)
        theirs = self._other.db.execute("SELECT id, likeness FROM documents WHERE likeness <> id")
        pairs = theirs.fetchall()
        label = documents.likeness(sorted({name for pair in pairs for name in pair}))
        known = [(label[a], label[b]) for a, b in pairs if a in label and b in label]
        documents.rename_likeness(self._db, duplicates.joined(known))


_ORIGINS: Final = (
    "SELECT o.path, o.key, o.since, d.id FROM origins o JOIN documents d ON d.n = o.document"
)


def _kept(ours: str | float | None, theirs: str | float | None) -> str | float | None:
    """Return what stays of two values of a field: the one there is, else the first in order."""
    there = [value for value in (ours, theirs) if value not in {None, "", _UNKNOWN}]
    return min(there or (ours, theirs), key=str)
