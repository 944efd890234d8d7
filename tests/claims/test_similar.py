"""Which sentences are proposed together: whatever else there is, and in whatever order."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from strategies import words

from annotator.claims.similar import Index

TERN = [
    (1, "The Tern-3 has 1.1 trillion parameters.", "en"),
    (2, "Avec 1,1 billion de paramètres, le Tern-3 est grand.", "fr"),
    (3, "The harbour of Velmouth was closed on Monday.", "en"),
    (4, "Plinthorn closed the harbour of Velmouth for repairs.", "en"),
    (5, "Repairs may take until June, said Plinthorn.", "en"),
]


def test_a_translation_is_found_by_its_name_and_number() -> None:
    (first, *_) = Index(TERN).like(1)
    assert first.key == 2
    assert set(first.shared) == {
        ("name", "tern-3"), ("number", "1,100,000,000,000"), ("word", "param"),
    }  # fmt: skip
    assert first.reason == "names tern-3; numbers 1,100,000,000,000; words param…"


def test_a_first_word_is_a_name_where_it_is_one_elsewhere() -> None:
    found = {one.key: one.shared for one in Index(TERN).like(4, least=0)}
    assert ("name", "plinthorn") in found[5]


def test_one_thing_in_common_is_no_statement_in_common() -> None:
    index = Index([(1, "Velmouth is a town.", "en"), (2, "They live in Velmouth.", "en")])
    assert index.like(2, least=0) == []


def test_a_text_from_outside_is_looked_up() -> None:
    (first, *_) = Index(TERN).like_text("1.1 trillion parameters of the Tern-3", "en")
    assert first.key in {1, 2}
    assert Index([]).like_text("anything", "en") == []


def test_a_search_of_all_pairs_tells_how_far_it_is() -> None:
    told: list[tuple[str, int, int]] = []
    many = [(n, f"Quarry {n} was closed.", "en") for n in range(2_500)]
    list(Index(many).pairs(tell=lambda *how: told.append(how)))
    assert told == [("pairs", done, 2_500) for done in (0, 1_000, 2_000)]


SENTENCES = st.lists(words(), min_size=1, max_size=12).map(
    lambda texts: [(n, f"{text} Tern-{n % 3}", "en") for n, text in enumerate(texts)]
)


@given(SENTENCES, st.randoms())
def test_the_order_of_the_sentences_does_not_matter(
    sentences: list[tuple[int, str, str]], dice: object
) -> None:
    shuffled = list(sentences)
    dice.shuffle(shuffled)  # type: ignore[attr-defined]

    def pairs(given: list[tuple[int, str, str]]) -> dict[frozenset[int], float]:
        found = Index(given).pairs(least=0.1, most=100)
        return {frozenset((key, one.key)): round(one.likeness, 9) for key, one in found}

    assert pairs(sentences) == pairs(shuffled)


@given(SENTENCES)
def test_likeness_goes_both_ways_and_is_a_share(sentences: list[tuple[int, str, str]]) -> None:
    index = Index(sentences)
    likeness = {
        (key, one.key): one.likeness
        for key, *_ in sentences
        for one in index.like(key, least=0, most=100)
    }
    assert all(0 <= value <= 1 + 1e-9 for value in likeness.values())
    assert all(abs(likeness[b, a] - value) < 1e-9 for (a, b), value in likeness.items())
