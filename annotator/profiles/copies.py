"""Sentences and articles that stand more than once, and what else than text a file holds.

Groups of near-duplicates are the store's: they are made of words, and a paraphrase or translation
is in none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from annotator.core.model import BODY, KINDS
from annotator.profiles.tally import Evidence, Tally

_NAMED: Final = {
    "title": "titles", "heading": "headings", BODY: "sentences of the body",
    "summary": "summary lines", "byline": "bylines", "dateline": "date lines", "credit": "credits",
    "tags": "tags", "boilerplate": "boilerplate",
}  # fmt: skip


def repeated(
    sentences: Iterable[tuple[int, int, int]],
    groups: Mapping[int, Mapping[int, int]],
    own: Mapping[int, str | None],
) -> list[Tally]:
    """Return how many sentences stand again in the same article, and in another source's.

    `sentences` are document, unit and group; `groups` has, for each group, how many of its
    sentences each document holds; `own` the source of each document.
    """
    within = Tally("copies.within", "twice in one article")
    elsewhere = Tally("copies.elsewhere", "in another article too")
    for document, unit, group in sentences:
        held = groups.get(group, {})
        others = [one for one in held if one != document]
        sources = sorted({own.get(one) or "source not stated" for one in others})
        within.add(Evidence(document, unit), hits=held.get(document, 1) > 1)
        note = f"in {len(others)} more: {', '.join(sources)}" if others else ""
        elsewhere.add(Evidence(document, unit, note), hits=bool(others))
    return [within, elsewhere]


def syndicated(documents: Iterable[tuple[int, str]], copies: Mapping[str, Sequence[int]]) -> Tally:
    """Return how many documents are copies of another one, as wholes.

    `documents` are row and label of likeness; `copies` has the documents of each label.
    """
    tally = Tally("copies.articles", "copies of an article", "count", "documents")
    for document, likeness in documents:
        others = len(copies.get(likeness, ())) - 1
        note = f"{others} more like it" if others > 0 else ""
        tally.add(Evidence(document, None, note), hits=others > 0)
    return tally


def layout(kinds: Iterable[tuple[int, int, str]]) -> list[Tally]:
    """Return the share of each kind of unit among all units; `kinds` are document, unit, kind."""
    tallies = {kind: Tally(f"units.{kind}", _NAMED[kind], "share", "units") for kind in KINDS}
    every: Counter[int] = Counter()
    for document, unit, kind in kinds:
        every[document] += 1
        tally = tallies[kind]
        tally.hits[document] += 1
        tally.show(Evidence(document, unit))
    for tally in tallies.values():
        tally.sentences = every.total()
        tally.of.update(every)
    return list(tallies.values())
