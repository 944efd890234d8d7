"""Merging: what comes along, which of two values stays, and what is refused as a whole."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta, timezone
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import THREE, article, fill, new_document
from test_merge_any_order import STATE
from test_merge_any_order import state as whole_state

from annotator.core.errors import AnnotatorError, InputProblem, StoreProblem, UsageProblem
from annotator.core.history import Annotation
from annotator.core.model import Suggestion
from annotator.core.scheme import built_in
from annotator.ingest.duplicates import candidate_keys
from annotator.project.ingest import ingest
from annotator.project.merge import LIST, can_merge, export_events, merge_all
from annotator.project.request import Request
from annotator.session import Session
from annotator.store import Store, assignments, reading
from annotator.store.documents import Documents
from annotator.store.journal import Journal
from annotator.store.opening import VERSION
from annotator.store.outside import opened
from annotator.store.suggestions import Suggestions
from annotator.store.verify import verify

FIXTURES = Path(__file__).parents[1] / "store" / "fixtures"


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[Store, Store]]:
    """Two stores with the same three articles, in which ana labelled one sentence."""
    with Store.open(tmp_path / "here.db") as here:
        fill(here, THREE)
        Journal(here, "ana").record("label", 2, {"label": "factual"})
        here.backup(tmp_path / "there.db")
        with Store.open(tmp_path / "there.db") as there:
            yield here, there


def state(store: Store) -> dict[str, object]:
    """What a store says; the keys of its forms are left out, which `fill` does not make."""
    return {name: said for name, said in whole_state(store).items() if name != "form_keys"}


def everything(store: Store) -> str:
    return "\n".join(store.db.iterdump())


@pytest.fixture(autouse=True)
def no_two_events_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that goes on with every look: on a fast machine two places write in one millisecond.

    The same event at the same time is one event, and no fork.
    """
    ticks = count()
    first = datetime(2027, 1, 1, tzinfo=timezone.utc)

    def now() -> str:
        at = first + timedelta(milliseconds=next(ticks))
        return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"

    monkeypatch.setitem(Journal.__init__.__kwdefaults__, "now", now)


def refused(store: Store, *paths: Path) -> AnnotatorError:
    """Merge what cannot be merged; returns what is said, when nothing was changed."""
    before = everything(store)
    with pytest.raises(AnnotatorError) as caught:
        merge_all(store, paths)
    assert everything(store) == before
    assert caught.value.hint or isinstance(caught.value, UsageProblem)
    return caught.value


# -- what comes along --------------------------------------------------------------------------


def test_an_empty_store_becomes_the_other_one(pair, tmp_path):
    there = pair[1]
    Journal(there, "ben").record("label", 3, {"label": "promotional"})
    with there.writing() as db:
        model = Suggestions(there).use(db, "rules/1", "1")
        said = Suggestion("factual", {"factual": 0.9, "speculative": 0.1, "promotional": 0.0})
        Suggestions(there).insert(db, model, [(2, said)])
    with Store.open(tmp_path / "empty.db") as empty:
        report = merge_all(empty, [there.path])
        assert (report.added, report.known) == ({"ana": 1, "ben": 1}, 0)
        assert (report.gained.documents, report.gained.sentences) == (3, 8)
        assert state(empty) == state(there)
        assert Suggestions(empty).in_use()[1:] == ("rules/1", "1")
        assert [hit.document for hit in reading.search(empty, "bridge opened")] == [
            n for (n,) in empty.db.execute(
                "SELECT document FROM units WHERE id IN"
                f" ({', '.join(repr(hit.id) for hit in reading.search(there, 'bridge opened'))})"
                " ORDER BY n"
            )
        ]  # fmt: skip
        assert verify(empty).problems == []
        merge_all(empty, [there.path])
        assert state(empty) == state(there)


