"""What happened, as immutable events, and what it amounts to, as annotations.

An event's id is the hash of its content and of the id of the event before it by the same
reviewer, so that a changed, removed or reordered row shows. The current state is a fold over the
events that stand; undo and redo are events that name their target. Everything here is pure:
the store applies it row by row, and verification applies it again from the beginning.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from heapq import heapify, heappop, heappush
from json.encoder import encode_basestring
from typing import Any, Final

NOT_A_SENTENCE: Final = "none"
"""The label that says: this is no asserting sentence of the body. It is no content label."""

CONFIDENCE: Final = {3: "sure", 2: "leaning", 1: "a guess"}
"""How sure a reviewer can be of a label, and the words for it."""

WRONG: Final = "wrong"
"""A reviewer says that a reason of a suggestion is none, or takes that back. It is about the
suggestion: the annotation stays what it is. It can be undone like any decision."""

CLAIM: Final = "claim"
"""A reviewer links a sentence to a claim with a stance, or takes that back."""

CONTRADICT: Final = "contradict"
"""A reviewer says that a sentence contradicts another one, or takes that back."""

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
    **dict.fromkeys((*ANNOTATING, WRONG, CLAIM, CONTRADICT, RETEST), REVIEW),
    ADJUDICATE: ADJUDICATION,
}
"""The track of each kind of decision. Undo takes the latest that stands, on any sentence."""
TAKEN_OVER: Final = frozenset({"import", "carry"})
"""A whole annotation brought from a file, or from an earlier version of a document."""
LASTING: Final = TAKEN_OVER | {"reveal", DISCUSS}
"""What undo does not reach. What was seen once cannot be unseen."""
KINDS: Final = frozenset({*TRACKS, *LASTING, *PROJECT, "undo", "redo"})
"""Every kind of event there is."""

DONE, UNDONE, DROPPED, FIXED = 1, 2, 3, 4
"""How an event stands: in force; undone (redo brings it back); undone, or taken over, and overtaken
by a later decision; in force and beyond undo."""


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

    @cached_property
    def parents(self) -> tuple[str, ...]:
        """Return the ids of the events it follows: none for a first one, several for a join."""
        heads = self.payload["heads"] if self.kind == JOIN else ()
        return (*heads,) if self.prev is None else (self.prev, *heads)

    @cached_property
    def id(self) -> str:
        """Return the content hash: 32 hex digits of SHA-256."""
        return event_id(
            self.prev,
            self.number,
            self.reviewer,
            self.kind,
            self.sentence,
            self.content,
            self.created_at,
        )

    @cached_property
    def content(self) -> str:
        """Return the payload as it is stored and hashed."""
        return canonical(self.payload)

    @classmethod
    def stored(cls, name: str, *values: Any) -> Event:
        """Return an event of the fields `values` whose id is known to be `name`."""
        event = cls(*values)
        # As `cached_property` keeps it: to hash a long history again takes most of the time.
        vars(event)["id"] = name
        return event


_CANONICAL: Final = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def canonical(payload: Mapping[str, Any]) -> str:
    """Return `payload` as JSON with sorted keys and no spaces: equal content, equal bytes."""
    return _CANONICAL.encode(payload)


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
    # The JSON of a list of all of them, put together: a fourth of the time of an encoder.
    words = (reviewer, kind, sentence, payload, created_at)
    before = "null" if prev is None else encode_basestring(prev)
    content = f"[{before},{number},{','.join(map(encode_basestring, words))}]"
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
        # Of no label where that was to be asked again since.
        sure = payload["value"] if annotation.label is not None else None
        return replace(annotation, confidence=sure)
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


class OutOfLine(ValueError):
    """An event refers to one that is not before it. `event` is the one that refers."""

    def __init__(self, event: Event, reason: str) -> None:
        super().__init__(f"event {event.id} of {event.reviewer!r} {reason}")
        self.event = event
        self.reason = reason


def in_line(events: Collection[Event]) -> list[Event]:
    """Return all events of one reviewer in the order in which they count.

    Each comes after those it follows. Where a chain was gone on with in two places, the earlier
    one comes first, by (`created_at`, id): the order depends on nothing but the set of events.
    Raises OutOfLine where an event follows one that is not among them.
    """
    waiting = {event.id: len(set(event.parents)) for event in events}
    after: dict[str, list[Event]] = {}
    ready = []
    for event in events:
        for name in set(event.parents):
            after.setdefault(name, []).append(event)
        if not waiting[event.id]:
            ready.append((event.created_at, event.id, event))
    heapify(ready)
    line: list[Event] = []
    while ready:
        *_, event = heappop(ready)
        line.append(event)
        for following in after.get(event.id, ()):
            waiting[following.id] -= 1
            if not waiting[following.id]:
                heappush(ready, (following.created_at, following.id, following))
    if len(line) < len(waiting):
        lost = next(event for event in events if set(event.parents) - waiting.keys())
        raise OutOfLine(lost, "follows one that is missing")
    return line


def heads(line: Iterable[Event]) -> list[str]:
    """Return the ids of the events in line that no other one follows; the last in line is last."""
    found: dict[str, None] = {}
    for event in line:
        for name in event.parents:
            found.pop(name, None)
        found[event.id] = None
    return list(found)


def follows(event: Event, numbers: Iterable[int]) -> bool:
    """Return whether an event has the number that comes after those of the events it follows."""
    return event.number == 1 + max(numbers, default=0)


def standing(line: Iterable[Event]) -> dict[str, int]:
    """Return how each event of one reviewer stands, by event id, from all of them `in_line`.

    Undo, redo and the events of a project have no entry. A decision after an undo drops what was
    undone on its track: redo goes back along one line, as in an editor. An annotation that was
    carried over or imported in one place does not stand against a later decision on the same
    sentence in another: who carried it over did not know of that. Raises OutOfLine for an undo or
    redo of what is not before it.
    """
    status: dict[str, int] = {}
    track: dict[str, int] = {}
    undone: tuple[set[str], set[str]] = (set(), set())
    ancestry = _Ancestry()
    latest: dict[str, tuple[str, Event]] = {}
    for event in line:
        ancestry.add(event)
        if event.kind in TRACKS:
            dropped = undone[TRACKS[event.kind]]
            status.update(dict.fromkeys(dropped, DROPPED))
            dropped.clear()
            status[event.id] = DONE
            track[event.id] = TRACKS[event.kind]
            if event.kind in {"label", "skip"}:
                latest[event.sentence] = (event.created_at, event)
        elif event.kind in TAKEN_OVER:
            at = event.payload["state"].get("created_at") or ""
            there = latest.get(event.sentence)
            overtaken = (
                there is not None
                and there[0] > at
                and status[there[1].id] in {DONE, FIXED}
                and not ancestry.precedes(there[1], event)
            )
            status[event.id] = DROPPED if overtaken else FIXED
            if not overtaken:
                latest[event.sentence] = (at, event)
        elif event.kind in LASTING:
            status[event.id] = FIXED
        elif event.kind == "undo":
            target = _decision(event, track)
            undone[track[target]].add(target)
            status[target] = UNDONE
        elif event.kind == "redo":
            target = _decision(event, track)
            undone[track[target]].discard(target)
            status[target] = DONE
    return status


def _decision(event: Event, track: Mapping[str, int]) -> str:
    target: str = event.payload["event"]
    if target not in track:
        raise OutOfLine(event, f"is an {event.kind} of what is no decision before it")
    return target


class _Ancestry:
    """Which events of a forked chain were known where another one was written.

    An event has a branch and a place in it, and shares with the events before it in the branch how
    far it knows the other branches.
    """

    def __init__(self) -> None:
        self._at: dict[str, tuple[int, int, dict[int, int]]] = {}
        self._tips: list[str] = []

    def add(self, event: Event) -> None:
        """Take in the next event in line."""
        known: dict[int, int] = {}
        if event.parents:
            branch, place, known = self._at[event.parents[0]]
            if len(event.parents) > 1 or self._tips[branch] != event.parents[0]:
                known = {}
                for name in event.parents:
                    other, reached, more = self._at[name]
                    for one, far in (*more.items(), (other, reached)):
                        known[one] = max(known.get(one, 0), far)
            if self._tips[branch] == event.parents[0]:
                self._at[event.id] = (branch, place + 1, known)
                self._tips[branch] = event.id
                return
        self._at[event.id] = (len(self._tips), 0, known)
        self._tips.append(event.id)

    def precedes(self, one: Event, other: Event) -> bool:
        """Return whether `one` was known where `other` was written."""
        branch, place, _ = self._at[one.id]
        where, at, known = self._at[other.id]
        return place <= at if branch == where else place <= known.get(branch, -1)
