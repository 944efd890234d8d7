"""The pages where there is nothing to decide: an empty project, and the end of the work."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Final

from annotator.session import Session
from annotator.session.reader import Reader
from annotator.tui.dialogs import Page

if TYPE_CHECKING:
    from annotator.session.adjudication import Adjudicator

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
    return Page("Nothing to read yet", text, {"q,ctrl+c": "quit", "question_mark,f1": "help"})


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
    return Page(title, "\n".join(lines), {"escape,enter": "close", "q,ctrl+c": "quit", "u": "undo"})


def end_of_adjudication(session: Adjudicator) -> Page:
    """Return the page that says what was adjudicated, what is left, and what to do with it."""
    found = session.overview()
    folder, option = _project(session)
    export = shlex.quote(str(folder / "labels" / "adjudicated.jsonl"))
    lines = [
        f"{found.disputed:,} of {found.shared:,} sentences with two labels or more were disputed;",
        f"{found.adjudicated:,} are adjudicated, {found.undecided:,} of the disputed are left.",
    ]
    if found.differing:
        lines.append(f"On {found.differing:,} adjudicators differ.")
    lines.append("")
    if found.discussed:
        said = f"annotator adjudicate --only discussed{option}"
        lines.append(f"talked about ({found.discussed:,}):  {said}")
    lines += [
        f"write them out:    annotator export --output {export}{option}",
        f"before and after:  annotator agreement{option}",
        "",
        "q quits · u undoes the last decision · escape goes back to the article",
    ]
    title = session.end_in_words().capitalize()
    return Page(title, "\n".join(lines), {"escape,enter": "close", "q,ctrl+c": "quit", "u": "undo"})


def _project(session: Reader) -> tuple[Path, str]:
    """Return the project's folder, and the option that names it where it is not this one."""
    folder = session.store.path.parent.parent
    if folder.resolve() == Path.cwd():
        return Path(), ""
    return folder, f" --project {shlex.quote(str(folder))}"
