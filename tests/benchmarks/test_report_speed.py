"""CPU seconds and bytes of `annotator report`, as HTML, with every sentence labelled twice."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator

import big_store
import pytest

from annotator.core.model import BODY
from annotator.core.scheme import built_in
from annotator.project.report import Choice, gather
from annotator.report import render
from annotator.store import Store

SECONDS, MEGABYTES = 5, 5
"""The bars at 10,000 sentences."""

pytestmark = pytest.mark.benchmark


@pytest.fixture(scope="module", params=big_store.sizes(1_000, 10_000, 100_000))
def store(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Store]:
    with (
        big_store.copied(request.param, tmp_path_factory.mktemp("report")) as copy,
        Store.open(copy) as store,
    ):
        label_all(store)
        yield store


def label_all(store: Store) -> None:
    """Write the annotations alone, of two reviewers; outlets are the sources, with dates."""
    dice = random.Random(5)
    names = built_in().names
    units = [n for (n,) in store.db.execute("SELECT n FROM units WHERE kind = ?", (BODY,))]
    with store.writing(much=True) as db:
        db.execute("DELETE FROM annotations")
        db.execute(
            "UPDATE documents SET published = printf('2025-%02d-11', 1 + n % 12),"
            " source = coalesce((SELECT substr(path, 1, instr(path, '.') - 8) FROM origins"
            " WHERE document = n), 'wire')"
        )
        for reviewer in ("ana", "ben"):
            db.execute("INSERT OR IGNORE INTO reviewers (name) VALUES (?)", (reviewer,))
            (number,) = db.execute("SELECT n FROM reviewers WHERE name = ?", (reviewer,)).fetchone()
            db.executemany(
                "INSERT INTO annotations (reviewer, unit, label, skipped, flagged, asked, tags,"
                " suggestion_shown, guideline, created_at)"
                " VALUES (?, ?, ?, 0, 0, 0, '[]', 0, '1.0', '2026-05-01T12:00:00.000Z')",
                ((number, unit, dice.choices(names, (70, 20, 10))[0]) for unit in units),
            )


def test_a_report(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    started = time.process_time()
    report = gather(store, Choice("Benchmark"))
    gathered = time.process_time() - started
    page = render(report, "html").encode()
    drawn = time.process_time() - started - gathered
    with capsys.disabled():
        print(
            f"\n{report.progress.sentences:,} sentences, {len(report.sources)} sources:"
            f" gathering {gathered:.2f} s, writing {drawn:.2f} s,"
            f" {len(page) / 1e6:.2f} MB, {len(report.views)} of {report.with_labels} articles"
            f" (bars at 10,000: {SECONDS} s, {MEGABYTES} MB)"
        )
    assert report.progress.sentences > 900
