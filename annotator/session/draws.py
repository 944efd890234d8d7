"""How a unit came before the reviewer: drawn by the order, or chosen by themselves.

Stored with the decision, so that what is counted later can leave out what was not drawn evenly.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from annotator.store.scope import Scope
from annotator.store.worklist import Worklist

_CHOSEN: Final = {"order": "chosen", "probability": None}


class Draws:
    """Remembers what the order served last. In document order nothing is drawn, nor stored."""

    def __init__(self, worklist: Worklist, scope: Scope) -> None:
        self._worklist = worklist
        self._draws = scope.order != "document"
        self._unit: int | None = None
        self._drawn: Mapping[str, Any] | None = None

    def serve(self, unit: int) -> None:
        """Remember a unit that the order gives, and how it was drawn: that can change later."""
        if self._draws:
            self._unit, self._drawn = unit, self._worklist.drawn(unit)

    def bring_back(self, unit: int, payload: Mapping[str, Any]) -> None:
        """Remember a unit of which a decision was undone: it was drawn as that says."""
        if "drawn" in payload:
            self._unit, self._drawn = unit, payload["drawn"]

    def of(self, unit: int) -> dict[str, Any]:
        """Return what is stored with a decision on a unit."""
        if not self._draws:
            return {}
        drawn = self._drawn if unit == self._unit else _CHOSEN
        return {"drawn": drawn} if drawn else {}
