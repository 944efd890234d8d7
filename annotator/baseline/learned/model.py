"""The linear model: fitted with scikit-learn, kept as plain arrays, so that it can be stored.

What it says are log odds that sum to 0 over the classes. Classes weigh the same however frequent
they are, as in the rules, so that a rare label is not forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from annotator.baseline.learned.reading import (
    NUMBERS,
    Seen,
    pieces_of,
    words_of,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix
    from sklearn.feature_extraction.text import TfidfVectorizer

    Floats = NDArray[np.float64]

Embed = Callable[[Sequence[str]], "Floats"]
"""From texts to one row of numbers each."""

_STRENGTH: Final = 0.5
"""The inverse of the pull towards 0 (C of scikit-learn)."""
CUES: Final = 0.1
_NUMBERS: Final = 0.2
"""How much room a feature of a group has beside a word, whose sentence has length 1: the smaller,
the more labels it takes to move it. Chosen with 300 labels of each development file."""
_SEVERAL: Final = 2
"""A piece of a word counts if so many sentences have it; a word always does."""
_DIGITS: Final = 5
"""Decimals of a weight that are kept."""


class Terms(NamedTuple):
    """The terms of a vocabulary, in order, and how rare each of them is."""

    names: list[str]
    idf: Floats


@dataclass(frozen=True)
class Linear:
    """A fitted model. `weights` has a row a class; columns are words, pieces, cues, rest."""

    classes: tuple[str, ...]
    words: Terms
    pieces: Terms
    cues: tuple[str, ...]
    weights: Floats
    bias: Floats

    @cached_property
    def vectorizers(self) -> tuple[TfidfVectorizer, TfidfVectorizer]:
        """Return what counts words, and what counts pieces."""
        return _known(words_of, self.words), _known(pieces_of, self.pieces)

    @cached_property
    def cue_columns(self) -> Mapping[str, int]:
        """Return the column of each cue feature."""
        first = len(self.words.names) + len(self.pieces.names)
        return {name: first + place for place, name in enumerate(self.cues)}

    def features(self, seen: Sequence[Seen], embed: Embed | None) -> csr_matrix:
        """Return a row of features for each sentence."""
        texts = [one.text for one in seen]
        counted = [vectorizer.transform(texts) for vectorizer in self.vectorizers]
        return _joined(counted, seen, self.cues, embed)

    def scores(self, features: csr_matrix) -> Floats:
        """Return the log odds of each class, in rows that sum to 0."""
        found: Floats = features @ self.weights.T + self.bias
        centred: Floats = found - found.mean(axis=1, keepdims=True)
        return centred


def fit(seen: Sequence[Seen], labels: Sequence[str], embed: Embed | None = None) -> Linear:
    """Return the model of labelled sentences, which have at least two different labels."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    texts = [one.text for one in seen]
    vectorizers = [_vectorizer(words_of, 1), _vectorizer(pieces_of, _SEVERAL)]
    counted = [vectorizer.fit_transform(texts) for vectorizer in vectorizers]
    names = tuple(sorted({name for one in seen for name in one.cues}))
    solver = LogisticRegression(C=_STRENGTH, class_weight="balanced", max_iter=2_000)
    with threadpool_limits(1):  # so small a problem takes longer in several threads, not less
        solver.fit(_joined(counted, seen, names, embed), labels)
    weights, bias = solver.coef_, solver.intercept_
    if len(solver.classes_) == 2:  # one row says both
        weights = np.concatenate([-weights, weights]) / 2
        bias = np.concatenate([-bias, bias]) / 2
    words, pieces = (Terms([*v.get_feature_names_out()], v.idf_) for v in vectorizers)
    # The last digits are noise of the solver: without them the same labels give the same model.
    weights, bias = (np.round(one, _DIGITS).astype(np.float32) for one in (weights, bias))
    return Linear(tuple(map(str, solver.classes_)), words, pieces, names, weights, bias)


def _vectorizer(cut: Callable[[str], list[str]], least: int = 1, **more: Any) -> TfidfVectorizer:
    from sklearn.feature_extraction.text import TfidfVectorizer

    return TfidfVectorizer(analyzer=cut, sublinear_tf=True, min_df=least, **more)


def _known(cut: Callable[[str], list[str]], terms: Terms) -> TfidfVectorizer:
    vectorizer = _vectorizer(cut, vocabulary=terms.names)
    vectorizer.idf_ = terms.idf
    return vectorizer


def _joined(
    counted: Sequence[csr_matrix], seen: Sequence[Seen], cues: tuple[str, ...], embed: Embed | None
) -> csr_matrix:
    import numpy as np
    from scipy import sparse

    columns = {name: place for place, name in enumerate(cues)}
    dense = np.zeros((len(seen), len(cues) + len(NUMBERS)))
    for row, one in enumerate(seen):
        for name, weight in one.cues.items():
            if name in columns:
                dense[row, columns[name]] = CUES * weight
        dense[row, len(cues) :] = [_NUMBERS * value for value in one.numbers]
    parts = [*counted, sparse.csr_matrix(dense)]
    if embed is not None:
        parts.append(sparse.csr_matrix(embed([one.text for one in seen])))
    return sparse.hstack(parts).tocsr()
