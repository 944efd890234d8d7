"""What analysers and suggesters of another store say of sentences, taken into this one."""

from __future__ import annotations

from typing import Final, NamedTuple

from annotator.store.opening import Connection


class Table(NamedTuple):
    """A table of opinions, with that of who has them. `by_language`: who knows one language."""

    name: str
    columns: str
    owner: str
    owners: str
    by_language: bool


SENTIMENTS: Final = Table(
    "sentiments", "polarity, subjectivity, assessments", "analyzer", "analyzers", False
)
SUGGESTIONS: Final = Table(
    "suggestions",
    "label, score, abstained, probabilities, reasons",
    "suggester",
    "suggesters",
    True,
)


class Opinions:
    """What analysers, or suggesters, say of sentences: theirs beside ours, unit by unit.

    Of one that is here and there in different versions, what the version says that comes last in
    the alphabet is kept: a mixture would be of no version. `outdated` gets their names.
    """

    def __init__(
        self, db: Connection, theirs: Connection, table: Table, outdated: list[str]
    ) -> None:
        self._db = db
        self._theirs = theirs
        self._table = table
        self._owners: dict[int, int] = {}
        ours = {
            name: (n, version)
            for n, name, version in db.execute(f"SELECT n, name, version FROM {table.owners}")
        }
        for n, name, version in theirs.execute(
            f"SELECT n, name, version FROM {table.owners} ORDER BY name"
        ):
            if name not in ours:
                row = db.execute(
                    f"INSERT INTO {table.owners} (name, version) VALUES (?, ?)", (name, version)
                ).lastrowid
                self._owners[n] = row or 0
                continue
            here, known = ours[name]
            if version != known:
                outdated.append(name)
            if version > known:
                db.execute(f"DELETE FROM {table.name} WHERE {table.owner} = ?", (here,))
                db.execute(f"UPDATE {table.owners} SET version = ? WHERE n = ?", (version, here))
            if version >= known:
                self._owners[n] = here

    def take(self, there: int, here: int, speaks: int) -> None:
        """Take what is said of the document in row `there` there, and in row `here` here.

        Where its language was another, suggestions of the one that does not hold are none.
        """
        first, last = self._range(self._db, here)
        begin, end = self._range(self._theirs, there)
        name, owner = self._table.name, self._table.owner
        columns = f"unit, {self._table.columns}"
        marks = ", ".join("?" * (columns.count(",") + 2))
        where = f"FROM {name} WHERE {owner} = ? AND unit BETWEEN ? AND ?"
        if self._table.by_language and speaks > 0:
            owners = f"{owner} IN (SELECT n FROM {self._table.owners})"
            self._db.execute(
                f"DELETE FROM {name} WHERE {owners} AND unit BETWEEN ? AND ?", (first, last)
            )
        if self._table.by_language and speaks < 0:
            return
        for their_owner, our_owner in self._owners.items():
            rows = self._theirs.execute(f"SELECT {columns} {where}", (their_owner, begin, end))
            said = {unit - begin + first: tuple(values) for unit, *values in rows}
            known = self._db.execute(f"SELECT {columns} {where}", (our_owner, first, last))
            for unit, *values in known.fetchall():
                if unit in said and said[unit] <= tuple(values):
                    del said[unit]
                elif unit in said:
                    self._db.execute(
                        f"DELETE FROM {name} WHERE {owner} = ? AND unit = ?", (our_owner, unit)
                    )
            self._db.executemany(
                f"INSERT INTO {name} ({owner}, {columns}) VALUES ({marks})",
                [(our_owner, unit, *values) for unit, values in said.items()],
            )

    @staticmethod
    def _range(db: Connection, document: int) -> tuple[int, int]:
        # The units of a document follow one another, in the same order in every store.
        first, last = db.execute(
            "SELECT coalesce(min(n), 0), coalesce(max(n), -1) FROM units WHERE document = ?",
            (document,),
        ).fetchone()
        return first, last
