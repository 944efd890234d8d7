"""What a sentence is about: the same in French and English where it is the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.claims.features import features


@pytest.mark.parametrize(
    ("text", "language", "numbers"),
    [
        ("It has one trillion parameters.", "en", {"1,000,000,000,000"}),
        ("Il a un billion de paramètres.", "fr", {"1,000,000,000,000"}),
        ("Plus de 1,5 milliard d’écus.", "fr", {"1,500,000,000"}),
        ("More than 1.5 billion crowns.", "en", {"1,500,000,000"}),
        ("It fell by 19.6 percent.", "en", {"19.6 %"}),
        ("Une baisse de 19,6 % en mars.", "fr", {"19.6 %"}),
        ("Soit 19,6 pour cent.", "fr", {"19.6 %"}),
        ("6 144 cartes Bodkin 9", "fr", {"6,144", "9"}),
        ("6,144 Bodkin 9 cards", "en", {"6,144", "9"}),
        ("It answers in eleven languages.", "en", {"11"}),
        ("Il répond en onze langues.", "fr", {"11"}),
        ("Tens of thousands of chips", "en", {"about 10,000"}),
        ("des dizaines de milliers de puces", "fr", {"about 10,000"}),
        ("Two million of the Tern-3 were sold.", "en", {"2,000,000"}),
        ("A harbour without a number.", "en", set()),
    ],
)
def test_numbers_are_written_in_one_way(text: str, language: str, numbers: set[str]) -> None:
    assert features(text, language).numbers == numbers


def test_names_are_told_from_the_beginning_of_a_sentence() -> None:
    found = features("Plinthorn shipped the Bodkin 9 and the TeraLoft2-115B to Velmouth.", "en")
    assert found.names == {"bodkin", "teraloft2-115b", "velmouth"}
    assert found.first == "plinthorn"
    assert features("The board met.", "en").first is None
    assert features("NASA met.", "en").names == {"nasa"}


def test_an_elided_article_and_a_possessive_are_no_part_of_a_name() -> None:
    assert features("Selon l’Office, c’est d'Ullage.", "fr").names == {"office", "ullage"}
    assert features("It is Velmouth’s harbour.", "en").names == {"velmouth"}


def test_related_words_meet() -> None:
    english = features("the parameters of a national model", "en").words
    french = features("les paramètres d’un modèle national", "fr").words
    assert english == french == {"param", "natio", "model"}


@given(st.text(max_size=80), st.sampled_from(["en", "fr", "und"]))
def test_any_text_has_features(text: str, language: str) -> None:
    assert features(text, language) == features(text, language)
