"""Explaining: cues underlined where they stand, a suggestion with its reasons, a sentiment."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.baseline import rules
from annotator.core.errors import UsageProblem
from annotator.project import Project
from annotator.project.explain import explain
from annotator.project.ingest import ingest
from annotator.project.request import Request

TEXT = "The opening marks a milestone, and prices could fall by 30 percent."


@pytest.fixture
def project(tmp_path):
    return Project(tmp_path)


def test_the_cues_are_underlined_where_they_stand(project):
    lines = explain(project, TEXT, language="en").described().split("\n")
    assert lines[0] == TEXT
    marked = {TEXT[n] for n, mark in enumerate(lines[1]) if mark == "~"}
    assert marked
    for words in ("marks a milestone", "could", "30 percent"):
        start = TEXT.index(words)
        assert lines[1][start : start + len(words)] == "~" * len(words)
    assert lines[1][: TEXT.index("marks")].strip() == ""


def test_long_texts_keep_their_marks_below_the_words(project):
    text = " ".join(["It rained all day in the valley."] * 5 + ["Prices could fall."])
    lines = explain(project, text, language="en").described().split("\n")
    below = next(n for n, line in enumerate(lines) if line.strip("~ ") == "" and "~" in line)
    start = lines[below].index("~")
    assert lines[below - 1][start : start + 5] == "could"


def test_the_suggestion_says_why(project):
    found = explain(project, "The opening marks a milestone for the valley.", language="en")
    assert found.suggestion.label == "promotional"
    assert "suggested: promotional (rules/1:" in found.described()
    assert ", R3 +" in found.described()
    data = found.as_json()
    assert data["suggestion"]["model"] == rules.NAME
    assert sum(data["suggestion"]["probabilities"].values()) == pytest.approx(1, abs=0.001)
    reason = data["suggestion"]["reasons"][0]
    assert found.text[reason["start"] : reason["end"]] == "marks a milestone"


def test_where_nothing_speaks_it_says_so(project):
    found = explain(project, "Это предложение на русском языке.")
    assert found.suggestion.abstained
    assert found.sentiment is None
    assert "nothing speaks for a label" in found.described()
    assert "no analyser for ru" in found.described()


def test_a_stored_sentence_is_found_by_its_id_and_read_after_the_one_before_it(tmp_path):
    (tmp_path / "corpus").mkdir()
    article = tmp_path / "corpus" / "a.txt"
    article.write_text("The Plant\n\nIt is said that it works. The plant opened on Monday.\n")
    project = Project(tmp_path)
    with project.open() as store:
        ingest(store, Request([article], tmp_path))
        (name, at) = store.db.execute("SELECT id, start FROM units ORDER BY n DESC").fetchone()
    found = explain(project, name[:8])
    assert found.sentence == name
    assert found.text == article.read_text()[at:].strip()
    assert found.language == "en"


def test_a_text_that_looks_like_an_id_is_a_text(project):
    assert explain(project, "facade", language="en").text == "facade"


@pytest.mark.parametrize("text", ["", "  ", "\n"])
def test_nothing_to_explain(project, text):
    with pytest.raises(UsageProblem, match="no text"):
        explain(project, text)


@given(st.text(min_size=1, max_size=300))
def test_any_text_can_be_explained(tmp_path_factory, text):
    if text.strip():
        found = explain(Project(tmp_path_factory.getbasetemp()), text, language="en")
        lines = found.described().split("\n")
        assert not any(ord(mark) < 32 for line in lines for mark in line)
