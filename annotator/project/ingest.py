"""Bringing articles into the store: all or nothing, repeatable, with a report.

Files are read and refused first, without a lock. What is new is then computed, in worker
processes if it is much, and written in one transaction together with the labels that a changed
document keeps.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from annotator.core.errors import InputProblem
from annotator.core.model import BODY
from annotator.core.text import document_id, one_line
from annotator.ingest import duplicates
from annotator.ingest.metadata import SOURCES, Metadata, SourcesFile
from annotator.ingest.readers import RawDocument, ReadOptions, read
from annotator.project.carry import match, successors
from annotator.project.prepare import Draft, Settings, prepare_all
from annotator.store import Store, reading
from annotator.store.documents import Documents, KnownFile, NewDocument
from annotator.store.journal import Journal, utc_now
from annotator.store.opening import Connection

Progress = Callable[[str, int, int], None]
"""Called with the stage, what is done and what there is: files, then characters."""

_CHUNK: Final = 200_000
"""Characters of documents that are computed and written together."""
_GROUPED: Final = 50_000
"""Forms of sentences that are compared with the stored ones together; about 1.5 kB each. Many at
a time, because each time the stored forms with common keys are read again."""
_WORTH_WORKERS: Final = 1_500_000
"""Characters (about ten thousand sentences) from which starting processes pays."""


@dataclass(frozen=True)
class Lost:
    """A label that could not be carried over to the new version of its document."""

    sentence: str
    reviewer: str
    label: str | None
    text: str


@dataclass
class Report:
    """What an ingest did, or would do."""

    files: int = 0
    unchanged: int = 0
    new: int = 0
    same: int = 0
    changed: int = 0
    updated: int = 0
    gone: int = 0
    sentences: int = 0
    duplicates: int = 0
    carried: int = 0
    languages: dict[str, int] = field(default_factory=dict)
    lost: list[Lost] = field(default_factory=list)
    refused: list[InputProblem] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    dry_run: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return the report for a program."""
        values = {**vars(self), "lost": [asdict(lost) for lost in self.lost]}
        values["refused"] = [
            {"file": e.file, "line": e.line, "column": e.column, "reason": e.reason, "hint": e.hint}
            for e in self.refused
        ]
        return values


class Refused(InputProblem):
    """Some files are bad, so nothing was changed. `report.refused` says which and why."""

    def __init__(self, report: Report) -> None:
        super().__init__(
            f"{len(report.refused)} of {report.files} files are refused, so nothing was changed",
            hint="mend or remove them, or use --keep-going to take the others",
        )
        self.report = report


@dataclass(frozen=True)
class Request:
    """What to ingest. `base` is what paths are shown relative to: the project's folder.

    `refused` and `skipped` are what was found beside `files` and cannot be read, or is no article.
    """

    files: Sequence[Path]
    base: Path
    refused: Sequence[InputProblem] = ()
    skipped: Sequence[Path] = ()
    options: ReadOptions = field(default_factory=ReadOptions)
    metadata: Metadata = field(default_factory=Metadata)
    settings: Settings = field(default_factory=Settings)
    standard_input: bytes | None = None
    keep_going: bool = False
    dry_run: bool = False


@dataclass
class _File:
    path: str
    known: KnownFile | None
    documents: list[tuple[str, Draft, str]]  # key, draft, document id
    keyed: bool  # whether keys are ids, and no mere line numbers


def ingest(store: Store, request: Request, progress: Progress | None = None) -> Report:
    """Bring the files of `request` into the store; returns what happened.

    Raises Refused, with nothing changed, if a file is bad and `keep_going` is not set.
    """
    report = Report(
        files=len(request.refused),
        refused=list(request.refused),
        skipped=[shown_path(path, request.base) for path in request.skipped],
        dry_run=request.dry_run,
    )
    tell = progress or _silent
    files = list(_read_all(store, request, report, tell))
    if report.refused and not request.keep_going:
        raise Refused(report)
    if not files:
        return report
    stored = Documents(store)
    known = stored.numbers({name for file in files for _, _, name in file.documents})
    drafts: dict[str, Draft] = {}
    for file in files:
        for _, draft, name in file.documents:
            if name not in known:
                drafts.setdefault(name, draft)
    with _computed(list(drafts.values()), request.settings, tell) as batches:
        # Small work is done before the lock is taken, so that reviewers never wait for it.
        few = sum(len(draft.text) for draft in drafts.values()) < _WORTH_WORKERS
        ready: Iterable[list[NewDocument]] = list(batches) if few else batches
        with _transaction(store, dry=request.dry_run) as db:
            _Writer(store, db, report, known).write(files, ready)
    return report


