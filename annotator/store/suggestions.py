"""Suggestions as they are stored: of which suggester, with their reasons, and which is in use.

They are derived and can be computed again. A screen reads them here and computes none, so that a
key press never waits for a model and the screen's process loads none.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from annotator.core.model import BODY, Reason, Suggestion
from annotator.store.compact import compact
from annotator.store.opening import Connection, Store

_IN_USE: Final = "suggester"
"""The setting that names the suggester in use."""
_DIGITS: Final = 4
"""Decimals of probabilities and weights that are kept: a calibration knows fewer."""


class InUse(NamedTuple):
    """A suggester as the store knows it: its row, its name, the version that was computed."""

    n: int
    name: str
    version: str


class Suggested(NamedTuple):
    """A suggestion as its row has it: probabilities and reasons as compact JSON.

    `score` is the probability of the label: an export has no time to look for it.
    """

    label: str
    score: float
    abstained: bool
    probabilities: str
    reasons: str

    @classmethod
    def of(cls, suggestion: Suggestion) -> Suggested:
        """Return the row of `suggestion`, to four decimals."""
        return cls(
            suggestion.label,
            round(suggestion.score, _DIGITS),
            suggestion.abstained,
            compact({k: round(p, _DIGITS) for k, p in suggestion.probabilities.items()}),
            compact(
                [(*reason[:-1], round(reason.weight, _DIGITS)) for reason in suggestion.reasons]
            ),
        )

    def suggestion(self) -> Suggestion:
        """Return what was stored."""
        return Suggestion(
            self.label,
            json.loads(self.probabilities),
            tuple(Reason(*reason) for reason in json.loads(self.reasons)),
            bool(self.abstained),
        )


class Suggestions:
    """Reading and writing of suggestions. Writing takes a connection inside a transaction."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def in_use(self) -> InUse | None:
        """Return the suggester in use, or None in a store that has none yet."""
        row = self.store.db.execute(
            "SELECT g.n, g.name, g.version FROM settings s JOIN suggesters g ON g.name = s.value"
            " WHERE s.name = ?",
            (_IN_USE,),
        ).fetchone()
        return InUse(*row) if row else None

    def stored(self) -> list[InUse]:
        """Return the suggesters that have suggestions here, by name."""
        rows = self.store.db.execute("SELECT n, name, version FROM suggesters ORDER BY name")
        return [InUse(*row) for row in rows]

    def of(self, unit: int) -> tuple[str, Suggestion] | None:
        """Return the name of the suggester in use and what it says of a unit, if it says any."""
        row = self.store.db.execute(
            "SELECT g.name, s.label, s.score, s.abstained, s.probabilities, s.reasons"
            " FROM settings u JOIN suggesters g ON g.name = u.value"
            " JOIN suggestions s ON s.suggester = g.n"
            " WHERE u.name = ? AND s.unit = ?",
            (_IN_USE, unit),
        ).fetchone()
        return (row[0], Suggested(*row[1:]).suggestion()) if row else None

    def probabilities(self) -> Iterator[tuple[int, dict[str, float]]]:
        """Yield the units asked about, by row, with what the suggester in use gives each label."""
        model = self.in_use()
        rows = self.store.db.execute(
            "SELECT s.unit, s.probabilities FROM suggestions s JOIN units u ON u.n = s.unit"
            " WHERE s.suggester = ? AND u.asked = 1 ORDER BY s.unit",
            (model.n if model else 0,),
        )
        for unit, probabilities in rows:
            yield unit, json.loads(probabilities)

    def covered(self, model: int) -> dict[str, int]:
        """Return how many sentences of each language the suggester in this row has been asked."""
        return dict(
            self.store.db.execute(
                "SELECT d.language, count(*) FROM suggestions s JOIN units u ON u.n = s.unit"
                " JOIN documents d ON d.n = u.document WHERE s.suggester = ?"
                " GROUP BY d.language ORDER BY d.language",
                (model,),
            )
        )

    def version(self, model: int) -> str:
        """Return which version of the suggester in this row has been asked about everything."""
        (version,) = self.store.db.execute(
            "SELECT version FROM suggesters WHERE n = ?", (model,)
        ).fetchone()
        return str(version)

    def documents(self, model: int, *, missing: bool) -> list[int]:
        """Return the documents with sentences, or only those of which a suggestion is `missing`."""
        without = (
            " AND NOT EXISTS (SELECT 1 FROM suggestions s WHERE s.suggester = ? AND s.unit = u.n)"
        )
        rows = self.store.db.execute(
            "SELECT n FROM documents d WHERE EXISTS"
            f" (SELECT 1 FROM units u WHERE u.document = d.n AND u.kind = ?"
            f"{without if missing else ''}) ORDER BY n",
            (BODY, model) if missing else (BODY,),
        )
        return [n for (n,) in rows]

    # -- writing ---------------------------------------------------------------------------

    def register(self, db: Connection, name: str, version: str) -> int:
        """Return the row of a suggester, made if there is none of that name.

        One that is there keeps its version: as long as some of its suggestions are of another,
        they are out of date. `complete` and `use` say that all of them are new.
        """
        db.execute(
            "INSERT OR IGNORE INTO suggesters (name, version) VALUES (?, ?)", (name, version)
        )
        (n,) = db.execute("SELECT n FROM suggesters WHERE name = ?", (name,)).fetchone()
        return int(n)

    def complete(self, db: Connection, model: int, version: str) -> None:
        """Say that this version of the suggester has been asked about everything."""
        db.execute("UPDATE suggesters SET version = ? WHERE n = ?", (version, model))

    def use(self, db: Connection, name: str, version: str) -> int:
        """Make a suggester the one in use, at this version; returns its row."""
        n = self.register(db, name, version)
        self.complete(db, n, version)
        db.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (_IN_USE, name))
        return n

    def insert(
        self, db: Connection, model: int, rows: Iterable[tuple[int, Suggestion | Suggested]]
    ) -> None:
        """Store what the suggester in row `model` says of units; earlier ones are replaced."""
        db.executemany(
            # Not OR REPLACE, which makes the full-text index write what it has collected.
            "INSERT INTO suggestions VALUES (?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (suggester, unit) DO UPDATE SET label = excluded.label,"
            " score = excluded.score, abstained = excluded.abstained,"
            " probabilities = excluded.probabilities, reasons = excluded.reasons",
            (
                (model, unit, *(one if isinstance(one, Suggested) else Suggested.of(one)))
                for unit, one in rows
            ),
        )

    def forget(self, db: Connection, name: str) -> None:
        """Remove a suggester with all that it said; the one in use leaves none in use."""
        db.execute(
            "DELETE FROM suggestions WHERE suggester = (SELECT n FROM suggesters WHERE name = ?)",
            (name,),
        )
        db.execute("DELETE FROM suggesters WHERE name = ?", (name,))
        db.execute("DELETE FROM settings WHERE name = ? AND value = ?", (_IN_USE, name))
