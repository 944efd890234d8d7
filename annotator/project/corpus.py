"""Whether the corpus is as it was when it was last taken in, known from a look at its folders.

To compare each file with what the store knows of it costs more than opening the screen, and with
many files much more.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Final

from annotator.core.errors import StoreProblem
from annotator.ingest.metadata import SOURCES
from annotator.project import stamp
from annotator.project.folder import Project
from annotator.store import Store

_SETTING: Final = "corpus_stamp"
_MANY: Final = 2_000
"""Files from which looking at them takes longer than starting a process for it."""

Look = Callable[[], str | None]
"""Waits for the stamp of a corpus; None is one that cannot be looked at."""


def look(project: Project, store: Store) -> Look:
    """Begin to look at the corpus, in another process if it was large the last time."""
    paths = str(project.corpus), str(project.folder / SOURCES)
    before = store.setting(_SETTING)
    if before is not None and int(before.split()[0]) >= _MANY:
        # -I and -S: it needs nothing installed, and is there sooner.
        command = [sys.executable, "-I", "-S", stamp.__file__, *paths]
        child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)  # noqa: S603
        return lambda: child.communicate()[0].decode().strip() or None
    try:
        seen = stamp.stamp(*paths)
    except OSError:
        return lambda: None
    return lambda: seen


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
