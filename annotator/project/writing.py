"""The transaction of an ingest: documents, groups, origins, and labels that are carried over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Final

from annotator.baseline.suggesters import DEFAULT
from annotator.core.history import ADJUDICATE
from annotator.core.model import BODY
from annotator.core.text import one_line
from annotator.ingest import duplicates
from annotator.project.carry import match, successors
from annotator.project.prepare import Draft
from annotator.project.request import Lost, Report, SourceFile
from annotator.store import Store, adjudicating, assignments, reading
from annotator.store.documents import Documents, NewDocument, StoredUnit
from annotator.store.journal import Journal, utc_now
from annotator.store.opening import Connection
from annotator.store.suggestions import Suggestions

_GROUPED: Final = 100_000
"""Forms of sentences that are compared with the stored ones together; about 0.8 kB each. Many at
a time, because each time the stored forms with common keys are read again."""


class Writer:
    """The transaction of one ingest. `known` has the rows of documents that are stored, by id."""

    def __init__(self, store: Store, db: Connection, report: Report, known: dict[str, int]) -> None:
        self.store = store
        self.documents = Documents(store)
        self.db = db
        self.report = report
        self.known = known
        self.at = utc_now()
        self.suggestions = Suggestions(store)
        self.suggester = self.suggestions.in_use()
        self.fresh: dict[str, int] = {}
        self.placed: set[str] = set()

    def write(self, files: Sequence[SourceFile], batches: Iterable[list[NewDocument]]) -> None:
        """Store what is new, and point the origins of `files` at their documents."""
        languages: Counter[str] = Counter()
        texts: dict[int, str] = {}
        keys: dict[int, tuple[int, ...]] = {}
        for batch in batches:
            for new in batch:
                if new.id in self.known:
                    continue
                self.fresh[new.id], forms = self.documents.insert(self.db, new, self.at)
                texts |= forms
                keys |= {form: own for form, own in new.forms if form in forms}
                languages[new.language] += 1
                sentences = sum(unit.kind == BODY for unit in new.units)
                self.report.sentences += sentences
                self._count_suggested(new, sentences)
            if len(texts) >= _GROUPED:
                self._group_forms(texts, keys)
                texts, keys = {}, {}
        self._group_forms(texts, keys)
        self.known |= self.fresh
        self.report.languages = dict(sorted(languages.items()))
        touched: set[int] = set()
        for file in files:
            touched |= self._place(file)
        # Groups are of current documents, so it is said before which those are.
        self._group_documents(self.documents.refresh_current(self.db, touched))
        if self.fresh:
            # Events that were merged may have assigned sentences that were not here before.
            assignments.derive(self.db)

    def _count_suggested(self, new: NewDocument, sentences: int) -> None:
        """Count what the suggester in use said nothing of; in a new store, the default one is."""
        if self.suggester is None:
            for name, version in new.suggestions:
                if name == DEFAULT:
                    self.suggestions.use(self.db, name, version)
                    self.suggester = self.suggestions.in_use()
        if self.suggester:
            self.report.suggester = self.suggester.name
            if all(name != self.suggester.name for name, _ in new.suggestions):
                self.report.unsuggested += sentences

    def _group_forms(self, texts: dict[int, str], keys: dict[int, tuple[int, ...]]) -> None:
        def lookup(wanted: Collection[int]) -> Iterator[duplicates.Form]:
            for row in self.documents.forms_with(wanted, duplicates.BUCKET):
                yield duplicates.Form(*row)

        renamed = duplicates.group_forms(texts, lookup, keys)
        # After the lookup, which would otherwise find the new forms themselves.
        self.documents.insert_keys(self.db, [(key, form) for form in keys for key in keys[form]])
        self.documents.rename_forms(self.db, renamed)

    def _group_documents(self, again: Collection[int]) -> None:
        """Group the new documents, and those that are current `again`, with the others."""
        rows = list(self.fresh.values())
        shared = self.documents.shared_labels([*rows, *again])
        self.report.duplicates = self.documents.count_labelled(rows, shared)
        around = self.documents.labels_around(self.documents.common_labels(rows))
        renamed = duplicates.group_documents(around, self.documents.likeness(list(around)))
        self.documents.rename_likeness(self.db, renamed)

    def _place(self, file: SourceFile) -> set[int]:
        """Point the origins of a file at its documents; returns those that may (not) be current."""
        before = self.documents.origins(file.path)
        now = {name for _, _, name in file.documents}
        earlier = self._earlier_versions(file, before)
        gone = {n for n, name in before.values() if name not in now} - set(earlier.values())
        touched = {n for n, _ in before.values()}
        for key, draft, name in file.documents:
            document = self.known[name]
            if (old := earlier.pop(name, None)) is not None:
                self.report.changed += 1
                self._carry(old, document)
            elif name in self.fresh and name not in self.placed:
                self.report.new += 1
            else:
                self.report.same += 1
            self.placed.add(name)
            if before.pop(key, None) != (document, name):
                self.documents.set_origin(self.db, file.path, key, document)
            # A text keeps what is known of it from where it came from first.
            first = self.documents.first_origin(document) == (file.path, key)
            self._update(document, draft, only_missing=not first)
            if name not in self.fresh:
                touched.add(document)
        for key in before:
            self.documents.remove_origin(self.db, file.path, key)
        for document in sorted(gone):
            self.report.gone += 1
            if self.documents.first_origin(document) is None:
                self._carry(document, None)
        if file.known:
            self.documents.set_file(self.db, file.path, file.known)
        return touched

    def _earlier_versions(
        self, file: SourceFile, before: dict[str, tuple[int, str]]
    ) -> dict[str, int]:
        """Return, for texts that a file did not have, the row of the text that each was before."""
        now = {name for _, _, name in file.documents}
        were = {name for _, name in before.values()}
        gone = {key: n for key, (n, name) in before.items() if name not in now}
        arrived = {key: name for key, _, name in file.documents if name not in were}
        if file.keyed:
            return {name: gone[key] for key, name in arrived.items() if key in gone}
        return successors(
            {n: self._known_by(n) for n in gone.values()},
            {name: self._known_by(self.known[name]) for name in arrived.values()},
        )

    def _known_by(self, document: int) -> set[str]:
        """Return what tells a text from the others: sentences that few have, title, address."""
        stated = self.documents.metadata(document)
        found = {value for name in ("title", "url") if (value := stated[name])}
        for unit in self.documents.units(document):
            # Its own earlier version has it, too.
            if self.documents.count_holders(duplicates.form_hash(unit.text)) <= 2:
                found.add(unit.text)
        return found

    def _update(self, document: int, draft: Draft, *, only_missing: bool) -> None:
        stored = self.documents.metadata(document)
        different = {
            name: value
            for name, value in asdict(draft.metadata).items()
            if value and stored[name] != value and not (only_missing and stored[name])
        }
        if different:
            self.documents.set_metadata(self.db, document, different)
            if "language" in different:
                self.report.unsuggested += self.documents.count_sentences([document])
            self.report.updated += 1

    def _carry(self, old: int, new: int | None) -> None:
        """Carry what was said of a document to its new version, if there is one; list the rest."""
        before = self.documents.units(old)
        after = self.documents.units(new) if new is not None else []
        places = match([unit.text for unit in before], [unit.text for unit in after])
        counterpart = {before[i].n: after[j] for i, j in places.items()}
        units = {unit.n: unit for unit in before}
        for reviewer, unit, annotation in reading.annotated(self.store, old):
            target = counterpart.get(unit)
            journal = Journal(self.store, reviewer)
            if target is None:
                self.report.lost.append(
                    Lost(
                        sentence=units[unit].id,
                        reviewer=reviewer,
                        label=annotation.label,
                        text=one_line(units[unit].text),
                    )
                )
                continue
            if annotation.decided and target.kind != BODY:
                # It is a heading now: the label counts where the reviewer makes it a sentence.
                annotation = replace(annotation, asked=True)  # noqa: PLW2901
            there = journal.annotation(target.n)
            # Of the same label, the version that was looked at last has the notes and tags.
            if there != annotation and (there.created_at or "") <= (annotation.created_at or ""):
                payload = {"from": units[unit].id, "state": annotation.state()}
                journal.append(self.db, "carry", target.n, payload)
                self.report.carried += 1
        if before:
            self._carry_adjudications(units, counterpart)
        same = {unit: target.id for unit, target in counterpart.items() if target.kind == BODY}
        assignments.follow(self.store, self.db, old, same)

    def _carry_adjudications(
        self, before: Mapping[int, StoredUnit], counterpart: Mapping[int, StoredUnit]
    ) -> None:
        """Carry what was adjudicated of the units `before` to their counterparts."""
        rulings = adjudicating.adjudications(self.store, min(before), max(before))
        for unit, every in rulings.items():
            target = counterpart.get(unit)
            for one in every:
                if target is None:
                    lost = Lost(
                        sentence=before[unit].id,
                        reviewer=one.by,
                        label=one.label,
                        text=one_line(before[unit].text),
                    )
                    self.report.lost.append(lost)
                    continue
                journal = Journal(self.store, one.by)
                number = journal.reviewer_number
                there = adjudicating.adjudicated(self.store, number, target.n)
                said = adjudicating.decision(self.store, number, unit)
                if said and (there is None or there.created_at < one.created_at):
                    payload = {**said, "from": before[unit].id, "at": one.created_at}
                    journal.append(self.db, ADJUDICATE, target.n, payload)
                    self.report.carried += 1
