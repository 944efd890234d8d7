"""A program in a pseudo-terminal, and the time until it has painted something.

Reads and writes the terminal directly: the pauses of pexpect are longer than what is measured.
"""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import statistics
import struct
import sys
import tempfile
import termios
import time
from collections.abc import Sequence
from pathlib import Path


class Program:
    """A running program with the size of its terminal; use as a context manager."""

    def __init__(self, command: Sequence[str], columns: int = 120, rows: int = 40) -> None:
        self.started = time.perf_counter()
        self.process, self.terminal = pty.fork()
        if self.process == 0:
            # The size is there before the program looks: it waits for this byte.
            os.read(0, 1)
            os.execve(command[0], list(command), _environment())
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.started = time.perf_counter()
        os.write(self.terminal, b"\n")
        self.output = b""

    def __enter__(self) -> Program:
        return self

    def __exit__(self, *_: object) -> None:
        os.kill(self.process, signal.SIGKILL)
        os.waitpid(self.process, 0)
        os.close(self.terminal)

    def until(self, *marks: str, seconds: float = 60.0) -> float:
        """Return the moment when all of `marks` have been written since the last call."""
        wanted = [mark.encode() for mark in marks]
        end = time.perf_counter() + seconds
        self.output = b""
        while True:
            left = end - time.perf_counter()
            if left <= 0 or not select.select([self.terminal], [], [], left)[0]:
                shown = self.output[-2000:].decode("utf-8", "replace")
                raise AssertionError(f"{marks} did not appear in {seconds} s: {shown!r}")
            try:
                self.output += os.read(self.terminal, 1 << 16)
            except OSError as error:  # the program has ended
                shown = self.output[-2000:].decode("utf-8", "replace")
                raise AssertionError(f"it ended before {marks}: {shown}") from error
            if all(mark in self.output for mark in wanted):
                return time.perf_counter()

    def rest(self, seconds: float) -> None:
        """Read what comes within `seconds`."""
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            if select.select([self.terminal], [], [], left)[0]:
                os.read(self.terminal, 1 << 16)

    def press(self, key: str, *marks: str) -> float:
        """Return the seconds from a key to the painted marks."""
        start = time.perf_counter()
        os.write(self.terminal, key.encode())
        return self.until(*marks) - start

    def peak_memory(self) -> float:
        """Return the peak of the resident memory in megabytes (Linux)."""
        for line in Path(f"/proc/{self.process}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
        raise AssertionError("/proc has no VmHWM")


def _environment() -> dict[str, str]:
    """Return the environment of a terminal, whatever the tests have set."""
    home = tempfile.gettempdir() + "/annotator-benchmarks-home"
    unset = {"NO_COLOR", "COLUMNS", "LINES"}
    kept = {name: value for name, value in os.environ.items() if name not in unset}
    return {
        **kept,
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "HOME": home,
        "XDG_CONFIG_HOME": home,
    }


def review(project: Path, reviewer: str, *options: str) -> list[str]:
    """Return the command that opens the review of a project."""
    given = ["review", "--project", str(project), "--reviewer", reviewer, *options]
    return [sys.executable, "-m", "annotator", *given]


def minimal(*arguments: str) -> list[str]:
    """Return the command of a reference program."""
    return [sys.executable, str(Path(__file__).with_name("minimal.py")), *arguments]


def start_seconds(command: Sequence[str], *marks: str, columns: int = 120, rows: int = 40) -> float:
    """Return the seconds from the start of a program to its painted marks."""
    with Program(command, columns, rows) as program:
        return program.until(*marks) - program.started


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which `share` of the values are."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def described(values: Sequence[float]) -> str:
    """Return median and 99th percentile in milliseconds."""
    return (
        f"median {statistics.median(values) * 1e3:6.1f} ms,"
        f" p99 {percentile(values, 0.99) * 1e3:6.1f} ms"
    )
