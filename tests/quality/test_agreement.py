"""Agreement: published examples, what must hold of any ratings, and reasons instead of figures."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.quality import agreement
from annotator.quality.agreement import AC1, ALPHA, PERCENT, Undefined

PUBLISHED = Path(__file__).parents[2] / ".." / "shared" / "agreement" / "iaa_fixtures.json"
DIGITS = 6e-6

# Krippendorff 2011, part C, which Gwet 2014 uses as well: four observers, twelve units.
OBSERVERS = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3],
        [0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0],
    ]
)
KRIPPENDORFF_C = agreement.counted(OBSERVERS.T - 1, 5)

ratings = st.integers(2, 4).flatmap(
    lambda labels: st.tuples(
        st.just(labels),
        st.integers(2, 4).flatmap(
            lambda reviewers: st.lists(
                st.lists(st.integers(-1, labels - 1), min_size=reviewers, max_size=reviewers),
                min_size=1,
                max_size=12,
            )
        ),
    )
)


def published(part: str) -> list[dict]:
    if not PUBLISHED.exists():
        pytest.skip("the published examples are not part of the project")
    return json.loads(PUBLISHED.read_text(encoding="utf-8"))[part]


def of_table(table: list[list[int]]) -> np.ndarray:
    """The ratings of two reviewers with this confusion table."""
    pairs = [[i, j] for i, row in enumerate(table) for j, n in enumerate(row) for _ in range(n)]
    return np.array(pairs)


def plain_alpha(rows: list[list[int]]) -> float | None:
    """Alpha by its definition: disagreement within units over that of all pairs of ratings."""
    units = [[r for r in row if r >= 0] for row in rows]
    units = [unit for unit in units if len(unit) > 1]
    every = [r for unit in units for r in unit]
    observed = sum(
        2 * sum(a != b for a, b in combinations(unit, 2)) / (len(unit) - 1) for unit in units
    )
    expected = 2 * sum(a != b for a, b in combinations(every, 2))
    if not expected:
        return None
    return 1 - observed / len(every) * len(every) * (len(every) - 1) / expected


def test_krippendorff_and_gwet():
    assert ALPHA.of(KRIPPENDORFF_C) == pytest.approx(0.743, abs=5e-4)
    assert AC1.of(KRIPPENDORFF_C) == pytest.approx(0.77544, abs=5e-6)
    assert PERCENT.of(KRIPPENDORFF_C) == pytest.approx(0.81818, abs=5e-6)


def test_tables_of_two_reviewers():
    for one in published("cohen_tables"):
        codes = of_table(one["table"])
        labels = len(one["table"])
        counts = agreement.counted(codes, labels)
        table = agreement.confusion(codes[:, 0], codes[:, 1], labels)
        assert table.tolist() == one["table"], one["name"]
        found = agreement.cohen(table)
        assert found.n == len(codes)
        assert found.kappa == pytest.approx(one["kappa"], abs=DIGITS), one["name"]
        assert found.kappa == pytest.approx(one["published_kappa"], abs=one["tol"]), one["name"]
        assert found.error == pytest.approx(one["ase"], abs=DIGITS), one["name"]
        assert PERCENT.of(counts) == pytest.approx(one["percent_agreement"], abs=DIGITS)
        assert ALPHA.of(counts) == pytest.approx(one["alpha_nominal"], abs=DIGITS), one["name"]
        assert AC1.of(counts) == pytest.approx(one["ac1"], abs=DIGITS), one["name"]
        for label, value in enumerate(one["specific_agreement"]):
            own = agreement.specific(label)
            assert own.of(counts) == pytest.approx(value, abs=DIGITS), one["name"]


def test_ratings_of_many():
    for one in published("raw"):
        place = {label: i for i, label in enumerate(one["categories"])}
        counts = np.zeros((len(one["units"]), len(place)), dtype=np.int64)
        for row, unit in enumerate(one["units"]):
            for label in unit:
                if label is not None:
                    counts[row, place[label]] += 1
        assert ALPHA.of(counts) == pytest.approx(one["alpha_nominal"], abs=DIGITS), one["name"]
        assert AC1.of(counts) == pytest.approx(one["ac1"], abs=DIGITS), one["name"]
        assert PERCENT.of(counts) == pytest.approx(one["percent_agreement"], abs=DIGITS)
        if "fleiss_kappa" in one:
            found = agreement.fleiss(counts)
            assert found.kappa == pytest.approx(one["fleiss_kappa"], abs=DIGITS), one["name"]
            assert found.by_label == pytest.approx(one["fleiss_per_category"], abs=DIGITS)
        else:
            with pytest.raises(Undefined, match="not every sentence has the same number"):
                agreement.fleiss(counts)


@given(ratings)
def test_alpha_is_its_definition(drawn):
    labels, rows = drawn
    counts = agreement.counted(np.array(rows), labels)
    expected = plain_alpha(rows)
    if expected is None:
        with pytest.raises(Undefined, match=r"no variation|no overlap"):
            ALPHA.of(counts)
    else:
        assert ALPHA.of(counts) == pytest.approx(expected)


@given(ratings, st.randoms())
def test_neither_order_nor_names_matter(drawn, dice):
    labels, rows = drawn
    other = [dice.sample(row, len(row)) for row in dice.sample(rows, len(rows))]
    names = dice.sample(range(labels), labels)
    other = [[-1 if r < 0 else names[r] for r in row] for row in other]
    for statistic in (ALPHA, AC1, PERCENT):
        values = []
        for each in (rows, other):
            try:
                values.append(statistic.of(agreement.counted(np.array(each), labels)))
            except Undefined as why:
                values.append(str(why))
        assert values[0] == (
            values[1] if isinstance(values[1], str) else pytest.approx(values[1])
        ), statistic.name


@given(ratings)
def test_nothing_is_below_its_bound_or_above_one(drawn):
    labels, rows = drawn
    counts = agreement.counted(np.array(rows), labels)
    for statistic in (ALPHA, AC1, PERCENT, *map(agreement.specific, range(labels))):
        try:
            value = statistic.of(counts)
        except Undefined:
            continue
        assert value <= 1 + 1e-12
        assert np.isfinite(value)


@settings(max_examples=30)
@given(ratings)
def test_full_agreement_is_one(drawn):
    labels, rows = drawn
    codes = np.array([[max(row), max(row)] for row in rows])
    counts = agreement.counted(codes, labels)
    given_labels = {max(row) for row in rows if max(row) >= 0}
    if len(given_labels) > 1:
        assert ALPHA.of(counts) == pytest.approx(1)
        table = agreement.confusion(codes[:, 0], codes[:, 1], labels)
        assert agreement.cohen(table).kappa == pytest.approx(1)


@pytest.mark.parametrize(
    ("codes", "why"),
    [
        ([[0, 0], [0, 0]], "no variation: one label only"),
        ([[0, -1], [-1, 1]], "no overlap: no sentence was labelled by two reviewers"),
        ([[0], [1]], "no overlap: no sentence was labelled by two reviewers"),
    ],
)
def test_reasons_instead_of_figures(codes, why):
    with pytest.raises(Undefined, match=why):
        ALPHA.of(agreement.counted(np.array(codes), 3))


def test_no_sentence_at_all():
    none = np.zeros((0, 3), dtype=np.int64)
    for statistic in (ALPHA, AC1, PERCENT):
        with pytest.raises(Undefined, match="no overlap"):
            statistic.of(none)
        with pytest.raises(Undefined):
            statistic.interval(none)
    with pytest.raises(Undefined, match="there is no sentence"):
        agreement.fleiss(none)
    with pytest.raises(Undefined, match="no sentence in common"):
        agreement.cohen(np.zeros((3, 3), dtype=np.int64))


def simulated(units: int, seed: int, right: float = 0.8) -> np.ndarray:
    """Counts of three reviewers who give the true label of three, or any other, at random."""
    dice = np.random.default_rng(seed)
    truth = dice.integers(0, 3, units)[:, None]
    other = (truth + dice.integers(1, 3, (units, 3))) % 3
    return agreement.counted(np.where(dice.random((units, 3)) < right, truth, other), 3)


def test_an_interval_holds_the_value_as_often_as_it_says():
    # The alpha of many units stands for the true one.
    true = ALPHA.of(simulated(200_000, 1))
    held = 0
    for seed in range(200):
        found = ALPHA.interval(simulated(100, seed + 2), rounds=300, seed=seed)
        held += found.low <= true <= found.high
    # 0.93 in simulations with percentile intervals; two standard errors of 200 draws around it.
    assert 0.88 <= held / 200 <= 0.98


def test_the_same_seed_gives_the_same_interval():
    counts = simulated(60, 5)
    assert ALPHA.interval(counts, seed=3) == ALPHA.interval(counts, seed=3)
    assert ALPHA.interval(counts, seed=3) != ALPHA.interval(counts, seed=4)


def test_documents_that_differ_give_a_wider_interval():
    parts = [simulated(30, seed, right=0.55 + 0.04 * seed) for seed in range(11)]
    counts = np.concatenate(parts)
    documents = [n for n, part in enumerate(parts) for _ in part]
    these, beyond = ALPHA.interval(counts), ALPHA.interval(counts, documents)
    assert beyond.high - beyond.low > 1.2 * (these.high - these.low)
    with pytest.raises(Undefined, match="too few documents to generalise: 9"):
        ALPHA.interval(counts[: 9 * 30], documents[: 9 * 30])


def test_an_interval_is_not_given_where_most_draws_have_none():
    counts = agreement.counted(np.array([[0, 0]] * 30 + [[0, 1]]), 2)
    with pytest.raises(Undefined, match="rounds there was no variation"):
        ALPHA.interval(counts)


def test_a_library_agrees():
    krippendorff = pytest.importorskip("krippendorff")
    dice = np.random.default_rng(7)
    for _ in range(50):
        codes = dice.integers(-1, 4, (40, 5))
        values = np.where(codes < 0, np.nan, codes).T
        expected = krippendorff.alpha(
            reliability_data=values, level_of_measurement="nominal", value_domain=[0, 1, 2, 3]
        )
        assert ALPHA.of(agreement.counted(codes, 4)) == pytest.approx(expected)
