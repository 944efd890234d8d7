"""The state of an adjudication: which sentence is next, what is seen of it, what was decided.

A decision is in the store when the method that makes it returns, and the position moves only then.
Names are hidden until the adjudicator has decided, if wished; the suggestion always is.
"""

from __future__ import annotations

import hashlib
import time
from array import array
from collections.abc import Callable, Mapping, Sequence
from string import ascii_uppercase
from typing import Any, NamedTuple

from annotator import __version__
from annotator.core.errors import UsageProblem
from annotator.core.history import (
    ADJUDICATE,
    ADJUDICATION,
    DISCUSS,
    NOT_A_SENTENCE,
    Annotation,
)
from annotator.core.model import Adjudication
from annotator.core.scheme import Scheme
from annotator.core.text import storable
from annotator.session.given import MOST_NOTE
from annotator.session.reader import Reader
from annotator.session.shown import Baseline
from annotator.session.sight import Sight
from annotator.store import Store, adjudicating, reading
from annotator.store.adjudicating import Overview, Remark, Vote
from annotator.store.journal import Journal, Step


class Ballot(NamedTuple):
    """A vote as it is shown: by a name, or by a letter while names are hidden."""

    who: str
    annotation: Annotation


class Progress(NamedTuple):
    """How many sentences are on the list, and how many of them are decided."""

    listed: int
    decided: int


