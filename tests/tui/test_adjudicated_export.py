"""What the two screens wrote, exported by each policy: the bytes, and back into another project.

`WRITE_GOLDEN=1 pytest tests/tui/test_adjudicated_export.py` writes the files anew.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from reviewing import BRIDGE, HARBOUR, SOURCES, make_store, reviewing
from test_adjudication_screen import adjudication

from annotator.formats.values import POLICIES
from annotator.project.exchange import Choice, export
from annotator.project.importing import import_file
from annotator.store import Store
from annotator.store.journal import Journal
from annotator.store.verify import verify

GOLDEN = Path(__file__).parents[1] / "golden"
BY_VOTES = POLICIES[:-1]
"""The policies that need no estimate."""
KEYS = {"ana": "fspspxf", "ben": "fppssx", "cleo": "fpxs"}
"""What three reviewers press, sentence by sentence."""


@pytest.fixture
async def settled(small: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a project in which three people reviewed and a fourth adjudicated, on the screens."""
    ticks = count()

    def now() -> str:
        tick = next(ticks)
        return f"2026-11-21T12:{tick // 60:02}:{tick % 60:02}.250Z"

    monkeypatch.setitem(Journal.__init__.__kwdefaults__, "now", now)
    for name, keys in KEYS.items():
        async with reviewing(small, (80, 24), reviewer=name, now=lambda: 0.0) as review:
            await review.press(*keys)
    async with adjudication(small, (80, 24), now=lambda: 0.0) as running:
        # The third sentence is the most disputed: it is decided with a reason and a note. The
        # next is decided, talked about, and undone; the one after is no sentence.
        await running.press("s", "r", "4", "n", *"it may", "enter")
        await running.press("p", "u", "d", *"hm", "enter", "tab", "x")
    return small


def exported(path: Path, **choice: object) -> bytes:
    pieces: list[bytes] = []
    with Store.open(path) as store:
        export(store, Choice(**choice), pieces.append)  # type: ignore[arg-type]
    return b"".join(pieces)


def records(data: bytes) -> Iterator[dict]:
    return map(json.loads, data.splitlines())


@pytest.mark.parametrize("policy", BY_VOTES)
async def test_the_bytes_by_each_policy(settled: Path, policy: str) -> None:
    data = exported(settled, policy=policy, every=True)
    file = GOLDEN / f"export-{policy}.jsonl"
    if os.environ.get("WRITE_GOLDEN"):
        file.write_bytes(data)
    assert data == file.read_bytes()
    assert {one["policy"] for one in records(data)} == {policy}


async def test_votes_and_annotations_are_raw_by_every_policy(settled: Path) -> None:
    raw = []
    for policy in BY_VOTES:
        found = records(exported(settled, policy=policy, every=True))
        kept = ("id", "votes", "soft_label", "annotations", "adjudication")
        raw.append([{name: one[name] for name in kept} for one in found])
    assert all(one == raw[0] for one in raw)
    assert sum(one["adjudication"] is not None for one in raw[0]) == 2


async def test_an_export_comes_back_whole_and_only_once(settled: Path, tmp_path: Path) -> None:
    data = exported(settled, every=True)
    file = tmp_path / "all.jsonl"
    file.write_bytes(data)
    with Store.open(settled) as here:
        assert import_file(here, file).adjudicated == 0
    assert exported(settled, every=True) == data
    fresh = empty(tmp_path / "fresh")
    with Store.open(fresh) as there:
        report = import_file(there, file)
        assert report.adjudicated == 2
        again = import_file(there, file)
        assert (again.adjudicated, again.added, again.changed, again.kept) == (0, 0, 0, [])
        assert verify(there).problems == []
        events = there.db.execute("SELECT count(*) FROM events WHERE kind = 'adjudicate'")
        assert events.fetchone() == (2,)
    # The suggestions of the small project are its own.
    assert [{**one, "suggestion": None} for one in records(exported(fresh, every=True))] == [
        {**one, "suggestion": None} for one in records(data)
    ]


async def test_a_later_decision_here_is_kept(settled: Path, tmp_path: Path) -> None:
    file = tmp_path / "all.jsonl"
    file.write_bytes(exported(settled, every=True))
    with Store.open(settled) as store:
        ((unit,), *_) = store.db.execute("SELECT unit FROM adjudications ORDER BY unit").fetchall()
        journal = Journal(store, "dora")
        journal.record("adjudicate", unit, {"label": "factual", "reason": None, "note": None})
        report = import_file(store, file)
        assert [(one.here, one.there) for one in report.kept] == [("factual", "none")]
        # Taken back here after it was exported: it stays so.
        for _ in range(10):
            journal.undo(1)
        report = import_file(store, file)
        assert report.adjudicated == 0
        assert len(report.kept) == 2
        assert store.db.execute("SELECT count(*) FROM adjudications").fetchone() == (0,)


async def test_an_adjudicator_has_a_pseudonym_too(settled: Path) -> None:
    data = exported(settled, anonymize=True, every=True)
    assert b"dora" not in data
    (name,) = {one["adjudication"]["by"] for one in records(data) if one["adjudication"]}
    assert name.startswith("reviewer-")
    # Whoever is not counted has not adjudicated either.
    some = exported(settled, reviewers=("ana", "ben"), every=True)
    assert {one["adjudication"] for one in records(some)} == {None}
    with_her = exported(settled, reviewers=("ana", "ben", "dora"), every=True)
    assert sum(one["resolution"] == "adjudicated" for one in records(with_her)) == 2


def empty(folder: Path) -> Path:
    """Return a store with the same articles and no history."""
    (folder / "corpus").mkdir(parents=True)
    (folder / "corpus" / "sources.toml").write_text(SOURCES, encoding="utf-8")
    return make_store(folder, {"harbour.txt": HARBOUR, "the-bridge.txt": BRIDGE})
