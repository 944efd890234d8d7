"""Ingest: all or nothing, repeatable, and a report that says what happened."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import words

from annotator.core.errors import InputProblem
from annotator.core.scheme import built_in
from annotator.ingest.metadata import Metadata
from annotator.ingest.readers import ReadOptions
from annotator.project import ingest as module
from annotator.project import writing
from annotator.project.gather import shown_path
from annotator.project.ingest import ingest
from annotator.project.request import Refused, Report, Request
from annotator.session import Session
from annotator.store import Store, reading
from annotator.store.documents import Documents
from annotator.store.verify import verify

BRIDGE = (
    "Bridge opens in the valley\n\n"
    "The council opened the bridge on Monday morning. It may be the finest bridge of all.\n\n"
    "The mayor said that it had cost four million crowns.\n"
)
PRICES = (
    "Prices fall in March\n\n"
    "Prices fell by two percent in March, the office said. Analysts expect them to rise again.\n"
)
MARCHE = "Le marché ouvre lundi matin.\n\nLe maire a dit qu’il pourrait fermer avant l’hiver.\n"


class Corpus:
    """A folder of articles and the store they go to. Every change has a time of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.corpus = folder / "corpus"
        self.corpus.mkdir(parents=True)
        self.store = Store.open(folder / "labels" / "labels.db")
        self._seconds = count(1_700_000_000)

    def write(self, name: str, text: str | bytes) -> Path:
        path = self.corpus / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        self.touch(name)
        return path

    def touch(self, name: str) -> None:
        at = next(self._seconds)
        os.utime(self.corpus / name, (at, at))

    def add(self, *names: str, **options: Any) -> Report:
        found = [self.corpus / name for name in names] or sorted(
            path for path in self.corpus.rglob("*") if path.suffix not in {".toml", ""}
        )
        return ingest(self.store, Request(found, self.folder, **options))

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self.store.db.execute(sql).fetchall()

    def dump(self) -> list[str]:
        return list(self.store.db.iterdump())

    def label(self, words: str, name: str = "factual", reviewer: str = "ana") -> int:
        """Label the first current sentence that holds `words`."""
        session = Session(self.store, reviewer, built_in())
        unit = reading.search(self.store, words)[0].unit
        session.go_to(unit)
        session.label(name)
        return unit

    def labels(self, reviewer: str = "ana") -> dict[str, str | None]:
        """Return what a reviewer says of the sentences of current documents, by their words."""
        sql = (
            "SELECT substr(d.text, u.start + 1, u.stop - u.start), a.label FROM annotations a"
            " JOIN units u ON u.n = a.unit JOIN documents d ON d.n = u.document"
            " JOIN reviewers r ON r.n = a.reviewer WHERE d.current = 1 AND r.name = ?"
        )
        return dict(self.store.db.execute(sql, (reviewer,)).fetchall())


def numbers(report: Report) -> dict[str, int]:
    return {name: value for name, value in vars(report).items() if type(value) is int and value}


@pytest.fixture
def corpus(tmp_path: Path) -> Iterator[Corpus]:
    made = Corpus(tmp_path)
    yield made
    assert verify(made.store).problems == []
    made.store.close()


# -- once and again ----------------------------------------------------------------------------


def test_a_first_ingest_reports_what_it_brought(corpus: Corpus):
    corpus.write("bridge.txt", BRIDGE)
    corpus.write("marche.txt", MARCHE)
    corpus.write("more/prices.md", PRICES)
    report = corpus.add()
    assert numbers(report) == {"files": 3, "new": 3, "sentences": 7}
    assert report.languages == {"en": 2, "fr": 1}
    assert report.refused == report.lost == []
    assert [path for path, *_ in corpus.rows("SELECT path FROM origins")] == [
        "corpus/bridge.txt",
        "corpus/marche.txt",
        "corpus/more/prices.md",
    ]


def test_the_same_again_does_nothing(corpus: Corpus):
    corpus.write("bridge.txt", BRIDGE)
    corpus.add()
    before = corpus.dump()
    assert numbers(corpus.add()) == {"files": 1, "unchanged": 1}
    assert corpus.dump() == before


