"""`evaluate`: what suggestions, cues and sentiment are worth, against labels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from annotator.cli.common import (
    emit,
    emit_json,
    json_option,
    open_project,
    project_option,
    quiet_option,
)
from annotator.cli.evaluation import analyzers, described, kinds, overview, wrong_cues
from annotator.core.errors import UsageProblem
from annotator.project import Project

if TYPE_CHECKING:
    from annotator.formats.labelled import LabelledSet
    from annotator.project.evaluate_cues import WrongEntry


@click.command()
@click.option(
    "--model", "models", multiple=True, metavar="NAME",
    help="A suggester, a saved model, sentiment, sentiment:ANALYSER or majority; can be repeated."
    " Default: the suggester in use.",
)  # fmt: skip
@click.option(
    "--on", "files", multiple=True, metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Labelled lines, or an export, to measure against; can be repeated.",
)  # fmt: skip
@click.option("--store", "with_store", is_flag=True, help="Measure against this project's labels.")
@click.option("--cues", is_flag=True, help="What each kind of cue is worth, and which are wrong.")
@click.option("--sentiment", is_flag=True, help="What each sentiment analyser is worth.")
@click.option("--seed", type=int, help="Seed of the bootstrap.")
@click.option("--learning-curve", is_flag=True,
              help="Which order saves labels: train and score after 50, 100, 200 and 500 of them.",
              )  # fmt: skip
@click.option("--orders", metavar="NAMES", help="Of the learning curve: document,random,uncertain.")
@click.option("--seeds", type=click.IntRange(1, 100), metavar="N", help="Of the learning curve: 5.")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="Draw the learning curve into an SVG or PNG.")  # fmt: skip
@project_option
@json_option
@quiet_option
def evaluate_command(
    models: tuple[str, ...],
    files: tuple[Path, ...],
    with_store: bool,
    cues: bool,
    sentiment: bool,
    seed: int | None,
    learning_curve: bool,
    orders: str | None,
    seeds: int | None,
    output: Path | None,
    folder: Path,
    as_json: bool,
    quiet: bool,
) -> None:
    """Measure suggestions against labels: this project's, or those of files.

    Prints accuracy, macro-F1 and the scores of each class with 95 % intervals, beside what the
    majority and the sentiment would score. Labels given while the suggestion was shown are left
    out. Several files give one table.
    """
    if learning_curve and (models or cues or sentiment):
        raise UsageProblem("--learning-curve goes with none of --model, --cues and --sentiment")
    if not learning_curve and (orders or seeds or output):
        raise UsageProblem("--orders, --seeds and --output belong to --learning-curve")
    if cues and sentiment:
        raise UsageProblem("--cues and --sentiment are asked one at a time")
    if models and (cues or sentiment):
        raise UsageProblem("--model does not go with --cues and --sentiment")
    found = _sets(files, folder, with_store=with_store or not files)
    if learning_curve:
        from annotator.cli.curve import show

        show(found, orders, seeds, output, as_json=as_json, quiet=quiet)
    elif cues:
        _cues(found, folder, as_json=as_json, wrong=with_store or not files)
    elif sentiment:
        _sentiment(found, as_json=as_json)
    else:
        _models(found, models or _in_use(folder), folder, seed, as_json=as_json)


def _sets(files: Iterable[Path], folder: Path, *, with_store: bool) -> list[LabelledSet]:
    from annotator.project import evaluate
    from annotator.project.scheme import scheme_of

    scheme = scheme_of(Project(folder))
    found = [evaluate.read_file(file, scheme) for file in files]
    if with_store:
        with open_project(folder).open(create=False) as store:
            found.append(evaluate.read_store(store))
    return found


def _in_use(folder: Path) -> tuple[str, ...]:
    from annotator.baseline import suggesters
    from annotator.project.suggest import name_in_use

    project = Project(folder)
    if not project.store_path.exists():
        return (suggesters.DEFAULT,)
    with project.open(create=False) as store:
        name = name_in_use(store)
        return (name,) if name else ()


def _models(
    found: Sequence[LabelledSet],
    names: Sequence[str],
    folder: Path,
    seed: int | None,
    *,
    as_json: bool,
) -> None:
    from annotator.project.evaluate import BASELINES, evaluate
    from annotator.project.suggest import MODELS
    from annotator.quality.bootstrap import SEED

    models = Project(folder).labels / MODELS
    chosen = SEED if seed is None else seed
    done = [evaluate(one, (*names, *BASELINES), models=models, seed=chosen) for one in found]
    if as_json:
        emit_json([one.as_json() for one in done])
    elif len(done) == 1:
        emit(described(done[0]))
    else:
        emit(overview(done))


def _cues(found: Sequence[LabelledSet], folder: Path, *, as_json: bool, wrong: bool) -> None:
    from annotator.project.evaluate_cues import score_cues, wrong_entries

    entries: list[WrongEntry] = []
    if wrong:
        with open_project(folder).open(create=False) as store:
            entries = wrong_entries(store, found[-1])
    scores = [score_cues(one) for one in found]
    if as_json:
        emit_json(
            {
                "wrong": [one.as_json() for one in entries] if wrong else None,
                "kinds": [one.as_json() for one in scores],
            }
        )
        return
    parts = [wrong_cues(entries)] if wrong else []
    emit("\n\n".join([*parts, *map(kinds, scores)]))


def _sentiment(found: Sequence[LabelledSet], *, as_json: bool) -> None:
    from annotator.project.evaluate_sentiment import score_sentiment

    done = [(one, score_sentiment(one)) for one in found]
    if as_json:
        emit_json(
            [{"on": one.name, "analyzers": [each.as_json() for each in all_]} for one, all_ in done]
        )
    else:
        emit("\n\n".join(analyzers(one, scores) for one, scores in done))
