"""Assignments: events and the rows they lead to, and the worklist that follows them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import THREE, article, asked, fill, words

from annotator.core.errors import AnnotatorError, UsageProblem
from annotator.store import Store, assignments
from annotator.store.assignments import Kept
from annotator.store.journal import Journal
from annotator.store.scope import Counts, Scope
from annotator.store.verify import verify
from annotator.store.worklist import Assigned, Drawn, Listed, open_worklist


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "labels.db") as store:
        fill(store, THREE)
        yield store


def give(store: Store, to: Mapping[int, Sequence[str]], lead: str = "lead") -> None:
    """Assign units, by their rows, to reviewers."""
    free = {one.unit: one for one in assignments.free(store)}
    given = [(free[unit], names) for unit, names in sorted(to.items())]
    assignments.assign(Journal(store, lead), given, {"by": "sentence", "seed": 7})


def rows(store: Store) -> set[tuple[str, int]]:
    return set(
        store.db.execute(
            "SELECT r.name, s.unit FROM assignments s JOIN reviewers r ON r.n = s.reviewer"
        )
    )


def derived_again(store: Store) -> set[tuple[str, int]]:
    names = dict(store.db.execute("SELECT n, name FROM reviewers"))
    assert {(names[n], unit) for n, unit in assignments.explained(store.db)} == rows(store)
    with store.writing() as db:
        assignments.derive(db)
    return rows(store)


def test_what_is_assigned_is_derived_from_the_events(store: Store):
    give(store, {2: ["ana", "ben"], 3: ["ana"], 6: ["ben"]})
    expected = {("ana", 2), ("ben", 2), ("ana", 3), ("ben", 6)}
    assert rows(store) == derived_again(store) == expected
    assert [one.unit for one in assignments.free(store)] == [4, 7, 8, 10, 11]
    assert assignments.kept(store) == [
        Kept("en", "Valley Wire", frozenset({"ana"}), 1),
        Kept("en", "Valley Wire", frozenset({"ana", "ben"}), 1),
        Kept("fr", "Courrier", frozenset({"ben"}), 1),
    ]
    kinds = store.db.execute("SELECT kind, unit FROM events").fetchall()
    assert kinds == [("assign", None)] * 2  # one for each document
    assert not verify(store).problems


def test_what_is_taken_back_can_be_assigned_anew(store: Store):
    give(store, {2: ["ana", "ben"], 3: ["ana"], 6: ["ben"]})
    assert assignments.clear(Journal(store, "lead"), "ben") == 2
    assert rows(store) == derived_again(store) == {("ana", 2), ("ana", 3)}
    with pytest.raises(UsageProblem, match="nothing is assigned to 'ben'"):
        assignments.clear(Journal(store, "lead"), "ben")
    give(store, {6: ["ben"], 7: ["cleo"]})
    assert rows(store) == derived_again(store) == {
        ("ana", 2), ("ana", 3), ("ben", 6), ("cleo", 7)
    }  # fmt: skip
    assert assignments.clear(Journal(store, "lead"), None) == 4
    assert rows(store) == derived_again(store) == set()
    with pytest.raises(UsageProblem, match="nothing is assigned to anybody"):
        assignments.clear(Journal(store, "lead"), None)


def test_who_has_labelled_a_sentence_is_known(store: Store):
    Journal(store, "ana").record("label", 3, {"label": "factual"})
    Journal(store, "ben").record("skip", 4, {})
    assert {one.unit: one.known for one in assignments.free(store) if one.known} == {3: ("ana",)}


def test_two_who_assign_at_once_do_not_assign_twice(store: Store, monkeypatch):
    free = assignments.free(store)
    monkeypatch.setattr(assignments, "_AT_ONCE", 1)

    def interrupted() -> Iterator:
        for place, one in enumerate(free):
            if place == 4:  # the second document: the first one is in the store
                with Store.open(store.path) as other:
                    give(other, {8: ["ben"]}, "another")
            yield one, ["ana"]

    with pytest.raises(AnnotatorError, match="somebody else has assigned"):
        assignments.assign(Journal(store, "lead"), interrupted(), {})  # type: ignore[arg-type]
    assert rows(store) == derived_again(store) == {
        ("ana", 2), ("ana", 3), ("ana", 4), ("ben", 8)
    }  # fmt: skip


def test_a_sentence_that_is_not_here_is_left_out(store: Store):
    with store.writing() as db:
        payload = {"to": {"ana": ["0123456789abcdef"], "eve": []}}
        Journal(store, "lead").append_to_project(db, "assign", payload)
    assert derived_again(store) == set()


# -- the review --------------------------------------------------------------------------------


def walked(journal: Journal, scope: Scope) -> list[int]:
    worklist = open_worklist(journal, scope)
    found, unit = [], worklist.first()
    while unit is not None and len(found) < 99:
        found.append(unit)
        journal.record("skip", unit, {})
        unit = worklist.following(unit)
    return found


def test_the_review_asks_about_what_is_assigned(store: Store):
    give(store, {2: ["ana", "ben"], 4: ["ana"], 6: ["ben"], 10: ["ana"]})
    ana, cleo = Journal(store, "ana"), Journal(store, "cleo")
    assert assignments.is_assigned(ana)
    assert not assignments.is_assigned(cleo)
    mine = Scope(assigned=True)
    assert isinstance(open_worklist(ana, mine), Assigned)
    assert open_worklist(ana, mine).counts() == Counts(3, 0, 0)
    assert open_worklist(ana, Scope()).counts() == Counts(8, 0, 0)
    ana.record("label", 3, {"label": "factual"})  # not assigned: not counted
    ana.record("label", 4, {"label": "factual"})
    ana.record("unit", 9, {"sentence": True})  # theirs by their own doing
    worklist = open_worklist(ana, mine)
    assert worklist.counts() == Counts(4, 1, 0)
    assert [worklist.holds(unit) for unit in (2, 3, 9)] == [True, False, True]
    assert sorted(walked(ana, mine)) == [2, 9, 10]
    assert worklist.counts() == Counts(4, 1, 3)


@pytest.mark.parametrize("order", ["random", "uncertain"])
def test_drawn_orders_are_of_what_is_assigned(store: Store, order: str, monkeypatch):
    give(store, {unit: ["ana"] for unit in (2, 4, 6, 7, 10)} | {3: ["ben"]})
    from test_worklist import suggest

    suggest(store, dict.fromkeys(asked(THREE), ("factual", 0.6)))
    ana = Journal(store, "ana")
    scope = Scope(order=order, seed=3, assigned=True)
    assert sorted(Drawn(ana, scope).units) == [2, 4, 6, 7, 10]
    monkeypatch.setattr("annotator.store.drawing.POOL", 2)
    found = walked(ana, scope)
    assert sorted(found) == [2, 4, 6, 7, 10]


ARTICLES = st.lists(
    st.lists(words() | words().map("#".__add__), min_size=1, max_size=5), min_size=1, max_size=4
)
PAYLOADS = {"skip": {}, "flag": {"on": True}, "unit": {"sentence": True}}


@settings(max_examples=40, deadline=None)
@given(
    ARTICLES,
    st.sets(st.integers(0, 20)),
    st.lists(st.tuples(st.sampled_from(sorted(PAYLOADS)), st.integers(0, 30)), max_size=12),
    st.sets(st.integers(1, 4), max_size=1),
    st.integers(0, 30),
)
def test_it_is_walked_like_a_list_of_it(
    blank: Path,
    drawn: list[list[str]],
    mine: set[int],
    made: list[tuple[str, int]],
    superseded: set[int],
    start: int,
):
    blank.with_name("walk.db").write_bytes(blank.read_bytes())
    with Store.open(blank.with_name("walk.db")) as store:
        articles = [article(*lines, f"Only in article {n}.") for n, lines in enumerate(drawn)]
        fill(store, articles)
        total = sum(len(one.units) for one in articles)
        give(store, {one.unit: ["ana"] for one in assignments.free(store) if one.unit in mine})
        journal = Journal(store, "ana")
        for kind, place in made:
            unit = place % total + 1
            (is_body,) = store.db.execute("SELECT asked FROM units WHERE n = ?", (unit,)).fetchone()
            if kind == "unit" and is_body:
                continue
            if kind == "skip" and not is_body and not journal.annotation(unit).asked:
                continue
            journal.record(kind, unit, PAYLOADS[kind])
        with store.writing() as db:
            for n in superseded:
                db.execute("UPDATE documents SET current = 0 WHERE n = ?", (n,))
                db.execute("UPDATE units SET asked = 0 WHERE document = ?", (n,))
        own, listed = Assigned(journal), Listed(journal, Scope(assigned=True))
        counts, expected = own.counts(), listed.counts()
        assert counts.asked == expected.asked
        assert own.first() == listed.first()
        assert own.following(start) == listed.following(start)
        unit, rounds = own.first(), 0
        while unit is not None and rounds <= total:
            assert own.holds(unit)
            journal.record("skip", unit, {})
            unit, rounds = own.following(unit), rounds + 1
        assert unit is None
        assert own.counts().skipped >= counts.skipped


@pytest.fixture(scope="module")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("blank") / "labels.db"
    Store.open(path).close()
    return path


def test_events_of_no_sense_lead_to_nothing(store: Store):
    give(store, {2: ["ana"]})
    with store.writing() as db:
        for payload in ({}, {"to": ["ana"]}, {"to": {"ana": None, "ben": 7}}):
            Journal(store, "lead").append_to_project(db, "assign", payload)
        for payload in ({}, {"events": None}, {"reviewer": 3, "events": ["0" * 32]}):
            Journal(store, "lead").append_to_project(db, "unassign", payload)
    assert derived_again(store) == {("ana", 2)}
