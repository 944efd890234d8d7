"""One reviewer's own figures: pace, the same label again, gold, drift, anchoring, calibration.

In words and for programs. Every figure comes with how many labels it is made of, and one that has
no value says why.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, NamedTuple

import numpy as np

from annotator.core.errors import UsageProblem
from annotator.core.scheme import Scheme
from annotator.project.compared import Choice, compare
from annotator.quality.agreement import Cohen, cohen, confusion, or_why
from annotator.quality.bootstrap import Figure
from annotator.quality.overtime import (
    ROUNDS,
    WINDOW,
    Again,
    Difference,
    Window,
    again,
    difference,
    windows,
)
from annotator.quality.shares import Z, share
from annotator.store import Store, overtime
from annotator.store.calibrating import Answer, latest
from annotator.store.people import Person, people


class OfLabel(NamedTuple):
    """Gold sentences of a label: how many of them were given it."""

    label: str
    right: int
    of: int


class With(NamedTuple):
    """Agreement with another reviewer: sentences both labelled, equal labels, Cohen's kappa."""

    who: str
    n: int
    same: int
    kappa: Figure


@dataclass(frozen=True)
class Own:
    """The figures of one reviewer."""

    person: Person
    retest: Again
    gold: Figure
    gold_n: int
    gold_by_label: list[OfLabel]
    anchoring: Difference
    drift: list[Window]
    adjudicated: int
    calibration: list[Answer]
    others: list[With]


def own_figures(
    store: Store, reviewer: str, scheme: Scheme, *, hide_names: bool = False, seed: int = 0
) -> Own:
    """Return the figures of a reviewer; raises UsageProblem where there is none of that name."""
    person = next((one for one in people(store) if one.name == reviewer), None)
    if person is None:
        raise UsageProblem(f"there is no reviewer {reviewer!r}", hint="`annotator reviewers`")
    repeated = overtime.twice(store, reviewer)
    gold = overtime.on_gold(store, reviewer)
    trials = overtime.trials(store, reviewer)
    drift, adjudicated, others = _against_others(store, reviewer, scheme, hide_names=hide_names)
    right = [one for one in gold if one.label == one.gold]
    return Own(
        person,
        again([(one.before, one.label) for one in repeated], seed),
        share(len(right), len(gold)),
        len(gold),
        _by_label(gold, scheme),
        difference(_followed(trials, hidden=False), _followed(trials, hidden=True)),
        drift,
        adjudicated,
        latest(store, reviewer),
        others,
    )


def _followed(trials: Sequence[overtime.Trial], *, hidden: bool) -> tuple[int, int]:
    own = [one for one in trials if one.hidden is hidden]
    return sum(one.label == one.suggested for one in own), len(own)


def _by_label(gold: Sequence[overtime.OnGold], scheme: Scheme) -> list[OfLabel]:
    of = Counter(one.gold for one in gold)
    right = Counter(one.gold for one in gold if one.label == one.gold)
    return [
        OfLabel(one.name, right[one.name], of[one.name]) for one in scheme.every if of[one.name]
    ]


def _against_others(
    store: Store, reviewer: str, scheme: Scheme, *, hide_names: bool
) -> tuple[list[Window], int, list[With]]:
    """Return drift, on how much of it somebody adjudicated, and agreement with each other."""
    found = compare(store, Choice(), scheme)
    if reviewer not in found.names:
        return [], 0, []
    place = found.place(reviewer)
    own, resolved = found.codes[:, place], found.resolved(place)
    row = {int(unit): at for at, unit in enumerate(found.units)}
    rows = [row[unit] for unit in overtime.labelled_in_order(store, reviewer) if unit in row]
    rows = [at for at in rows if own[at] >= 0 and resolved.codes[at] >= 0]
    drift = windows([bool(own[at] == resolved.codes[at]) for at in rows])
    others = []
    for other, name in enumerate(found.names):
        table = confusion(own, found.codes[:, other], len(found.labels))
        if other == place or not table.sum():
            continue
        kappa = or_why(cohen, table)
        others.append(With(name, int(table.sum()), int(np.trace(table)), _figure(kappa)))
    if hide_names:
        # In an order that tells nothing of the names.
        others.sort(key=lambda one: blake2b(f"{reviewer}:{one.who}".encode()).digest())
        others = [one._replace(who=f"reviewer {n}") for n, one in enumerate(others, 1)]
    return drift, int(resolved.adjudicated[rows].sum()), others


def _figure(kappa: Cohen | str) -> Figure:
    """Return kappa with its large-sample interval."""
    if isinstance(kappa, str):
        return Figure(None, why=kappa)
    value, error, _ = kappa
    if not error:
        # Never differed so far is not the same as never.
        return Figure(value, why="no variation")
    return Figure(value, max(value - Z * error, -1.0), min(value + Z * error, 1.0))


# -- in words ----------------------------------------------------------------------------------


def in_words(own: Own, scheme: Scheme) -> list[str]:
    """Return the figures as lines for people; a title begins in the first column."""
    return [
        *_work(own),
        "",
        *_retest(own),
        "",
        *_gold(own),
        "",
        *_anchoring(own),
        "",
        *_drift(own),
        "",
        *_others(own),
        "",
        *_calibration(own, scheme),
    ]


def _work(own: Own) -> Iterator[str]:
    done = own.person.done
    yield f"{own.person.name}: {done.labelled:,} labelled, {done.skipped:,} skipped" + (
        f"; {own.person.assigned_done:,} of {own.person.assigned:,} assigned are done"
        if own.person.assigned
        else ""
    )
    labels = ", ".join(f"{name} {count:,}" for name, count in done.labels.items())
    if labels:
        yield f"  labels: {labels}"
    if done.pace:
        yield f"  pace: {done.pace:.0f} labels an hour without idle time, n = {done.timed:,}"
    else:
        yield "  pace: n/a: too few labels yet that were timed"


