"""Export and import on stores that a review has filled."""

from __future__ import annotations

import json
import os
import stat
import threading
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import jsonschema
import pytest
from strategies import Article, article, fill

from annotator.core.errors import InputProblem, StoreProblem, UsageProblem
from annotator.core.model import Suggestion
from annotator.core.scheme import built_in
from annotator.core.text import sha256, visible
from annotator.formats.articles import Counts
from annotator.formats.record import schema
from annotator.ingest.duplicates import form_hash
from annotator.project.exchange import Choice, check_targets, export, replacing
from annotator.project.importing import ImportReport, Unknown, import_file
from annotator.session import Session
from annotator.store import Store, reading
from annotator.store.documents import Documents
from annotator.store.journal import Journal
from annotator.store.suggestions import Suggestions
from annotator.store.verify import verify

GOLDEN = Path(__file__).parents[1] / "golden"
FINEST = "It is the finest harbour ever built."
HOSTILE_NAME = "b\x1b[2J\x9b<b>[/x]\u202e\u2028=1"
HOSTILE_NOTE = '=cmd|"\n\t\x85\ufeff</script>{0} 😀'

ARTICLES = (
    article(
        "#Harbour reopens",
        "The harbour reopened on Tuesday.",
        "It is the finest harbour ever built.",
        "Larger ships may return by autumn.",
        title="Harbour reopens",
        source="Osmund Gazette",
        extra={"url": "https://gazette.example/1", "published": "2026-03-04"},
    ),
    article(
        "Le port rouvre mardi. 😀 Enfin.",
        "Il pourrait fermer avant l’hiver.",
        title="=Le port",
        source="Courrier",
        language="fr",
    ),
    article(
        "The harbour reopened on Tuesday.",
        "-5 degrees were measured.",
        "Why now?",
        "Nobody said.",
        source="@Tarn Post",
    ),
)


class Clock:
    """Seconds that pass by themselves, as seconds and as a time of day."""

    def __init__(self, hour: int) -> None:
        self._hour = hour
        self._ticks = count()

    def seconds(self) -> float:
        return next(self._ticks) * 1.5

    def time(self) -> str:
        tick = next(self._ticks)
        return f"2026-11-21T{self._hour:02}:{tick // 60:02}:{tick % 60:02}.250Z"


def session(store: Store, reviewer: str, hour: int) -> Session:
    clock = Clock(hour)
    journal = Journal(store, reviewer, now=clock.time)
    return Session(store, reviewer, built_in(), now=clock.seconds, journal=journal)


def at(session: Session, text: str) -> Session:
    """Stand on the unit with these words, in the first article that has them."""
    rows = session.store.db.execute(
        "SELECT u.n FROM units u JOIN documents d ON d.n = u.document"
        " WHERE substr(d.text, u.start + 1, u.stop - u.start) = ? ORDER BY d.id",
        (text,),
    )
    session.go_to(rows.fetchone()[0])
    return session


def review(store: Store) -> None:
    """Three reviewers at work, with everything a reviewer can do."""
    ana = session(store, "ana", 9)
    at(ana, "The harbour reopened on Tuesday.").label("factual")
    at(ana, "It is the finest harbour ever built.").label("promotional")
    at(ana, "It is the finest harbour ever built.").confidence(3)
    ana.tags(["loaded", "é\x85"])
    at(ana, "Larger ships may return by autumn.").label("speculative")
    at(ana, "Le port rouvre mardi. 😀 Enfin.").label("factual")
    ana.undo()
    ana.redo()
    at(ana, "Why now?").label("none")
    at(ana, "Nobody said.").skip()
    at(ana, "-5 degrees were measured.").label("factual")
    at(ana, "-5 degrees were measured.").note(HOSTILE_NOTE)
    ben = session(store, HOSTILE_NAME, 10)
    at(ben, "It is the finest harbour ever built.").label("promotional")
    at(ben, "Larger ships may return by autumn.").label("factual")
    at(ben, "-5 degrees were measured.").reveal_current()
    at(ben, "-5 degrees were measured.").label("factual")
    at(ben, "Harbour reopens").toggle_unit()
    ben.label("factual")
    eve = session(store, "Eve", 11)
    at(eve, "-5 degrees were measured.").label("speculative")
    at(eve, "Il pourrait fermer avant l’hiver.").toggle_flag()


