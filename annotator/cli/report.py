"""`report`: what is known of a project, for people who read no terminal."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

import click

from annotator.cli.common import (
    kind_of,
    open_project,
    progress,
    project_option,
    quiet_option,
    say,
)
from annotator.core.errors import install_hint
from annotator.report import FORMATS, is_ours, render

_UNNAMED = "Labelled articles"
"""The title of an anonymized report: a folder is often called after whoever works in it."""


@click.command()
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    default=Path("-"),
    show_default="- (standard output)",
    help="File to write; replaced only when the report is whole.",
)
@click.option(
    "--format",
    "kind",
    type=click.Choice(list(FORMATS)),
    help="Default: by the suffix of the file, else html.",
)
@click.option("--title", help="Default: the name of the project's folder, if not anonymized.")
@click.option("--no-articles", is_flag=True, help="Leave out the articles with their sentences.")
@click.option("--anonymize", is_flag=True,
              help="Pseudonyms for reviewers, as in an anonymized export; no notes.")  # fmt: skip
@click.option("--rounds", default=1_000, show_default=True, type=click.IntRange(100, 100_000),
              help="Rounds of the bootstrap.")  # fmt: skip
@click.option("--seed", default=0, show_default=True, help="Seed of what is drawn.")
@click.option("--force", is_flag=True, help="Replace a file that is no report.")
@project_option
@quiet_option
def report_command(
    output: Path,
    kind: str | None,
    title: str | None,
    no_articles: bool,
    anonymize: bool,
    rounds: int,
    seed: int,
    force: bool,
    folder: Path,
    quiet: bool,
) -> None:
    """Write a report: progress, agreement, a profile of each source, the labelled articles.

    HTML is one file that needs no network and no script. The same labels and options give the
    same bytes. It names the reviewers, unless anonymized, and shows everybody's labels: it is not
    for somebody who has still to label.
    """
    from annotator.cli.articles import settings_of
    from annotator.project.exchange import check_targets, replacing
    from annotator.project.report import Choice, gather

    kind = kind or kind_of(output, {end: name for name, end in FORMATS.items()}, "html")
    if kind == "html" and not find_spec("matplotlib"):
        say(f"without plots: matplotlib is not installed ({install_hint('plot')})", quiet=quiet)
    project = open_project(folder)
    choice = Choice(
        title or (_UNNAMED if anonymize else project.folder.resolve().name),
        articles=not no_articles,
        anonymize=anonymize,
        rounds=rounds,
        seed=seed,
        settings=settings_of(project),
    )
    to_file = str(output) != "-"
    with project.open(create=False) as store, progress(quiet=quiet) as tell:
        check_targets(store, output if to_file else None, None)
        report = gather(store, choice, tell)
    written = render(report, kind).encode("utf-8", "backslashreplace")
    if not to_file:
        sys.stdout.buffer.write(written)
        sys.stdout.buffer.flush()
        return
    with replacing(output, force=force, ours=is_ours) as file:
        file.write(written)
    say(f"wrote {output}: {len(written):,} bytes", quiet=quiet)
