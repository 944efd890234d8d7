"""`status`, `label`, `skip`, `undo`, `redo`: decisions and progress without a screen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

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
    table,
)
from annotator.core.errors import UsageProblem
from annotator.core.history import NOT_A_SENTENCE
from annotator.core.scheme import Scheme
from annotator.core.text import counted, one_line
from annotator.session import Session
from annotator.store import Store, reading
from annotator.store.adjudicating import Overview, overview
from annotator.store.journal import Step
from annotator.store.progress import ReviewerProgress, progress


@click.command()
@project_option
@reviewer_option
@json_option
@click.option("--documents", is_flag=True, help="List the documents, too.")
@click.option("--hide-names/--show-names", default=None,
              help="Whether other reviewers are numbers beside one's own figures.")  # fmt: skip
def status_command(
    folder: Path,
    reviewer: str | None,
    as_json: bool,
    documents: bool,
    hide_names: bool | None,
) -> None:
    """Show progress by reviewer and label; the pace is without idle time.

    With --reviewer also what is known of that reviewer over time: the same label when asked again,
    gold, drift, agreement with others, calibration.
    """
    project = open_project(folder)
    if hide_names is None:
        hide_names = project.config.hide_names or False
    with project.open(create=False) as store:
        if as_json:
            data = status_data(store, project.reviewer(reviewer))
            if reviewer is not None:
                data["own"] = _own(store, project.reviewer(reviewer), hide_names=hide_names)
            if hide_names:
                own = project.reviewer(reviewer)
                data["reviewers"] = [one for one in data["reviewers"] if one["name"] == own]
            emit_json(data)
            return
        emit(status_text(store, reviewer))
        if reviewer is not None and _number(store, name := project.reviewer(reviewer)):
            from annotator.project.own import in_words, own_figures

            found = own_figures(store, name, store.scheme, hide_names=hide_names)
            emit("\n" + "\n".join(in_words(found, store.scheme)))
        if documents:
            emit(f"\nlabelled by {project.reviewer(reviewer)}:")
            emit(_documents_text(store, project.reviewer(reviewer)))


def _own(store: Store, reviewer: str, *, hide_names: bool) -> dict[str, Any] | None:
    if not _number(store, reviewer):
        return None
    from annotator.project.own import as_json, own_figures

    return as_json(own_figures(store, reviewer, store.scheme, hide_names=hide_names))


def status_data(store: Store, reviewer: str) -> dict[str, Any]:
    """Return the progress for a program; documents are counted for `reviewer`."""
    found = progress(store)
    number = _number(store, reviewer)
    return {
        **found._asdict(),
        "reviewers": [
            {**one._asdict(), "labels_an_hour": one.pace and round(one.pace, 1)}
            for one in found.reviewers
        ],
        "reviewer": reviewer,
        "adjudication": _without_names(overview(store)),
        "forked": reading.forked(store),
        "by_document": [
            {key: getattr(place, key) for key in place._fields if key != "document"}
            for place in reading.places(store, number)
        ],
    }


def _without_names(found: Overview) -> dict[str, int]:
    return {name: count for name, count in found._asdict().items() if name != "reviewers"}


def status_text(store: Store, reviewer: str | None = None) -> str:
    """Return the progress in words, of all reviewers or of one."""
    found = progress(store)
    languages = ", ".join(f"{code} {count:,}" for code, count in found.languages.items())
    lines = [
        f"{counted(found.documents, 'document')} ({languages or 'none'}),"
        f" {counted(found.sources, 'source')}, {counted(found.sentences, 'sentence')},"
        f" {found.labelled:,} of them labelled by somebody"
        + (f"; {counted(found.superseded, 'superseded document')}" if found.superseded else "")
    ]
    people = [one for one in found.reviewers if reviewer in {None, one.name}]
    if people:
        lines += ["", _people_text(people, [label.name for label in store.scheme.every])]
    else:
        lines.append(f"{reviewer} has no labels yet" if reviewer else "nobody has labelled yet")
    lines += _disputes(overview(store))
    lines += [
        f"{name}: the history goes on in {places} places; the next decision joins them"
        for name, places in reading.forked(store).items()
        if reviewer in {None, name}
    ]
    return "\n".join(lines)


def _disputes(found: Overview) -> list[str]:
    """Return how far the reviewers' differences are settled, where there are two reviewers."""
    if not found.shared and not found.discussed:
        return []
    differing = f" (on {found.differing:,} adjudicators differ)" if found.differing else ""
    return [
        "",
        f"{found.disputed:,} of {found.shared:,} sentences with two labels or more are disputed,"
        f" {found.undecided:,} of them not settled; {found.adjudicated:,} adjudicated{differing},"
        f" {found.discussed:,} discussed",
    ]


