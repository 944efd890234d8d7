"""The review screen: the article, the codebook beside it, the baseline after a decision."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.events import Resize
from textual.screen import Screen

from annotator.core.errors import AnnotatorError, UsageProblem
from annotator.core.history import CONFIDENCE
from annotator.core.text import one_line
from annotator.session import Baseline, Session
from annotator.store import reading
from annotator.store.reading import PROBE
from annotator.tui.article import ArticleView
from annotator.tui.codebook import Codebook
from annotator.tui.dialogs import AskKey, AskText, Help, Page, Pick
from annotator.tui.keymap import Action, shown
from annotator.tui.layout import in_lines
from annotator.tui.pages import beginning, end
from annotator.tui.why import Why
from annotator.tui.widgets import Lines, Spans

if TYPE_CHECKING:
    from annotator.core.history import Annotation

_CODEBOOK_FROM = 100
"""Columns from which the codebook stands beside the text; below, `?` shows it."""
_WIDE_FROM = 120
"""Columns from which the codebook is wide enough to show all that a decision needs."""
_WATCH_SECONDS = 1.0
"""How often the screen looks for what other terminals did."""

_TIDY_AFTER = 100
"""Rows that are written (a label: about five) before the log is. SQLite would wait for twice that
many labels, and do it within one of them."""

_FOOTER = {"skip": "skip", "undo": "undo", "redo": "redo", "note": "note", "why": "why",
           "next": "next", "search": "search", "goto": "go to", "help": "help",
           "quit": "quit"}  # fmt: skip
_FOOTER_DROPS = ("redo", "goto", "note", "next", "search", "why", "undo", "skip")
"""What leaves the footer first where it is narrow; the labels, help and quit stay."""

_ALWAYS = frozenset({"help", "quit"})

_SURE = (*((str(value), word) for value, word in CONFIDENCE.items()), ("0", "say nothing"))


class ReviewScreen(Screen[None]):
    """Shows a session, and turns keys into its decisions."""

    def __init__(self, session: Session, actions: Sequence[Action]) -> None:
        super().__init__()
        self.session = session
        self.actions = actions
        self._saved: str | None = None
        self._problem: str | None = None
        self._baseline: Baseline | None = None
        self._ended = False
        self._tidied = 0
        self._empty: Page | None = None

    def compose(self) -> ComposeResult:
        """Build the screen."""
        # Before the first resize: a narrow terminal would show the codebook for a moment.
        self._fit(self.app.size.width)
        yield Lines(id="header")
        yield ArticleView(self.session, id="article")
        yield Codebook(self.session.scheme, id="codebook")
        yield Lines(id="strip")
        yield Lines(id="footer")

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
        self._strip.set(*self._after_the_decision())

    def _fit(self, width: int) -> None:
        self.set_class(width < _CODEBOOK_FROM, "narrow")
        self.set_class(width >= _WIDE_FROM, "wide")

    # -- what is shown ---------------------------------------------------------------------

    def _show(self, problem: str | None = None) -> None:
        self._problem = problem
        self._baseline = None if problem else self.session.baseline()
        self._view.show()
        self._header.set(self._status(), self._title())
        self._strip.set(*self._after_the_decision())
        self._footer.set(self._keys())
        self._show_page()

    def _show_page(self) -> None:
        """Open a page where there is nothing to do, and close that of an empty project in time."""
        if self.session.unit is None:
            if self._empty is None:
                self._empty = beginning(self.session)
                self.app.push_screen(self._empty, self._left_page)
        elif self._empty is not None and self.app.screen is self._empty:
            self._empty.dismiss(None)
        if self.session.finished and not self._ended:
            self.app.push_screen(end(self.session), self._left_page)
        self._ended = self.session.finished

    def _status(self) -> Spans:
        session = self.session
        asked, labelled, skipped = session.counts
        here, done = session.asked_here()
        pace = session.pace()
        parts = [
            f" annotator · {one_line(session.reviewer, 30)} · ",
            f"{labelled:,}/{asked:,}",
            f" · {here - done:,} left in this article" if here else "",
            f" · {skipped:,} skipped" if skipped else "",
            f" · {pace:.0f}/h" if pace else "",
            f" · saved {self._saved}" if self._saved else "",
        ]
        return [(text, "strong" if place == 1 else "") for place, text in enumerate(parts)]

    def _title(self) -> Spans:
        article = self.session.article
        if article is None:
            return []
        superseded = "" if article.current else " (an earlier version)"
        return [(f" {one_line(article.name)}{superseded}", "quiet")]

    def _after_the_decision(self) -> list[Spans]:
        if self._problem is not None:
            return [[(f" {self._problem}", "error")]]
        if self.session.unit is None:
            return []
        baseline = self._baseline
        if baseline is None:
            reveal = next(a.keys[0] for a in self.actions if a.name == "reveal")
            note = f" Blind: the baseline is shown after the decision ({reveal} shows it now)."
            return [[(note if self.session.reveal != "never" else "", "quiet")]]
        unit = self.session.unit
        which = "this" if unit is not None and unit.n == baseline.unit.n else "last"
        first = f" {which}: {self._decision(baseline.annotation)}"
        return [
            [(first, "strong"), (f" · {one_line(baseline.text, 250)}", "quiet")],
            *([(f" {line}", "")] for line in self._facts(baseline)),
        ]

    def _facts(self, baseline: Baseline) -> list[str]:
        suggestion = baseline.suggestion_in_words(self.session.scheme)
        origin = baseline.origin_in_words()
        width = self.size.width - 1
        # Where there is no codebook beside the text, the strip is a line higher.
        room = 3 if self.size.width < _CODEBOOK_FROM else 2
        sentiments = (baseline.sentiment_in_words(), baseline.sentiment_in_figures())
        for sentiment in sentiments:
            if lines := in_lines([suggestion, sentiment, origin], width, room):
                return lines
        return [fact for fact in (suggestion, sentiments[-1], origin) if fact]

    def _decision(self, annotation: Annotation) -> str:
        parts = ["not decided"]
        if annotation.label is not None:
            parts = [self.session.scheme.named(annotation.label)]
        elif annotation.skipped:
            parts = ["skipped"]
        if annotation.confidence:
            parts.append(CONFIDENCE[annotation.confidence])
        if annotation.flagged:
            parts.append("flagged")
        parts += [f"#{tag}" for tag in annotation.tags]
        if annotation.note:
            parts.append(f"note: {one_line(annotation.note, 40)}")
        return " ".join(parts)

    def _keys(self) -> Spans:
        """Return the footer: as many of the keys as the width holds, the most needed ones."""
        most = 2 if self.size.width >= _CODEBOOK_FROM else 1
        entries: dict[str, list[tuple[str, str]]] = {}
        for action in self.actions:
            if self.session.unit is None and action.name not in _ALWAYS:
                continue
            text = _FOOTER.get(action.name, action.text if "label." in action.name else "")
            if text:
                keys = "/".join(map(shown, action.keys[: most if "label." in action.name else 1]))
                entries[action.name] = [(f" {keys}", "key"), (f" {text} ", "")]
        for name in _FOOTER_DROPS:
            if sum(len(text) for entry in entries.values() for text, _ in entry) > self.size.width:
                entries.pop(name, None)
        return [span for entry in entries.values() for span in entry]

    def _left_page(self, answer: str | None) -> None:
        self._empty = None
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
            self.app.bell()
            self._show(f"NOT SAVED: {error.message}. {error.hint or ''}")
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

    def action_label(self, name: str) -> None:
        """Label the current sentence."""
        self._do(lambda: self.session.label(name))

    def action_unit(self) -> None:
        """Say that this is no sentence, or is one."""
        self._do(self.session.toggle_unit)

    def action_skip(self) -> None:
        """Skip the current sentence."""
        self._do(self.session.skip)

    def action_flag(self) -> None:
        """Flag the current unit."""
        self._do(self.session.toggle_flag)

    def action_undo(self) -> None:
        """Take back the latest decision."""
        self._do(lambda: self.session.undo() is not None or self._nothing("undo"))

    def action_redo(self) -> None:
        """Bring back what was undone."""
        self._do(lambda: self.session.redo() is not None or self._nothing("redo"))

    def _nothing(self, what: str) -> bool:
        raise UsageProblem(f"there is nothing to {what}")

    def action_move(self, step: int) -> None:
        """Move to the neighbouring unit."""
        self._do(lambda: self.session.move(step), decides=False)

    def action_next(self) -> None:
        """Go to the next unlabelled sentence."""
        self._do(
            lambda: self.session.next_unlabelled() or self._refuse(self.session.end_in_words()),
            decides=False,
        )

    def _refuse(self, why: str) -> bool:
        raise UsageProblem(why)

    def action_scroll(self, pages: int) -> None:
        """Scroll the article without moving."""
        self.session.touch()
        self._view.scroll_by(pages * max(1, self._view.size.height - 3))

    def action_reveal(self) -> None:
        """Show the baseline before the decision."""
        self._do(self.session.reveal_current, decides=False)

    def on_article_view_picked(self, event: ArticleView.Picked) -> None:
        """Stand on what was clicked."""
        self._do(lambda: self.session.stand(event.unit), decides=False)

    # -- dialogs ---------------------------------------------------------------------------

    def _about(self) -> str:
        return one_line(self.session.text_anywhere(self.session.subject), 300)

    def action_confidence(self) -> None:
        """Ask how sure the label is."""

        def answered(key: str | None) -> None:
            if key is not None:
                self._do(lambda: self.session.confidence(int(key) or None))

        if self.session.unit is not None:
            self.app.push_screen(AskKey("How sure?", self._about(), _SURE), answered)

    def action_note(self) -> None:
        """Ask for a note."""

        def answered(text: str | None) -> None:
            if text is not None:
                self._do(lambda: self.session.note(text))

        if self.session.unit is not None:
            annotation = self.session.journal.annotation(self.session.subject.n)
            self.app.push_screen(AskText("Note", self._about(), annotation.note or ""), answered)

    def action_tags(self) -> None:
        """Ask for tags."""

        def answered(text: str | None) -> None:
            if text is not None:
                self._do(lambda: self.session.tags(text.split()))

        if self.session.unit is not None:
            annotation = self.session.journal.annotation(self.session.subject.n)
            suggested = "for example: " + " ".join(self.session.scheme.suggested_tags)
            self.app.push_screen(
                AskText("Tags", self._about(), " ".join(annotation.tags), suggested), answered
            )

    def action_why(self) -> None:
        """Show the reasons of the suggestion, where they may be seen."""

        def explain() -> None:
            seen = self.session.explained()

            def toggle(place: int) -> None:
                self.session.touch()
                self.session.toggle_wrong(seen, place)
                self._saved = f"{datetime.now():%H:%M:%S}"

            page = Why(seen, self.session.scheme, lambda: self.session.wrong(seen), toggle)
            self.app.push_screen(page, lambda _: self._show())

        self._do(explain, decides=False)

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

    def action_quit(self) -> None:
        """Leave; everything is saved."""
        self.app.exit()


def screen_for(actions: Sequence[Action]) -> type[ReviewScreen]:
    """Return the review screen with the bindings of `actions`."""
    bindings: list[BindingType] = [
        Binding(",".join(action.keys), action.call, action.text, id=action.name, show=False)
        for action in actions
    ]
    return type("BoundReviewScreen", (ReviewScreen,), {"BINDINGS": bindings})
