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
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from annotator.baseline.cues import Cue, Reading, clauses, read
from annotator.baseline.cues.lexicon import SOURCES
from annotator.baseline.cues.lexicon import version as version_of_lexicons
from annotator.core.model import Reason, Suggestion

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

NAME: Final = "rules/1"
PREDICATE: Final = 0
ELSEWHERE: Final = 1
AFTER: Final = 2
"""Praise beside the main clause, behind it or between commas: loaded wording (guideline R2)."""
GOVERNED: Final = 3
"""Praise in the scope of a hedge or an event: not asserted (R2, R4), and a stance all the same."""
CEILING: Final = 4.0
"""Cues of one kind do not add up beyond this: a long list of adjectives is one thing said."""
_HEDGES: Final = frozenset(
    ("hedge.modal", "hedge.verb", "hedge.adverb", "hedge.adjective", "forecast", "inference",
     "hearsay", "attribution.collective")
)  # fmt: skip
PRAISE: Final = frozenset(("significance", "superlative", "praise", "benefit", "intensifier"))
_FIGURES: Final = frozenset(("number", "money", "percent", "date"))
_FRAMES: Final = SOURCES | {"hearsay", "hedge.condition"}
LABELS: Final = ("factual", "speculative", "promotional")
QUESTIONS: Final = ("speculative", "promotional", "subjective")
_SOURCED: Final = SOURCES | {"report"}
Triple = tuple[float, float, float]
"""A figure for each of QUESTIONS."""
_NOTHING: Final = (0.0, 0.0, 0.0)


@dataclass(frozen=True)
class Judgement(Suggestion):
    """What the rules say of a sentence; `subjectivity` 0..1: how far its wording takes a stance.

    They abstain where the sentence asks and asserts nothing, too.
    """

    subjectivity: float = 0.0


@cache
def constants() -> dict[str, dict[str, Any]]:
    """Return the fitted figures: question -> bias, and kind -> log odds for a weight of 1.

    Each kind has a figure for PREDICATE and ELSEWHERE; those of PRAISE have one for AFTER, too, and
    for GOVERNED where it says anything.
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
    before it, and so does what sums up in front of the clause. Praise is not asserted behind a
    hedge ("may mark a milestone", "experts point to a triumph"), nor where the predicate goes on to
    say by which event, in figures ("took a great step by opening 40 mills").
    """
    begin, predicate, last = clauses.main(reading)
    event = aside = joint = -1
    joints = _joints(reading)
    where: list[int] = []
    for start, end, kind, entry, _ in reading.cues:
        inside = end > predicate and start < last
        hedged = start < joint
        if kind in PRAISE:
            if aside < 0:
                event, aside = _event(reading, predicate, last), _aside(reading, begin, predicate)
            if start >= predicate and (hedged or start < event):
                where.append(GOVERNED)
            elif start >= last or aside <= start < predicate:
                where.append(AFTER)
            else:
                where.append(PREDICATE if inside else ELSEWHERE)
            continue
        if (start < predicate and kind in _FRAMES) or (start < begin and kind == "motive"):
            inside = True
        governs = kind in _HEDGES or (kind == "weasel" and _says(entry, reading))
        if governs and inside and not hedged:
            joint = next((one for one in joints if one > start), reading.ends[-1])
        where.append(PREDICATE if inside else ELSEWHERE)
    return where


def _says(entry: str, reading: Reading) -> bool:
    """Return whether a crowd says it; what is seen as a triumph by a crowd is praised all the same.

    The subject stands first in the run: "experts point to", not "is widely regarded as".
    """
    return entry.partition(" ")[0] in reading.language.clauses["crowd"]


def _joints(reading: Reading) -> Iterator[int]:
    """Yield where ", and" begins another clause: a hedge reaches no further."""
    words, joins = reading.words, reading.language.clauses.get("joins", frozenset())
    for word, following, start in zip(words, words[1:], reading.starts, strict=False):
        if following in joins and word in ",;":
            yield start


def _aside(reading: Reading, begin: int, predicate: int) -> int:
    """Return where the first comma between subject and predicate stands, or where it would be."""
    try:
        comma = reading.words.index(",", bisect_left(reading.starts, begin))
    except ValueError:
        return predicate
    return min(reading.starts[comma], predicate)


def _event(reading: Reading, predicate: int, last: int) -> int:
    """Return where "by opening 40 mills" begins, with a figure and no comma before it, or 0."""
    words, starts, lists = reading.words, reading.starts, reading.language.clauses
    if not lists or lists["means"].isdisjoint(words):
        return 0
    figure = max((cue.start for cue in reading.cues if cue.kind in _FIGURES), default=0)
    participle = tuple(lists["participle"])
    for at in range(bisect_left(starts, predicate), bisect_left(starts, min(figure, last))):
        if words[at] in lists["means"] and words[at + 1].endswith(participle):
            return starts[at]
    return 0


