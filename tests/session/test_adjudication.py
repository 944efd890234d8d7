"""Adjudication: what is disputed, in which order, what is seen of it, and what decisions do."""

from __future__ import annotations

from itertools import count
from math import log2
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import THREE, asked, fill

from annotator.core.errors import UsageProblem
from annotator.core.history import ADJUDICATION
from annotator.core.model import Reason, Suggestion
from annotator.core.scheme import built_in
from annotator.session import Session
from annotator.session.adjudication import Adjudicator
from annotator.store import Store
from annotator.store.adjudicating import contested, entropy, overview, talked_about
from annotator.store.journal import Journal
from annotator.store.suggestions import Suggestions
from annotator.store.verify import verify

F, S, P, N = "factual", "speculative", "promotional", "none"
VOTES = {"ana": [F, F, F, S, P, F, S], "ben": [F, S, P, S, P, N, S], "cleo": [F, F, S, S, P]}
"""Of seven sentences the first, fourth, fifth and seventh are agreed on; the third is disputed
most, then the sixth, which two labelled, and then the second."""
FIRST, SECOND, THIRD, FOURTH, FIFTH, SIXTH, SEVENTH, EIGHTH = asked(THREE)


def label(store: Store, reviewer: str, labels: list[str]) -> None:
    review = Session(store, reviewer, built_in(), reveal="never", timed=False)
    for one in labels:
        review.label(one, confidence=2, tags=["loaded"], note=f"{one} it is")


@pytest.fixture
def store(tmp_path: Path):
    with Store.open(tmp_path / "labels.db") as opened:
        fill(opened, THREE)
        for reviewer, labels in VOTES.items():
            label(opened, reviewer, labels)
        yield opened


def adjudicator(store: Store, reviewer: str = "dora", **options) -> Adjudicator:
    return Adjudicator(store, reviewer, store.scheme, **options)


def payload(store: Store, kind: str = "adjudicate") -> dict:
    import json

    (text,) = store.db.execute(
        "SELECT payload FROM events WHERE kind = ? ORDER BY n DESC LIMIT 1", (kind,)
    ).fetchone()
    return json.loads(text)


def kept(store: Store) -> dict[int, tuple]:
    rows = store.db.execute("SELECT unit, label, reason, note FROM adjudications")
    return {unit: tuple(rest) for unit, *rest in rows}


@pytest.mark.parametrize(
    ("counts", "bits"),
    [((3,), 0), ((1, 1), 1), ((1, 1, 1), log2(3)), ((2, 1), 0.9183), ((2, 2), 1)],
)
def test_entropy_of_votes(counts, bits):
    assert entropy(counts) == pytest.approx(bits, abs=1e-4)


@given(st.lists(st.integers(1, 9), min_size=1, max_size=5))
def test_entropy_is_between_nothing_and_all_alike(counts):
    assert 0 <= entropy(tuple(counts)) <= log2(len(counts)) + 1e-9


def test_the_most_disputed_come_first_and_then_as_they_stand(store):
    assert [one.unit for one in contested(store, "undecided")] == [THIRD, SIXTH, SECOND]
    assert [one.unit for one in contested(store, "disputed")] == [THIRD, SIXTH, SECOND]
    every = [one.unit for one in contested(store, "all")]
    assert every == [THIRD, SIXTH, SECOND, FIRST, FOURTH, FIFTH, SEVENTH]
    assert contested(store, "discussed") == []


def test_a_decision_is_in_the_store_and_the_next_is_served(store):
    session = adjudicator(store)
    assert session.unit.n == THIRD
    assert session.progress == (3, 0)
    session.decide(P, reason="R3", note="praise")
    assert kept(store) == {THIRD: (P, "R3", "praise")}
    assert session.unit.n == SIXTH
    assert session.last.n == THIRD
    assert session.progress == (3, 1)
    session.decide(N)
    assert session.unit.n == SECOND
    session.decide(F)
    assert session.finished
    assert session.unit.n == SECOND
    assert overview(store)._asdict() == {
        "reviewers": ("ana", "ben", "cleo"), "labelled": 7, "shared": 7, "disputed": 3,
        "adjudicated": 3, "undecided": 0, "differing": 0, "discussed": 0,
    }  # fmt: skip
    assert verify(store).problems == []
    # The annotations of the reviewers are what they were, and the adjudicator gave none.
    assert Journal(store, "ana").annotation(THIRD).label == F
    assert Journal(store, "dora").annotation(THIRD).label is None


