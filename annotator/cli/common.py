"""What every command shares: options, the way to the project, and what goes to which stream.

Data goes to stdout, narration and progress to stderr. Text from outside is made visible before it
reaches a terminal.
"""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from annotator.core.errors import AnnotatorError, UsageProblem
from annotator.core.text import visible
from annotator.project import Project

Command = TypeVar("Command", bound=Callable[..., Any])

_PATIENCE = 1.0
"""Seconds after which work shows a progress bar."""


def project_option(command: Command) -> Command:
    """Add `--project`, which hands the command the folder."""
    return click.option(
        "--project",
        "folder",
        type=click.Path(path_type=Path, file_okay=False),
        default=Path(),
        show_default="the current folder",
        help="Folder that holds corpus/ and labels/.",
    )(command)


def reviewer_option(command: Command) -> Command:
    """Add `--reviewer`."""
    return click.option(
        "--reviewer",
        metavar="NAME",
        help="Who labels. Default: from the configuration, else the login name.",
    )(command)


def label_names(context: click.Context, _: click.Parameter, begun: str) -> list[str]:
    """Return the labels of the project that begin so: what a shell completes."""
    from annotator.core.scheme import built_in
    from annotator.project.scheme import scheme_of

    try:
        scheme = scheme_of(Project(context.params.get("folder") or Path()), stored=True)
    except AnnotatorError:
        scheme = built_in()
    return [label.name for label in scheme.every if label.name.startswith(begun)]


def json_option(command: Command) -> Command:
    """Add `--json`, as `as_json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON for a program.")(
        command
    )


def quiet_option(command: Command) -> Command:
    """Add `-q`."""
    return click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors and data.")(
        command
    )


def kind_of(output: Path, suffixes: Mapping[str, str], default: str) -> str:
    """Return the format that the suffix of a file names; `suffixes` has the format of each.

    Without a suffix it is the default. Raises UsageProblem for one that names none: the file would
    be read by its suffix later.
    """
    suffix = output.suffix.lower()
    if suffix and suffix not in suffixes:
        raise UsageProblem(
            f"{visible(str(output))}: no format goes with {visible(suffix)}",
            hint=f"one of {', '.join(suffixes)}, or say which with --format",
        )
    return suffixes.get(suffix, default)


def open_project(folder: Path, *, new: bool = False) -> Project:
    """Return the project in `folder`; raises UsageProblem."""
    return Project.at(folder, new=new)


def say(text: str, *, quiet: bool = False) -> None:
    """Print narration."""
    if not quiet:
        click.echo("\n".join(visible(line) for line in text.split("\n")), err=True)


def emit(text: str) -> None:
    """Print a line of data that is read by people."""
    click.echo("\n".join(visible(line) for line in text.split("\n")))


def emit_json(value: Any) -> None:
    """Print data that is read by programs; ASCII, so that a terminal cannot be moved by it."""
    click.echo(json.dumps(value, indent=2))


def table(header: Sequence[str], rows: Iterable[Sequence[object]], numbers: str = "") -> str:
    """Return aligned columns; `numbers` has an `r` for each column that is set to the right."""
    cells = [
        [visible("" if cell is None else str(cell)) for cell in row] for row in (header, *rows)
    ]
    widths = [max(len(cell) for cell in column) for column in zip(*cells, strict=True)]
    lines = []
    for row in cells:
        parts = [
            cell.rjust(width) if side == "r" else cell.ljust(width)
            for cell, width, side in zip(row, widths, numbers.ljust(len(widths)), strict=True)
        ]
        lines.append("  ".join(parts).rstrip())
    return "\n".join(lines)


@contextmanager
def progress(*, quiet: bool = False) -> Iterator[Callable[[str, int, int], None]]:
    """Give a function that draws a bar on stderr, once the work has taken longer than a second."""
    started = time.monotonic()
    drawn = False
    shown = quiet or not sys.stderr.isatty()

    def tell(stage: str, done: int, total: int) -> None:
        nonlocal drawn
        if shown or not total or time.monotonic() - started < _PATIENCE:
            return
        drawn = True
        before, after = f"{stage:<10} [", f"] {100 * done // total:3d}%"
        # A line that wraps could not be drawn over.
        room = shutil.get_terminal_size().columns - 1
        width = min(30, max(0, room - len(before) - len(after)))
        filled = width * done // total
        bar = "#" * filled + "-" * (width - filled)
        click.echo("\r" + f"{before}{bar}{after}"[:room], nl=False, err=True)

    try:
        yield tell
    finally:
        if drawn:
            click.echo("\r\x1b[K", nl=False, err=True)


def report_errors(errors: Iterable[AnnotatorError]) -> None:
    """Print errors, each once: what is wrong in a `sources.toml` is wrong for all its files."""
    for error in {error.message: error for error in errors}.values():
        report_error(error)


def report_error(error: AnnotatorError) -> None:
    """Print an error and what to do about it."""
    say(f"error: {error.message}")
    if error.hint:
        say(f"  hint: {error.hint}")
