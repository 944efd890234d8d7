"""Projects of any size for the benchmarks: made-up articles on disk, and their store.

The articles are English by their words and nonsense by their meaning; names are made of
syllables, so that a million sentences are nearly all different. A project is made once and kept
in the temporary folder of the system for the next run. The program's own ingest makes its store,
but what is computed of the articles is made up too, which takes a fourth of the time.
"""

from __future__ import annotations

import hashlib
import os
import random
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from itertools import accumulate
from pathlib import Path
from unittest.mock import patch

from annotator.baseline import rules, sentiment
from annotator.core.model import BODY, Unit
from annotator.core.text import document_id
from annotator.ingest.files import walk
from annotator.project import ingest
from annotator.project.prepare import Draft, Settings
from annotator.project.request import Request
from annotator.store import Store, schema
from annotator.store.documents import NewDocument, Scored
from annotator.store.journal import Journal
from annotator.store.suggestions import Suggested

SERIES = 7
"""Counted up when this file makes other articles than before: what is kept is made again."""
A_DOCUMENT = 40
"""Sentences of an article, on the average."""

SMOKE = "BENCHMARK_SMOKE" in os.environ
"""Whether only the smallest sizes run: to see that the benchmarks work, not what they measure."""


def sizes(*wanted: int) -> tuple[int, ...]:
    """Return the sizes to measure at: those wanted, or only the smallest to see that it works."""
    return wanted[:1] if SMOKE else wanted


OUTLETS = ("lantern", "courier", "observer", "tribune", "gazette", "signal", "wire", "herald")


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


NOUNS = _words("""minister company factory agency engineer market report contract court committee
model laboratory harbour railway budget bank union newspaper village region forecast shipment
patient teacher school hospital satellite chip farmer harvest price tariff border reactor network
investor founder chairman researcher student museum bridge election mayor council treaty tax
strike order standard test result survey river storm crisis plan deadline promise delay mistake""")
VERBS = _words("""announced rejected delayed approved reviewed expected doubled questioned praised
criticised described delivered tested closed opened bought sold promised denied confirmed studied
financed repaired measured published withdrew postponed welcomed explained extended signed""")
ADJECTIVES = _words("""new large local foreign significant remarkable recent former ambitious
unprecedented modest expensive reliable leading careful public private strong weak early final
secret famous national advanced good bad excellent poor innovative impressive serious difficult""")
LINKS = _words("because while although after before since when but and so that whereas")
TIMES = ("on Monday", "last year", "since March", "at 5 p.m. on Friday", "in 2019", "within weeks")
_SENTENCE = re.compile(r"\S.*?(?<!Mr)(?<!Dr)(?<!Ms)\.(?= [A-Z“]|$)")
SYLLABLES = [c + v for c in "bcdfghklmnprstvz" for v in ("a", "e", "i", "o", "u", "an", "er", "is")]


class Wording:
    """Words in about the frequencies of a language: some real ones, and 20,000 of syllables.

    Zipf's law: with few words, or all equally frequent, near-duplicates would be too many or
    too easily told apart.
    """

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        made: dict[str, None] = {}
        while len(made) < 20_000:
            made["".join(self.dice.choices(SYLLABLES, k=self.dice.choice((2, 3, 3, 4))))] = None
        self._made = list(made)
        self._weights = list(accumulate(1 / (rank + 2) for rank in range(len(made))))

    def word(self, real: Sequence[str]) -> str:
        if self.dice.random() < 0.4:
            return self.dice.choice(real)
        return self.dice.choices(self._made, cum_weights=self._weights)[0]

    def name(self) -> str:
        return "".join(self.dice.choices(SYLLABLES, k=3)).capitalize()

    def heading(self) -> str:
        return f"{self.name()} and the {self.word(ADJECTIVES)} {self.word(NOUNS)}".title()

    def clause(self) -> str:
        return (
            f"the {self.word(ADJECTIVES)} {self.word(NOUNS)} of {self.name()} {self.word(VERBS)}"
            f" the {self.word(NOUNS)} in {self.name()}"
        )

    def sentence(self) -> str:
        """Return a sentence of eight to about forty words."""
        dice = self.dice
        text, turn = self.clause(), dice.random()
        if turn < 0.5:
            text += f", {dice.choice(LINKS)} {self.clause()}"
        if turn < 0.15:
            text += f" and {self.clause()} by {dice.randint(2, 97)}.{dice.randint(1, 9)} percent"
        text = text[0].upper() + text[1:]
        if turn > 0.9:
            return f"“{text},” said {dice.choice(('Mr.', 'Dr.', 'Ms.'))} {self.name()}."
        return f"{text} {dice.choice(TIMES)}." if turn > 0.85 else text + "."

    def article(self, size: int) -> str:
        """Return a title and `size` sentences, in paragraphs of one to five, with headings."""
        blocks = [self.heading()]
        while size > 0:
            count = min(size, self.dice.randint(1, 5))
            size -= count
            blocks.append(" ".join(self.sentence() for _ in range(count)))
            if size and self.dice.random() < 0.12:
                blocks.append(self.heading())
        return "\n\n".join(blocks) + "\n"


