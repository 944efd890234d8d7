"""A screen of pages, one over the other: lists that open lists, down to a sentence in its article.

What is counted is counted in a thread, on a connection of its own; the screen answers meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.events import Resize
from textual.screen import Screen
from textual.worker import Worker, WorkerState, get_current_worker

from annotator.core.errors import AnnotatorError
from annotator.core.model import BODY
from annotator.core.text import one_line, visible
from annotator.store import Store, reading
from annotator.tui.base import OneScreen, run
from annotator.tui.layout import wrap
from annotator.tui.listing import Listing
from annotator.tui.widgets import Lines, Spans

ABOUT: Final = 3
"""Lines that tell of what is under the cursor."""
_LOOK_SECONDS: Final = 0.2
"""How often the screen says how far the counting has come."""
_LONGEST: Final = 8_000


class _Left(Exception):
    """The screen was left while something was counted."""


class Page:
    """A list of lines, some of which open another page.

    `line` is to be in sight from the beginning; `keys` are those that do something here.
    """

    title = ""
    keys: tuple[str, ...] = ("open", "back", "quit")
    count = 0
    line: int | None = None
    cursor: int | None = None

    def lay_out(self, width: int, height: int) -> None:
        """Prepare the lines for a width in cells."""

    def row(self, place: int) -> Spans:
        """Return a line."""
        raise NotImplementedError

    def opens(self, place: int) -> bool:
        """Return whether a line can be opened."""
        raise NotImplementedError

    def open(self, store: Store, place: int) -> Page | None:
        """Return what a line opens."""
        raise NotImplementedError

    def about(self, place: int | None, width: int) -> list[Spans]:
        """Return what is known of the line under the cursor."""
        raise NotImplementedError


def wrapped(text: str, width: int, most: int = ABOUT) -> list[Spans]:
    """Return a text in at most so many lines, the last of them cut."""
    shown = visible(text[:_LONGEST])
    found: list[Spans] = [[(f" {shown[a:b]}", "")] for a, b in wrap(shown, width)]
    if len(found) > most:
        last = found[most - 1][0][0]
        return [*found[: most - 1], [(f"{last.rstrip()[: width - 1]}…", "")]]
    return found


class Article(Page):
    """An article to read, with one of its units marked."""

    keys = ("back", "quit")

    def __init__(self, article: reading.Article, unit: int | None) -> None:
        self._article, self._unit = article, unit
        self.title = one_line(article.name)
        self._lines: list[Spans] = []

    def lay_out(self, width: int, height: int) -> None:  # noqa: ARG002 - as all pages
        """Wrap the article."""
        self._lines, self.line = [], None
        block = None
        for one in self._article.units:
            if block not in (None, one.block):
                self._lines.append([])
            block = one.block
            text = visible(self._article.text[one.start : min(one.end, one.start + _LONGEST)])
            marked = one.n == self._unit
            style = "strong" if marked else "" if one.kind == BODY else "quiet"
            if marked:
                self.line = len(self._lines)
            for a, b in wrap(text, width - 3):
                self._lines.append([("┃ " if marked else "  ", "strong"), (text[a:b], style)])
        self.count = len(self._lines)

    def row(self, place: int) -> Spans:
        """Return a line of the article."""
        return self._lines[place]

    def opens(self, place: int) -> bool:  # noqa: ARG002 - as all pages
        """Return False: it is to be read."""
        return False

    def about(self, place: int | None, width: int) -> list[Spans]:  # noqa: ARG002 - as all pages
        """Return what is known of the article, "in this file" where that is nothing."""
        it = self._article
        beside = (("source", it.source), ("author", it.author), ("date", it.published))
        known = ", ".join(f"{what} {value or 'none'}" for what, value in beside)
        text = f"known beside the text: {known} · {it.language} · {it.origin or it.id}"
        return wrapped(text, width)


class PagedScreen(Screen[None]):
    """Shows the topmost of its pages. A screen of its own says which is the first."""

    NAME: ClassVar = ""
    KEYS: ClassVar[tuple[tuple[str, str], ...]] = (
        ("enter", "open"), ("escape", "back"), ("q", "quit"),
    )  # fmt: skip
    """Keys with the words that pages know them by."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "move(1)", "down"),
        Binding("k,up", "move(-1)", "up"),
        Binding("pagedown,ctrl+d", "page(1)", "page down"),
        Binding("pageup,ctrl+u", "page(-1)", "page up"),
        Binding("home", "leap(False)", "first"),
        Binding("end", "leap(True)", "last"),
        Binding("enter,right,l", "open", "open"),
        Binding("escape,left,h,backspace", "back", "back"),
        Binding("q,ctrl+c", "leave", "quit"),
        Binding("ctrl+z", "app.suspend_process", "to the shell"),
    ]

    def __init__(self, store: Store) -> None:
        super().__init__()
        self.store = store
        self._pages: list[Page] = []
        self._busy = ""

    def begin(self) -> None:
        """Make the first page."""
        raise NotImplementedError

    @property
    def what(self) -> str:
        """Return what stands beside the name of the screen."""
        return ""

    @property
    def page(self) -> Page | None:
        """Return the page that is shown, None before there is any."""
        return self._pages[-1] if self._pages else None

    @property
    def cursor(self) -> int | None:
        """Return the line under the cursor, None where none can be opened."""
        return self._listing.cursor

    def compose(self) -> ComposeResult:
        """Build the screen."""
        yield Lines(id="top")
        yield Listing(id="listing")
        yield Lines(id="about")
        yield Lines(id="keys")

    def on_mount(self) -> None:
        """Look what there is."""
        self._listing = self.query_one(Listing)
        self.set_interval(_LOOK_SECONDS, self._look)
        self.begin()

    def on_resize(self, _: Resize) -> None:
        """Lay out the page for another width."""
        if self._pages:
            self.call_after_refresh(self.show)

    # -- showing ---------------------------------------------------------------------------

    def show(self) -> None:
        """Show the topmost page."""
        page = self._pages[-1]
        page.lay_out(self._listing.size.width - 2, self._listing.size.height)
        self._listing.fill(page.count, page.row, page.opens, page.cursor)
        if page.line is not None:
            self._listing.show_line(page.line)
        self.say("")

    def say(self, problem: str) -> None:
        """Tell what is shown, and what is wrong or being counted."""
        top: list[tuple[str, str]] = [(f" annotator · {self.NAME}", "strong")]
        page = self.page
        if page is None:
            self.query_one("#top", Lines).set([*top, (f" · {problem or self._busy}", "")])
            return
        top += [(self.what, "strong"), (f" · {page.title}", "")]
        self.query_one("#top", Lines).set(top)
        if problem:
            about: list[Spans] = [[(f" {problem}", "error")]]
        elif self._busy:
            about = [[(f" {self._busy}", "strong")]]
        else:
            about = page.about(self._listing.cursor, self.size.width - 2)
        self.query_one("#about", Lines).set(*about)
        keys = [
            span
            for key, what in self.KEYS
            if what in page.keys
            for span in ((f" {key}", "key"), (f" {what} ", ""))
        ]
        self.query_one("#keys", Lines).set(keys)

    def on_listing_moved(self, _: Listing.Moved) -> None:
        """Say what is known of the line under the cursor."""
        if self._pages:
            self._pages[-1].cursor = self._listing.cursor
            self.say("")

    # -- counting --------------------------------------------------------------------------

    def make(
        self, what: str, make: Callable[[Store, Callable[[str, int, int], None]], Page]
    ) -> None:
        """Make a page in a thread, on a connection of its own, and open it when it is there."""
        path = self.store.path

        def work() -> Page:
            worker = get_current_worker()

            def tell(_: str, done: int, total: int) -> None:
                if worker.is_cancelled:
                    raise _Left
                if total:
                    # Looked at by a timer: to call the screen would wait for one that is closing.
                    self._busy = f"{what} {done:,} of {total:,}"

            with Store.open(path, read_only=True) as store:
                return make(store, tell)

        self._busy = f"{what} …"
        self.say("")
        self.run_worker(work, thread=True, exclusive=True, exit_on_error=False)

    def _look(self) -> None:
        if self._busy:
            self.say("")

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Show what was counted, or why it was not."""
        error = event.worker.error
        if event.state not in (WorkerState.ERROR, WorkerState.SUCCESS) or isinstance(error, _Left):
            return
        self._busy = ""
        if event.state is WorkerState.ERROR:
            if not isinstance(error, AnnotatorError):
                raise error or RuntimeError("a worker failed without an error")
            self.say(error.message)
        elif isinstance(event.worker.result, Page):
            self.put(event.worker.result)

    def put(self, page: Page, *, first: bool = False) -> None:
        """Show a page over the others, or in place of them."""
        if first:
            self._pages.clear()
        elif self._pages:
            # Keys that were typed ahead open a page before the list says that it moved.
            self._pages[-1].cursor = self._listing.cursor
        self._pages.append(page)
        self.show()

    # -- keys ------------------------------------------------------------------------------

    def action_move(self, step: int) -> None:
        """Move by lines that can be opened."""
        self._listing.move(step)

    def action_page(self, way: int) -> None:
        """Move by a page."""
        self._listing.move(way * max(self._listing.size.height - 2, 1))

    def action_leap(self, down: bool) -> None:
        """Move to the beginning or the end."""
        self._listing.leap(down=down)

    def action_open(self) -> None:
        """Open what is under the cursor."""
        page = self.page
        if page is None or self._listing.cursor is None:
            return
        if (found := page.open(self.store, self._listing.cursor)) is not None:
            self.put(found)

    def on_listing_chosen(self, _: Listing.Chosen) -> None:
        """Open what was clicked."""
        self.action_open()

    def action_back(self) -> None:
        """Go back to the page before; from the first one, leave."""
        if len(self._pages) > 1:
            self._pages.pop()
            self.show()
        else:
            self.action_leave()

    def action_leave(self) -> None:
        """Leave the screen; alone in its application, end that."""
        self.workers.cancel_node(self)
        if isinstance(self.app, OneScreen):
            self.app.exit()
        else:
            self.dismiss(None)


def run_pages(screen: PagedScreen, theme: str | None) -> int:
    """Open a screen; returns the exit code. Raises InputProblem for a theme there is none of."""
    return run(OneScreen(screen, theme))
