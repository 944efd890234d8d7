"""Counts for `status`: by reviewer, label, document and language, and pace without idle time."""

from __future__ import annotations

from typing import NamedTuple

from annotator.core.pace import labels_an_hour
from annotator.store.opening import Store

# In this order: SQLite would begin with the documents, and read all of their units.
_CURRENT = (
    "annotations a CROSS JOIN units u ON u.n = a.unit"
    " CROSS JOIN documents d ON d.n = u.document AND d.current = 1"
)


class ReviewerProgress(NamedTuple):
    """What one reviewer has done on the current documents. `seconds` is working time."""

    name: str
    labels: dict[str, int]
    labelled: int
    skipped: int
    flagged: int
    asked: int
    seconds: float
    timed: int
    first: str | None
    last: str | None

    @property
    def pace(self) -> float | None:
        """Return labels an hour of working time, or None before it means anything."""
        return labels_an_hour(self.timed, self.seconds)


class StoreProgress(NamedTuple):
    """What the store holds. `sentences` are those of current documents that are asked about."""

    documents: int
    superseded: int
    sentences: int
    sources: int
    languages: dict[str, int]
    labelled: int
    reviewers: list[ReviewerProgress]


def progress(store: Store) -> StoreProgress:
    """Return the counts of the whole store."""
    documents, superseded, sentences, sources = store.db.execute(
        "SELECT coalesce(sum(current), 0), coalesce(sum(1 - current), 0),"
        " coalesce(sum(sentences * current), 0), count(DISTINCT iif(current, source, NULL))"
        " FROM documents"
    ).fetchone()
    languages = dict(
        store.db.execute(
            "SELECT language, count(*) FROM documents WHERE current = 1"
            " GROUP BY language ORDER BY count(*) DESC, language"
        )
    )
    (labelled,) = store.db.execute(
        f"SELECT count(DISTINCT a.unit) FROM {_CURRENT} WHERE a.label IS NOT NULL"
    ).fetchone()
    return StoreProgress(
        documents, superseded, sentences, sources, languages, labelled, _reviewers(store, sentences)
    )


def _reviewers(store: Store, sentences: int) -> list[ReviewerProgress]:
    labels: dict[int, dict[str, int]] = {}
    for reviewer, label, count in store.db.execute(
        f"SELECT a.reviewer, a.label, count(*) FROM {_CURRENT} WHERE a.label IS NOT NULL"
        " GROUP BY a.reviewer, a.label ORDER BY a.label"
    ):
        labels.setdefault(reviewer, {})[label] = count
    found = []
    for n, name, *counts in store.db.execute(
        "SELECT r.n, r.name, count(a.label), coalesce(sum(a.skipped), 0),"
        " coalesce(sum(a.flagged), 0), coalesce(sum(a.asked), 0),"
        " coalesce(sum(iif(a.label IS NULL, 0, a.seconds)), 0.0),"
        " count(iif(a.label IS NULL, NULL, a.seconds)), min(a.created_at), max(a.created_at)"
        f" FROM reviewers r LEFT JOIN ({_SELECTED}) a ON a.reviewer = r.n"
        # Who has only taken over the labels of the project is no reviewer.
        " WHERE r.events = 0 OR EXISTS (SELECT 1 FROM assignments s WHERE s.reviewer = r.n)"
        " OR EXISTS (SELECT 1 FROM events e WHERE e.reviewer = r.n AND e.kind <> 'scheme')"
        " GROUP BY r.n ORDER BY r.name"
    ):
        labelled, skipped, flagged, extra, seconds, timed, first, last = counts
        found.append(
            ReviewerProgress(
                name, labels.get(n, {}), labelled, skipped, flagged, sentences + extra,
                round(seconds, 1), timed, first, last,
            )
        )  # fmt: skip
    return found


_SELECTED = f"SELECT a.* FROM {_CURRENT}"
