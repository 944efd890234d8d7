"""Merging: what others did, from their stores or files of events, taken into a store.

Everything is read and checked first, without a lock. Then one transaction takes all of it or, if
anything does not fit, nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

from annotator import formats
from annotator.core.errors import InputProblem, UsageProblem
from annotator.core.progress import Progress, silent
from annotator.core.text import counted, one_line, visible
from annotator.formats import events
from annotator.project.exchange import chosen, replacing
from annotator.store import Store, exchange, merge, reading
from annotator.store.merge import Incoming
from annotator.store.opening import open_here
from annotator.store.outside import opened
from annotator.store.union import Gained, Union

LIST: Final = "documents.tsv"
"""Beside files of events: id, name and place in the corpus of the documents they are about."""

_STORE: Final = b"SQLite format 3\0"
_NAMED: Final = 5


@dataclass
class MergeReport:
    """What a merge did, or would do. `added` is by reviewer, `known` were here already.

    `forked` has the reviewers who went on in several places, with the number of these.
    """

    files: int = 0
    added: dict[str, int] = field(default_factory=dict)
    known: int = 0
    forked: dict[str, int] = field(default_factory=dict)
    gained: Gained = field(default_factory=Gained)
    dry_run: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return the report for a program."""
        gained = asdict(self.gained)
        for name in ("conflicts", "versions"):
            gained[name] = [one._asdict() for one in getattr(self.gained, name)]
        return {**vars(self), "gained": gained}


class _DryRun(Exception):
    """Ends the transaction of a dry run."""


def merge_all(
    store: Store, paths: Sequence[Path], tell: Progress = silent, *, dry_run: bool = False
) -> MergeReport:
    """Take everything of `paths` into the store: stores, files of events, folders of these.

    Raises InputProblem, StoreProblem or UsageProblem, with nothing changed.
    """
    files = [file for path in paths for file in _files(path)]
    report = MergeReport(files=len(files), dry_run=dry_run)
    incoming: dict[str, Incoming] = {}
    others: list[Store] = []
    with ExitStack() as stack:
        for done, path in enumerate(files):
            tell("reading", done, len(files))
            if _is_store(path):
                if path.samefile(store.path):
                    raise UsageProblem(
                        f"{visible(str(path))} is the store itself: there is nothing to merge"
                    )
                others.append(stack.enter_context(opened(path)))
                found = _of_store(others[-1], path)
            else:
                found = _of_file(path)
            for one in found:
                incoming.setdefault(one.event.id, one)
        try:
            with store.writing(much=True) as db:
                for other in others:
                    Union(store, db, other, report.gained).take(tell)
                _check_sentences(store, incoming.values(), files)
                new = report.gained.documents > 0
                taken = merge.take(store, db, incoming, tell, articles=new)
                # Where a store was written to while it was read, this raises.
                stack.close()
                if dry_run:
                    raise _DryRun
        except _DryRun:
            pass
    report.added, report.known, report.forked = taken
    return report


def can_merge(path: Path) -> bool:
    """Return whether `path` is what `merge_all` takes: a store, events, or a folder."""
    return path.is_dir() or (path.is_file() and (_is_store(path) or _holds_events(path)))


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    found = sorted(file for file in path.glob("*.jsonl") if file.is_file())
    if not found:
        raise InputProblem(
            "there is no file of events (*.jsonl) in this folder",
            file=visible(str(path)),
            hint="`annotator export --events FOLDER` writes them",
        )
    return found


def _first(path: Path) -> bytes:
    if open_here(path):
        return _STORE
    try:
        with path.open("rb") as file:
            return next((line for line in file if not line.isspace()), b"")
    except OSError as error:
        raise InputProblem(f"cannot be read: {error.strerror}", file=visible(str(path))) from error


def _is_store(path: Path) -> bool:
    return _first(path).startswith(_STORE)


def _holds_events(path: Path) -> bool:
    first = _first(path)
    return events.is_ours(first) or events.is_conflict(first)


def _of_store(other: Store, path: Path) -> Iterator[Incoming]:
    for row, values in merge.events_of(other):
        try:
            event = events.event_of(values)
        except events.NotAnEvent as problem:
            raise InputProblem(
                f"events row {row}: {problem}",
                file=visible(str(path)),
                hint=problem.hint or "`annotator verify` there says more",
            ) from problem
        yield Incoming(event, values["document"], visible(str(path)), None)


