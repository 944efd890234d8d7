"""Where somebody stands in the articles, and how they move. No screen, no SQL.

Reviews and adjudication stand in the same articles and move alike; what they decide, and what they
mark a unit with, is their own.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable

from annotator.core.errors import UsageProblem
from annotator.core.history import EMPTY, Annotation
from annotator.core.scheme import Scheme
from annotator.session.shown import Baseline
from annotator.session.worktime import WorkTime
from annotator.store import Store, reading
from annotator.store.journal import Journal, Step


class Reader(ABC):
    """A position in the articles of a store. `now` gives seconds on a clock that never goes back.

    `annotations` is what the units of the current article are marked with, by row; `last` is the
    unit that was just decided, until the next move.
    """

    def __init__(
        self, journal: Journal, scheme: Scheme, now: Callable[[], float] = time.monotonic
    ) -> None:
        self.journal = journal
        self.store: Store = journal.store
        self.scheme = scheme
        self.article: reading.Article | None = None
        self.annotations: dict[int, Annotation] = {}
        self.index = 0
        self.last: reading.ArticleUnit | None = None
        self.finished = False
        self.work = WorkTime(now)

    @abstractmethod
    def marks(self, first: int, last: int) -> dict[int, Annotation]:
        """Return what the units from `first` to `last` are marked with, by unit."""

    @abstractmethod
    def undo(self) -> Step | None:
        """Take back the latest decision and stand on its unit; None when there is none."""

    @abstractmethod
    def redo(self) -> Step | None:
        """Bring back the decision that was undone last; None when there is none."""

    @abstractmethod
    def next_unlabelled(self) -> bool:
        """Go to the next unit that is to be decided; False when there is none."""

    @abstractmethod
    def end_in_words(self) -> str:
        """Return what there is to say when nothing is left to decide."""

    @abstractmethod
    def baseline(self) -> Baseline | None:
        """Return what may be shown: of this unit, else of the last one; None: nothing may be."""

    @abstractmethod
    def refresh(self) -> bool:
        """Take in what other terminals did; returns whether there was anything."""

    # -- where we are ----------------------------------------------------------------------

    @property
    def reviewer(self) -> str:
        """Return the reviewer's name."""
        return self.journal.reviewer

    @property
    def unit(self) -> reading.ArticleUnit | None:
        """Return the unit the reviewer stands on, or None in an empty store."""
        return self.article.units[self.index] if self.article else None

    @property
    def annotation(self) -> Annotation:
        """Return what the current unit is marked with."""
        unit = self.unit
        return self.annotation_of(unit) if unit else Annotation()

    def annotation_of(self, unit: reading.ArticleUnit) -> Annotation:
        """Return what a unit of the current article is marked with."""
        return self.annotations.get(unit.n, EMPTY)

    def text_of(self, unit: reading.ArticleUnit) -> str:
        """Return the words of a unit of the current article."""
        return self.article.text[unit.start : unit.end] if self.article else ""

    def text_anywhere(self, unit: reading.ArticleUnit) -> str:
        """Return the words of a unit, also of another article."""
        article = self._article_of(unit.n)
        return article.text[unit.start : unit.end]

    def is_asked(self, unit: reading.ArticleUnit) -> bool:
        """Return whether the reviewer is asked about a unit: the body, and what they made one."""
        return unit.asked or self.annotation_of(unit).asked

    @property
    def subject(self) -> reading.ArticleUnit:
        """Return what is said after a decision is about.

        The position has moved on then: so it is the unit that was just decided, until the
        reviewer moves; else the one they stand on.
        """
        unit = self._standing()
        return unit if self.last is None else self.last

    def _check_labels(self) -> None:
        """Raise UsageProblem where another process has given the project other labels."""
        if self.store.scheme.names != self.scheme.names:
            raise UsageProblem("the labels of this project were changed: quit, and open it again")

    # -- moving ----------------------------------------------------------------------------

    def move(self, step: int) -> bool:
        """Step to the neighbouring unit, headings too, across documents; False at the end."""
        unit = self.unit
        if unit is None or self.article is None:
            return False
        self.last = None
        if 0 <= self.index + step < len(self.article.units):
            self._stand(self.index + step)
            return True
        following = reading.neighbour(self.store, unit.n, 1 if step > 0 else -1)
        if following is not None:
            self._arrive_at(following)
        return following is not None

    def stand(self, index: int) -> None:
        """Stand on a unit of the current article, by its place in it."""
        self.last = None
        self._stand(index)

    def go_to(self, unit: int) -> None:
        """Go to any unit by its row."""
        self.last = None
        self._arrive_at(unit)

    def go_to_document(self, document: int) -> bool:
        """Go to the first undecided sentence of a document, else to its first unit."""
        article = reading.article(self.store, document)
        if not article.units:
            return False
        self.last = None
        self._open(article)
        waiting = (place for place, unit in enumerate(article.units) if self.is_waiting(unit))
        self._stand(next(waiting, 0))
        return True

    def is_waiting(self, unit: reading.ArticleUnit) -> bool:
        """Return whether a unit of the current article is to be decided yet."""
        return self.is_asked(unit) and not self.annotation_of(unit).decided

    def touch(self) -> None:
        """Tell that a key was pressed: the time up to now was work, unless it was long."""
        self.work.touch()

    # -- the inside ------------------------------------------------------------------------

    def _standing(self) -> reading.ArticleUnit:
        unit = self.unit
        if unit is None:
            raise UsageProblem(
                "there is no sentence here", hint="add articles with `annotator add`"
            )
        return unit

    def _current(self) -> reading.ArticleUnit:
        unit = self._standing()
        if self.article is not None and not self.article.current:
            raise UsageProblem(
                "this is an earlier version of the article: it is kept, and not asked about",
                hint="`g` leads to the present one",
            )
        return unit

    def _arrive_at(self, unit: int) -> None:
        self.finished = False
        self._place(unit)

    def _place(self, unit: int) -> None:
        article = self._article_of(unit)
        if article is not self.article:
            self._open(article)
        self._stand(unit - article.units[0].n)

    def _article_of(self, unit: int) -> reading.Article:
        if self.article is None or not self._is_here(unit):
            return reading.article(self.store, reading.document_of(self.store, unit))
        return self.article

    def _is_here(self, unit: int) -> bool:
        units = self.article.units if self.article else ()
        return bool(units) and units[0].n <= unit <= units[-1].n

    def _open(self, article: reading.Article) -> None:
        self.article = article
        units = article.units
        self.annotations = self.marks(units[0].n, units[-1].n) if units else {}

    def _stand(self, index: int) -> None:
        self.index = index
        self.work.arrive()
