"""A line is the one that a JSON encoder of dictionaries makes of the whole record."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from operator import attrgetter

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import asdict

from annotator import formats
from annotator.core.model import Adjudication
from annotator.core.scheme import built_in
from annotator.core.text import document_id, sentence_id, sha256
from annotator.formats import json_lines
from annotator.formats.record import Record
from annotator.formats.values import (
    POLICIES,
    Article,
    Given,
    Guess,
    Score,
    Sentence,
    places,
    resolve,
)

SCHEME = built_in()
DECISIONS = (*SCHEME.names, "none")
HOSTILE = '\x1b]52;c;x\x07\x85\x9b2J\x7f\u202e\u2028\u2029\ufeff\U000e0041[/red]"\\\n\t=😀é'

texts = st.text(
    st.one_of(st.sampled_from(HOSTILE), st.characters(exclude_categories=["Cs"])), max_size=60
).filter(lambda text: "\0" not in text)
names = texts.filter(bool)
optional = st.none() | texts


def numbers(least: float, most: float) -> st.SearchStrategy[float]:
    """Numbers that all encoders write alike; the smallest have an exponent."""
    return st.floats(least, most).map(lambda number: round(number, 4) + 0.0)


given_values = st.builds(
    Given,
    reviewer=names,
    label=st.sampled_from(DECISIONS),
    confidence=st.none() | st.integers(1, 3),
    tags=st.lists(texts, max_size=3).map(tuple),
    note=optional,
    created_at=st.just("2026-11-21T12:03:04.120Z"),
    seconds=st.none() | numbers(0, 1e6),
    suggestion_shown=st.booleans(),
    guideline=optional,
)
scores = st.builds(Score, numbers(-1, 1), numbers(0, 1), names)
rulings = st.builds(
    Adjudication,
    by=names,
    label=st.sampled_from(DECISIONS),
    reason=optional,
    note=optional,
    created_at=st.just("2026-11-21T13:03:04.120Z"),
)
chances = st.none() | st.tuples(*[st.floats(0.01, 1)] * len(DECISIONS))
guesses = st.builds(Guess, st.sampled_from(SCHEME.names), numbers(0, 1), names)


@st.composite
def articles(draw: st.DrawFn) -> Article:
    text = draw(texts.filter(bool))
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=6)))
    sentences = []
    for start, end in pairwise(cuts):
        annotations = draw(st.lists(given_values, max_size=3, unique_by=lambda one: one.reviewer))
        annotations.sort(key=attrgetter("reviewer"))
        ruling = draw(st.none() | rulings)
        outcome = resolve(
            tuple(one.label for one in annotations),
            SCHEME.names,
            draw(st.sampled_from(POLICIES)),
            (ruling.label,) if ruling else (),
            draw(chances),
        )
        group = draw(st.none() | st.integers(0, 2**63 - 1).map("{:016x}".format))
        name = sentence_id(document_id(text), start, end)
        score = draw(st.none() | scores)
        guess = draw(st.none() | guesses)
        sentences.append(
            Sentence(name, start, end, outcome, ruling, annotations, score, guess, group)
        )
    metadata = [draw(optional) for _ in range(5)]
    return Article(document_id(text), text, *metadata, draw(names), "utf-8", "text", sentences)


def slow(article: Article) -> list[dict]:
    """The records of `article`, built without any of the shortcuts."""
    return [
        {
            "schema": SCHEME.id,
            "id": one.id,
            "text": article.text[one.start : one.end],
            "label": one.outcome.label,
            "resolution": one.outcome.resolution,
            "policy": one.outcome.policy,
            "votes": one.outcome.votes,
            "soft_label": one.outcome.soft_label,
            "adjudication": one.adjudication and vars(one.adjudication),
            "annotations": [{**asdict(a), "tags": list(a.tags)} for a in one.annotations],
            "sentiment": one.sentiment and asdict(one.sentiment),
            "suggestion": one.suggestion and asdict(one.suggestion),
            "document": {
                name: getattr(article, name)
                for name in ("id", "title", "source", "url", "published", "language")
            },
            "start": one.start,
            "end": one.end,
            "start_utf16": len(article.text[: one.start].encode("utf-16-le")) // 2,
            "end_utf16": len(article.text[: one.end].encode("utf-16-le")) // 2,
            "prefix": article.text[: one.start][-32:],
            "suffix": article.text[one.end :][:32],
            "text_sha256": sha256(article.text[one.start : one.end]),
            "duplicate_group": one.duplicate_group,
            "split": None,
        }
        for one in article.sentences
    ]


def escaped(line: str) -> str:
    """`line` with everything escaped that acts on a terminal or ends a line for some reader."""
    acting = r"[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]"
    line = re.sub(acting, lambda found: f"\\u{ord(found[0]):04x}", line)
    return re.sub("[\U000e0000-\U000e007f]", lambda found: json.dumps(found[0])[1:-1], line)


@given(st.lists(articles(), max_size=3))
def test_lines_are_those_of_an_encoder(many):
    written = b"".join(json_lines.write(many, SCHEME)).decode()
    records = [record for article in many for record in slow(article)]
    expected = [
        escaped(json.dumps(record, ensure_ascii=False, separators=(",", ":"))) for record in records
    ]
    assert written == "".join(f"{line}\n" for line in expected)
    # A reader that takes any Unicode line end for one finds the same lines.
    assert len(written.splitlines()) == len(records)


@given(articles())
def test_every_line_is_a_record(article):
    for line, expected in zip(
        b"".join(json_lines.write([article], SCHEME)).decode().splitlines(),
        slow(article),
        strict=True,
    ):
        record = Record.model_validate_json(line)
        assert record.model_dump(by_alias=True) == expected
        assert tuple(json.loads(line)) == json_lines.FIELDS
        assert json_lines.is_ours(line.encode())
        assert formats.is_export(line.encode())


@given(articles())
def test_utf16_offsets_are_places_in_utf16(article):
    encoded = article.text.encode("utf-16-le")
    for words, _, _, start, end, _ in places(article):
        assert encoded[2 * start : 2 * end].decode("utf-16-le") == words


@given(articles())
def test_a_document_line_has_all_of_the_text(article):
    line = json_lines.document_line(article).decode()
    assert line.endswith("\n")
    assert len(line.splitlines()) == 1
    value = json.loads(line)
    assert list(value) == list(json_lines.DOCUMENT_FIELDS)
    assert value == {name: getattr(article, name) for name in json_lines.DOCUMENT_FIELDS}
    assert formats.is_export(line.encode())


@given(st.floats(-1, 1), st.floats(0, 1), st.floats(0, allow_infinity=False))
def test_numbers_are_written_to_the_last_digit(polarity, probability, seconds):
    said = Given("ana", "factual", None, (), None, "2026-11-21T12:03:04.120Z", seconds, True, None)
    sentence = Sentence(
        "0" * 16, 0, 1, resolve(("factual",), SCHEME.names), None, [said],
        Score(polarity, probability, "x"), Guess("factual", probability, "y"), None,
    )  # fmt: skip
    article = Article("0" * 16, "a", *[None] * 5, "en", "utf-8", "text", [sentence])
    record = json.loads(b"".join(json_lines.write([article], SCHEME)))
    assert record["annotations"][0]["seconds"] == seconds
    assert record["sentiment"] == asdict(sentence.sentiment)
    assert record["suggestion"] == asdict(sentence.suggestion)


def test_what_is_not_ours_is_not_taken_for_it():
    for line in (
        b"",
        b"\n",
        b"{}\n",
        b"[1]\n",
        b'{"id": 1}\n',
        b"text,label\n",
        b"\xff",
        b"[" * 99999,
    ):
        assert not formats.is_export(line), line
    reordered = dict.fromkeys(reversed(json_lines.FIELDS))
    assert not formats.is_export(json.dumps(reordered).encode())
