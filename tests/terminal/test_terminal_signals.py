"""Every screen leaves in order when it is told to, and makes way for the shell at Ctrl-Z."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest
from labelling import labels
from ptyterm import PATIENCE, Terminal, annotator
from test_terminal_session import ANA, FIRST, left_in_order, run

SCREENS = {
    "calibrate": (annotator("calibrate", "--reviewer", "ana"), "calibration 0/"),
    "dashboard": (annotator("dashboard"), "annotator · dashboard"),
    "profile": (annotator("profile", "--screen"), "annotator · profiles"),
}


@pytest.mark.parametrize("name", SCREENS)
def test_a_screen_leaves_in_order_when_it_is_told_to(project: Path, name: str) -> None:
    command, shown = SCREENS[name]
    with Terminal(command, cwd=project) as terminal:
        terminal.wait_for(shown)
        terminal.signal(signal.SIGTERM)
        assert terminal.wait_for_end() == 128 + signal.SIGTERM
        assert left_in_order(terminal)


def wait_for_stop(terminal: Terminal) -> None:
    end = time.monotonic() + PATIENCE
    options = os.WSTOPPED | os.WNOHANG
    while os.waitid(os.P_PID, terminal.process.pid, options) is None:
        terminal.read(0.02)
        assert time.monotonic() < end, "it does not stop"
    terminal.read(0.1)


def test_ctrl_z_gives_the_terminal_back_and_fg_goes_on(project: Path) -> None:
    with Terminal(ANA, cwd=project) as terminal:
        terminal.wait_for(*FIRST)
        terminal.send("f\x1a")
        wait_for_stop(terminal)
        assert left_in_order(terminal)
        assert labels(project) == ["factual"]
        # Another one goes on meanwhile: nothing is locked.
        done = run(project, "review", "--plain", "--reviewer", "ben", input="p\nq\n")
        assert done.returncode == 0, done.stderr
        before = len(terminal.output)
        terminal.signal(signal.SIGCONT)
        # All of it is painted again: the terminal has shown the shell meanwhile.
        while b"report 1 on" not in terminal.output[before:]:
            assert terminal.read(0.02)
        terminal.settle()
        again = bytes(terminal.output[before:]).decode()
        assert [words for words in ("1/90", "report 3 on", "quit") if words not in again] == []
        terminal.send("sq")
        assert terminal.wait_for_end() == 0
        assert left_in_order(terminal)
    assert labels(project) == ["factual", "speculative"]


def test_ctrl_z_in_a_dialog_is_no_label(project: Path) -> None:
    with Terminal(ANA, cwd=project) as terminal:
        terminal.wait_for(*FIRST)
        terminal.send("?")
        terminal.wait_for("Codebook")
        terminal.send("\x1a")
        terminal.send("\x03q")
        assert terminal.wait_for_end() == 0
    assert labels(project) == []
