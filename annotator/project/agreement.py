"""How far the reviewers of a project agree: what is measured, and on which labels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import partial
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np

from annotator.core.progress import Progress, silent
from annotator.core.scheme import Scheme
from annotator.project.compared import GROUPS, RESOLUTION, Choice, Compared, compare
from annotator.quality import agreement
from annotator.quality.agreement import (
    AC1,
    ALPHA,
    PERCENT,
    Counts,
    Interval,
    Sample,
    Statistic,
    View,
    all_labels,
    or_why,
)
from annotator.store import Store
from annotator.store.ratings import sentence_id, words
from annotator.store.reading import document_of

__all__ = ["GROUPS", "RESOLUTION", "Agreement", "Choice", "InCell", "in_cell", "measure"]


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

    `interval` is that of kappa, at 95 % and for these sentences; None where it has no value.
    `table` counts, by the label of the first (rows) and of the second (columns).
    """

    one: str
    other: str
    sentences: int
    kappa: float | str
    error: float | None
    interval: tuple[float, float] | None
    table: Counts

    @property
    def percent(self) -> float | None:
        """Return the share of sentences on which the two agree, or None."""
        return float(np.trace(self.table)) / self.sentences if self.sentences else None


class Against(NamedTuple):
    """A reviewer (`pair.one`) and what the others made of the sentences (`pair.other`).

    `adjudicated` of its sentences were decided by somebody else, the rest by the majority of at
    least two others. On `unresolved` more the reviewer gave a label, and nothing stands against it.
    """

    pair: Pair
    adjudicated: int
    majority: int
    unresolved: int


class OfLabel(NamedTuple):
    """How well a label is agreed on: times given on shared sentences, and two statistics."""

    label: str
    given: int
    specific: Figure
    alpha: Figure


class Talked(NamedTuple):
    """Alpha on the labels as they stood before sentences were discussed or adjudicated, and now.

    `sentences` were talked about, and `changed` labels on them changed or taken back since.
    """

    sentences: int
    changed: int
    every: tuple[Figure, Figure]
    content: tuple[Figure, Figure]


