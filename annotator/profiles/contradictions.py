"""Pairs of sentences that reviewers say contradict each other, as far as a profile has one of them.

None is found by the program, so that none may only mean that nobody looked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final, NamedTuple

from annotator.profiles.tally import Evidence, Tally

WITHIN: Final = "contradictions.within"
HERE: Final = "contradictions.here"
ELSEWHERE: Final = "contradictions.elsewhere"


class End(NamedTuple):
    """One sentence of a pair: rows of its document and of its own, and its document's name."""

    document: int
    unit: int
    name: str
    text: str


class Pair(NamedTuple):
    """Two sentences, and who says that they contradict each other."""

    one: End
    other: End
    reviewers: frozenset[str]


def tallies(pairs: Iterable[Pair], documents: Collection[int]) -> list[Tally]:
    """Return how many pairs stand in one of the documents, in two, and in one and elsewhere.

    However many reviewers marked a pair, it is one. Its evidence are those of its sentences that
    stand in the documents, each with the sentence that it contradicts.
    """
    found = {
        WITHIN: Tally(WITHIN, "within an article", "count", "pairs"),
        HERE: Tally(HERE, "between these articles", "count", "pairs"),
        ELSEWHERE: Tally(ELSEWHERE, "with other articles", "count", "pairs"),
    }
    for pair in pairs:
        ends = [one for one in (pair.one, pair.other) if one.document in documents]
        if not ends:
            continue
        both = len(ends) == 2
        alone = pair.one.document == pair.other.document
        tally = found[WITHIN if alone else HERE if both else ELSEWHERE]
        tally.sentences += 1
        tally.hits[ends[0].document] += 1
        for end in ends:
            tally.of[end.document] += 0  # a pair is of no number that could be counted
            against = pair.other if end is pair.one else pair.one
            where = "" if alone else f" ({against.name})"
            tally.show(Evidence(end.document, end.unit, f"against: {against.text}{where}"))
    return [one for one in found.values() if one.id != HERE or len(documents) > 1]
