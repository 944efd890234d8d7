"""Rates of words, whose word it is, figures, LIX: by hand."""

from __future__ import annotations

import pytest

from annotator.baseline.cues import KINDS, find
from annotator.profiles import wording
from annotator.profiles.wording import Cue, Sentence, Wording


def read(*texts: str, language: str = "en") -> Wording:
    counted = Wording()
    for unit, text in enumerate(texts):
        found = [Cue(one.start, one.end, one.kind) for one in find(text, language)]
        counted.add(Sentence(7, unit, text, found))
    return counted


def test_every_kind_that_counts_is_one_of_the_word_lists():
    counted = {*wording.HEDGES, *wording.PUFFERY, *wording.NUMBERS, *wording.SOURCES}
    assert counted <= set(KINDS)


def test_rates_are_hits_for_100_words():
    counted = read("It may rain, perhaps.", "A brilliant dam stands here now.")
    assert counted.hedging.sums == (2, 10)
    assert counted.hedging.value == 20.0
    assert counted.puffery.value == 10.0
    assert counted.hedging.evidence == [(7, 0, "“may”, “perhaps”")]


@pytest.mark.parametrize(
    ("text", "whose"),
    [
        ("The dam leaks, Odile Brask said.", "named"),
        ("The ministry said that the dam leaks.", "institution"),
        ("The dam leaks, Reuters reported.", "institution"),
        ("It is said that the dam leaks.", "anonymous"),
        ("Analysts say that the dam leaks.", "anonymous"),
        ("The dam leaks.", "none"),
    ],
)
def test_a_sentence_counts_once_for_whose_word_it_is(text, whose):
    counted = read(text)
    assert {name for name, tally in counted.attribution.items() if tally.hits} == {whose}


def test_a_named_source_comes_before_an_unnamed_one():
    assert wording.attribution(["weasel", "number", "attribution.named"]) == "named"
    assert wording.attribution(["hearsay", "attribution.outlet"]) == "institution"
    assert wording.attribution(["number"]) is None


def test_figures_without_a_source_are_counted_among_figures():
    counted = read("It cost 4 million crowns.", "The ministry said it cost 9.", "It is old.")
    assert counted.numbers.sums == (2, 3)
    assert counted.unsourced.sums == (1, 2)


def test_lix_by_hand():
    # Two sentences, ten words, three of them longer than six letters.
    counted = read("The harbour reopened on Tuesday.", "It is not old yet.")
    assert counted.readability == pytest.approx(10 / 2 + 100 * 3 / 10)
    assert Wording().readability is None


def test_words_of_french_and_of_figures():
    assert wording.words("L’eau-de-vie n’a pas 1 200,5 ml, dit-il.") == [
        "L’eau-de-vie", "n’a", "pas", "1", "200,5", "ml", "dit-il",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("seed", "published"), [(0, 66.7), (1, 72.8), (2, 61.2), (3, 65.2), (4, 58.5)]
)
def test_lix_of_the_development_texts(shared, seed, published):
    from annotator.ingest import blocks, units
    from annotator.ingest.language import detect

    (path,) = (shared / "seeds").glob(f"00{seed}_*")
    text = path.read_text(encoding="utf-8")
    found = blocks.find_blocks(text)
    code = detect([text[one.start : one.end] for one in found if one.kind == "body"]).code
    body = [
        text[one.start : one.end] for one in units.find_units(text, found, code)
        if one.kind == "body"
    ]  # fmt: skip
    assert read(*body, language=code).readability == pytest.approx(published, abs=1.5)


def test_a_sentence_without_words_breaks_nothing():
    counted = read("…", "")
    assert counted.hedging.value is None
    assert counted.readability is None
