"""Linking a sentence to a claim: which one, by a few letters of it, and with which stance."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from textual.app import App
from textual.fuzzy import Matcher

from annotator.claims.stance import STANCES
from annotator.core.text import counted, one_line
from annotator.project import claims
from annotator.project.claims import Candidate
from annotator.session import Session
from annotator.store import reading
from annotator.tui.dialogs import AskKey, Pick

_PROPOSED = "enter"


def link(
    app: App[int], session: Session, about: str, done: Callable[[Mapping[str, object]], None]
) -> None:
    """Ask to which claim the session's subject belongs and how it states it.

    `about` says in a line which sentence it is. `done` is given what the event is to say; it is
    not called where the questions are left.
    """
    unit = session.subject
    text = session.text_anywhere(unit)
    language = reading.article(session.store, reading.document_of(session.store, unit.n)).language
    there = claims.candidates(claims.bare(session.store), text, language)
    finder = _Finder(there)
    label = session.said_of(unit.n).label
    proposed = claims.proposed_stance(label, text, language)

    def chosen(place: int | None) -> None:
        if place is not None:
            statement = finder.statement(place)
            stances = enumerate(STANCES.items(), 1)
            choices = [
                (_PROPOSED, f"{proposed} (proposed)"),
                *((str(number), f"{name}: {words}") for number, (name, words) in stances),
            ]
            app.push_screen(
                AskKey(one_line(statement, 70), about, choices),
                lambda key: stated(statement, key),
            )

    def stated(statement: str, key: str | None) -> None:
        if key is not None:
            stance = proposed if key == _PROPOSED else list(STANCES)[int(key) - 1]
            done(claims.link_payload(statement, stance))

    hint = "words of a claim, or a new statement"
    app.push_screen(Pick("Claim", hint, finder.find, enter="enter links to it"), chosen)


class _Finder:
    """The claims that what was typed may mean, and last what was typed as a new one."""

    def __init__(self, there: Sequence[Candidate]) -> None:
        self._there = there
        self._typed = ""

    def find(self, typed: str) -> list[tuple[int, str]]:
        """Return the lines of the list with their numbers."""
        self._typed = " ".join(typed.split())
        if not self._typed:
            return [(place, self._line(place)) for place in range(len(self._there))]
        match = Matcher(self._typed).match
        scored = [
            (score, -place)
            for place, one in enumerate(self._there)
            if (score := match(one.claim.statement)) > 0
        ]
        found = [(-place, self._line(-place)) for _, place in sorted(scored, reverse=True)]
        if any(one.claim.statement == self._typed for one in self._there):
            return found
        return [*found, (len(self._there), f"new: {self._typed}")]

    def _line(self, place: int) -> str:
        one = self._there[place]
        like = f" · {one.reason}" if one.likeness else ""
        return f"{one.claim.statement} · {counted(len(one.claim.stated), 'sentence')}{like}"

    def statement(self, place: int) -> str:
        """Return the statement of a line. Raises UsageProblem for a new one that cannot be."""
        if place < len(self._there):
            return self._there[place].claim.statement
        return claims.statement_of(self._typed)
