"""`claims`: which sentences state the same thing, what each does with it, and where they differ."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from annotator.cli.common import (
    emit,
    emit_json,
    json_option,
    open_project,
    progress,
    project_option,
    quiet_option,
    reviewer_option,
    say,
    table,
)
from annotator.core.errors import UsageProblem
from annotator.core.text import counted, one_line

if TYPE_CHECKING:
    from annotator.claims.linked import Claim, Stated
    from annotator.project.claims import Proposal
    from annotator.store import Store

_NONE = "no sentence is linked to a claim yet: `annotator claims propose` looks for some"
_ACROSS = 12
"""Documents of a table that fit beside each other."""
_MOST = 50
"""Pairs that are printed for people; --json has all."""


@click.group(invoke_without_command=True)
@project_option
@json_option
@click.option("--json-ld", is_flag=True, help="Print schema.org ClaimReview, without a rating.")
@click.option("--screen", is_flag=True, help="Look around on a screen, mark contradictions.")
@click.option("--theme", help="Colours of the screen; `high-contrast` is one.")
@reviewer_option
@click.pass_context
def claims_command(
    context: click.Context,
    folder: Path,
    as_json: bool,
    json_ld: bool,
    screen: bool,
    theme: str | None,
    reviewer: str | None,
) -> int:
    """List the claims that sentences were linked to, or work with them.

    A claim is a statement that several sentences make, each in its way. Reviewers link sentences to
    it; the program proposes sentences that are alike, and says why.
    """
    if context.invoked_subcommand:
        return 0
    from annotator.claims import linked
    from annotator.project.claims import every

    project = open_project(folder)
    with project.open(create=False) as store:
        if screen:
            return _on_screen(store, project.reviewer(reviewer), theme or project.config.theme)
        found = every(store)
    if json_ld:
        emit_json([linked.json_ld(one) for one in found])
    elif as_json:
        emit_json([linked.as_json(one) for one in found])
    elif not found:
        emit(_NONE)
    else:
        rows = [
            (one.id, len(one.stated), len(one.documents), one.origins, len(one.contradictions),
             _dates(one), one_line(one.statement, 70))
            for one in found
        ]  # fmt: skip
        head = ("claim", "sentences", "documents", "origins", "contradictions", "seen", "statement")
        emit(table(head, rows, " rrrr"))
    return 0


def _on_screen(store: Store, reviewer: str, theme: str | None) -> int:
    from annotator.cli.review import has_screen

    if not has_screen():
        raise UsageProblem("there is no terminal to open a screen on", hint="leave --screen out")
    from annotator.tui.claims import run_claims

    return run_claims(store, reviewer, theme)


@claims_command.command("table", short_help="Show the stances of each document.")
@project_option
def table_command(folder: Path) -> None:
    """Show claims by document: the stances that each document takes, by origin."""
    from annotator.claims.stance import DIFFER, SIGNS
    from annotator.project.claims import columns, every, signs

    with open_project(folder).open(create=False) as store:
        found = every(store)
    across = columns(found)
    for some in range(0, len(across), _ACROSS):
        part = across[some : some + _ACROSS]
        rows = []
        for one in found:
            own = signs(one)
            cells = [own.get(it.place.document, "") for it in part]
            rows.append(
                (one.id, *cells, len(one.contradictions), _dates(one), one_line(one.statement, 50))
            )
        head = ("claim", *(it.letter for it in part), "contradictions", "seen", "statement")
        emit(table(head, rows, " " + " " * len(part) + "r"))
        emit("")
        for it in part:
            known = f"{it.place.source or 'source not stated'}, {it.place.day or 'no date'}"
            emit(f"{it.letter}  {one_line(it.place.name, 70)} ({one_line(known)})")
        emit("")
    if found:
        legend = [*((sign, stance) for stance, sign in SIGNS.items()), (DIFFER, "reviewers differ")]
        emit(", ".join(" ".join(one) for one in legend))
    else:
        emit(_NONE)


def _dates(claim: Claim) -> str:
    if claim.dates is None:
        return "no date"
    first, last = claim.dates
    return first if first == last else f"{first} to {last}"


@claims_command.command("show", short_help="Show a claim and its sentences.")
@click.argument("claim")
@project_option
@json_option
def show_command(claim: str, folder: Path, as_json: bool) -> None:
    """Show a claim: its sentences by origin and document, each with its stance.

    CLAIM is the beginning of an id, or part of a statement.
    """
    from annotator.claims import linked
    from annotator.project.claims import every, find

    with open_project(folder).open(create=False) as store:
        found = find(every(store), claim)
    if as_json:
        emit_json(linked.as_json(found))
        return
    emit(f"{found.id}  {found.statement}")
    counts = ", ".join(f"{stance} {count}" for stance, count in found.counts.most_common())
    emit(
        f"{counted(len(found.stated), 'sentence')} in {counted(len(found.documents), 'document')}"
        f" of {counted(found.origins, 'origin')}; {_dates(found)}{f'; {counts}' if counts else ''}"
    )
    origin = None
    for stated in found.documents.values():
        place = stated[0].place
        if place.origin != origin:
            origin = place.origin
            emit("")
        emit(f"{place.name} ({place.source or 'source not stated'}, {place.day or 'no date'})")
        for one in stated:
            emit(f"  {one.place.sentence}  {_stance(one):<20}  {one_line(one.place.text, 160)}")
    if found.contradictions:
        emit("")
    names = {one.place.unit: one.place.sentence for one in found.stated}
    for pair in found.contradictions:
        emit(f"{names[pair.one]} contradicts {names[pair.other]} (says {pair.reviewer})")


def _stance(one: Stated) -> str:
    return one.stance or "; ".join(f"{who}: {what}" for who, what in sorted(one.stances.items()))


@claims_command.command("propose", short_help="Look for sentences that may state the same.")
@click.argument("sentence", required=False)
@click.option("--across", is_flag=True, help="Only pairs of different documents.")
@click.option("--least", default=None, type=click.FloatRange(0, 1),
              help="How alike, 0 to 1, two sentences must be.")  # fmt: skip
@project_option
@json_option
@quiet_option
def propose_command(
    sentence: str | None,
    across: bool,
    least: float | None,
    folder: Path,
    as_json: bool,
    quiet: bool,
) -> None:
    """Look for sentences that may state the same claim: like SENTENCE, or any two of them.

    They share names, numbers and words; what they share is printed. A paraphrase or a translation
    without a name or a number in common is not found.
    """
    from annotator.claims.similar import LEAST
    from annotator.project import claims

    limit = LEAST if least is None else least
    with open_project(folder).open(create=False) as store, progress(quiet=quiet) as tell:
        sentences = claims.index(store, tell)
        if sentence:
            found = claims.like(store, sentences, _unit(store, sentence), least=limit)
            found = [one for one in found if not across or one.one.document != one.other.document]
        else:
            there = claims.every(store)
            found = claims.together(store, sentences, there, least=limit, across=across, tell=tell)
    if as_json:
        emit_json([_proposal(one) for one in found])
        return
    for one in found[:_MOST]:
        emit(f"{one.likeness:.2f}  {one.reason}")
        for place in (one.one, one.other):
            emit(f"  {place.sentence}  {one_line(place.name, 30):<30}  {one_line(place.text, 160)}")
    if len(found) > _MOST:
        say(f"and {len(found) - _MOST:,} more: --json has all, --least asks for more likeness")
    if not found:
        say("no two sentences are that alike", quiet=quiet)


def _proposal(one: Proposal) -> dict[str, Any]:
    return {
        "likeness": round(one.likeness, 4),
        "reason": one.reason,
        "sentences": [
            {"id": place.sentence, "document": place.document, "text": place.text}
            for place in (one.one, one.other)
        ],
    }


@claims_command.command("link", short_help="Link a sentence to a claim.")
@click.argument("sentence")
@click.argument("statement")
@click.option("--stance", help="Default: what the label and the cues speak for.")
@project_option
@reviewer_option
@quiet_option
def link_command(
    sentence: str,
    statement: str,
    stance: str | None,
    folder: Path,
    reviewer: str | None,
    quiet: bool,
) -> None:
    """Link SENTENCE to a claim: STATEMENT is its words, or the id of one that is there."""
    from annotator.project import claims
    from annotator.store import reading
    from annotator.store.journal import Journal

    project = open_project(folder)
    with project.open(create=False) as store:
        unit = _unit(store, sentence)
        journal = Journal(store, project.reviewer(reviewer))
        known = next((one for one in claims.every(store) if one.id == statement), None)
        words = known.statement if known else claims.statement_of(statement)
        if stance is None:
            article = reading.article(store, reading.document_of(store, unit))
            text = next(article.text[u.start : u.end] for u in article.units if u.n == unit)
            label = journal.annotation(unit).label
            stance = claims.proposed_stance(label, text, article.language)
        claims.link(journal, unit, words, stance)
    say(f"linked, {stance}: {words}", quiet=quiet)


@claims_command.command("unlink", short_help="Take a link of yours back.")
@click.argument("sentence")
@click.argument("claim")
@project_option
@reviewer_option
@quiet_option
def unlink_command(
    sentence: str, claim: str, folder: Path, reviewer: str | None, quiet: bool
) -> None:
    """Take your link of SENTENCE to CLAIM back."""
    from annotator.project import claims
    from annotator.store.journal import Journal

    project = open_project(folder)
    with project.open(create=False) as store:
        found = claims.find(claims.every(store), claim)
        journal = Journal(store, project.reviewer(reviewer))
        claims.unlink(journal, _unit(store, sentence), found)
    say(f"no longer linked: {found.statement}", quiet=quiet)


@claims_command.command("contradict", short_help="Say that two sentences contradict each other.")
@click.argument("one")
@click.argument("other")
@click.option("--undo", is_flag=True, help="They do not, after all.")
@project_option
@reviewer_option
@quiet_option
def contradict_command(
    one: str, other: str, undo: bool, folder: Path, reviewer: str | None, quiet: bool
) -> None:
    """Say that two sentences that are linked to one claim contradict each other."""
    from annotator.project import claims
    from annotator.store.journal import Journal

    project = open_project(folder)
    with project.open(create=False) as store:
        journal = Journal(store, project.reviewer(reviewer))
        claims.contradict(journal, _unit(store, one), _unit(store, other), on=not undo)
    say("taken back" if undo else "marked as a contradiction", quiet=quiet)


def _unit(store: Store, sentence: str) -> int:
    from annotator.store.reading import find_unit

    found = find_unit(store, sentence)
    if found is None:
        raise UsageProblem(
            f"{sentence!r} is the id of no sentence, or of several",
            hint="`annotator claims propose --json` and `annotator export --all` have the ids",
        )
    return found