@pytest.mark.parametrize("version", range(1, VERSION + 1))
def test_a_store_of_an_older_version_is_read_and_left_as_it_is(tmp_path: Path, version: int):
    folder = tmp_path / "theirs"
    folder.mkdir()
    other = folder / "labels.db"
    shutil.copy(FIXTURES / f"schema-{version}.db", other)
    before = other.read_bytes()
    other.chmod(0o444)
    folder.chmod(0o555)
    try:
        with Store.open(tmp_path / "labels.db") as store:
            report = merge_all(store, [other])
            assert sum(report.added.values()) == (18 if version < 3 else 23)
            (unit,) = store.db.execute(
                "SELECT unit FROM annotations WHERE note LIKE '%finest%'"
            ).fetchone()
            assert Journal(store, "ana").annotation(unit).tags == ("loaded", "mixed")
            assert verify(store).problems == []
        assert other.read_bytes() == before
        assert [path.name for path in folder.iterdir()] == ["labels.db"]
    finally:
        folder.chmod(0o755)


def test_a_store_that_somebody_works_on_is_read_as_it_is_now(pair):
    here, there = pair
    Journal(there, "ben").record("label", 3, {"label": "promotional"})
    assert there.path.with_name("there.db-wal").stat().st_size > 0
    assert merge_all(here, [there.path]).added == {"ben": 1}
    Journal(there, "ben").record("label", 4, {"label": "factual"})
    assert merge_all(here, [there.path]).added == {"ben": 1}


def test_a_store_is_found_through_a_link_with_what_is_in_its_log(pair, tmp_path):
    here, there = pair
    Journal(there, "ben").record("label", 3, {"label": "promotional"})
    (tmp_path / "elsewhere").mkdir()
    link = tmp_path / "elsewhere" / "labels.db"
    link.symlink_to(there.path)
    assert merge_all(here, [link]).added == {"ben": 1}


def test_a_dry_run_says_the_same_and_changes_nothing(pair):
    here, there = pair
    fill(there, [article("A new one.", path="corpus/new.txt")])
    Journal(there, "ben").record("label", 3, {"label": "promotional"})
    before = everything(here)
    report = merge_all(here, [there.path], dry_run=True)
    assert everything(here) == before
    again = merge_all(here, [there.path])
    assert {**report.as_json(), "dry_run": False} == again.as_json()
    assert again.gained.documents == 1


def test_the_same_reviewer_in_two_places_is_kept_said_and_joined(pair):
    here, there = pair
    Journal(here, "ana", now=lambda: "2026-05-01T10:00:00.000Z").record(
        "label", 3, {"label": "speculative"}
    )
    other = Journal(there, "ana", now=lambda: "2026-05-01T11:00:00.000Z")
    other.record("label", 3, {"label": "promotional"})
    other.record("label", 4, {"label": "factual"})
    head = reading.history_head(here)
    report = merge_all(here, [there.path])
    assert report.forked == {"ana": 2}
    assert reading.history_head(here) != head
    assert verify(here).forked == ["ana"]
    ana = Journal(here, "ana")
    assert ana.annotation(3).label == "promotional"
    assert ana.last_unit() == 4
    assert Session(here, "ana", built_in()).unit.n == 6
    undone = [ana.undo() for _ in range(4)]
    assert [step.unit for step in undone] == [4, 3, 3, 2]
    assert [step.after.label for step in undone] == [None, "speculative", None, None]
    kinds = [k for (k,) in here.db.execute("SELECT kind FROM events ORDER BY n LIMIT 5 OFFSET 4")]
    assert kinds == ["join", "undo", "undo", "undo", "undo"]
    assert verify(here)[-2:] == ([], [])
    # There it is simply what was gone on with.
    assert merge_all(there, [here.path]).forked == {}
    assert state(there) == state(here)


def test_histories_that_were_joined_in_two_places_are_joined_again(pair):
    here, there = pair
    for store in pair:
        Journal(store, "ana").record("flag", 3, {"on": True})
    merge_all(here, [there.path])
    merge_all(there, [here.path])
    for store in pair:
        Journal(store, "ana").record("flag", 4, {"on": True})
    assert merge_all(here, [there.path]).forked == {"ana": 2}
    Journal(here, "ana").record("flag", 6, {"on": True})
    merge_all(there, [here.path])
    assert state(here) == state(there)
    assert verify(here)[-2:] == ([], [])
    numbers = here.db.execute("SELECT number FROM events WHERE kind = 'join' ORDER BY n")
    assert [n for (n,) in numbers] == [3, 3, 5]


