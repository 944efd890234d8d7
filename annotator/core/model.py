"""The shared nouns of the program as frozen values: blocks, units, sentiment, suggestions.

Offsets are code points into the stored text of a document, end exclusive.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

BODY: Final = "body"
KINDS: Final = (
    "title", "heading", "body", "summary", "byline", "dateline", "credit", "tags", "boilerplate",
)  # fmt: skip
"""Kinds of block. Only the sentences of `body` blocks are asked about."""


class Block(NamedTuple):
    """A line or paragraph of a document: `text[start:end]` has no white space at its ends."""

    start: int
    end: int
    kind: str


class Unit(NamedTuple):
    """A thing a reviewer can stand on: a sentence of the body, or a whole block that is none.

    `block` counts the blocks of the document from 0; units of one paragraph share it.
    """

    start: int
    end: int
    kind: str
    block: int


@dataclass(frozen=True)
class Assessment:
    """One entry of a sentiment lexicon that was met: the words, and what they carried.

    `subjectivity` is None where the lexicon has none.
    """

    words: tuple[str, ...]
    polarity: float
    subjectivity: float | None


@dataclass(frozen=True)
class Sentiment:
    """Polarity -1..1 and subjectivity 0..1 of a text, by a named analyser, with its reasons.

    `subjectivity` is None where the analyser knows none.
    """

    polarity: float
    subjectivity: float | None
    assessments: tuple[Assessment, ...]
    analyzer: str


class Sentence(NamedTuple):
    """What a suggester is asked about: a sentence, its language, and the sentence before it."""

    text: str
    language: str
    before: str | None = None


class Reason(NamedTuple):
    """What spoke for a suggested label: the place in the sentence, and its share in log odds.

    `kind` is a kind of cue, or what the suggester calls it in words; `entry` the lexicon entry
    that matched and `rule` the rule of the guideline that fired, where there are any.
    """

    start: int
    end: int
    kind: str
    entry: str | None
    rule: str | None
    weight: float


@dataclass(frozen=True)
class Suggestion:
    """What a model says of a sentence; it is never called a label.

    `probabilities` are of the content labels and sum to 1. `reasons` are ordered, the weightiest
    first. `abstained`: nothing speaks for any label.
    """

    label: str
    probabilities: Mapping[str, float]
    reasons: tuple[Reason, ...] = ()
    abstained: bool = False

    @property
    def score(self) -> float:
        """Return the probability of the suggested label."""
        return self.probabilities[self.label]


@dataclass(frozen=True)
class Adjudication:
    """What an adjudicator decided a sentence is, and by which rule of the guideline.

    A record has it as it is: its fields are the keys there, in order.
    """

    by: str
    label: str
    reason: str | None
    note: str | None
    created_at: str
