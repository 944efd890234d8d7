"""A terminal of ten lines: what is asked, what can be answered and what was typed are in sight."""

from __future__ import annotations

from pathlib import Path

import pytest
from reviewing import reviewing
from test_adjudication_screen import adjudication, vote

from annotator.core.scheme import built_in
from annotator.session import Session
from annotator.store import Store
from annotator.tui.app import AnnotatorApp
from annotator.tui.keymap import configured

SHORT = (40, 10)


@pytest.mark.parametrize(
    ("keys", "seen"),
    [
        (["n", *"odd"], ["Note", "odd", "enter keeps it"]),
        (["t", *"mixed"], ["Tags", "mixed", "enter keeps it"]),
        (["c"], ["How sure?", "3  sure", "0  say nothing", "escape"]),
        (["/", *"pier"], ["Search", "pier", "▶ Harbour board", "enter goes there"]),
        (["g"], ["Go to", "▶     1/7", "Council orders"]),
        (["l", *"open"], ["Claim", "new: open", "enter links to it"]),
        (["?"], ["Codebook", "How does the sentence", "factual"]),
    ],
)
async def test_a_dialog_shows_what_it_is_for(small: Path, keys: list[str], seen: list[str]) -> None:
    async with reviewing(small, SHORT) as review:
        await review.press("f", *keys)
        shown = review.shown()
        assert [words for words in seen if words not in shown] == []


async def test_the_article_keeps_most_of_the_lines(small: Path) -> None:
    async with reviewing(small, SHORT) as review:
        await review.press("f")
        assert len(review.article()) == 6
        assert "Two cranes" in review.current()
        assert review.shown().splitlines()[7].startswith(" last: ■ f factual")
        await review.pilot.resize_terminal(80, 24)
        await review.pilot.pause()
        assert len(review.article()) == 17


async def test_an_adjudicator_sees_the_sentence_and_the_votes(small: Path) -> None:
    vote(small)
    async with adjudication(small, SHORT) as review:
        assert review.text()[:14] in review.current()
        assert "more: ▲ p promotional 1" in review.shown()


async def test_the_rules_can_all_be_reached(small: Path) -> None:
    vote(small)
    async with adjudication(small, SHORT) as review:
        await review.press("f", "r")
        assert "x  say nothing" not in review.shown()
        await review.press("end")
        for _ in range(50):  # it glides there
            if "x  say nothing" in review.shown():
                break
            await review.pilot.pause(0.1)
        assert "x  say nothing" in review.shown()
        await review.press("1")
        assert "R1" in review.line("strip")


async def test_an_empty_project_says_all_of_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    with Store.open(tmp_path / "labels" / "labels.db") as store:
        session = Session(store, "ana", built_in())
        app = AnnotatorApp(session, configured(session.scheme, {}))
        async with app.run_test(size=SHORT) as pilot:
            await pilot.pause()
            seen = set[str]()
            for _ in range(12):
                strips = app.screen._compositor.render_strips()
                seen |= {"".join(part.text for part in strip).strip() for strip in strips}
                await pilot.press("down")
            assert any(line.startswith("annotator add PATH") for line in seen)
            assert any(line.startswith("q quits") for line in seen)