def test_reason_and_note_come_after_the_decision_and_are_undone_first(store):
    session = adjudicator(store)
    with pytest.raises(UsageProblem, match="decide the sentence first"):
        session.reason("R3")
    session.decide(P)
    session.reason("R3")
    session.note("praise")
    assert kept(store) == {THIRD: (P, "R3", "praise")}
    assert session.unit.n == SIXTH
    session.undo()
    assert kept(store) == {THIRD: (P, "R3", None)}
    assert session.unit.n == THIRD
    session.undo()
    session.undo()
    assert kept(store) == {}
    assert session.undo() is None
    for _ in range(3):
        session.redo()
    assert kept(store) == {THIRD: (P, "R3", "praise")}
    assert session.redo() is None
    assert session.unit.n == SIXTH
    with pytest.raises(UsageProblem, match="no rule"):
        session.reason("R9")
    with pytest.raises(UsageProblem, match="no label"):
        session.decide("great")


def test_undo_after_a_restart(store):
    adjudicator(store).decide(P)
    again = adjudicator(store)
    assert again.unit.n == SIXTH
    assert again.undo().payload["label"] == P
    assert again.unit.n == THIRD
    assert again.progress == (2, 0)


def test_undo_of_a_review_and_of_an_adjudication_do_not_meet(store):
    session = adjudicator(store, "ana")
    session.decide(P)
    review = Session(store, "ana", built_in())
    assert review.undo().payload["label"] == S
    assert kept(store) == {THIRD: (P, None, None)}
    review.redo()
    session.undo()
    assert Journal(store, "ana").annotation(SEVENTH).label == S
    assert Journal(store, "ana").redo(ADJUDICATION) is not None


def test_names_are_letters_in_an_order_that_tells_nothing(store):
    session = adjudicator(store)
    assert [(one.who, one.annotation.label) for one in session.ballots(session.unit)] == [
        ("A", F), ("B", S), ("C", P),
    ]  # fmt: skip
    session.decide(P)
    assert payload(store)["names_hidden"] is True
    session.previous()
    named = [one.who for one in session.ballots(session.unit)]
    assert named == ["ana", "cleo", "ben"]


def test_whoever_asks_for_names_has_seen_them_and_so_has_who_decided_once(store):
    session = adjudicator(store)
    session.show_names()
    assert session.ballots(session.unit)[0].who == "ana"
    session.decide(P)
    assert payload(store)["names_hidden"] is False
    session.decide(N)
    assert payload(store)["names_hidden"] is True
    session.undo()
    # Hidden again on the screen, but they were seen.
    session.decide(F)
    assert payload(store)["names_hidden"] is False


def test_an_adjudicator_who_reviewed_is_a_letter_like_the_others(store):
    session = adjudicator(store, "ben")
    assert {one.who for one in session.ballots(session.unit)} == {"A", "B", "C"}


def test_names_may_be_shown_from_the_start(store):
    session = adjudicator(store, hide_names=False)
    assert {one.who for one in session.ballots(session.unit)} == {"ana", "ben", "cleo"}
    session.decide(P)
    assert payload(store)["names_hidden"] is False


def test_the_suggestion_is_seen_after_the_decision(store):
    suggestions = Suggestions(store)
    said = Suggestion(P, {F: 0.1, S: 0.2, P: 0.7}, (Reason(0, 2, "praise", None, "R3", 1.0),))
    with store.writing() as db:
        suggestions.insert(db, suggestions.use(db, "rules/1", "1"), [(THIRD, said), (SIXTH, said)])
    session = adjudicator(store)
    assert session.baseline() is None
    session.decide(P)
    assert session.baseline().unit.n == THIRD
    assert session.baseline().suggestion.label == P
    session.move(1)
    assert session.baseline() is None
    session.go_to(THIRD)
    assert session.baseline().unit.n == THIRD
    # Another adjudicator has not decided.
    other = adjudicator(store, "eve", only="disputed")
    other.go_to(THIRD)
    assert other.baseline() is None


