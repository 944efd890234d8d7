"""How far reviewers agree: statistics for nominal labels, with missing ratings and intervals.

Ratings come as counts, an array of units by labels: how many reviewers gave a unit each label. A
unit that a reviewer did not rate is no rating. Every statistic here is a function of sums over the
units, so that a bootstrap draws sums again and not units: a hundred thousand units and a thousand
rounds take seconds.

A statistic that means nothing says why, and is never 0, 1 or NaN instead.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NamedTuple, ParamSpec, TypeVar

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Codes = NDArray[np.int8]
"""Labels as numbers: units by reviewers, 0 up to the number of labels, -1 for none."""
Counts = NDArray[np.int64]
Floats = NDArray[np.float64]
View = Callable[[Counts], Counts]
"""Makes other counts of counts, unit by unit: of fewer labels, or of some taken together."""

ROUNDS: Final = 1_000
LEVEL: Final = 0.95
FEW_CLUSTERS: Final = 10
"""Under this many documents an interval beyond these sentences covers too little (simulated:
0.83 instead of 0.95 with five)."""
_DIGITS: Final = 12
"""Digits of a value: in whichever order the units come, it is the same."""
_ENOUGH: Final = 0.9
"""Share of bootstrap rounds that must have a value for an interval to be given."""
_ALIKE: Final = 10
"""Units for each different one from which on it is faster to draw how often each kind comes."""


class Undefined(Exception):
    """A statistic has no value for these ratings; the message says why."""


class Interval(NamedTuple):
    """A percentile interval at LEVEL. `rounds` had a value, drawn with `seed`."""

    low: float
    high: float
    rounds: int
    seed: int


@dataclass(frozen=True)
class Statistic:
    """A statistic of counts: `parts` gives rows to sum over the units, `value` makes it of sums.

    `value` takes an array of sums (..., parts) and gives an array (...), NaN where undefined;
    `why` says of the sums of all units why they have no value.
    """

    name: str
    parts: Callable[[Counts], Floats]
    value: Callable[[Floats], Floats]
    why: Callable[[Floats], str]

    def of(self, counts: Counts) -> float:
        """Return the value for all units. Raises Undefined."""
        return self.of_sums(self.parts(counts).sum(axis=0))

    def of_sums(self, sums: Floats) -> float:
        """Return the value for sums of `parts`. Raises Undefined."""
        found = float(self.value(sums))
        if np.isnan(found):
            raise Undefined(self.why(sums))
        return round(found, _DIGITS)


def all_labels(counts: Counts) -> Counts:
    """Return `counts` as they are: the view of all labels."""
    return counts


class Sample:
    """The ratings of units, and what a bootstrap draws of them: units, or whole clusters.

    Few units differ from all others in how often they got each label. Equal ones are one kind here,
    with their number as weight. `clusters` says of each unit which one it belongs to (0 and up).
    """

    def __init__(
        self, counts: Counts, clusters: Ints | None = None, *, rounds: int = ROUNDS, seed: int = 0
    ) -> None:
        # Column by column: rows as a whole are compared one byte after the other.
        key = np.zeros(len(counts), dtype=np.int64)
        for column in counts.T:
            _, key = np.unique(key * (column.max(initial=0) + 1) + column, return_inverse=True)
        _, first, self._kind_of, self._numbers = np.unique(
            key, return_index=True, return_inverse=True, return_counts=True
        )
        self._kinds = counts[first]
        self._clusters = np.zeros(0, dtype=np.int64) if clusters is None else clusters
        self._rounds, self._seed = rounds, seed

    def of(self, statistic: Statistic, view: View = all_labels) -> float:
        """Return the value for all units. Raises Undefined."""
        return statistic.of_sums(self._numbers @ statistic.parts(view(self._kinds)))

    def pairable(self, view: View = all_labels) -> int:
        """Return how many units have two ratings or more."""
        return int(self._numbers[view(self._kinds).sum(axis=1) >= 2].sum())

    def given(self, label: int) -> int:
        """Return how often a label was given to units with two ratings or more."""
        paired = self._kinds.sum(axis=1) >= 2
        return int(self._numbers[paired] @ self._kinds[paired, label])

    def interval(self, statistic: Statistic, view: View = all_labels) -> Interval:
        """Return an interval for these units: units are drawn. Raises Undefined."""
        return self._drawn(statistic, statistic.parts(view(self._kinds)), self._numbers)

    def beyond(self, statistic: Statistic, view: View = all_labels) -> Interval:
        """Return an interval for units like these: clusters are drawn, and there must be ten.

        Raises Undefined.
        """
        self.of(statistic, view)
        sums, pairable = self.by(statistic.parts(view(self._kinds)), self._clusters, view)
        telling = int((pairable > 0).sum())
        if telling < FEW_CLUSTERS:
            raise Undefined(f"too few documents to generalise: {telling}, at least {FEW_CLUSTERS}")
        return self._drawn(statistic, sums, np.ones(len(sums), dtype=np.int64))

    def of_groups(
        self, statistic: Statistic, groups: Ints, view: View = all_labels
    ) -> list[tuple[float | str, int]]:
        """Return, for each group, the value or why there is none, and how many are pairable.

        `groups` says of each unit which one it belongs to (0 and up).
        """
        sums, pairable = self.by(statistic.parts(view(self._kinds)), groups, view)
        return [
            (or_why(statistic.of_sums, own), int(n)) for own, n in zip(sums, pairable, strict=True)
        ]

    def by(self, parts: Floats, groups: Ints, view: View) -> tuple[Floats, Ints]:
        """Return sums of the kinds' `parts` by group, and how many of its units are pairable."""
        size = int(groups.max(initial=-1)) + 1
        columns = [np.bincount(groups, part[self._kind_of], size) for part in parts.T]
        paired = view(self._kinds).sum(axis=1) >= 2
        return np.column_stack(columns), np.bincount(groups[paired[self._kind_of]], minlength=size)

    def _drawn(self, statistic: Statistic, parts: Floats, numbers: Ints) -> Interval:
        """Return the interval of a statistic where rows of `parts` stand for `numbers` each."""
        statistic.of_sums(numbers @ parts)
        generator = np.random.default_rng(self._seed)
        total = int(numbers.sum())
        members = np.repeat(np.arange(len(numbers)), numbers)
        sums = np.empty((self._rounds, parts.shape[1]))
        for one in range(self._rounds):
            if len(numbers) * _ALIKE < total:
                often = generator.multinomial(total, numbers / total)
            else:
                places = members[generator.integers(total, size=total)]
                often = np.bincount(places, minlength=len(numbers))
            sums[one] = often @ parts
        with np.errstate(invalid="ignore", divide="ignore"):
            drawn = statistic.value(sums)
        drawn = drawn[~np.isnan(drawn)]
        if len(drawn) < _ENOUGH * self._rounds:
            raise Undefined("in more than one of ten bootstrap rounds there was no variation")
        if np.ptp(drawn) < _NO_WIDTH:
            # Never differed so far is not the same as never.
            raise Undefined("every round gives the same: there is nothing to draw from")
        tail = (1 - LEVEL) / 2
        low, high = np.quantile(drawn, [tail, 1 - tail])
        return Interval(float(low), float(high), len(drawn), self._seed)


