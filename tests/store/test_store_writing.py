"""Writing: facts that cannot be changed, a full disk, and a copy that is worth having."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

import pytest
from strategies import THREE, article, asked, fill

from annotator.core.errors import StoreProblem
from annotator.store import Store, reading
from annotator.store.journal import Journal
from annotator.store.verify import verify


@pytest.fixture
def store(tmp_path: Path):
    with Store.open(tmp_path / "labels.db") as store:
        fill(store, THREE)
        yield store


def label(journal: Journal, unit: int, name: str = "factual") -> None:
    journal.record("label", unit, {"label": name})


def dump(store: Store) -> list[str]:
    return list(store.db.iterdump())


# -- facts -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE events SET payload = '{}'",
        "UPDATE events SET number = number + 1",
        "DELETE FROM events",
        "UPDATE documents SET text = 'x'",
        "UPDATE documents SET id = 'x'",
        "DELETE FROM documents",
        "UPDATE units SET start = 0, stop = 1",
        "UPDATE units SET id = n",
        "UPDATE units SET document = 1",
    ],
)
def test_facts_are_not_changed(store: Store, sql: str):
    label(Journal(store, "ana"), 2)
    before = dump(store)
    with pytest.raises(StoreProblem):
        store.db.execute(sql)
    assert dump(store) == before


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO events SELECT n + 1, id || 'x', prev, number, 99, kind, unit, payload,"
        " created_at FROM events",
        "INSERT INTO origins VALUES ('a', '', 99)",
        "INSERT INTO units VALUES (99, 'x', 99, 0, 1, 'body', 0, 1, 1)",
        "INSERT INTO annotations (reviewer, unit, skipped, flagged, asked, tags, suggestion_shown)"
        " VALUES (1, 99, 0, 0, 0, '[]', 0)",
        "INSERT INTO settings VALUES ('a', NULL)",
        "UPDATE documents SET current = 'yes'",
    ],
)
def test_rows_that_refer_to_nothing_or_are_of_another_type_are_refused(store: Store, sql: str):
    label(Journal(store, "ana"), 2)
    with pytest.raises(StoreProblem):
        store.db.execute(sql)


def test_metadata_and_being_current_may_change(store: Store):
    store.db.execute("UPDATE documents SET title = 'Other', current = 0")
    store.db.execute("UPDATE units SET asked = 0")
    assert verify(store).problems == []


# -- transactions ------------------------------------------------------------------------------


def test_what_fails_in_the_middle_leaves_nothing(store: Store):
    before = dump(store)
    journal = Journal(store, "ana")
    with suppress(_Stopped), store.writing() as db:
        journal.append(db, "flag", 2, {"on": True})
        raise _Stopped
    assert dump(store) == before
    label(journal, 2)
    assert verify(store).problems == []


def test_a_reviewer_whose_first_decisions_were_rolled_back_is_made_again(store: Store):
    # Another reviewer takes the row that this one had for a moment.
    ana, ben = Journal(store, "ana"), Journal(store, "ben")
    with suppress(_Stopped), store.writing() as db:
        ana.append(db, "flag", 2, {"on": True})
        ana.append(db, "flag", 2, {"on": False})
        raise _Stopped
    label(ben, 2)
    label(ana, 3)
    assert [(name, unit) for name, unit, _ in reading.annotated(store, 1)] == [
        ("ana", 3),
        ("ben", 2),
    ]
    assert verify(store).problems == []


class _Stopped(Exception):
    """Somebody stopped the work in the middle of a transaction."""


def test_a_full_disk_is_said_and_nothing_is_half_written(store: Store):
    journal = Journal(store, "ana")
    label(journal, 2)
    (pages,) = store.db.execute("PRAGMA page_count").fetchone()
    store.db.execute(f"PRAGMA max_page_count = {pages}")
    written = []

    def go_on() -> None:
        for number in range(500):
            journal.record("note", 3, {"text": "x" * 3_000})
            written.append(number)

    with pytest.raises(StoreProblem, match="the disk is full") as caught:
        go_on()
    assert "was not changed" in caught.value.message
    assert not store.db.in_transaction
    (events,) = store.db.execute("SELECT count(*) FROM events").fetchone()
    assert events == 1 + len(written)
    assert verify(store).problems == []
    store.db.execute("PRAGMA max_page_count = 1000000")
    journal.record("note", 3, {"text": "x" * 3_000})
    label(journal, 4)
    assert journal.annotation(4).label == "factual"
    assert verify(store).problems == []


def test_a_full_disk_at_the_very_first_label_registers_nobody(store: Store):
    (pages,) = store.db.execute("PRAGMA page_count").fetchone()
    store.db.execute(f"PRAGMA max_page_count = {pages}")
    journal = Journal(store, "ana")
    with pytest.raises(StoreProblem, match="the disk is full"):
        journal.record("note", 2, {"text": "x" * 40_000})
    assert list(reading.reviewers(store)) == []
    assert journal.reviewer_number == 0
    store.db.execute("PRAGMA max_page_count = 1000000")
    label(journal, 2)
    assert verify(store).events == 1


# -- backup ------------------------------------------------------------------------------------


def test_a_backup_is_the_store_and_can_take_its_place(store: Store, tmp_path: Path):
    journal = Journal(store, "ana")
    for unit in asked(THREE)[:3]:
        label(journal, unit)
    journal.undo()
    assert store.backup(tmp_path / "copy.db") > 1
    label(journal, 6)  # after the copy: not in it
    restored = tmp_path / "other" / "labels.db"
    restored.parent.mkdir()
    shutil.copy(tmp_path / "copy.db", restored)
    with Store.open(restored) as copy:
        found = verify(copy)
        assert (found.documents, found.events, found.problems) == (3, 4, [])
        assert reading.annotated(copy, 1) == reading.annotated(store, 1)
        again = Journal(copy, "ana")
        again.redo()
        assert again.annotation(4).label == "factual"
        assert verify(copy).problems == []


def test_a_backup_while_another_writes_is_whole(store: Store, tmp_path: Path):
    with Store.open(store.path) as other, other.writing() as db:
        Journal(other, "ben").append(db, "flag", 2, {"on": True})
        store.backup(tmp_path / "copy.db")
    with Store.open(tmp_path / "copy.db") as copy:
        assert verify(copy)._replace(problems=[]) == (3, 11, 0, 0, [], [])


def test_a_backup_takes_no_files_place(store: Store, tmp_path: Path):
    (tmp_path / "precious.db").write_text("x")
    with pytest.raises(StoreProblem, match="exists already"):
        store.backup(tmp_path / "precious.db")
    assert (tmp_path / "precious.db").read_text() == "x"
    with pytest.raises(StoreProblem):
        store.backup(tmp_path / "no such folder" / "copy.db")
    store.backup(tmp_path / "fine.db")
    assert sorted(path.name for path in tmp_path.glob("*.part*")) == []


def test_settings_are_replaced(store: Store):
    store.set_setting("shuffle_seed", "1")
    store.set_setting("shuffle_seed", "2")
    assert store.setting("shuffle_seed") == "2"


def test_others_commits_show_in_the_version_of_the_data(store: Store):
    with Store.open(store.path) as other:
        before = store.version_of_data
        label(Journal(store, "ana"), 2)
        assert store.version_of_data == before
        label(Journal(other, "ben"), 2)
        assert store.version_of_data != before


def test_units_that_others_have_are_refused_by_id(store: Store):
    # Two texts that agree on an id would be one document.
    with pytest.raises(StoreProblem):
        fill(store, [article("Prices fell in March.", "#Outlook",
                             "Analysts expect prices to fall again.",
                             "The bridge opened on Monday.")])  # fmt: skip
    assert verify(store).documents == 3


# -- a store that is gone ----------------------------------------------------------------------


@pytest.mark.parametrize("replaced", [False, True])
def test_nothing_is_written_to_a_file_that_is_no_longer_the_store(
    store: Store, replaced: bool
) -> None:
    journal = Journal(store, "ana")
    unit, other = asked(THREE)[:2]
    label(journal, unit)
    aside = store.path.with_name("aside.db")
    store.path.rename(aside)
    if replaced:
        shutil.copyfile(aside, store.path)
    with pytest.raises(StoreProblem, match="moved or removed") as failure:
        label(journal, other)
    assert "put it back" in (failure.value.hint or "")
    assert not store.db.in_transaction
    aside.replace(store.path)
    label(journal, other)
    assert verify(store).events == 2
