"""What happened, as immutable events, and what it amounts to, as annotations.

An event's id is the hash of its content and of the id of the event before it by the same
reviewer, so that a changed, removed or reordered row shows. The current state is a fold over the
events that stand; undo and redo are events that name their target. Everything here is pure:
the store applies it row by row, and verification applies it again from the beginning.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

NOT_A_SENTENCE: Final = "none"
"""The label that says: this is no asserting sentence of the body. It is no content label."""

CONFIDENCE: Final = {3: "sure", 2: "leaning", 1: "a guess"}
"""How sure a reviewer can be of a label, and the words for it."""

WRONG: Final = "wrong"
"""A reviewer says that a reason of a suggestion is none, or takes that back. It is about the
suggestion: the annotation stays what it is. It can be undone like any decision."""

RETEST: Final = "retest"
"""A label given again, blind, to a sentence labelled before. The annotation stays what it is."""

ADJUDICATE: Final = "adjudicate"
"""What an adjudicator decides a sentence is, beside the annotations of the reviewers."""

DISCUSS: Final = "discuss"
"""A note in the thread of a sentence that is to be talked about."""

ASSIGN, UNASSIGN, CALIBRATE, SCHEME, JOIN = "assign", "unassign", "calibrate", "scheme", "join"
"""Events of a project and of no sentence: who is to label what and no longer, an answer to a
calibration item, a new label set, and the joining of a chain that was gone on with in two places.
"""

PROJECT: Final = frozenset({ASSIGN, UNASSIGN, CALIBRATE, SCHEME, JOIN})
"""Kinds of event that are about no sentence, and that undo does not know."""

ANNOTATING: Final = frozenset({"label", "skip", "flag", "note", "tags", "confidence", "unit"})
"""Decisions of a reviewer that change the annotation."""

REVIEW, ADJUDICATION = 0, 1
"""Tracks: undo and redo go back and forth within one."""

TRACKS: Final = {
    **dict.fromkeys((*ANNOTATING, WRONG, RETEST), REVIEW),
    ADJUDICATE: ADJUDICATION,
}
"""The track of each kind of decision. Undo takes the latest that stands, on any sentence."""
TAKEN_OVER: Final = frozenset({"import", "carry"})
"""A whole annotation brought from a file, or from an earlier version of a document."""
LASTING: Final = TAKEN_OVER | {"reveal", DISCUSS}
"""What undo does not reach. What was seen once cannot be unseen."""

DONE, UNDONE, DROPPED, FIXED = 1, 2, 3, 4
"""How an event stands: in force; undone (redo brings it back); undone and overtaken by a later
decision; in force and beyond undo."""


@dataclass(frozen=True)
class Event:
    """One row of history. `payload` depends on `kind`.

    `sentence` is the unit's id, and empty for an event of the whole project.
    """

    reviewer: str
    number: int
    prev: str | None
    kind: str
    sentence: str
    payload: Mapping[str, Any]
    created_at: str

    @property
    def id(self) -> str:
        """Return the content hash: 32 hex digits of SHA-256."""
        return event_id(
            self.prev,
            self.number,
            self.reviewer,
            self.kind,
            self.sentence,
            canonical(self.payload),
            self.created_at,
        )


def canonical(payload: Mapping[str, Any]) -> str:
    """Return `payload` as JSON with sorted keys and no spaces: equal content, equal bytes."""
    return json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def event_id(
    prev: str | None,
    number: int,
    reviewer: str,
    kind: str,
    sentence: str,
    payload: str,
    created_at: str,
) -> str:
    """Return the id of an event from its parts; `payload` is already canonical JSON."""
    content = json.dumps(
        [prev, number, reviewer, kind, sentence, payload, created_at],
        ensure_ascii=False,
        separators=(",", ":"),
    )
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:32]


@dataclass(frozen=True)
class Annotation:
    """What one reviewer says of one unit now.

    `asked` is true where the reviewer turned a heading or other block into a sentence.
    `confidence` is 3 (sure), 2 (leaning) or 1 (guess). `seconds` is the time the label took,
    without idle time. `created_at` is when the label (or skip) was given.
    """

    label: str | None = None
    skipped: bool = False
    flagged: bool = False
    asked: bool = False
    confidence: int | None = None
    tags: tuple[str, ...] = ()
    note: str | None = None
    seconds: float | None = None
    suggestion_shown: bool = False
    guideline: str | None = None
    created_at: str | None = None

    @property
    def decided(self) -> bool:
        """Return whether the reviewer is through with it: labelled or skipped."""
        return self.label is not None or self.skipped

    def state(self) -> dict[str, Any]:
        """Return the fields that differ from an empty annotation, for an event's payload."""
        empty = Annotation()
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in vars(self).items()
            if value != getattr(empty, name)
        }

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Annotation:
        """Return the annotation whose `state` this is."""
        return cls(**{**state, "tags": tuple(state.get("tags", ()))})


EMPTY: Final = Annotation()


def apply(annotation: Annotation, event: Event) -> Annotation:
    """Return `annotation` after a standing `event`. A new label asks for a new confidence."""
    payload = event.payload
    if event.kind in {"label", "skip"}:
        return replace(
            annotation,
            label=payload.get("label"),
            skipped=event.kind == "skip",
            confidence=payload.get("confidence"),
            tags=tuple(payload.get("tags", annotation.tags)),
            note=payload.get("note", annotation.note),
            seconds=payload.get("seconds"),
            suggestion_shown="baseline" in payload.get("shown", ()),
            guideline=payload.get("guideline"),
            created_at=event.created_at,
        )
    if event.kind == "flag":
        return replace(annotation, flagged=payload["on"])
    if event.kind == "note":
        return replace(annotation, note=payload["text"] or None)
    if event.kind == "tags":
        return replace(annotation, tags=tuple(payload["tags"]))
    if event.kind == "confidence":
        return replace(annotation, confidence=payload["value"])
    if event.kind == "unit":
        return replace(annotation, asked=payload["sentence"])
    if event.kind in TAKEN_OVER:
        return Annotation.from_state(payload["state"])
    return annotation


def fold(events: Iterable[Event]) -> Annotation:
    """Return what standing events on one unit by one reviewer, in order, amount to."""
    annotation = EMPTY
    for event in events:
        annotation = apply(annotation, event)
    return annotation


def standing(events: Iterable[Event]) -> dict[str, int]:
    """Return how each event of one reviewer stands, by event id.

    Undo, redo and the events of a project have no entry. A decision after an undo drops what was
    undone on its track: redo goes back along one line, as in an editor.
    """
    status: dict[str, int] = {}
    track: dict[str, int] = {}
    undone: tuple[set[str], set[str]] = (set(), set())
    for event in events:
        if event.kind in TRACKS:
            dropped = undone[TRACKS[event.kind]]
            status.update(dict.fromkeys(dropped, DROPPED))
            dropped.clear()
            status[event.id] = DONE
            track[event.id] = TRACKS[event.kind]
        elif event.kind in LASTING:
            status[event.id] = FIXED
        elif event.kind == "undo":
            target = event.payload["event"]
            status[target] = UNDONE
            undone[track[target]].add(target)
        elif event.kind == "redo":
            target = event.payload["event"]
            status[target] = DONE
            undone[track[target]].discard(target)
    return status
