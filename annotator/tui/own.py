"""A reviewer's own figures, over the review."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen

from annotator.core.text import visible
from annotator.tui.layout import wrap
from annotator.tui.why import Flow
from annotator.tui.widgets import Spans


class Own(ModalScreen[None]):
    """Shows lines of figures; one that begins in the first column is a title."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+c,q,O,enter", "dismiss(None)", "close"),
        Binding("j,down", "scroll(1)", "down"),
        Binding("k,up", "scroll(-1)", "up"),
        Binding("space,pagedown", "scroll(12)", "page down"),
        Binding("pageup", "scroll(-12)", "page up"),
    ]

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__()
        self.given = lines

    def compose(self) -> ComposeResult:
        """Build the page."""
        with VerticalScroll(classes="dialog wide"):
            yield Flow(self._lines)

    def action_scroll(self, rows: int) -> None:
        """Scroll the page."""
        self.query_one(VerticalScroll).scroll_relative(y=rows, animate=False)

    def _lines(self, width: int) -> list[Spans]:
        lines: list[Spans] = []
        for text in (visible(line) for line in self.given):
            indent = len(text) - len(text.lstrip(" "))
            for place, (start, end) in enumerate(wrap(text, width - indent - 2)):
                lead = " " * (indent + (2 if place else 0))
                lines.append([(lead + text[start:end], "" if indent else "strong")])
        return [*lines, [], [("escape closes, j and k scroll", "quiet")]]
