"""What the screens over an article share: its layout, keys and footer, moving, saving, watching.

A review and an adjudication look alike and move alike. What they show of a sentence, and what a
label key does, is their own.
"""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.events import Resize
from textual.screen import Screen
from textual.widget import Widget

from annotator.core.errors import AnnotatorError, UsageProblem
from annotator.core.text import one_line, visible
from annotator.session import Baseline
from annotator.session.reader import Reader
from annotator.store import reading
from annotator.store.reading import PROBE
from annotator.tui.article import ArticleView
from annotator.tui.codebook import Codebook
from annotator.tui.dialogs import Help, Pick
from annotator.tui.keymap import Action, shown
from annotator.tui.layout import in_lines, wrap
from annotator.tui.typeahead import not_saved
from annotator.tui.widgets import Lines, Spans

CODEBOOK_FROM = 100
"""Columns from which the codebook stands beside the text; below, `?` shows it."""
WIDE_FROM = 120
"""Columns from which the codebook is wide enough to show all that a decision needs."""
_WATCH_SECONDS = 1.0
"""How often the screen looks for what other terminals did."""

_TIDY_AFTER = 100
"""Rows that are written (a label: about five) before the log is. SQLite would wait for twice that
many labels, and do it within one of them."""

_NOTHING = "there is nothing to {}"
_ALWAYS = frozenset({"help", "quit"})


