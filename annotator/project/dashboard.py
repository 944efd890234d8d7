"""How a project stands, kept up to date: counted piece by piece, and again only where it changed.

Looking at a store of a million sentences takes seconds, and must neither hold up a reviewer nor the
screen: `Dashboard.pieces` does a little at a time, and what is known so far can be shown at once.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

import numpy as np

from annotator.core.pace import labels_an_hour
from annotator.core.scheme import Scheme
from annotator.quality.agreement import ALPHA, Floats, or_why
from annotator.store import Store, tallies
from annotator.store.tallies import STRETCH, Document, Given


class Person(NamedTuple):
    """What a reviewer has done. `pace` is labels an hour of working time, None if too little."""

    name: str
    labels: Counter[str]
    pace: float | None

    @property
    def labelled(self) -> int:
        """Return the number of labels."""
        return self.labels.total()


class Source(NamedTuple):
    """A source with its sentences, and how many somebody labelled; None is: not stated."""

    name: str | None
    documents: int
    sentences: int
    labelled: int


@dataclass
class _Piece:
    """What a stretch of units amounts to."""

    labels: Counter[tuple[int, str]] = field(default_factory=Counter)
    seconds: defaultdict[int, float] = field(default_factory=lambda: defaultdict(float))
    timed: Counter[int] = field(default_factory=Counter)
    documents: Counter[int] = field(default_factory=Counter)
    shared: int = 0
    alpha: Floats | None = None


@dataclass(frozen=True)
class Standing:
    """What is known so far. `counted` is the share of the store that has been looked at, 0..1.

    `documents` are in order, with how many sentences of each somebody labelled. `alpha` is over
    `shared` sentences, labels given with the suggestion in sight left out; or why it has no value.
    """

    counted: float
    sentences: int
    labelled: int
    labels: Counter[str]
    people: list[Person]
    sources: list[Source]
    documents: list[tuple[Document, int]]
    shared: int
    alpha: float | str


class Dashboard:
    """Counts a store. Use in the thread that opened the store."""

    def __init__(self, store: Store, scheme: Scheme) -> None:
        self._store = store
        self._code = {label.name: place for place, label in enumerate(scheme.every)}
        self._pieces: dict[int, _Piece] = {}
        self._documents: list[Document] = []
        self._current: set[int] = set()
        self._data: int | None = None
        self._event = 0
        self._last = 0
        self._edition: tuple[float, ...] = ()

    def pieces(self) -> Iterator[None]:
        """Count what is new or has changed, a little before each `yield`."""
        version = self._store.version_of_data
        if version == self._data:
            return
        self._data = version
        stale = tallies.changed(self._store, self._event) if self._pieces else set()
        self._event = tallies.newest(self._store)
        edition = tallies.edition(self._store)
        if edition != self._edition:
            # Articles came or changed: a sentence that stays can be of an earlier version now.
            documents = []
            for some in tallies.documents(self._store):
                documents += some
                yield
            self._edition, self._documents = edition, documents
            self._current = {one.n for one in documents}
            self._last = tallies.last_unit(self._store)
            stale = set(range(self._last // STRETCH + 1))
        for stretch in sorted(stale):
            self._pieces[stretch] = self._counted(tallies.labels(self._store, stretch))
            yield

    def _counted(self, given: list[Given]) -> _Piece:
        piece = _Piece()
        rated: list[list[int]] = []
        current = (one for one in given if one.document in self._current)
        for _, group in groupby(current, attrgetter("unit")):
            own = list(group)
            piece.documents[own[0].document] += 1
            codes = [0] * len(self._code)
            for one in own:
                piece.labels[one.reviewer, one.label] += 1
                if one.seconds is not None:
                    piece.seconds[one.reviewer] += one.seconds
                    piece.timed[one.reviewer] += 1
                if not one.shown and one.label in self._code:
                    codes[self._code[one.label]] += 1
            if sum(codes) >= 2:
                rated.append(codes)
        piece.shared = len(rated)
        if rated:
            piece.alpha = ALPHA.parts(np.array(rated, dtype=np.int64)).sum(axis=0)
        return piece

    def standing(self) -> Standing:
        """Return what is known so far."""
        pieces = self._pieces.values()
        labels: Counter[tuple[int, str]] = Counter()
        labelled: Counter[int] = Counter()
        seconds: defaultdict[int, float] = defaultdict(float)
        timed: Counter[int] = Counter()
        for piece in pieces:
            labels.update(piece.labels)
            labelled.update(piece.documents)
            for reviewer, time in piece.seconds.items():
                seconds[reviewer] += time
            timed.update(piece.timed)
        sums = [piece.alpha for piece in pieces if piece.alpha is not None]
        none = np.zeros(len(self._code) + 1)
        people = []
        for n, name in tallies.names(self._store).items():
            own = Counter({label: count for (who, label), count in labels.items() if who == n})
            people.append(Person(name, own, labels_an_hour(timed[n], seconds[n])))
        return Standing(
            len(self._pieces) / (self._last // STRETCH + 1) if self._last else 1.0,
            sum(one.sentences for one in self._documents),
            labelled.total(),
            sum((one.labels for one in people), Counter()),
            people,
            self._sources(labelled),
            [(one, labelled[one.n]) for one in self._documents],
            sum(piece.shared for piece in pieces),
            or_why(ALPHA.of_sums, np.sum(sums, axis=0) if sums else none),
        )

    def _sources(self, labelled: Counter[int]) -> list[Source]:
        found: dict[str | None, list[Document]] = {}
        for one in self._documents:
            found.setdefault(one.source, []).append(one)
        names = sorted(found, key=lambda name: (name is None, (name or "").casefold()))
        return [
            Source(
                name,
                len(found[name]),
                sum(one.sentences for one in found[name]),
                sum(labelled[one.n] for one in found[name]),
            )
            for name in names
        ]
