"""`scheme`: the labels of a project: show, check, compare and replace them."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from annotator.cli.common import (
    emit,
    emit_json,
    json_option,
    open_project,
    project_option,
    quiet_option,
    reviewer_option,
    say,
    table,
)
from annotator.core import scheme as schemes
from annotator.core.errors import InputProblem, UsageProblem
from annotator.core.scheme import FILE, Scheme
from annotator.project import Project

if TYPE_CHECKING:
    from annotator.project.scheme import Difference
    from annotator.store import Store

PRESENT = "present"
"""What the scheme that the store is labelled with is called on the command line."""


@click.group()
def scheme_command() -> None:
    """Show, check, compare or replace the labels of a project.

    A project may have labels of its own in scheme.toml, from 2 to 9. `annotator scheme show` prints
    the present ones to start from; docs/schemes.md has an example.
    """


@scheme_command.command("show", short_help="Print the present scheme as TOML.")
@project_option
@json_option
def show_command(folder: Path, as_json: bool) -> None:
    """Print the present scheme as TOML: what a scheme of your own can start from."""
    with _stored(Project(folder)) as store:
        text = store.scheme_text if store else schemes.built_in_text()
    if as_json:
        emit_json(as_data(schemes.read(text)))
    elif sys.stdout.isatty():
        emit(text.rstrip("\n"))
    else:
        sys.stdout.buffer.write(text.encode())


@scheme_command.command("validate", short_help="Check a scheme file.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@project_option
@json_option
def validate_command(file: Path, folder: Path, as_json: bool) -> int:
    """Check a scheme file, and say all that is wrong with it; exits with 1 where something is."""
    from annotator.core.scheme_check import problems
    from annotator.project.scheme import text_of

    text = text_of(file)
    found = [(str(one), one.hint) for one in problems(text)]
    scheme = None if found else schemes.read(text)
    if scheme:
        found = [(error.reason, error.hint) for error in _clashes(Project(folder), scheme)]
    if as_json:
        wrong = [{"problem": problem, "hint": hint} for problem, hint in found]
        data = as_data(scheme) if scheme else None
        emit_json({"file": str(file), "good": not found, "problems": wrong, "scheme": data})
        return 1 if found else 0
    for problem, hint in found:
        emit(f"{file}: {problem}" + (f" ({hint})" if hint else ""))
    if scheme and not found:
        emit(f"{file}: good: {scheme.id}, guideline {scheme.guideline}")
        emit(_labels(scheme))
    return 1 if found else 0


@scheme_command.command("diff", short_help="Say what a scheme file would change.")
@click.argument("file", required=False)
@project_option
@json_option
def diff_command(file: str | None, folder: Path, as_json: bool) -> int:
    """Say what FILE (else scheme.toml of the project) would change, and how many labels there are.

    Exits with 1 where labels in use have no place in it. FILE may be `built-in`.
    """
    from annotator.project.scheme import difference
    from annotator.store import schemes as stored

    project = open_project(folder)
    text, name = _named(project, file)
    then = schemes.parse(text, name)
    with _stored(project) as store:
        now = store.scheme if store else schemes.built_in()
        found = difference(now, then, stored.in_use(store) if store else {})
    if as_json:
        emit_json(found.as_json())
    else:
        emit("\n".join(described(found)))
    return 1 if found.lost else 0


@scheme_command.command("use", short_help="Label with another scheme from now on.")
@click.argument("file")
@click.option(
    "--map",
    "maps",
    metavar="OLD=NEW",
    multiple=True,
    help="What a label becomes; several may become one.",
)
@click.option("--ask", "asked", metavar="OLD", multiple=True, help="Ask its sentences again.")
@click.option(
    "--from", "before", metavar="ID", help="OLD is of the scheme ID. Default: the present one."
)
@project_option
@reviewer_option
@json_option
@quiet_option
def use_command(
    file: str,
    maps: tuple[str, ...],
    asked: tuple[str, ...],
    before: str | None,
    folder: Path,
    reviewer: str | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Label with the scheme in FILE from now on; it becomes scheme.toml of the project.

    FILE may also be `built-in`, or `present`: what the store is labelled with. Labels that were
    given stay in the history as they were; what they are now follows from --map and --ask: a label
    that is to be split in two is asked again.
    """
    from annotator.project.scheme import use

    project = open_project(folder)
    project.reviewer(reviewer)
    mapping = _mapping(maps, asked)
    with project.open(stored_scheme=True) as store:
        text, name = (store.scheme_text, FILE) if file == PRESENT else _named(project, file)
        for error in _clashes(project, schemes.parse(text, name)):
            raise InputProblem(error.reason, file=name, hint=error.hint)
        found, changed = use(project, store, text, name, mapping, before=before)
    if as_json:
        emit_json({**found.as_json(), "mapping": mapping, "changed": changed})
        return
    say("\n".join(described(found, mapping)), quiet=quiet)
    others = "1 label is another" if changed == 1 else f"{changed:,} labels are others"
    say(f"{project.folder / FILE} is in use; {others} now", quiet=quiet)


