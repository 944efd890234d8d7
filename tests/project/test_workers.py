"""Work in other processes: in order, and no process outlives the one that gave out the work."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from annotator.core.errors import AnnotatorError
from annotator.project.workers import spread

LONG = """
import os, sys, time
from annotator.project.workers import spread

if __name__ == "__main__":
    with spread(time.sleep, [0.1, 60.0], 1) as results:
        next(results)
        import multiprocessing
        print(*(one.pid for one in multiprocessing.active_children()), flush=True)
        list(results)
"""


def negated(number: int) -> int:
    if number == 13:
        raise ValueError("thirteen")
    return -number


def ended(number: int) -> int:
    if number == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def test_results_come_in_order_also_of_more_than_wait_at_once():
    numbers = [*range(12), *range(100, 200)]
    with spread(negated, numbers, 2) as results:
        assert list(results) == [-one for one in numbers]


def test_what_the_work_raises_is_raised_here():
    with pytest.raises(ValueError, match="thirteen"), spread(negated, range(20), 2) as results:
        list(results)


def test_a_process_that_is_ended_is_said():
    with pytest.raises(AnnotatorError, match="ended from outside"), spread(ended, range(9), 1) as r:
        list(r)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_no_process_outlives_the_one_that_gave_out_the_work(tmp_path: Path, number: signal.Signals):
    script = tmp_path / "long.py"
    script.write_text(LONG)
    with subprocess.Popen(
        [sys.executable, script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        (worker,) = map(int, process.stdout.readline().split())
        process.send_signal(number)
        patience = time.monotonic() + 30
        while running(worker):
            assert time.monotonic() < patience, "the worker goes on alone"
            time.sleep(0.05)


def running(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
