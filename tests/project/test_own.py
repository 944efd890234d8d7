"""A reviewer's own figures come from what stands in the store, and say so when there is nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from strategies import article, fill

from annotator.core.errors import UsageProblem
from annotator.core.scheme import built_in
from annotator.project.own import as_json, in_words, own_figures
from annotator.store import Store
from annotator.store.calibrating import record
from annotator.store.journal import Journal

SENTENCES = 60


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "labels.db") as store:
        fill(store, [article(*[f"Number {n} was counted." for n in range(SENTENCES)])])
        yield store


def label(store: Store, reviewer: str, unit: int, name: str, **said: object) -> None:
    Journal(store, reviewer).record("label", unit, {"label": name, "shown": [], **said})


def test_all_of_them(store: Store):
    ana = Journal(store, "ana")
    for unit in range(1, 56):
        # The last five labels of ana differ from what the two others agree on.
        label(store, "ana", unit, "factual" if unit <= 50 else "promotional", seconds=3.0)
        label(store, "ben", unit, "factual" if unit % 2 else "speculative")
        label(store, "cleo", unit, "factual" if unit != 1 else "none")
    for unit in (1, 2, 3, 4):
        ana.record("retest", unit, {
            "as": "label", "label": "speculative" if unit == 4 else "factual", "shown": [],
            "before": {"label": "factual", "created_at": "2026-01-01T00:00:00.000Z"},
        })  # fmt: skip
    ana.record("retest", 4, {"as": "confidence", "value": 3})
    ana.record("retest", 5, {"as": "skip", "before": {"label": "factual"}})
    for unit, name in ((57, "factual"), (58, "promotional"), (59, "factual")):
        label(store, "ana", unit, name, drawn={"order": "chosen", "gold": True})
        Journal(store, "judge").record("adjudicate", unit, {"label": "factual"})
    Journal(store, "other").record("adjudicate", 59, {"label": "none"})  # no gold any longer
    record(ana, {"set": "s", "run": 1, "item": "1", "answer": "factual", "expected": "factual",
                 "rule": "R5"})  # fmt: skip
    found = own_figures(store, "ana", built_in())
    assert found.person.done.labelled == 58
    assert (found.retest.n, found.retest.same.value) == (4, 0.75)
    assert (found.gold_n, found.gold.value) == (2, 0.5)
    assert found.gold_by_label == [("factual", 1, 2)]
    # Units on which ben and cleo agree: the odd ones but the first; and the adjudicated two.
    assert sum(one.last - one.first + 1 for one in found.drift) == 27 + 2
    assert [one.hits for one in found.drift] == [24 + 1]
    assert found.adjudicated == 2
    assert [(one.who, one.n) for one in found.others] == [("ben", 55), ("cleo", 55)]
    text = "\n".join(in_words(found, built_in()))
    for words in ("ana: 58 labelled", "labels an hour", "equal: 75 %", "n = 4", "factual: 1 of 2",
                  "1 to 29", "adjudicated by others: 2 of 29", "ben: 25 of 55 equal",
                  "s: 100 %"):  # fmt: skip
        assert words in text
    hidden = own_figures(store, "ana", built_in(), hide_names=True)
    said = "\n".join(in_words(hidden, built_in()))
    assert "ben" not in said
    assert "cleo" not in said
    assert "reviewer 2" in said
    data = as_json(found)
    assert data["retest"]["n"] == 4
    assert data["anchoring"]["difference"] == {
        "value": None, "low": None, "high": None, "why": "one of the two has no sentences",
    }  # fmt: skip


def test_what_was_undone_was_not_meant(store: Store):
    ana = Journal(store, "ana")
    label(store, "ana", 1, "factual")
    ana.record("retest", 1, {"as": "label", "label": "none", "before": {"label": "factual"}})
    ana.undo()
    assert own_figures(store, "ana", built_in()).retest.n == 0


def test_who_sees_the_suggestion_and_who_does_not(store: Store):
    def tried(unit: int, name: str, *, hidden: bool, shown: bool) -> None:
        suggestion = {"model": "m", "label": "factual"}
        seen = ["baseline", "source"] if shown else []
        label(
            store, "ana", unit, name, shown=seen, trial={"hidden": hidden, "suggestion": suggestion}
        )

    for unit in range(1, 31):
        tried(unit, "factual", hidden=False, shown=True)
    for unit in range(31, 41):
        tried(unit, "factual" if unit < 34 else "none", hidden=True, shown=False)
    tried(41, "factual", hidden=True, shown=True)  # revealed before: neither of the two
    label(store, "ana", 42, "factual", shown=["baseline"], suggestion={"label": "factual"})
    found = own_figures(store, "ana", built_in())
    assert (found.anchoring.one, found.anchoring.other) == ((30, 30), (3, 10))
    text = "\n".join(in_words(found, built_in()))
    assert "in sight: 30 of 30" in text
    assert "hidden: 3 of 10" in text
    assert "difference: +70 points" in text
    assert "who sees the suggestion follows it" in text


def test_one_who_has_only_begun_is_told_why_there_is_nothing(store: Store):
    label(store, "ana", 1, "factual")
    lines = in_words(own_figures(store, "ana", built_in()), built_in())
    assert sum("n/a: " in line for line in lines) == 7
    with pytest.raises(UsageProblem, match="there is no reviewer 'eve'"):
        own_figures(store, "eve", built_in())
