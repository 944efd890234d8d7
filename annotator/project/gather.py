"""Reading the files of an ingest: what is unchanged, what is refused, what is in the others."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from annotator.core.errors import InputProblem
from annotator.core.progress import Progress
from annotator.core.text import document_id, one_line
from annotator.ingest.metadata import SOURCES, Metadata, SourcesFile
from annotator.ingest.readers import RawDocument, ReadOptions, read
from annotator.project.prepare import Draft
from annotator.project.request import Report, Request, SourceFile
from annotator.store import Store
from annotator.store.documents import Documents, KnownFile


def read_all(
    store: Store, request: Request, report: Report, tell: Progress
) -> Iterator[SourceFile]:
    """Yield the files of `request` that are not as they were; adds to `report`, the refused too."""
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
) -> Iterator[SourceFile]:
    try:
        raws = list(read(shown or name, data, options))
    except InputProblem as problem:
        report.refused.append(problem)
    else:
        found = [(raw.key, _draft(raw, metadata), document_id(raw.text)) for raw in raws]
        keyed = all(raw.key != str(raw.line) for raw in raws)
        yield SourceFile(name, seen, found, keyed)


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
