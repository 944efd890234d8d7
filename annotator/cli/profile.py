"""`profile`: how a source words things, from labels, word lists and files; never a score."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

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
    table,
)
from annotator.core.errors import UsageProblem
from annotator.core.text import one_line

if TYPE_CHECKING:
    from annotator.profiles.figures import Profile
    from annotator.project.profile import Group, Options
    from annotator.store import Store

_BY = ("source", "document", "author", "outlet", "language")
_WIDEST = 120


@click.command()
@click.argument("names", metavar="[SOURCE]...", nargs=-1)
@click.option(
    "--by",
    type=click.Choice(_BY),
    default="source",
    show_default=True,
    help="What there is a profile of. `outlet`: the articles that name or credit it.",
)
@click.option(
    "--evidence",
    metavar="FIGURE",
    help="List the sentences behind a figure: its name as in --json or in the list.",
)
@click.option(
    "--min-n",
    default=20,
    show_default=True,
    type=click.IntRange(1, 1_000_000),
    help="Sentences below which counts are given, and no share.",
)
@click.option(
    "--all",
    "every",
    is_flag=True,
    help="Read all sentences for the word lists, however many; else a sample of 20,000.",
)
@click.option("--seed", type=int, help="Seed of the sample and of the intervals.")
@click.option("--screen", is_flag=True, help="Look around on a screen.")
@click.option("--theme", help="Colours of the screen; `high-contrast` is one.")
@project_option
@json_option
@quiet_option
def profile_command(
    names: tuple[str, ...],
    by: str,
    evidence: str | None,
    min_n: int,
    every: bool,
    seed: int | None,
    screen: bool,
    theme: str | None,
    folder: Path,
    as_json: bool,
    quiet: bool,
) -> int:
    """Describe how sources word things: one in full, or up to four side by side.

    Without a name it lists what there are profiles of. Labels and word lists never stand in one
    table; no figure stands without its count.
    """
    from annotator.cli.articles import settings_of
    from annotator.project.profile import MOST, Options, find, groups, profile

    if len(names) > MOST:
        raise UsageProblem(f"at most {MOST} profiles stand side by side")
    if evidence and len(names) != 1:
        raise UsageProblem("--evidence is about one profile", hint="name it before --evidence")
    project = open_project(folder)
    options = Options(min_n=min_n, settings=settings_of(project))
    if every:
        options = replace(options, sample=0)
    if seed is not None:
        options = replace(options, seed=seed)
    with project.open(create=False) as store:
        if screen:
            return _on_screen(store, by, options, theme or project.config.theme)
        there = groups(store, by)
        if not names:
            _list(there, by, as_json=as_json)
            return 0
        # In the order that all lists have, whatever the order in which they were named.
        chosen = sorted({there.index(find(there, name)) for name in names})
        with progress(quiet=quiet) as tell:
            found = [profile(store, there[one], store.scheme, options, tell) for one in chosen]
        if evidence:
            _evidence(store, found[0], evidence, as_json=as_json)
        else:
            _show(found, as_json=as_json)
    return 0


def _list(there: list[Group], by: str, *, as_json: bool) -> None:
    if as_json:
        emit_json(
            [
                {"by": by, "name": one.name, "documents": len(one.documents),
                 "sentences": one.sentences, "labelled": one.labelled}
                for one in there
            ]
        )  # fmt: skip
        return
    if not there:
        emit(
            "there is nothing to profile yet: no articles"
            if by != "outlet"
            else "no outlet is named"
        )
        return
    rows = [
        (one_line(one.name, 50), len(one.documents), one.sentences, one.labelled) for one in there
    ]
    emit(table((by, "documents", "sentences", "labelled"), rows, " rrr"))


def _show(found: list[Profile], *, as_json: bool) -> None:
    if as_json:
        shown = [one.as_json() for one in found]
        emit_json(shown[0] if len(shown) == 1 else shown)
        return
    from annotator.project.profile_text import lines, side_by_side

    width = min(shutil.get_terminal_size((80, 24)).columns, _WIDEST)
    said = lines(found[0], width) if len(found) == 1 else side_by_side(found, width)
    emit("\n".join(line.text for line in said))


def _evidence(store: Store, found: Profile, name: str, *, as_json: bool) -> None:
    from annotator.profiles.tally import MOST as MOST_EVIDENCE
    from annotator.store import profiles

    figures = found.figures
    one = figures.get(name) or next((it for it in figures.values() if it.name == name), None)
    if one is None:
        raise UsageProblem(
            f"there is no figure {name!r} in this profile", hint=f"one of: {', '.join(figures)}"
        )
    listed = [(at.note, profiles.shown(store, at.document, at.unit)) for at in one.evidence]
    if as_json:
        emit_json(
            [
                {"id": it.id, "document": it.name, "text": it.text or None, "note": note or None}
                for note, it in listed
            ]
        )
        return
    if len(listed) >= MOST_EVIDENCE:
        say(f"the first {len(listed):,}; there are more")
    for note, it in listed:
        text = " ".join(it.text.split()) or "(the document)"
        emit(f"{it.id}  {one_line(it.name, 24):<24}  {text}")
        if note:
            emit(f"{'':16}  {note}")


def _on_screen(store: Store, by: str, options: Options, theme: str | None) -> int:
    from annotator.cli.review import has_screen

    if not has_screen():
        raise UsageProblem("there is no terminal to open a screen on", hint="leave --screen out")
    from annotator.tui.profile import run_profiles

    return run_profiles(store, by, store.scheme, options, theme)
