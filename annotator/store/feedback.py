"""What reviewers say of the suggestions: which of the reasons are none.

Kept as events of the kind `wrong`, one for each time that a reviewer says it or takes it back.
"""

from __future__ import annotations

import json
from typing import Any, Final, NamedTuple

from annotator.core.history import DONE, WRONG
from annotator.core.model import Reason
from annotator.store.journal import Journal
from annotator.store.opening import Store

_ABOUT: Final = ("model", "kind", "entry", "start", "end")
"""What makes two events be about the same reason, on one sentence and by one reviewer."""


class WrongCue(NamedTuple):
    """A reason that a reviewer called wrong. `text` is its place in the sentence in words.

    `label` is what the reviewer says of the sentence now, None where they have not labelled it.
    """

    reviewer: str
    sentence: str
    text: str
    model: str
    kind: str
    entry: str | None
    label: str | None
    created_at: str


def payload(model: str, reason: Reason, *, on: bool) -> dict[str, Any]:
    """Return what the event says: a reason of `model` is wrong, or is not so after all."""
    start, end, kind, entry, _, _ = reason
    return {"model": model, "kind": kind, "entry": entry, "start": start, "end": end, "on": on}


def wrong_reasons(journal: Journal, unit: int) -> set[tuple[str, str, str | None, int, int]]:
    """Return what the reviewer calls wrong in a unit: model, kind, entry, start and end of each."""
    rows = journal.store.db.execute(
        "SELECT e.payload FROM steps s JOIN events e ON e.n = s.event"
        " WHERE s.reviewer = ? AND s.unit = ? AND s.standing = ? AND e.kind = ? ORDER BY s.place",
        (journal.reviewer_number, unit, DONE, WRONG),
    )
    last = {_about(said := json.loads(text)): bool(said["on"]) for (text,) in rows}
    return {about for about, on in last.items() if on}


def wrong_cues(store: Store) -> list[WrongCue]:
    """Return the reasons that stand as wrong, by reviewer and in the order they were called so."""
    rows = store.db.execute(
        "SELECT r.name, e.unit, u.id, e.payload, a.label, e.created_at,"
        " substr(d.text, u.start + 1, u.stop - u.start)"
        " FROM events e JOIN steps s ON s.event = e.n JOIN reviewers r ON r.n = e.reviewer"
        " JOIN units u ON u.n = e.unit JOIN documents d ON d.n = u.document"
        " LEFT JOIN annotations a ON a.reviewer = e.reviewer AND a.unit = e.unit"
        " WHERE e.kind = ? AND e.kind <> 'label' AND s.standing = ? ORDER BY r.name, s.place",
        (WRONG, DONE),
    )
    standing: dict[tuple[Any, ...], WrongCue] = {}
    for reviewer, unit, sentence, text, label, at, words in rows:
        said = json.loads(text)
        model, kind, entry, start, end = about = _about(said)
        if said["on"]:
            standing[(reviewer, unit, about)] = WrongCue(
                reviewer, sentence, words[start:end], model, kind, entry, label, at
            )
        else:
            standing.pop((reviewer, unit, about), None)
    return list(standing.values())


def _about(said: dict[str, Any]) -> tuple[str, str, str | None, int, int]:
    model, kind, entry, start, end = (said[name] for name in _ABOUT)
    return model, kind, entry, start, end
