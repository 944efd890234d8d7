"""A key press while the model is trained beside the review, and while it is not.

One review: keys with nothing else running, then keys while a training begins, learns, writes its
suggestions and ends, as a review with `retrain_every` starts it, then keys alone again.
"""

from __future__ import annotations

import shutil
import statistics
import time
from pathlib import Path

import big_store
import pytest
from terminal_clock import Program, described, percentile, review
from test_key_latency import count_of, press

from annotator.core.scheme import built_in
from annotator.project import Project
from annotator.project.retrain import Retrainer
from annotator.session import Session

pytestmark = pytest.mark.benchmark

SENTENCES = big_store.sizes(1_000, 10_000)[-1]
LABELS = big_store.sizes(100, 1_000)[-1]
KEYS = 20 if big_store.SMOKE else 60
LONGEST = 240.0
PAUSE = 0.05


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project of some size with labels to learn from."""
    shutil.copytree(big_store.project(SENTENCES), tmp_path / "project")
    project = Project.at(tmp_path / "project")
    with project.open() as store:
        session = Session(store, "teacher", built_in())
        names = built_in().names
        for turn in range(LABELS):
            session.label(names[turn * 7 % 3])
    return project


def test_keys_while_the_model_is_trained(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    reviewer = f"reader {time.time_ns()}"
    count = count_of(project.folder)
    quiet: list[float] = []
    busy: list[float] = []
    retrainer = Retrainer(project, 1)
    with Program(review(project.folder, reviewer)) as program:
        program.until("▶")
        turn = 0

        def label() -> float:
            nonlocal turn
            program.rest(PAUSE)
            turn += 1
            return press(program, turn - 1, count)

        for _ in range(10):
            label()
        quiet += [label() for _ in range(KEYS)]
        retrainer.after(1)
        started = time.monotonic()
        while retrainer._is_running() and time.monotonic() - started < LONGEST:
            busy.append(label())
        seconds = time.monotonic() - started
        retrainer.close()
        quiet += [label() for _ in range(KEYS)]
    news = retrainer.news()
    ratio = statistics.median(busy) / statistics.median(quiet)
    high = percentile(busy, 0.99) / percentile(quiet, 0.99)
    with capsys.disabled():
        print(
            f"\nkey to next sentence, {SENTENCES:,} sentences, {LABELS:,} labels to learn from:"
            f"\n  alone             {described(quiet)}"
            f"\n  training beside   {described(busy)} ({len(busy)} keys in {seconds:.0f} s: {news})"
            f"\n  {ratio:.2f} times, p99 {high:.2f} times"
        )
