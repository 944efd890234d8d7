"""Which labelled sentences came by an order that seeks out the hard ones.

Scores and shares on them are not those of sentences as they come.
"""

from __future__ import annotations

import json
from typing import Final

from annotator.core.history import DONE
from annotator.store.opening import Store

_SEEKING: Final = ("uncertain", "disagreement")


def sought_out(store: Store) -> set[str]:
    """Return the sentences, by id, of which a label in force came by such an order."""
    rows = store.db.execute(
        "SELECT DISTINCT u.id FROM events e JOIN steps s ON s.event = e.n"
        " JOIN units u ON u.n = e.unit WHERE e.kind = 'label' AND s.standing = ?"
        " AND json_extract(e.payload, '$.drawn.order') IN (SELECT value FROM json_each(?))",
        (DONE, json.dumps(_SEEKING)),
    )
    return {name for (name,) in rows}
