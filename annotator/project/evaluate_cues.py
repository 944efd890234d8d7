"""What the cues are worth: how each kind fires on labelled sentences, and which ones are wrong.

Which ones are wrong is said by reviewers, who see the reasons of a suggestion after they decided.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from annotator.baseline import rules
from annotator.baseline.cues import KINDS, find
from annotator.formats.labelled import LabelledSet
from annotator.project.evaluate import question_of, spoken
from annotator.quality.bootstrap import Figure
from annotator.quality.questions import Question
from annotator.quality.shares import share
from annotator.store import Store
from annotator.store.feedback import WrongCue, wrong_cues


@dataclass(frozen=True)
class KindScore:
    """A kind of cue on labelled sentences: how many have it, and how many of them its label.

    `speaks_for` is None where the rules make nothing of the kind for the question asked.
    `share` is that of the label among all sentences, which a precision has to exceed.
    """

    kind: str
    sentences: int
    by_label: Mapping[str, int]
    speaks_for: str | None
    precision: Figure
    share: float | None

    def as_json(self) -> dict[str, Any]:
        """Return the same for a program."""
        return {**vars(self), "precision": self.precision._asdict(), "words": KINDS[self.kind]}


@dataclass(frozen=True)
class CueScores:
    """All kinds that occur in a set of labelled sentences, the most frequent first."""

    found: LabelledSet
    question: Question
    kinds: tuple[KindScore, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the same for a program."""
        return {
            "on": self.found.name,
            "n": len(self.found.sentences),
            "intervals": "Wilson, 95 %, for these sentences",
            "kinds": [one.as_json() for one in self.kinds],
        }


def speaks_for(kind: str, question: Question) -> str | None:
    """Return the answer that a kind of cue speaks for in the predicate, by the rules' figures."""
    asked = [question.yes] if question.yes else list(question.classes)
    figures = {
        one: rules.constants()[one][kind][rules.PREDICATE]
        for one in asked
        if kind in rules.constants().get(one, {})
    }
    if not figures:
        return None
    best = max(figures, key=lambda one: figures[one])
    if figures[best] > 0:
        return best
    return question.classes[0] if min(figures.values()) < 0 else None


def score_cues(found: LabelledSet) -> CueScores:
    """Return how often each kind of cue fires, and its precision for the label it speaks for."""
    question = question_of(found)
    labels = Counter(one.label for one in found.sentences)
    having: dict[str, Counter[str]] = {}
    for one, code in zip(found.sentences, spoken(found), strict=True):
        for kind in {cue.kind for cue in find(one.text, code)}:
            having.setdefault(kind, Counter())[one.label] += 1
    rows = []
    for kind, counts in having.items():
        label = speaks_for(kind, question)
        rows.append(
            KindScore(
                kind,
                counts.total(),
                {one: counts[one] for one in question.classes},
                label,
                share(counts[label], counts.total())
                if label
                else Figure(None, why="the rules make nothing of it here"),
                labels[label] / len(found.sentences) if label else None,
            )
        )
    rows.sort(key=lambda one: (-one.sentences, one.kind))
    return CueScores(found, question, tuple(rows))


@dataclass(frozen=True)
class WrongEntry:
    """An entry of a lexicon that reviewers called wrong.

    `fired` counts the labelled sentences that have it by the rules of today, and is None where it
    is a reason of another model. `by` is how often each reviewer called it wrong, `labels` what
    they labelled those sentences (None: not labelled).
    """

    model: str
    kind: str
    entry: str | None
    fired: int | None
    by: Mapping[str, int]
    labels: Mapping[str | None, int]
    sentences: tuple[str, ...]

    @property
    def wrong(self) -> int:
        """Return how often it was called wrong."""
        return sum(self.by.values())

    def as_json(self) -> dict[str, Any]:
        """Return the same for a program."""
        labels = {"unlabelled" if name is None else name: n for name, n in self.labels.items()}
        return {**vars(self), "labels": labels, "wrong": self.wrong}


def wrong_entries(store: Store, found: LabelledSet) -> list[WrongEntry]:
    """Return the entries that reviewers called wrong, those called so most often first.

    Where they fired is counted in the labelled sentences `found`.
    """
    by_entry: dict[tuple[str, str, str | None], list[WrongCue]] = {}
    for one in wrong_cues(store):
        by_entry.setdefault((one.model, one.kind, one.entry), []).append(one)
    fired = _fired(found) if by_entry else Counter()
    entries = [
        WrongEntry(
            model,
            kind,
            entry,
            fired[kind, entry] if model == rules.NAME else None,
            Counter(one.reviewer for one in said),
            Counter(one.label for one in said),
            tuple(sorted({one.sentence for one in said})),
        )
        for (model, kind, entry), said in by_entry.items()
    ]
    return sorted(entries, key=lambda one: (-one.wrong, one.kind, one.entry or "", one.model))


def _fired(found: LabelledSet) -> Counter[tuple[str, str | None]]:
    fired: Counter[tuple[str, str | None]] = Counter()
    for one, code in zip(found.sentences, spoken(found), strict=True):
        fired.update({(cue.kind, cue.entry) for cue in find(one.text, code)})
    return fired
