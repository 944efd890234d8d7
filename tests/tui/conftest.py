"""Fixtures of the screen: one small project, made once and copied for each test."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from reviewing import BRIDGE, HARBOUR, SOURCES, SUGGESTED, make_store, suggest


@pytest.fixture(autouse=True)
def _plain_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep what is set where the tests run (colours, animation) out of them."""
    for name in ("NO_COLOR", "FORCE_COLOR", "TEXTUAL_THEME", "TEXTUAL_ANIMATIONS"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small")
    (folder / "corpus").mkdir()
    (folder / "corpus" / "sources.toml").write_text(SOURCES, encoding="utf-8")
    # The names give the order: the harbour comes first.
    path = make_store(folder, {"harbour.txt": HARBOUR, "the-bridge.txt": BRIDGE})
    suggest(path, SUGGESTED)
    return path


@pytest.fixture
def small(made_once: Path, tmp_path: Path) -> Path:
    """Return the store of a project of two articles; nobody has labelled in it."""
    path = tmp_path / "labels.db"
    shutil.copyfile(made_once, path)
    return path
