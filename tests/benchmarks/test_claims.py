"""How well sentences that state the same are proposed, and how fast among many.

Judged on the bundled articles, in which every claim was looked for by hand. A pair counts as right
where the two state one of those claims. The sentences of one claim also have to find each other
among the first five, which is what a reviewer looks at.
"""

from __future__ import annotations

import sys
import time
from itertools import combinations
from pathlib import Path

import big_store
import pytest

from annotator.claims.similar import LEAST, Index
from annotator.project.ingest import ingest
from annotator.project.request import Request
from annotator.store import Store, claims

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

pytestmark = pytest.mark.benchmark

HERE = Path(__file__).resolve().parent
BUNDLED = HERE.parent / "claims" / "bundled_claims.toml"
CORPUS = HERE.parents[1] / "corpus"


def judged(store: Store) -> list[set[int]]:
    """Return the claims that were written down, as the units that state each."""
    rows = store.db.execute(
        "SELECT u.n, min(o.path), substr(d.text, u.start + 1, u.stop - u.start) FROM units u"
        " JOIN documents d ON d.n = u.document JOIN origins o ON o.document = d.n GROUP BY u.n"
    ).fetchall()
    known = {(Path(path).name[:2], " ".join(text.split())[:48]): n for n, path, text in rows}
    data = tomllib.loads(BUNDLED.read_text(encoding="utf-8"))
    return [{known[name, text] for name, text in one["sentences"]} for one in data["claim"]]


def test_proposals_on_the_bundled_articles(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Store.open(tmp_path / "labels.db") as store:
        ingest(store, Request(sorted(CORPUS.glob("*.txt")), CORPUS))
        index = Index(claims.sentences(store))
        together = judged(store)
    right = {frozenset(pair) for own in together for pair in combinations(own, 2)}
    found = {frozenset((key, one.key)): one.likeness for key, one in index.pairs(least=0.1)}
    hits = [
        any(one.key in own for one in index.like(unit, least=0.05, most=5))
        for own in together
        if len(own) > 1
        for unit in own
    ]
    with capsys.disabled():
        print(f"\n{len(index)} sentences, {len(together)} claims, {len(right)} pairs of sentences")
        for least in sorted({0.15, 0.2, LEAST, 0.3, 0.4}):
            proposed = {pair for pair, likeness in found.items() if likeness >= least}
            good = len(proposed & right)
            print(
                f"likeness {least:.2f}: {len(proposed):4} proposed,"
                f" precision {good / len(proposed):.2f}, recall {good / len(right):.2f}"
                + (" (the default)" if least == LEAST else "")
            )
        print(f"another sentence of the claim among the first five: {sum(hits) / len(hits):.2f}")
    assert right
    assert hits


@pytest.mark.parametrize("size", big_store.sizes(1_000, 100_000))
def test_many_sentences(size: int, capsys: pytest.CaptureFixture[str]) -> None:
    with Store.open(big_store.project(size) / "labels" / "labels.db", read_only=True) as store:
        rows = list(claims.sentences(store))
    started = time.process_time()
    index = Index(rows)
    made = time.process_time() - started
    asked = rows[:: max(1, len(rows) // 200)]
    started = time.process_time()
    for unit, _, _ in asked:
        index.like(unit)
    once = (time.process_time() - started) / len(asked)
    with capsys.disabled():
        print(
            f"\n{len(index):,} sentences: index {made:.1f} CPU seconds"
            f" ({len(index) / made:,.0f} a second), one question {once * 1000:.1f} ms"
        )
    assert len(index) == len(rows)
