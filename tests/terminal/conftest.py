"""Fixtures of the terminal tests: a project whose articles are already in its store."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

# The hostile texts are used by tests of several folders.
sys.path.insert(0, str(Path(__file__).parents[1] / "hostile"))

from labelling import fill


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill(tmp_path_factory.mktemp("filled"), articles=3, sentences=30)


@pytest.fixture
def project(filled: Path, tmp_path: Path) -> Path:
    """Return a project of three articles of thirty sentences; nobody has labelled in it."""
    # copytree keeps the times of the files, so that they are not read again.
    return Path(shutil.copytree(filled, tmp_path / "project"))
