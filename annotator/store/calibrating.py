"""Answers to calibration sets: events of the project, which no annotation comes of."""

from __future__ import annotations

import json
from typing import Any, Final, NamedTuple

from annotator.core.history import CALIBRATE
from annotator.store.journal import Journal
from annotator.store.opening import Store


class Answer(NamedTuple):
    """What a reviewer said of an item of a set. `run` counts how often they began anew, from 1."""

    set: str
    run: int
    item: str
    answer: str
    expected: str
    rule: str | None
    seconds: float | None
    created_at: str

    @property
    def right(self) -> bool:
        """Return whether it is the label that was agreed on."""
        return self.answer == self.expected


_ANSWERS: Final = (
    "SELECT e.payload, e.created_at FROM events e JOIN reviewers r ON r.n = e.reviewer"
    " WHERE e.kind = ? AND e.kind <> 'label' AND r.name = ? ORDER BY e.created_at, e.id"
)


_NEEDED: Final = {"set", "run", "item", "answer", "expected"}


def answers(store: Store, reviewer: str) -> list[Answer]:
    """Return all answers of a reviewer, to all sets, the oldest first.

    An item that was answered twice in a run, in two terminals, counts as it was answered first.
    """
    found: dict[tuple[str, int, str], Answer] = {}
    for payload, at in store.db.execute(_ANSWERS, (CALIBRATE, reviewer)):
        said = json.loads(payload)
        if not said.keys() >= _NEEDED:
            continue  # no event of this program, brought by a merge
        one = Answer(
            said["set"], said["run"], said["item"], said["answer"], said["expected"],
            said.get("rule"), said.get("seconds"), at,
        )  # fmt: skip
        found.setdefault((one.set, one.run, one.item), one)
    return list(found.values())


def latest(store: Store, reviewer: str, name: str | None = None) -> list[Answer]:
    """Return the answers of the newest run of a set; without a `name`, of the set used last."""
    every = answers(store, reviewer)
    if name is None and every:
        name = every[-1].set
    own = [one for one in every if one.set == name]
    run = max((one.run for one in own), default=0)
    return [one for one in own if one.run == run]


def record(journal: Journal, payload: dict[str, Any]) -> None:
    """Keep an answer."""
    with journal.store.writing() as db:
        journal.append_to_project(db, CALIBRATE, payload)
