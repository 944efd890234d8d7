"""What profiles of sources are counted from: documents, labels with how they came about, copies.

Only of current documents. Documents are given by their rows; texts are read one at a time, because
a source can have more of them than memory holds.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from typing import Any, Final, NamedTuple

from annotator.core.history import DONE, FIXED
from annotator.core.model import BODY
from annotator.core.scheme import BUILT_IN
from annotator.profiles.contradictions import End, Pair
from annotator.profiles.labels import UNKNOWN, Given
from annotator.store import claims
from annotator.store.documents import MANY
from annotator.store.opening import Store
from annotator.store.reading import name_of

_SAYING: Final = ("title", "byline", "dateline", "credit")
"""Kinds of block that say something about their document."""


class Document(NamedTuple):
    """A current document without its text. `likeness` is the label of its copies.

    `labelled` are the units that somebody labelled.
    """

    n: int
    id: str
    title: str | None
    source: str | None
    published: str | None
    author: str | None
    language: str
    sentences: int
    likeness: str
    origin: str | None
    labelled: int

    @property
    def name(self) -> str:
        """Return what to call it."""
        return name_of(self.title, self.id)


class Said(NamedTuple):
    """A block that says something about its document."""

    document: int
    unit: int
    kind: str
    text: str


def documents(store: Store) -> list[Document]:
    """Return the current documents in order."""
    rows = store.db.execute(
        "SELECT d.n, d.id, d.title, d.source, d.published, d.author, d.language, d.sentences,"
        " d.likeness, (SELECT min(path || iif(key = '', '', '#' || key)) FROM origins"
        " WHERE document = d.n), coalesce(l.labelled, 0) FROM documents d LEFT JOIN"
        " (SELECT u.document, count(DISTINCT a.unit) AS labelled FROM annotations a"
        " JOIN units u ON u.n = a.unit WHERE a.label IS NOT NULL GROUP BY u.document) l"
        " ON l.document = d.n WHERE d.current = 1 ORDER BY d.n"
    )
    return [Document._make(row) for row in rows]


def labelled(store: Store, of: Collection[int]) -> Iterator[Given]:
    """Yield the labels on the units of documents, by unit and reviewer.

    A label that was carried over from an earlier version of an article came about as that one did.
    """
    rows = store.db.execute(
        "SELECT u.document, a.unit, r.name, a.label, a.tags, a.suggestion_shown, a.guideline,"
        # The label is that of one event: the last that stands and has its time.
        " (SELECT e.kind || ' ' || e.payload FROM steps s JOIN events e ON e.n = s.event"
        " WHERE s.reviewer = a.reviewer AND s.unit = a.unit AND s.standing IN (?, ?)"
        " AND e.kind IN ('label', 'import', 'carry') ORDER BY s.place DESC LIMIT 1), a.reviewer"
        f" FROM ({_UNITS}) u JOIN annotations a ON a.unit = u.n"
        " JOIN reviewers r ON r.n = a.reviewer"
        " WHERE a.label IS NOT NULL ORDER BY a.unit, r.name",
        (DONE, FIXED, _json(of)),
    )
    for document, unit, name, label, tags, shown, guideline, said, reviewer in rows:
        payload = _told(store, reviewer, said)
        # An event that names no scheme is older than schemes of one's own.
        scheme = payload.get("scheme", BUILT_IN) if payload else None
        yield Given(
            document, unit, name, label, tuple(json.loads(tags)) if tags != "[]" else (),
            bool(shown), _drawn(payload) or UNKNOWN, guideline, scheme,
        )  # fmt: skip


_UNITS: Final = f"SELECT n, document, kind FROM units WHERE document IN ({MANY})"


def _json(values: Iterable[int]) -> str:
    return json.dumps(list(values))


def _told(store: Store, reviewer: int, said: str | None) -> dict[str, Any]:
    """Return the payload of the event that gave a label, from where it was carried over."""
    seen: set[str] = set()
    while said:
        kind, _, text = said.partition(" ")
        payload: dict[str, Any] = json.loads(text)
        origin = payload.get("from")
        # A file that went back and forth leads round in a circle.
        if kind != "carry" or not isinstance(origin, str) or origin in seen:
            return payload
        seen.add(origin)
        row = store.db.execute(
            "SELECT e.kind || ' ' || e.payload FROM units u JOIN steps s ON s.unit = u.n"
            " JOIN events e ON e.n = s.event WHERE u.id = ? AND s.reviewer = ?"
            " AND s.standing IN (?, ?) AND e.kind IN ('label', 'import', 'carry')"
            " ORDER BY s.place DESC LIMIT 1",
            (origin, reviewer, DONE, FIXED),
        ).fetchone()
        said = row[0] if row else None
    return {}


def _drawn(payload: dict[str, Any]) -> str | None:
    drawn = payload.get("drawn")
    if isinstance(drawn, dict) and isinstance(drawn.get("order"), str):
        return str(drawn["order"])
    order = payload.get("order")
    return order.partition(":")[0] if isinstance(order, str) else None


def adjudicated(store: Store, of: Collection[int]) -> dict[int, str | None]:
    """Return what adjudicators made of units: a label, or None where they differ."""
    rows = store.db.execute(
        "SELECT j.unit, iif(min(j.label) = max(j.label), min(j.label), NULL)"
        f" FROM ({_UNITS}) u JOIN adjudications j ON j.unit = u.n GROUP BY j.unit",
        (_json(of),),
    )
    return dict(rows.fetchall())


def contradicting(store: Store, of: Collection[int]) -> list[Pair]:
    """Return the pairs that reviewers marked as contradicting, at least one in documents `of`.

    In the order of the text. As where claims are shown, both are linked to a claim in common.
    """
    marked: dict[tuple[int, int], set[str]] = {}
    for mark in claims.contradictions(store):
        marked.setdefault((mark.one, mark.other), set()).add(mark.reviewer)
    if not marked:
        return []
    stated: dict[int, set[str]] = {}
    for link in claims.links(store):
        stated.setdefault(link.unit, set()).add(link.claim)
    rows = store.db.execute(
        "SELECT u.n, d.n, d.title, d.id, substr(d.text, u.start + 1, u.stop - u.start)"
        f" FROM units u JOIN documents d ON d.n = u.document WHERE u.n IN ({MANY}) AND d.current",
        (_json({unit for pair in marked for unit in pair}),),
    )
    ends = {
        unit: End(document, unit, name_of(title, name), text)
        for unit, document, title, name, text in rows
    }
    chosen = set(of)
    return [
        Pair(ends[one], ends[other], frozenset(names))
        for (one, other), names in sorted(marked.items())
        if one in ends and other in ends and stated.get(one, set()) & stated.get(other, set())
        and not chosen.isdisjoint((ends[one].document, ends[other].document))
    ]  # fmt: skip


def kinds(store: Store, of: Collection[int]) -> Iterator[tuple[int, int, str]]:
    """Yield document, unit and kind of the units of documents, in order."""
    yield from store.db.execute(
        f"SELECT document, n, kind FROM ({_UNITS}) ORDER BY n", (_json(of),)
    )


def saying(store: Store, of: Collection[int] | None = None) -> Iterator[Said]:
    """Yield the blocks that say something about their documents; without `of`, all credits."""
    wanted = ", ".join("?" * len(_SAYING))
    rows = store.db.execute(
        "SELECT u.document, u.n, u.kind, substr(d.text, u.start + 1, u.stop - u.start)"
        " FROM units u JOIN documents d ON d.n = u.document WHERE d.current = 1 AND "
        + ("u.kind = 'credit'" if of is None else f"u.kind IN ({wanted}) AND d.n IN ({MANY})")
        + " ORDER BY u.n",
        () if of is None else (*_SAYING, _json(of)),
    )
    return map(Said._make, rows)


def grouped(store: Store, of: Collection[int]) -> Iterator[tuple[int, int, int]]:
    """Yield document, unit and near-duplicate group of the sentences of documents, in order."""
    yield from store.db.execute(
        "SELECT u.document, u.n, f.label FROM units u JOIN forms f ON f.hash = u.form"
        f" WHERE u.document IN ({MANY}) AND u.kind = ? ORDER BY u.n",
        (_json(of), BODY),
    )


def groups(store: Store, of: Collection[int]) -> dict[int, dict[int, int]]:
    """Return the near-duplicate groups of documents that have more than one sentence anywhere.

    With how many of its sentences every document holds.
    """
    held: dict[int, dict[int, int]] = {}
    # Nearly all sentences are alone: they are left out before they are counted by document.
    for label, document, count in store.db.execute(
        "WITH mine AS (SELECT DISTINCT f.label FROM units u JOIN forms f ON f.hash = u.form"
        f" WHERE u.document IN ({MANY}) AND u.kind = ?2), shared AS (SELECT m.label FROM mine m"
        f" JOIN {_HELD} WHERE f.label = m.label GROUP BY m.label HAVING count(*) > 1)"
        f" SELECT s.label, u.document, count(*) FROM shared s JOIN {_HELD}"
        " WHERE f.label = s.label GROUP BY s.label, u.document",
        (_json(of), BODY),
    ):
        held.setdefault(label, {})[document] = count
    return held


_HELD: Final = (
    "forms f JOIN units u ON u.form = f.hash AND u.kind = ?2"
    " JOIN documents d ON d.n = u.document AND d.current = 1"
)


def sentiments(
    store: Store, of: Collection[int], analyzer: str
) -> Iterator[tuple[int, int, float, float]]:
    """Yield document, unit, polarity and subjectivity of the sentences that an analyser scored."""
    yield from store.db.execute(
        f"SELECT u.document, u.n, s.polarity, s.subjectivity FROM ({_UNITS}) u"
        " JOIN sentiments s ON s.unit = u.n JOIN analyzers a ON a.n = s.analyzer"
        " WHERE a.name = ? AND u.kind = ? ORDER BY u.n",
        (_json(of), analyzer, BODY),
    )


def naming(store: Store, words: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Yield document and text of the current sentences that hold one of some phrases."""
    query = " OR ".join(f'"{one}"' for one in words)
    yield from store.db.execute(
        "SELECT d.n, substr(d.text, u.start + 1, u.stop - u.start) FROM units_text f"
        " JOIN units u ON u.n = f.rowid JOIN documents d ON d.n = u.document"
        " WHERE units_text MATCH ? AND d.current = 1 AND u.kind = ?",
        (query, BODY),
    )


class Shown(NamedTuple):
    """A unit that a figure rests on, as it is listed: `unit` is None for a whole document."""

    unit: int | None
    id: str
    document: int
    name: str
    text: str


def shown(store: Store, document: int, unit: int | None) -> Shown:
    """Return a unit, or a document, as it is listed."""
    row = store.db.execute(
        "SELECT d.id, d.title, u.id, substr(d.text, u.start + 1, u.stop - u.start)"
        " FROM documents d LEFT JOIN units u ON u.n = ? WHERE d.n = ?",
        (unit, document),
    ).fetchone()
    name, title, own, text = row
    return Shown(unit, own or name, document, name_of(title, name), text or "")
