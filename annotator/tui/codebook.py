"""The codebook: what the labels mean, beside the text and on the help page."""

from __future__ import annotations

from typing import Final, NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.events import MouseScrollDown, MouseScrollUp
from textual.strip import Strip

from annotator.core.scheme import Scheme
from annotator.core.text import visible
from annotator.tui.layout import wrap
from annotator.tui.widgets import Inked

_STYLES: Final = {"": Style(), "bold": Style(bold=True), "italic": Style(italic=True)}


class Paragraph(NamedTuple):
    """A paragraph of the codebook. `style` is "", "bold" or "italic"; `indent` is in cells."""

    text: str
    style: str = ""
    indent: int = 0


def paragraphs(scheme: Scheme) -> list[Paragraph]:
    """Return the definitions of the labels, the order of tests, and the examples."""
    found = [Paragraph(scheme.question, "italic"), Paragraph("")]
    for label in scheme.every:
        keys = " ".join(key for key in (label.key, label.digit) if key)
        found.append(Paragraph(f"{label.glyph} {keys}  {label.name}", "bold"))
        found += [Paragraph(text) for text in (label.definition, label.help) if text]
        found += [Paragraph(f"“{example}”", "italic", 2) for example in label.examples]
        found.append(Paragraph(""))
    found.append(Paragraph("Order of tests", "bold"))
    return found + [Paragraph(f"{n}. {line}") for n, line in enumerate(scheme.order, 1)]


class Codebook(Inked):
    """Shows as much of the codebook as there is room for; the wheel of a mouse moves it."""

    def __init__(self, scheme: Scheme, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._paragraphs = paragraphs(scheme)
        self._lines: list[tuple[str, str]] = []
        self._top = 0

    @property
    def text(self) -> str:
        """Return all of it, without styles."""
        return "\n".join(paragraph.text for paragraph in self._paragraphs)

    def lay_out(self) -> None:
        """Break the paragraphs into lines."""
        self._lines = []
        for text, style, indent in self._paragraphs:
            shown = visible(text)
            for start, end in wrap(shown, self.size.width - indent):
                self._lines.append((" " * indent + shown[start:end], style))
        self._top = self._within(self._top)

    def scroll_by(self, lines: int) -> None:
        """Move down by `lines`, as far as there is something to see."""
        self._top = self._within(self._top + lines)
        self.refresh()

    def _within(self, top: int) -> int:
        return max(0, min(top, len(self._lines) - self.size.height))

    def render_line(self, y: int) -> Strip:
        """Return line `y`."""
        width, height = self.size
        text, style = "", ""
        if y < height - 1 or self._top + height >= len(self._lines):
            text, style = next(iter(self._lines[self._top + y : self._top + y + 1]), ("", ""))
        elif y == height - 1:
            text = "…"
        ink = self.ink()
        return Strip([Segment(text, ink + _STYLES[style])]).adjust_cell_length(width, ink)

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        """Move with the wheel."""
        event.stop()
        self.scroll_by(3)

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        """Move with the wheel."""
        event.stop()
        self.scroll_by(-3)
