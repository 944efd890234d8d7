"""The state of a review: position, decisions, blindness.

A decision is in the store when the method that makes it returns, and the position moves only then.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from annotator import __version__
from annotator.core.errors import UsageProblem
from annotator.core.history import NOT_A_SENTENCE, RETEST, WRONG, Annotation
from annotator.core.pace import labels_an_hour
from annotator.core.scheme import Scheme
from annotator.core.text import storable
from annotator.session.checks import Checks, Rates
from annotator.session.draws import Draws
from annotator.session.given import MOST_NOTE, clean_tags, sure
from annotator.session.reader import Reader
from annotator.session.shown import Baseline
from annotator.session.sight import Reveal, Sight
from annotator.store import Store, feedback, reading
from annotator.store.journal import Journal, Step
from annotator.store.scope import Counts, Scope
from annotator.store.worklist import open_worklist


class Session(Reader):
    """The state of a review. `now` gives seconds on a clock that never goes back.

    `via` says how decisions are given (screen, plain, command); it is stored with them. Where
    nobody sits before it (a script) it is not `timed`: the seconds of its labels are None.
    `analyzers` says whose sentiment is shown, by language, where it is not the default one.
    `rates` says how much is asked beside the order; `control` is the share of sentences of which
    the suggestion stays hidden until the decision where it is shown before.
    `hide_names`: where the reviewer sees their own figures, the others are numbers.
    `on_label` is called after each label with how many were given in this session.
    """

    def __init__(
        self,
        store: Store,
        reviewer: str,
        scheme: Scheme,
        *,
        scope: Scope | None = None,
        reveal: Reveal = "after",
        via: str = "screen",
        timed: bool = True,
        analyzers: Mapping[str, str] | None = None,
        now: Callable[[], float] = time.monotonic,
        journal: Journal | None = None,
        rates: Rates | None = None,
        control: float = 0.0,
    ) -> None:
        super().__init__(journal or Journal(store, reviewer), scheme, now)
        self.scope = scope or Scope()
        self._via, self._timed = via, timed
        rates = rates or Rates()
        self._sight = Sight(self.journal, reveal, analyzers or {}, control, rates.seed)
        self.worklist = open_worklist(self.journal, self.scope)
        self.counts: Counts = self.worklist.counts()
        self._here = (0, 0)
        self.labelled_now = 0
        self.hide_names = False
        self.on_label: Callable[[int], object] | None = None
        self._draws = Draws(self.worklist, self.scope)
        self._checks = Checks(self.journal, rates, self.scope, scheme.names)
        self._version = store.version_of_data
        self._serve(self.worklist.first())

    # -- where we are ----------------------------------------------------------------------

    @property
    def reveal(self) -> Reveal:
        """Return when the baseline is shown."""
        return self._sight.reveal

    def marks(self, first: int, last: int) -> dict[int, Annotation]:
        """Return the reviewer's annotations of the units from `first` to `last`."""
        return self._checks.over(self.journal.annotations(first, last))

    def said_of(self, unit: int) -> Annotation:
        """Return what the reviewer says of a unit, of any article, as it is shown."""
        shown = self._checks.shown(unit)
        return self.journal.annotation(unit) if shown is None else shown

    def progress_in_words(self) -> str:
        """Return how many are labelled: of how many, where nothing is asked beside the order."""
        if self._checks.on:
            return f"{self.counts.labelled + self._checks.uncounted.labelled:,} labelled"
        assigned = " assigned" if self.scope.assigned else ""
        return f"{self.counts.labelled:,}/{self.counts.asked:,}{assigned}"

    @property
    def is_checked(self) -> bool:
        """Return whether something is asked beside the order, which nothing shown may tell."""
        return self._checks.on

    @property
    def skipped(self) -> int:
        """Return how many are skipped, as it is shown."""
        return self.counts.skipped + self._checks.uncounted.skipped

    def end_in_words(self) -> str:
        """Return what there is to say when nothing is left to decide."""
        skipped = self.counts.skipped
        return (
            f"all but {skipped:,} skipped are labelled" if skipped else "everything here is decided"
        )

    def asked_here(self) -> tuple[int, int]:
        """Return how many units of this article are asked about, and how many are decided."""
        return self._here

    # -- decisions -------------------------------------------------------------------------

    def label(
        self,
        name: str,
        *,
        confidence: int | None = None,
        tags: Sequence[str] | None = None,
        note: str | None = None,
    ) -> None:
        """Give the current unit a label, and what goes with it; go on. Raises UsageProblem."""
        unit = self._decidable()
        if name != NOT_A_SENTENCE and name not in self.scheme.names:
            raise UsageProblem(f"{name!r} is no label of {self.scheme.id}")
        beside: dict[str, Any] = {}
        if confidence is not None:
            beside["confidence"] = sure(confidence)
        if tags is not None:
            beside["tags"] = clean_tags(tags)
        if note is not None:
            beside["note"] = storable(note, MOST_NOTE) or None
        self._record("label", {"label": name, **beside, **self._circumstances(unit)})
        self.labelled_now += 1
        self._advance(unit)
        if self.on_label:
            self.on_label(self.labelled_now)

    def skip(self) -> None:
        """Leave the current unit without a label for now, and go on."""
        unit = self._decidable()
        self._record("skip", self._circumstances(unit))
        self._advance(unit)

    def toggle_unit(self) -> None:
        """Say that a sentence is not one, or that a heading or other block is one."""
        unit = self._current()
        annotation = self.annotation_of(unit)
        if unit.asked:
            self.label(NOT_A_SENTENCE)
        elif annotation.decided:
            raise UsageProblem("undo its label first, then it can be a heading again")
        else:
            self._record("unit", {"sentence": not annotation.asked})

    def toggle_flag(self) -> None:
        """Flag the current unit for another look, or take the flag away."""
        self._standing()
        self._record("flag", {"on": not self.annotation.flagged})

    def note(self, text: str) -> None:
        """Replace the note on the subject; an empty text removes it."""
        text = storable(text, MOST_NOTE)
        self._record_about(self.subject, "note", {"text": text})

    def tags(self, tags: Sequence[str]) -> None:
        """Replace the tags of the subject; kept once each, in order of the alphabet."""
        self._record_about(self.subject, "tags", {"tags": clean_tags(tags)})

    def confidence(self, value: int | None) -> None:
        """Say how sure the label of the subject is: 3 sure, 2 leaning, 1 guess, or None."""
        unit = self.subject
        if self.said_of(unit.n).label is None:
            raise UsageProblem("confidence belongs to a label: label the sentence first")
        self._record_about(unit, "confidence", {"value": sure(value)})

    def undo(self) -> Step | None:
        """Take back the latest decision and stand on its unit; None when there is none."""
        return self._turn(self.journal.undo())

    def redo(self) -> Step | None:
        """Bring back the decision that was undone last; None when there is none."""
        step = self._turn(self.journal.redo())
        unit = self.unit
        if step and unit and step.kind in {"label", "skip"}:
            self._advance(unit)
        return step

    # -- moving ----------------------------------------------------------------------------

    def next_unlabelled(self) -> bool:
        """Go to the next unit without a decision, from the beginning again after the end.

        Among sentences that were decided before (`--only mine:factual`), go to the next of them.
        """
        unit = self.unit
        if unit is None:
            return False
        self.last = None
        if self.scope.revisits:
            return self._serve_if(self.worklist.following(unit.n))
        if (waiting := self._checks.back(unit.n)) is not None:
            return self._serve_if(self._from(waiting))
        return self._serve_if(self.worklist.next_undecided(unit.n))

    # -- what may be seen ------------------------------------------------------------------

    def reveal_current(self) -> None:
        """Show the baseline of the current unit; where it was hidden, this is recorded."""
        unit = self.unit
        if self.reveal == "never":
            raise UsageProblem("the baseline is hidden in this review (--reveal never)")
        if unit and not self.may_see(unit):
            self._record_about(unit, "reveal", self._sight.suggested(unit))
            self._sight.open(unit)

    def baseline(self) -> Baseline | None:
        """Return what may be shown: of this unit if decided or revealed, else of the last one.

        None where nothing may be: blind is the rule.
        """
        unit = self.unit
        if unit is not None and self.may_see(unit):
            return self._baseline_of(unit)
        last = self.last
        if self.reveal != "never" and last and self.said_of(last.n).label is not None:
            return self._baseline_of(last)
        # A sentence that was skipped is to be labelled later, and blind then as well.
        return None

    def explained(self) -> Baseline:
        """Return what may be shown now. Raises UsageProblem where nothing may be."""
        seen = self.baseline()
        if seen is None and self.reveal == "never":
            raise UsageProblem("the suggestion is hidden in this review (--reveal never)")
        if seen is None:
            raise UsageProblem(
                "blind: the reasons are shown after the decision", hint="b shows them now"
            )
        return seen

    def may_see(self, unit: reading.ArticleUnit) -> bool:
        """Return whether baseline, duplicates and source of a unit may be shown now."""
        return self._sight.may_see(unit, self.annotation_of(unit))

    def wrong(self, seen: Baseline) -> set[int]:
        """Return the reasons of what was shown that the reviewer calls wrong, counted from 0."""
        called = feedback.wrong_reasons(self.journal, seen.unit.n)
        return {
            place for place, (start, end, kind, entry, _, _) in enumerate(seen.reasons)
            if (seen.model, kind, entry, start, end) in called
        }  # fmt: skip

    def toggle_wrong(self, seen: Baseline, place: int) -> None:
        """Call a reason of what was shown wrong, or take that back. Raises UsageProblem."""
        if seen.model is None or not 0 <= place < len(seen.reasons):
            raise UsageProblem(f"there is no reason {place + 1}")
        on = place not in self.wrong(seen)
        said = feedback.payload(seen.model, seen.reasons[place], on=on)
        self._record_about(seen.unit, WRONG, said)

    def beside(self, unit: reading.ArticleUnit, kind: str, payload: dict[str, Any]) -> None:
        """Record what leaves the annotation of a unit as it is, such as a link to a claim."""
        self._record_about(unit, kind, payload)

    def _baseline_of(self, unit: reading.ArticleUnit) -> Baseline:
        return self._sight.of(unit, self._article_of(unit.n), self.said_of(unit.n))

    # -- time and others -------------------------------------------------------------------

    def pace(self) -> float | None:
        """Return labels an hour without idle time, or None before it means anything."""
        return labels_an_hour(self.labelled_now, self.work.total) if self._timed else None

    def refresh(self) -> bool:
        """Take in what other terminals did; returns whether there was anything."""
        version = self.store.version_of_data
        if version == self._version:
            return False
        self._version = version
        self.counts = self.worklist.counts()
        unit = self.unit
        if self.article is None or unit is None:
            self._serve(self.worklist.first())
        else:
            self._open(reading.article(self.store, self.article.n))
            self.finished = self.finished and self.worklist.next_undecided(unit.n) is None
        return True

    # -- the inside ------------------------------------------------------------------------

    def _decidable(self) -> reading.ArticleUnit:
        unit = self._current()
        if not self.is_asked(unit):
            key = self.scheme.not_a_sentence.key
            raise UsageProblem(f"this is a {unit.kind}, not a sentence: {key} makes it one")
        self._check_labels()
        return unit

    def _circumstances(self, unit: reading.ArticleUnit) -> dict[str, Any]:
        self.touch()
        return {
            "guideline": self.scheme.guideline,
            "scheme": self.scheme.id,
            "seconds": round(self.work.here, 1) if self._timed else None,
            "via": self._via,
            "program": __version__,
            "order": self.scope.order_and_seed,
            **(self._checks.drawn(unit.n, self.scope.order) or self._draws.of(unit.n)),
            **self._sight.circumstances(unit, self.annotation_of(unit)),
        }

    def _record(self, kind: str, payload: dict[str, Any]) -> None:
        self._record_about(self._standing(), kind, payload)

    def _record_about(self, unit: reading.ArticleUnit, kind: str, payload: dict[str, Any]) -> None:
        shown = self._checks.record(unit.n, kind, payload)
        if shown is not None:
            self._mark(unit, shown)
            return
        before = self.journal.annotation(unit.n)
        after = self.journal.record(kind, unit.n, payload)
        self._keep(unit, before, after)

    def _keep(self, unit: reading.ArticleUnit, before: Annotation, after: Annotation) -> None:
        if self._checks.shown(unit.n) is not None:
            return  # a retest goes on looking as it does, whatever was revealed or called wrong
        if self.worklist.holds(unit.n):
            asked, labelled, skipped = self.counts
            self.counts = Counts(
                asked + (after.asked - before.asked if not unit.asked else 0),
                labelled + (after.label is not None) - (before.label is not None),
                skipped + after.skipped - before.skipped,
            )
        elif self._checks.has(unit.n):
            self._checks.count(before, after)
        self._mark(unit, after)

    def _mark(self, unit: reading.ArticleUnit, after: Annotation) -> None:
        known = self.annotation_of(unit)
        self.annotations[unit.n] = after
        if self._is_here(unit.n):
            # Counted along, not anew: an article of 5,000 sentences moves like one of 50. Against
            # what was known here: an undo that opens another article finds it done there.
            here, done = self._here
            was, now = unit.asked or known.asked, unit.asked or after.asked
            done += (now and after.decided) - (was and known.decided)
            self._here = (here + now - was, done)

    def _turn(self, step: Step | None) -> Step | None:
        if step is None:
            return None
        stood = self.unit
        self.go_to(step.unit)
        unit = self._standing()
        shown = self._checks.turned(unit.n, step, self.annotation_of(unit))
        if shown is None:
            self._keep(unit, step.before, step.after)
        else:
            self._mark(unit, shown)
        self._draws.bring_back(unit.n, step.payload)
        if stood is not None:
            self._checks.hold(unit.n, stood.n)
        self.last = None
        return step._replace(kind=step.payload["as"]) if step.kind == RETEST else step

    def _advance(self, unit: reading.ArticleUnit) -> None:
        self.last = unit
        waiting = self._checks.back(unit.n)
        following = self.worklist.following(unit.n) if waiting is None else self._from(waiting)
        if following is None:
            self.finished = True
            self.work.arrive()
        else:
            self._serve(following)

    def _serve(self, unit: int | None) -> None:
        """Stand on what the order gives; None: it has nothing more."""
        if unit is not None:
            check = self._checks.instead(unit, self.article.n if self.article else None)
            if check is None:
                self._draws.serve(unit)
            else:
                unit = check
                if self.article is not None and self._is_here(check):
                    self._open(self.article)
        self._arrive(unit)

    def _from(self, waiting: int) -> int | None:
        """Return a unit that had to wait, or what follows it where it was decided meanwhile."""
        decided = self.journal.annotation(waiting).decided
        return self.worklist.following(waiting) if decided else waiting

    def _serve_if(self, unit: int | None) -> bool:
        if unit is not None:
            self._serve(unit)
        return unit is not None

    def _arrive(self, unit: int | None) -> None:
        if unit is not None:
            self._arrive_at(unit)
            return
        # Nothing is left to decide: stand on the last unit that was, if there is any.
        self.finished = self.counts.asked > 0
        stopped = self.journal.last_unit() or reading.neighbour(self.store, 0, 1)
        if stopped is not None:
            self._place(stopped)

    def _open(self, article: reading.Article) -> None:
        super()._open(article)
        asked = [unit for unit in article.units if self.is_asked(unit)]
        self._here = (len(asked), sum(self.annotation_of(unit).decided for unit in asked))
