"""Schemes in the store: what is derived after any of them is what the events say, merged or not."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import own_schemes
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.core.errors import StoreProblem
from annotator.core.history import ADJUDICATE, ADJUDICATION
from annotator.project.ingest import ingest
from annotator.project.merge import merge_all
from annotator.project.request import Request
from annotator.store import Store
from annotator.store import schemes as stored
from annotator.store.journal import Journal
from annotator.store.verify import verify

TEXT = "One came. Two went. Three stayed at home. Four slept.\n"
NAMES = ("one", "two", "three")
SECOND = own_schemes.of("s/2", "uno", "three")
RENAMING = {"one": "uno", "two": "uno"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of four sentences whose labels are those of `s/1`."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "corpus").mkdir()
    (folder / "corpus" / "a.txt").write_text(TEXT, encoding="utf-8")
    path = folder / "labels" / "labels.db"
    with Store.open(path) as store:
        ingest(store, Request([folder / "corpus" / "a.txt"], folder))
        stored.adopt(Journal(store, "ana"), own_schemes.of("s/1", *NAMES))
    return path


@pytest.fixture
def path(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copyfile(made, tmp_path / "labels.db"))


def units(store: Store) -> list[int]:
    return [n for (n,) in store.db.execute("SELECT n FROM units WHERE asked = 1 ORDER BY n")]


def derived(store: Store) -> tuple[Any, ...]:
    """Return all that follows from the events and does not depend on the rows they are in."""
    annotations = store.db.execute(
        "SELECT r.name, u.id, a.label, a.note, a.flagged, a.guideline FROM annotations a"
        " JOIN reviewers r ON r.n = a.reviewer JOIN units u ON u.n = a.unit ORDER BY 1, 2"
    ).fetchall()
    adjudications = store.db.execute(
        "SELECT r.name, u.id, a.label FROM adjudications a JOIN reviewers r ON r.n = a.reviewer"
        " JOIN units u ON u.n = a.unit ORDER BY 1, 2"
    ).fetchall()
    return store.scheme_text, annotations, adjudications


def give(store: Store, reviewer: str, unit: int, label: str, **more: Any) -> None:
    payload = {"label": label, "scheme": store.scheme.id, **more}
    Journal(store, reviewer).record("label", unit, payload)


def test_events_are_never_changed(path: Path):
    with Store.open(path) as store:
        first = units(store)[0]
        give(store, "ana", first, "one", guideline="1")
        before = store.db.execute("SELECT * FROM events").fetchall()
        stored.adopt(Journal(store, "ben"), SECOND, RENAMING)
        after = store.db.execute("SELECT * FROM events").fetchall()
        assert after[:-1] == before
        assert Journal(store, "ana").annotation(first).label == "uno"
        assert Journal(store, "ana").annotation(first).guideline == "1"
        assert stored.given_under(store) == {("s/1", "one"): 1}


def test_other_processes_see_the_change(path: Path):
    with Store.open(path) as store, Store.open(path) as other:
        give(other, "ana", units(other)[0], "one")
        assert store.lineage.present is not None
        stored.adopt(Journal(store, "ana"), SECOND, RENAMING)
        assert other.scheme.id == "s/2"
        # Given by a program that began under the old labels: it is taken through the change.
        Journal(other, "ana").record("label", units(other)[1], {"label": "two", "scheme": "s/1"})
        assert Journal(other, "ana").annotation(units(other)[1]).label == "uno"
        assert verify(store).problems == []


def test_a_failure_in_between_leaves_everything_as_it_was(
    path: Path, monkeypatch: pytest.MonkeyPatch
):
    with Store.open(path) as store:
        give(store, "ana", units(store)[0], "one")
        before = derived(store)

        def full(*_: object) -> None:
            raise OSError("disk")

        monkeypatch.setattr(stored, "_retire", full)
        with pytest.raises(OSError, match="disk"):
            stored.adopt(Journal(store, "ana"), SECOND, RENAMING)
        assert derived(store) == before
        give(store, "ana", units(store)[1], "two")
        assert Journal(store, "ana").annotation(units(store)[1]).label == "two"
        assert verify(store).problems == []


def test_a_suggester_of_other_labels_is_put_out_of_use(path: Path):
    with Store.open(path) as store:
        store.db.execute("INSERT INTO suggesters (n, name, version) VALUES (9, 'mine', '1')")
        store.db.execute(
            "INSERT INTO suggestions VALUES (9, ?, 'three', 0.9, 0, '{\"three\": 0.9}', '[]')",
            (units(store)[0],),
        )
        store.set_setting("suggester", "mine")
        stored.adopt(Journal(store, "ana"), SECOND)
        assert store.setting("suggester") == "mine"
        stored.adopt(Journal(store, "ana"), own_schemes.of("s/3", "four", "five"))
        assert store.setting("suggester") is None


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("UPDATE settings SET value = value || ' ' WHERE name = 'scheme.toml'", "taken over last"),
        ("DELETE FROM settings WHERE name = 'scheme.toml'", "taken over last"),
        ("UPDATE settings SET value = 'id = 3' WHERE name = 'scheme.toml'", "cannot be read"),
    ],
)
def test_verify_names_a_scheme_that_no_event_explains(path: Path, sql: str, said: str):
    with sqlite3.connect(path) as raw:
        raw.execute(sql)
    raw.close()
    with Store.open(path) as store:
        problems = verify(store).problems
    assert [(one.table, one.row) for one in problems] == [("settings", "scheme.toml")]
    assert said in problems[0].reason


@pytest.mark.parametrize("payload", ['{"id": "s/1"}', "[]", "{"])
def test_verify_names_a_change_that_was_tampered_with(path: Path, payload: str):
    with sqlite3.connect(path) as raw:
        raw.execute("DROP TRIGGER events_are_not_changed")
        raw.execute("UPDATE events SET payload = ? WHERE kind = 'scheme'", (payload,))
    raw.close()
    with Store.open(path) as store:
        tables = {one.table for one in verify(store).problems}
        assert {"events", "settings"} <= tables
        with pytest.raises(StoreProblem, match="a change of the labels"):
            _ = store.lineage


def test_a_derived_label_that_does_not_follow_is_named(path: Path):
    with Store.open(path) as store:
        give(store, "ana", units(store)[0], "one")
        stored.adopt(Journal(store, "ana"), SECOND, RENAMING)
        store.db.execute("UPDATE annotations SET label = 'one'")
        (problem,) = verify(store).problems
        assert (problem.table, problem.row) == ("annotations", units(store)[0])


# -- any order of things -----------------------------------------------------------------------

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("label"), st.integers(0, 3), st.integers(0, 2)),
        st.tuples(st.just("adjudicate"), st.integers(0, 3), st.integers(0, 2)),
        st.tuples(st.just("note"), st.integers(0, 3), st.integers(0, 2)),
        st.tuples(st.just("undo"), st.integers(0, 1), st.just(0)),
        st.tuples(st.just("redo"), st.integers(0, 1), st.just(0)),
        st.tuples(st.just("scheme"), st.integers(0, 5), st.integers(0, 3)),
    ),
    max_size=12,
)
FILES = [
    own_schemes.of("s/2", "uno", "three"),
    own_schemes.of("s/3", "three", "four", "one"),
    own_schemes.of("s/4", "five", "six"),
    own_schemes.of("s/1", *NAMES),
    own_schemes.of("s/2", "uno", "three", "four"),
    own_schemes.of("s/5", "none-of-these", "one"),
]


def run(store: Store, reviewer: str, steps: list[tuple[str, int, int]]) -> None:
    journal = Journal(store, reviewer)
    for kind, one, other in steps:
        names = store.scheme.names
        if kind == "label":
            give(store, reviewer, units(store)[one], names[other % len(names)])
        elif kind == "adjudicate":
            payload = {
                "label": names[other % len(names)],
                "reason": None,
                "scheme": store.scheme.id,
            }
            journal.record(ADJUDICATE, units(store)[one], payload)
        elif kind == "note":
            journal.record("note", units(store)[one], {"text": f"note {other}"})
        elif kind == "scheme":
            new = own_schemes.scheme(FILES[one])
            gone = [name for name in names if name not in new.names]
            choices = [*new.names, None]
            mapping = {
                name: choices[(place + other) % len(choices)] for place, name in enumerate(gone)
            }
            stored.adopt(journal, FILES[one], mapping)
        else:
            getattr(journal, kind)(ADJUDICATION if one else 0)


@settings(max_examples=40, deadline=None)
@given(STEPS)
def test_whatever_is_done_what_is_derived_is_what_verification_derives(
    made: Path, steps: list[tuple[str, int, int]]
):
    with TemporaryDirectory() as folder:
        path = Path(shutil.copyfile(made, Path(folder) / "labels.db"))
        with Store.open(path) as store:
            run(store, "ana", steps)
            assert verify(store).problems == []
            labels = {label for (label,) in store.db.execute("SELECT label FROM annotations")}
            labels |= {label for (label,) in store.db.execute("SELECT label FROM adjudications")}
            assert labels <= {*store.scheme.names, None}


@settings(max_examples=15, deadline=None)
@given(STEPS, STEPS, st.booleans())
def test_merged_stores_agree_whatever_was_renamed_where_and_in_which_order(
    made: Path, mine: list[tuple[str, int, int]], theirs: list[tuple[str, int, int]], same: bool
):
    with TemporaryDirectory() as folder:
        here, there = (
            Path(shutil.copyfile(made, Path(folder) / name)) for name in ("here.db", "there.db")
        )
        with Store.open(here) as one, Store.open(there) as other:
            run(one, "ana", mine)
            run(other, "ana" if same else "ben", theirs)
            merge_all(one, [there])
            merge_all(other, [here])
            assert derived(one) == derived(other)
            for store in (one, other):
                assert verify(store).problems == []


def test_labels_of_a_scheme_without_a_way_here_are_asked_again_until_one_is_shown(
    made: Path, path: Path, tmp_path: Path
):
    from annotator.project import Project
    from annotator.project.scheme import use

    there = tmp_path / "there.db"
    with Store.open(made) as store:
        store.backup(there)
    with Store.open(path) as one, Store.open(there) as other:
        give(one, "ana", units(one)[0], "one")
        foreign = {"label": "eins", "scheme": "german/1"}
        Journal(other, "ben").record("label", units(other)[1], foreign)
        merge_all(one, [there])
        assert [label for _, _, label, *_ in derived(one)[1]] == ["one", None]
        project = Project(tmp_path)
        project.reviewer("ana")
        same = own_schemes.of("s/1", *NAMES)
        use(project, one, same, "scheme.toml", {"eins": "one"}, before="german/1")
        assert [label for _, _, label, *_ in derived(one)[1]] == ["one", "one"]
        assert verify(one).problems == []


def test_a_merge_brings_the_scheme_along(path: Path, tmp_path: Path):
    there = Path(shutil.copyfile(path, tmp_path / "there.db"))
    with Store.open(path) as one, Store.open(there) as other:
        give(one, "ana", units(one)[0], "one")
        give(other, "ben", units(other)[0], "two")
        stored.adopt(Journal(other, "ben"), SECOND, RENAMING)
        merge_all(one, [there])
        assert one.scheme.id == "s/2"
        assert {label for _, _, label, *_ in derived(one)[1]} == {"uno"}
        (text,) = one.db.execute(
            "SELECT payload FROM events WHERE kind = 'scheme' ORDER BY n DESC LIMIT 1"
        ).fetchone()
        assert json.loads(text)["mapping"] == RENAMING
