"""How far the reviewers of a project agree: what is measured, on which labels, and in words.

Labels that were given while the suggestion was in sight are left out: they agree with it, and so
with one another, more than reviewers do by themselves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import combinations
from typing import Any, Final, NamedTuple, ParamSpec, TypeVar

import numpy as np
from numpy.typing import NDArray

from annotator.core.errors import UsageProblem
from annotator.core.scheme import Scheme, built_in
from annotator.quality import agreement
from annotator.quality.agreement import AC1, ALPHA, PERCENT, Counts, Interval, Statistic, Undefined
from annotator.store import Store
from annotator.store.ratings import Rated, ratings, words

GROUPS: Final = ("document", "source", "language", "week", "reviewer")
_UNKNOWN: Final = "(unknown)"


class Figure(NamedTuple):
    """A statistic, or why it has no value. `sentences` were labelled by two reviewers or more.

    `these` is the interval for these sentences, `beyond` for others like them; where there is
    none, the text says why.
    """

    name: str
    value: float | str
    sentences: int
    these: Interval | str | None = None
    beyond: Interval | str | None = None


class Pair(NamedTuple):
    """Two reviewers: the sentences both labelled, Cohen's kappa with its standard error, a table.

    `table` counts, by the label of the first (rows) and of the second (columns).
    """

    one: str
    other: str
    sentences: int
    kappa: float | str
    error: float | None
    table: Counts


class OfLabel(NamedTuple):
    """How well a label is agreed on: times given on shared sentences, and two statistics."""

    label: str
    given: int
    specific: float | str
    alpha: float | str


@dataclass(frozen=True)
class Agreement:
    """Everything that is said of the agreement. `labels` are the columns of every table."""

    labels: tuple[str, ...]
    reviewers: dict[str, int]
    sentences: int
    shared: int
    left_out: int
    rounds: int
    seed: int
    every: list[Figure]
    content: list[Figure]
    by_label: list[OfLabel]
    pairs: list[Pair]
    groups: dict[str, list[tuple[str, Figure]]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return it for a program: a figure without a value has null and `why`."""
        return {
            "labels": list(self.labels),
            "reviewers": self.reviewers,
            "sentences": self.sentences,
            "sentences_shared": self.shared,
            "labels_left_out_as_suggestion_was_shown": self.left_out,
            "bootstrap": {"rounds": self.rounds, "seed": self.seed, "level": agreement.LEVEL},
            "all_labels": [_figure_json(one) for one in self.every],
            "content_labels": [_figure_json(one) for one in self.content],
            "by_label": [
                {
                    "label": one.label,
                    "given": one.given,
                    "specific_agreement": _value_json(one.specific),
                    "alpha_one_vs_rest": _value_json(one.alpha),
                }
                for one in self.by_label
            ],
            "pairs": [
                {
                    "reviewers": [one.one, one.other],
                    "sentences": one.sentences,
                    "cohens_kappa": _value_json(one.kappa),
                    "standard_error": one.error,
                    "table": one.table.tolist(),
                }
                for one in self.pairs
            ],
            "groups": {
                by: [{"name": name, **_figure_json(one)} for name, one in found]
                for by, found in self.groups.items()
            },
        }


@dataclass(frozen=True)
class Choice:
    """Whose labels are compared (all without `reviewers`), by what, and how intervals are drawn."""

    reviewers: Collection[str] = ()
    by: Collection[str] = ()
    with_shown: bool = False
    rounds: int = agreement.ROUNDS
    seed: int = 0


@dataclass(frozen=True)
class _Table:
    """Labels as numbers: sentences by reviewers, -1 where there is none."""

    codes: NDArray[np.int64]
    sentences: list[Rated]
    weeks: list[str]
    labels: int

    def counts(self, labels: int | None = None) -> Counts:
        """Return counts of the first `labels` labels, of all by default."""
        return agreement.counted(self.codes, labels or self.labels)