def test_reviewers_who_never_shared_a_history_are_one_by_name(tmp_path, pair):
    here = pair[0]
    with Store.open(tmp_path / "apart.db") as apart:
        fill(apart, THREE)
        Journal(apart, "ana").record("label", 3, {"label": "promotional"})
        assert merge_all(here, [apart.path]).forked == {"ana": 2}
    assert Journal(here, "ana").annotations(1, 11).keys() == {2, 3}
    assert Journal(here, "ana").undo().unit == 3


def test_what_was_overtaken_in_another_place_does_not_come_back(pair):
    here, there = pair
    old = {"label": "factual", "created_at": "2026-01-01T00:00:00.000Z"}
    with here.writing() as db:
        Journal(here, "ana", now=lambda: "2031-01-01T00:00:00.000Z").append(
            db, "carry", 3, {"from": "0" * 16, "state": old}
        )
    Journal(there, "ana").record("label", 3, {"label": "promotional"})
    merge_all(here, [there.path])
    assert Journal(here, "ana").annotation(3).label == "promotional"
    assert verify(here).problems == []


# -- what is said differently ------------------------------------------------------------------


def both_ways(pair: tuple[Store, Store], tmp_path: Path) -> tuple[Store, list[object]]:
    """Merge each into a copy of the other: the same; returns one, and what the reports said."""
    here, there = pair
    here.backup(tmp_path / "here-2.db")
    there.backup(tmp_path / "there-2.db")
    with Store.open(tmp_path / "there-2.db") as other:
        theirs = merge_all(other, [tmp_path / "here-2.db"])
        ours = merge_all(here, [there.path])
        assert state(other) == state(here)
    return here, [ours, theirs]


def test_of_two_descriptions_the_one_there_is_stays_or_the_first_in_order(pair, tmp_path):
    here, there = pair
    with here.writing() as db:
        Documents(here).set_metadata(db, 1, {"source": "Zebra", "author": "A. Writer"})
        Documents(here).set_metadata(db, 2, {"language": "und"})
    with there.writing() as db:
        Documents(there).set_metadata(db, 1, {"source": "Aardvark", "published": "2026-01-01"})
    store, (ours, theirs) = both_ways(pair, tmp_path)
    document = Documents(store).metadata(1)
    assert (document["source"], document["author"]) == ("Aardvark", "A. Writer")
    assert document["published"] == "2026-01-01"
    assert Documents(store).metadata(2)["language"] == "fr"
    assert ours.gained.filled == 2
    assert theirs.gained.filled == 1
    (conflict,) = ours.gained.conflicts
    assert conflict[1:] == ("Bridge opens", "source", "Zebra", "Aardvark", "Aardvark")
    assert theirs.gained.conflicts[0][3:5] == ("Aardvark", "Zebra")


def newer(store: Store, since: str, *sentences: str) -> str:
    """Give the first article another text; returns its id."""
    documents = Documents(store)
    new = new_document(article(*sentences, title="Bridge opens"))
    with store.writing() as db:
        row, _ = documents.insert(db, new, since)
        (old,) = db.execute("SELECT document FROM origins WHERE path = 'corpus/000.txt'").fetchone()
        documents.set_origin(db, "corpus/000.txt", "", row, since)
        documents.refresh_current(db, [row, old])
    return new.id


def test_the_text_that_was_taken_in_last_is_the_present_one(pair, tmp_path):
    here, there = pair
    ben = Journal(here, "ben")
    second = newer(here, "2026-06-02T00:00:00.000Z", "The bridge is shut.")
    ben.record("label", 12, {"label": "factual"})
    third = newer(there, "2026-06-03T00:00:00.000Z", "The bridge is open again.", "And new.")
    store, (ours, theirs) = both_ways(pair, tmp_path)
    current = [name for (name,) in store.db.execute(
        "SELECT id FROM documents WHERE current = 1 AND title = 'Bridge opens'"
    )]  # fmt: skip
    assert current == [third]
    assert ours.gained.versions == [("corpus/000.txt", second, third, third)]
    assert theirs.gained.versions == [("corpus/000.txt", third, second, third)]
    assert (ours.gained.behind, theirs.gained.behind) == (1, 0)
    asked = store.db.execute("SELECT count(*) FROM units WHERE asked").fetchone()
    assert asked == (8 - 3 + 2,)


