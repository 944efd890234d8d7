"""The agreement screen: figures in words, tables that are walked, sentences that are opened."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reviewing import Review, as_text, make_store, reviewing
from rich.cells import cell_len
from strategies import RAW, hostile_text
from test_screen_golden import compare
from textual.pilot import Pilot

from annotator.core.history import NOT_A_SENTENCE
from annotator.core.scheme import Label, Scheme, built_in
from annotator.core.text import visible
from annotator.project.agreement import Choice, measure
from annotator.store import Store
from annotator.store.journal import Journal
from annotator.tui import agreement as screen_module
from annotator.tui import agreement_pages as pages
from annotator.tui.agreement import AgreementScreen
from annotator.tui.agreement_sentences import InArticle, SentencesOfCell
from annotator.tui.article import ArticleView
from annotator.tui.base import OneScreen
from annotator.tui.review import ReviewScreen

QUICK = Choice(rounds=100)
NAMES = {"f": "factual", "s": "speculative", "p": "promotional", "n": NOT_A_SENTENCE}
ANA, BEN, EVE = "fffsspffff", "ffpsfpfpff", "fpfsspfff."


def label(path: Path, **given_labels: str) -> None:
    """Label the sentences in their order; a dot leaves one out."""
    with Store.open(path) as store:
        units = [n for (n,) in store.db.execute("SELECT n FROM units WHERE asked = 1 ORDER BY n")]
        for who, letters in given_labels.items():
            journal = Journal(store, who, now=lambda: "2026-03-02T10:00:00.000Z")
            for unit, letter in zip(units, letters, strict=False):
                if letter != ".":
                    journal.record("label", unit, {"label": NAMES[letter], "shown": []})


def adjudicate(path: Path, place: int, letter: str) -> None:
    with Store.open(path) as store:
        (unit,) = store.db.execute(
            "SELECT n FROM units WHERE asked = 1 ORDER BY n LIMIT 1 OFFSET ?", (place,)
        ).fetchone()
        payload = {"label": NAMES[letter], "reason": "R3", "names_hidden": True}
        Journal(store, "lea", now=lambda: "2026-03-03T10:00:00.000Z").record(
            "adjudicate", unit, payload
        )


def flowing(review: Review) -> str:
    """What is on the screen as one line of words."""
    return " ".join(review.shown().split())


async def measured(pilot: Pilot[int], screen: AgreementScreen) -> None:
    """Wait until the figures are there, or why not."""
    while screen._found is None and screen._problem is None:
        await pilot.pause(0.02)
    await pilot.pause()


@asynccontextmanager
async def opened(
    path: Path,
    size: tuple[int, int] = (120, 40),
    scheme: Scheme | None = None,
    choice: Choice = QUICK,
) -> AsyncIterator[Review]:
    with Store.open(path) as store:
        screen = AgreementScreen(store, choice, scheme or built_in())
        app = OneScreen(screen)
        async with app.run_test(size=size) as pilot:
            await measured(pilot, screen)
            yield Review(app, pilot, None)


@pytest.fixture
def three(small: Path) -> Path:
    """A store that three reviewers have labelled, and lea has adjudicated in two places."""
    label(small, ana=ANA, ben=BEN, eve=EVE)
    adjudicate(small, 2, "f")
    adjudicate(small, 7, "p")
    return small


@pytest.mark.parametrize(("width", "height"), [(80, 24), (120, 40)])
async def test_the_agreement_screen_is_as_it_was(three: Path, width: int, height: int) -> None:
    async with opened(three, (width, height)) as review:
        shown = [review.shown()]
        await review.press("2")
        shown.append(review.shown())
        await review.press("enter", "l")
        shown.append(review.shown())
        await review.press("h", "enter")
        shown.append(review.shown())
        await review.press("enter")
        shown.append(review.shown())
        await review.press("escape", "escape", "escape", "3")
        shown.append(review.shown())
    rule = "─" * width
    compare(f"agreement-{width}x{height}.txt", f"{rule}\n".join(shown))


async def test_the_figures_say_what_they_mean_and_what_to_do(three: Path) -> None:
    async with opened(three) as review:
        said = flowing(review)
        with Store.open(three) as store:
            found = measure(store, QUICK)
        assert f"Alpha {found.every[0].value:.3f}, n = 10" in said
        assert "by custom 0.8 before labels are relied on" in said
        assert "Nothing is said beyond these sentences: too few documents to generalise: 2" in said
        assert "Label agreed on least:" in said
        assert "Pair that agrees least:" in said
        assert "Furthest from the resolution:" in said
        assert "R3: Is its main work praise" in said
        await review.press("pagedown")
        assert "2 sentences discussed or adjudicated, 0 labels changed" in flowing(review)


async def test_the_tables_are_walked_and_a_cell_opens_its_sentences(three: Path) -> None:
    async with opened(three) as review:
        await review.press("tab")
        rows = [line for line in review.shown().splitlines() if "·" in line][1:]
        assert sum("resolution" in line for line in rows) == 3
        assert "▶ ben · eve" in review.shown()
        await review.press("enter")
        assert "▸ ben · eve" in review.shown()
        # The cursor begins on the largest cell that is no agreement.
        assert "ben promotional, eve factual: 2 of 9 sentences" in review.shown()
        assert "[2]" in review.shown()
        await review.press("n", "n")
        assert "ben factual, eve promotional: 1 of 9 sentences" in review.shown()
        await review.press("n")
        assert "ben promotional, eve factual: 2 of 9 sentences" in review.shown()
        await review.press("up", "up", "right")
        assert "ben factual, eve speculative: 1 of 9 sentences" in review.shown()
        for key in ("left", "left", "up", "up"):
            await review.press(key)
        assert "both factual: 3 of 9 sentences" in review.shown()
        await review.press("j", "j", "enter")
        assert isinstance(review.app.screen, SentencesOfCell)
        assert "ben: promotional · eve: factual" in review.shown()
        assert "The harbour board paid 4.1 million crowns for the work." in flowing(review)
        assert "2 sentences" in review.shown()
        await review.press("j", "enter")
        assert isinstance(review.app.screen, InArticle)
        said = review.shown()
        assert "▶" in said
        assert "ana: ■ f factual" in said
        assert "ben: ▲ p promotional" in said
        assert "lea (adjudicated): ▲ p promotional" in said
        await review.press("k", "k", "k", "pagedown", "pageup", "escape", "escape", "escape")
        assert "▶ ben · eve" in review.shown()
        await review.press("q")
    assert review.app.return_value == 0


async def test_groups_follow_a_key(three: Path) -> None:
    async with opened(three, (80, 24)) as review:
        await review.press("3")
        assert "by document" in review.shown()
        assert "Harbour board reopens" in review.shown()
        for by, words in (
            ("source", "Osmund Gazette"),
            ("language", " en "),
            ("week", "2026-W10"),
            ("reviewer", "without ben"),
        ):
            await review.press("b")
            assert f"by {by}" in review.shown()
            assert words in review.shown()
        await review.press("b", "left")
        assert "by reviewer" in review.shown()


async def test_a_reviewer_at_work_is_not_led(three: Path) -> None:
    label(three, dan="fp")
    async with reviewing(three, reviewer="dan") as review:
        await review.press("A")
        screen = review.app.screen
        assert isinstance(screen, AgreementScreen)
        await measured(review.pilot, screen)
        await review.press("tab")
        listed = pages.entries(screen._found)
        places = [
            n for n, one in enumerate(listed) if (one.pair.one, one.pair.other) == ("ben", "eve")
        ]
        await review.press(*["j"] * places[0], "enter", "enter")
        assert isinstance(review.app.screen, SentencesOfCell)
        shown = " ".join(as_text(review.app.screen).split())
        # Of the two sentences of that cell dan has decided none.
        assert "0 sentences · 2 left out: you have not labelled them yet" in shown
        assert "harbour board paid" not in shown
        await review.press("enter", "escape")
        await review.press("up", "up", "enter")
        # What ben calls factual where eve does too, as far as dan has come.
        shown = " ".join(as_text(review.app.screen).split())
        assert "The north pier of Osmund Bay reopened" in shown
        await review.press("enter")
        assert review.app.screen is review.screen
        assert "The north pier of Osmund Bay" in review.text()


async def test_what_was_skipped_is_not_decided(three: Path) -> None:
    async with reviewing(three, reviewer="dan") as review:
        await review.press("space", "A")
        screen = review.app.screen
        assert isinstance(screen, AgreementScreen)
        await measured(review.pilot, screen)
        page = SentencesOfCell(
            review.session.store,
            screen._compared,
            screen._scheme,
            screen_module.Cell(("ana", "factual"), ("ben", "factual")),
            "dan",
        )
        assert list(page._units) == []
        assert page._hidden == 5
        await review.press("q")
        assert review.app.screen is review.screen
        assert review.app.is_running


async def test_it_is_in_the_palette_and_its_key_can_be_changed(three: Path) -> None:
    async with reviewing(three, reviewer="dan", keys={"agreement": "ctrl+g"}) as review:
        await review.press("A")
        assert isinstance(review.app.screen, ReviewScreen)
        commands = {one.title: one for one in review.app.get_system_commands(review.screen)}
        assert commands["How far reviewers agree"].help == "Screen · key ctrl+g"
        await review.press("ctrl+g")
        assert isinstance(review.app.screen, AgreementScreen)


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        ({}, "nobody has labelled"),
        ({"ana": "ffs"}, "two reviewers have to label the same sentences"),
        ({"ana": "ff", "ben": "..fs"}, "no overlap"),
    ],
)
@pytest.mark.parametrize("size", [(80, 24), (30, 8)])
async def test_nothing_to_compare_says_so_on_every_page(
    small: Path, labels: dict[str, str], words: str, size: tuple[int, int]
) -> None:
    label(small, **labels)
    async with opened(small, size) as review:
        if size[0] >= 80:
            assert words in flowing(review)
        for key in ("enter", "tab", "enter", "enter", "down", "enter", "escape", "tab", "b", "r"):
            await review.press(key)
        screen = review.app.screen_stack[0]
        assert isinstance(screen, AgreementScreen)
        await measured(review.pilot, screen)
        assert screen._problem is None


async def test_an_empty_project(tmp_path: Path) -> None:
    path = make_store(tmp_path, {})
    async with opened(path, (80, 24)) as review:
        assert "0 labelled sentences" in review.shown()
        await review.press("tab", "enter", "tab", "q")
    assert review.app.return_value == 0


async def test_names_and_texts_from_outside_are_shown_and_do_nothing(tmp_path: Path) -> None:
    evil = "\x1b]0;title\x07[/nope][bold]{0}%s\u202e"
    text = f"{evil} opens\n\nThe {evil} pier opened on Monday. It {evil} may close.\n"
    path = make_store(tmp_path, {"a.txt": text})
    label(path, **{evil: "fs", "b[red]en": "fp", "eve": "sp"})
    async with opened(path, (80, 24)) as review:
        seen = review.shown()
        for key in ("tab", "enter", "enter", "enter", "escape", "escape", "escape", "3", "b"):
            await review.press(key)
            seen += review.shown()
        assert not RAW & set(seen)
        assert "b[red]en" in seen
        assert visible(evil)[:12] in seen


@settings(max_examples=15, deadline=None)
@given(hostile_text, st.sampled_from((20, 79, 80, 120)), st.integers(2, 9))
def test_no_line_is_wider_than_the_screen(
    tmp_path_factory: pytest.TempPathFactory, name: str, width: int, labels: int
) -> None:
    path = tmp_path_factory.mktemp("drawn") / "labels.db"
    scheme = Scheme(
        "many/1", "1", "Which?", ("is it factual", "is it other"),
        tuple(Label(f"long label {n} {name}", str(n), str(n), "■", "", "") for n in range(labels)),
        built_in().not_a_sentence, (),
    )  # fmt: skip
    with Store.open(path) as store:
        found = measure(store, Choice(rounds=100))
        table = np.arange((labels + 1) ** 2).reshape(labels + 1, labels + 1) ** 3 * 17
        one = pages.Pair(f"ana {name}", "ben", 10, 0.5, 0.1, (0.3, 0.7), table)
        found = type(found)(**{**vars(found), "pairs": [one], "shared": 10, "labels": tuple(
            label.name for label in scheme.every)})  # fmt: skip
    for cell in (None, (0, 0), (labels, labels), (0, labels)):
        lines = pages.tables(found, scheme, 0, cell, (width, 24))
        texts = ["".join(text for text, _ in line) for line in lines]
        assert not RAW & set("".join(texts))
        assert width < 80 or all(cell_len(text) <= width for text in texts)
        if cell is not None:
            assert sum("[" in text and "]" in text for text in texts[3:]) >= 1


async def test_it_answers_while_it_measures_and_stops_when_it_is_closed(
    three: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, stopped = threading.Event(), threading.Event()

    def slow(store, choice, scheme, tell, compared):
        try:
            tell("drawing", 3, 20)
            assert go_on.wait(10)
            tell("drawing", 4, 20)
        except screen_module._Stopped:
            stopped.set()
            raise
        return measure(store, choice, scheme, tell, compared)

    monkeypatch.setattr(screen_module, "measure", slow)
    async with reviewing(three, reviewer="dan") as review:
        await review.press("A")
        assert "Drawing intervals: figure" in await shown_in_time(review, "Drawing")
        await review.press("tab", "enter", "3", "r", "j", "escape")
        assert review.app.screen is review.screen
        await review.press("f")
        assert "1/10" in review.line("header")
        go_on.set()
        for _ in range(100):
            if stopped.is_set():
                break
            await review.pilot.pause(0.02)
        assert stopped.is_set()


async def shown_in_time(review, words: str) -> str:
    for _ in range(100):
        if words in (shown := as_text(review.app.screen)):
            return shown
        await review.pilot.pause(0.02)
    return shown


async def test_a_store_that_cannot_be_read_is_a_sentence_and_not_a_crash(
    three: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store.open(three) as store:
        screen = AgreementScreen(store, Choice(reviewers=("nobody",)), built_in())
        app = OneScreen(screen)
        async with app.run_test(size=(80, 24)) as pilot:
            await measured(pilot, screen)
            assert "there is no reviewer 'nobody' with labels" in as_text(app.screen)
            await pilot.press("tab", "enter", "r")
            await measured(pilot, screen)
            await pilot.press("escape")


async def test_without_colour(three: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with opened(three, (80, 24)) as review:
        await review.press("2", "enter")
        strips = review.app.screen._compositor.render_strips()
        colours = {part.style.color for strip in strips for part in strip if part.style is not None}
        assert all(colour is None or colour.is_default for colour in colours)
        assert "[2]" in review.shown()


async def test_a_click_opens_a_sentence(three: Path) -> None:
    async with opened(three) as review:
        await review.press("2", "enter", "enter")
        await review.pilot.click("PickList", offset=(5, 0))
        await review.pilot.pause()
        assert isinstance(review.app.screen, InArticle)
        assert review.app.screen.query_one(ArticleView).size.height > 20
