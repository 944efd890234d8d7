"""A stamp of a folder of articles: a short text that changes when any file in it does.

Made of names, sizes and times only. It imports nothing of ours, so that a process of its own can
make it beside a running review: `python stamp.py CORPUS SOURCES`.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys


def stamp(corpus: str, beside: str) -> str:
    """Return JSON: the number of files in the folder `corpus`, a hash of them, and its folders.

    What is hidden does not count; `beside` is a file that may be missing. Raises OSError where
    something cannot be looked at.
    """
    digest = hashlib.blake2b(digest_size=16)
    count = 0
    waiting = [corpus]
    visited = set()
    times = {}
    while waiting:
        folder = waiting.pop()
        status = os.stat(folder)  # noqa: PTH116 - paths as objects double the time
        if (status.st_dev, status.st_ino) in visited:  # links can form a loop
            continue
        visited.add((status.st_dev, status.st_ino))
        files, below = _listed(folder)
        waiting += below
        count += len(files)
        times[folder[len(corpus) :]] = status.st_mtime_ns
        digest.update(repr((folder[len(corpus) :], files)).encode())
    digest.update(repr(_listed_file(beside)).encode())
    return json.dumps({"files": count, "hash": digest.hexdigest(), "folders": times})


def same_folders(corpus: str, before: str) -> bool:
    """Return whether no file came or went since `before`: the time of its folder would differ."""
    times = json.loads(before)["folders"]
    try:
        return all(os.stat(corpus + name).st_mtime_ns == times[name] for name in times)  # noqa: PTH116
    except OSError:
        return False


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


def _listed_file(path: str) -> tuple[int, int] | None:
    try:
        status = os.stat(path)  # noqa: PTH116
    except FileNotFoundError:
        return None
    return status.st_size, status.st_mtime_ns


if __name__ == "__main__":
    os.nice(19)  # the review that has started it is opening its screen
    print(stamp(sys.argv[1], sys.argv[2]))