def test_a_sentence_of_the_body_there_is_one_here(pair, tmp_path):
    there = pair[1]
    with there.writing() as db:
        db.execute("UPDATE units SET kind = 'body', asked = 1 WHERE n = 1")
        db.execute("UPDATE documents SET sentences = sentences + 1 WHERE n = 1")
    store, _ = both_ways(pair, tmp_path)
    assert store.db.execute("SELECT kind, asked FROM units WHERE n = 1").fetchone() == ("body", 1)


def test_opinions_of_two_versions_are_not_mixed(pair, tmp_path):
    here, there = pair
    said = Suggestion("factual", {"factual": 0.9, "speculative": 0.1, "promotional": 0.0})
    for store, version, units in ((here, "1", [2, 3]), (there, "2", [3, 4])):
        with store.writing() as db:
            model = Suggestions(store).use(db, "rules/1", version)
            Suggestions(store).insert(db, model, [(unit, said) for unit in units])
    store, (ours, theirs) = both_ways(pair, tmp_path)
    assert Suggestions(store).in_use()[1:] == ("rules/1", "2")
    assert [n for n in range(1, 12) if Suggestions(store).of(n)] == [3, 4]
    assert ours.gained.outdated == theirs.gained.outdated == ["rules/1"]


def test_opinions_of_one_version_are_added_up(pair, tmp_path):
    here, there = pair
    for store, share, units in ((here, 0.9, [2, 3]), (there, 0.8, [3, 4])):
        said = Suggestion(
            "factual", {"factual": share, "speculative": 1 - share, "promotional": 0.0}
        )
        with store.writing() as db:
            model = Suggestions(store).use(db, "rules/1", "1")
            Suggestions(store).insert(db, model, [(unit, said) for unit in units])
    store, (ours, _) = both_ways(pair, tmp_path)
    assert {n: Suggestions(store).of(n)[1].score for n in (2, 3, 4)} == {2: 0.9, 3: 0.9, 4: 0.8}
    assert ours.gained.outdated == []


def make_keys(store: Store) -> None:
    """Store the candidate keys of all forms, as an ingest does and `fill` does not."""
    rows = store.db.execute(
        "SELECT f.hash, substr(d.text, u.start + 1, u.stop - u.start) FROM forms f"
        " JOIN units u ON u.n = f.unit JOIN documents d ON d.n = u.document"
    ).fetchall()
    with store.writing() as db:
        keys = [(key, form) for form, text in rows for key in candidate_keys(text)]
        Documents(store).insert_keys(db, keys)


PRICES = "Analysts expect that grain prices could {} again before the winter."


def test_what_is_nearly_the_same_here_and_there_is_one_group(pair, tmp_path):
    for store, verb in zip(pair, ("fall", "rise"), strict=True):
        fill(store, [article(PRICES.format(verb), path=f"corpus/{verb}.txt")])
        make_keys(store)
    both_ways(pair, tmp_path)
    for store in pair[:1]:
        (hit,) = reading.search(store, "grain rise")
        (group,) = store.db.execute(
            "SELECT label FROM forms f JOIN units u ON u.form = f.hash WHERE u.n = ?", (hit.unit,)
        ).fetchone()
        (copy,) = reading.same_group(store, group, hit.unit)
        assert copy.text == PRICES.format("fall")


COMMON = "The council of the harbour district approved"


