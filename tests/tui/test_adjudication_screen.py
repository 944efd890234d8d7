"""The screen of an adjudication: what is seen, what each key does, and that it is on disk first."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

import own_schemes
import pytest
from own_schemes import NINE, TWO
from reviewing import Review
from test_hostile_strips import HARMFUL, HOSTILE_NOTE
from test_screen_golden import FixedClock, compare

from annotator.core.errors import StoreProblem
from annotator.core.scheme import built_in
from annotator.session import Session
from annotator.session.adjudication import Adjudicator
from annotator.store import Store, schemes
from annotator.store.adjudicating import adjudications, thread
from annotator.store.journal import Journal
from annotator.tui.adjudicate import AdjudicationScreen
from annotator.tui.app import AnnotatorApp
from annotator.tui.dialogs import AskKey, AskText, Help, Page
from annotator.tui.keymap import adjudicating, configured
from annotator.tui.votes import Votes

F, S, P, N = "factual", "speculative", "promotional", "none"
VOTES = {
    "ana": [(F, 3, ["number"], None), (S, 2, [], None), (P, 3, ["loaded"], "shining gateway")],
    "ben": [(F, 3, [], None), (P, 1, [], "R3?"), (S, 2, [], None)],
    "cleo": [(F, None, [], None), (N, 1, ["unclear"], None), (P, None, [], None)],
}
"""All agree on the first sentence, each says something else of the second, two against one of the
third."""
FIRST, SECOND, THIRD = 2, 3, 4


def vote(path: Path, votes: dict[str, Any] = VOTES) -> None:
    with Store.open(path) as store:
        for name, given in votes.items():
            review = Session(store, name, built_in(), reveal="never", timed=False)
            for label, sure, tags, note in given:
                review.label(label, confidence=sure, tags=tags, note=note)
            if name == "ben":
                review.go_to(SECOND)
                review.toggle_flag()


@pytest.fixture
def voted(small: Path) -> Path:
    vote(small)
    return small


@asynccontextmanager
async def adjudication(
    path: Path, size: tuple[int, int] = (120, 40), *, reviewer: str = "dora", **options: Any
) -> AsyncIterator[Review]:
    """Run the screen on the store at `path`."""
    with Store.open(path) as store:
        session = Adjudicator(store, reviewer, store.scheme, **options)
        actions = configured(session.scheme, {}, adjudicating)
        app = AnnotatorApp(session, actions, None, AdjudicationScreen)
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            yield Review(app, pilot, session)  # type: ignore[arg-type]


def decided(path: Path) -> dict[int, tuple[str, str | None, str | None]]:
    """Return what another process reads of the decisions."""
    with Store.open(path) as store:
        found = adjudications(store, 0, 1 << 30)
    return {unit: (one[-1].label, one[-1].reason, one[-1].note) for unit, one in found.items()}


@pytest.mark.parametrize(("width", "height"), [(80, 24), (120, 40)])
async def test_the_screen_is_as_it_was(
    voted: Path, width: int, height: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotator.tui.screen.datetime", FixedClock)
    monkeypatch.chdir(voted.parent.parent)
    times = (f"2026-11-21T12:03:{second:02}.000Z" for second in count())
    with Store.open(voted) as store:
        Adjudicator(
            store, "ana", store.scheme, journal=Journal(store, "ana", now=lambda: next(times))
        ).discuss("is it a sentence at all?")
    async with adjudication(voted, (width, height)) as running:
        begun = running.shown()
        await running.press("v")
        votes = running.shown()
        await running.press("escape", "p", "r", "3")
        after = running.shown()
        await running.press("p")
        end = running.shown()
    compare(f"adjudicate-{width}x{height}.txt", begun)
    compare(f"adjudicate-votes-{width}x{height}.txt", votes)
    compare(f"adjudicate-after-{width}x{height}.txt", after)
    compare(f"adjudicate-end-{width}x{height}.txt", end)


async def test_the_most_disputed_is_first_and_every_vote_stands_beside_it(voted: Path) -> None:
    async with adjudication(voted) as running:
        assert "Two cranes" in running.current()
        assert "≠" in running.current()
        assert "0/2 decided" in running.line("header")
        panel = running.line("votes")
        assert "names hidden" in panel
        for words in ("A  ◆ s speculative  leaning", "B  ▲ p promotional  a guess", "R3?",
                      "C  × x none", "#unclear", "! flagged"):  # fmt: skip
            assert words in panel
        assert not {"ana", "ben", "cleo"} & set(panel.replace(":", " ").split())
        assert "Blind: names and suggestion" in running.line("strip")


async def test_one_key_decides_and_the_next_is_shown(voted: Path) -> None:
    async with adjudication(voted) as running:
        await running.press("s")
        assert decided(voted) == {SECOND: (S, None, None)}
        assert "The harbour board" in running.current()
        assert "1/2 decided" in running.line("header")
        assert "saved " in running.line("header")
        strip = running.line("strip")
        assert "last: ◆ s speculative (ana s, ben p, cleo x)" in strip
        assert "Two cranes" in strip


async def test_the_suggestion_waits_for_the_decision(voted: Path) -> None:
    async with adjudication(voted) as running:
        assert "suggested" not in running.shown()
        await running.press("f")
        assert "suggested" in running.line("strip")
        await running.press("j")
        assert "suggested" not in running.shown()


async def test_a_decision_that_was_not_saved_moves_nothing(
    voted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with adjudication(voted) as running:
        before = running.current()

        def full(*_: object) -> None:
            raise StoreProblem("the disk is full")

        with monkeypatch.context() as patched:
            patched.setattr(Journal, "record", full)
            await running.press("p")
        assert running.current() == before
        assert "NOT SAVED: the disk is full" in running.line("strip")
        assert decided(voted) == {}
        await running.press("p")
        assert decided(voted) == {SECOND: (P, None, None)}


async def test_it_is_on_disk_before_the_screen_moves(
    voted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    advance = Adjudicator._advance

    def watched(self: Adjudicator, unit: Any) -> None:
        seen.append(decided(voted))
        advance(self, unit)

    monkeypatch.setattr(Adjudicator, "_advance", watched)
    async with adjudication(voted) as running:
        await running.press("p")
    assert seen == [{SECOND: (P, None, None)}]


async def test_a_reason_and_a_note_come_after_the_decision(voted: Path) -> None:
    async with adjudication(voted) as running:
        await running.press("r")
        assert not isinstance(running.app.screen, AskKey)
        assert "decide the sentence first" in running.line("strip")
        await running.press("p", "r")
        assert isinstance(running.app.screen, AskKey)
        assert "Two cranes" in running.shown()
        await running.press("3")
        assert decided(voted)[SECOND] == (P, "R3", None)
        await running.press("n", *"why", "enter")
        assert decided(voted)[SECOND] == (P, "R3", "why")
        assert "· R3 · note: why" in running.line("strip")
        assert "The harbour board" in running.current()
        await running.press("r", "x")
        assert decided(voted)[SECOND] == (P, None, "why")
        await running.press("u", "u", "u", "u")
        assert decided(voted) == {}
        await running.press("ctrl+r", "ctrl+r")
        assert decided(voted)[SECOND] == (P, "R3", None)


async def test_names_on_request_are_recorded(voted: Path) -> None:
    async with adjudication(voted) as running:
        await running.press("b")
        assert "ana" in running.line("votes")
        assert "names hidden" not in running.line("votes")
        await running.press("x", "p")
    with Store.open(voted) as store:
        rows = store.db.execute("SELECT payload FROM events WHERE kind = 'adjudicate' ORDER BY n")
        hidden = [json.loads(text)["names_hidden"] for (text,) in rows]
    assert hidden == [False, True]


async def test_discussion_is_seen_at_once_and_by_others(voted: Path) -> None:
    async with adjudication(voted) as running:
        await running.press("d")
        assert isinstance(running.app.screen, AskText)
        await running.press(*"hm?", "enter")
        assert "talk · dora" in running.line("votes")
        assert "hm?" in running.line("votes")
        assert "≠ …" in running.current()
        assert "Two cranes" in running.current()
        # An empty note is none.
        await running.press("d", "enter")
    with Store.open(voted) as store:
        assert [one[:2] for one in thread(store, SECOND)] == [("dora", "hm?")]
    async with adjudication(voted, reviewer="eve", only="discussed") as running:
        assert "0/1 discussed" in running.line("header")
        await running.press("d")
        assert "dora" in running.shown()
        assert "hm?" in running.shown()


async def test_tab_and_its_opposite_move_in_the_list(voted: Path) -> None:
    async with adjudication(voted) as running:
        await running.press("tab")
        assert "The harbour board" in running.current()
        await running.press("shift+tab")
        assert "Two cranes" in running.current()
        await running.press("shift+tab")
        assert "beginning of the list" in running.line("strip")
        await running.press("j", "j")
        await running.press("f")
        assert "nobody has labelled this" in running.line("strip")


async def test_the_end_says_what_is_left(voted: Path) -> None:
    async with adjudication(voted) as running:
        await running.press("s", "p")
        assert isinstance(running.app.screen, Page)
        page = running.shown()
        assert "Every disagreement is adjudicated" in page
        assert "2/2 decided" in running.line("header")
        assert "2 of 3 sentences with two labels or more were disputed" in page
        await running.press("u")
        assert not isinstance(running.app.screen, Page)
        assert decided(voted) == {SECOND: (S, None, None)}
        await running.press("p", "q")
    assert running.app.return_code == 0


async def test_help_is_made_from_the_bindings(voted: Path) -> None:
    async with adjudication(voted) as running:
        await running.press("?")
        assert isinstance(running.app.screen, Help)
    for action in adjudicating(built_in()):
        assert hasattr(AdjudicationScreen, f"action_{action.call.partition('(')[0]}"), action.name


async def test_keys_of_both_screens_may_be_configured() -> None:
    keys = {"skip": "z", "reason": "R", "undo": "U"}
    review = {one.name: one.keys for one in configured(built_in(), keys)}
    here = {one.name: one.keys for one in configured(built_in(), keys, adjudicating)}
    assert review["skip"] == ("z",)
    assert here["reason"] == ("R",)
    assert review["undo"] == here["undo"] == ("U",)


async def test_more_votes_than_there_is_room_for(small: Path) -> None:
    labels = [F, S, P, N]
    vote(small, {f"r{n:02}": [(labels[n % 4], 3, [], "n" * 300)] for n in range(23)})
    async with adjudication(small, (80, 24)) as running:
        panel = running.line("votes").split("\n")
        assert len(panel) == 8
        assert panel[-1].startswith("  and 17 more: ")
        await running.press("v")
        assert isinstance(running.app.screen, Votes)
    async with adjudication(small, (20, 6)) as running:
        await running.press("v", "escape", "f", "u")
        assert "f factual" in running.shown()


async def test_what_others_do_is_seen(voted: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("annotator.tui.screen._WATCH_SECONDS", 0.05)
    async with adjudication(voted) as running:
        with Store.open(voted) as elsewhere:
            other = Adjudicator(elsewhere, "eve", elsewhere.scheme)
            other.decide(S, reason="R4")
            other.go_to(THIRD)
            other.discuss("what now?")
        for _ in range(100):
            await running.pilot.pause(0.05)
            if "1/2" in running.line("header"):
                break
        assert "1/2" in running.line("header")
        assert "adjudicated: ◆ s speculative · R4 · by eve" in running.line("strip")


async def test_hostile_names_notes_and_talk_reach_no_terminal(small: Path) -> None:
    name = "an\x1b]0;x\x07a[/nope]\u202e"
    vote(small, {name: [(F, 3, ["t\x1b[2J", "[/b]"], HOSTILE_NOTE)], "ben": [(S, 1, [], "x")]})
    with Store.open(small) as store:
        other = Adjudicator(store, name, store.scheme)
        other.discuss(HOSTILE_NOTE)
        other.decide(P, reason="R3", note=HOSTILE_NOTE)
    async with adjudication(small, hide_names=False, only="disputed") as running:
        for keys in ((), ("v",), ("escape", "d"), ("escape", "s"), ("escape", "k"), ("u", "v")):
            await running.press(*keys)
            shown = running.shown()
            assert not {char for char in shown if ord(char) in HARMFUL and char != "\n"}
        assert "[/nope]" in shown


@pytest.mark.parametrize("text", [TWO, NINE], ids=["two", "nine"])
@pytest.mark.parametrize("width", [80, 120])
async def test_labels_of_a_project_of_its_own(small: Path, text: str, width: int) -> None:
    scheme = own_schemes.scheme(text)
    with Store.open(small) as store:
        schemes.adopt(Journal(store, "ana"), text, {})
        for place, name in enumerate(("ana", "ben")):
            review = Session(store, name, store.scheme, reveal="never", timed=False)
            for number in range(4):
                review.label(scheme.names[(number + place) % len(scheme.names)])
    async with adjudication(small, (width, 24)) as running:
        votes = running.line("votes")
        assert scheme.named(scheme.names[0]) in votes
        assert scheme.named(scheme.names[1]) in votes
        last = scheme.labels[-1]
        await running.press(last.key, "r", "0")
        assert f"last: {scheme.named(last.name)} · R0" in running.line("strip")
        await running.press(scheme.not_a_sentence.key, scheme.labels[0].digit)
    assert [label for label, *_ in decided(small).values()] == [last.name, N, scheme.names[0]]


async def test_a_sentence_nobody_disputes_can_be_overruled(voted: Path) -> None:
    async with adjudication(voted, only="all") as running:
        await running.press("k")
        assert "The north pier" in running.current()
        await running.press("s")
        assert decided(voted) == {FIRST: (S, None, None)}
