"""Claims of a project: linking sentences to them, proposing which belong together, reading them.

What is proposed rests on what two sentences share and says what that is. Nothing is linked, and no
contradiction found, by the program.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from annotator.baseline import cues
from annotator.claims.features import folded
from annotator.claims.linked import Claim, Link, Place, claim_id, claims
from annotator.claims.similar import LEAST, Alike, Index
from annotator.claims.stance import DIFFER, SIGNS, STANCES, propose
from annotator.core.errors import UsageProblem
from annotator.core.history import CLAIM, CONTRADICT
from annotator.core.progress import Progress, silent
from annotator.core.text import one_line, storable
from annotator.profiles import dates, outlets
from annotator.store import Store, profiles
from annotator.store import claims as stored
from annotator.store.journal import Journal

_MONTH: Final = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
MOST_STATEMENT: Final = 300
"""Characters of a statement: a sentence, not a story."""


class Proposal(NamedTuple):
    """Two sentences that may state the same claim, how alike they are, and what both have."""

    one: Place
    other: Place
    likeness: float
    reason: str


class Candidate(NamedTuple):
    """A claim that a sentence may state, and the sentence or statement that is like it."""

    claim: Claim
    likeness: float
    reason: str


def every(store: Store) -> list[Claim]:
    """Return the claims of the project, by statement."""
    links, apart = stored.links(store), stored.contradictions(store)
    return claims(links, placed(store, [one.unit for one in links]), apart)


def bare(store: Store) -> list[Claim]:
    """Return the claims at once, as a key press needs them: copies are one origin, dates unknown.

    Whom documents credit is not looked at, and contradictions are not either.
    """
    links = stored.links(store)
    return claims(links, dict(stored.places(store, [one.unit for one in links])), ())


def placed(store: Store, units: Sequence[int]) -> dict[int, Place]:
    """Return where units stand; documents that credit one outlet, or are copies, are one origin."""
    found = dict(stored.places(store, units))
    if not found:
        return {}
    credited: dict[int, list[str]] = {}
    for line in profiles.saying(store):
        credited.setdefault(line.document, []).extend(outlets.credited(line.text))
    # Of all other documents none can join two of these.
    documents = stored.documents(store, {one.document for one in found.values()}, credited)
    origin = outlets.origins(
        (one.n, one.likeness, [it for it in credited.get(one.n, ()) if it != one.source])
        for one in documents
    )
    ids = {one.n: one.id for one in documents}
    first = {one.id: ids[origin[one.n]] for one in documents}
    days = _days(store, documents)
    return {
        unit: one._replace(origin=first[one.document], day=days.get(one.document))
        for unit, one in found.items()
    }


def _days(store: Store, documents: Sequence[stored.Document]) -> dict[str, str]:
    """Return when documents appeared, by their ids: as is said beside the text, or else in it."""
    ids = {one.n: one.id for one in documents}
    found = {one.id: day for one in documents if (day := _day(one.published or ""))}
    for line in profiles.saying(store, ids):
        if line.kind == "dateline" and (day := _day(line.text)):
            found.setdefault(ids[line.document], day)
    return found


def _day(text: str) -> str | None:
    """Return the day, or else the month, that a date names, as ISO 8601; None for neither."""
    if when := dates.read(text):
        return f"{when.moment:%Y-%m-%d}"
    return text if _MONTH.fullmatch(text) else None


def find(there: Sequence[Claim], name: str) -> Claim:
    """Return the claim that `name` names: the beginning of its id, or part of its statement.

    Raises UsageProblem.
    """
    exact = [one for one in there if name in (one.id, one.statement)]
    wanted = folded(name)
    near = [one for one in there if one.id.startswith(name) or wanted in folded(one.statement)]
    found = exact or near
    if len(found) == 1:
        return found[0]
    listed = "; ".join(one_line(one.statement, 60) for one in found[:4])
    raise UsageProblem(
        f"{name!r} is part of {len(found)} claims" if found else f"there is no claim {name!r}",
        hint=f"{listed}; an id names one exactly" if found else "`annotator claims` lists them",
    )


def statement_of(text: str) -> str:
    """Return a statement as it is stored: one line. Raises UsageProblem."""
    line = storable(" ".join(text.split()), MOST_STATEMENT)
    if not line:
        raise UsageProblem("a claim needs a statement", hint="one sentence that can be true or not")
    return line


def link_payload(statement: str, stance: str, *, on: bool = True) -> dict[str, object]:
    """Return what the event says that links a sentence to a claim. Raises UsageProblem."""
    if stance not in STANCES:
        raise UsageProblem(f"{stance!r} is no stance", hint=f"one of: {', '.join(STANCES)}")
    return {"claim": claim_id(statement), "statement": statement, "stance": stance, "on": on}


def link(journal: Journal, unit: int, statement: str, stance: str) -> None:
    """Link a unit to a claim, or change the stance of its link."""
    journal.record(CLAIM, unit, link_payload(statement_of(statement), stance))


def unlink(journal: Journal, unit: int, claim: Claim) -> None:
    """Take the reviewer's link of a unit to a claim back. Raises UsageProblem if there is none."""
    own = _own(journal, unit, claim)
    journal.record(CLAIM, unit, link_payload(own.statement, own.stance, on=False))


def _own(journal: Journal, unit: int, claim: Claim) -> Link:
    for one in stored.links(journal.store):
        if (one.reviewer, one.unit, one.claim) == (journal.reviewer, unit, claim.id):
            return one
    raise UsageProblem(
        f"{journal.reviewer} has not linked this sentence to {one_line(claim.statement, 60)!r}"
    )


