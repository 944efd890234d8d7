"""The counts of the dashboard: the same piece by piece, whatever changed in between."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import article, fill

from annotator.core.scheme import built_in
from annotator.project.agreement import Choice, measure
from annotator.project.dashboard import Dashboard, Standing
from annotator.store import Store
from annotator.store.journal import Journal

NAMES = [label.name for label in built_in().every]
ARTICLES = [
    article(*[f"Sentence {n} of {name}." for n in range(6)], title=name, source=source)
    for name, source in (("One", "B press"), ("Two", "A press"), ("Three", None))
]


def looked(board: Dashboard) -> Standing:
    for _ in board.pieces():
        pass
    return board.standing()


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    with Store.open(tmp_path / "labels.db") as store:
        fill(store, ARTICLES)
        yield tmp_path / "labels.db"


def test_it_says_how_the_project_stands(path: Path) -> None:
    with Store.open(path) as store, Store.open(path, read_only=True) as other:
        ana, ben = Journal(store, "ana"), Journal(store, "ben")
        for unit, one, two in ((1, "factual", "factual"), (2, "promotional", "speculative")):
            ana.record("label", unit, {"label": one, "seconds": 2.0})
            ben.record("label", unit, {"label": two, "seconds": 4.0})
        board = Dashboard(other, store.scheme)
        known = looked(board)
        assert (known.counted, known.sentences, known.labelled, known.shared) == (1.0, 18, 2, 2)
        assert [(one.name, one.labelled, one.pace) for one in known.people] == [
            ("ana", 2, None), ("ben", 2, None)
        ]  # fmt: skip
        assert [(one.name, one.sentences, one.labelled) for one in known.sources] == [
            ("A press", 6, 0), ("B press", 6, 2), (None, 6, 0)
        ]  # fmt: skip
        assert [labelled for _, labelled in known.documents] == [2, 0, 0]
        alpha = measure(store, Choice(rounds=100)).every[0]
        assert known.alpha == alpha.value
        # Nothing has happened since: nothing is counted.
        assert list(board.pieces()) == []
        ben.undo()
        ana.record("label", 8, {"label": "none"})
        assert looked(board).labels == Counter(factual=2, promotional=1, none=1)


def test_labels_given_with_the_suggestion_in_sight_are_in_no_agreement(path: Path) -> None:
    with Store.open(path) as store:
        Journal(store, "ana").record("label", 1, {"label": "factual"})
        Journal(store, "led").record("label", 1, {"label": "factual", "shown": ["baseline"]})
        known = looked(Dashboard(store, store.scheme))
        assert known.labels == {"factual": 2}
        assert known.alpha == "no overlap: no sentence was labelled by two reviewers"


def test_an_empty_store_stands_at_nothing(tmp_path: Path) -> None:
    with Store.open(tmp_path / "labels.db") as store:
        known = looked(Dashboard(store, store.scheme))
    assert (known.sentences, known.people, known.sources, known.counted) == (0, [], [], 1.0)


DEEDS = st.lists(
    st.tuples(
        st.sampled_from(["ana", "ben"]),
        st.integers(1, 18),
        st.sampled_from([*NAMES, "skip", "undo", "redo", "look"]),
    ),
    max_size=25,
)


@settings(max_examples=25, deadline=None)
@given(deeds=DEEDS)
def test_what_is_kept_up_to_date_is_what_is_counted_anew(
    deeds: list[tuple[str, int, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("board") / "labels.db"
    with (
        patch("annotator.store.tallies.STRETCH", 4),
        patch("annotator.project.dashboard.STRETCH", 4),
        Store.open(path) as store,
        Store.open(path, read_only=True) as other,
    ):
        fill(store, ARTICLES)
        board = Dashboard(other, store.scheme)
        for reviewer, unit, what in deeds:
            journal = Journal(store, reviewer)
            if what == "look":
                looked(board)
            elif what in {"undo", "redo"}:
                getattr(journal, what)()
            elif what == "skip":
                journal.record("skip", unit, {})
            else:
                journal.record("label", unit, {"label": what, "seconds": 1.5})
        assert looked(board) == looked(Dashboard(other, store.scheme))
