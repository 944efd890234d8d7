"""The registry of suggesters: models that say which label a sentence would get, and why.

Known are the rules, the sentiment, trained models (`learned`, or the folder of one), and what
installed packages bring under the entry point `annotator.suggesters`.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Sequence
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any, Final, Protocol

from annotator.baseline import rules, sentiment
from annotator.baseline.learned import NAME as LEARNED
from annotator.core.errors import AnnotatorError, InputProblem, UsageProblem
from annotator.core.model import Reason, Sentence, Suggestion
from annotator.core.scheme import built_in
from annotator.core.text import one_line

GROUP: Final = "annotator.suggesters"
"""The entry points under which other packages bring suggesters."""
DEFAULT: Final = rules.NAME
SENTIMENT: Final = "sentiment"
_HALF: Final = 0.5
"""How sure the sentiment is said to be: its thresholds are fitted on nothing."""
_ROUNDING: Final = 1e-3


class Suggester(Protocol):
    """A named model. Same name and version: same suggestions for the same sentences."""

    @property
    def name(self) -> str:
        """Return the name it is chosen and stored by, such as `rules/1`."""

    @property
    def version(self) -> str:
        """Return what changes when its suggestions do."""

    @property
    def labels(self) -> tuple[str, ...] | None:
        """Return the labels it may suggest; None: those of the scheme, and its answers tell."""

    def suggest(self, sentences: Sequence[Sentence]) -> Sequence[Suggestion]:
        """Return a suggestion for each sentence, in order."""


class Rules:
    """The rules as a suggester."""

    name = rules.NAME
    labels: tuple[str, ...] | None = rules.LABELS

    @property
    def version(self) -> str:
        """Return the version of the lexicons and figures."""
        return rules.version()

    def suggest(self, sentences: Sequence[Sentence]) -> Sequence[Suggestion]:
        """Return a suggestion for each sentence, in order."""
        return [rules.suggest(one.text, one.language, before=one.before) for one in sentences]


class FromSentiment:
    """The least there is to be better than: thresholds on what the default analyser says.

    They are those of `sentiment.label_of`. It abstains where a language has no analyser.
    """

    name = SENTIMENT
    labels: tuple[str, ...] | None = rules.LABELS

    @property
    def version(self) -> str:
        """Return the versions of the analysers."""
        named = filter(None, map(sentiment.default_for, ("en", "fr")))
        return " ".join(sentiment.get(name).version for name in named)

    def suggest(self, sentences: Sequence[Sentence]) -> Sequence[Suggestion]:
        """Return a suggestion for each sentence, in order."""
        return [self._said(one) for one in sentences]

    def _said(self, sentence: Sentence) -> Suggestion:
        name = sentiment.default_for(sentence.language)
        found = sentiment.get(name)(sentence.text) if name else None
        label = sentiment.label_of(found)
        others = (1 - _HALF) / (len(rules.LABELS) - 1)
        chances = {one: _HALF if one == label else others for one in rules.LABELS}
        reasons = []
        for one in found.assessments if found else ():
            words = r"\W+".join(map(re.escape, one.words))
            if match := re.search(words, sentence.text, re.IGNORECASE):
                entry = " ".join(one.words)
                reasons.append(Reason(*match.span(), "sentiment", entry, None, abs(one.polarity)))
        reasons.sort(key=lambda one: (-one.weight, one.start))
        return Suggestion(label, chances, tuple(reasons), found is None)


class Plugin:
    """A suggester of another package. What it says is checked, and an error names it."""

    labels: tuple[str, ...] | None = None

    def __init__(self, point: EntryPoint, asked: tuple[str, ...]) -> None:
        self.name = point.name
        self._asked = asked
        package = point.dist
        self._called = f"the suggester {point.name!r} of {package.name if package else point.value}"
        self._object = self._loaded(point)
        installed = package.version if package else "unknown"
        self.version = str(getattr(self._object, "version", installed))

    def suggest(self, sentences: Sequence[Sentence]) -> Sequence[Suggestion]:
        """Return a suggestion for each sentence; raises InputProblem for what is none."""
        try:
            said = list(self._object.suggest(sentences))
        except AnnotatorError:
            raise
        except Exception as error:
            raise self._fails(f"{type(error).__name__}: {error}") from error
        if len(said) != len(sentences):
            raise self._fails(f"{len(said)} suggestions for {len(sentences)} sentences")
        for one, sentence in zip(said, sentences, strict=True):
            if (wrong := _wrong(one, sentence.text, self._asked)) is not None:
                raise self._fails(f"{wrong}, of {one_line(sentence.text, 60)!r}")
        return said

    def _loaded(self, point: EntryPoint) -> Any:
        try:
            found = point.load()
            if isinstance(found, type) or not hasattr(found, "suggest"):
                found = found()
        except AnnotatorError:
            raise
        except Exception as error:
            reason = f"{type(error).__name__}: {error}"
            raise self._fails(f"cannot be loaded: {reason}") from error
        if not callable(getattr(found, "suggest", None)):
            raise self._fails(f"{point.value} has no method suggest(sentences)")
        return found

    def _fails(self, reason: str) -> InputProblem:
        return InputProblem(
            f"{self._called}: {reason}", hint="docs/models.md says what a suggester answers"
        )


def _wrong(one: Any, text: str, names: tuple[str, ...]) -> str | None:
    """Return what is wrong with an answer about `text`, or None; `names` are the labels."""
    if not isinstance(one, Suggestion):
        return f"a {type(one).__name__} is no Suggestion"
    if one.label not in names:
        return f"{one.label!r} is no label; there are {', '.join(names)}"
    if one.label not in one.probabilities or not set(one.probabilities) <= set(names):
        return f"its probabilities are of {', '.join(map(str, one.probabilities)) or 'nothing'}"
    values = list(one.probabilities.values())
    if not all(isinstance(value, (int, float)) and 0 <= value <= 1 for value in values):
        return "a probability is not between 0 and 1"
    if abs(math.fsum(values) - 1) > _ROUNDING:
        return f"its probabilities sum to {math.fsum(values):.3f}"
    for reason in one.reasons:
        if not isinstance(reason, Reason) or not 0 <= reason.start < reason.end <= len(text):
            return f"a reason is no place in the text: {reason}"
    return None


def unfit(suggester: Suggester, labels: tuple[str, ...]) -> str | None:
    """Return why a suggester is of no use for a scheme with these labels, or None."""
    known = suggester.labels
    if known is None or set(known) <= set(labels):
        return None
    return f"{suggester.name} knows {', '.join(known)}; the labels here are {', '.join(labels)}"


def names() -> tuple[str, ...]:
    """Return the names of the suggesters that need no folder, the default first."""
    return (DEFAULT, SENTIMENT, *(name for name in sorted(_plugins()) if name != DEFAULT))


def get(name: str, models: Path | None = None, labels: tuple[str, ...] | None = None) -> Suggester:
    """Return the suggester of that name, or the trained model in the folder of that name.

    `models` is the folder that holds the trained models of a project, `labels` are those of its
    scheme. Raises UsageProblem for a name there is none of, InputProblem for a model or plug-in
    that does not work.
    """
    given = built_in().names if labels is None else labels
    if name == DEFAULT:
        return Rules()
    if name == SENTIMENT:
        return FromSentiment()
    if name == LEARNED and models is not None:
        return _model(models / name, given)
    if name in _plugins():
        return _plugin(name, given)
    if os.sep in name or Path(name).is_dir():
        return _model(Path(name), given)
    hint = f"one of: {', '.join(names())}, or the folder of a trained model"
    raise UsageProblem(f"there is no suggester {name!r}", hint=hint)


def _model(folder: Path, labels: tuple[str, ...]) -> Suggester:
    from annotator.baseline.learned.suggester import open_model

    return open_model(folder, labels)


@cache
def _plugin(name: str, labels: tuple[str, ...]) -> Plugin:
    return Plugin(_plugins()[name], labels)


@cache
def _plugins() -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=GROUP)}
