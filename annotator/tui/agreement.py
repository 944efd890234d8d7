"""The agreement screen: figures with what they mean, tables that open their sentences, groups.

The figures are drawn in a thread with a connection of its own: of a large store that takes
seconds, and the screen answers meanwhile.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.events import Resize
from textual.screen import Screen

from annotator.core.errors import AnnotatorError
from annotator.core.scheme import Scheme
from annotator.project.agreement import Agreement, Choice, measure
from annotator.project.agreement_words import Line
from annotator.project.compared import GROUPS, Compared, compare
from annotator.store import Store
from annotator.tui import agreement_pages as pages
from annotator.tui.agreement_sentences import Cell, SentencesOfCell
from annotator.tui.base import OneScreen, run
from annotator.tui.widgets import Lines, Spans

_VIEWS: Final = ("figures", "tables", "groups")
_LOOK_SECONDS: Final = 0.2
"""How often the screen says how far the drawing has come."""

_KEYS: Final = {
    "figures": (("j k", "scroll"), ("tab", "tables")),
    "tables": (("j k", "pair"), ("enter", "into the table"), ("tab", "groups")),
    "cells": (("arrows", "cell"), ("n", "by size"), ("enter", "sentences"), ("escape", "list")),
    "groups": (("b", "by what"), ("j k", "scroll"), ("tab", "figures")),
}
_ALWAYS: Final = (("r", "again"), ("q", "close"))


class _Stopped(Exception):
    """The screen was closed while the figures were being drawn."""


class AgreementScreen(Screen[int | None]):
    """Shows how far reviewers agree; gives back the unit that was chosen, or None.

    `blind` is the reviewer who opened it in the middle of work: of sentences that this reviewer has
    not decided, nobody's labels are shown, and what is chosen is given back. Without one, a chosen
    sentence is shown in its article here.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "view(1)", "next page"),
        Binding("shift+tab", "view(-1)", "page before"),
        *(Binding(str(n), f"show('{view}')", view) for n, view in enumerate(_VIEWS, 1)),
        Binding("j,down", "down(1)", "down"),
        Binding("k,up", "down(-1)", "up"),
        Binding("l,right", "across(1)", "right"),
        Binding("h,left", "across(-1)", "left"),
        Binding("space,pagedown", "page(1)", "page down"),
        Binding("pageup", "page(-1)", "page up"),
        Binding("enter", "open", "open"),
        Binding("n", "largest", "next largest difference"),
        Binding("b", "by", "group by something else"),
        Binding("r", "measure", "measure again"),
        Binding("escape", "back", "back"),
        Binding("q,ctrl+c", "close", "close"),
        Binding("ctrl+z", "app.suspend_process", "to the shell"),
    ]

    def __init__(
        self, store: Store, choice: Choice, scheme: Scheme, *, blind: str | None = None
    ) -> None:
        super().__init__()
        self._store, self._scheme, self._blind = store, scheme, blind
        self._choice = replace(choice, by=GROUPS)
        self._found: Agreement | None = None
        self._compared: Compared | None = None
        self._problem: str | None = None
        self._done = (0, 1)
        self._busy = self._closed = False
        self._view = _VIEWS[0]
        self._top = 0
        self._chosen = 0
        self._cell: tuple[int, int] | None = None
        self._by = 0

    def compose(self) -> ComposeResult:
        """Build the screen."""
        yield Lines(id="header")
        yield Lines(id="page")
        yield Lines(id="footer")

    def on_mount(self) -> None:
        """Begin to measure."""
        self._header, self._page, self._footer = (
            self.query_one(f"#{name}", Lines) for name in ("header", "page", "footer")
        )
        self.set_interval(_LOOK_SECONDS, self._look)
        self.action_measure()

    def on_unmount(self) -> None:
        """Have the thread stop at the next figure."""
        self._closed = True

    def on_resize(self, _: Resize) -> None:
        """Use the room there is."""
        self._show()

    # -- measuring -------------------------------------------------------------------------

    def action_measure(self) -> None:
        """Measure, and show what came of it."""
        if self._busy:
            return
        self._found, self._problem, self._done, self._busy = None, None, (0, 1), True
        self._show()
        self.run_worker(self._measure(), exclusive=True)

    async def _measure(self) -> None:
        try:
            self._compared, self._found = await asyncio.to_thread(self._work)
        except AnnotatorError as error:
            self._problem = " ".join(filter(None, (error.message, error.hint)))
        except _Stopped:
            return
        finally:
            self._busy = False
        self._keep_in_reach()
        self._show()

    def _work(self) -> tuple[Compared, Agreement]:
        with Store.open(self._store.path, create=False, read_only=True) as store:
            compared = compare(store, self._choice, self._scheme)
            return compared, measure(store, self._choice, self._scheme, self._tell, compared)

    def _tell(self, _: str, done: int, total: int) -> None:
        if self._closed:
            raise _Stopped
        self._done = (done, total)

    def _look(self) -> None:
        if self._busy:
            self._show()

    # -- what is shown ---------------------------------------------------------------------

    def _show(self) -> None:
        if not self.is_mounted or not self.size.height:
            return
        lines = self._lines()
        room = self._page.size.height or self.size.height - 3
        self._top = max(0, min(self._top, len(lines) - room))
        shown = lines[self._top : self._top + room]
        if self._top + room < len(lines):
            more = len(lines) - self._top - room + 1
            shown[-1] = [(f" … {more} more lines", "quiet")]
        self._header.set(self._status(), self._tabs())
        self._page.set(*shown)
        self._footer.set(self._foot())

    def _lines(self) -> list[Spans]:
        width = self.size.width
        found = self._found
        if self._problem is not None:
            return list(pages.flowed([Line(self._problem)], width, "error"))
        if found is None:
            return [[], [(f" {self._how_far()}", "strong")], [], [(" escape leaves", "quiet")]]
        if self._view == "tables":
            room = self.size.height - 3
            return pages.tables(found, self._scheme, self._chosen, self._cell, (width, room))
        if self._view == "groups":
            return pages.groups(found, GROUPS[self._by], width)
        return pages.figures(found, self._scheme, width)

    def _how_far(self) -> str:
        done, total = self._done
        if not done:
            return "Reading the labels …"
        rounds = f"{self._choice.rounds:,} bootstrap rounds each"
        return f"Drawing intervals: figure {done} of {total}, {rounds} …"

    def _status(self) -> Spans:
        found = self._found
        if found is None:
            return [(" annotator · agreement", "strong")]
        people = f"{len(found.reviewers):,} reviewer{'s' * (len(found.reviewers) != 1)}"
        return [
            (" annotator · agreement · ", ""),
            (people, "strong"),
            (f" · {found.shared:,} of {found.sentences:,} sentences shared", ""),
        ]

    def _tabs(self) -> Spans:
        spans: list[tuple[str, str]] = []
        for number, view in enumerate(_VIEWS, 1):
            here = view == self._view
            text = f"[{number} {view}]" if here else f" {number} {view} "
            spans.append((f" {text}", "strong" if here else "quiet"))
        return spans

    def _foot(self) -> Spans:
        here = "cells" if self._cell is not None and self._view == "tables" else self._view
        keys = (*_KEYS[here], *_ALWAYS)
        return [part for key, text in keys for part in ((f" {key}", "key"), (f" {text} ", ""))]

    # -- moving ----------------------------------------------------------------------------

    def action_show(self, view: str) -> None:
        """Show a page."""
        self._view, self._top = view, 0
        self._show()

    def action_view(self, step: int) -> None:
        """Show the next page."""
        self.action_show(_VIEWS[(_VIEWS.index(self._view) + step) % len(_VIEWS)])

    def action_down(self, step: int) -> None:
        """Move down: a line, a pair, or a cell."""
        if self._view != "tables":
            self._top += step
        elif self._cell is None:
            self._chosen += step
        else:
            self._cell = (self._cell[0] + step, self._cell[1])
        self._keep_in_reach()
        self._show()

    def action_across(self, step: int) -> None:
        """Move to the right, in a table; by something else, among groups."""
        if self._view == "groups":
            self.action_by(step)
        elif self._view == "tables" and self._cell is not None:
            self._cell = (self._cell[0], self._cell[1] + step)
            self._keep_in_reach()
            self._show()

    def action_page(self, step: int) -> None:
        """Scroll by a page."""
        if self._view == "tables":
            self.action_down(step * 5)
        else:
            self._top += step * max(1, self._page.size.height - 2)
            self._show()

    def action_by(self, step: int = 1) -> None:
        """Group by something else."""
        if self._view == "groups":
            self._by = (self._by + step) % len(GROUPS)
        self.action_show("groups")

    def _keep_in_reach(self) -> None:
        if self._found is None:
            return
        last = len(pages.entries(self._found)) - 1
        self._chosen = max(0, min(self._chosen, last))
        if self._cell is not None:
            end = len(self._found.labels) - 1
            row, column = (max(0, min(place, end)) for place in self._cell)
            self._cell = (row, column)

    # -- opening and leaving ---------------------------------------------------------------

    def action_open(self) -> None:
        """Go into the table, or list the sentences of the cell."""
        found, compared = self._found, self._compared
        if self._view != "tables" or found is None or compared is None:
            return
        listed = pages.entries(found)
        if not listed:
            return
        pair = listed[self._chosen].pair
        if self._cell is None:
            self._cell = next(iter(pages.disagreements(pair)), (0, 0))
            self._show()
            return
        row, column = self._cell
        cell = Cell((pair.one, found.labels[row]), (pair.other, found.labels[column]))
        page = SentencesOfCell(self._store, compared, self._scheme, cell, self._blind)
        self.app.push_screen(page, self._chose)

    def action_largest(self) -> None:
        """Go on to the cell of the table where the two differ next most often."""
        if self._view != "tables" or self._found is None or self._cell is None:
            return
        cells = pages.disagreements(pages.entries(self._found)[self._chosen].pair)
        if cells:
            place = cells.index(self._cell) + 1 if self._cell in cells else 0
            self._cell = cells[place % len(cells)]
            self._show()

    def _chose(self, unit: int | None) -> None:
        if unit is not None:
            self.dismiss(unit)

    def action_back(self) -> None:
        """Leave the table, or the screen."""
        if self._view == "tables" and self._cell is not None:
            self._cell = None
            self._show()
        else:
            self.action_close()

    def action_close(self) -> None:
        """Close the screen."""
        if len(self.app.screen_stack) > 1:
            self.dismiss(None)
        else:
            self.app.exit(0)


def run_agreement(store: Store, choice: Choice, scheme: Scheme, theme: str | None) -> int:
    """Open the screen; returns the exit code. Raises InputProblem for a theme that there is not."""
    return run(OneScreen(AgreementScreen(store, choice, scheme), theme))
