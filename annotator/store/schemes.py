"""The scheme of a store: taking over another one, and what its labels then are.

The events of kind `scheme` are the facts. The setting with the text of the present scheme, the
annotations and the adjudications are derived from them, in the same transaction.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final, NamedTuple

from annotator.core import scheme as schemes
from annotator.core.errors import StoreProblem
from annotator.core.history import NOT_A_SENTENCE, SCHEME
from annotator.core.lineage import LABELLING, Lineage
from annotator.core.scheme import BUILT_IN, Scheme
from annotator.core.text import sha256
from annotator.store.journal import Journal, derive
from annotator.store.opening import Connection, Store

_LABEL: Final = "coalesce(json_extract(payload, '$.label'), json_extract(payload, '$.state.label'))"
_UNDER: Final = f"coalesce(json_extract(payload, '$.scheme'), '{BUILT_IN}')"


def payload(
    text: str, scheme: Scheme, lineage: Lineage, before: str, mapping: Mapping[str, str | None]
) -> dict[str, Any]:
    """Return what an event says of a scheme that is taken over: all of it, with its text."""
    return {
        "id": scheme.id,
        "guideline": scheme.guideline,
        "labels": list(scheme.names),
        "digest": digest(text),
        "text": text,
        "from": before,
        "mapping": dict(mapping),
        "step": lineage.step + 1,
    }


def digest(text: str) -> str:
    """Return what a scheme's text is known by: 16 hex digits of its SHA-256."""
    return sha256(text)[:16]


def adopt(
    journal: Journal,
    text: str,
    mapping: Mapping[str, str | None] | None = None,
    *,
    before: str | None = None,
) -> int:
    """Label with the scheme in `text`, which was checked, from now on.

    `mapping` says what labels of the scheme `before` (the present one) become, None that they are
    asked again. Returns for how many sentences and reviewers the label is another now.
    """
    store = journal.store
    scheme = schemes.read(text)
    with store.writing(much=True) as db:
        lineage = store.lineage
        said = payload(text, scheme, lineage, before or store.scheme.id, mapping or {})
        journal.append_to_project(db, SCHEME, said)
        return settle(store, db, lineage)


def settle(store: Store, db: Connection, before: Lineage) -> int:
    """Bring what is derived in line with the changes of the scheme, within a transaction.

    To be called where events were added, with the lineage from before. Returns for how many
    sentences and reviewers the label is another now.
    """
    store.forget_lineage()
    now = store.lineage
    if now.present is None or now.changes == before.changes:
        return 0
    text = _text(db, now.present.event)
    db.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (schemes.FILE, text))
    affected = _affected(db, before, now)
    for reviewer, unit in affected:
        derive(db, now, reviewer, unit)
    _retire(db, now.present.labels)
    return len(affected)


def _affected(db: Connection, before: Lineage, now: Lineage) -> list[tuple[int, int]]:
    """Return the reviewers and units with a label that means something else than before."""

    @cache
    def differs(label: str, scheme: str) -> bool:
        return before.label(label, scheme) != now.label(label, scheme)

    kinds = ", ".join(f"'{kind}'" for kind in sorted(LABELLING))
    rows = db.execute(
        f"SELECT reviewer, unit, {_LABEL}, {_UNDER} FROM events WHERE kind IN ({kinds})"
    )
    found = {
        (reviewer, unit)
        for reviewer, unit, label, scheme in rows
        if label is not None and differs(label, scheme)
    }
    return sorted(found)


def _retire(db: Connection, labels: tuple[str, ...]) -> None:
    """Leave no suggester in use that suggests labels there are none of."""
    db.execute(
        "DELETE FROM settings WHERE name = 'suggester' AND EXISTS (SELECT 1 FROM suggesters g"
        " JOIN suggestions s ON s.suggester = g.n WHERE g.name = settings.value"
        " AND s.label NOT IN (SELECT value FROM json_each(?)))",
        (json.dumps(labels),),
    )


def in_use(store: Store) -> Counter[str]:
    """Return how many annotations and adjudications have each label now, the content labels."""
    rows = store.db.execute(
        "SELECT label, count(*) FROM (SELECT label FROM annotations UNION ALL"
        " SELECT label FROM adjudications) WHERE label IS NOT NULL AND label <> ? GROUP BY label",
        (NOT_A_SENTENCE,),
    )
    return Counter(dict(rows))


def given_under(store: Store) -> Counter[tuple[str, str]]:
    """Return how often each label was given, with the scheme it was given under."""
    kinds = ", ".join(f"'{kind}'" for kind in sorted(LABELLING))
    rows = store.db.execute(
        f"SELECT {_UNDER} AS under, {_LABEL} AS label, count(*) FROM events"
        f" WHERE kind IN ({kinds}) GROUP BY under, label HAVING label IS NOT NULL"
    )
    return Counter({(scheme, label): count for scheme, label, count in rows})


def former(store: Store) -> dict[str, Scheme]:
    """Return by id the schemes, as they were last, whose labels have a way to the present one."""
    rows = store.db.execute(
        "SELECT json_extract(payload, '$.id'), json_extract(payload, '$.text'), id FROM events"
        " WHERE kind = 'scheme' AND kind <> 'label'"
    )
    order = {change.event: place for place, change in enumerate(store.lineage.changes)}
    texts = {BUILT_IN: schemes.built_in_text()}
    texts.update((name, text) for name, text, _ in sorted(rows, key=lambda row: order[row[2]]))
    return {
        name: schemes.read(text) for name, text in texts.items() if store.lineage.leads_from(name)
    }


class Former(NamedTuple):
    """A scheme that is, or was, labelled with: its id, its text's digest, since when, by whom."""

    scheme: str
    digest: str
    reviewer: str
    at: str


def taken_over(store: Store) -> list[Former]:
    """Return the schemes that were taken over, the present one last."""
    rows = store.db.execute(
        "SELECT e.id, json_extract(e.payload, '$.id'), json_extract(e.payload, '$.digest'),"
        " r.name, e.created_at FROM events e JOIN reviewers r ON r.n = e.reviewer"
        " WHERE e.kind = 'scheme' AND e.kind <> 'label'"
    )
    order = {change.event: place for place, change in enumerate(store.lineage.changes)}
    return [Former(*row) for _, *row in sorted(rows, key=lambda row: order[row[0]])]


def problems(store: Store) -> Iterator[tuple[str, str]]:
    """Yield the settings that do not follow from the changes of the scheme, and what is wrong."""
    try:
        present, _ = store.lineage.present, store.scheme
    except StoreProblem as problem:
        yield schemes.FILE, problem.message
        return
    if store.setting(schemes.FILE) != (present and _text(store.db, present.event)):
        yield schemes.FILE, "it is not the scheme that was taken over last"


def _text(db: Connection, event: str) -> str:
    (text,) = db.execute(
        "SELECT json_extract(payload, '$.text') FROM events WHERE id = ?", (event,)
    ).fetchone()
    return str(text)
