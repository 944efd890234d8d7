"""Figures of one reviewer over time hold at the edges, and say why where they mean nothing."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.quality.overtime import again, difference, windows

LABELS = st.sampled_from(["factual", "speculative", "promotional", "none"])


def test_kappa_with_oneself_is_that_of_the_table():
    # Cohen's example [[20, 5], [10, 15]]: kappa 0.4.
    pairs = [("a", "a")] * 20 + [("a", "b")] * 5 + [("b", "a")] * 10 + [("b", "b")] * 15
    found = again(pairs, seed=1)
    assert (found.n, found.same.value) == (50, 0.7)
    assert found.kappa.value == pytest.approx(0.4)
    assert found.kappa.low is not None
    assert found.kappa.high is not None
    # The large-sample interval is 0.151 to 0.649; drawing again gives nearly the same.
    assert found.kappa.low == pytest.approx(0.151, abs=0.05)
    assert found.kappa.high == pytest.approx(0.649, abs=0.05)
    assert again(pairs, seed=1) == found


def test_what_means_nothing_says_why():
    nothing = again([])
    assert nothing.n == 0
    assert nothing.kappa.value is nothing.same.value is None
    assert nothing.kappa.why == "nothing was labelled twice"
    alike = again([("a", "a")] * 9)
    assert alike.same.value == 1
    assert alike.kappa.value is None
    assert "one label only" in (alike.kappa.why or "")
    sure = again([("a", "a")] * 9 + [("b", "b")] * 9)
    assert (sure.kappa.value, sure.kappa.low) == (1.0, None)
    assert sure.kappa.why


@given(st.lists(st.tuples(LABELS, LABELS), max_size=30))
def test_an_interval_holds_its_value_loosely(pairs: list[tuple[str, str]]):
    found = again(pairs, rounds=50)
    assert found.n == len(pairs)
    assert (found.kappa.value is None) <= (found.kappa.low is None)
    assert found.kappa.value is not None or found.kappa.why
    if found.kappa.low is not None:
        assert -1 <= found.kappa.low <= found.kappa.high <= 1  # type: ignore[operator]


@given(st.lists(st.booleans(), max_size=200), st.integers(1, 60))
def test_windows_hold_every_label_once(agreed: list[bool], size: int):
    found = windows(agreed, size)
    assert [n for one in found for n in range(one.first, one.last + 1)] == list(
        range(1, len(agreed) + 1)
    )
    assert sum(one.hits for one in found) == sum(agreed)
    assert all(one.last - one.first + 1 == size for one in found[:-1])


def test_a_difference_of_shares_has_the_published_interval():
    # Newcombe 1998, table II: 56/70 - 48/80, method 10: 0.0524 to 0.3339.
    found = difference((56, 70), (48, 80))
    assert found.difference.value == pytest.approx(0.2)
    assert found.difference.low == pytest.approx(0.0524, abs=5e-5)
    assert found.difference.high == pytest.approx(0.3339, abs=5e-5)


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50), st.integers(0, 50))
def test_a_difference_turns_its_sign_with_its_sides(a: int, b: int, m: int, n: int):
    one, other = (min(a, m), m), (min(b, n), n)
    there, back = difference(one, other).difference, difference(other, one).difference
    if not m or not n:
        assert there.value is None
        assert there.why
        return
    assert there.value == -back.value  # type: ignore[operator]
    assert math.isclose(there.low, -back.high, abs_tol=1e-12)  # type: ignore[operator,arg-type]
    assert -1 <= there.low <= there.value <= there.high <= 1  # type: ignore[operator]
