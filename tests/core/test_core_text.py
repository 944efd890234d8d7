"""Untrusted text: shown with as many characters as it has, none of which does anything."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import HOSTILE, RAW, any_text, hostile_text

from annotator.core import text as core


@given(any_text | hostile_text)
def test_visible_keeps_the_length_and_nothing_that_acts(text: str):
    shown = core.visible(text)
    assert len(shown) == len(text)
    assert not RAW & set(shown)
    assert "\n" not in shown
    assert not any(unicodedata.category(c) in {"Cc", "Cs"} for c in shown)
    shown.encode()  # a lone surrogate would raise


@given(any_text | hostile_text)
def test_visible_is_idempotent(text: str):
    once = core.visible(text)
    assert core.visible(once) == once


@given(st.text(alphabet=st.characters(categories=("L", "N", "P", "S", "Zs")), max_size=80))
def test_visible_leaves_letters_marks_and_spaces_alone(text: str):
    assert core.visible(text) == text


@pytest.mark.parametrize(
    ("given_text", "shown"),
    [
        ("a\tb\nc", "a b c"),
        ("\x1b[2J", "␛[2J"),
        ("\x00\x07\x7f", "␀␇␡"),
        ("\x9b31m", "\N{REPLACEMENT CHARACTER}31m"),
        ("\u202eabc", "\N{REPLACEMENT CHARACTER}abc"),
        ("\udcff", "\N{REPLACEMENT CHARACTER}"),
        ("[/nope]", "[/nope]"),
        ("👩\u200d👧", "👩\u200d👧"),
    ],
)
def test_stand_ins(given_text: str, shown: str):
    assert core.visible(given_text) == shown


@given(hostile_text, st.integers(min_value=1, max_value=30))
def test_one_line_is_one_visible_line_within_its_limit(text: str, limit: int):
    line = core.one_line(text, limit)
    assert len(line) <= limit
    assert not RAW & set(line)
    assert "\n" not in line


def test_one_line_says_that_it_was_cut_and_leaves_what_fits():
    assert core.one_line("  two\n\n words ") == "two words"
    assert core.one_line("abcdef", 6) == "abcdef"
    assert core.one_line("abcdefg", 6) == "abcde…"


@given(st.text(alphabet="ab\r\n", max_size=30))
def test_unix_newlines_leaves_no_carriage_return_and_changes_nothing_else(text: str):
    mended = core.unix_newlines(text)
    assert "\r" not in mended
    assert mended.replace("\n", "") == text.replace("\r", "").replace("\n", "")
    assert core.unix_newlines(mended) == mended


def test_ids_are_what_two_machines_agree_on():
    document = core.document_id("The bridge opened.")
    assert document == core.sha256("The bridge opened.")[:16]
    assert document == "".join(c for c in document if c in "0123456789abcdef")
    assert core.sentence_id(document, 0, 18) == core.sentence_id(document, 0, 18)
    others = {core.sentence_id(document, 0, 17), core.sentence_id(document, 1, 18)}
    others |= {core.sentence_id(document[::-1], 0, 18), core.sentence_id(document, 0, 18)}
    assert len(others) == 4
    assert len(core.document_id("\ud800")) == 16


def test_the_hostile_samples_hold_what_they_are_for():
    assert RAW & set("".join(HOSTILE))


@pytest.mark.parametrize(
    ("number", "said"),
    [(0, "0 files"), (1, "1 file"), (1.0, "1 file"), (2, "2 files"), (12_345, "12,345 files")],
)
def test_a_number_and_what_it_counts(number: float, said: str):
    assert core.counted(number, "file") == said
