"""What the reviewers of a project said, side by side: whose labels are compared, and with what.

Labels that were given while the suggestion was in sight are left out: they agree with it, and so
with one another, more than reviewers do by themselves.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from annotator.core.errors import UsageProblem
from annotator.core.scheme import Scheme
from annotator.quality import agreement
from annotator.quality.agreement import Codes, Counts, Ints
from annotator.store import Store
from annotator.store.ratings import Adjudicated, Document, Ratings, last_days, ratings
from annotator.store.reading import name_of

GROUPS: Final = ("document", "source", "language", "week", "reviewer")
RESOLUTION: Final = "resolution"
"""What stands for the resolution where a reviewer's name could stand."""
_UNKNOWN: Final = "(unknown)"


@dataclass(frozen=True)
class Choice:
    """Whose labels are compared (all without `reviewers`), by what, and how intervals are drawn."""

    reviewers: Collection[str] = ()
    by: Collection[str] = ()
    with_shown: bool = False
    rounds: int = agreement.ROUNDS
    seed: int = 0


class Resolved(NamedTuple):
    """What the sentences of one reviewer amount to without that reviewer, a code or -1 each.

    `adjudicated` says which of them somebody else decided; the others are a majority.
    """

    codes: Codes
    adjudicated: NDArray[np.bool_]


@dataclass(frozen=True)
class Compared:
    """Labels as numbers: sentences by reviewers, -1 where there is none.

    `labels` are the names of the codes, the content labels first. `left_out` labels were given
    with the suggestion in sight, `foreign` ones are not of the scheme. `before` are the labels as
    they stood before a sentence was first discussed or adjudicated, with rows of its own; `touched`
    are the sentences where that happened, `changed` the labels that were changed or taken back.
    """

    labels: tuple[str, ...]
    content: int
    names: tuple[str, ...]
    units: Ints
    codes: Codes
    documents: Ints
    before: Codes
    touched: int
    changed: int
    left_out: int
    ratings: Ratings
    with_shown: bool

    @cached_property
    def counts(self) -> Counts:
        """Return how often each sentence got each label."""
        return agreement.counted(self.codes, len(self.labels))

    def code(self, label: str) -> int:
        """Return the number of a label. Raises UsageProblem."""
        if label not in self.labels:
            raise UsageProblem(f"{label!r} is no label", hint=f"one of: {', '.join(self.labels)}")
        return self.labels.index(label)

    def place(self, reviewer: str) -> int:
        """Return the column of a reviewer. Raises UsageProblem."""
        _known(reviewer, self.names)
        return self.names.index(reviewer)

    def resolved(self, place: int) -> Resolved:
        """Return what sentences amount to without the reviewer in a column.

        What others adjudicated (nothing where they differ); else what more than half of at least
        two others say. A reviewer's own vote, or own adjudication, would agree with itself.
        """
        rest = agreement.without(self.counts, self.codes[:, place])
        codes = agreement.majority(rest)
        own = self.ratings.reviewers.index(self.names[place])
        decided = _decided(self.ratings.adjudicated, own)
        adjudicated = np.zeros(len(codes), dtype=bool)
        if decided:
            where, found = _rows(self.units, list(decided))
            codes[where] = np.array(list(decided.values()), dtype=np.int8)[found]
            adjudicated[where] = codes[where] >= 0
        return Resolved(codes, adjudicated)

    def side(self, who: str, against: str) -> Codes:
        """Return the labels of one side of a table: a reviewer's, or the resolution for `against`.

        Raises UsageProblem.
        """
        if who == RESOLUTION and who not in self.names:
            return self.resolved(self.place(against)).codes
        return self.codes[:, self.place(who)]

    def cell(self, one: tuple[str, str], other: tuple[str, str]) -> list[int]:
        """Return the sentences, as rows of the store, that have these labels on the two sides.

        A side is a reviewer, or the resolution, and a label. Raises UsageProblem.
        """
        chosen = np.ones(len(self.units), dtype=bool)
        for (who, label), (against, _) in ((one, other), (other, one)):
            chosen &= self.side(who, against) == self.code(label)
        return [int(unit) for unit in self.units[chosen]]

    def clusters(self, documents: Ints) -> Ints:
        """Return documents as 0 and up, in the order of their ids: each store has other rows."""
        rows = sorted(self.ratings.about, key=lambda row: self.ratings.about[row].id)
        rank = np.zeros(max(rows, default=0) + 1, dtype=np.int64)
        rank[rows] = np.arange(len(rows))
        _, place = np.unique(rank[documents], return_inverse=True)
        return place

    def about(self, unit: int) -> Document:
        """Return the document of a sentence that was compared."""
        return self.ratings.about[int(self.documents[np.searchsorted(self.units, unit)])]

    def groups(self, by: str, store: Store) -> tuple[list[str], Ints]:
        """Return the names of the groups, and the group of each sentence as a place in them."""
        about = self.ratings.about
        if by == "week":
            days = last_days(store, self.with_shown)
            keys = [days.get(int(unit), "") for unit in self.units]
            weeks = {day: _week(day) for day in set(keys)}
            keys = [weeks[day] for day in keys]
        else:
            name = {n: _named(by, one.id, one.title, one.source, one.language)
                    for n, one in about.items()}  # fmt: skip
            keys = [name[int(document)] for document in self.documents]
        order = {key: place for place, key in enumerate(dict.fromkeys(keys))}
        return list(order), np.array([order[key] for key in keys], dtype=np.int64)


