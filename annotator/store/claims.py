"""Claims in the store: links of sentences to them, contradictions, and where sentences stand.

Both are events that stand: of several by one reviewer on one sentence and claim the latest counts.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

from annotator.claims.linked import Contradiction, Link, Place
from annotator.core.history import CLAIM, CONTRADICT, DONE
from annotator.core.model import BODY
from annotator.store import reading
from annotator.store.documents import MANY
from annotator.store.opening import Store

_STANDING: Final = (
    "SELECT r.name, e.unit, e.payload, e.created_at FROM events e"
    " JOIN steps s ON s.event = e.n JOIN reviewers r ON r.n = e.reviewer"
    " JOIN units u ON u.n = e.unit JOIN documents d ON d.n = u.document AND d.current = 1"
    " WHERE e.kind = ? AND e.kind <> 'label' AND s.standing = ? ORDER BY r.name, s.place"
)


def links(store: Store) -> list[Link]:
    """Return the links that stand, on sentences of current documents."""
    found: dict[tuple[str, int, str], Link] = {}
    for reviewer, unit, said, at in _said(store, CLAIM):
        key = (reviewer, unit, said["claim"])
        found.pop(key, None)
        if said["on"]:
            found[key] = Link(said["claim"], said["statement"], unit, reviewer, said["stance"], at)
    return list(found.values())


def contradictions(store: Store) -> list[Contradiction]:
    """Return the contradictions that stand, each pair and reviewer once."""
    found: dict[tuple[str, int, int], Contradiction] = {}
    for reviewer, unit, said, at in _said(store, CONTRADICT):
        other = reading.find_unit(store, said["with"])
        if other is None:
            continue
        one, other = sorted((unit, other))
        found.pop((reviewer, one, other), None)
        if said["on"]:
            found[reviewer, one, other] = Contradiction(one, other, reviewer, at)
    return list(found.values())


def _said(store: Store, kind: str) -> Iterator[tuple[str, int, dict[str, Any], str]]:
    for reviewer, unit, payload, at in store.db.execute(_STANDING, (kind, DONE)).fetchall():
        yield reviewer, unit, json.loads(payload), at


def sentences(store: Store) -> Iterator[tuple[int, str, str]]:
    """Yield unit, text and language of every sentence of the current documents."""
    yield from store.db.execute(
        "SELECT u.n, substr(d.text, u.start + 1, u.stop - u.start), d.language"
        " FROM units u JOIN documents d ON d.n = u.document"
        " WHERE d.current = 1 AND u.kind = ? ORDER BY u.n",
        (BODY,),
    )


def places(store: Store, units: Iterable[int]) -> Iterator[tuple[int, Place]]:
    """Yield for each unit where it stands, with its document's near-copies as its origin.

    Who knows that documents credit one outlet makes one origin of them.
    """
    rows = store.db.execute(
        "SELECT u.n, u.id, substr(d.text, u.start + 1, u.stop - u.start), d.id, d.title,"
        " d.source, d.url, d.published, d.language, d.likeness"
        " FROM units u JOIN documents d ON d.n = u.document"
        " WHERE u.n IN (SELECT value FROM json_each(?)) ORDER BY u.n",
        (json.dumps(sorted(set(units))),),
    )
    for unit, sentence, text, document, title, source, url, published, language, likeness in rows:
        yield unit, Place(
            unit, sentence, text, document, reading.name_of(title, document), source, url,
            published, language, likeness,
        )  # fmt: skip


class Document(NamedTuple):
    """What tells of a document whether it is of one origin with others; `n` is its row."""

    n: int
    id: str
    source: str | None
    published: str | None
    likeness: str


def documents(store: Store, names: Iterable[str], rows: Iterable[int]) -> list[Document]:
    """Return the current documents with these ids, or in these rows, in order."""
    found = store.db.execute(
        "SELECT n, id, source, published, likeness FROM documents WHERE current = 1"
        f" AND n IN (SELECT n FROM documents WHERE id IN ({MANY}) UNION {MANY}) ORDER BY n",
        (json.dumps(sorted(names)), json.dumps(sorted(rows))),
    )
    return list(map(Document._make, found))
