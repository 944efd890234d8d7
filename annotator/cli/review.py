"""`review`, and what `annotator` alone does: take in what is new, then open the review."""

from __future__ import annotations

import gc
import os
import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final, cast

import click

from annotator.cli.common import (
    emit,
    label_names,
    open_project,
    progress,
    project_option,
    quiet_option,
    report_errors,
    reviewer_option,
    say,
)
from annotator.core.config import ORDERS, PROJECT_FILE, REVEALS, user_file
from annotator.core.errors import AnnotatorError, InputProblem, UsageProblem
from annotator.project import Project, corpus
from annotator.session import Reveal, Session
from annotator.session.checks import Rates
from annotator.session.sight import CONTROL
from annotator.store import Store, reading
from annotator.store.assignments import is_assigned
from annotator.store.drawing import POOL
from annotator.store.journal import Journal
from annotator.store.scope import DRAWN, ONLY, Scope, valid_only

_FORMER_RANDOM: Final = "shuffled"


@click.command()
@click.option("--order", type=click.Choice([*ORDERS, _FORMER_RANDOM]),
              show_default="as configured, else document",
              help="As the articles stand; in a random order (shuffled is the same); what the"
              " suggestions are uncertain of first; or what reviewers, then suggestion and label,"
              " differ on.")  # fmt: skip
@click.option("--seed", type=int,
              help="Seed of a random or uncertain order; default: the project's own.")  # fmt: skip
@click.option(
    "--only",
    metavar="WHAT",
    help="unlabelled, labelled, skipped, flagged, inconsistent, mine:LABEL.",
    shell_complete=lambda context, parameter, begun: [
        one
        for one in (*ONLY, *(f"mine:{name}" for name in label_names(context, parameter, "")))
        if one.startswith(begun)
    ],
)
@click.option("--document", metavar="ID", help="One document: its id, title or file.")
@click.option("--source", help="Documents of one source.")
@click.option("--language", help="Documents in one language.")
@click.option("--search", metavar="WORDS", help="Sentences with these words.")
@click.option("--unassigned", is_flag=True,
              help="Every sentence, not only what is assigned to this reviewer.")  # fmt: skip
@click.option("--reveal", type=click.Choice(REVEALS),
              help="When to show the baseline; default: after the decision.")  # fmt: skip
@click.option("--gold", type=click.FloatRange(0, 25), metavar="PERCENT",
              help="Share of sentences that were adjudicated, put among the others.")  # fmt: skip
@click.option("--retest", type=click.FloatRange(0, 25), metavar="PERCENT",
              help="Share of sentences labelled some time ago, asked again as if new.")  # fmt: skip
@click.option("--plain", is_flag=True, help="Line by line, without a screen; reads commands.")
@click.option("--theme", help="Colours of the screen; `high-contrast` is one.")
@project_option
@reviewer_option
@quiet_option
@click.pass_context
def review_command(
    context: click.Context,
    order: str | None,
    seed: int | None,
    only: str | None,
    document: str | None,
    source: str | None,
    language: str | None,
    search: str | None,
    unassigned: bool,
    reveal: str | None,
    gold: float | None,
    retest: float | None,
    plain: bool,
    theme: str | None,
    folder: Path,
    reviewer: str | None,
    quiet: bool,
) -> int:
    """Read the articles and label their sentences, from where this reviewer stopped.

    What is new in corpus/ is taken in first. Without a terminal only --plain works: it reads one
    command a line from standard input (p, f, s, u, ...; `?` lists them).
    """
    bare = context.parent is not None and context.parent.obj == "bare"
    project = open_project(folder)
    name = project.reviewer(reviewer)
    order = "random" if order == _FORMER_RANDOM else order or project.config.order or "document"
    if seed is not None and order not in DRAWN:
        raise UsageProblem(f"--seed belongs to --order {' or '.join(DRAWN)}")
    if project.config.analyzers:
        from annotator.cli.articles import settings_of

        settings_of(project)  # names an analyser that there is not
    plain = plain or os.environ.get("TERM") == "dumb"
    screen = not plain and has_screen()
    if not screen and not plain and not bare:
        raise UsageProblem(
            "there is no terminal to open a screen on",
            hint="run it in a terminal, or with --plain and commands on standard input",
        )
    with project.open() as store:
        if only is not None and not valid_only(only, store.scheme.names):
            labels = ", ".join(f"mine:{label.name}" for label in store.scheme.every)
            hint = f"one of {', '.join(ONLY)}, {labels}"
            raise UsageProblem(f"--only {only}: unknown", hint=hint)
        look = corpus.Look(project, store, hurry=screen)
        if screen:
            _load_screen()
        _take_in(project, store, look, quiet=quiet)
        scope = Scope(
            order=order,
            seed=_seed(store, seed) if order in DRAWN else 0,
            only=only,
            document=document,
            source=source,
            language=language,
            search=search,
        )
        journal = Journal(store, name)
        if not (unassigned or scope.revisits) and is_assigned(journal):
            scope = replace(scope, assigned=True)
        if not screen and not plain:
            return _without_screen(store, name)
        reveal = reveal or project.config.reveal or "after"
        session = Session(
            store,
            name,
            store.scheme,
            scope=scope,
            reveal=cast("Reveal", reveal),
            via="plain" if plain else "screen",
            timed=sys.stdin.isatty(),
            analyzers=project.config.analyzers,
            journal=journal,
            rates=_rates(project, store, gold, retest, scope.seed),
            control=CONTROL if reveal == "always" else 0.0,
        )
        session.hide_names = project.config.hide_names or False
        if session.counts.asked == 0 and (nothing := _nothing(store, scope)):
            raise nothing
        if (gold or retest) and order == "document":
            say(
                "in document order a sentence of another article between shows what is gold or a"
                " retest; --order random hides it",
                quiet=quiet,
            )
        if scope.order in DRAWN and session.counts.asked > POOL:
            say(f"drawn from a sample of {POOL:,} sentences at a time", quiet=quiet)
        with _retraining(project, session, quiet=quiet):
            if plain:
                from annotator.plain import run_plain

                return run_plain(session, sys.stdin, sys.stdout)
            code = _on_screen(project, session, theme)
        if look.changed_after_all():
            say("corpus/ has changed; the next start takes it in", quiet=quiet)
        return code


