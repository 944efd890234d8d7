"""What every application of the screen is: dressed in a theme, tidy when told to end, resumed."""

from __future__ import annotations

import asyncio
import signal
from functools import partial
from typing import Any, Final

from textual import on
from textual.app import App
from textual.driver import Driver
from textual.filter import NoColor
from textual.screen import Screen
from textual.theme import Theme

from annotator.core.errors import InputProblem
from annotator.tui.typeahead import TypeAhead

SHORT_BELOW: Final = 16
"""Lines of a terminal below which there is no room for what only looks well."""

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


class BaseApp(TypeAhead):
    """An application in a theme, or in no colour. Raises InputProblem for an unknown theme."""

    CSS_PATH = "annotator.tcss"
    TITLE = "annotator"
    ENABLE_COMMAND_PALETTE = False
    # Where there are few lines, frames and empty ones give way to what is to be read.
    VERTICAL_BREAKPOINTS = [(0, "-short"), (SHORT_BELOW, "-high")]  # noqa: RUF012 - as Textual's

    def __init__(self, theme: str | None = None) -> None:
        super().__init__()
        self.register_theme(HIGH_CONTRAST)
        if theme is not None and theme not in self.available_themes:
            raise InputProblem(
                f"there is no theme {theme!r}",
                hint=f"one of {', '.join(self.available_themes)}",
            )
        if self.no_color:
            # A theme of the terminal's own colours, and then not even those (no-color.org):
            # Textual by itself would turn the colours of the theme into greys.
            self.theme = "ansi-dark"
            self._filters = [NoColor()]
        elif theme is not None:
            self.theme = theme

    def on_mount(self) -> None:
        """Leave in order when told to."""
        _heed_signals(self)

    @on(Driver.SignalResume)
    def paint_anew(self) -> None:
        """Paint the screen after the shell had the terminal: Textual believes it still there."""
        self.refresh(layout=True)


class OneScreen(BaseApp):
    """A screen by itself, as a command opens it."""

    def __init__(self, screen: Screen[Any], theme: str | None = None) -> None:
        super().__init__(theme)
        self._only = screen

    def get_default_screen(self) -> Screen[Any]:
        """Begin with it: a screen below it would be laid out and drawn for nothing."""
        return self._only


def run(app: BaseApp) -> int:
    """Run an application; returns the exit code."""
    result = app.run()
    return result if isinstance(result, int) else app.return_code or 0


def _heed_signals(app: App[int]) -> None:
    """Have an application leave in order when it is told to end: the terminal is to be restored."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGHUP):
        try:
            loop.add_signal_handler(number, partial(app.exit, 128 + number))
        except (NotImplementedError, RuntimeError, ValueError):
            # Not the main thread, as under a test: there is no terminal to restore.
            break
