"""A long list of styled lines with a cursor that stops at those that can be opened."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from rich.segment import Segment
from textual.events import Click
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from annotator.core.text import visible
from annotator.tui.layout import fit
from annotator.tui.widgets import Inked, Spans


class Listing(Inked, ScrollView, can_focus=False):
    """Draws what is seen. `row` gives a line when it is drawn, `opens` says if it can be opened."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "listing--cursor",
        "listing--strong",
        "listing--quiet",
    }

    class Chosen(Message):
        """A line was clicked that can be opened."""

    class Moved(Message):
        """The cursor stands on another line."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._count = 0
        self._row: Callable[[int], Spans] = lambda _: ()
        self._opens: Callable[[int], bool] = lambda _: False
        self.cursor: int | None = None

    def fill(
        self,
        count: int,
        row: Callable[[int], Spans],
        opens: Callable[[int], bool],
        cursor: int | None = None,
    ) -> None:
        """Show `count` lines, with the cursor on line `cursor` or the first that can be opened."""
        self._count, self._row, self._opens = count, row, opens
        self.virtual_size = Size(self.size.width, count)
        self.scroll_to(y=0, animate=False, immediate=True, force=True)
        self.cursor = None
        self._stand(self._next(0 if cursor is None else cursor, 1))
        # Whether there is a scroll bar is settled in the layout.
        self.refresh(layout=True)

    def move(self, step: int) -> None:
        """Move the cursor to the next line that can be opened; without any, scroll."""
        if self.cursor is None:
            self.scroll_relative(y=step, animate=False, force=True)
            return
        way = 1 if step > 0 else -1
        found = self.cursor
        for _ in range(abs(step)):
            following = self._next(found + way, way)
            if following is None:
                break
            found = following
        if found == self.cursor:
            # What stands before the first of them, or after the last, is to be read as well.
            self.scroll_relative(y=step, animate=False, force=True)
        else:
            self._stand(found)

    def leap(self, *, down: bool) -> None:
        """Go to the last line that can be opened, or to the first."""
        if self.cursor is None:
            self.scroll_to(y=self._count if down else 0, animate=False, force=True)
        else:
            self._stand(self._next(self._count - 1 if down else 0, -1 if down else 1))

    def show_line(self, line: int) -> None:
        """Bring a line into sight, a third of the height from the top."""
        self.scroll_to(
            y=max(0, line - self.size.height // 3), animate=False, immediate=True, force=True
        )

    def _next(self, line: int, way: int) -> int | None:
        while 0 <= line < self._count:
            if self._opens(line):
                return line
            line += way
        return None

    def _stand(self, line: int | None) -> None:
        self.cursor = line
        if line is not None:
            here = Region(0, line, 1, 1)
            self.scroll_to_region(here, animate=False, immediate=True, force=True)
        self.post_message(self.Moved())
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return line `y` of what is in sight."""
        line = self.scroll_offset.y + y
        width = self.size.width
        base = self.ink()
        if line >= self._count:
            return Strip([Segment(" " * width, base)], width)
        here = line == self.cursor
        segments = [Segment("▶" if here else " ", self.ink("listing--cursor") if here else base)]
        for text, name in self._row(line):
            style = self.ink("listing--cursor" if here else f"listing--{name}" if name else "")
            segments.append(Segment(visible(text), style))
        strip = Strip(segments)
        if strip.cell_length > width:
            text = fit("".join(segment.text for segment in segments), width)
            strip = Strip([Segment(text, segments[-1].style)])
        return strip.adjust_cell_length(width, base)

    def on_click(self, event: Click) -> None:
        """Open with the mouse."""
        line = self.scroll_offset.y + event.y
        if line < self._count and self._opens(line):
            self._stand(line)
            self.post_message(self.Chosen())
