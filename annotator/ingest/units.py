"""The units of a document: what a reviewer can stand on, from its blocks."""

from __future__ import annotations

from collections.abc import Sequence

from annotator.core.model import BODY, Block, Unit
from annotator.ingest.sentences import split


def find_units(text: str, blocks: Sequence[Block], language: str) -> list[Unit]:
    """Return the units of `blocks`, in order: a body block's sentences, any other block whole.

    Offsets are code points into `text`; `Unit.block` is the ordinal of its block.
    """
    units: list[Unit] = []
    for ordinal, (start, end, kind) in enumerate(blocks):
        spans = split(text, start, end, language) if kind == BODY else [(start, end)]
        units.extend(Unit(*span, kind, ordinal) for span in spans)
    return units