def exported(store: Store, choice: Choice | None = None, **options: object) -> tuple[bytes, Counts]:
    pieces: list[bytes] = []
    counts = export(store, choice or Choice(), pieces.append, **options)
    return b"".join(pieces), counts


def records(store: Store, choice: Choice | None = None) -> list[dict]:
    return [json.loads(line) for line in exported(store, choice)[0].splitlines()]


def suggest(store: Store, name: str, said: dict[str, tuple[str, float, bool]]) -> None:
    """Let a suggester say of sentences (by text) a label, its probability, whether it abstained."""
    suggestions = Suggestions(store)
    with store.writing() as db:
        model = suggestions.use(db, name, "1")
        for text, (label, score, abstained) in said.items():
            rows = db.execute(
                "SELECT u.n FROM units u JOIN documents d ON d.n = u.document"
                " WHERE substr(d.text, u.start + 1, u.stop - u.start) = ?",
                (text,),
            ).fetchall()
            rest = {one: (1 - score) / 2 for one in built_in().names if one != label}
            one = Suggestion(label, {label: score, **rest}, (), abstained)
            suggestions.insert(db, model, [(n, one) for (n,) in rows])


def by_text(found: list[dict]) -> dict[str, dict]:
    return {record["text"]: record for record in found}


def history(store: Store) -> int:
    return store.db.execute("SELECT count(*) FROM events").fetchone()[0]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "a" / "labels.db") as store:
        fill(store, ARTICLES)
        review(store)
        yield store


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Store]:
    """Another machine: the same articles, read in another order, and nobody at work yet."""
    with Store.open(tmp_path / "b" / "labels.db") as other:
        fill(other, [article("Something else."), *reversed(ARTICLES)])
        yield other


def written(store: Store, tmp_path: Path, choice: Choice | None = None) -> Path:
    file = tmp_path / "export.jsonl"
    file.write_bytes(exported(store, choice)[0])
    return file


# -- export ------------------------------------------------------------------------------------


def test_the_suggestion_of_the_suggester_in_use_is_written(store):
    assert all(record["suggestion"] is None for record in records(store))
    suggest(store, "other/1", {FINEST: ("factual", 0.5, False)})
    said = {
        FINEST: ("promotional", 0.9125, False),
        "The harbour reopened on Tuesday.": ("factual", 0.75, True),
    }
    suggest(store, "rules/1", said)
    found = by_text(records(store, Choice(every=True)))
    assert found[FINEST]["suggestion"] == {
        "label": "promotional",
        "score": 0.9125,
        "model": "rules/1",
    }
    # Where nothing speaks for a label, none is suggested.
    assert found["The harbour reopened on Tuesday."]["suggestion"] is None
    assert found["Larger ships may return by autumn."]["suggestion"] is None


@pytest.mark.parametrize(
    ("name", "options", "every"),
    [
        ("export.jsonl", {}, False),
        ("export-all.jsonl", {}, True),
        ("export.csv", {"format": "csv"}, False),
    ],
)
def test_the_bytes_of_an_export(store, name, options, every):
    data, _ = exported(store, Choice(every=every), **options)
    file = GOLDEN / name
    if os.environ.get("WRITE_GOLDEN"):
        file.write_bytes(data)
    assert data == file.read_bytes()


def test_the_bytes_of_the_schema():
    data = json.dumps(schema(), indent=2).encode() + b"\n"
    file = GOLDEN / "record.schema.json"
    if os.environ.get("WRITE_GOLDEN"):
        file.write_bytes(data)
    assert data == file.read_bytes()


def test_every_line_follows_the_schema(store):
    validator = jsonschema.Draft202012Validator(schema())
    found = records(store, Choice(every=True))
    assert len(found) == 10
    for record in found:
        validator.validate(record)
    places = [(record["document"]["id"], record["start"]) for record in found]
    assert places == sorted(places)


def test_only_content_labels_that_were_resolved(store):
    found = by_text(records(store))
    assert {text: (one["label"], one["resolution"]) for text, one in found.items()} == {
        "Harbour reopens": ("factual", "single"),
        "The harbour reopened on Tuesday.": ("factual", "single"),
        "It is the finest harbour ever built.": ("promotional", "unanimous"),
        "Le port rouvre mardi. 😀 Enfin.": ("factual", "single"),
        "-5 degrees were measured.": ("factual", "majority"),
    }
    _, counts = exported(store)
    assert counts == Counts(records=5, unresolved=1, none=1, skipped=1)


