"""VADER as an analyser: the package's own number, the words behind it, and no subjectivity."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from annotator.baseline import sentiment, vader
from annotator.core.errors import UsageProblem

NAME = "vader-en"
original = SentimentIntensityAnalyzer()

TEXTS = [
    "The plant is a great success.",
    "The plant is a GREAT success!!!",
    "It is not good, and hardly a success.",
    "The food was fine, but the war goes on.",
    "Least of all a catastrophe 😀 :-)",
    "no", "", "   ", "!!!", "\n\n\t", "kind of", "but", "🙂🙂",
]  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
def test_the_polarity_is_the_compound_score_of_the_package(text: str) -> None:
    found = sentiment.get(NAME)(text)
    assert found.polarity == original.polarity_scores(text)["compound"]
    assert found.subjectivity is None
    assert found.analyzer == NAME


@given(st.text(max_size=80))
def test_any_text_has_the_packages_score(text: str) -> None:
    found = sentiment.get(NAME)(text)
    assert found.polarity == original.polarity_scores(text)["compound"]
    assert -1 <= found.polarity <= 1
    assert all(one.polarity for one in found.assessments)


def test_the_words_behind_it_carry_their_valence() -> None:
    found = sentiment.get(NAME)("It is not a good plant, but a terrible noise.")
    assert [(one.words, one.polarity > 0) for one in found.assessments] == [
        (("good",), False), (("terrible",), False),
    ]  # fmt: skip
    assert all(one.subjectivity is None for one in found.assessments)
    plain = sentiment.get(NAME)("A terrible noise.")
    # What follows "but" weighs half as much again.
    assert found.assessments[1].polarity == pytest.approx(1.5 * plain.assessments[0].polarity)


def test_it_stands_in_the_registry_and_is_no_default() -> None:
    assert NAME in sentiment.NAMES
    assert sentiment.default_for("en") == "textblob-en"
    analyzer = sentiment.get(NAME)
    assert analyzer.language == "en"
    assert analyzer.version.startswith(version("vaderSentiment") + "+")
    assert [line.words for line in sentiment.explain(analyzer, "A great plant.")] == [("great",)]


def test_it_cannot_be_the_baseline_of_a_project() -> None:
    with pytest.raises(UsageProblem, match="knows no subjectivity") as caught:
        sentiment.for_baseline(NAME)
    assert "textblob-en" in str(caught.value.hint)
    assert NAME not in str(caught.value.hint).split(":")[-1]
    assert sentiment.for_baseline("textblob-en+news").complete


def test_a_missing_package_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vader, "find_spec", lambda name: None)
    with pytest.raises(UsageProblem, match="not installed"):
        vader.lexicons()


def test_it_is_imported_when_it_is_used_and_its_network_library_never() -> None:
    program = (
        "import sys; from annotator.baseline import sentiment\n"
        "analyzer = sentiment.get('vader-en')\n"
        "assert 'vaderSentiment.vaderSentiment' not in sys.modules\n"
        "assert analyzer('great').polarity > 0.5\n"
        "assert not {'requests', 'urllib3', 'nltk'} & sys.modules.keys()"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
