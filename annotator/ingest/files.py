"""Which files are meant: from the paths, folders and globs a person gives to files to read.

A folder is read to its depths in the order of names, without hidden files and what is about the
articles and not one of them. What a person names outright is never left out: it is read, or it
is an error.
"""

from __future__ import annotations

import glob
import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from annotator.core.errors import InputProblem
from annotator.ingest.metadata import SOURCES
from annotator.ingest.readers import SUFFIXES

# Written about a folder of articles by those who keep it.
_ABOUT: Final = (SOURCES, "readme", "license", "licence")


class Found(NamedTuple):
    """The files to read, each once, and those of folders whose suffix is no article's."""

    files: list[Path]
    skipped: list[Path]


def find(paths: Sequence[Path | str], *, cwd: Path) -> Found:
    """Return the files that `paths` mean: files, folders and globs, relative ones from `cwd`.

    Raises InputProblem for what is missing, cannot be read, or is neither file nor folder, and
    for a folder without an article.
    """
    found = Found([], [])
    for given in paths:
        path = cwd / given
        if path.is_dir():
            files, skipped = walk(path)
            if not files:
                raise _no_articles(path, skipped)
        elif not os.path.lexists(path) and glob.has_magic(str(given)):
            files, skipped = _matched(str(given), cwd)
        else:
            files, skipped = [_readable(path)], []
        found.files.extend(files)
        found.skipped.extend(skipped)
    return Found(list(dict.fromkeys(found.files)), list(dict.fromkeys(found.skipped)))


def walk(folder: Path) -> Found:
    """Return the articles in `folder` and below, by name, and the other files; maybe none."""
    found = Found([], [])
    for path in _below(folder, set()):
        _sort_in(path, found)
    return found


def _below(folder: Path, seen: set[tuple[int, int]]) -> Iterator[Path]:
    """Yield the files below `folder`; `seen` keeps links that form a loop from being followed."""
    try:
        status = folder.stat()
        names = sorted(os.listdir(folder))  # noqa: PTH208 - pathlib gives paths, not names
    except OSError as problem:
        raise InputProblem(
            f"the folder cannot be read: {problem.strerror}", file=_shown(folder)
        ) from problem
    if (status.st_dev, status.st_ino) in seen:
        return
    seen.add((status.st_dev, status.st_ino))
    for name in names:
        if name.startswith("."):
            continue
        path = folder / name
        if path.is_dir():
            yield from _below(path, seen)
        elif not _is_about(name):
            yield path


def _matched(pattern: str, cwd: Path) -> Found:
    found = Found([], [])
    for name in sorted(glob.glob(pattern, root_dir=cwd, recursive=True)):  # noqa: PTH207
        path = cwd / name
        if path.is_dir():
            below = walk(path)
            found.files.extend(below.files)
            found.skipped.extend(below.skipped)
        elif not _is_about(path.name):
            _sort_in(path, found)
    if not found.files:
        raise InputProblem(
            "no article matches this pattern",
            file=pattern,
            hint="put quotes around it; ** stands for any number of folders",
        )
    return found


def _sort_in(path: Path, found: Found) -> None:
    if path.suffix.lower() in SUFFIXES:
        found.files.append(_readable(path))
    else:
        found.skipped.append(path)


def _is_about(name: str) -> bool:
    return name == SOURCES or name.lower().split(".")[0] in _ABOUT


def _readable(path: Path) -> Path:
    """Return `path` if it can be opened without waiting for somebody, as on a pipe."""
    name = _shown(path)
    if "\ufffd" in name:
        raise InputProblem("the file's name is not UTF-8", file=name, hint="rename the file")
    try:
        mode = path.stat().st_mode
    except FileNotFoundError as problem:
        broken = path.is_symlink()
        raise InputProblem(
            "it is a link to nothing" if broken else "there is no such file",
            file=name,
            hint=None if broken else "a relative path is looked up from the current folder",
        ) from problem
    except OSError as problem:
        raise InputProblem(f"cannot be read: {problem.strerror}", file=name) from problem
    if not stat.S_ISREG(mode):
        raise InputProblem(
            "it is neither a file nor a folder",
            file=name,
            hint="what comes through a pipe is read with -",
        )
    if not os.access(path, os.R_OK):
        raise InputProblem("cannot be read: Permission denied", file=name)
    return path


def _shown(path: Path) -> str:
    return os.fsencode(path).decode("utf-8", "replace")


def _no_articles(folder: Path, skipped: list[Path]) -> InputProblem:
    others = f" ({len(skipped)} other files)" if skipped else ""
    return InputProblem(
        f"there are no articles in this folder{others}",
        file=_shown(folder),
        hint=f"articles end in {', '.join(SUFFIXES)}",
    )
