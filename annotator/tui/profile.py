"""The screen of profiles: what there is, a profile, the sentences behind a figure, their article.

Nothing is decided here, and nothing stored. It shows sources and labels, so it is for after the
labelling.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.events import Resize
from textual.screen import Screen
from textual.worker import Worker, WorkerState, get_current_worker

from annotator.core.errors import AnnotatorError
from annotator.core.scheme import Scheme
from annotator.project.profile import BY, Options
from annotator.store import Store
from annotator.tui.app import dress
from annotator.tui.listing import Listing
from annotator.tui.profile_pages import Groups, Page, Profiles
from annotator.tui.widgets import Lines, Spans

_LOOK_SECONDS = 0.2
"""How often the screen says how far the counting has come."""
_KEYS = (
    ("enter", "open"), ("escape", "back"), ("space", "mark"), ("c", "compare"),
    ("b", "by"), ("q", "quit"),
)  # fmt: skip


class _Left(Exception):
    """The screen was left while something was counted."""


class ProfileScreen(Screen[None]):
    """Pages one over the other, from the list of sources down to a sentence in its article."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "move(1)", "down"),
        Binding("k,up", "move(-1)", "up"),
        Binding("pagedown,ctrl+d", "page(1)", "page down"),
        Binding("pageup,ctrl+u", "page(-1)", "page up"),
        Binding("home", "leap(False)", "first"),
        Binding("end", "leap(True)", "last"),
        Binding("enter,right,l", "open", "open"),
        Binding("escape,left,h,backspace", "back", "back"),
        Binding("space", "mark", "mark"),
        Binding("c", "compare", "side by side"),
        Binding("b", "by", "by what"),
        Binding("q,ctrl+c", "leave", "quit"),
    ]

    def __init__(self, store: Store, by: str, scheme: Scheme, options: Options) -> None:
        super().__init__()
        self._store, self._by = store, by
        self._scheme, self._options = scheme, options
        self._pages: list[Page] = []
        self._busy = ""

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
        self._list(self._by)

    def on_resize(self, _: Resize) -> None:
        """Lay out the page for another width."""
        if self._pages:
            self.call_after_refresh(self._show)

    # -- showing ---------------------------------------------------------------------------

    def _show(self) -> None:
        page = self._pages[-1]
        page.lay_out(self._listing.size.width - 2, self._listing.size.height)
        self._listing.fill(page.count, page.row, page.opens, page.cursor)
        if page.line is not None:
            self._listing.show_line(page.line)
        self._say("")

    def _say(self, problem: str) -> None:
        """Tell what is shown, and what is wrong or being counted."""
        top: list[tuple[str, str]] = [(" annotator · profiles", "strong")]
        if not self._pages:
            self.query_one("#top", Lines).set([*top, (f" · {problem or self._busy}", "")])
            return
        page = self._pages[-1]
        top += [(f" by {self._by}", "strong"), (f" · {page.title}", "")]
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
            for key, what in _KEYS
            if what in page.keys
            for span in ((f" {key}", "key"), (f" {what} ", ""))
        ]
        self.query_one("#keys", Lines).set(keys)

    def on_listing_moved(self, _: Listing.Moved) -> None:
        """Say what is known of the line under the cursor."""
        if self._pages:
            self._pages[-1].cursor = self._listing.cursor
            self._say("")

    # -- counting --------------------------------------------------------------------------

    def _count(
        self, what: str, make: Callable[[Store, Callable[[str, int, int], None]], Page]
    ) -> None:
        """Make a page in a thread, on a connection of its own, and show it when it is there."""
        path = self._store.path

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
        self._say("")
        self.run_worker(work, thread=True, exclusive=True, exit_on_error=False)

    def _look(self) -> None:
        if self._busy:
            self._say("")

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Show what was counted, or why it was not."""
        error = event.worker.error
        if event.state not in (WorkerState.ERROR, WorkerState.SUCCESS) or isinstance(error, _Left):
            return
        self._busy = ""
        if event.state is WorkerState.ERROR:
            if not isinstance(error, AnnotatorError):
                raise error or RuntimeError("a worker failed without an error")
            self._say(error.message)
        elif isinstance(event.worker.result, Page):
            self._open(event.worker.result)

    def _open(self, page: Page) -> None:
        if isinstance(page, Groups):
            self._by = page.by
            self._pages.clear()
        self._pages.append(page)
        self._show()

    def _list(self, by: str) -> None:
        self._count("looking", lambda store, _: Groups.of(store, by))

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
        if not self._pages or self._listing.cursor is None:
            return
        page = self._pages[-1]
        if isinstance(page, Groups):
            self._profile(page, [self._listing.cursor])
        elif (found := page.open(self._store, self._listing.cursor)) is not None:
            self._open(found)

    def on_listing_chosen(self, _: Listing.Chosen) -> None:
        """Open what was clicked."""
        self.action_open()

    def action_back(self) -> None:
        """Go back to the page before; from the first one, leave."""
        if len(self._pages) > 1:
            self._pages.pop()
            self._show()
        else:
            self.action_leave()

    def action_mark(self) -> None:
        """Mark a line of the list for comparing."""
        page = self._pages[-1] if self._pages else None
        if isinstance(page, Groups) and self._listing.cursor is not None:
            problem = page.mark(self._listing.cursor)
            self._listing.refresh()
            if problem:
                self._say(problem)
            else:
                self._listing.move(1)

    def action_compare(self) -> None:
        """Show the marked ones side by side."""
        page = self._pages[-1] if self._pages else None
        if isinstance(page, Groups):
            if len(page.marked) < 2:
                self._say("mark two to four with space first")
            else:
                self._profile(page, sorted(page.marked))

    def _profile(self, page: Groups, chosen: list[int]) -> None:
        there = [page.groups[place - 1] for place in chosen]
        self._count(
            "reading",
            lambda store, tell: Profiles.of(store, there, self._scheme, self._options, tell),
        )

    def action_by(self) -> None:
        """List by source, document, author, outlet, language, in turn."""
        if self._pages and isinstance(self._pages[-1], Groups):
            self._list(BY[(BY.index(self._by) + 1) % len(BY)])

    def action_leave(self) -> None:
        """Leave the screen; alone in its application, end that."""
        self.workers.cancel_node(self)
        if isinstance(self.app, ProfileApp):
            self.app.exit()
        else:
            self.dismiss(None)


class ProfileApp(App[int]):
    """The screen of profiles by itself."""

    CSS_PATH = "annotator.tcss"
    TITLE = "annotator"
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, screen: ProfileScreen, theme: str | None = None) -> None:
        super().__init__()
        self._first = screen
        dress(self, theme)

    def get_default_screen(self) -> Screen[None]:
        """Begin with the list."""
        return self._first


def run_profiles(store: Store, by: str, scheme: Scheme, options: Options, theme: str | None) -> int:
    """Open the screen; returns the exit code. Raises InputProblem for a theme there is none of."""
    app = ProfileApp(ProfileScreen(store, by, scheme, options), theme)
    app.run()
    return app.return_code or 0
