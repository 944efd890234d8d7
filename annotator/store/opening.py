"""Opening the store: pragmas, migrations, refusal of what is not ours, and one place for errors.

An up-to-date store is opened without importing sqlite-utils, which the migrations are written
with: its import is a noticeable part of the time to the first sentence.
"""

from __future__ import annotations

import json
import os
import sqlite3
import stat
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from annotator.core import scheme as schemes
from annotator.core.errors import AnnotatorError, StoreBusy, StoreProblem
from annotator.core.lineage import Change, Lineage
from annotator.core.text import visible

# `schema` has the same two numbers; they are repeated here so that it need not be imported.
APPLICATION_ID: Final = 0x416E6E74
VERSION: Final = 4

_USUAL: Final = 2_000
_MUCH: Final = 96_000
"""kB of pages that are kept in memory; the first is SQLite's own."""

BUSY_SECONDS: Final = 5.0
"""How long a write waits for another process before it says that the store is busy."""


_open_here: Final[Counter[tuple[int, int]]] = Counter()
"""Files that this process has open as stores, by device and inode.

To open such a file besides SQLite and to close it again takes all locks of the process from it
(POSIX; SQLite, "How To Corrupt An SQLite Database File", 2.2): another process would believe that
it is the last one, and remove the log under our hands.
"""


