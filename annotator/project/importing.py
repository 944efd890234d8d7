"""Import: the labels and adjudications of a JSONL export taken into a store, all or none.

It can be repeated: what is here already changes nothing, and what was decided here later is kept.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from annotator.core.errors import InputProblem
from annotator.core.history import ADJUDICATE, EMPTY, Annotation
from annotator.core.model import Adjudication
from annotator.store import Store, derived, exchange, schemes
from annotator.store.adjudicating import adjudicated, taken_back
from annotator.store.exchange import Targets
from annotator.store.journal import Journal

if TYPE_CHECKING:
    from annotator.formats.record import Record, RecordAdjudication, RecordAnnotation


@dataclass(frozen=True)
class Kept:
    """An annotation that stays as it is here, because it was made after the one in the file."""

    sentence: str
    reviewer: str
    here: str | None
    there: str


@dataclass(frozen=True)
class Unknown:
    """A sentence of the file that the store does not have.

    `document_known`: the text is here, but was cut into other sentences.
    """

    sentence: str
    document: str
    title: str | None
    document_known: bool


@dataclass
class ImportReport:
    """What an import did. `added` and `changed` count annotations, `same` those here already.

    `adjudicated` counts the adjudications that were taken over.
    `asked_again` counts those of an earlier scheme whose label has no place in the present one.
    """

    records: int = 0
    added: int = 0
    changed: int = 0
    same: int = 0
    adjudicated: int = 0
    asked_again: int = 0
    kept: list[Kept] = field(default_factory=list)
    unknown: list[Unknown] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Return the report for a program."""
        return {
            **vars(self),
            "kept": [vars(one) for one in self.kept],
            "unknown": [vars(one) for one in self.unknown],
        }


def import_file(
    store: Store,
    path: Path,
    *,
    add_documents: Callable[[Callable[[], None]], Any] | None = None,
) -> ImportReport:
    """Take the annotations of a JSONL export into the store, all or none; returns what happened.

    The file is checked as a whole first. `add_documents` brings the articles that came with it,
    and calls what it is given when they are written, in the same transaction: that takes the
    annotations. A sentence that is not in the store is listed in the report and changes nothing.
    Raises InputProblem with file and line.
    """
    from annotator.formats import record

    scheme, former = store.scheme, schemes.former(store)
    report = ImportReport()
    with _opened(path) as file:
        for _ in record.read(file, str(path), scheme, former):
            pass
        file.seek(0)

        def take() -> None:
            incoming = _Import(store, report)
            for number, one in record.read(file, str(path), scheme, former):
                incoming.take(one, path, number)
            incoming.write()

        if add_documents:
            add_documents(take)
        else:
            with store.writing():
                take()
    return report


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    """Give the file, or standard input for `-`, to read from the beginning more than once."""
    with ExitStack() as stack:
        try:
            file = sys.stdin.buffer if str(path) == "-" else stack.enter_context(path.open("rb"))
            if not file.seekable():
                spooled = stack.enter_context(tempfile.TemporaryFile())
                shutil.copyfileobj(file, spooled)
                spooled.seek(0)
                file = spooled
        except OSError as error:
            raise InputProblem(f"cannot be read: {error.strerror}", file=str(path)) from error
        yield file


