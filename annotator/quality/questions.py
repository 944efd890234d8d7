"""The questions that labelled sentences answer, and how a suggestion answers each of them.

Sets of others have two labels: speculative or not, promotional or not, subjective or not. A
suggestion of one of three labels is read in their terms.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

STANCE: Final = 0.5
"""The subjectivity from which on a sentence counts as subjective."""


class Said(NamedTuple):
    """What a model says of a sentence; what it does not give is None.

    `subjectivity` is 0..1, and `calibrated` where it is meant as a probability.
    """

    label: str
    probabilities: Mapping[str, float] | None = None
    subjectivity: float | None = None
    calibrated: bool = False
    abstained: bool = False


@dataclass(frozen=True)
class Question:
    """A question with its possible answers; `yes` is the answer asked for, None for all labels."""

    classes: tuple[str, ...]
    yes: str | None

    @property
    def words(self) -> str:
        """Return the question in words."""
        return f"{self.yes} or not" if self.yes else ", ".join(self.classes)

    def takes(self, label: str) -> bool:
        """Return whether a model that suggests `label` can be asked this."""
        return label in self.classes or (self.yes is not None and label in _READ)

    def answer(self, said: Said) -> str:
        """Return the answer of a suggestion."""
        if self.yes is None:
            return said.label
        no = next(one for one in self.classes if one != self.yes)
        return self.yes if self._is_yes(said) else no

    def _is_yes(self, said: Said) -> bool:
        if self.yes != _SUBJECTIVE.yes:
            return said.label == self.yes
        if said.subjectivity is None:
            return said.label == "promotional"
        return said.subjectivity >= STANCE

    def sureness(self, said: Said) -> float | None:
        """Return the probability that the model gives its answer, or None if it gives none."""
        if self.yes == _SUBJECTIVE.yes:
            chance = said.subjectivity if said.calibrated else None
        elif said.probabilities is None:
            return None
        elif self.yes is None:
            return said.probabilities.get(said.label)
        else:
            chance = said.probabilities.get(self.yes)
        if chance is None:
            return None
        return chance if self._is_yes(said) else 1 - chance


_READ: Final = ("factual", "speculative", "promotional")
"""The labels whose suggestions are read in the terms of sets of others."""
_SUBJECTIVE: Final = Question(("objective", "subjective"), "subjective")
_PAIRS: Final = (
    Question(("factual", "speculative"), "speculative"),
    Question(("factual", "promotional"), "promotional"),
    _SUBJECTIVE,
)


def labels(names: tuple[str, ...] = _READ) -> Question:
    """Return the question of a label scheme: which of its labels."""
    return Question(names, None)


def question_of(found: Collection[str], names: tuple[str, ...] = _READ) -> Question | None:
    """Return the question that has these labels as answers, or None if there is no such.

    `names` are the labels of the scheme.
    """
    for one in _PAIRS:
        if set(found) == set(one.classes):
            return one
    if set(found) <= set(_SUBJECTIVE.classes):
        return _SUBJECTIVE
    return labels(names) if set(found) <= set(names) else None


def known(names: tuple[str, ...] = _READ) -> tuple[str, ...]:
    """Return every label that some question has; `names` are those of the scheme."""
    return (*names, *_READ, *_SUBJECTIVE.classes)
