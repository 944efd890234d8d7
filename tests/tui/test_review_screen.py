"""What the review screen shows: article, header, strip, and how it fits its terminal."""

from __future__ import annotations

from pathlib import Path

import pytest
from reviewing import reviewing
from textual.events import MouseScrollDown, MouseScrollUp
from textual.filter import NoColor

from annotator.core.errors import InputProblem
from annotator.core.scheme import built_in
from annotator.session import Session
from annotator.store import Store
from annotator.store.worklist import Scope
from annotator.tui.app import AnnotatorApp
from annotator.tui.keymap import configured
from annotator.tui.review import ReviewScreen


async def test_the_article_is_read_in_place(small: Path) -> None:
    async with reviewing(small) as review:
        lines = [line for line in review.article() if line.strip()]
        assert [line.strip()[:30] for line in lines[:2]] == [
            "Harbour board reopens the nort",
            "▶ ·    The north pier of Osmun",
        ]
        # A paragraph continues without a gap, and a heading has one before it.
        first = review.row_of("Two cranes")
        assert "The harbour board paid" in review.article()[first + 1]
        heading = review.row_of("What comes next")
        assert review.article()[heading - 1].strip() == ""
        # Neither headings nor the credit line have the sign of what waits for a label.
        for words in ("Harbour board reopens", "What comes next", "Source: Osmund"):
            assert "·" not in review.article()[review.row_of(words)]


async def test_what_was_decided_is_dimmed_and_what_is_current_is_not(small: Path) -> None:
    async with reviewing(small) as review:
        await review.press("f")

        def style(words: str) -> object:
            strip = review.view.render_line(review.row_of(words))
            return next(part.style for part in strip if words[:10] in part.text)

        now, done, next_one = style("Two cranes"), style("The north pier"), style("The harbour")
        heading, credit = style("What comes next"), style("Source: Osmund")
        assert now.bold
        assert not done.bold
        assert now.color != done.color == next_one.color
        assert heading.underline
        assert credit.italic


async def test_the_header_says_who_how_far_and_where(small: Path) -> None:
    async with reviewing(small) as review:
        first, second = review.line("header").splitlines()
        assert first == " annotator · ana · 0/10 · 7 left in this article"
        assert second == " Harbour board reopens the north pier"
        await review.press("f", "f", "space")
        first = review.line("header").splitlines()[0]
        assert " · 2/10 · 4 left in this article · 1 skipped · saved " in first


async def test_nothing_of_the_baseline_is_shown_before_the_decision(small: Path) -> None:
    async with reviewing(small) as review:
        assert review.line("strip").startswith(" Blind:")
        assert "(b shows it now)" in review.line("strip")
        for word in ("polarity", "suggested", "rules/1", "source", "Gazette", "duplicate"):
            assert word not in review.line("strip")
            assert word not in review.line("header")
        await review.press("f")
        first, *rest = review.line("strip").splitlines()
        assert first.startswith(" last: ■ f factual · The north pier")
        assert rest[0].startswith(
            " suggested ■ f factual 0.73 (rules/1) because “eleven” (a figure)"
        )
        assert "polarity" in "".join(rest)
        assert "source: Osmund Gazette" in "".join(rest)
        assert "1 near-duplicate" in "".join(rest)
        assert "Council orders a new bridge" in "".join(rest)


async def test_a_skipped_sentence_stays_blind(small: Path) -> None:
    async with reviewing(small) as review:
        await review.press("space")
        assert "polarity" not in review.line("strip")
        await review.press("k")
        assert "polarity" not in review.line("strip")


async def test_a_labelled_sentence_shows_its_own_baseline_when_one_comes_back(
    small: Path,
) -> None:
    async with reviewing(small) as review:
        await review.press("f", "p", "k", "k")
        assert review.line("strip").startswith(" this: ■ f factual · The north pier")
        await review.press("j")
        assert review.line("strip").startswith(" this: ▲ p promotional · Two cranes")


@pytest.mark.parametrize("reveal", ["always", "never"])
async def test_reveal_can_be_set(small: Path, reveal: str) -> None:
    async with reviewing(small, reveal=reveal) as review:
        assert ("polarity" in review.line("strip")) == (reveal == "always")
        await review.press("f")
        assert ("polarity" in review.line("strip")) == (reveal == "always")
        assert ("Blind" in review.line("strip")) is False


async def test_a_filtered_review_stays_in_its_scope(small: Path) -> None:
    async with reviewing(small) as review:
        await review.press("f", "space", "p")
    async with reviewing(small, scope=Scope(only="skipped")) as review:
        assert "Two cranes" in review.current()
        await review.press("s")
        assert "Everything here is decided" in review.shown()
    async with reviewing(small, scope=Scope(source="Tarn Post")) as review:
        assert "Council orders" in review.line("header")
        assert "0/3" in review.line("header")


@pytest.mark.parametrize(("width", "visible"), [(80, False), (99, False), (100, True), (160, True)])
async def test_the_codebook_stands_beside_the_text_where_there_is_room(
    small: Path, width: int, visible: bool
) -> None:
    async with reviewing(small, size=(width, 24)) as review:
        codebook = review.screen.query_one("#codebook")
        assert codebook.display is visible
        assert ("How does the sentence" in review.shown()) is visible
        if visible:
            for label in built_in().labels:
                assert label.short in codebook.text.replace("\n", " ")


