"""What one figure of a profile is made of: hits among what was counted, by document, with evidence.

Kept by document, because sentences of one document are alike: an interval that says anything beyond
the sentences at hand draws whole documents (`beyond`).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

Measure = Literal["share", "per 100 words", "mean", "count", "statistic"]
"""How a figure reads its sums: hits of n; hits for 100 of n; sum over n; hits of n, with no value
made of them; or a value that is no ratio at all."""


class Evidence(NamedTuple):
    """Where a figure can be looked up: a unit of a document (None: the document), and why."""

    document: int
    unit: int | None
    note: str = ""


MOST: Final = 10_000
"""Pieces of evidence that a figure keeps, the first ones: of a million they fill the memory."""


@dataclass
class Tally:
    """Counts for one figure. `of` is counted in `counted`; `sentences` is what a minimum asks for.

    `hits` and `of` are sums by document (its row).
    """

    id: str
    name: str
    measure: Measure = "share"
    counted: str = "sentences"
    sentences: int = 0
    hits: defaultdict[int, float] = field(default_factory=lambda: defaultdict(float))
    of: defaultdict[int, float] = field(default_factory=lambda: defaultdict(float))
    evidence: list[Evidence] = field(default_factory=list)

    def add(self, at: Evidence, *, hits: float, of: float = 1) -> None:
        """Count a sentence that has `hits` of `of`; it is evidence if it has any."""
        self.sentences += 1
        self.of[at.document] += of
        if hits:
            self.hits[at.document] += hits
            self.show(at)

    def show(self, at: Evidence) -> None:
        """Take in evidence, as long as there is not more of it than anybody reads."""
        if len(self.evidence) < MOST:
            self.evidence.append(at)

    @property
    def sums(self) -> tuple[float, float]:
        """Return all hits, and of how many."""
        return sum(self.hits.values()), sum(self.of.values())

    @property
    def value(self) -> float | None:
        """Return the ratio that the figure is, or None where nothing was counted or none is made.

        A share 0..1, a rate for 100, or a mean.
        """
        hits, of = self.sums
        if not of or self.measure in ("count", "statistic"):
            return None
        return hits / of * SCALE.get(self.measure, 1.0)


SCALE: Final = {"per 100 words": 100.0}
"""What a ratio is multiplied with to be read, where it is."""
