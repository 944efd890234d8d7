"""What tests of the command share: a project, and the command run in this process."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from annotator.cli.app import run

BRIDGE = (
    "Bridge opens in the valley\n\n"
    "The council opened the bridge on Monday morning. It may be the finest bridge of all.\n\n"
    "The mayor said that it had cost four million crowns.\n"
)
MARCHE = "Le marché ouvre lundi matin.\n\nLe maire a dit qu’il pourrait fermer avant l’hiver.\n"


@dataclass(frozen=True)
class Result:
    """What a command said, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Annotator = Callable[..., Result]


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep the configuration, the name and the terminal of whoever runs the tests out of them."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("LOGNAME", "login")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "80")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, which is the current one."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    return here


@pytest.fixture
def project(folder: Path) -> Path:
    """A project with two articles in its corpus."""
    (folder / "corpus").mkdir()
    (folder / "labels").mkdir()
    (folder / "corpus" / "bridge.txt").write_text(BRIDGE, encoding="utf-8")
    (folder / "corpus" / "marche.txt").write_text(MARCHE, encoding="utf-8")
    return folder


@pytest.fixture
def annotator(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Annotator:
    """Run `annotator` with arguments; `stdin` is what is piped into it."""

    def call(*args: str, stdin: str | bytes = "") -> Result:
        data = stdin if isinstance(stdin, bytes) else stdin.encode()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"))
        capsys.readouterr()
        code = run(list(args))
        said = capsys.readouterr()
        return Result(code, said.out, said.err)

    return call