def measure(store: Store, choice: Choice) -> Agreement:
    """Measure the agreement of a store. Raises UsageProblem for a reviewer there is none of."""
    scheme = built_in()
    names, table, left_out = _table(store, choice, scheme)
    labels = tuple(label.name for label in scheme.every)
    content = len(scheme.labels)
    shared = int(((table.codes >= 0).sum(axis=1) >= 2).sum())
    return Agreement(
        labels=labels,
        reviewers={
            name: int((table.codes[:, place] >= 0).sum()) for place, name in enumerate(names)
        },
        sentences=len(table.sentences),
        shared=shared,
        left_out=left_out,
        rounds=choice.rounds,
        seed=choice.seed,
        every=_headline(table, table.counts(), choice),
        content=_headline(table, table.counts(content), choice),
        by_label=_by_label(table, labels),
        pairs=_pairs(table, names),
        groups={by: _grouped(table, by, names) for by in choice.by},
    )


class InCell(NamedTuple):
    """A sentence that two reviewers gave the labels of a cell."""

    id: str
    document: str
    title: str | None
    text: str


def in_cell(
    store: Store, choice: Choice, one: tuple[str, str], other: tuple[str, str]
) -> list[InCell]:
    """Return the sentences that one reviewer gave a label and another one another, or the same.

    `one` and `other` are a reviewer and a label each. Raises UsageProblem.
    """
    scheme = built_in()
    names, table, _ = _table(store, choice, scheme)
    chosen = np.ones(len(table.sentences), dtype=bool)
    for reviewer, label in (one, other):
        _known(reviewer, names)
        chosen &= table.codes[:, names.index(reviewer)] == _code(label, scheme)
    found = (table.sentences[place] for place in np.flatnonzero(chosen))
    return [InCell(it.id, it.document, it.title, words(store, it.unit)) for it in found]


def _table(store: Store, choice: Choice, scheme: Scheme) -> tuple[list[str], _Table, int]:
    found = ratings(store)
    for name in choice.reviewers:
        _known(name, found.reviewers)
    wanted = set(choice.reviewers) or set(found.reviewers)
    code = {label.name: place for place, label in enumerate(scheme.every)}
    codes = np.full((len(found.sentences), len(found.reviewers)), -1, dtype=np.int64)
    last = [""] * len(found.sentences)
    left_out = 0
    for sentence, reviewer, label, shown, at in found.given:
        if found.reviewers[reviewer] not in wanted:
            continue
        if shown and not choice.with_shown:
            left_out += 1
            continue
        codes[sentence, reviewer] = code[label]
        last[sentence] = max(last[sentence], at)
    rated = (codes >= 0).any(axis=1)
    took_part = (codes >= 0).any(axis=0)
    kept = np.flatnonzero(rated)
    table = _Table(
        codes[rated][:, took_part],
        [found.sentences[place] for place in kept],
        [last[place] for place in kept],
        len(scheme.every),
    )
    names = [found.reviewers[place] for place in np.flatnonzero(took_part)]
    return names, table, left_out


def _known(name: str, names: Sequence[str]) -> None:
    if name not in names:
        raise UsageProblem(
            f"there is no reviewer {name!r} with labels",
            hint="there are: " + (", ".join(names) or "none yet"),
        )


def _code(label: str, scheme: Scheme) -> int:
    names = [one.name for one in scheme.every]
    if label not in names:
        raise UsageProblem(f"{label!r} is no label", hint=f"one of: {', '.join(names)}")
    return names.index(label)


def _headline(table: _Table, counts: Counts, choice: Choice) -> list[Figure]:
    documents = [one.document for one in table.sentences]
    figures = [_figure(one, counts, documents, choice) for one in (ALPHA, AC1, PERCENT)]
    pairable = int((counts.sum(axis=1) >= 2).sum())
    whole = _or_why(agreement.fleiss, counts[counts.sum(axis=1) > 0])
    kappa = whole if isinstance(whole, str) else whole.kappa
    return [*figures, Figure("Fleiss' kappa", kappa, pairable)]


