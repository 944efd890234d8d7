"""Whether the corpus is as it was when it was last taken in, known from a look at its folders.

To compare each file with what the store knows of it costs more than opening the screen, with many
files much more. Names, sizes and times of all of them together are one short text.
"""

from __future__ import annotations

import hashlib
import os
from typing import Final

from annotator.core.errors import StoreProblem
from annotator.project.folder import Project
from annotator.store import Store

_SETTING: Final = "corpus_seen"


def stamp(project: Project) -> str | None:
    """Return what changes with any file of the corpus, or None if something cannot be looked at.

    What is hidden does not count; a `sources.toml` beside corpus/ does.
    """
    corpus = str(project.corpus)
    digest = hashlib.blake2b(digest_size=16)
    folders, visited = [corpus], set()
    try:
        while folders:
            folder = folders.pop()
            status = os.stat(folder)  # noqa: PTH116 - paths as objects double the time
            if (status.st_dev, status.st_ino) in visited:  # links can form a loop
                continue
            visited.add((status.st_dev, status.st_ino))
            files, below = _listed(folder)
            folders += below
            digest.update(repr((folder[len(corpus) :], files)).encode())
        beside = project.folder / "sources.toml"
        if beside.exists():
            status = beside.stat()
            digest.update(repr((status.st_size, status.st_mtime_ns)).encode())
    except OSError:
        return None
    return digest.hexdigest()


def _listed(folder: str) -> tuple[list[tuple[str, int, int]], list[str]]:
    """Return name, size and time of the files in a folder, and the folders, each in order."""
    files, below = [], []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if entry.is_dir():
                below.append(entry.path)
            else:
                status = entry.stat()
                files.append((entry.name, status.st_size, status.st_mtime_ns))
    return sorted(files), sorted(below)


def is_known(store: Store, seen: str | None) -> bool:
    """Return whether the corpus with this stamp is in the store, all of it."""
    return seen is not None and seen == store.setting(_SETTING)


def remember(store: Store, seen: str | None) -> None:
    """Say that the corpus with this stamp has been taken in, and that no file was refused."""
    if seen is not None:
        try:
            store.set_setting(_SETTING, seen)
        except StoreProblem:
            # A store that is busy or cannot be written can still be read; this is only for speed.
            return