@settings(deadline=None, max_examples=4)
@given(st.lists(st.integers(0, 2), min_size=30, max_size=60))
def test_groups_are_the_same_where_very_many_sentences_are_alike(tmp_path_factory, where):
    # More sentences share a key than are all compared with one another: which are depends on what
    # is there, and yet the direction makes no difference.
    folder = tmp_path_factory.mktemp("alike")
    texts = [f"{COMMON} {' '.join(f'plan{n}{k}' for k in range(n % 7 + 1))}." for n in range(60)]
    for name, own in (("a", 0), ("b", 1)):
        with Store.open(folder / f"{name}.db") as store:
            fill(
                store,
                [
                    article(text, path=f"corpus/{n}.txt")
                    for n, (text, at) in enumerate(zip(texts, where, strict=False))
                    if at in {own, 2}
                ],
            )
            make_keys(store)
        shutil.copy(folder / f"{name}.db", folder / f"{name}-2.db")
    with Store.open(folder / "a.db") as a, Store.open(folder / "b.db") as b:
        merge_all(a, [folder / "b-2.db"])
        merge_all(b, [folder / "a-2.db"])
        for table in ("forms", "form_keys", "documents"):
            rows = [sorted(store.db.execute(STATE[table]), key=repr) for store in (a, b)]
            assert rows[0] == rows[1], table


# -- what is refused ---------------------------------------------------------------------------


def test_articles_that_are_divided_differently_are_refused(pair):
    here, there = pair
    with there.writing() as db:
        db.execute("DROP TRIGGER units_are_not_moved")
        db.execute("DELETE FROM sentiments")
        db.execute("DELETE FROM units WHERE n = 11")
    problem = refused(here, there.path)
    assert "is divided into 3 units there, 4 here" in problem.message
    assert "annotator import" in problem.hint


@pytest.mark.parametrize(
    ("statements", "reason"),
    [
        (
            ['UPDATE events SET payload = \'{"label":"promotional"}\''],
            "events row 1: its content is not what its id was made from",
        ),
        (
            ["UPDATE documents SET text = 'Another.', id = 'ffffffffffffffff' WHERE n = 3"],
            "document ffffffffffffffff is not what its id was made from",
        ),
        (["UPDATE events SET kind = 'applaud'"], "'applaud' is no kind of event"),
    ],
)
def test_a_store_that_was_tampered_with_is_refused(pair, statements, reason):
    here, there = pair
    with there.writing() as db:
        for trigger in ("events_are_not_changed", "texts_are_not_changed"):
            db.execute(f"DROP TRIGGER {trigger}")
        for statement in statements:
            db.execute(statement)
    assert reason in refused(here, there.path).message


def test_a_store_is_not_merged_into_itself(pair):
    assert "the store itself" in refused(pair[0], pair[0].path).message


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"hello\n", "neither a label store nor a file of events"),
        (b"SQLite format 3\0", "is not a label store"),
        (b'{"schema":"credibility/1"}\n', "neither a label store"),
        (None, "no file of events"),
    ],
)
def test_other_files_are_refused(pair, tmp_path, content, reason):
    other = tmp_path / "other"
    if content is None:
        other.mkdir()
    else:
        other.write_bytes(content)
    assert reason in refused(pair[0], other).message


def test_a_database_of_another_program_is_refused(pair, tmp_path):
    with closing(sqlite3.connect(tmp_path / "other.db")) as db:
        db.execute("CREATE TABLE t (x)")
    assert "of another program" in refused(pair[0], tmp_path / "other.db").message


# -- files of events ---------------------------------------------------------------------------


@pytest.fixture
def files(pair: tuple[Store, Store], tmp_path: Path) -> Path:
    """The events of the other store, in which ben did three things, as files."""
    there = pair[1]
    ben = Journal(there, "ben")
    ben.record("label", 3, {"label": "promotional"})
    ben.record("note", 3, {"text": "\u202ewhy\x1b[2J?"})
    ben.undo()
    assert export_events(there, tmp_path / "events") == (2, 4)
    return tmp_path / "events"


