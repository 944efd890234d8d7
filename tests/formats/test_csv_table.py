"""The table says what the records say, and nothing in it is run by a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from hypothesis import given
from test_json_lines import SCHEME, articles, slow, texts

from annotator import formats
from annotator.formats import csv_table

# Written anew: what a spreadsheet may take for the beginning of a formula.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def unguarded(cell: str) -> str:
    """The text of a cell, as the module's documentation says to find it."""
    bare = cell.removeprefix("'")
    return bare if re.match("[ ']*[=+\\-@\t\r\n＝＋－＠]", bare) else cell


def cells(article) -> list[dict[str, str]]:
    text = b"".join(csv_table.write([article], SCHEME)).decode()
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


@given(articles())
def test_rows_say_what_the_records_say(article):
    for row, record in zip(cells(article), slow(article), strict=True):
        for name in ("text", "prefix", "suffix"):
            assert unguarded(row[name]) == record[name]
        for name in ("title", "source", "url", "published", "language"):
            assert unguarded(row[name]) == (record["document"][name] or "")
        for name in ("id", "label", "resolution", "text_sha256", "duplicate_group"):
            assert row[name] == (record[name] or "")
        for name in ("start", "end", "start_utf16", "end_utf16"):
            assert int(row[name]) == record[name]
        assert row["schema"] == record["schema"]
        assert row["document_id"] == record["document"]["id"]
        assert json.loads(row["annotations"]) == record["annotations"]
        assert {n: int(row[f"votes_{n}"]) for n in SCHEME.names} == record["votes"]
        assert row["policy"] == record["policy"]
        soft = record["soft_label"] or dict.fromkeys(SCHEME.names, "")
        assert {n: row[f"soft_{n}"] for n in SCHEME.names} == {n: str(s) for n, s in soft.items()}
        names = {"by": "by", "label": "label", "reason": "reason", "note": "note",
                 "created_at": "at"}  # fmt: skip
        for name, column in names.items():
            value = (record["adjudication"] or {}).get(name)
            assert unguarded(row[f"adjudicated_{column}"]) == (value or "")
        guess = record["suggestion"] or {"label": "", "score": "", "model": ""}
        assert row["suggestion_label"] == guess["label"]
        assert row["suggestion_score"] == str(guess["score"])
        assert unguarded(row["suggestion_model"]) == guess["model"]
        assert row["split"] == ""


@given(articles())
def test_numbers_stay_numbers(article):
    for row, record in zip(cells(article), slow(article), strict=True):
        score = record["sentiment"] or {"polarity": "", "subjectivity": ""}
        for name in ("polarity", "subjectivity"):
            assert row[name] == ("" if score[name] == "" else repr(score[name]))


@given(articles())
def test_no_text_begins_like_a_formula(article):
    numbers = {
        "polarity",
        "subjectivity",
        "suggestion_score",
        "start",
        "end",
        "start_utf16",
        "end_utf16",
    }
    for row in cells(article):
        for name, cell in row.items():
            if name not in numbers:
                assert not cell.lstrip(" ").startswith(DANGEROUS), name


@given(texts)
def test_the_guard_can_be_taken_off(text):
    assert unguarded(csv_table.guarded(text)) == text


@pytest.mark.parametrize("start", DANGEROUS)
def test_a_formula_is_guarded(start):
    for text in (f"{start}cmd|' /C calc'!A0", f"  {start}1", f"'{start}1", start):
        assert csv_table.guarded(text) == f"'{text}"


def test_plain_text_is_left_alone():
    for text in ("a = b", "1-2", "'quoted'", "– Bonjour", "", "£5 + 3"):
        assert csv_table.guarded(text) == text
    assert csv_table.guarded(None) is None


def test_a_table_is_known_by_its_header():
    header = b"".join(csv_table.write([], SCHEME))
    assert header.endswith(b",split\r\n")
    assert formats.is_export(header)
    assert formats.is_export(header.replace(b"\r\n", b"\n"))
    assert not formats.is_export(header[5:])
