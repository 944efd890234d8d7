"""Drawing by document: what is drawn, what an interval covers, and when there is none."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.quality.bootstrap import (
    FEW,
    TIMES,
    Drawing,
    Figure,
    figures,
    interval_of,
    replicates,
)


def mean(counts):
    n = sum(counts.values())
    return {"mean": sum(value * often for value, often in counts.items()) / n}


def documents(count, each):
    return [f"d{n // each}" for n in range(count * each)]


def test_documents_are_drawn_from_ten_on():
    assert Drawing.of(documents(FEW, 3)).unit == "document"
    few = Drawing.of(documents(FEW - 1, 3))
    assert (few.unit, few.units, few.documents) == ("sentence", 27, 9)
    assert "for these 27 sentences only: too few documents to generalise (9)" in few.described()
    assert not few.as_json()["generalises"]


def test_without_documents_it_says_so():
    none = Drawing.of([None] * 30)
    assert "the sentences name no documents" in none.described()


def test_seed_and_repetitions_are_said():
    drawing = Drawing.of(documents(12, 2), seed=7)
    assert "B = 1000, seed 7, drawn by document (12)" in drawing.described()
    assert drawing.as_json()["seed"] == 7
    assert Drawing.of([None] * 50_000).times < TIMES
    assert Drawing.of([None] * 10_000_000).times >= 200


def test_whole_documents_are_drawn():
    sorts = [n // 4 for n in range(48)]  # each document holds four of its own sort
    drawing = Drawing.of(documents(12, 4))
    for sample in replicates(sorts, documents(12, 4), drawing):
        assert sum(sample.values()) == 48
        assert all(often % 4 == 0 for often in sample.values())


def test_sentences_of_no_document_are_drawn_by_themselves():
    places = [*documents(10, 2), None, None]
    drawing = Drawing.of(places)
    assert drawing.units == 12
    sizes = {sum(one.values()) for one in replicates(["a"] * 22, places, drawing)}
    assert len(sizes) > 1


def test_the_same_seed_gives_the_same_interval():
    values, places = [n % 7 for n in range(60)], documents(20, 3)
    one, same, other = (
        interval_of(mean, values, places, Drawing.of(places, seed=seed)) for seed in (1, 1, 2)
    )
    assert one == same
    assert one != other


@given(st.lists(st.integers(0, 3), min_size=1, max_size=40))
def test_an_interval_holds_its_ends_in_order(values):
    drawing = Drawing("sentence", len(values), 0, times=50)
    found = interval_of(mean, values, [None] * len(values), drawing)["mean"]
    if found.low is not None:
        assert min(values) <= found.low <= found.high <= max(values)
    assert found.value == pytest.approx(sum(values) / len(values))


def test_an_interval_by_sentence_is_that_of_the_normal_distribution():
    values = [1] * 300 + [0] * 100
    found = interval_of(mean, values, [None] * 400, Drawing.of([None] * 400))["mean"]
    half = 1.96 * (0.75 * 0.25 / 400) ** 0.5
    assert found.low == pytest.approx(0.75 - half, abs=0.008)
    assert found.high == pytest.approx(0.75 + half, abs=0.008)


def test_documents_that_differ_widen_the_interval():
    rng = random.Random(3)
    rates = [rng.random() for _ in range(20)]
    values = [int(rng.random() < rates[n // 30]) for n in range(600)]
    places = documents(20, 30)
    by_document = interval_of(mean, values, places, Drawing.of(places))["mean"]
    by_sentence = interval_of(mean, values, [None] * 600, Drawing.of([None] * 600))["mean"]
    assert by_document.high - by_document.low > 2 * (by_sentence.high - by_sentence.low)


@pytest.mark.slow
def test_intervals_by_document_hold_the_truth_about_as_often_as_they_say():
    rng = random.Random(11)
    held = {"document": 0, "sentence": 0}
    tries = 200
    for n in range(tries):
        rates = [min(max(rng.gauss(0.7, 0.15), 0), 1) for _ in range(20)]
        values = [int(rng.random() < rates[k // 30]) for k in range(600)]
        for places in (documents(20, 30), [None] * 600):
            unit = Drawing.of(places).unit
            drawing = Drawing(unit, 20, 20, times=200, seed=n)
            found = interval_of(mean, values, places, drawing)["mean"]
            held[unit] += found.low <= 0.7 <= found.high
    assert held["document"] / tries > 0.87
    assert held["sentence"] / tries < 0.8


def test_what_is_undefined_says_why_and_what_is_rare_has_no_interval():
    values = {"a": "none of it", "b": 0.5, "c": 0.5, "d": 0.5}
    samples = [
        {"a": 0.1, "b": n / 100, "c": n / 100 if n % 10 else "none", "d": 0.5} for n in range(100)
    ]
    found = figures(values, samples)
    assert found["a"] == Figure(None, why="none of it")
    assert found["b"] == Figure(0.5, 0.02, 0.97)
    assert found["c"] == Figure(0.5, why="too rare for an interval")
    assert found["d"] == Figure(0.5, why="no variation to draw from")


def test_nothing_to_draw():
    assert list(replicates([], [], Drawing.of([]))) == []
    assert Counter(replicates([], [], Drawing.of([]))) == Counter()
