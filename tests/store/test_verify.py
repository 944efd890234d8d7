"""Verification: whatever is changed behind the program's back is found, and the row is named."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from strategies import THREE, fill

from annotator.core.model import Suggestion
from annotator.core.text import sentence_id
from annotator.project.merge import merge_all
from annotator.store import Store, assignments
from annotator.store.journal import Journal
from annotator.store.suggestions import Suggestions
from annotator.store.verify import Problem, verify

TRIGGERS = (
    "events_are_not_changed", "events_are_not_removed", "texts_are_not_changed",
    "documents_are_not_removed", "units_are_not_moved",
)  # fmt: skip


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store in which ana has seven events and ben two."""
    path = tmp_path / "labels.db"
    with Store.open(path) as store:
        fill(store, THREE)
        ana, ben = Journal(store, "ana"), Journal(store, "ben")
        ana.record("label", 2, {"label": "factual"})  # event 1
        ana.record("label", 3, {"label": "speculative"})  # 2
        ana.record("note", 3, {"text": "why?"})  # 3
        ben.record("label", 2, {"label": "promotional"})  # 4
        ana.record("label", 4, {"label": "factual"})  # 5
        ana.undo()  # 6
        ben.record("skip", 3, {})  # 7
        ana.record("flag", 6, {"on": True})  # 8
        with store.writing() as db:
            ana.append(db, "import", 7, {"state": {"label": "factual"}})  # 9
            said = Suggestion("factual", {"factual": 0.9, "speculative": 0.1, "promotional": 0.0})
            model = Suggestions(store).use(db, "rules/1", "1")
            Suggestions(store).insert(db, model, [(2, said), (3, said)])
    return path


def tampered(path: Path, *statements: str) -> list[Problem]:
    """Change the file as somebody else would: without our connection, triggers and keys."""
    with closing(sqlite3.connect(path)) as db:
        for trigger in TRIGGERS:
            db.execute(f"DROP TRIGGER {trigger}")
        for statement in statements:
            changed = db.execute(statement).rowcount
            assert changed, statement
        db.commit()
    with Store.open(path) as store:
        return verify(store).problems


def test_what_was_written_by_the_program_is_in_order(path: Path):
    assert tampered(path) == []
    with Store.open(path) as store:
        assert verify(store)[:4] == (3, 11, 9, 2)


SWAP = (
    "UPDATE events SET number = -number WHERE n IN (1, 2)",
    "UPDATE events SET number = 3 + number WHERE number < 0",
)

