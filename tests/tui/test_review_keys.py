"""Every key of the review screen does what the table of keys says, and is in the store at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from reviewing import make_store, reviewing
from textual.command import CommandPalette
from textual.widgets import Input

from annotator.core.history import NOT_A_SENTENCE, Annotation
from annotator.core.scheme import built_in
from annotator.store import Store, reading
from annotator.store.journal import Journal
from annotator.tui.dialogs import AskKey, AskText, Help, Pick
from annotator.tui.keymap import actions, shown

FIRST, SECOND, THIRD, HEADING, FOURTH = 2, 3, 4, 5, 6
"""Rows of the first units of the small project: three sentences, a heading, a sentence."""


def kept(path: Path, unit: int, reviewer: str = "ana") -> Annotation:
    """Return what another process reads of a unit."""
    with Store.open(path) as store:
        return Journal(store, reviewer).annotation(unit)


LABELS = (
    ("f", "factual", "■f"),
    ("1", "factual", "■f"),
    ("s", "speculative", "◆s"),
    ("2", "speculative", "◆s"),
    ("p", "promotional", "▲p"),
    ("3", "promotional", "▲p"),
)


async def test_a_key_labels_and_goes_on(small: Path) -> None:
    sentences = (FIRST, SECOND, THIRD, FOURTH, FOURTH + 1, FOURTH + 2)
    async with reviewing(small) as review:
        assert "▶ ·    The north pier" in review.current()
        assert "0/10" in review.line("header")
        for count, ((key, label, mark), unit) in enumerate(zip(LABELS, sentences, strict=True), 1):
            words = review.text()[:30]
            await review.press(key)
            assert kept(small, unit).label == label
            assert f"  {mark}   {words}" in review.article()[review.row_of(words)]
            assert "▶" not in review.article()[review.row_of(words)]
            assert f"{count}/10" in review.line("header")
            assert f"{7 - count} left in this article" in review.line("header")
            assert "saved " in review.line("header")
        assert "▶ ·    It marks a turning point" in review.current()


async def test_x_says_that_it_is_no_sentence(small: Path) -> None:
    async with reviewing(small) as review:
        await review.press("x")
        assert kept(small, FIRST).label == NOT_A_SENTENCE
        assert "  ×x   The north pier" in review.article()[review.row_of("The north pier")]
        assert "▶ ·    Two cranes" in review.current()
        assert "1/10" in review.line("header")


async def test_space_skips(small: Path) -> None:
    async with reviewing(small) as review:
        await review.press("space")
        assert kept(small, FIRST).skipped
        assert kept(small, FIRST).label is None
        assert "–" in review.article()[review.row_of("The north pier")]
        assert "Two cranes" in review.current()
        assert "0/10" in review.line("header")
        assert "1 skipped" in review.line("header")
        assert review.line("strip").startswith(" Blind:")


async def test_flag_stays_where_it_is_and_is_taken_away_again(small: Path) -> None:
    async with reviewing(small) as review:
        await review.press("!")
        assert kept(small, FIRST).flagged
        assert "▶ ·  ! The north" in review.current()
        await review.press("!")
        assert not kept(small, FIRST).flagged
        assert "!" not in review.current()


async def test_undo_and_redo_go_back_and_forth(small: Path) -> None:
    async with reviewing(small) as review:
        await review.press("f", "s", "space")
        await review.press("u", "u")
        assert "Two cranes" in review.current()
        assert kept(small, FIRST).label == "factual"
        assert not kept(small, SECOND).decided
        assert not kept(small, THIRD).decided
        await review.press("ctrl+r")
        assert kept(small, SECOND).label == "speculative"
        assert "The harbour board" in review.current()
        await review.press("ctrl+r")
        assert kept(small, THIRD).skipped
        await review.press("ctrl+r")
        assert "there is nothing to redo" in review.line("strip")


async def test_undo_of_nothing_says_so(small: Path) -> None:
    async with reviewing(small) as review:
        await review.press("u")
        assert "there is nothing to undo" in review.line("strip")
        await review.press("j")
        assert "nothing to undo" not in review.line("strip")


async def test_undo_goes_back_into_the_article_before(small: Path) -> None:
    async with reviewing(small) as review:
        await review.press(*"fffffff")
        assert "Council orders" in review.line("header")
        assert "3 left in this article" in review.line("header")
        await review.press("u")
        assert "Harbour board" in review.line("header")
        assert "It marks a turning point" in review.current()
        assert "1 left in this article" in review.line("header")
        assert "6/10" in review.line("header")
        await review.press("ctrl+r")
        assert "Council orders" in review.line("header")
        assert "3 left in this article" in review.line("header")


async def test_undo_outlives_the_program(small: Path) -> None:
    async with reviewing(small) as review:
        await review.press("f", "s")
    async with reviewing(small) as review:
        assert "The harbour board" in review.current()
        await review.press("u", "u")
        assert "The north pier" in review.current()
        assert "0/10" in review.line("header")
    assert not kept(small, FIRST).decided


@pytest.mark.parametrize(("down", "up"), [("j", "k"), ("down", "up")])
async def test_moving_steps_on_headings_too_and_into_the_next_article(
    small: Path, down: str, up: str
) -> None:
    async with reviewing(small) as review:
        await review.press(down, down, down)
        assert "What comes next" in review.current()
        await review.press(*[down] * 6)
        assert "Council orders" in review.line("header")
        assert "Council orders a new bridge" in review.current()
        await review.press(up)
        assert "Source: Osmund Gazette" in review.current()
        await review.press(*[up] * 20)
        assert "Harbour board reopens" in review.current()
        assert review.line("header").splitlines()[0].endswith(" left in this article")


async def test_tab_goes_to_the_next_unlabelled(small: Path) -> None:
    async with reviewing(small) as review:
        await review.press("f", "f", "k", "k")
        assert "The north pier" in review.current()
        await review.press("tab")
        assert "The harbour board" in review.current()
        await review.press("tab")
        assert "The larger ships" in review.current()


async def test_tab_at_the_end_tells_what_was_skipped(small: Path) -> None:
    async with reviewing(small) as review:
        await review.press(*"ffffffffff", "escape", "tab")
        assert "everything here is decided" in review.line("strip")
        await review.press("k", "space", "escape", "tab")
        assert "all but 1 skipped are labelled" in review.line("strip")


async def test_a_heading_is_not_labelled_until_x_makes_it_a_sentence(small: Path) -> None:
    async with reviewing(small) as review:
        await review.press("j", "j", "j")
        assert "What comes next" in review.current()
        for key in ("f", "space"):
            await review.press(key)
            assert "this is a heading, not a sentence: x makes it one" in review.line("strip")
            assert "What comes next" in review.current()
        assert not kept(small, HEADING).decided
        await review.press("x")
        assert kept(small, HEADING).asked
        assert "0/11" in review.line("header")
        assert "8 left in this article" in review.line("header")
        assert "▶ ·    What comes next" in review.current()
        await review.press("p")
        assert kept(small, HEADING).label == "promotional"
        await review.press("k", "x")
        assert "undo its label first" in review.line("strip")
        await review.press("u", "x")
        assert not kept(small, HEADING).asked
        assert "0/10" in review.line("header")


async def test_confidence_tags_and_note_belong_to_the_label_before(small: Path) -> None:
    async with reviewing(small) as review:
        await review.press("p", "c")
        assert isinstance(review.app.screen, AskKey)
        assert "The north pier" in review.shown()
        await review.press("2")
        assert kept(small, FIRST).confidence == 2
        assert "▲p~" in review.article()[review.row_of("The north pier")]
        await review.press("t")
        assert isinstance(review.app.screen, AskText)
        await review.press(*"loaded mixed", "enter")
        assert kept(small, FIRST).tags == ("loaded", "mixed")
        await review.press("n", *"odd [b]", "enter")
        assert kept(small, FIRST).note == "odd [b]"
        strip = review.line("strip")
        assert strip.startswith(" last: ▲ p promotional leaning #loaded #mixed note: odd [b]")
        assert "Two cranes" in review.current()
        assert kept(small, SECOND) == Annotation()


async def test_what_was_noted_can_be_changed_removed_and_left(small: Path) -> None:
    async with reviewing(small) as review:
        await review.press("f", "n", *"one", "enter", "n")
        assert review.app.screen.query_one(Input).value == "one"
        await review.press(*" two", "enter")
        assert kept(small, FIRST).note == "one two"
        await review.press("n", *"lost", "escape")
        assert kept(small, FIRST).note == "one two"
        await review.press("n", "ctrl+u", "enter")
        assert kept(small, FIRST).note is None
        await review.press("c", "3", "c", "0")
        assert kept(small, FIRST).confidence is None
        await review.press("c", "escape")
        assert kept(small, FIRST).label == "factual"


async def test_keys_that_come_with_the_one_that_closes_a_dialog_are_for_the_review(
    small: Path,
) -> None:
    async with reviewing(small) as review:
        await review.press("f", "n")
        review.send(*"word", "enter", "s", "p")
        await review.press("g")
        assert kept(small, FIRST).note == "word"
        assert kept(small, SECOND).label == "speculative"
        assert kept(small, THIRD).label == "promotional"
        assert isinstance(review.app.screen, Pick)
        review.send(*"council", "enter", "f")
        await review.press("n")
        assert "Council orders" in review.line("header")
        assert kept(small, 12).label == "factual"
        review.send(*"lost", "escape", "p")
        await review.press()
        assert kept(small, 13).label == "promotional"
        assert kept(small, 12).note is None
        await review.press("c")
        review.send("3", "f")
        await review.press()
        assert kept(small, 13).confidence == 3
        assert kept(small, 14).label == "factual"


async def test_confidence_without_a_label_says_what_is_missing(small: Path) -> None:
    async with reviewing(small) as review:
        await review.press("c", "3")
        assert "label the sentence first" in review.line("strip")


async def test_goto_finds_an_article_by_part_of_its_name(small: Path) -> None:
    async with reviewing(small) as review:
        await review.press("f", "g")
        assert isinstance(review.app.screen, Pick)
        assert "    1/7     Harbour board reopens the north pier" in review.shown()
        assert "    0/3     Council orders a new bridge" in review.shown()
        await review.press(*"council", "enter")
        assert "The council of Lower Tarn" in review.current()
        await review.press("g", "down", "up", "enter")
        assert "Two cranes" in review.current()
        await review.press("g", "escape")
        assert "Two cranes" in review.current()
        await review.press("g", *"nowhere at all", "enter")
        assert "Two cranes" in review.current()


async def test_neither_goto_nor_search_tells_a_file_or_a_source(tmp_path: Path) -> None:
    text = "The pier of Osmund Bay opened on Tuesday, and two cranes were replaced.\n"
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "sources.toml").write_text(
        '[[source]]\nfiles = "*"\nsource = "Tarn Post"\nlanguage = "en"\n', encoding="utf-8"
    )
    async with reviewing(make_store(tmp_path, {"rumour.txt": text})) as review:
        article = review.session.article
        assert article is not None
        assert article.title is None
        name = f"untitled {article.id[:6]}"
        assert name in review.line("header")
        await review.press("g")
        assert name in review.shown()
        assert "rumour" not in review.shown()
        for words in ("rumour", "Tarn Post"):
            await review.press(*words)
            assert "0 found" in review.shown()
            await review.press("ctrl+u")
        await review.press(*article.id[:10])
        assert "1 found" in review.shown()
        await review.press("escape", "/", *"cranes")
        assert name in review.shown()


async def test_goto_takes_the_id_of_a_sentence(small: Path) -> None:
    async with reviewing(small) as review:
        (wanted,) = (
            unit
            for unit in reading.article(review.session.store, 2).units
            if unit.kind == "body" and unit.n == 13
        )
        await review.press("g", *wanted.id[:8], "enter")
        assert "Work may begin in June" in review.current()


async def test_search_lists_and_goes_there(small: Path) -> None:
    async with reviewing(small) as review:
        await review.press("/", *"north pi")
        assert isinstance(review.app.screen, Pick)
        assert "Council orders a new" in review.shown()
        await review.press("down", "down", "enter")
        assert "Council orders" in review.line("header")
        assert "The north pier" in review.current()
        await review.press("/", *'"pier* OR (', "enter")
        assert "The north pier" in review.current() or "pier" in review.text()


async def test_reveal_is_recorded_with_the_label(small: Path) -> None:
    async with reviewing(small) as review:
        await review.press("b")
        strip = review.line("strip")
        assert strip.startswith(" this: not decided · The north pier")
        assert "polarity" in strip
        assert "source: Osmund Gazette" in strip
        await review.press("f", "f")
    assert kept(small, FIRST).suggestion_shown
    assert not kept(small, SECOND).suggestion_shown


@pytest.mark.parametrize("key", ["?", "f1"])
async def test_help_shows_every_key_and_the_codebook(small: Path, key: str) -> None:
    scheme = built_in()
    async with reviewing(small, size=(120, 200)) as review:
        await review.press(key)
        assert isinstance(review.app.screen, Help)
        page = review.shown()
        for action in actions(scheme):
            written = f"{' '.join(map(shown, action.keys)):<12} {action.text}"
            assert written in page, action.name
        for label in scheme.every:
            assert label.name in page
        assert "Order of tests" in page
        await review.press("escape")
        assert review.app.screen is review.screen


async def test_help_scrolls_and_closes_with_its_own_keys(small: Path) -> None:
    async with reviewing(small, size=(80, 24)) as review:
        await review.press("?")
        top = review.shown()
        await review.press("pagedown", "j")
        assert review.shown() != top
        await review.press("k", "pageup", "?")
        assert review.app.screen is review.screen
        assert not kept(small, FIRST).decided


async def test_the_palette_offers_the_actions(small: Path) -> None:
    async with reviewing(small) as review:
        await review.press("ctrl+p")
        assert isinstance(review.app.screen, CommandPalette)
        await review.press(*"skip")
        await review.app.workers.wait_for_complete()
        await review.press("enter")
        await review.app.workers.wait_for_complete()
        await review.press()
        assert review.app.screen is review.screen
        assert kept(small, FIRST).skipped


@pytest.mark.parametrize("key", ["?", "n", "c", "/"])
async def test_no_palette_opens_over_a_dialog(small: Path, key: str) -> None:
    async with reviewing(small) as review:
        await review.press("f", key)
        over = review.app.screen
        assert over is not review.screen
        await review.press("ctrl+p")
        assert review.app.screen is over


@pytest.mark.parametrize("key", ["q", "ctrl+c"])
async def test_quitting_needs_one_key(small: Path, key: str) -> None:
    async with reviewing(small) as review:
        await review.press("f")
        await review.pilot.press(key)
        assert review.app._exit
        assert review.app.return_value in {None, 0}
    assert kept(small, FIRST).label == "factual"


async def test_keys_of_a_configuration_replace_the_default_ones(small: Path) -> None:
    keys = {"label.factual": "a,f5", "skip": "ctrl+k", "help": "h"}
    async with reviewing(small, keys=keys) as review:
        await review.press("f", "1", "space", "?")
        assert "0/10" in review.line("header")
        assert review.app.screen is review.screen
        await review.press("a", "f5", "ctrl+k")
        assert [kept(small, unit).label for unit in (FIRST, SECOND)] == ["factual"] * 2
        assert kept(small, THIRD).skipped
        assert " a/f5 factual" in review.line("footer")
        assert " h help" in review.line("footer")
        await review.press("h")
        assert isinstance(review.app.screen, Help)