def _silent(stage: str, done: int, total: int) -> None:
    """Tell nobody."""


class _Writer:
    """The transaction of one ingest. `known` has the rows of documents that are stored, by id."""

    def __init__(self, store: Store, db: Connection, report: Report, known: dict[str, int]) -> None:
        self.store = store
        self.documents = Documents(store)
        self.db = db
        self.report = report
        self.known = known
        self.at = utc_now()
        self.fresh: dict[str, int] = {}
        self.placed: set[str] = set()

    def write(self, files: Sequence[_File], batches: Iterable[list[NewDocument]]) -> None:
        languages: Counter[str] = Counter()
        texts: dict[int, str] = {}
        keys: dict[int, tuple[int, ...]] = {}
        for batch in batches:
            for new in batch:
                self.fresh[new.id], forms = self.documents.insert(self.db, new, self.at)
                texts |= forms
                keys |= {form: own for form, own in new.forms if form in forms}
                languages[new.language] += 1
                self.report.sentences += sum(unit.kind == BODY for unit in new.units)
            if len(texts) >= _GROUPED:
                self._group_forms(texts, keys)
                texts, keys = {}, {}
        self._group_forms(texts, keys)
        self.known |= self.fresh
        self.report.languages = dict(sorted(languages.items()))
        touched: set[int] = set()
        for file in files:
            touched |= self._place(file)
        self.documents.refresh_current(self.db, touched)
        self._group_documents()

    def _group_forms(self, texts: dict[int, str], keys: dict[int, tuple[int, ...]]) -> None:
        def lookup(wanted: Collection[int]) -> Iterator[duplicates.Form]:
            for row in self.documents.forms_with(wanted, duplicates.BUCKET):
                yield duplicates.Form(*row)

        renamed = duplicates.group_forms(texts, lookup, keys)
        # After the lookup, which would otherwise find the new forms themselves.
        self.documents.insert_keys(self.db, [(key, form) for form in keys for key in keys[form]])
        self.documents.rename_forms(self.db, renamed)

    def _group_documents(self) -> None:
        rows = list(self.fresh.values())
        shared = self.documents.shared_labels(rows)
        self.report.duplicates = self.documents.count_labelled(rows, shared)
        around = self.documents.labels_around(shared)
        renamed = duplicates.group_documents(around, self.documents.likeness(list(around)))
        self.documents.rename_likeness(self.db, renamed)

    def _place(self, file: _File) -> set[int]:
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

    def _earlier_versions(self, file: _File, before: dict[str, tuple[int, str]]) -> dict[str, int]:
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


def _read_all(store: Store, request: Request, report: Report, tell: Progress) -> Iterator[_File]:
    known = Documents(store).known_files()
    sources = _Sources(request.base)
    if request.standard_input is not None:
        report.files += 1
        # Named by its content: another text from a pipe is no new version of this one.
        name = f"-{hashlib.sha256(request.standard_input).hexdigest()[:12]}"
        data, metadata = request.standard_input, request.metadata
        yield from _read(name, data, metadata, None, request.options, report, shown="-")
    for done, path in enumerate(request.files):
        tell("reading", done, len(request.files))
        report.files += 1
        name = shown_path(path, request.base)
        try:
            metadata = request.metadata.merged(sources.metadata(path))
            status = path.stat()
            seen = KnownFile(status.st_size, status.st_mtime_ns, _digest(request.options, metadata))
            if known.get(name) == seen:
                report.unchanged += 1
                continue
            data = path.read_bytes()
        except InputProblem as problem:
            report.refused.append(problem)
            continue
        except OSError as problem:
            report.refused.append(
                InputProblem(f"cannot be read: {problem.strerror}", file=one_line(name))
            )
            continue
        yield from _read(name, data, metadata, seen, request.options, report)


