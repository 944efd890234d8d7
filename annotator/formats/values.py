"""What every export format is given: documents with their annotated sentences, as plain values.

The store fills them, a format writes them down. What can be told from a document's text alone
(neighbouring words, UTF-16 offsets, hashes) is worked out here, once for all formats.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
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


class Sentence(NamedTuple):
    """A sentence with what was decided about it. `votes` run parallel to the scheme's labels.

    `label` is None unless a content label was resolved. `duplicate_group` is None for a sentence
    that no other sentence resembles.
    """

    id: str
    start: int
    end: int
    label: str | None
    resolution: str
    votes: tuple[int, ...]
    annotations: Sequence[Given]
    sentiment: Score | None
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
    sentences: Sequence[Sentence]


class Place(NamedTuple):
    """What the document says of a sentence. UTF-16 offsets are those of JavaScript and Java."""

    text: str
    prefix: str
    suffix: str
    start_utf16: int
    end_utf16: int
    sha256: str


def resolve(labels: Sequence[str]) -> tuple[str | None, str]:
    """Return what `labels`, one of each reviewer, amount to: the label, and how it was reached.

    More than half decide; the label is None where none has them. "This is no sentence" counts
    like a label and may be what is returned.
    """
    if len(labels) == 1:
        return labels[0], "single"
    ranked = Counter(labels).most_common(1)
    if not ranked or ranked[0][1] * 2 <= len(labels):
        return None, "unresolved"
    label, votes = ranked[0]
    return label, "unanimous" if votes == len(labels) else "majority"


def content_label(label: str | None) -> str | None:
    """Return `label` if it says how a sentence presents its content, else None."""
    return None if label == NOT_A_SENTENCE else label


def places(article: Article) -> Iterator[Place]:
    """Yield the place of each sentence of a document, in their order."""
    text = article.text
    astral = _utf16_length(text) != len(text)
    last, last_utf16 = 0, 0
    for sentence in article.sentences:
        start, end = sentence.start, sentence.end
        words = text[start:end]
        start_utf16, end_utf16 = start, end
        if astral:
            start_utf16 = last_utf16 + _utf16_length(text[last:start])
            end_utf16 = start_utf16 + _utf16_length(words)
            last, last_utf16 = end, end_utf16
        yield Place(
            words,
            text[max(start - CONTEXT, 0) : start],
            text[end : end + CONTEXT],
            start_utf16,
            end_utf16,
            sha256(words),
        )


def _utf16_length(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
