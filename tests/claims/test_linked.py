"""Claims as they are read: stances by reviewer, origins, dates, and JSON-LD without a rating."""

from __future__ import annotations

from annotator.claims.linked import Contradiction, Link, Place, claim_id, claims, json_ld
from annotator.claims.stance import (
    ASSERTS,
    ATTRIBUTES,
    DENIES,
    HEDGES,
    PRAISES,
    STANCES,
    propose,
)

STATEMENT = "The Tern-3 has 1.1 trillion parameters"
CLAIM = claim_id(STATEMENT)


def place(unit: int, document: str, origin: str = "", published: str | None = None) -> Place:
    return Place(
        unit, f"s{unit}", f"Sentence {unit}.", document, f"Article {document}", None, None,
        published, "en", origin or document, published,
    )  # fmt: skip


def link(unit: int, reviewer: str, stance: str = ASSERTS, statement: str = STATEMENT) -> Link:
    return Link(claim_id(statement), statement, unit, reviewer, stance, f"2026-05-0{unit}")


PLACES = {
    1: place(1, "a", "a", "2025-03-04"),
    2: place(2, "b", "a", "2025-03-09"),
    3: place(3, "c"),
}


def test_two_documents_of_one_origin_are_no_two_confirmations() -> None:
    (found,) = claims([link(n, "ana") for n in (1, 2, 3)], PLACES, [])
    assert (len(found.documents), found.origins) == (3, 2)
    assert found.dates == ("2025-03-04", "2025-03-09")
    assert found.counts == {ASSERTS: 3}


def test_reviewers_may_differ_on_the_stance() -> None:
    (found,) = claims([link(1, "ana"), link(1, "ben", HEDGES), link(2, "ana")], PLACES, [])
    first, second = found.stated
    assert (first.stance, dict(first.stances)) == (None, {"ana": ASSERTS, "ben": HEDGES})
    assert second.stance == ASSERTS
    assert found.counts == {ASSERTS: 1}


def test_the_same_words_are_the_same_claim_however_they_are_set() -> None:
    assert claim_id("The  tern-3 has 1.1 TRILLION parameters") == CLAIM
    links = [link(2, "ben", statement=STATEMENT.upper()), link(1, "ana")]
    (found,) = claims(links, PLACES, [])
    assert found.statement == STATEMENT  # the older way to write it


def test_a_contradiction_is_of_a_claim_both_sentences_state() -> None:
    apart = [Contradiction(1, 3, "ana", "2026-05-09"), Contradiction(2, 9, "ana", "2026-05-09")]
    (found,) = claims([link(1, "ana"), link(3, "ana", DENIES)], PLACES, apart)
    assert found.contradictions == (apart[0],)


def test_links_to_what_is_not_here_are_left_out() -> None:
    assert claims([link(7, "ana")], PLACES, []) == []


def test_json_ld_has_no_rating_and_nobody_who_judged() -> None:
    (found,) = claims([link(1, "ana"), link(2, "ben", ATTRIBUTES)], PLACES, [])
    shape = json_ld(found)
    assert (shape["@type"], shape["claimReviewed"]) == ("ClaimReview", STATEMENT)
    assert not {"reviewRating", "author"} & shape.keys()
    first, second = shape["itemReviewed"]["appearance"]
    assert first["datePublished"] == "2025-03-04"
    assert "url" not in first
    assert second["description"] == "stance: attributes"


def test_a_stance_is_proposed_from_label_and_cues() -> None:
    assert propose("factual", {"number"}) == ASSERTS
    assert propose("factual", {"attribution.named", "report"}) == ATTRIBUTES
    assert propose("factual", {"attribution.collective"}) == HEDGES
    assert propose("speculative", {"attribution.named"}) == HEDGES
    assert propose("promotional", {"superlative"}) == PRAISES
    assert propose("promotional", {"attribution.institution"}) == ATTRIBUTES
    assert propose(None, {"praise"}) == PRAISES
    assert propose(None, {"hedge.modal"}) == HEDGES
    assert propose("factual", {"hedge.modal"}) == ASSERTS  # a person says it is no hedge
    assert propose("factual", {"negation", "attribution.named"}) == DENIES
    assert all(propose(label, set()) in STANCES for label in (None, "factual", "other"))