def test_a_touched_file_is_read_and_is_the_same(corpus: Corpus):
    corpus.write("bridge.txt", BRIDGE)
    corpus.add()
    before = corpus.rows("SELECT * FROM documents"), corpus.rows("SELECT * FROM units")
    corpus.touch("bridge.txt")
    assert numbers(corpus.add()) == {"files": 1, "same": 1}
    assert (corpus.rows("SELECT * FROM documents"), corpus.rows("SELECT * FROM units")) == before
    assert numbers(corpus.add()) == {"files": 1, "unchanged": 1}


def test_the_same_text_in_two_files_is_one_document(corpus: Corpus):
    corpus.write("a.txt", BRIDGE)
    corpus.write("b.txt", BRIDGE.replace("\n", "\r\n"))
    assert numbers(corpus.add()) == {"files": 2, "new": 1, "same": 1, "sentences": 3}
    assert len(corpus.rows("SELECT * FROM origins")) == 2
    assert corpus.rows("SELECT n, current FROM documents") == [(1, 1)]


def test_a_renamed_file_is_the_same_document(corpus: Corpus):
    path = corpus.write("a.txt", BRIDGE)
    corpus.add()
    unit = corpus.label("mayor")
    path.rename(corpus.corpus / "b.txt")
    report = corpus.add()
    assert numbers(report) == {"files": 1, "same": 1}
    assert corpus.rows("SELECT n, current FROM documents") == [(1, 1)]
    assert reading.find_unit(corpus.store, reading.article(corpus.store, 1).units[-1].id) == unit


def test_a_copy_brings_what_was_not_known_and_changes_nothing_else(corpus: Corpus):
    corpus.write("a.txt", BRIDGE)
    corpus.write("b.txt", BRIDGE)
    corpus.add("a.txt", metadata=Metadata(source="Valley Wire"))
    report = corpus.add("b.txt", metadata=Metadata(source="Copyist", author="C. Opy"))
    assert (report.same, report.updated) == (1, 1)
    wanted = [("Valley Wire", "C. Opy")]
    assert corpus.rows("SELECT source, author FROM documents") == wanted
    # And so it stays, however often the copy is read.
    corpus.touch("b.txt")
    report = corpus.add("b.txt", metadata=Metadata(source="Copyist", author="C. Opy"))
    assert (report.same, report.updated) == (1, 0)
    assert corpus.rows("SELECT source, author FROM documents") == wanted


def test_two_copies_of_one_ingest_have_the_metadata_of_the_first(corpus: Corpus):
    corpus.write("sources.toml", '[[source]]\nfiles = ["a.txt"]\nsource = "First"\n'
                 '[[source]]\nfiles = ["b.txt"]\nsource = "Second"\nauthor = "B"\n')  # fmt: skip
    corpus.write("a.txt", BRIDGE)
    corpus.write("b.txt", BRIDGE)
    corpus.add()
    assert corpus.rows("SELECT source, author FROM documents") == [("First", "B")]
    for name in ("a.txt", "b.txt", "a.txt"):
        corpus.touch(name)
        assert corpus.add().updated == 0
    assert corpus.rows("SELECT source, author FROM documents") == [("First", "B")]


def test_standard_input_brings_one_document_after_the_other(corpus: Corpus):
    text = ReadOptions(format="text")
    for given_text in (BRIDGE, PRICES, BRIDGE):
        ingest(
            corpus.store,
            Request((), corpus.folder, options=text, standard_input=given_text.encode()),
        )
    # What came through a pipe yesterday is no earlier version of what comes today.
    assert corpus.rows("SELECT count(*), sum(current) FROM documents") == [(2, 2)]


# -- metadata ----------------------------------------------------------------------------------


def test_metadata_comes_from_flags_then_the_file_of_sources_then_the_article(corpus: Corpus):
    corpus.write(
        "sources.toml",
        '[[source]]\nfiles = ["*.md"]\nsource = "Valley Wire"\nauthor = "From sources"\n',
    )
    corpus.write("a.md", "---\nauthor: From the article\ndate: 2026-03-04\n---\n" + BRIDGE)
    corpus.add(metadata=Metadata(title="From flags"))
    assert corpus.rows("SELECT title, source, author, published FROM documents") == [
        ("From flags", "Valley Wire", "From sources", "2026-03-04")
    ]