def compare(store: Store, choice: Choice, scheme: Scheme) -> Compared:
    """Return the labels that are compared. Raises UsageProblem for a reviewer there is none of."""
    labels = tuple(label.name for label in scheme.every)
    found = ratings(store, labels)
    for name in choice.reviewers:
        _known(name, found.reviewers)
    wanted = set(choice.reviewers) or set(found.reviewers)
    column = np.array([name in wanted for name in found.reviewers], dtype=bool)
    codes = np.where(column, found.labels, -1).astype(np.int8)
    out = found.shown & (codes >= 0)
    if choice.with_shown:
        out[:] = False
    codes[out] = -1
    before, touched, changed = _before(found, codes, choice)
    rows = (codes >= 0).any(axis=1)
    took_part = (codes >= 0).any(axis=0)
    return Compared(
        labels=labels,
        content=len(scheme.labels),
        names=tuple(np.array(found.reviewers, dtype=object)[took_part]),
        units=found.units[rows],
        codes=codes[rows][:, took_part],
        documents=found.documents[rows],
        before=before,
        touched=touched,
        changed=changed,
        left_out=int(out.sum()),
        ratings=found,
        with_shown=choice.with_shown,
    )


def _before(found: Ratings, codes: Codes, choice: Choice) -> tuple[Codes, int, int]:
    """Return the labels as they stood before any talk, on how many sentences, how many differ."""
    before = codes.copy()
    where, _ = _rows(found.units, found.touched)
    before[where] = -1
    wanted = set(choice.reviewers) or set(found.reviewers)
    # What was said of a sentence that nobody labels any longer has no row here.
    row = {int(found.units[place]): int(place) for place in where}
    for unit, reviewer, label, shown in found.before:
        counts = found.reviewers[reviewer] in wanted and (choice.with_shown or not shown)
        if unit in row and counts:
            before[row[unit], reviewer] = label
    changed = int(((before >= 0) & (before != codes)).sum())
    return before, int((codes[where] >= 0).any(axis=1).sum()), changed


def _rows(units: Ints, wanted: Sequence[int]) -> tuple[Ints, Ints]:
    """Return at which rows of `units` (sorted) wanted ones are, and at which place of `wanted`."""
    asked = np.array(wanted, dtype=np.int64)
    at = np.searchsorted(units, asked)
    there = at < len(units)
    there[there] = units[at[there]] == asked[there]
    return at[there], np.flatnonzero(there)


def _decided(adjudicated: Sequence[Adjudicated], own: int) -> dict[int, int]:
    """Return the code that others than `own` decided on, by unit; -1 where they differ."""
    decided: dict[int, int] = {}
    for unit, reviewer, label in adjudicated:
        if reviewer != own:
            decided[unit] = label if decided.get(unit, label) == label else -1
    return decided


def _known(name: str, names: Sequence[str]) -> None:
    if name not in names:
        raise UsageProblem(
            f"there is no reviewer {name!r} with labels",
            hint="there are: " + (", ".join(names) or "none yet"),
        )


def _named(by: str, document: str, title: str | None, source: str | None, language: str) -> str:
    if by == "document":
        return f"{document} {name_of(title, document)}"
    return language if by == "language" else source or _UNKNOWN


def _week(day: str) -> str:
    if not day:
        return _UNKNOWN
    year, week, _ = date.fromisoformat(day).isocalendar()
    return f"{year}-W{week:02}"
