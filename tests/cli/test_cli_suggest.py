"""`annotator suggest`: the table of a project, and JSON lines without one."""

from __future__ import annotations

import json
from pathlib import Path

from annotator.baseline import rules
from annotator.cli.suggest import _batches
from annotator.core.model import Sentence
from annotator.store import Store


def lines(*rows: object) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def answers(result) -> list[dict[str, object]]:
    return [json.loads(line) for line in result.out.splitlines()]


def test_the_table_says_who_has_been_asked_about_what(annotator, project: Path):
    assert annotator("add", "corpus").code == 0
    result = annotator("suggest")
    assert result.code == 0
    assert result.out.splitlines()[0].split()[:2] == ["suggester", "in"]
    english = result.out.splitlines()[1].split()
    assert english == ["rules/1", "yes", "en", "3", "3", rules.version(), rules.version()]
    assert result.err == ""
    rows = annotator("suggest", "--json").json
    assert rows[0] == {
        "suggester": "rules/1",
        "in_use": True,
        "language": "en",
        "sentences": 3,
        "suggested": 3,
        "stored": rules.version(),
        "installed": rules.version(),
    }


def test_recompute_and_use_say_how_many(annotator, project: Path):
    annotator("add", "corpus")
    assert "for 0 sentences" in annotator("suggest", "--recompute").err
    assert "for 5 sentences" in annotator("suggest", "--recompute", "--all").err
    result = annotator("suggest", "--use", "sentiment")
    assert "for 5 sentences" in result.err
    assert result.out.splitlines()[1].split()[:3] == ["sentiment", "yes", "en"]
    assert annotator("suggest", "--use", "nobody").code == 2


def test_lines_are_answered_without_a_project(annotator, folder: Path):
    result = annotator(
        "suggest",
        "--jsonl",
        stdin=lines(
            {"text": "It may be the finest bridge of all.", "lang": "en"},
            {"text": "Il pourrait fermer avant l’hiver.", "language": "fr-FR", "before": None},
            {"text": "The council opened the bridge on Monday morning."},
        ),
    )
    assert result.code == 0
    first, second, third = answers(result)
    assert first.keys() == {
        "label", "probabilities", "subjectivity", "abstained", "model", "reasons",
    }  # fmt: skip
    assert first["model"] == "rules/1"
    assert abs(sum(first["probabilities"].values()) - 1) < 0.001
    assert first["reasons"][0].keys() == {"start", "end", "kind", "entry", "rule", "weight"}
    assert second["label"] == "speculative"
    assert third["label"] == "factual"
    assert list(folder.iterdir()) == []


def test_a_chosen_model_answers_and_an_unknown_one_does_not(annotator, folder: Path):
    line = lines({"text": "A great success.", "lang": "en"})
    (found,) = answers(annotator("suggest", "--jsonl", "--model", "sentiment", stdin=line))
    assert found["model"] == "sentiment"
    assert "subjectivity" not in found
    assert annotator("suggest", "--jsonl", "--model", "nobody", stdin=line).code == 2


def test_the_suggester_in_use_answers_in_a_project(annotator, project: Path):
    annotator("add", "corpus")
    annotator("suggest", "--use", "sentiment")
    result = annotator("suggest", "--jsonl", stdin=lines({"text": "Great.", "lang": "en"}))
    assert answers(result)[0]["model"] == "sentiment"


def test_a_bad_line_is_named_when_those_before_it_were_answered(annotator, folder: Path):
    good = lines({"text": "Fine.", "lang": "en"})
    for bad, reason in (
        (b"{", "no JSON"),
        (b"\xff\xfe", "no JSON"),
        (b"[1]", "no JSON object"),
        (b'{"lang": "en"}', '"text"'),
        (b'{"text": 1}', '"text"'),
        (b'{"text": "x", "lang": "../en"}', '"lang"'),
        (b'{"text": "x", "lang": 3}', '"lang"'),
        (b'{"text": "x", "lang": "en", "before": 3}', '"before"'),
    ):
        result = annotator("suggest", "--jsonl", stdin=good.encode() + b"\n" + bad + b"\n")
        assert result.code == 3, bad
        assert len(answers(result)) == 1
        assert "-:3:" in result.err
        assert reason in result.err


def test_a_terminal_is_not_moved_by_an_answer(annotator, folder: Path):
    result = annotator(
        "suggest", "--jsonl", stdin=lines({"text": "\x1b[2J It may \x9b rain.", "lang": "en"})
    )
    assert result.out.isascii()
    assert "\x1b" not in result.out


def test_options_that_do_not_go_together(annotator, project: Path):
    for args in (
        ("--jsonl", "--use", "rules/1"),
        ("--jsonl", "--recompute"),
        ("--model", "rules/1"),
        ("--all",),
    ):
        assert annotator("suggest", *args).code == 2


class Slow:
    """A pipe that has a few bytes at a time."""

    def __init__(self, *parts: bytes) -> None:
        self.parts = list(parts)

    def read1(self, size: int) -> bytes:
        return self.parts.pop(0) if self.parts else b""


def test_lines_are_taken_as_they_come():
    pipe = Slow(b'{"text": "One.", ', b'"lang": "en"}\n{"te', b'xt": "Two.", "lang": "en"}')
    assert list(_batches(pipe)) == [[Sentence("One.", "en")], [Sentence("Two.", "en")]]
    assert list(_batches(Slow(b"\n\r\n"))) == []


def test_add_says_what_has_no_suggestion(annotator, project: Path):
    annotator("add", "corpus")
    annotator("suggest", "--use", "sentiment")
    with Store.open(project / "labels" / "labels.db") as store:
        store.db.execute("UPDATE suggesters SET version = 'gone' WHERE name = 'sentiment'")
    (project / "corpus" / "more.txt").write_text("Prices fell on Monday. They may rise.\n")
    result = annotator("add", "corpus", "--json")
    assert (result.json["suggester"], result.json["unsuggested"]) == ("sentiment", 2)
    (project / "corpus" / "more.txt").write_text("Prices fell on Friday. They may rise.\n")
    assert "2 sentences without a suggestion of sentiment" in annotator("add", "corpus").err
    assert "sentiment has not been asked about everything" in annotator("suggest").err
