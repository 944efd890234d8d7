"""Who is asked about which sentence: each to one reviewer, a share to several.

A share that several label is what agreement is measured on, so it is to be as the rest is: in every
stratum (language and source) the same share, spread over it by a hash of the seed and the id. The
same sentences are assigned in the same way on every machine and in whatever order they are given,
and what was assigned before stays: later runs fill up what it lacks.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import groupby
from typing import NamedTuple

Stratum = tuple[str, ...]


class Item(NamedTuple):
    """What goes to the same people: a sentence, or the sentences of a document (`size` of them).

    `known` are reviewers who labelled it before anything was assigned: they come first.
    """

    id: str
    stratum: Stratum
    size: int = 1
    known: frozenset[str] = frozenset()


class Held(NamedTuple):
    """Sentences of a stratum that are assigned already, to these reviewers each."""

    stratum: Stratum
    reviewers: frozenset[str]
    size: int


@dataclass(frozen=True)
class Plan:
    """Among whom to share out, and which share of it goes to `each` of them (None: to all)."""

    reviewers: Sequence[str]
    overlap: float
    each: int | None = None
    seed: int = 0


def assigned(
    items: Iterable[Item], plan: Plan, held: Iterable[Held] = ()
) -> dict[str, tuple[str, ...]]:
    """Return who is asked about each item, by its id; the names in order.

    In every stratum the share that several have is within one item of `plan.overlap`, and the
    sentences of the reviewers differ by one item at most, also together with what was `held` by
    the same rules; over all strata likewise where nothing was held.
    """
    desk = _Desk(plan)
    for one in held:
        desk.take(one)
    found: dict[str, tuple[str, ...]] = {}
    ordered = sorted(items, key=lambda item: (item.stratum, not item.known, _key(plan, item.id)))
    for stratum, group in groupby(ordered, key=lambda item: item.stratum):
        for item in group:
            chosen = desk.chosen(item)
            found[item.id] = tuple(sorted(chosen))
            desk.take(Held(stratum, frozenset(chosen), item.size))
    return found


class _Desk:
    """Keeps count of what is given out, in all (None) and by stratum."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._several = min(plan.each or len(plan.reviewers), len(plan.reviewers))
        self._sizes: Counter[Stratum | None] = Counter()
        self._shared: Counter[Stratum | None] = Counter()
        self._loads: defaultdict[Stratum | None, Counter[str]] = defaultdict(Counter)

    def take(self, held: Held) -> None:
        """Count what somebody has."""
        for where in (None, held.stratum):
            self._sizes[where] += held.size
            self._shared[where] += held.size if len(held.reviewers) > 1 else 0
            self._loads[where].update(dict.fromkeys(held.reviewers, held.size))

    def chosen(self, item: Item) -> list[str]:
        """Return whose it is: those who know it, then those who have the least of the stratum."""
        own, every = self._loads[item.stratum], self._loads[None]
        ranked = sorted(
            self._plan.reviewers,
            key=lambda name: (
                name not in item.known,
                own[name],
                every[name],
                _key(self._plan, f"{item.id}:{name}"),
            ),
        )
        return ranked[: self._several if self._is_shared(item) else 1]

    def _is_shared(self, item: Item) -> bool:
        # By the error over everything, as long as the stratum's own stays under one item: strata
        # of a sentence or two would else have none that is shared, or nothing else.
        if (owed := self._owed(item.stratum, item.size)) >= item.size:
            return True
        return owed > 0 and 2 * self._owed(None, item.size) >= item.size

    def _owed(self, where: Stratum | None, more: int) -> float:
        """Return how many sentences are to be shared yet, when there are so many `more`."""
        return self._plan.overlap * (self._sizes[where] + more) - self._shared[where]


def _key(plan: Plan, name: str) -> bytes:
    return blake2b(f"{plan.seed}:{name}".encode(), digest_size=8).digest()


class Part(NamedTuple):
    """What a reviewer was given of a stratum (None: of all), and how much of it is shared."""

    stratum: Stratum | None
    reviewer: str
    sentences: int
    shared: int


def parts(held: Iterable[Held]) -> Iterator[Part]:
    """Yield what everybody has, in all and then by stratum."""
    sizes: Counter[tuple[Stratum | None, str]] = Counter()
    shared: Counter[tuple[Stratum | None, str]] = Counter()
    for one in held:
        for name in one.reviewers:
            for where in (None, one.stratum):
                sizes[where, name] += one.size
                shared[where, name] += one.size if len(one.reviewers) > 1 else 0
    for where, name in sorted(sizes, key=lambda key: (key[0] is not None, key[0] or (), key[1])):
        yield Part(where, name, sizes[where, name], shared[where, name])
