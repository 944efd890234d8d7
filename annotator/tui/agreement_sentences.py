"""The sentences of a cell of a table, and one of them in its article, to be read only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final, NamedTuple

import numpy as np
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from annotator.core.history import EMPTY, Annotation
from annotator.core.scheme import Scheme
from annotator.core.text import one_line, visible
from annotator.project.compared import Compared
from annotator.store import Store, reading
from annotator.store.ratings import labelled_by, said_of, words
from annotator.store.reading import Article, ArticleUnit, name_of
from annotator.tui.article import ArticleView
from annotator.tui.dialogs import safe
from annotator.tui.layout import in_lines, wrap
from annotator.tui.widgets import Lines, PickList, Spans

_WHOLE: Final = 250
"""Code points of the sentence under the cursor that are shown below the list."""
_STRIP: Final = 4
"""Lines that say who gave a sentence which label."""


class Cell(NamedTuple):
    """The two sides of a cell: who, and the label that was given."""

    one: tuple[str, str]
    other: tuple[str, str]

    def in_words(self) -> str:
        """Return the cell as a title."""
        (who, label), (other, another) = self
        return f"{who}: {label} · {other}: {another}"


class SentencesOfCell(ModalScreen[int | None]):
    """Lists the sentences of a cell. Gives back the chosen one, or None.

    For a reviewer at work those that are not decided yet are left out, and counted: who said what
    of them would lead the decision.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+c,q", "dismiss(None)", "back"),
        Binding("j,down", "move(1)", "down"),
        Binding("k,up", "move(-1)", "up"),
        Binding("space,pagedown", "move(10)", "page down"),
        Binding("pageup", "move(-10)", "page up"),
        Binding("enter", "open", "open"),
    ]

    def __init__(
        self, store: Store, compared: Compared, scheme: Scheme, cell: Cell, blind: str | None
    ) -> None:
        super().__init__()
        self._store, self._compared, self._scheme = store, compared, scheme
        self._cell, self._blind = cell, blind
        found = compared.cell(cell.one, cell.other)
        self._units: Sequence[int] = found
        if blind is not None:
            decided = np.isin(found, labelled_by(store, blind))
            self._units = [unit for unit, told in zip(found, decided, strict=True) if told]
        self._hidden = len(found) - len(self._units)

    def compose(self) -> ComposeResult:
        """Build the list."""
        with Vertical(classes="dialog wide tall"):
            yield Static(safe(self._cell.in_words()), classes="dialog--title")
            yield PickList()
            yield Static(safe(""), classes="quiet", id="whole")
            yield Static(safe(self._hint()), classes="quiet")

    def _hint(self) -> str:
        count = len(self._units)
        said = f"{count:,} sentence{'s' * (count != 1)}"
        if self._hidden:
            said += (
                f" · {self._hidden:,} left out: you have not labelled them yet, and what others"
                " said would lead you"
            )
        goes = "enter shows one in its article" if self._blind is None else "enter goes to one"
        return f"{said}\n{goes}, escape goes back"

    def on_mount(self) -> None:
        """Show the first sentences; the others are read when they come into sight."""
        self.query_one(PickList).fill(len(self._units), self._row)
        self._show_whole()

    def _show_whole(self) -> None:
        row = self.query_one(PickList).cursor
        text = words(self._store, self._units[row]) if row < len(self._units) else ""
        self.query_one("#whole", Static).update(safe(one_line(text, _WHOLE)))

    def _row(self, row: int) -> str:
        unit = self._units[row]
        about = self._compared.about(unit)
        name = one_line(name_of(about.title, about.id), 20)
        return f"{name:<21} {one_line(words(self._store, unit), 400)}"

    def action_move(self, step: int) -> None:
        """Move in the list."""
        self.query_one(PickList).move(step)
        self._show_whole()

    def action_open(self) -> None:
        """Give the sentence back to the review, or show it here."""
        self._choose(self.query_one(PickList).cursor)

    def on_pick_list_chosen(self, event: PickList.Chosen) -> None:
        """Open the sentence that was clicked."""
        self._choose(event.row)

    def _choose(self, row: int) -> None:
        if row >= len(self._units):
            return
        if self._blind is not None:
            self.dismiss(self._units[row])
        else:
            self.app.push_screen(InArticle(self._store, self._scheme, self._units[row]))


class _Standing:
    """A place in an article, with nobody's labels beside it: what an article view shows."""

    def __init__(self, store: Store, scheme: Scheme, unit: int) -> None:
        self.scheme = scheme
        self.article: Article | None = reading.article(store, reading.document_of(store, unit))
        self.index = unit - self.article.units[0].n

    def annotation_of(self, unit: ArticleUnit) -> Annotation:  # noqa: ARG002 - a view asks so
        return EMPTY

    def is_asked(self, unit: ArticleUnit) -> bool:
        return unit.asked


class InArticle(Screen[None]):
    """Shows a sentence in its article, and below it what each reviewer said of it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+c,q,enter", "dismiss(None)", "back"),
        Binding("j,down", "move(1)", "next line of the article"),
        Binding("k,up", "move(-1)", "line before"),
        Binding("space,pagedown", "scroll(1)", "scroll down"),
        Binding("pageup", "scroll(-1)", "scroll up"),
    ]

    def __init__(self, store: Store, scheme: Scheme, unit: int) -> None:
        super().__init__()
        self._store, self._scheme = store, scheme
        self._standing = _Standing(store, scheme, unit)

    def compose(self) -> ComposeResult:
        """Build the screen."""
        yield Lines(id="header")
        yield ArticleView(self._standing, id="article")
        yield Lines(id="strip")
        yield Lines(id="footer")

    def on_mount(self) -> None:
        """Show the sentence."""
        article = self._standing.article
        title = one_line(article.name) if article else ""
        self.query_one("#header", Lines).set(
            [(" annotator · agreement · to be read only", "strong")], [(f" {title}", "quiet")]
        )
        self.query_one("#footer", Lines).set(
            [(" j k", "key"), (" move ", ""), (" escape", "key"), (" back", "")]
        )
        self._show()

    def on_resize(self) -> None:
        """Use the room there is."""
        self._show()

    def _show(self) -> None:
        self.query_one(ArticleView).show()
        self.query_one("#strip", Lines).set(*self._said())

    def _said(self) -> list[Spans]:
        article = self._standing.article
        if article is None:
            return []
        unit = article.units[self._standing.index]
        said = [
            f"{one.who}{' (adjudicated)' * one.adjudicated}: {self._scheme.named(one.label)}"
            + (f" “{one_line(one.note, 60)}”" if one.note else "")
            for one in said_of(self._store, unit.n)
        ]
        facts = [unit.id, *(said or ["nobody has labelled it"])]
        width = self.size.width - 1
        lines = in_lines(facts, width, _STRIP)
        if lines is None:
            text = visible(" · ".join(facts))
            lines = [text[start:end] for start, end in wrap(text, width)]
            if len(lines) > _STRIP:
                lines = [*lines[: _STRIP - 1], f"{lines[_STRIP - 1]} …"]
        return [[(f" {line}", "")] for line in lines]

    def action_move(self, step: int) -> None:
        """Stand on the next line of the article."""
        article = self._standing.article
        last = len(article.units) - 1 if article else 0
        self._standing.index = max(0, min(self._standing.index + step, last))
        self._show()

    def action_scroll(self, pages: int) -> None:
        """Scroll the article without moving."""
        view = self.query_one(ArticleView)
        view.scroll_by(pages * max(1, view.size.height - 3))
