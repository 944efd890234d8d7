"""The linear model: what labels add to the rules, kept as plain arrays, so that it can be stored.

It is a logistic regression that begins with the log odds of the rules as an offset: its weights say
how far a sentence is from what the rules say of it, and are pulled towards 0. Without labels that
speak against them the rules hold. scikit-learn knows no offset, so it is fitted here, by L-BFGS.
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
    prior,
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

CUES: Final = 0.2
_NUMBERS: Final = 0.2
"""How much room a feature of a group has beside a word, whose sentence has length 1: the smaller,
the more labels it takes to move it. Chosen with 300 labels of each development file."""
_SEVERAL: Final = 2
"""A piece of a word counts if so many sentences have it; a word always does."""
_DIGITS: Final = 5
"""Decimals of a weight, and of what is usual, that are kept."""


class Terms(NamedTuple):
    """The terms of a vocabulary, in order, and how rare each of them is."""

    names: list[str]
    idf: Floats


@dataclass(frozen=True)
class Linear:
    """A fitted model. `weights` has a row a class; columns are words, pieces, cues, rest.

    `usual` is what cues and numbers were on average where it learned: they count by how far they
    are from it, and what is not known is as usual. Else what all sentences have would move them
    all away from the rules.
    """

    classes: tuple[str, ...]
    words: Terms
    pieces: Terms
    cues: tuple[str, ...]
    usual: Floats
    weights: Floats

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
        return _joined(counted, _dense(seen, self.cues) - self.usual, seen, embed)

    def scores(self, features: csr_matrix) -> Floats:
        """Return what to add to the log odds of the rules, in rows that sum to 0."""
        found: Floats = features @ self.weights.T
        centred: Floats = found - found.mean(axis=1, keepdims=True)
        return centred


def fit(
    seen: Sequence[Seen],
    labels: Sequence[str],
    rooms: Sequence[float],
    embed: Embed | None = None,
) -> list[Linear]:
    """Return a model of the labelled sentences for each room.

    The more room, the weaker the pull towards the rules (C of scikit-learn). There are at least
    two different labels.
    """
    import numpy as np

    texts = [one.text for one in seen]
    vectorizers = [_vectorizer(words_of, 1), _vectorizer(pieces_of, _SEVERAL)]
    counted = [vectorizer.fit_transform(texts) for vectorizer in vectorizers]
    names = tuple(sorted({name for one in seen for name in one.cues}))
    words, pieces = (Terms([*v.get_feature_names_out()], v.idf_) for v in vectorizers)
    dense = _dense(seen, names)
    usual: Floats = np.ma.masked_invalid(dense).mean(axis=0).filled(0.0).round(_DIGITS)
    features = _joined(counted, dense - usual, seen, embed)
    classes = tuple(sorted(set(labels)))
    odds = np.array([prior(one.judgement, classes) for one in seen])
    gold = np.array([classes.index(label) for label in labels])
    weights = np.zeros((len(classes), features.shape[1]))
    found = []
    for room in rooms:
        weights = _fitted(features, odds, gold, room, weights)
        # The last digits are noise of the solver: without them the same labels give the same model.
        kept: Any = np.round(weights, _DIGITS).astype(np.float32)
        found.append(Linear(classes, words, pieces, names, usual, kept))
    return found


def balance(gold: NDArray[np.int64], classes: int) -> Floats:
    """Return a weight for each label: all classes weigh the same, and the mean is 1."""
    import numpy as np

    found: Floats = len(gold) / classes / np.bincount(gold, minlength=classes)[gold]
    return found


def _fitted(
    features: csr_matrix, odds: Floats, gold: NDArray[np.int64], room: float, first: Floats
) -> Floats:
    """Return the weights that make the labels likeliest, less their squares over 2 `room`."""
    import numpy as np
    from scipy.optimize import minimize
    from scipy.special import logsumexp
    from threadpoolctl import threadpool_limits

    rows, columns = features.T.tocsr(), features
    weight = balance(gold, len(first))[:, None]
    right = np.eye(len(first))[gold]

    def cost(flat: Floats) -> tuple[float, Floats]:
        weights = flat.reshape(first.shape)
        found = odds + columns @ weights.T
        logs = found - logsumexp(found, axis=1, keepdims=True)
        slope = (rows @ (weight * (np.exp(logs) - right))).T + weights / room
        return float((weights**2).sum() / 2 / room - (weight * right * logs).sum()), slope.ravel()

    with threadpool_limits(1):  # so small a problem takes longer in several threads, not less
        solved = minimize(cost, first.ravel(), jac=True, method="L-BFGS-B")
    weights: Floats = solved.x.reshape(first.shape)
    return weights


def _vectorizer(cut: Callable[[str], list[str]], least: int = 1, **more: Any) -> TfidfVectorizer:
    from sklearn.feature_extraction.text import TfidfVectorizer

    return TfidfVectorizer(analyzer=cut, sublinear_tf=True, min_df=least, **more)


def _known(cut: Callable[[str], list[str]], terms: Terms) -> TfidfVectorizer:
    vectorizer = _vectorizer(cut, vocabulary=terms.names)
    vectorizer.idf_ = terms.idf
    return vectorizer


def _dense(seen: Sequence[Seen], cues: tuple[str, ...]) -> Floats:
    """Return the cues and numbers of each sentence; nan is not known."""
    import numpy as np

    columns = {name: place for place, name in enumerate(cues)}
    dense = np.zeros((len(seen), len(cues) + len(NUMBERS)))
    for row, one in enumerate(seen):
        for name, weight in one.cues.items():
            if name in columns:
                dense[row, columns[name]] = CUES * weight
        dense[row, len(cues) :] = [_NUMBERS * value for value in one.numbers]
    return dense


def _joined(
    counted: Sequence[csr_matrix], unusual: Floats, seen: Sequence[Seen], embed: Embed | None
) -> csr_matrix:
    import numpy as np
    from scipy import sparse

    parts = [*counted, sparse.csr_matrix(np.nan_to_num(unusual))]
    if embed is not None:
        parts.append(sparse.csr_matrix(embed([one.text for one in seen])))
    return sparse.hstack(parts).tocsr()