async def test_a_narrow_terminal_shows_all_that_matters(small: Path) -> None:
    async with reviewing(small, size=(80, 24)) as review:
        await review.press("p")
        lines = review.shown().splitlines()
        assert len(lines) == 24
        assert all(len(line) <= 80 for line in lines)
        assert "1/10" in lines[0]
        assert any(line.lstrip().startswith("▶") for line in lines)
        assert " f factual  s speculative  p promotional  space skip " in lines[-1]


async def test_it_can_be_resized_while_it_runs(small: Path) -> None:
    async with reviewing(small, size=(120, 40)) as review:
        await review.press("j", "j")
        for width, height in ((40, 12), (80, 24), (200, 50), (20, 6), (120, 40)):
            await review.pilot.resize_terminal(width, height)
            await review.pilot.pause()
            await review.press("j", "k")
            assert all(len(line) <= width for line in review.shown().splitlines())
            if height > 7:
                assert "▶" in review.shown()
        assert "The harbour board" in review.current()


async def test_a_click_stands_on_what_was_clicked(small: Path) -> None:
    async with reviewing(small) as review:
        row = review.row_of("Observers expect")
        await review.pilot.click(review.view, offset=(20, row))
        assert "Observers expect" in review.current()
        assert "0/10" in review.line("header")
        await review.press("s")
        assert "◆s" in review.article()[review.row_of("Observers expect")]
        await review.pilot.click(review.view, offset=(20, review.view.size.height - 1))
        assert "▶" in review.shown()


async def test_a_click_chooses_in_a_list(small: Path) -> None:
    async with reviewing(small) as review:
        await review.press("g")
        await review.pilot.click("PickList", offset=(10, 1))
        await review.pilot.pause()
        assert "Council orders" in review.line("header")


async def test_the_wheel_and_the_page_keys_scroll_without_moving(small: Path) -> None:
    async with reviewing(small, size=(80, 12)) as review:
        top = review.article()
        for down, up in (("pagedown", "pageup"), ("ctrl+d", "ctrl+u")):
            await review.press(down)
            assert review.article() != top
            await review.press(up, up)
            assert review.article() == top
        await review.pilot._post_mouse_events([MouseScrollDown], review.view)
        await review.pilot.pause()
        assert review.article() != top
        assert review.article()[0] == top[3]
        await review.pilot._post_mouse_events([MouseScrollUp], review.view)
        await review.pilot.pause()
        assert review.article() == top
        assert "The north pier" in review.current()
        await review.press("pagedown", "pagedown", "f")
        assert "Two cranes" in review.current()


async def test_high_contrast_is_black_and_white_and_bright(small: Path) -> None:
    async with reviewing(small, theme="high-contrast") as review:
        assert review.app.theme == "high-contrast"
        strip = review.view.render_line(review.row_of("The north pier"))
        (words,) = (part.style for part in strip if "The north" in part.text)
        assert words.bgcolor.triplet.hex == "#000000"
        assert words.color.triplet.hex == "#ffffff"


def test_an_unknown_theme_is_refused_with_the_names_of_the_others(small: Path) -> None:
    with Store.open(small) as store:
        session = Session(store, "ana", built_in())
        with pytest.raises(InputProblem, match="there is no theme 'sepia'") as caught:
            AnnotatorApp(session, configured(session.scheme, {}), "sepia")
    assert "high-contrast" in (caught.value.hint or "")


async def test_no_color_means_none(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with reviewing(small, theme="high-contrast") as review:
        assert review.app.theme == "ansi-dark"
        assert [type(one) for one in review.app._filters] == [NoColor]


async def test_the_screen_takes_in_what_another_terminal_did(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotator.tui.screen._WATCH_SECONDS", 0.05)
    async with reviewing(small) as review:
        with Store.open(small) as other:
            elsewhere = Session(other, "ana", built_in())
            elsewhere.label("promotional")
            elsewhere.label("speculative")
        await review.pilot.pause(0.2)
        assert "2/10" in review.line("header")
        assert "5 left in this article" in review.line("header")
        assert "▶ ▲p   The north pier" in review.current()
        assert "◆s" in review.article()[review.row_of("Two cranes")]
        # What both said is kept, one after the other.
        await review.press("f")
        assert "2/10" in review.line("header")
        assert "The harbour board" in review.current()
        await review.press("u")
        assert "▲p" in review.current()


async def test_what_another_reviewer_says_is_not_shown(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotator.tui.screen._WATCH_SECONDS", 0.05)
    async with reviewing(small) as review:
        before = review.article(), review.line("header"), review.line("strip")
        with Store.open(small) as other:
            Session(other, "ben", built_in()).label("promotional")
        await review.pilot.pause(0.2)
        assert (review.article(), review.line("header"), review.line("strip")) == before


async def test_an_empty_screen_fills_when_articles_arrive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from reviewing import HARBOUR, make_store

    monkeypatch.setattr("annotator.tui.screen._WATCH_SECONDS", 0.05)
    path = tmp_path / "labels" / "labels.db"
    async with reviewing(path) as review:
        make_store(tmp_path, {"harbour.txt": HARBOUR})
        await review.pilot.pause(0.2)
        assert isinstance(review.app.screen, ReviewScreen)
        assert " f/1 factual " in review.line("footer")
        assert "The north pier" in review.current()
