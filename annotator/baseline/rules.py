"""The rule suggestion `rules/1`: a label with its probabilities, and the cues that gave it.

The guideline asks in a fixed order: is the main predicate promotional (R3), else speculative (R4),
else factual (R5). Here each of the first two questions is answered with a probability, a logistic
function of the cues that bear on it, and the labels follow in that order. Which cues bear on what,
and how much, stands in `rules.toml`; a committed script fits those figures, the entries of the
lexicons are written by hand.
"""

from __future__ import annotations

import hashlib
import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from annotator.baseline.cues import Cue, Reading, clauses, read
from annotator.baseline.cues.lexicon import ATTRIBUTION
from annotator.baseline.cues.lexicon import version as version_of_lexicons
from annotator.core.model import Reason, Suggestion

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

NAME: Final = "rules/1"
PREDICATE: Final = 0
ELSEWHERE: Final = 1
CEILING: Final = 4.0
"""Cues of one kind do not add up beyond this: a long list of adjectives is one thing said."""
_HEDGES: Final = frozenset(
    ("hedge.modal", "hedge.verb", "hedge.adverb", "hedge.adjective", "forecast", "inference")
)
_PRAISE: Final = frozenset(("significance", "superlative", "praise", "benefit"))
_FRAMES: Final = ("hearsay", "hedge.condition", ATTRIBUTION)
LABELS: Final = ("factual", "speculative", "promotional")
QUESTIONS: Final = ("speculative", "promotional", "subjective")


@dataclass(frozen=True)
class Judgement(Suggestion):
    """What the rules say of a sentence; `subjectivity` 0..1: how far its wording takes a stance.

    They abstain where the sentence asks and asserts nothing, too.
    """

    subjectivity: float = 0.0


@cache
def constants() -> dict[str, dict[str, Any]]:
    """Return the fitted figures: question -> bias, and kind -> log odds for a weight of 1.

    Each kind has two figures, for PREDICATE and ELSEWHERE.
    """
    return tomllib.loads(Path(__file__).with_name("rules.toml").read_text(encoding="utf-8"))


@cache
def version() -> str:
    """Return what changes when a suggestion may: digits of the SHA-256 of lexicons and figures."""
    figures = Path(__file__).with_name("rules.toml").read_bytes().replace(b"\r\n", b"\n")
    return hashlib.sha256(version_of_lexicons().encode() + figures).hexdigest()[:12]


def places(reading: Reading) -> list[int]:
    """Return for each cue where it stands: in the predicate of the main clause or elsewhere.

    What says whose word it is, or under which condition, counts as the predicate when it stands
    before it. Praise behind a
    hedge of the predicate is not asserted, and counts as elsewhere: "may mark a milestone".
    """
    _, predicate, end = clauses.main(reading)
    hedged = False
    where: list[int] = []
    for cue in reading.cues:
        kind = cue.kind
        inside = cue.end > predicate and cue.start < end
        if inside and kind in _HEDGES:
            hedged = True
        elif inside and hedged and kind in _PRAISE:
            inside = False
        elif cue.start < predicate and kind.startswith(_FRAMES):
            inside = True
        where.append(PREDICATE if inside else ELSEWHERE)
    return where


def shares(cues: Sequence[Cue], where: Sequence[int], question: str) -> list[float]:
    """Return the log odds that each cue adds to the answer yes; CEILING is shared out."""
    figures = constants()[question]
    used: dict[tuple[str, int], float] = {}
    added: list[float] = []
    for cue, place in zip(cues, where, strict=True):
        figure = figures.get(cue.kind)
        if figure is None:
            added.append(0.0)
            continue
        before = used.get((cue.kind, place), 0.0)
        weight = min(cue.weight, CEILING - before)
        used[cue.kind, place] = before + weight
        added.append(weight * figure[place])
    return added


def suggest(text: str, language: str, *, before: str | None = None) -> Judgement:
    """Return what the rules say of a sentence.

    `before` is the sentence before it: "they said" has the source that was named there.
    """
    reading = read(text, language)
    cues = _resolved(reading, before, language)
    where = places(reading)
    added = {question: shares(cues, where, question) for question in QUESTIONS}
    yes = {
        question: 1 / (1 + math.exp(-constants()[question]["bias"] - sum(added[question])))
        for question in QUESTIONS
    }
    promotional = yes["promotional"]
    speculative = (1 - promotional) * yes["speculative"]
    probabilities = {
        "factual": 1 - promotional - speculative,
        "speculative": speculative,
        "promotional": promotional,
    }
    label = max(probabilities, key=lambda one: probabilities[one])
    reasons = _reasons(label, cues, added)
    asks = bool(reading.words) and reading.words[-1] == "?"
    if asks:
        reasons = (*(_because(c, "R0", 0.0) for c in cues if c.kind == "question"), *reasons)
    return Judgement(label, probabilities, reasons, asks or not reasons, yes["subjective"])


def _because(cue: Cue, rule: str, weight: float) -> Reason:
    return Reason(cue.start, cue.end, cue.kind, cue.entry, rule, weight)


def _reasons(
    label: str, cues: Sequence[Cue], added: Mapping[str, Sequence[float]]
) -> tuple[Reason, ...]:
    """Return the cues that spoke for the label, the weightiest first."""
    reasons: list[Reason] = []
    for cue, speculative, promotional in zip(
        cues, added["speculative"], added["promotional"], strict=True
    ):
        if label == "factual":
            # What speaks for another label as well is no reason for this one.
            alone = max(speculative, promotional) <= 0
            weight, rule = -min(speculative, promotional) if alone else 0.0, "R5"
            if cue.kind.startswith(ATTRIBUTION) or cue.kind == "report":
                rule = "R1"
        elif label == "speculative":
            weight, rule = speculative, "R4"
        elif promotional > 0:
            weight, rule = promotional, "R3"
        else:
            weight, rule = speculative, "R6"
        if weight > 0:
            reasons.append(_because(cue, rule, weight))
    # What two main clauses say differently comes after what decided between them.
    reasons.sort(key=lambda one: (one.rule == "R6", -one.weight))
    return tuple(reasons)


def _resolved(reading: Reading, before: str | None, language: str) -> tuple[Cue, ...]:
    """Return the cues, with a source that is a pronoun taken from the sentence before."""
    if before is None or not reading.cues:
        return reading.cues
    pronouns = reading.language.clauses.get("pronoun", frozenset())
    sources = [cue.kind for cue in read(before, language).cues if cue.kind.startswith(ATTRIBUTION)]
    if not sources:
        return reading.cues
    first_words = dict(zip(reading.starts, reading.words, strict=True))
    return tuple(
        cue._replace(kind=sources[-1])
        if cue.kind.startswith(ATTRIBUTION) and first_words[cue.start] in pronouns
        else cue
        for cue in reading.cues
    )
