"""Scores against labels: by hand, against scikit-learn, and where they are undefined."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.quality.bootstrap import Drawing
from annotator.quality.scores import measures, reliability, score

CLASSES = ("factual", "speculative", "promotional")
FAST = Drawing("sentence", 0, 0, times=20)


def scored(pairs, classes=CLASSES, drawing=FAST):
    labels, answers = [one for one, _ in pairs], [one for _, one in pairs]
    return score(labels, answers, classes, [None] * len(pairs), drawing)


def test_by_hand():
    pairs = [("f", "f")] * 6 + [("f", "s")] * 2 + [("s", "s")] * 3 + [("s", "f")]
    found = scored(pairs, ("f", "s"))
    assert found.n == 12
    assert found.accuracy.value == pytest.approx(9 / 12)
    assert found.classes["f"].precision.value == pytest.approx(6 / 7)
    assert found.classes["f"].recall.value == pytest.approx(6 / 8)
    assert found.classes["s"].precision.value == pytest.approx(3 / 5)
    assert found.classes["s"].recall.value == pytest.approx(3 / 4)
    f1s = [2 * 6 / (8 + 7), 2 * 3 / (4 + 5)]
    assert found.macro_f1.value == pytest.approx(sum(f1s) / 2)
    assert found.confusion["f", "s"] == 2
    assert found.as_json()["confusion"] == {"f": {"f": 6, "s": 2}, "s": {"f": 1, "s": 3}}
    assert (found.classes["f"].labelled, found.classes["f"].answered) == (8, 7)


@pytest.mark.parametrize("seed", range(20))
def test_the_same_as_scikit_learn(seed):
    metrics = pytest.importorskip("sklearn.metrics")
    rng = random.Random(seed)
    pairs = [(rng.choice(CLASSES), rng.choice(CLASSES)) for _ in range(rng.randint(1, 12))]
    found = scored(pairs)
    labels, answers = [one for one, _ in pairs], [one for _, one in pairs]
    occurring = sorted(set(labels))
    macro = metrics.f1_score(labels, answers, labels=occurring, average="macro", zero_division=0)
    assert found.macro_f1.value == pytest.approx(macro)
    assert found.accuracy.value == pytest.approx(metrics.accuracy_score(labels, answers))
    precision, recall, _, _ = metrics.precision_recall_fscore_support(
        labels, answers, labels=CLASSES, zero_division=0
    )
    for n, name in enumerate(CLASSES):
        one = found.classes[name]
        assert (one.precision.value is None) == (name not in answers)
        assert (one.recall.value is None) == (name not in labels)
        if one.precision.value is not None:
            assert one.precision.value == pytest.approx(precision[n])
        if one.recall.value is not None:
            assert one.recall.value == pytest.approx(recall[n])


def test_a_class_that_is_never_answered_has_no_precision_but_an_f1_of_zero():
    found = scored([("factual", "factual")] * 9 + [("speculative", "factual")])
    one = found.classes["speculative"]
    assert (one.precision.value, one.precision.why) == (None, "never answered")
    assert (one.recall.value, one.f1.value) == (0.0, 0.0)


def test_a_class_that_does_not_occur_has_no_recall_and_does_not_count():
    found = scored([("factual", "factual")] * 9 + [("factual", "promotional")])
    one = found.classes["promotional"]
    assert one.precision.value == 0.0
    assert (one.recall.value, one.recall.why) == (None, "none among the labels")
    assert (one.f1.value, one.f1.why) == (None, "none among the labels")
    assert found.macro_f1.value == pytest.approx(2 * 9 / (10 + 9))


def test_no_sentences():
    found = scored([])
    assert found.n == 0
    for one in (found.accuracy, found.macro_f1, found.classes["factual"].recall):
        assert (one.value, one.why) == (None, "no sentences")
    assert set(measures({}, ("a",)).values()) == {"no sentences"}


def test_a_score_without_variation_claims_no_interval():
    found = scored([("factual", "factual")] * 8)
    assert found.accuracy.value == 1.0
    assert (found.accuracy.low, found.accuracy.why) == (None, "no variation to draw from")


def test_a_rare_class_has_no_interval():
    pairs = [("factual", "factual")] * 40 + [("speculative", "speculative")]
    found = scored(pairs, drawing=Drawing("sentence", 41, 0, times=200))
    assert found.classes["speculative"].recall.value == 1.0
    assert found.classes["speculative"].recall.why == "too rare for an interval"


# -- reliability -------------------------------------------------------------------------------


def test_reliability_by_hand():
    found = reliability([0.95, 0.95, 0.65, 0.61, 1.0], [True, False, True, True, True])
    assert [(one.low, one.n) for one in found.bins] == [(0.6, 2), (0.9, 3)]
    low, high = found.bins
    assert (low.sure, low.right) == (pytest.approx(0.63), 1.0)
    assert high.right == pytest.approx(2 / 3)
    off = 2 * abs(0.63 - 1) + 3 * abs(2.9 / 3 - 2 / 3)
    assert found.ece == pytest.approx(off / 5)
    assert found.as_json()["n"] == 5


def test_reliability_of_nothing():
    assert reliability([], []) is None


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1))
def test_reliability_stays_in_its_range(said):
    found = reliability([one for one, _ in said], [hit for _, hit in said])
    assert 0 <= found.ece <= 1
    assert sum(one.n for one in found.bins) == len(said)
    for one in found.bins:
        assert one.low - 1e-9 <= one.sure <= one.high + 1e-9
