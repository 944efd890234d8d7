"""Several decisions become one, or none, by each of the policies."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator import formats
from annotator.core.errors import UsageProblem
from annotator.formats.values import POLICIES, resolve

LABELS = ("factual", "speculative", "promotional")
F, S, P, N = *LABELS, "none"

decisions = st.lists(st.sampled_from([F, S, P, N]), max_size=9).map(tuple)
posteriors = st.tuples(*[st.floats(0, 1)] * 4)


@pytest.mark.parametrize(
    ("given", "decision", "resolution", "votes"),
    [
        ((), None, "unresolved", (0, 0, 0)),
        ((F,), F, "single", (1, 0, 0)),
        ((N,), N, "single", (0, 0, 0)),
        ((P, P), P, "unanimous", (0, 0, 2)),
        ((F, P), None, "unresolved", (1, 0, 1)),
        ((F, N), None, "unresolved", (1, 0, 0)),
        ((S, P, S), S, "majority", (0, 2, 1)),
        ((N, P, N), N, "majority", (0, 0, 1)),
        ((F, F, S, S), None, "unresolved", (2, 2, 0)),
        ((F, F, S, P), None, "unresolved", (2, 1, 1)),
    ],
)
def test_more_than_half_decide(given, decision, resolution, votes):
    for policy in ("adjudicated-or-majority", "majority"):
        outcome = resolve(given, LABELS, policy)
        assert outcome[:3] == (decision, None if decision == N else decision, resolution)
        assert tuple(outcome.votes.values()) == votes
        assert outcome.policy == policy


@pytest.mark.parametrize(
    ("policy", "given", "adjudicated", "decision", "resolution"),
    [
        ("adjudicated-or-majority", (F, F, S), (S,), S, "adjudicated"),
        ("adjudicated-or-majority", (F, S), (N,), N, "adjudicated"),
        # Who differs as an adjudicator leaves it open, and does not fall back on the votes.
        ("adjudicated-or-majority", (F, F, F), (S, P), None, "unresolved"),
        ("adjudicated-or-majority", (F, S), (P, P), P, "adjudicated"),
        ("adjudicated", (F, F), (), None, "unresolved"),
        ("adjudicated", (F,), (), None, "unresolved"),
        ("adjudicated", (F, F), (S,), S, "adjudicated"),
        ("unanimous", (F, F, S), (), None, "unresolved"),
        ("unanimous", (F, F), (S,), F, "unanimous"),
        ("unanimous", (F,), (), F, "single"),
        ("majority", (F, F, S), (S,), F, "majority"),
        ("majority", (F, S), (S,), None, "unresolved"),
    ],
)
def test_a_policy_takes_what_it_says(policy, given, adjudicated, decision, resolution):
    outcome = resolve(given, LABELS, policy, adjudicated)
    assert (outcome.decision, outcome.resolution) == (decision, resolution)


def test_the_likeliest_label_by_its_probability():
    outcome = resolve((F, S), LABELS, "dawid-skene", (), (0.2, 0.5, 0.1, 0.2))
    assert outcome[:3] == (S, S, "dawid-skene")
    assert outcome.soft_label == {F: 0.25, S: 0.625, P: 0.125}
    none = resolve((F, N), LABELS, "dawid-skene", (), (0.2, 0.0, 0.0, 0.8))
    assert none[:3] == (N, None, "dawid-skene")
    tie = resolve((F, S), LABELS, "dawid-skene", (), (0.5, 0.5, 0.0, 0.0))
    assert tie[:3] == (None, None, "unresolved")
    # Where nobody labelled there is nothing but the shares of all.
    assert resolve((), LABELS, "dawid-skene", (), (0.9, 0.1, 0, 0)).decision is None


def test_the_soft_label_is_the_share_of_each():
    assert resolve((F, F, S), LABELS).soft_label == {F: 0.6667, S: 0.3333, P: 0.0}
    assert resolve((F, N), LABELS).soft_label == {F: 1.0, S: 0.0, P: 0.0}
    assert resolve((N, N), LABELS).soft_label is None
    assert resolve((), LABELS).soft_label is None


@given(decisions)
def test_the_order_of_reviewers_does_not_matter(given):
    outcome = resolve(tuple(given), LABELS)
    assert outcome == resolve(tuple(sorted(given)), LABELS)
    counts = Counter(given)
    most = max(counts.values(), default=0)
    assert (outcome.decision is not None) == (most * 2 > len(given))
    assert outcome.decision is None or counts[outcome.decision] == most
    assert outcome.votes == {label: counts[label] for label in LABELS}


@given(decisions, st.sampled_from(POLICIES), decisions, st.none() | posteriors)
def test_every_outcome_is_one(given, policy, adjudicated, posterior):
    outcome = resolve(given, LABELS, policy, adjudicated, posterior)
    assert (outcome.decision is None) == (outcome.resolution == "unresolved")
    assert outcome.label in {None, outcome.decision}
    assert list(outcome.votes) == list(LABELS)
    soft = outcome.soft_label
    assert soft is None or (list(soft) == list(LABELS) and abs(sum(soft.values()) - 1) < 2e-4)
    if outcome.resolution in {"single", "unanimous", "majority"}:
        assert given.count(outcome.decision) * 2 > len(given)
    if outcome.resolution == "adjudicated":
        assert set(adjudicated) == {outcome.decision}


def test_an_unknown_format_is_a_problem_of_usage():
    with pytest.raises(UsageProblem, match="no format 'xls'"):
        formats.get("xls")
    assert [formats.get(name).name for name in formats.NAMES] == ["jsonl", "csv"]