def _people_text(people: list[ReviewerProgress], names: list[str]) -> str:
    return table(
        ("reviewer", "labelled", "of", *names, "skipped", "flagged", "labels/h", "last"),
        [
            (
                one.name,
                one.labelled,
                one.asked,
                *(one.labels.get(name, 0) for name in names),
                one.skipped,
                one.flagged,
                f"{one.pace:.0f}" if one.pace else "-",
                (one.last or "-")[:16].replace("T", " "),
            )
            for one in people
        ],
        " rr" + "r" * len(names) + "rrr",
    )


def _documents_text(store: Store, reviewer: str) -> str:
    return table(
        ("document", "labelled", "of", "lang", "source", "file", "name"),
        [
            (one.id, one.labelled, one.sentences, one.language, one.source or "-",
             one.origin or "-", one_line(one.name, 60))
            for one in reading.places(store, _number(store, reviewer))
        ],
        " rr",
    )  # fmt: skip


def _number(store: Store, reviewer: str) -> int:
    return next((n for n, name, _ in reading.reviewers(store) if name == reviewer), 0)


@click.command()
@click.argument("sentence")
@click.argument("label", shell_complete=label_names)
@click.option("--confidence", type=click.IntRange(1, 3), help="3 sure, 2 leaning, 1 guess.")
@click.option("--tag", "tags", multiple=True, help="A tag; may be repeated.")
@click.option("--note", help="A free note.")
@project_option
@reviewer_option
@quiet_option
def label_command(
    sentence: str,
    label: str,
    confidence: int | None,
    tags: tuple[str, ...],
    note: str | None,
    folder: Path,
    reviewer: str | None,
    quiet: bool,
) -> None:
    """Give the sentence with the id SENTENCE the label LABEL (its name or its key).

    x on a heading or another block makes it a sentence, and again none.
    """
    with _session(folder, reviewer) as session:
        name = label_name(session.scheme, label)
        unit = _stand_on(session, sentence)
        if name == NOT_A_SENTENCE and not _unit(session).asked:
            # As the key x: what is no sentence of the body becomes one, or is none again.
            session.toggle_unit()
            name = "a sentence" if session.annotation.asked else "not a sentence"
        else:
            session.label(name, confidence=confidence, tags=tags or None, note=note)
        session.go_to(unit)
        say(f"{name}: {one_line(session.text_of(_unit(session)), 90)}", quiet=quiet)


@click.command()
@click.argument("sentence")
@project_option
@reviewer_option
@quiet_option
def skip_command(sentence: str, folder: Path, reviewer: str | None, quiet: bool) -> None:
    """Leave the sentence with the id SENTENCE without a label for now."""
    with _session(folder, reviewer) as session:
        _stand_on(session, sentence)
        text = session.text_of(_unit(session))
        session.skip()
        say(f"skipped: {one_line(text, 90)}", quiet=quiet)


@click.command()
@project_option
@reviewer_option
@quiet_option
def undo_command(folder: Path, reviewer: str | None, quiet: bool) -> int:
    """Take back the reviewer's latest decision. Exits with 1 when there is none."""
    with _session(folder, reviewer) as session:
        return _turned(session, session.undo(), "undone", quiet)


@click.command()
@project_option
@reviewer_option
@quiet_option
def redo_command(folder: Path, reviewer: str | None, quiet: bool) -> int:
    """Bring back the decision that was undone last. Exits with 1 when there is none."""
    with _session(folder, reviewer) as session:
        return _turned(session, session.redo(), "redone", quiet)


def _turned(session: Session, step: Step | None, word: str, quiet: bool) -> int:
    if step is None:
        say(f"there is nothing to be {word}", quiet=quiet)
        return 1
    session.go_to(step.unit)
    text = one_line(session.text_of(_unit(session)), 90)
    say(f"{word} {step.payload.get('label', step.kind)}: {text}", quiet=quiet)
    return 0


@contextmanager
def _session(folder: Path, reviewer: str | None) -> Iterator[Session]:
    project = open_project(folder)
    name = project.reviewer(reviewer)
    with project.open(create=False) as store:
        yield Session(store, name, store.scheme, reveal="never", via="command", timed=False)


def _unit(session: Session) -> reading.ArticleUnit:
    unit = session.unit
    if unit is None:
        raise UsageProblem("the store has no sentence", hint="`annotator add PATH` brings some")
    return unit


def _stand_on(session: Session, sentence: str) -> int:
    unit = reading.find_unit(session.store, sentence)
    if unit is None:
        raise UsageProblem(
            f"{sentence!r} is not the id of one sentence",
            hint="ids are in the export, and in `annotator review` under `g`",
        )
    session.go_to(unit)
    return unit


def label_name(scheme: Scheme, given: str) -> str:
    """Return the label of that name, key or digit; raises UsageProblem."""
    for label in scheme.every:
        if given in {label.name, label.key, label.digit}:
            return label.name
    raise UsageProblem(
        f"{given!r} is no label", hint=f"one of {', '.join(scheme.names)}, or {NOT_A_SENTENCE}"
    )
