"""`init`, `add`, `baseline`, `explain`, as they are typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotator.cli.articles import described
from annotator.project.request import Lost, Report


def test_init_makes_a_project_once(folder: Path, annotator):
    found = annotator("init")
    assert (found.code, found.out) == (0, "")
    assert "made corpus/" in found.err
    assert "next: put articles" in found.err
    assert sorted(path.name for path in folder.iterdir()) == ["corpus", "labels"]
    assert "is a project already" in annotator("init").err
    assert annotator("init", "-q").err == ""


def test_init_makes_the_folder_too(folder: Path, annotator):
    found = annotator("init", "deep/er place")
    assert found.code == 0
    assert "next: `cd 'deep/er place'`, put articles" in found.err
    assert "next: put articles" in annotator("init", "../here").err
    assert (folder / "deep" / "er place" / "corpus").is_dir()
    (folder / "file").write_text("x")
    assert annotator("init", "file").code == 2
    assert annotator("init", "file/below").code == 3


def test_add_reports_in_words_and_in_json(project: Path, annotator):
    found = annotator("add", "corpus", "--json")
    assert found.code == 0
    assert found.json["new"] == 2
    assert found.json["languages"] == {"en": 1, "fr": 1}
    assert found.json["refused"] == found.json["lost"] == []
    assert found.json["dry_run"] is False
    again = annotator("add", "corpus")
    assert (again.code, again.out) == (0, "")
    assert again.err.startswith("2 files: 0 new documents, 0 changed, 2 as before")
    assert annotator("add", "corpus", "-q").err == ""


def test_add_takes_globs_folders_files_and_standard_input(project: Path, annotator):
    assert annotator("add", "corpus/*.txt", "--json").json["new"] == 2
    (project / "more").mkdir()
    (project / "more" / "x.md").write_text("# One\n\nThe plant opened on Monday.\n")
    assert annotator("add", "more", "corpus/bridge.txt", "--json").json["files"] == 2
    piped = annotator("add", "-", "--json", stdin="The harbour opened on Tuesday.\n")
    assert piped.json["new"] == 1
    rows = '{"text": "One row is here."}\n{"text": "And another row is there."}\n'
    assert annotator("add", "-", "--format", "jsonl", "--json", stdin=rows).json["new"] == 2
    assert annotator("status", "--json").json["documents"] == 6


def test_metadata_from_options(project: Path, annotator):
    found = annotator(
        "add", "corpus/bridge.txt", "--title", "T", "--source", "S", "--url", "u", "--author", "A",
        "--published", "2026-03-04", "--language", "en-GB",
    )  # fmt: skip
    assert found.code == 0
    (place,) = annotator("status", "--json").json["by_document"]
    assert (place["name"], place["source"], place["language"]) == ("T", "S", "en")


@pytest.mark.parametrize(
    "arguments",
    [["--published", "4 March"], ["--published", "2026-13-01"], ["--language", "English!"],
     ["--format", "pdf"]],
)  # fmt: skip
def test_options_that_make_no_sense_are_usage(project: Path, annotator, arguments: list[str]):
    found = annotator("add", "corpus", *arguments)
    assert found.code == 2
    assert arguments[0] in found.err
    assert not (project / "labels" / "labels.db").exists()


def test_a_dry_run_makes_not_even_a_store(project: Path, annotator):
    found = annotator("add", "corpus", "--dry-run", "--json")
    assert found.json["new"] == 2
    assert found.json["dry_run"] is True
    assert list((project / "labels").iterdir()) == []
    annotator("add", "corpus/bridge.txt")
    found = annotator("add", "corpus", "--dry-run")
    assert "1 new document," in found.err
    assert "dry run: nothing was changed" in found.err
    assert annotator("status", "--json").json["documents"] == 1


def test_refused_files_are_named_with_line_and_reason(project: Path, annotator):
    (project / "corpus" / "rows.csv").write_text('text,source\n"Only one field"\n')
    found = annotator("add", "corpus")
    assert found.code == 3
    assert "error: corpus/rows.csv:2: this row has 1 fields" in found.err
    assert "1 of 3 files refused, so nothing was changed" in found.err
    assert annotator("status", "--json").json["documents"] == 0
    as_json = annotator("add", "corpus", "--json")
    assert as_json.code == 3
    assert as_json.json["refused"][0]["line"] == 2
    going = annotator("add", "corpus", "--keep-going")
    assert going.code == 3
    assert "2 new documents" in going.err
    assert "1 refused" in going.err


def test_what_is_not_there_is_bad_input(project: Path, annotator):
    for path in ("nowhere.txt", "*.nothing", "labels"):
        found = annotator("add", path)
        assert found.code == 3
        assert path.split("/")[0] in found.err


def test_a_report_in_words():
    report = Report(
        files=3, new=1, changed=1, same=1, updated=2, gone=1, sentences=9, duplicates=4,
        carried=5, languages={"en": 1, "fr": 1},
        lost=[Lost("0123456789abcdef", "ana", None, "Some words.")],
    )  # fmt: skip
    assert described(report).split("\n") == [
        "3 files: 1 new document, 1 changed, 1 as before, 1 no longer there",
        "9 sentences in 2 documents (en 1, fr 1), 4 with a near-duplicate",
        "metadata changed of 2 documents",
        "5 annotations carried over to new versions",
        "1 annotation not carried over, as the sentences changed:",
        "  0123456789abcdef  ana  -  Some words.",
    ]


def test_the_baseline_is_shown_and_recomputed(project: Path, annotator):
    annotator("add", "corpus")
    found = annotator("baseline")
    assert found.code == 0
    header, english, french = found.out.strip().split("\n")
    assert header.split()[:4] == ["language", "sentences", "analyser", "scored"]
    assert english.split()[:4] == ["en", "3", "textblob-en", "3"]
    assert french.split()[0] == "fr"
    assert "0 sentences scored" in annotator("baseline", "--recompute").err
    all_of_it = annotator("baseline", "--recompute", "--all", "--json")
    assert "5 sentences scored" in all_of_it.err
    assert all_of_it.json[0]["language"] == "en"
    assert annotator("baseline", "--all").code == 2


def test_an_unknown_analyser_in_the_configuration_is_said(project: Path, annotator):
    (project / "annotator.toml").write_text('[analyzers]\nen = "nobody"\n')
    found = annotator("add", "corpus")
    assert found.code in {2, 3}
    assert "nobody" in found.err


def test_one_of_anything_is_said_as_one(folder: Path, annotator):
    (folder / "corpus").mkdir()
    (folder / "one.txt").write_text("The council opened the bridge on Monday.\n")
    added = annotator("add", "one.txt")
    assert added.err.splitlines() == [
        "1 file: 1 new document, 0 changed, 0 as before",
        "1 sentence in 1 document (en 1), 0 with a near-duplicate",
    ]
    assert annotator("status").out.startswith("1 document (en 1), 0 sources, 1 sentence, ")
    annotator("review", "--plain", "--reviewer", "ana", stdin="f\nq\n")
    assert annotator("export", "--output", "one.jsonl").err == "exported 1 sentence to one.jsonl\n"
    assert "1 event of 1 reviewer, 1 unit in 1 document" in annotator("verify").out


@pytest.mark.parametrize("name", ["labels.jsonl", "labels.csv"])
def test_an_export_in_the_corpus_is_not_taken_for_articles(project: Path, annotator, name: str):
    annotator("add", "corpus")
    annotator("review", "--plain", "--reviewer", "ana", stdin="f\np\nq\n")
    annotator("export", "--output", f"corpus/{name}")
    before = annotator("status", "--json").json["documents"]
    found = annotator("add", "corpus")
    assert found.code == 3
    assert "it is an export of labels, not articles" in found.err
    assert "annotator import" in found.err
    assert annotator("status", "--json").json["documents"] == before
    # The articles of an export are articles.
    annotator("export", "--output", "labels.jsonl", "--with-documents", "articles.jsonl")
    assert annotator("add", "articles.jsonl").code == 0


def test_what_is_wrong_in_a_sources_file_is_said_once(project: Path, annotator):
    (project / "corpus" / "sources.toml").write_text('[[source]]\nfiles = "*.txt"\nbogus = 1\n')
    found = annotator("add", "corpus")
    assert found.code == 3
    assert found.err.count('"bogus": no such key') == 1
    assert "2 of 2 files refused" in found.err
    assert annotator(stdin="").err.count('"bogus": no such key') == 1


def test_explain_needs_no_project(folder: Path, annotator):
    found = annotator("explain", "It is a great success.", "--language", "en")
    assert found.code == 0
    assert "great: polarity +0.80" in found.out
    data = annotator("explain", "It is great.", "--language", "en", "--json").json
    assert data["sentiment"]["analyzer"] == "textblob-en"
    assert annotator("explain", "").code == 2


def test_explain_takes_the_languages_that_add_takes(folder: Path, annotator):
    text = "It is a great success."
    british = annotator("explain", text, "--language", "en-GB")
    assert british.out == annotator("explain", text, "--language", "en").out
    wrong = annotator("explain", text, "--language", "english")
    assert (wrong.code, wrong.out) == (2, "")
    assert "--language takes a code such as en" in wrong.err


def test_explain_an_id_that_no_sentence_has(project: Path, annotator):
    annotator("add", "corpus")
    found = annotator("explain", "0123456789abcdef")
    assert (found.code, found.out) == (2, "")
    assert "no sentence has the id 0123456789abcdef" in found.err
    assert annotator("explain", "added").code == 0  # a word, though of hex digits


def test_explain_a_sentence_by_its_id(project: Path, annotator):
    annotator("add", "corpus")
    plain = annotator("review", "--plain", "--search", "mayor", stdin="q\n")
    assert "mayor" in plain.out
    assert "The mayor said" in annotator("explain", "The mayor said so.", "--language", "en").out
