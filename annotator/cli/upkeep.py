"""`verify`, `backup`, `completion`: keeping a project in order."""

from __future__ import annotations

from pathlib import Path

import click

from annotator.cli.common import (
    emit,
    emit_json,
    json_option,
    open_project,
    progress,
    project_option,
    quiet_option,
    say,
)
from annotator.core.text import counted


@click.command()
@project_option
@json_option
@quiet_option
def verify_command(folder: Path, as_json: bool, quiet: bool) -> int:
    """Derive every id, chain and annotation again; exits with 1 and names what is wrong."""
    from annotator.store.verify import verify

    with open_project(folder).open(create=False) as store, progress(quiet=quiet) as tell:
        found = verify(store, tell)
    if as_json:
        problems = [problem._asdict() for problem in found.problems]
        emit_json({**found._asdict(), "problems": problems})
    else:
        for problem in found.problems:
            emit(f"{problem.table} row {problem.row}: {problem.reason}")
        if not quiet:
            for name in found.forked:
                emit(f"{name}: the history goes on in several places; the next decision joins them")
            number = len(found.problems)
            emit(
                f"{counted(found.events, 'event')} of {counted(found.reviewers, 'reviewer')},"
                f" {counted(found.units, 'unit')} in {counted(found.documents, 'document')}: "
                + (counted(number, "problem") if number else "all as it was written")
            )
    return 1 if found.problems else 0


@click.command()
@click.argument("target", type=click.Path(path_type=Path, dir_okay=False))
@project_option
@quiet_option
def backup_command(target: Path, folder: Path, quiet: bool) -> None:
    """Copy the label store to TARGET, also while it is in use.

    To restore, close annotator, move labels/labels.db (and labels.db-wal, labels.db-shm) away and
    copy TARGET to labels/labels.db.
    """
    with open_project(folder).open(create=False) as store:
        store.backup(target)
    say(f"copied to {target} ({target.stat().st_size:,} bytes)", quiet=quiet)


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion_command(shell: str) -> None:
    """Print the completion script of SHELL.

    \b
    bash: annotator completion bash >> ~/.bashrc
    zsh:  annotator completion zsh >> ~/.zshrc  (after compinit)
    fish: annotator completion fish > ~/.config/fish/completions/annotator.fish
    """
    from click.shell_completion import get_completion_class

    from annotator.cli.app import cli

    found = get_completion_class(shell)
    if found is None:
        raise AssertionError(f"click completes no {shell}")
    click.echo(found(cli, {}, "annotator", "_ANNOTATOR_COMPLETE").source())