def _inode(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino


def open_here(path: Path) -> bool:
    """Return whether this process has the store at `path` open: nobody may read that as a file."""
    try:
        return _inode(path.stat()) in _open_here
    except OSError:
        return False


class Connection(sqlite3.Connection):
    """A connection whose failures are errors of our tree, each with what to do about it."""

    path: Path

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        """Execute one statement; raises StoreProblem."""
        try:
            return super().execute(sql, parameters)
        except sqlite3.Error as error:
            raise explained(error, self.path) from error

    def executemany(self, sql: str, parameters: Any, /) -> sqlite3.Cursor:
        """Execute one statement for each row; raises StoreProblem."""
        try:
            return super().executemany(sql, parameters)
        except sqlite3.Error as error:
            raise explained(error, self.path) from error


class Store:
    """An open label store. Use as a context manager, in the thread that opened it."""

    def __init__(self, path: Path, db: Connection) -> None:
        self.path = path
        self.db = db
        self._here: tuple[int, int] | None = None
        self._lineage: tuple[int, Lineage] | None = None

    @classmethod
    def open(cls, path: Path, *, create: bool = True, read_only: bool = False) -> Store:
        """Open the store at `path`, migrating an older one; raises StoreProblem.

        A file that is not a label store, or is of a newer version, is refused and left untouched.
        """
        try:
            status = path.stat() if path.exists() else None
        except OSError as error:
            raise explained(error, path) from error
        if status and stat.S_ISDIR(status.st_mode):
            raise StoreProblem(f"{_shown(path)} is a folder, not a label store")
        fresh = status is None or status.st_size == 0
        if fresh and not create:
            raise StoreProblem(
                f"there is no label store at {_shown(path)}",
                hint="`annotator add` makes one from a folder of articles",
            )
        if not fresh:
            refuse_foreign(path)
        if fresh:
            _make_folder(path)
        _migrate(path)
        db = _connect(path, read_only=read_only)
        store = cls(path, db)
        here = _inode(path.stat())
        _open_here[here] += 1
        store._here = here
        return store

    def close(self) -> None:
        """Close the connection; nothing is left to be written."""
        self.db.close()
        if self._here is not None:
            _open_here[self._here] -= 1
            if not _open_here[self._here]:
                del _open_here[self._here]
            self._here = None

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()
        if isinstance(error, sqlite3.Error):
            # Met while rows were fetched, which `Connection` has no part in: a damaged page.
            raise explained(error, self.path) from error

    @contextmanager
    def writing(self, *, much: bool = False) -> Iterator[Connection]:
        """Run a block as one transaction that holds the write lock from its first statement.

        One that writes `much` keeps more pages in memory: those of an index that is written in
        random order would else be read and written again and again.
        """
        self.db.execute(f"PRAGMA cache_size = -{_MUCH if much else _USUAL}")
        self.db.execute("BEGIN IMMEDIATE")
        try:
            self._refuse_moved()
            yield self.db
            self.db.execute("COMMIT")
        except BaseException:
            self.forget_lineage()  # it may be that of this transaction
            if self.db.in_transaction:
                # A failed COMMIT (a full disk) leaves the transaction open; SQLite may also
                # have rolled it back by itself.
                self.db.execute("ROLLBACK")
            raise

    def _refuse_moved(self) -> None:
        """Raise StoreProblem where the file is gone: what is written would be in no store."""
        try:
            here = _inode(self.path.stat())
        except OSError:
            here = None
        if self._here is not None and here != self._here:
            raise StoreProblem(
                f"the label store {_shown(self.path)} was moved or removed",
                hint="put it back where it was, or start again",
            )

    @property
    def version_of_data(self) -> int:
        """Return a number that changes when another connection has committed."""
        (number,) = self.db.execute("PRAGMA data_version").fetchone()
        return int(number)

    def setting(self, name: str) -> str | None:
        """Return a stored setting, or None."""
        row = self.db.execute("SELECT value FROM settings WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def set_setting(self, name: str, value: str) -> None:
        """Store a setting."""
        with self.writing() as db:
            db.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (name, value))

    @property
    def scheme_text(self) -> str:
        """Return the TOML of the scheme that is labelled with now."""
        return self.setting(schemes.FILE) or schemes.built_in_text()

    @property
    def scheme(self) -> schemes.Scheme:
        """Return the scheme that is labelled with now; raises StoreProblem."""
        try:
            return schemes.read(self.scheme_text)
        except (ValueError, KeyError, TypeError) as error:
            raise StoreProblem(
                f"the labels of {_shown(self.path)} cannot be read: {error}",
                hint="`annotator verify` says more; `annotator scheme use FILE` sets them anew",
            ) from error

    @property
    def lineage(self) -> Lineage:
        """Return what became of labels given under earlier schemes, also by other processes."""
        version = self.version_of_data
        if self._lineage is None or self._lineage[0] != version:
            # In the words of the index `events_kind`, which has all events but labels.
            rows = self.db.execute(
                "SELECT id, payload, created_at FROM events"
                " WHERE kind = 'scheme' AND kind <> 'label'"
            )
            try:
                found = [Change.of(name, json.loads(payload), at) for name, payload, at in rows]
            except (ValueError, KeyError, TypeError) as error:
                raise StoreProblem(
                    f"a change of the labels of {_shown(self.path)} cannot be read: {error}",
                    hint="restore a backup; `annotator verify` says which row it is",
                ) from error
            self._lineage = version, Lineage(found)
        return self._lineage[1]

    def forget_lineage(self) -> None:
        """Read the changes of the scheme again: this process has added some."""
        self._lineage = None

    def write_back(self) -> None:
        """Write what is in the log back into the store, from any thread and beside the others.

        Otherwise SQLite does it within the commit that makes the log too long, and that label
        waits for it. What is committed is safe in the log; a failure here is met again later.
        """
        with suppress(sqlite3.Error), closing(sqlite3.connect(self.path)) as db:
            db.execute("PRAGMA synchronous = FULL")
            db.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()

    def backup(self, target: Path) -> int:
        """Copy the store to `target` while others may go on working; returns pages copied.

        The copy is made beside the target and moved into place when it is whole.
        """
        if target.exists():
            raise StoreProblem(
                f"{_shown(target)} exists already", hint="choose a new name for the backup"
            )
        if not target.parent.is_dir():
            raise StoreProblem(
                f"there is no folder {_shown(target.parent)} for the backup",
                hint="make it, or choose another place",
            )
        part = target.with_name(target.name + ".part")
        try:
            part.unlink(missing_ok=True)
            copy = sqlite3.connect(part)
            try:
                with copy:
                    self.db.backup(copy)
                (pages,) = copy.execute("PRAGMA page_count").fetchone()
            finally:
                copy.close()
            part.rename(target)
        except (sqlite3.Error, OSError) as error:
            part.unlink(missing_ok=True)
            raise explained(error, target) from error
        return int(pages)


def explained(error: sqlite3.Error | OSError, path: Path) -> StoreProblem:
    """Return `error` as one of our own, with what a person can do about it."""
    text = str(error)
    name = _shown(path)
    if isinstance(error, PermissionError) or "readonly" in text or "read-only" in text.lower():
        return StoreProblem(
            f"the label store {name} cannot be written",
            hint="check the permissions of the file and of its folder (SQLite writes beside it)",
        )
    if "locked" in text or "busy" in text:
        return StoreBusy(
            f"another process is writing to {name}",
            hint="nothing was changed; try again in a moment",
        )
    if "disk is full" in text or "No space" in text:
        return StoreProblem(
            f"the disk is full; {name} was not changed",
            hint="free some space and do it again: everything saved before is safe",
        )
    if "malformed" in text or "not a database" in text or "corrupt" in text:
        return StoreProblem(
            f"{name} is damaged: {text}",
            hint="restore a backup, or recover rows with `sqlite3 labels.db .recover`",
        )
    if "disk I/O error" in text:
        return StoreProblem(
            f"{name} cannot be read or written: {text}",
            hint="the disk may be full (SQLite needs room beside the file), or be failing",
        )
    if "unable to open" in text:
        return StoreProblem(
            f"the label store {name} cannot be opened",
            hint="check that its folder exists and may be written",
        )
    return StoreProblem(f"{name}: {text}")


def _shown(path: Path) -> str:
    return visible(str(path))


def _make_folder(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise explained(error, path) from error


def refuse_foreign(path: Path) -> None:
    """Raise StoreProblem where a file is no label store, or one of a newer version."""
    if open_here(path):
        return
    # Opened read-only and immutable, so that not even a journal is touched beside the file.
    try:
        with path.open("rb") as file:
            header = file.read(100)
    except OSError as error:
        raise explained(error, path) from error
    if not header.startswith(b"SQLite format 3\0") or len(header) < 100:
        raise StoreProblem(
            f"{_shown(path)} is not a label store",
            hint="move it away or name another project folder; the file was not touched",
        )
    # SQLite file format, section 1.3: user version at offset 60, application id at offset 68.
    version = int.from_bytes(header[60:64], "big")
    application = int.from_bytes(header[68:72], "big")
    # A schema cookie (offset 40) of 0 is an empty database: a start that was killed early.
    # What it holds may also be in the write-ahead log alone; `_migrate` looks there.
    if int.from_bytes(header[40:44], "big"):
        _check_identity(path, application, version)


def _check_identity(path: Path, application: int, version: int) -> None:
    if application != APPLICATION_ID:
        raise StoreProblem(
            f"{_shown(path)} is an SQLite database of another program",
            hint="move it away or name another project folder; the file was not touched",
        )
    if version > VERSION:
        raise StoreProblem(
            f"{_shown(path)} was written by a newer annotator (schema {version}, "
            f"this one knows {VERSION})",
            hint="update annotator; the file was not touched",
        )


def _connect(path: Path, *, read_only: bool = False) -> Connection:
    try:
        db = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, factory=Connection)
    except sqlite3.Error as error:
        raise explained(error, path) from error
    db.path = path
    try:
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("PRAGMA synchronous = FULL")
        if read_only:
            db.execute("PRAGMA query_only = ON")
        db.execute("SELECT count(*) FROM settings")
    except AnnotatorError:
        db.close()
        raise
    return db


def _migrate(path: Path) -> None:
    raw = None
    try:
        raw = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
        (version,) = raw.execute("PRAGMA user_version").fetchone()
        (application,) = raw.execute("PRAGMA application_id").fetchone()
        if version == VERSION and application == APPLICATION_ID:
            return
        if raw.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
            _check_identity(path, application, version)
        from sqlite_utils import Database

        from annotator.store import schema

        if (schema.VERSION, schema.APPLICATION_ID) != (VERSION, APPLICATION_ID):
            raise AssertionError("the two copies of the schema's version differ")
        _keep_a_log(raw)
        # One transaction around all of it: two processes that open a fresh store at once must
        # not both create it, and a migration that fails must leave the version it found.
        raw.execute("BEGIN IMMEDIATE")
        try:
            (version,) = raw.execute("PRAGMA user_version").fetchone()
            if version < VERSION:
                schema.migrations.apply(Database(raw, execute_plugins=False))
                raw.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                raw.execute(f"PRAGMA user_version = {VERSION}")
            raw.execute("COMMIT")
        except BaseException:
            if raw.in_transaction:
                raw.execute("ROLLBACK")
            raise
    except sqlite3.Error as error:
        raise explained(error, path) from error
    finally:
        if raw is not None:
            raw.close()


def _keep_a_log(raw: sqlite3.Connection) -> None:
    """Switch to write-ahead logging, as soon as no other process is about to do the same.

    SQLite does not wait at this step, whatever the timeout of the connection.
    """
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            raw.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return
