"""Intervals over documents: drawn by document, on the scale of the figure, and not from a few."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.profiles.beyond import FEW, LEVEL, ROUNDS, SEED, Interval, intervals
from annotator.profiles.tally import Evidence, Tally


def tally(counts: list[tuple[int, int]], measure: str = "share") -> Tally:
    made = Tally("x", "x", measure)
    for document, (hits, of) in enumerate(counts):
        for place in range(of):
            made.add(Evidence(document, 100 * document + place), hits=place < hits)
    return made


def interval(counts: list[tuple[int, int]], **options) -> Interval:
    (found,) = intervals([tally(counts)], **options)
    assert isinstance(found, Interval), found
    return found


counted = st.tuples(st.integers(0, 9), st.integers(1, 9)).map(lambda p: (min(p), p[1]))


@given(st.lists(counted, max_size=FEW - 1))
def test_from_few_documents_nothing_is_said_beyond_them(counts):
    assert intervals([tally(counts)]) == [
        f"too few documents to generalise: {len(counts)}, at least {FEW}"
    ]


@given(st.lists(counted, min_size=FEW, max_size=30))
def test_an_interval_is_within_what_the_documents_show(counts):
    (found,) = intervals([tally(counts)], rounds=200)
    if isinstance(found, str):
        assert len({hits / of for hits, of in counts}) == 1 or found == "no variation to draw from"
    else:
        assert min(h / n for h, n in counts) <= found.low < found.high
        assert found.high <= max(h / n for h, n in counts)


def test_it_is_the_percentile_bootstrap_of_ratios():
    counts = [(place % 4, 4 + place % 3) for place in range(15)]
    draws = np.random.default_rng(SEED)
    hits, of = np.array(counts).T
    ratios = []
    for _ in range(ROUNDS):
        drawn = draws.integers(0, 15, 15)
        ratios.append(hits[drawn].sum() / of[drawn].sum())
    low, high = np.quantile(ratios, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    assert interval(counts) == pytest.approx((low, high))


def test_a_mean_over_documents_has_the_width_that_theory_gives():
    # One sentence a document: the bootstrap of a share, whose standard error is sqrt(pq/n).
    found = interval([(place % 2, 1) for place in range(400)])
    assert found.low == pytest.approx(0.5 - 1.96 * (0.25 / 400) ** 0.5, abs=0.01)
    assert found.high == pytest.approx(0.5 + 1.96 * (0.25 / 400) ** 0.5, abs=0.01)


def test_sentences_of_one_document_count_together():
    mixed = interval([(5, 10)] * 19 + [(4, 10)])
    apart = interval([(10 * (place % 2), 10) for place in range(20)])
    assert mixed.high - mixed.low < 0.1 < 0.3 < apart.high - apart.low


def test_a_rate_for_100_words_is_on_its_own_scale():
    counts = [(place % 3, 5) for place in range(12)]
    (rate,) = intervals([tally(counts, "per 100 words")])
    assert rate == pytest.approx([100 * edge for edge in interval(counts)])


def test_a_figure_that_few_documents_have_gets_none():
    rare = tally([(1, 1)] + [(0, 1)] * 3)
    often = tally([(place % 2, 2) for place in range(20)])
    assert intervals([rare, often])[0] == "too few documents to generalise: 4, at least 10"
    never = intervals([tally([(0, 3)] * 20)])
    assert never == ["no variation to draw from"]


def test_the_seed_decides():
    counts = [(place % 4, 7) for place in range(20)]
    assert interval(counts) == interval(counts)
    assert interval(counts, seed=1) != interval(counts, seed=2)
