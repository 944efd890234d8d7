"""Fixtures every test may use."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

# For one more Python, where the same code has been searched with many examples already.
settings.register_profile("brief", max_examples=20, derandomize=True, deadline=None)

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of development data beside the repository; tests that need it are skipped."""
    folder = ROOT.parent / "shared"
    if not (folder / "seeds").is_dir():
        pytest.skip("the development data is not beside this checkout")
    return folder


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """Run benchmarks one after the other: they would measure each other, and could not print."""
    return 0 if config.getoption("markexpr") == "benchmark" else None
