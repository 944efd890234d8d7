"""A session: where it starts and goes, what it counts, what may be seen, which time is work."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from strategies import THREE, article, asked, fill

from annotator.core.errors import StoreProblem, UsageProblem
from annotator.core.history import Annotation
from annotator.core.model import Reason, Suggestion
from annotator.core.scheme import built_in
from annotator.session import Baseline, Session
from annotator.session.given import MOST_NOTE, MOST_TAG
from annotator.session.shown import kind_in_words, rules_in_words
from annotator.store import Store
from annotator.store.feedback import wrong_cues
from annotator.store.journal import Journal
from annotator.store.reading import ArticleUnit
from annotator.store.suggestions import Suggestions
from annotator.store.verify import verify
from annotator.store.worklist import Counts, Scope


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.time = 1000.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "labels.db") as store:
        fill(store, THREE)
        yield store


@pytest.fixture
def begin(store: Store) -> Callable[..., Session]:
    def begin(reviewer: str = "ana", **options: Any) -> Session:
        return Session(store, reviewer, built_in(), **options)

    return begin


def here(session: Session) -> int:
    assert session.unit is not None
    return session.unit.n


def payload(store: Store, back: int = 0) -> dict[str, Any]:
    """Return what was stored with the newest label or skip, or with an earlier one."""
    (text,) = store.db.execute(
        "SELECT payload FROM events WHERE kind IN ('label', 'skip') ORDER BY n DESC LIMIT 1"
        " OFFSET ?",
        (back,),
    ).fetchone()
    return dict(json.loads(text))


def shown(store: Store, back: int = 0) -> bool:
    """Return whether the newest decision says that the baseline was seen before it."""
    assert payload(store, back)["shown"] in ([], ["baseline", "source"])
    return bool(payload(store, back)["shown"])


# -- where it starts and goes ------------------------------------------------------------------


def test_it_begins_at_the_first_sentence_and_passes_over_headings(begin):
    session = begin()
    walked = []
    while not session.finished:
        walked.append(here(session))
        session.label("factual")
    assert walked == asked(THREE) == [2, 3, 4, 6, 7, 8, 10, 11]
    assert here(session) == 11
    assert session.counts == Counts(8, 8, 0)


def test_it_goes_on_where_the_reviewer_stopped(begin):
    first = begin()
    first.label("factual")
    first.label("speculative")
    assert here(begin()) == here(first) == 4
    first.go_to(7)
    first.label("factual")
    assert here(begin()) == 8
    first.undo()
    assert here(begin()) == 7
    assert here(begin("ben")) == 2


def test_it_goes_on_from_a_note_or_a_flag(begin):
    session = begin()
    session.go_to(10)
    session.toggle_flag()
    assert here(begin()) == 10
    session.label("factual")
    assert here(begin()) == 11


def test_after_the_last_sentence_come_those_left_out(begin):
    session = begin()
    session.go_to(11)
    session.label("factual")
    assert not session.finished
    assert here(session) == 2


def test_everything_decided_is_the_end_also_at_the_next_start(begin):
    session = begin()
    for _ in asked(THREE):
        session.skip()
    assert session.finished
    again = begin()
    assert again.finished
    assert here(again) == 11
    assert not again.next_unlabelled()
    again.undo()
    assert not again.finished
    assert here(again) == 11
    again.label("factual")
    assert again.finished
    assert again.counts == Counts(8, 1, 7)


def test_an_empty_store_has_nowhere_to_stand(tmp_path: Path):
    with Store.open(tmp_path / "empty.db") as store:
        session = Session(store, "ana", built_in())
        assert session.unit is None
        assert not session.finished
        assert session.counts == Counts(0, 0, 0)
        assert session.asked_here() == (0, 0)
        assert session.baseline() is None
        assert not session.move(1)
        assert not session.next_unlabelled()
        assert session.undo() is None
        assert session.text_of is not None
        for act in (
            lambda: session.label("factual"), session.skip, session.toggle_unit,
            session.toggle_flag, lambda: session.note("x"), lambda: session.tags(["x"]),
            lambda: session.confidence(1),
        ):  # fmt: skip
            with pytest.raises(UsageProblem, match="no sentence here"):
                act()
        session.reveal_current()
        with Store.open(store.path) as other:
            fill(other, THREE)
        assert session.refresh()
        assert here(session) == 2


def test_moving_goes_over_headings_and_documents_and_stops_at_the_ends(begin):
    session = begin()
    assert session.move(-1)
    assert here(session) == 1
    assert not session.move(-1)
    assert here(session) == 1
    for expected in range(2, 12):
        assert session.move(1)
        assert here(session) == expected
    assert not session.move(1)
    assert session.article.n == 3


def test_next_unlabelled_goes_round(begin):
    session = begin()
    session.go_to(4)
    session.label("factual")
    session.go_to(11)
    assert session.next_unlabelled()
    assert here(session) == 2
    session.go_to(3)
    assert session.next_unlabelled()
    assert here(session) == 6


def test_going_to_a_document_stands_on_what_is_left_of_it(begin):
    session = begin()
    session.go_to(6)
    session.label("factual")
    assert session.go_to_document(2)
    assert here(session) == 7
    session.skip()
    assert session.go_to_document(2)
    assert here(session) == 5  # nothing is left: from its beginning


def test_standing_on_a_unit_by_its_place(begin):
    session = begin()
    session.stand(3)
    assert here(session) == 4
    assert session.text_of(session.unit) == THREE[0].units[3][1]


# -- decisions ---------------------------------------------------------------------------------


def test_what_cannot_be_labelled_says_why_and_stores_nothing(begin, store: Store):
    session = begin()
    with pytest.raises(UsageProblem, match="'fiction' is no label of credibility/1"):
        session.label("fiction")
    session.move(-1)
    for act in (lambda: session.label("factual"), session.skip):
        with pytest.raises(UsageProblem, match="this is a heading"):
            act()
    assert verify(store).events == 0


def test_x_says_that_a_sentence_is_none_and_that_a_heading_is_one(begin):
    session = begin()
    session.toggle_unit()
    assert session.annotations[2].label == "none"
    assert here(session) == 3
    session.go_to(1)
    session.toggle_unit()
    assert session.is_asked(session.unit)
    assert here(session) == 1
    assert session.counts == Counts(9, 1, 0)
    session.toggle_unit()
    assert not session.is_asked(session.unit)
    assert session.counts == Counts(8, 1, 0)
    session.toggle_unit()
    session.label("promotional")
    session.go_to(1)
    with pytest.raises(UsageProblem, match="undo its label first"):
        session.toggle_unit()
    session.undo()
    session.undo()
    assert session.counts == Counts(8, 1, 0)
    session.undo()
    assert session.counts == Counts(9, 1, 0)


def test_a_heading_made_a_sentence_is_asked_in_its_turn(begin):
    session = begin()
    session.go_to(9)
    session.toggle_unit()
    session.go_to(8)
    session.label("factual")
    assert here(session) == 9
    session.label("factual")
    assert here(session) == 10


def test_notes_tags_and_confidence_are_about_the_sentence_just_decided(begin, store: Store):
    session = begin()
    session.label("promotional")
    session.note("  why?  ")
    session.tags(["mixed", "loaded", "mixed", " "])
    session.confidence(2)
    annotation = Journal(store, "ana").annotation(2)
    assert (annotation.note, annotation.tags, annotation.confidence) == (
        "why?",
        ("loaded", "mixed"),
        2,
    )
    assert here(session) == 3
    session.confidence(None)
    assert Journal(store, "ana").annotation(2).confidence is None
    session.move(1)
    session.note("here")
    assert Journal(store, "ana").annotation(4).note == "here"
    session.note("")
    assert Journal(store, "ana").annotation(4).note is None


def test_confidence_needs_a_label_and_one_of_three_values(begin):
    session = begin()
    with pytest.raises(UsageProblem, match="label the sentence first"):
        session.confidence(3)
    session.skip()
    with pytest.raises(UsageProblem, match="label the sentence first"):
        session.confidence(3)
    session.label("factual")
    for value in (0, 4, -1):
        with pytest.raises(UsageProblem, match=r"1 \(guess"):
            session.confidence(value)


def test_notes_and_tags_have_limits_and_hold_what_can_be_stored(begin, store: Store):
    session = begin()
    session.note("x" * MOST_NOTE)
    with pytest.raises(UsageProblem, match="4,001 characters"):
        session.note("x" * (MOST_NOTE + 1))
    with pytest.raises(UsageProblem, match="at most 60"):
        session.tags(["x" * (MOST_TAG + 1)])
    session.note("a\0b\udcff\x1b[2J")
    assert Journal(store, "ana").annotation(2).note == "ab?\x1b[2J"
    assert verify(store).problems == []


def test_a_decision_that_cannot_be_stored_moves_nothing(begin, store: Store):
    session = begin()
    session.label("factual")
    store.db.execute("PRAGMA query_only = ON")
    before = session.counts, here(session), session.annotations.copy(), session.last
    for act in (lambda: session.label("factual"), session.skip, session.undo, session.toggle_flag):
        with pytest.raises(StoreProblem):
            act()
    assert (session.counts, here(session), session.annotations, session.last) == before
    store.db.execute("PRAGMA query_only = OFF")
    session.label("factual")
    assert session.counts.labelled == 2


# -- undo --------------------------------------------------------------------------------------


def test_undo_stands_on_what_it_took_back_and_redo_goes_on_again(begin):
    session = begin()
    session.label("factual")
    session.label("speculative")
    session.go_to(10)
    step = session.undo()
    assert (step.kind, here(session), session.counts.labelled) == ("label", 3, 1)
    session.undo()
    assert (here(session), session.counts.labelled) == (2, 0)
    assert session.undo() is None
    session.redo()
    assert (here(session), session.counts.labelled) == (3, 1)
    session.redo()
    assert (here(session), session.counts.labelled) == (4, 2)
    assert session.redo() is None


def test_undo_has_no_end_and_survives_a_restart(begin):
    session = begin()
    for _ in asked(THREE):
        session.label("factual")
    for count in range(8, 0, -1):
        session = begin()
        assert session.counts.labelled == count
        assert session.undo() is not None
    assert begin().undo() is None
    for _ in range(8):
        assert begin().redo() is not None
    assert begin().counts.labelled == 8


def test_a_changed_label_comes_back(begin):
    session = begin()
    session.label("factual")
    session.go_to(2)
    session.label("promotional")
    assert session.counts.labelled == 1
    session.undo()
    assert session.annotation.label == "factual"
    assert session.counts.labelled == 1


def test_undoing_a_note_stands_on_its_sentence(begin):
    session = begin()
    session.label("factual")
    session.note("hm")
    session.undo()
    assert here(session) == 2
    assert session.annotation.label == "factual"
    session.redo()
    assert here(session) == 2
    assert session.annotation.note == "hm"


# -- blind -------------------------------------------------------------------------------------


def test_after_is_blind_until_there_is_a_label(begin, store: Store):
    session = begin(reveal="after")
    assert session.baseline() is None
    assert not session.may_see(session.unit)
    session.label("factual")
    seen = session.baseline()
    assert seen is not None
    assert seen.unit.n == 2
    assert (seen.text, seen.source, seen.annotation.label) == (
        "The bridge opened on Monday.",
        "Valley Wire",
        "factual",
    )
    assert seen.sentiment.polarity == 0.5
    assert [hit.unit for hit in seen.duplicates] == [11]
    words = seen.origin_in_words()
    assert words.startswith("1 near-duplicate in ")
    assert words.endswith(" · source: Valley Wire")
    assert "polarity +0.50 subjectivity 0.75 · finest +0.50" in seen.sentiment_in_words()
    assert not shown(store)


def test_a_skip_shows_nothing_because_its_label_is_still_to_come(begin, store: Store):
    session = begin(reveal="after")
    session.skip()
    assert session.baseline() is None
    session.go_to(2)
    assert session.baseline() is None
    session.label("factual")
    assert not shown(store)


def test_never_shows_nothing_and_always_says_that_it_did(begin, store: Store):
    session = begin(reveal="never")
    session.label("factual")
    assert session.baseline() is None
    session.go_to(2)
    assert session.baseline() is None
    session.label("promotional")
    assert not shown(store)
    session = begin(reveal="always")
    assert session.baseline().unit.n == here(session)
    session.label("factual")
    assert shown(store)
    assert begin().annotations[3].suggestion_shown


def test_what_was_asked_for_is_shown_and_recorded(begin, store: Store):
    session = begin(reveal="after")
    session.reveal_current()
    assert session.baseline().unit.n == 2
    session.label("factual")
    assert shown(store)
    session.label("factual")
    assert not shown(store)


def test_what_is_hidden_for_good_is_not_shown_when_asked_for(begin, store: Store):
    session = begin(reveal="never")
    with pytest.raises(UsageProblem, match="hidden"):
        session.reveal_current()
    session.label("factual")
    assert session.baseline() is None
    assert not shown(store)


def test_tags_are_words_between_commas_and_spaces(begin, store: Store):
    session = begin()
    session.label("factual", confidence=2, tags=["loaded, foo", "a b"], note=" why ")
    annotation = session.journal.annotation(session.last.n)
    assert annotation.tags == ("a", "b", "foo", "loaded")
    assert (annotation.confidence, annotation.note) == (2, "why")
    session.undo()
    assert session.annotation == Annotation()


@pytest.mark.parametrize("wrong", [{"confidence": 4}, {"note": "x" * 5_000}, {"tags": ["y" * 90]}])
def test_what_goes_with_a_label_is_checked_before_it(begin, store: Store, wrong):
    session = begin()
    with pytest.raises(UsageProblem):
        session.label("factual", **wrong)
    assert session.annotation == Annotation()


def test_a_label_that_is_changed_was_not_blind(begin, store: Store):
    session = begin(reveal="after")
    session.label("factual")
    session.go_to(2)
    assert session.baseline().unit.n == 2
    session.label("promotional")
    assert shown(store)


def test_a_label_after_an_undo_was_not_blind(begin, store: Store):
    session = begin(reveal="after")
    session.label("factual")
    session.undo()
    assert session.baseline() is None
    session.label("promotional")
    assert shown(store)
    assert not shown(store, back=1)


def test_what_was_seen_is_not_forgotten_by_a_restart(begin, store: Store):
    begin(reveal="after").label("factual")
    begin(reveal="after").undo()
    session = begin(reveal="after")
    assert here(session) == 2
    assert session.baseline() is None
    session.label("promotional")
    assert shown(store)


def test_another_reviewers_label_shows_nothing(begin, store: Store):
    begin("ben").label("factual")
    session = begin("ana")
    assert session.baseline() is None
    session.label("factual")
    assert not shown(store)


def test_where_there_is_no_analyser_it_says_so(begin):
    session = begin()
    session.go_to(6)
    session.label("factual")
    seen = session.baseline()
    assert seen.sentiment is None
    assert seen.origin_in_words() == "source: Courrier"


def test_what_is_stored_with_a_decision(begin, store: Store):
    begin(scope=Scope(order="random", seed=7), via="plain").label("factual")
    stored = payload(store)
    assert stored["label"] == "factual"
    assert stored["scheme"] == "credibility/1"
    assert stored["guideline"] == built_in().guideline
    assert stored["order"] == "random:7"
    assert stored["via"] == "plain"
    begin().skip()
    assert payload(store)["order"] == "document"


# -- how it was drawn --------------------------------------------------------------------------


def test_what_the_order_served_is_stored_as_it_was_drawn(begin, store: Store):
    session = begin(scope=Scope(order="random", seed=5))
    session.label("factual")
    session.skip()
    for back in (0, 1):
        drawn = payload(store, back)["drawn"]
        assert drawn["order"] == "random"
        assert 0 < drawn["probability"] <= 1


def test_what_the_reviewer_went_to_is_stored_as_chosen(begin, store: Store):
    session = begin(scope=Scope(order="random", seed=5))
    served = here(session)
    elsewhere = next(unit for unit in asked(THREE) if unit != served)
    session.go_to(elsewhere)
    session.label("factual")
    chosen = {"order": "chosen", "probability": None}
    assert payload(store)["drawn"] == chosen
    session.label("factual")
    assert payload(store)["drawn"]["order"] == "random"
    # Going away from what was served and back again chooses nothing.
    served = here(session)
    session.move(1)
    session.go_to(served)
    session.label("factual")
    assert payload(store)["drawn"]["order"] == "random"


def test_what_is_decided_anew_after_an_undo_was_drawn_as_before(begin, store: Store):
    session = begin(scope=Scope(order="random", seed=5))
    session.label("factual")
    drawn = payload(store)["drawn"]
    session.label("factual")
    session.undo()
    session.undo()
    session.label("promotional")
    assert payload(store)["drawn"] == drawn
    session.go_to(next(u for u in asked(THREE) if not session.journal.annotation(u).decided))
    session.label("factual")
    session.undo()
    session.label("speculative")


def test_in_document_order_nothing_is_drawn_and_nothing_stored(begin, store: Store):
    session = begin()
    session.label("factual")
    session.go_to(10)
    session.label("factual")
    assert "drawn" not in payload(store)
    assert "drawn" not in payload(store, back=1)


# -- the suggestion ----------------------------------------------------------------------------

MAY = Reason(3, 6, "hedge.modal", "may", "R4", 2.5)
FINEST = Reason(14, 20, "superlative", "the finest", "R3", 1.0)
SAID = Suggestion(
    "speculative", {"factual": 0.1, "speculative": 0.8, "promotional": 0.1}, (MAY, FINEST)
)


def suggest(store: Store, unit: int, said: Suggestion, name: str = "rules/1") -> None:
    suggestions = Suggestions(store)
    with store.writing() as db:
        suggestions.insert(db, suggestions.use(db, name, "1"), [(unit, said)])


def test_the_suggestion_is_seen_after_the_label_and_not_before(begin, store: Store):
    suggest(store, 3, SAID)
    session = begin()
    session.label("factual")
    assert session.baseline().suggestion is None
    assert session.baseline().suggestion_in_words() == ""
    session.label("factual")
    seen = session.baseline()
    assert seen.suggestion == SAID
    words = "suggested speculative 0.80 (rules/1) because “may” (a modal verb that leaves it open)"
    assert seen.suggestion_in_words() == words
    assert "suggested ◆ s speculative 0.80" in seen.suggestion_in_words(built_in())
    assert "suggestion" not in payload(store)
    assert not shown(store)


@pytest.mark.parametrize("abstained", [False, True])
def test_what_was_suggested_on_the_screen_is_stored_with_the_decision(
    begin, store: Store, abstained: bool
):
    suggest(store, 2, replace(SAID, abstained=abstained))
    session = begin(reveal="always")
    session.label("factual")
    said = {"model": "rules/1", "label": None if abstained else "speculative"}
    assert payload(store)["suggestion"] == said
    assert begin().annotations[2].suggestion_shown
    session.label("factual")  # nothing is suggested for this one
    assert "suggestion" not in payload(store)


def test_a_label_that_is_changed_saw_the_suggestion(begin, store: Store):
    suggest(store, 2, SAID)
    session = begin()
    session.label("factual")
    session.go_to(2)
    session.label("promotional")
    assert payload(store)["suggestion"] == {"model": "rules/1", "label": "speculative"}
    session.undo()
    session.undo()
    session.label("promotional")  # it was seen, and is not on the screen any more
    assert shown(store)
    assert "suggestion" not in payload(store)


def test_the_words_of_a_suggestion():
    unit = ArticleUnit(1, "ab", 0, 35, "body", 0, True, 1)
    text = "It may be the finest in the valley."
    seen = Baseline(unit, text, Annotation(), "en", None, None, None, (), "mine", SAID)
    silent = replace(seen, suggestion=replace(SAID, abstained=True, reasons=()))
    assert silent.suggestion_in_words() == "suggested: nothing speaks for a label (mine)"
    bare = replace(seen, suggestion=replace(SAID, reasons=()))
    assert bare.suggestion_in_words() == "suggested speculative 0.80 (mine)"
    odd = Reason(0, 0, "word", "valley", None, 0.5)
    assert seen.quoted(odd) == "“valley”"
    assert seen.quoted(odd._replace(entry=None)) == ""
    assert kind_in_words("word") == "word"
    whole = seen.quoted(odd._replace(end=35), most=20)
    assert whole == "“It may … valley.”"
    assert rules_in_words([MAY, FINEST, odd], built_in()) == [
        f"R3: {built_in().order[2]}",
        f"R4: {built_in().order[3]}",
    ]


def test_a_reason_is_called_wrong_and_undone_like_a_decision(begin, store: Store):
    suggest(store, 3, SAID)
    session = begin()
    session.go_to(3)
    with pytest.raises(UsageProblem, match="after the decision"):
        session.explained()
    session.label("factual")
    before = session.journal.annotation(3)
    seen = session.explained()
    session.toggle_wrong(seen, 0)
    session.toggle_wrong(seen, 1)
    session.toggle_wrong(seen, 1)
    assert session.wrong(seen) == {0}
    assert session.journal.annotation(3) == before
    with pytest.raises(UsageProblem, match="no reason 3"):
        session.toggle_wrong(seen, 2)
    (row,) = wrong_cues(store)
    assert (row.reviewer, row.text, row.model) == ("ana", "may", "rules/1")
    assert (row.kind, row.entry, row.label) == ("hedge.modal", "may", "factual")
    assert session.undo().kind == "wrong"
    assert session.wrong(seen) == {0, 1}
    session.undo()
    session.undo()
    assert wrong_cues(store) == []
    assert session.journal.annotation(3) == before
    for _ in range(3):
        session.redo()
    assert session.wrong(seen) == {0}
    assert here(session) == 3
    assert verify(store).problems == []


def test_wrong_reasons_are_each_reviewers_own_and_each_models(begin, store: Store):
    suggest(store, 3, SAID)
    for name in ("ana", "ben"):
        session = begin(name, reveal="always")
        session.go_to(3)
        seen = session.explained()
        assert session.wrong(seen) == set()
        session.toggle_wrong(seen, 0 if name == "ana" else 1)
    assert [(one.reviewer, one.text, one.label) for one in wrong_cues(store)] == [
        ("ana", "may", None),
        ("ben", "finest", None),
    ]
    suggest(store, 3, SAID, "theirs/2")
    again = session.explained()
    assert again.model == "theirs/2"
    assert session.wrong(again) == set()
    assert session.wrong(seen) == {1}


def test_what_is_hidden_for_good_cannot_be_explained(begin, store: Store):
    session = begin(reveal="never")
    session.label("factual")
    with pytest.raises(UsageProblem, match="hidden in this review"):
        session.explained()


# -- time --------------------------------------------------------------------------------------


def test_idle_time_is_not_counted(begin, store: Store):
    clock = Clock()
    session = begin(now=clock)
    clock.time += 5
    session.touch()  # a key that moves nothing
    clock.time += 3
    session.label("factual")
    assert payload(store)["seconds"] == 8.0
    clock.time += 3600  # lunch
    session.label("factual")
    assert payload(store)["seconds"] == 60.0
    clock.time -= 500  # a clock that goes back
    session.label("factual")
    assert payload(store)["seconds"] == 0.0


def test_time_is_counted_for_the_sentence_it_was_spent_on(begin, store: Store):
    clock = Clock()
    session = begin(now=clock)
    clock.time += 30
    session.touch()
    session.move(1)
    clock.time += 2
    session.label("factual")
    assert payload(store)["seconds"] == 2.0


def test_pace_is_labels_an_hour_of_work(begin):
    clock = Clock()
    session = begin(now=clock)
    assert session.pace() is None
    for number in range(12):
        clock.time += 10 if number else 1000
        session.go_to(2)
        session.label("factual")
    assert session.pace() == pytest.approx(12 / (60 + 110) * 3600)


def test_a_script_has_no_time(begin, store: Store):
    clock = Clock()
    session = begin(now=clock, timed=False)
    for _ in range(12):
        clock.time += 10
        session.go_to(2)
        session.label("factual")
    assert payload(store)["seconds"] is None
    assert session.pace() is None


# -- scopes ------------------------------------------------------------------------------------


def test_a_scope_counts_and_ends_by_itself(begin):
    session = begin(scope=Scope(language="fr"))
    assert session.counts == Counts(2, 0, 0)
    session.label("factual")
    session.label("factual")
    assert session.finished
    assert session.counts == Counts(2, 2, 0)
    assert begin().counts == Counts(8, 2, 0)


def test_going_through_again_changes_labels_and_ends(begin):
    session = begin()
    for name in ("factual", "promotional", "factual", "promotional"):
        session.label(name)
    again = begin(scope=Scope(only="mine:promotional"))
    assert (here(again), again.counts) == (3, Counts(2, 2, 0))
    again.label("speculative")
    assert here(again) == 6
    assert again.next_unlabelled() is False
    again.label("promotional")
    assert again.finished
    again.undo()
    assert (here(again), again.finished) == (6, False)
    assert begin(scope=Scope(only="mine:promotional")).counts.asked == 1


def test_the_skipped_ones(begin):
    session = begin()
    session.skip()
    session.label("factual")
    session.skip()
    again = begin(scope=Scope(only="skipped"))
    assert (here(again), again.counts) == (2, Counts(2, 0, 2))
    again.label("factual")
    assert (here(again), again.counts) == (4, Counts(2, 1, 1))
    again.label("factual")
    assert again.finished
    assert begin().counts == Counts(8, 3, 0)


def test_a_scope_that_holds_nothing_says_so_by_its_count(begin):
    session = begin(scope=Scope(source="Nobody"))
    assert session.counts == Counts(0, 0, 0)
    assert not session.finished


def test_what_is_decided_outside_the_scope_is_not_counted_in_it(begin):
    session = begin(scope=Scope(language="fr"))
    session.go_to(2)
    session.label("factual")
    assert session.counts == session.worklist.counts() == Counts(2, 0, 0)
    session.go_to(1)
    session.toggle_unit()
    session.label("factual")
    assert session.counts == session.worklist.counts() == Counts(2, 0, 0)
    session.undo()
    session.undo()
    session.undo()
    assert session.counts == session.worklist.counts() == Counts(2, 0, 0)


@pytest.mark.parametrize("scope", [Scope(), Scope(order="random", seed=1)])
def test_what_is_undone_in_a_superseded_document_is_not_counted(begin, store: Store, scope: Scope):
    begin().label("factual")
    store.db.execute("UPDATE documents SET current = 0 WHERE n = 1")
    store.db.execute("UPDATE units SET asked = 0 WHERE document = 1")
    session = begin(scope=scope)
    assert session.counts == Counts(5, 0, 0)
    session.undo()
    assert here(session) == 2
    assert session.counts == session.worklist.counts() == Counts(5, 0, 0)


def test_a_random_review_goes_on_where_it_stopped(begin):
    scope = Scope(order="random", seed=5)
    walked = []
    session = begin(scope=scope)
    while not session.finished:
        walked.append(here(session))
        session.label("factual")
        session = begin(scope=scope)
    assert sorted(walked) == asked(THREE)
    assert walked != sorted(walked)


# -- others ------------------------------------------------------------------------------------


def test_what_another_terminal_did_is_taken_in(begin, store: Store):
    session = begin()
    assert not session.refresh()
    with Store.open(store.path) as other:
        there = Session(other, "ana", built_in())
        there.label("factual")
        there.label("factual")
    assert session.refresh()
    assert not session.refresh()
    assert session.counts == Counts(8, 2, 0)
    assert here(session) == 2
    assert session.annotation.label == "factual"
    assert session.asked_here() == (3, 2)
    session.next_unlabelled()
    assert here(session) == 4


def test_the_end_is_no_end_when_others_bring_more(begin, store: Store):
    session = begin()
    for _ in asked(THREE):
        session.label("factual")
    assert session.finished
    with Store.open(store.path) as other:
        fill(other, [article("A new sentence.", path="corpus/new.txt")])
    session.refresh()
    assert not session.finished
    assert session.counts == Counts(9, 8, 0)
    assert session.next_unlabelled()
    assert here(session) == 12


def test_two_terminals_of_one_reviewer_share_one_undo(begin, store: Store):
    with Store.open(store.path) as elsewhere:
        one, other = begin(), Session(elsewhere, "ana", built_in())
        one.label("factual")
        other.go_to(8)
        other.label("promotional")
        step = one.undo()
        assert step.unit == here(one) == 8
        other.refresh()
        other.label("speculative")
        assert one.redo() is None
        assert verify(store).problems == []
