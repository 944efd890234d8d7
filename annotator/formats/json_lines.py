"""JSON lines: the training record, one object a line, and documents to take along.

msgspec writes them: of a hundred thousand records a second, an encoder of dictionaries in Python
writes half. In the order of its fields, compact, in UTF-8; what acts on a terminal is escaped.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from msgspec import Raw, Struct
from msgspec.json import Encoder

from annotator.core.model import Adjudication
from annotator.core.scheme import Scheme
from annotator.formats.values import Article, Given, Guess, Outcome, Score, places


class _Record(Struct, gc=False):
    """A line of an export; what each key means stands in `formats.record`."""

    schema: str
    id: str
    text: str
    label: str | None
    resolution: str
    policy: str
    votes: Raw
    soft_label: Raw
    adjudication: Adjudication | None
    annotations: Sequence[Given]
    sentiment: Score | None
    suggestion: Guess | None
    document: Raw
    start: int
    end: int
    start_utf16: int
    end_utf16: int
    prefix: str
    suffix: str
    text_sha256: str
    duplicate_group: str | None
    split: str | None


FIELDS: Final = _Record.__struct_fields__
"""The keys of a record, in order."""

_EVER: Final = frozenset(FIELDS) - {"policy", "soft_label", "adjudication"}

DOCUMENT_FIELDS: Final = tuple(name for name in Article._fields if name != "sentences")
"""The keys of a document that is taken along, in order."""

_OF_A_RECORD: Final = ("id", "title", "source", "url", "published", "language")
"""What a record says of its document."""

# What JSON allows to stand raw in a string, and what acts on a terminal, on the order of the
# characters around it, or on a program that takes U+2028 for the end of a line.
_ACTING: Final = re.compile(
    "[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_INERT: Final = bytes(range(0x7F))
_ENCODER: Final = Encoder()
_REMEMBERED: Final = 4096
_Ballots = dict[int, tuple[Outcome, Raw, Raw]]


def write(articles: Iterable[Article], scheme: Scheme) -> Iterator[bytes]:
    """Yield the records of `articles`, all of a document at a time."""
    ballots: _Ballots = {}
    for article in articles:
        document = Raw(_ENCODER.encode({name: getattr(article, name) for name in _OF_A_RECORD}))
        records = []
        for sentence, place in zip(article.sentences, places(article), strict=True):
            name, start, end, outcome, decided, annotations, sentiment, guess, group = sentence
            words, prefix, suffix, start_utf16, end_utf16, digest = place
            _, label, resolution, _, _, policy = outcome
            _, votes, soft = ballots.get(id(outcome)) or _ballot(outcome, ballots)
            records.append(
                _Record(
                    scheme.id, name, words, label, resolution, policy, votes, soft, decided,
                    annotations, sentiment, guess, document, start, end, start_utf16, end_utf16,
                    prefix, suffix, digest, group, None,
                )
            )  # fmt: skip
        yield harmless(_ENCODER.encode_lines(records))


def _ballot(outcome: Outcome, known: _Ballots) -> tuple[Outcome, Raw, Raw]:
    """Return the votes and the soft label of an outcome as JSON, and remember them.

    The same few outcomes come again and again. Remembered by which they are: what they say is as
    much work to compare as to write. They are kept, so that no other one takes their place.
    """
    if len(known) >= _REMEMBERED:
        known.clear()
    votes, soft = (Raw(_ENCODER.encode(one)) for one in (outcome.votes, outcome.soft_label))
    known[id(outcome)] = found = (outcome, votes, soft)
    return found


def harmless(lines: bytes) -> bytes:
    """Return JSON that neither moves a cursor nor ends a line within a string."""
    # Without what is plain little is left to be searched, which takes longest.
    rest = b"" if lines.isascii() and b"\x7f" not in lines else lines.translate(None, _INERT)
    if _ACTING.search(rest.decode()) is None:
        return lines
    return _ACTING.sub(_escape, lines.decode()).encode()


def _escape(match: re.Match[str]) -> str:
    return json.dumps(match[0])[1:-1]


def annotations_json(annotations: Sequence[Given]) -> str:
    """Return annotations as a JSON array."""
    return harmless(_ENCODER.encode(annotations)).decode()


def document_line(article: Article) -> bytes:
    """Return a document with its whole text as a line that `annotator add` can read."""
    fields = {name: getattr(article, name) for name in DOCUMENT_FIELDS}
    return harmless(_ENCODER.encode_lines([fields]))


def is_ours(first_line: bytes) -> bool:
    """Return whether a file that begins with `first_line` is an export of this format."""
    found = keys(first_line)
    # Those of before there were policies lack some.
    return found == [name for name in FIELDS if name in {*found, *_EVER}]


def is_documents(first_line: bytes) -> bool:
    """Return whether a file that begins with `first_line` holds documents taken along."""
    return keys(first_line) == list(DOCUMENT_FIELDS)


def keys(line: bytes) -> list[str]:
    """Return the keys of the JSON object in a line, in order; none if it holds no object."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return []
    return list(value) if isinstance(value, dict) else []
