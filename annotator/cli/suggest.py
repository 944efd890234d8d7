"""`suggest`: what is suggested for the sentences of a project, by whom, or for lines of a pipe."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path
from typing import Any, cast

import click

from annotator.baseline import suggesters
from annotator.baseline.suggesters import Suggester
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
from annotator.core.errors import InputProblem, UsageProblem
from annotator.core.model import Sentence, Suggestion
from annotator.core.text import counted


@click.command()
@click.option("--use", "name", metavar="NAME", help="Make NAME the suggester in use.")
@click.option("--recompute", is_flag=True, help="Ask again about what another version said.")
@click.option("--all", "everything", is_flag=True, help="With --recompute: about every sentence.")
@click.option("--jsonl", is_flag=True, help="Suggest for the JSON lines on standard input.")
@click.option("--model", metavar="NAME", help="With --jsonl: by whom; default: the one in use.")
@project_option
@json_option
@quiet_option
def suggest_command(
    name: str | None,
    recompute: bool,
    everything: bool,
    jsonl: bool,
    model: str | None,
    folder: Path,
    as_json: bool,
    quiet: bool,
) -> None:
    """Show which suggester has been asked about how many sentences, and which one is in use.

    With --jsonl no project is needed: each line of standard input is an object with "text" and
    "lang" (else the language is detected), and may have "before", the sentence before it; one line
    with the suggestion is written for each.
    """
    if jsonl:
        if name or recompute or as_json:
            raise UsageProblem("--jsonl goes with --model and --project only")
        _answer(cast(BufferedReader, sys.stdin.buffer), _suggester(folder, model))
        return
    if model:
        raise UsageProblem("--model goes with --jsonl", hint="--use NAME for the project")
    if everything and not recompute:
        raise UsageProblem("--all goes with --recompute")
    _project(folder, name, recompute=recompute, everything=everything, as_json=as_json, quiet=quiet)


def _project(
    folder: Path,
    name: str | None,
    *,
    recompute: bool,
    everything: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    from annotator.project import suggest

    with open_project(folder).open(create=False) as store:
        if name or recompute:
            count = 0
            with progress(quiet=quiet) as tell:
                if recompute:
                    count += suggest.recompute(store, everything=everything, tell=tell)
                if name:
                    count += suggest.use(store, name, tell=tell)
            say(f"suggestions computed for {counted(count, 'sentence')}", quiet=quiet)
        rows = suggest.summary(store)
        unfit = suggesters.unfit(suggesters.Rules(), store.scheme.names)
    if as_json:
        emit_json([row._asdict() for row in rows])
        return
    header = ("suggester", "in use", "language", "sentences", "suggested", "version", "installed")
    emit(
        table(
            header,
            [
                (r.suggester, "yes" if r.in_use else "", r.language, r.sentences, r.suggested,
                 r.stored or "none", r.installed or "no")
                for r in rows
            ],
            "   rr",
        )
    )  # fmt: skip
    advice = sorted(
        {text for row in rows if not (unfit and _is_ours(row)) and (text := _advice(row))}
    )
    if unfit:
        advice.append(f"{unfit}: `annotator train` learns them from what was labelled")
    for text in advice:
        say(text, quiet=quiet)


def _is_ours(row: Any) -> bool:
    return row.suggester in {suggesters.DEFAULT, suggesters.SENTIMENT}


def _advice(row: Any) -> str | None:
    if row.current or not (row.stored or row.in_use or row.suggester == suggesters.DEFAULT):
        return None
    if row.installed is None:
        return f"{row.suggester} is not installed, or does not work: it suggests nothing new"
    return f"{row.suggester} has not been asked about everything: `annotator suggest --recompute`"


def _suggester(folder: Path, name: str | None) -> Suggester:
    """Return the suggester called `name`; without one, that in use in the project, if it is one."""
    from annotator.project import Project
    from annotator.project.suggest import MODELS, name_in_use

    project = Project(folder)
    labels = None
    if project.store_path.exists():
        with project.open(create=False) as store:
            name, labels = name or name_in_use(store), store.scheme.names
    return suggesters.get(name or suggesters.DEFAULT, project.labels / MODELS, labels)


def _answer(stream: BufferedReader, suggester: Suggester) -> None:
    """Write a suggestion for each line of `stream`, as soon as it has come."""
    for sentences in _batches(stream):
        said = suggester.suggest(sentences)
        click.echo("\n".join(json.dumps(_as_json(one, suggester.name)) for one in said))


def _batches(stream: BufferedReader) -> Iterator[list[Sentence]]:
    """Yield the sentences of the lines that are there together: a model is faster with many.

    Raises InputProblem with the number of a bad line, when those before it were yielded.
    """
    number, rest, ended = 0, b"", False
    while not ended:
        data = stream.read1(1 << 16)
        ended = not data
        *lines, rest = (rest + (data or b"\n")).split(b"\n")
        found: list[Sentence] = []
        for line in lines:
            number += 1
            try:
                found += [_sentence(line, number)] if line.strip() else []
            except InputProblem:
                if found:
                    yield found
                raise
        if found:
            yield found


def _sentence(line: bytes, number: int) -> Sentence:
    from annotator.ingest import language as languages
    from annotator.ingest.metadata import language_code

    def wrong(reason: str) -> InputProblem:
        return InputProblem(reason, file="-", line=number)

    try:
        value = json.loads(line)
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise wrong(f"no JSON: {error}") from error
    if not isinstance(value, dict):
        raise wrong("no JSON object")
    text, before = value.get("text"), value.get("before")
    language = value.get("lang") or value.get("language")
    if not isinstance(text, str):
        raise wrong('"text" is missing, or is no string')
    if before is not None and not isinstance(before, str):
        raise wrong('"before" is no string')
    if language is None:
        return Sentence(text, languages.detect([text]).code, before)
    code = language_code(language) if isinstance(language, str) else None
    if code is None:
        raise wrong('"lang" is no language code such as en, fr or pt-BR')
    return Sentence(text, code, before)


def _as_json(suggestion: Suggestion, name: str) -> dict[str, Any]:
    subjectivity = getattr(suggestion, "subjectivity", None)
    return {
        "label": suggestion.label,
        "probabilities": {k: round(p, 4) for k, p in suggestion.probabilities.items()},
        **({} if subjectivity is None else {"subjectivity": round(subjectivity, 4)}),
        "abstained": suggestion.abstained,
        "model": name,
        "reasons": [
            {**reason._asdict(), "weight": round(reason.weight, 4)} for reason in suggestion.reasons
        ],
    }
