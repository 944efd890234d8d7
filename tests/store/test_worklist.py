"""Worklists: which units are asked about and in which order, the same however they are found."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import THREE, Article, article, asked, fill, storable_text, words

from annotator.core.errors import UsageProblem
from annotator.store import Store
from annotator.store.journal import Journal
from annotator.store.worklist import (
    Counts,
    Listed,
    Scope,
    WholeStore,
    fts_query,
    open_worklist,
    shuffle_key,
    valid_only,
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "labels.db") as store:
        fill(store, THREE)
        yield store


def units(journal: Journal, **scope: object) -> list[int]:
    return list(Listed(journal, Scope(**scope)).units)  # type: ignore[arg-type]


def ids(store: Store, rows: list[int]) -> list[str]:
    return [store.db.execute("SELECT id FROM units WHERE n = ?", (n,)).fetchone()[0] for n in rows]


def label(journal: Journal, unit: int, name: str = "factual") -> None:
    journal.record("label", unit, {"label": name})


# -- what a scope selects ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ({}, [2, 3, 4, 6, 7, 8, 10, 11]),
        ({"source": "Valley Wire"}, [2, 3, 4, 8, 10, 11]),
        ({"source": "valley wire"}, []),
        ({"language": "fr"}, [6, 7]),
        ({"document": "Le marché"}, [6, 7]),
        ({"document": "002.txt"}, [8, 10, 11]),
        ({"document": "corpus/002.txt"}, [8, 10, 11]),
        ({"search": "bridge"}, [2, 11]),
        ({"search": "BRIDGE monday"}, [2, 11]),
        ({"search": "marche"}, [6]),
        ({"search": "outlook"}, []),
        ({"search": "pri"}, [8, 10]),
        ({"search": "bridge", "source": "Valley Wire", "document": "002.txt"}, [11]),
        ({"search": "bridge", "language": "fr"}, []),
    ],
)
def test_filters(store: Store, scope: dict[str, str], expected: list[int]):
    assert units(Journal(store, "ana"), **scope) == expected


def test_a_document_is_found_by_the_beginning_of_its_id(store: Store):
    (name,) = store.db.execute("SELECT id FROM documents WHERE n = 2").fetchone()
    journal = Journal(store, "ana")
    assert units(journal, document=name) == units(journal, document=name[:6]) == [6, 7]


@pytest.mark.parametrize("name", ["nothing", "%", "00_.txt", "*", "002.TXT"])
def test_a_document_that_is_not_there_is_not_guessed(store: Store, name: str):
    with pytest.raises(UsageProblem, match="no document is called"):
        open_worklist(Journal(store, "ana"), Scope(document=name))


def test_a_name_that_two_documents_have_is_refused(store: Store):
    fill(store, [article("Another sentence altogether.", title="Le marché", path="elsewhere.txt")])
    with pytest.raises(UsageProblem, match="not one document only"):
        open_worklist(Journal(store, "ana"), Scope(document="Le marché"))


def test_what_was_decided_can_be_gone_through_again(store: Store):
    ana, ben = Journal(store, "ana"), Journal(store, "ben")
    label(ana, 2)
    label(ana, 3, "promotional")
    label(ana, 6, "none")
    ana.record("skip", 4, {})
    ana.record("flag", 1, {"on": True})  # a heading: flagged all the same
    ana.record("flag", 3, {"on": True})
    label(ben, 8)
    assert units(ana, only="labelled") == [2, 3, 6]
    assert units(ana, only="skipped") == [4]
    assert units(ana, only="flagged") == [1, 3]
    assert units(ana, only="mine:promotional") == [3]
    assert units(ana, only="mine:none") == [6]
    assert units(ana, only="mine:speculative") == []
    assert units(ben, only="labelled") == [8]
    assert units(ana, only="labelled", language="fr") == [6]


def test_a_heading_that_was_made_a_sentence_is_asked_of_that_reviewer(store: Store):
    ana, ben = Journal(store, "ana"), Journal(store, "ben")
    ana.record("unit", 9, {"sentence": True})
    assert 9 in units(ana)
    assert 9 not in units(ben)
    assert WholeStore(ana).counts().asked == 9
    assert WholeStore(ben).counts().asked == 8


def test_documents_that_were_superseded_are_not_asked_about(store: Store):
    ana = Journal(store, "ana")
    label(ana, 6)
    ana.record("unit", 5, {"sentence": True})
    store.db.execute("UPDATE documents SET current = 0 WHERE n = 2")
    store.db.execute("UPDATE units SET asked = 0 WHERE document = 2")
    assert units(ana) == [2, 3, 4, 8, 10, 11]
    for worklist in (WholeStore(ana), Listed(ana, Scope())):
        assert worklist.counts() == Counts(6, 0, 0)
    assert units(ana, only="labelled") == []


@pytest.mark.parametrize(
    ("value", "valid"),
    [("unlabelled", True), ("labelled", True), ("skipped", True), ("flagged", True),
     ("mine:factual", True), ("mine:none", True), ("mine:", False), ("factual", False),
     ("mine:fiction", False), ("none", False), ("", False)],
)  # fmt: skip
def test_which_filters_there_are(value: str, valid: bool):
    assert valid_only(value, ("factual",)) is valid


# -- search ------------------------------------------------------------------------------------


@given(storable_text | st.text(alphabet="\"*^():-+{} ANDORNOTEAR'a", max_size=20))
def test_no_text_is_read_as_search_syntax(store_for_search: Store, text: str):
    query = fts_query(text)
    found = store_for_search.db.execute(
        "SELECT count(*) FROM units_text WHERE units_text MATCH ?", (query or '""',)
    ).fetchone()
    assert found[0] >= 0


@pytest.fixture(scope="module")
def store_for_search(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store.open(tmp_path_factory.mktemp("search") / "labels.db") as store:
        fill(store, THREE)
        yield store


def test_a_search_without_a_word_is_refused(store: Store):
    with pytest.raises(UsageProblem, match="no word"):
        open_worklist(Journal(store, "ana"), Scope(search=" -- "))


# -- order -------------------------------------------------------------------------------------


def test_the_shuffled_order_is_the_same_on_every_machine(store: Store, tmp_path: Path):
    # Elsewhere the articles came in another order and with more between them.
    with Store.open(tmp_path / "other.db") as other:
        fill(other, [THREE[2], article("Something else."), THREE[0], THREE[1]])
        for seed in (1, 7, 10**80):
            here = ids(store, units(Journal(store, "ana"), order="shuffled", seed=seed))
            there = ids(other, units(Journal(other, "ben"), order="shuffled", seed=seed))
            assert [name for name in there if name in here] == here
            assert len(here) == 8


def test_every_seed_has_an_order_of_its_own(store: Store):
    journal = Journal(store, "ana")
    orders = {tuple(units(journal, order="shuffled", seed=seed)) for seed in range(12)}
    assert len(orders) == 12
    assert {tuple(sorted(order)) for order in orders} == {tuple(asked(THREE))}
    assert shuffle_key(1, "ab") != shuffle_key(11, "ab")


def test_the_shuffled_order_is_kept_to(store: Store):
    journal = Journal(store, "ana")
    scope = Scope(order="shuffled", seed=3)
    order = list(Listed(journal, scope).units)
    unit = Listed(journal, scope).first()
    walked = []
    while unit is not None:
        walked.append(unit)
        label(journal, unit)
        worklist = open_worklist(journal, scope)  # a new start after every sentence
        assert worklist.first() == worklist.following(unit)
        unit = worklist.first()
    assert walked == order


def test_going_through_again_goes_on_by_place_and_ends(store: Store):
    journal = Journal(store, "ana")
    for unit in (2, 4, 8):
        label(journal, unit)
    worklist = Listed(journal, Scope(only="labelled"))
    assert worklist.first() == 2
    assert [worklist.following(unit) for unit in (2, 3, 4, 8, 11)] == [4, 4, 8, None, None]
    assert worklist.next_undecided(2) is None
    empty = Listed(journal, Scope(only="skipped"))
    assert (empty.first(), empty.following(2), empty.counts()) == (None, None, Counts(0, 0, 0))


# -- both kinds agree --------------------------------------------------------------------------

ARTICLES = st.lists(
    st.lists(words() | words().map("#".__add__), min_size=1, max_size=5), min_size=1, max_size=4
)
DECISIONS = st.lists(
    st.tuples(st.sampled_from(["label", "skip", "flag", "unit"]), st.integers(0, 30)), max_size=20
)
PAYLOADS = {"label": {"label": "factual"}, "skip": {}, "flag": {"on": True},
            "unit": {"sentence": True}}  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(ARTICLES, DECISIONS, st.integers(0, 30), st.sets(st.integers(1, 4), max_size=1))
def test_listed_and_whole_walk_the_same_way(
    blank_store: Path,
    drawn: list[list[str]],
    made: list[tuple[str, int]],
    start: int,
    superseded: set[int],
):
    blank_store.with_name("walk.db").write_bytes(blank_store.read_bytes())
    with Store.open(blank_store.with_name("walk.db")) as store, store.writing() as db:
        given_articles: list[Article] = [
            article(*lines, f"Only in article {n}.") for n, lines in enumerate(drawn)
        ]
        _fill_inside(store, given_articles)
        total = sum(len(a.units) for a in given_articles)
        journal = Journal(store, "ana")
        for kind, place in made:
            journal.append(db, kind, place % total + 1, PAYLOADS[kind])
        for n in superseded:
            db.execute("UPDATE documents SET current = 0 WHERE n = ?", (n,))
            db.execute("UPDATE units SET asked = 0 WHERE document = ?", (n,))
        whole, listed = WholeStore(journal), Listed(journal, Scope())
        # A heading that was labelled without being made a sentence cannot come about.
        if all(kind != "label" and kind != "skip" for kind, _ in made):
            assert whole.counts() == listed.counts()
        assert whole.first() == listed.first()
        assert whole.following(start) == listed.following(start)
        unit = whole.first()
        for _ in range(total + 1):
            if unit is None:
                break
            assert listed.following(unit) == whole.following(unit)
            journal.append(db, "skip", unit, {})
            following = whole.following(unit)
            assert listed.following(unit) == following
            unit = following
        assert unit is None


def _fill_inside(store: Store, articles: list[Article]) -> None:
    from strategies import new_document

    from annotator.store.documents import Documents

    documents = Documents(store)
    for place, one in enumerate(articles):
        row, _ = documents.insert(store.db, new_document(one), "2026-01-01T00:00:00.000Z")
        documents.set_origin(store.db, f"{place}.txt", "", row)


@pytest.fixture(scope="module")
def blank_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("blank") / "labels.db"
    Store.open(path).close()
    return path
