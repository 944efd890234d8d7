"""The pages of the screen of claims: a table of claims by document, and one with its sentences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rich.cells import cell_len

from annotator.claims.linked import Claim, Contradiction, Stated
from annotator.claims.stance import DIFFER, SIGNS
from annotator.core.text import counted, one_line
from annotator.project import claims
from annotator.project.claims import Column
from annotator.store import Store, reading
from annotator.tui.layout import fit
from annotator.tui.paged import Article, Page, wrapped
from annotator.tui.widgets import Spans

_COUNTS: Final = (("sent.", 6), ("orig.", 6), ("contr.", 7))
_STANCE: Final = 20
_LEGEND: Final = ", ".join(f"{sign} {stance}" for stance, sign in SIGNS.items())


class Claims(Page):
    """A table: claims down, documents across, the stances where they meet."""

    def __init__(self, there: Sequence[Claim]) -> None:
        self.claims = list(there)
        self._columns = claims.columns(there)
        self._signs = {one.id: claims.signs(one) for one in there}
        self.count = len(self.claims) + 1
        self.title = counted(len(self.claims), "claim")
        self._room = self._cell = 0
        self._across: list[Column] = []

    @classmethod
    def of(cls, store: Store) -> Claims:
        """Return the page of a store."""
        return cls(claims.every(store))

    def lay_out(self, width: int, height: int) -> None:  # noqa: ARG002 - as all pages
        """Give the documents half of the room at the most."""
        counts = sum(room for _, room in _COUNTS)
        widest = (len(one) for found in self._signs.values() for one in found.values())
        letters = (len(one.letter) for one in self._columns)
        self._cell = max((2, *widest, *letters)) + 1
        fits = max((width - counts) // 2 // self._cell, 0)
        self._across = self._columns[:fits]
        self._room = max(width - counts - len(self._across) * self._cell - 2, 12)

    def row(self, place: int) -> Spans:
        """Return a claim with its counts and the signs of its stances."""
        if place == 0:
            heads = "".join(f"{name:>{room}}" for name, room in _COUNTS)
            across = "".join(f"{one.letter:>{self._cell}}" for one in self._across)
            return [(f" {'claim':<{self._room}}{heads}{across}", "quiet")]
        one = self.claims[place - 1]
        name = fit(one_line(one.statement), self._room)
        pad = " " * (self._room - cell_len(name))
        counts = (len(one.stated), one.origins, len(one.contradictions))
        numbers = "".join(
            f"{count:>{room},}" for count, (_, room) in zip(counts, _COUNTS, strict=True)
        )
        signs = self._signs[one.id]
        across = "".join(f"{signs.get(it.place.document, ''):>{self._cell}}" for it in self._across)
        return [(f" {name}{pad}", ""), (numbers, "quiet"), (across, "strong")]

    def opens(self, place: int) -> bool:
        """Return whether it is a claim."""
        return 0 < place < self.count

    def open(self, store: Store, place: int) -> Page | None:
        """Return the page of a claim."""
        return Sentences(store, self, place - 1)

    def about(self, place: int | None, width: int) -> list[Spans]:
        """Return the claim in full, and which documents the letters are."""
        if not place:
            nothing = "no sentence is linked to a claim yet: l links one in the review"
            return wrapped(nothing, width)
        one = self.claims[place - 1]
        signs = self._signs[one.id]
        said = ", ".join(
            f"{it.letter} {one_line(it.place.name, 30)} {signs[it.place.document]}"
            for it in self._columns
            if it.place.document in signs
        )
        differ = f", {DIFFER} they differ" if DIFFER in "".join(signs.values()) else ""
        text = f"{one.statement} · {seen(one)} · {said}"
        return [*wrapped(text, width, 2), [(f" {_LEGEND}{differ}", "quiet")]]


class Sentences(Page):
    """The sentences of a claim by origin and document, and the contradictions among them."""

    keys = ("open", "mark", "contradict", "back", "quit")

    def __init__(self, store: Store, listed: Claims, at: int) -> None:
        self._listed, self._at = listed, at
        self._letters = {one.place.document: one for one in claims.columns(listed.claims)}
        self.marked: list[int] = []
        self._lines: list[Spans] = []
        self._here: dict[int, Stated] = {}
        self._texts: dict[int, str] = {}
        self.look(store)

    @property
    def claim(self) -> Claim:
        """Return the claim."""
        return self._listed.claims[self._at]

    def look(self, store: Store) -> None:
        """Look which contradictions are marked."""
        self._listed.claims[self._at] = claims.looked_again(store, self.claim)

    def lay_out(self, width: int, height: int) -> None:  # noqa: ARG002 - as all pages
        """Make the lines."""
        claim = self.claim
        self.title = one_line(claim.statement, width)
        apart = {unit for one in claim.contradictions for unit in (one.one, one.other)}
        self._lines, self._here = [], {}
        for document, stated in claim.documents.items():
            if self._lines:
                self._lines.append([])
            place, letter = stated[0].place, self._letters[document].letter
            known = f"{place.source or 'source not stated'}, {place.day or 'no date'}"
            self._lines.append(
                [(f"{letter} {one_line(place.name)}", "strong"), (f" ({one_line(known)})", "quiet")]
            )
            for one in stated:
                self._here[len(self._lines)] = one
                mark = "✓" if one.place.unit in self.marked else " "
                sign = "≠" if one.place.unit in apart else " "
                self._lines.append(
                    [
                        (f"{mark}{sign} ", "strong"),
                        (f"{fit(_stance(one), _STANCE):<{_STANCE}} ", "quiet"),
                        (one_line(one.place.text, 400), ""),
                    ]
                )
        self._texts = {one.place.unit: one.place.text for one in claim.stated}
        if claim.contradictions:
            self._lines += [[], [("Contradictions, as reviewers marked them", "strong")]]
            for pair in claim.contradictions:
                self._lines += self._apart(pair, max(width - 4, 20))
        self.count = len(self._lines)

    def _apart(self, pair: Contradiction, width: int) -> list[Spans]:
        one, other = (fit(one_line(self._texts[unit], 400), width) for unit in pair[:2])
        said = fit(f"    (says {one_line(pair.reviewer)})", width)
        return [[(f"  {one}", "")], [("≠ ", "strong"), (other, "")], [(said, "quiet")]]

    def row(self, place: int) -> Spans:
        """Return a line."""
        return self._lines[place]

    def opens(self, place: int) -> bool:
        """Return whether it is a sentence."""
        return place in self._here

    def open(self, store: Store, place: int) -> Page | None:
        """Return the article of a sentence."""
        unit = self._here[place].place.unit
        return Article(reading.article(store, reading.document_of(store, unit)), unit)

    def mark(self, place: int) -> None:
        """Mark a sentence, or take its mark away; of three marks the oldest goes."""
        unit = self._here[place].place.unit
        if unit in self.marked:
            self.marked.remove(unit)
        else:
            self.marked = [*self.marked[-1:], unit]

    def about(self, place: int | None, width: int) -> list[Spans]:
        """Return the sentence under the cursor in full, and who says which stance."""
        if place not in self._here:
            return []
        one = self._here[place]
        said = ", ".join(f"{who}: {stance}" for who, stance in sorted(one.stances.items()))
        text = f"{one.place.sentence} · {said} · {' '.join(one.place.text.split())}"
        return wrapped(text, width)


def _stance(one: Stated) -> str:
    return one.stance or "reviewers differ"


def seen(claim: Claim) -> str:
    """Return when a claim was first and last seen, in words."""
    if claim.dates is None:
        return "no date in these files"
    first, last = claim.dates
    return f"seen {first}" if first == last else f"first seen {first}, last {last}"