class Adjudicator(Reader):
    """The state of an adjudication. `only` is one of `store.adjudicating.ONLY`.

    `most_votes` are on one sentence of the list, at most when it began.
    `hide_names`: reviewers are letters until the decision. `via` says how decisions are given
    (screen, command) and is stored with them, and so are the seconds they took where it is `timed`.
    """

    def __init__(
        self,
        store: Store,
        reviewer: str,
        scheme: Scheme,
        *,
        only: str = "undecided",
        hide_names: bool = True,
        via: str = "screen",
        timed: bool = True,
        analyzers: Mapping[str, str] | None = None,
        now: Callable[[], float] = time.monotonic,
        journal: Journal | None = None,
    ) -> None:
        super().__init__(journal or Journal(store, reviewer), scheme, now)
        self.only = only
        self.hide_names = hide_names
        self._via, self._timed = via, timed
        self._sight = Sight(self.journal, "after", analyzers or {})
        self._votes: dict[int, list[Vote]] = {}
        self._adjudications: dict[int, list[Adjudication]] = {}
        self._named: set[int] = set()
        self._version = store.version_of_data
        self._list()
        self._serve(self._first())

    # -- what is listed --------------------------------------------------------------------

    @property
    def progress(self) -> Progress:
        """Return how far the list is done."""
        return Progress(len(self._order), self._decided)

    @property
    def order(self) -> Sequence[int]:
        """Return the rows of the list: the highest entropy first, then as they stand."""
        return self._order

    def entropy_of(self, unit: int) -> float:
        """Return the entropy in bits of the votes on a sentence of the list."""
        return self._entropy[self._place_of[unit]]

    def overview(self) -> Overview:
        """Return how things stand in the whole store."""
        return adjudicating.overview(self.store)

    def is_settled(self, unit: int) -> bool:
        """Return whether nothing is left to do here: this adjudicator decided, or others did."""
        return unit in self._mine or self._settled.get(unit) is not None

    def is_disputed(self, unit: reading.ArticleUnit) -> bool:
        """Return whether the votes on a unit of the current article differ."""
        return len({one.annotation.label for one in self._given(unit)}) > 1

    def is_discussed(self, unit: reading.ArticleUnit) -> bool:
        """Return whether a unit is on the list of those to talk about."""
        return unit.n in self._talked

    def marks(self, first: int, last: int) -> dict[int, Annotation]:
        """Return the adjudicated labels, and which units are flagged by anybody."""
        self._votes = adjudicating.votes(self.store, first, last)
        self._adjudications = adjudicating.adjudications(self.store, first, last)
        units = self._votes.keys() | self._adjudications.keys()
        return {unit: self._mark(unit) for unit in units}

    def _mark(self, unit: int) -> Annotation:
        given = [one.annotation for one in self._votes.get(unit, ())]
        rulings = self._adjudications.get(unit, ())
        own = [one for one in rulings if one.by == self.reviewer]
        return Annotation(
            label=(own or rulings)[-1].label if rulings else None,
            flagged=any(one.flagged for one in given),
            asked=any(one.label is not None for one in given),
        )

    def is_waiting(self, unit: reading.ArticleUnit) -> bool:
        """Return whether a unit of the current article is disputed and not settled."""
        return self.is_disputed(unit) and not self.is_settled(unit.n)

    def end_in_words(self) -> str:
        """Return what there is to say when nothing is left to decide."""
        if self.only == "undecided":
            return "every disagreement is adjudicated"
        return f"this is the end of the list ({self.only})"

    # -- what is seen ----------------------------------------------------------------------

    def ballots(self, unit: reading.ArticleUnit) -> list[Ballot]:
        """Return the votes on a unit, side by side, and who passed it over, here or elsewhere.

        By label, and within one in an order that tells nothing of who it was.
        """
        places = {label.name: place for place, label in enumerate(self.scheme.every)}

        def order(vote: Vote) -> tuple[int, str]:
            label = vote.annotation.label
            place = len(places) + (label is None) if label not in places else places[label]
            mixed = hashlib.sha256(f"{unit.id} {vote.reviewer}".encode("utf-8", "surrogatepass"))
            return place, mixed.hexdigest()

        votes = sorted(self._votes_on(unit), key=order)
        named = self.names_shown(unit)
        return [
            Ballot(vote.reviewer if named else _letters(place), vote.annotation)
            for place, vote in enumerate(votes)
        ]

    def names_shown(self, unit: reading.ArticleUnit) -> bool:
        """Return whether the names of those who voted may be seen now."""
        return not self.hide_names or unit.n in self._named or unit.n in self._mine

    def show_names(self) -> None:
        """Show who voted on the current unit before the decision; it is recorded with that."""
        self._named.add(self._standing().n)

    def rulings(self, unit: reading.ArticleUnit) -> list[Adjudication]:
        """Return what adjudicators decided of a unit, here or in another article; latest last."""
        if self._is_here(unit.n):
            return self._adjudications.get(unit.n, [])
        return adjudicating.adjudications(self.store, unit.n, unit.n).get(unit.n, [])

    def thread(self, unit: reading.ArticleUnit) -> list[Remark]:
        """Return the notes in the thread of a unit, the oldest first."""
        return adjudicating.thread(self.store, unit.n) if unit.n in self._talked else []

    def baseline(self) -> Baseline | None:
        """Return what suggestion and sentiment are: of this unit if decided, else of the last."""
        unit = self.unit
        if unit is not None and unit.n in self._mine:
            return self._sight.of(unit, self._article_of(unit.n))
        last = self.last
        if last is not None and last.n in self._mine:
            return self._sight.of(last, self._article_of(last.n))
        return None

    # -- decisions -------------------------------------------------------------------------

    def decide(self, name: str, *, reason: str | None = None, note: str | None = None) -> None:
        """Decide what the current sentence is, by which rule, and go on. Raises UsageProblem."""
        unit = self._decidable()
        if name != NOT_A_SENTENCE and name not in self.scheme.names:
            raise UsageProblem(f"{name!r} is no label of {self.scheme.id}")
        self.touch()
        seen = self.journal.has_any(unit.n, (ADJUDICATE,))
        self._record(
            unit,
            {
                "label": name,
                "reason": self._rule(reason),
                "note": storable(note or "", MOST_NOTE) or None,
                # What was seen once, with a decision that was taken back, is not hidden.
                "names_hidden": not self.names_shown(unit) and not seen,
                "guideline": self.scheme.guideline,
                "scheme": self.scheme.id,
                "seconds": round(self.work.here, 1) if self._timed else None,
                "via": self._via,
                "program": __version__,
            },
        )
        self._advance(unit)

    def reason(self, name: str | None) -> None:
        """Say by which rule of the guideline the subject was decided, or None."""
        self._amend({"reason": self._rule(name)})

    def note(self, text: str) -> None:
        """Replace the note on the decision of the subject; an empty text removes it."""
        self._amend({"note": storable(text, MOST_NOTE) or None})

    def discuss(self, text: str) -> None:
        """Add a note to the thread of the current unit, which puts it on the list."""
        unit = self._standing()
        said = storable(text, MOST_NOTE)
        if not said:
            raise UsageProblem("say in a few words what there is to talk about")
        self.journal.record(DISCUSS, unit.n, {"text": said})
        self._talked.add(unit.n)

    def decision(self, unit: reading.ArticleUnit) -> dict[str, Any] | None:
        """Return what this adjudicator decided of a unit, with all that goes with it, or None."""
        return adjudicating.decision(self.store, self.journal.reviewer_number, unit.n)

    def undo(self) -> Step | None:
        """Take back the latest decision and stand on its unit; None when there is none."""
        return self._turned(self.journal.undo(ADJUDICATION))

    def redo(self) -> Step | None:
        """Bring back the decision that was undone last; None when there is none."""
        step = self._turned(self.journal.redo(ADJUDICATION))
        if step is not None:
            self._advance(self._standing())
        return step

    # -- moving ----------------------------------------------------------------------------

    def next_unlabelled(self) -> bool:
        """Go to the next of the list that is not decided; of a list of any kind, to the next."""
        unit = self.unit
        following = self._following(unit.n) if unit else None
        if following is not None:
            self.go_to(following)
        return following is not None

    def previous(self) -> bool:
        """Go to the one before in the list, decided or not; False at its beginning."""
        unit = self.unit
        place = self._place_of.get(unit.n, 0) if unit else 0
        if place > 0:
            self.go_to(self._order[place - 1])
        return place > 0

    def refresh(self) -> bool:
        """Take in what other terminals did; returns whether there was anything."""
        version = self.store.version_of_data
        if version == self._version:
            return False
        self._version = version
        self._look()
        if self.article is not None:
            self._open(reading.article(self.store, self.article.n))
        if self.finished or self.article is None:
            self._serve(self._more())
        return True

    # -- the inside ------------------------------------------------------------------------

    def _list(self) -> None:
        found = adjudicating.contested(self.store, self.only)
        self._order = array("q", [one.unit for one in found])
        self._entropy = array("d", [one.entropy for one in found])
        self.most_votes = max((one.votes for one in found), default=0)
        self._place_of = {unit: place for place, unit in enumerate(self._order)}
        self._look()

    def _more(self) -> int | None:
        """Add to the list what came into dispute since; returns the first of it, or None."""
        found = adjudicating.contested(self.store, self.only)
        new = [one for one in found if one.unit not in self._place_of]
        for one in new:
            self._place_of[one.unit] = len(self._order)
            self._order.append(one.unit)
            self._entropy.append(one.entropy)
        self._look()
        return self._undecided(0)

    def _look(self) -> None:
        self._settled = adjudicating.settlements(self.store)
        self._mine = adjudicating.decided_by(self.store, self.journal.reviewer_number)
        self._talked = adjudicating.talked_about(self.store)
        self._decided = sum(map(self.is_settled, self._order))

    def _first(self) -> int | None:
        found = self._undecided(0)
        if found is None and self.only != "undecided" and self._order:
            return self._order[0]
        return found

    def _following(self, unit: int) -> int | None:
        place = self._place_of.get(unit, -1) + 1
        if self.only == "undecided":
            return self._undecided(place)
        return self._order[place] if place < len(self._order) else None

    def _undecided(self, place: int) -> int | None:
        """Return the next of the list that is not decided, from the beginning after the end."""
        every = len(self._order)
        units = (self._order[(place + step) % every] for step in range(every))
        return next((unit for unit in units if not self.is_settled(unit)), None)

    def _votes_on(self, unit: reading.ArticleUnit) -> list[Vote]:
        if self._is_here(unit.n):
            return self._votes.get(unit.n, [])
        return adjudicating.votes(self.store, unit.n, unit.n).get(unit.n, [])

    def _given(self, unit: reading.ArticleUnit) -> list[Vote]:
        votes = self._votes.get(unit.n, ())
        return [one for one in votes if one.annotation.label is not None]

    def _decidable(self) -> reading.ArticleUnit:
        unit = self._current()
        if not self._given(unit):
            raise UsageProblem("nobody has labelled this: there is nothing to adjudicate")
        self._check_labels()
        return unit

    def _rule(self, name: str | None) -> str | None:
        if name is not None and self.scheme.rule(name) is None:
            raise UsageProblem(
                f"{name!r} is no rule of the guideline",
                hint=f"one of {', '.join(self.scheme.rules)}",
            )
        return name

    def _amend(self, change: dict[str, Any]) -> None:
        unit = self.subject
        said = self.decision(unit)
        if said is None:
            raise UsageProblem("decide the sentence first: this goes with the decision")
        self.touch()
        self._record(unit, {**said, **change})

    def _record(self, unit: reading.ArticleUnit, payload: dict[str, Any]) -> None:
        self.journal.record(ADJUDICATE, unit.n, payload)
        self._take_in(unit.n)

    def _take_in(self, unit: int) -> None:
        """Read what the store makes of a decision on a unit."""
        found = adjudicating.adjudications(self.store, unit, unit).get(unit, [])
        was = self.is_settled(unit)
        self._mine.discard(unit)
        self._mine |= {unit for one in found if one.by == self.reviewer}
        self._settled.pop(unit, None)
        if found:
            labels = {one.label for one in found}
            self._settled[unit] = found[-1].label if len(labels) == 1 else None
        if unit in self._place_of:
            # Counted along, not anew: a list of 100,000 is gone through as one of ten.
            self._decided += self.is_settled(unit) - was
        if self._is_here(unit):
            self._adjudications[unit] = found
            self.annotations[unit] = self._mark(unit)

    def _turned(self, step: Step | None) -> Step | None:
        if step is not None:
            self.go_to(step.unit)
            self._take_in(step.unit)
        return step

    def _advance(self, unit: reading.ArticleUnit) -> None:
        self.last = unit
        following = self._following(unit.n)
        if following is None and self.only == "undecided":
            # What others labelled since it was listed.
            following = self._more()
        self._serve(following)

    def _serve(self, unit: int | None) -> None:
        if unit is not None:
            self._arrive_at(unit)
            return
        # Nothing is left: stay, or stand where this adjudicator stopped.
        self.finished = True
        if self.article is None:
            stopped = adjudicating.last_adjudicated(self.store, self.journal.reviewer_number)
            first = stopped or next(iter(self._order), None) or reading.neighbour(self.store, 0, 1)
            if first is not None:
                self._place(first)


def _letters(place: int) -> str:
    """Return A to Z, then AA and so on."""
    rest, last = divmod(place, len(ascii_uppercase))
    return (_letters(rest - 1) if rest else "") + ascii_uppercase[last]
