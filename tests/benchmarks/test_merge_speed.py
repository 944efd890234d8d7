"""Events a second that a merge takes in, from files and from stores; and what a fork costs."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import big_store
import pytest
from strategies import article, fill

from annotator.project.merge import export_events, merge_all
from annotator.store import Store
from annotator.store.journal import Journal

EVENTS = big_store.sizes(1_000, 100_000)[-1]
A_DOCUMENT = 40

pytestmark = pytest.mark.benchmark


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Stores by name: `bare` has articles only, `labelled` a label of `reader` on everything."""
    folder = tmp_path_factory.mktemp("merge")
    with Store.open(folder / "bare.db") as bare:
        fill(
            bare,
            (
                article(
                    *(f"Report {n} has {one} things to say." for one in range(A_DOCUMENT)),
                    path=f"corpus/{n}.txt",
                )
                for n in range(EVENTS // A_DOCUMENT)
            ),
        )
        bare.backup(folder / "labelled.db")
    with Store.open(folder / "labelled.db") as labelled:
        big_store.label(labelled, "reader")
    return lambda name: folder / f"{name}.db"


def timed(work: Callable[..., object], *given: object) -> float:
    """Seconds of CPU time: what runs beside it does not count."""
    started = time.process_time()
    work(*given)
    return time.process_time() - started


def test_merge(stores, tmp_path, capsys):
    def copy(name: str) -> Store:
        with Store.open(stores(name)) as store:
            store.backup(tmp_path / "copy.db")
        return Store.open(tmp_path / "copy.db")

    def drop(store: Store) -> None:
        store.close()
        for file in tmp_path.glob("copy.db*"):
            file.unlink()

    found: list[tuple[str, float]] = []
    with Store.open(stores("labelled")) as store:
        found.append(("written as files", timed(export_events, store, tmp_path / "files")))
    for name, source in (("files", tmp_path / "files"), ("a store", stores("labelled"))):
        store = copy("bare")
        found.append((f"merged from {name}", timed(merge_all, store, [source])))
        found.append((f"  again from {name}", timed(merge_all, store, [source])))
        drop(store)
    with Store.open(tmp_path / "empty.db") as store:
        found.append(("merged with articles", timed(merge_all, store, [stores("labelled")])))
    with capsys.disabled():
        print(f"\n{EVENTS:,} events, of CPU time:")
        for name, seconds in found:
            print(f"  {name:22} {seconds:7.2f} s  {EVENTS / seconds:10,.0f} a second")


def decide(journal: Journal) -> None:
    for n in range(1_000):
        journal.record("note", 2, {"text": str(n)})


def test_a_label_in_a_long_history(stores, capsys):
    with Store.open(stores("labelled")) as store:
        store.db.execute("PRAGMA synchronous = OFF")
        fresh, reader = Journal(store, "fresh"), Journal(store, "reader")
        rates = {}
        for name, journal in (("a new reviewer", fresh), ("a reviewer of many", reader)):
            journal.record("flag", 1, {"on": True})
            rates[name] = timed(decide, journal)
        last = timed(lambda: [reader.last_unit() for _ in range(1_000)])
    with capsys.disabled():
        print("\nmicroseconds a decision, without waiting for the disk:")
        for name, seconds in rates.items():
            print(f"  {name:20} {seconds * 1_000:6.0f}")
        print(f"  where one stopped    {last * 1_000:6.0f}")
