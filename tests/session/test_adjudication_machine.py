"""Any sequence of review and adjudication by the same two people, each with its own undo and redo.

The model keeps two lists of decisions for each of them, and what they amount to is computed anew.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from strategies import THREE, asked, fill

from annotator.core.errors import UsageProblem
from annotator.core.scheme import built_in
from annotator.session import Session
from annotator.session.adjudication import Adjudicator
from annotator.store import Store
from annotator.store.adjudicating import adjudications, overview
from annotator.store.verify import verify

UNITS = asked(THREE)
who = st.sampled_from(["ana", "ben"])
units = st.sampled_from(UNITS[:4])
labels = st.sampled_from(["factual", "speculative", "none"])


@dataclass
class Track:
    """Decisions in order, and those that were undone: (unit, what it is now)."""

    done: list[tuple[int, object]] = field(default_factory=list)
    undone: list[tuple[int, object]] = field(default_factory=list)

    def decide(self, unit: int, value: object) -> None:
        self.done.append((unit, value))
        self.undone.clear()

    def turn(self, here: str, there: str) -> bool:
        source, target = getattr(self, here), getattr(self, there)
        if source:
            target.append(source.pop())
            return True
        return False

    def now(self) -> dict[int, object]:
        return dict(self.done)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("adjudication") / "labels.db"
    with Store.open(path) as store:
        fill(store, THREE)
    return path


class Machine(RuleBasedStateMachine):
    """Reviews and adjudications of two people in one store."""

    template: Path

    @initialize()
    def begin(self) -> None:
        self.folder = TemporaryDirectory()
        path = Path(self.folder.name) / "labels.db"
        shutil.copyfile(self.template, path)
        # In terminals of their own: each takes in what the other does before it goes on.
        self.store, self.elsewhere = Store.open(path), Store.open(path)
        self.reviews = {n: Session(self.store, n, built_in()) for n in ("ana", "ben")}
        self.adjudicators = {n: Adjudicator(self.elsewhere, n, built_in()) for n in ("ana", "ben")}
        self.labelled = {"ana": Track(), "ben": Track()}
        self.decided = {"ana": Track(), "ben": Track()}

    def at(self, name: str, unit: int) -> Adjudicator:
        session = self.adjudicators[name]
        session.refresh()
        session.go_to(unit)
        return session

    @rule(name=who, unit=units, label=labels)
    def label(self, name: str, unit: int, label: str) -> None:
        self.reviews[name].go_to(unit)
        self.reviews[name].label(label)
        self.labelled[name].decide(unit, label)

    @rule(name=who, unit=units, label=labels)
    def decide(self, name: str, unit: int, label: str) -> None:
        session = self.at(name, unit)
        if not any(unit in self.labelled[one].now() for one in ("ana", "ben")):
            with pytest.raises(UsageProblem, match="nobody has labelled"):
                session.decide(label)
            return
        session.decide(label)
        self.decided[name].decide(unit, (label, None))

    @rule(name=who, unit=units, reason=st.sampled_from(["R0", "R3", None]))
    def amend(self, name: str, unit: int, reason: str | None) -> None:
        session = self.at(name, unit)
        before = self.decided[name].now().get(unit)
        if before is None:
            with pytest.raises(UsageProblem, match="decide the sentence first"):
                session.reason(reason)
            return
        session.reason(reason)
        self.decided[name].decide(unit, (before[0], reason))

    @rule(name=who, unit=units)
    def discuss(self, name: str, unit: int) -> None:
        self.at(name, unit).discuss("hm")

    @rule(name=who, back=st.booleans())
    def turn_review(self, name: str, back: bool) -> None:
        session = self.reviews[name]
        step = session.undo() if back else session.redo()
        ends = ("done", "undone") if back else ("undone", "done")
        assert (step is not None) == self.labelled[name].turn(*ends)

    @rule(name=who, back=st.booleans())
    def turn_adjudication(self, name: str, back: bool) -> None:
        session = self.adjudicators[name]
        step = session.undo() if back else session.redo()
        ends = ("done", "undone") if back else ("undone", "done")
        assert (step is not None) == self.decided[name].turn(*ends)

    @rule(name=who)
    def restart(self, name: str) -> None:
        self.adjudicators[name] = Adjudicator(self.elsewhere, name, built_in())
        self.reviews[name] = Session(self.store, name, built_in())

    @invariant()
    def the_store_says_what_was_decided(self) -> None:
        found = adjudications(self.store, 0, 1 << 30)
        for name in ("ana", "ben"):
            own = {
                unit: (one.label, one.reason)
                for unit, rulings in found.items()
                for one in rulings
                if one.by == name
            }
            assert own == self.decided[name].now()
            journal = self.reviews[name].journal
            given = {unit: journal.annotation(unit).label for unit in UNITS}
            assert {u: label for u, label in given.items() if label} == self.labelled[name].now()
            adjudicator = self.adjudicators[name]
            adjudicator.refresh()
            listed, decided = adjudicator.progress
            assert decided == sum(map(adjudicator.is_settled, adjudicator.order)) <= listed

    @invariant()
    def the_overview_counts_them(self) -> None:
        both = [self.labelled[name].now() for name in ("ana", "ben")]
        shared = both[0].keys() & both[1].keys()
        disputed = {unit for unit in shared if both[0][unit] != both[1][unit]}
        rulings = [self.decided[name].now() for name in ("ana", "ben")]
        labels = {
            unit: {one[unit][0] for one in rulings if unit in one} for unit in {*both[0], *both[1]}
        }
        found = overview(self.store)
        assert (found.shared, found.disputed) == (len(shared), len(disputed))
        assert found.adjudicated == sum(bool(one) for one in labels.values())
        assert found.differing == sum(len(one) > 1 for one in labels.values())
        assert found.undecided == sum(len(labels[unit]) != 1 for unit in disputed)

    def teardown(self) -> None:
        if hasattr(self, "store"):
            assert verify(self.store).problems == []
            self.store.close()
            self.elsewhere.close()
            self.folder.cleanup()


def test_both_tracks_go_their_own_ways(template: Path) -> None:
    from hypothesis.stateful import run_state_machine_as_test

    Machine.template = template
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=25,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
