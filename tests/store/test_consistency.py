"""Contradictions are found by reviewer and over all of them, and gone through in a review."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from strategies import article, fill

from annotator.core.errors import UsageProblem
from annotator.store import Store
from annotator.store.consistency import contradictions
from annotator.store.journal import Journal
from annotator.store.scope import Scope, valid_only
from annotator.store.worklist import Listed

TWICE = (
    article("The bridge opened on Monday.", "Prices fell.", "It is the finest bridge of all."),
    article("The bridge opened on Monday.", "Prices fell.", "A ferry sank."),
    article("The bridge opened on Monday.", "It is the finest bridge of all.", "Prices fell."),
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "labels.db") as store:
        fill(store, TWICE)
        yield store


def label(store: Store, reviewer: str, **labels: str) -> None:
    for unit, name in labels.items():
        Journal(store, reviewer).record("label", int(unit[1:]), {"label": name})


def told(store: Store, reviewer: str | None) -> list[list[tuple[int, str]]]:
    return [[(one.unit, one.label) for one in group] for group in contradictions(store, reviewer)]


def test_a_reviewer_who_contradicts_themselves_is_shown_it(store: Store):
    label(store, "ana", u1="factual", u4="factual", u7="speculative", u2="factual", u5="factual",
          u3="promotional", u8="none")  # fmt: skip
    label(store, "ben", u8="promotional", u2="none", u9="none")
    assert told(store, "ana") == [
        [(1, "factual"), (4, "factual"), (7, "speculative")], [(3, "promotional"), (8, "none")],
    ]  # fmt: skip
    assert told(store, "ben") == []
    (first, *_), _ = contradictions(store, "ana")
    assert first.text == "The bridge opened on Monday."
    journal = Journal(store, "ana")
    assert list(Listed(journal, Scope(only="inconsistent")).units) == [1, 3, 4, 7, 8]
    assert valid_only("inconsistent", ("factual",))
    journal.record("label", 7, {"label": "factual"})
    assert told(store, "ana") == [[(3, "promotional"), (8, "none")]]
    with store.writing() as db:
        db.execute("UPDATE documents SET current = 0 WHERE n = 3")
    assert told(store, "ana") == []
    with pytest.raises(UsageProblem, match="there is no reviewer 'eve'"):
        contradictions(store, "eve")


def test_what_all_labels_amount_to_can_contradict_itself(store: Store):
    label(store, "ana", u1="factual", u2="factual")
    label(store, "ben", u4="speculative", u5="none")
    assert told(store, None) == [
        [(1, "factual"), (4, "speculative")], [(2, "factual"), (5, "none")],
    ]  # fmt: skip
    label(store, "ana", u4="factual")  # a tie: nothing stands for it
    label(store, "cleo", u5="none")
    assert told(store, None) == [[(2, "factual"), (5, "none")]]
    Journal(store, "cleo").record("adjudicate", 5, {"label": "factual", "reason": "R5"})
    assert told(store, None) == []
    Journal(store, "cleo").record("adjudicate", 4, {"label": "promotional", "reason": "R3"})
    assert told(store, None) == [[(1, "factual"), (4, "promotional")]]
    Journal(store, "dov").record("adjudicate", 4, {"label": "factual", "reason": "R5"})
    assert told(store, None) == []  # adjudicators differ: again nothing stands for it
