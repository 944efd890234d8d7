"""The registry of suggesters: models that say which label a sentence would get, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from annotator.baseline import rules
from annotator.core.errors import UsageProblem
from annotator.core.model import Sentence, Suggestion


class Suggester(Protocol):
    """A named model. Same name and version: same suggestions for the same sentences."""

    @property
    def name(self) -> str:
        """Return the name it is chosen and stored by, such as `rules/1`."""

    @property
    def version(self) -> str:
        """Return what changes when its suggestions do."""

    def suggest(self, sentences: Sequence[Sentence]) -> Sequence[Suggestion]:
        """Return a suggestion for each sentence, in order."""


class Rules:
    """The rules as a suggester."""

    name = rules.NAME

    @property
    def version(self) -> str:
        """Return the version of the lexicons and figures."""
        return rules.version()

    def suggest(self, sentences: Sequence[Sentence]) -> Sequence[Suggestion]:
        """Return a suggestion for each sentence, in order."""
        return [rules.suggest(one.text, one.language, before=one.before) for one in sentences]


DEFAULT = rules.NAME


def get(name: str) -> Suggester:
    """Return the suggester of that name. Raises UsageProblem for a name there is none of."""
    if name == rules.NAME:
        return Rules()
    raise UsageProblem(f"there is no suggester {name!r}", hint=f"one of: {rules.NAME}")
