"""The suggestions of a project: what is stored of which suggester, and computing what is missing.

What is computed is written a batch at a time, so that a review in another terminal never waits for
long. Until all of it is there the suggester keeps its old version, and so counts as out of date:
a computation that was killed is simply done again.
"""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

from annotator.baseline import suggesters
from annotator.baseline.learned import NAME
from annotator.baseline.suggesters import Suggester
from annotator.core.errors import AnnotatorError, UsageProblem
from annotator.core.progress import Progress, silent
from annotator.project.prepare import ask, in_turn
from annotator.store import Store
from annotator.store.documents import Documents
from annotator.store.suggestions import Suggested, Suggestions

BATCH: Final = 2_000
"""Sentences that are computed and written together."""
MODELS: Final = "models"
"""The folder beside the store that holds the models trained for it."""


class Row(NamedTuple):
    """What a suggester has said of the sentences of one language, and in which version."""

    suggester: str
    in_use: bool
    language: str
    sentences: int
    suggested: int
    stored: str | None
    installed: str | None

    @property
    def current(self) -> bool:
        """Return whether the installed version has been asked about every sentence."""
        return self.suggested == self.sentences and self.stored == self.installed


def summary(store: Store) -> list[Row]:
    """Return the state of the suggestions, the suggester in use first; those unused yet, too."""
    stored = {one.name: one for one in Suggestions(store).stored()}
    current = name_in_use(store)
    languages = Documents(store).sentences_by_language()
    rows = []
    for name in sorted(
        {*filter(None, (current, *suggesters.names())), *stored},
        key=lambda one: (one != current, one),
    ):
        known, suggester = stored.get(name), installed(store, name)
        if known is None and suggester is None:
            continue  # of other labels
        covered = Suggestions(store).covered(known.n) if known else {}
        rows += [
            Row(
                name,
                name == current,
                code,
                sentences,
                covered.get(code, 0),
                known.version if known else None,
                suggester.version if suggester else None,
            )
            for code, sentences in languages.items()
        ]
    return rows


def name_in_use(store: Store) -> str | None:
    """Return the name of the suggester in use, which in a store without any is the default one.

    None where that one knows other labels than those of the scheme.
    """
    found = Suggestions(store).in_use()
    if found is None:
        return suggesters.DEFAULT if installed(store, suggesters.DEFAULT) else None
    return found.name


def models_of(store: Store) -> Path:
    """Return the folder of the models that were trained for a store."""
    return store.path.parent / MODELS


def installed(store: Store, name: str) -> Suggester | None:
    """Return the suggester of that name, or None where there is none that works here."""
    with suppress(AnnotatorError):
        return fitting(store, name)
    return None


def fitting(store: Store, name: str) -> Suggester:
    """Return the suggester of that name; raises UsageProblem where it knows other labels."""
    labels = store.scheme.names
    found = suggesters.get(name, models_of(store), labels)
    if why := suggesters.unfit(found, labels):
        raise UsageProblem(why, hint="`annotator train` learns the labels that were given here")
    return found


def for_ingest(store: Store) -> tuple[str, ...]:
    """Return which suggesters are asked about new documents.

    The one in use is left out where another version of it is installed, or none: its suggestions
    are then missing, and not a mixture.
    """
    found = Suggestions(store).in_use()
    always = (suggesters.DEFAULT,) if installed(store, suggesters.DEFAULT) else ()
    if found is None or found.name == suggesters.DEFAULT:
        return always
    suggester = installed(store, found.name)
    fits = suggester is not None and suggester.version == found.version
    # Workers know no project: a trained model goes by its folder.
    learned = found.name == NAME
    name = str((models_of(store) / found.name).resolve()) if learned else found.name
    return (*always, name) if fits else always


def use(
    store: Store,
    name: str,
    tell: Progress = silent,
    *,
    batch: int = BATCH,
    pause: float = 0.0,
) -> int:
    """Make a suggester the one in use, when what it has not said yet is computed.

    Returns how many sentences that were. Raises UsageProblem for a name there is none of.
    """
    suggester = fitting(store, name)
    count = compute(store, suggester, batch=batch, pause=pause, tell=tell)
    with store.writing() as db:
        Suggestions(store).use(db, suggester.name, suggester.version)
    return count


def recompute(store: Store, *, everything: bool = False, tell: Progress = silent) -> int:
    """Ask again about what another version said, and about what is missing; returns how many.

    Of every suggester that is stored and installed, and of the default one. With `everything`,
    about every sentence.
    """
    names = sorted({suggesters.DEFAULT, *(one.name for one in Suggestions(store).stored())})
    count = 0
    for name in names:
        if suggester := installed(store, name):
            count += compute(store, suggester, everything=everything, tell=tell)
    return count


def compute(
    store: Store,
    suggester: Suggester,
    *,
    everything: bool = False,
    batch: int = BATCH,
    pause: float = 0.0,
    tell: Progress = silent,
) -> int:
    """Store what a suggester says where it has not been asked in this version; returns how many.

    They are written `batch` at a time, with a `pause` in seconds between, in which others write.
    """
    suggestions, documents = Suggestions(store), Documents(store)
    version = suggester.version
    with store.writing() as db:
        model = suggestions.register(db, suggester.name, version)
    stale = everything or suggestions.version(model) != version
    waiting = suggestions.documents(model, missing=not stale)
    total, count = documents.count_sentences(waiting), 0
    ready: list[tuple[int, Suggested]] = []
    for document in waiting:
        language, body = documents.body(document)
        said = ask(suggester, in_turn([text for _, text in body], language))
        ready += zip((unit for unit, _ in body), said, strict=True)
        if len(ready) >= batch or document == waiting[-1]:
            with store.writing() as db:
                suggestions.insert(db, model, ready)
            count += len(ready)
            ready = []
            time.sleep(pause)
            tell("suggesting", count, total)
    with store.writing() as db:
        suggestions.complete(db, model, version)
        if suggestions.in_use() is None and suggester.name == suggesters.DEFAULT:
            suggestions.use(db, suggester.name, version)
    return count
