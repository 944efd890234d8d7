"""`status`, `label`, `skip`, `undo`, `redo`, `verify`, `backup`, `completion`."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from annotator.store import Store, reading


@pytest.fixture
def ids(project: Path, annotator) -> list[str]:
    """The ids of the five sentences of a project whose corpus is taken in."""
    assert annotator("add", "corpus").code == 0
    with Store.open(project / "labels" / "labels.db") as store:
        return [
            unit.id
            for n in (1, 2)
            for unit in reading.article(store, n).units
            if unit.kind == "body"
        ]


def counts(annotator, reviewer: str = "ana") -> tuple[int, int]:
    people = annotator("status", "--json").json["reviewers"]
    return next(((p["labelled"], p["skipped"]) for p in people if p["name"] == reviewer), (0, 0))


def test_label_skip_undo_redo(ids: list[str], annotator):
    found = annotator("label", ids[0], "factual", "--reviewer", "ana")
    assert (found.code, found.out) == (0, "")
    assert found.err.startswith("factual: ")
    assert annotator("label", ids[1][:8], "p", "--reviewer", "ana").err.startswith("promotional: ")
    assert annotator("label", ids[2], "2", "--reviewer", "ana", "-q").err == ""
    assert annotator("skip", ids[3], "--reviewer", "ana").err.startswith("skipped: ")
    assert counts(annotator) == (3, 1)
    assert annotator("undo", "--reviewer", "ana").err.startswith("undone skip: ")
    assert annotator("undo", "--reviewer", "ana").err.startswith("undone speculative: ")
    assert annotator("redo", "--reviewer", "ana").err.startswith("redone speculative: ")
    assert counts(annotator) == (3, 0)
    assert annotator("undo", "--reviewer", "ben").code == 1
    assert "nothing to be redone" in annotator("redo", "--reviewer", "ben").err
    assert annotator("verify").code == 0


def test_a_label_with_all_that_belongs_to_it(ids: list[str], project: Path, annotator):
    annotator("label", ids[0], "promotional", "--confidence", "2", "--tag", "mixed", "--tag",
              "loaded", "--note", "says who?", "--reviewer", "ana")  # fmt: skip
    with Store.open(project / "labels" / "labels.db") as store:
        ((name, _, annotation),) = reading.annotated(store, 1)
    assert name == "ana"
    assert (annotation.label, annotation.confidence) == ("promotional", 2)
    assert (annotation.tags, annotation.note) == (("loaded", "mixed"), "says who?")
    assert annotation.seconds is None or annotation.seconds < 60
    assert not annotation.suggestion_shown


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["label", "ffffffffffff", "factual"], "is not the id of one sentence"),
        (["label", "", "factual"], "is not the id of one sentence"),
        (["skip", "zz"], "is not the id of one sentence"),
        (["label", "ID", "fiction"], "is no label"),
        (["label", "ID", "factual", "--confidence", "4"], "confidence"),
        (["label", "ID"], "Missing argument"),
        (["label", "ID", "factual", "--reviewer", "x" * 101], "at most 100"),
        (["label", "ID", "factual", "--reviewer", " "], "cannot be empty"),
    ],
)
def test_what_is_asked_wrongly_is_usage(
    ids: list[str], annotator, arguments: list[str], words: str
):
    found = annotator(*(ids[0] if argument == "ID" else argument for argument in arguments))
    assert found.code == 2
    assert words in found.err
    assert annotator("status", "--json").json["reviewers"] == []


def test_a_heading_cannot_be_labelled(ids: list[str], project: Path, annotator):
    with Store.open(project / "labels" / "labels.db") as store:
        heading = reading.article(store, 1).units[0]
    assert heading.kind == "title"
    found = annotator("label", heading.id, "factual")
    assert found.code == 2
    assert "this is a title" in found.err
    assert "a sentence: " in annotator("label", heading.id, "x").err
    assert annotator("label", heading.id, "factual").code == 0
    assert annotator("undo").code == 0
    assert "not a sentence: " in annotator("label", heading.id, "none").err
    assert annotator("label", heading.id, "factual").code == 2


def test_a_label_and_what_goes_with_it_are_one_step(ids: list[str], annotator):
    annotator("label", ids[0], "factual", "--confidence", "2", "--tag", "mixed", "--note", "hm")
    assert "undone factual" in annotator("undo").err
    assert "nothing to be undone" in annotator("undo").err


def test_a_reviewer_without_a_name_is_refused(ids: list[str], annotator):
    assert annotator("label", ids[0], "factual", "--reviewer", "").code == 2


def test_status_in_words(ids: list[str], annotator):
    assert "nobody has labelled yet" in annotator("status").out
    annotator("label", ids[0], "factual", "--reviewer", "ana")
    found = annotator("status")
    assert (found.code, found.err) == (0, "")
    assert found.out.startswith("2 documents (en 1, fr 1), 0 sources, 5 sentences, 1 of them")
    assert "ana" in found.out
    only = annotator("status", "--reviewer", "ben")
    assert "ben has no labels yet" in only.out
    documents = annotator("status", "--documents", "--reviewer", "ana").out
    assert "Bridge opens in the valley" in documents
    assert " corpus/" in documents
    assert documents.count("\n") > 5


def test_status_for_programs(ids: list[str], annotator):
    annotator("label", ids[0], "factual", "--reviewer", "ana")
    data = annotator("status", "--json", "--reviewer", "ana").json
    assert data["sentences"] == 5
    assert data["labelled"] == 1
    assert data["reviewer"] == "ana"
    (person,) = data["reviewers"]
    assert person["labels"] == {"factual": 1}
    assert person["labels_an_hour"] is None
    assert [place["labelled"] for place in data["by_document"]] == [1, 0]
    assert all(place["origin"].startswith("corpus/") for place in data["by_document"])


def test_verify_says_which_row_is_wrong(ids: list[str], project: Path, annotator):
    annotator("label", ids[0], "factual", "--reviewer", "ana")
    good = annotator("verify")
    assert good.code == 0
    assert "all as it was written" in good.out
    assert good.err == ""
    quiet = annotator("verify", "-q")
    assert quiet.out + quiet.err == ""
    assert annotator("verify", "--json").json["problems"] == []
    with closing(sqlite3.connect(project / "labels" / "labels.db")) as db:
        db.execute("UPDATE annotations SET label = 'promotional'")
        db.commit()
    bad = annotator("verify")
    assert bad.code == 1
    assert "annotations row 2: its events do not lead to this\n" in bad.out
    assert "1 event of 1 reviewer, 6 units in 2 documents: 1 problem\n" in bad.out
    assert annotator("verify", "-q").out == bad.out.splitlines(keepends=True)[0]
    as_json = annotator("verify", "--json")
    assert as_json.code == 1
    assert as_json.json["problems"][0]["row"] == 2


def test_backup(ids: list[str], project: Path, annotator):
    annotator("label", ids[0], "factual", "--reviewer", "ana")
    exported = annotator("export", "--output", "-").out
    assert exported.count("\n") == 1
    found = annotator("backup", "copy.db")
    assert found.code == 0
    assert "copied to copy.db (" in found.err
    assert annotator("backup", "copy.db").code == 4
    nowhere = annotator("backup", "nowhere/copy.db")
    assert nowhere.code == 4
    assert "there is no folder nowhere" in nowhere.err
    assert "hint" in nowhere.err
    store = project / "labels" / "labels.db"
    for suffix in ("-wal", "-shm", ""):
        Path(f"{store}{suffix}").unlink(missing_ok=True)
    (project / "copy.db").rename(store)
    assert counts(annotator) == (1, 0)
    assert annotator("verify").code == 0
    assert annotator("export", "--output", "-").out == exported


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(folder: Path, annotator, shell: str):
    found = annotator("completion", shell)
    assert found.code == 0
    assert "_ANNOTATOR_COMPLETE" in found.out


def test_completion_lists_the_commands(folder: Path, monkeypatch: pytest.MonkeyPatch):
    from click.shell_completion import ShellComplete

    from annotator.cli.app import _COMMANDS, cli

    complete = ShellComplete(cli, {}, "annotator", "_ANNOTATOR_COMPLETE")
    assert {item.value for item in complete.get_completions([], "")} == set(_COMMANDS)
    assert {item.value for item in complete.get_completions(["status"], "--j")} == {"--json"}
