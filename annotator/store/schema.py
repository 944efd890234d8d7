"""The tables of the store, as migrations that are applied in order and never edited.

Events and documents are facts and never change; triggers refuse it. `steps` and `annotations`
are derived from the events inside the same transaction and can be derived again; `verify` does.
So are `adjudications` and `assignments`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlite_utils.migrations import Migrations

if TYPE_CHECKING:
    from sqlite_utils import Database

APPLICATION_ID: Final = 0x416E6E74  # "Annt", shown by file(1) and checked on opening
VERSION: Final = 4
"""Version of the newest schema, kept in `PRAGMA user_version`: the count of migrations."""

migrations = Migrations("annotator")


@migrations()
def m001_documents_and_history(db: Database) -> None:
    """Create the tables of the first release."""
    for statement in _FIRST.split(";;"):
        db.execute(statement)


@migrations()
def m002_suggestions(db: Database) -> None:
    """Create the tables of suggestions, and make the candidate keys anew.

    Suggestions for what is stored are computed on demand: `annotator suggest --recompute`. The keys
    are made in another way than before, and no longer refer to their forms: each insert looked
    the form up.
    """
    from annotator.ingest.duplicates import candidate_keys

    for statement in _SUGGESTIONS.split(";;"):
        db.execute(statement)
    texts = db.execute(
        "SELECT f.hash, substr(d.text, u.start + 1, u.stop - u.start)"
        " FROM forms f JOIN units u ON u.n = f.unit JOIN documents d ON d.n = u.document"
    )
    keys = ((key, form) for form, text in texts for key in candidate_keys(text))
    db.conn.executemany("INSERT INTO form_keys VALUES (?, ?)", keys)


@migrations()
def m003_several_reviewers(db: Database) -> None:
    """Make room for adjudication, assignment, forked chains and events of the whole project."""
    for statement in _SEVERAL.split(";;"):
        db.execute(statement)


@migrations()
def m004_since_when(db: Database) -> None:
    """Say since when a text is at its origin, so that merged stores agree on the newest one."""
    db.execute("ALTER TABLE origins ADD COLUMN since TEXT NOT NULL DEFAULT ''")
    db.execute(
        "UPDATE origins SET since = (SELECT added_at FROM documents WHERE n = origins.document)"
    )


_FIRST = """
CREATE TABLE documents (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    title TEXT, source TEXT, url TEXT, published TEXT, author TEXT,
    language TEXT NOT NULL,
    language_score REAL NOT NULL,
    encoding TEXT NOT NULL,
    markup TEXT NOT NULL,
    added_at TEXT NOT NULL,
    current INTEGER NOT NULL DEFAULT 1,
    sentences INTEGER NOT NULL,
    likeness TEXT NOT NULL,
    text TEXT NOT NULL
) STRICT;;
CREATE INDEX documents_current ON documents (current, sentences);;
CREATE INDEX documents_likeness ON documents (likeness);;
CREATE TABLE origins (
    path TEXT NOT NULL,
    key TEXT NOT NULL,
    document INTEGER NOT NULL REFERENCES documents (n),
    PRIMARY KEY (path, key)
) STRICT;;
CREATE INDEX origins_document ON origins (document);;
CREATE TABLE files (
    path TEXT PRIMARY KEY,
    size INTEGER NOT NULL,
    modified INTEGER NOT NULL,
    options TEXT NOT NULL
) STRICT, WITHOUT ROWID;;
CREATE TABLE units (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    document INTEGER NOT NULL REFERENCES documents (n),
    start INTEGER NOT NULL,
    stop INTEGER NOT NULL,
    kind TEXT NOT NULL,
    block INTEGER NOT NULL,
    asked INTEGER NOT NULL,
    form INTEGER NOT NULL REFERENCES forms (hash)
) STRICT;;
CREATE INDEX units_document ON units (document);;
CREATE INDEX units_form ON units (form);;
CREATE TABLE forms (
    hash INTEGER PRIMARY KEY,
    label INTEGER NOT NULL,
    unit INTEGER NOT NULL
) STRICT;;
CREATE INDEX forms_label ON forms (label);;
CREATE TABLE form_keys (
    key INTEGER NOT NULL,
    form INTEGER NOT NULL REFERENCES forms (hash),
    PRIMARY KEY (key, form)
) STRICT, WITHOUT ROWID;;
CREATE VIRTUAL TABLE units_text USING fts5 (
    text, content = '', tokenize = "unicode61 remove_diacritics 2"
);;
CREATE TABLE analyzers (
    n INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    version TEXT NOT NULL
) STRICT;;
CREATE TABLE sentiments (
    unit INTEGER NOT NULL REFERENCES units (n),
    analyzer INTEGER NOT NULL REFERENCES analyzers (n),
    polarity REAL NOT NULL,
    subjectivity REAL NOT NULL,
    assessments TEXT NOT NULL,
    PRIMARY KEY (unit, analyzer)
) STRICT, WITHOUT ROWID;;
CREATE TABLE reviewers (
    n INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    events INTEGER NOT NULL DEFAULT 0,
    head TEXT
) STRICT;;
CREATE TABLE events (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    prev TEXT,
    number INTEGER NOT NULL,
    reviewer INTEGER NOT NULL REFERENCES reviewers (n),
    kind TEXT NOT NULL,
    unit INTEGER NOT NULL REFERENCES units (n),
    payload TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT;;
CREATE INDEX events_reviewer ON events (reviewer, number);;
CREATE TABLE steps (
    event INTEGER PRIMARY KEY REFERENCES events (n),
    reviewer INTEGER NOT NULL REFERENCES reviewers (n),
    unit INTEGER NOT NULL REFERENCES units (n),
    standing INTEGER NOT NULL
) STRICT;;
CREATE INDEX steps_standing ON steps (reviewer, standing, event);;
CREATE INDEX steps_unit ON steps (reviewer, unit, event);;
CREATE TABLE annotations (
    reviewer INTEGER NOT NULL REFERENCES reviewers (n),
    unit INTEGER NOT NULL REFERENCES units (n),
    label TEXT,
    skipped INTEGER NOT NULL,
    flagged INTEGER NOT NULL,
    asked INTEGER NOT NULL,
    confidence INTEGER,
    tags TEXT NOT NULL,
    note TEXT,
    seconds REAL,
    suggestion_shown INTEGER NOT NULL,
    guideline TEXT,
    created_at TEXT,
    PRIMARY KEY (reviewer, unit)
) STRICT, WITHOUT ROWID;;
CREATE INDEX annotations_label ON annotations (reviewer, label, unit);;
CREATE INDEX annotations_unit ON annotations (unit);;
CREATE INDEX annotations_skipped ON annotations (reviewer, unit) WHERE skipped = 1;;
CREATE INDEX annotations_asked ON annotations (reviewer, unit) WHERE asked = 1;;
CREATE TABLE settings (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;;
CREATE TRIGGER events_are_not_changed BEFORE UPDATE ON events
BEGIN SELECT RAISE (ABORT, 'history is append-only'); END;;
CREATE TRIGGER events_are_not_removed BEFORE DELETE ON events
BEGIN SELECT RAISE (ABORT, 'history is append-only'); END;;
CREATE TRIGGER texts_are_not_changed BEFORE UPDATE OF id, text ON documents
BEGIN SELECT RAISE (ABORT, 'the text of a document does not change'); END;;
CREATE TRIGGER documents_are_not_removed BEFORE DELETE ON documents
BEGIN SELECT RAISE (ABORT, 'documents are kept'); END;;
CREATE TRIGGER units_are_not_moved BEFORE UPDATE OF id, document, start, stop ON units
BEGIN SELECT RAISE (ABORT, 'a unit does not move'); END
"""

_SUGGESTIONS = """
CREATE TABLE suggesters (
    n INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    version TEXT NOT NULL
) STRICT;;
CREATE TABLE suggestions (
    suggester INTEGER NOT NULL REFERENCES suggesters (n),
    unit INTEGER NOT NULL REFERENCES units (n),
    label TEXT NOT NULL,
    score REAL NOT NULL,
    abstained INTEGER NOT NULL,
    probabilities TEXT NOT NULL,
    reasons TEXT NOT NULL,
    PRIMARY KEY (suggester, unit)
) STRICT, WITHOUT ROWID;;
DROP TABLE form_keys;;
CREATE TABLE form_keys (
    key INTEGER NOT NULL,
    form INTEGER NOT NULL,
    PRIMARY KEY (key, form)
) STRICT, WITHOUT ROWID
"""

_SEVERAL = """
CREATE TABLE events_of_all (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    prev TEXT,
    number INTEGER NOT NULL,
    reviewer INTEGER NOT NULL REFERENCES reviewers (n),
    kind TEXT NOT NULL,
    unit INTEGER REFERENCES units (n),
    payload TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT;;
INSERT INTO events_of_all SELECT * FROM events;;
DROP TABLE events;;
ALTER TABLE events_of_all RENAME TO events;;
CREATE INDEX events_reviewer ON events (reviewer, number);;
CREATE INDEX events_kind ON events (kind, unit) WHERE kind <> 'label';;
CREATE TRIGGER events_are_not_changed BEFORE UPDATE ON events
BEGIN SELECT RAISE (ABORT, 'history is append-only'); END;;
CREATE TRIGGER events_are_not_removed BEFORE DELETE ON events
BEGIN SELECT RAISE (ABORT, 'history is append-only'); END;;
ALTER TABLE reviewers ADD COLUMN forks TEXT NOT NULL DEFAULT '[]';;
DROP INDEX steps_standing;;
DROP INDEX steps_unit;;
ALTER TABLE steps ADD COLUMN place INTEGER NOT NULL DEFAULT 0;;
ALTER TABLE steps ADD COLUMN track INTEGER NOT NULL DEFAULT 0;;
UPDATE steps SET place = event;;
CREATE INDEX steps_standing ON steps (reviewer, track, standing, place);;
CREATE INDEX steps_unit ON steps (reviewer, unit, place);;
CREATE TABLE assignments (
    reviewer INTEGER NOT NULL REFERENCES reviewers (n),
    unit INTEGER NOT NULL REFERENCES units (n),
    PRIMARY KEY (reviewer, unit)
) STRICT, WITHOUT ROWID;;
CREATE INDEX assignments_unit ON assignments (unit);;
CREATE TABLE adjudications (
    reviewer INTEGER NOT NULL REFERENCES reviewers (n),
    unit INTEGER NOT NULL REFERENCES units (n),
    label TEXT NOT NULL,
    reason TEXT,
    note TEXT,
    created_at TEXT NOT NULL,
    PRIMARY KEY (reviewer, unit)
) STRICT, WITHOUT ROWID;;
CREATE INDEX adjudications_unit ON adjudications (unit)
"""
