"""Seconds that adjudication takes where ten reviewers labelled 100,000 sentences."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from statistics import median
from typing import Any

import pytest
from test_agreement_speed import store  # noqa: F401 - a fixture

from annotator.formats.values import POLICIES
from annotator.project.exchange import Choice, export
from annotator.session.adjudication import Adjudicator
from annotator.store import Store
from annotator.store.adjudicating import overview

pytestmark = pytest.mark.benchmark


def seconds(work: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def decisions(session: Adjudicator, many: int) -> Iterator[float]:
    for _ in range(many):
        yield seconds(lambda: session.decide("factual"))


def test_adjudication(store: Store, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: F811
    begun = time.perf_counter()
    session = Adjudicator(store, "lea", store.scheme)
    start = time.perf_counter() - begun
    steps = list(decisions(session, 100))
    said = [
        f"{session.progress.listed:,} disputed sentences listed in {start:.1f} s",
        f"a decision, on disk: {1000 * median(steps):.1f} ms (longest {1000 * max(steps):.0f})",
        f"the counts of status: {seconds(lambda: overview(store)):.1f} s",
    ]
    for policy in POLICIES:
        lines = [0]
        choice = Choice(policy=policy)
        took = seconds(lambda: lines.__setitem__(0, export(store, choice, len).records))  # noqa: B023
        said.append(f"export by {policy}: {lines[0]:,} records in {took:.1f} s")
    with capsys.disabled():
        print("\n" + "\n".join(said))
