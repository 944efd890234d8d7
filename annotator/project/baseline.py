"""The sentiment baseline of a project: what is stored, and recomputing it."""

from __future__ import annotations

from typing import NamedTuple

from annotator.baseline import sentiment
from annotator.core.progress import Progress, silent
from annotator.project.prepare import Settings, analyzer_for
from annotator.store import Store
from annotator.store.documents import Documents, Scored


class Row(NamedTuple):
    """The baseline of one language: which analyser, and how many sentences it has scored."""

    language: str
    sentences: int
    analyzer: str | None
    scored: int
    stored: str | None
    installed: str | None

    @property
    def current(self) -> bool:
        """Return whether every sentence is scored by the installed version."""
        return self.analyzer is None or (
            self.scored == self.sentences and self.stored == self.installed
        )


def summary(store: Store, settings: Settings) -> list[Row]:
    """Return the state of the baseline by language, in order of the language's code."""
    documents = Documents(store)
    versions = documents.analyzer_versions()
    rows = []
    for code, sentences in documents.sentences_by_language().items():
        name = analyzer_for(code, settings)
        rows.append(
            Row(
                code,
                sentences,
                name,
                documents.count_scored(code, name) if name else 0,
                versions.get(name) if name else None,
                sentiment.get(name).version if name else None,
            )
        )
    return rows


def recompute(
    store: Store,
    settings: Settings,
    *,
    everything: bool = False,
    tell: Progress = silent,
) -> int:
    """Score what another version of an analyser scored, or none; returns how many sentences.

    With `everything`, all of it. The new values replace the old ones in one transaction.
    """
    rows = [row for row in summary(store, settings) if row.analyzer]
    wanted = [row for row in rows if everything or not row.current]
    documents = Documents(store)
    count = 0
    with store.writing() as db:
        for name in {row.analyzer for row in wanted if row.analyzer}:
            documents.forget_scores(db, name)
        for row in wanted:
            analyzer = sentiment.get(str(row.analyzer))
            stamp = (analyzer.name, analyzer.version)
            for batch in documents.sentences_of(row.language):
                documents.insert_scores(
                    db, stamp, [(n, Scored.of(analyzer(text))) for n, text in batch]
                )
                count += len(batch)
                tell("scoring", count, sum(row.sentences for row in wanted))
    return count