def test_files_are_merged_in_any_order_and_with_repeated_lines(pair, files):
    here, there = pair
    assert sorted(path.name for path in files.iterdir()) == ["ana.jsonl", "ben.jsonl", LIST]
    (line,) = (files / "ana.jsonl").read_bytes().splitlines(keepends=True)
    ben = files / "ben.jsonl"
    lines = ben.read_bytes().splitlines(keepends=True)
    ben.write_bytes(b"".join([lines[2], lines[0], b"\n", lines[1], lines[0], line]))
    report = merge_all(here, [files])
    assert (report.added, report.known, report.files) == ({"ben": 3}, 1, 2)
    assert Journal(here, "ben").annotation(3) == Journal(there, "ben").annotation(3)
    assert state(here) == state(there)
    assert verify(here).problems == []


def test_new_events_move_no_line(pair, files):
    there = pair[1]
    before = (files / "ben.jsonl").read_text()
    stamp = (files / "ana.jsonl").stat().st_mtime_ns
    Journal(there, "ben", now=lambda: "2031-01-01T00:00:00.000Z").record("skip", 4, {})
    Journal(there, "ben", now=lambda: "2019-01-01T00:00:00.000Z").record("skip", 6, {})
    export_events(there, files)
    lines = (files / "ben.jsonl").read_text().splitlines(keepends=True)
    assert "".join(lines[1:-1]) == before
    assert (files / "ana.jsonl").stat().st_mtime_ns == stamp


def test_a_missing_event_is_named_with_its_line(pair, files):
    ben = files / "ben.jsonl"
    # Events of one millisecond stand in the order of their ids.
    found = {json.loads(line)["number"]: line for line in ben.read_bytes().splitlines(True)}
    missing = json.loads(found.pop(2))["id"]
    ben.write_bytes(b"".join(found.values()))
    place = list(found).index(3) + 1
    problem = refused(pair[0], files)
    assert problem.message.startswith(f"{ben}:{place}: the event before it is missing ({missing}")
    assert "number 2 of 'ben'" in problem.message


def test_a_bad_line_in_one_file_stops_all_of_them(pair, files):
    bad = files / "zoe.jsonl"
    bad.write_bytes((files / "ana.jsonl").read_bytes().replace(b"factual", b"promotional"))
    problem = refused(pair[0], files)
    assert problem.message == f"{bad}:1: its content is not what its id was made from"
    assert isinstance(problem, InputProblem)


def test_an_undo_of_what_is_no_decision_is_refused(pair, tmp_path):
    from annotator.core.history import Event
    from annotator.formats import events

    here = pair[0]
    (unit,) = here.db.execute("SELECT id FROM units WHERE n = 3").fetchone()
    at = "2026-05-01T10:00:00.000Z"
    lines = {
        "an undo of what is no decision": Event(
            "eve", 1, None, "undo", unit, {"event": "a" * 32}, at
        ),
        "its number 7": Event("eve", 7, None, "skip", unit, {}, at),
        "it follows an event of 'ana'": Event(
            "eve", 2, here.db.execute("SELECT id FROM events").fetchone()[0], "skip", unit, {}, at
        ),
    }
    for reason, event in lines.items():
        (tmp_path / "eve.jsonl").write_bytes(events.line(event, ""))
        problem = refused(here, tmp_path / "eve.jsonl")
        assert reason in problem.message
        assert "eve.jsonl:1:" in problem.message


def test_articles_that_are_missing_are_named(pair, files, tmp_path):
    with Store.open(tmp_path / "bare.db") as bare:
        problem = refused(bare, files)
        assert "4 events about 1 article not here:" in problem.message
        assert "Bridge opens corpus/000.txt" in problem.message
        assert "annotator add" in problem.hint
        (files / LIST).unlink()
        assert reading.article(pair[1], 1).id in refused(bare, files).message
        fill(bare, THREE[1:])
        assert "not here" in refused(bare, files).message
        # With the store that has them, the files are as good.
        report = merge_all(bare, [files, pair[1].path])
        assert (report.added, report.gained.documents) == ({"ana": 1, "ben": 3}, 1)


