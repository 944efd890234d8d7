"""A session in a real terminal: what is pressed is kept, and the terminal is left in order."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
from pathlib import Path

import pytest
from labelling import KEYS, labels, problems
from ptyterm import Terminal, annotator, surroundings

ANA = annotator("--reviewer", "ana")
FIRST = ("▶", "0/90", "quit")


def run(project: Path, *args: str, **options: object) -> subprocess.CompletedProcess[str]:
    """Run a command of the program without a terminal."""
    return subprocess.run(
        annotator(*args), cwd=project, env=surroundings(project), text=True, encoding="utf-8",
        capture_output=True, timeout=60, check=False, **options,
    )  # fmt: skip


def left_in_order(terminal: Terminal) -> bool:
    """Return whether the cursor, the main screen, the mouse and the keyboard are given back."""
    output = bytes(terminal.output)
    for mode in (1049, 1000, 1003, 1006, 2004, 1004):
        on, off = output.rfind(b"\x1b[?%dh" % mode), output.rfind(b"\x1b[?%dl" % mode)
        if off < on:
            return False
    return output.rfind(b"\x1b[?25h") > output.rfind(b"\x1b[?25l") and terminal.cooked


def test_a_session_is_kept_and_goes_on_where_it_stopped(project: Path) -> None:
    pressed = "fspffsxpfsffpspfsxfp"
    with Terminal(ANA, cwd=project) as terminal:
        terminal.wait_for(*FIRST, "report 0 on")
        for count, key in enumerate(pressed, 1):
            terminal.send(key)
            terminal.wait_for(f"▶.*report {count} on", f" {count}/90 ")
        terminal.send("uuu")
        terminal.wait_for("▶.*report 17 on", " 17/90 ")
        terminal.send("\x12")  # ctrl+r
        terminal.wait_for("▶.*report 18 on", " 18/90 ")
        terminal.send("q")
        assert terminal.wait_for_end() == 0
        assert left_in_order(terminal)
    expected = [KEYS[key] for key in pressed[:18]]
    assert labels(project) == expected
    with Terminal(ANA, cwd=project) as terminal:
        shown = terminal.wait_for("▶.*report 18 on", " 18/90 ")
        glyphs = {"factual": "■f", "speculative": "◆s", "promotional": "▲p", "none": "×x"}
        for number in range(14, 18):
            (line,) = (line for line in shown.splitlines() if f"report {number} on" in line)
            assert glyphs[expected[number]] in line
        # The undone decisions can still be brought back.
        terminal.send("\x12")
        terminal.wait_for("▶.*report 19 on", " 19/90 ")
        terminal.send("u")
        terminal.wait_for("▶.*report 18 on", " 18/90 ")
        terminal.send("q")
        assert terminal.wait_for_end() == 0
    exported = run(project, "export", "--output", "-")
    assert exported.returncode == 0, exported.stderr
    records = [json.loads(line) for line in exported.stdout.splitlines()]
    content = [label for label in expected if label != "none"]
    assert [record["label"] for record in records] == content
    assert all(record["annotations"][0]["reviewer"] == "ana" for record in records)
    assert run(project, "verify").returncode == 0


def test_the_window_can_be_resized(project: Path) -> None:
    with Terminal(ANA, cwd=project, size=(80, 24)) as terminal:
        terminal.wait_for(*FIRST)
        assert "How does the sentence" not in terminal.text
        terminal.resize(130, 40)
        terminal.wait_for("How does the sentence", "▶.*report 0 on")
        terminal.send("f")
        terminal.wait_for("▶.*report 1 on")
        terminal.resize(76, 12)
        text = terminal.wait_for("▶.*report 1 on", " 1/90 ")
        assert all(len(line) <= 76 for line in text.splitlines())
        terminal.send("p")
        terminal.wait_for("▶.*report 2 on")
        terminal.send("q")
        assert terminal.wait_for_end() == 0
    assert labels(project) == ["factual", "promotional"]


COLOURS = re.compile(r"\x1b\[(?:[0-9;]*;)?(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:;[0-9;]*)?m")


@pytest.mark.parametrize("colours", [True, False])
def test_no_color_sends_no_colour(project: Path, colours: bool) -> None:
    more = {} if colours else {"NO_COLOR": "1"}
    with Terminal(ANA, cwd=project, env=surroundings(project, **more)) as terminal:
        terminal.wait_for(*FIRST)
        terminal.send("f!u?")
        terminal.wait_for("Codebook")
        terminal.send("?q")
        assert terminal.wait_for_end() == 0
        output = bytes(terminal.output).decode()
    assert bool(COLOURS.search(output)) is colours
    assert "■f" in output


def test_a_dumb_terminal_gets_the_line_mode(project: Path) -> None:
    with Terminal(ANA, cwd=project, env=surroundings(project, TERM="dumb")) as terminal:
        terminal.wait_for("Reviewer ana", "report 0 on")
        terminal.send("p\n")
        terminal.wait_for("saved: promotional", "report 1 on")
        terminal.send("u\nq\n")
        assert terminal.wait_for_end() == 0
        assert b"\x1b" not in terminal.output
    assert labels(project) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_in_order(project: Path, number: signal.Signals) -> None:
    with Terminal(ANA, cwd=project) as terminal:
        terminal.wait_for(*FIRST)
        terminal.send("fsp")
        terminal.wait_for(" 3/90 ")
        terminal.signal(number)
        assert terminal.wait_for_end() == 128 + number
        assert left_in_order(terminal)
        assert "Traceback" not in bytes(terminal.output).decode()
    assert labels(project) == ["factual", "speculative", "promotional"]
    assert problems(project) == []
    with Terminal(ANA, cwd=project) as terminal:
        terminal.wait_for("▶.*report 3 on", " 3/90 ")


def test_a_closed_window_ends_it(project: Path) -> None:
    with Terminal(ANA, cwd=project) as terminal:
        terminal.wait_for(*FIRST)
        terminal.send("fsp")
        terminal.wait_for(" 3/90 ")
        terminal.hang_up()
        assert terminal.wait_for_end() != 0
    assert labels(project) == ["factual", "speculative", "promotional"]
    assert problems(project) == []
    with Terminal(ANA, cwd=project) as terminal:
        terminal.wait_for("▶.*report 3 on", " 3/90 ")


def test_ctrl_c_quits_like_q(project: Path) -> None:
    with Terminal(ANA, cwd=project) as terminal:
        terminal.wait_for(*FIRST)
        terminal.send("f\x03")
        assert terminal.wait_for_end() == 0
        assert left_in_order(terminal)
        assert "Traceback" not in bytes(terminal.output).decode()
    assert labels(project) == ["factual"]


def test_keys_typed_ahead_are_all_taken(project: Path) -> None:
    with Terminal(ANA, cwd=project) as terminal:
        terminal.wait_for(*FIRST)
        terminal.send("fsp" * 10 + "q")
        assert terminal.wait_for_end() == 0
    assert labels(project) == [KEYS[key] for key in "fsp" * 10]


BURSTS = ("n\r\r\r", "n\x1b\x1b\x1b", "g\r\r\r", "/\x1b\x1b", "?\r\r\r", "c3", "\x10\x1b\x1b\x1b")


def test_what_is_typed_ahead_closes_a_dialog_and_not_the_review(project: Path) -> None:
    with Terminal(ANA, cwd=project) as terminal:
        terminal.wait_for(*FIRST)
        terminal.send("f")
        terminal.wait_for(" 1/90 ")
        for count, burst in enumerate(BURSTS, 1):
            terminal.send(burst)
            terminal.settle(0.2)
            terminal.send("\r")
            terminal.settle(0.1)
            terminal.send("s")
            terminal.wait_for(rf"▶.*report {count + 1} on", f" {count + 1}/90 ", "quit")
        terminal.send("q")
        assert terminal.wait_for_end() == 0
    assert labels(project) == ["factual"] + ["speculative"] * len(BURSTS)


@pytest.mark.parametrize("args", [("review",), ()])
def test_what_is_piped_in_is_not_read_as_keys(project: Path, args: tuple[str, ...]) -> None:
    read, write = os.pipe()
    os.write(write, b"p p p q\n")
    os.close(write)
    command = annotator(*args, "--reviewer", "ana")
    with Terminal(command, cwd=project, size=(80, 40), stdin=read) as terminal:
        os.close(read)
        code = terminal.wait_for_end()
        assert b"\x1b[?1049h" not in terminal.output
        if args:
            assert code == 2
            assert "there is no terminal to open a screen on" in terminal.text
        else:
            assert code == 0
            assert "annotator review --plain" in terminal.text
    assert labels(project) == []


def test_two_terminals_see_each_other(project: Path) -> None:
    with Terminal(ANA, cwd=project) as one, Terminal(ANA, cwd=project) as two:
        one.wait_for(*FIRST)
        two.wait_for(*FIRST)
        one.send("fff")
        one.wait_for(" 3/90 ")
        two.wait_for(" 3/90 ", "■f.*report 2 on")
        two.send("\tp")
        two.wait_for(" 4/90 ", "▶.*report 4 on")
        one.wait_for(" 4/90 ", "▲p.*report 3 on")
        one.send("q")
        two.send("q")
        assert [one.wait_for_end(), two.wait_for_end()] == [0, 0]
    assert labels(project) == ["factual"] * 3 + ["promotional"]
    assert problems(project) == []
