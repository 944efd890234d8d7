"""A profile as it is shown: figures with their n and intervals, in families, in three sections.

What people said, what word lists found and what the files hold never stand in one section. There is
no total, no score and no order but the one all profiles have.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple

from annotator.profiles.beyond import LEVEL, ROUNDS, Interval
from annotator.profiles.labels import Reviewer
from annotator.profiles.tally import Evidence, Measure, Tally

MIN_N: Final = 20
"""Sentences below which counts are given and no share."""
_MANY: Final = frozenset({"metadata", "layout", "contradictions"})


class Spread(NamedTuple):
    """The lowest and the highest share over the reviewers who labelled enough."""

    low: float
    high: float
    reviewers: int


@dataclass(frozen=True)
class Figure:
    """One figure. `value` is None where `why` says so; `hits` of `of` are there all the same.

    `n` are the sentences (units, documents) that were counted. `these` is the interval for those,
    `beyond` the one for others like them, or why there is none.
    """

    id: str
    name: str
    measure: Measure
    counted: str
    hits: float
    of: float
    n: int
    documents: int
    value: float | None = None
    why: str | None = None
    these: Interval | None = None
    beyond: Interval | str | None = None
    spread: Spread | None = None
    evidence: tuple[Evidence, ...] = ()

    def with_value(
        self,
        value: float | None,
        these: Interval | None = None,
        beyond: Interval | str | None = None,
    ) -> Figure:
        """Return a figure that is no ratio with its value."""
        return replace(self, value=value, these=these, beyond=beyond)

    def without(self, why: str) -> Figure:
        """Return the figure without a value, and why it has none."""
        return replace(self, value=None, why=why, these=None, beyond=None)

    def as_json(self) -> dict[str, Any]:
        """Return it for a program; of the evidence, how much is kept."""
        whole = self.measure != "mean"
        return {
            "figure": self.id,
            "name": self.name,
            "measure": self.measure,
            "counted": self.counted,
            "hits": None if self.measure == "statistic" else round(self.hits, None if whole else 4),
            "of": None if self.measure == "statistic" else round(self.of),
            "n": self.n,
            "documents": self.documents,
            "value": self.value,
            "why": self.why,
            "interval_these": self.these and self.these._asdict(),
            "interval_beyond": self.beyond._asdict() if isinstance(self.beyond, Interval) else None,
            "why_not_beyond": self.beyond if isinstance(self.beyond, str) else None,
            "reviewers": self.spread and self.spread._asdict(),
            "evidence": len(self.evidence),
        }


@dataclass(frozen=True)
class Family:
    """Figures that stand together: what they count, and what none of them can say."""

    id: str
    title: str
    counts: str
    cannot: str
    figures: tuple[Figure, ...]
    notes: tuple[str, ...] = ()

    @property
    def telling(self) -> tuple[Figure, ...]:
        """Return the figures to show: of states and kinds, of which there are many, no zeros."""
        return tuple(one for one in self.figures if one.hits or self.id not in _MANY)

    def as_json(self) -> dict[str, Any]:
        """Return it for a program."""
        return {
            "family": self.id,
            "title": self.title,
            "counts": self.counts,
            "cannot_say": self.cannot,
            "notes": list(self.notes),
            "figures": [one.as_json() for one in self.figures],
        }


@dataclass(frozen=True)
class Section:
    """Families of one origin: labels, cues or files. `facts` say on what they rest, in words.

    `data` says the same for a program.
    """

    id: str
    title: str
    facts: tuple[str, ...]
    families: tuple[Family, ...]
    data: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return it for a program."""
        families = [one.as_json() for one in self.families]
        return {"section": self.id, "title": self.title, **self.data, "families": families}


@dataclass(frozen=True)
class Profile:
    """How a source (document, author, outlet, language) words things. Never a score.

    `seed` is that of the intervals beyond the sentences, and of a sample.
    """

    by: str
    name: str
    documents: int
    sentences: int
    languages: Mapping[str, int]
    min_n: int
    sections: tuple[Section, ...]
    seed: int

    @property
    def families(self) -> list[Family]:
        """Return the families of all sections."""
        return [family for section in self.sections for family in section.families]

    @property
    def figures(self) -> dict[str, Figure]:
        """Return all figures by their ids."""
        return {one.id: one for family in self.families for one in family.figures}

    def as_json(self) -> dict[str, Any]:
        """Return it for a program."""
        return {
            "by": self.by,
            "name": self.name,
            "documents": self.documents,
            "sentences": self.sentences,
            "languages": dict(self.languages),
            "minimum_n": self.min_n,
            "intervals": {
                "level": LEVEL,
                "these": "Wilson",
                "beyond": "bootstrap over documents",
                "rounds": ROUNDS,
                "seed": self.seed,
            },
            "sections": [one.as_json() for one in self.sections],
        }


Wilson = Callable[[int, int], "tuple[float, float] | None"]
"""Gives the interval of hits among n."""


def figure(
    tally: Tally,
    beyond: Interval | str | None,
    wilson: Wilson,
    min_n: int,
    spread: Spread | None = None,
) -> Figure:
    """Return the figure of a tally: no value where fewer than `min_n` sentences were counted."""
    hits, of = tally.sums
    value, why, these = tally.value, None, None
    if tally.measure != "count":
        if not of:
            value, why = None, "nothing was counted"
        elif tally.sentences < min_n:
            value, why = None, f"fewer than {min_n}"
    if value is None:
        beyond = spread = None
    elif tally.measure == "share" and (found := wilson(round(hits), round(of))):
        these = Interval(*found)
    return Figure(
        tally.id, tally.name, tally.measure, tally.counted, hits, of, tally.sentences,
        sum(one > 0 for one in tally.of.values()), value, why, these, beyond, spread,
        tuple(tally.evidence),
    )  # fmt: skip


def spread(label: str, reviewers: Sequence[Reviewer], min_n: int) -> Spread | None:
    """Return how far reviewers are apart in the share they give a label; None for fewer than two.

    Those with fewer than `min_n` sentences are left out.
    """
    found = [
        one.given.get(label, 0) / one.sentences
        for one in reviewers
        if one.sentences >= max(min_n, 1)
    ]
    return Spread(min(found), max(found), len(found)) if len(found) > 1 else None
