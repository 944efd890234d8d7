"""`consistency`: near-identical sentences that got different labels."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from annotator.cli.common import emit, emit_json, json_option, open_project, project_option
from annotator.core.text import one_line
from annotator.store.consistency import Told, contradictions
from annotator.store.people import names
from annotator.store.reading import name_of


@click.command()
@click.option("--reviewer", metavar="NAME", help="Only what this reviewer said.")
@project_option
@json_option
def consistency_command(reviewer: str | None, folder: Path, as_json: bool) -> None:
    """List near-identical sentences with different labels, by reviewer and over all of them.

    `annotator review --only inconsistent` goes through one's own.
    """
    project = open_project(folder)
    with project.open(create=False) as store:
        one = project.reviewer(reviewer) if reviewer is not None else None
        whose = [one] if one is not None else [*names(store), None]
        found = {name: contradictions(store, name) for name in whose}
        shown = {label.name: store.scheme.named(label.name) for label in store.scheme.every}
    if as_json:
        emit_json([_for_programs(name, groups) for name, groups in found.items()])
        return
    blocks = [
        "\n".join([_head(name, len(groups)), *_lines(groups, shown)])
        for name, groups in found.items()
        if groups
    ]
    emit("\n\n".join(blocks) or "no two sentences that are nearly the same have different labels")


def _head(name: str | None, count: int) -> str:
    whose = "the resolution (adjudicated, else the majority)" if name is None else name
    return f"{whose}: {count:,} contradiction{'s' * (count != 1)}"


def _lines(groups: list[list[Told]], shown: dict[str, str]) -> list[str]:
    return [
        f"  {'' if place else number:>3}  {shown.get(one.label, one.label):<15}  {one.id}"
        f"  {one_line(name_of(one.title, one.document), 24):<24}  {one_line(one.text, 160)}"
        for number, group in enumerate(groups, 1)
        for place, one in enumerate(group)
    ]


def _for_programs(name: str | None, groups: list[list[Told]]) -> dict[str, Any]:
    return {
        "of": "reviewer" if name is not None else "resolution",
        "reviewer": name,
        "contradictions": [
            [{key: value for key, value in one._asdict().items() if key != "unit"} for one in group]
            for group in groups
        ],
    }
