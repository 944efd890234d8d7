"""How the project stands, on one screen, while others label: nothing is decided here.

The counting is done in a thread of its own, a little at a time; what is known so far is shown.
"""

from __future__ import annotations

import time
from typing import ClassVar, Final

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.events import Resize
from textual.screen import Screen
from textual.worker import Worker, WorkerState, get_current_worker

from annotator.core.errors import AnnotatorError
from annotator.core.scheme import Scheme
from annotator.core.text import one_line
from annotator.project.dashboard import Dashboard, Person, Standing
from annotator.store import Store
from annotator.tui.base import OneScreen, run
from annotator.tui.layout import fit
from annotator.tui.listing import Listing
from annotator.tui.widgets import Lines, Spans

_LOOK: Final = 1.0
"""Seconds between two looks for what others have done."""
_SHOW: Final = 0.25
"""Seconds between two pictures while the store is counted for the first time."""
_BAR: Final = 24
_NAME: Final = 22
_NUMBER: Final = 9


class DashboardScreen(Screen[None]):
    """Progress by reviewer, source and article, the labels, the pace and the agreement."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "move(1)", "down"),
        Binding("k,up", "move(-1)", "up"),
        Binding("pagedown,ctrl+d,space", "page(1)", "page down"),
        Binding("pageup,ctrl+u", "page(-1)", "page up"),
        Binding("home", "leap(False)", "first"),
        Binding("end", "leap(True)", "last"),
        Binding("q,escape,ctrl+c", "leave", "quit"),
        Binding("ctrl+z", "app.suspend_process", "to the shell"),
    ]

    def __init__(self, store: Store, scheme: Scheme) -> None:
        super().__init__()
        self._store, self._scheme = store, scheme
        self._known: Standing | None = None
        self._lines: list[Spans] = []

    def compose(self) -> ComposeResult:
        """Build the screen."""
        yield Lines(id="top")
        yield Listing(id="listing")
        yield Lines(id="keys")

    def on_mount(self) -> None:
        """Begin to count."""
        self._listing = self.query_one(Listing)
        self._listing.fill(0, self._row, lambda _: False)
        self.query_one("#top", Lines).set([(" annotator · dashboard", "strong"), (" · …", "")])
        self.query_one("#keys", Lines).set(
            [(" j k", "key"), (" scroll ", ""), (" q", "key"), (" quit ", "")]
        )
        self.run_worker(self._watch, thread=True, exit_on_error=False)

    # -- counting --------------------------------------------------------------------------

    def _watch(self) -> None:
        """Count, show, and look again: in a thread, on a connection of its own."""
        worker = get_current_worker()
        with Store.open(self._store.path, read_only=True) as store:
            board = Dashboard(store, self._scheme)
            while not worker.is_cancelled:
                shown = time.monotonic()
                news = self._known is None
                for _ in board.pieces():
                    news = True
                    if worker.is_cancelled:
                        return
                    if time.monotonic() - shown > _SHOW:
                        self.app.call_from_thread(self._show, board.standing())
                        shown = time.monotonic()
                if news:
                    self.app.call_from_thread(self._show, board.standing())
                time.sleep(_LOOK)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Say why nothing is counted any more."""
        if event.state is WorkerState.ERROR:
            error = event.worker.error
            if not isinstance(error, AnnotatorError):
                raise error or RuntimeError("a worker failed without an error")
            self.query_one("#top", Lines).set([(f" {error.message}", "error")])

    # -- showing ---------------------------------------------------------------------------

    def on_resize(self, _: Resize) -> None:
        """Lay the lines out for another width."""
        if self._known:
            self.call_after_refresh(self._show, self._known)

    def _show(self, known: Standing) -> None:
        self._known = known
        looked = "" if known.counted >= 1 else f" · counted {known.counted:.0%} of the store"
        self.query_one("#top", Lines).set(
            [
                (" annotator · dashboard", "strong"),
                (f" · {known.labelled:,} of {known.sentences:,} sentences labelled{looked}", ""),
            ]
        )
        self._lines = self._made(known, self._listing.size.width - 2)
        at = self._listing.scroll_offset.y
        self._listing.fill(len(self._lines) + len(known.documents), self._row, lambda _: False)
        self._listing.scroll_to(y=at, animate=False, force=True)

    def _row(self, place: int) -> Spans:
        if place < len(self._lines):
            return self._lines[place]
        known = self._known
        if known is None:
            return ()
        one, labelled = known.documents[place - len(self._lines)]
        return _counted(one.name, labelled, one.sentences, self._listing.size.width)

    def _made(self, known: Standing, width: int) -> list[Spans]:
        """Return the lines above the articles, which are made when they are seen."""
        names = [label.name for label in self._scheme.every]
        lines: list[Spans] = [[("Labels", "strong")]]
        total = known.labels.total()
        for label in self._scheme.every:
            count = known.labels[label.name]
            share = f"{count / total:>5.0%}" if total else "     "
            name = f"{label.glyph} {label.key} {label.name}"
            lines.append([(f"  {_cell(name, _NAME)} {count:>{_NUMBER},} {share}", "")])
        lines += [[], [("Reviewers", "strong")]]
        few = width >= 2 + _NAME + (len(names) + 2) * (_NUMBER + 1)
        head = "".join(f" {fit(name, _NUMBER):>{_NUMBER}}" for name in names) if few else ""
        lines.append(
            [(f"  {'':<{_NAME}} {'labelled':>{_NUMBER}}{head} {'labels/h':>{_NUMBER}}", "quiet")]
        )
        lines += [[(_person(one, names if few else []), "")] for one in known.people]
        if not known.people:
            lines.append([("  nobody has labelled yet", "quiet")])
        value = known.alpha if isinstance(known.alpha, str) else f"{known.alpha:.3f}"
        lines += [
            [],
            [("Agreement", "strong")],
            [(f"  Krippendorff's alpha (nominal) {value}, n = {known.shared:,} sentences", "")],
            [],
            [(f"Sources ({len(known.sources):,})", "strong")],
        ]
        for one in known.sources:
            name = one.name or "(not stated)"
            lines.append(_counted(name, one.labelled, one.sentences, width))
        lines += [[], [(f"Articles ({len(known.documents):,})", "strong")]]
        return lines

    # -- keys ------------------------------------------------------------------------------

    def action_move(self, step: int) -> None:
        """Scroll by a line."""
        self._listing.move(step)

    def action_page(self, way: int) -> None:
        """Scroll by a page."""
        self._listing.move(way * max(self._listing.size.height - 2, 1))

    def action_leap(self, down: bool) -> None:
        """Scroll to the beginning or the end."""
        self._listing.leap(down=down)

    def action_leave(self) -> None:
        """Leave the screen; alone in its application, end that."""
        self.workers.cancel_node(self)
        if isinstance(self.app, OneScreen):
            self.app.exit()
        else:
            self.dismiss(None)


