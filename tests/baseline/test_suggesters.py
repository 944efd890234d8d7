"""The registry of suggesters, and what is checked of those that other packages bring."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from annotator.baseline import suggesters
from annotator.core.errors import InputProblem, UsageProblem
from annotator.core.model import Reason, Sentence, Suggestion

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "docs" / "example-suggester"
ASKED = [Sentence("Prices rose.", "en"), Sentence("They may fall!", "en")]
RIGHT = Suggestion("factual", {"factual": 0.7, "speculative": 0.2, "promotional": 0.1})

BROUGHT = """
from annotator.core.model import Suggestion

CHANCES = {"factual": 0.7, "speculative": 0.2, "promotional": 0.1}
answers = lambda sentences: [Suggestion("factual", CHANCES) for _ in sentences]

class One:
    version = "7"
    def suggest(self, sentences):
        return answers(sentences)

class Without:
    def suggest(self, sentences):
        return answers(sentences)

def made():
    return One()

ready = One()
empty = object()

def raises():
    raise RuntimeError("no key")
"""
POINTS = {"one": "One", "without": "Without", "made": "made", "ready": "ready", "empty": "empty",
          "raises": "raises", "gone": "gone", "rules/1": "One"}  # fmt: skip


@pytest.fixture
def brought(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A package with suggesters that is found as if it were installed."""
    (tmp_path / "brought_by_tests.py").write_text(BROUGHT)
    info = tmp_path / "brought-2.5.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: brought\nVersion: 2.5\n")
    points = "\n".join(f"{name} = brought_by_tests:{value}" for name, value in POINTS.items())
    (info / "entry_points.txt").write_text(f"[{suggesters.GROUP}]\n{points}\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    forget()
    yield
    forget()
    sys.modules.pop("brought_by_tests", None)


def forget() -> None:
    suggesters._plugins.cache_clear()
    suggesters._plugin.cache_clear()


def test_the_rules_are_the_default():
    one = suggesters.get(suggesters.DEFAULT)
    assert one.name == "rules/1"
    assert [said.label for said in one.suggest(ASKED)] == ["factual", "speculative"]


def test_the_sentiment_is_one_too():
    one = suggesters.get("sentiment")
    said = one.suggest(
        [
            Sentence("An excellent, wonderful day.", "en"),
            Sentence("The usual chairs.", "en"),
            Sentence("Stühle.", "de"),
        ]
    )
    assert [each.label for each in said][::2] == ["promotional", "factual"]
    assert [each.abstained for each in said] == [False, False, True]
    assert [reason.entry for reason in said[0].reasons] == ["excellent", "wonderful"]
    assert all(sum(each.probabilities.values()) == pytest.approx(1) for each in said)
    assert "+" in one.version


def test_a_name_there_is_none_of(tmp_path: Path):
    with pytest.raises(UsageProblem, match="there is no suggester 'x'") as caught:
        suggesters.get("x")
    assert "rules/1, sentiment" in (caught.value.hint or "")
    for name in ("learned", str(tmp_path), "./nowhere"):
        with pytest.raises(UsageProblem, match="there is no trained model"):
            suggesters.get(name, tmp_path)
    with pytest.raises(UsageProblem, match="there is no suggester 'learned'"):
        suggesters.get("learned")


@pytest.mark.parametrize(
    ("name", "version"), [("one", "7"), ("made", "7"), ("ready", "7"), ("without", "2.5")]
)
def test_suggesters_of_other_packages(brought: None, name: str, version: str):
    one = suggesters.get(name)
    assert (one.name, one.version) == (name, version)
    assert one.suggest(ASKED) == [RIGHT, RIGHT]
    assert name in suggesters.names()


def test_what_is_built_in_is_not_replaced(brought: None):
    assert isinstance(suggesters.get("rules/1"), suggesters.Rules)
    assert suggesters.names().count("rules/1") == 1


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("raises", "cannot be loaded: RuntimeError: no key"),
        ("gone", "cannot be loaded: AttributeError"),
        ("empty", "cannot be loaded: TypeError"),
    ],
)
def test_one_that_cannot_be_loaded_is_named(brought: None, name: str, said: str):
    with pytest.raises(InputProblem) as caught:
        suggesters.get(name)
    assert f"the suggester {name!r} of brought: {said}" in caught.value.message


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ([RIGHT], "1 suggestions for 2 sentences"),
        ([RIGHT, None], "a NoneType is no Suggestion, of 'They may fall!'"),
        ([replace(RIGHT, label="doubtful"), RIGHT], "'doubtful' is no label"),
        ([replace(RIGHT, probabilities={"speculative": 1.0}), RIGHT], "are of speculative"),
        ([replace(RIGHT, probabilities={}), RIGHT], "are of nothing"),
        ([replace(RIGHT, probabilities={"factual": 0.9, "none": 0.1}), RIGHT], "factual, none"),
        ([replace(RIGHT, probabilities={"factual": 0.6}), RIGHT], "sum to 0.600"),
        ([replace(RIGHT, probabilities={"factual": 1.5}), RIGHT], "not between 0 and 1"),
        ([replace(RIGHT, probabilities={"factual": float("nan")}), RIGHT], "not between 0 and 1"),
        ([RIGHT, replace(RIGHT, reasons=(Reason(0, 15, "x", None, None, 1.0),))], "no place"),
        ([RIGHT, replace(RIGHT, reasons=(Reason(3, 3, "x", None, None, 1.0),))], "no place"),
        ([RIGHT, replace(RIGHT, reasons=("may",))], "no place in the text: may"),
        (3, "TypeError"),
    ],
)
def test_what_it_answers_is_checked(
    brought: None, answer: Any, said: str, monkeypatch: pytest.MonkeyPatch
):
    one = suggesters.get("ready")
    monkeypatch.setattr(sys.modules["brought_by_tests"], "answers", lambda _: answer)
    with pytest.raises(InputProblem) as caught:
        one.suggest(ASKED)
    assert "the suggester 'ready' of brought: " in caught.value.message
    assert said in caught.value.message
    assert "docs/models.md" in (caught.value.hint or "")


def test_what_it_raises_is_told_with_its_name(brought: None, monkeypatch: pytest.MonkeyPatch):
    def fails(_: object) -> None:
        raise ConnectionError("the model is asleep")

    one = suggesters.get("ready")
    monkeypatch.setattr(sys.modules["brought_by_tests"], "answers", fails)
    with pytest.raises(InputProblem, match="of brought: ConnectionError: the model is asleep"):
        one.suggest(ASKED)


def test_the_example_of_the_documentation_installs_and_suggests(tmp_path: Path):
    install = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-index",
               "--no-build-isolation", "--target", str(tmp_path), str(EXAMPLE)]  # fmt: skip
    subprocess.run(install, check=True, capture_output=True, timeout=120)
    asked = "".join(json.dumps({"text": one.text, "lang": "en"}) + "\n" for one in ASKED)
    done = subprocess.run(
        [sys.executable, "-m", "annotator", "suggest", "--jsonl", "--model", "exclaims"],
        input=asked,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)])},
    )
    said = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["label"] for one in said] == ["factual", "promotional"]
    assert said[1]["reasons"][0]["kind"] == "exclamation mark"
    assert not (EXAMPLE / "build").exists()