CASES = {
    "a payload": (
        ['UPDATE events SET payload = \'{"label":"promotional"}\' WHERE n = 2'],
        ("events", 2),
    ),
    "a payload that is no JSON any more": (
        ["UPDATE events SET payload = '{' WHERE n = 2"],
        ("events", 2),
    ),
    "a payload of another shape": (
        ["UPDATE events SET payload = '[]' WHERE n = 6"],
        ("events", 6),
    ),
    "spaces in a payload": (
        ["UPDATE events SET payload = replace(payload, ':', ': ') WHERE n = 2"],
        ("events", 2),
    ),
    "the kind": (["UPDATE events SET kind = 'skip' WHERE n = 5"], ("events", 5)),
    "the time": (["UPDATE events SET created_at = '2020-01-01' WHERE n = 5"], ("events", 5)),
    "the unit": (["UPDATE events SET unit = 7 WHERE n = 5"], ("events", 5)),
    "the reviewer": (["UPDATE events SET reviewer = 2 WHERE n = 5"], ("events", 5)),
    "the id": (["UPDATE events SET id = 'x' WHERE n = 5"], ("events", 5)),
    "the chain": (["UPDATE events SET prev = NULL WHERE n = 5"], ("events", 5)),
    "a name": (["UPDATE reviewers SET name = 'eve' WHERE n = 2"], ("events", 4)),
    "a missing event": (["DELETE FROM events WHERE n = 2"], ("events", 3)),
    "a missing first event": (["DELETE FROM events WHERE n = 1"], ("events", 2)),
    "a missing head": (
        ["DELETE FROM events WHERE n = 9", "DELETE FROM steps WHERE event = 9"],
        ("reviewers", 1),
    ),
    "a head that was shortened": (
        [
            "DELETE FROM events WHERE n = 7",
            "DELETE FROM steps WHERE event = 7",
            "UPDATE reviewers SET events = 1, head = (SELECT id FROM events WHERE n = 4)"
            " WHERE n = 2",
        ],
        ("annotations", 3),
    ),
    "two events swapped": (SWAP, ("events", 1)),
    "a missing reviewer": (["DELETE FROM reviewers WHERE n = 2"], ("events", 4)),
    "an annotation": (
        ["UPDATE annotations SET label = 'promotional' WHERE reviewer = 1 AND unit = 2"],
        ("annotations", 2),
    ),
    "a note": (["UPDATE annotations SET note = 'no' WHERE note = 'why?'"], ("annotations", 3)),
    "a missing annotation": (
        ["DELETE FROM annotations WHERE reviewer = 1 AND unit = 2"],
        ("annotations", 2),
    ),
    "an annotation from nowhere": (
        [
            "INSERT INTO annotations (reviewer, unit, label, skipped, flagged, asked, tags,"
            " suggestion_shown) VALUES (1, 10, 'factual', 0, 0, 0, '[]', 0)"
        ],
        ("annotations", 10),
    ),
    "a step": (["UPDATE steps SET standing = 1 WHERE event = 5"], ("steps", 5)),
    "a missing step": (["DELETE FROM steps WHERE event = 2"], ("steps", 2)),
    "a step from nowhere": (["INSERT INTO steps VALUES (6, 1, 4, 1, 6, 0)"], ("steps", 6)),
    "a text": (
        ["UPDATE documents SET text = replace(text, 'finest', 'poorest') WHERE n = 1"],
        ("documents", 1),
    ),
    "a document's id": (["UPDATE documents SET id = 'x' WHERE n = 1"], ("documents", 1)),
    "an offset": (["UPDATE units SET stop = stop - 1 WHERE n = 3"], ("units", 3)),
    "a unit beyond its text": (["UPDATE units SET stop = 10000 WHERE n = 4"], ("units", 4)),
    "overlapping units": (["UPDATE units SET start = 0 WHERE n = 3"], ("units", 3)),
    "a unit in another document": (["UPDATE units SET document = 3 WHERE n = 2"], ("units", 2)),
    "a missing unit": (["DELETE FROM units WHERE n = 3"], ("events", 2)),
    "a suggested label": (
        ["UPDATE suggestions SET label = 'x\"y' WHERE unit = 3"],
        ("suggestions", 3),
    ),
    "a probability": (
        ["UPDATE suggestions SET probabilities = '{\"factual\":2}' WHERE unit = 2"],
        ("suggestions", 2),
    ),
    "the score of a suggestion": (
        ["UPDATE suggestions SET score = score - 0.1 WHERE unit = 2"],
        ("suggestions", 2),
    ),
    "probabilities that are no JSON": (
        ["UPDATE suggestions SET probabilities = '' WHERE unit = 2"],
        ("suggestions", 2),
    ),
    "reasons": (["UPDATE suggestions SET reasons = '[' WHERE unit = 2"], ("suggestions", 2)),
    "a suggestion of nobody": (["DELETE FROM suggesters"], ("suggestions", 0)),
}


@pytest.mark.parametrize("name", CASES)
def test_every_change_is_found_and_named(path: Path, name: str):
    statements, row = CASES[name]
    problems = tampered(path, *statements)
    assert row in {problem[:2] for problem in problems}
    assert all(problem.reason for problem in problems)


