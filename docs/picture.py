"""Make the picture of the review screen in the README, from the running program.

    python docs/picture.py [OUTPUT.svg]

The bundled corpus is read into a temporary project, a few sentences are labelled, and the screen
is saved as Textual draws it.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from pathlib import Path

from annotator.core.scheme import built_in
from annotator.ingest.files import walk
from annotator.project import Project
from annotator.project.ingest import ingest
from annotator.project.request import Request
from annotator.session import Session
from annotator.tui.app import AnnotatorApp
from annotator.tui.keymap import actions

ROOT = Path(__file__).resolve().parents[1]
KEYS = ("f", "p", "p", "f", "p", "p", "p", "f", "p")


async def picture(output: Path, size: tuple[int, int] = (120, 40)) -> None:
    """Save the screen after a few labels to `output`."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(ROOT / "corpus", Path(folder) / "corpus")
        project = Project(Path(folder))
        with project.open() as store:
            ingest(store, Request(walk(project.corpus).files, project.folder))
            session = Session(store, "ana", built_in())
            app = AnnotatorApp(session, actions(session.scheme))
            async with app.run_test(size=size) as pilot:
                await pilot.press(*KEYS)
                await pilot.pause()
                output.write_text(app.export_screenshot(title="annotator"), encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(picture(Path(sys.argv[1]) if sys.argv[1:] else ROOT / "docs" / "review.svg"))
