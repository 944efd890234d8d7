"""A real terminal for tests: a program under a pty, its bytes, and the screen they paint.

pexpect waits 50 ms before everything it sends, and forks in a process that may have threads.
This is the part of it that is needed here.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

import pyte

PATIENCE = 20.0
"""Seconds after which what is waited for will not come."""

# Makes the pty the terminal that controls the program, as a login does. Not with `preexec_fn`:
# that is Python code between fork and exec, and the tests may have threads.
_LOGIN = (
    "import fcntl, os, sys, termios; fcntl.ioctl(int(sys.argv[1]), termios.TIOCSCTTY, 0);"
    "os.execv(sys.argv[2], sys.argv[2:])"
)


def surroundings(home: Path, **more: str) -> dict[str, str]:
    """Return an environment that is the same on every machine; an empty value unsets a name."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in {"PATH", "PYTHONPATH", "VIRTUAL_ENV", "TMPDIR"} or name.startswith("COV")
    }
    kept |= {
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "LANG": "C.UTF-8",
        "PYTHONDONTWRITEBYTECODE": "",
        **more,
    }
    return {name: value for name, value in kept.items() if value}


class Terminal:
    """A program in a terminal of its own."""

    def __init__(
        self,
        args: Sequence[str],
        *,
        cwd: Path,
        size: tuple[int, int] = (80, 24),
        env: Mapping[str, str] | None = None,
        stdin: int | None = None,
        echo: bool = True,
    ) -> None:
        self.columns, self.rows = size
        self.output = bytearray()
        self._fed = 0
        self._screen = pyte.Screen(self.columns, self.rows)
        self._stream = pyte.ByteStream(self._screen)
        self._master, slave = os.openpty()
        self._resize()
        if not echo:
            # What is typed is handed on as it is, byte by byte, and not shown by the kernel.
            modes = termios.tcgetattr(slave)
            modes[0] &= ~(termios.ICRNL | termios.IXON)
            modes[3] &= ~(termios.ECHO | termios.ICANON | termios.ISIG)
            termios.tcsetattr(slave, termios.TCSANOW, modes)
        try:
            self.process = subprocess.Popen(
                [sys.executable, "-I", "-S", "-c", _LOGIN, str(slave), *args],
                stdin=slave if stdin is None else stdin,
                stdout=slave,
                stderr=slave,
                cwd=cwd,
                env=dict(surroundings(cwd) if env is None else env),
                start_new_session=True,
                pass_fds=(slave,),
            )
        finally:
            os.close(slave)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.hang_up()

    # -- to the program --------------------------------------------------------------------

    def send(self, keys: str) -> None:
        """Type keys."""
        os.write(self._master, keys.encode())

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the program."""
        self.process.send_signal(number)

    def resize(self, columns: int, rows: int) -> None:
        """Change the size of the window; the kernel tells the program."""
        self.read(0.0)
        self.columns, self.rows = columns, rows
        self._screen.resize(rows, columns)
        self._resize()

    def _resize(self) -> None:
        size = struct.pack("HHHH", self.rows, self.columns, 0, 0)
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, size)

    def hang_up(self) -> None:
        """Close the window."""
        if self._master >= 0:
            os.close(self._master)
            self._master = -1

    # -- from the program ------------------------------------------------------------------

    def read(self, seconds: float) -> bool:
        """Take what the program writes within `seconds`; returns whether it may write more."""
        end = time.monotonic() + seconds
        while True:
            left = max(0.0, end - time.monotonic())
            ready, _, _ = select.select([self._master], [], [], left)
            if not ready:
                return True
            try:
                data = os.read(self._master, 65536)
            except OSError:
                # EIO: nobody has the other side open any more.
                return False
            if not data:
                return False
            self.output += data
            if seconds == 0.0 and len(data) < 4096:
                return True

    def settle(self, quiet: float = 0.04) -> None:
        """Take what the program writes until it has been silent for `quiet` seconds."""
        while select.select([self._master], [], [], quiet)[0]:
            if not self.read(0.0):
                raise AssertionError(f"it has ended; the screen shows:\n{self.text}")

    def read_all(self) -> None:
        """Take what is left of a program that has ended."""
        with contextlib.suppress(OSError):
            while select.select([self._master], [], [], 0.2)[0]:
                if not (data := os.read(self._master, 65536)):
                    break
                self.output += data

    def lines(self) -> list[str]:
        """Return what the screen shows now."""
        if self._fed < len(self.output):
            self._stream.feed(_readable(bytes(self.output[self._fed :])))
            self._fed = len(self.output)
        return [line.rstrip() for line in self._screen.display]

    @property
    def text(self) -> str:
        """Return what the screen shows now, as one text."""
        return "\n".join(self.lines())

    def wait_for(self, *patterns: str, seconds: float = PATIENCE) -> str:
        """Wait until the screen shows all of the regular expressions; returns its text."""
        end = time.monotonic() + seconds
        while True:
            text = self.text
            if all(re.search(pattern, text) for pattern in patterns):
                return text
            alive = self.read(0.02)
            if not alive and all(re.search(pattern, self.text) for pattern in patterns):
                return self.text
            if not alive or time.monotonic() > end:
                raise AssertionError(f"{patterns} did not come; the screen shows:\n{self.text}")

    def wait_for_end(self, seconds: float = PATIENCE) -> int:
        """Wait until the program has ended; returns its exit code, negative for a signal."""
        end = time.monotonic() + seconds
        while self.process.poll() is None:
            if self._master >= 0:
                self.read(0.02)
            else:
                time.sleep(0.02)
            assert time.monotonic() < end, f"it does not end; the screen shows:\n{self.text}"
        if self._master >= 0:
            self.read_all()
        return self.process.returncode

    @property
    def cooked(self) -> bool:
        """Return whether the terminal echoes and edits lines again, as a shell needs it."""
        modes = termios.tcgetattr(self._master)[3]
        return bool(modes & termios.ECHO and modes & termios.ICANON and modes & termios.ISIG)


def _readable(data: bytes) -> bytes:
    # pyte does not know private sequences that end in u or p (keyboard protocol, mode queries)
    # and would print their last character.
    return re.sub(rb"\x1b\[[<>=?][0-9;]*\$?[up]", b"", data)


def annotator(*args: str) -> list[str]:
    """Return the command line of the program under test."""
    return [sys.executable, "-m", "annotator", *args]
