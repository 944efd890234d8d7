"""The trained model as a suggester: labels, probabilities, and the words and cues behind them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from annotator.baseline.learned import NAME
from annotator.baseline.learned.embedder import as_recorded
from annotator.baseline.learned.model import CUES, Embed, Linear
from annotator.baseline.learned.reading import (
    QUESTIONS,
    Seen,
    named,
    placed_pieces,
    placed_words,
    prior,
    see,
    shares,
    tokens,
)
from annotator.baseline.learned.saved import CARD, load
from annotator.baseline.learned.training import added
from annotator.baseline.rules import Judgement
from annotator.core.model import Reason, Sentence
from annotator.core.scheme import built_in

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_REASONS: Final = 5
_LEAST: Final = 0.1
"""Reasons that are given at most, and the log odds from which on something is one."""


class Learned:
    """A trained model. Loaded, it stays the same whatever becomes of its folder."""

    def __init__(
        self,
        linear: Linear,
        version: str,
        embed: Embed | None = None,
        name: str = NAME,
        labels: tuple[str, ...] | None = None,
    ) -> None:
        self.name = name
        self.version = version
        self._linear, self._embed = linear, embed
        self.labels: tuple[str, ...] | None = linear.classes
        names = built_in().names if labels is None else labels
        self._answers = names if set(linear.classes) <= set(names) else linear.classes

    def suggest(self, sentences: Sequence[Sentence]) -> Sequence[Judgement]:
        """Return a suggestion for each sentence, in order."""
        import numpy as np

        if not sentences:
            return []
        linear = self._linear
        seen = [see(one) for one in sentences]
        features = linear.features(seen, self._embed)
        odds = np.array([prior(one.judgement, linear.classes) for one in seen])
        found = added(linear.scores(features), odds)
        return [
            self._said(sentence, one, features[[place]], found[place])
            for place, (sentence, one) in enumerate(zip(sentences, seen, strict=True))
        ]

    def _said(self, sentence: Sentence, seen: Seen, row: csr_matrix, chances: Any) -> Judgement:
        classes = self._linear.classes
        by_class = dict(zip(classes, map(float, chances), strict=True))
        first, second = sorted(range(len(classes)), key=lambda n: -chances[n])[:2]
        reasons = self._reasons(sentence, row, first, second)
        subjectivity = by_class.get("subjective", seen.judgement.subjectivity)
        probabilities = {name: by_class.get(name, 0.0) for name in self._answers}
        return Judgement(classes[first], probabilities, reasons, not reasons, subjectivity)

    def _reasons(
        self, sentence: Sentence, row: csr_matrix, first: int, second: int
    ) -> tuple[Reason, ...]:
        """Return what spoke for a class against the next likely one, the weightiest first."""
        found = [*self._words(sentence.text, row, first, second)]
        found += self._cues(sentence, first, second)
        found = [one for one in found if one.weight >= _LEAST]
        return tuple(sorted(found, key=lambda one: (-one.weight, one.start))[:_REASONS])

    def _words(self, text: str, row: csr_matrix, first: int, second: int) -> list[Reason]:
        linear = self._linear
        values = dict(zip(row.indices.tolist(), row.data.tolist(), strict=True))
        found = tokens(text)
        weight: dict[int, float] = defaultdict(float)
        offset = 0
        for vectorizer, placed in zip(
            linear.vectorizers, (placed_words(found), placed_pieces(found)), strict=True
        ):
            known = vectorizer.vocabulary_
            counts = Counter(term for _, term in placed)
            for place, term in placed:
                column = known.get(term)
                if column is not None:
                    column += offset
                    share = values.get(column, 0.0) / counts[term]
                    weight[place] += share * self._against(column, first, second)
            offset += len(known)
        return [
            Reason(found[n].start, found[n].end, "word", " ".join(found[n].words), None, one)
            for n, one in weight.items()
        ]

    def _cues(self, sentence: Sentence, first: int, second: int) -> list[Reason]:
        linear = self._linear
        classes = linear.classes
        reasons = []
        for (cue, name), share in zip(
            named(sentence.text, sentence.language),
            shares(sentence.text, sentence.language),
            strict=True,
        ):
            by_class = dict(zip(QUESTIONS, share, strict=True))
            weight = by_class.get(classes[first], 0.0) - by_class.get(classes[second], 0.0)
            column = linear.cue_columns.get(name)
            if column is not None:
                weight += CUES * cue.weight * self._against(column, first, second)
            reasons.append(Reason(cue.start, cue.end, cue.kind, cue.entry, None, weight))
        return reasons

    def _against(self, column: int, first: int, second: int) -> float:
        weights = self._linear.weights
        return float(weights[first, column] - weights[second, column])


def open_model(folder: Path, labels: tuple[str, ...] | None = None) -> Learned:
    """Return the model in a folder; raises UsageProblem or InputProblem, which says what to do.

    `labels` are those of the scheme: it says of each how likely it is.
    """
    path = folder / CARD
    changed = path.stat().st_mtime_ns if path.is_file() else 0
    return _opened(folder.resolve(), changed, labels)


@lru_cache(maxsize=2)
def _opened(folder: Path, changed: int, labels: tuple[str, ...] | None) -> Learned:  # noqa: ARG001 - a part of the key
    linear, card = load(folder)
    embed = as_recorded(card.get("embedder"), folder)
    return Learned(linear, card["version"], embed, labels=labels)
