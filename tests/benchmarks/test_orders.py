"""Orders of the review: what it costs to open them, and which of them saves labels.

The learned model starts from what the rules know, and these files are those the rules were made
with: so a model that starts from nothing (TF-IDF with logistic regression) is replayed as well.
"""

from __future__ import annotations

import random
import shutil
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import big_store
import pytest
from test_rules_quality import BARS, records

from annotator.core.config import ORDERS
from annotator.ingest.duplicates import form_hash
from annotator.project.assign import Request, assign
from annotator.quality.curves import REPLAYED, STEPS, Point, points, replay, split
from annotator.quality.sampling import Candidate, margin, random_key
from annotator.quality.scores import measures
from annotator.store import Store
from annotator.store.journal import Journal
from annotator.store.scope import Scope
from annotator.store.suggestions import Suggested, Suggestions
from annotator.store.worklist import open_worklist

pytestmark = pytest.mark.benchmark

SEEDS = 1 if big_store.SMOKE else 12


# -- opening -----------------------------------------------------------------------------------


def suggest(store: Store) -> None:
    """Let a suggester say something of every sentence."""
    suggestions, dice = Suggestions(store), random.Random(1)

    def rows(units: Sequence[tuple[int]]) -> Iterator[tuple[int, Suggested]]:
        for (unit,) in units:
            p = dice.random()
            label = "factual" if p > 0.5 else "speculative"
            said = f'{{"factual":{p:.4f},"speculative":{1 - p:.4f},"promotional":0.0}}'
            yield unit, Suggested(label, round(max(p, 1 - p), 4), False, said, "[]")

    asked = store.db.execute("SELECT n FROM units WHERE asked = 1").fetchall()
    with store.writing() as db:
        model = suggestions.use(db, "made-up/1", "1")
        suggestions.insert(db, model, rows(asked))


@pytest.mark.parametrize("sentences", big_store.sizes(1_000, 100_000, 1_000_000))
def test_opening(sentences: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copy = tmp_path / "labels.db"
    shutil.copyfile(big_store.project(sentences) / "labels" / "labels.db", copy)
    with Store.open(copy) as store, capsys.disabled():
        suggest(store)
        print(f"\nseconds to open {sentences:,} sentences, and from a sentence to the next:")
        for order in ORDERS:
            started = time.perf_counter()
            journal = Journal(store, "reader")
            worklist = open_worklist(journal, Scope(order=order, seed=7))
            worklist.counts()
            unit = worklist.first()
            opened = time.perf_counter()
            for _ in range(100):
                unit = worklist.following(unit) if unit is not None else None
            step = (time.perf_counter() - opened) / 100
            print(f"  {order:>12}: {opened - started:6.3f}   {step * 1e3:.2f} ms")


@pytest.mark.parametrize("sentences", big_store.sizes(1_000, 100_000))
def test_opening_what_is_assigned(
    sentences: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "labels.db"
    shutil.copyfile(big_store.project(sentences) / "labels" / "labels.db", copy)
    with Store.open(copy) as store, capsys.disabled():
        started = time.perf_counter()
        assign(store, Request(("reader", "another"), 0.25), "lead")
        print(f"\nseconds to assign {sentences:,} sentences: {time.perf_counter() - started:.2f};")
        for order in ("document", "random"):
            for assigned in (False, True):
                started = time.perf_counter()
                scope = Scope(order=order, seed=7, assigned=assigned)
                worklist = open_worklist(Journal(store, "reader"), scope)
                worklist.counts()
                worklist.first()
                opened = time.perf_counter() - started
                what = "what is assigned" if assigned else "the whole store"
                print(f"  to open {what} in {order} order: {opened:.3f}")


# -- what they save ----------------------------------------------------------------------------


class FromNothing:
    """TF-IDF with logistic regression on a file; with no labels it is uncertain of all alike."""

    def __init__(self, texts: Any, labels: list[str], places: Sequence[int] = ()) -> None:
        from sklearn.linear_model import LogisticRegression
        from threadpoolctl import threadpool_limits

        self.texts, self.labels, self.solver = texts, labels, None
        if len({labels[n] for n in places}) > 1:
            self.solver = LogisticRegression(C=10, class_weight="balanced", max_iter=1_000)
            with threadpool_limits(1):
                self.solver.fit(texts[list(places)], [labels[n] for n in places])

    def margins(self, places: Sequence[int]) -> list[float]:
        if self.solver is None:
            return [1.0] * len(places)
        rows = self.solver.predict_proba(self.texts[list(places)])
        return [margin(dict(enumerate(row))) for row in rows]

    def score(self, places: Sequence[int]) -> float:
        most = Counter(self.labels).most_common(1)[0][0]
        said = (
            self.solver.predict(self.texts[list(places)]) if self.solver else [most] * len(places)
        )
        pairs = Counter(zip((self.labels[n] for n in places), map(str, said), strict=True))
        return float(measures(pairs, sorted(set(self.labels)))["macro-f1", ""])


def from_nothing(name: str, orders: Sequence[str] = REPLAYED, seeds: int = SEEDS) -> list[Point]:
    """Return the learning curves of a file for a model that knows no rules."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    rows = records(name)
    labels = [row["label"] for row in rows]
    counter = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2)
    texts = counter.fit_transform(row["text"] for row in rows)
    forms = [form_hash(row["text"]) for row in rows]
    parts = [split(forms, seed) for seed in range(1, seeds + 1)]
    steps = [step for step in STEPS if step <= min(len(part.pool) for part in parts)]

    def train(places: Sequence[int]) -> FromNothing:
        return FromNothing(texts, labels, places)

    scores: dict[str, list[list[float]]] = {order: [] for order in orders}
    for seed, part in enumerate(parts, 1):
        candidates = [
            Candidate(random_key(seed, str(n)), document=n, group=form)
            for n, form in enumerate(forms)
        ]
        for order in orders:
            scores[order].append(replay(order, steps, part, candidates, train(()), train))
    return points(scores, steps)


@pytest.mark.parametrize("name", BARS)
def test_labels_saved_from_nothing(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = from_nothing(name)
    with capsys.disabled():
        print(f"\n{name}, {SEEDS} seeds, from nothing:")
        for point in found:
            print(f"  {described(point)}")


def described(point: Point) -> str:
    said = f"{point.n:4d} {point.order:<10} {point.mean:.3f} ± {point.deviation or 0.0:.3f}"
    if point.mean_gain is None:
        return said
    sd = point.deviation_of_gain or 0.0
    return f"{said}   {point.mean_gain:+.3f} ± {sd:.3f}, better in {point.better}"
