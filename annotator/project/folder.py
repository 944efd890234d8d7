"""A project: a folder with `corpus/` and `labels/`, its configuration and its store."""

from __future__ import annotations

import getpass
import os
from functools import cached_property
from pathlib import Path
from typing import Final

from annotator.core import config
from annotator.core.errors import InputProblem, UsageProblem
from annotator.core.scheme import FILE as SCHEME
from annotator.store import Store

CORPUS: Final = "corpus"
LABELS: Final = "labels"
STORE: Final = "labels.db"


class Project:
    """The folder a command works in. Nothing is made or opened before it is needed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.corpus = folder / CORPUS
        self.labels = folder / LABELS
        self.store_path = self.labels / STORE
        self._given: str | None = None

    @classmethod
    def at(cls, folder: Path, *, new: bool = False) -> Project:
        """Return the project in `folder`; raises UsageProblem if it is none and `new` is false."""
        project = cls(folder)
        if not folder.is_dir():
            raise UsageProblem(f"there is no folder {folder}")
        if not new and not project.corpus.is_dir() and not project.labels.is_dir():
            raise UsageProblem(
                f"{folder.resolve()} is not a project: it has neither {CORPUS}/ nor {LABELS}/",
                hint="`annotator init` makes one here; `annotator add PATH` makes one and fills it",
            )
        return project

    @cached_property
    def config(self) -> config.Config:
        """Return the configuration of the project over that of the user."""
        return config.load(self.folder / config.PROJECT_FILE).over(config.load(config.user_file()))

    def reviewer(self, given: str | None = None) -> str:
        """Return the reviewer's name: as given now or before, else configured, else the login."""
        self._given = self._given if given is None else given
        name = self._given if self._given is not None else self.config.reviewer or _login()
        name = " ".join(name.split())
        if not name:
            raise UsageProblem("a reviewer's name cannot be empty", hint="--reviewer NAME")
        if len(name) > 100:
            raise UsageProblem("a reviewer's name has at most 100 characters")
        return name.encode("utf-8", "replace").decode().replace("\0", "")

    def open(self, *, create: bool = True, stored_scheme: bool = False) -> Store:
        """Open the label store, making or migrating it; raises StoreProblem.

        A scheme file of the project is taken over; raises InputProblem or UsageProblem where that
        cannot be. `stored_scheme` leaves it.
        """
        store = Store.open(self.store_path, create=create)
        if not stored_scheme and (self.folder / SCHEME).is_file():
            from annotator.project.scheme import follow

            try:
                follow(self, store)
            except BaseException:
                store.close()
                raise
        return store

    def init(self) -> list[Path]:
        """Make the folders of a project; returns those that were not there."""
        made = [folder for folder in (self.corpus, self.labels) if not folder.is_dir()]
        for folder in made:
            try:
                folder.mkdir(parents=True)
            except OSError as error:
                raise InputProblem(f"cannot be made: {error.strerror}", file=str(folder)) from error
        return made


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        # No entry in the password file, as in a container with a bare user id.
        return f"user-{os.getuid()}"