def test_units_that_overlap_are_found_though_their_ids_fit(path: Path):
    with Store.open(path) as store:
        (name,) = store.db.execute("SELECT id FROM documents WHERE n = 1").fetchone()
    moved = sentence_id(name, 20, 50)
    problems = tampered(path, f"UPDATE units SET start = 20, stop = 50, id = '{moved}' WHERE n = 3")
    assert ("units", 3, "it overlaps, or lies outside the text") in problems


def test_one_problem_does_not_hide_another(path: Path):
    problems = tampered(
        path,
        "UPDATE documents SET text = replace(text, 'finest', 'poorest') WHERE n = 1",
        "UPDATE events SET payload = '{}' WHERE n = 2",
        "UPDATE annotations SET label = 'factual' WHERE reviewer = 2 AND unit = 2",
    )
    assert {problem[:2] for problem in problems} >= {
        ("documents", 1),
        ("events", 2),
        ("annotations", 2),
    }


def test_a_history_rewritten_from_some_event_on_does_not_fit_its_annotations(path: Path):
    # Whoever writes a whole new chain, ids and all, has still not what it leads to.
    with closing(sqlite3.connect(path)) as db:
        for trigger in TRIGGERS:
            db.execute(f"DROP TRIGGER {trigger}")
        db.execute("DELETE FROM steps WHERE reviewer = 2")
        db.execute("DELETE FROM events WHERE reviewer = 2")
        db.execute("UPDATE reviewers SET events = 0, head = NULL WHERE n = 2")
        db.commit()
    with Store.open(path) as store:
        Journal(store, "ben").record("label", 8, {"label": "factual"})
        found = {problem[:2] for problem in verify(store).problems}
    assert {("annotations", 2), ("annotations", 3)} <= found


def test_an_index_that_does_not_fit_its_table_is_found(path: Path):
    index = "FROM sqlite_master WHERE name = 'annotations_unit'"
    with closing(sqlite3.connect(path)) as db:
        row = db.execute(f"SELECT * {index}").fetchone()
        db.execute("PRAGMA writable_schema = ON")
        db.execute(f"DELETE {index}")
        db.commit()
    with closing(sqlite3.connect(path)) as db:
        db.execute("DELETE FROM annotations WHERE reviewer = 2")
        db.execute("PRAGMA writable_schema = ON")
        db.execute("INSERT INTO sqlite_master VALUES (?, ?, ?, ?, ?)", row)
        db.commit()
    with Store.open(path) as store:
        found = {problem[:2] for problem in verify(store).problems}
    assert {("file", 0), ("annotations", 2)} <= found


def test_it_tells_how_far_it_is(path: Path):
    told: list[tuple[str, int, int]] = []
    with Store.open(path) as store:
        verify(store, lambda *said: told.append(said))
    assert told == [("reviewers", 0, 2), ("reviewers", 1, 2)]


# -- several reviewers: adjudications, assignments, and chains that were forked and joined ---------


@pytest.fixture
def joined(tmp_path: Path) -> Path:
    """A store in which ana went on in two places, merged, and gone on with."""
    path, other = tmp_path / "labels.db", tmp_path / "other.db"
    minutes = iter(range(60))

    def now() -> str:
        return f"2026-05-01T10:{next(minutes):02}:00.000Z"

    with Store.open(path) as store:
        fill(store, THREE)
        ana, ben = Journal(store, "ana", now=now), Journal(store, "ben", now=now)
        ana.record("label", 2, {"label": "factual"})  # event 1
        store.backup(other)
        with Store.open(other) as there:
            Journal(there, "ana", now=now).record("label", 3, {"label": "speculative"})
            Journal(there, "ana", now=now).record("note", 3, {"text": "why?"})
        ana.record("label", 4, {"label": "none"})  # 2
        ben.record("adjudicate", 3, {"label": "factual", "reason": "R1"})  # 3
        with store.writing() as db:
            ben.append_to_project(db, "assign", {"to": {"ana": [sentence(store, 6)]}})  # 4
            assignments.derive(db)
        merge_all(store, [other])  # 5 and 6: the events of the other place, which come before 2
        assert verify(store)[-2:] == ([], ["ana"])
        ana.record("flag", 6, {"on": True})  # 7, a join, and 8
        ana.undo()  # 9
        assert verify(store)[-2:] == ([], [])
    return path


