"""Articles as formats are given them, out of what a store holds of a document.

The store only reads; what its rows amount to, by which policy, is worked out here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple

from annotator.core.model import Adjudication
from annotator.formats.values import Article, Given, Guess, Score, Sentence, resolve

_REVIEWER = attrgetter("reviewer")
_START = itemgetter(2)


@dataclass
class Counts:
    """Sentences that were exported, and those that were decided on and left out, by reason.

    `unresolved`: the reviewers differ. `none`: resolved to be no sentence. `skipped`: not decided
    yet. `superseded`: labelled in a version of a document that is no longer the current one, and
    carried to no other.
    """

    records: int = 0
    unresolved: int = 0
    none: int = 0
    skipped: int = 0
    superseded: int = 0


class Plan(NamedTuple):
    """What is made of the rows of a store, the same for all documents.

    `labels` are the content labels; `names` what the reviewers that count are called, by row;
    `policy` is one of POLICIES; `model` is the name of the suggester. `every` adds the sentences
    without a content label that are asked about.
    """

    labels: tuple[str, ...]
    names: Mapping[int, str]
    policy: str
    model: str
    every: bool


class Held(NamedTuple):
    """A current document as the store holds it.

    `stated` are the fields of Article up to the language, encoding and markup. `units` are rows of
    unit, id, start, end, whether it is a sentence by itself, polarity, subjectivity, suggested
    label, its probability, and form; `opinions` rows of annotations: unit, reviewer, label,
    confidence, tags, note, time, seconds, whether the suggestion was shown, guideline, skipped,
    asked.
    By unit: `groups` of near-duplicates, `rulings` of adjudicators, the latest last, and
    `posteriors`, the probabilities of the labels.
    """

    stated: tuple[Any, ...]
    analyzer: str
    units: list[tuple[Any, ...]]
    opinions: list[tuple[Any, ...]]
    groups: dict[int, str]
    rulings: dict[int, list[Adjudication]]
    posteriors: dict[int, tuple[float, ...]]


def articles(held: Iterable[Held], plan: Plan, counts: Counts) -> Iterator[Article]:
    """Yield the documents that have something to export; adds to `counts`."""
    for document in held:
        found = list(_sentences(document, plan, counts))
        if found:
            counts.records += len(found)
            yield Article._make((*document.stated, found))


class _Opinions(NamedTuple):
    """What the reviewers gave the units of a document, which they skipped or made a sentence."""

    given: dict[int, list[Given]]
    skipped: set[int]
    asked: set[int]


def _opinions(rows: Iterable[tuple[Any, ...]], names: Mapping[int, str]) -> _Opinions:
    opinions = _Opinions({}, set(), set())
    for (
        unit, number, label, confidence, tags, note, at, seconds, shown, guideline, skipped, asked
    ) in rows:  # fmt: skip
        reviewer = names.get(number)
        if reviewer is None:
            continue
        if skipped:
            opinions.skipped.add(unit)
        if asked:
            opinions.asked.add(unit)
        if label is not None:
            listed = () if tags == "[]" else tuple(json.loads(tags))
            seen = shown == 1
            one = Given(reviewer, label, confidence, listed, note, at, seconds, seen, guideline)
            opinions.given.setdefault(unit, []).append(one)
    return opinions


def _sentences(document: Held, plan: Plan, counts: Counts) -> Iterator[Sentence]:
    labels, names, policy, model, every = plan
    opinions = _opinions(document.opinions, names)
    groups, rulings, posteriors = document.groups, document.rulings, document.posteriors
    analyzer = document.analyzer
    for unit, name, start, end, body, polarity, subjectivity, suggested, score, _ in sorted(
        document.units, key=_START
    ):
        given = opinions.given.get(unit, [])
        if len(given) == 1:
            votes: tuple[str, ...] = (given[0].label,)
        else:
            given.sort(key=_REVIEWER)
            votes = tuple([one.label for one in given])
        decided = None
        if rulings and unit in rulings:
            *_, decided = own = rulings[unit]
            ruled = tuple([one.label for one in own])
            outcome = resolve(votes, labels, policy, ruled, posteriors.get(unit))
        elif posteriors:
            outcome = resolve(votes, labels, policy, (), posteriors.get(unit))
        else:
            outcome = resolve(votes, labels, policy)
        if outcome.label is None and not (every and (body or unit in opinions.asked or given)):
            counts.none += outcome.decision is not None
            counts.unresolved += bool(given) and outcome.decision is None
            counts.skipped += not given and unit in opinions.skipped
            continue
        yield Sentence(
            name, start, end, outcome, decided, given,
            None if polarity is None else Score(polarity, subjectivity, analyzer),
            None if suggested is None else Guess(suggested, score, model),
            groups.get(unit),
        )  # fmt: skip
