"""`agreement`: how far reviewers agree, on what they differ, and what to do about it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from annotator.cli.common import emit, emit_json, json_option, open_project, project_option, table
from annotator.core.errors import UsageProblem
from annotator.core.scheme import built_in
from annotator.core.text import one_line

if TYPE_CHECKING:
    from annotator.project.agreement import Agreement, Figure, OfLabel
    from annotator.quality.agreement import Interval

_BY = ("document", "source", "language", "week", "reviewer")
_MOST_PAIRS = 10
_MOST_CONFUSED = 5
_ADVICE = {
    frozenset(("factual", "speculative")): ("R1", "R4"),
    frozenset(("factual", "promotional")): ("R2", "R3"),
    frozenset(("speculative", "promotional")): ("R3", "R6"),
}
"""Which rules of the guideline draw the line between two labels; R0 draws it to no sentence."""


@click.command()
@click.option("--reviewers", metavar="A,B", help="Only these; default: all.")
@click.option("--by", multiple=True, type=click.Choice(_BY), help="Alpha by group; repeatable.")
@click.option("--cell", nargs=2, metavar="A:LABEL B:LABEL",
              help="List the sentences that got these two labels.")  # fmt: skip
@click.option("--with-shown", is_flag=True, help="Also labels given with the suggestion in sight.")
@click.option("--rounds", default=1_000, show_default=True, type=click.IntRange(100, 100_000),
              help="Rounds of the bootstrap.")  # fmt: skip
@click.option("--seed", default=0, show_default=True, help="Seed of the bootstrap.")
@project_option
@json_option
def agreement_command(
    reviewers: str | None,
    by: tuple[str, ...],
    cell: tuple[str, str] | None,
    with_shown: bool,
    rounds: int,
    seed: int,
    folder: Path,
    as_json: bool,
) -> None:
    """Measure how far reviewers agree, with intervals, and show where they differ."""
    from annotator.project.agreement import Choice, in_cell, measure

    names = tuple(name for part in (reviewers or "").split(",") if (name := part.strip()))
    choice = Choice(names, tuple(dict.fromkeys(by)), with_shown, rounds, seed)
    with open_project(folder).open(create=False) as store:
        if cell:
            found = in_cell(store, choice, _half(cell[0]), _half(cell[1]))
            if as_json:
                emit_json([one._asdict() for one in found])
                return
            for one in found:
                emit(f"{one.id}  {one_line(one.title or one.document, 30):<30}  {one.text}")
            return
        measured = measure(store, choice)
    if as_json:
        emit_json(measured.as_json())
    else:
        emit("\n".join(_described(measured)))


def _half(text: str) -> tuple[str, str]:
    reviewer, colon, label = text.rpartition(":")
    if not colon:
        raise UsageProblem(f"--cell {text}: not REVIEWER:LABEL", hint="--cell ana:factual ben:none")
    return reviewer, label


def _described(found: Agreement) -> list[str]:
    people = ", ".join(f"{name} {count:,}" for name, count in found.reviewers.items())
    lines = [
        f"{found.sentences:,} labelled sentences, {found.shared:,} of them by two reviewers or more"
        f" ({people or 'nobody has labelled'})",
    ]
    if found.left_out:
        lines.append(
            f"{found.left_out:,} labels given with the suggestion in sight are left out"
            " (--with-shown takes them in)"
        )
    none = found.labels[-1]
    lines += ["", f"all labels, {none!r} among them:", *_figures(found.every)]
    lines += ["", f"content labels only, {none!r} counted as no label:", *_figures(found.content)]
    lines += [
        f"intervals: 95 %, bootstrap of {found.rounds:,} rounds, seed {found.seed};"
        " the first for these sentences, the second, over documents, beyond them",
        "",
        _labels(found.by_label),
    ]
    if found.pairs:
        lines += ["", *_pairs(found)]
    for name, groups in found.groups.items():
        rows = [(key, one.sentences, _value(one.value)) for key, one in groups]
        lines += ["", table((f"by {name}", "sentences", "alpha"), rows, " r")]
    return [*lines, "", *_advice(found)]


def _figures(figures: list[Figure]) -> list[str]:
    rows = [
        (
            f"  {one.name}",
            f"n = {one.sentences:,}",
            _value(one.value),
            _interval(one.these),
            _interval(one.beyond),
        )
        for one in figures
        if isinstance(one.value, float)
    ]
    lines = [table(rows[0], rows[1:])] if rows else []
    return lines + [
        f"  {one.name}: n/a: {one.value}" for one in figures if isinstance(one.value, str)
    ]


def _value(value: float | str) -> str:
    return f"{value:.3f}" if isinstance(value, float) else f"n/a: {value}"


def _interval(found: Interval | str | None) -> str:
    if found is None:
        return ""
    return found if isinstance(found, str) else f"{found.low:.3f} to {found.high:.3f}"


def _labels(found: list[OfLabel]) -> str:
    return table(
        ("label", "given", "specific agreement", "alpha against the rest"),
        [(one.label, one.given, _value(one.specific), _value(one.alpha)) for one in found],
        " r",
    )


def _pairs(found: Agreement) -> list[str]:
    known = [one for one in found.pairs if isinstance(one.kappa, float)]
    known.sort(key=lambda one: (one.kappa, one.one, one.other))
    rows = [
        (one.one, one.other, one.sentences, _value(one.kappa), f"{one.error:.3f}")
        for one in known[:_MOST_PAIRS]
    ]
    lines = [table(("pair", "", "sentences", "Cohen's kappa", "standard error"), rows, "  r")]
    if len(known) > _MOST_PAIRS:
        lines.append(f"({len(known) - _MOST_PAIRS} pairs with a higher kappa; --json has all)")
    lines += [
        f"{one.one}, {one.other}: n/a: {one.kappa}"
        for one in found.pairs
        if isinstance(one.kappa, str)
    ]
    if len(found.pairs) == 1:
        (pair,) = found.pairs
        header = (f"{pair.one} \\ {pair.other}", *found.labels)
        cells = [
            (label, *row) for label, row in zip(found.labels, pair.table.tolist(), strict=True)
        ]
        lines += ["", table(header, cells, " rrrr")]
    return lines


def _advice(found: Agreement) -> list[str]:
    """Say in words where to look first: the labels that are confused most, and their rules."""
    from annotator.project.agreement import confused

    scheme = built_in()
    cells = confused(found)
    if not cells:
        if found.shared:
            return ["the reviewers differ on no sentence"]
        return ["there is nothing to compare yet: two reviewers have to label the same sentences"]
    lines = ["most often confused, with the rules of the guideline that tell them apart:"]
    for count, one, other in cells[:_MOST_CONFUSED]:
        lines.append(f"  {one} or {other}: {count:,} time{'s' * (count > 1)}")
        for rule in _ADVICE.get(frozenset((one, other)), ("R0",)):
            lines.append(f"    {rule}: {scheme.rule(rule)}")
    lines.append("`annotator agreement --cell A:LABEL B:LABEL` lists the sentences of a cell.")
    return lines
