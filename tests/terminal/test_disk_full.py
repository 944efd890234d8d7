"""A disk that fills up during a session: it is said, and what was acknowledged is kept."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from labelling import labels, problems
from ptyterm import Terminal, annotator

ANA = annotator("--reviewer", "ana")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a file system of two megabytes; only root may."""
    if sys.platform != "linux" or os.geteuid() != 0 or not shutil.which("mount"):
        pytest.skip("only root on Linux can mount a small file system")
    folder = tmp_path / "disk"
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "annotator-test", str(folder)],
        capture_output=True,
        check=False,
    )
    if done.returncode:
        pytest.skip(f"a small file system cannot be mounted: {done.stderr.decode()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(disk: Path, leave: int) -> Path:
    """Write a file that leaves about `leave` bytes free."""
    ballast = disk / "ballast"
    ballast.write_bytes(b"\0" * (shutil.disk_usage(disk).free - leave))
    return ballast


def test_a_disk_that_fills_up_loses_nothing(filled: Path, disk: Path) -> None:
    project = Path(shutil.copytree(filled, disk / "project"))
    ballast = fill(disk, 300_000)
    with Terminal(ANA, cwd=project) as terminal:
        terminal.wait_for("▶.*report 0 on", " 0/90 ")
        for count in range(1, 90):
            terminal.send("f")
            shown = terminal.wait_for(rf"▶.*report {count} on|NOT SAVED")
            if "NOT SAVED" in shown:
                break
        acknowledged = count - 1
        assert "the disk is full" in shown
        assert re.search(rf"▶.*report {acknowledged} on", shown)
        assert acknowledged > 3
        # Every further key says the same, and nothing moves.
        terminal.send("p")
        terminal.settle()
        terminal.wait_for("NOT SAVED", rf"▶.*report {acknowledged} on", f" {acknowledged}/90 ")
        terminal.send("u")
        terminal.settle()
        terminal.wait_for(rf" {acknowledged}/90 ")
        assert labels(project) == ["factual"] * acknowledged
        ballast.unlink()
        terminal.send("s")
        terminal.wait_for(rf"▶.*report {acknowledged + 1} on")
        assert "NOT SAVED" not in terminal.text
        terminal.send("q")
        assert terminal.wait_for_end() == 0
    assert labels(project) == ["factual"] * acknowledged + ["speculative"]
    assert problems(project) == []


def test_a_start_on_a_full_disk_says_so(filled: Path, disk: Path) -> None:
    project = Path(shutil.copytree(filled, disk / "project"))
    ballast = fill(disk, 0)
    with Terminal(ANA, cwd=project) as terminal:
        # Whether there is room to read depends on what SQLite has to write beside the file.
        if "error" not in terminal.wait_for("error: |▶"):
            terminal.send("f")
            terminal.wait_for("NOT SAVED")
            terminal.send("q")
        else:
            terminal.wait_for("full")  # in the hint, if it is not in the error
        assert terminal.wait_for_end() in {0, 4}
        assert "Traceback" not in bytes(terminal.output).decode()
    ballast.unlink()
    with Terminal(ANA, cwd=project) as terminal:
        terminal.wait_for("▶.*report 0 on", " 0/90 ")
    assert problems(project) == []
