"""What is known about a document and from where: in its text, beside it, or not in this file.

That a byline is missing says nothing of the article: the page may have had one that the crawl
lost. So a figure never says "none" but "not in this file".
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final, Literal, NamedTuple

from annotator.profiles import dates, outlets
from annotator.profiles.tally import Evidence, Tally

State = Literal["in the text", "beside it", "in conflict", "not in this file"]
STATES: Final[tuple[State, ...]] = ("in the text", "beside it", "in conflict", "not in this file")
"""Beside the text: a sources.toml, a front matter, a field of a table or record."""
FIELDS: Final = ("title", "date", "byline", "outlet")
_NAME: Final = re.compile(r"[^\W\d_]{2,}")


class Line(NamedTuple):
    """A block of a document that says something about it: its row, kind and words."""

    unit: int
    kind: str
    text: str


class Document(NamedTuple):
    """What the store knows of a document, and the blocks that say something about it."""

    document: int
    title: str | None
    source: str | None
    published: str | None
    author: str | None
    lines: Sequence[Line]


class Finding(NamedTuple):
    """How things stand with one field: the blocks that show it, and what to say of it."""

    state: State
    units: Sequence[int]
    note: str = ""


def findings(one: Document) -> Mapping[str, Finding]:
    """Return the state of each of FIELDS."""
    by_kind: dict[str, list[Line]] = {}
    for line in one.lines:
        by_kind.setdefault(line.kind, []).append(line)
    return {
        "title": _known(by_kind.get("title", ()), one.title),
        "date": _date(by_kind.get("dateline", ()), one.published),
        "byline": _byline(by_kind.get("byline", ()), one.author),
        "outlet": _outlet(one),
    }


def _known(lines: Sequence[Line], beside: str | None) -> Finding:
    units = [line.unit for line in lines]
    if lines:
        return Finding("in the text", units)
    return Finding("beside it", (), beside) if beside else Finding("not in this file", ())


def _date(lines: Sequence[Line], published: str | None) -> Finding:
    known = _known(lines, published)
    found = [when for line in lines if (when := dates.read(line.text))]
    if published and (when := dates.read(published)):
        found.append(when)
    pairs = dates.conflicts(found)
    if not pairs:
        return known
    said = "; ".join(f"{one} and {other}" for one, other in pairs)
    return Finding("in conflict", known.units, f"they disagree: {said}")


def _byline(lines: Sequence[Line], author: str | None) -> Finding:
    known = _known(lines, author)
    if lines and author:
        named = {name.casefold() for line in lines for name in _NAME.findall(line.text)}
        if named.isdisjoint(name.casefold() for name in _NAME.findall(author)):
            return Finding("in conflict", known.units, f"beside it: {author}")
    return known


def _outlet(one: Document) -> Finding:
    """Return whether the text says who published it; whom it credits is another matter."""
    if one.source is None:
        return Finding("not in this file", ())
    folded = one.source.casefold()
    units = [line.unit for line in one.lines if folded in line.text.casefold()]
    if units:
        return Finding("in the text", units)
    return Finding("beside it", (), one.source)


def credits(one: Document) -> dict[str, list[int]]:
    """Return whom a document credits as its origin, each with the blocks that do.

    A source that credits itself credits nobody.
    """
    found: dict[str, list[int]] = {}
    for line in one.lines:
        if line.kind == "credit":
            for name in outlets.credited(line.text):
                if name != one.source:
                    found.setdefault(name, []).append(line.unit)
    return found


def tallies(documents: Sequence[Document]) -> list[Tally]:
    """Return, for each field and state, how many documents are in it."""
    found: dict[tuple[str, State], Tally] = {
        (field, state): Tally(
            f"meta.{field}.{state.replace(' ', '-')}", f"{field}: {state}", "count", "documents"
        )
        for field in FIELDS
        for state in STATES
    }
    for one in documents:
        for field, (state, units, note) in findings(one).items():
            tally = found[field, state]
            tally.hits[one.document] += 1
            for place, unit in enumerate(units or (None,)):
                tally.show(Evidence(one.document, unit, note if place == 0 else ""))
    for tally in found.values():
        tally.sentences = len(documents)
        tally.of.update({one.document: 1 for one in documents})
    return list(found.values())


def origins(
    documents: Sequence[Document], origin: Mapping[int, int], names: Mapping[int, str]
) -> list[Tally]:
    """Return how many origins documents have, how many share theirs, and whom they credit.

    `origin` has the origin of every document of the project, `names` what each is called.
    """
    distinct = Tally("origins", "origins", "count", "documents")
    shared = Tally("origins.shared", "shared with others", "count", "documents")
    credited: dict[str, Tally] = {}
    together: dict[int, list[int]] = {}
    for document, first in origin.items():
        together.setdefault(first, []).append(document)
    seen: set[int] = set()
    for one in documents:
        own = origin[one.document]
        others = [names[it] for it in together[own] if it != one.document]
        distinct.add(Evidence(one.document, None), hits=own not in seen)
        seen.add(own)
        shared.add(Evidence(one.document, None, f"with {'; '.join(others)}"), hits=bool(others))
        for name, units in credits(one).items():
            tally = credited.setdefault(
                name, Tally(f"credit.{name}", f"credits {name}", "count", "documents")
            )
            for place, unit in enumerate(units):
                tally.add(Evidence(one.document, unit), hits=place == 0, of=place == 0)
    for tally in credited.values():
        tally.of.update({one.document: 1 for one in documents})
    return [distinct, shared, *(credited[name] for name in sorted(credited))]
