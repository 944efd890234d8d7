"""The pages of the screen of profiles: what each shows, and what it opens."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.cells import cell_len

from annotator.core.scheme import Scheme
from annotator.core.text import counted, one_line
from annotator.profiles.figures import Family, Figure, Profile
from annotator.profiles.tally import MOST as MOST_EVIDENCE
from annotator.profiles.tally import Evidence
from annotator.project.profile import MOST, Group, Options, groups, profile
from annotator.project.profile_text import Line, lines, side_by_side
from annotator.store import Store, profiles, reading
from annotator.tui.layout import fit
from annotator.tui.paged import Article, Page, wrapped
from annotator.tui.widgets import Spans


class Groups(Page):
    """What there are profiles of, in order of the alphabet."""

    keys = ("open", "mark", "compare", "by", "quit")

    def __init__(self, by: str, there: Sequence[Group]) -> None:
        self.by, self.groups = by, there
        self.count = len(there) + 1
        self.title = counted(len(there), by)
        self.marked: list[int] = []

    @classmethod
    def of(cls, store: Store, by: str) -> Groups:
        """Return the page of a store."""
        return cls(by, groups(store, by))

    def lay_out(self, width: int, height: int) -> None:  # noqa: ARG002 - as all pages
        """Prepare the columns."""
        self._room = max(width - 38, 10)

    def row(self, place: int) -> Spans:
        """Return a name with how much there is of it."""
        if place == 0:
            head = f"{'documents':>9} {'sentences':>12} {'labelled':>12}"
            return [(f"  {self.by:<{self._room}} {head}", "quiet")]
        one = self.groups[place - 1]
        name = fit(one_line(one.name), self._room)
        mark = "✓" if place in self.marked else " "
        pad = " " * (self._room - cell_len(name))
        numbers = f" {len(one.documents):>9,} {one.sentences:>12,} {one.labelled:>12,}"
        return [(f"{mark} ", "strong"), (f"{name}{pad}", ""), (numbers, "quiet")]

    def opens(self, place: int) -> bool:
        """Return whether it is a line of the list: each has a profile."""
        return 0 < place < self.count

    def mark(self, place: int) -> str | None:
        """Mark a line or take the mark away; returns why it cannot be."""
        if place in self.marked:
            self.marked.remove(place)
        elif len(self.marked) == MOST:
            return f"at most {MOST} stand side by side"
        else:
            self.marked.append(place)
        return None

    def about(self, place: int | None, width: int) -> list[Spans]:
        """Return what the columns are, or why there is nothing."""
        if not place:
            what = (
                "no article names or credits an outlet"
                if self.by == "outlet"
                else "no articles yet"
            )
            return [[(f" {what}", "")]]
        one = self.groups[place - 1]
        text = (
            f"{one.name}: {counted(len(one.documents), 'document')},"
            f" {counted(one.sentences, 'sentence')} of the body, {one.labelled:,} labelled."
            " In order of the alphabet: there is no rank."
        )
        return wrapped(text, width)


class Profiles(Page):
    """One profile, or several side by side; each figure opens what it rests on."""

    def __init__(self, found: Sequence[Profile]) -> None:
        self._found = found
        self.title = ", ".join(one_line(one.name, 40) for one in found)
        self._lines: list[Line] = []
        self._about: dict[str, tuple[Family, Figure]] = {}
        for one in reversed(found):
            for family in one.families:
                self._about.update({figure.id: (family, figure) for figure in family.figures})

    @classmethod
    def of(
        cls,
        store: Store,
        there: Sequence[Group],
        scheme: Scheme,
        options: Options,
        tell: Callable[[str, int, int], None],
    ) -> Profiles:
        """Return the page of some groups of a store."""
        return cls([profile(store, one, scheme, options, tell) for one in there])

    def lay_out(self, width: int, height: int) -> None:  # noqa: ARG002 - as all pages
        """Make the lines for a width."""
        few = len(self._found) == 1
        self._lines = lines(self._found[0], width) if few else side_by_side(self._found, width)
        self.count = len(self._lines)

    def row(self, place: int) -> Spans:
        """Return a line of the profile."""
        one = self._lines[place]
        return [(one.text, one.style)]

    def opens(self, place: int) -> bool:
        """Return whether a line shows a figure."""
        return self._lines[place].figure is not None

    def open(self, store: Store, place: int) -> Page | None:
        """Return the sentences behind a figure."""
        name = self._lines[place].figure
        figures = [one.figures.get(name or "") for one in self._found]
        every = [at for one in figures if one for at in one.evidence]
        first = next((one for one in figures if one), None)
        return Sentences(store, f"{self.title}: {first.name}", every) if first else None

    def about(self, place: int | None, width: int) -> list[Spans]:
        """Return what the figure under the cursor counts, and what it does not say."""
        name = self._lines[place].figure if place is not None and place < self.count else None
        if name is None:
            return []
        family, figure = self._about[name]
        text = f"{figure.name} ({name}): {family.counts}. It does not say {family.cannot}."
        if isinstance(figure.beyond, str):
            text += f" Beyond these: {figure.beyond}."
        return wrapped(text, width)


class Sentences(Page):
    """The sentences behind a figure. Their words are read when they are seen."""

    def __init__(self, store: Store, name: str, evidence: Sequence[Evidence]) -> None:
        self._store, self._evidence = store, evidence
        self.count = len(evidence)
        more = " or more" if len(evidence) >= MOST_EVIDENCE else ""
        self.title = f"{name} · {len(evidence):,}{more} behind it"
        self._width = 0

    def lay_out(self, width: int, height: int) -> None:  # noqa: ARG002 - as all pages
        """Prepare the columns."""
        self._width = max(width // 4, 12)

    def _shown(self, place: int) -> profiles.Shown:
        at = self._evidence[place]
        return profiles.shown(self._store, at.document, at.unit)

    def row(self, place: int) -> Spans:
        """Return the article and the words of a sentence."""
        it = self._shown(place)
        name = fit(one_line(it.name), self._width)
        pad = " " * (self._width - cell_len(name) + 1)
        text = one_line(it.text, 400) or self._evidence[place].note or "the whole document"
        return [(f" {name}{pad}", "quiet"), (text, "")]

    def opens(self, place: int) -> bool:
        """Return True: each stands in an article."""
        return place < self.count

    def open(self, store: Store, place: int) -> Page | None:
        """Return the article of a sentence."""
        at = self._evidence[place]
        return Article(reading.article(store, at.document), at.unit)

    def about(self, place: int | None, width: int) -> list[Spans]:
        """Return the whole sentence, and what was found in it."""
        if place is None:
            return [[(" nothing: the count is zero", "")]]
        it, note = self._shown(place), self._evidence[place].note
        text = " · ".join(part for part in (it.id, note, " ".join(it.text.split())) if part)
        return wrapped(text, width)