def articles(sentences: int, seed: int = 1) -> Iterator[tuple[str, str]]:
    """Yield path and text of articles that have about `sentences` sentences of the body."""
    wording = Wording(seed)
    number = 0
    while sentences > 0:
        size = min(sentences, wording.dice.randint(A_DOCUMENT // 2, A_DOCUMENT * 3 // 2))
        sentences -= size
        number += 1
        yield f"{wording.dice.choice(OUTLETS)}/{number:06d}.txt", wording.article(size)


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
        ingest.ingest(store, Request(walk(folder / "corpus").files, folder))


def _made_up(drafts: Sequence[Draft], settings: Settings) -> list[NewDocument]:
    """Return documents as `prepare_all` does, from what is known of how they were written."""
    found = []
    for draft in drafts:
        places = list(_units(draft.text))
        name = document_id(draft.text)
        number = int(name, 16) >> 13
        found.append(
            NewDocument(
                id=name,
                text=draft.text,
                metadata={**asdict(draft.metadata), "title": draft.text.partition("\n")[0]},
                language="en",
                language_score=1.0,
                encoding=draft.encoding,
                markup="text",
                units=places,
                forms=[(number + place, ()) for place in range(len(places))],
                scores=[
                    Scored(0.25, 0.5, '[[["new"],0.136,0.455]]') if unit.kind == BODY else None
                    for unit in places
                ],
                analyzer=("textblob-en", sentiment.get("textblob-en").version),
                suggestions={
                    (rules.NAME, rules.version()): [
                        _suggested(number + place) if unit.kind == BODY else None
                        for place, unit in enumerate(places)
                    ]
                },
            )
        )
    return found


def _suggested(number: int) -> Suggested:
    """Return a suggestion of the usual size, and as different as they are."""
    factual, speculative = sorted((number * 7919 % 9973, number * 104_729 % 9967))
    chances = [factual, speculative - factual, 10_000 - speculative]
    values = ",".join(
        f'"{name}":{part / 10_000}' for name, part in zip(rules.LABELS, chances, strict=True)
    )
    return Suggested(
        rules.LABELS[chances.index(max(chances))],
        max(chances) / 10_000,
        False,
        f"{{{values}}}",
        '[[4,11,"praise","leading","R3",0.97],[40,46,"number","#","R3",0.25]]',
    )


def _units(text: str) -> Iterator[Unit]:
    start = 0
    for block, words in enumerate(text.rstrip("\n").split("\n\n")):
        if words.endswith("."):
            for part in _SENTENCE.finditer(words):
                yield Unit(start + part.start(), start + part.end(), BODY, block)
        else:
            kind = "heading" if block else "title"
            yield Unit(start, start + len(words), kind, block)
        start += len(words) + 2


def project(sentences: int) -> Path:
    """Return a project of that many sentences, made when it is not there.

    The reviewer `reader` has labelled a twentieth of it, from the middle on.
    """
    folder = _cache() / f"{sentences}"
    if not (folder / "labels").is_dir():
        part = folder.with_name(f"{folder.name}.{os.getpid()}")
        write_corpus(part, sentences)
        with (
            patch.object(ingest, "prepare_all", _made_up),
            patch.object(ingest, "_WORTH_WORKERS", 1 << 60),
        ):
            take_in(part)
        with Store.open(part / "labels" / "labels.db") as store:
            label(store, "reader", sentences // 2, sentences // 20)
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
        (folder / "corpus" / "long.txt").write_text(Wording(3).article(sentences), "utf-8")
        take_in(folder)
    return folder


@contextmanager
def copied(sentences: int, folder: Path) -> Iterator[Path]:
    """Give a copy of the store of a project, to be written to; afterwards it is gone."""
    copy = folder / "labels.db"
    with Store.open(project(sentences) / "labels" / "labels.db") as whole:
        whole.backup(copy)
    yield copy
    shutil.rmtree(folder)


def label(store: Store, reviewer: str, first: int = 0, count: int = -1) -> None:
    """Label sentences, so many from unit `first` on: all of them by default."""
    payload = {"label": "factual", "guideline": "1.0", "seconds": 2.5, "shown": []}
    rows = store.db.execute(
        "SELECT n FROM units WHERE kind = ? AND n >= ? ORDER BY n LIMIT ?", (BODY, first, count)
    )
    journal, units = Journal(store, reviewer), rows.fetchall()
    with store.writing() as db:
        for (n,) in units:
            journal.append(db, "label", n, payload)


def _cache() -> Path:
    # What a store looks like depends on its schema, and what it holds on this file.
    made_by = f"{SERIES}-{hashlib.sha256(Path(schema.__file__).read_bytes()).hexdigest()[:8]}"
    return Path(tempfile.gettempdir()) / f"annotator-benchmarks-{made_by}"
