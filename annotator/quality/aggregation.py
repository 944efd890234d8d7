"""One label from several reviewers by Dawid and Skene's model of who errs how.

Each reviewer has a confusion matrix, how often they give a label where another one is right; it is
estimated together with the right labels by expectation maximisation (Dawid and Skene 1979,
"Maximum likelihood estimation of observer error-rates using the EM algorithm").
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from annotator.core.history import NOT_A_SENTENCE
from annotator.quality.agreement import Codes, Undefined

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

REVIEWERS: Final = 3
LEAST: Final = 20
"""Under so many reviewers, or labels of a kind by one of them, errors cannot be told from truth. Of
"this is no sentence" there are few in most texts: it is not counted here."""
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


def dawid_skene(ratings: Ints, weights: Ints | None = None) -> Estimate:
    """Return the estimate for counts of ratings: units by reviewers by labels.

    A reviewer may have rated a unit never, once or several times; `weights` says for how many
    units each stands. It starts from the share of each label among a unit's ratings (their
    equation 3.1). Units without a rating get the shares of all. Raises Undefined where there is
    none at all.
    """
    units, reviewers, labels = ratings.shape
    flat = ratings.reshape(units, reviewers * labels).astype(float)
    rated = flat.sum(axis=1)
    if not rated.any():
        raise Undefined("there is no rating")
    weight = (rated > 0) * (np.ones(units) if weights is None else weights.astype(float))
    posterior = ratings.sum(axis=1) / np.maximum(rated, 1)[:, None]
    before = -np.inf
    likelihood = before
    shares, errors = _maximised(flat, posterior, weight)
    for _ in range(ROUNDS):
        posterior, likelihood = _expected(flat, shares, errors, weight)
        shares, errors = _maximised(flat, posterior, weight)
        if likelihood - before <= _STILL * abs(likelihood):
            break
        before = likelihood
    return Estimate(posterior, shares, errors, likelihood)


def _maximised(flat: Floats, posterior: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """Return shares and error rates, given how likely each label is right (equations 2.3, 2.4)."""
    labels = posterior.shape[1]
    weighted = posterior * weight[:, None]
    given = (weighted.T @ flat).reshape(labels, -1, labels).transpose(1, 0, 2)
    with np.errstate(invalid="ignore"):
        errors = given / given.sum(axis=2, keepdims=True)
    return weighted.sum(axis=0) / weight.sum(), errors


def _expected(flat: Floats, shares: Floats, errors: Floats, weight: Floats) -> tuple[Floats, float]:
    """Return how likely each label is right (equation 2.5), and the log likelihood."""
    with np.errstate(divide="ignore"):
        # Nothing was ever given where a rate is undefined: it takes no part.
        rates = np.log(np.where(np.isnan(errors), 1.0, errors))
        joint = np.log(shares)[None, :] + _given(flat, rates)
    most = joint.max(axis=1, keepdims=True)
    raised = np.exp(joint - most)
    total = raised.sum(axis=1, keepdims=True)
    return raised / total, float(weight @ (np.log(total) + most)[:, 0])


def _given(flat: Floats, rates: Floats) -> Floats:
    """Return the log likelihood of each unit's ratings for each label that may be right."""
    # What was not given counts for nothing, also where it could never be: 0 times minus infinity.
    impossible = np.isneginf(rates)

    def along(values: Floats) -> Floats:
        found: Floats = flat @ values.transpose(0, 2, 1).reshape(-1, rates.shape[1])
        return found

    found = along(np.where(impossible, 0.0, rates))
    return np.where(along(impossible.astype(float)) > 0, -np.inf, found)


def posteriors(codes: Codes, reviewers: Sequence[str], labels: Sequence[str]) -> Floats:
    """Return how likely each label is right for each unit: units by labels.

    `codes` are places in `labels`, units by reviewers, -1 for none. The same labels give the same
    numbers in whichever order the units come. Raises Undefined, with the counts, where the labels
    are too few to say how often each reviewer errs.
    """
    _check(codes, reviewers, labels)
    # Units with the same ratings are estimated once, and in one order: sums depend on it.
    kinds, kind, count = np.unique(codes, axis=0, return_inverse=True, return_counts=True)
    ratings = (kinds[:, :, None] == np.arange(len(labels))).astype(np.int64)
    return dawid_skene(ratings, count).posterior[kind.reshape(-1)]


def _check(codes: Codes, reviewers: Sequence[str], labels: Sequence[str]) -> None:
    count = {
        (name, label): int((codes[:, column] == code).sum())
        for column, name in enumerate(reviewers)
        for code, label in enumerate(labels)
    }
    at_work = [name for name in reviewers if any(count[name, label] for label in labels)]
    if len(at_work) < REVIEWERS:
        raise Undefined(f"it needs {REVIEWERS} reviewers, and {len(at_work)} have labelled")
    in_use = [one for one in labels if any(count[name, one] for name in reviewers)]
    few = [
        f"{name} {label} {count[name, label]}"
        for name in at_work
        for label in in_use
        if label != NOT_A_SENTENCE and count[name, label] < LEAST
    ]
    if few:
        raise Undefined(
            f"it needs about {LEAST} labels of each kind by each reviewer to know how they err;"
            f" too few: {', '.join(few)}"
        )
