"""The application of review and adjudication: the command palette, and the way in."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.app import SystemCommand
from textual.screen import Screen

from annotator.session import Session
from annotator.session.reader import Reader
from annotator.tui.base import BaseApp, run
from annotator.tui.keymap import Action, adjudicating, configured
from annotator.tui.review import ReviewScreen
from annotator.tui.screen import ArticleScreen, bound

if TYPE_CHECKING:
    from annotator.session.adjudication import Adjudicator

_COLLECT_SECONDS = 1.0
"""How often garbage is looked for."""


class AnnotatorApp(BaseApp):
    """One screen over an article, and what opens over it."""

    BINDINGS: ClassVar = []
    ENABLE_COMMAND_PALETTE = True

    def __init__(
        self,
        session: Reader,
        actions: Sequence[Action],
        theme: str | None = None,
        screen: type[ArticleScreen] = ReviewScreen,
    ) -> None:
        super().__init__(theme)
        self.session = session
        self.actions = actions
        self._article_screen = screen

    def get_default_screen(self) -> Screen[None]:
        """Begin with the article: a screen below it would be laid out and drawn for nothing."""
        return bound(self._article_screen, self.actions)(self.session, self.actions)

    def on_mount(self) -> None:
        """Look for garbage between keys."""
        if not gc.isenabled():
            self.call_after_refresh(gc.freeze)
            self.set_interval(_COLLECT_SECONDS, _collect)

    def action_command_palette(self) -> None:
        """Open the palette over the article only: under a dialog its commands reach nothing."""
        if isinstance(self.screen, ArticleScreen):
            super().action_command_palette()

    def action_profiles(self) -> None:
        """Show how sources word things, to a reviewer for whom nothing is left to decide blind."""
        from annotator.project.profile import Options
        from annotator.tui.profile import ProfileScreen

        session = self.session
        if self._all_decided("Profiles show sources and labels", "annotator profile --screen"):
            self.push_screen(ProfileScreen(session.store, "source", session.scheme, Options()))

    def action_claims(self) -> None:
        """Show the claims with everybody's stances, to a reviewer who has decided everything."""
        from annotator.tui.claims import ClaimsScreen

        if self._all_decided("Claims show what others decided", "annotator claims --screen"):
            self.push_screen(ClaimsScreen(self.session.journal))

    def _all_decided(self, why: str, command: str) -> bool:
        """Return whether the reviewer has nothing left to decide blind; else say so."""
        from annotator.store.scope import Scope
        from annotator.store.worklist import open_worklist

        session = self.session
        # Not only what this review is about: these screens are of everything.
        assigned = isinstance(session, Session) and session.scope.assigned
        done = open_worklist(session.journal, Scope(assigned=assigned)).first() is None
        if not done:
            self.notify(
                f"{why}: they open when everything is decided. `{command}` shows them at any time.",
                markup=False,
            )
        return done

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Offer every action of the review in the palette."""
        for action in self.actions:
            if action.name not in {"palette", "quit"}:
                yield SystemCommand(
                    action.text[:1].upper() + action.text[1:],
                    f"{action.group} · key {' '.join(action.keys)}",
                    partial(screen.run_action, action.call),
                )
        yield SystemCommand(
            "Profiles of sources", "When everything is decided", self.action_profiles
        )
        yield SystemCommand("Table of claims", "When everything is decided", self.action_claims)
        yield SystemCommand("Theme", "Choose the colours", self.action_change_theme)
        yield SystemCommand("Quit", "Everything is saved", self.action_quit)


def _collect() -> None:
    # Between keys and not, as Python would by itself, within one.
    gc.collect()


def run_screen(session: Session, *, keys: Mapping[str, str], theme: str | None = None) -> int:
    """Open the review; returns the exit code. Raises InputProblem for bad keys or theme."""
    return _run(lambda: AnnotatorApp(session, configured(session.scheme, keys), theme))


def run_adjudication(
    session: Adjudicator, *, keys: Mapping[str, str], theme: str | None = None
) -> int:
    """Open the adjudication; returns the exit code. Raises InputProblem for bad keys or theme."""
    from annotator.tui.adjudicate import AdjudicationScreen

    actions = configured(session.scheme, keys, adjudicating)
    return _run(lambda: AnnotatorApp(session, actions, theme, AdjudicationScreen))


def _run(made: Callable[[], AnnotatorApp]) -> int:
    # Nothing that starting makes is garbage, and it lasts as long as the program. To look for
    # some would take a tenth of the time, and later some of a key's.
    gc.disable()
    try:
        return run(made())
    finally:
        gc.enable()
