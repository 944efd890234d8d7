"""Killed at any moment: what had been acknowledged is in the store, and the next start goes on.

A label is acknowledged when the sentence after it has been painted. The screen at the moment of
death says how many were; the store must hold at least those, exactly as they were pressed, and
nothing that was not pressed.
"""

from __future__ import annotations

import random
import re
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

import pytest
from labelling import KEYS, database, labels, problems, write
from ptyterm import Terminal, annotator

ANA = annotator("--reviewer", "ana")
SENTENCES = 600
UNDO, REDO = "u", "\x12"
HEADER = re.compile(rf"\b(\d+)/{SENTENCES}\b")


class Tally(NamedTuple):
    """What a series of kills came to. `unseen` decisions were stored and not yet painted."""

    kills: int
    before_the_first_paint: int
    pressed: int
    acknowledged: int
    unseen: int


class State(NamedTuple):
    """What keys amount to: events written, labels in the order of the sentences, what is undone."""

    events: int = 0
    done: tuple[str, ...] = ()
    undone: tuple[str, ...] = ()

    def after(self, key: str) -> State:
        """Return the state after a key."""
        if key in KEYS:
            return State(self.events + 1, (*self.done, KEYS[key]))
        if key == UNDO and self.done:
            return State(self.events + 1, self.done[:-1], (*self.undone, self.done[-1]))
        if key == REDO and self.undone:
            return State(self.events + 1, (*self.done, self.undone[-1]), self.undone[:-1])
        return self


class Death(NamedTuple):
    """How a session ended: keys pressed, decisions acknowledged and unseen, and what is kept."""

    pressed: int
    acknowledged: int
    unseen: int
    kept: State


def stored(project: Path) -> tuple[int, tuple[str, ...]]:
    """Return events and labels, and prove the store, on a copy: the next start is to recover it."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        (copy / "labels").mkdir()
        for one in (project / "labels").iterdir():
            if not one.name.endswith("-shm"):
                shutil.copy(one, copy / "labels")
        assert problems(copy) == []
        db = database(copy)
        (events,) = db.execute("SELECT count(*) FROM events").fetchone()
        db.close()
        return events, tuple(labels(copy))


def kill_while_it_starts(project: Path, before: State, chance: random.Random) -> None:
    """Start and kill before anything was pressed."""
    with Terminal(ANA, cwd=project) as terminal:
        terminal.read(chance.uniform(0.0, 1.2))
        terminal.process.kill()
        assert terminal.wait_for_end() == -9
    if before.events:
        assert stored(project) == before[:2]


def kill_at_work(project: Path, before: State, chance: random.Random) -> Death:
    """Start, press keys, kill."""
    keys = chance.choices([*KEYS, UNDO, REDO], [6, 6, 6, 2, 3, 2], k=chance.randint(1, 16))
    if chance.random() < 0.6:
        keys = [key for key in keys if key in KEYS]
    states = list(accumulate(keys, State.after, initial=before))
    with Terminal(ANA, cwd=project) as terminal:
        # The start shows what the store holds, and stands on the first sentence without a label.
        count = len(before.done)
        terminal.wait_for(rf" {count}/{SENTENCES} ", rf"▶.*report {count} on", "quit")
        if chance.random() < 0.3:
            terminal.send("".join(keys))
        else:
            for key in keys:
                terminal.send(key)
                terminal.read(chance.uniform(0.0, 0.06))
        terminal.read(chance.uniform(0.0, 0.06))
        terminal.process.kill()
        assert terminal.wait_for_end() == -9
        painted = int(HEADER.findall(terminal.lines()[0])[-1])
    # Where nothing was undone, a count was painted after one key only: the one acknowledged last.
    oldest = next(at for at, state in enumerate(states) if len(state.done) == painted)
    events, kept = stored(project)
    reached = {state.events: state for state in states}[events]
    assert reached.done == kept
    acknowledged = states[oldest].events
    assert events >= acknowledged, "what was acknowledged is lost"
    return Death(len(keys), acknowledged - before.events, events - acknowledged, reached)


def campaign(folder: Path, kills: int, seed: int) -> Tally:
    """Kill the program `kills` times on one store that is not there at first."""
    chance = random.Random(seed)
    project = folder / f"store-{seed}"
    write(project, articles=10, sentences=SENTENCES // 10)
    kept = State()
    deaths: list[Death] = []
    for turn in range(kills):
        # The first start makes the store and reads the articles; it is killed in the midst of it.
        if turn == 0 or chance.random() < 0.1:
            kill_while_it_starts(project, kept, chance)
        else:
            deaths.append(kill_at_work(project, kept, chance))
            kept = deaths[-1].kept
    with Terminal(ANA, cwd=project) as terminal:
        count = len(kept.done)
        terminal.wait_for(rf" {count}/{SENTENCES} ", rf"▶.*report {count} on")
        terminal.send("fuq")
        assert terminal.wait_for_end() == 0
    assert labels(project) == list(kept.done)
    assert problems(project) == []
    pressed, acknowledged, unseen, _ = zip(*deaths, strict=True)
    return Tally(kills, kills - len(deaths), sum(pressed), sum(acknowledged), sum(unseen))


def campaigns(folder: Path, stores: int, kills: int, seed: int) -> Tally:
    """Run campaigns on several stores, two at a time; returns the sums."""
    with ThreadPoolExecutor(2) as pool:
        done = pool.map(lambda n: campaign(folder, kills, seed + n), range(stores))
        return Tally(*map(sum, zip(*done, strict=True)))


def test_nothing_acknowledged_is_lost_to_a_few_kills(tmp_path: Path) -> None:
    assert campaigns(tmp_path, stores=2, kills=4, seed=1).kills == 8


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_to_two_hundred_kills(tmp_path: Path) -> None:
    tally = campaigns(tmp_path, stores=8, kills=25, seed=random.randrange(10**6))
    print(tally)
    assert tally.kills == 200
    # Otherwise the kills came when nothing was at stake.
    assert tally.acknowledged > 200
    assert tally.unseen > 0
