"""The lines below the article: what matters of a decision is in sight at 80 columns."""

from __future__ import annotations

from pathlib import Path

import pytest
from reviewing import make_store, reviewing, suggest

from annotator.core.history import EMPTY
from annotator.core.model import Assessment, Reason, Sentiment, Suggestion
from annotator.session import Baseline
from annotator.store.reading import ArticleUnit, Hit
from annotator.tui.layout import in_lines

UNIT = ArticleUnit(1, "ab", 0, 4, "body", 0, True, 1)


def baseline(words: tuple[str, ...] = (), names: tuple[str, ...] = ()) -> Baseline:
    """Return a baseline with these words of the lexicon, and duplicates in these documents."""
    met = tuple(Assessment((word,), 0.5, 0.5) for word in words)
    hits = tuple(Hit(n, "cd", n, name, "") for n, name in enumerate(names, 2))
    return Baseline(
        UNIT, "Text", EMPTY, "en", "textblob-en", Sentiment(0.5, 0.5, met, "textblob-en"), "Wire",
        hits,
    )  # fmt: skip


def test_words_that_were_met_again_are_counted() -> None:
    said = baseline(("most", "fine", "most", "most")).sentiment_in_words()
    assert said.endswith("· most +0.50 ×3, fine +0.50")


def test_near_duplicates_come_before_the_source_with_short_titles() -> None:
    one = baseline(names=("A title that is a good deal longer than what there is room for",))
    assert (
        one.origin_in_words() == "1 near-duplicate in A title that is a good deal… · source: Wire"
    )
    many = baseline(names=("Four", "One", "Two", "Three", "One"))
    assert many.origin_in_words() == "5 near-duplicates in Four; One; 2 more · source: Wire"


def test_facts_have_a_line_each_where_all_fit() -> None:
    assert in_lines(["one two", "three"], 7, 2) == ["one two", "three"]
    assert in_lines(["one two", "", "three"], 7, 2) == ["one two", "three"]
    assert in_lines(["one two"], 7, 2) == ["one two"]


def test_facts_go_over_all_lines_where_one_is_too_long() -> None:
    assert in_lines(["one two three", "four"], 12, 2) == ["one two", "three · four"]
    assert in_lines(["one", "two three four"], 12, 2) == ["one · two", "three four"]
    assert in_lines(["one two three"], 8, 2) == ["one two", "three"]


def test_facts_that_are_too_long_for_all_lines_do_not_fit() -> None:
    assert in_lines(["one two three four", "five"], 8, 2) is None
    assert in_lines(["one two three four"], 8, 1) is None


MOST = Suggestion(
    "promotional",
    {"factual": 0.05, "speculative": 0.04, "promotional": 0.91},
    (Reason(7, 25, "superlative", "the most _", "R3", 2.2),),
)


@pytest.mark.parametrize("width", [80, 120])
async def test_the_strip_is_wrapped_for_its_width(tmp_path: Path, width: int) -> None:
    praise = "It was the most wonderful, great and superb pier ever."
    path = make_store(tmp_path, {"a.txt": f"A pier\n\n{praise} It opened in March.\n"})
    suggest(path, {"It was": MOST})
    async with reviewing(path, size=(120, 24)) as review:
        await review.press("f")
        await review.pilot.resize_terminal(width, 24)
        await review.press()
        shown = " ".join(line.strip() for line in review.shown().splitlines()[-4:-1])
        assert "suggested ▲ p promotional 0.91 (rules/1) because “the most wonderful”" in shown
        assert "(a superlative that nothing measures)" in shown
        assert "superb +1.00" in shown
        assert "…" not in shown


async def test_where_not_all_fits_the_words_of_the_sentiment_are_left_out(tmp_path: Path) -> None:
    praise = "It was the most wonderful, beautiful, great, excellent, perfect and superb pier ever."
    path = make_store(tmp_path, {"a.txt": f"A pier\n\n{praise} It opened in March.\n"})
    suggest(path, {"It was": MOST})
    async with reviewing(path, size=(80, 24)) as review:
        await review.press("f")
        shown = " ".join(line.strip() for line in review.shown().splitlines()[-4:-1])
        assert "(a superlative that nothing measures)" in shown
        assert shown.rstrip().endswith("polarity +0.88 subjectivity 0.89")


async def test_the_decision_comes_first_and_the_sentence_fills_the_line(small: Path) -> None:
    async with reviewing(small, size=(80, 24)) as review:
        await review.press("s", "c", "3", "t", *"loaded", "enter", "n", *"why not", "enter")
        line = review.shown().splitlines()[-5]
        assert line.startswith(" last: ◆ s speculative sure #loaded note: why not · The north pier")
        assert len(line) == 80
