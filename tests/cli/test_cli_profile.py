"""The command `profile`: lists, one in full, several side by side, evidence, JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import Annotator

HOSTILE = 'files = "bridge.txt"\nsource = "\\u001b[2J\\u202e[bold]Wire"\n'


@pytest.fixture
def labelled(project: Path, annotator: Annotator) -> Path:
    (project / "corpus" / "sources.toml").write_text(
        '[[source]]\nfiles = "bridge.txt"\nsource = "Valley Wire"\n'
        'published = "2025-03-28"\n\n[[source]]\nfiles = "marche.txt"\nsource = "Courrier"\n',
        encoding="utf-8",
    )
    assert annotator("review", "--plain", "--reviewer", "ana", stdin="f\np\nf\n").code == 0
    return project


def test_it_lists_what_there_is_in_order_of_the_alphabet(labelled, annotator):
    said = annotator("profile")
    assert said.out.split("\n")[0].split() == ["source", "documents", "sentences", "labelled"]
    assert [line.split("  ")[0] for line in said.out.split("\n")[1:3]] == [
        "Courrier",
        "Valley Wire",
    ]
    found = annotator("profile", "--json", "--by", "language").json
    assert found == [
        {"by": "language", "name": "en", "documents": 1, "sentences": 3, "labelled": 3},
        {"by": "language", "name": "fr", "documents": 1, "sentences": 2, "labelled": 0},
    ]


def test_one_profile_says_its_counts_and_gives_no_share_of_few(labelled, annotator):
    said = annotator("profile", "Valley Wire").out
    assert "3 of 3 sentences of the body labelled (100%)" in said
    assert "2 of 3 no value: fewer than 20" in said
    assert "No score, no rank." in said
    assert "date: beside it          1 of 1 document" in said
    assert "byline: not in this file 1 of 1 document" in said
    more = annotator("profile", "valley", "--min-n", "3").out
    assert "2 of 3    67%" in more


def test_json_has_the_n_of_every_figure(labelled, annotator):
    found = annotator("profile", "Valley Wire", "--json", "--min-n", "1").json
    assert [one["section"] for one in found["sections"]] == ["labels", "cues", "files"]
    assert found["sections"][0]["labels_by_draw"] == {"document": 3}
    for section in found["sections"]:
        for family in section["families"]:
            assert family["cannot_say"]
            for figure in family["figures"]:
                assert figure["n"] or figure["value"] is None
                assert figure["value"] is not None or figure["why"] or figure["measure"] == "count"
    assert '"score"' not in json.dumps(found)
    assert '"rank"' not in json.dumps(found)
    assert isinstance(annotator("profile", "Valley", "Cour", "--json").json, list)


def test_several_stand_side_by_side_whatever_the_order_of_their_names(labelled, annotator):
    one = annotator("profile", "Valley", "Courrier").out
    assert one == annotator("profile", "Courrier", "Valley").out
    assert one.index("Courrier") < one.index("Valley Wire")


def test_evidence_lists_the_sentences_behind_a_figure(labelled, annotator):
    said = annotator("profile", "Valley", "--evidence", "label.promotional").out
    assert "It may be the finest bridge of all." in said
    assert len(said.strip().split("\n")) == 1
    found = annotator("profile", "Valley", "--evidence", "hedging", "--json").json
    assert [one["text"] for one in found] == ["It may be the finest bridge of all."]
    assert found[0]["note"].startswith("“may")
    assert len(found[0]["id"]) == 16
    missing = annotator("profile", "Valley", "--evidence", "byline: not in this file").out
    assert "(the document)" in missing


def test_what_cannot_be_is_refused_with_a_hint(labelled, annotator):
    for args, message in (
        (("profile", "Gazette"), "no source is called 'Gazette'"),
        (("profile", "a", "b", "c", "d", "e"), "at most 4 profiles"),
        (("profile", "--evidence", "hedging"), "--evidence is about one profile"),
        (("profile", "Valley", "--evidence", "truth"), "no figure 'truth'"),
        (("profile", "--screen"), "there is no terminal"),
        (("profile", "--by", "colour"), "Invalid value"),
    ):
        said = annotator(*args)
        assert (said.code, said.out) == (2, "")
        assert message in said.err
        assert "hint" in said.err or args[0] == "profile"


def test_without_a_store_or_articles_it_says_so(project, annotator):
    assert annotator("profile").code == 4
    for file in (project / "corpus").iterdir():
        file.unlink()
    annotator("review", "--plain", "--reviewer", "ana")
    said = annotator("profile")
    assert (said.code, said.out) == (0, "there is nothing to profile yet: no articles\n")
    assert annotator("profile", "--json").json == []
    assert annotator("profile", "x").code == 2


def test_a_hostile_name_moves_no_terminal(project, annotator):
    (project / "corpus" / "sources.toml").write_text(f"[[source]]\n{HOSTILE}", encoding="utf-8")
    annotator("add", "corpus")
    for args in (("profile",), ("profile", "Wire"), ("profile", "Wire", "(not stated)")):
        said = annotator(*args)
        assert said.code == 0
        assert "\x1b" not in said.out
        assert "\u202e" not in said.out
        assert "[bold]Wire" in said.out


def test_a_project_with_labels_of_its_own_is_counted_by_them(project, annotator):
    annotator("add", "corpus", "-q")
    assert annotator("profile", "--by", "document", "bridge").code == 0