def test_all_adds_what_is_asked_without_a_label(store):
    whole = records(store, Choice(every=True))
    resolved = [one["id"] for one in records(store)]
    assert [one["id"] for one in whole if one["label"]] == resolved
    added = by_text([one for one in whole if not one["label"]])
    assert {text: one["resolution"] for text, one in added.items()} == {
        "Larger ships may return by autumn.": "unresolved",
        "Il pourrait fermer avant l’hiver.": "unresolved",
        "The harbour reopened on Tuesday.": "unresolved",
        "Why now?": "single",
        "Nobody said.": "unresolved",
    }
    assert added["Why now?"]["annotations"][0]["label"] == "none"
    assert added["Nobody said."]["annotations"] == []


def test_annotations_say_who_when_and_how(store):
    one = by_text(records(store))["-5 degrees were measured."]
    assert [given["reviewer"] for given in one["annotations"]] == ["Eve", "ana", HOSTILE_NAME]
    assert one["votes"] == {"factual": 2, "speculative": 1, "promotional": 0}
    _, ana, ben = one["annotations"]
    assert ana["note"] == HOSTILE_NOTE.strip()
    assert (ana["suggestion_shown"], ben["suggestion_shown"]) == (False, True)
    assert ana["guideline"] == built_in().guideline
    assert ana["created_at"].startswith("2026-11-21T09:")
    assert ana["seconds"] > 0


def test_sentiment_is_null_without_an_analyser(store):
    found = by_text(records(store))
    assert found["Le port rouvre mardi. 😀 Enfin."]["sentiment"] is None
    assert found["Harbour reopens"]["sentiment"] is None
    assert found["-5 degrees were measured."]["sentiment"] == {
        "polarity": 0.5,
        "subjectivity": 0.75,
        "analyzer": "textblob-en",
    }
    chosen = records(store, Choice(analyzers={"en": "textblob-en+news"}))
    assert all(one["sentiment"] is None for one in chosen)


def test_offsets_of_javascript(store):
    one = by_text(records(store, Choice(every=True)))["Il pourrait fermer avant l’hiver."]
    assert one["start_utf16"] - one["start"] == 1
    assert one["end_utf16"] - one["start_utf16"] == len(one["text"])


def test_a_group_has_two_sentences_of_current_documents(store):
    def groups() -> set[str | None]:
        found = records(store, Choice(every=True))
        return {
            one["duplicate_group"]
            for one in found
            if one["text"] == "The harbour reopened on Tuesday."
        }

    (group,) = groups()
    assert group is not None
    assert len(group) == 16
    assert by_text(records(store))["Harbour reopens"]["duplicate_group"] is None
    supersede(store, "@Tarn Post")
    assert groups() == {None}


def test_a_group_may_have_several_wordings(store):
    finest, larger = FINEST, "Larger ships may return by autumn."
    with store.writing() as db:
        Documents(store).rename_forms(db, {form_hash(larger): form_hash(finest)})
    found = by_text(records(store, Choice(every=True)))
    assert found[finest]["duplicate_group"] == f"{form_hash(finest):016x}"
    assert found[larger]["duplicate_group"] == f"{form_hash(finest):016x}"


def supersede(store: Store, source: str) -> None:
    (row, path) = store.db.execute(
        "SELECT d.n, o.path FROM documents d JOIN origins o ON o.document = d.n WHERE source = ?",
        (source,),
    ).fetchone()
    documents = Documents(store)
    with store.writing() as db:
        documents.remove_origin(db, path, "")
        documents.refresh_current(db, [row])


