"""`annotator evaluate`: tables for people, JSON for programs, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from annotator.store import Store, reading

LINES = [
    ("The plant opened on Monday.", "factual"),
    ("The council met on Tuesday.", "factual"),
    ("It sold 300 chips.", "factual"),
    ("Prices might possibly fall.", "speculative"),
    ("It could be closed by autumn.", "speculative"),
    ("It marks a milestone for the valley.", "promotional"),
]


def write(path: Path, rows=LINES, **more) -> Path:
    lines = [
        json.dumps({"text": text, "label": label, "lang": "en", **more}) for text, label in rows
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def labelled(project: Path, annotator) -> list[str]:
    """A project with four labels, one of them given with the suggestion in sight."""
    assert annotator("add", "corpus").code == 0
    with Store.open(project / "labels" / "labels.db") as store:
        units = [one for n in (1, 2) for one in reading.article(store, n).units]
        ids = [one.id for one in units if one.kind == "body"]
    for sentence, label in zip(ids, ("factual", "promotional", "factual"), strict=False):
        assert annotator("label", sentence, label, "--reviewer", "ana").code == 0
    return ids


def test_a_file_is_told_in_full(folder: Path, annotator):
    found = annotator("evaluate", "--on", str(write(folder / "some.jsonl")))
    assert (found.code, found.err) == (0, "")
    for words in (
        "some.jsonl: n = 6 sentences (factual 3, speculative 2, promotional 1)",
        "B = 1000, seed",
        "the sentences name no documents",
        "rules/1",
        "majority",
        "sentiment",
        "label \\ answer",
        "expected calibration error",
        "coverage: something speaks for an answer in",
    ):
        assert words in found.out, words


def test_documents_too_few_to_generalise_are_said(folder: Path, annotator):
    path = write(folder / "some.jsonl", document="one")
    assert "too few documents to generalise (1)" in annotator("evaluate", "--on", str(path)).out


def test_several_files_give_one_table(folder: Path, annotator):
    paths = [
        write(folder / "all.jsonl"),
        write(folder / "doubt.jsonl", LINES[:5]),
        write(folder / "stance.jsonl", [("Awful!", "subjective"), ("It rained.", "objective")]),
    ]
    options = [part for path in paths for part in ("--on", str(path))]
    found = annotator("evaluate", *options, "--model", "rules/1", "--model", "sentiment:vader-en")
    lines = found.out.splitlines()
    assert lines[1].split() == [
        "on", "n", "documents", "rules/1", "sentiment:vader-en", "majority", "sentiment",
    ]  # fmt: skip
    assert [line.split()[:2] for line in lines[2:5]] == [
        ["all", "6"], ["doubt", "5"], ["stance", "2"],
    ]  # fmt: skip


def test_the_store_is_measured_where_no_file_is_named(labelled, annotator):
    found = annotator("evaluate", "--json")
    (one,) = found.json
    assert (one["on"], one["n"]) == ("the store", 3)
    assert [model["model"] for model in one["models"]] == ["rules/1", "majority", "sentiment"]
    assert one["intervals"]["generalises"] is False
    assert one["left_out"]["labels_given_with_the_suggestion_shown"] == 0
    assert "the store: n = 3 sentences in 1 document (" in annotator("evaluate").out


def test_store_and_file_together(labelled, folder: Path, annotator):
    found = annotator("evaluate", "--store", "--on", str(write(folder / "some.jsonl")), "--json")
    assert [one["on"] for one in found.json] == [str(folder / "some.jsonl"), "the store"]


def test_an_export_is_measured_as_the_store_is(labelled, folder: Path, annotator):
    annotator("export", "-o", "out.jsonl")
    exported, stored = (
        annotator("evaluate", *options, "--json", "--model", "sentiment").json[0]
        for options in (("--on", "out.jsonl"), ())
    )
    assert exported["models"] == stored["models"]


def test_labels_given_with_the_suggestion_in_sight_are_counted(folder: Path, annotator):
    blind = {"label": "factual", "suggestion_shown": False}
    shown = {"label": "factual", "suggestion_shown": True}
    path = folder / "some.jsonl"
    path.write_text(
        "".join(
            json.dumps({"text": "It rained.", "label": "factual", "annotations": given}) + "\n"
            for given in ([blind], [shown], [blind, shown])
        )
    )
    out = annotator("evaluate", "--on", str(path)).out
    assert "left out: 2 labels given while the suggestion was shown (1 sentence without" in out


def test_what_to_mind_is_said_with_the_tables(folder: Path, annotator, monkeypatch):
    from annotator.project import evaluate

    monkeypatch.setattr(evaluate, "_caution", lambda model, found: f"mind {model.name}")
    whole = evaluate.read_file(write(folder / "some.jsonl"))
    whole.sought, whole.unlabelled = 3, 2
    monkeypatch.setattr(evaluate, "read_file", lambda path, scheme=None: whole)
    one = annotator("evaluate", "--on", "some.jsonl").out
    several = annotator("evaluate", "--on", "some.jsonl", "--on", "some.jsonl").out
    for out in (one, several):
        assert "3 came by --order uncertain or disagreement" in out
        assert "left out: 2 sentences without" in out
        assert "majority: mind majority" in out


def test_undefined_scores_say_why(folder: Path, annotator):
    path = write(folder / "some.jsonl", [("The plant opened on Monday.", "factual")] * 3)
    out = annotator("evaluate", "--on", str(path)).out
    assert "n/a (none among the labels)" in out
    assert "n/a (never answered)" in out
    assert "nan" not in out.lower()


def test_the_seed_can_be_chosen(folder: Path, annotator):
    path = str(write(folder / "some.jsonl"))
    assert "seed 5" in annotator("evaluate", "--on", path, "--seed", "5").out


# -- cues and sentiment ------------------------------------------------------------------------


def test_cues_of_a_file(folder: Path, annotator):
    path = str(write(folder / "some.jsonl"))
    out = annotator("evaluate", "--cues", "--on", path).out
    assert "hedge.modal" in out
    assert "Wilson" in out
    assert "called wrong" not in out
    data = annotator("evaluate", "--cues", "--on", path, "--json").json
    assert data["wrong"] is None
    assert data["kinds"][0]["kinds"]


def test_cues_of_a_store_begin_with_those_called_wrong(labelled, annotator, monkeypatch):
    assert annotator("evaluate", "--cues").out.startswith("cues that reviewers called wrong: none")
    from annotator.project import evaluate_cues
    from annotator.store.feedback import WrongCue

    said = [
        WrongCue(name, "ab", "finest", "rules/1", "superlative", "finest", label, "2026-05-01")
        for name, label in (("ana", "factual"), ("ben", None))
    ]
    monkeypatch.setattr(evaluate_cues, "wrong_cues", lambda store: said)
    line = annotator("evaluate", "--cues").out.splitlines()[2]
    assert "superlative  finest  rules/1" in line
    assert "ana 1, ben 1" in line
    assert "unlabelled 1, factual 1" in line
    assert annotator("evaluate", "--cues", "--json").json["wrong"][0]["wrong"] == 2


def test_sentiment_of_a_file(folder: Path, annotator):
    path = str(write(folder / "some.jsonl", polarity=0.5))
    out = annotator("evaluate", "--sentiment", "--on", path).out
    for words in ("textblob-en+news", "vader-en", "n/a (it knows none)", "no variation"):
        assert words in out
    (one,) = annotator("evaluate", "--sentiment", "--on", path, "--json").json
    assert [each["analyzer"] for each in one["analyzers"]] == [
        "textblob-en", "textblob-en+news", "vader-en",
    ]  # fmt: skip
    finnish = folder / "fi.jsonl"
    finnish.write_text('{"text": "Se satoi.", "label": "factual", "lang": "fi"}\n')
    assert "no analyser" in annotator("evaluate", "--sentiment", "--on", str(finnish)).out


# -- what is refused ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        ((), 2, "not a project"),
        (("--cues", "--sentiment"), 2, "one at a time"),
        (("--cues", "--model", "rules/1"), 2, "--model does not go with"),
        (("--on", "none.jsonl"), 3, "cannot be read"),
        (("--on", "some.jsonl", "--model", "nobody"), 2, "nobody"),
        (("--on", "some.jsonl", "--model", "sentiment:nobody"), 2, "no sentiment analyser"),
        (("--on", "bad.jsonl"), 3, "bad.jsonl:2"),
    ],
)
def test_what_is_refused(folder: Path, annotator, options, code, words):
    write(folder / "some.jsonl")
    (folder / "bad.jsonl").write_text('{"text": "A.", "label": "factual"}\n{"text": "A."\n')
    found = annotator("evaluate", *options)
    assert (found.code, found.out) == (code, "")
    assert words in found.err


def test_a_project_without_labels(project: Path, annotator):
    annotator("add", "corpus")
    found = annotator("evaluate")
    assert (found.code, found.out) == (2, "")
    assert "no label to measure against" in found.err
    assert "--on" in found.err


def test_hostile_names_stay_literal(folder: Path, annotator):
    path = folder / "a\x1b]0;x\x07.jsonl"
    found = annotator("evaluate", "--on", str(write(path)))
    assert found.code == 0
    assert "\x1b" not in found.out


def test_an_analyser_that_knows_no_subjectivity_is_no_baseline(project: Path, annotator):
    (project / "annotator.toml").write_text('[analyzers]\nen = "vader-en"\n')
    for command in (("add", "corpus"), ("review", "--plain")):
        found = annotator(*command)
        assert found.code == 2
        assert "vader-en cannot be the baseline of a project" in found.err
        assert "explain --analyzer vader-en" in found.err
    (project / "annotator.toml").unlink()
    out = annotator("explain", "A great plant.", "--analyzer", "vader-en", "--language", "en").out
    assert "great: valence +3.10" in out