def test_a_changed_file_of_sources_changes_the_metadata(corpus: Corpus):
    corpus.write("sources.toml", '[[source]]\nfiles = ["*.txt"]\nsource = "Wire"\n')
    corpus.write("a.txt", BRIDGE)
    corpus.add()
    unit = corpus.label("mayor")
    corpus.write("sources.toml", '[[source]]\nfiles = ["*.txt"]\nsource = "Valley Wire"\n')
    assert numbers(corpus.add()) == {"files": 1, "same": 1, "updated": 1}
    assert corpus.rows("SELECT source FROM documents") == [("Valley Wire",)]
    assert corpus.labels() == {reading.search(corpus.store, "mayor")[0].text: "factual"}
    assert reading.search(corpus.store, "mayor")[0].unit == unit


def test_the_nearest_file_of_sources_counts(corpus: Corpus):
    corpus.write("sources.toml", '[[source]]\nfiles = ["**"]\nsource = "Far"\n')
    corpus.write("near/sources.toml", '[[source]]\nfiles = ["a.txt"]\nsource = "Near"\n')
    corpus.write("near/a.txt", BRIDGE)
    corpus.write("b.txt", PRICES)
    corpus.add()
    assert dict(corpus.rows("SELECT title, source FROM documents")) == {
        "Bridge opens in the valley": "Near",
        "Prices fall in March": "Far",
    }


# -- refusals ----------------------------------------------------------------------------------

BAD = {
    "binary.txt": (b"one\n\1\2tw\0o", None, "binary"),
    "nul.txt": (b"one\ntw\0o", 2, "NUL"),
    "nul.jsonl": (b'{"text": "fine"}\n{"text": "a\\u0000b"}\n', 2, "NUL"),
    "empty.txt": (b"", None, ""),
    "rows.csv": (b'text\n"a",b\n', 2, "fields"),
    "broken.jsonl": (b'{"text": "fine"}\n{"text": \n', 2, ""),
    "no-text.jsonl": (b'{"title": "x"}\n', 1, "text"),
    "what.zip.txt": (b"PK\x03\x04abc", None, "ZIP"),
}


@pytest.mark.parametrize("name", BAD)
def test_one_bad_file_among_many_changes_nothing(corpus: Corpus, name: str):
    data, line, reason = BAD[name]
    corpus.write("a.txt", BRIDGE)
    corpus.write(name, data)
    before = corpus.dump()
    with pytest.raises(Refused, match="1 of 2 files refused, so nothing was changed") as caught:
        corpus.add()
    assert corpus.dump() == before
    (problem,) = caught.value.report.refused
    assert problem.file == f"corpus/{name}"
    assert problem.line == line
    assert reason in problem.reason
    assert caught.value.report.as_json()["refused"][0]["file"] == f"corpus/{name}"
    assert caught.value.exit_code == 3


def test_the_good_ones_are_taken_if_that_is_wanted(corpus: Corpus):
    for name, (data, _, _) in BAD.items():
        corpus.write(name, data)
    corpus.write("a.txt", BRIDGE)
    report = corpus.add(keep_going=True)
    assert (report.files, report.new, len(report.refused)) == (9, 1, 8)
    assert sorted(problem.file for problem in report.refused) == sorted(
        f"corpus/{name}" for name in BAD
    )
    corpus.write("binary.txt", PRICES)
    assert numbers(corpus.add(keep_going=True))["new"] == 1


def test_files_that_cannot_be_read_are_refused(corpus: Corpus, monkeypatch: pytest.MonkeyPatch):
    corpus.write("a.txt", BRIDGE)
    with pytest.raises(Refused) as caught:
        corpus.add("a.txt", "gone.txt")
    assert caught.value.report.refused[0].file == "corpus/gone.txt"


def test_a_bad_file_of_sources_refuses_the_files_it_is_about(corpus: Corpus):
    corpus.write("sources.toml", '[[source]]\nfiles = ["*"]\nsorce = "x"\n')
    corpus.write("a.txt", BRIDGE)
    with pytest.raises(Refused) as caught:
        corpus.add()
    problem = caught.value.report.refused[0]
    assert "sorce" in problem.reason
    assert problem.line == 3


# -- dry run, and being stopped ----------------------------------------------------------------


def changes(corpus: Corpus) -> None:
    """Change a corpus in every way there is."""
    corpus.write("a.txt", BRIDGE.replace("four", "five"))
    corpus.write("new.txt", PRICES + "One more sentence than before.\n")
    corpus.write("copy.txt", MARCHE)
    corpus.write("sources.toml", '[[source]]\nfiles = ["b.txt"]\nsource = "Wire"\n')
    corpus.write("rows.jsonl", '{"id": "2", "text": "The second row is a sentence."}\n')