def _cell(text: str, width: int) -> str:
    shown = fit(one_line(text), width)
    return shown + " " * (width - cell_len(shown))


def _counted(name: str, labelled: int, sentences: int, width: int) -> Spans:
    """Return a name with how much of it is labelled, and a bar if there is room for one."""
    bar = _BAR if width >= 72 else 0
    room = max(width - 2 - 2 * (_NUMBER + 1) - 6 - bar - 2, 10)
    share = labelled / sentences if sentences else 0.0
    full = round(share * bar)
    numbers = f" {labelled:>{_NUMBER},} of {sentences:>{_NUMBER - 3},}"
    return [
        (f"  {_cell(name, room)}", ""),
        (numbers, "quiet"),
        (f" {share:>4.0%} ", ""),
        ("━" * full + "·" * (bar - full), "quiet"),
    ]


def _person(one: Person, names: list[str]) -> str:
    cells = "".join(f" {one.labels[name]:>{_NUMBER},}" for name in names)
    pace = f"{one.pace:,.0f}" if one.pace else "-"
    return f"  {_cell(one.name, _NAME)} {one.labelled:>{_NUMBER},}{cells} {pace:>{_NUMBER}}"


def run_dashboard(store: Store, scheme: Scheme, theme: str | None = None) -> int:
    """Open the dashboard; returns the exit code. Raises InputProblem for a theme there is none."""
    return run(OneScreen(DashboardScreen(store, scheme), theme))
