"""What the learned model sees of a sentence: terms with their places, cues, and a few numbers.

Terms are cut here and not by scikit-learn, so that every weight can be shown in the sentence.
"""

from __future__ import annotations

import math
import re
from itertools import pairwise
from typing import Final, NamedTuple

from annotator.baseline import cues, rules, sentiment
from annotator.baseline.cues import Cue
from annotator.core.model import Sentence

_WORD: Final = re.compile(r"\w+")
_PIECES: Final = range(2, 6)
"""Lengths of the pieces of words that are looked at."""
_SURE: Final = 1e-3
"""A probability of the rules is held this far from 0 and 1, so that its logarithm stays finite."""
QUESTIONS: Final = rules.QUESTIONS
NUMBERS: Final = (
    "polarity", "subjectivity", "strength", "strongest word", "strong words", "length", "capitals",
    "figures", "commas", "quoted", "length of words",
)  # fmt: skip
_STRENGTHS: Final = {"en": "vader-en"}
"""The analyser of a language that says how strong a word is."""


class Seen(NamedTuple):
    """A sentence as it was read.

    `cues` has the weight of the cues by kind and place, `numbers` the values of NUMBERS: nan where
    there is no analyser for the language.
    """

    text: str
    cues: dict[str, float]
    numbers: tuple[float, ...]
    judgement: rules.Judgement


def see(sentence: Sentence) -> Seen:
    """Return a sentence as it was read."""
    text, language, before = sentence
    sums: dict[str, float] = {}
    for cue, name in named(text, language):
        sums[name] = min(sums.get(name, 0.0) + cue.weight, rules.CEILING)
    said = rules.suggest(text, language, before=before)
    numbers = (*_sentiment(text, language), *_strengths(text, language), *_form(text))
    return Seen(text, sums, numbers, said)


def named(text: str, language: str) -> list[tuple[Cue, str]]:
    """Return the cues of a sentence, each with the feature it counts for: its kind and place."""
    reading = cues.read(text, language)
    places = rules.places(reading)
    return [
        (cue, f"{cue.kind} {'inside' if place == rules.PREDICATE else 'outside'}")
        for cue, place in zip(reading.cues, places, strict=True)
    ]


def shares(text: str, language: str) -> list[rules.Triple]:
    """Return what each cue adds to the log odds of the rules, for each of QUESTIONS."""
    reading = cues.read(text, language)
    return rules.shares(reading.cues, rules.places(reading))


def prior(said: rules.Judgement, classes: tuple[str, ...]) -> list[float]:
    """Return the log probability that the rules give each class, as far as they know it.

    `factual` stands for whatever none of the other classes is. Of classes that the rules know
    nothing about all are equal.
    """
    given = {
        **said.probabilities,
        "subjective": said.subjectivity,
        "objective": 1 - said.subjectivity,
    }
    if not set(classes) <= given.keys():
        return [0.0] * len(classes)
    if "factual" in classes:
        given["factual"] = 1 - sum(given[name] for name in classes if name != "factual")
    return [math.log(min(max(given[name], _SURE), 1 - _SURE)) for name in classes]


def _sentiment(text: str, language: str) -> tuple[float, float, float]:
    name = sentiment.default_for(language)
    if name is None:
        return math.nan, math.nan, math.nan
    found = sentiment.get(name)(text)
    return found.polarity, found.subjectivity or 0.0, abs(found.polarity)


def _strengths(text: str, language: str) -> tuple[float, float]:
    """Return how strong the strongest word is, and all of them together, in either direction."""
    name = _STRENGTHS.get(language)
    if name is None:
        return math.nan, math.nan
    found = [abs(one.polarity) for one in sentiment.get(name)(text).assessments]
    return max(found, default=0.0) / 2, sum(found) / 4


def _form(text: str) -> tuple[float, ...]:
    """Return how long and how a sentence is written; about 0 to 1, so that none outweighs all."""
    found = _WORD.findall(text)
    count = max(len(found), 1)
    return (
        math.log1p(count) - 3,
        5 * sum(word[0].isupper() for word in found[1:]) / count,
        5 * sum(map(str.isdigit, text)) / max(len(text), 1),
        text.count(",") / 5,
        float(not {'"', "“", "«"}.isdisjoint(text)),
        sum(map(len, found)) / count - 5,
    )


# -- terms -------------------------------------------------------------------------------------


class Token(NamedTuple):
    """What stands between white space, and where its first word begins and its last one ends."""

    text: str
    start: int
    end: int
    words: tuple[str, ...]


def tokens(text: str) -> list[Token]:
    """Return the tokens of a text that hold a word."""
    found = []
    for match in re.finditer(r"\S+", text):
        words = [*_WORD.finditer(match[0])]
        if words:
            start = match.start()
            lower = tuple(word[0].lower() for word in words)
            found.append(
                Token(match[0].lower(), start + words[0].start(), start + words[-1].end(), lower)
            )
    return found


def words_of(text: str) -> list[str]:
    """Return the words of a text and its pairs of neighbours."""
    return [term for _, term in placed_words(tokens(text))]


def pieces_of(text: str) -> list[str]:
    """Return the pieces of the tokens of a text."""
    return [term for _, term in placed_pieces(tokens(text))]


def placed_words(found: list[Token]) -> list[tuple[int, str]]:
    """Return each word and pair of neighbours with the token it begins in."""
    single = [(place, word) for place, token in enumerate(found) for word in token.words]
    pairs = [(place, f"{first} {second}") for (place, first), (_, second) in pairwise(single)]
    return single + pairs


def placed_pieces(found: list[Token]) -> list[tuple[int, str]]:
    """Return each piece with its token. A space marks where a token begins and ends."""
    placed = []
    for place, token in enumerate(found):
        padded = f" {token.text} "
        for length in _PIECES:
            if length > len(padded):
                break
            placed += [(place, padded[at : at + length]) for at in range(len(padded) - length + 1)]
    return placed
