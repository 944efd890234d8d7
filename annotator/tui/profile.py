"""The screen of profiles: what there is, a profile, the sentences behind a figure, their article.

Nothing is decided here, and nothing stored. It shows sources and labels, so it is for after the
labelling.
"""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from annotator.core.scheme import Scheme
from annotator.project.profile import BY, Options
from annotator.store import Store
from annotator.tui.paged import Page, PagedScreen, run_pages
from annotator.tui.profile_pages import Groups, Profiles


class ProfileScreen(PagedScreen):
    """Pages one over the other, from the list of sources down to a sentence in its article."""

    NAME = "profiles"
    KEYS = (
        ("enter", "open"), ("escape", "back"), ("space", "mark"), ("c", "compare"),
        ("b", "by"), ("q", "quit"),
    )  # fmt: skip
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "mark", "mark"),
        Binding("c", "compare", "side by side"),
        Binding("b", "by", "by what"),
    ]

    def __init__(self, store: Store, by: str, scheme: Scheme, options: Options) -> None:
        super().__init__(store)
        self._by = by
        self._scheme, self._options = scheme, options

    def begin(self) -> None:
        """List what there are profiles of."""
        self._list(self._by)

    @property
    def what(self) -> str:
        """Return what the profiles are of."""
        return f" by {self._by}"

    def put(self, page: Page, *, first: bool = False) -> None:
        """Show a page; a list is the first."""
        if isinstance(page, Groups):
            self._by, first = page.by, True
        super().put(page, first=first)

    def _list(self, by: str) -> None:
        self.make("looking", lambda store, _: Groups.of(store, by))

    def _profile(self, page: Groups, chosen: list[int]) -> None:
        there = [page.groups[place - 1] for place in chosen]
        self.make(
            "reading",
            lambda store, tell: Profiles.of(store, there, self._scheme, self._options, tell),
        )

    # -- keys ------------------------------------------------------------------------------

    def action_open(self) -> None:
        """Open what is under the cursor."""
        if isinstance(self.page, Groups) and self.cursor is not None:
            self._profile(self.page, [self.cursor])
        else:
            super().action_open()

    def action_mark(self) -> None:
        """Mark a line of the list for comparing."""
        if isinstance(self.page, Groups) and self.cursor is not None:
            problem = self.page.mark(self.cursor)
            self._listing.refresh()
            if problem:
                self.say(problem)
            else:
                self.action_move(1)

    def action_compare(self) -> None:
        """Show the marked ones side by side."""
        if isinstance(self.page, Groups):
            if len(self.page.marked) < 2:
                self.say("mark two to four with space first")
            else:
                self._profile(self.page, sorted(self.page.marked))

    def action_by(self) -> None:
        """List by source, document, author, outlet, language, in turn."""
        if isinstance(self.page, Groups):
            self._list(BY[(BY.index(self._by) + 1) % len(BY)])


def run_profiles(store: Store, by: str, scheme: Scheme, options: Options, theme: str | None) -> int:
    """Open the screen; returns the exit code. Raises InputProblem for a theme there is none of."""
    return run_pages(ProfileScreen(store, by, scheme, options), theme)