@pytest.fixture
def changed(corpus: Corpus) -> Corpus:
    corpus.write("a.txt", BRIDGE)
    corpus.write("b.txt", PRICES)
    corpus.write("c.txt", MARCHE)
    corpus.write(
        "rows.jsonl",
        '{"id": "1", "text": "The first row is a sentence."}\n'
        '{"id": "2", "text": "The second row was a sentence."}\n',
    )
    corpus.add()
    for text in ("mayor", "council", "analysts", "first"):
        corpus.label(text)
    changes(corpus)
    return corpus


def test_a_dry_run_changes_nothing_and_says_what_would_happen(changed: Corpus):
    before = changed.dump()
    dry = changed.add(dry_run=True)
    assert changed.dump() == before
    real = changed.add()
    assert {**dry.as_json(), "dry_run": False} == real.as_json()
    assert dry.dry_run
    assert numbers(real) == {
        "files": 6, "unchanged": 1, "new": 1, "same": 2, "changed": 2, "updated": 1, "gone": 1,
        "sentences": 7, "duplicates": 2, "carried": 1,
    }  # fmt: skip
    assert [lost.text for lost in real.lost] == [
        "The mayor said that it had cost four million crowns.",
        "The first row is a sentence.",
    ]
    assert changed.dump() != before


class _Killed(BaseException):
    """As a signal ends a program: no handler of ours expects it."""


@pytest.mark.parametrize(
    "method",
    ["insert_keys", "rename_forms", "set_origin", "set_metadata", "refresh_current", "set_file",
     "rename_likeness", "remove_origin"],
)  # fmt: skip
def test_what_is_stopped_in_the_middle_leaves_nothing(
    changed: Corpus, monkeypatch: pytest.MonkeyPatch, method: str
):
    before = changed.dump()
    calls = count(1)
    real = getattr(Documents, method)
    total = count()
    monkeypatch.setattr(Documents, method, lambda *args: (next(total), real(*args))[1])
    changed.add(dry_run=True)
    last = next(total)
    assert last > 0

    def stop_at_the_last(*args: Any) -> Any:
        if next(calls) == last:
            raise _Killed
        return real(*args)

    monkeypatch.setattr(Documents, method, stop_at_the_last)
    with pytest.raises(_Killed):
        changed.add()
    assert changed.dump() == before
    monkeypatch.undo()
    assert changed.add().changed == 2


def test_a_lock_is_not_held_while_small_work_is_computed(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch
):
    corpus.write("a.txt", BRIDGE)
    seen = []

    def prepare_all(*args: Any, **options: Any) -> Any:
        with Store.open(corpus.store.path) as other, other.writing():
            seen.append(True)
        return real(*args, **options)

    real = module.prepare_all
    monkeypatch.setattr(module, "prepare_all", prepare_all)
    corpus.add()
    assert seen == [True]


def test_another_terminal_may_take_in_the_same_files_meanwhile(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch
):
    corpus.write("a.txt", BRIDGE)
    corpus.write("b.txt", articles(1))
    real = module.prepare_all

    def prepare_all(*args: Any, **options: Any) -> Any:
        monkeypatch.setattr(module, "prepare_all", real)
        with Store.open(corpus.store.path) as other:
            ingest(other, Request([corpus.corpus / "a.txt"], corpus.folder))
        return real(*args, **options)

    monkeypatch.setattr(module, "prepare_all", prepare_all)
    report = corpus.add()
    assert (report.new, report.same) == (1, 1)
    assert corpus.rows("SELECT count(*) FROM documents") == [(2,)]
    assert corpus.add().unchanged == 2


# -- the same store whichever way ---------------------------------------------------------------


def content(store: Store) -> list[list[tuple[Any, ...]]]:
    """Return what a store says, without times and row numbers."""
    return [
        sorted(store.db.execute(sql), key=repr)
        for sql in (
            "SELECT id, text, title, source, language, language_score, encoding, current,"
            " sentences, likeness FROM documents",
            "SELECT u.id, d.id, start, stop, kind, block, asked, f.hash, f.label FROM units u"
            " JOIN documents d ON d.n = u.document JOIN forms f ON f.hash = u.form",
            "SELECT o.path, o.key, d.id FROM origins o JOIN documents d ON d.n = o.document",
            "SELECT u.id, a.name, polarity, subjectivity, assessments FROM sentiments s"
            " JOIN units u ON u.n = s.unit JOIN analyzers a ON a.n = s.analyzer",
            "SELECT key, form FROM form_keys",
            "SELECT hash, label FROM forms",
        )
    ]


