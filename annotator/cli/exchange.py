"""`export`, `import`, `schema`: labels as files, and files as labels."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import click

from annotator.cli.articles import settings_of
from annotator.cli.common import (
    emit_json,
    json_option,
    kind_of,
    open_project,
    progress,
    project_option,
    quiet_option,
    report_errors,
    say,
)
from annotator.cli.merge import merge, write_events
from annotator.core.errors import InputProblem, UsageProblem
from annotator.core.text import counted, one_line, visible
from annotator.formats import NAMES
from annotator.formats.articles import Counts
from annotator.formats.values import POLICIES, POLICY
from annotator.ingest.readers import ReadOptions
from annotator.project import Project
from annotator.project.exchange import Choice, check_targets, export, replacing
from annotator.project.importing import ImportReport, import_file
from annotator.project.ingest import ingest
from annotator.project.merge import can_merge
from annotator.project.request import Refused, Request
from annotator.store import Store

_LISTED = 5
"""Sentences that are named one by one; `--json` has them all."""
_SUFFIXES = {".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl", ".csv": "csv"}


@click.command()
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    default=Path("-"),
    show_default="- (standard output)",
    help="File to write; replaced only when the export is whole.",
)
@click.option(
    "--format",
    "kind",
    type=click.Choice(NAMES),
    help="Default: by the suffix of the file, else jsonl.",
)
@click.option("--all", "every", is_flag=True, help="Sentences without a label too.")
@click.option("--anonymize", is_flag=True, help="Pseudonyms for names; notes stay as written.")
@click.option(
    "--reviewer",
    "reviewers",
    metavar="NAME",
    multiple=True,
    help="Count this reviewer only. May be repeated.",
)
@click.option(
    "--resolution",
    "policy",
    type=click.Choice(POLICIES),
    default=POLICY,
    show_default=True,
    help="How several labels become one.",
)
@click.option(
    "--with-documents",
    "documents",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the articles to this file, for `import` on a machine without them.",
)
@click.option(
    "--events",
    "history",
    metavar="FOLDER",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write the histories instead, a file each reviewer, for `merge` and for git.",
)
@click.option("--force", is_flag=True, help="Replace a file that is no export of ours.")
@project_option
@quiet_option
def export_command(
    output: Path,
    kind: str | None,
    every: bool,
    anonymize: bool,
    reviewers: tuple[str, ...],
    policy: str,
    documents: Path | None,
    history: Path | None,
    force: bool,
    folder: Path,
    quiet: bool,
) -> None:
    """Write every sentence with a resolved label: one JSON object a line, or a CSV table.

    The same labels give the same bytes. In CSV, a text that a spreadsheet would run as a formula
    (it begins with = + - @, a tab or a line end) has an apostrophe before it; JSONL is exact.
    """
    project = open_project(folder)
    if history is not None:
        if kind or every or anonymize or documents or str(output) != "-":
            raise UsageProblem("--events goes with --reviewer and --force only")
        write_events(project, history, reviewers, force=force, quiet=quiet)
        return
    choice = Choice(reviewers, anonymize, every, project.config.analyzers, policy)
    kind = kind or kind_of(output, _SUFFIXES, NAMES[0])
    with project.open(create=False) as store:
        check_targets(store, None if str(output) == "-" else output, documents)
        if documents is None:
            counts = _export(store, choice, output, kind, force, None)
        else:
            with replacing(documents, force=force) as file:
                counts = _export(store, choice, output, kind, force, file.write)
    say(_described(counts, output, policy), quiet=quiet)


def _export(
    store: Store,
    choice: Choice,
    output: Path,
    kind: str,
    force: bool,
    write_document: Callable[[bytes], object] | None,
) -> Counts:
    if str(output) != "-":
        with replacing(output, force=force) as file:
            return export(store, choice, file.write, format=kind, write_document=write_document)
    out = sys.stdout.buffer
    shown = out.isatty()

    def write(data: bytes) -> None:
        out.write(_visible(data) if shown else data)

    counts = export(store, choice, write, format=kind, write_document=write_document)
    out.flush()
    return counts


def _visible(data: bytes) -> bytes:
    # CSV has no escapes: what a text holds would reach the terminal as it is.
    return "\n".join(map(visible, data.decode().split("\n"))).encode()


_UNRESOLVED = {
    "adjudicated": "not adjudicated, or differently",
    "dawid-skene": "of which two labels are as likely",
}


def _described(counts: Counts, output: Path, policy: str) -> str:
    place = "" if str(output) == "-" else f" to {output}"
    reasons = (
        (counts.unresolved, _UNRESOLVED.get(policy, "on which reviewers differ")),
        (counts.none, "not a sentence"),
        (counts.skipped, "skipped"),
        (counts.superseded, "labelled in an earlier version of their article"),
    )
    left_out = ", ".join(f"{number:,} {reason}" for number, reason in reasons if number)
    return f"exported {counted(counts.records, 'sentence')}{place}" + (
        f"; left out {left_out}" if left_out else ""
    )


@click.command()
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "--with-documents",
    "documents",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Add the articles that `export --with-documents` wrote first.",
)
@project_option
@json_option
@quiet_option
def import_command(
    file: Path, documents: Path | None, folder: Path, as_json: bool, quiet: bool
) -> None:
    """Take the labels of a JSONL export (or of - for standard input) into this project.

    What `export --events` wrote, a file of it or the folder, is merged, as `annotator merge` does.

    All or nothing, and again does nothing. A label that was given or changed here later than the
    one in the file is kept. Sentences that are not here are listed and left out.
    """
    project = open_project(folder, new=documents is not None)
    if documents is None and can_merge(file):
        merge(project, (file,), dry_run=False, as_json=as_json, quiet=quiet)
        return
    with project.open() as store, progress(quiet=quiet) as tell:
        add = partial(ingest, store, _request(project, documents), tell) if documents else None
        try:
            report = import_file(store, file, add_documents=add)
        except Refused as refused:
            report_errors(refused.report.refused)
            raise
    if as_json:
        emit_json(report.as_json())
    else:
        say(_told(report), quiet=quiet)


def _request(project: Project, documents: Path) -> Request:
    try:
        data = documents.read_bytes()
    except OSError as error:
        raise InputProblem(f"cannot be read: {error.strerror}", file=str(documents)) from error
    return Request(
        files=[],
        base=project.folder,
        # By content, not by name: another file of this name is no new version of these articles.
        standard_input=data,
        options=ReadOptions(encoding="utf-8", format="jsonl"),
        settings=settings_of(project),
    )


def _told(report: ImportReport) -> str:
    lines = [
        f"{counted(report.records, 'sentence')} read: {counted(report.added, 'label')} added,"
        f" {report.changed:,} changed, {report.same:,} as before, {len(report.kept):,} kept"
    ]
    if report.adjudicated:
        lines.append(f"{counted(report.adjudicated, 'adjudication')} taken over")
    if report.asked_again:
        lines.append(
            f"{counted(report.asked_again, 'label')} of an earlier scheme without a place in the"
            " present one"
        )
    if report.kept:
        lines.append("kept, because here they were given, changed or taken back later:")
        lines += [
            f"  {one.sentence}  {one.reviewer}: {one.here or 'no label'} here, {one.there} there"
            for one in report.kept[:_LISTED]
        ]
        lines += _more(len(report.kept))
    if report.unknown:
        lines.append(f"warning: not in this project: {counted(len(report.unknown), 'sentence')}")
        lines += [
            f"  {one.sentence}  {one_line(one.title or one.document, 60)}"
            + (" (the article is here, but cut into other sentences)" * one.document_known)
            for one in report.unknown[:_LISTED]
        ]
        lines += _more(len(report.unknown))
        if not all(one.document_known for one in report.unknown):
            lines.append(
                "  bring their articles along: `annotator export --with-documents FILE` there,"
                " `annotator import --with-documents FILE` here"
            )
    return "\n".join(lines)


def _more(number: int) -> list[str]:
    return [f"  and {number - _LISTED:,} more"] if number > _LISTED else []


@click.command()
@project_option
def schema_command(folder: Path) -> None:
    """Print the JSON Schema (draft 2020-12) that every line of a JSONL export follows.

    Its labels are those of the project, outside of one those that are built in.
    """
    from annotator.formats.record import schema
    from annotator.project.scheme import scheme_of

    emit_json(schema(scheme_of(Project(folder))))
