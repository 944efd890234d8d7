"""Export and import: a store's annotations as a file, and such a file's annotations in a store.

An export is the same bytes whenever it is made of the same annotations, and takes the place of the
file before it only when it is whole. An import is all or nothing and can be repeated.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import shutil
import stat
import sys
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from annotator import formats
from annotator.baseline.sentiment import default_for
from annotator.core.errors import AnnotatorError, InputProblem, UsageProblem
from annotator.core.history import ADJUDICATE, EMPTY, Annotation
from annotator.core.model import Adjudication
from annotator.formats.values import DAWID_SKENE, POLICY, Article
from annotator.store import Store, derived, exchange, reading, schemes
from annotator.store.adjudicating import adjudicated, taken_back
from annotator.store.exchange import Counts, Targets
from annotator.store.journal import Journal

if TYPE_CHECKING:
    from annotator.core.scheme import Scheme
    from annotator.formats.record import Record, RecordAdjudication, RecordAnnotation

_SALT: Final = "pseudonym-salt"
_BESIDE_THE_STORE: Final = ("-wal", "-shm", "-journal")
"""What SQLite adds to the name of a database for the files it keeps with it."""


@dataclass(frozen=True)
class Choice:
    """What is exported. Without `reviewers` all of them count; `analyzers` is by language.

    `policy` is one of POLICIES: how several labels become one.
    """

    reviewers: Collection[str] = ()
    anonymize: bool = False
    every: bool = False
    analyzers: Mapping[str, str] = field(default_factory=dict)
    policy: str = POLICY


def export(
    store: Store,
    choice: Choice,
    write: Callable[[bytes], Any],
    *,
    format: str = formats.NAMES[0],
    write_document: Callable[[bytes], Any] | None = None,
) -> Counts:
    """Hand the export to `write` in pieces, in order; returns what was exported and left out.

    `write_document` gets a line for each document that has a record, for `import` to bring along.
    Raises UsageProblem for a format or a reviewer that does not exist, and AnnotatorError where
    there are too few labels for the policy.
    """
    writer = formats.get(format)
    scheme = store.scheme
    counts = Counts()
    names = _names(store, choice)
    with exchange.snapshot(store):
        found = exchange.articles(
            store,
            scheme.names,
            names,
            lambda code: choice.analyzers.get(code) or default_for(code),
            counts,
            every=choice.every,
            policy=choice.policy,
            posteriors=_posteriors(store, scheme, names) if choice.policy == DAWID_SKENE else None,
        )
        if write_document:
            found = _taken_along(found, write_document)
        for piece in writer.write(found, scheme):
            write(piece)
    return counts


def _posteriors(
    store: Store, scheme: Scheme, names: Mapping[int, str]
) -> dict[int, tuple[float, ...]]:
    """Return how likely each label is right, by unit: the content labels, then no sentence."""
    from annotator.quality.aggregation import posteriors
    from annotator.quality.agreement import Undefined
    from annotator.store.ratings import ratings

    labels = tuple(label.name for label in scheme.every)
    found = ratings(store, labels)
    counted = {name for n, name, _ in reading.reviewers(store) if n in names}
    kept = [place for place, name in enumerate(found.reviewers) if name in counted]
    try:
        likely = posteriors(found.labels[:, kept], [found.reviewers[one] for one in kept], labels)
    except Undefined as why:
        raise AnnotatorError(
            f"there are too few labels for {DAWID_SKENE}: {why}",
            hint="--resolution majority needs no estimate",
        ) from why
    return {int(unit): tuple(row) for unit, row in zip(found.units, likely.tolist(), strict=True)}


def _taken_along(
    articles: Iterable[Article], write_document: Callable[[bytes], Any]
) -> Iterator[Article]:
    from annotator.formats.json_lines import document_line

    for article in articles:
        write_document(document_line(article))
        yield article


def _names(store: Store, choice: Choice) -> dict[int, str]:
    """Return the reviewers that count, by row, as they are called in the export."""
    found = chosen(store, choice.reviewers)
    if not choice.anonymize:
        return found
    salt = _salt(store)
    return {n: pseudonym(name, salt) for n, name in found.items()}


def chosen(store: Store, reviewers: Collection[str]) -> dict[int, str]:
    """Return `reviewers` by row, without any all of them. Raises UsageProblem for a stranger."""
    every = {name: n for n, name, _ in reading.reviewers(store)}
    for name in reviewers:
        if name not in every:
            raise UsageProblem(
                f"there is no reviewer {name!r}",
                hint="there are: " + (", ".join(every) or "none yet"),
            )
    wanted = set(reviewers) or every.keys()
    return {n: name for name, n in every.items() if name in wanted}


def pseudonym(name: str, salt: str) -> str:
    """Return what a reviewer is called in an anonymized export: the same for the same salt.

    Whoever does not know the salt cannot find the name by trying likely ones.
    """
    digest = hmac.new(salt.encode(), name.encode(), hashlib.sha256).hexdigest()
    return f"reviewer-{digest[:8]}"


def _salt(store: Store) -> str:
    salt = store.setting(_SALT)
    if salt is None:
        salt = secrets.token_hex(16)
        store.set_setting(_SALT, salt)
    return salt


# -- files -------------------------------------------------------------------------------------


def check_targets(store: Store, output: Path | None, documents: Path | None) -> None:
    """Raise UsageProblem if one of the files to write is of the store, or both are one file.

    `None` is a file that is not written.
    """
    files = [store.path.with_name(store.path.name + end) for end in ("", *_BESIDE_THE_STORE)]
    for target in (output, documents):
        if target and any(_is_same(target, file) for file in files):
            raise UsageProblem(
                f"{target} is the label store, which an export does not replace",
                hint="choose another name; `annotator backup` copies the store",
            )
    if output and documents and _is_same(output, documents):
        raise UsageProblem(
            f"{output} cannot hold both the labels and the articles",
            hint="choose another name for --with-documents",
        )


def _is_same(one: Path, other: Path) -> bool:
    # By name too: the files beside the store come and go, and a file to be made is not there yet.
    with suppress(OSError):
        if one.samefile(other):
            return True
    return os.path.realpath(one) == os.path.realpath(other)


@contextmanager
def replacing(
    path: Path, *, force: bool = False, ours: Callable[[bytes], bool] = formats.is_export
) -> Iterator[IO[bytes]]:
    """Give a file to write to that takes the place of `path` when the block is through.

    Until then, and if the block fails, what was at `path` stays. Links are followed, permissions
    kept. Raises InputProblem if that cannot be written, or if `force` is not set and it is a file
    of another kind: `ours` is asked about its first line.
    """
    try:
        target = path.resolve()
        status = target.stat() if target.exists() else None
        if status and stat.S_ISREG(status.st_mode):
            if not force:
                _check_replaceable(target, path, ours)
        elif status:
            # A pipe or a device (/dev/null) is written to as it is; a folder fails to open.
            with target.open("wb") as file:
                yield file
            return
        if not target.parent.is_dir():
            raise InputProblem(
                f"cannot be written: there is no folder {target.parent}",
                file=str(path),
                hint="make it, or choose another place",
            )
        part = target.with_name(f".annotator-{secrets.token_hex(4)}.part")
        try:
            with part.open("xb") as file:
                if status:
                    part.chmod(stat.S_IMODE(status.st_mode))
                yield file
                file.flush()
                os.fsync(file.fileno())
            part.replace(target)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        _sync_folder(target.parent)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise InputProblem(f"cannot be written: {error.strerror}", file=str(path)) from error


def _check_replaceable(target: Path, path: Path, ours: Callable[[bytes], bool]) -> None:
    with target.open("rb") as file:
        # A record of a very long sentence still fits; a binary file need not have a line end.
        first = file.readline(1 << 24)
    if first and not ours(first):
        raise InputProblem(
            "is there already and was not written by this command",
            file=str(path),
            hint="choose another name, or replace it with --force",
        )


def _sync_folder(folder: Path) -> None:
    # The new name is on disk only with its folder; where a folder cannot be opened, so be it.
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


# -- import ------------------------------------------------------------------------------------


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
