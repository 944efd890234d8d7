"""`train`: the model that learns from the labels."""

from __future__ import annotations

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
    say,
    table,
)
from annotator.core.errors import UsageProblem
from annotator.core.text import counted
from annotator.project import Project


@click.command()
@click.option(
    "--from",
    "files",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    multiple=True,
    help="Learn from this JSONL and not from the store: an export, or lines with text and label."
    " May be repeated.",
)
@click.option(
    "-o",
    "--output",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write the model to this folder; it is not put to use.",
)
@click.option("--no-use", is_flag=True, help="Do not make it the suggester in use.")
@click.option(
    "--embedder",
    metavar="NAME",
    help="A model2vec model beside the words: a folder, or a name on its hub.",
)
@click.option("--background", is_flag=True, hidden=True, help="Give way to a review beside it.")
@project_option
@json_option
@quiet_option
def train_command(
    files: tuple[Path, ...],
    output: Path | None,
    no_use: bool,
    embedder: str | None,
    background: bool,
    folder: Path,
    as_json: bool,
    quiet: bool,
) -> None:
    """Learn from the resolved labels of the store; then suggest with what was learned.

    The model, its scores in cross-validation and what it learned from are kept in
    labels/models/learned. Labels that were given while a suggestion was shown are left out.
    """
    if background:
        from annotator.project import retrain

        retrain.work(open_project(folder))
        return
    from annotator.project import train

    project = None if files and output else open_project(folder)
    if files:
        from annotator.project.scheme import scheme_of

        labels = train.from_files(files, scheme_of(project or Project(folder)))
    else:
        labels = _of_store(project)
    target = output or train.folder_of(project or Project(folder))
    used = output is None and not no_use
    if used and not labels.of_the_scheme:
        raise UsageProblem(
            "a model of other labels than those of the scheme cannot be put to use",
            hint="write it to a folder with --output DIR, and measure it: `annotator evaluate`",
        )
    with progress(quiet=quiet) as tell:
        card = train.train(labels, target, embedder=embedder, tell=tell)
    count = _use(project, quiet=quiet) if used and project else None
    if as_json:
        emit_json({**card, "folder": str(target), "suggested": count})
        return
    emit(described(card))
    say(f"model written to {target}", quiet=quiet)
    if count is not None:
        say(f"{card['name']} is in use now: asked about {counted(count, 'sentence')}", quiet=quiet)


def _of_store(project: Project | None) -> Any:
    from annotator.project import train

    assert project is not None
    with project.open(create=False) as store:
        return train.from_store(store)


def _use(project: Project, *, quiet: bool) -> int | None:
    """Make the new model the suggester in use, if there is a store."""
    from annotator.baseline.learned import NAME
    from annotator.project import suggest

    if not project.store_path.exists():
        return None
    with project.open(create=False) as store, progress(quiet=quiet) as tell:
        return suggest.use(store, NAME, tell)


def described(card: dict[str, Any]) -> str:
    """Return a card in words."""
    counts = ", ".join(f"{n:,} {name}" for name, n in card["labels"].items())
    found = card["cross_validation"]
    by_rules = found["rules"].get("macro_f1")
    lines = [f"learned from {counted(found['n'], 'label')}: {counts}"]
    if card["missing"]:
        lines.append(f"no label, and so never suggested: {', '.join(card['missing'])}")
    lines += [
        f"{found['folds']}-fold cross-validation by {found['by']}:"
        f" macro-F1 {_figure(found['macro_f1'])}, accuracy {_figure(found['accuracy'])}"
        + (f"; rules/1 on the same sentences: {_figure(by_rules)}" if by_rules else ""),
        table(
            ("label", "n", "precision", "recall", "F1"),
            [
                (name, one["n"], *(_number(one[key]) for key in ("precision", "recall", "f1")))
                for name, one in found["classes"].items()
            ],
            " rrrr",
        ),
    ]
    return "\n".join([*lines, *card["notes"]])


def _figure(figure: dict[str, float | None]) -> str:
    low, high = figure["low"], figure["high"]
    between = "" if low is None or high is None else f" ({low:.2f} to {high:.2f})"
    return _number(figure["value"]) + between


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"