@contextmanager
def _stored(project: Project) -> Iterator[Store | None]:
    """Give the store as it is labelled, whatever the file of the project says; None: no store."""
    if not project.store_path.exists():
        yield None
        return
    with project.open(create=False, stored_scheme=True) as store:
        yield store


def _named(project: Project, file: str | None) -> tuple[str, str]:
    """Return the text of a scheme that was named, and what to call it."""
    from annotator.project.scheme import BUILT_IN, text_of

    if file == BUILT_IN:
        return schemes.built_in_text(), BUILT_IN
    path = project.folder / FILE if file is None else Path(file)
    if file is None and not path.is_file():
        raise UsageProblem(
            f"the project has no {FILE}", hint=f"name a file, or make one: scheme show > {FILE}"
        )
    return text_of(path), str(path)


def _mapping(maps: Iterable[str], asked: Iterable[str]) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    pairs = [tuple(part.strip() for part in one.partition("=")) for one in maps]
    for old, sign, new in (*pairs, *((old, "=", "") for old in asked)):
        if not old or not sign or not (new or old in asked):
            raise UsageProblem(f"--map {old}{sign}{new}: it is OLD=NEW", hint="or --ask OLD")
        if old in found:
            raise UsageProblem(
                f"{old} is given twice",
                hint=f"a label cannot become two: --ask {old} asks its sentences again",
            )
        found[old] = new or None
    return found


def _clashes(project: Project, scheme: Scheme) -> Iterator[InputProblem]:
    """Yield what the keys that are configured do not allow."""
    from annotator.tui import keymap

    for screen in (keymap.actions, keymap.adjudicating):
        try:
            keymap.configured(scheme, project.config.keys, screen)
        except InputProblem as error:
            yield error
            return


# -- in words ----------------------------------------------------------------------------------


def as_data(scheme: Scheme) -> dict[str, Any]:
    """Return a scheme for a program."""
    return {
        "id": scheme.id,
        "guideline": scheme.guideline,
        "question": scheme.question,
        "order": list(scheme.order),
        "labels": [{**vars(label), "examples": list(label.examples)} for label in scheme.labels],
        "not_a_sentence": {
            key: value
            for key, value in vars(scheme.not_a_sentence).items()
            if key in {"name", "key", "glyph", "short", "definition"}
        },
        "suggested_tags": list(scheme.suggested_tags),
    }


def _labels(scheme: Scheme) -> str:
    rows = [(one.glyph, one.key, one.digit, one.name, one.short) for one in scheme.every]
    return table(("", "key", "", "label", ""), rows)


def described(found: Difference, mapping: Mapping[str, str | None] | None = None) -> list[str]:
    """Return in words what another scheme changes, and by `mapping` what becomes of labels."""
    now, then = found.now, found.then
    if found.nothing:
        return [f"nothing changes: {now.id}, guideline {now.guideline}"]
    lines = [f"from {now.id}, guideline {now.guideline}, to {then.id}, guideline {then.guideline}"]
    rows = []
    for name in found.counts:
        if mapping and name in mapping:
            change = f"→ {mapping[name]}" if mapping[name] else "to be asked again"
        else:
            change = _change(found, name)
        rows.append((_fate(found, name), name, found.counts[name], change))
    lines.append(table(("", "label", "in use", ""), rows, "  r"))
    others = [part for part in found.words if part not in found.counts]
    if others:
        lines.append(f"other words: {', '.join(others)}")
    if found.lost and mapping is None:
        there = ", ".join(f"{name} ({count:,})" for name, count in found.lost.items())
        lines.append(f"no place for labels in use: {there}: `scheme use` takes --map and --ask")
    return lines


def _fate(found: Difference, name: str) -> str:
    if name in found.added:
        return "new"
    return "gone" if name in found.removed else "stays"


def _change(found: Difference, name: str) -> str:
    parts = []
    if name in found.renamed:
        parts.append(f"renamed to {found.renamed[name]}?")
    if name in found.keys:
        parts.append("{} → {}".format(*found.keys[name]))
    if name in found.words:
        parts.append("other words")
    return ", ".join(parts)
