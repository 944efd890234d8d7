"""A stamp of a folder of articles: a short text that changes when any file in it does.

Made of names, sizes and times only. It imports nothing of ours, so that another process can make
it in the time this one takes to load the screen: `python stamp.py CORPUS SOURCES`.
"""

from __future__ import annotations

import hashlib
import os
import sys


def stamp(corpus: str, beside: str) -> str:
    """Return the number of files in the folder `corpus` and a hash of them and of `beside`.

    What is hidden does not count; `beside` is a file that may be missing. Raises OSError where
    something cannot be looked at.
    """
    digest = hashlib.blake2b(digest_size=16)
    count = 0
    folders = [corpus]
    visited = set()
    while folders:
        folder = folders.pop()
        status = os.stat(folder)  # noqa: PTH116 - paths as objects double the time
        if (status.st_dev, status.st_ino) in visited:  # links can form a loop
            continue
        visited.add((status.st_dev, status.st_ino))
        files, below = _listed(folder)
        folders += below
        count += len(files)
        digest.update(repr((folder[len(corpus) :], files)).encode())
    if os.path.exists(beside):  # noqa: PTH110
        status = os.stat(beside)  # noqa: PTH116
        digest.update(repr((status.st_size, status.st_mtime_ns)).encode())
    return f"{count} {digest.hexdigest()}"


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


if __name__ == "__main__":
    print(stamp(sys.argv[1], sys.argv[2]))
