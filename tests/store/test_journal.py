"""One reviewer's history in rows: the same annotations as the fold, whoever writes in between."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import THREE, asked, fill

from annotator.core.history import ADJUDICATION, EMPTY, Annotation
from annotator.store import Store
from annotator.store.journal import Journal, annotation_of, annotation_row, utc_now
from annotator.store.verify import verify


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "labels.db") as store:
        fill(store, THREE)
        yield store


def payloads(store: Store) -> list[tuple[int, str]]:
    return store.db.execute("SELECT number, kind FROM events ORDER BY n").fetchall()


@given(
    st.builds(
        Annotation,
        label=st.none() | st.just("factual"),
        skipped=st.booleans(),
        flagged=st.booleans(),
        confidence=st.none() | st.integers(1, 3),
        tags=st.lists(st.text(max_size=3), max_size=3).map(tuple),
        note=st.none() | st.text(min_size=1, max_size=3),
        seconds=st.none() | st.floats(0, 100),
        suggestion_shown=st.booleans(),
    )
)
def test_a_row_holds_all_of_an_annotation(annotation: Annotation):
    assert annotation_of(annotation_row(annotation)) == annotation


def test_a_reviewer_exists_from_the_first_event_on(store: Store):
    journal = Journal(store, "ana")
    assert (journal.reviewer_number, journal.last_unit()) == (0, None)
    assert (journal.undo(), journal.redo()) == (None, None)
    assert payloads(store) == []
    assert journal.annotation(2) == EMPTY
    journal.record("flag", 3, {"on": True})
    assert journal.reviewer_number == 1
    assert journal.last_unit() == 3
    assert journal.annotations(1, 11) == {3: Annotation(flagged=True)}


def test_undo_and_redo_say_what_they_did(store: Store):
    journal = Journal(store, "ana")
    journal.record("label", 2, {"label": "factual"})
    journal.record("label", 2, {"label": "promotional"})
    undone = journal.undo()
    assert undone is not None
    assert (undone.kind, undone.unit, undone.payload) == ("label", 2, {"label": "promotional"})
    assert (undone.before.label, undone.after.label) == ("promotional", "factual")
    redone = journal.redo()
    assert redone is not None
    assert (redone.before, redone.after) == (undone.after, undone.before)
    assert journal.redo() is None


def test_an_annotation_that_says_nothing_has_no_row(store: Store):
    journal = Journal(store, "ana")
    journal.record("flag", 2, {"on": True})
    journal.record("flag", 2, {"on": False})
    assert store.db.execute("SELECT count(*) FROM annotations").fetchone() == (0,)
    assert verify(store).problems == []


def test_undo_goes_past_what_was_taken_over(store: Store):
    journal = Journal(store, "ana")
    journal.record("label", 2, {"label": "factual"})
    journal.record("label", 3, {"label": "factual"})
    with store.writing() as db:
        journal.append(db, "import", 2, {"state": {"label": "promotional"}})
    journal.undo()
    assert journal.annotation(3) == EMPTY
    step = journal.undo()
    assert step is not None
    assert step.unit == 2
    # The label that was undone is not the one that holds: what was imported stays.
    assert journal.annotation(2).label == "promotional"
    assert journal.undo() is None
    assert verify(store).problems == []


def test_reviewers_do_not_see_or_undo_each_other(store: Store):
    ana, ben = Journal(store, "ana"), Journal(store, "ben")
    ana.record("label", 2, {"label": "factual"})
    ben.record("label", 2, {"label": "promotional"})
    ana.record("label", 3, {"label": "factual"})
    ben.undo()
    assert ana.annotation(2).label == "factual"
    assert ben.annotation(2) == EMPTY
    assert ben.undo() is None
    assert verify(store).problems == []


def _label_all(path: Path, name: str, units: list[int], failures: list[BaseException]) -> None:
    try:
        with Store.open(path) as store:
            journal = Journal(store, name)
            for n, unit in enumerate(units):
                journal.record("label", unit, {"label": "factual", "seconds": float(n)})
                if n % 10 == 9:
                    journal.undo()
                    journal.redo()
    except BaseException as error:  # noqa: BLE001 - a thread's failure must reach the test
        failures.append(error)


@pytest.mark.parametrize("people", [("ana", "ana"), ("ana", "ben")])
def test_two_terminals_lose_nothing(store: Store, people: tuple[str, str]):
    units = [unit for unit, _ in zip(cycle(asked(THREE)), range(100), strict=False)]
    failures: list[BaseException] = []
    threads = [
        threading.Thread(target=_label_all, args=(store.path, name, units, failures))
        for name in people
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    kinds = [kind for _, kind in payloads(store)]
    assert kinds.count("label") == 200
    # An undo may have met the other's label and the redo nothing, if both undid in a row.
    assert kinds.count("undo") == 20
    found = verify(store)
    assert found.problems == []
    assert found.reviewers == len(set(people))
    for name in set(people):
        assert Journal(store, name).annotations(1, 11).keys() == set(asked(THREE))


@settings(max_examples=20, deadline=None)
@given(times=st.lists(st.datetimes().map(lambda t: f"{t:%Y-%m-%dT%H:%M:%S}.000Z"), min_size=8))
def test_a_clock_that_jumps_changes_no_order(tmp_path_factory, times: list[str]):
    with Store.open(tmp_path_factory.mktemp("clock") / "labels.db") as store:
        fill(store, THREE)
        journal = Journal(store, "ana", now=cycle(times).__next__)
        for name in ("factual", "promotional", "speculative"):
            journal.record("label", 2, {"label": name})
        journal.record("label", 3, {"label": "factual"})
        journal.undo()
        journal.undo()
        assert journal.annotation(2).label == "promotional"
        journal.redo()
        assert journal.annotation(2).label == "speculative"
        assert journal.last_unit() == 2
        assert [number for number, _ in payloads(store)] == list(range(1, 8))
        assert verify(store).problems == []


def test_the_time_is_utc_in_milliseconds():
    assert utc_now()[10] == "T"
    assert utc_now().endswith("Z")
    assert len(utc_now()) == len("2026-11-21T12:03:04.120Z")


def test_adjudication_is_undone_apart_from_the_review(store: Store):
    ana = Journal(store, "ana")
    ana.record("label", 2, {"label": "factual"})
    ana.record("adjudicate", 3, {"label": "promotional", "reason": "R3"})
    ana.record("label", 4, {"label": "speculative"})
    ana.record("adjudicate", 3, {"label": "factual", "reason": "R5"})

    def settled() -> list[tuple[int, str, str]]:
        return store.db.execute("SELECT unit, label, reason FROM adjudications").fetchall()

    assert settled() == [(3, "factual", "R5")]
    step = ana.undo(ADJUDICATION)
    assert step is not None
    assert step.payload["label"] == "factual"
    assert settled() == [(3, "promotional", "R3")]
    step = ana.undo()
    assert step is not None
    assert (step.kind, step.unit) == ("label", 4)
    ana.record("label", 5, {"label": "factual"})  # redo of the review is gone, not the other
    assert ana.redo() is None
    step = ana.redo(ADJUDICATION)
    assert step is not None
    assert step.payload["label"] == "factual"
    assert settled() == [(3, "factual", "R5")]
    ana.undo(ADJUDICATION)
    ana.undo(ADJUDICATION)
    assert settled() == []
    assert ana.annotation(3) == EMPTY
    assert verify(store).problems == []


def test_events_of_the_project_are_about_no_unit(store: Store):
    ana = Journal(store, "ana")
    ana.record("label", 2, {"label": "factual"})
    with store.writing() as db:
        ana.append_to_project(db, "assign", {"to": {}})
        with pytest.raises(ValueError, match="about a sentence"):
            ana.append_to_project(db, "label", {"label": "factual"})
    assert ana.last_unit() == 2
    assert ana.undo() is not None
    assert ana.undo() is None
    assert verify(store).events == 3
    assert verify(store).problems == []
