"""The votes on a sentence side by side, in a few lines or in full, and the talk about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import ClassVar, Final, NamedTuple

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen

from annotator.core.history import CONFIDENCE, Annotation
from annotator.core.model import Adjudication
from annotator.core.scheme import Scheme
from annotator.core.text import one_line, visible
from annotator.session.adjudication import Ballot
from annotator.store.adjudicating import Remark
from annotator.tui.layout import fit, wrap
from annotator.tui.why import Flow, wrapped
from annotator.tui.widgets import Spans

_WHO: Final = 16
"""Cells of a name beside its vote; the page of votes has it in full."""
_NOTE: Final = 300
_SURE: Final = max(map(len, CONFIDENCE.values()))


class Heard(NamedTuple):
    """All that was said of a sentence: votes, adjudications, talk; `named`: votes have names."""

    text: str
    ballots: Sequence[Ballot]
    rulings: Sequence[Adjudication]
    thread: Sequence[Remark]
    named: bool


def at(moment: str) -> str:
    """Return a time in few characters: month, day, hour and minute, UTC."""
    return moment[5:16].replace("T", " ")


def tally(ballots: Sequence[Ballot], scheme: Scheme) -> str:
    """Return how many voted for what, in one line."""
    counts = Counter(one.annotation.label for one in ballots if one.annotation.label)
    parts = [f"{scheme.named(label)} {count}" for label, count in counts.most_common()]
    return " · ".join(parts) or "nobody has labelled it"


def in_brief(heard: Heard, scheme: Scheme, size: tuple[int, int], key: str) -> list[Spans]:
    """Return the votes in the columns and rows of `size`: a line each, then the talk.

    What rows are left go to long notes. `key` shows all of it in full.
    """
    columns, rows = size
    if rows < 1 or not heard.ballots:
        return []
    names = "" if heard.named else " · names hidden"
    lines: list[Spans] = [[(f" {tally(heard.ballots, scheme)}", "strong"), (names, "quiet")]]
    talk = [f"talk · {one.by} {at(one.created_at)}: {one.text}" for one in heard.thread]
    room = max(1, rows - 1 - bool(talk))
    fits = len(heard.ballots) <= room
    shown = heard.ballots if fits else heard.ballots[: room - 1]
    spare = room - len(shown) if fits else 0
    for one in shown:
        first, *more = _vote(one, heard.ballots, scheme, columns, 1 + spare)
        spare -= len(more)
        lines += [first, *more]
    if not fits:
        rest = heard.ballots[len(shown) :]
        lines.append([(f"  and {len(rest)} more: {tally(rest, scheme)} ({key})", "quiet")])
    left = rows - len(lines)
    if talk and left > 0:
        older = len(talk) - left
        lines += [[(f" {one_line(text, _NOTE)}", "")] for text in talk[-left:]]
        if older > 0:
            lines[-left] = [(f" {older} older ({key}) ·", "quiet"), *lines[-left]]
    return lines[:rows]


def _vote(
    one: Ballot, among: Sequence[Ballot], scheme: Scheme, columns: int, most: int
) -> list[Spans]:
    """Return a vote in at most `most` lines: who, label, and what goes with it."""
    wide = min(_WHO, max(cell_len(visible(each.who)) for each in among))
    longest = max(len(_label(each.annotation, scheme)) for each in among)
    who = fit(visible(one.who), wide)
    head = f"  {who}{' ' * (wide - cell_len(who))}  "
    label = f"{_label(one.annotation, scheme):<{longest}}"
    beside = visible(_beside(one.annotation))
    indent = cell_len(head + label) + 2
    # As one line it is cut with an ellipsis; more lines are broken by words.
    room = max(columns - indent - 1, 10)
    parts = [beside[start:end] for start, end in wrap(beside, room)][:most] if most > 1 else []
    if len(parts) < 2:
        return [[(head, ""), (label, "strong"), (f"  {beside}", "")]]
    parts[-1] = beside[beside.index(parts[-1], sum(map(len, parts[:-1]))) :]
    lines: list[Spans] = [[(head, ""), (label, "strong"), (f"  {parts[0]}", "")]]
    return lines + [[(" " * indent + part, "")] for part in parts[1:]]


def _label(annotation: Annotation, scheme: Scheme) -> str:
    if annotation.label is not None:
        return scheme.named(annotation.label)
    return "– skipped" if annotation.skipped else "– no label"


def _beside(annotation: Annotation) -> str:
    parts = [f"{CONFIDENCE.get(annotation.confidence or 0, ''):<{_SURE}}"]
    parts += ["! flagged"] if annotation.flagged else []
    parts += [f"#{tag}" for tag in annotation.tags]
    if annotation.note:
        parts.append(f"“{one_line(annotation.note, _NOTE)}”")
    return " ".join(parts).rstrip()


class Votes(ModalScreen[None]):
    """Shows everything that was said of a sentence."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+c,q,v,enter", "dismiss(None)", "close"),
        Binding("j,down", "scroll(1)", "down"),
        Binding("k,up", "scroll(-1)", "up"),
        Binding("space,pagedown", "scroll(12)", "page down"),
        Binding("pageup", "scroll(-12)", "page up"),
    ]

    def __init__(self, heard: Heard, scheme: Scheme) -> None:
        super().__init__()
        self._heard, self._scheme = heard, scheme

    def compose(self) -> ComposeResult:
        """Build the page."""
        with VerticalScroll(classes="dialog wide"):
            yield Flow(lambda width: list(in_full(self._heard, self._scheme, width)))

    def action_scroll(self, rows: int) -> None:
        """Scroll the page."""
        self.query_one(VerticalScroll).scroll_relative(y=rows, animate=False)


