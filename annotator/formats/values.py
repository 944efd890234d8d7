"""What every export format is given: documents with their annotated sentences, as plain values.

The store fills them, a format writes them down. What can be told from a document's text alone
(neighbouring words, UTF-16 offsets, hashes) is worked out here, once for all formats.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from annotator.core.history import NOT_A_SENTENCE
from annotator.core.text import sha256

CONTEXT: Final = 32
"""Code points of the document before and after a sentence that its record repeats."""


class Given(NamedTuple):
    """What one reviewer gave a sentence: a content label, or the one for what is none."""

    reviewer: str
    label: str
    confidence: int | None
    tags: tuple[str, ...]
    note: str | None
    created_at: str
    seconds: float | None
    suggestion_shown: bool
    guideline: str | None


class Score(NamedTuple):
    """What an analyser said of a sentence: polarity -1..1, subjectivity 0..1, its name."""

    polarity: float
    subjectivity: float
    analyzer: str


class Guess(NamedTuple):
    """What a model suggests for a sentence: a label, its probability 0..1, the model's name."""

    label: str
    score: float
    model: str


class Outcome(NamedTuple):
    """What the annotations of a sentence amount to.

    `decision` is what more than half of them say, a content label or the one for what is no
    sentence, or None. `votes` run parallel to the scheme's content labels.
    """

    decision: str | None
    resolution: str
    votes: tuple[int, ...]

    @property
    def label(self) -> str | None:
        """Return the content label, or None."""
        return None if self.decision == NOT_A_SENTENCE else self.decision


class Sentence(NamedTuple):
    """A sentence with what was decided about it, annotations sorted by reviewer.

    `duplicate_group` is None for a sentence that no other sentence resembles.
    """

    id: str
    start: int
    end: int
    outcome: Outcome
    annotations: Sequence[Given]
    sentiment: Score | None
    suggestion: Guess | None
    duplicate_group: str | None


class Article(NamedTuple):
    """A document with the sentences of it that are exported, in order of their place."""

    id: str
    text: str
    title: str | None
    source: str | None
    url: str | None
    published: str | None
    author: str | None
    language: str
    encoding: str
    markup: str
    sentences: Sequence[Sentence]


# A bare tuple: at a hundred thousand a second, a named one costs a twentieth of the export.
Place = tuple[str, str, str, int, int, str]
"""What the document says of a sentence: its text, what stands before and after it, its start and
end in UTF-16 code units (offsets of JavaScript and Java), and the SHA-256 of its text."""


# A large store has few different ways to vote, and a hundred thousand sentences.
@lru_cache(maxsize=1024)
def resolve(given: tuple[str, ...], labels: tuple[str, ...]) -> Outcome:
    """Return what the decisions of several reviewers amount to; `labels` are the content labels.

    "This is no sentence" counts like a label.
    """
    votes = tuple(given.count(label) for label in labels)
    if len(given) == 1:
        return Outcome(given[0], "single", votes)
    decision = max(given, key=given.count, default=None)
    if decision is None or given.count(decision) * 2 <= len(given):
        return Outcome(None, "unresolved", votes)
    unanimous = given.count(decision) == len(given)
    return Outcome(decision, "unanimous" if unanimous else "majority", votes)


def places(article: Article) -> Iterator[Place]:
    """Yield the place of each sentence of a document, in their order."""
    text = article.text
    astral = _utf16_length(text) != len(text)
    last, last_utf16 = 0, 0
    for _, start, end, *_ in article.sentences:
        words = text[start:end]
        start_utf16, end_utf16 = start, end
        if astral:
            start_utf16 = last_utf16 + _utf16_length(text[last:start])
            end_utf16 = start_utf16 + _utf16_length(words)
            last, last_utf16 = end, end_utf16
        prefix = text[max(start - CONTEXT, 0) : start]
        yield words, prefix, text[end : end + CONTEXT], start_utf16, end_utf16, sha256(words)


def _utf16_length(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