def contradict(journal: Journal, unit: int, other: int, *, on: bool = True) -> None:
    """Say that two units contradict each other, or take it back. Raises UsageProblem."""
    if unit == other:
        raise UsageProblem("a sentence does not contradict itself here")
    linked: dict[int, set[str]] = {}
    for one in stored.links(journal.store):
        linked.setdefault(one.unit, set()).add(one.claim)
    if not linked.get(unit, set()) & linked.get(other, set()):
        raise UsageProblem(
            "the two sentences are linked to no claim in common",
            hint="link both to the claim they disagree about first",
        )
    (there,) = (one.sentence for _, one in stored.places(journal.store, [other]))
    journal.record(CONTRADICT, unit, {"with": there, "on": on})


def proposed_stance(label: str | None, text: str, language: str) -> str:
    """Return the stance that a sentence's label and cues speak for."""
    return propose(label, {one.kind for one in cues.find(text, language)})


def index(store: Store, tell: Callable[[str, int, int], None]) -> Index:
    """Return all sentences of the project by their features."""
    found = list(stored.sentences(store))

    def telling() -> Iterator[tuple[int, str, str]]:
        for done, one in enumerate(found):
            if done % 1_000 == 0:
                tell("sentences", done, len(found))
            yield one

    return Index(telling())


def like(
    store: Store, sentences: Index, unit: int, *, least: float = LEAST, most: int = 20
) -> list[Proposal]:
    """Return the sentences that may state what a unit states, likest first."""
    return _proposals(store, ((unit, one) for one in sentences.like(unit, least=least, most=most)))


def together(
    store: Store,
    sentences: Index,
    there: Sequence[Claim],
    *,
    least: float = LEAST,
    across: bool = False,
    tell: Progress = silent,
) -> list[Proposal]:
    """Return pairs of sentences that may state the same and share no claim yet, likest first.

    `across`: only of different documents.
    """
    of: dict[int, set[str]] = {}
    for claim in there:
        for one in claim.stated:
            of.setdefault(one.place.unit, set()).add(claim.id)
    pairs = (
        (unit, one)
        for unit, one in sentences.pairs(least=least, tell=tell)
        if not of.get(unit, set()) & of.get(one.key, set())
    )
    found = _proposals(store, pairs)
    return [one for one in found if not across or one.one.document != one.other.document]


def _proposals(store: Store, pairs: Iterator[tuple[int, Alike]]) -> list[Proposal]:
    found = list(pairs)
    where = placed(store, [unit for one, alike in found for unit in (one, alike.key)])
    proposals = [
        Proposal(where[unit], where[alike.key], alike.likeness, alike.reason)
        for unit, alike in found
        if unit in where and alike.key in where
    ]
    return sorted(proposals, key=lambda one: (-one.likeness, one.one.unit, one.other.unit))


def candidates(there: Sequence[Claim], text: str, language: str) -> list[Candidate]:
    """Return all claims, those first that a sentence may state: by their sentences, or their words.

    Small enough for a key press: only what is linked is looked at.
    """
    known: dict[int, Claim] = {}
    rows: list[tuple[int, str, str]] = []
    for claim in there:
        texts = [(claim.statement, "en"), *((s.place.text, s.place.language) for s in claim.stated)]
        for words, code in texts:
            rows.append((len(rows), words, code))
            known[len(known)] = claim
    best: dict[str, Alike] = {}
    for one in Index(rows).like_text(text, language, least=0.05, most=len(rows)):
        best.setdefault(known[one.key].id, one)
    found = [
        Candidate(one, best[one.id].likeness, best[one.id].reason)
        if one.id in best
        else Candidate(one, 0.0, "")
        for one in there
    ]
    return sorted(found, key=lambda one: -one.likeness)


class Column(NamedTuple):
    """A document of the table of claims. `letter` is that of its origin, numbered if it has more.

    `place` is where one of its sentences stands.
    """

    letter: str
    place: Place


def columns(there: Sequence[Claim]) -> list[Column]:
    """Return the documents that state claims, those of one origin beside each other."""
    every = {one.place.document: one.place for claim in there for one in claim.stated}
    placed: dict[str, dict[str, Place]] = {}
    # In the order in which a claim has its documents.
    for document, place in sorted(every.items(), key=lambda one: (one[1].origin, one[0])):
        placed.setdefault(place.origin, {})[document] = place
    found = []
    for at, documents in enumerate(placed.values()):
        for number, place in enumerate(documents.values(), 1):
            more = str(number) if len(documents) > 1 else ""
            found.append(Column(f"{_letters(at)}{more}", place))
    return found


def _letters(place: int) -> str:
    """Return A to Z, then AA, AB and so on."""
    head = _letters(place // 26 - 1) if place >= 26 else ""
    return head + chr(ord("A") + place % 26)


def stances(claim: Claim) -> dict[str, list[str]]:
    """Return for each document that states a claim the stances it takes, each once."""
    return {
        document: list(dict.fromkeys(one.stance or "reviewers differ" for one in stated))
        for document, stated in claim.documents.items()
    }


def signs(claim: Claim) -> dict[str, str]:
    """Return for each document that states a claim the signs of its stances."""
    return {
        document: "".join(SIGNS.get(one, DIFFER) for one in found)
        for document, found in stances(claim).items()
    }


def looked_again(store: Store, claim: Claim) -> Claim:
    """Return a claim with the contradictions that are marked now."""
    units = {one.place.unit for one in claim.stated}
    apart = (one for one in stored.contradictions(store) if {one.one, one.other} <= units)
    return replace(claim, contradictions=tuple(apart))