def _rates(
    project: Project, store: Store, gold: float | None, retest: float | None, seed: int
) -> Rates:
    """Return how much is asked beside the order, as it is given or configured."""
    config = project.config
    hours = config.retest_after_hours
    return Rates(
        (config.gold if gold is None else gold) or 0.0,
        (config.retest if retest is None else retest) or 0.0,
        Rates.after_hours if hours is None else hours,
        seed or int(store.setting("shuffle_seed") or 0),
    )


@contextmanager
def _retraining(project: Project, session: Session, *, quiet: bool) -> Iterator[None]:
    """Train the model again in the background of a review, as often as the project wants."""
    if not project.config.retrain_every:
        yield
        return
    from annotator.project.retrain import Retrainer

    retrainer = Retrainer(project, project.config.retrain_every)
    session.on_label = retrainer.after
    try:
        yield
    finally:
        retrainer.close()
        if news := retrainer.news():
            say(news, quiet=quiet)


def _on_screen(project: Project, session: Session, theme: str | None) -> int:
    from annotator.tui.app import run_screen

    with naming_files(project):
        return run_screen(session, keys=project.config.keys, theme=theme or project.config.theme)


@contextmanager
def naming_files(project: Project) -> Iterator[None]:
    """Say where bad keys and themes were set: they are the screen's, which does not know."""
    try:
        yield
    except InputProblem as error:
        files = f"set in {project.folder / PROJECT_FILE} or {user_file()}"
        raise InputProblem(error.reason, hint=f"{error.hint}; {files}") from error


def _nothing(store: Store, scope: Scope) -> AnnotatorError | None:
    """Return the error for a review that was narrowed until nothing is left: its answer is no."""
    asked = [
        f"--{name} {value}"
        for name in ("only", "document", "source", "language", "search")
        if (value := getattr(scope, name)) is not None
    ]
    if scope.order == "disagreement":
        asked.insert(0, "--order disagreement")
    if scope.assigned:
        return AnnotatorError(
            " ".join(
                ["nothing that is assigned to you is here", *(["with"] if asked else []), *asked]
            ),
            hint="--unassigned leaves what is assigned",
        )
    if asked in ([], ["--only unlabelled"]):
        return None
    places = reading.places(store, 0)
    hints = []
    if scope.language:
        hints.append(f"languages: {', '.join(sorted({place.language for place in places}))}")
    if scope.source:
        sources = sorted({place.source for place in places if place.source})
        hints.append(f"sources: {'; '.join(sources) or 'none is known'}")
    return AnnotatorError(
        f"there is no sentence to review with {' '.join(asked)}", hint=". ".join(hints) or None
    )


def _load_screen() -> None:
    # Modules are no garbage: not to look for any in them, now or later, saves a tenth of the time.
    gc.disable()
    try:
        import annotator.tui.app  # noqa: F401
    finally:
        gc.freeze()
        gc.enable()


def has_screen() -> bool:
    """Return whether there is a terminal to open a screen on."""
    # Textual reads keys from stdin and draws on stderr. A pipe on stdin would be read as keys.
    streams = (sys.stdin, sys.stdout, sys.stderr)
    # One that is dumb cannot move its cursor.
    return os.environ.get("TERM") != "dumb" and all(stream.isatty() for stream in streams)


def _seed(store: Store, given: int | None) -> int:
    """Return the seed of what is drawn: as given, else the one the project has, else new."""
    if given is None:
        stored = store.setting("shuffle_seed")
        given = int(stored) if stored else random.SystemRandom().randrange(1, 10_000)
    store.set_setting("shuffle_seed", str(given))
    return given


def _take_in(project: Project, store: Store, look: corpus.Look, *, quiet: bool) -> None:
    """Ingest what is new in corpus/. A file that is bad is reported and does not stop a review."""
    if look.unchanged or not project.corpus.is_dir():
        return
    from annotator.ingest.files import walk

    found = walk(project.corpus)
    if not found.files and not found.refused:
        return
    from annotator.cli.articles import described, settings_of
    from annotator.project.ingest import ingest
    from annotator.project.request import Request

    request = Request(
        found.files,
        project.folder,
        refused=found.refused,
        settings=settings_of(project),
        keep_going=True,
    )
    with progress(quiet=quiet) as tell:
        report = ingest(store, request, tell)
    report_errors(report.refused)
    if report.unchanged < report.files:
        say(described(report), quiet=quiet)
    if not report.refused:
        look.remember()


def _without_screen(store: Store, reviewer: str) -> int:
    """Say how things stand and how to go on, where no screen can be opened."""
    from annotator.cli.labels import status_text

    emit(status_text(store))
    emit("")
    emit("There is no terminal here. To go on:")
    emit("  annotator                      in a terminal: review, one key a sentence")
    emit("  annotator review --plain       line by line, also from a pipe")
    emit("  annotator export --output -    the labels as JSONL")
    emit(f"Reviewer: {reviewer}")
    return 0
