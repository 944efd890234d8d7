"""The codebook: what the labels mean, beside the text and on the help page."""

from __future__ import annotations

from typing import Final, NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.events import MouseScrollDown, MouseScrollUp
from textual.strip import Strip

from annotator.core.scheme import Label, Scheme
from annotator.core.text import visible
from annotator.tui.layout import wrap
from annotator.tui.widgets import Drawn

_STYLES: Final = {"": Style(), "bold": Style(bold=True), "italic": Style(italic=True)}


class Paragraph(NamedTuple):
    """A paragraph of the codebook. `style` is "", "bold" or "italic"; `indent` is in cells."""

    text: str
    style: str = ""
    indent: int = 0


def paragraphs(scheme: Scheme) -> list[Paragraph]:
    """Return all of the codebook: definitions of the labels, examples, the order of tests."""
    found = [Paragraph(scheme.question, "italic"), Paragraph("")]
    for label in scheme.every:
        found += [_head(label), Paragraph(label.definition), *_more(label), Paragraph("")]
    return found + _order(scheme)


def essentials(scheme: Scheme) -> list[Paragraph]:
    """Return what a reviewer needs to decide: each label in few words, and the order of tests."""
    found = [Paragraph(scheme.question, "italic"), Paragraph("")]
    for label in scheme.every:
        found += [_head(label), Paragraph(label.short), Paragraph("")]
    return found + _order(scheme)


def _head(label: Label) -> Paragraph:
    keys = " ".join(key for key in (label.key, label.digit) if key)
    return Paragraph(f"{label.glyph} {keys}  {label.name}", "bold")


def _more(label: Label) -> list[Paragraph]:
    helps = [Paragraph(label.help)] if label.help else []
    return helps + [Paragraph(f"“{example}”", "italic", 2) for example in label.examples]


def _order(scheme: Scheme) -> list[Paragraph]:
    tests = [Paragraph(f"{n}. {line}") for n, line in enumerate(scheme.order, 1)]
    return [Paragraph("Order of tests", "bold"), *tests]


class Codebook(Drawn):
    """Shows the essentials, then what there is room for; the wheel of a mouse moves it."""

    def __init__(self, scheme: Scheme, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._scheme = scheme
        self._lines: list[tuple[str, str]] = []
        self._top = 0

    @property
    def text(self) -> str:
        """Return what there is to see, also by the wheel, without styles."""
        return "\n".join(text for text, _ in self._lines)

    def lay_out(self) -> None:
        """Break into lines what there is room for: the essentials first, airy if they can be."""
        needed = essentials(self._scheme)
        lines = self._broken(needed)
        if len(lines) > self.size.height:
            lines = self._broken([paragraph for paragraph in needed if paragraph.text])
        for label in self._scheme.every:
            more = self._broken([Paragraph(""), _head(label), *_more(label)])
            if _more(label) and len(lines) + len(more) <= self.size.height:
                lines += more
        self._lines = lines
        self._top = self._within(self._top)

    def _broken(self, given: list[Paragraph]) -> list[tuple[str, str]]:
        lines = []
        for text, style, indent in given:
            shown = visible(text)
            for start, end in wrap(shown, self.size.width - 2 - indent):
                lines.append((" " * indent + shown[start:end], style))
        return lines

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
        segments = [Segment(" ", ink), Segment(text, ink + _STYLES[style])]
        return Strip(segments).adjust_cell_length(width, ink)

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        """Move with the wheel."""
        event.stop()
        self.scroll_by(3)

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        """Move with the wheel."""
        event.stop()
        self.scroll_by(-3)
