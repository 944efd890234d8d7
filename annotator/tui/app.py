"""The Textual application: theme, signals, the command palette, and the way in."""

from __future__ import annotations

import asyncio
import gc
import signal
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import ClassVar

from textual.app import App, SystemCommand
from textual.await_complete import AwaitComplete
from textual.filter import NoColor
from textual.screen import Screen
from textual.theme import Theme

from annotator.core.errors import InputProblem
from annotator.session import Session
from annotator.tui.keymap import Action, configured
from annotator.tui.review import ReviewScreen, screen_for

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


class AnnotatorApp(App[int]):
    """One review screen, and what opens over it."""

    CSS_PATH = "annotator.tcss"
    TITLE = "annotator"
    BINDINGS: ClassVar = []
    ENABLE_COMMAND_PALETTE = True

    def __init__(
        self, session: Session, actions: Sequence[Action], theme: str | None = None
    ) -> None:
        super().__init__()
        self.session = session
        self.actions = actions
        self.register_theme(HIGH_CONTRAST)
        if theme is not None and theme not in self.available_themes:
            raise InputProblem(
                f"there is no theme {theme!r}", hint=f"one of {', '.join(self.available_themes)}"
            )
        if self.no_color:
            # A theme of the terminal's own colours, and then not even those (no-color.org):
            # Textual by itself would turn the colours of the theme into greys.
            self.theme = "ansi-dark"
            self._filters = [NoColor()]
        elif theme is not None:
            self.theme = theme

    def get_default_screen(self) -> Screen[None]:
        """Begin with the review: a screen below it would be laid out and drawn for nothing."""
        return screen_for(self.actions)(self.session, self.actions)

    def on_mount(self) -> None:
        """Leave in order when told to."""
        if not gc.isenabled():
            self.call_after_refresh(gc.freeze)
            self.set_interval(_COLLECT_SECONDS, _collect)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGHUP):
            try:
                loop.add_signal_handler(number, partial(self.exit, 128 + number))
            except (NotImplementedError, RuntimeError, ValueError):
                # Not the main thread, as under a test: there is no terminal to restore.
                break

    def pop_screen(self) -> AwaitComplete:
        """Close what is open over the review, and never the review itself.

        Textual pops whatever is on top for every `dismiss`: a second enter or escape, typed ahead
        or sent by a slow line in one piece with the first, would close the review as well.
        """
        return AwaitComplete() if isinstance(self.screen, ReviewScreen) else super().pop_screen()

    def action_command_palette(self) -> None:
        """Open the palette over the review only: under a dialog its commands reach nothing."""
        if isinstance(self.screen, ReviewScreen):
            super().action_command_palette()

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Offer every action of the review in the palette."""
        for action in self.actions:
            if action.name not in {"palette", "quit"}:
                yield SystemCommand(
                    action.text[:1].upper() + action.text[1:],
                    f"{action.group} · key {' '.join(action.keys)}",
                    partial(screen.run_action, action.call),
                )
        yield SystemCommand("Theme", "Choose the colours", self.action_change_theme)
        yield SystemCommand("Quit", "Everything is saved", self.action_quit)


def _collect() -> None:
    # Between keys and not, as Python would by itself, within one.
    gc.collect()


def run_screen(session: Session, *, keys: Mapping[str, str], theme: str | None = None) -> int:
    """Open the screen; returns the exit code. Raises InputProblem for bad keys or theme."""
    # Nothing that starting makes is garbage, and it lasts as long as the program. To look for
    # some would take a tenth of the time, and later some of a key's.
    gc.disable()
    try:
        app = AnnotatorApp(session, configured(session.scheme, keys), theme)
        result = app.run()
    finally:
        gc.enable()
    return result if isinstance(result, int) else app.return_code or 0
