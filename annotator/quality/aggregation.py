"""One label from several reviewers by Dawid and Skene's model of who errs how.

Each reviewer has a confusion matrix, how often they give a label where another one is right; it is
estimated together with the right labels by expectation maximisation (Dawid and Skene 1979,
"Maximum likelihood estimation of observer error-rates using the EM algorithm").
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from annotator.quality.agreement import Undefined

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ROUNDS: Final = 1_000
_STILL: Final = 1e-9
"""Change of the log likelihood, relative to it, at which the estimate stands still."""


class Estimate(NamedTuple):
    """What the model says.

    `posterior`: units by labels, the probability that a label is right. `shares`: of the labels.
    `errors`: reviewers by right label by given label; rows sum to 1, NaN for a label that was
    right for nothing the reviewer labelled. `log_likelihood` of the ratings.
    """

    posterior: Floats
    shares: Floats
    errors: Floats
    log_likelihood: float


def dawid_skene(ratings: Ints) -> Estimate:
    """Return the estimate for counts of ratings: units by reviewers by labels.

    A reviewer may have rated a unit never, once or several times. It starts from the share of
    each label among a unit's ratings (their equation 3.1). Units without a rating get the shares
    of all. Raises Undefined where there is none at all.
    """
    rated = ratings.sum(axis=(1, 2))
    if not rated.any():
        raise Undefined("there is no rating")
    posterior = ratings.sum(axis=1) / np.maximum(rated, 1)[:, None]
    before = -np.inf
    likelihood = before
    shares, errors = _maximised(ratings, posterior, rated > 0)
    for _ in range(ROUNDS):
        posterior, likelihood = _expected(ratings, shares, errors)
        shares, errors = _maximised(ratings, posterior, rated > 0)
        if likelihood - before <= _STILL * abs(likelihood):
            break
        before = likelihood
    return Estimate(posterior, shares, errors, likelihood)


def _maximised(ratings: Ints, posterior: Floats, rated: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Return shares and error rates, given how likely each label is right (equations 2.3, 2.4)."""
    given = np.einsum("ut,url->rtl", posterior, ratings)
    with np.errstate(invalid="ignore"):
        errors = given / given.sum(axis=2, keepdims=True)
    return posterior[rated].mean(axis=0), errors


def _expected(ratings: Ints, shares: Floats, errors: Floats) -> tuple[Floats, float]:
    """Return how likely each label is right (equation 2.5), and the log likelihood."""
    with np.errstate(divide="ignore"):
        # Nothing was ever given where a rate is undefined: it takes no part.
        rates = np.log(np.where(np.isnan(errors), 1.0, errors))
        joint = np.log(shares)[None, :] + _given(ratings, rates)
    most = joint.max(axis=1, keepdims=True)
    raised = np.exp(joint - most)
    total = raised.sum(axis=1, keepdims=True)
    rated = ratings.sum(axis=(1, 2)) > 0
    return raised / total, float((np.log(total) + most)[rated].sum())


def _given(ratings: Ints, rates: Floats) -> Floats:
    """Return the log likelihood of each unit's ratings for each label that may be right."""
    units, reviewers, labels = ratings.shape
    # What was not given counts for nothing, also where it could never be: 0 times minus infinity.
    impossible = np.isneginf(rates)
    flat = ratings.reshape(units, reviewers * labels).astype(float)

    def along(values: Floats) -> Floats:
        found: Floats = flat @ values.transpose(0, 2, 1).reshape(reviewers * labels, labels)
        return found

    found = along(np.where(impossible, 0.0, rates))
    return np.where(along(impossible.astype(float)) > 0, -np.inf, found)
