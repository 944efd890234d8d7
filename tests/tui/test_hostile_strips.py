"""Whatever text there is, nothing a widget draws holds a character that drives a terminal."""

from __future__ import annotations

import unicodedata
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reviewing import Review, reviewing
from textual.strip import Strip
from textual.widgets import Input

from annotator.core.text import visible
from annotator.tui.dialogs import safe
from annotator.tui.widgets import Lines, PickList

HARMFUL = frozenset(
    [*range(0x20), *range(0x7F, 0xA0), 0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F),
     *range(0x2066, 0x206A), 0x2028, 0x2029, 0xFEFF, *range(0xFFF9, 0xFFFC),
     *range(0xD800, 0xE000), *range(0xE0000, 0xE0080)]
)  # fmt: skip
ANY = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from([chr(code) for code in sorted(HARMFUL)]),
        st.sampled_from("[]/\\ab \u200d\u0301\U0001f469漢"),
    ),
    max_size=120,
)
MANY = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def harmless(strip: Strip, width: int) -> None:
    assert not {hex(ord(char)) for char in strip.text if ord(char) in HARMFUL}
    assert not any(part.control for part in strip)
    assert strip.cell_length == width


async def test_no_widget_draws_a_control_character(small: Path) -> None:
    async with reviewing(small, size=(60, 20)) as review:
        await review.press("g")
        view, header = review.view, review.screen.query_one("#header", Lines)
        picks = review.app.screen.query_one(PickList)
        article = review.session.article
        assert article is not None

        @given(ANY, ANY)
        @MANY
        def check(text: str, other: str) -> None:
            header.set([(text, "strong"), (other, "")], [(other, "quiet")])
            for y in range(header.size.height):
                harmless(header.render_line(y), header.size.width)
            picks.fill(2, lambda row: (text, other)[row])
            for y in range(picks.size.height):
                harmless(picks.render_line(y), picks.size.width)
            body = f"{text}x{other}"
            unit = article.units[0]._replace(start=0, end=len(body))
            review.session.article = article._replace(text=body, units=(unit,))
            view._article = -1
            review.session.index = 0
            view.show()
            for y in range(view.size.height):
                harmless(view.render_line(y), view.size.width)

        check()
        review.session.article = article


@given(ANY)
@MANY
def test_what_static_widgets_get_holds_no_control_and_no_markup(text: str) -> None:
    content = safe(text)
    assert not {char for char in content.plain if ord(char) in HARMFUL and char != "\n"}
    assert len(content.plain) == len(text)
    assert not content.spans


@given(ANY)
@MANY
def test_visible_keeps_every_offset(text: str) -> None:
    shown = visible(text)
    assert len(shown) == len(text)
    assert not {char for char in shown if ord(char) in HARMFUL}
    kept = [(old, new) for old, new in zip(text, shown, strict=True) if ord(old) not in HARMFUL]
    assert all(old == new for old, new in kept)
    assert visible(shown) == shown


HOSTILE_NOTE = "a\x1b]52;c;AAAA\x07b\x9b2J\u202e[/nope][bold]"


async def test_a_hostile_note_and_tag_are_shown_and_edited_safely(small: Path) -> None:
    async with reviewing(small, reviewer="an\x1b]0;x\x07a[/nope]") as review:
        await review.press("f")
        review.session.note(HOSTILE_NOTE)
        review.session.tags(["t\x1b[2J", "[/nope]"])
        for key in ("n", "t", "c"):
            await review.press(key)
            assert not_harmful(review)
            await review.press("escape")
        assert not_harmful(review)
        # Opened and left as it was, the note keeps the characters that have a stand-in.
        await review.press("n", "enter")
        assert review.session.journal.annotation(2).note == HOSTILE_NOTE


async def test_what_is_typed_or_pasted_is_harmless(small: Path) -> None:
    from textual.events import Paste

    async with reviewing(small) as review:
        await review.press("/")
        field = review.app.screen.query_one(Input)
        field.post_message(Paste("x\x1b]0;boo\x07\x9b2J\u202e[/nope]"))
        await review.press()
        assert field.value
        assert not {char for char in field.value if ord(char) in HARMFUL}
        assert not_harmful(review)


def not_harmful(review: Review) -> bool:
    text = review.shown()
    return not {char for char in text if ord(char) in HARMFUL and char != "\n"}


def test_the_list_of_harmful_characters_is_that_of_unicode() -> None:
    """Every control, and every format character that reorders, is on it."""
    controls = {code for code in range(0x110000) if unicodedata.category(chr(code)) == "Cc"}
    assert controls <= HARMFUL
    reordering = {
        code
        for code in range(0x110000)
        if unicodedata.bidirectional(chr(code))
        in {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    }
    assert reordering <= HARMFUL
