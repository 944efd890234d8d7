"""The screen of an adjudication: the article, the votes below it, the codebook beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar, Final

from textual.events import Resize
from textual.widget import Widget

from annotator.core.history import Annotation
from annotator.core.text import one_line
from annotator.session.adjudication import Adjudicator
from annotator.store.reading import ArticleUnit
from annotator.tui.article import ArticleView
from annotator.tui.base import SHORT_BELOW
from annotator.tui.dialogs import AskKey, AskText
from annotator.tui.keymap import Action
from annotator.tui.pages import end_of_adjudication
from annotator.tui.screen import ArticleScreen, in_error
from annotator.tui.votes import Heard, Votes, at, in_brief, ruling_in_words
from annotator.tui.widgets import Lines, Spans

_RULE_KEYS: Final = "0123456789abcdefghi"
_NO_RULE: Final = "x"
_RULE: Final = 62
"""Characters of a rule in the choice of reasons; the codebook has them in full."""
_NAME: Final = 12
"""Characters of a name in the line after the decision."""
_REMARKS: Final = 4
"""Notes of a thread that are seen while one adds to it."""


class DisputeView(ArticleView):
    """An article in which the sentences in dispute are marked, and those that were adjudicated."""

    session: Adjudicator

    def mark(self, unit: ArticleUnit, annotation: Annotation) -> tuple[str, str]:
        """Return three cells that say what was decided or is in dispute, and their style."""
        if annotation.label is None and self.session.is_disputed(unit):
            mark, style = "≠  ", "article--cursor"
        elif annotation.label is None:
            mark, style = "   ", "article--gutter"
        else:
            mark, style = super().mark(unit, annotation)
        return (mark[:2] + "…" if self.session.is_discussed(unit) else mark), style

    def face(self, unit: ArticleUnit) -> object:
        """Return what the drawing of a unit depends on beside its annotation."""
        return self.session.is_disputed(unit), self.session.is_discussed(unit)


class AdjudicationScreen(ArticleScreen):
    """Shows the votes on a sentence, and turns keys into decisions between them."""

    FOOTER: ClassVar[dict[str, str]] = {
        "unit": "none", "undo": "undo", "redo": "redo", "reason": "reason", "discuss": "discuss",
        "votes": "votes", "names": "names", "next": "next", "help": "help", "quit": "quit",
    }  # fmt: skip
    DROPS = ("redo", "next", "names", "unit", "votes", "undo", "reason", "discuss")

    session: Adjudicator

    def __init__(self, session: Adjudicator, actions: Sequence[Action]) -> None:
        super().__init__(session, actions)
        self._ended = False
        self._voters = session.most_votes

    def article_view(self) -> ArticleView:
        """Return the widget of the article."""
        return DisputeView(self.session, id="article")

    def below_article(self) -> Iterator[Widget]:
        """Yield the votes."""
        yield Lines(id="votes")

    def on_resize(self, event: Resize) -> None:
        """Use the room there is."""
        super().on_resize(event)
        self._show_votes()

    def _fit(self, width: int) -> None:
        super()._fit(width)
        # One height for all sentences: the article would jump from each to the next.
        each = 2 if self.has_class("narrow") else 1  # long notes are broken there
        height = self.app.size.height
        rows = min(each * self._voters + 2, height // 3)
        head, strip = (1, 2) if height < SHORT_BELOW else (2, 4 if self.has_class("narrow") else 3)
        self.styles.grid_rows = f"{head} 1fr {rows} {strip} 1"

    # -- what is shown ---------------------------------------------------------------------

    def _show(self, problem: str | None = None) -> None:
        super()._show(problem)
        self._show_votes()

    def _show_votes(self) -> None:
        panel = self.query_one("#votes", Lines)
        unit = self.session.unit
        said = self._heard(unit) if unit else None
        key = next(action.keys[0] for action in self.actions if action.name == "votes")
        panel.set(*(in_brief(said, self.session.scheme, panel.size, key) if said else []))

    def _heard(self, unit: ArticleUnit) -> Heard:
        session = self.session
        return Heard(
            session.text_of(unit), session.ballots(unit), session.rulings(unit),
            session.thread(unit), session.names_shown(unit),
        )  # fmt: skip

    def show_page(self) -> None:
        """Open the page of the end when nothing is left."""
        if self.session.finished and not self._ended:
            self.app.push_screen(end_of_adjudication(self.session), self.left_page)
        self._ended = self.session.finished

    def status(self) -> Spans:
        """Return the first line: who adjudicates, and how much of the list is decided."""
        listed, decided = self.session.progress
        parts = [
            f" annotator · {one_line(self.session.reviewer, 30)} · adjudication · ",
            f"{decided:,}/{listed:,}",
            f" {self.session.only}" if self.session.only != "undecided" else " decided",
            f" · saved {self._saved}" if self._saved else "",
        ]
        return [(text, "strong" if place == 1 else "") for place, text in enumerate(parts)]

    def after_the_decision(self) -> list[Spans]:
        """Return the lines of the strip: what went wrong, or the decision and the suggestion."""
        if self._problem is not None:
            return in_error(self._problem, self.size.width)
        unit = self.session.unit
        if unit is None:
            return []
        baseline = self._baseline
        if baseline is not None:
            which = "this" if unit.n == baseline.unit.n else "last"
            said = self._decision(baseline.unit)
            return [
                [(f" {which}: {said}", "strong"), (f" · {one_line(baseline.text, 250)}", "quiet")],
                *([(f" {line}", "")] for line in self.facts(baseline)),
            ]
        if rulings := self.session.rulings(unit):
            words = [ruling_in_words(one, self.session.scheme) for one in rulings]
            return [[(f" adjudicated: {'; '.join(words)}", "strong")]]
        return [[(self._blind(unit), "quiet")]]

    def _decision(self, unit: ArticleUnit) -> str:
        """Return what was decided of a sentence, and who had voted for what."""
        session, scheme = self.session, self.session.scheme
        said = [
            ruling_in_words(one, scheme, own=one.by == session.reviewer)
            for one in reversed(session.rulings(unit))
        ]
        keys = {label.name: label.key for label in scheme.every}
        voted = [
            f"{one_line(one.who, _NAME)} {keys.get(one.annotation.label, '?')}"
            for one in session.ballots(unit)
            if one.annotation.label is not None
        ]
        return f"{'; '.join(said)} ({', '.join(voted)})"

    def _blind(self, unit: ArticleUnit) -> str:
        key = next(action.keys[0] for action in self.actions if action.name == "names")
        if self.session.names_shown(unit):
            return " Blind: the suggestion is shown after the decision."
        return f" Blind: names and suggestion are shown after the decision ({key} shows names now)."

    # -- doing -----------------------------------------------------------------------------

    def action_label(self, name: str) -> None:
        """Decide what the current sentence is."""
        self._do(lambda: self.session.decide(name))

    def action_names(self) -> None:
        """Show who voted, before the decision."""
        self._do(self.session.show_names, decides=False)

    def action_previous(self) -> None:
        """Go to the sentence before in the list."""
        self._do(
            lambda: self.session.previous() or self._refuse("this is the beginning of the list"),
            decides=False,
        )

    # -- dialogs ---------------------------------------------------------------------------

    def action_reason(self) -> None:
        """Ask by which rule of the guideline the sentence was decided."""
        unit = self._decided()
        if unit is None:
            return
        rules = self.session.scheme.rules
        choices = [
            (key, f"{name} {one_line(words, _RULE)}")
            for key, (name, words) in zip(_RULE_KEYS, rules.items(), strict=False)
        ]

        def answered(key: str | None) -> None:
            if key is not None:
                name = None if key == _NO_RULE else list(rules)[_RULE_KEYS.index(key)]
                self._do(lambda: self.session.reason(name))

        self.app.push_screen(
            AskKey("Which rule decided?", self._about(), [*choices, (_NO_RULE, "say nothing")]),
            answered,
        )

    def action_note(self) -> None:
        """Ask for a note on the decision."""

        def answered(text: str | None) -> None:
            if text is not None:
                self._do(lambda: self.session.note(text))

        unit = self._decided()
        if unit is not None:
            said = self.session.decision(unit) or {}
            self.app.push_screen(AskText("Note", self._about(), said.get("note") or ""), answered)

    def _decided(self) -> ArticleUnit | None:
        """Return the sentence that was decided last; says so where there is none."""
        unit = self.session.subject if self.session.unit else None
        if unit is not None and self.session.decision(unit) is None:
            self._show("decide the sentence first: this goes with the decision")
            return None
        return unit

    def action_discuss(self) -> None:
        """Ask for a note to the thread of the current sentence."""

        def answered(text: str | None) -> None:
            if text is not None:
                self._do(lambda: self.session.discuss(text))

        unit = self.session.unit
        if unit is not None:
            about = [one_line(self.session.text_of(unit), 300)]
            about += [
                f"{one.by} {at(one.created_at)}: {one_line(one.text, 140)}"
                for one in self.session.thread(unit)[-_REMARKS:]
            ]
            self.app.push_screen(AskText("Discuss", "\n".join(about), ""), answered)

    def action_votes(self) -> None:
        """Show the votes and the talk in full."""
        if self.session.unit is not None:
            self.app.push_screen(Votes(self._heard(self.session.unit), self.session.scheme))
