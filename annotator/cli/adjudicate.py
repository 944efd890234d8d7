"""`adjudicate`: settle what reviewers differ on, in a screen, by a command, or as a list."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from annotator.cli.common import (
    emit,
    emit_json,
    json_option,
    label_names,
    open_project,
    project_option,
    quiet_option,
    reviewer_option,
    say,
)
from annotator.cli.labels import label_name
from annotator.cli.review import has_screen, naming_files
from annotator.core.errors import AnnotatorError, UsageProblem
from annotator.core.text import one_line
from annotator.project import Project
from annotator.store import reading
from annotator.store.adjudicating import ONLY, Overview

if TYPE_CHECKING:
    from annotator.session.adjudication import Adjudicator


@click.command()
@click.argument("sentence", required=False)
@click.argument("label", required=False, shell_complete=label_names)
@click.option("--reason", metavar="RULE", help="Which rule of the guideline decided: R0, R1, ...")
@click.option("--note", help="A note on the decision.")
@click.option("--discuss", metavar="TEXT", help="Add a note to the thread of SENTENCE instead.")
@click.option("--undo", is_flag=True, help="Take back the latest adjudication.")
@click.option("--list", "listed", is_flag=True, help="List the sentences, and open no screen.")
@click.option("--only", type=click.Choice(ONLY), default=ONLY[0], show_default=True,
              help="Disputed and not settled; disputed; talked about; all labelled.")  # fmt: skip
@click.option("--hide-names/--show-names", default=True, show_default=True,
              help="Whether names are hidden until the decision.")  # fmt: skip
@click.option("--theme", help="Colours of the screen; `high-contrast` is one.")
@project_option
@reviewer_option
@json_option
@quiet_option
def adjudicate_command(
    sentence: str | None,
    label: str | None,
    reason: str | None,
    note: str | None,
    discuss: str | None,
    undo: bool,
    listed: bool,
    only: str,
    hide_names: bool,
    theme: str | None,
    folder: Path,
    reviewer: str | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Decide what the sentences are on which reviewers differ, the most disputed first.

    With SENTENCE (an id) and LABEL (a name or key) it decides that one, without a screen.
    """
    project = open_project(folder)
    _check(sentence, label, discuss, undo=undo, listed=listed, beside=bool(reason or note))
    name = project.reviewer(reviewer)
    opened = not (sentence or undo or listed or as_json)
    if opened:
        _check_terminal()
    with project.open(create=False) as store:
        from annotator.session.adjudication import Adjudicator

        session = Adjudicator(
            store,
            name,
            store.scheme,
            only=only,
            hide_names=hide_names,
            via="screen" if opened else "command",
            timed=opened,
            analyzers=project.config.analyzers,
        )
        if undo:
            return _undo(session, quiet=quiet)
        if sentence is not None:
            _decide(session, sentence, label, reason, note, discuss, quiet=quiet)
            return 0
        if listed or as_json:
            return _list(session, as_json=as_json, quiet=quiet)
        if session.progress.listed == 0 and (nothing := _nothing(session.overview(), only)):
            raise nothing
        return _screen(project, session, theme)


def _check(
    sentence: str | None,
    label: str | None,
    discuss: str | None,
    *,
    undo: bool,
    listed: bool,
    beside: bool,
) -> None:
    if undo + bool(sentence) + listed > 1:
        raise UsageProblem("SENTENCE, --undo and --list do not go together")
    if sentence is None and (discuss or beside):
        raise UsageProblem("--reason, --note and --discuss belong to a SENTENCE")
    if sentence is not None and (label is None) == (discuss is None):
        raise UsageProblem(
            "say what the sentence is, or what there is to talk about",
            hint="annotator adjudicate SENTENCE LABEL, or SENTENCE --discuss TEXT",
        )
    if discuss is not None and beside:
        raise UsageProblem("--reason and --note belong to a decision, not to --discuss")


def _check_terminal() -> None:
    if not has_screen():
        raise UsageProblem(
            "there is no terminal to open a screen on, and adjudication has no line mode",
            hint="`annotator adjudicate --list` shows the votes, `annotator adjudicate SENTENCE"
            " LABEL` decides",
        )


def _screen(project: Project, session: Adjudicator, theme: str | None) -> int:
    from annotator.tui.app import run_adjudication

    theme = theme or project.config.theme
    with naming_files(project):
        return run_adjudication(session, keys=project.config.keys, theme=theme)


