"""The screen of claims: a table, a claim with its sentences, a sentence in its article.

What a reviewer can do here is to say that two sentences contradict each other. It shows stances of
everybody, so it is for after the labelling.
"""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from annotator.core.errors import AnnotatorError
from annotator.project import claims
from annotator.store import Store
from annotator.store import claims as stored
from annotator.store.journal import Journal
from annotator.tui.claims_pages import Claims, Sentences
from annotator.tui.paged import PagedScreen, run_pages


class ClaimsScreen(PagedScreen):
    """Pages one over the other, from the table of claims down to a sentence in its article."""

    NAME = "claims"
    KEYS = (
        ("enter", "open"), ("escape", "back"), ("space", "mark"), ("c", "contradict"),
        ("q", "quit"),
    )  # fmt: skip
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "mark", "mark"),
        Binding("c", "contradict", "these contradict each other"),
    ]

    def __init__(self, journal: Journal) -> None:
        super().__init__(journal.store)
        self._journal = journal

    def begin(self) -> None:
        """List the claims."""
        self.make("looking", lambda store, _: Claims.of(store))

    def action_mark(self) -> None:
        """Mark a sentence."""
        page = self.page
        if isinstance(page, Sentences) and self.cursor is not None:
            page.mark(self.cursor)
            self._again(page)
            self.action_move(1)

    def action_contradict(self) -> None:
        """Say that the two marked sentences contradict each other, or take back that one does."""
        page = self.page
        if not isinstance(page, Sentences):
            return
        if len(page.marked) < 2:
            self.say("mark two sentences with space first")
            return
        one, other = sorted(page.marked)
        own = (one, other, self._journal.reviewer)
        try:
            there = any(found[:3] == own for found in stored.contradictions(self.store))
            claims.contradict(self._journal, one, other, on=not there)
        except AnnotatorError as error:
            self.say(" ".join(filter(None, (error.message, error.hint))))
            return
        page.marked.clear()
        page.look(self.store)
        self._again(page)

    def _again(self, page: Sentences) -> None:
        at = self._listing.scroll_offset.y
        page.cursor = self.cursor
        self.show()
        self._listing.scroll_to(y=at, animate=False, immediate=True, force=True)


def run_claims(store: Store, reviewer: str, theme: str | None) -> int:
    """Open the screen; returns the exit code. Raises InputProblem for a theme there is none of."""
    return run_pages(ClaimsScreen(Journal(store, reviewer)), theme)
