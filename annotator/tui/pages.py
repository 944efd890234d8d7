"""The pages where there is nothing to decide: an empty project, and the end of the work."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Final

from annotator.session import Session
from annotator.tui.dialogs import Page

_EMPTY: Final = """\
Put articles (.txt, .md, .html, .jsonl, .csv) into the folder

    {corpus}

and start again, or bring them from anywhere:

    annotator add PATH...{option}

q quits · ? shows codebook and keys\
"""


def beginning(session: Session) -> Page:
    """Return the page of an empty project. It stays: there is nothing below it to see."""
    folder, option = _project(session)
    text = _EMPTY.format(corpus=folder / "corpus", option=option)
    return Page("Nothing to read yet", text, {"q": "quit", "question_mark,f1": "help"})


def end(session: Session) -> Page:
    """Return the page that says what was done, and what to do with it."""
    asked, labelled, skipped = session.counts
    folder, option = _project(session)
    export = shlex.quote(str(folder / "labels" / "export.jsonl"))
    title = session.end_in_words().capitalize()
    lines = [f"{labelled:,} of {asked:,} labelled, {skipped:,} skipped.", ""]
    if skipped:
        lines.append(f"the skipped ones:  annotator review --only skipped{option}")
    lines += [
        f"write them out:    annotator export --output {export}{option}",
        f"how it went:       annotator status{option}",
        "",
        "q quits · u undoes the last decision · escape goes back to the article",
    ]
    return Page(title, "\n".join(lines), {"escape,enter": "close", "q": "quit", "u": "undo"})


def _project(session: Session) -> tuple[Path, str]:
    """Return the project's folder, and the option that names it where it is not this one."""
    folder = session.store.path.parent.parent
    if folder.resolve() == Path.cwd():
        return Path(), ""
    return folder, f" --project {shlex.quote(str(folder))}"