def articles(number: int) -> str:
    return (
        f"Article number {number}\n\nThe council of town {number} voted on the bridge on Monday."
        " Nobody expected that the old bridge would stay open.\n\nThe plan may cost four million"
        f" crowns, the mayor of town {number % 3} said.\n"
    )


def test_workers_and_batches_make_no_difference(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    found = []
    for name, chunk, grouped, workers in (
        ("one", 10**9, 10**9, 10**9),
        ("batches", 100, 3, 10**9),
        ("processes", 400, 10, 0),
    ):
        monkeypatch.setattr(module, "_CHUNK", chunk)
        monkeypatch.setattr(writing, "_GROUPED", grouped)
        monkeypatch.setattr(module, "_WORTH_WORKERS", workers)
        made = Corpus(tmp_path / name)
        for number in range(8):
            made.write(f"{number}.txt", articles(number))
        report = made.add()
        assert (report.new, report.sentences) == (8, 24)
        found.append((content(made.store), report.duplicates))
        made.store.close()
    assert found[0] == found[1] == found[2]


def test_a_worker_that_fails_leaves_nothing(corpus: Corpus, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "_CHUNK", 100)
    monkeypatch.setattr(module, "_WORTH_WORKERS", 0)
    for number in range(4):
        corpus.write(f"{number}.txt", articles(number))
    before = corpus.dump()

    def fail(*args: Any) -> None:
        raise _Killed

    monkeypatch.setattr(Documents, "insert_keys", fail)
    with pytest.raises(_Killed):
        corpus.add()
    assert corpus.dump() == before


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(words(8), min_size=3, max_size=5), min_size=2, max_size=5), st.randoms())
def test_groups_do_not_depend_on_order_or_batches(
    tmp_path_factory: pytest.TempPathFactory, drawn: list[list[str]], random: Any
):
    texts = {f"{n}.txt": "\n\n".join(lines) + "\n" for n, lines in enumerate(drawn)}

    def groups(steps: list[list[str]]) -> list[Any]:
        made = Corpus(tmp_path_factory.mktemp("order"))
        for step in steps:
            for name in step:
                made.write(name, texts[name])
            made.add(*step)
        found = [
            sorted(made.rows("SELECT hash, label FROM forms")),
            sorted(made.rows("SELECT id, likeness FROM documents")),
            sorted(made.rows("SELECT key, form FROM form_keys")),
        ]
        made.store.close()
        return found

    names = sorted(texts)
    shuffled = random.sample(names, len(names))
    expected = groups([names])
    assert groups([[name] for name in shuffled]) == expected
    assert groups([shuffled[:2], shuffled[2:]] if shuffled[2:] else [shuffled]) == expected


# -- small things ------------------------------------------------------------------------------


def test_paths_are_shown_from_the_project_on(tmp_path: Path):
    assert shown_path(tmp_path / "corpus" / "a.txt", tmp_path) == "corpus/a.txt"
    assert shown_path(tmp_path / "x" / ".." / "a.txt", tmp_path) == "a.txt"
    assert shown_path(Path("/elsewhere/a.txt"), tmp_path) == "/elsewhere/a.txt"


def test_progress_is_told_by_files_and_by_characters(corpus: Corpus):
    corpus.write("a.txt", BRIDGE)
    corpus.write("b.txt", PRICES)
    told: list[tuple[str, int, int]] = []
    files = [corpus.corpus / "a.txt", corpus.corpus / "b.txt"]
    tell: Callable[[str, int, int], None] = lambda *said: told.append(said)  # noqa: E731
    ingest(corpus.store, Request(files, corpus.folder), tell)
    size = len(BRIDGE) + len(PRICES)
    assert told == [("reading", 0, 2), ("reading", 1, 2), ("computing", 0, size),
                    ("computing", size, size)]  # fmt: skip


def test_nothing_to_read_is_no_work(corpus: Corpus):
    assert numbers(ingest(corpus.store, Request((), corpus.folder))) == {}


def test_a_report_can_be_read_by_programs():
    report = Report(refused=[InputProblem("bad", file="a", line=3, column=4, hint="mend it")])
    assert report.as_json()["refused"] == [
        {"file": "a", "line": 3, "column": 4, "reason": "bad", "hint": "mend it"}
    ]
