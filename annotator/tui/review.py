"""The review screen: the article, the codebook beside it, the baseline after a decision."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from annotator.core.errors import UsageProblem
from annotator.core.history import CONFIDENCE
from annotator.core.text import one_line
from annotator.session import Session
from annotator.store.consistency import contradictions
from annotator.tui.dialogs import AskKey, AskText, Page, Pick
from annotator.tui.keymap import Action
from annotator.tui.pages import beginning, end
from annotator.tui.screen import ArticleScreen, in_error
from annotator.tui.why import Why
from annotator.tui.widgets import Spans

if TYPE_CHECKING:
    from annotator.core.history import Annotation

_SURE = (*((str(value), word) for value, word in CONFIDENCE.items()), ("0", "say nothing"))


class ReviewScreen(ArticleScreen):
    """Shows a session, and turns keys into its decisions."""

    FOOTER: ClassVar[dict[str, str]] = {
        "skip": "skip", "undo": "undo", "redo": "redo", "note": "note", "why": "why",
        "next": "next", "search": "search", "goto": "go to", "help": "help", "quit": "quit",
    }  # fmt: skip
    DROPS = ("redo", "goto", "note", "next", "search", "why", "undo", "skip")

    session: Session

    def __init__(self, session: Session, actions: Sequence[Action]) -> None:
        super().__init__(session, actions)
        self._ended = False
        self._own: list[str] | None = None
        self._empty: Page | None = None

    # -- what is shown ---------------------------------------------------------------------

    def show_page(self) -> None:
        """Open a page where there is nothing to do, and close that of an empty project in time."""
        if self.session.unit is None:
            if self._empty is None:
                self._empty = beginning(self.session)
                self.app.push_screen(self._empty, self.left_page)
        elif self._empty is not None and self.app.screen is self._empty:
            self._empty.dismiss(None)
        if self.session.finished and not self._ended:
            self.app.push_screen(end(self.session), self.left_page)
        self._ended = self.session.finished

    def left_page(self, answer: str | None) -> None:
        """Do what the key of a page said."""
        self._empty = None
        super().left_page(answer)

    def status(self) -> Spans:
        """Return the first line: who reviews, how far they are, and how fast."""
        session = self.session
        skipped = session.skipped
        here, done = session.asked_here()
        pace = session.pace()
        parts = [
            f" annotator · {one_line(session.reviewer, 30)} · ",
            session.progress_in_words(),
            f" · {here - done:,} left in this article" if here else "",
            f" · {skipped:,} skipped" if skipped else "",
            f" · {pace:.0f}/h" if pace else "",
            f" · saved {self._saved}" if self._saved else "",
        ]
        return [(text, "strong" if place == 1 else "") for place, text in enumerate(parts)]

    def after_the_decision(self) -> list[Spans]:
        """Return the lines of the strip: what went wrong, or the decision and the baseline."""
        if self._problem is not None:
            return in_error(self._problem, self.size.width)
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
            *([(f" {line}", "")] for line in self.facts(baseline)),
        ]

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

    # -- doing -----------------------------------------------------------------------------

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

    def action_reveal(self) -> None:
        """Show the baseline before the decision."""
        self._do(self.session.reveal_current, decides=False)

    # -- dialogs ---------------------------------------------------------------------------

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
            annotation = self.session.said_of(self.session.subject.n)
            self.app.push_screen(AskText("Note", self._about(), annotation.note or ""), answered)

    def action_tags(self) -> None:
        """Ask for tags."""

        def answered(text: str | None) -> None:
            if text is not None:
                self._do(lambda: self.session.tags(text.split()))

        if self.session.unit is not None:
            annotation = self.session.said_of(self.session.subject.n)
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

    def action_claim(self) -> None:
        """Link the sentence to a claim."""
        session = self.session
        if session.unit is None:
            return
        from annotator.core.history import CLAIM
        from annotator.tui.linking import link

        subject = session.subject
        link(
            self.app,
            session,
            self._about(),
            lambda said: self._do(lambda: session.beside(subject, CLAIM, dict(said))),
        )

    def action_own(self) -> None:
        """Show the reviewer's own figures."""

        def show() -> None:
            from annotator.project.own import in_words, own_figures
            from annotator.tui.own import Own

            session = self.session
            if not session.journal.reviewer_number:
                raise UsageProblem("there are no labels of yours yet")
            if self._own is None or not session.is_checked:
                figures = own_figures(
                    session.store, session.reviewer, session.scheme, hide_names=session.hide_names
                )
                self._own = in_words(figures, session.scheme)
                if session.is_checked:
                    # Seen before and after a label, they would tell what was asked again.
                    self._own.append(f"(as of {datetime.now():%H:%M}, until the next start)")
            self.app.push_screen(Own(self._own))

        self._do(show, decides=False)

    def action_inconsistent(self) -> None:
        """List the reviewer's own contradictions, and go to the sentence that was chosen."""
        session = self.session
        if not session.journal.reviewer_number:
            self._do(lambda: self._refuse("there are no labels of yours yet"), decides=False)
            return
        rows = [
            (
                one.unit,
                f"{'' if place else number:>3} {session.scheme.named(one.label)}  {one.text}",
            )
            for number, group in enumerate(contradictions(session.store, session.reviewer), 1)
            for place, one in enumerate(group)
        ]

        def find(text: str) -> list[tuple[int, str]]:
            return [row for row in rows if text.casefold() in row[1].casefold()]

        def answered(unit: int | None) -> None:
            if unit is not None:
                self._do(lambda: session.go_to(unit), decides=False)

        title = "Nearly the same, and labelled apart"
        self.app.push_screen(Pick(title, "words that a sentence holds", find), answered)

    def action_agreement(self) -> None:
        """Show how far reviewers agree, and go to the sentence that was chosen there."""
        from annotator.project.agreement import Choice
        from annotator.tui.agreement import AgreementScreen

        def answered(unit: int | None) -> None:
            if unit is not None:
                self._do(lambda: self.session.go_to(unit), decides=False)

        session = self.session
        screen = AgreementScreen(session.store, Choice(), session.scheme, blind=session.reviewer)
        self.app.push_screen(screen, answered)
