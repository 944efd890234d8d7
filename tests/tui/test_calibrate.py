"""The calibration screen: a sentence alone, an answer, why; it resumes, and changes no annotation.

`UPDATE_GOLDEN=1 pytest tests/tui/test_calibrate.py` writes the files it is compared with anew.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from reviewing import as_text
from test_screen_golden import FixedClock, compare
from textual.pilot import Pilot

from annotator.core.errors import InputProblem, StoreProblem
from annotator.core.scheme import built_in
from annotator.session.calibration import Calibration, CalibrationSet, Item, bundled
from annotator.store import Store
from annotator.store.calibrating import answers
from annotator.store.journal import Journal
from annotator.store.verify import verify
from annotator.tui.calibrate import CalibrationApp, actions

THREE = CalibrationSet(
    "three",
    (
        Item("a", "The kiln stands in Osmund.", "factual", "R5", "Anybody can go and look."),
        Item("b", "It is the finest kiln of all \x1b[2J[bold].", "promotional", "R3", "Praise."),
        Item("c", "It may crack.", "speculative"),
    ),
)


@asynccontextmanager
async def calibrating(
    path: Path, size: tuple[int, int] = (80, 24), chosen: CalibrationSet = THREE, **options: object
) -> AsyncIterator[tuple[Pilot[int], Calibration]]:
    with Store.open(path) as store:
        journal = Journal(store, "ana")
        calibration = Calibration(journal, built_in(), chosen, now=lambda: 0.0, **options)  # type: ignore[arg-type]
        app = CalibrationApp(calibration, actions(calibration, {}))
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            yield pilot, calibration


def shown(pilot: Pilot[int]) -> str:
    return as_text(pilot.app.screen)


@pytest.mark.parametrize(("width", "height"), [(80, 24), (120, 40)])
async def test_the_calibration_screen_is_as_it_was(
    small: Path, width: int, height: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotator.tui.calibrate.datetime", FixedClock)
    async with calibrating(small, (width, height), bundled(built_in())) as (pilot, _):
        asked = shown(pilot)
        await pilot.press("f")
        answered = shown(pilot)
    compare(f"calibrate-{width}x{height}.txt", asked + answered)
    async with calibrating(small, (width, height)) as (pilot, _):
        await pilot.press("f", "space", "s", "enter", "3", "tab")
        compare(f"calibrated-{width}x{height}.txt", shown(pilot))


async def test_an_answer_is_on_disk_before_why_is_shown(small: Path) -> None:
    async with calibrating(small) as (pilot, calibration):
        assert "The kiln stands in Osmund." in shown(pilot)
        assert "Anybody can go" not in shown(pilot)
        assert "agreed" not in shown(pilot).split("Answers")[0]
        await pilot.press("s")
        with Store.open(small) as other:
            (one,) = answers(other, "ana")
        assert (one.item, one.answer, one.expected, one.right) == ("a", "speculative", "factual", 0)
        said = shown(pilot)
        assert "you: ◆ s speculative · agreed: ■ f factual" in said
        assert "Anybody can go and look." in said
        assert "R5: Otherwise: factual" in said
        assert "0 of 1 as agreed so far" in said
        await pilot.press("f", "p")  # typed ahead: the next sentence is not answered by them
        assert len(calibration.given) == 1
        await pilot.press("space", "p")
        assert "as agreed" in shown(pilot)
        assert "finest kiln of all ␛[2J[bold]." in shown(pilot)
        await pilot.press("q")
    with Store.open(small) as store:
        assert store.db.execute("SELECT count(*) FROM annotations").fetchone() == (0,)
        assert not verify(store).problems


async def test_it_resumes_and_ends_with_the_result(small: Path) -> None:
    async with calibrating(small) as (pilot, _):
        await pilot.press("f", "space", "x")
    async with calibrating(small) as (pilot, calibration):
        assert "It may crack." in shown(pilot)
        assert "2/3" in shown(pilot)
        await pilot.press("2", "space")
        assert calibration.item is None
        said = shown(pilot)
        assert "2 of 3 as agreed: 67 %" in said
        assert "promotional as none: 1 time" in said
        assert "R3        0 of 1" in said
        await pilot.press("f", "space")
        assert len(calibration.given) == 3
    async with calibrating(small, again=True) as (pilot, calibration):
        assert calibration.run == 2
        assert "The kiln stands in Osmund." in shown(pilot)


async def test_what_cannot_be_saved_is_not_passed_over(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StoreProblem("the disk is full", hint="free some space")

    async with calibrating(small) as (pilot, calibration):
        monkeypatch.setattr("annotator.session.calibration.record", full)
        await pilot.press("f")
        assert "NOT SAVED: the disk is full" in shown(pilot)
        assert calibration.answer is None
        monkeypatch.undo()
        await pilot.press("f")
        assert "NOT SAVED" not in shown(pilot)
        assert calibration.answer is not None


async def test_help_has_the_keys_and_the_codebook(small: Path) -> None:
    async with calibrating(small) as (pilot, _):
        await pilot.press("?")
        assert "Codebook" in shown(pilot)
        await pilot.press("escape")
        assert "The kiln stands" in shown(pilot)


async def test_the_keys_of_a_review_are_those_here(small: Path) -> None:
    with Store.open(small) as store:
        calibration = Calibration(Journal(store, "ana"), built_in(), THREE)
        keys = {one.name: one.keys for one in actions(calibration, {"label.factual": "v,space",
                                                                    "skip": "z"})}  # fmt: skip
        assert keys["label.factual"] == ("v", "space")
        assert keys["next"] == ("enter", "tab")
        with pytest.raises(InputProblem, match="there is no action 'jump'"):
            actions(calibration, {"jump": "v"})
