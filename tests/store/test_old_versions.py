"""Stores that earlier versions wrote: opened, verified and gone on with."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from annotator.core.history import Annotation
from annotator.core.model import Reason, Suggestion
from annotator.core.scheme import built_in
from annotator.ingest.duplicates import candidate_keys
from annotator.session import Session
from annotator.store import Store
from annotator.store.journal import Journal
from annotator.store.opening import VERSION
from annotator.store.suggestions import InUse, Suggestions
from annotator.store.verify import verify

FIXTURES = Path(__file__).parent / "fixtures"


def test_there_is_a_store_of_every_version():
    found = {path.name for path in FIXTURES.glob("*.db")}
    assert found == {f"schema-{version}.db" for version in range(1, VERSION + 1)}
    assert all(path.stat().st_size < 300_000 for path in FIXTURES.glob("*.db"))


def tables(store: Store) -> set[str]:
    rows = store.db.execute("SELECT type, name, sql FROM sqlite_master")
    return {f"{kind} {name}: {sql}" for kind, name, sql in rows}


@pytest.mark.parametrize("version", range(1, VERSION + 1))
def test_it_has_the_tables_of_a_fresh_store_when_it_is_opened(tmp_path: Path, version: int):
    # Before the first release that has a version, its fixture is made again by fixtures/make.py;
    # after it, whatever is missing here takes a migration.
    shutil.copy(FIXTURES / f"schema-{version}.db", tmp_path / "old.db")
    with Store.open(tmp_path / "old.db") as old, Store.open(tmp_path / "fresh.db") as fresh:
        assert tables(old) == tables(fresh)


@pytest.mark.parametrize("version", range(1, VERSION + 1))
def test_it_opens_verifies_and_goes_on(tmp_path: Path, version: int):
    path = tmp_path / "labels.db"
    shutil.copy(FIXTURES / f"schema-{version}.db", path)
    with Store.open(path) as store:
        assert verify(store) == (3, 11, 18 if version < 3 else 23, 2, [], [])
        ana = Journal(store, "ana")
        assert ana.annotation(2) == Annotation(
            label="factual", confidence=3, seconds=2.5, guideline="1.0",
            created_at="2026-05-01T10:00:00.000Z",
        )  # fmt: skip
        assert ana.annotation(3).tags == ("loaded", "mixed")
        assert ana.annotation(3).note == "“finest” – says who?"
        assert ana.annotation(4).skipped
        assert ana.annotation(8).label == ana.annotation(10).label == "factual"
        assert ana.annotation(9) == Annotation(asked=True)
        assert Journal(store, "ben").annotation(2).label == "speculative"
        assert store.setting("shuffle_seed") == "7"
        session = Session(store, "ana", built_in())
        assert session.redo() is not None
        assert session.annotation_of(session.article.units[1]).label == "none"
        session.next_unlabelled()
        session.label("factual")
        assert verify(store).problems == []
    with Store.open(path) as store:
        assert store.db.execute("PRAGMA user_version").fetchone() == (VERSION,)
        assert store.db.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_the_keys_of_the_first_version_are_made_anew(tmp_path: Path):
    shutil.copy(FIXTURES / "schema-1.db", tmp_path / "labels.db")
    with closing(sqlite3.connect(tmp_path / "labels.db")) as db:
        db.execute("INSERT INTO form_keys SELECT 136510074631669685, hash FROM forms")
        db.commit()
    with Store.open(tmp_path / "labels.db") as store:
        stored = set(store.db.execute("SELECT key, form FROM form_keys"))
        texts = store.db.execute(
            "SELECT f.hash, substr(d.text, u.start + 1, u.stop - u.start)"
            " FROM forms f JOIN units u ON u.n = f.unit JOIN documents d ON d.n = u.document"
        ).fetchall()
    assert len(texts) == 10
    assert stored == {(key, form) for form, text in texts for key in candidate_keys(text)}


def test_suggestions_came_with_the_second_version(tmp_path: Path):
    for version in (1, 2):
        shutil.copy(FIXTURES / f"schema-{version}.db", tmp_path / f"{version}.db")
    with Store.open(tmp_path / "1.db") as store:
        assert Suggestions(store).in_use() is None
        assert Suggestions(store).of(3) is None
        assert list(Suggestions(store).probabilities()) == []
    with Store.open(tmp_path / "2.db") as store:
        suggestions = Suggestions(store)
        assert suggestions.in_use() == InUse(1, "rules/1", "0123456789ab")
        assert suggestions.of(3) == (
            "rules/1",
            Suggestion(
                "promotional",
                {"factual": 0.2, "speculative": 0.25, "promotional": 0.55},
                (Reason(17, 23, "superlative", "finest", "R3", 1.5),),
            ),
        )
        assert suggestions.of(2)[1].abstained
        assert suggestions.of(4) is None