def test_labels_that_were_carried_over_are_not_left_out(tmp_path):
    old = article("The port reopened on Tuesday.", "It may close.", "Ships came.", path="a")
    new = article("The port reopened on Tuesday.", "It may close.", "No ship came.", path="a")
    with Store.open(tmp_path / "labels.db") as store:
        first, second = fill(store, [old, new])
        documents, ana = Documents(store), Journal(store, "ana")
        for unit in (1, 2, 3):
            ana.record("label", unit, {"label": "factual"})
        with store.writing() as db:
            documents.refresh_current(db, [first, second])
            for unit, before in ((4, 1), (5, 2)):
                name = reading.article(store, first).units[before - 1].id
                state = ana.annotation(before).state()
                ana.append(db, "carry", unit, {"from": name, "state": state})
        assert exported(store)[1] == Counts(records=2, superseded=1)
        assert exported(store, Choice(reviewers=["ana"]))[1].superseded == 1
        ben = Journal(store, "ben")
        ben.record("label", 1, {"label": "factual"})
        assert exported(store)[1] == Counts(records=2, superseded=2)
        # And back again: what was carried from here has its label here.
        with store.writing() as db:
            documents.set_origin(db, "a", "", first)
            documents.refresh_current(db, [first, second])
        assert exported(store)[1] == Counts(records=3)


def test_earlier_versions_are_left_out_and_counted(store):
    supersede(store, "@Tarn Post")
    data, counts = exported(store)
    assert counts == Counts(records=4, unresolved=1, superseded=2)
    assert b"Tarn Post" not in data
    data, counts = exported(store, Choice(every=True))
    assert counts == Counts(records=6, superseded=2)
    assert b"Tarn Post" not in data


def test_only_the_reviewers_asked_for_count(store):
    found = by_text(records(store, Choice(reviewers=["Eve"])))
    assert list(found) == ["-5 degrees were measured."]
    assert found["-5 degrees were measured."]["label"] == "speculative"
    both = by_text(records(store, Choice(reviewers=["ana", "Eve"])))
    assert "-5 degrees were measured." not in both
    with pytest.raises(UsageProblem, match="no reviewer 'bob'") as caught:
        exported(store, Choice(reviewers=["bob"]))
    assert "ana" in (caught.value.hint or "")


def test_pseudonyms_are_stable_and_say_nothing(store, other, tmp_path):
    choice = Choice(anonymize=True)
    data, _ = exported(store, choice)
    assert data == exported(store, choice)[0]
    assert b"ana" not in data.replace(b'"analyzer"', b"")
    named, hidden = records(store), records(store, choice)
    called = {
        (a["created_at"], a["label"]): a["reviewer"] for one in named for a in one["annotations"]
    }
    pairs = {
        (called[a["created_at"], a["label"]], a["reviewer"])
        for one in hidden
        for a in one["annotations"]
    }
    assert len(pairs) == 3
    for one in hidden:
        names = [given["reviewer"] for given in one["annotations"]]
        assert names == sorted(names)
    # A backup has the same salt, another store another one.
    store.backup(tmp_path / "backup.db")
    with Store.open(tmp_path / "backup.db") as copy:
        assert exported(copy, choice)[0] == data
    import_file(other, written(store, tmp_path))
    assert exported(other)[0] == exported(store)[0]
    assert exported(other, choice)[0] != data


def test_the_same_bytes_again_restored_and_elsewhere(store, other, tmp_path):
    data, _ = exported(store, Choice(every=True))
    assert exported(store, Choice(every=True))[0] == data
    store.backup(tmp_path / "backup.db")
    with Store.open(tmp_path / "backup.db") as copy:
        assert exported(copy, Choice(every=True))[0] == data
    import_file(other, written(store, tmp_path, Choice(every=True)))
    lines = exported(other, Choice(every=True))[0].splitlines(keepends=True)
    assert b"".join(line for line in lines if b"Something else." not in line) == data


def test_an_export_is_of_one_moment(store):
    """What another terminal writes meanwhile is in the next export, not in half of this one."""
    before, _ = exported(store)
    pieces: list[bytes] = []

    def write(data: bytes) -> None:
        if not pieces:
            with Store.open(store.path) as second:
                for row in range(1, 11):
                    Journal(second, "zoe").record("label", row, {"label": "promotional"})
        pieces.append(data)

    export(store, Choice(), write)
    assert b"".join(pieces) == before
    assert exported(store)[0] != before
    # An export that fails leaves no transaction behind.
    with pytest.raises(BrokenPipeError):
        export(store, Choice(), _broken)
    Journal(store, "zoe").record("label", 1, {"label": "factual"})


def _broken(data: bytes) -> None:
    raise BrokenPipeError


def test_nothing_labelled_is_an_empty_file(other):
    assert exported(other) == (b"", Counts())


# -- files -------------------------------------------------------------------------------------


