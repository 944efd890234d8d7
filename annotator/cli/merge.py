"""`merge`: what others did, taken into this project."""

from __future__ import annotations

from pathlib import Path

import click

from annotator.cli.common import (
    emit_json,
    json_option,
    open_project,
    progress,
    project_option,
    quiet_option,
    say,
)
from annotator.core.text import counted, one_line
from annotator.project import Project
from annotator.project.merge import MergeReport, export_events, merge_all

_LISTED = 5
"""Differences that are named one by one; `--json` has them all."""


@click.command()
@click.argument(
    "others",
    metavar="OTHER...",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path, exists=True),
)
@click.option("--dry-run", is_flag=True, help="Say what would happen, and change nothing.")
@project_option
@json_option
@quiet_option
def merge_command(
    others: tuple[Path, ...], dry_run: bool, folder: Path, as_json: bool, quiet: bool
) -> None:
    """Take in what was labelled elsewhere, from other projects' labels.db or files of events.

    OTHER is a labels.db, a file that `annotator export --events` wrote, or a folder of them. All or
    nothing, and again does nothing. In which direction and order stores are merged makes no
    difference; no event is changed. The articles of a labels.db come along.
    """
    merge(open_project(folder), others, dry_run=dry_run, as_json=as_json, quiet=quiet)


def merge(
    project: Project, others: tuple[Path, ...], *, dry_run: bool, as_json: bool, quiet: bool
) -> None:
    """Merge `others` into the project and say what happened."""
    with project.open() as store, progress(quiet=quiet) as tell:
        report = merge_all(store, others, tell, dry_run=dry_run)
    if as_json:
        emit_json(report.as_json())
    else:
        say(_told(report), quiet=quiet)


def write_events(
    project: Project, folder: Path, reviewers: tuple[str, ...], *, force: bool, quiet: bool
) -> None:
    """Write the files of events of a project and say how many."""
    with project.open(create=False) as store:
        written = export_events(store, folder, reviewers, force=force)
    say(
        f"exported {counted(written.events, 'event')} of {counted(written.files, 'reviewer')}"
        f" to {folder}",
        quiet=quiet,
    )


def _told(report: MergeReport) -> str:
    gained = report.gained
    lines = [
        f"{'would be added' if report.dry_run else 'added'}:"
        f" {counted(sum(report.added.values()), 'event')}, {report.known:,} here already"
    ]
    lines += [f"  {one_line(name, 60)}  {count:,}" for name, count in report.added.items()]
    if gained.documents:
        lines.append(
            f"  and {counted(gained.documents, 'article')}"
            f" with {counted(gained.sentences, 'sentence')}"
        )
    if gained.filled:
        lines.append(f"  and {gained.filled:,} titles, sources and the like that were missing here")
    if report.forked:
        lines += [
            f"{one_line(name, 60)}: the history goes on in {places} places, all of them kept;"
            " the next decision joins them"
            for name, places in report.forked.items()
        ]
    if gained.conflicts:
        lines.append("articles are described differently; kept is what comes first in order:")
        lines += [
            f"  {one_line(one.name, 40)}  {one.field}: {one_line(one.here, 40)} here,"
            f" {one_line(one.there, 40)} there; kept {one_line(one.kept, 40)}"
            for one in gained.conflicts[:_LISTED]
        ]
        lines += _more(len(gained.conflicts))
    if gained.versions:
        lines.append("articles have another text there; the one that was taken in last is kept:")
        lines += [
            f"  {one_line(one.place, 60)}  {one.here} here, {one.there} there; kept {one.kept}"
            for one in gained.versions[:_LISTED]
        ]
        lines += _more(len(gained.versions))
        if gained.behind:
            lines.append(
                f"  left with a text that is now an earlier version:"
                f" {counted(gained.behind, 'label')}"
            )
    if gained.outdated:
        lines.append(
            f"computed by different versions: {', '.join(map(one_line, gained.outdated))};"
            " `annotator baseline --recompute` and `annotator suggest --recompute` do it again"
        )
    return "\n".join(lines)


def _more(number: int) -> list[str]:
    return [f"  and {number - _LISTED:,} more"] if number > _LISTED else []
