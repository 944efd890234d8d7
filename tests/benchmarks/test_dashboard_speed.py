"""CPU milliseconds of the longest step of the dashboard, with every sentence labelled twice."""

from __future__ import annotations

import time
from collections.abc import Iterator

import big_store
import pytest
from test_report_speed import label_all

from annotator.project.dashboard import Dashboard
from annotator.store import Store
from annotator.store.journal import Journal

MILLISECONDS = 100
"""The bar for a step."""

pytestmark = pytest.mark.benchmark


@pytest.fixture(scope="module", params=big_store.sizes(1_000, 100_000, 1_000_000))
def store(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Store]:
    with (
        big_store.copied(request.param, tmp_path_factory.mktemp("dashboard")) as copy,
        Store.open(copy) as store,
    ):
        label_all(store)
        yield store


def test_no_step_is_long(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    with Store.open(store.path, read_only=True) as other:
        board = Dashboard(other, store.scheme)
        first = _steps(board)
        said = [_said("first counting", first), _said("what is known", [_standing(board)])]
        Journal(store, "ana").record("label", 7, {"label": "factual"})
        again = _steps(board)
        said += [_said("after a label", again), _said("what is known", [_standing(board)])]
        known = board.standing()
    with capsys.disabled():
        print(f"\n{known.sentences:,} sentences, bar {MILLISECONDS} ms a step: {'; '.join(said)}")
    assert known.labelled == known.shared == known.sentences


def _steps(board: Dashboard) -> list[float]:
    found, begun = [], time.thread_time()
    for _ in board.pieces():
        found.append(time.thread_time() - begun)
        begun = time.thread_time()
    found.append(time.thread_time() - begun)
    return found


def _standing(board: Dashboard) -> float:
    begun = time.thread_time()
    board.standing()
    return time.thread_time() - begun


def _said(what: str, steps: list[float]) -> str:
    longest = max(range(len(steps)), key=steps.__getitem__)
    return (
        f"{what} {sum(steps) * 1000:,.0f} ms, the longest of {len(steps)} steps"
        f" {steps[longest] * 1000:,.0f} ms (number {longest + 1})"
    )