def test_a_file_is_replaced_only_when_it_is_whole(store, tmp_path):
    target = tmp_path / "out" / "labels.jsonl"
    target.parent.mkdir()
    with replacing(target) as file:
        export(store, Choice(), file.write)
        assert not target.exists()
    whole = target.read_bytes()
    with pytest.raises(BrokenPipeError), replacing(target) as file:
        export(store, Choice(), _broken)
    assert target.read_bytes() == whole
    with replacing(target) as file:
        export(store, Choice(), file.write, format="csv")
    assert target.read_bytes().startswith(b"schema,id,text")
    assert list(target.parent.iterdir()) == [target]


def test_permissions_and_links_stay(store, tmp_path):
    real, link = tmp_path / "real.jsonl", tmp_path / "link.jsonl"
    real.touch(mode=0o600)
    link.symlink_to(real.name)
    with replacing(link) as file:
        export(store, Choice(), file.write)
    assert link.is_symlink()
    assert real.stat().st_size
    assert stat.S_IMODE(real.stat().st_mode) == 0o600
    mask = os.umask(0o027)
    try:
        with replacing(tmp_path / "new") as file:
            file.write(b"")
    finally:
        os.umask(mask)
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o640


@pytest.mark.parametrize("content", [b"my thesis\n", b"{}", b"\0" * 100, b"text,label\n"])
def test_other_files_are_not_replaced_without_force(tmp_path, content):
    target = tmp_path / "file"
    target.write_bytes(content)
    with (
        pytest.raises(InputProblem, match="not written by this command") as caught,
        replacing(target),
    ):
        raise AssertionError
    assert "--force" in (caught.value.hint or "")
    assert target.read_bytes() == content
    with replacing(target, force=True) as file:
        file.write(b"new")
    assert target.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("end", ["", "-wal", "-shm", "-journal"])
def test_the_label_store_is_never_replaced(store, tmp_path, end):
    file = store.path.with_name(store.path.name + end)
    link = tmp_path / "link"
    link.symlink_to(file)
    for target in (file, file.parent / ".." / file.parent.name / file.name, link):
        with pytest.raises(UsageProblem, match="label store"):
            check_targets(store, target, None)
        with pytest.raises(UsageProblem, match="label store"):
            check_targets(store, tmp_path / "labels.jsonl", target)
    check_targets(store, tmp_path / "labels.jsonl", None)


def test_labels_and_articles_are_two_files(store, tmp_path):
    one, link = tmp_path / "one", tmp_path / "link"
    link.symlink_to(one.name)
    for other in (one, tmp_path / "." / "a" / ".." / "one", link):
        with pytest.raises(UsageProblem, match="both"):
            check_targets(store, one, other)
    check_targets(store, one, tmp_path / "two")


def test_where_nothing_can_be_written(tmp_path):
    for target in (tmp_path, tmp_path / "missing" / "file"):
        with pytest.raises(InputProblem, match="cannot be written"), replacing(target):
            raise AssertionError
    with pytest.raises(InputProblem, match=r"there is no folder .*missing$") as caught:
        replacing(tmp_path / "missing" / "file").__enter__()
    assert caught.value.hint