@cache
def _figures() -> dict[str, tuple[Triple, ...]]:
    """Return kind -> for each place the figures of all QUESTIONS."""
    tables = [constants()[question] for question in QUESTIONS]
    silent = (0.0,) * (GOVERNED + 1)
    return {
        kind: tuple(
            zip(*((*table.get(kind, ()), *silent)[: len(silent)] for table in tables), strict=True)
        )
        for kind in set().union(*tables) - {"bias"}
    }


@cache
def _biases() -> Triple:
    speculative, promotional, subjective = (constants()[one]["bias"] for one in QUESTIONS)
    return speculative, promotional, subjective


def shares(cues: Sequence[Cue], where: Sequence[int]) -> list[Triple]:
    """Return the log odds that each cue adds to yes, a question each; CEILING is shared out."""
    figures = _figures()
    used: tuple[dict[str, float], ...] = ({}, {}, {}, {})
    added: list[Triple] = []
    for (_, _, kind, _, full), place in zip(cues, where, strict=True):
        both = figures.get(kind)
        if both is None:
            added.append(_NOTHING)
            continue
        before = used[place].get(kind, 0.0)
        weight = full if before + full <= CEILING else CEILING - before
        used[place][kind] = before + weight
        speculative, promotional, subjective = both[place]
        added.append((weight * speculative, weight * promotional, weight * subjective))
    return added


def suggest(text: str, language: str, *, before: str | None = None) -> Judgement:
    """Return what the rules say of a sentence.

    `before` is the sentence before it: "they said" has the source that was named there.
    """
    reading = read(text, language)
    cues = reading.cues if before is None else _resolved(reading, before, language)
    added = shares(cues, places(reading))
    speculative, promotional, subjective = (
        1 / (1 + math.exp(-sum(column))) for column in zip(_biases(), *added, strict=True)
    )
    speculative *= 1 - promotional
    probabilities = {
        "factual": 1 - promotional - speculative,
        "speculative": speculative,
        "promotional": promotional,
    }
    label = max(probabilities, key=probabilities.__getitem__)
    reasons = _reasons(label, cues, added)
    asks = bool(reading.words) and reading.words[-1] == "?"
    if asks:
        reasons = (*(_because(c, "R0", 0.0) for c in cues if c.kind == "question"), *reasons)
    return Judgement(label, probabilities, reasons, asks or not reasons, subjective)


def _because(cue: Cue, rule: str, weight: float) -> Reason:
    start, end, kind, entry, _ = cue
    return Reason(start, end, kind, entry, rule, weight)


def _reasons(label: str, cues: Sequence[Cue], added: Sequence[Triple]) -> tuple[Reason, ...]:
    """Return the cues that spoke for the label, the weightiest first."""
    reasons: list[Reason] = []
    for cue, (speculative, promotional, _) in zip(cues, added, strict=True):
        if label == "factual":
            # What speaks for another label as well is no reason for this one.
            if speculative > 0 or promotional > 0:
                continue
            weight = -speculative if speculative < promotional else -promotional
            rule = "R1" if cue.kind in _SOURCED else "R5"
        elif label == "speculative":
            weight, rule = speculative, "R4"
        elif promotional > 0:
            weight, rule = promotional, "R3"
        else:
            weight, rule = speculative, "R6"
        if weight > 0:
            reasons.append(_because(cue, rule, weight))
    if len(reasons) > 1:
        # What two main clauses say differently comes after what decided between them.
        reasons.sort(key=lambda one: (one.rule == "R6", -one.weight))
    return tuple(reasons)


def _resolved(reading: Reading, before: str, language: str) -> tuple[Cue, ...]:
    """Return the cues, with a source that is a pronoun taken from the sentence before."""
    sourced = [cue for cue in reading.cues if cue.kind in SOURCES]
    if not sourced:
        return reading.cues
    pronouns = reading.language.clauses["pronoun"]
    word_at = dict(zip(reading.starts, reading.words, strict=True))
    open_ones = {cue for cue in sourced if word_at[cue.start] in pronouns}
    if not open_ones:
        return reading.cues
    sources = [cue.kind for cue in read(before, language).cues if cue.kind in SOURCES]
    if not sources:
        return reading.cues
    return tuple(
        cue._replace(kind=sources[-1]) if cue in open_ones else cue for cue in reading.cues
    )
