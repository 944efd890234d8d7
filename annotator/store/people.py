"""Who reviews: what each has done, how much of what is assigned to them, and forked histories."""

from __future__ import annotations

import json
from typing import NamedTuple

from annotator.store.assignments import is_assigned
from annotator.store.journal import Journal
from annotator.store.opening import Store
from annotator.store.progress import ReviewerProgress, progress
from annotator.store.scope import Counts
from annotator.store.worklist import Assigned


class Person(NamedTuple):
    """One reviewer. `first` and `last` are when labels were given, as stored; None without any.

    `assigned` counts what a review that follows the assignment asks about, `assigned_done` what of
    that is labelled or skipped. `forks`: histories that go on from one event in several places,
    beside the first.
    """

    name: str
    done: ReviewerProgress
    first: str | None
    last: str | None
    assigned: int
    assigned_done: int
    forks: int


def names(store: Store) -> list[str]:
    """Return the names of all reviewers, in order."""
    return [name for (name,) in store.db.execute("SELECT name FROM reviewers ORDER BY name")]


def people(store: Store) -> list[Person]:
    """Return everybody who has an event or an assignment, by name."""
    rows = {
        name: (json.loads(forks), first, last)
        for name, forks, first, last in store.db.execute(
            "SELECT r.name, r.forks, min(a.created_at), max(a.created_at) FROM reviewers r"
            " LEFT JOIN annotations a ON a.reviewer = r.n AND a.label IS NOT NULL GROUP BY r.n"
        )
    }
    found = []
    for one in progress(store).reviewers:
        forks, first, last = rows[one.name]
        journal = Journal(store, one.name)
        asked, labelled, skipped = (
            Assigned(journal).counts() if is_assigned(journal) else Counts(0, 0, 0)
        )
        found.append(Person(one.name, one, first, last, asked, labelled + skipped, len(forks)))
    return found
