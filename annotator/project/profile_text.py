"""Profiles as lines of text, one below the other or side by side, for a command and for a screen.

Every share is drawn on one scale, 0 to 100 %, so that two profiles can be held against each other.
Nothing is coloured by its value.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from annotator.core.text import counted, one_line, visible
from annotator.profiles.beyond import ROUNDS, Interval
from annotator.profiles.figures import Family, Figure, Profile, Section

ABOUT: Final = "A wording profile: how sentences are put, not what is true. No score, no rank."
_NAME: Final = 24
_COUNT: Final = 15
_VALUE: Final = 6
_SPAN: Final = 9
_NARROWEST_BAR: Final = 8
_WIDEST_BAR: Final = 40


class Line(NamedTuple):
    """A line: its text, how it is set (strong, quiet or plain ""), and the figure it shows."""

    text: str
    style: str = ""
    figure: str | None = None


def lines(profile: Profile, width: int) -> list[Line]:
    """Return one profile at `width` columns."""
    found = [
        Line(one_line(profile.name, width), "strong"),
        *_wrapped(f"{profile.by}; {in_words(profile)}", width, "quiet"),
        *_wrapped(ABOUT, width, "quiet"),
    ]
    for section in profile.sections:
        found += [Line(""), Line(_ruled(section.title, width), "strong")]
        for fact in section.facts:
            found += _wrapped(fact, width, "quiet")
        columns = _Columns(section, width)
        for family in section.families:
            found += [Line(""), *_heading(family, width)]
            found += columns.header(family)
            found += [Line(_cut(columns.row(one), width), "", one.id) for one in family.telling]
            if not family.telling:
                found.append(Line("  none"))
            for note in family.notes:
                found += _wrapped(note, width, "quiet", "  ")
        if said := _intervals(section, profile.seed):
            found += [Line(""), *_wrapped(said, width, "quiet")]
    return found


def in_words(profile: Profile) -> str:
    """Return of how much text a profile is."""
    languages = ", ".join(f"{code} {count:,}" for code, count in profile.languages.items())
    return (
        f"{counted(profile.documents, 'document')} ({languages or 'none'}),"
        f" {counted(profile.sentences, 'sentence')} of the body"
    )


def _intervals(section: Section, seed: int) -> str:
    """Return what the intervals are, and why some figures have none beyond their sentences."""
    found = [one for family in section.families for one in family.telling if one.value is not None]
    if not any(one.these or one.beyond for one in found):
        return ""
    said = "Intervals are at 95 %: these sentences (Wilson)"
    if any(isinstance(one.beyond, Interval) for one in found):
        said += f"; beyond them (bootstrap over documents, {ROUNDS:,} rounds, seed {seed})"
    why = dict.fromkeys(one.beyond for one in found if isinstance(one.beyond, str))
    return f"{said}. None beyond them: {'; '.join(why)}." if why else f"{said}."


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"


def _ruled(title: str, width: int) -> str:
    return f"── {title} ".ljust(width, "─")


def _wrapped(text: str, width: int, style: str, indent: str = "") -> Iterator[Line]:
    for line in textwrap.wrap(
        visible(text), max(width, 20), initial_indent=indent, subsequent_indent=indent
    ):
        yield Line(line, style)


def _heading(family: Family, width: int) -> Iterator[Line]:
    yield Line(family.title, "strong")
    yield from _wrapped(f"{family.counts}. It does not say {family.cannot}.", width, "quiet", "  ")


# -- one figure --------------------------------------------------------------------------------


def count_of(one: Figure) -> str:
    """Return what was counted, without which no value stands anywhere."""
    if one.measure == "share":
        return f"{one.hits:,.0f} of {one.of:,.0f}"
    if one.measure == "per 100 words":
        return f"{one.hits:,.0f}/{one.of:,.0f} words"
    if one.measure == "count" and one.of:
        return f"{one.hits:,.0f} of {counted(one.of, one.counted.removesuffix('s'))}"
    if one.measure == "count":
        among = len({at.document for at in one.evidence})
        return f"{counted(one.hits, one.counted.removesuffix('s'))}, {counted(among, 'document')}"
    return f"n = {one.n:,}"


def value_of(one: Figure) -> str:
    """Return the value as it is read, or "" where there is none."""
    if one.value is None:
        return ""
    if one.measure == "share":
        return f"{one.value:.0%}"
    if one.measure == "statistic":
        return f"{one.value:.2f}" if one.id.startswith("agreement") else f"{one.value:.1f}"
    return f"{one.value:+.2f}" if one.measure == "mean" else f"{one.value:.2f}"


def span_of(one: Figure, found: tuple[float, float] | None) -> str:
    """Return an interval of a figure."""
    if found is None:
        return ""
    low, high = found
    if one.measure == "share":
        return f"{100 * low:.0f}–{100 * high:.0f}%"
    if one.measure == "per 100 words":
        return f"{low:.1f}–{high:.1f}"
    return f"{low:.2f}–{high:.2f}" if low >= 0 else f"{low:.2f}…{high:.2f}"


def bar(one: Figure, width: int) -> str:
    """Return a share with its interval on the scale from 0 to 100 %; other figures have none."""
    if one.measure != "share" or one.value is None:
        return ""
    last = width - 1
    drawn = ["·"] * width
    if one.these:
        low, high = (round(edge * last) for edge in one.these)
        drawn[low : high + 1] = "━" * (high + 1 - low)
    drawn[round(one.value * last)] = "●"
    return "".join(drawn)


class _Columns:
    """The columns of a section: those that have something in it."""

    def __init__(self, section: Section, width: int) -> None:
        self._width = width
        every = [one for family in section.families for one in family.telling]
        self._beyond = any(isinstance(one.beyond, Interval) for one in every)
        self._spread = any(one.spread for one in every)
        self._count = max([_COUNT, *(len(count_of(one)) for one in every if one.value is not None)])
        spans = 1 + self._beyond + self._spread
        used = 2 + _NAME + 1 + self._count + 1 + _VALUE + spans * (_SPAN + 1)
        # Where there is little room the name gives way first, then the bar.
        self._name = max(_NAME - max(0, used - width), 14)
        rest = width - used - 1
        self._bar = min(rest, _WIDEST_BAR) if rest >= _NARROWEST_BAR else 0

    def header(self, family: Family) -> list[Line]:
        """Return the names of the columns that hold something."""
        valued = [one for one in family.telling if one.value is not None]
        if not valued:
            return []
        shares = any(one.measure == "share" for one in valued)
        beyond = any(isinstance(one.beyond, Interval) for one in valued)
        cells = [self._left("", "counted"), f"{'share' if shares else 'value':>{_VALUE}}"]
        cells.append(f"{'these' if any(one.these for one in valued) else '':>{_SPAN}}")
        if self._beyond:
            cells.append(f"{'beyond' if beyond else '':>{_SPAN}}")
        if self._spread:
            spread = any(one.spread for one in valued)
            cells.append(f"{'reviewers' if spread else '':>{_SPAN}}")
        if self._bar and shares:
            cells.append("0%" + "100%".rjust(self._bar - 2))
        return [Line(_cut(" ".join(cells).rstrip(), self._width), "quiet")]

    def row(self, one: Figure) -> str:
        """Return the line of a figure."""
        if one.value is None:
            why = f"no value: {one.why}" if one.why else ""
            return f"{self._left(one.name, count_of(one))} {why}".rstrip()
        cells = [
            self._left(one.name, count_of(one)),
            f"{value_of(one):>{_VALUE}}",
            f"{span_of(one, one.these):>{_SPAN}}",
        ]
        if self._beyond:
            found = one.beyond if isinstance(one.beyond, Interval) else None
            cells.append(f"{span_of(one, found):>{_SPAN}}")
        if self._spread:
            cells.append(f"{span_of(one, one.spread and one.spread[:2]):>{_SPAN}}")
        return " ".join([*cells, bar(one, self._bar)] if self._bar else cells).rstrip()

    def _left(self, name: str, count: str) -> str:
        return f"  {one_line(name, self._name):<{self._name}} {count:>{self._count}}"


# -- side by side ------------------------------------------------------------------------------


def side_by_side(profiles: Sequence[Profile], width: int) -> list[Line]:
    """Return several profiles beside each other, on one scale; every figure has its count."""
    room = max((width - _NAME) // len(profiles), 12)
    few = f"Where only a count stands, fewer than {profiles[0].min_n} sentences were counted."
    found = [*_wrapped(f"{ABOUT} {few}", width, "quiet"), Line("")]
    found += _cells("", [one.name for one in profiles], room, "strong")
    found += _cells("", [counted(one.documents, "document") for one in profiles], room, "quiet")
    found += _cells("", [counted(one.sentences, "sentence") for one in profiles], room, "quiet")
    for sections in zip(*(one.sections for one in profiles), strict=True):
        found += [Line(""), Line(_ruled(sections[0].title, width), "strong")]
        for profile, section in zip(profiles, sections, strict=True):
            if section.facts:
                found.append(Line(one_line(profile.name, width), "strong"))
            for fact in section.facts:
                found += _wrapped(fact, width, "quiet", "  ")
        for name in _ordered([[one.id for one in section.families] for section in sections]):
            families = [
                next((one for one in section.families if one.id == name), None)
                for section in sections
            ]
            found += _compared(families, width, room)
    return found


def _compared(families: Sequence[Family | None], width: int, room: int) -> Iterator[Line]:
    there = [one for one in families if one is not None]
    yield Line("")
    yield from _heading(there[0], width)
    own = [{one.id: one for one in family.figures} if family else {} for family in families]
    told = {one.id for family in there for one in family.telling}
    if not told:
        yield Line("  none")
    for name in _ordered([list(one) for one in own]):
        if name not in told:
            continue
        figures = [one.get(name) for one in own]
        first = next(one for one in figures if one is not None)
        yield from _cells(f"  {first.name}", [_short(one) for one in figures], room, "", first.id)
        if any(one and bar(one, room) for one in figures):
            bars = [bar(one, min(room - 2, _WIDEST_BAR)) if one else "" for one in figures]
            yield from _cells("", bars, room, "", first.id)


def _short(one: Figure | None) -> str:
    if one is None:
        return "–"
    return count_of(one) if one.value is None else f"{value_of(one)} ({count_of(one)})"


def _cells(
    name: str, cells: Sequence[str], room: int, style: str, figure: str | None = None
) -> Iterator[Line]:
    """Yield a row; what is too long for its cell goes on below."""
    rooms = [_NAME, *(room for _ in cells)]
    columns = [
        textwrap.wrap(visible(cell), own - 1, subsequent_indent="    " * (own == _NAME)) or [""]
        for cell, own in zip((name, *cells), rooms, strict=True)
    ]
    for place in range(max(map(len, columns))):
        text = "".join(
            (column[place] if place < len(column) else "").ljust(own)
            for column, own in zip(columns, rooms, strict=True)
        )
        yield Line(text.rstrip(), style, figure if place == 0 else None)


def _ordered(lists: Iterable[Sequence[str]]) -> list[str]:
    """Return what is in any of the lists, in an order that all of them have."""
    found: list[str] = []
    for one in lists:
        at = 0
        for name in one:
            if name in found:
                at = found.index(name) + 1
            else:
                found.insert(at, name)
                at += 1
    return found
