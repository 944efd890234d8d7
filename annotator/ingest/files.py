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
from annotator.core.text import counted
from annotator.ingest.metadata import SOURCES
from annotator.ingest.readers import SUFFIXES

# Written about a folder of articles by those who keep it.
_ABOUT: Final = (SOURCES, "readme", "license", "licence")


class Found(NamedTuple):
    """The files to read, each once; those of folders whose suffix is no article's, or are bad."""

    files: list[Path]
    skipped: list[Path]
    refused: list[InputProblem]


def find(paths: Sequence[Path | str], *, cwd: Path) -> Found:
    """Return the files that `paths` mean: files, folders and globs, relative ones from `cwd`.

    Raises InputProblem for what is missing, cannot be read, or is neither file nor folder, and
    for a folder without an article.
    """
    found = _none()
    for given in paths:
        path = cwd / given
        if path.is_dir():
            below = walk(path)
            if not below.files and not below.refused:
                raise _no_articles(path, below.skipped)
            _add(below, found)
        elif not os.path.lexists(path) and glob.has_magic(str(given)):
            _add(_matched(str(given), cwd), found)
        else:
            found.files.append(_readable(path))
    files, skipped, refused = found
    return Found(list(dict.fromkeys(files)), list(dict.fromkeys(skipped)), refused)


def _none() -> Found:
    return Found([], [], [])


def _add(more: Found, found: Found) -> None:
    found.files.extend(more.files)
    found.skipped.extend(more.skipped)
    found.refused.extend(more.refused)


def walk(folder: Path) -> Found:
    """Return the articles in `folder` and below, by name, and the other files; maybe none.

    One that is bad does not keep the others from being found: it is in `refused`.
    """
    found = _none()
    for path in _below(folder, set(), found.refused):
        _sort_in(path, found)
    return found


def _below(folder: Path, seen: set[tuple[int, int]], refused: list[InputProblem]) -> Iterator[Path]:
    """Yield the files below `folder`; `seen` keeps links that form a loop from being followed."""
    try:
        status = folder.stat()
        names = sorted(os.listdir(folder))  # noqa: PTH208 - pathlib gives paths, not names
    except OSError as problem:
        reason = f"the folder cannot be read: {problem.strerror}"
        refused.append(InputProblem(reason, file=_shown(folder)))
        return
    if (status.st_dev, status.st_ino) in seen:
        return
    seen.add((status.st_dev, status.st_ino))
    for name in names:
        if name.startswith("."):
            continue
        path = folder / name
        if path.is_dir():
            yield from _below(path, seen, refused)
        elif not _is_about(name):
            yield path


def _matched(pattern: str, cwd: Path) -> Found:
    found = _none()
    for name in sorted(glob.glob(pattern, root_dir=cwd, recursive=True)):  # noqa: PTH207
        path = cwd / name
        if path.is_dir():
            _add(walk(path), found)
        elif not _is_about(path.name):
            _sort_in(path, found)
    if not found.files and not found.refused:
        raise InputProblem(
            "no article matches this pattern",
            file=pattern,
            hint="put quotes around it; ** stands for any number of folders",
        )
    return found


def _sort_in(path: Path, found: Found) -> None:
    if path.suffix.lower() not in SUFFIXES:
        found.skipped.append(path)
        return
    try:
        found.files.append(_readable(path))
    except InputProblem as problem:
        found.refused.append(problem)


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
    others = f" ({counted(len(skipped), 'other file')})" if skipped else ""
    return InputProblem(
        f"there are no articles in this folder{others}",
        file=_shown(folder),
        hint=f"articles end in {', '.join(SUFFIXES)}",
    )
