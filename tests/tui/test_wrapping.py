"""Lines of the screen: offsets exact, nothing lost, nothing too wide, no cluster split."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len

from annotator.core.text import visible
from annotator.tui.layout import _PLAIN, _wrap_any, _wrap_plain, fit, wrap

FAMILY = "\U0001f469\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"
"""Four people joined: one picture of two cells."""
STACK = "e" + "\u0301" * 12
FLAG = "\U0001f1eb\U0001f1f7"

# Words and spaces, rather than any characters at all: lines are made of them.
PIECES = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        [" ", "  ", "\u3000", "\u00a0", "\n", "\t", FAMILY, STACK, FLAG, "漢字かな交じり文", "שלום",
         "\u200b", "\u0301", "\u200d", "\ufe0f", "word", "a" * 40, "\x1b[2J", "\u202e", "👍🏽"]
    ),
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=12).map("".join).map(visible)
WIDTHS = st.integers(1, 60)


ENGLISH = st.lists(st.sampled_from([" ", "  ", "a", "word", "l’été", "—", "x" * 30, "€5"])).map(
    "".join
)


@given(ENGLISH, st.integers(2, 40))
@example("", 10)
@example("   ", 10)
def test_the_short_way_for_plain_text_is_the_long_one(text: str, width: int) -> None:
    assert _PLAIN.fullmatch(text)
    assert cell_len(text) == len(text)
    assert _wrap_plain(text, width) == _wrap_any(text, width)


def test_every_character_of_plain_text_is_one_cell() -> None:
    plain = [chr(code) for code in range(0x3000) if _PLAIN.fullmatch(chr(code))]
    assert len(plain) > 500
    assert {cell_len(char) for char in plain} == {1}
    assert [char for char in plain if char.isspace()] == [" "]


@given(TEXTS, WIDTHS)
@example("\u0301 abc", 10)
@example("漢\u3000字\u3000" * 10, 8)
def test_lines_hold_every_character_that_is_not_space_once_and_in_order(
    text: str, width: int
) -> None:
    lines = wrap(text, width)
    assert lines
    flat = [place for pair in lines for place in pair]
    assert flat == sorted(flat)
    assert flat[0] >= 0
    assert flat[-1] <= len(text)
    inside = {place for start, end in lines for place in range(start, end)}
    assert all(place in inside for place, char in enumerate(text) if not char.isspace())


@given(TEXTS, WIDTHS)
@example("漢\u3000字\u3000" * 10, 8)
def test_no_line_is_wider_than_asked_unless_a_single_grapheme_is(text: str, width: int) -> None:
    for start, end in wrap(text, width):
        line = text[start:end]
        if cell_len(line) > max(width, 2):
            # What cannot be divided: one base with all that hangs on it.
            bases = [char for char in line if not unicodedata.combining(char) and cell_len(char)]
            assert len(bases) == 1 or "\u200d" in line, line


@given(TEXTS, WIDTHS)
def test_lines_begin_and_end_with_a_word(text: str, width: int) -> None:
    for start, end in wrap(text, width):
        # A word held together by no-break spaces is broken at one where it is longer than a line.
        line = text[start:end].strip("\u00a0\u202f")
        assert line == line.strip()


@given(TEXTS, WIDTHS)
def test_what_hangs_on_a_character_stays_with_it(text: str, width: int) -> None:
    for start, _ in wrap(text, width):
        if start == 0 or start == len(text) or text[start - 1].isspace():
            continue
        assert text[start] != "\u200d"
        assert text[start - 1] != "\u200d"
        assert not 0x300 <= ord(text[start]) <= 0x36F
        assert text[start] != "\ufe0f"
        assert not 0x1F3FB <= ord(text[start]) <= 0x1F3FF


@pytest.mark.parametrize("cluster", [FAMILY, STACK, FLAG, "👍🏽"])
@pytest.mark.parametrize("width", [2, 3, 7, 20])
def test_a_long_word_breaks_between_clusters_only(cluster: str, width: int) -> None:
    lines = wrap(cluster * 50, width)
    assert len(lines) > 1
    assert all(start % len(cluster) == 0 for start, _ in lines)
    assert all(end % len(cluster) == 0 for _, end in lines)


def test_words_are_kept_whole_and_spaces_at_the_ends_are_not_drawn() -> None:
    text = "  one two  three four "
    assert [text[a:b] for a, b in wrap(text, 8)] == ["one two", "three", "four"]
    assert [text[a:b] for a, b in wrap(text, 10)] == ["one two", "three four"]


def test_an_empty_text_is_one_empty_line() -> None:
    assert wrap("", 10) == [(0, 0)]


@given(TEXTS, st.integers(0, 60))
@example("\u0301 abc", 3)
def test_fit_is_the_beginning_in_at_most_so_many_cells(text: str, width: int) -> None:
    fitted = fit(text, width)
    assert cell_len(fitted) <= width
    if cell_len(text) <= width:
        assert fitted == text
    elif width > 0:
        assert fitted.endswith("…")
        assert text.startswith(fitted[:-1])


def test_fit_does_not_split_a_cluster() -> None:
    assert fit(FAMILY * 3, 5) == FAMILY * 2 + "…"
    assert fit(FAMILY * 3, 4) == FAMILY + "…"
    assert fit(STACK * 5, 3) == STACK * 2 + "…"
