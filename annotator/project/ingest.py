"""Bringing articles into the store: all or nothing, repeatable, with a report.

Files are read and refused first, without a lock. What is new is then computed, in worker
processes if it is much, and written in one transaction together with the labels that a changed
document keeps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Final

from annotator.core.progress import Progress, silent
from annotator.project.gather import read_all, shown_path
from annotator.project.prepare import Draft, Settings, prepare_all
from annotator.project.request import Refused, Report, Request
from annotator.project.suggest import for_ingest
from annotator.project.workers import cores, spread
from annotator.project.writing import Writer
from annotator.store import Store
from annotator.store.documents import Documents, NewDocument
from annotator.store.opening import Connection

_CHUNK: Final = 200_000
"""Characters of documents that are computed and written together."""
_WORTH_WORKERS: Final = 1_500_000
"""Characters (about ten thousand sentences) from which starting processes pays."""


def ingest(
    store: Store,
    request: Request,
    tell: Progress = silent,
    also: Callable[[], None] | None = None,
) -> Report:
    """Bring the files of `request` into the store; returns what happened.

    `also` is called in the same transaction, when the documents are written: if it raises, they
    are not. Raises Refused, with nothing changed, if a file is bad and `keep_going` is not set.
    """
    report = Report(
        files=len(request.refused),
        refused=list(request.refused),
        skipped=[shown_path(path, request.base) for path in request.skipped],
        dry_run=request.dry_run,
    )
    files = list(read_all(store, request, report, tell))
    if report.refused and not request.keep_going:
        raise Refused(report)
    if not files and also is None:
        return report
    stored = Documents(store)
    names = {name for file in files for _, _, name in file.documents}
    known = stored.numbers(names)
    drafts: dict[str, Draft] = {}
    for file in files:
        for _, draft, name in file.documents:
            if name not in known:
                drafts.setdefault(name, draft)
    settings = replace(request.settings, suggesters=for_ingest(store), labels=store.scheme.names)
    with _computed(list(drafts.values()), settings, tell) as batches:
        # Small work is done before the lock is taken, so that reviewers never wait for it.
        few = sum(len(draft.text) for draft in drafts.values()) < _WORTH_WORKERS
        ready: Iterable[list[NewDocument]] = list(batches) if few else batches
        with _transaction(store, dry=request.dry_run) as db:
            # Another terminal may have taken in the same files meanwhile.
            Writer(store, db, report, stored.numbers(names)).write(files, ready)
            if also:
                also()
    return report


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

    processes = min(cores(), len(chunks))
    work = partial(prepare_all, settings=settings)
    if total < _WORTH_WORKERS or processes < 2:
        yield counted(map(work, chunks))
        return
    with spread(work, chunks, processes) as batches:
        yield counted(batches)


class _DryRun(Exception):
    """Ends the transaction of a dry run."""


@contextmanager
def _transaction(store: Store, *, dry: bool) -> Iterator[Connection]:
    try:
        with store.writing(much=True) as db:
            yield db
            if dry:
                raise _DryRun
    except _DryRun:
        pass
