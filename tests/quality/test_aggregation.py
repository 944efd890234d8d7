"""Dawid and Skene's model: the published example, and reviewers whose errors are known."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.quality.aggregation import dawid_skene, posteriors
from annotator.quality.agreement import Undefined

PUBLISHED = Path(__file__).parents[2] / ".." / "shared" / "agreement" / "iaa_fixtures.json"

tables = st.tuples(st.integers(1, 8), st.integers(1, 4), st.integers(2, 4)).flatmap(
    lambda shape: st.lists(
        st.integers(0, 2), min_size=math.prod(shape), max_size=math.prod(shape)
    ).map(lambda values: np.array(values).reshape(shape))
)


def test_the_published_example():
    if not PUBLISHED.exists():
        pytest.skip("the published examples are not part of the project")
    one = json.loads(PUBLISHED.read_text(encoding="utf-8"))["dawid_skene"]
    patients = [one["units"][key] for key in sorted(one["units"], key=int)]
    ratings = np.zeros((len(patients), 5, 4), dtype=np.int64)
    for row, observers in enumerate(patients):
        for observer, readings in enumerate(observers):
            for reading in readings:
                ratings[row, observer, reading - 1] += 1
    found = dawid_skene(ratings)
    assert found.shares == pytest.approx(one["marginals"], abs=6e-5)
    assert found.shares == pytest.approx(one["published_marginals"], abs=one["tol"])
    assert found.log_likelihood == pytest.approx(one["log_likelihood"], abs=1e-4)
    assert found.errors[0] == pytest.approx(
        np.array(one["observer1_error_rates_row_true"]), abs=6e-5
    )


def test_errors_that_are_known_are_found():
    dice = np.random.default_rng(2)
    truth = dice.choice(3, 4_000, p=[0.6, 0.25, 0.15])
    known = np.array(
        [
            [[0.9, 0.05, 0.05], [0.1, 0.8, 0.1], [0.05, 0.15, 0.8]],
            [[0.7, 0.2, 0.1], [0.1, 0.9, 0.0], [0.1, 0.1, 0.8]],
            [[0.95, 0.05, 0.0], [0.3, 0.6, 0.1], [0.0, 0.1, 0.9]],
            [[0.8, 0.1, 0.1], [0.1, 0.8, 0.1], [0.1, 0.1, 0.8]],
        ]
    )
    ratings = np.zeros((len(truth), len(known), 3), dtype=np.int64)
    for reviewer, rates in enumerate(known):
        labels = [dice.choice(3, p=rates[one]) for one in truth]
        ratings[np.arange(len(truth)), reviewer, labels] = 1
    found = dawid_skene(ratings)
    assert found.errors == pytest.approx(known, abs=0.06)
    assert found.shares == pytest.approx([0.6, 0.25, 0.15], abs=0.03)
    majority = ratings.sum(axis=1).argmax(axis=1)
    assert (found.posterior.argmax(axis=1) == truth).mean() > (majority == truth).mean()


def test_no_rating_at_all():
    with pytest.raises(Undefined, match="there is no rating"):
        dawid_skene(np.zeros((3, 2, 3), dtype=np.int64))


@given(tables.filter(np.any))
def test_probabilities_are_probabilities(ratings):
    found = dawid_skene(ratings)
    assert found.posterior.shape == (ratings.shape[0], ratings.shape[2])
    assert found.posterior.sum(axis=1) == pytest.approx(np.ones(len(ratings)))
    assert found.shares.sum() == pytest.approx(1)
    defined = ~np.isnan(found.errors).any(axis=2)
    assert found.errors[defined].sum(axis=1) == pytest.approx(np.ones(defined.sum()))


@given(tables.filter(np.any), st.randoms())
def test_the_order_of_reviewers_does_not_matter(ratings, dice):
    order = dice.sample(range(ratings.shape[1]), ratings.shape[1])
    one, other = dawid_skene(ratings), dawid_skene(ratings[:, order])
    assert other.log_likelihood == pytest.approx(one.log_likelihood, abs=1e-6)
    assert other.posterior == pytest.approx(one.posterior, abs=1e-3)


def test_a_weight_is_that_many_units():
    dice = np.random.default_rng(5)
    codes = dice.integers(0, 3, (40, 3))
    kinds = (codes[:, :, None] == np.arange(3)).astype(np.int64)
    weights = dice.integers(1, 5, 40)
    one, other = dawid_skene(kinds, weights), dawid_skene(np.repeat(kinds, weights, axis=0))
    assert one.log_likelihood == pytest.approx(other.log_likelihood)
    assert np.repeat(one.posterior, weights, axis=0) == pytest.approx(other.posterior, abs=1e-6)


def rated(units: int = 300) -> np.ndarray:
    dice = np.random.default_rng(7)
    truth = dice.choice(3, units, p=[0.5, 0.3, 0.2])
    noise = dice.integers(0, 4, (units, 4))
    codes = np.where(dice.random((units, 4)) < 0.7, truth[:, None], noise).astype(np.int8)
    codes[dice.random((units, 4)) < 0.1] = -1
    return codes


NAMES, LABELS = ("ana", "ben", "cleo", "dora"), ("factual", "speculative", "promotional", "none")


@given(st.randoms())
def test_the_order_of_units_changes_no_bit(dice):
    codes = rated()
    order = dice.sample(range(len(codes)), len(codes))
    found = posteriors(codes, NAMES, LABELS)
    assert (posteriors(codes[order], NAMES, LABELS) == found[order]).all()


def test_posteriors_are_those_of_the_model():
    codes = rated()
    ratings = (codes[:, :, None] == np.arange(4)).astype(np.int64)
    # Both stand still at the same place, if not after the same round.
    assert posteriors(codes, NAMES, LABELS) == pytest.approx(
        dawid_skene(ratings).posterior, abs=1e-4
    )


def test_too_few_labels_are_counted():
    codes = rated()
    with pytest.raises(Undefined, match="needs 3 reviewers, and 2 have labelled"):
        posteriors(codes[:, :2], NAMES[:2], LABELS)
    # A column without a label is nobody at work.
    idle = np.hstack([codes[:, :2], np.full((len(codes), 1), -1, dtype=np.int8)])
    with pytest.raises(Undefined, match="and 2 have labelled"):
        posteriors(idle, NAMES[:3], LABELS)
    codes[(codes == 2) & (np.arange(4) == 3)] = 0
    with pytest.raises(Undefined, match=r"too few: dora promotional 0$"):
        posteriors(codes, NAMES, LABELS)
    # Of "no sentence" there may be few, and of a label that nobody uses there are none.
    codes[codes >= 2] = 1
    assert posteriors(codes, NAMES, LABELS)[:, 2:].max() < 1e-6
