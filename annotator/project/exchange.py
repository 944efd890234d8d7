"""Export: a store's annotations as a file, and how a file is replaced.

An export is the same bytes whenever it is made of the same annotations, and takes the place of the
file before it only when it is whole.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import stat
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

from annotator import formats
from annotator.baseline.sentiment import default_for
from annotator.core.errors import AnnotatorError, InputProblem, UsageProblem
from annotator.core.scheme import Scheme
from annotator.formats.articles import Counts, Plan, articles
from annotator.formats.values import DAWID_SKENE, POLICY, Article
from annotator.store import Store, exchange, reading
from annotator.store.suggestions import Suggestions

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
        model = Suggestions(store).in_use()
        plan = Plan(scheme.names, names, choice.policy, model.name if model else "", choice.every)
        held = exchange.held(
            store,
            plan,
            lambda code: choice.analyzers.get(code) or default_for(code),
            counts,
            _posteriors(store, scheme, names) if choice.policy == DAWID_SKENE else None,
        )
        found = articles(held, plan, counts)
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
    secret = salt(store)
    return {n: pseudonym(name, secret) for n, name in found.items()}


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
    """Return what a reviewer is called where names are left out: the same for the same salt.

    Whoever does not know the salt cannot find the name by trying likely ones.
    """
    digest = hmac.new(salt.encode(), name.encode(), hashlib.sha256).hexdigest()
    return f"reviewer-{digest[:8]}"


def salt(store: Store) -> str:
    """Return the secret that the pseudonyms of a store are made with; its first use stores it."""
    found = store.setting(_SALT)
    if found is None:
        found = secrets.token_hex(16)
        store.set_setting(_SALT, found)
    return found


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
