"""Sentences that are put among those of the order, so that nobody can tell which they are.

Gold was adjudicated by others; a retest was labelled by the reviewer before, and comes as if new:
what they say is kept as an event of its own, and the annotation stays. While one is served, and
afterwards, the session shows it as it would any other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from hashlib import blake2b
from typing import Any

from annotator.core.history import ANNOTATING, EMPTY, RETEST, Annotation
from annotator.store.checks import Candidates, answered_again, as_said, sentence_of
from annotator.store.journal import Journal, Step
from annotator.store.scope import Counts, Scope


@dataclass(frozen=True)
class Rates:
    """How many percent of what is served are gold and retests; a label is old after some hours."""

    gold: float = 0.0
    retest: float = 0.0
    after_hours: float = 24.0
    seed: int = 0

    @property
    def every(self) -> float:
        """Return both together, in percent."""
        return self.gold + self.retest


def chance(seed: int, reviewer: str, sentence: str, what: str) -> float:
    """Return a number from 0 to below 1: the same on every machine, another for each purpose."""
    digest = blake2b(f"{seed}:{what}:{reviewer}:{sentence}".encode(), digest_size=7).digest()
    return int.from_bytes(digest, "big") / (1 << 56)


class Checks:
    """Says what comes in place of a unit that the order gives, and remembers what was a retest."""

    def __init__(
        self, journal: Journal, rates: Rates, scope: Scope, labels: tuple[str, ...]
    ) -> None:
        self.on = rates.every > 0 and not scope.revisits
        self._journal, self._rates = journal, rates
        self._candidates = Candidates(journal, scope, labels) if self.on else None
        self._passed: set[int] = set()
        self._retests: dict[int, Annotation] = {}
        self._gold: set[int] = set()
        self._waiting: int | None = None
        self.uncounted = Counts(0, 0, 0)
        """Labels and skips of this session that the counts of the scope do not have."""

    # -- serving ---------------------------------------------------------------------------

    def instead(self, unit: int, after: int | None) -> int | None:
        """Return what is asked in place of `unit`, which then waits, or None.

        `after` is the document that was last decided in. What is asked is of another one: there,
        a sentence more that is left would show.
        """
        if self._candidates is None or unit in self._passed:
            return None
        self._passed.add(unit)
        rates, sentence = self._rates, sentence_of(self._journal, unit)
        drawn = chance(rates.seed, self._journal.reviewer, sentence, "check")
        # Of a hundred that are served, so many are not of the order.
        if drawn * (100 - rates.every) >= rates.every:
            return None
        which = chance(rates.seed, self._journal.reviewer, sentence, "which")
        place = chance(rates.seed, self._journal.reviewer, sentence, "place")
        if which * rates.every < rates.gold:
            found = self._candidates.gold(place, after or 0)
            if found is not None:
                self._gold.add(found)
        else:
            found = self._candidates.old(place, after or 0, self._before())
            if found is not None:
                self._retests[found] = EMPTY
        if found in {None, unit}:
            # It comes by itself now.
            self._gold.discard(unit)
            return None
        self._waiting = unit
        return found

    def _before(self) -> str:
        now = datetime.strptime(self._journal.now(), "%Y-%m-%dT%H:%M:%S.%fZ")
        then = now.replace(tzinfo=timezone.utc) - timedelta(hours=self._rates.after_hours)
        return f"{then:%Y-%m-%dT%H:%M:%S}.{then.microsecond // 1000:03d}Z"

    def back(self, unit: int) -> int | None:
        """Return the unit that waits behind `unit`, if that was asked in its place."""
        waiting = self._waiting if self.has(unit) else None
        self._waiting = None
        return waiting

    def hold(self, check: int, waiting: int) -> None:
        """Let a unit wait again: the decision on the one before it was taken back."""
        if self.has(check) and check != waiting:
            self._waiting = waiting
            self._passed.add(waiting)

    def has(self, unit: int) -> bool:
        """Return whether a unit is, or was, asked beside the order in this session."""
        return unit in self._gold or unit in self._retests

    def drawn(self, unit: int, order: str) -> dict[str, Any] | None:
        """Return what is stored with the decision on such a unit; None for any other."""
        if not self.has(unit):
            return None
        what = "gold" if unit in self._gold else "retest"
        return {"drawn": {"order": "chosen", "within": order, "probability": None, what: True}}

    # -- what is shown as if new -----------------------------------------------------------

    def over(self, annotations: Mapping[int, Annotation]) -> dict[int, Annotation]:
        """Return annotations as they are shown."""
        shown = {n: one for n, one in self._retests.items() if n in annotations}
        return {**annotations, **shown}

    def shown(self, unit: int) -> Annotation | None:
        """Return what is shown of a retest, or None for any other unit."""
        return self._retests.get(unit)

    def record(self, unit: int, kind: str, payload: dict[str, Any]) -> Annotation | None:
        """Keep what is said of a retest; returns what is shown of it then, None for others."""
        if unit not in self._retests or kind not in ANNOTATING:
            return None
        said = {"as": kind, **payload}
        if kind in {"label", "skip"}:
            first = self._journal.annotation(unit)
            said["before"] = {"label": first.label, "created_at": first.created_at}
        self._journal.record(RETEST, unit, said)
        after = as_said(self._retests[unit], said, self._journal.now())
        self.count(self._retests[unit], after)
        self._retests[unit] = after
        return after

    def turned(self, unit: int, step: Step, known: Annotation) -> Annotation | None:
        """Return what is shown of a retest after undo or redo; None where it was another event.

        `known` is what was shown of it until then.
        """
        if (step.payload.get("drawn") or {}).get("gold"):
            self._gold.add(unit)
        if step.kind in ANNOTATING:
            # Further back than the retest: it is about the annotation itself again.
            self._retests.pop(unit, None)
        if step.kind != RETEST:
            return None
        self._retests[unit] = answered_again(self._journal, unit)
        self.count(known, self._retests[unit])
        return self._retests[unit]

    def count(self, before: Annotation, after: Annotation) -> None:
        """Count a decision that is not counted in the scope."""
        _, labelled, skipped = self.uncounted
        self.uncounted = Counts(
            0,
            labelled + (after.label is not None) - (before.label is not None),
            skipped + after.skipped - before.skipped,
        )
