"""Gold and retests: put among the others, kept apart from the annotations, and told by nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import article, fill

from annotator.core.errors import UsageProblem
from annotator.core.history import EMPTY, Annotation
from annotator.core.scheme import built_in
from annotator.session import Session
from annotator.session.checks import Rates, chance
from annotator.store import Store
from annotator.store.journal import Journal
from annotator.store.scope import Scope
from annotator.store.verify import verify

DOCUMENTS, EACH = 12, 5
OLD = "2026-01-01T00:00:00.000Z"
NOW = "2026-01-03T00:00:00.000Z"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("checks") / "labels.db"
    with Store.open(path) as store:
        fill(store, [
            article(*[f"Sentence {n} of article {place} says so." for n in range(EACH)],
                    language="fr" if place % 3 == 0 else "en")
            for place in range(DOCUMENTS)
        ])  # fmt: skip
        # Ana has labelled the first four articles, two days ago; an adjudicator the last four.
        ana, judge = (Journal(store, name, now=lambda: OLD) for name in ("ana", "judge"))
        for unit in range(1, 4 * EACH + 1):
            ana.record("label", unit, {"label": "factual", "shown": []})
        for unit in range(8 * EACH + 1, 12 * EACH + 1):
            judge.record("adjudicate", unit, {"label": "speculative", "reason": "R4"})
    return path


@pytest.fixture
def store(made: Path, tmp_path: Path) -> Iterator[Store]:
    (tmp_path / "labels.db").write_bytes(made.read_bytes())
    with Store.open(tmp_path / "labels.db") as store:
        yield store


@pytest.fixture
def begin(store: Store) -> Callable[..., Session]:
    def begin(gold: float = 0, retest: float = 0, reviewer: str = "ana", **options: Any) -> Session:
        hours = options.pop("after_hours", 24.0)
        journal = Journal(store, reviewer, now=options.pop("clock", lambda: NOW))
        options.setdefault("scope", Scope(order="random", seed=5))
        rates = Rates(gold, retest, hours, seed=options.pop("seed", 3))
        return Session(store, reviewer, built_in(), journal=journal, rates=rates, **options)

    return begin


def here(session: Session) -> int:
    assert session.unit is not None
    return session.unit.n


def events(store: Store, kind: str, since: int = 0) -> list[tuple[int, dict[str, Any]]]:
    rows = store.db.execute(
        "SELECT unit, payload FROM events WHERE kind = ? AND created_at > ? ORDER BY n", (kind, OLD)
    )
    return [(unit, json.loads(payload)) for unit, payload in rows][since:]


def label_all(session: Session, name: str = "promotional", most: int = 200) -> list[int]:
    walked = []
    while not session.finished and len(walked) < most:
        walked.append(here(session))
        session.label(name)
    return walked


def to_a_retest(session: Session) -> int:
    """Label until a retest is served; returns its unit."""
    while session.journal.annotation(here(session)).label is None:
        session.label("promotional")
    return here(session)


@pytest.mark.parametrize("order", ["random", "document"])
def test_every_sentence_comes_once_and_some_come_again(store: Store, begin, order: str):
    session = begin(10, 10, scope=Scope(order=order, seed=5))
    walked = label_all(session)
    assert len(set(walked)) == len(walked)
    assert set(walked) >= set(range(4 * EACH + 1, 12 * EACH + 1))
    again = [unit for unit, _ in events(store, "retest")]
    assert sorted(again) == sorted(unit for unit in walked if unit <= 4 * EACH)
    gold = [unit for unit, said in events(store, "label") if (said.get("drawn") or {}).get("gold")]
    assert 2 <= len(again) <= 9  # a tenth of what is served, or so
    assert 1 <= len(gold) <= 9
    assert all(unit > 8 * EACH for unit in gold)
    assert session.finished
    assert session.counts.labelled == session.counts.asked == DOCUMENTS * EACH
    assert not verify(store).problems


def test_a_retest_is_kept_and_the_annotation_stays(store: Store, begin):
    session = begin(retest=25)
    before = session.journal.annotations(0, 99)
    unit = to_a_retest(session)
    session.label("speculative", confidence=2, note="once more")
    session.confidence(3)
    assert session.journal.annotations(1, 4 * EACH) == {
        n: one for n, one in before.items() if n <= 4 * EACH
    }
    (first, said), (second, beside) = events(store, "retest")
    assert first == second == unit
    assert (said["as"], said["label"], said["before"]) == (
        "label", "speculative", {"label": "factual", "created_at": OLD},
    )  # fmt: skip
    assert said["drawn"] == {
        "order": "chosen", "within": "random", "probability": None, "retest": True,
    }  # fmt: skip
    assert said["seconds"] is not None
    assert (beside["as"], beside["value"]) == ("confidence", 3)


def test_nothing_shows_which_one_is_a_retest(begin):
    session = begin(retest=25)
    served_as_usual = 0
    for _ in range(30):
        unit, before = here(session), session.progress_in_words()
        assert session.annotation.label is None
        assert not session.may_see(session.unit)
        asked, done = session.asked_here()
        session.label("speculative")
        assert before.endswith(" labelled")
        assert session.progress_in_words() == f"{int(before.split()[0]) + 1} labelled"
        seen = session.baseline()
        assert seen is not None
        assert (seen.unit.n, seen.annotation.label) == (unit, "speculative")
        served_as_usual += session.journal.annotation(unit).label == "factual"
        back = here(session)
        session.go_to(unit)
        assert session.annotation.label == "speculative"
        assert session.asked_here() == (asked, done + 1)
        session.go_to(back)
        if session.finished:
            break
    assert served_as_usual >= 3


def test_a_retest_is_of_another_article(store: Store, begin):
    session = begin(retest=25)
    last = 0
    for _ in range(30):
        unit = here(session)
        document = (unit - 1) // EACH
        if session.journal.annotation(unit).label is not None and last:
            assert document != (last - 1) // EACH
        session.label("speculative")
        last = unit


def test_undo_and_redo_of_a_retest(store: Store, begin):
    session = begin(retest=25)
    unit = to_a_retest(session)
    counted = session.progress_in_words()
    session.label("speculative")
    following = here(session)
    after = session.progress_in_words()
    step = session.undo()
    assert step is not None
    assert step.kind == "label"
    assert here(session) == unit
    assert session.annotation.label is None
    assert session.progress_in_words() == counted
    session.redo()
    assert (here(session), session.progress_in_words()) == (following, after)
    session.undo()
    session.skip()
    assert here(session) == following
    assert session.said_of(unit).skipped
    assert session.skipped == 1
    session.undo()
    session.toggle_unit()  # no sentence, they say now
    assert session.said_of(unit).label == "none"
    assert session.journal.annotation(unit).label == "factual"
    assert not verify(store).problems


def test_undo_reaches_a_retest_of_an_earlier_session(begin):
    session = begin(retest=25)
    unit = to_a_retest(session)
    session.label("speculative")
    again = begin(retest=25)
    assert again.annotation.label is None
    again.undo()
    assert here(again) == unit
    assert again.annotation.label is None
    again.label("promotional")
    assert again.journal.annotation(unit).label == "factual"
    assert again.said_of(unit).label == "promotional"


def test_the_next_start_goes_on_in_the_order(begin):
    scope = Scope(order="document")
    session = begin(retest=25, scope=scope)
    to_a_retest(session)
    before = max(n for n, one in session.journal.annotations(0, 99).items() if one.decided)
    session.label("speculative")
    plain = begin(scope=scope)
    assert here(plain) == before + 1


def test_what_is_fresh_or_was_asked_again_is_no_retest(store: Store, begin):
    fresh = begin(retest=25, clock=lambda: "2026-01-01T23:59:59.000Z")
    label_all(fresh, most=30)
    assert events(store, "retest") == []
    soon = begin(retest=25, clock=lambda: "2026-01-02T01:00:00.000Z", after_hours=1.0)
    label_all(soon)
    again = [unit for unit, _ in events(store, "retest")]
    assert again
    assert len(set(again)) == len(again)


def test_gold_is_what_others_decided_and_of_the_scope(store: Store, begin):
    session = begin(gold=25, scope=Scope(order="random", seed=5, language="fr"))
    label_all(session)
    found = [unit for unit, said in events(store, "label") if "gold" in (said["drawn"] or {})]
    assert found
    assert all((unit - 1) // EACH % 3 == 0 for unit in found)


def test_a_judge_gets_no_gold_of_their_own(store: Store, begin):
    Journal(store, "other").record("adjudicate", 60, {"label": "factual"})  # differs: no gold
    session = begin(gold=25, reviewer="judge")
    label_all(session)
    assert all("gold" not in (said.get("drawn") or {}) for _, said in events(store, "label"))


def test_gold_that_is_not_assigned_is_counted_like_the_others(store: Store, begin):
    from annotator.store import assignments

    free = [one for one in assignments.free(store) if 20 < one.unit <= 40]
    assignments.assign(Journal(store, "lead"), [(one, ["ben"]) for one in free], {})
    session = begin(gold=25, reviewer="ben", scope=Scope(order="random", assigned=True))
    shown = []
    while not session.finished:
        shown.append(session.progress_in_words())
        session.label("factual")
    assert shown == [f"{n} labelled" for n in range(len(shown))]
    assert len(shown) > 20
    assert session.counts == (20, 20, 0)


def test_tab_leaves_a_check_and_goes_on_where_the_order_was(begin):
    session = begin(retest=25, scope=Scope(order="document"))
    unit = to_a_retest(session)
    before = max(n for n, one in session.journal.annotations(0, 99).items() if one.decided)
    assert session.next_unlabelled()
    assert here(session) == before + 1
    session.go_to(unit)
    assert session.annotation.label is None  # it waits as if it were new


def test_the_same_seed_asks_the_same(store: Store, begin):
    first = begin(10, 10)
    walked = label_all(first, most=20)
    served = [unit for unit, _ in events(store, "retest")]
    assert len(walked) == 20
    for unit in reversed(walked):
        step = first.undo()
        assert step is not None
        assert step.unit == unit
    again = begin(10, 10)
    assert label_all(again, most=20) == walked
    assert [unit for unit, _ in events(store, "retest", len(served))] == served


def test_a_list_of_what_was_decided_has_no_checks(store: Store, begin):
    session = begin(25, 25, scope=Scope(only="labelled"))
    assert session.progress_in_words() == "20/20"
    label_all(session)
    assert events(store, "retest") == []


# -- the control -------------------------------------------------------------------------------


def test_some_sentences_stay_blind_where_the_suggestion_is_shown(store: Store, begin):
    session = begin(reveal="always", control=0.2)
    hidden = 0
    for _ in range(40):
        unit = session.unit
        control = not session.may_see(unit)
        session.label("factual")
        ((_, said),) = events(store, "label")[-1:]
        assert said["trial"] == {"hidden": control}  # there is no suggester here
        assert said["shown"] == ([] if control else ["baseline", "source"])
        assert session.may_see(unit) or session.annotation_of(unit).label is None
        hidden += control
    assert 2 <= hidden <= 16
    assert session.may_see(unit)


@given(st.integers(0, 99), st.text(max_size=9), st.text(max_size=9))
def test_a_chance_is_a_number_below_one(seed: int, reviewer: str, sentence: str):
    assert 0 <= chance(seed, reviewer, sentence, "check") < 1


LABELS = {"f": "factual", "p": "promotional", "x": "none"}
DO: dict[str, Callable[[Session], object]] = {
    "f": lambda session: session.label("factual"),
    "p": lambda session: session.label("promotional"),
    "x": Session.toggle_unit,
    "skip": Session.skip,
    "undo": Session.undo,
    "redo": Session.redo,
    "tab": Session.next_unlabelled,
    "j": lambda session: session.move(1),
    "k": lambda session: session.move(-1),
    "flag": Session.toggle_flag,
    "note": lambda session: session.note("once"),
    "sure": lambda session: session.confidence(3),
    "reveal": Session.reveal_current,
    "refresh": Session.refresh,
}
ACTIONS = st.lists(st.sampled_from([*DO, "f", "p", "undo", "restart"]), min_size=5, max_size=40)


@settings(max_examples=40, deadline=None)
@given(ACTIONS, st.integers(0, 9), st.sampled_from(["random", "document"]))
def test_whatever_is_done_what_is_shown_holds_together(
    made: Path, actions: list[str], seed: int, order: str
):
    path = made.with_name("walk.db")
    path.write_bytes(made.read_bytes())
    with Store.open(path) as store:

        def begin() -> Session:
            journal = Journal(store, "ana", now=lambda: NOW)
            scope, rates = Scope(order=order, seed=seed), Rates(25, 25, 24.0, seed)
            return Session(store, "ana", built_in(), scope=scope, journal=journal, rates=rates)

        session = begin()
        for action in actions:
            before, unit = session.progress_in_words(), session.unit
            assert unit is not None
            fresh = session.annotation == EMPTY
            try:
                if action == "restart":
                    session = begin()
                else:
                    DO[action](session)
            except UsageProblem:
                continue
            if action in LABELS and fresh:
                gained = int(session.progress_in_words().split()[0]) - int(before.split()[0])
                assert gained == 1
                assert session.said_of(unit.n).label == LABELS[action]
            assert session.article is not None
            units = session.article.units
            marks = session.marks(units[0].n, units[-1].n)
            here = {
                n: session.annotations.get(n, EMPTY) for n in range(units[0].n, units[-1].n + 1)
            }
            assert _said(here) == _said(marks)
            asked = [one for one in units if session.is_asked(one)]
            done = sum(session.annotation_of(one).decided for one in asked)
            assert session.asked_here() == (len(asked), done)
            assert session.counts == session.worklist.counts()
        assert not verify(store).problems


def _said(annotations: dict[int, Annotation]) -> dict[int, Annotation]:
    return {n: one for n, one in annotations.items() if one != EMPTY}
