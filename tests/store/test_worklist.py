"""Worklists: which units are asked about and in which order, the same however they are found."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import THREE, Article, article, asked, fill, storable_text, words

from annotator.core.config import ORDERS
from annotator.core.errors import UsageProblem
from annotator.core.model import Suggestion
from annotator.quality.sampling import random_key
from annotator.store import Store, drawing
from annotator.store.journal import Journal
from annotator.store.scope import Counts, Scope, fts_query, valid_only
from annotator.store.suggestions import Suggestions
from annotator.store.worklist import Drawn, Listed, WholeStore, open_worklist


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "labels.db") as store:
        fill(store, THREE)
        yield store


def units(journal: Journal, **scope: object) -> list[int]:
    kind = Drawn if scope.get("order") in {"random", "uncertain"} else Listed
    return list(kind(journal, Scope(**scope)).units)  # type: ignore[arg-type]


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


def test_a_random_order_is_the_same_on_every_machine(store: Store, tmp_path: Path):
    # Elsewhere the articles came in another order and with more between them.
    with Store.open(tmp_path / "other.db") as other:
        fill(other, [THREE[2], article("Something else."), THREE[0], THREE[1]])
        for seed in (1, 7, 10**80):
            here = ids(store, units(Journal(store, "ana"), order="random", seed=seed))
            there = ids(other, units(Journal(other, "ben"), order="random", seed=seed))
            assert [name for name in there if name in here] == here
            assert len(here) == 8


def test_every_seed_has_an_order_of_its_own(store: Store):
    journal = Journal(store, "ana")
    orders = {tuple(units(journal, order="random", seed=seed)) for seed in range(12)}
    assert len(orders) == 12
    assert {tuple(sorted(order)) for order in orders} == {tuple(asked(THREE))}
    assert random_key(1, "1ab") != random_key(11, "ab")


def test_a_random_order_is_kept_to(store: Store):
    journal = Journal(store, "ana")
    scope = Scope(order="random", seed=3)
    order = list(Drawn(journal, scope).units)
    unit = Drawn(journal, scope).first()
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


# -- orders that are drawn ---------------------------------------------------------------------


def suggest(store: Store, said: dict[int, tuple[str, float]], name: str = "rules/1") -> None:
    """Let a suggester that is in use give units a label with a probability."""
    suggestions = Suggestions(store)
    with store.writing() as db:
        model = suggestions.use(db, name, "1")
        suggestions.insert(
            db,
            model,
            (
                (unit, Suggestion(label, {label: p, "other": 1 - p}, abstained=p < 0.5))
                for unit, (label, p) in said.items()
            ),
        )


def walked(journal: Journal, scope: Scope, *, steps: int = 99) -> list[int]:
    """Skip through a worklist as a review does; returns the units in the order it gave them."""
    worklist = open_worklist(journal, scope)
    unit, order = worklist.first(), []
    while unit is not None and len(order) < steps:
        order.append(unit)
        journal.record("skip", unit, {})
        unit = worklist.following(unit)
    return order


def test_uncertain_sentences_come_before_certain_ones(store: Store):
    suggest(store, {2: ("factual", 0.9), 3: ("promotional", 0.51), 8: ("factual", 0.99),
                    10: ("speculative", 0.6), 6: ("factual", 0.95)})  # fmt: skip
    first = {seed: units(Journal(store, "ana"), order="uncertain", seed=seed) for seed in range(99)}
    assert all(sorted(order) == asked(THREE) for order in first.values())
    # Courrier has its turn, and three in ten draws are of any sentence.
    heads = [order[0] for order in first.values()]
    assert 60 <= heads.count(6) <= 90
    assert len(set(map(tuple, first.values()))) > 20
    assert all(4 in order[1:] or order[0] == 4 for order in first.values())


def test_an_uncertain_order_needs_suggestions(store: Store):
    with pytest.raises(UsageProblem, match="no suggestions yet"):
        open_worklist(Journal(store, "ana"), Scope(order="uncertain", seed=1))


def test_it_is_said_how_a_sentence_was_drawn(store: Store):
    ana = Journal(store, "ana")
    assert open_worklist(ana, Scope()).drawn(2) == {"order": "document"}
    french = open_worklist(ana, Scope(language="fr"))
    assert (french.drawn(6), french.drawn(2)) == ({"order": "document"}, None)
    order = units(ana, order="random", seed=1)
    worklist = open_worklist(ana, Scope(order="random", seed=1))
    assert [worklist.drawn(unit) for unit in (order[0], order[6])] == [
        {"order": "random", "probability": 0.125, "among": 8, "model": None},
        {"order": "random", "probability": 0.5, "among": 2, "model": None},
    ]
    assert worklist.drawn(1) is None
    suggest(store, {2: ("factual", 0.9), 3: ("factual", 0.6)})
    label(ana, 3)
    worklist = open_worklist(ana, Scope(order="uncertain", seed=1))
    assert worklist.drawn(3) is None
    assert worklist.drawn(worklist.first() or 0) in [
        {"order": "uncertain", "probability": p, "among": 7, "model": "rules/1"}
        for p in (0.742857, 0.0428571)
    ]


def test_a_drawn_order_is_of_what_is_left_when_it_starts(store: Store):
    suggest(store, dict.fromkeys(asked(THREE), ("factual", 0.7)))
    ana = Journal(store, "ana")
    label(ana, 2)
    ana.record("skip", 3, {})
    for order in ("random", "uncertain"):
        worklist = Drawn(ana, Scope(order=order, seed=4))
        assert sorted(worklist.units) == [4, 6, 7, 8, 10, 11]
        assert worklist.counts() == Counts(8, 1, 1)
        assert worklist.holds(2)


def test_what_was_taken_back_comes_again_at_the_end(store: Store):
    ana = Journal(store, "ana")
    label(ana, 2)
    worklist = open_worklist(ana, Scope(order="random", seed=4))
    unit = worklist.first()
    ana.undo()
    order = []
    while unit is not None:
        order.append(unit)
        label(ana, unit)
        unit = worklist.following(unit)
    assert order[-1] == 2
    assert sorted(order) == asked(THREE)
    assert worklist.drawn(2) == {"order": "random", "probability": 1.0, "among": 1, "model": None}


def test_moving_away_leads_back_into_the_order(store: Store):
    ana = Journal(store, "ana")
    worklist = open_worklist(ana, Scope(order="random", seed=4))
    order = units(ana, order="random", seed=4)
    label(ana, order[5])  # found by searching
    assert worklist.following(order[5]) == order[6]
    label(ana, 1)
    assert worklist.following(1) == order[0]
    assert worklist.next_undecided(order[0]) == order[1]


def test_filters_narrow_what_is_drawn(store: Store):
    suggest(store, dict.fromkeys(asked(THREE), ("factual", 0.7)))
    ana = Journal(store, "ana")
    for order in ("random", "uncertain"):
        assert sorted(units(ana, order=order, seed=1, language="fr")) == [6, 7]
        assert sorted(units(ana, order=order, seed=1, search="bridge")) == [2, 11]
    label(ana, 2)
    label(ana, 6)
    worklist = open_worklist(ana, Scope(order="random", seed=3, only="labelled"))
    first = worklist.first() or 0
    assert {first, worklist.following(first)} == {2, 6}


def test_near_duplicates_of_what_was_decided_come_last(store: Store):
    suggest(store, {**dict.fromkeys(asked(THREE), ("factual", 0.9)), 11: ("factual", 0.5)})
    ana = Journal(store, "ana")
    label(ana, 2)  # in 11 word for word
    places = [units(ana, order="uncertain", seed=seed).index(11) for seed in range(40)]
    assert sum(place == 6 for place in places) > 20
    ben = Journal(store, "ben")
    assert sum(units(ben, order="uncertain", seed=seed).index(11) < 2 for seed in range(40)) > 20


@settings(max_examples=25, deadline=None)
@given(ARTICLES, st.integers(1, 4), st.integers(0, 99), st.sampled_from(["random", "uncertain"]),
       st.lists(st.sampled_from([0.5, 0.7, 1.0]), max_size=9), st.integers(0, 9))  # fmt: skip
def test_drawn_in_parts_every_sentence_comes_once(
    blank_store: Path, drawn: list[list[str]], pool: int, seed: int, order: str,
    margins: list[float], breaks: int,
):  # fmt: skip
    path = blank_store.with_name("parts.db")
    path.write_bytes(blank_store.read_bytes())
    with Store.open(path) as store, pytest.MonkeyPatch.context() as patch:
        patch.setattr(drawing, "POOL", pool)
        store.db.execute("PRAGMA synchronous = OFF")
        fill(store, [article(*lines, f"Only in article {n}.") for n, lines in enumerate(drawn)])
        ana = Journal(store, "ana")
        wanted = units(ana)
        suggest(store, {unit: ("factual", p) for unit, p in zip(wanted, margins, strict=False)})
        scope = Scope(order=order, seed=seed)
        worklist = open_worklist(ana, scope)
        among = (worklist.drawn(worklist.first() or 0) or {})["among"]
        (every,) = store.db.execute("SELECT count(*) FROM units").fetchone()
        # A part is so many units that about `pool` of them are asked about.
        many = len(wanted) > pool
        assert 1 <= among <= pool * every // len(wanted) if many else among == len(wanted)
        begun = walked(ana, scope, steps=breaks)
        assert sorted(begun + walked(ana, scope)) == wanted


def test_a_part_of_a_large_store_is_the_same_on_every_machine(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(drawing, "POOL", 3)
    with Store.open(tmp_path / "other.db") as other:
        fill(other, [THREE[2], THREE[0], THREE[1]])
        for seed in range(9):
            scope = Scope(order="random", seed=seed)
            here = ids(store, walked(Journal(store, f"ana{seed}"), scope))
            assert ids(other, walked(Journal(other, f"ben{seed}"), scope)) == here
            assert len(here) == 8


# -- disagreement ------------------------------------------------------------------------------


def test_what_reviewers_differ_on_comes_first_and_then_what_the_model_says(store: Store):
    ana, ben = Journal(store, "ana"), Journal(store, "ben")
    suggest(store, {2: ("promotional", 0.7), 3: ("promotional", 0.9), 4: ("factual", 0.9),
                    6: ("speculative", 0.4), 8: ("speculative", 0.8),
                    10: ("factual", 0.9)})  # fmt: skip
    for unit in (2, 3, 4, 6, 7):
        label(ana, unit)
    label(ben, 8)  # the model says otherwise; ana has not seen it
    label(ana, 10, "none")  # of which no model says anything
    label(ben, 7, "speculative")
    label(ben, 4)
    scope = Scope(order="disagreement")
    assert scope.revisits
    for journal in (ana, ben):
        # 7: reviewers; then by probability. Of 6 the model says nothing: it abstained.
        assert units(journal, order="disagreement") == [7, 3, 8, 2]
    worklist = open_worklist(ana, scope)
    assert worklist.first() == 7
    assert [worklist.following(unit) for unit in (7, 3, 8, 2)] == [3, 8, 2, None]
    assert worklist.counts() == Counts(4, 3, 0)
    assert worklist.drawn(3) == {"order": "disagreement", "probability": None, "model": "rules/1"}
    assert worklist.drawn(4) is None
    label(ben, 4, "none")  # no sentence, says one of them
    assert units(ana, order="disagreement") == [4, 7, 3, 8, 2]
    assert units(ana, order="disagreement", source="Valley Wire") == [4, 3, 8, 2]
    assert units(ana, order="disagreement", only="mine:factual") == [4, 7, 3, 2]
    blind = Scope(order="disagreement", only="unlabelled")
    assert not blind.revisits
    assert open_worklist(ana, blind).first() == 8


def test_without_suggestions_reviewers_can_still_differ(store: Store):
    ana, ben = Journal(store, "ana"), Journal(store, "ben")
    assert units(ana, order="disagreement") == []
    label(ana, 2)
    label(ben, 2, "promotional")
    assert units(ana, order="disagreement") == [2]
    assert open_worklist(ana, Scope(order="disagreement")).drawn(2) == {
        "order": "disagreement", "probability": None, "model": None,
    }  # fmt: skip
    store.db.execute("UPDATE documents SET current = 0 WHERE n = 1")
    assert units(ana, order="disagreement") == []


def test_orders_are_stored_by_name_and_seed():
    assert [Scope(order=order, seed=7).order_and_seed for order in ORDERS] == [
        "document", "random:7", "uncertain:7", "disagreement",
    ]  # fmt: skip