def sentence(store: Store, unit: int) -> str:
    (name,) = store.db.execute("SELECT id FROM units WHERE n = ?", (unit,)).fetchone()
    return str(name)


def test_a_chain_that_was_forked_and_joined_is_in_order(joined: Path):
    assert tampered(joined) == []
    with Store.open(joined) as store:
        kinds = store.db.execute("SELECT kind, number FROM events WHERE reviewer = 1 ORDER BY n")
        assert kinds.fetchall() == [
            ("label", 1), ("label", 2), ("label", 2), ("note", 3), ("join", 4), ("flag", 5),
            ("undo", 6),
        ]  # fmt: skip


JOINED = {
    "a missing event of a branch": (["DELETE FROM events WHERE n = 5"], ("events", 6)),
    "a missing end of a branch": (["DELETE FROM events WHERE n = 6"], ("events", 7)),
    "a missing join": (["DELETE FROM events WHERE n = 7"], ("events", 8)),
    "a changed join": (
        ["UPDATE events SET payload = '{\"heads\":[]}' WHERE n = 7"],
        ("events", 7),
    ),
    "a join that names nothing": (
        ["UPDATE events SET payload = '{}' WHERE n = 7"],
        ("events", 7),
    ),
    "a branch without its parent": (["UPDATE events SET prev = NULL WHERE n = 5"], ("events", 5)),
    "the places of two steps": (
        ["UPDATE steps SET place = 20 + place WHERE event = 2"],
        ("steps", 8),
    ),
    "a place after what comes next": (
        ["UPDATE steps SET place = 1000 WHERE event = 8"],
        ("steps", 8),
    ),
    "a track": (["UPDATE steps SET track = 1 WHERE event = 2"], ("steps", 2)),
    "the unit of a step": (["UPDATE steps SET unit = 5 WHERE event = 2"], ("steps", 2)),
    "an end that is none": (
        ["UPDATE reviewers SET forks = json_array((SELECT id FROM events WHERE n = 6))"
         " WHERE n = 1"],
        ("reviewers", 1),
    ),
    "the number of the last event": (
        ["UPDATE reviewers SET events = 20 WHERE n = 1"],
        ("reviewers", 1),
    ),
    "an adjudication": (["UPDATE adjudications SET label = 'none'"], ("adjudications", 3)),
    "the reason of an adjudication": (
        ["UPDATE adjudications SET reason = 'R2'"],
        ("adjudications", 3),
    ),
    "a missing adjudication": (["DELETE FROM adjudications"], ("adjudications", 3)),
    "an adjudication from nowhere": (
        ["INSERT INTO adjudications VALUES (1, 4, 'factual', NULL, NULL, '')"],
        ("adjudications", 4),
    ),
    "a missing assignment": (["DELETE FROM assignments"], ("assignments", 6)),
    "an assignment from nowhere": (
        ["INSERT INTO assignments VALUES (2, 7)"],
        ("assignments", 7),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", JOINED)
def test_every_change_of_a_joined_history_is_found_and_named(joined: Path, name: str):
    statements, row = JOINED[name]
    assert row in {problem[:2] for problem in tampered(joined, *statements)}


def test_a_fork_that_is_hidden_is_found(joined: Path):
    with closing(sqlite3.connect(joined)) as db:
        for trigger in TRIGGERS:
            db.execute(f"DROP TRIGGER {trigger}")
        db.execute("DELETE FROM steps WHERE event = 8")
        db.execute("DELETE FROM events WHERE n IN (7, 8, 9)")
        db.execute(
            "UPDATE reviewers SET events = 3, head = (SELECT id FROM events WHERE n = 2)"
            " WHERE n = 1"
        )
        db.commit()
    with Store.open(joined) as store:
        assert ("reviewers", 1) in {problem[:2] for problem in verify(store).problems}