class _Import:
    """An import inside its transaction: for each annotation, whether and how it is taken over."""

    def __init__(self, store: Store, report: ImportReport) -> None:
        self._store = store
        self._report = report
        self._targets = Targets(store)
        self._reviewers: dict[str, _Reviewer] = {}

    def take(self, one: Record, path: Path, number: int) -> None:
        """Take over the annotations of a record. Raises InputProblem if its text is not ours."""
        self._report.records += 1
        target = self._targets.find(one.id)
        if target is None:
            known = exchange.has_document(self._store, one.document.id)
            self._report.unknown.append(Unknown(one.id, one.document.id, one.document.title, known))
            return
        if target.text != one.text:
            raise InputProblem(
                f"sentence {one.id} has another text here",
                file=str(path),
                line=number,
                hint="the file was changed after it was exported; nothing was imported",
            )
        if one.adjudication:
            self._adjudicate(one.adjudication, one.scheme, target.unit, one.id)
        for given in one.annotations:
            reviewer = self._reviewer(given.reviewer)
            label = self._store.lineage.label(given.label, one.scheme)
            if label is None:
                self._report.asked_again += 1
                continue
            before = reviewer.annotation(target.unit)
            after = _merged(before, given, label, asked=not target.is_body)
            if after == before:
                self._report.same += 1
            elif reviewer.decided_later(target.unit, before, given.created_at):
                self._report.kept.append(Kept(one.id, given.reviewer, before.label, given.label))
            else:
                state = {**after.state(), "label": given.label}
                payload = {"by": "import", "scheme": one.scheme, "state": state}
                reviewer.taken.append((target.unit, one.id, payload))
                reviewer.known[target.unit] = after
                self._report.changed += before.decided
                self._report.added += not before.decided

    def write(self) -> None:
        """Write what was taken over, and what it leads to."""
        for reviewer in self._reviewers.values():
            if reviewer.taken:
                number = reviewer.journal.append_many(self._store.db, "import", reviewer.taken)
                derived.rewrite(self._store, number)

    def _reviewer(self, name: str) -> _Reviewer:
        if name not in self._reviewers:
            self._reviewers[name] = _Reviewer(self._store, name)
        return self._reviewers[name]

    def _adjudicate(self, given: RecordAdjudication, scheme: str, unit: int, sentence: str) -> None:
        label = self._store.lineage.label(given.label, scheme)
        if label is None:
            self._report.asked_again += 1
            return
        reviewer = self._reviewer(given.by)
        there = Adjudication(given.by, label, given.reason, given.note, given.created_at)
        here = adjudicated(self._store, reviewer.journal.reviewer_number, unit)
        if here == there:
            return
        if reviewer.adjudicated_later(unit, here, there):
            self._report.kept.append(
                Kept(sentence, given.by, here.label if here else None, given.label)
            )
            return
        said = given.model_dump(exclude={"by", "created_at"})
        payload = {**said, "by": "import", "scheme": scheme, "at": given.created_at}
        reviewer.journal.append(self._store.db, ADJUDICATE, unit, payload)
        self._report.adjudicated += 1


class _Reviewer:
    """What a reviewer did in this store, as far as it is asked for."""

    def __init__(self, store: Store, name: str) -> None:
        self.journal = Journal(store, name)
        number = self.journal.reviewer_number
        self._edited = exchange.edited(store, number)
        self._withdrawn = exchange.withdrawn(store, number)
        self._taken_back = taken_back(store, number)
        self.taken: list[tuple[int, str, dict[str, Any]]] = []
        self.known = derived.annotations_of(store.db, number)

    def annotation(self, unit: int) -> Annotation:
        """Return what the reviewer says of a unit, with what was taken over just now."""
        return self.known.get(unit, EMPTY)

    def adjudicated_later(self, unit: int, here: Adjudication | None, there: Adjudication) -> bool:
        """Return whether what is here was adjudicated, or taken back, after what is there."""
        last = here.created_at if here else self._taken_back.get(unit, "")
        return last > there.created_at

    def decided_later(self, unit: int, here: Annotation, there: str) -> bool:
        """Return whether what is here was decided after the label from `there` was given.

        Of the same label, the version that was edited here is the later one: its note, tags and
        confidence have no time of their own in a file.
        """
        if not here.decided:
            return self._withdrawn.get(unit, "") > there
        if here.created_at == there:
            return self._edited.get(unit, "") > there
        return (here.created_at or "") > there


def _merged(here: Annotation, given: RecordAnnotation, label: str, *, asked: bool) -> Annotation:
    # A flag is not in the file; a note or tags that the file does not have are not lost by it.
    return Annotation(
        label=label,
        flagged=here.flagged,
        asked=here.asked or asked,
        confidence=given.confidence,
        tags=tuple(given.tags) or here.tags,
        note=given.note or here.note,
        seconds=given.seconds,
        suggestion_shown=given.suggestion_shown,
        guideline=given.guideline,
        created_at=given.created_at,
    )
