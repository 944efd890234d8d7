"""`calibrate`: a set of sentences with agreed labels, before the real work."""

from __future__ import annotations

import os
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from annotator.cli.common import (
    emit,
    emit_json,
    json_option,
    open_project,
    project_option,
    reviewer_option,
    say,
)
from annotator.core.errors import AnnotatorError, UsageProblem
from annotator.core.scheme import Scheme
from annotator.store.calibrating import Answer, latest

if TYPE_CHECKING:
    from annotator.session.calibration import Calibration

_WIDTH = 78


@click.command()
@click.option("--set", "path", type=click.Path(path_type=Path, exists=True, dir_okay=False),
              metavar="FILE",
              help="The project's own set: an export of adjudicated sentences.")  # fmt: skip
@click.option("--again", is_flag=True, help="Begin anew; earlier answers are kept.")
@click.option("--result", "only_result", is_flag=True, help="Print what came of it.")
@click.option("--plain", is_flag=True, help="Line by line, without a screen.")
@click.option("--theme", help="Colours of the screen.")
@project_option
@reviewer_option
@json_option
def calibrate_command(
    path: Path | None,
    again: bool,
    only_result: bool,
    plain: bool,
    theme: str | None,
    folder: Path,
    reviewer: str | None,
    as_json: bool,
) -> int:
    """Label sentences whose labels are agreed on, and read after each why.

    40 made-up sentences come with the program. The answers are kept and are no annotations; it
    goes on where it stopped. --result exits with 1 where there is none yet.
    """
    from annotator.session.calibration import Calibration, bundled, read_set

    project = open_project(folder)
    with project.open() as store:
        name = project.reviewer(reviewer)
        scheme = store.scheme
        if only_result or as_json:
            chosen = read_set(path, scheme).name if path else None
            return _result(scheme, latest(store, name, chosen), name, as_json=as_json)
        from annotator.cli.review import has_screen, naming_files
        from annotator.store.journal import Journal

        plain = plain or os.environ.get("TERM") == "dumb"
        if not plain and not has_screen():
            raise UsageProblem(
                "there is no terminal to open a screen on",
                hint="run it in a terminal, or with --plain and a label a line on standard input",
            )
        calibration = Calibration(
            Journal(store, name),
            scheme,
            read_set(path, scheme) if path else bundled(scheme),
            again=again,
            via="plain" if plain else "screen",
            timed=sys.stdin.isatty(),
        )
        if plain:
            return _line_by_line(calibration, sys.stdin)
        from annotator.tui.calibrate import run_calibration

        with naming_files(project):
            theme = theme or project.config.theme
            return run_calibration(calibration, keys=project.config.keys, theme=theme)


def _result(scheme: Scheme, given: list[Answer], reviewer: str, *, as_json: bool) -> int:
    from annotator.session.calibration import result, result_in_words

    found = result(given, scheme)
    if as_json:
        emit_json(
            {
                "reviewer": reviewer,
                "result": found
                and {
                    **found._asdict(),
                    "by_rule": [one._asdict() for one in found.by_rule],
                    "by_label": [one._asdict() for one in found.by_label],
                    "mistaken": [
                        {"agreed": label, "answered": answer, "times": times}
                        for label, answer, times in found.mistaken
                    ],
                },
                "answers": [one._asdict() for one in given],
            }
        )
    elif found is None:
        raise AnnotatorError(
            f"{reviewer} has answered nothing of it yet", hint="`annotator calibrate` begins"
        )
    else:
        emit(f"{reviewer}, {found.set}" + (f", run {found.run}" if found.run > 1 else ""))
        emit("\n".join(result_in_words(found, scheme)))
    return 0 if found else 1


def _line_by_line(calibration: Calibration, lines: TextIO) -> int:
    from annotator.cli.labels import label_name
    from annotator.session.calibration import result, result_in_words

    keys = ", ".join(f"{one.key} {one.name}" for one in calibration.scheme.every)
    say(f"{keys}; q quits. Answers are kept, and are no annotations.")
    while (item := calibration.item) is not None:
        emit(f"\n[{len(calibration.given) + 1}/{len(calibration.set.items)}]")
        _paragraph(f"> {item.text}")
        line = lines.readline()
        if not line or line.strip() in {"q", "quit"}:
            return 0
        try:
            answer = calibration.say(label_name(calibration.scheme, line.strip()))
        except UsageProblem as error:
            if not lines.isatty():
                raise
            say(f"! {error.message} ({error.hint})")
            continue
        said = "as agreed" if answer.right else f"agreed: {answer.expected}"
        _paragraph(f"{answer.answer}: {said}")
        for text in calibration.explained(item):
            _paragraph(text)
        calibration.go_on()
    found = result(calibration.given, calibration.scheme)
    if found is not None:
        emit("")
        emit("\n".join(result_in_words(found, calibration.scheme)))
    return 0


def _paragraph(text: str) -> None:
    for line in textwrap.wrap(text, _WIDTH, subsequent_indent="  "):
        emit(line)
