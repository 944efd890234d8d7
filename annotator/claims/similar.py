"""Sentences that may state the same thing: found by what they share, rarest first.

An inverted index from features to sentences. What many sentences have in common tells nothing: it
weighs little, and the commonest leads nowhere, so that a hundred thousand sentences are searched
like a hundred.
"""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from itertools import chain
from typing import Final, NamedTuple

from annotator.claims.features import Features, features, stem
from annotator.core.progress import Progress, silent

_WEIGHTS: Final = {"name": 1.0, "number": 2.0, "word": 1.0}
"""How much a shared feature of a kind says: from few tried on the bundled articles, whose figures
`tests/benchmarks/test_claims_quality.py` prints."""
_MOST: Final = 200
"""Sentences that a feature may lead to. A more common one still counts where others lead."""
LEAST: Final = 0.25
"""Likeness from which a pair is proposed: the best F1 on the bundled articles."""

Feature = tuple[str, str]


class Alike(NamedTuple):
    """Another sentence, how alike it is (0..1), and what both have, the most telling first."""

    key: int
    likeness: float
    shared: tuple[Feature, ...]

    @property
    def reason(self) -> str:
        """Return in words what both have."""
        kinds = {"name": "names", "number": "numbers", "word": "words"}
        parts = []
        for kind, name in kinds.items():
            if found := [text for one, text in self.shared if one == kind]:
                ends = "… " if kind == "word" else ", "
                parts.append(f"{name} {ends.join(found)}" + ("…" if kind == "word" else ""))
        return "; ".join(parts)


class Index:
    """Sentences by their features: all of them, then questions.

    `sentences` are keys of the caller's with text and language.
    """

    def __init__(self, sentences: Iterable[tuple[int, str, str]]) -> None:
        found = {key: features(text, language) for key, text, language in sentences}
        self._names = frozenset(chain.from_iterable(one.names for one in found.values()))
        self._features = {key: self._listed(one) for key, one in found.items()}
        self._having: defaultdict[Feature, list[int]] = defaultdict(list)
        for key, own in self._features.items():
            for one in own:
                self._having[one].append(key)
        self._lengths: dict[int, float] = {}
        self._weights: dict[Feature, float] = {}

    def __len__(self) -> int:
        return len(self._features)

    def like(self, key: int, *, least: float = LEAST, most: int = 20) -> list[Alike]:
        """Return the sentences most like the one under `key`, best first."""
        return self._search(self._features[key], {key}, least, most)

    def like_text(
        self, text: str, language: str, *, least: float = LEAST, most: int = 20
    ) -> list[Alike]:
        """Return the sentences most like a text that is not among them, best first."""
        return self._search(self._listed(features(text, language)), (), least, most)

    def pairs(
        self, *, least: float = LEAST, most: int = 20, tell: Progress = silent
    ) -> Iterator[tuple[int, Alike]]:
        """Yield each pair that is alike once, by key: of each sentence with its `most` likest."""
        for done, key in enumerate(self._features):
            if done % 1_000 == 0:
                tell("pairs", done, len(self))
            for one in self.like(key, least=least, most=most):
                if key < one.key or all(
                    back.key != key for back in self.like(one.key, least=least)
                ):
                    yield key, one

    def _search(
        self, own: tuple[Feature, ...], but: Collection[int], least: float, most: int
    ) -> list[Alike]:
        leading = [one for one in own if 0 < len(self._having.get(one, ())) <= _MOST]
        there = set(chain.from_iterable(self._having[one] for one in leading)).difference(but)
        length, mine = self._length(own), set(own)
        scored = []
        for key in there:
            other = self._features[key]
            shared = mine.intersection(other)
            if len(shared) < 2:
                continue  # one name or one word in common is no statement in common
            weight = sum(self._weight(one) ** 2 for one in shared)
            likeness = weight / (length * self._length_of(key)) if weight else 0.0
            if likeness >= least:
                scored.append((likeness, -key, shared))
        best = heapq.nlargest(most, scored, key=lambda one: one[:2])
        return [
            Alike(
                -key,
                likeness,
                tuple(sorted(shared, key=lambda one: (-self._weight(one), one))),
            )
            for likeness, key, shared in best
        ]

    def _weight(self, feature: Feature) -> float:
        if feature not in self._weights:
            having = len(self._having.get(feature, ())) or 1
            weight = _WEIGHTS[feature[0]] * math.log(1 + len(self._features) / having)
            self._weights[feature] = weight
        return self._weights[feature]

    def _length_of(self, key: int) -> float:
        if key not in self._lengths:
            self._lengths[key] = self._length(self._features[key])
        return self._lengths[key]

    def _length(self, own: tuple[Feature, ...]) -> float:
        return math.sqrt(sum(self._weight(one) ** 2 for one in own)) or 1.0

    def _listed(self, found: Features) -> tuple[Feature, ...]:
        names, numbers, words, first = found
        if first in self._names:
            names |= {first}
        elif first is not None:
            words |= {stem(first)}
        kinds = zip(_WEIGHTS, (names, numbers, words), strict=True)
        return tuple((kind, text) for kind, texts in kinds for text in sorted(texts))
