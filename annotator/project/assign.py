"""Sharing the sentences of a project out among its reviewers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from annotator.core.errors import UsageProblem
from annotator.quality.assigning import Held, Item, Part, Plan, Stratum, assigned, parts
from annotator.store import Store, assignments
from annotator.store.assignments import Free, Kept
from annotator.store.journal import Journal

BY: Final = ("sentence", "document")


@dataclass(frozen=True)
class Request:
    """What is asked for. `each`: how many get a shared sentence, None for all of `reviewers`."""

    reviewers: Sequence[str]
    overlap: float = 0.25
    by: str = "sentence"
    seed: int = 0
    each: int | None = None

    def checked(self) -> Request:
        """Return it; raises UsageProblem where it cannot be done."""
        names = list(self.reviewers)
        if not names or len(set(names)) < len(names):
            raise UsageProblem(
                "name every reviewer once", hint="--reviewers ana,ben: names between commas"
            )
        if self.each is not None and not 2 <= self.each <= len(names):
            raise UsageProblem(f"--each {self.each}: at least 2, at most all {len(names)}")
        return self

    def stored(self) -> dict[str, Any]:
        """Return what is kept of it with the assignments."""
        return {
            "by": self.by,
            "overlap": self.overlap,
            "each": self.each or len(self.reviewers),
            "seed": self.seed,
        }


@dataclass(frozen=True)
class Assigned:
    """What was or would be given out: sentences with their reviewers; and what everybody has."""

    given: list[tuple[Free, tuple[str, ...]]]
    parts: list[Part]

    @property
    def shared(self) -> int:
        """Return how many of the sentences given out have several reviewers."""
        return sum(len(names) > 1 for _, names in self.given)


def planned(store: Store, request: Request) -> Assigned:
    """Return who would be asked about what is assigned to nobody yet. Raises UsageProblem."""
    request.checked()
    waiting = assignments.free(store)
    held = [_held(one) for one in assignments.kept(store)]
    names = frozenset(request.reviewers)
    # What others have is no part of this sharing out.
    among = [one._replace(reviewers=one.reviewers & names) for one in held if one.reviewers & names]
    plan = Plan(request.reviewers, request.overlap, request.each, request.seed)
    whose = assigned(_items(waiting, request.by, names), plan, among)
    given = [(one, whose[one.document if request.by == "document" else one.id]) for one in waiting]
    new = [Held(_stratum(one), frozenset(who), 1) for one, who in given]
    return Assigned(given, list(parts([*held, *new])))


def assign(store: Store, request: Request, lead: str) -> Assigned:
    """Give out what is assigned to nobody yet, in the name of `lead`. Raises UsageProblem."""
    found = planned(store, request)
    assignments.assign(Journal(store, lead), found.given, request.stored())
    return found


def shown(store: Store) -> tuple[list[Part], int]:
    """Return what everybody has, and how many sentences nobody has."""
    held = [_held(one) for one in assignments.kept(store)]
    return list(parts(held)), len(assignments.free(store))


def _items(waiting: Sequence[Free], by: str, names: frozenset[str]) -> Iterator[Item]:
    if by == "sentence":
        for one in waiting:
            yield Item(one.id, _stratum(one), 1, names.intersection(one.known))
        return
    for document, group in groupby(waiting, key=lambda one: one.document):
        own = list(group)
        known = names.intersection(name for one in own for name in one.known)
        yield Item(document, _stratum(own[0]), len(own), known)


def _held(one: Kept) -> Held:
    return Held((one.language, one.source or ""), one.reviewers, one.sentences)


def _stratum(one: Free) -> Stratum:
    return one.language, one.source or ""
