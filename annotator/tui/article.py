"""The article on the screen: only the lines that are seen are laid out and drawn.

The view hangs on an anchor, a line of a unit, and fills the screen downward from it. How long the
article is does not matter, nor how long one sentence is.
"""

from __future__ import annotations

from itertools import zip_longest
from typing import ClassVar, NamedTuple, Protocol

from rich.cells import cell_len
from rich.segment import Segment
from textual.events import Click, MouseScrollDown, MouseScrollUp
from textual.message import Message
from textual.strip import Strip

from annotator.core.history import NOT_A_SENTENCE, Annotation
from annotator.core.model import BODY
from annotator.core.scheme import MOST, Scheme
from annotator.core.text import visible
from annotator.store.reading import Article, ArticleUnit
from annotator.tui.layout import wrap
from annotator.tui.widgets import Drawn

_GUTTER = 8
_LONGEST = 8_000
"""Code points of one unit that are laid out; what is longer is no sentence anybody reads."""
_LOOK_BACK = 2
"""Units that stay in sight above the current one."""


class Stands(Protocol):
    """Where somebody stands in an article, and what its units are marked with."""

    @property
    def article(self) -> Article | None:
        """Return the article."""

    @property
    def index(self) -> int:
        """Return the place of the current unit in it."""

    @property
    def scheme(self) -> Scheme:
        """Return the scheme that the marks are of."""

    def annotation_of(self, unit: ArticleUnit) -> Annotation:
        """Return what a unit is marked with."""

    def is_asked(self, unit: ArticleUnit) -> bool:
        """Return whether a unit is to be decided."""


class Row(NamedTuple):
    """One line of the screen: a part of a unit, or (start is None) the gap before a block."""

    unit: int
    line: int
    start: int | None
    end: int
    more: int = 0