def in_full(heard: Heard, scheme: Scheme, width: int) -> Iterator[Spans]:
    """Yield the lines of the page: the sentence, the votes, what was decided, the talk."""
    yield [("Votes", "strong"), ("" if heard.named else " · names hidden", "quiet")]
    yield [("j k scroll · escape closes", "quiet")]
    yield []
    yield from wrapped(one_line(heard.text, 4_000), width)
    for one in heard.ballots:
        yield []
        flagged = " · flagged" * one.annotation.flagged
        yield from wrapped(f"{one.who}: {_label(one.annotation, scheme)}{flagged}", width, "strong")
        sure = CONFIDENCE.get(one.annotation.confidence or 0, "")
        beside = " ".join([sure, *(f"#{tag}" for tag in one.annotation.tags)]).strip()
        for text in (beside, one.annotation.note):
            if text:
                yield from _indented(text, width)
    for ruling in heard.rulings:
        yield []
        what = f"adjudicated: {ruling_in_words(ruling, scheme)}"
        yield from wrapped(what, width, "strong", indent=4)
        if ruling.reason and (words := scheme.rule(ruling.reason)):
            yield from _indented(f"{ruling.reason}: {words}", width, "quiet")
    if heard.thread:
        yield []
        yield [("Talk", "strong")]
    for remark in heard.thread:
        yield from wrapped(f"{remark.by} {at(remark.created_at)}: {remark.text}", width, indent=4)


def _indented(text: str, width: int, style: str = "") -> Iterator[Spans]:
    for line in wrapped(text, width - 4, style):
        yield [("    ", ""), *line]


def ruling_in_words(ruling: Adjudication, scheme: Scheme, *, own: bool = False) -> str:
    """Return what an adjudicator decided, why, and who it was if it is not one's own."""
    parts = [scheme.named(ruling.label), ruling.reason or "", "" if own else f"by {ruling.by}"]
    parts += [f"note: {one_line(ruling.note, _NOTE)}"] if ruling.note else []
    return " · ".join(part for part in parts if part)
