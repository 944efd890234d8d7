"""Projects for the terminal tests, and what their stores hold."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from annotator.ingest.files import walk
from annotator.project.ingest import ingest
from annotator.project.request import Request
from annotator.store import Store
from annotator.store.verify import Problem, verify

THINGS = [
    "crane",
    "pier",
    "market",
    "council",
    "vessel",
    "storm",
    "ledger",
    "rail",
    "quay",
    "board",
    "tariff",
    "survey",
]
KEYS = {"f": "factual", "s": "speculative", "p": "promotional", "x": "none"}


def fill(folder: Path, *, articles: int, sentences: int) -> Path:
    """Make a project of numbered sentences in `folder`, and return it."""
    write(folder, articles=articles, sentences=sentences)
    with Store.open(folder / "labels" / "labels.db") as store:
        ingest(store, Request(walk(folder / "corpus").files, folder))
    return folder


def write(folder: Path, *, articles: int, sentences: int) -> None:
    """Write the corpus of `fill` and ingest nothing."""
    (folder / "corpus").mkdir(parents=True)
    (folder / "labels").mkdir()
    for article in range(articles):
        first = article * sentences
        lines = [
            f"The {THINGS[n % 12]} of the {THINGS[n * 7 % 11]} received report {n} on Friday."
            for n in range(first, first + sentences)
        ]
        blocks = [" ".join(lines[at : at + 5]) for at in range(0, sentences, 5)]
        text = f"The {THINGS[article % 12]} of Osmund Bay\n\n" + "\n\n".join(blocks) + "\n"
        (folder / "corpus" / f"{article:03}.txt").write_text(text, encoding="utf-8")


def database(folder: Path) -> sqlite3.Connection:
    """Return a connection of our own to a store, as another program would have it."""
    return sqlite3.connect(folder / "labels" / "labels.db")


def labels(folder: Path, reviewer: str = "ana") -> list[str]:
    """Return the labels of a reviewer, in the order of the sentences."""
    db = database(folder)
    try:
        return [
            label
            for (label,) in db.execute(
                "SELECT a.label FROM annotations a JOIN reviewers r ON r.n = a.reviewer"
                " WHERE r.name = ? AND a.label IS NOT NULL ORDER BY a.unit",
                (reviewer,),
            )
        ]
    finally:
        db.close()


def problems(folder: Path) -> list[Problem]:
    """Return what `annotator verify` finds wrong."""
    with Store.open(folder / "labels" / "labels.db", create=False) as store:
        return verify(store).problems
