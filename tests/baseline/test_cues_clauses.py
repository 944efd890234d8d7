from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.baseline import cues
from annotator.baseline.cues import clauses


def parts(text: str, language: str = "en") -> tuple[str, str]:
    start, predicate, end = clauses.main(cues.read(text, language))
    return text[start:predicate].strip(), text[predicate:end].strip()


@pytest.mark.parametrize(
    ("text", "subject", "predicate"),
    [
        ("The mill closed.", "", "The mill closed."),
        (
            "The mill was sold in June, underlining its remarkable history.",
            "The mill",
            "was sold in June,",
        ),
        (
            "Despite the strike, the mill is open.",
            "the mill",
            "is open.",
        ),
        (
            "The mill, which has a superb view, was sold.",
            "The mill, which has a superb view,",
            "was sold.",
        ),
        (
            "Facing a strike, the mill is open.",
            "the mill",
            "is open.",
        ),
        (
            "Facing a strike, which is rare, was hard.",
            "Facing a strike, which is rare,",
            "was hard.",
        ),
        (
            "The sale of two mills, above all the old one, highlights the loss.",
            "The sale of two mills, above all the old one,",
            "highlights the loss.",
        ),
        (
            "The order to ensure growth was sold.",
            "The order to ensure growth",
            "was sold.",
        ),
        (
            "The mill was sold because it may sink.",
            "The mill",
            "was sold",
        ),
    ],
)
def test_english(text: str, subject: str, predicate: str) -> None:
    assert parts(text) == (subject, predicate)


@pytest.mark.parametrize(
    ("text", "subject", "predicate"),
    [
        (
            "Le moulin a été vendu en juin, soulignant une histoire remarquable.",
            "Le moulin",
            "a été vendu en juin,",
        ),
        ("Malgré la grève, le moulin est ouvert.", "le moulin", "est ouvert."),
        (
            "Le moulin, qui a une vue superbe, est vendu.",
            "Le moulin, qui a une vue superbe,",
            "est vendu.",
        ),
    ],
)
def test_french(text: str, subject: str, predicate: str) -> None:
    assert parts(text, "fr") == (subject, predicate)


def test_without_word_lists_the_sentence_is_its_own_main_clause() -> None:
    text = "Die Mühle, die schön ist, wurde verkauft."
    assert parts(text, "de") == ("", text)


@given(st.text(max_size=200), st.sampled_from(["en", "fr", "de"]))
def test_the_parts_are_in_order(text: str, language: str) -> None:
    start, predicate, end = clauses.main(cues.read(text, language))
    assert 0 <= start <= predicate <= end <= len(text)
