"""What a review is about: which units it selects, and how it orders them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from annotator.core.errors import UsageProblem
from annotator.core.history import NOT_A_SENTENCE
from annotator.store.consistency import OF_REVIEWER
from annotator.store.journal import Journal


@dataclass(frozen=True)
class Scope:
    """What a review is about. `order` is one of `ORDERS`; `seed` belongs to those that are DRAWN.

    `only` is one of ONLY, or `mine:LABEL`. `document`, `source` and `language` select by equality
    (a document also by the beginning of its id or by its title); `search` by full text.
    `assigned`: only what is assigned to the reviewer, and what they made a sentence themselves.
    """

    order: str = "document"
    seed: int = 0
    only: str | None = None
    document: str | None = None
    source: str | None = None
    language: str | None = None
    search: str | None = None
    assigned: bool = False

    @property
    def whole(self) -> bool:
        """Return whether nothing of what the reviewer is asked is left out, nor reordered."""
        all_of_it = Scope(seed=self.seed, only=self.only, assigned=self.assigned)
        return self == all_of_it and self.only in {None, "unlabelled"}

    @property
    def revisits(self) -> bool:
        """Return whether it is about sentences that were decided before."""
        if self.order == "disagreement":
            return self.only != "unlabelled"
        return self.only not in {None, "unlabelled"}

    @property
    def order_and_seed(self) -> str:
        """Return the order as it is stored with a decision: `document`, `random:7`."""
        return f"{self.order}:{self.seed}" if self.order in DRAWN else self.order


DRAWN: Final = ("random", "uncertain")
"""Orders that are random draws, by a seed."""
ONLY: Final = ("unlabelled", "labelled", "skipped", "flagged", "inconsistent")

# As one list, which the units are then found by: a reviewer may have a hundredth of the store.
_ASSIGNED: Final = (
    "SELECT unit FROM assignments WHERE reviewer = ? UNION ALL"
    " SELECT unit FROM annotations INDEXED BY annotations_asked WHERE reviewer = ? AND asked = 1"
)
_IS_ASSIGNED: Final = (
    "(EXISTS (SELECT 1 FROM assignments s WHERE s.reviewer = ? AND s.unit = u.n) OR a.asked = 1)"
)


class Counts(NamedTuple):
    """Progress in a scope: units asked about, labelled, skipped."""

    asked: int
    labelled: int
    skipped: int


def valid_only(value: str, labels: tuple[str, ...]) -> bool:
    """Return whether `value` can be a scope's `only`."""
    mine = value.removeprefix("mine:")
    return value in ONLY or (value != mine and mine in (*labels, NOT_A_SENTENCE))


def conditions(
    journal: Journal, scope: Scope, *, one_by_one: bool = False
) -> tuple[list[str], list[Any]]:
    """Return what a scope asks of units `u`, documents `d` and the reviewer's annotations `a`.

    As clauses of SQL, and the values bound in them; for units that are looked at `one_by_one`, or
    for finding them. Raises UsageProblem where it cannot mean anything.
    """
    where = ["d.current = 1"]
    values: list[Any] = []
    if scope.only in {"flagged", "inconsistent"} or (scope.only or "").startswith("mine:"):
        where.append("a.unit IS NOT NULL")
    else:
        where.append("(u.asked = 1 OR a.asked = 1)")
    if scope.only == "labelled":
        where.append("a.label IS NOT NULL")
    elif scope.only == "skipped":
        where.append("a.skipped = 1")
    elif scope.only == "flagged":
        where.append("a.flagged = 1")
    elif scope.only == "inconsistent":
        where.append(f"u.n IN ({OF_REVIEWER})")
        values.append(journal.reviewer_number)
    elif scope.only and scope.only.startswith("mine:"):
        where.append("a.label = ?")
        values.append(scope.only.removeprefix("mine:"))
    if scope.assigned:
        where.append(_IS_ASSIGNED if one_by_one else f"u.n IN ({_ASSIGNED})")
        values += [journal.reviewer_number] * (1 if one_by_one else 2)
    for field in ("source", "language"):
        if (value := getattr(scope, field)) is not None:
            where.append(f"d.{field} = ?")
            values.append(value)
    if scope.document is not None:
        where.append("u.document = ?")
        values.append(find_document(journal, scope.document))
    if scope.search is not None:
        query = fts_query(scope.search)
        if not query:
            raise UsageProblem("there is no word to search for")
        where.append("u.n IN (SELECT rowid FROM units_text WHERE units_text MATCH ?)")
        values.append(query)
    return where, values


def find_document(journal: Journal, name: str) -> int:
    """Return the row of the current document whose id begins with `name`, or whose title it is.

    Raises UsageProblem when there is none or more than one.
    """
    rows = journal.store.db.execute(
        "SELECT DISTINCT d.n FROM documents d LEFT JOIN origins o ON o.document = d.n"
        " WHERE d.current = 1 AND (substr(d.id, 1, length(?1)) = ?1 OR d.title = ?1"
        " OR o.path = ?1 OR substr(o.path, -length(?1) - 1) = '/' || ?1) LIMIT 2",
        (name,),
    ).fetchall()
    if len(rows) != 1:
        raise UsageProblem(
            f"no document is called {name!r}" if not rows else f"{name!r} is not one document only",
            hint="`annotator status --json` lists documents with their ids, titles and files",
        )
    return int(rows[0][0])


def fts_query(text: str) -> str:
    """Return `text` as an FTS5 query for all of its words, the last one as a beginning.

    Every word is quoted, so that nothing in it is read as FTS5 syntax.
    """
    words = [word.replace('"', "") for word in text.split()]
    quoted = [f'"{word}"' for word in words if any(c.isalnum() for c in word)]
    return " ".join(quoted) + "*" if quoted else ""
