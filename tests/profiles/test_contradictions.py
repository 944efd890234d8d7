"""Pairs of sentences that contradict each other, as a profile counts them."""

from __future__ import annotations

from annotator.profiles.contradictions import ELSEWHERE, HERE, WITHIN, End, Pair, tallies


def pair(*ends: tuple[int, int]) -> Pair:
    one, other = (End(doc, unit, f"article {doc}", f"Sentence {unit}.") for doc, unit in ends)
    return Pair(one, other, frozenset({"ana"}))


PAIRS = [
    pair((1, 10), (1, 12)),
    pair((1, 10), (2, 20)),
    pair((2, 21), (3, 30)),
    pair((4, 1), (4, 2)),
]


def counted(*documents: int) -> dict[str, float]:
    return {one.id: one.sums[0] for one in tallies(PAIRS, documents)}


def test_a_pair_counts_once_where_it_stands():
    assert counted(1, 2) == {WITHIN: 1, HERE: 1, ELSEWHERE: 1}
    assert counted(1, 2, 3) == {WITHIN: 1, HERE: 2, ELSEWHERE: 0}
    assert counted(1) == {WITHIN: 1, ELSEWHERE: 1}
    assert counted(5) == {WITHIN: 0, ELSEWHERE: 0}


def test_both_its_sentences_are_evidence_as_far_as_they_stand_here():
    within, here, elsewhere = tallies(PAIRS, (1, 2))
    assert [(at.unit, at.note) for at in within.evidence] == [
        (10, "against: Sentence 12."), (12, "against: Sentence 10.")
    ]  # fmt: skip
    assert [(at.document, at.note) for at in here.evidence] == [
        (1, "against: Sentence 20. (article 2)"), (2, "against: Sentence 10. (article 1)")
    ]  # fmt: skip
    assert [(at.unit, at.note) for at in elsewhere.evidence] == [
        (21, "against: Sentence 30. (article 3)")
    ]  # fmt: skip
