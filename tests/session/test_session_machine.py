"""Any sequence of keys, in two terminals and by two reviewers, against a model of a few lines.

The model is a list of decisions and a list of undone ones for each reviewer; what they amount to
is computed again from the beginning every time.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)
from strategies import THREE, fill

from annotator.core.errors import UsageProblem
from annotator.core.history import Annotation
from annotator.core.model import Reason, Suggestion
from annotator.core.scheme import built_in
from annotator.session import Session
from annotator.store import Store
from annotator.store.feedback import wrong_cues
from annotator.store.journal import Journal
from annotator.store.suggestions import Suggestions
from annotator.store.verify import verify
from annotator.store.worklist import Counts, WholeStore

BODY = {2, 3, 4, 6, 7, 8, 10, 11}
UNITS = range(1, 12)
DOCUMENTS = {1: range(1, 5), 2: range(5, 8), 3: range(8, 12)}
TIMES = ("2026-05-01T10:00:00.000Z", "2019-01-01T00:00:00.000Z", "2031-12-31T23:59:59.999Z")

SUGGESTED = Suggestion(
    "speculative",
    {"factual": 0.25, "speculative": 0.5, "promotional": 0.25},
    (
        Reason(0, 2, "hedge.modal", "may", "R4", 2.0),
        Reason(0, 2, "forecast", None, "R4", 1.0),
    ),
)

who = st.sampled_from(["here", "there", "other"])
labels = st.sampled_from(["factual", "speculative", "promotional", "none"])


@dataclass
class Model:
    """What one reviewer decided, in order: (kind, unit, value)."""

    done: list[tuple[str, int, Any]] = field(default_factory=list)
    undone: list[tuple[str, int, Any]] = field(default_factory=list)
    ever: set[int] = field(default_factory=set)
    last_touched: int | None = None

    def decide(self, kind: str, unit: int, value: Any = None) -> None:
        self.done.append((kind, unit, value))
        self.undone.clear()
        self.last_touched = unit
        if kind == "label":
            self.ever.add(unit)

    def undo(self) -> tuple[str, int, Any] | None:
        if not self.done:
            return None
        self.undone.append(self.done.pop())
        self.last_touched = self.undone[-1][1]
        return self.undone[-1]

    def redo(self) -> tuple[str, int, Any] | None:
        if not self.undone:
            return None
        self.done.append(self.undone.pop())
        self.last_touched = self.done[-1][1]
        return self.done[-1]

    def state(self, unit: int) -> dict[str, Any]:
        state: dict[str, Any] = dict.fromkeys(("label", "confidence", "note"))
        state |= {"skipped": False, "flagged": False, "asked": False, "tags": ()}
        for kind, about, value in self.done:
            if about != unit:
                continue
            if kind in ("label", "skip"):
                state |= {"label": value, "skipped": kind == "skip", "confidence": None}
            elif kind != "wrong":
                state[kind] = value
        return state

    def wrong(self, unit: int) -> set[int]:
        last = {v[0]: v[1] for kind, about, v in self.done if (kind, about) == ("wrong", unit)}
        return {place for place, on in last.items() if on}

    def asked(self) -> list[int]:
        return [unit for unit in UNITS if unit in BODY or self.state(unit)["asked"]]

    def waiting(self) -> list[int]:
        states = {unit: self.state(unit) for unit in self.asked()}
        return [u for u, s in states.items() if s["label"] is None and not s["skipped"]]

    def next_after(self, unit: int) -> int | None:
        waiting = self.waiting()
        return next((u for u in waiting if u > unit), waiting[0] if waiting else None)

    def counts(self) -> Counts:
        states = [self.state(unit) for unit in UNITS]
        labelled = sum(state["label"] is not None for state in states)
        return Counts(len(self.asked()), labelled, sum(state["skipped"] for state in states))


def said(annotation: Annotation) -> dict[str, Any]:
    state = vars(annotation).copy()
    for name in ("seconds", "suggestion_shown", "guideline", "created_at"):
        del state[name]
    return state


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("machine") / "labels.db"
    with Store.open(path) as store:
        fill(store, THREE)
        suggestions = Suggestions(store)
        with store.writing() as db:
            model = suggestions.use(db, "rules/1", "1")
            suggestions.insert(db, model, ((unit, SUGGESTED) for unit in UNITS))
    return path


class Reviews(RuleBasedStateMachine):
    """ana has two terminals, `here` and `there`; ben has the `other` one."""

    template: Path

    @initialize()
    def begin(self) -> None:
        self.folder = TemporaryDirectory(prefix="annotator-test-")
        self.path = Path(self.folder.name) / "labels.db"
        shutil.copy(self.template, self.path)
        self.models = {"ana": Model(), "ben": Model()}
        self.clock = cycle(TIMES).__next__
        self.sessions: dict[str, Session] = {}
        self.positions: dict[str, int] = {}
        self.revealed: dict[str, set[int]] = {}
        self.events: list[str] = []
        for name in ("here", "there", "other"):
            self.start(name)

    def start(self, name: str) -> None:
        reviewer = "ben" if name == "other" else "ana"
        store = Store.open(self.path)
        # What is tested is what is written, not that the disk has it.
        store.db.execute("PRAGMA synchronous = OFF")
        journal = Journal(store, reviewer, now=self.clock)
        session = Session(store, reviewer, built_in(), journal=journal)
        self.sessions[name] = session
        self.revealed[name] = set()
        model = self.models[reviewer]
        start = (model.last_touched or 0) - 1
        expected = model.next_after(start)
        if expected is None:
            assert session.finished
            expected = model.last_touched
        assert session.unit.n == expected
        self.positions[name] = expected

    def of(self, name: str) -> tuple[Session, Model, int]:
        session = self.sessions[name]
        session.refresh()  # as both front ends do before they act
        return session, self.models[session.reviewer], self.positions[name]

    # -- keys ------------------------------------------------------------------------------

    def decide(self, name: str, kind: str, value: Any, act: Callable[[], None]) -> None:
        session, model, unit = self.of(name)
        if unit not in model.asked():
            with pytest.raises(UsageProblem):
                act()
            return
        shown = unit in model.ever
        act()
        model.decide(kind, unit, value)
        assert session.journal.annotation(unit).suggestion_shown == shown
        self.advance(name, unit)

    def advance(self, name: str, unit: int) -> None:
        session = self.sessions[name]
        following = self.models[session.reviewer].next_after(unit)
        assert session.last is not None
        assert session.last.n == unit
        assert session.finished == (following is None)
        self.positions[name] = unit if following is None else following

    @rule(name=who, given=st.lists(labels, min_size=1, max_size=4))
    def label(self, name: str, given: list[str]) -> None:
        for label in given:
            self.decide(name, "label", label, partial(self.sessions[name].label, label))

    @rule(name=who)
    def skip(self, name: str) -> None:
        self.decide(name, "skip", None, self.sessions[name].skip)

    @rule(name=who)
    def toggle_unit(self, name: str) -> None:
        session, model, unit = self.of(name)
        if unit in BODY:
            self.decide(name, "label", "none", session.toggle_unit)
            return
        state = model.state(unit)
        if state["label"] is not None or state["skipped"]:
            with pytest.raises(UsageProblem):
                session.toggle_unit()
        else:
            session.toggle_unit()
            model.decide("asked", unit, not state["asked"])

    @rule(name=who)
    def flag(self, name: str) -> None:
        session, model, unit = self.of(name)
        session.toggle_flag()
        model.decide("flagged", unit, not model.state(unit)["flagged"])

    @rule(name=who, text=st.sampled_from(["", "why?", "so"]))
    def note(self, name: str, text: str) -> None:
        session, model, _ = self.of(name)
        unit = session.subject.n
        session.note(text)
        model.decide("note", unit, text or None)

    @rule(name=who, tags=st.lists(st.sampled_from(["mixed", "loaded", " mixed "]), max_size=3))
    def tag(self, name: str, tags: list[str]) -> None:
        session, model, _ = self.of(name)
        unit = session.subject.n
        session.tags(tags)
        model.decide("tags", unit, tuple(sorted({tag.strip() for tag in tags})))

    @rule(name=who, value=st.sampled_from([1, 2, 3, None]))
    def confidence(self, name: str, value: int | None) -> None:
        session, model, _ = self.of(name)
        unit = session.subject.n
        if model.state(unit)["label"] is None:
            with pytest.raises(UsageProblem):
                session.confidence(value)
        else:
            session.confidence(value)
            model.decide("confidence", unit, value)

    @rule(name=who, back=st.integers(1, 4), forth=st.integers(0, 4))
    def undo_and_redo(self, name: str, back: int, forth: int) -> None:
        for _ in range(back):
            session, model, _ = self.of(name)
            step, expected = session.undo(), model.undo()
            assert (step is None) == (expected is None)
            if expected is not None:
                assert step.unit == expected[1]
                self.positions[name] = expected[1]
            assert session.unit.n == self.positions[name]
        for _ in range(forth):
            self.redo(name)

    @rule(name=who)
    def redo(self, name: str) -> None:
        session, model, _ = self.of(name)
        step, expected = session.redo(), model.redo()
        assert (step is None) == (expected is None)
        if expected is None:
            return
        assert step.unit == expected[1]
        self.positions[name] = expected[1]
        if expected[0] in ("label", "skip"):
            self.advance(name, expected[1])

    @rule(name=who, step=st.sampled_from([1, -1]))
    def move(self, name: str, step: int) -> None:
        session, _, unit = self.of(name)
        assert session.move(step) == (unit + step in UNITS)
        self.positions[name] = min(max(unit + step, 1), 11)

    @rule(name=who)
    def next_unlabelled(self, name: str) -> None:
        session, model, unit = self.of(name)
        following = model.next_after(unit)
        assert session.next_unlabelled() == (following is not None)
        self.positions[name] = following or unit

    @rule(name=who, unit=st.sampled_from(UNITS))
    def go_to(self, name: str, unit: int) -> None:
        session, _, _ = self.of(name)
        session.go_to(unit)
        self.positions[name] = unit

    @rule(name=who, document=st.sampled_from(sorted(DOCUMENTS)))
    def go_to_document(self, name: str, document: int) -> None:
        session, model, _ = self.of(name)
        assert session.go_to_document(document)
        waiting = [unit for unit in model.waiting() if unit in DOCUMENTS[document]]
        self.positions[name] = (waiting or DOCUMENTS[document])[0]

    @rule(name=who)
    def reveal(self, name: str) -> None:
        session, model, unit = self.of(name)
        hidden = unit not in self.revealed[name] and model.state(unit)["label"] is None
        session.reveal_current()
        if hidden:  # it is recorded, and another terminal knows
            model.ever.add(unit)
            model.last_touched = unit
            self.revealed[name].add(unit)
        assert session.baseline().unit.n == unit

    @rule(name=who, places=st.lists(st.integers(0, 1), min_size=1, max_size=3))
    def call_wrong(self, name: str, places: list[int]) -> None:
        session, model, _ = self.of(name)
        if session.baseline() is None:
            with pytest.raises(UsageProblem):
                session.explained()
            return
        seen = session.explained()
        unit = seen.unit.n
        for place in places:
            session.toggle_wrong(seen, place)
            model.decide("wrong", unit, (place, place not in model.wrong(unit)))
            assert session.wrong(seen) == model.wrong(unit)

    @rule(name=who)
    def restart(self, name: str) -> None:
        self.sessions.pop(name).store.close()
        self.start(name)

    # -- what always holds -----------------------------------------------------------------

    @precondition(lambda self: hasattr(self, "sessions"))
    @invariant()
    def everybody_stands_where_they_should(self) -> None:
        for name, session in self.sessions.items():
            session.refresh()
            model, unit = self.models[session.reviewer], self.positions[name]
            assert session.unit.n == unit
            assert said(session.annotation) == model.state(unit)
            assert session.counts == model.counts()
            here = DOCUMENTS[session.article.n]
            asked = [u for u in model.asked() if u in here]
            assert session.asked_here() == (len(asked), len(set(asked) - set(model.waiting())))
            # Blind: nothing of a sentence without a label is shown, unless it was asked for.
            if (seen := session.baseline()) and seen.unit.n not in self.revealed[name]:
                assert model.state(seen.unit.n)["label"] is not None
            if seen:
                assert seen.suggestion == SUGGESTED
                assert session.wrong(seen) == model.wrong(seen.unit.n)

    @precondition(lambda self: hasattr(self, "sessions"))
    @invariant()
    def the_store_says_what_the_model_says(self) -> None:
        store = self.sessions["here"].store
        for reviewer, model in self.models.items():
            journal = Journal(store, reviewer)
            stored = {unit: said(a) for unit, a in journal.annotations(1, 11).items()}
            nothing = Model().state(1)
            assert stored == {u: s for u in UNITS if (s := model.state(u)) != nothing}
            assert WholeStore(journal).counts() == model.counts()
        called = Counter((one.reviewer, one.label) for one in wrong_cues(store))
        assert called == Counter(
            (reviewer, model.state(unit)["label"])
            for reviewer, model in self.models.items()
            for unit in UNITS
            for _ in model.wrong(unit)
        )
        assert verify(store).problems == []
        ids = [name for (name,) in store.db.execute("SELECT id FROM events ORDER BY n")]
        assert ids[: len(self.events)] == self.events
        assert max(Counter(ids).values(), default=1) == 1
        self.events = ids

    def teardown(self) -> None:
        for session in getattr(self, "sessions", {}).values():
            session.store.close()
        if hasattr(self, "folder"):
            self.folder.cleanup()


def run(template: Path, examples: int, steps: int) -> None:
    from hypothesis.stateful import run_state_machine_as_test

    machine = type("Machine", (Reviews,), {"template": template})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_any_sequence_of_keys(template: Path):
    run(template, examples=30, steps=50)


@pytest.mark.slow
def test_any_long_sequence_of_keys(template: Path):
    run(template, examples=60, steps=100)