class ArticleView(Drawn):
    """Shows where a session stands in its article."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "article--current",
        "article--text",
        "article--done",
        "article--heading",
        "article--other",
        "article--gutter",
        "article--cursor",
        *(f"article--label-{place}" for place in range(MOST)),
        "article--label-none",
        "article--flag",
        "article--bar",
    }

    class Picked(Message):
        """The reviewer clicked on a unit."""

        def __init__(self, unit: int) -> None:
            super().__init__()
            self.unit = unit

    def __init__(self, session: Stands, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.session = session
        self._rows: list[Row] = []
        self._faces: list[object] = []
        self._cache: dict[int, list[Row]] = {}
        self._texts: dict[int, str] = {}
        self._top = (0, 0)
        self._article = -1
        self._width = 0

    def show(self) -> None:
        """Draw what the session says now, with the current unit in sight."""
        before = self._faces
        self.lay_out()
        self._draw_changed(before)

    def lay_out(self) -> None:
        """Fill the view, with the current unit in sight."""
        article = self.session.article
        if article is None or not self.size.height:
            return
        width = max(self.size.width - _GUTTER - 2, 10)
        if (article.n, width) != (self._article, self._width):
            self._article, self._width = article.n, width
            self._cache.clear()
            self._texts.clear()
            self._top = (-1, 0)
        self._follow()
        self._fill()

    def scroll_by(self, rows: int) -> None:
        """Move the view without moving the position."""
        if self.session.article is None:
            return
        before = self._faces
        self._top = self._shifted(self._top, rows)
        self._fill()
        self._draw_changed(before)

    # -- layout ----------------------------------------------------------------------------

    def _rows_of(self, index: int) -> list[Row]:
        """Return the rows of a unit: a gap if it begins a block, then its lines."""
        if index not in self._cache:
            units = self.session.article.units if self.session.article else ()
            unit = units[index]
            text = self._texts[index] = self._shown(unit)
            begins = index > 0 and units[index - 1].block != unit.block
            rows = [Row(index, 0, None, 0)] if begins else []
            more = unit.end - unit.start - len(text)
            for start, end in wrap(text, self._width):
                rows.append(Row(index, len(rows), start, end))
            if more > 0:
                rows.append(Row(index, len(rows), 0, 0, more))
            if len(self._cache) > 2_000:
                self._cache.clear()
                self._texts = {index: text}
            self._cache[index] = rows
        return self._cache[index]

    def _shown(self, unit: ArticleUnit) -> str:
        article = self.session.article
        end = min(unit.end, unit.start + _LONGEST)
        return visible(article.text[unit.start : end]) if article else ""

    def _shifted(self, place: tuple[int, int], rows: int) -> tuple[int, int]:
        """Return the anchor `rows` further down, within the article."""
        article = self.session.article
        last = len(article.units) - 1 if article else 0
        unit, line = place
        line += rows
        while line < 0 and unit > 0:
            unit -= 1
            line += len(self._rows_of(unit))
        while line >= len(self._rows_of(unit)) and unit < last:
            line -= len(self._rows_of(unit))
            unit += 1
        return unit, max(0, min(line, len(self._rows_of(unit)) - 1))

    def _fill(self) -> None:
        article = self.session.article
        units = article.units if article else ()
        rows: list[Row] = []
        unit, line = self._top
        while unit < len(units) and len(rows) < self.size.height:
            rows += self._rows_of(unit)[line:]
            unit, line = unit + 1, 0
        if len(rows) < self.size.height and self._top != (0, 0):
            # The end of the article is in sight: hang it on its last line.
            self._top = self._shifted(self._top, len(rows) - self.size.height)
            rows = []
            unit, line = self._top
            while unit < len(units) and len(rows) < self.size.height:
                rows += self._rows_of(unit)[line:]
                unit, line = unit + 1, 0
        self._rows = rows[: self.size.height]
        self._faces = [self._face(row) for row in self._rows]

    def _follow(self) -> None:
        """Move the anchor if the current unit, or what stands before it, is out of sight."""
        index = self.session.index
        height = self.size.height
        above = max(0, index - _LOOK_BACK)
        top = self._top
        if top[0] >= 0 and top <= (above, 0):
            distance = self._distance(top, (index, len(self._rows_of(index)) - 1), height)
            if distance is not None and distance < height:
                return
        # A third of the screen is what was read, the rest is what comes.
        anchor = self._shifted((index, 0), -(height // 3))
        own = len(self._rows_of(index))
        if own > height - height // 3:
            anchor = self._shifted((index, 0), -min(height // 3, max(0, height - own)))
        self._top = anchor

    def _distance(self, a: tuple[int, int], b: tuple[int, int], limit: int) -> int | None:
        """Return the rows from anchor `a` down to `b`, or None if there are more than `limit`."""
        unit, line = a
        rows = -line
        while unit < b[0]:
            rows += len(self._rows_of(unit))
            unit += 1
            if rows > limit:
                return None
        return rows + b[1]

    # -- drawing ---------------------------------------------------------------------------

    def _draw_changed(self, before: list[object]) -> None:
        """Draw the lines whose faces are not those of `before`."""
        pairs = enumerate(zip_longest(before, self._faces))
        self.redraw([y for y, (old, new) in pairs if old != new])

    def render_line(self, y: int) -> Strip:
        """Return line `y` of the view."""
        width = self.size.width
        base = self.ink()
        if y >= len(self._rows):
            return Strip([Segment(" " * width, base)], width)
        segments = self._segments(self._rows[y])
        rest = width - 1 - sum(cell_len(segment.text) for segment in segments)
        if rest < 0:  # a terminal of a few columns
            segments, rest = list(Strip(segments).crop(0, width - 1)), 0
        return Strip([*segments, Segment(" " * rest, base), self._bar(y)], width)

    def _face(self, row: Row) -> object:
        """Return all that the drawing of a row depends on, but for the session's article."""
        units = self.session.article.units if self.session.article else ()
        annotation = self.session.annotation_of(units[row.unit])
        ends = self._rows[0].unit, self._rows[-1].unit
        current = row.unit == self.session.index
        more = self.face(units[row.unit])
        return self._article, self._width, ends, row, annotation, current, more

    def _segments(self, row: Row) -> list[Segment]:
        article = self.session.article
        if row.start is None or article is None:
            return []
        unit = article.units[row.unit]
        annotation = self.session.annotation_of(unit)
        current = row.unit == self.session.index
        first = row.line == 0 or (row.line == 1 and self._rows_of(row.unit)[0].start is None)
        style = self.ink(self._style(unit, annotation, current=current))
        text = f"… {row.more:,} more characters" if row.more else self._texts[row.unit]
        words = text if row.more else text[row.start : row.end]
        return [*self._gutter(unit, annotation, current, first), Segment(words, style)]

    def _style(self, unit: ArticleUnit, annotation: Annotation, *, current: bool) -> str:
        """Return the name of the style of a unit's words."""
        if current:
            return "article--current"
        if unit.kind in {"title", "heading"}:
            return "article--heading"
        if not self.session.is_asked(unit) or annotation.label == NOT_A_SENTENCE:
            return "article--other"
        return "article--done" if annotation.decided else "article--text"

    def _gutter(
        self,
        unit: ArticleUnit,
        annotation: Annotation,
        current: bool,
        first: bool,
    ) -> list[Segment]:
        cursor = self.ink("article--cursor")
        if not first:
            bar = " ┃ " if current else "   "
            return [Segment(bar, cursor), Segment(" " * (_GUTTER - 3), self.ink())]
        segments = [Segment(" ▶ " if current else "   ", cursor)]
        mark, name = self.mark(unit, annotation)
        segments.append(Segment(mark, self.ink(name)))
        flag = "!" if annotation.flagged else " "
        segments.append(Segment(flag + " ", self.ink("article--flag")))
        return segments

    def mark(self, unit: ArticleUnit, annotation: Annotation) -> tuple[str, str]:
        """Return three cells that say what was decided, and the style of them."""
        if annotation.label is not None:
            for place, label in enumerate(self.session.scheme.every):
                if label.name == annotation.label:
                    sure = {3: "+", 2: "~", 1: "?"}.get(annotation.confidence or 0, " ")
                    is_none = label.name == NOT_A_SENTENCE
                    style = f"article--label-{'none' if is_none else place}"
                    return f"{label.glyph}{label.key}{sure}", style
        if annotation.skipped:
            return "–  ", "article--gutter"
        if unit.kind != BODY and not annotation.asked:
            return "   ", "article--gutter"
        return "·  ", "article--gutter"

    def face(self, unit: ArticleUnit) -> object:  # noqa: ARG002 - for views that show more
        """Return what the drawing of a unit depends on beside its annotation."""
        return None

    def _bar(self, y: int) -> Segment:
        """Return the cell of the scroll bar in line `y`."""
        style = self.ink("article--bar")
        article = self.session.article
        total = len(article.units) if article else 0
        if not self._rows or (self._rows[0].unit == 0 and self._rows[-1].unit >= total - 1):
            return Segment(" ", style)
        height = self.size.height
        low = self._rows[0].unit * height // total
        high = max(low + 1, (self._rows[-1].unit + 1) * height // total)
        return Segment("█" if low <= y < high else "│", style)

    # -- events ----------------------------------------------------------------------------

    def on_click(self, event: Click) -> None:
        """Let the reviewer stand on what they clicked."""
        if event.y < len(self._rows):
            self.post_message(self.Picked(self._rows[event.y].unit))

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        """Scroll with the wheel."""
        event.stop()
        self.scroll_by(3)

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        """Scroll with the wheel."""
        event.stop()
        self.scroll_by(-3)
