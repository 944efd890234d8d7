"""`dashboard`: how the project stands, on a screen, while others label."""

from __future__ import annotations

from pathlib import Path

import click

from annotator.cli.common import open_project, project_option
from annotator.core.errors import UsageProblem


@click.command()
@click.option("--theme", help="Colours of the screen; `high-contrast` is one.")
@project_option
def dashboard_command(theme: str | None, folder: Path) -> int:
    """Watch the progress by reviewer, source and article, the labels, the pace, the agreement.

    It counts a large store piece by piece, and shows what others do within a second or two. It
    shows how labels are distributed, and no label of any sentence.
    """
    from annotator.cli.review import has_screen

    if not has_screen():
        raise UsageProblem(
            "there is no terminal to open a screen on", hint="`annotator status` prints the counts"
        )
    from annotator.tui.dashboard import run_dashboard

    project = open_project(folder)
    with project.open(create=False) as store:
        return run_dashboard(store, store.scheme, theme or project.config.theme)
