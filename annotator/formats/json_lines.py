"""JSON lines: the training record, one object a line, and documents to take along.

The lines are put together piece by piece: what a document or a reviewer repeats is encoded once.
Through dictionaries and a JSON encoder the same bytes take several times as long; that way stands
in the tests, which hold the two against each other.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Final

from annotator.core.scheme import Scheme
from annotator.formats.values import Article, Given, Outcome, places

Quote = Callable[[str], str]

FIELDS: Final = (
    "schema", "id", "text", "label", "resolution", "votes", "annotations", "sentiment",
    "suggestion", "document", "start", "end", "start_utf16", "end_utf16", "prefix", "suffix",
    "text_sha256", "duplicate_group", "split",
)  # fmt: skip
"""The keys of a record, in order."""

DOCUMENT_FIELDS: Final = (
    "id", "text", "title", "source", "url", "published", "author", "language", "encoding",
    "markup",
)  # fmt: skip
"""The keys of a document that is taken along, in order."""

# What JSON allows to stand raw in a string, and what acts on a terminal, on the order of the
# characters around it, or on a program that takes U+2028 for the end of a line.
_ACTING: Final = re.compile(
    "[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_quote_all: Final[Quote] = json.encoder.encode_basestring


def _escape(match: re.Match[str]) -> str:
    return json.encoder.encode_basestring_ascii(match[0])[1:-1]


def quoted(text: str) -> str:
    """Return `text` as a JSON string that neither moves a cursor nor ends a line."""
    return _ACTING.sub(_escape, _quote_all(text))


# Reviewers, labels, scores and versions come again and again: their JSON is kept.
@lru_cache(maxsize=1024)
def _decision(outcome: Outcome, labels: tuple[str, ...]) -> str:
    votes = ", ".join(map("{}: {}".format, map(quoted, labels), outcome.votes))
    return (
        f'"label": {_nullable(outcome.label)}, "resolution": {quoted(outcome.resolution)}, '
        f'"votes": {{{votes}}}'
    )


def write(articles: Iterable[Article], scheme: Scheme) -> Iterator[bytes]:
    """Yield the records of `articles`, all of a document at a time."""
    labels = scheme.names
    head = f'{{"schema": {quoted(scheme.id)}, "id": '
    for article in articles:
        # Most texts hold nothing that acts, and are looked through as a whole.
        quote = quoted if _ACTING.search(article.text) else _quote_all
        document = _document(article)
        lines = []
        for sentence, place in zip(article.sentences, places(article), strict=True):
            name, start, end, outcome, annotations, sentiment, guess, group = sentence
            words, prefix, suffix, start_utf16, end_utf16, digest = place
            line = (
                f'{head}"{name}", "text": {quote(words)}, {_decision(outcome, labels)}, '
                f'"annotations": {annotations_json(annotations)}, '
                f'"sentiment": {_sentiment(*sentiment) if sentiment else "null"}, '
                f'"suggestion": {_suggestion(*guess) if guess else "null"}, '
                f'"document": {document}, "start": {start}, "end": {end}, '
                f'"start_utf16": {start_utf16}, "end_utf16": {end_utf16}, '
                f'"prefix": {quote(prefix)}, "suffix": {quote(suffix)}, '
                f'"text_sha256": "{digest}", "duplicate_group": {_nullable(group)}, '
                '"split": null}\n'
            )
            # By itself: joined first, one curly quote would make all lines wide and slow to encode.
            lines.append(line.encode())
        yield b"".join(lines)


@lru_cache(maxsize=1024)
def _sentiment(polarity: float, subjectivity: float, analyzer: str) -> str:
    # The cache takes -0.0 for 0.0, so that both are written alike; a store knows one zero too.
    return (
        f'{{"polarity": {polarity + 0.0!r}, "subjectivity": {subjectivity + 0.0!r}, '
        f'"analyzer": {quoted(analyzer)}}}'
    )


@lru_cache(maxsize=1 << 15)
def _suggestion(label: str, score: float, model: str) -> str:
    return f'{{"label": {quoted(label)}, "score": {score!r}, "model": {quoted(model)}}}'


def _document(article: Article) -> str:
    return (
        f'{{"id": "{article.id}", "title": {_nullable(article.title)}, '
        f'"source": {_nullable(article.source)}, "url": {_nullable(article.url)}, '
        f'"published": {_nullable(article.published)}, "language": {quoted(article.language)}}}'
    )


def annotations_json(annotations: Iterable[Given]) -> str:
    """Return annotations as a JSON array."""
    found = [
        f'{_opinion(reviewer, label, confidence, tags, note)}"{created_at}"'
        f"{_circumstances(seconds, shown, guideline)}"
        for (
            reviewer, label, confidence, tags, note, created_at, seconds, shown, guideline
        ) in annotations
    ]  # fmt: skip
    return f"[{', '.join(found)}]"


@lru_cache(maxsize=1024)
def _opinion(
    reviewer: str, label: str, confidence: int | None, tags: tuple[str, ...], note: str | None
) -> str:
    return (
        f'{{"reviewer": {quoted(reviewer)}, "label": {quoted(label)}, '
        f'"confidence": {"null" if confidence is None else confidence}, '
        f'"tags": [{", ".join(map(quoted, tags))}], "note": {_nullable(note)}, "created_at": '
    )


@lru_cache(maxsize=1024)
def _circumstances(seconds: float | None, shown: bool, guideline: str | None) -> str:
    return (
        f', "seconds": {"null" if seconds is None else repr(seconds + 0.0)}, '
        f'"suggestion_shown": {"true" if shown else "false"}, '
        f'"guideline": {_nullable(guideline)}}}'
    )


def _nullable(text: str | None) -> str:
    return "null" if text is None else quoted(text)


def document_line(article: Article) -> bytes:
    """Return a document with its whole text as a line that `annotator add` can read."""
    fields = (f'"{name}": {_nullable(getattr(article, name))}' for name in DOCUMENT_FIELDS)
    return f"{{{', '.join(fields)}}}\n".encode()


def is_ours(first_line: bytes) -> bool:
    """Return whether a file that begins with `first_line` is an export of this format."""
    return _keys(first_line) == list(FIELDS)


def is_documents(first_line: bytes) -> bool:
    """Return whether a file that begins with `first_line` holds documents taken along."""
    return _keys(first_line) == list(DOCUMENT_FIELDS)


def _keys(line: bytes) -> list[str]:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return []
    return list(value) if isinstance(value, dict) else []