_NO_WIDTH: Final = 1e-12

Value = TypeVar("Value")
With = ParamSpec("With")


def or_why(measure: Callable[With, Value], *args: With.args, **options: With.kwargs) -> Value | str:
    """Return what `measure` returns, or the words of why it is undefined."""
    try:
        return measure(*args, **options)
    except Undefined as why:
        return str(why)


def counted(codes: Codes | Ints, labels: int) -> Counts:
    """Return counts of ratings: units by reviewers, a label as 0..`labels`-1, -1 for none."""
    return np.stack([(codes == label).sum(axis=1) for label in range(labels)], axis=1)


def without(counts: Counts, own: Codes | Ints) -> Counts:
    """Return `counts` less the ratings of one reviewer."""
    rest: Counts = counts.copy()
    rated = np.flatnonzero(own >= 0)
    rest[rated, own[rated]] -= 1
    return rest


def majority(counts: Counts, least: int = 2) -> Codes:
    """Return the label that more than half of the ratings of a unit give, -1 where there is none.

    A unit with fewer than `least` ratings has none.
    """
    ratings = counts.sum(axis=1)
    best = counts.argmax(axis=1)
    clear = (2 * counts.max(axis=1, initial=0) > ratings) & (ratings >= least)
    return np.where(clear, best, -1).astype(np.int8)