class ArticleScreen(Screen[None]):
    """Shows where a reader stands, and turns keys into moves and decisions.

    `FOOTER` has the word of each action that the footer names; `DROPS` says what leaves it first
    where it is narrow: the labels, help and quit stay.
    """

    FOOTER: ClassVar[dict[str, str]] = {}
    DROPS: ClassVar[tuple[str, ...]] = ()

    def __init__(self, session: Reader, actions: Sequence[Action]) -> None:
        super().__init__()
        self.session = session
        self.actions = actions
        self._saved: str | None = None
        self._problem: str | None = None
        self._baseline: Baseline | None = None
        self._tidied = 0

    def compose(self) -> ComposeResult:
        """Build the screen."""
        # Before the first resize: a narrow terminal would show the codebook for a moment.
        self._fit(self.app.size.width)
        yield Lines(id="header")
        yield self.article_view()
        yield Codebook(self.session.scheme, id="codebook")
        yield from self.below_article()
        yield Lines(id="strip")
        yield Lines(id="footer")

    def article_view(self) -> ArticleView:
        """Return the widget of the article."""
        return ArticleView(self.session, id="article")

    def below_article(self) -> Iterator[Widget]:
        """Yield what stands between the article and the strip."""
        yield from ()

    def on_mount(self) -> None:
        """Show the first sentence, and begin to watch for others."""
        self._header, self._strip, self._footer = (
            self.query_one(f"#{name}", Lines) for name in ("header", "strip", "footer")
        )
        self._view = self.query_one(ArticleView)
        self.set_interval(_WATCH_SECONDS, self._watch)
        self._show()

    def on_resize(self, event: Resize) -> None:
        """Use the room there is."""
        self._fit(event.size.width)
        self._footer.set(self._keys())
        self._strip.set(*self.after_the_decision())

    def _fit(self, width: int) -> None:
        self.set_class(width < CODEBOOK_FROM, "narrow")
        self.set_class(width >= WIDE_FROM, "wide")

    # -- what is shown ---------------------------------------------------------------------

    @abstractmethod
    def status(self) -> Spans:
        """Return the first line: who is at work, and how far."""

    @abstractmethod
    def after_the_decision(self) -> list[Spans]:
        """Return the lines of the strip: what went wrong, or what may be seen now."""

    @abstractmethod
    def show_page(self) -> None:
        """Open a page where there is nothing to do, and close it in time."""

    def _show(self, problem: str | None = None) -> None:
        self._problem = problem
        self._baseline = None if problem else self.session.baseline()
        self._view.show()
        self._header.set(self.status(), self._title())
        self._strip.set(*self.after_the_decision())
        self._footer.set(self._keys())
        self.show_page()

    def _title(self) -> Spans:
        article = self.session.article
        if article is None:
            return []
        superseded = "" if article.current else " (an earlier version)"
        return [(f" {one_line(article.name)}{superseded}", "quiet")]

    def facts(self, baseline: Baseline) -> list[str]:
        """Return what is known of a decided sentence, in as many lines as there is room for."""
        suggestion = baseline.suggestion_in_words(self.session.scheme)
        origin = baseline.origin_in_words()
        width = self.size.width - 1
        # Where there is no codebook beside the text, the strip is a line higher.
        room = 3 if self.size.width < CODEBOOK_FROM else 2
        sentiments = (baseline.sentiment_in_words(), baseline.sentiment_in_figures())
        for sentiment in sentiments:
            if lines := in_lines([suggestion, sentiment, origin], width, room):
                return lines
        return [fact for fact in (suggestion, sentiments[-1], origin) if fact]

    def _keys(self) -> Spans:
        """Return the footer: as many of the keys as the width holds, the most needed ones."""
        most = 2 if self.size.width >= CODEBOOK_FROM else 1
        entries: dict[str, list[tuple[str, str]]] = {}
        for action in self.actions:
            if self.session.unit is None and action.name not in _ALWAYS:
                continue
            text = self.FOOTER.get(action.name, action.text if "label." in action.name else "")
            if text:
                keys = "/".join(map(shown, action.keys[: most if "label." in action.name else 1]))
                entries[action.name] = [(f" {keys}", "key"), (f" {text} ", "")]
        for name in self.DROPS:
            if _width(entries.values()) > self.size.width:
                entries.pop(name, None)
        # Many labels, or long names: each keeps one key, and as much of its name as fits.
        labels = {action.name: action for action in self.actions if action.name in entries
                  and "label." in action.name}  # fmt: skip
        longest = max((cell_len(action.text) for action in labels.values()), default=0)
        while longest >= 0 and _width(entries.values()) > self.size.width:
            for name, action in labels.items():
                # Without an ellipsis: of so short a name each letter tells.
                text = action.text
                while cell_len(text) > longest:
                    text = text[:-1]
                entries[name] = [(f" {shown(action.keys[0])}", "key"), (f" {text} ", "")]
            longest -= 1
        return [span for entry in entries.values() for span in entry]

    def left_page(self, answer: str | None) -> None:
        """Do what the key of a page said."""
        if answer == "quit":
            self.app.exit()
        elif answer == "undo":
            self.action_undo()
        elif answer == "help":
            self.app.push_screen(Help(self.actions, self.session.scheme), lambda _: self._show())

    # -- doing -----------------------------------------------------------------------------

    def _do(self, action: Callable[[], object], *, decides: bool = True) -> None:
        """Run something on the session, and show what came of it.

        A failure is shown, and the position has not moved: nothing is acknowledged that is not
        in the store.
        """
        try:
            self.session.touch()
            result = action()
        except UsageProblem as error:
            self._show(error.message)
        except AnnotatorError as error:
            self._show(not_saved(self.app, error))
        else:
            if decides and result is not False:
                self._saved = f"{datetime.now():%H:%M:%S}"
            self._show()

    def _watch(self) -> None:
        self._tidy()
        try:
            changed = self.session.refresh()
        except AnnotatorError as error:
            self._show(error.message)
        else:
            if changed:
                # A label that was not saved stays in sight until the next key.
                self._show(self._problem)

    def _tidy(self) -> None:
        """Have the log of the store written back in a thread: within a key it takes long."""
        store = self.session.store
        if store.db.total_changes - self._tidied >= _TIDY_AFTER:
            self._tidied = store.db.total_changes
            asyncio.get_running_loop().run_in_executor(None, store.write_back)

    def action_undo(self) -> None:
        """Take back the latest decision."""
        self._do(
            lambda: self.session.undo() is not None or self._refuse("there is nothing to undo")
        )

    def action_redo(self) -> None:
        """Bring back what was undone."""
        self._do(
            lambda: self.session.redo() is not None or self._refuse("there is nothing to redo")
        )

    def _refuse(self, why: str) -> bool:
        raise UsageProblem(why)

    def action_move(self, step: int) -> None:
        """Move to the neighbouring unit."""
        self._do(lambda: self.session.move(step), decides=False)

    def action_next(self) -> None:
        """Go to the next sentence that is to be decided."""
        self._do(
            lambda: self.session.next_unlabelled() or self._refuse(self.session.end_in_words()),
            decides=False,
        )

    def action_scroll(self, pages: int) -> None:
        """Scroll the article without moving."""
        self.session.touch()
        self._view.scroll_by(pages * max(1, self._view.size.height - 3))

    def on_article_view_picked(self, event: ArticleView.Picked) -> None:
        """Stand on what was clicked."""
        self._do(lambda: self.session.stand(event.unit), decides=False)

    # -- dialogs ---------------------------------------------------------------------------

    def _about(self) -> str:
        return one_line(self.session.text_anywhere(self.session.subject), 300)

    def action_help(self) -> None:
        """Show keys and codebook."""
        self.app.push_screen(Help(self.actions, self.session.scheme))

    def action_search(self) -> None:
        """Search the sentences of all articles."""

        def find(text: str) -> list[tuple[int, str]]:
            hits = reading.search(self.session.store, text)
            return [(hit.unit, f"{one_line(hit.name, 24):<25} {hit.text}") for hit in hits]

        def answered(unit: int | None) -> None:
            if unit is not None:
                self._do(lambda: self.session.go_to(unit), decides=False)

        self.app.push_screen(Pick("Search", "words that a sentence holds", find, PROBE), answered)

    def action_goto(self) -> None:
        """Choose an article, or a sentence by its id."""
        # Read once and narrowed as one types: there may be tens of thousands.
        places = reading.places(self.session.store, self.session.journal.reviewer_number)

        def find(text: str) -> list[tuple[int, str]]:
            unit = reading.find_unit(self.session.store, text) if len(text) >= 4 else None
            found = [(-unit, f"sentence {text}")] if unit else []
            return found + [
                (place.document, f"{place.labelled:>5}/{place.sentences:<5} {place.name}")
                for place in places
                if place.answers(text)
            ]

        def answered(number: int | None) -> None:
            if number is not None and number < 0:
                self._do(lambda: self.session.go_to(-number), decides=False)
            elif number is not None:
                self._do(lambda: self.session.go_to_document(number), decides=False)

        hint = "part of a title, or the id of a sentence or document"
        self.app.push_screen(Pick("Go to", hint, find), answered)

    def action_palette(self) -> None:
        """Open the command palette."""
        self.app.action_command_palette()

    def action_suspend(self) -> None:
        """Make way for the shell."""
        self.app.action_suspend_process()

    def action_quit(self) -> None:
        """Leave; everything is saved."""
        self.app.exit()


def in_error(problem: str, width: int) -> list[Spans]:
    """Return what went wrong in lines, so that what to do about it is not cut off."""
    shown = visible(problem)
    return [[(f" {shown[start:end]}", "error")] for start, end in wrap(shown, max(width - 2, 10))]


def _width(entries: Iterable[Sequence[tuple[str, str]]]) -> int:
    return sum(cell_len(text) for entry in entries for text, _ in entry)


def bound(screen: type[ArticleScreen], actions: Sequence[Action]) -> type[ArticleScreen]:
    """Return a screen with the bindings of `actions`."""
    bindings: list[BindingType] = [
        Binding(",".join(action.keys), action.call, action.text, id=action.name, show=False)
        for action in actions
    ]
    return type(f"Bound{screen.__name__}", (screen,), {"BINDINGS": bindings})
