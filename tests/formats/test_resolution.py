"""Several decisions become one, or none."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator import formats
from annotator.core.errors import UsageProblem
from annotator.formats.values import resolve

LABELS = ("factual", "speculative", "promotional")
F, S, P, N = *LABELS, "none"


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
    outcome = resolve(given, LABELS)
    assert outcome == (decision, resolution, votes)
    assert outcome.label == (None if decision == N else decision)


@given(st.lists(st.sampled_from([F, S, P, N]), max_size=9))
def test_the_order_of_reviewers_does_not_matter(given):
    outcome = resolve(tuple(given), LABELS)
    assert outcome == resolve(tuple(sorted(given)), LABELS)
    counts = Counter(given)
    most = max(counts.values(), default=0)
    assert (outcome.decision is not None) == (most * 2 > len(given))
    assert outcome.decision is None or counts[outcome.decision] == most
    assert outcome.votes == tuple(counts[label] for label in LABELS)


def test_an_unknown_format_is_a_problem_of_usage():
    with pytest.raises(UsageProblem, match="no format 'xls'"):
        formats.get("xls")
    assert [formats.get(name).name for name in formats.NAMES] == ["jsonl", "csv"]
