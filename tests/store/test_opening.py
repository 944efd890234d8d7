"""Opening a store: what is made, migrated, refused, and what is left exactly as it was."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from strategies import THREE, fill

from annotator.core.errors import AnnotatorError, StoreBusy, StoreProblem
from annotator.store import Store, opening, schema
from annotator.store.journal import Journal
from annotator.store.verify import verify


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@contextmanager
def without_rights(folder: Path, mode: int = 0o555) -> Iterator[None]:
    """Take the right to write from `folder`; root gives up being root for as long."""
    folder.chmod(mode)
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)
        folder.chmod(0o755)


# -- what can be opened ------------------------------------------------------------------------


def test_a_fresh_store_is_made_with_its_folder(tmp_path: Path):
    path = tmp_path / "project" / "labels" / "labels.db"
    with Store.open(path) as store:
        assert store.db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert store.db.execute("PRAGMA synchronous").fetchone() == (2,)
        assert store.db.execute("PRAGMA foreign_keys").fetchone() == (1,)
        assert store.db.execute("PRAGMA application_id").fetchone() == (opening.APPLICATION_ID,)
        assert store.db.execute("PRAGMA user_version").fetchone() == (opening.VERSION,)
        tables = store.db.execute(
            "SELECT name, strict FROM pragma_table_list WHERE type = 'table' AND schema = 'main'"
            " AND name NOT LIKE 'sqlite_%' AND name != '_sqlite_migrations'"
        ).fetchall()
        assert len(tables) > 10
        assert all(strict for _, strict in tables)
        assert verify(store).problems == []


def test_the_two_copies_of_the_schemas_numbers_agree():
    assert (schema.VERSION, schema.APPLICATION_ID) == (opening.VERSION, opening.APPLICATION_ID)


def test_what_was_stored_is_there_again(tmp_path: Path):
    path = tmp_path / "labels.db"
    with Store.open(path) as store:
        fill(store, THREE)
        store.set_setting("shuffle_seed", "7")
    with Store.open(path, create=False) as store:
        assert store.setting("shuffle_seed") == "7"
        assert store.setting("nothing") is None
        assert verify(store).units == 11


def test_an_up_to_date_store_needs_no_sqlite_utils(tmp_path: Path):
    path = tmp_path / "labels.db"
    Store.open(path).close()
    program = (
        "import sys; from pathlib import Path; from annotator.store import Store\n"
        "Store.open(Path(sys.argv[1])).close()\n"
        "print([m for m in ('sqlite_utils', 'annotator.store.schema') if m in sys.modules])"
    )
    found = subprocess.run(
        [sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "[]"


def test_an_empty_file_becomes_a_store(tmp_path: Path):
    path = tmp_path / "labels.db"
    path.touch()
    with Store.open(path) as store:
        fill(store, THREE)
    with Store.open(path) as store:
        assert verify(store).problems == []


def test_a_start_that_was_killed_after_the_header_is_begun_again(tmp_path: Path):
    path = tmp_path / "labels.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA journal_mode = WAL")
    assert path.read_bytes().startswith(b"SQLite format 3\0")
    with Store.open(path) as store:
        fill(store, THREE)
        assert verify(store).problems == []


def test_a_store_whose_content_is_in_the_log_alone_is_opened(tmp_path: Path):
    path = tmp_path / "labels.db"
    with Store.open(path) as store:
        fill(store, THREE)
        for suffix in ("", "-wal"):
            copy = tmp_path / f"copy.db{suffix}"
            copy.write_bytes(Path(f"{path}{suffix}").read_bytes())
    with Store.open(tmp_path / "copy.db") as store:
        assert verify(store).documents == 3


# -- what is refused, and left as it was -------------------------------------------------------


def foreign(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE bookmarks (url TEXT)")
        db.execute("INSERT INTO bookmarks VALUES ('x')")
        db.commit()


def foreign_in_wal(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("CREATE TABLE bookmarks (url TEXT)")
        db.commit()


def newer(path: Path) -> None:
    Store.open(path).close()
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA user_version = 99")


def text(path: Path) -> None:
    path.write_text("These are my notes on the bridge. " * 10)


def short(path: Path) -> None:
    path.write_bytes(b"SQLite format 3\0")


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (foreign, "another program"),
        (foreign_in_wal, "another program"),
        (newer, r"newer annotator \(schema 99, this one knows \d"),
        (text, "is not a label store"),
        (short, "is not a label store"),
    ],
)
def test_what_is_not_ours_is_refused_and_not_touched(tmp_path: Path, make, reason: str):
    path = tmp_path / "labels.db"
    make(path)
    before, beside = digest(path), names(tmp_path)
    with pytest.raises(StoreProblem, match=reason) as caught:
        Store.open(path)
    assert "not touched" in (caught.value.hint or "")
    assert str(path) in caught.value.message
    assert digest(path) == before
    assert names(tmp_path) == beside


def test_a_database_of_others_in_the_making_is_refused(tmp_path: Path):
    # Its tables are in the write-ahead log only: the file itself is an empty database.
    path = tmp_path / "labels.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("CREATE TABLE bookmarks (url TEXT)")
        db.commit()
        before = digest(path)
        with pytest.raises(StoreProblem, match="another program"):
            Store.open(path)
        assert digest(path) == before
        assert db.execute("SELECT count(*) FROM bookmarks").fetchone() == (0,)


def test_a_folder_is_no_store(tmp_path: Path):
    with pytest.raises(StoreProblem, match="is a folder"):
        Store.open(tmp_path)


def test_without_create_nothing_is_made(tmp_path: Path):
    path = tmp_path / "labels" / "labels.db"
    with pytest.raises(StoreProblem, match="there is no label store") as caught:
        Store.open(path, create=False)
    assert "annotator add" in (caught.value.hint or "")
    assert names(tmp_path) == []


def test_a_parent_that_is_a_file_is_explained(tmp_path: Path):
    (tmp_path / "labels").write_text("x")
    with pytest.raises(StoreProblem):
        Store.open(tmp_path / "labels" / "labels.db")


def test_a_damaged_store_is_said_to_be_damaged(tmp_path: Path):
    path = tmp_path / "labels.db"
    with Store.open(path) as store:
        fill(store, THREE)
    data = bytearray(path.read_bytes())
    data[100:4096] = b"\xff" * 3996
    path.write_bytes(data)
    with pytest.raises(StoreProblem, match="damaged") as caught:
        Store.open(path)
    assert "backup" in (caught.value.hint or "")


def test_damage_that_is_met_later_is_said_to_be_damage(tmp_path: Path):
    path = tmp_path / "labels.db"
    with Store.open(path) as store:
        fill(store, THREE)
        with store.writing() as db:
            db.executemany("INSERT INTO forms VALUES (?, 0, 0)", ((n,) for n in range(9000)))
    data = bytearray(path.read_bytes())
    data[-9 * 4096 :] = b"\xff" * (9 * 4096)
    path.write_bytes(data)
    everything = "SELECT sum(hash), sum(label) FROM forms GROUP BY hash % 2"
    # The first rows come without a problem, and `fetchall` is not ours.
    with pytest.raises(StoreProblem, match="damaged"), Store.open(path) as store:
        list(store.db.execute("SELECT * FROM forms"))
    with Store.open(path) as store, pytest.raises(StoreProblem, match="damaged"):
        store.db.execute(everything)


def test_a_failed_migration_leaves_what_it_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "labels.db"
    monkeypatch.setattr(schema, "_FIRST", "CREATE TABLE documents (n);; CREATE TABLE nonsense")
    with pytest.raises(StoreProblem):
        Store.open(path)
    monkeypatch.undo()
    with Store.open(path) as store:
        fill(store, THREE)
        assert verify(store).problems == []


# -- rights, locks -----------------------------------------------------------------------------


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that anybody may go into: those of pytest are closed to all but their owner."""
    with TemporaryDirectory(prefix="annotator-test-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        folder.chmod(0o755)


def test_a_folder_that_cannot_be_written_is_said_so(open_folder: Path):
    with without_rights(open_folder):
        for path in (open_folder / "labels.db", open_folder / "labels" / "labels.db"):
            with pytest.raises(StoreProblem) as caught:
                Store.open(path)
            assert str(path) in caught.value.message
            assert "folder" in (caught.value.hint or "")
    assert names(open_folder) == []


def test_a_store_in_a_folder_that_cannot_be_written(open_folder: Path):
    path = open_folder / "labels.db"
    with Store.open(path) as store:
        fill(store, THREE)
    path.chmod(0o444)
    before = digest(path)
    with without_rights(open_folder):
        with pytest.raises(StoreProblem) as caught, Store.open(path) as store:
            Journal(store, "ana").record("flag", 2, {"on": True})
        assert "folder" in (caught.value.hint or "")
    assert digest(path) == before
    assert names(open_folder) == ["labels.db"]


def test_a_folder_that_cannot_be_entered_is_explained(open_folder: Path):
    with without_rights(open_folder, 0o600), pytest.raises(StoreProblem):
        Store.open(open_folder / "labels.db")


def test_read_only_refuses_to_write(tmp_path: Path):
    path = tmp_path / "labels.db"
    Store.open(path).close()
    with Store.open(path, read_only=True) as store:
        with pytest.raises(StoreProblem, match="cannot be written"):
            store.set_setting("a", "b")
        assert store.setting("a") is None


def test_a_locked_store_is_busy_and_then_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(opening, "BUSY_SECONDS", 0.05)
    path = tmp_path / "labels.db"
    with Store.open(path) as store, Store.open(path) as other:
        fill(store, THREE)
        journal = Journal(store, "ana")
        with other.writing():
            with pytest.raises(StoreBusy) as caught:
                journal.record("flag", 2, {"on": True})
            assert "nothing was changed" in (caught.value.hint or "")
            assert caught.value.exit_code == 4
            # Who only reads is not kept waiting, and a start is not either.
            assert journal.annotation(2).flagged is False
            Store.open(path).close()
        journal.record("flag", 2, {"on": True})
        assert verify(store).problems == []


def test_a_fresh_store_that_somebody_else_is_making_is_busy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(opening, "BUSY_SECONDS", 0.05)
    path = tmp_path / "labels.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreBusy):
            Store.open(path)
        other.execute("ROLLBACK")
    Store.open(path).close()


def _open_and_label(path: str, name: str, ready, results) -> None:
    ready.wait(30)
    try:
        with Store.open(Path(path)) as store:
            store.set_setting(name, name)
            results.put((name, len(verify(store).problems)))
    except AnnotatorError as error:
        results.put((name, error.message))


def test_processes_that_make_the_same_store_at_once_all_end_well(tmp_path: Path):
    context = multiprocessing.get_context("spawn")
    path = tmp_path / "labels" / "labels.db"
    ready, results = context.Barrier(3), context.Queue()
    people = ("ana", "ben", "eve")
    processes = [
        context.Process(target=_open_and_label, args=(str(path), name, ready, results))
        for name in people
    ]
    for process in processes:
        process.start()
    found = dict(results.get(timeout=60) for _ in processes)
    for process in processes:
        process.join(30)
    assert found == dict.fromkeys(people, 0)
    with Store.open(path) as store:
        assert [store.setting(name) for name in people] == list(people)


_LABELS_ELSEWHERE = """
import sys
from pathlib import Path
from annotator.store import Store
with Store.open(Path(sys.argv[1])) as store:
    store.set_setting("elsewhere", "yes")
"""


def test_a_store_opened_twice_in_one_process_keeps_its_locks(tmp_path: Path):
    # The second opening must not take the locks of the first away: the other process would
    # believe that it is the last one, and remove the log that the first goes on writing to.
    path = tmp_path / "labels.db"
    with Store.open(path) as first:
        first.set_setting("before", "yes")
        Store.open(path, read_only=True).close()
        subprocess.run([sys.executable, "-c", _LABELS_ELSEWHERE, str(path)], check=True)
        assert first.setting("elsewhere") == "yes"
        first.set_setting("after", "yes")
        with Store.open(path) as second:
            assert second.setting("after") == "yes"
    with Store.open(path) as again:
        assert [again.setting(name) for name in ("before", "elsewhere", "after")] == ["yes"] * 3


# -- what SQLite says --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (sqlite3.OperationalError("attempt to write a readonly database"), StoreProblem, "written"),
        (PermissionError(13, "Permission denied"), StoreProblem, "cannot be written"),
        (OSError(30, "Read-only file system"), StoreProblem, "cannot be written"),
        (sqlite3.OperationalError("database is locked"), StoreBusy, "another process"),
        (sqlite3.OperationalError("database or disk is full"), StoreProblem, "disk is full"),
        (OSError(28, "No space left on device"), StoreProblem, "disk is full"),
        (sqlite3.DatabaseError("database disk image is malformed"), StoreProblem, "damaged"),
        (sqlite3.DatabaseError("file is not a database"), StoreProblem, "damaged"),
        (sqlite3.OperationalError("unable to open database file"), StoreProblem, "be opened"),
        (sqlite3.OperationalError("disk I/O error"), StoreProblem, "disk I/O error"),
    ],
)
def test_failures_are_explained(error: sqlite3.Error, kind: type[StoreProblem], words: str):
    found = opening.explained(error, Path("a\x1b[2Jb.db"))
    assert type(found) is kind
    assert words in found.message
    assert "\x1b" not in found.message
