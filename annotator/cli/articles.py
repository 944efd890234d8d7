"""`init`, `add`, `baseline`, `explain`: articles and what is computed of them."""

from __future__ import annotations

import shlex
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from annotator.cli.common import (
    emit,
    emit_json,
    json_option,
    open_project,
    progress,
    project_option,
    quiet_option,
    report_errors,
    say,
    table,
)
from annotator.core.errors import InputProblem, UsageProblem
from annotator.core.text import counted, one_line
from annotator.ingest.files import find
from annotator.ingest.metadata import Metadata, is_iso_date, language_code
from annotator.ingest.readers import FORMATS, ReadOptions
from annotator.project import Project
from annotator.project.ingest import ingest
from annotator.project.prepare import Settings
from annotator.project.request import Refused, Report, Request


def settings_of(project: Project) -> Settings:
    """Return what the project's configuration says about ingest."""
    from annotator.baseline import sentiment

    config = project.config
    for name in config.analyzers.values():
        sentiment.for_baseline(name)
    return Settings(config.languages, config.analyzers)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=Path())
@quiet_option
def init_command(folder: Path, quiet: bool) -> None:
    """Make a project: a folder with corpus/ for articles and labels/ for the store."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputProblem(f"cannot be made: {error.strerror}", file=str(folder)) from error
    made = Project.at(folder, new=True).init()
    for path in made:
        say(f"made {path}/", quiet=quiet)
    if not made:
        say(f"{folder} is a project already", quiet=quiet)
    here = folder.resolve() == Path.cwd().resolve()
    there = "" if here else f"`cd {shlex.quote(str(folder))}`, "
    say(f"next: {there}put articles into corpus/ and run `annotator`", quiet=quiet)


@click.command()
@click.argument("paths", nargs=-1, required=True)
@click.option("--dry-run", is_flag=True, help="Report what would happen and change nothing.")
@click.option("--keep-going", is_flag=True, help="Take the good files although others are refused.")
@click.option("--encoding", help="Decode by this encoding; `detect` guesses (extra `legacy`).")
@click.option("--format", "kind", type=click.Choice(list(FORMATS)), help="Read as this format.")
@click.option("--text-field", metavar="NAME", help="Column or key that holds the text.")
@click.option("--title", help="Title of the document.")
@click.option("--source", help="Who published it.")
@click.option("--url", help="Where it was found.")
@click.option("--published", help="Date, ISO 8601.")
@click.option("--author", help="Who wrote it.")
@click.option("--language", help="Language code, instead of detecting it.")
@project_option
@json_option
@quiet_option
def add_command(
    paths: tuple[str, ...],
    dry_run: bool,
    keep_going: bool,
    encoding: str | None,
    kind: str | None,
    text_field: str | None,
    folder: Path,
    as_json: bool,
    quiet: bool,
    **metadata: str | None,
) -> int:
    """Bring files, folders, globs or - (standard input) into the project.

    Formats: .txt .md .html .jsonl .json .csv .tsv. All or nothing: when a file is refused, nothing
    is changed. The same file again does nothing; a changed file is a new version of its document,
    and keeps the labels of its unchanged sentences.
    """
    project = open_project(folder, new=True)
    found = find([path for path in paths if path != "-"], cwd=Path.cwd())
    request = Request(
        files=found.files,
        base=project.folder,
        refused=found.refused,
        skipped=found.skipped,
        options=ReadOptions(encoding=encoding, text_field=text_field, format=kind),
        metadata=_metadata(metadata),
        settings=settings_of(project),
        standard_input=sys.stdin.buffer.read() if "-" in paths else None,
        keep_going=keep_going,
        dry_run=dry_run,
    )
    if request.standard_input is not None and kind is None:
        request = replace(request, options=replace(request.options, format="text"))
    try:
        with progress(quiet=quiet) as tell:
            report = _ingest(project, request, tell)
    except Refused as refused:
        if as_json:
            emit_json(refused.report.as_json())
        report_errors(refused.report.refused)
        raise
    report_errors(report.refused)
    if as_json:
        emit_json(report.as_json())
    else:
        say(described(report), quiet=quiet)
    return InputProblem.exit_code if report.refused else 0


def _ingest(project: Project, request: Request, tell: Any) -> Report:
    if request.dry_run and not project.store_path.exists():
        import tempfile

        from annotator.store import Store

        with (
            tempfile.TemporaryDirectory(prefix="annotator-") as folder,
            Store.open(Path(folder) / "labels.db") as store,
        ):
            return ingest(store, request, tell)
    with project.open() as store:
        return ingest(store, request, tell)


def _metadata(values: dict[str, str | None]) -> Metadata:
    if values["published"] and not is_iso_date(values["published"]):
        raise UsageProblem("--published takes a date of ISO 8601, such as 2026-03-21")
    return Metadata(**{**values, "language": _code(values["language"])})


def _code(language: str | None) -> str | None:
    code = language_code(language) if language else None
    if language and code is None:
        raise UsageProblem("--language takes a code such as en, fr or pt-BR")
    return code


def described(report: Report) -> str:
    """Return a report in words."""
    lines = [
        f"{counted(report.files, 'file')}: {counted(report.new, 'new document')},"
        f" {report.changed:,} changed, {report.same + report.unchanged:,} as before"
        + (f", {report.gone:,} no longer there" if report.gone else "")
        + (f", {len(report.refused):,} refused" if report.refused else "")
        + (f"; {counted(len(report.skipped), 'other file')} skipped" if report.skipped else "")
    ]
    if report.new or report.changed:
        languages = ", ".join(f"{code} {count:,}" for code, count in report.languages.items())
        lines.append(
            f"{counted(report.sentences, 'sentence')} in"
            f" {counted(sum(report.languages.values()), 'document')} ({languages}),"
            f" {report.duplicates:,} with a near-duplicate"
        )
    if report.unsuggested:
        lines.append(
            f"{counted(report.unsuggested, 'sentence')} without a suggestion of"
            f" {report.suggester}:"
            " see `annotator suggest`"
        )
    if report.updated:
        lines.append(f"metadata changed of {counted(report.updated, 'document')}")
    if report.carried:
        lines.append(f"{counted(report.carried, 'annotation')} carried over to new versions")
    if report.lost:
        lost = counted(len(report.lost), "annotation")
        lines.append(f"{lost} not carried over, as the sentences changed:")
        lines += [
            f"  {lost.sentence}  {lost.reviewer}  {lost.label or '-'}  {one_line(lost.text, 70)}"
            for lost in report.lost
        ]
    if report.dry_run:
        lines.append("dry run: nothing was changed")
    return "\n".join(lines)


@click.command()
@click.option("--recompute", is_flag=True, help="Compute again what another version computed.")
@click.option("--all", "everything", is_flag=True, help="With --recompute: every document.")
@project_option
@json_option
@quiet_option
def baseline_command(
    recompute: bool, everything: bool, folder: Path, as_json: bool, quiet: bool
) -> None:
    """Show which analyser scored how many sentences, and recompute what is out of date."""
    from annotator.project import baseline

    if everything and not recompute:
        raise UsageProblem("--all goes with --recompute")
    project = open_project(folder)
    with project.open(create=False) as store:
        if recompute:
            with progress(quiet=quiet) as tell:
                count = baseline.recompute(
                    store, settings_of(project), everything=everything, tell=tell
                )
            say(f"{counted(count, 'sentence')} scored", quiet=quiet)
        rows = baseline.summary(store, settings_of(project))
    if as_json:
        emit_json([row._asdict() for row in rows])
    else:
        emit(
            table(
                ("language", "sentences", "analyser", "scored", "version", "installed"),
                [
                    (r.language, r.sentences, r.analyzer or "none", r.scored, r.stored, r.installed)
                    for r in rows
                ],
                " r r",
            )
        )


@click.command()
@click.argument("text")
@click.option("--language", help="Language of TEXT; default: detected, or that of the document.")
@click.option("--analyzer", help="Analyser to use, such as textblob-en+news.")
@project_option
@json_option
def explain_command(
    text: str, language: str | None, analyzer: str | None, folder: Path, as_json: bool
) -> None:
    """Say what the rules suggest for TEXT, or for the sentence with the id TEXT, and why.

    Also which words carried its sentiment.
    """
    from annotator.project.explain import explain

    explained = explain(Project(folder), text, language=_code(language), analyzer=analyzer)
    if as_json:
        emit_json(explained.as_json())
    else:
        emit(explained.described())
