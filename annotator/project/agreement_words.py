"""What agreement figures mean, and what to do about them, in words: for the command and the screen.

No figure is called good or bad by itself: it is held against what it is wanted for, with its
interval and its n, and what can be done next is named: the label, the pair, the rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

import numpy as np

from annotator.core.history import NOT_A_SENTENCE
from annotator.core.scheme import BUILT_IN, Scheme
from annotator.core.text import counted
from annotator.project.agreement import Against, Agreement, Figure, Pair, confused
from annotator.quality.agreement import Interval

RELIED, TENTATIVE = 0.8, 0.667
"""Alpha from which labels are relied on, and from which tentative conclusions are drawn
(Krippendorff, Content Analysis, 2004, section 11.4). Custom, not law."""
_APART: Final = 0.2
"""AC1 above alpha by this much: one label prevails."""
_FEW: Final = 10
_MOST_CONFUSED: Final = 5
_RULES: Final = {
    frozenset(("factual", "speculative")): ("R1", "R4"),
    frozenset(("factual", "promotional")): ("R2", "R3"),
    frozenset(("speculative", "promotional")): ("R3", "R6"),
}
"""Which rules of the built-in guideline draw the line between two labels."""
_IS_IT_ONE: Final = "R0"
"""The rule that tells what is no sentence, in every scheme."""


class Line(NamedTuple):
    """A line of words; `indent` in spaces."""

    text: str
    indent: int = 0


def rules_between(one: str, other: str, scheme: Scheme) -> list[str]:
    """Return the rules that tell two labels apart, as `R3: words`; those that name one of them."""
    if NOT_A_SENTENCE in (one, other):
        names: tuple[str, ...] = (_IS_IT_ONE,)
    else:
        order = {f"R{n}": text.casefold() for n, text in enumerate(scheme.order, 1)}
        known = _RULES.get(frozenset((one, other))) if scheme.id == BUILT_IN else None
        names = known or tuple(
            name
            for name, text in order.items()
            if one.casefold() in text or other.casefold() in text
        )
    return [f"{name}: {text}" for name in names if (text := scheme.rule(name))]


def number(value: float | str) -> str:
    """Return a figure, or why there is none."""
    return f"{value:.3f}" if isinstance(value, float) else f"n/a: {value}"


def interval(found: Interval | str | None) -> str:
    """Return an interval, a dash where there is none, or nothing where none was asked for."""
    if found is None:
        return ""
    return "–" if isinstance(found, str) else f"{found.low:.3f} to {found.high:.3f}"


def reasons_by_label(found: Agreement) -> list[str]:
    """Return why figures of labels, or their intervals, have no value, each reason once."""
    return reasons(
        figure._replace(name=f"{one.label}, {figure.name}")
        for one in found.by_label
        for figure in (one.specific, one.alpha)
    )


def reasons(given: Iterable[Figure]) -> list[str]:
    """Return why figures, or their intervals, have no value, each reason once."""
    found: dict[str, None] = {}
    for one in given:
        if isinstance(one.value, str):
            found[f"{one.name}: n/a: {one.value}"] = None
        found.update(dict.fromkeys(f"–: {why}" for why in one[3:] if isinstance(why, str)))
    return list(found)


def times(count: int) -> str:
    """Return how many times."""
    return f"{count:,} time{'s' * (count != 1)}"


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def whose(found: Agreement) -> list[Line]:
    """Return what was compared, and what was left out."""
    people = ", ".join(f"{name} {count:,}" for name, count in found.reviewers.items())
    lines = [
        Line(
            f"{counted(found.sentences, 'labelled sentence')}, {found.shared:,} of them by two"
            f" reviewers or more ({people or 'nobody has labelled'})"
        )
    ]
    if found.left_out:
        lines.append(
            Line(
                f"{counted(found.left_out, 'label')} given with the suggestion in sight"
                f" {_are(found.left_out)} left out (--with-shown takes them in)"
            )
        )
    if found.foreign:
        lines.append(
            Line(
                f"{counted(found.foreign, 'label')} that the scheme does not have"
                f" {_are(found.foreign)} left out"
            )
        )
    return lines


def how_drawn(found: Agreement) -> str:
    """Return how the intervals were made."""
    return (
        f"intervals: 95 %, bootstrap of {found.rounds:,} rounds, seed {found.seed};"
        " the first for these sentences, the second, over documents, beyond them"
    )


def meaning(found: Agreement) -> list[Line]:
    """Return what the headline figures say, and what they do not."""
    alpha, ac1 = found.every[0], found.every[1]
    if isinstance(alpha.value, str):
        return [Line(f"There is no alpha: {alpha.value}.")]
    lines = [Line(_held_against_custom(alpha, alpha.value))]
    if isinstance(ac1.value, float) and ac1.value - alpha.value > _APART:
        most = max(found.by_label, key=lambda one: one.given)
        share = most.given / max(sum(one.given for one in found.by_label), 1)
        lines.append(
            Line(
                f"AC1 is far above alpha: {100 * share:.0f} % of the labels are {most.label}, and"
                " where one label prevails alpha is low though reviewers seldom differ. Look at"
                " the labels one by one."
            )
        )
    if isinstance(alpha.beyond, str):
        lines.append(Line(f"Nothing is said beyond these sentences: {alpha.beyond}."))
    return lines


def _held_against_custom(alpha: Figure, value: float) -> str:
    custom = (
        f"by custom {RELIED} before labels are relied on, {TENTATIVE} for tentative conclusions"
    )
    if not isinstance(alpha.these, Interval):
        return (
            f"Alpha {value:.3f}, n = {alpha.sentences:,} ({custom}): how sure that is these"
            f" sentences do not tell ({alpha.these}). Have more of them labelled by two reviewers."
        )
    low, high = alpha.these.low, alpha.these.high
    if low >= RELIED:
        said = "the whole interval is above what is asked for"
    elif value <= 0:
        said = "no more agreement than chance gives. Read the codebook together before going on"
    elif high < TENTATIVE:
        said = (
            "the whole interval is below both. Settle the rules named here before these labels are"
            " used"
        )
    elif low < TENTATIVE and high >= RELIED:
        said = (
            "the interval holds both, so these sentences do not tell. Have more of them labelled"
            " by two reviewers"
        )
    elif value >= RELIED:
        said = "the value is above, part of the interval is not. More shared sentences will tell"
    elif value >= TENTATIVE:
        said = "enough for tentative conclusions, not for more"
    else:
        said = "the value is below both. Settle the rules named here, then label more of them"
    return f"Alpha {value:.3f}, n = {alpha.sentences:,} ({custom}): {said}."


def over_time(found: Agreement) -> list[Line]:
    """Return how alpha stood before sentences were talked about, and how it stands."""
    talked = found.talked
    if talked is None:
        return [Line("No sentence was discussed or adjudicated: these are first labels.")]
    none = found.labels[-1]
    lines = [
        Line(
            f"{counted(talked.sentences, 'sentence')} discussed or adjudicated,"
            f" {counted(talked.changed, 'label')} changed or taken back since. Report the value"
            " before as the reviewers' own agreement; the one after is of the labels as they are."
        )
    ]
    for name, (before, after) in (
        (f"all labels, {none!r} among them", talked.every),
        ("content labels only", talked.content),
    ):
        lines.append(Line(f"alpha, {name}:", 2))
        for when, one in (("before", before), ("after", after)):
            drawn = f" ({interval(one.these)})" if isinstance(one.these, Interval) else ""
            lines.append(Line(f"{when:<7} n = {one.sentences:,}  {number(one.value)}{drawn}", 4))
    return lines


def what_to_do(found: Agreement, scheme: Scheme) -> list[Line]:
    """Return where to look first: labels, a pair, a reviewer, and the rules of the guideline."""
    if not found.shared:
        return [Line("There is nothing to compare yet: two reviewers have to label the same"
                     " sentences.")]  # fmt: skip
    cells = confused(found.pairs, found.labels)
    if not cells:
        return [Line("The reviewers differ on no sentence.")]
    lines = [*_weakest_label(found), *_weakest_pair(found), *_who_differs(found)]
    lines.append(Line("Most often confused, with the rules of the guideline that tell them apart:"))
    for count, one, other in cells[:_MOST_CONFUSED]:
        lines.append(Line(f"{one} or {other}: {times(count)}", 2))
        lines += [Line(rule, 4) for rule in rules_between(one, other, scheme)]
    return lines


def _weakest_label(found: Agreement) -> Iterator[Line]:
    known = [
        (one.specific.value, one) for one in found.by_label if isinstance(one.specific.value, float)
    ]
    if len(known) > 1:
        value, one = min(known, key=lambda pair: pair[0])
        few = "; that is few" if one.given < _FEW else ""
        yield Line(
            f"Label agreed on least: {one.label}. Where one reviewer gave it, another one did in"
            f" {100 * value:.0f} of 100 cases (given {times(one.given)}{few})."
        )


def _weakest_pair(found: Agreement) -> Iterator[Line]:
    known = [(one.kappa, one) for one in found.pairs if isinstance(one.kappa, float)]
    if len(known) > 1:
        kappa, one = min(known, key=lambda pair: pair[0])
        yield Line(
            f"Pair that agrees least: {one.one} and {one.other}, kappa {kappa:.3f} on"
            f" {counted(one.sentences, 'sentence')}. Let them read those they differ on together."
        )


def _who_differs(found: Agreement) -> Iterator[Line]:
    shares = [(share, one) for one in found.against if (share := one.pair.percent) is not None]
    if shares and min(shares, key=lambda pair: pair[0])[0] < 1:
        _, one = min(shares, key=lambda pair: pair[0])
        yield Line(f"Furthest from the resolution: {against_in_words(one, found.labels)}")


def against_in_words(one: Against, labels: tuple[str, ...]) -> str:
    """Return on how many sentences a reviewer differs from the resolution, and mostly how."""
    pair = one.pair
    if not pair.sentences:
        return f"{pair.one}: {pair.kappa}."
    off = pair.table - np.diag(np.diag(pair.table))
    row, column = np.unravel_index(int(off.argmax()), off.shape)
    mostly = (
        f", most often {labels[row]} where it is {labels[column]}"
        f" ({times(int(off[row, column]))})" if off.any() else ""
    )  # fmt: skip
    return f"{pair.one}, on {int(off.sum()):,} of {counted(pair.sentences, 'sentence')}{mostly}."


def resolution_in_words(one: Against) -> str:
    """Return what a reviewer is held against."""
    return (
        f"{one.adjudicated:,} adjudicated by others, {one.majority:,} by the majority of two"
        f" others or more; {one.unresolved:,} of {one.pair.one} without either"
    )


def cell_in_words(
    pair: Pair, labels: tuple[str, ...], row: int, column: int, scheme: Scheme
) -> list[Line]:
    """Return what a cell of a table counts, and which rules tell its labels apart."""
    count, total = int(pair.table[row, column]), pair.sentences
    share = f" of {counted(total, 'sentence')}" if total else ""
    one, other = labels[row], labels[column]
    what = f"both {one}" if row == column else f"{pair.one} {one}, {pair.other} {other}"
    lines = [Line(f"{what}: {count:,}{share}")]
    if row != column and count:
        lines += [Line(rule, 2) for rule in rules_between(one, other, scheme)]
    return lines
