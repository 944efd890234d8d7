"""The questions of labelled sets: which it is, and how a suggestion answers it."""

from __future__ import annotations

import pytest

from annotator.quality import questions
from annotator.quality.questions import Said, question_of

CHANCES = {"factual": 0.2, "speculative": 0.5, "promotional": 0.3}


@pytest.mark.parametrize(
    ("labels", "yes", "classes"),
    [
        ({"factual", "speculative"}, "speculative", ("factual", "speculative")),
        ({"factual", "promotional"}, "promotional", ("factual", "promotional")),
        ({"objective", "subjective"}, "subjective", ("objective", "subjective")),
        ({"subjective"}, "subjective", ("objective", "subjective")),
        ({"factual", "speculative", "promotional"}, None, None),
        ({"speculative", "promotional"}, None, None),
        ({"factual"}, None, None),
    ],
)
def test_the_labels_say_the_question(labels, yes, classes):
    found = question_of(labels)
    assert found.yes == yes
    assert found.classes == (classes or questions.labels().classes)


def test_labels_of_two_questions_are_none():
    assert question_of({"factual", "subjective"}) is None
    assert question_of({"true", "false"}) is None


def test_a_suggestion_is_read_in_the_terms_of_the_question():
    said = Said("speculative", CHANCES)
    doubt, praise = question_of({"factual", "speculative"}), question_of({"factual", "promotional"})
    assert doubt.answer(said) == "speculative"
    assert doubt.sureness(said) == 0.5
    assert praise.answer(said) == "factual"
    assert praise.sureness(said) == pytest.approx(0.7)
    assert questions.labels().answer(said) == "speculative"
    assert questions.labels().sureness(said) == 0.5


@pytest.mark.parametrize(
    ("subjectivity", "label", "answer"),
    [
        (0.5, "factual", "subjective"),
        (0.49, "promotional", "objective"),
        (None, "promotional", "subjective"),
        (None, "speculative", "objective"),
    ],
)
def test_subjective_by_the_number_or_else_by_the_label(subjectivity, label, answer):
    assert question_of({"subjective"}).answer(Said(label, None, subjectivity)) == answer


def test_only_a_probability_is_a_sureness():
    question = question_of({"subjective"})
    assert question.sureness(Said("factual", CHANCES, 0.3)) is None
    assert question.sureness(Said("factual", CHANCES, 0.3, calibrated=True)) == pytest.approx(0.7)
    assert question.sureness(Said("factual", CHANCES, 0.8, calibrated=True)) == 0.8
    assert questions.labels().sureness(Said("factual")) is None


def test_which_labels_a_model_may_suggest():
    stance = question_of({"subjective"})
    assert stance.takes("objective")
    assert stance.takes("promotional")
    assert not questions.labels().takes("subjective")
