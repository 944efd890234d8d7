"""The labels of all reviewers side by side: what agreement is measured on."""

from __future__ import annotations

from typing import Any, NamedTuple

from annotator.store.opening import Store


class Rated(NamedTuple):
    """A sentence that somebody labelled. `title` and `source` are None where not known."""

    unit: int
    id: str
    document: str
    title: str | None
    source: str | None
    language: str


class Given(NamedTuple):
    """A label that a reviewer gave. `sentence` and `reviewer` are places in lists.

    `shown`: the suggestion was seen before.
    """

    sentence: int
    reviewer: int
    label: str
    shown: bool
    created_at: str


class Ratings(NamedTuple):
    """The labels on the sentences of current documents, by sentence in the order of the text."""

    reviewers: list[str]
    sentences: list[Rated]
    given: list[Given]


def words(store: Store, unit: int) -> str:
    """Return the text of a unit."""
    # SQLite counts code points, as the offsets do.
    (found,) = store.db.execute(
        "SELECT substr(d.text, u.start + 1, u.stop - u.start)"
        " FROM units u JOIN documents d ON d.n = u.document WHERE u.n = ?",
        (unit,),
    ).fetchone()
    return str(found)


def ratings(store: Store) -> Ratings:
    """Return all labels, the one for what is no sentence among them."""
    names = store.db.execute("SELECT n, name FROM reviewers ORDER BY name").fetchall()
    places = {n: place for place, (n, _) in enumerate(names)}
    rows: dict[int, int] = {}
    sentences: list[Rated] = []
    given: list[Given] = []
    found: Any = store.db.execute(
        "SELECT a.unit, u.id, d.id, d.title, d.source, d.language,"
        " a.reviewer, a.label, a.suggestion_shown, a.created_at"
        " FROM annotations a JOIN units u ON u.n = a.unit JOIN documents d ON d.n = u.document"
        " WHERE a.label IS NOT NULL AND d.current = 1 ORDER BY a.unit, a.reviewer"
    )
    for unit, name, document, title, source, language, reviewer, label, shown, at in found:
        if unit not in rows:
            rows[unit] = len(sentences)
            sentences.append(Rated(unit, name, document, title, source, language))
        given.append(Given(rows[unit], places[reviewer], label, bool(shown), at))
    return Ratings([name for _, name in names], sentences, given)
