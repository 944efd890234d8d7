"""The store of somebody else: read as it is now, and never touched.

SQLite makes files beside a database in write-ahead mode even to read it. One that nobody has open
is therefore read as a file that does not change, and looked at again at the end.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from annotator.core.errors import StoreProblem
from annotator.core.text import visible
from annotator.store.opening import VERSION, Connection, Store, explained, refuse_foreign


@contextmanager
def opened(path: Path) -> Iterator[Store]:
    """Give the store at `path` to read from, as one state of it; one of an older version as a copy.

    Raises StoreProblem, also at the end where somebody wrote to it meanwhile.
    """
    if not path.is_file():
        raise StoreProblem(f"there is no label store at {visible(str(path))}")
    refuse_foreign(path)
    real = path.resolve()
    log = real.with_name(real.name + "-wal")
    in_use = log.exists() and log.stat().st_size > 0
    before = path.stat()
    address = f"file:{quote(str(real))}?{'mode=ro' if in_use else 'immutable=1'}"
    try:
        db = sqlite3.connect(address, uri=True, isolation_level=None, factory=Connection)
    except sqlite3.Error as error:
        raise explained(error, path) from error
    db.path = path
    with closing(db):
        db.execute("BEGIN")
        (version,) = db.execute("PRAGMA user_version").fetchone()
        if version == VERSION:
            with _damage_told(path):
                yield Store(path, db)
        else:
            with tempfile.TemporaryDirectory(prefix="annotator-") as folder, _damage_told(path):
                with closing(sqlite3.connect(Path(folder) / path.name)) as copy:
                    db.backup(copy)
                with Store.open(Path(folder) / path.name) as migrated:
                    yield migrated
    after = path.stat()
    if not in_use and (before.st_mtime_ns, before.st_size) != (after.st_mtime_ns, after.st_size):
        raise StoreProblem(
            f"{visible(str(path))} was written to while it was read",
            hint="nothing was changed; try again",
        )


@contextmanager
def _damage_told(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise explained(error, path) from error
