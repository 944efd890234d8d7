"""Training in the background of a review: one process beside it at a time, and at low priority.

The review only starts it and looks whether it has ended. What the process has to say goes to a log
file beside the model, and to one line when the review is left.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import IO, Final

from annotator.baseline.learned import NAME
from annotator.baseline.learned.training import TooFewLabels
from annotator.project import suggest
from annotator.project.folder import Project

LOG: Final = "train.log"
BATCH: Final = 200
PAUSE: Final = 0.05
"""Suggestions that are written together, and the seconds in which a reviewer's label goes first."""
_PATIENCE: Final = 3.0
"""Seconds that a process is given to leave in order."""


class Retrainer:
    """Trains the project's model again whenever `every` labels were given; 0 is never."""

    def __init__(self, project: Project, every: int) -> None:
        self._project, self._every = project, every
        self._next = every
        self._process: subprocess.Popen[bytes] | None = None
        self._trained = self._failed = 0

    @property
    def log(self) -> str:
        """Return the path of the log file."""
        return str(self._project.labels / suggest.MODELS / LOG)

    def after(self, labels_given: int) -> None:
        """Take notice of how many labels were given in this review; start a training if due."""
        if not self._every or labels_given < self._next or self._is_running():
            return
        self._next = labels_given + self._every
        try:
            self._process = self._started()
        except OSError:
            self._failed += 1

    def close(self) -> None:
        """End a training that is under way; the model and suggestions before it stay."""
        process = self._process
        if process is None or not self._is_running():
            return
        process.terminate()
        try:
            process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        self._process = None

    def news(self) -> str | None:
        """Return in a line what came of it, or None where there is nothing to say."""
        self._is_running()
        if self._failed:
            return f"the model could not be trained; {self.log} says why"
        if self._trained:
            times = "" if self._trained == 1 else f" {self._trained} times"
            return f"the model was trained again{times} from the labels; the suggestions are its"
        return None

    def _is_running(self) -> bool:
        if self._process is None:
            return False
        code = self._process.poll()
        if code is None:
            return True
        self._process = None
        self._trained += code == 0
        self._failed += code not in {0, _TOO_FEW}
        return False

    def _started(self) -> subprocess.Popen[bytes]:
        folder = self._project.labels / suggest.MODELS
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / LOG).open("wb") as log:
            return _spawn(str(self._project.folder.resolve()), log)


_TOO_FEW: Final = 75
"""The exit code of a training that had too little to learn from: EX_TEMPFAIL of sysexits.h."""


def _spawn(project: str, log: IO[bytes]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "annotator", "train", "--background", "--project", project]
    return subprocess.Popen(  # noqa: S603 - our own program
        command,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        # One thread: the other cores are the reviewer's.
        env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        # ctrl+c in the terminal is the review's.
        start_new_session=True,
    )


# -- in the process of its own -----------------------------------------------------------------


def work(project: Project) -> None:
    """Train from the store, and make the model's suggestions those in use, out of the way.

    A suggester that somebody chose for the project stays in use.
    """
    from annotator.baseline import suggesters
    from annotator.project import train

    if hasattr(os, "nice"):
        os.nice(19)
    # What is half done is cleaned up behind it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    with project.open(create=False) as store:
        try:
            card = train.train(train.from_store(store), train.folder_of(project))
        except TooFewLabels as error:
            print(error.message, file=sys.stderr)
            sys.exit(_TOO_FEW)
        if suggest.name_in_use(store) in {suggesters.DEFAULT, NAME, None}:
            count = suggest.use(store, NAME, batch=BATCH, pause=PAUSE)
            print(f"version {card['version']}: asked about {count} sentences", file=sys.stderr)