def test_what_nobody_labelled_is_not_adjudicated(store):
    session = adjudicator(store)
    session.go_to(1)
    with pytest.raises(UsageProblem, match="nobody has labelled"):
        session.decide(N)
    # What all agree on may be overruled.
    session.go_to(FIRST)
    session.decide(S)
    assert kept(store)[FIRST][0] == S


def test_talk_puts_a_sentence_on_the_list(store):
    now = (f"2026-05-01T10:00:{second:02}.000Z" for second in count())
    session = adjudicator(store, journal=Journal(store, "dora", now=lambda: next(now)))
    session.discuss("is it praise?")
    later = (f"2026-05-01T11:00:{second:02}.000Z" for second in count())
    other = adjudicator(store, "eve", journal=Journal(store, "eve", now=lambda: next(later)))
    other.discuss("  it is  ")
    assert [one[:2] for one in other.thread(other.unit)] == [
        ("dora", "is it praise?"), ("eve", "it is"),
    ]  # fmt: skip
    with pytest.raises(UsageProblem, match="in a few words"):
        other.discuss(" ")
    assert talked_about(store) == {THIRD}
    listed = adjudicator(store, only="discussed")
    assert list(listed.order) == [THIRD]
    listed.decide(P)
    assert listed.finished
    assert listed.undo() is not None
    # Talk is not undone: the thread stays.
    assert len(listed.thread(listed.unit)) == 2
    assert overview(store).discussed == 1


def test_adjudicators_who_differ_leave_it_open(store):
    first, second = adjudicator(store), adjudicator(store, "eve", only="disputed")
    first.decide(P)
    second.decide(S)
    assert [one.by for one in second.rulings(first.last)] == ["dora", "eve"]
    assert overview(store).differing == 1
    assert THIRD in [one.unit for one in contested(store, "undecided")]
    # Whoever decided is asked again only when the other has the last word.
    assert first.is_settled(THIRD)
    second.go_to(THIRD)
    second.decide(P)
    assert overview(store).differing == 0
    assert overview(store).undecided == 2


def test_what_others_do_is_taken_in(store):
    session = adjudicator(store)
    with Store.open(store.path) as elsewhere:
        other = adjudicator(elsewhere, "eve")
        other.decide(P, reason="R3")
        other.discuss("and this one?")
        label(elsewhere, "finn", [S])
    assert session.refresh()
    assert not session.refresh()
    assert session.rulings(session.unit)[0].by == "eve"
    assert session.progress == (3, 1)
    session.next_unlabelled()
    assert session.unit.n == SIXTH
    assert session.is_discussed(session.unit)
    session.decide(N)
    session.decide(F)
    # What came into dispute meanwhile is listed when the rest is done.
    assert not session.finished
    assert session.unit.n == FIRST


def test_moving_in_the_list(store):
    session = adjudicator(store, only="disputed")
    assert not session.previous()
    assert session.next_unlabelled()
    assert session.unit.n == SIXTH
    assert session.next_unlabelled()
    assert not session.next_unlabelled()
    assert session.previous()
    assert session.unit.n == SIXTH


def test_a_list_of_all_begins_with_what_is_not_decided(store):
    adjudicator(store).decide(P)
    assert adjudicator(store, only="disputed").unit.n == SIXTH
    assert adjudicator(store, only="all").unit.n == SIXTH


def test_nothing_to_adjudicate(tmp_path: Path):
    with Store.open(tmp_path / "labels.db") as store:
        assert adjudicator(store).unit is None
        fill(store, THREE)
        label(store, "ana", [F, S])
        session = adjudicator(store)
        assert session.finished
        assert session.progress == (0, 0)
        assert (overview(store).labelled, overview(store).shared) == (2, 0)