@dataclass(frozen=True)
class Agreement:
    """Everything that is said of the agreement. `labels` are the columns of every table.

    `talked` is None where nothing was discussed or adjudicated.
    """

    labels: tuple[str, ...]
    reviewers: dict[str, int]
    sentences: int
    shared: int
    left_out: int
    foreign: int
    rounds: int
    seed: int
    every: list[Figure]
    content: list[Figure]
    talked: Talked | None
    by_label: list[OfLabel]
    pairs: list[Pair]
    against: list[Against]
    groups: dict[str, list[tuple[str, Figure]]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return it for a program: a figure without a value has null and `why`."""
        return {
            "labels": list(self.labels),
            "reviewers": self.reviewers,
            "sentences": self.sentences,
            "sentences_shared": self.shared,
            "labels_left_out_as_suggestion_was_shown": self.left_out,
            "labels_left_out_as_not_of_the_scheme": self.foreign,
            "bootstrap": {"rounds": self.rounds, "seed": self.seed, "level": agreement.LEVEL},
            "all_labels": [_figure_json(one) for one in self.every],
            "content_labels": [_figure_json(one) for one in self.content],
            "before_and_after_discussion": self.talked and {
                "sentences": self.talked.sentences,
                "labels_changed": self.talked.changed,
                **{
                    name: {"before": _figure_json(before), "after": _figure_json(after)}
                    for name, (before, after) in (
                        ("all_labels", self.talked.every),
                        ("content_labels", self.talked.content),
                    )
                },
            },
            "by_label": [
                {
                    "label": one.label,
                    "given": one.given,
                    "specific_agreement": _figure_json(one.specific),
                    "alpha_one_vs_rest": _figure_json(one.alpha),
                }
                for one in self.by_label
            ],
            "pairs": [_pair_json([one.one, one.other], one) for one in self.pairs],
            "against_the_resolution": [
                {
                    **_pair_json([one.pair.one], one.pair),
                    "adjudicated": one.adjudicated,
                    "majority_of_the_others": one.majority,
                    "unresolved": one.unresolved,
                }
                for one in self.against
            ],
            "groups": {
                by: [{"name": name, **_figure_json(one)} for name, one in found]
                for by, found in self.groups.items()
            },
        }  # fmt: skip


def measure(
    store: Store,
    choice: Choice,
    scheme: Scheme | None = None,
    tell: Progress = silent,
    compared: Compared | None = None,
) -> Agreement:
    """Measure the agreement of a store. Raises UsageProblem for a reviewer there is none of.

    `scheme` is that of the store unless given. `tell` is called before each statistic is drawn.
    `compared` are the labels, read before.
    """
    tell("reading", 0, 1)
    it = compared or compare(store, choice, scheme or store.scheme)
    documents = it.clusters(it.documents)
    sample = Sample(it.counts, documents, rounds=choice.rounds, seed=choice.seed)
    steps = _Steps(tell, 7 + 2 * len(it.labels))
    every = _headline(sample, it.counts, all_labels, steps)
    content = _headline(sample, it.counts, _first(it.content), steps)
    return Agreement(
        labels=it.labels,
        reviewers={
            name: int((it.codes[:, place] >= 0).sum()) for place, name in enumerate(it.names)
        },
        sentences=len(it.units),
        shared=sample.pairable(),
        left_out=it.left_out,
        foreign=it.ratings.foreign,
        rounds=choice.rounds,
        seed=choice.seed,
        every=every,
        content=content,
        talked=_talked(it, choice, every[0], content[0], steps) if it.touched else None,
        by_label=[_of_label(sample, code, name, steps) for code, name in enumerate(it.labels)],
        pairs=[
            _pair(it, (it.names[one], it.codes[:, one]), (it.names[other], it.codes[:, other]))
            for one, other in combinations(range(len(it.names)), 2)
        ],
        against=[_against(it, place) for place in range(len(it.names))],
        groups={by: _grouped(it, sample, by, store) for by in choice.by},
    )


class InCell(NamedTuple):
    """A sentence that has the labels of a cell. `title` is None where not known."""

    id: str
    document: str
    title: str | None
    text: str


def in_cell(
    store: Store,
    choice: Choice,
    one: tuple[str, str],
    other: tuple[str, str],
    scheme: Scheme | None = None,
) -> list[InCell]:
    """Return the sentences that one reviewer gave a label and another one another, or the same.

    `one` and `other` are a reviewer, or RESOLUTION, and a label each. Raises UsageProblem.
    """
    it = compare(store, choice, scheme or store.scheme)
    found = []
    for unit in it.cell(one, other):
        about = it.ratings.about[document_of(store, unit)]
        found.append(InCell(sentence_id(store, unit), about.id, about.title, words(store, unit)))
    return found


class _Steps:
    """Tells how many of the statistics have been drawn."""

    def __init__(self, tell: Progress, total: int) -> None:
        self._tell, self._done, self._total = tell, 0, total

    def step(self) -> None:
        self._done += 1
        self._tell("drawing", self._done, self._total)


def _first(labels: int) -> View:
    """Return the view of the first so many labels, as if the others had not been given."""
    return lambda counts: counts[:, :labels]


def _figure(
    sample: Sample,
    statistic: Statistic,
    view: View,
    steps: _Steps,
    *,
    name: str | None = None,
    beyond: bool = True,
) -> Figure:
    steps.step()
    value = or_why(sample.of, statistic, view)
    found = Figure(name or statistic.name, value, sample.pairable(view))
    if isinstance(value, str):
        return found
    found = found._replace(these=or_why(sample.interval, statistic, view))
    return found._replace(beyond=or_why(sample.beyond, statistic, view)) if beyond else found


def _headline(sample: Sample, counts: Counts, view: View, steps: _Steps) -> list[Figure]:
    figures = [_figure(sample, one, view, steps) for one in (ALPHA, AC1, PERCENT)]
    seen = view(counts)
    whole = or_why(agreement.fleiss, seen[seen.any(axis=1)])
    kappa = whole if isinstance(whole, str) else whole.kappa
    return [*figures, Figure("Fleiss' kappa", kappa, sample.pairable(view))]


def _of_label(sample: Sample, code: int, label: str, steps: _Steps) -> OfLabel:
    specific = agreement.specific(code)
    rest = partial(agreement.one_vs_rest, label=code)
    return OfLabel(
        label,
        sample.given(code),
        _figure(sample, specific, all_labels, steps, name="specific agreement", beyond=False),
        _figure(sample, ALPHA, rest, steps, name="alpha against the rest", beyond=False),
    )


def _talked(it: Compared, choice: Choice, every: Figure, content: Figure, steps: _Steps) -> Talked:
    documents = it.clusters(it.ratings.documents)
    counts = agreement.counted(it.before, len(it.labels))
    sample = Sample(counts, documents, rounds=choice.rounds, seed=choice.seed)
    before = _figure(sample, ALPHA, all_labels, steps)
    return Talked(
        it.touched,
        it.changed,
        (before, every),
        (_figure(sample, ALPHA, _first(it.content), steps), content),
    )


def _pair(
    it: Compared, one: tuple[str, agreement.Codes], other: tuple[str, agreement.Codes]
) -> Pair:
    table = agreement.confusion(one[1], other[1], len(it.labels))
    kappa = or_why(agreement.cohen, table)
    n = int(table.sum())
    if isinstance(kappa, str):
        return Pair(one[0], other[0], n, kappa, None, None, table)
    return Pair(one[0], other[0], n, kappa.kappa, kappa.error, kappa.interval, table)


def _against(it: Compared, place: int) -> Against:
    codes, adjudicated = it.resolved(place)
    own = it.codes[:, place] >= 0
    pair = _pair(it, (it.names[place], it.codes[:, place]), (RESOLUTION, codes))
    if not pair.sentences:
        pair = pair._replace(
            kappa="no sentence was adjudicated by another person, or has a majority of at least"
            " two other reviewers"
        )
    decided = int((own & adjudicated).sum())
    unresolved = int((own & (codes < 0)).sum())
    return Against(pair, decided, pair.sentences - decided, unresolved)


def _grouped(it: Compared, sample: Sample, by: str, store: Store) -> list[tuple[str, Figure]]:
    """Return alpha by group, the lowest first; by reviewer, it is that of all the others."""
    if by == "reviewer":
        rest = [agreement.without(it.counts, own) for own in it.codes.T]
        names = [f"without {name}" for name in it.names]
        found = [(or_why(ALPHA.of, own), int((own.sum(axis=1) >= 2).sum())) for own in rest]
    else:
        names, groups = it.groups(by, store)
        found = sample.of_groups(ALPHA, groups)
    figures = [
        (name, Figure(ALPHA.name, value, pairable))
        for name, (value, pairable) in zip(names, found, strict=True)
    ]
    return sorted(figures, key=_lowest_first)


def _lowest_first(one: tuple[str, Figure]) -> tuple[bool, float, str]:
    value = one[1].value
    return (isinstance(value, str), value if isinstance(value, float) else 0.0, one[0])


def confused(pairs: Collection[Pair], labels: tuple[str, ...]) -> list[tuple[int, str, str]]:
    """Return how often two labels were given to one sentence, over all pairs, most often first."""
    cells: Counter[tuple[str, str]] = Counter()
    for pair in pairs:
        for (row, column), count in np.ndenumerate(pair.table):
            if row != column and count:
                one, other = sorted((row, column))
                cells[labels[one], labels[other]] += int(count)
    return [(count, one, other) for (one, other), count in cells.most_common()]


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


def _pair_json(reviewers: list[str], one: Pair) -> dict[str, Any]:
    return {
        "reviewers": reviewers,
        "sentences": one.sentences,
        "percent_agreement": one.percent,
        "cohens_kappa": _value_json(one.kappa),
        "standard_error": one.error,
        "interval_these_sentences": one.interval
        and dict(zip(("low", "high"), one.interval, strict=True)),
        "table": one.table.tolist(),
    }
