"""Wilson's interval and Spearman's correlation: by hand and against scipy."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from annotator.quality.correlation import spearman
from annotator.quality.shares import share


def test_wilson_by_hand():
    # 81 of 263: Newcombe 1998, "Two-sided confidence intervals for the single proportion".
    found = share(81, 263)
    assert found.low == pytest.approx(0.2553, abs=5e-5)
    assert found.high == pytest.approx(0.3662, abs=5e-5)
    none = share(0, 20)
    assert (none.value, none.low) == (0.0, 0.0)
    assert none.high == pytest.approx(0.1611, abs=5e-5)


def test_wilson_is_never_sure():
    assert share(8, 8).low < 0.7
    assert share(0, 0).why == "no sentences"


@pytest.mark.parametrize("seed", range(10))
def test_spearman_is_that_of_scipy(seed):
    stats = pytest.importorskip("scipy.stats")
    rng = random.Random(seed)
    pairs = [(rng.randint(-3, 3), rng.randint(0, 4)) for _ in range(10 + 3 * seed)]
    xs, ys = zip(*pairs, strict=True)
    assert spearman(Counter(pairs)) == pytest.approx(stats.spearmanr(xs, ys).statistic)


def test_spearman_where_it_is_undefined():
    assert spearman({}) == "fewer than two sentences"
    assert spearman({(1.0, 2.0): 1}) == "fewer than two sentences"
    assert spearman({(1.0, 2.0): 3, (1.0, 3.0): 2}) == "no variation"
    assert spearman({(1.0, 10.0): 1, (2.0, 100.0): 1}) == pytest.approx(1)