def _retest(own: Own) -> Iterator[str]:
    n, same, kappa = own.retest
    yield "the same label when asked again"
    if not n:
        yield "  n/a: nothing was asked again yet (`annotator review --retest 5`)"
        return
    yield f"  equal: {_share(same)}, n = {n:,}"
    interval = f", bootstrap of {ROUNDS:,} rounds" if kappa.low is not None else ""
    yield f"  Cohen's kappa with oneself: {_value(kappa)}{interval}"


def _gold(own: Own) -> Iterator[str]:
    yield "sentences that others had adjudicated (gold)"
    if not own.gold_n:
        yield "  n/a: none was asked yet (`annotator review --gold 5`)"
        return
    yield f"  as adjudicated: {_share(own.gold)}, n = {own.gold_n:,}"
    for one in own.gold_by_label:
        yield f"  {one.label}: {one.right:,} of {one.of:,}"


def _anchoring(own: Own) -> Iterator[str]:
    found = own.anchoring
    yield "following the suggestion"
    if not found.one[1] and not found.other[1]:
        yield "  n/a: nothing was labelled yet under `annotator review --reveal always`"
        return
    for what, (hits, n), figure in (
        ("in sight", found.one, found.one_share),
        ("hidden", found.other, found.other_share),
    ):
        yield f"  {what}: {hits:,} of {n:,} labels are the suggested one, {_share(figure)}"
    apart = found.difference
    if apart.value is None:
        yield f"  difference: n/a: {apart.why}"
        return
    low, high = apart.low or 0.0, apart.high or 0.0
    yield (
        f"  difference: {100 * apart.value:+.0f} points"
        f" ({100 * low:+.0f} to {100 * high:+.0f}, Newcombe): {_leads(low, high)}"
    )


def _leads(low: float, high: float) -> str:
    if low > 0:
        return "who sees the suggestion follows it; such labels measure it too"
    if high < 0:
        return "who sees the suggestion goes against it"
    return "nothing shows yet that seeing it moves the label"


def _drift(own: Own) -> Iterator[str]:
    yield f"agreement with the resolution, by {WINDOW} labels in the order they were given"
    if not own.drift:
        yield "  n/a: no sentence of these is adjudicated, or labelled by two others who agree"
        return
    for one in own.drift:
        n = one.last - one.first + 1
        yield f"  {one.first:>5} to {one.last:<5} {_share(one.share)}, n = {n}"
    total = own.drift[-1].last
    yield f"  adjudicated by others: {own.adjudicated:,} of {total:,}; the rest: their majority"


def _others(own: Own) -> Iterator[str]:
    yield "agreement with others"
    if not own.others:
        yield "  n/a: nobody else has labelled the same sentences blind"
    for one in own.others:
        equal = f"{one.same:,} of {one.n:,} equal"
        yield f"  {one.who}: {equal}, Cohen's kappa {_value(one.kappa)}"


def _calibration(own: Own, scheme: Scheme) -> Iterator[str]:
    yield "calibration"
    given = own.calibration
    if not given:
        yield "  n/a: not done yet (`annotator calibrate`)"
        return
    right = sum(one.right for one in given)
    yield f"  {given[0].set}: {_share(share(right, len(given)))} as agreed, n = {len(given)}"
    for label in scheme.every:
        own_label = [one.right for one in given if one.expected == label.name]
        if own_label:
            yield f"  {label.name}: {sum(own_label)} of {len(own_label)}"


def _share(figure: Figure) -> str:
    if figure.value is None:
        return f"n/a: {figure.why}"
    low, high = 100 * (figure.low or 0.0), 100 * (figure.high or 0.0)
    return f"{100 * figure.value:.0f} % ({low:.0f} to {high:.0f} %)"


def _value(figure: Figure) -> str:
    if figure.value is None:
        return f"n/a: {figure.why}"
    if figure.low is None or figure.high is None:
        return f"{figure.value:.2f} (no interval: {figure.why})"
    return f"{figure.value:.2f} ({figure.low:.2f} to {figure.high:.2f})"


# -- for programs ------------------------------------------------------------------------------


def as_json(own: Own) -> dict[str, Any]:
    """Return the figures for a program; one without a value has null and `why`."""
    apart = own.anchoring
    return {
        "reviewer": own.person.name,
        "labelled": own.person.done.labelled,
        "skipped": own.person.done.skipped,
        "labels": own.person.done.labels,
        "labels_an_hour": own.person.done.pace and round(own.person.done.pace, 1),
        "assigned": own.person.assigned,
        "assigned_done": own.person.assigned_done,
        "retest": {
            "n": own.retest.n,
            "equal": own.retest.same._asdict(),
            "kappa": own.retest.kappa._asdict(),
        },
        "gold": {
            "n": own.gold_n,
            "as_adjudicated": own.gold._asdict(),
            "by_label": [one._asdict() for one in own.gold_by_label],
        },
        "anchoring": {
            "in_sight": {"follows": apart.one[0], "n": apart.one[1], **apart.one_share._asdict()},
            "hidden": {"follows": apart.other[0], "n": apart.other[1],
                       **apart.other_share._asdict()},
            "difference": apart.difference._asdict(),
        },
        "drift": {
            "window": WINDOW,
            "adjudicated": own.adjudicated,
            "windows": [
                {"first": one.first, "last": one.last, "agree": one.hits, **one.share._asdict()}
                for one in own.drift
            ],
        },
        "others": [
            {"reviewer": one.who, "n": one.n, "equal": one.same, "kappa": one.kappa._asdict()}
            for one in own.others
        ],
        "calibration": [one._asdict() for one in own.calibration],
    }  # fmt: skip