def _of_file(path: Path) -> Iterator[Incoming]:
    name = visible(str(path))
    first = _first(path)
    if first and not (events.is_ours(first) or events.is_conflict(first)):
        export = formats.is_export(first)
        raise InputProblem(
            "is an export of labels, not a file of events"
            if export
            else "is neither a label store nor a file of events",
            file=name,
            hint=f"`annotator import {name}` takes its labels"
            if export
            else "`annotator export --events FOLDER` writes files of events",
        )
    try:
        with path.open("rb") as file:
            for line, event, document in events.read(file, name):
                yield Incoming(event, document, name, line)
    except OSError as error:
        raise InputProblem(f"cannot be read: {error.strerror}", file=name) from error


# -- what is not here --------------------------------------------------------------------------


def _check_sentences(store: Store, incoming: Collection[Incoming], files: Sequence[Path]) -> None:
    missing = merge.unknown_sentences(store, incoming)
    if not missing:
        return
    documents = {one.document: one for one in missing}
    first = missing[0]
    known = [name for name in documents if name and exchange.has_document(store, name)]
    if known:
        raise InputProblem(
            f"sentence {documents[known[0]].event.sentence} is not here: document {known[0]} is,"
            " but divided into other sentences",
            file=documents[known[0]].file,
            line=documents[known[0]].line,
            hint="another version of annotator made them; `annotator export` there and"
            " `annotator import` here bring the labels of the sentences that are the same",
        )
    names = _listed({file.parent for file in files})
    shown = [names.get(name, name or "one that is not named") for name in sorted(documents)]
    more = f", and {len(shown) - _NAMED} more" if len(shown) > _NAMED else ""
    raise InputProblem(
        f"{counted(len(missing), 'event')} about {counted(len(documents), 'article')} not here:"
        f" {'; '.join(shown[:_NAMED])}{more}",
        file=first.file,
        line=first.line,
        hint="bring them with `annotator add`, or merge the labels.db that they are in",
    )


def _listed(folders: Collection[Path]) -> Mapping[str, str]:
    """Return what the lists beside files of events call documents, by id."""
    found: dict[str, str] = {}
    for folder in folders:
        try:
            lines = (folder / LIST).read_text(encoding="utf-8", errors="replace").split("\n")
        except OSError:
            continue
        for line in lines:
            name, _, rest = line.partition("\t")
            found.setdefault(name, one_line(f"{name} {rest}", 100))
    return found


# -- writing -----------------------------------------------------------------------------------


class Written(NamedTuple):
    """What was written: files, and events in them."""

    files: int
    events: int


def export_events(
    store: Store, folder: Path, reviewers: Collection[str] = (), *, force: bool = False
) -> Written:
    """Write the history of each reviewer, or of those named, as a file of events in `folder`.

    The same events give the same bytes, and new ones move no line. Raises InputProblem where a
    file has events that the store does not have, unless `force` is set.
    """
    _make(folder)
    documents: set[str] = set()
    files = count = 0
    with exchange.snapshot(store):
        for reviewer in chosen(store, reviewers).values():
            lines: dict[bytes, str] = {}
            for event, document in merge.history(store, reviewer):
                lines[events.line(event, document)] = event.id
                documents.add(document)
            if not lines:
                continue
            path = folder / events.file_name(reviewer)
            if not force:
                _check_nothing_lost(path, lines)
            _replace(path, b"".join(lines))
            files, count = files + 1, count + len(lines)
        listed = [
            f"{name}\t{visible(title)}\t{visible(place)}\n"
            for name, title, place in reading.listed(store, documents - {""})
        ]
    _replace(folder / LIST, "".join(listed).encode())
    return Written(files, count)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputProblem(
            f"cannot be made: {error.strerror}", file=visible(str(folder))
        ) from error


def _check_nothing_lost(path: Path, lines: Mapping[bytes, str]) -> None:
    """Raise InputProblem where a file that is to be replaced has events that are not in `lines`."""
    if not path.exists():
        return
    with path.open("rb") as file:
        others = [line for line in file if line not in lines]
    known = set(lines.values())
    name = visible(str(path))
    lost = sum(one.event.id not in known for one in events.read(others, name))
    if lost:
        raise InputProblem(
            f"has {counted(lost, 'event')} not in this project",
            file=name,
            hint=f"take them first: `annotator import {visible(str(path.parent))}`",
        )


def _replace(path: Path, data: bytes) -> None:
    # One that is as it should be keeps its time, for programs that look at that.
    if not path.is_file() or path.read_bytes() != data:
        with replacing(path, force=True) as file:
            file.write(data)
