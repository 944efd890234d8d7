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
from annotator.core.errors import InputProblem, UsageProblem
from annotator.core.history import Annotation
from annotator.core.scheme import Scheme, built_in
from annotator.core.text import one_line
from annotator.formats.values import Article
from annotator.store import Store, exchange, reading
from annotator.store.exchange import Counts, Targets
from annotator.store.journal import Journal

if TYPE_CHECKING:
    from annotator.formats.record import Record, RecordAnnotation

_SALT: Final = "pseudonym-salt"
_BESIDE_THE_STORE: Final = ("-wal", "-shm", "-journal")
"""What SQLite adds to the name of a database for the files it keeps with it."""


@dataclass(frozen=True)
class Choice:
    """What is exported. Without `reviewers` all of them count; `analyzers` is by language."""

    reviewers: Collection[str] = ()
    anonymize: bool = False
    every: bool = False
    analyzers: Mapping[str, str] = field(default_factory=dict)


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
    Raises UsageProblem for a format or a reviewer that does not exist.
    """
    writer = formats.get(format)
    scheme = built_in()
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
        )
        if write_document:
            found = _taken_along(found, write_document)
        for piece in writer.write(found, scheme):
            write(piece)
    return counts


def _taken_along(
    articles: Iterable[Article], write_document: Callable[[bytes], Any]
) -> Iterator[Article]:
    from annotator.formats.json_lines import document_line

    for article in articles:
        write_document(document_line(article))
        yield article


def _names(store: Store, choice: Choice) -> dict[int, str]:
    """Return the reviewers that count, by row, as they are called in the export."""
    every = {name: n for n, name, _ in reading.reviewers(store)}
    for name in choice.reviewers:
        if name not in every:
            raise UsageProblem(
                f"there is no reviewer {name!r}",
                hint="there are: " + (", ".join(every) or "none yet"),
            )
    wanted = set(choice.reviewers) or every.keys()
    if not choice.anonymize:
        return {n: name for name, n in every.items() if name in wanted}
    salt = _salt(store)
    return {n: pseudonym(name, salt) for name, n in every.items() if name in wanted}


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
def replacing(path: Path, *, force: bool = False) -> Iterator[IO[bytes]]:
    """Give a file to write to that takes the place of `path` when the block is through.

    Until then, and if the block fails, what was at `path` stays. Links are followed, permissions
    kept. Raises InputProblem if that cannot be written, or is a file of another kind and `force`
    is not set.
    """
    try:
        target = path.resolve()
        status = target.stat() if target.exists() else None
        if status and stat.S_ISREG(status.st_mode):
            _check_replaceable(target, path, force=force)
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


def _check_replaceable(target: Path, path: Path, *, force: bool) -> None:
    if force:
        return
    with target.open("rb") as file:
        # A record of a very long sentence still fits; a binary file need not have a line end.
        first = file.readline(1 << 24)
    if first and not formats.is_export(first):
        raise InputProblem(
            "is there already and is no export of ours",
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
    """What an import did. `added` and `changed` count annotations, `same` those here already."""

    records: int = 0
    added: int = 0
    changed: int = 0
    same: int = 0
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

    scheme = built_in()
    report = ImportReport()
    with _opened(path) as file:
        for number, one in record.read(file, str(path)):
            _check_scheme(one, scheme, path, number)
        file.seek(0)

        def take() -> None:
            incoming = _Import(store, report)
            for number, one in record.read(file, str(path)):
                incoming.take(one, path, number)

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


def _check_scheme(one: Record, scheme: Scheme, path: Path, number: int) -> None:
    if one.scheme != scheme.id:
        raise InputProblem(
            f"its labels are those of {one_line(one.scheme, 40)!r}; here they are {scheme.id}",
            file=str(path),
            line=number,
        )


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
        for given in one.annotations:
            if given.reviewer not in self._reviewers:
                self._reviewers[given.reviewer] = _Reviewer(self._store, given.reviewer)
            reviewer = self._reviewers[given.reviewer]
            before = reviewer.journal.annotation(target.unit)
            after = _merged(before, given, asked=not target.is_body)
            if after == before:
                self._report.same += 1
            elif reviewer.decided_later(target.unit, before, given.created_at):
                self._report.kept.append(Kept(one.id, given.reviewer, before.label, given.label))
            else:
                payload = {"by": "import", "scheme": one.scheme, "state": after.state()}
                reviewer.journal.append(self._store.db, "import", target.unit, payload)
                self._report.changed += before.decided
                self._report.added += not before.decided


class _Reviewer:
    """What a reviewer did in this store, as far as it is asked for."""

    def __init__(self, store: Store, name: str) -> None:
        self.journal = Journal(store, name)
        number = self.journal.reviewer_number
        self._edited = exchange.edited(store, number)
        self._withdrawn = exchange.withdrawn(store, number)

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


def _merged(here: Annotation, given: RecordAnnotation, *, asked: bool) -> Annotation:
    # A flag is not in the file; a note or tags that the file does not have are not lost by it.
    return Annotation(
        label=given.label,
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