# -- Krippendorff's alpha ----------------------------------------------------------------------


def _alpha_parts(counts: Counts) -> Floats:
    ratings = counts.sum(axis=1)
    pairable = ratings >= 2
    n = np.where(pairable[:, None], counts, 0).astype(float)
    agreeing = (n * (n - 1)).sum(axis=1) / np.maximum(ratings - 1, 1)
    return np.column_stack([n, agreeing])


def _alpha(sums: Floats) -> Floats:
    by_label, agreeing = sums[..., :-1], sums[..., -1]
    n = by_label.sum(axis=-1)
    expected = n**2 - (by_label**2).sum(axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        found = 1 - (n - 1) * (n - agreeing) / expected
    return np.where(expected > 0, found, np.nan)


def _no_alpha(sums: Floats) -> str:
    return "no variation: one label only" if sums.any() else _NO_OVERLAP


_NO_OVERLAP: Final = "no overlap: no sentence was labelled by two reviewers"

ALPHA: Final = Statistic("Krippendorff's alpha (nominal)", _alpha_parts, _alpha, _no_alpha)
"""Nominal metric: any two different labels are equally far apart (Krippendorff 2011, "Computing
Krippendorff's alpha-reliability", part C). The default of some libraries is the interval metric."""


def one_vs_rest(counts: Counts, label: int) -> Counts:
    """Return counts of two labels: the one, and all others together."""
    own = counts[:, label]
    return np.column_stack([own, counts.sum(axis=1) - own])


# -- observed agreement, Gwet's AC1 ------------------------------------------------------------


def _observed(counts: Counts) -> tuple[Floats, Floats]:
    """Return the share of agreeing pairs of each unit, and whether it has a pair."""
    ratings = counts.sum(axis=1)
    pairs = ratings * (ratings - 1)
    agreeing = (counts * (counts - 1)).sum(axis=1) / np.maximum(pairs, 1)
    return agreeing, (pairs > 0).astype(float)


def _percent_parts(counts: Counts) -> Floats:
    return np.column_stack(_observed(counts))


def _percent(sums: Floats) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(sums[..., 1] > 0, sums[..., 0] / sums[..., 1], np.nan)


PERCENT: Final = Statistic("percent agreement", _percent_parts, _percent, lambda _: _NO_OVERLAP)
"""The share of agreeing pairs of ratings, averaged over the units that have any."""


def _ac1_parts(counts: Counts) -> Floats:
    ratings = counts.sum(axis=1)
    shares = counts / np.maximum(ratings, 1)[:, None]
    return np.column_stack([*_observed(counts), shares, ratings > 0])


def _ac1(sums: Floats) -> Floats:
    observed = _percent(sums)
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = sums[..., 2:-1] / sums[..., -1:]
    chance = (shares * (1 - shares)).sum(axis=-1) / (shares.shape[-1] - 1)
    found: Floats = (observed - chance) / (1 - chance)
    return found


AC1: Final = Statistic("Gwet's AC1", _ac1_parts, _ac1, lambda _: _NO_OVERLAP)
"""Gwet 2008, "Computing inter-rater reliability and its variance in the presence of high
agreement"; with missing ratings as in Gwet 2014. Stands beside alpha where one label prevails."""


# -- by label ----------------------------------------------------------------------------------


def specific(label: int) -> Statistic:
    """Return the specific agreement on a label: of the pairs with it in one place, in both.

    For two reviewers 2 n_ii / (n_i. + n_.i) (Cicchetti and Feinstein 1990).
    """

    def parts(counts: Counts) -> Floats:
        own = counts[:, label]
        return np.column_stack([own * (own - 1), own * (counts.sum(axis=1) - 1)]).astype(float)

    def why(_: Floats) -> str:
        return "no reviewer gave this label to a sentence that another one labelled"

    return Statistic(f"specific agreement {label}", parts, _percent, why)


# -- Fleiss' kappa -----------------------------------------------------------------------------


class Fleiss(NamedTuple):
    """Fleiss' kappa, and of each label against the rest; None for a label nobody gave."""

    kappa: float
    by_label: tuple[float | None, ...]


def fleiss(counts: Counts) -> Fleiss:
    """Return Fleiss' kappa (Fleiss 1971). Raises Undefined for anything but a complete block."""
    ratings = counts.sum(axis=1)
    if not len(ratings):
        raise Undefined("there is no sentence")
    each = int(ratings[0])
    if (ratings != each).any():
        raise Undefined(
            "not every sentence has the same number of labels"
            f" ({ratings.min()} to {ratings.max()}); alpha takes such data"
        )
    if each < 2:
        raise Undefined(_NO_OVERLAP)
    shares = counts.sum(axis=0) / (len(counts) * each)
    expected = float((shares**2).sum())
    if expected == 1:
        raise Undefined("no variation: one label only")
    observed = float(_percent(_percent_parts(counts).sum(axis=0)))
    spread = (counts * (each - counts)).sum(axis=0)
    possible = len(counts) * each * (each - 1) * shares * (1 - shares)
    by_label = tuple(
        float(1 - a / b) if b > 0 else None for a, b in zip(spread, possible, strict=True)
    )
    return Fleiss(round((observed - expected) / (1 - expected), _DIGITS), by_label)


# -- two reviewers -----------------------------------------------------------------------------


class Cohen(NamedTuple):
    """Cohen's kappa of two reviewers, its large-sample standard error, and on how many units."""

    kappa: float
    error: float
    n: int

    @property
    def interval(self) -> tuple[float, float] | None:
        """Return the 95 % interval for these units, by the standard error, or None where it is 0.

        Kappa is 1 at most, and not to have differed so far is not the same as never.
        """
        if not self.error:
            return None
        half = _NORMAL * self.error
        return self.kappa - half, min(self.kappa + half, 1.0)


_NORMAL: Final = 1.959964
"""The normal quantile of a 95 % interval."""


def confusion(one: Codes | Ints, other: Codes | Ints, labels: int) -> Counts:
    """Return how often `one` gave the label of the row where `other` gave that of the column.

    Units that one of them did not rate (-1) are left out.
    """
    both = (one >= 0) & (other >= 0)
    places = one[both].astype(np.int64) * labels + other[both]
    return np.bincount(places, minlength=labels**2).reshape(labels, labels)


def cohen(table: Counts) -> Cohen:
    """Return Cohen's kappa of a confusion table. Raises Undefined.

    Cohen 1960; the standard error is that of Fleiss, Cohen and Everitt 1969.
    """
    n = int(table.sum())
    if not n:
        raise Undefined("no overlap: the two labelled no sentence in common")
    p = table / n
    rows, columns = p.sum(axis=1), p.sum(axis=0)
    observed, expected = float(np.trace(p)), float(rows @ columns)
    if expected == 1:
        raise Undefined("no variation: both gave one label only")
    kappa = (observed - expected) / (1 - expected)
    margins = columns[:, None] + rows[None, :]
    on = float((np.diag(p) * (1 - np.diag(margins) * (1 - kappa)) ** 2).sum())
    squares = p * margins**2
    off = (1 - kappa) ** 2 * float(squares.sum() - np.trace(squares))
    last = (kappa - expected * (1 - kappa)) ** 2
    variance = max(on + off - last, 0.0) / ((1 - expected) ** 2 * n)
    return Cohen(kappa, float(np.sqrt(variance)), n)