def _decide(
    session: Adjudicator,
    sentence: str,
    label: str | None,
    reason: str | None,
    note: str | None,
    discuss: str | None,
    *,
    quiet: bool,
) -> None:
    unit = reading.find_unit(session.store, sentence)
    if unit is None:
        raise UsageProblem(
            f"{sentence!r} is not the id of one sentence",
            hint="`annotator adjudicate --list` has the ids",
        )
    session.go_to(unit)
    text = one_line(session.text_of(session.subject), 90)
    if discuss is not None:
        session.discuss(discuss)
        say(f"to be talked about: {text}", quiet=quiet)
    elif label is not None:
        name = label_name(session.scheme, label)
        session.decide(name, reason=reason.upper() if reason else None, note=note)
        say(f"{name}: {text}", quiet=quiet)


def _undo(session: Adjudicator, *, quiet: bool) -> int:
    step = session.undo()
    if step is None:
        say("there is nothing to be undone", quiet=quiet)
        return 1
    text = one_line(session.text_of(session.subject), 90)
    say(f"undone {step.payload['label']}: {text}", quiet=quiet)
    return 0


# -- the list ----------------------------------------------------------------------------------


def _list(session: Adjudicator, *, as_json: bool, quiet: bool) -> int:
    entries = [_entry(session, unit) for unit in session.order]
    if as_json:
        emit_json({**session.overview()._asdict(), "only": session.only, "sentences": entries})
        return 0
    for entry in entries:
        for line in _lines(entry):
            emit(line)
    if not entries and (nothing := _nothing(session.overview(), session.only)):
        say(nothing.message, quiet=quiet)
    return 0


def _entry(session: Adjudicator, n: int) -> dict[str, Any]:
    session.go_to(n)
    unit, article = session.subject, session.article
    return {
        "id": unit.id,
        "document": article.id if article else None,
        "title": article.title if article else None,
        "text": session.text_of(unit),
        "entropy": round(session.entropy_of(n), 4),
        "votes": [
            {
                "reviewer": one.who,
                "label": one.annotation.label,
                "skipped": one.annotation.skipped,
                "flagged": one.annotation.flagged,
                "confidence": one.annotation.confidence,
                "tags": list(one.annotation.tags),
                "note": one.annotation.note,
            }
            for one in session.ballots(unit)
        ],
        "names_hidden": not session.names_shown(unit),
        "adjudications": [vars(one) for one in session.rulings(unit)],
        "discussion": [one._asdict() for one in session.thread(unit)],
    }


def _lines(entry: dict[str, Any]) -> list[str]:
    lines = [f"{entry['id']}  {one_line(entry['text'], 110)}"]
    for one in entry["votes"]:
        what = one["label"] or ("skipped" if one["skipped"] else "no label")
        beside = [f"confidence {one['confidence']}"] if one["confidence"] else []
        beside += ["flagged"] if one["flagged"] else []
        beside += [f"#{tag}" for tag in one["tags"]]
        beside += [one_line(one["note"], 120)] if one["note"] else []
        lines.append(f"    {one_line(one['reviewer'], 30)}: {' · '.join([what, *beside])}")
    for one in entry["adjudications"]:
        parts = [one["label"], one["reason"], one["note"] and one_line(one["note"], 120)]
        said = " · ".join(part for part in parts if part)
        lines.append(f"    adjudicated by {one_line(one['by'], 30)}: {said}")
    for one in entry["discussion"]:
        lines.append(f"    talk, {one_line(one['by'], 30)}: {one_line(one['text'], 200)}")
    return lines


def _nothing(found: Overview, only: str) -> AnnotatorError | None:
    """Return why there is no sentence to adjudicate."""
    if only == "discussed":
        return AnnotatorError(
            "no sentence is talked about",
            hint="d in the screen, or --discuss, puts one on the list",
        )
    hint = None
    if not found.labelled:
        why = "nobody has labelled a sentence of these articles yet"
    elif len(found.reviewers) == 1:
        why = f"only {found.reviewers[0]} has labelled: it takes two to differ"
        hint = "`annotator review --reviewer NAME`, or `annotator import` of another's labels"
    elif not found.shared:
        why = f"no sentence has labels of two reviewers ({len(found.reviewers)} have labelled)"
        hint = "let them label some of the same sentences"
    elif not found.disputed:
        why = f"all {found.shared:,} sentences with two labels or more are agreed on"
    elif only == "undecided":
        why = f"all {found.disputed:,} disputed sentences are adjudicated"
        hint = "`annotator adjudicate --only disputed` shows them again"
    else:
        return None
    return AnnotatorError(f"there is nothing to adjudicate: {why}", hint=hint)
