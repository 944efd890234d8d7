"""The Textual application: theme, signals, the command palette, and the way in."""

from __future__ import annotations

import asyncio
import gc
import signal
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.app import App, SystemCommand
from textual.filter import NoColor
from textual.screen import Screen
from textual.theme import Theme

from annotator.core.errors import InputProblem
from annotator.session import Session
from annotator.session.reader import Reader
from annotator.tui.keymap import Action, adjudicating, configured
from annotator.tui.review import ReviewScreen
from annotator.tui.screen import ArticleScreen, bound
from annotator.tui.typeahead import TypeAhead

if TYPE_CHECKING:
    from annotator.session.adjudication import Adjudicator

_COLLECT_SECONDS = 1.0
"""How often garbage is looked for."""

HIGH_CONTRAST = Theme(
    name="high-contrast",
    primary="#00ffff",
    secondary="#ffffff",
    accent="#ffff00",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#000000",
    success="#00ff00",
    warning="#ffff00",
    error="#ff8080",
    dark=True,
    variables={"text-muted": "#ffffff", "text-disabled": "#d0d0d0"},
)


def dress(app: App[int], theme: str | None) -> None:
    """Give an application its theme, or no colour; raises InputProblem if there is none."""
    app.register_theme(HIGH_CONTRAST)
    if theme is not None and theme not in app.available_themes:
        raise InputProblem(
            f"there is no theme {theme!r}", hint=f"one of {', '.join(app.available_themes)}"
        )
    if app.no_color:
        # A theme of the terminal's own colours, and then not even those (no-color.org):
        # Textual by itself would turn the colours of the theme into greys.
        app.theme = "ansi-dark"
        app._filters = [NoColor()]
    elif theme is not None:
        app.theme = theme


def heed_signals(app: App[int]) -> None:
    """Have an application leave in order when it is told to end: the terminal is to be restored."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGHUP):
        try:
            loop.add_signal_handler(number, partial(app.exit, 128 + number))
        except (NotImplementedError, RuntimeError, ValueError):
            # Not the main thread, as under a test: there is no terminal to restore.
            break


class AnnotatorApp(TypeAhead):
    """One screen over an article, and what opens over it."""

    CSS_PATH = "annotator.tcss"
    TITLE = "annotator"
    BINDINGS: ClassVar = []
    ENABLE_COMMAND_PALETTE = True

    def __init__(
        self,
        session: Reader,
        actions: Sequence[Action],
        theme: str | None = None,
        screen: type[ArticleScreen] = ReviewScreen,
    ) -> None:
        super().__init__()
        self.session = session
        self.actions = actions
        self._article_screen = screen
        dress(self, theme)

    def get_default_screen(self) -> Screen[None]:
        """Begin with the article: a screen below it would be laid out and drawn for nothing."""
        return bound(self._article_screen, self.actions)(self.session, self.actions)

    def on_mount(self) -> None:
        """Leave in order when told to."""
        if not gc.isenabled():
            self.call_after_refresh(gc.freeze)
            self.set_interval(_COLLECT_SECONDS, _collect)
        heed_signals(self)

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
        app = made()
        result = app.run()
    finally:
        gc.enable()
    return result if isinstance(result, int) else app.return_code or 0
