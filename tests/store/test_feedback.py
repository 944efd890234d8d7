"""Wrong reasons: kept beside the annotations, which they leave as they are; and the log."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from strategies import THREE, fill

from annotator.core.model import Reason
from annotator.store import Store, exchange, feedback
from annotator.store.journal import Journal
from annotator.store.verify import verify

MAY = Reason(3, 6, "hedge.modal", "may", "R4", 2.5)
FINEST = Reason(14, 20, "superlative", None, "R3", 1.0)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "labels.db") as store:
        fill(store, THREE)
        yield store


def call(journal: Journal, reason: Reason, *, on: bool = True, model: str = "rules/1") -> None:
    journal.record("wrong", 3, feedback.payload(model, reason, on=on))


def words(store: Store) -> list[str]:
    return [one.text for one in feedback.wrong_cues(store)]


def test_what_stands_is_what_was_said_last(store: Store) -> None:
    journal = Journal(store, "ana")
    assert feedback.wrong_reasons(journal, 3) == set()
    call(journal, MAY)
    call(journal, FINEST)
    call(journal, MAY, on=False)
    assert words(store) == ["finest"]
    assert feedback.wrong_reasons(journal, 3) == {("rules/1", "superlative", None, 14, 20)}
    journal.undo()
    assert words(store) == ["may", "finest"]
    journal.redo()
    assert words(store) == ["finest"]
    call(journal, MAY, model="theirs/2")
    assert words(store) == ["finest", "may"]
    assert journal.annotations(1, 11) == {}
    assert verify(store).problems == []


def test_reviewers_do_not_speak_for_one_another(store: Store) -> None:
    ana, ben = Journal(store, "ana"), Journal(store, "ben")
    call(ana, MAY)
    call(ben, MAY)
    call(ben, MAY, on=False)
    ana.record("label", 3, {"label": "speculative"})
    (row,) = feedback.wrong_cues(store)
    (sentence,) = store.db.execute("SELECT id FROM units WHERE n = 3").fetchone()
    assert row[:-1] == (
        "ana", sentence, "may", "rules/1", "hedge.modal", "may", "speculative",
    )  # fmt: skip
    assert feedback.wrong_reasons(ben, 3) == set()


def test_it_is_no_edit_of_the_annotation(store: Store) -> None:
    journal = Journal(store, "ana")
    journal.record("label", 3, {"label": "factual"})
    before = exchange.edited(store, journal.reviewer_number)
    call(journal, MAY)
    assert exchange.edited(store, journal.reviewer_number) == before


def test_its_undo_changes_no_later_version_of_the_document(store: Store) -> None:
    journal = Journal(store, "ana")
    labelled = journal.record("label", 3, {"label": "factual"})
    call(journal, MAY)
    store.db.execute("UPDATE documents SET current = 0 WHERE n = 1")
    (sentence,) = store.db.execute("SELECT id FROM units WHERE n = 3").fetchone()
    journal.record("carry", 10, {"from": sentence, "state": labelled.state()})
    (before,) = store.db.execute("SELECT count(*) FROM events").fetchone()
    journal.undo()
    assert store.db.execute("SELECT count(*) FROM events").fetchone() == (before + 1,)
    assert journal.annotation(10) == labelled
    assert words(store) == []


def test_the_log_is_written_back_beside_a_reader(store: Store) -> None:
    log = store.path.with_name(store.path.name + "-wal")
    Journal(store, "ana").record("label", 3, {"label": "factual"})
    version = store.version_of_data
    store.write_back()
    size = log.stat().st_size
    for _ in range(20):
        Journal(store, "ana").record("flag", 3, {"on": True})
        store.write_back()
    assert log.stat().st_size == size
    assert store.version_of_data == version


def test_a_log_that_cannot_be_written_back_stays(tmp_path: Path) -> None:
    with Store.open(tmp_path / "labels.db") as store:
        store.path = tmp_path / "nowhere" / "labels.db"
        store.write_back()
