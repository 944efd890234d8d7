"""CSV: the training record as a table for spreadsheets and statistics programs.

RFC 4180, so lines end in CR LF; UTF-8 without a byte order mark; an empty cell for null. The votes
have a column for each label; the annotations stand in one cell, as the JSON they have in a record.

A text that a spreadsheet would run as a formula gets a leading apostrophe: one that begins with
= + - @, their full-width forms, a tab, a carriage return or a line feed, also after spaces and
apostrophes (OWASP, "CSV Injection"). To have the text back, remove one apostrophe where what
follows it begins that way. Numbers are never changed.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from typing import Final

from annotator.core.scheme import Scheme
from annotator.formats.json_lines import annotations_json
from annotator.formats.values import Article, Place, Sentence, places

_VOTES: Final = "votes_"
_FORMULA: Final = re.compile("[ ']*[=+\\-@\t\r\n＝＋－＠]")


def guarded(text: str | None) -> str | None:
    """Return `text` with an apostrophe before it if a spreadsheet could take it for a formula."""
    return f"'{text}" if text and _FORMULA.match(text) else text


def columns(scheme: Scheme) -> tuple[str, ...]:
    """Return the names of the columns, in order."""
    return _columns(scheme.names)


def _columns(labels: Iterable[str]) -> tuple[str, ...]:
    return (
        "schema", "id", "text", "label", "resolution", "policy",
        *(f"{_VOTES}{name}" for name in labels),
        *(f"soft_{name}" for name in labels),
        "adjudicated_by", "adjudicated_label", "adjudicated_reason", "adjudicated_note",
        "adjudicated_at", "annotations", "polarity", "subjectivity", "analyzer",
        "suggestion_label", "suggestion_score", "suggestion_model",
        "document_id", "title", "source", "url", "published", "language",
        "start", "end", "start_utf16", "end_utf16", "prefix", "suffix",
        "text_sha256", "duplicate_group", "split",
    )  # fmt: skip


def write(articles: Iterable[Article], scheme: Scheme) -> Iterator[bytes]:
    """Yield the header, and then the rows of `articles`, all of a document at a time."""
    yield _written([columns(scheme)])
    for article in articles:
        document = (
            article.id,
            guarded(article.title),
            guarded(article.source),
            guarded(article.url),
            guarded(article.published),
            guarded(article.language),
        )
        yield _written(
            _row(scheme.id, sentence, document, place)
            for sentence, place in zip(article.sentences, places(article), strict=True)
        )


def _row(
    scheme: str, sentence: Sentence, document: tuple[str | None, ...], place: Place
) -> tuple[object, ...]:
    words, prefix, suffix, start_utf16, end_utf16, digest = place
    outcome, decided = sentence.outcome, sentence.adjudication
    sentiment, guess = sentence.sentiment, sentence.suggestion
    return (
        guarded(scheme),
        sentence.id,
        guarded(words),
        outcome.label,
        outcome.resolution,
        outcome.policy,
        *outcome.votes.values(),
        *(outcome.soft_label or dict.fromkeys(outcome.votes)).values(),
        *(
            (
                guarded(decided.by),
                decided.label,
                guarded(decided.reason),
                guarded(decided.note),
                decided.created_at,
            )
            if decided
            else (None,) * 5
        ),
        annotations_json(sentence.annotations),
        *(
            (sentiment.polarity, sentiment.subjectivity, guarded(sentiment.analyzer))
            if sentiment
            else (None, None, None)
        ),
        *((guess.label, guess.score, guarded(guess.model)) if guess else (None, None, None)),
        *document,
        sentence.start,
        sentence.end,
        start_utf16,
        end_utf16,
        guarded(prefix),
        guarded(suffix),
        digest,
        sentence.duplicate_group,
        None,
    )


def _written(rows: Iterable[tuple[object, ...]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()


def is_ours(first_line: bytes) -> bool:
    """Return whether a file that begins with `first_line` is an export of this format."""
    found = first_line.rstrip(b"\r\n").decode(errors="replace").split(",")
    # Whatever its labels are: the export may be of an earlier scheme.
    names = [one.removeprefix(_VOTES) for one in found if one.startswith(_VOTES)]
    return tuple(found) == _columns(names)
