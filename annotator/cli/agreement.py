"""`agreement`: how far reviewers agree, on what they differ, and what to do about it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from annotator.cli.common import (
    emit,
    emit_json,
    json_option,
    open_project,
    progress,
    project_option,
    say,
    table,
)
from annotator.core.errors import UsageProblem
from annotator.core.text import one_line

if TYPE_CHECKING:
    from annotator.core.scheme import Scheme
    from annotator.project import Project
    from annotator.project.agreement import Agreement, Choice, Figure, Pair
    from annotator.project.agreement_words import Line

_BY = ("document", "source", "language", "week", "reviewer")
_MOST_PAIRS = 10


@click.command()
@click.option("--reviewers", metavar="A,B", help="Only these; default: all.")
@click.option("--by", multiple=True, type=click.Choice(_BY), help="Alpha by group; repeatable.")
@click.option("--matrix", nargs=2, metavar="A B",
              help="Which labels A gave where B gave which; B can be `resolution`.")  # fmt: skip
@click.option("--cell", nargs=2, metavar="A:LABEL B:LABEL",
              help="List the sentences that got these two labels.")  # fmt: skip
@click.option("--screen", is_flag=True, help="Open a screen: walk the tables, read the sentences.")
@click.option("--with-shown", is_flag=True, help="Also labels given with the suggestion in sight.")
@click.option("--rounds", default=1_000, show_default=True, type=click.IntRange(100, 100_000),
              help="Rounds of the bootstrap.")  # fmt: skip
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0),
              help="Seed of the bootstrap.")  # fmt: skip
@project_option
@json_option
def agreement_command(
    reviewers: str | None,
    by: tuple[str, ...],
    matrix: tuple[str, str] | None,
    cell: tuple[str, str] | None,
    screen: bool,
    with_shown: bool,
    rounds: int,
    seed: int,
    folder: Path,
    as_json: bool,
) -> int:
    """Measure how far reviewers agree, with intervals, and show where they differ."""
    from annotator.project.agreement import Choice, measure

    names = tuple(name for part in (reviewers or "").split(",") if (name := part.strip()))
    choice = Choice(names, tuple(dict.fromkeys(by)), with_shown, rounds, seed)
    project = open_project(folder)
    if screen:
        if as_json or matrix or cell or by:
            raise UsageProblem("--screen goes without --by, --matrix, --cell and --json")
        return _on_screen(project, choice)
    if cell:
        _list_cell(project, choice, cell, as_json=as_json)
        return 0
    with project.open(create=False) as store, progress() as tell:
        measured, scheme = measure(store, choice, tell=tell), store.scheme
    pair = _pair_of(measured, matrix) if matrix else None
    if as_json:
        emit_json(measured.as_json())
    elif pair:
        emit("\n".join(_matrix(pair, measured.labels)))
    else:
        emit("\n".join(_described(measured, scheme)))
    return 0


def _on_screen(project: Project, choice: Choice) -> int:
    if not (sys.stdin.isatty() and sys.stdout.isatty() and sys.stderr.isatty()):
        raise UsageProblem(
            "there is no terminal to open a screen on", hint="without --screen it prints"
        )
    from annotator.tui.agreement import run_agreement

    with project.open(create=False) as store:
        return run_agreement(store, choice, store.scheme, theme=project.config.theme)


def _list_cell(project: Project, choice: Choice, cell: tuple[str, str], *, as_json: bool) -> None:
    from annotator.project.agreement import in_cell

    with project.open(create=False) as store:
        found = in_cell(store, choice, _half(cell[0]), _half(cell[1]))
    if as_json:
        emit_json([one._asdict() for one in found])
        return
    for one in found:
        emit(f"{one.id}  {one_line(one.title or one.document, 30):<30}  {one.text}")
    if not found:
        say(f"no sentence is {cell[0]} and {cell[1]}")


def _half(text: str) -> tuple[str, str]:
    reviewer, colon, label = text.rpartition(":")
    if not colon:
        raise UsageProblem(f"--cell {text}: not REVIEWER:LABEL", hint="--cell ana:factual ben:none")
    return reviewer, label


def _pair_of(found: Agreement, names: tuple[str, str]) -> Pair:
    """Return the table of two reviewers, in the order they were named in, or of one and the rest.

    Raises UsageProblem.
    """
    for one in (*found.pairs, *(each.pair for each in found.against)):
        if (one.one, one.other) == names:
            return one
        if (one.other, one.one) == names:
            return one._replace(one=one.other, other=one.one, table=one.table.T)
    raise UsageProblem(
        f"--matrix: there is no table of {names[0]} and {names[1]}",
        hint="two of: " + ", ".join((*found.reviewers, "resolution")),
    )


def _described(found: Agreement, scheme: Scheme) -> list[str]:
    from annotator.project import agreement_words as words

    lines = [line.text for line in words.whose(found)]
    none = found.labels[-1]
    lines += ["", f"all labels, {none!r} among them:", *_figures(found.every)]
    lines += ["", f"content labels only, {none!r} counted as no label:", *_figures(found.content)]
    lines += [words.how_drawn(found), ""]
    lines += _printed(words.meaning(found))
    lines += _printed(words.over_time(found))
    lines += ["", _labels(found)]
    if found.pairs:
        lines += ["", *_pairs(found), "", *_against(found)]
    for name, groups in found.groups.items():
        rows = [(key, one.sentences, words.number(one.value)) for key, one in groups]
        lines += ["", table((f"by {name}", "sentences", "alpha"), rows, " r")]
    return [*lines, "", *_printed(words.what_to_do(found, scheme)), *_where_to_go_on(found)]


def _printed(lines: list[Line]) -> list[str]:
    return [" " * line.indent + line.text for line in lines]


def _where_to_go_on(found: Agreement) -> list[str]:
    if not found.shared:
        return []
    return [
        "`annotator agreement --cell A:LABEL B:LABEL` lists the sentences of a cell;"
        " --screen shows them in their articles."
    ]


def _figures(figures: list[Figure]) -> list[str]:
    from annotator.project.agreement_words import interval, number, reasons

    rows = [
        (
            f"  {one.name}",
            f"n = {one.sentences:,}",
            number(one.value),
            interval(one.these),
            interval(one.beyond),
        )
        for one in figures
        if isinstance(one.value, float)
    ]
    lines = [table(rows[0], rows[1:])] if rows else []
    return lines + [f"  {why}" for why in reasons(figures)]


def _labels(found: Agreement) -> str:
    from annotator.project.agreement_words import interval, reasons_by_label

    rows = []
    for one in found.by_label:
        cells = [
            cell
            for figure in (one.specific, one.alpha)
            for cell in (
                f"{figure.value:.3f}" if isinstance(figure.value, float) else "n/a",
                interval(figure.these),
            )
        ]
        rows.append((one.label, one.given, *cells))
    header = ("label", "given", "specific agreement", "", "alpha against the rest", "")
    lines = [table(header, rows, " r"), *(f"  {why}" for why in reasons_by_label(found))]
    return "\n".join(lines)


def _pairs(found: Agreement) -> list[str]:
    from annotator.project.agreement_words import number

    known = [one for one in found.pairs if isinstance(one.kappa, float)]
    known.sort(key=lambda one: (one.kappa, one.one, one.other))
    rows = [
        (one.one, one.other, one.sentences, number(one.kappa), f"{one.error:.3f}", _within(one))
        for one in known[:_MOST_PAIRS]
    ]
    header = ("pair", "", "sentences", "Cohen's kappa", "standard error", "95 %")
    lines = [table(header, rows, "  r")]
    if len(known) > _MOST_PAIRS:
        lines.append(f"({len(known) - _MOST_PAIRS} pairs with a higher kappa; --json has all)")
    lines += [
        f"{one.one}, {one.other}: n/a: {one.kappa}"
        for one in found.pairs
        if isinstance(one.kappa, str)
    ]
    if len(found.pairs) == 1:
        lines += ["", *_matrix(found.pairs[0], found.labels)]
    return lines


def _within(pair: Pair) -> str:
    return "" if pair.interval is None else "{:.3f} to {:.3f}".format(*pair.interval)


def _matrix(pair: Pair, labels: tuple[str, ...]) -> list[str]:
    header = (f"{pair.one} \\ {pair.other}", *labels)
    cells = [(label, *row) for label, row in zip(labels, pair.table.tolist(), strict=True)]
    return [table(header, cells, " " + "r" * len(labels))]


def _against(found: Agreement) -> list[str]:
    from annotator.project.agreement_words import number

    if not any(one.pair.sentences for one in found.against):
        why = next(iter(found.against)).pair.kappa
        return [f"against the resolution: n/a: {why}"]
    rows = [
        (
            one.pair.one,
            one.pair.sentences,
            one.adjudicated,
            "" if one.pair.percent is None else f"{one.pair.percent:.3f}",
            number(one.pair.kappa),
            "" if one.pair.error is None else f"{one.pair.error:.3f}",
            _within(one.pair),
        )
        for one in found.against
    ]
    header = ("against the resolution", "sentences", "adjudicated", "agree", "Cohen's kappa", "SE",
              "95 %")  # fmt: skip
    return [
        table(header, rows, " rr"),
        "the resolution is what others adjudicated, else the majority of at least two others:"
        " never the reviewer's own vote",
    ]
