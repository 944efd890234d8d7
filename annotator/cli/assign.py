"""`assign`: who is asked about which sentences, shown, given out, and taken back."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import click

from annotator.cli.common import (
    emit,
    emit_json,
    json_option,
    open_project,
    project_option,
    reviewer_option,
    say,
    table,
)
from annotator.core.errors import UsageProblem
from annotator.core.text import counted, one_line
from annotator.project import assign
from annotator.quality.assigning import Part
from annotator.store.assignments import clear
from annotator.store.journal import Journal

_ALL = "*"


@click.command()
@click.option("--reviewers", metavar="A,B", help="Among whom to share out.")
@click.option("--overlap", default=0.25, show_default=True, type=click.FloatRange(0, 1),
              help="Share of the sentences that several label.")  # fmt: skip
@click.option("--each", type=int, metavar="K", help="Several are so many; default: all of them.")
@click.option("--by", default="sentence", show_default=True, type=click.Choice(assign.BY),
              help="What goes to one reviewer as a whole.")  # fmt: skip
@click.option("--seed", default=0, show_default=True, help="Seed of the sharing out.")
@click.option("--dry-run", is_flag=True, help="Say what would be assigned, and change nothing.")
@click.option("--show", is_flag=True, help="Show what is assigned; also what is done without any.")
@click.option("--clear", "cleared", is_flag=False, flag_value=_ALL, metavar="[REVIEWER]",
              help="Take back what is assigned to a reviewer, or everything.")  # fmt: skip
@project_option
@reviewer_option
@json_option
def assign_command(
    reviewers: str | None,
    overlap: float,
    each: int | None,
    by: str,
    seed: int,
    dry_run: bool,
    show: bool,
    cleared: str | None,
    folder: Path,
    reviewer: str | None,
    as_json: bool,
) -> None:
    """Share the sentences out: each to one reviewer, a share of them to several.

    The share is the same in every source and language. What is assigned already stays; run again
    after adding articles, it gives out what is new. The review asks each reviewer about their own.
    """
    if sum((reviewers is not None, show, cleared is not None)) > 1:
        raise UsageProblem("--reviewers, --show and --clear are three different things to do")
    project = open_project(folder)
    with project.open(create=False) as store:
        lead = project.reviewer(reviewer)
        if cleared is not None:
            gone = clear(Journal(store, lead), None if cleared == _ALL else cleared)
            say(f"{gone:,} assignments taken back")
            return
        if reviewers is None:
            _show(*assign.shown(store), as_json=as_json)
            return
        names = [project.reviewer(name) for name in reviewers.split(",") if name.strip()]
        request = assign.Request(names, overlap, by, seed, each)
        found = assign.planned(store, request) if dry_run else assign.assign(store, request, lead)
        if as_json:
            emit_json(_for_programs(found, dry_run=dry_run))
            return
        said = "would be assigned" if dry_run else "assigned"
        say(f"{counted(len(found.given), 'sentence')} {said}, {found.shared:,} of them to several")
        emit(_table([one for one in found.parts if one.stratum is None]))


def _show(parts: Sequence[Part], unassigned: int, *, as_json: bool) -> None:
    if as_json:
        emit_json({"unassigned": unassigned, "assigned": [_part(one) for one in parts]})
        return
    if parts:
        emit("\n\n".join(_table(list(group)) for _, group in groupby(parts, _of_all)))
    if unassigned or not parts:
        emit(f"assigned to nobody: {counted(unassigned, 'sentence')}")


def _of_all(part: Part) -> bool:
    return part.stratum is None


def _table(parts: list[Part]) -> str:
    if parts[0].stratum is None:
        rows = [(one.reviewer, f"{one.sentences:,}", f"{one.shared:,}") for one in parts]
        return table(("reviewer", "sentences", "of them shared"), rows, " rr")
    return table(
        ("language", "source", "reviewer", "sentences", "of them shared"),
        [
            (*_named(one.stratum or ()), one.reviewer, f"{one.sentences:,}", f"{one.shared:,}")
            for one in parts
        ],
        "   rr",
    )


def _named(stratum: Sequence[str]) -> tuple[str, str]:
    language, source = stratum
    return language, one_line(source, 40) or "(unknown)"


def _part(one: Part) -> dict[str, Any]:
    language, source = one.stratum or (None, None)
    return {
        "reviewer": one.reviewer,
        "language": language,
        "source": source or None,
        "sentences": one.sentences,
        "shared": one.shared,
    }


def _for_programs(found: assign.Assigned, *, dry_run: bool) -> dict[str, Any]:
    return {
        "dry_run": dry_run,
        "sentences": len(found.given),
        "shared": found.shared,
        "assigned": [_part(one) for one in found.parts],
        # By sentence only where nothing is stored that could be asked for it.
        "given": {one.id: list(names) for one, names in found.given} if dry_run else None,
    }
