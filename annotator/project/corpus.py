"""Whether the corpus is as it was when it was last taken in, known from a look at its folders.

To compare each file with what the store knows of it costs more than opening the screen, and with
many files much more.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Final

from annotator.core.errors import StoreProblem
from annotator.project import stamp
from annotator.project.folder import Project
from annotator.store import Store

_SETTING: Final = "corpus"
_MANY: Final = 2_000
"""Files that are not all looked at before a review opens."""


class Look:
    """A look at the corpus of a project.

    `unchanged` says that all of it is in the store. In a `hurry`, this is believed of many files
    where no folder has changed: files that came, went or were replaced show, one that was written
    over does not. It shows in `changed_after_all`, and is taken in at the next start.
    """

    def __init__(self, project: Project, store: Store, *, hurry: bool) -> None:
        self._store = store
        self._child: subprocess.Popen[str] | None = None
        self._seen: str | None = None
        self._before = store.setting(_SETTING) or ""
        paths = str(project.corpus), str(project.folder / "sources.toml")
        if hurry and self._is_large() and stamp.same_folders(paths[0], self._before):
            self.unchanged = True
            # -I and -S: it needs nothing that is installed.
            self._child = subprocess.Popen(  # noqa: S603 - ourselves
                [sys.executable, "-I", "-S", stamp.__file__, *paths],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )
            return
        try:
            self._seen = stamp.stamp(*paths)
        except OSError:
            self._seen = None
        self.unchanged = _same_files(self._seen, self._before)
        if self.unchanged and self._seen != self._before:
            self.remember()  # something hidden came or went

    def _is_large(self) -> bool:
        return bool(self._before) and json.loads(self._before)["files"] >= _MANY

    def remember(self) -> None:
        """Say that the corpus that was seen has been taken in, and that no file was refused."""
        if self._seen is not None:
            self._set(self._seen)

    def changed_after_all(self) -> bool:
        """Return whether a closer look, if there was time for it, has found what is new."""
        if self._child is None:
            return False
        if self._child.poll() is None:
            self._child.kill()
        seen = self._child.communicate()[0].strip()
        if self._child.returncode != 0 or _same_files(seen, self._before):
            return False
        self._set("")
        return True

    def _set(self, value: str) -> None:
        try:
            self._store.set_setting(_SETTING, value)
        except StoreProblem:
            # A store that is busy or cannot be written can still be read; this is only for speed.
            return


def _same_files(one: str | None, other: str) -> bool:
    return bool(one and other) and json.loads(str(one))["hash"] == json.loads(other)["hash"]
