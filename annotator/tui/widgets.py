"""Small widgets: one-style lines that are cheap to change, and a list that draws what is seen.

A key press may cost some milliseconds. So a widget here knows its styles, and asks for those of
its lines to be drawn that have changed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.events import Click, Key, Paste
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input

from annotator.core.text import visible
from annotator.tui.layout import fit

if TYPE_CHECKING:
    from typing_extensions import Self

Spans = Sequence[tuple[str, str]]
"""Parts of a line: text, and the name of a component style ("" for the widget's own)."""


class Inked(Widget):
    """A widget that draws its lines itself. Textual would derive its styles anew for each line."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._inks: dict[str, Style] = {}

    def notify_style_update(self) -> None:
        """Forget the styles of another theme."""
        self._inks.clear()
        super().notify_style_update()

    def ink(self, name: str = "") -> Style:
        """Return the style of a component class, over the widget's own, as the terminal needs it.

        Textual would translate the colours of every line that is drawn.
        """
        if name not in self._inks:
            own = self.rich_style
            style = own + self.get_component_rich_style(name) if name else own
            for line_filter in self.get_line_filters():
                ((_, filtered, _),) = line_filter.apply(
                    [Segment(" ", style)], self.background_colors[1]
                )
                style = filtered or style
            self._inks[name] = style
        return self._inks[name]


class Drawn(Inked):
    """An inked widget whose lines go to the screen as it made them: no border and no padding.

    To let Textual add none costs more than to make a line, and a step of the article is 30 lines.
    """

    def __init__(self, *, id: str | None = None) -> None:
        self._strips: dict[int, Strip] = {}
        self._laid_out: Size | None = None
        super().__init__(id=id)

    def lay_out(self) -> None:
        """Prepare for a new size."""

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return the lines in `crop`. The event of a new size would come after its first frame."""
        if self._laid_out != self.size:
            self._laid_out = self.size
            self._strips.clear()
            self.lay_out()
        known = self._strips
        for y in crop.line_range:
            if y not in known:
                known[y] = self.render_line(y)
        lines = [known[y] for y in crop.line_range]
        if crop.column_span != (0, self.size.width):
            lines = [line.crop(*crop.column_span) for line in lines]
        return lines

    def notify_style_update(self) -> None:
        """Forget the lines of another theme."""
        self._strips.clear()
        super().notify_style_update()

    def refresh(
        self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False
    ) -> Self:
        """Make the lines of `regions` anew, or all of them."""
        for region in regions:
            for y in region.line_range:
                self._strips.pop(y, None)
        if not regions:
            self._strips.clear()
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def redraw(self, lines: Sequence[int]) -> None:
        """Draw these lines, given in order, again, and no others."""
        width = self.size.width
        regions: list[Region] = []
        for y in lines:
            if regions and regions[-1].bottom == y:
                regions[-1] = regions[-1].grow((0, 0, 1, 0))
            else:
                regions.append(Region(0, y, width, 1))
        if regions:
            self.refresh(*regions)


class Lines(Drawn):
    """A fixed number of lines, each of styled spans. Setting them redraws and lays nothing out."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "lines--key",
        "lines--strong",
        "lines--quiet",
        "lines--error",
        "lines--cue",
        "lines--struck",
        "lines--cursor",
    }

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._lines: list[Spans] = []

    def set(self, *lines: Spans) -> None:
        """Show these lines."""
        before, self._lines = self._lines, list(lines)
        self.redraw([y for y, (old, new) in enumerate(zip_longest(before, lines)) if old != new])

    @property
    def text(self) -> str:
        """Return what is shown, without styles."""
        return "\n".join("".join(text for text, _ in line) for line in self._lines)

    def render_line(self, y: int) -> Strip:
        """Return line `y`."""
        base = self.ink()
        width = self.size.width
        segments: list[Segment] = []
        if y < len(self._lines):
            for text, name in self._lines[y]:
                style = self.ink(f"lines--{name}") if name else base
                segments.append(Segment(visible(text), style))
        line = Strip(segments)
        if line.cell_length > width:
            text = fit("".join(segment.text for segment in segments), width)
            line = _cut(segments, len(text) - 1)
        return line.adjust_cell_length(width, base)


def _cut(segments: Sequence[Segment], length: int) -> Strip:
    kept: list[Segment] = []
    for text, style, _ in segments:
        kept.append(Segment(text[:length], style))
        length -= len(kept[-1].text)
        if length <= 0:
            kept.append(Segment("…", style))
            break
    return Strip(kept)


class PickList(Inked, ScrollView, can_focus=False):
    """A list to choose one line of. Rows are asked for when they are drawn."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"picklist--cursor"}

    class Chosen(Message):
        """A row was chosen."""

        def __init__(self, row: int) -> None:
            super().__init__()
            self.row = row

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._count = 0
        self._row: Callable[[int], str] = str
        self.cursor = 0

    def fill(self, count: int, row: Callable[[int], str], cursor: int = 0) -> None:
        """Show `count` rows, the texts of which `row` gives."""
        self._count, self._row = count, row
        self.virtual_size = Size(self.size.width, count)
        self.cursor = 0
        self.move(cursor)
        self.refresh()

    def move(self, step: int) -> None:
        """Move the cursor, and keep it in sight."""
        self.cursor = max(0, min(self.cursor + step, self._count - 1))
        self.scroll_to_region(Region(0, self.cursor, 1, 1), animate=False)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return line `y` of what is in sight."""
        row = self.scroll_offset.y + y
        style = self.ink("picklist--cursor" if row == self.cursor else "")
        width = self.size.width
        if row >= self._count:
            return Strip([Segment(" " * width, self.ink())], width)
        mark = "▶ " if row == self.cursor else "  "
        text = mark + fit(visible(self._row(row)), width - 2)
        return Strip([Segment(text, style)]).adjust_cell_length(width, style)

    def on_click(self, event: Click) -> None:
        """Choose with the mouse."""
        row = self.scroll_offset.y + event.y
        if row < self._count:
            self.post_message(self.Chosen(row))


class SafeInput(Input):
    """An input that never holds a control character: it would reach the terminal.

    The key that leaves it is its last one. What was typed ahead, or sent by a slow line in one
    piece with it, is for the screen below: Textual would put it into the text before it closes.
    """

    _left = False

    async def _on_key(self, event: Key) -> None:
        if self._left:
            event.stop()
            event.prevent_default()
            self.app.post_message(Key(event.key, event.character))
        elif event.key == "enter":
            event.stop()
            event.prevent_default()
            self._left = True
            await self.action_submit()
        elif event.key == "escape":
            self._left = True

    def _on_paste(self, event: Paste) -> None:
        """Take all lines of what is pasted as one: Textual would take the first, and say nothing.

        What stands for another line is a space.
        """
        event.stop()
        event.prevent_default()
        self.replace(" ".join(event.text.split()), *self.selection)

    def validate_value(self, value: str) -> str:
        """Return `value` with every control character as a visible stand-in."""
        return visible(value)