def _figure(
    statistic: Statistic,
    counts: Counts,
    documents: Sequence[str],
    choice: Choice,
) -> Figure:
    pairable = int((counts.sum(axis=1) >= 2).sum())
    value = _or_why(statistic.of, counts)
    if isinstance(value, str):
        return Figure(statistic.name, value, pairable)
    these, beyond = (
        _or_why(statistic.interval, counts, clusters, rounds=choice.rounds, seed=choice.seed)
        for clusters in (None, documents)
    )
    return Figure(statistic.name, value, pairable, these, beyond)


def _by_label(table: _Table, labels: tuple[str, ...]) -> list[OfLabel]:
    counts = table.counts()
    shared = counts[counts.sum(axis=1) >= 2]
    return [
        OfLabel(
            label,
            int(shared[:, code].sum()),
            _or_why(agreement.specific(code).of, counts),
            _or_why(ALPHA.of, agreement.one_vs_rest(counts, code)),
        )
        for code, label in enumerate(labels)
    ]


def _pairs(table: _Table, names: Sequence[str]) -> list[Pair]:
    found = []
    for one, other in combinations(range(len(names)), 2):
        counts = agreement.confusion(table.codes[:, one], table.codes[:, other], table.labels)
        kappa = _or_why(agreement.cohen, counts)
        value, error = (kappa, None) if isinstance(kappa, str) else (kappa.kappa, kappa.error)
        found.append(Pair(names[one], names[other], int(counts.sum()), value, error, counts))
    return found


def _grouped(table: _Table, by: str, names: Sequence[str]) -> list[tuple[str, Figure]]:
    """Return alpha by group, the lowest first; by reviewer, it is that of all the others."""
    if by == "reviewer":
        found = [(name, np.delete(table.codes, place, axis=1)) for place, name in enumerate(names)]
        groups = [(f"without {name}", agreement.counted(c, table.labels)) for name, c in found]
    else:
        keys = [_key(by, one, week) for one, week in zip(table.sentences, table.weeks, strict=True)]
        counts = table.counts()
        order: dict[str, list[int]] = {}
        for place, key in enumerate(keys):
            order.setdefault(key, []).append(place)
        groups = [(key, counts[places]) for key, places in order.items()]
    figures = [
        (
            name,
            Figure(ALPHA.name, _or_why(ALPHA.of, own), int((own.sum(axis=1) >= 2).sum())),
        )
        for name, own in groups
    ]
    return sorted(figures, key=_lowest_first)


def _lowest_first(one: tuple[str, Figure]) -> tuple[bool, float, str]:
    value = one[1].value
    return (isinstance(value, str), value if isinstance(value, float) else 0.0, one[0])


def _key(by: str, one: Rated, last: str) -> str:
    if by == "document":
        return f"{one.document} {one.title or ''}".strip()
    if by == "source":
        return one.source or _UNKNOWN
    if by == "language":
        return one.language
    year, week, _ = datetime.fromisoformat(last.removesuffix("Z")).isocalendar()
    return f"{year}-W{week:02}"


Value = TypeVar("Value")
With = ParamSpec("With")


def _or_why(
    measure: Callable[With, Value], *args: With.args, **options: With.kwargs
) -> Value | str:
    try:
        return measure(*args, **options)
    except Undefined as why:
        return str(why)


def _value_json(value: float | str) -> dict[str, Any]:
    return {"value": None, "why": value} if isinstance(value, str) else {"value": value}


def _interval_json(found: Interval | str | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {"why": found} if isinstance(found, str) else found._asdict()


def _figure_json(one: Figure) -> dict[str, Any]:
    return {
        "statistic": one.name,
        **_value_json(one.value),
        "sentences": one.sentences,
        "interval_these_sentences": _interval_json(one.these),
        "interval_beyond_them": _interval_json(one.beyond),
    }


def confused(found: Agreement) -> list[tuple[int, str, str]]:
    """Return how often two labels were given to one sentence, over all pairs, most often first."""
    cells: Counter[tuple[str, str]] = Counter()
    for pair in found.pairs:
        for (row, column), count in np.ndenumerate(pair.table):
            if row != column and count:
                one, other = sorted((row, column))
                cells[found.labels[one], found.labels[other]] += int(count)
    return [(count, one, other) for (one, other), count in cells.most_common()]
