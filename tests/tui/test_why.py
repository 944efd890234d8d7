"""The page of reasons: what is marked in the sentence, what a reviewer calls wrong, and when."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reviewing import NOTHING, Review, make_store, reviewing, suggest
from strategies import RAW, hostile_text

from annotator.core.model import Reason, Suggestion
from annotator.core.text import visible
from annotator.store import Store
from annotator.store.feedback import wrong_cues
from annotator.store.verify import verify
from annotator.tui.layout import snapped
from annotator.tui.why import Mark, Why, marked

TO_THE_PIER = ("f", "f", "f", "f", "f", "p")
"""Keys up to the sentence with three reasons, and its label."""


def wrong(path: Path) -> list[tuple[str, str | None]]:
    with Store.open(path) as store:
        assert verify(store).problems == []
        return [(one.text, one.label) for one in wrong_cues(store)]


def flowing(review: Review) -> str:
    """Return what the page says as one line, without its frame and what is beside it."""
    lines = (re.search("│(.*)│", line) for line in review.shown().splitlines())
    text = " ".join(line[1] for line in lines if line)
    return " ".join(re.sub("[▁▂▃▄▅▆▇█]", " ", text).split())


def line_with(review: Review, words: str) -> str:
    (found,) = (line for line in review.shown().splitlines() if words in line)
    return found


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_w_shows_the_sentence_the_reasons_and_the_rules(
    small: Path, size: tuple[int, int]
) -> None:
    async with reviewing(small, size) as review:
        await review.press(*TO_THE_PIER, "w")
        assert isinstance(review.app.screen, Why)
        shown = flowing(review)
        assert "suggested ▲ p promotional 0.91 (rules/1)" in shown
        line_with(review, "  3─────────────────────────────")
        line_with(review, "            1────────────────      2─────────")
        await review.press("pagedown")
        shown += flowing(review)
        for words in (
            "1 “a shining gateway” a word of praise: brilliant, renowned · R3 · +2.20",
            "entry: shining _",
            "2 “golden age” says that something matters: marks a milestone · R3 · +1.50",
            "tone of [the] whole · R6 · +0.25",
            "R3: Is its main work praise",
            "R6: Two main clauses that differ",
            "probability: ■ factual 0.05 ◆ speculative 0.04 ▲ promotional 0.91",
            "textblob-en: polarity +0.30",
        ):
            assert words in shown
        for key in ("escape", "w", "q", "w", "w", "w", "enter"):
            await review.press(key)
        assert review.app.screen is review.screen


async def test_a_number_calls_a_reason_wrong_and_takes_it_back(small: Path) -> None:
    async with reviewing(small) as review:
        await review.press(*TO_THE_PIER, "w", "2")
        assert "2  ✗ wrong: “golden age”" in line_with(review, "golden age”")
        assert wrong(small) == [("golden age", "promotional")]
        await review.press("1", "2")
        assert "✗" not in line_with(review, "golden age”")
        assert wrong(small) == [("a shining gateway", "promotional")]
        await review.press("7")
        assert "there is no reason 7" in review.shown()
        await review.press("escape")
        assert "7/10" not in review.line("header")
        assert "6/10" in review.line("header")
        await review.press("k", "w")
        assert "✗ wrong: “a shining gateway”" in review.shown()


async def test_undo_reaches_it_like_a_decision(small: Path) -> None:
    async with reviewing(small) as review:
        await review.press(*TO_THE_PIER, "w", "2", "escape", "u")
        assert wrong(small) == []
        assert "The pier is" in review.current()
        assert "6/10" in review.line("header")
        await review.press("ctrl+r")
        assert wrong(small) == [("golden age", "promotional")]
        await review.press("u", "u")
        assert "5/10" in review.line("header")


async def test_before_the_decision_there_are_no_reasons_unless_revealed(small: Path) -> None:
    async with reviewing(small) as review:
        await review.press("w")
        assert review.app.screen is review.screen
        assert "blind: the reasons are shown after the decision" in review.line("strip")
        await review.press("b", "w")
        assert isinstance(review.app.screen, Why)
        await review.press("1", "escape", "f")
    assert wrong(small) == [("eleven", "factual")]
    with Store.open(small) as store:
        rows = store.db.execute("SELECT kind, payload FROM events ORDER BY n").fetchall()
    (_, revealed), _, (kind, labelled) = rows
    said = {"model": "rules/1", "label": "factual"}
    assert json.loads(revealed) == {"suggestion": said}
    assert kind == "label"
    assert json.loads(labelled)["suggestion"] == said
    assert json.loads(labelled)["shown"] == ["baseline", "source"]


async def test_what_is_never_shown_has_no_reasons_to_show(small: Path) -> None:
    async with reviewing(small, reveal="never") as review:
        await review.press("f", "w")
        assert review.app.screen is review.screen
        assert "the suggestion is hidden in this review" in review.line("strip")
        assert "rules/1" not in review.shown()


async def test_where_nothing_speaks_for_a_label_it_says_so(small: Path) -> None:
    async with reviewing(small) as review:
        await review.press("f", "f")
        assert "suggested: nothing speaks for a label (rules/1)" in review.line("strip")
        await review.press("w")
        assert "nothing speaks for a label (rules/1)" in review.shown()
    suggest(small, {"The north": NOTHING}, "other/1")
    with Store.open(small) as store:
        store.db.execute("DELETE FROM suggestions")
    async with reviewing(small) as review:
        await review.press("f", "w")
        assert "nothing is stored that suggests a label" in review.shown()


async def test_what_cannot_be_saved_is_said_and_not_shown_as_wrong(small: Path) -> None:
    async with reviewing(small) as review:
        await review.press(*TO_THE_PIER, "w")
        review.session.store.db.execute("PRAGMA query_only = ON")
        await review.press("1")
        assert "NOT SAVED: the label store" in review.shown()
        assert "✗" not in review.shown()


async def test_another_suggester_has_reasons_of_its_own(small: Path) -> None:
    async with reviewing(small) as review:
        await review.press(*TO_THE_PIER, "w", "2", "escape", "k")
        reason = Reason(35, 45, "significance", "golden age", "R3", 1.5)
        given = Suggestion("factual", {"factual": 1.0}, (reason,))
        suggest(small, {"The pier is": given}, "theirs/1")
        await review.press("w")
        assert "theirs/1" in review.shown()
        assert "✗" not in review.shown()


@given(hostile_text, hostile_text)
@settings(deadline=None, max_examples=12)
async def test_what_a_suggester_says_drives_no_terminal(text: str, kind: str) -> None:
    from tempfile import TemporaryDirectory

    sentence = "It is " + " ".join(text.split()) + " fine."
    reasons = (Reason(2, 9, kind, kind, "R3", 1.0), Reason(0, 99, "praise", None, "R9", 0.5))
    given = Suggestion(kind or "odd", {kind or "odd": 1.0}, reasons)
    with TemporaryDirectory() as folder:
        path = make_store(Path(folder), {"a.txt": f"A pier\n\n{sentence}\n"})
        suggest(path, {"": given}, kind or "odd")
        async with reviewing(path) as review:
            if review.session.counts.asked == 0:
                return
            await review.press("f", "w")
            assert not set(review.shown()) & RAW
            if isinstance(review.app.screen, Why):
                await review.press("1")
                assert "✗ wrong" in review.shown()


places = st.tuples(st.integers(0, 60), st.integers(0, 60)).map(sorted)


@given(hostile_text.map(visible), st.lists(places, max_size=4), st.integers(4, 40))
def test_every_mark_is_underlined_and_numbered_and_nothing_else(
    text: str, given: list[list[int]], width: int
) -> None:
    marks = [
        Mark(*snapped(text, start, min(end, len(text))), number)
        for number, (start, end) in enumerate(given, 1)
        if start < min(end, len(text))
    ]
    lines = list(marked(text, marks, width))
    sentence = [spans for spans in lines if not spans or spans[0][1] != "key"]
    shown = "".join(part for spans in sentence for part, _ in spans)
    assert "".join(shown.split()) == "".join(text.split())
    cued = "".join(part for spans in sentence for part, style in spans if style == "cue")
    covered = {place for mark in marks for place in range(mark.start, mark.end)}
    expected = "".join(text[place] for place in sorted(covered))
    assert "".join(cued.split()) == "".join(expected.split())
    numbers = "".join(part for spans in lines for part, style in spans if style == "key")
    for mark in marks:
        if text[mark.start : mark.end].strip() and not text[mark.start].isspace():
            assert str(mark.number) in numbers


def test_a_place_inside_a_grapheme_is_widened_to_all_of_it() -> None:
    family = "\N{WOMAN}\u200d\N{WOMAN}\u200d\N{GIRL}"
    text = f"a {family} b"
    assert snapped(text, 3, 4) == (2, 7)
    assert snapped(text, 0, 99) == (0, len(text))
    assert snapped("e\u0301a", 1, 2) == (0, 2)
