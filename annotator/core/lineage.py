"""What became of labels when a project's scheme changed: renamed, merged, or to be asked again.

A label is a fact under the scheme it was given under. What it is now follows from the events of
kind `scheme` alone, in whatever order they come to a store: so stores that were merged agree.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final, NamedTuple

from annotator.core.history import ADJUDICATE, NOT_A_SENTENCE, RETEST, TAKEN_OVER, Event
from annotator.core.scheme import BUILT_IN

LABELLING: Final = frozenset({"label", RETEST, ADJUDICATE}) | TAKEN_OVER
"""Kinds of event whose payload holds a label, by itself or in the `state` that was taken over."""

_OF_THE_LABEL: Final = (
    "label", "confidence", "seconds", "shown", "suggestion_shown", "guideline", "created_at",
)  # fmt: skip


class Change(NamedTuple):
    """An event of kind `scheme`: from then on labels are those of `scheme`.

    `step` counts the changes that its author knew, `at` and `event` put those of one step in
    order. `mapping` says what labels of the scheme `before` become; None: they are asked again.
    """

    step: int
    at: str
    event: str
    before: str
    scheme: str
    labels: tuple[str, ...]
    mapping: Mapping[str, str | None]

    @classmethod
    def of(cls, event: str, payload: Mapping[str, Any], at: str) -> Change:
        """Return the change that an event is, from its id, payload and time."""
        return cls(
            payload["step"],
            at,
            event,
            payload["from"],
            payload["id"],
            tuple(payload["labels"]),
            payload["mapping"],
        )


class Lineage:
    """All changes of the scheme, from which the present meaning of every label follows."""

    def __init__(self, changes: Iterable[Change] = ()) -> None:
        self.changes = sorted(changes)
        self.present = self.changes[-1] if self.changes else None
        # The labels of a scheme as its newest version has them, and for every scheme the change
        # that leads from it towards the present one: the fewest steps, of equals the newest.
        self._labels = {one.scheme: frozenset(one.labels) for one in self.changes}
        self._towards: dict[str, Change] = {}
        reached = [self.present.scheme] if self.present else []
        for scheme in reached:
            for one in reversed(self.changes):
                if one.scheme == scheme and one.before not in {*reached, scheme}:
                    self._towards[one.before] = one
                    reached.append(one.before)

    @property
    def step(self) -> int:
        """Return how many changes came before the next one."""
        return self.present.step if self.present else 0

    def leads_from(self, scheme: str) -> bool:
        """Return whether labels of a scheme have a way to those of the present one."""
        here = self.present.scheme if self.present else BUILT_IN
        return scheme == here or scheme in self._towards

    def label(self, name: str, scheme: str) -> str | None:
        """Return what a label given under a scheme is now; None: the sentence is asked again.

        A label of a scheme from which no way leads here is kept if there is one of that name.
        """
        if self.present is None or name == NOT_A_SENTENCE:
            return name
        found: str | None = name
        while (change := self._towards.get(scheme)) is not None:
            found = change.mapping.get(found, found) if found is not None else None
            scheme = change.scheme
            if found not in self._labels[scheme]:
                return NOT_A_SENTENCE if found == NOT_A_SENTENCE else None
        return found if found in self._labels[self.present.scheme] else None

    def now(self, event: Event) -> Event:
        """Return an event with its label as it is now. What is asked again has no label.

        Its tags, its note and its flag stay.
        """
        if self.present is None or event.kind not in LABELLING:
            return event
        name, scheme = given(event.payload)
        found = None if name is None else self.label(name, scheme)
        return event if found == name else replace(event, payload=_with(event.payload, found))


def given(payload: Mapping[str, Any]) -> tuple[str | None, str]:
    """Return the label in the payload of an event of LABELLING, and the scheme it is of."""
    label = payload.get("label") or payload.get("state", {}).get("label")
    return label, payload.get("scheme", BUILT_IN)


def _with(payload: Mapping[str, Any], label: str | None) -> dict[str, Any]:
    inner = payload.get("state", payload)
    if label is None:
        changed = {key: value for key, value in inner.items() if key not in _OF_THE_LABEL}
    else:
        changed = {**inner, "label": label}
    return {**payload, "state": changed} if "state" in payload else changed
