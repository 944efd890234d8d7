"""Projects of any size for the benchmarks: made-up articles on disk, and their store.

The articles are English by their words and nonsense by their meaning; names are made of
syllables, so that a million sentences are nearly all different. They are taken in by the
program's own ingest, once, and kept in the temporary folder of the system for the next run.
"""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from annotator.core.model import BODY
from annotator.ingest.files import walk
from annotator.project.ingest import Request, ingest
from annotator.store import Store, schema
from annotator.store.journal import Journal

SERIES = 1
"""Counted up when this file makes other articles than before: what is kept is made again."""
A_DOCUMENT = 40
"""Sentences of an article, on the average."""

OUTLETS = ("lantern", "courier", "observer", "tribune", "gazette", "signal", "wire", "herald")

NOUNS = """minister company factory agency engineer market report contract court committee model
laboratory harbour railway budget bank union newspaper village region forecast shipment
patient teacher school hospital satellite chip farmer harvest price tariff border reactor network
investor founder chairman spokeswoman researcher student museum bridge tunnel ferry election mayor
council parliament treaty embassy tax pension salary strike order delivery standard test result
survey archive orchestra festival river forest island valley storm drought flood fire crisis plan
proposal deadline promise delay mistake apology verdict appeal licence permit patent""".split()
VERBS = """announced rejected delayed approved reviewed expected doubled halved questioned praised
criticised described delivered tested closed opened bought sold promised denied confirmed studied
financed repaired inspected measured published withdrew postponed welcomed ignored explained
defended extended cancelled replaced signed""".split()
ADJECTIVES = """new large local foreign significant remarkable recent former quiet ambitious
unprecedented modest expensive reliable leading careful public private northern southern annual
temporary unusual strong weak early late final secret famous global national advanced good bad
excellent poor innovative impressive serious difficult""".split()
LINKS = """because while although after before since when but and so that whereas""".split()
TIMES = """on Monday, on Tuesday, in the spring, last year, since March, by the end of the decade,
at 5 p.m., in 2019, for the third time, within weeks, a month later""".replace("\n", " ").split(
    ", "
)
SYLLABLES = [c + v for c in "bcdfghklmnprstvz" for v in ("a", "e", "i", "o", "u", "an", "er", "is")]


def articles(sentences: int, seed: int = 1) -> Iterator[tuple[str, str]]:
    """Yield path and text of articles that have about `sentences` sentences of the body."""
    dice = random.Random(seed)
    number = 0
    while sentences > 0:
        size = min(sentences, dice.randint(A_DOCUMENT // 2, A_DOCUMENT * 3 // 2))
        sentences -= size
        number += 1
        yield f"{dice.choice(OUTLETS)}/{number:06d}.txt", article(dice, size)


def article(dice: random.Random, size: int) -> str:
    """Return a title and `size` sentences, in paragraphs of one to five, with some headings."""
    blocks = [_heading(dice)]
    while size > 0:
        count = min(size, dice.randint(1, 5))
        size -= count
        blocks.append(" ".join(sentence(dice) for _ in range(count)))
        if size and dice.random() < 0.12:
            blocks.append(_heading(dice))
    return "\n\n".join(blocks) + "\n"


def sentence(dice: random.Random) -> str:
    """Return a sentence of eight to about forty words."""
    text = _clause(dice)
    turn = dice.random()
    if turn < 0.5:
        text += f", {dice.choice(LINKS)} {_clause(dice)}"
    if turn < 0.15:
        text += f" and {_clause(dice)} by {dice.randint(2, 97)}.{dice.randint(1, 9)} percent"
    text = text[0].upper() + text[1:]
    if turn > 0.9:
        return f"“{text},” said {dice.choice(('Mr.', 'Dr.', 'Ms.'))} {_name(dice)}."
    return f"{text} {dice.choice(TIMES)}." if turn > 0.7 else text + "."


def _clause(dice: random.Random) -> str:
    first, second = dice.choice(NOUNS), dice.choice(NOUNS)
    return (
        f"the {dice.choice(ADJECTIVES)} {first} of {_name(dice)} {dice.choice(VERBS)}"
        f" the {second} in {_name(dice)}"
    )


def _name(dice: random.Random) -> str:
    return "".join(dice.choices(SYLLABLES, k=3)).capitalize()


def _heading(dice: random.Random) -> str:
    return f"{_name(dice)} and the {dice.choice(ADJECTIVES)} {dice.choice(NOUNS)}".title()


def write_corpus(folder: Path, sentences: int) -> Path:
    """Write articles and a `sources.toml` into `folder`/corpus; returns that folder."""
    corpus = folder / "corpus"
    for outlet in OUTLETS:
        (corpus / outlet).mkdir(parents=True)
    for path, text in articles(sentences):
        (corpus / path).write_text(text, "utf-8")
    tables = [
        f'[[source]]\nfiles = "{outlet}/**"\nsource = "The {outlet.title()}"\n'
        for outlet in OUTLETS
    ]
    (corpus / "sources.toml").write_text("\n".join(tables), "utf-8")
    return corpus


def take_in(folder: Path) -> None:
    """Bring the corpus of the project in `folder` into its store."""
    with Store.open(folder / "labels" / "labels.db") as store:
        ingest(store, Request(walk(folder / "corpus").files, folder))


def project(sentences: int) -> Path:
    """Return a project of that many sentences, made when it is not there.

    The reviewer `reader` has labelled a twentieth of it, from the middle on.
    """
    folder = _cache() / f"{sentences}"
    if not (folder / "labels").is_dir():
        part = folder.with_name(f"{folder.name}.{os.getpid()}")
        write_corpus(part, sentences)
        take_in(part)
        with Store.open(part / "labels" / "labels.db") as store:
            _label(store, "reader", sentences // 2, sentences // 20)
            store.db.execute("PRAGMA wal_checkpoint (TRUNCATE)")
        if folder.exists():
            shutil.rmtree(folder)
        part.rename(folder)
    return folder


def one_long_document(sentences: int) -> Path:
    """Return a project with a single article of that many sentences, made when it is not there."""
    folder = _cache() / f"long-{sentences}"
    if not (folder / "labels").is_dir():
        (folder / "corpus").mkdir(parents=True, exist_ok=True)
        (folder / "corpus" / "long.txt").write_text(article(random.Random(3), sentences), "utf-8")
        take_in(folder)
    return folder


def _label(store: Store, reviewer: str, first: int, count: int) -> None:
    payload = {"label": "factual", "guideline": "1.0", "seconds": 2.5, "shown": []}
    rows = store.db.execute(
        "SELECT n FROM units WHERE kind = ? AND n >= ? ORDER BY n LIMIT ?", (BODY, first, count)
    )
    Journal(store, reviewer).record_all([("label", n, payload) for (n,) in rows.fetchall()])


def _cache() -> Path:
    # What a store looks like depends on its schema, and what it holds on this file.
    made_by = f"{SERIES}-{hashlib.sha256(Path(schema.__file__).read_bytes()).hexdigest()[:8]}"
    return Path(tempfile.gettempdir()) / f"annotator-benchmarks-{made_by}"
