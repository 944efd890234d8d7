"""Agreement: published examples, what must hold of any ratings, and reasons instead of figures."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.formats.values import resolve
from annotator.quality import agreement
from annotator.quality.agreement import AC1, ALPHA, PERCENT, Sample, Undefined

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
        assert found.interval == pytest.approx(one["ci95"], abs=6e-5), one["name"]
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
        for statistic, name in ((ALPHA, "alpha_nominal"), (AC1, "ac1")):
            if name in one["published"]:
                value = one["published"][name]
                assert statistic.of(counts) == pytest.approx(value, abs=one["tol"]), one["name"]
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
            Sample(none).interval(statistic)
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
        found = Sample(simulated(100, seed + 2), rounds=300, seed=seed).interval(ALPHA)
        held += found.low <= true <= found.high
    # 0.93 in simulations with percentile intervals; two standard errors of 200 draws around it.
    assert 0.88 <= held / 200 <= 0.98


def test_the_same_seed_gives_the_same_interval():
    counts = simulated(60, 5)
    one, same, other = (Sample(counts, seed=seed).interval(ALPHA) for seed in (3, 3, 4))
    assert one == same
    assert one != other


def test_documents_that_differ_give_a_wider_interval():
    parts = [simulated(30, seed, right=0.55 + 0.04 * seed) for seed in range(11)]
    counts = np.concatenate(parts)
    documents = np.array([n for n, part in enumerate(parts) for _ in part])
    sample = Sample(counts, documents)
    these, beyond = sample.interval(ALPHA), sample.beyond(ALPHA)
    assert beyond.high - beyond.low > 1.2 * (these.high - these.low)
    with pytest.raises(Undefined, match="too few documents to generalise: 9"):
        Sample(counts[: 9 * 30], documents[: 9 * 30]).beyond(ALPHA)


def test_an_interval_is_not_given_where_most_draws_have_none():
    counts = agreement.counted(np.array([[0, 0]] * 30 + [[0, 1]]), 2)
    with pytest.raises(Undefined, match="rounds there was no variation"):
        Sample(counts).interval(ALPHA)


def test_full_agreement_has_no_interval():
    # Never differed so far is not the same as never: from 1 to 1 would say so.
    counts = agreement.counted(np.array([[0, 0], [1, 1]] * 10), 2)
    for statistic in (ALPHA, PERCENT):
        assert Sample(counts).of(statistic) == 1
        with pytest.raises(Undefined, match="every round gives the same"):
            Sample(counts).interval(statistic)


def test_documents_without_an_overlap_are_not_counted():
    # Twelve documents, in three of which somebody else labelled as well.
    codes = np.array([[n % 2, (n // 2) % 2 if n < 30 else -1] for n in range(120)])
    sample = Sample(agreement.counted(codes, 2), np.arange(120) // 10)
    with pytest.raises(Undefined, match="too few documents to generalise: 3"):
        sample.beyond(PERCENT)


@given(ratings, st.integers(1, 5))
def test_units_alike_are_one_kind_and_nothing_changes(drawn, groups):
    labels, rows = drawn
    counts = agreement.counted(np.array(rows), labels)
    belongs = np.arange(len(rows)) % groups
    sample = Sample(counts, belongs)
    assert sample.pairable() == sum(len([r for r in row if r >= 0]) > 1 for row in rows)
    first = counts[:, :1]
    assert sample.pairable(lambda c: c[:, :1]) == int((first.sum(axis=1) > 1).sum())
    for statistic in (ALPHA, AC1, PERCENT, *map(agreement.specific, range(labels))):
        value = agreement.or_why(sample.of, statistic)
        expected = agreement.or_why(statistic.of, counts)
        assert value == (expected if isinstance(expected, str) else pytest.approx(expected))
        each = sample.of_groups(statistic, belongs)
        assert len(each) == min(groups, len(rows))
        for place, (found, pairable) in enumerate(each):
            own = counts[belongs == place]
            alone = agreement.or_why(statistic.of, own)
            assert found == (alone if isinstance(alone, str) else pytest.approx(alone))
            assert pairable == int((own.sum(axis=1) > 1).sum())


@given(ratings)
def test_the_majority_is_that_of_the_exports(drawn):
    labels, rows = drawn
    names = tuple("abcdefghi"[:labels])
    found = agreement.majority(agreement.counted(np.array(rows), labels), least=1)
    for row, code in zip(rows, found, strict=True):
        given_labels = tuple(names[r] for r in row if r >= 0)
        decision = resolve(given_labels, names).decision if given_labels else None
        assert (names[code] if code >= 0 else None) == decision


@given(ratings)
def test_without_a_reviewer_is_as_if_there_had_been_none(drawn):
    labels, rows = drawn
    codes = np.array(rows)
    for place in range(codes.shape[1]):
        rest = agreement.counted(np.delete(codes, place, axis=1), labels)
        found = agreement.without(agreement.counted(codes, labels), codes[:, place])
        assert (found == rest).all()


@pytest.mark.parametrize("alike", [True, False])
def test_both_ways_to_draw_give_the_interval_of_the_normal_distribution(alike):
    # Many units alike are drawn by how often each kind comes, others one by one.
    if alike:
        counts = np.repeat(np.unique(simulated(600, 9), axis=0), 60, axis=0)
    else:
        counts = np.random.default_rng(2).integers(0, 30, (400, 3)) + 1
    assert (len(np.unique(counts, axis=0)) * 10 < len(counts)) is alike
    ratings = counts.sum(axis=1)
    shares = (counts * (counts - 1)).sum(axis=1) / (ratings * (ratings - 1))
    half = 1.96 * shares.std() / len(shares) ** 0.5
    found = Sample(counts).interval(PERCENT)
    assert found.low == pytest.approx(shares.mean() - half, abs=half / 5)
    assert found.high == pytest.approx(shares.mean() + half, abs=half / 5)


def test_another_library_agrees_on_kappa():
    metrics = pytest.importorskip("sklearn.metrics")
    dice = np.random.default_rng(8)
    for labels in (2, 4, 9):
        one, other = dice.integers(0, labels, (2, 60))
        found = agreement.cohen(agreement.confusion(one, other, labels))
        assert found.kappa == pytest.approx(metrics.cohen_kappa_score(one, other))


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
