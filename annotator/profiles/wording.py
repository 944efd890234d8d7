"""What word lists find in the sentences of a source: hedges, praise, who is named, figures.

Nobody has looked at these sentences for it: the figures are as good as the lists. Cues come as
kinds with their places; which kinds count for what stands here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from annotator.profiles.tally import Evidence, Tally

HEDGES: Final = (
    "hedge.modal", "hedge.verb", "hedge.adverb", "hedge.adjective", "hedge.noun",
    "hedge.condition", "hedge.unknown",
)  # fmt: skip
"""May, seems, perhaps, likely, a hypothesis, if, unknown."""
PUFFERY: Final = ("praise", "significance", "superlative", "benefit")
"""Words of praise, milestones, superlatives without a measure, benefits stated as certain."""
NUMBERS: Final = ("number", "percent", "money")
"""Figures; dates are none."""
SOURCES: Final = {
    "attribution.named": "named",
    "attribution.institution": "institution",
    "attribution.outlet": "institution",
    "attribution.anonymous": "anonymous",
    "attribution.collective": "anonymous",
    "hearsay": "anonymous",
    "weasel": "anonymous",
}
"""Which kind of source a kind of cue stands for. A news outlet is an institution."""
ATTRIBUTED: Final = ("named", "institution", "anonymous")
"""In this order: a sentence with several sources counts once, for the first."""
_LONG: Final = 6
"""Letters; a longer word is long."""
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|\d+(?:[.,]\d+)*")


class Cue(NamedTuple):
    """A cue: its place in the sentence, and its kind."""

    start: int
    end: int
    kind: str


class Sentence(NamedTuple):
    """A sentence of the body, with its cues. `document` and `unit` are rows."""

    document: int
    unit: int
    text: str
    cues: Sequence[Cue]


def words(text: str) -> list[str]:
    """Return the words of a text; a figure is one, and what a hyphen or apostrophe joins."""
    return _WORD.findall(text)


def attribution(kinds: Sequence[str]) -> str | None:
    """Return whose word a sentence gives: one of ATTRIBUTED, or None where it names no source."""
    found = {SOURCES[kind] for kind in kinds if kind in SOURCES}
    return next((one for one in ATTRIBUTED if one in found), None)


class Wording:
    """Counts sentences one by one; `tallies` has the figures so far."""

    def __init__(self) -> None:
        self.hedging = Tally("hedging", "hedging", "per 100 words", "words")
        self.puffery = Tally("puffery", "puffery", "per 100 words", "words")
        self.attribution = {
            name: Tally(f"attribution.{name}", title)
            for name, title in (
                ("named", "a named person"),
                ("institution", "an institution"),
                ("anonymous", "an unnamed source"),
                ("none", "no source"),
            )
        }
        self.numbers = Tally("numbers", "with a figure")
        self.unsourced = Tally("numbers.unsourced", "figures, no source", counted="with a figure")
        self.lix = Tally("lix", "LIX", "statistic")
        self.words = self.long = 0

    def add(self, sentence: Sentence) -> None:
        """Count a sentence."""
        document, unit, text, cues = sentence
        found = words(text)
        long = sum(len(word) > _LONG for word in found)
        self.words += len(found)
        self.long += long
        for tally, wanted in ((self.hedging, HEDGES), (self.puffery, PUFFERY)):
            hits = [text[start:end] for start, end, kind in cues if kind in wanted]
            note = ", ".join(f"“{one}”" for one in hits)
            tally.add(Evidence(document, unit, note), hits=len(hits), of=len(found))
        kinds = [cue.kind for cue in cues]
        whose = attribution(kinds)
        said = [text[start:end] for start, end, kind in cues if SOURCES.get(kind) == whose]
        at = Evidence(document, unit, f"“{said[0]}”" if said and whose else "")
        for name, tally in self.attribution.items():
            tally.add(at, hits=name == (whose or "none"))
        figures = [text[start:end] for start, end, kind in cues if kind in NUMBERS]
        at = Evidence(document, unit, ", ".join(figures))
        self.numbers.add(at, hits=bool(figures))
        if figures:
            self.unsourced.add(at, hits=whose is None)
        at = Evidence(document, unit, f"{len(found)} words, {long} of them long")
        self.lix.add(at, hits=len(found))

    @property
    def tallies(self) -> dict[str, list[Tally]]:
        """Return the figures so far, by family."""
        return {
            "wording": [self.hedging, self.puffery],
            "attribution": list(self.attribution.values()),
            "numbers": [self.numbers, self.unsourced],
        }

    @property
    def readability(self) -> float | None:
        """Return LIX: words a sentence and the percentage of words over six letters, added.

        Björnsson 1968, "Läsbarhet". It needs no syllables, and so no language. None without words.
        """
        sentences = self.lix.sentences
        if not self.words or not sentences:
            return None
        return self.words / sentences + 100 * self.long / self.words