def _read(
    name: str,
    data: bytes,
    metadata: Metadata,
    seen: KnownFile | None,
    options: ReadOptions,
    report: Report,
    *,
    shown: str | None = None,
) -> Iterator[_File]:
    try:
        raws = list(read(shown or name, data, options))
    except InputProblem as problem:
        report.refused.append(problem)
    else:
        found = [(raw.key, _draft(raw, metadata), document_id(raw.text)) for raw in raws]
        keyed = all(raw.key != str(raw.line) for raw in raws)
        yield _File(name, seen, found, keyed)


def _draft(raw: RawDocument, metadata: Metadata) -> Draft:
    return Draft(raw.text, raw.encoding, metadata.merged(raw.metadata), raw.markdown)


def _digest(options: ReadOptions, metadata: Metadata) -> str:
    return hashlib.sha256(repr((options, metadata)).encode("utf-8", "replace")).hexdigest()[:16]


def shown_path(path: Path, base: Path) -> str:
    """Return how a file is called in the store: relative to the project if it is inside."""
    absolute = Path(os.path.abspath(path))  # noqa: PTH100 - a link stays the name it was given by
    try:
        relative = absolute.relative_to(Path(os.path.abspath(base)))  # noqa: PTH100
    except ValueError:
        return os.fsencode(absolute).decode("utf-8", "replace")
    return os.fsencode(relative.as_posix()).decode("utf-8", "replace")


class _Sources:
    """The nearest `sources.toml` above each file, but not above the project."""

    def __init__(self, base: Path) -> None:
        self._base = base.resolve()
        self._found: dict[Path, tuple[Path, SourcesFile] | None] = {}

    def metadata(self, path: Path) -> Metadata:
        absolute = path.absolute()
        nearest = self._nearest(absolute.parent)
        if nearest is None:
            return Metadata()
        folder, sources = nearest
        return sources.for_file(absolute.relative_to(folder).as_posix())

    def _nearest(self, folder: Path) -> tuple[Path, SourcesFile] | None:
        if folder not in self._found:
            file = folder / SOURCES
            if file.is_file():
                self._found[folder] = (folder, SourcesFile.load(file))
            elif folder.resolve() == self._base or folder.parent == folder:
                self._found[folder] = None
            else:
                self._found[folder] = self._nearest(folder.parent)
        return self._found[folder]


def _chunked(drafts: Sequence[Draft]) -> Iterator[list[Draft]]:
    chunk: list[Draft] = []
    size = 0
    for draft in drafts:
        chunk.append(draft)
        size += len(draft.text)
        if size >= _CHUNK:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


@contextmanager
def _computed(
    drafts: Sequence[Draft], settings: Settings, tell: Progress
) -> Iterator[Iterator[list[NewDocument]]]:
    """Give the documents of `drafts` in order, in batches, from processes if it is much."""
    total = sum(len(draft.text) for draft in drafts)
    chunks = list(_chunked(drafts))

    def counted(batches: Iterable[list[NewDocument]]) -> Iterator[list[NewDocument]]:
        done = 0
        tell("computing", 0, total)
        for batch in batches:
            done += sum(len(new.text) for new in batch)
            tell("computing", done, total)
            yield batch

    workers = min(os.cpu_count() or 1, len(chunks))
    if total < _WORTH_WORKERS or workers < 2:
        yield counted(prepare_all(chunk, settings) for chunk in chunks)
        return
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    # Spawned, not forked: a fork of a process with threads or an open database is undefined.
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        try:
            yield counted(pool.map(prepare_all, chunks, [settings] * len(chunks)))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


class _DryRun(Exception):
    """Ends the transaction of a dry run."""


@contextmanager
def _transaction(store: Store, *, dry: bool) -> Iterator[Connection]:
    try:
        with store.writing() as db:
            yield db
            if dry:
                raise _DryRun
    except _DryRun:
        pass
