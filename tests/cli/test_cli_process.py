"""The command as a process: what it imports, pipes that close, signals."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

HEAVY = (
    "textual", "rich", "textblob", "nltk", "sqlite_utils", "pydantic", "msgspec", "trafilatura",
    "eld", "sentencex", "numpy", "asyncio", "sqlite3",
)  # fmt: skip


def surroundings() -> dict[str, str]:
    # A measurement of coverage loads modules of its own into every process.
    return {name: value for name, value in os.environ.items() if not name.startswith("COV")}


def loaded(program: str, *args: str, cwd: Path) -> list[str]:
    found = subprocess.run(
        [sys.executable, "-c", f"import sys\n{program}\n"
         f"print([m for m in {HEAVY!r} if m in sys.modules], file=sys.stderr)", *args],
        capture_output=True, text=True, cwd=cwd, stdin=subprocess.DEVNULL, check=True,
        env=surroundings(),
    )  # fmt: skip
    return list(json.loads(found.stderr.splitlines()[-1].replace("'", '"')))


def test_the_package_and_its_version_load_nothing_heavy(tmp_path: Path):
    assert loaded("import annotator", cwd=tmp_path) == []
    version = "from annotator.cli.app import run\nassert run(['--version']) == 0"
    assert loaded(version, cwd=tmp_path) == []
    assert loaded(version.replace("--version", "--help"), cwd=tmp_path) == []


def test_a_decision_loads_no_screen_and_no_ingest(project: Path, annotator):
    annotator("add", "corpus")
    status = "from annotator.cli.app import run\nassert run(['status', '--json']) == 0"
    assert set(loaded(status, cwd=project)) <= {"sqlite3"}


def start(*args: str, cwd: Path, **options: object) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "annotator", *args], cwd=cwd, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, **options,  # type: ignore[call-overload]
    )  # fmt: skip


@pytest.mark.parametrize(
    "arguments", [["status", "--json"], ["--help"], ["review", "--plain"], ["completion", "zsh"]]
)
def test_a_reader_that_has_gone_is_no_error(project: Path, annotator, arguments: list[str]):
    annotator("add", "corpus")
    process = start(*arguments, cwd=project, stdin=subprocess.PIPE)
    process.stdout.close()  # before it writes its first line, as `| head -0`
    process.stdin.write(b"f\nf\nq\n")
    process.stdin.close()
    said = process.stderr.read()
    process.stderr.close()
    assert (process.wait(30), said) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device here")
@pytest.mark.parametrize("arguments", [["status"], ["export", "--all"], ["--help"]])
def test_output_to_a_full_disk_is_an_error_in_words(project: Path, annotator, arguments: list[str]):
    annotator("add", "corpus")
    with Path("/dev/full").open("wb") as full:
        found = subprocess.run(
            [sys.executable, "-m", "annotator", *arguments], cwd=project, stdout=full,
            stderr=subprocess.PIPE, text=True, timeout=60, check=False,
        )  # fmt: skip
    assert found.returncode == 3
    assert found.stderr.splitlines() == [
        "error: the output cannot be written: No space left on device",
        "  hint: make room, or write it to another place",
    ]


@pytest.mark.parametrize(
    "closed", ["export --all >&-", "report --format md >&-", "add corpus <&-", "status >&- 2>&-"]
)
def test_a_stream_that_the_caller_has_closed_is_no_error(project: Path, annotator, closed: str):
    annotator("add", "corpus")
    found = subprocess.run(
        f"{shlex.quote(sys.executable)} -m annotator {closed}", shell=True, cwd=project,
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert found.returncode == 0, found.stderr
    assert "Traceback" not in found.stderr
    assert annotator("verify").code == 0


def test_ctrl_c_while_it_waits_for_a_line(project: Path, annotator):
    annotator("add", "corpus")
    # What runs in the background of a script ignores the signal, and hands that down.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    process = start("review", "--plain", "--reviewer", "ana", cwd=project, stdin=subprocess.PIPE)
    signal.signal(signal.SIGINT, before)
    process.stdin.write(b"f\n")
    process.stdin.flush()
    shown = b""
    while shown.count(b"\n> ") < 2:
        shown += os.read(process.stdout.fileno(), 4096)
    time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert b"Traceback" not in err
    assert annotator("status", "--json").json["labelled"] == 1
    assert annotator("verify").code == 0


def test_the_installed_command_is_the_module(tmp_path: Path):
    found = subprocess.run(
        [sys.executable, "-m", "annotator", "--version"], capture_output=True, text=True, check=True
    )
    assert found.stdout.startswith("annotator, version ")
