"""Suggestions in the store: what goes in comes out, one suggester is in use, the rest stays."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import THREE, fill, hostile_text

from annotator.core.model import Reason, Suggestion
from annotator.store import Store
from annotator.store.documents import Documents
from annotator.store.suggestions import InUse, Suggested, Suggestions

SURE = Suggestion(
    "promotional",
    {"factual": 0.1, "speculative": 0.2, "promotional": 0.7},
    (Reason(3, 6, "superlative", "finest", "R3", 1.25), Reason(0, 2, "praise", None, None, 0.5)),
)
NOTHING = Suggestion(
    "factual", {"factual": 0.8, "speculative": 0.1, "promotional": 0.1}, (), abstained=True
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "labels.db") as store:
        fill(store, THREE)
        yield store


@pytest.fixture
def suggestions(store: Store) -> Suggestions:
    """Suggestions of rules/1, in use, about the first two sentences of each language."""
    found = Suggestions(store)
    with store.writing() as db:
        model = found.use(db, "rules/1", "a")
        found.insert(db, model, [(2, SURE), (3, NOTHING), (6, SURE)])
    return found


def test_a_fresh_store_has_none(store: Store):
    suggestions = Suggestions(store)
    assert suggestions.in_use() is None
    assert suggestions.of(2) is None
    assert suggestions.stored() == list(suggestions.probabilities()) == []


def test_what_goes_in_comes_out(suggestions: Suggestions):
    assert suggestions.of(2) == ("rules/1", SURE)
    assert suggestions.of(3) == ("rules/1", NOTHING)
    assert suggestions.of(4) is None
    assert suggestions.in_use() == InUse(1, "rules/1", "a")
    assert suggestions.covered(1) == {"en": 2, "fr": 1}


@given(
    chances=st.tuples(*[st.floats(0, 1)] * 3),
    abstained=st.booleans(),
    reasons=st.lists(
        st.builds(
            Reason,
            start=st.integers(0, 9),
            end=st.integers(10, 99),
            kind=hostile_text,
            entry=st.none() | hostile_text,
            rule=st.none() | st.sampled_from(("R3", "R4")),
            weight=st.floats(-9, 9),
        ),
        max_size=3,
    ),
)
def test_any_suggestion_is_kept_to_four_decimals(chances, abstained, reasons):
    given_ = Suggestion(
        "factual",
        dict(zip(("factual", "speculative", "promotional"), chances, strict=True)),
        tuple(reasons),
        abstained,
    )
    found = Suggested.of(given_).suggestion()
    assert (found.label, found.abstained) == (given_.label, abstained)
    assert found.probabilities == pytest.approx(given_.probabilities, abs=5.1e-5)
    assert [one[:-1] for one in found.reasons] == [one[:-1] for one in reasons]
    assert [one.weight for one in found.reasons] == pytest.approx(
        [one.weight for one in reasons], abs=5.1e-5
    )


def test_a_later_suggestion_replaces_the_earlier(store: Store, suggestions: Suggestions):
    with store.writing() as db:
        suggestions.insert(db, 1, [(2, NOTHING)])
    assert suggestions.of(2) == ("rules/1", NOTHING)
    assert suggestions.covered(1) == {"en": 2, "fr": 1}


def test_one_suggester_is_in_use_and_the_other_is_kept(store: Store, suggestions: Suggestions):
    with store.writing() as db:
        model = suggestions.use(db, "learned", "1")
        suggestions.insert(db, model, [(2, NOTHING)])
    assert suggestions.of(2) == ("learned", NOTHING)
    assert suggestions.of(6) is None
    assert [one.name for one in suggestions.stored()] == ["learned", "rules/1"]
    with store.writing() as db:
        assert suggestions.use(db, "rules/1", "a") == 1
    assert suggestions.of(2) == ("rules/1", SURE)


def test_registering_keeps_the_version_and_completing_changes_it(
    store: Store, suggestions: Suggestions
):
    with store.writing() as db:
        assert suggestions.register(db, "rules/1", "b") == 1
    assert suggestions.version(1) == "a"
    with store.writing() as db:
        suggestions.complete(db, 1, "b")
    assert suggestions.version(1) == "b"


def test_what_is_forgotten_is_gone_and_not_in_use(store: Store, suggestions: Suggestions):
    with store.writing() as db:
        suggestions.register(db, "learned", "1")
        suggestions.forget(db, "rules/1")
    assert suggestions.in_use() is None
    assert suggestions.of(2) is None
    assert [one.name for one in suggestions.stored()] == ["learned"]
    assert store.db.execute("SELECT count(*) FROM suggestions").fetchone() == (0,)


def test_probabilities_are_of_what_is_asked_about_by_row(store: Store, suggestions: Suggestions):
    found = list(suggestions.probabilities())
    assert found == [(2, SURE.probabilities), (3, NOTHING.probabilities), (6, SURE.probabilities)]
    with store.writing() as db:
        Documents(store).remove_origin(db, "corpus/000.txt", "")
        Documents(store).refresh_current(db, [1])
    assert [unit for unit, _ in suggestions.probabilities()] == [6]


def test_documents_of_which_something_is_missing(suggestions: Suggestions):
    # The first article has a sentence more, the second is complete but for one, the third bare.
    assert suggestions.documents(1, missing=False) == [1, 2, 3]
    assert suggestions.documents(1, missing=True) == [1, 2, 3]
    with suggestions.store.writing() as db:
        suggestions.insert(db, 1, [(7, NOTHING), (4, NOTHING)])
    assert suggestions.documents(1, missing=True) == [3]


def test_another_language_takes_the_suggestions_of_a_document_away(
    store: Store, suggestions: Suggestions
):
    with store.writing() as db:
        Documents(store).set_metadata(db, 1, {"source": "Elsewhere"})
    assert suggestions.of(2)
    with store.writing() as db:
        Documents(store).set_metadata(db, 1, {"language": "de"})
    assert suggestions.of(2) is None
    assert suggestions.of(6)