@pytest.mark.parametrize("by_merge", [True, False])
def test_sentences_that_were_assigned_before_they_were_here(pair, tmp_path, by_merge):
    here, there = pair
    (tmp_path / "new.txt").write_text("A report\n\nThe quay was closed on Friday.\n")
    request = Request([tmp_path / "new.txt"], tmp_path)
    ingest(there, request)
    (name,) = there.db.execute("SELECT id FROM units ORDER BY n DESC LIMIT 1").fetchone()
    with there.writing() as db:
        Journal(there, "zoe").append_to_project(db, "assign", {"to": {"ana": [name]}})
        assignments.derive(db)
    export_events(there, tmp_path / "events")
    merge_all(here, [tmp_path / "events"])
    assert here.db.execute("SELECT * FROM assignments").fetchall() == []
    assert verify(here).problems == []
    if by_merge:
        merge_all(here, [there.path])
    else:
        ingest(here, request)
    assert here.db.execute(STATE["assignments"]).fetchall() == [("ana", name)]
    assert verify(here).problems == []


def test_a_store_that_is_written_to_meanwhile_is_not_trusted(tmp_path):
    with Store.open(tmp_path / "there.db") as there:
        fill(there, THREE)
    before = (tmp_path / "there.db").read_bytes()
    with opened(tmp_path / "there.db") as store:
        assert len(reading.places(store, 0)) == 3
    assert (tmp_path / "there.db").read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["there.db"]

    def write_meanwhile() -> None:
        with opened(tmp_path / "there.db"), Store.open(tmp_path / "there.db") as there:
            fill(there, [article("One more.")])
            there.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    with pytest.raises(StoreProblem, match="was written to while it was read"):
        write_meanwhile()


def test_an_article_that_is_here_in_other_sentences_is_named(pair, files, tmp_path):
    with Store.open(tmp_path / "bare.db") as bare:
        whole = article("\n".join(text for _, text in THREE[0].units))
        fill(bare, [whole])
        assert "is, but divided into other sentences" in refused(bare, files).message


def test_events_that_would_be_lost_are_not_written_over(pair, files, tmp_path):
    here, there = pair
    Journal(here, "ben").record("skip", 4, {})
    with pytest.raises(InputProblem, match="3 events not in this project") as caught:
        export_events(here, files)
    assert f"annotator import {files}" in caught.value.hint
    merge_all(here, [files])
    export_events(here, files)
    assert len((files / "ben.jsonl").read_bytes().splitlines()) == 4
    export_events(there, files, ["ben"], force=True)
    assert len((files / "ben.jsonl").read_bytes().splitlines()) == 3
    with pytest.raises(UsageProblem, match="no reviewer 'eve'"):
        export_events(there, files, ["eve"])


def test_an_event_that_was_changed_is_not_written(pair, tmp_path):
    here = pair[0]
    with here.writing() as db:
        db.execute("DROP TRIGGER events_are_not_changed")
        db.execute("UPDATE events SET created_at = '2026-01-01T00:00:00.000Z'")
    with pytest.raises(StoreProblem, match="events row 1: its content was changed"):
        export_events(here, tmp_path / "events")


def test_what_can_be_merged_is_recognised(pair, files, tmp_path):
    assert can_merge(files)
    assert can_merge(files / "ana.jsonl")
    assert can_merge(pair[1].path)
    (tmp_path / "export.jsonl").write_text('{"schema": "credibility/1"}\n')
    assert not can_merge(tmp_path / "export.jsonl")
    assert not can_merge(tmp_path / "nothing.jsonl")
    assert not can_merge(Path("-"))


def test_a_label_without_a_fork_joins_nothing(pair):
    here, there = pair
    Journal(there, "ana").record("label", 3, {"label": "factual"})
    merge_all(here, [there.path])
    Journal(here, "ana").record("label", 4, {"label": "factual"})
    kinds = here.db.execute("SELECT kind, number FROM events ORDER BY n").fetchall()
    assert kinds == [("label", 1), ("label", 2), ("label", 3)]
    assert Journal(here, "ana").annotation(4) != Annotation()
    places = here.db.execute("SELECT event, place FROM steps ORDER BY event").fetchall()
    assert places == [(1, 1), (2, 2), (3, 3)]
