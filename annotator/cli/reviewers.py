"""`reviewers`: who has labelled, how much, how fast and when, and what is assigned to whom."""

from __future__ import annotations

from pathlib import Path

import click

from annotator.cli.common import emit, emit_json, json_option, open_project, project_option, table
from annotator.store.people import Person, people


@click.command()
@project_option
@json_option
def reviewers_command(folder: Path, as_json: bool) -> None:
    """List the reviewers. A name is registered by the first decision, or by an assignment."""
    with open_project(folder).open(create=False) as store:
        found = people(store)
    if as_json:
        emit_json([_for_programs(one) for one in found])
        return
    if not found:
        emit("nobody has labelled yet")
        return
    emit(
        table(
            ("reviewer", "labels", "skips", "labels/h", "first label", "last label", "assigned"),
            [
                (
                    one.name,
                    f"{one.done.labelled:,}",
                    f"{one.done.skipped:,}",
                    f"{one.done.pace:.0f}" if one.done.pace else "-",
                    _minute(one.first),
                    _minute(one.last),
                    f"{one.assigned_done:,} of {one.assigned:,}" if one.assigned else "-",
                )
                for one in found
            ],
            " rrr  r",
        )
    )
    for one in found:
        if one.forks:
            emit(
                f"{one.name}: the history goes on in {one.forks + 1} places from one event;"
                " the next decision joins them"
            )


def _minute(at: str | None) -> str:
    return (at or "-")[:16].replace("T", " ")


def _for_programs(one: Person) -> dict[str, object]:
    return {
        "reviewer": one.name,
        "labels": one.done.labelled,
        "by_label": one.done.labels,
        "skipped": one.done.skipped,
        "flagged": one.done.flagged,
        "seconds": one.done.seconds,
        "labels_an_hour": one.done.pace and round(one.done.pace, 1),
        "first_label": one.first,
        "last_label": one.last,
        "assigned": one.assigned,
        "assigned_done": one.assigned_done,
        "forks": one.forks,
    }