def test_a_pipe_is_written_to_as_it_is(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    received: list[bytes] = []
    reader = threading.Thread(target=lambda: received.append(pipe.read_bytes()))
    reader.start()
    with replacing(pipe) as file:
        file.write(b"through")
    reader.join(10)
    assert received == [b"through"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


# -- import ------------------------------------------------------------------------------------


def test_import_brings_everything_and_again_nothing(store, other, tmp_path):
    file = written(store, tmp_path, Choice(every=True))
    report = import_file(other, file)
    assert (report.records, report.added, report.changed, report.same) == (10, 11, 0, 0)
    assert not report.kept
    assert not report.unknown
    assert not verify(other).problems
    events = history(other)
    report = import_file(other, file)
    assert (report.added, report.changed, report.same) == (0, 0, 11)
    assert history(other) == events
    assert import_file(store, file) == ImportReport(records=10, same=11)


def annotations(store: Store) -> dict[tuple[str, str], tuple]:
    return {
        (name, store.db.execute("SELECT id FROM units WHERE n = ?", (unit,)).fetchone()[0]): one
        for (row,) in store.db.execute("SELECT n FROM documents").fetchall()
        for name, unit, one in reading.annotated(store, row)
    }


def test_what_is_taken_over_is_exact(store, other, tmp_path):
    import_file(other, written(store, tmp_path, Choice(every=True)))
    here, there = annotations(store), annotations(other)
    labelled = {key: one for key, one in here.items() if one.label}
    assert labelled == there
    assert any(name == HOSTILE_NAME for name, _ in there)
    assert any(one.note == HOSTILE_NOTE.strip() for one in there.values())
    assert any(one.asked for one in there.values())


def test_a_bad_line_at_the_end_changes_nothing(store, other, tmp_path):
    file = written(store, tmp_path)
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(lines) + b'{"schema": 1}\n')
    called: list[int] = []
    with pytest.raises(InputProblem) as caught:
        import_file(other, file, add_documents=lambda: called.append(1))
    assert (caught.value.file, caught.value.line) == (str(file), len(lines) + 1)
    assert history(other) == 0
    assert not called


def test_another_text_under_the_same_id_changes_nothing(store, other, tmp_path):
    file = written(store, tmp_path)
    found = [json.loads(line) for line in file.read_bytes().splitlines()]
    last = found[-1]
    last["text"] = last["text"][:-1] + "!"
    last["text_sha256"] = sha256(last["text"])
    file.write_text("".join(json.dumps(one) + "\n" for one in found))
    with pytest.raises(InputProblem, match=f":{len(found)}: .* another text here"):
        import_file(other, file)
    assert history(other) == 0


def test_labels_of_another_scheme_are_refused(store, other, tmp_path):
    file = written(store, tmp_path)
    file.write_bytes(file.read_bytes().replace(b"credibility/1", b"credibility/9"))
    with pytest.raises(InputProblem, match=r":1: .*credibility/9"):
        import_file(other, file)


def test_a_file_that_is_not_there(other, tmp_path):
    for path in (tmp_path / "missing", tmp_path):
        with pytest.raises(InputProblem, match="cannot be read"):
            import_file(other, path)


def test_a_failure_in_the_middle_changes_nothing(store, other, tmp_path, monkeypatch):
    file = written(store, tmp_path)
    append, calls = Journal.append_many, count()

    def failing(*args: object) -> object:
        # After the first reviewer, with what the second one did written and not derived yet.
        number = append(*args)
        if next(calls) == 1:
            raise StoreProblem("the disk is full")
        return number

    with monkeypatch.context() as patch:
        patch.setattr(Journal, "append_many", failing)
        with pytest.raises(StoreProblem):
            import_file(other, file)
    assert history(other) == 0
    assert not annotations(other)
    assert import_file(other, file).added == 8
    assert not verify(other).problems


def test_sentences_that_are_not_here_are_listed(store, tmp_path):
    file = written(store, tmp_path)
    with Store.open(tmp_path / "c" / "labels.db") as third:
        whole = "\n".join(text for _, text in ARTICLES[2].units)
        fill(third, [ARTICLES[1], Article([("body", whole)])])
        report = import_file(third, file)
        assert (report.records, report.added) == (5, 1)
        titles = {(one.title, one.document_known) for one in report.unknown}
        assert titles == {("Harbour reopens", False), (None, True)}
        assert json.loads(json.dumps(report.as_json()))["unknown"][0]["sentence"]
        # With the articles, the rest comes too.

        def add(take: Callable[[], None]) -> None:
            fill(third, [ARTICLES[0]])
            with third.writing():
                take()

        report = import_file(third, file, add_documents=add)
        assert (report.added, report.same) == (4, 1)
        assert [type(one) for one in report.unknown] == [Unknown]


def only(store: Store, reviewer: str, text: str = FINEST):
    unit = at(session(store, reviewer, 0), text).unit
    assert unit is not None
    return Journal(store, reviewer).annotation(unit.n)


def test_a_later_label_here_is_kept(store, other, tmp_path):
    file = written(store, tmp_path)
    at(session(other, "ana", 12), FINEST).label("factual")
    report = import_file(other, file)
    [kept] = report.kept
    assert (kept.reviewer, kept.here, kept.there) == ("ana", "factual", "promotional")
    assert only(other, "ana").label == "factual"
    assert import_file(other, file).kept == [kept]


def test_an_earlier_label_here_gives_way(store, other, tmp_path):
    early = session(other, "ana", 8)
    at(early, FINEST).label("factual")
    at(early, FINEST).toggle_flag()
    at(early, FINEST).note("mine")
    report = import_file(other, written(store, tmp_path))
    assert (report.changed, report.kept) == (1, [])
    taken = only(other, "ana")
    assert (taken.label, taken.confidence) == ("promotional", 3)
    # No word of the reviewer's is lost: the file has no flags, and no note there.
    assert (taken.flagged, taken.note) == (True, "mine")


def test_a_label_that_was_edited_here_is_kept(store, tmp_path):
    file = written(store, tmp_path)
    at(session(store, "ana", 13), FINEST).confidence(1)
    report = import_file(store, file)
    assert [one.reviewer for one in report.kept] == ["ana"]
    assert only(store, "ana").confidence == 1


def test_edits_of_the_same_label_elsewhere_arrive(store, other, tmp_path):
    import_file(other, written(store, tmp_path))
    at(session(store, "ana", 13), FINEST).note("a second thought")
    report = import_file(other, written(store, tmp_path))
    assert (report.changed, report.kept) == (1, [])
    assert only(other, "ana").note == "a second thought"


def test_a_label_that_was_taken_back_here_stays_so(store, tmp_path):
    file = written(store, tmp_path)
    eve = session(store, "Eve", 14)
    eve.undo()  # the flag
    eve.undo()  # the label
    report = import_file(store, file)
    [kept] = report.kept
    assert (kept.reviewer, kept.here) == ("Eve", None)
    assert only(store, "Eve", "-5 degrees were measured.").label is None


def test_a_flag_taken_back_here_is_no_decision(store, other, tmp_path):
    late = session(other, "ana", 14)
    at(late, FINEST).toggle_flag()
    late.undo()
    assert not import_file(other, written(store, tmp_path)).kept
    assert only(other, "ana").label == "promotional"


def test_undo_after_an_import_goes_to_the_last_own_decision(store, other, tmp_path):
    import_file(other, written(store, tmp_path))
    assert Journal(other, "ana").undo() is None
    late = session(other, "ana", 15)
    at(late, FINEST).label("factual")
    late.undo()
    assert only(other, "ana").label == "promotional"
    assert not verify(other).problems


# -- the command -------------------------------------------------------------------------------


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project made by the ingest, in the current folder, with four labels."""
    from annotator.project import Project
    from annotator.project.ingest import ingest
    from annotator.project.request import Request

    folder = tmp_path / "project"
    (folder / "corpus").mkdir(parents=True)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    files = {
        "a.txt": "A port\n\nThe port reopened on Tuesday. It is the finest port ever built.\n",
        "b.txt": "Un pont\n\nLe pont a été fermé lundi. Il pourrait rouvrir avant l’hiver.\n",
        "c.txt": "A mine\n\nThe mine closed on Friday. The mine may open again.\n",
    }
    for name, text in files.items():
        (folder / "corpus" / name).write_text(text, encoding="utf-8")
    paths = [folder / "corpus" / name for name in files]
    project = Project(folder)
    with project.open() as store:
        ingest(store, Request(files=paths, base=folder))
        ana = session(store, "ana", 9)
        for label in ("factual", "promotional", "factual", "speculative"):
            ana.label(label)
    return folder


def run(*args: str) -> int:
    from annotator.cli.app import run

    return run(list(args))


def test_export_and_import_by_command(project, tmp_path, capfdbinary, monkeypatch):
    assert run("export") == 0
    out, err = capfdbinary.readouterr()
    assert len(out.splitlines()) == 4
    assert err == b"exported 4 sentences\n"
    assert run("export", "-o", "labels.csv", "-q") == 0
    assert run("export", "--format", "csv") == 0
    out, _ = capfdbinary.readouterr()
    assert out == Path("labels.csv").read_bytes()
    assert run("export", "--all", "-o", "labels.jsonl", "--with-documents", "articles.jsonl") == 0
    assert run("export", "-o", "corpus/a.txt", "--format", "jsonl") == 3

    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    sent = [str(project / name) for name in ("labels.jsonl", "articles.jsonl")]
    assert run("import", sent[0]) == 2
    assert run("import", sent[0], "--with-documents", sent[1], "--json") == 0
    report = json.loads(capfdbinary.readouterr().out)
    assert (report["added"], report["unknown"]) == (4, [])
    assert run("export", "--all", "-o", "labels.jsonl") == 0
    assert Path("labels.jsonl").read_bytes() == Path(sent[0]).read_bytes()


def test_an_export_by_command_leaves_the_store_alone(project, capfdbinary):
    store = Path("labels/labels.db")
    before = store.read_bytes()
    for arguments in (
        ("-o", "labels/labels.db"),
        ("-o", "labels.jsonl", "--with-documents", "labels/../labels/labels.db"),
        ("-o", "labels.jsonl", "--with-documents", "corpus/../labels.jsonl"),
    ):
        assert run("export", "--force", *arguments) == 2
    assert store.read_bytes() == before
    assert not Path("labels.jsonl").exists()
    assert b"hint" in capfdbinary.readouterr().err


def test_an_import_that_is_refused_leaves_no_article_behind(project, tmp_path, monkeypatch):
    run("export", "-o", "labels.jsonl", "--with-documents", "articles.jsonl")
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "corpus").mkdir(parents=True)
    first, *others = Path("labels.jsonl").read_text(encoding="utf-8").splitlines()
    forged = {**json.loads(first), "text": "Ha.", "text_sha256": sha256("Ha."), "end_utf16": 0}
    forged["end"] = forged["start"] + 3
    forged["end_utf16"] = forged["start_utf16"] + 3
    (elsewhere / "labels.jsonl").write_text(
        "\n".join([*others, json.dumps(forged)]) + "\n", encoding="utf-8"
    )
    monkeypatch.chdir(elsewhere)
    articles = str(project / "articles.jsonl")
    assert run("import", "labels.jsonl", "--with-documents", articles) == 3
    with Store.open(Path("labels/labels.db")) as store:
        for table in ("documents", "units", "origins", "files", "events", "reviewers"):
            assert store.db.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table
    assert run("import", "labels.jsonl", "--with-documents", "nowhere.jsonl") == 3
    sent = str(project / "labels.jsonl")
    assert run("import", sent, "--with-documents", articles) == 0


def test_articles_that_are_refused_at_an_import_are_named(project, capfdbinary):
    run("export", "-o", "labels.jsonl")
    Path("articles.jsonl").write_text('{"text": "fine"}\n{"text": \n', encoding="utf-8")
    assert run("import", "labels.jsonl", "--with-documents", "articles.jsonl") == 3
    assert b"-:2:" in capfdbinary.readouterr().err


def test_an_import_from_a_pipe(project, tmp_path, monkeypatch, capfdbinary):
    run("export", "-q")
    data, _ = capfdbinary.readouterr()
    reading_end, writing_end = os.pipe()
    with open(writing_end, "wb") as pipe:  # noqa: PTH123 - a descriptor
        pipe.write(data)
    with open(reading_end) as pipe, monkeypatch.context() as patch:  # noqa: PTH123
        patch.setattr("sys.stdin", pipe)
        assert run("import", "-") == 0
    assert (
        b"4 sentences read: 0 labels added, 0 changed, 4 as before" in capfdbinary.readouterr().err
    )


def test_what_an_import_tells(project, tmp_path, capfdbinary, monkeypatch):
    run("export", "-o", "labels.jsonl")
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "corpus").mkdir(parents=True)
    monkeypatch.chdir(elsewhere)
    capfdbinary.readouterr()
    assert run("import", str(project / "labels.jsonl")) == 0
    out, err = capfdbinary.readouterr()
    assert out == b""
    assert b"not in this project: 4 sentences" in err
    assert b"--with-documents" in err
    monkeypatch.chdir(project)
    at_once = Store.open(project / "labels" / "labels.db")
    with at_once:
        session(at_once, "ana", 12).undo()
    run("import", "labels.jsonl")
    _, err = capfdbinary.readouterr()
    assert b"1 kept" in err
    assert b"ana: no label here, " in err


def test_the_schema_by_command(capfdbinary):
    assert run("schema") == 0
    out, _ = capfdbinary.readouterr()
    assert out == (GOLDEN / "record.schema.json").read_bytes()


def test_a_table_on_a_terminal_moves_no_cursor():
    from annotator.cli.exchange import _visible

    hostile = "a,\x1b[2J\x9b\u202e\r\nb,\x07\r\n"
    shown = _visible(hostile.encode()).decode()
    assert shown.count("\n") == 2
    assert all(visible(line) == line for line in shown.split("\n"))
