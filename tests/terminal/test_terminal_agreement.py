"""The agreement screen in a real terminal: it opens, follows the window, and leaves in order."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from ptyterm import Terminal, annotator
from test_terminal_session import left_in_order, run

SCREEN = annotator("agreement", "--screen", "--rounds", "100")


@pytest.fixture
def labelled(project: Path) -> Path:
    for name, keys in (("ana", "fspffsfpff"), ("ben", "ffpffsfsff")):
        done = run(
            project, "review", "--plain", "--reviewer", name, input="\n".join(keys) + "\nq\n"
        )
        assert done.returncode == 0, done.stderr
    return project


def test_a_sentence_is_found_from_the_figures_on(labelled: Path) -> None:
    with Terminal(SCREEN, cwd=labelled, size=(80, 24)) as terminal:
        terminal.wait_for("Alpha 0", "figures", "close")
        terminal.send("2")
        terminal.wait_for("▶ ana · ben", "down: ana")
        terminal.resize(120, 40)
        terminal.send("\r")
        terminal.wait_for("ana speculative, ben factual: 1 of 10 sentences", r"\[1\]")
        terminal.send("\r")
        terminal.wait_for("1 sentence", "▶.*report 1 on")
        terminal.send("\r")
        terminal.wait_for("to be read only", "ana: ◆ s speculative", "ben: ■ f factual")
        terminal.send("q")
        terminal.wait_for("1 sentence")
        terminal.send("qq")
        assert terminal.wait_for_end() == 0
        assert left_in_order(terminal)


def test_it_leaves_in_order_when_it_is_told_to(labelled: Path) -> None:
    with Terminal(SCREEN, cwd=labelled) as terminal:
        terminal.wait_for("annotator · agreement")
        terminal.signal(signal.SIGTERM)
        assert terminal.wait_for_end() == 128 + signal.SIGTERM
        assert left_in_order(terminal)
