"""Breaking text into lines of a terminal: by words, by cells, never inside a grapheme.

Pure: text in, offsets out. What is wrapped has passed `core.text.visible`, so every offset is one
into the stored text as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rich.cells import cell_len

from annotator.core.text import visible

# French quotation marks and colons are held to their words by no-break spaces.
_WORD = re.compile("[^\\s]+(?:[\u00a0\u202f]+[^\\s]+)*")
# What nearly every sentence is made of: one cell each, and no white space but spaces.
_PLAIN = re.compile("[ -~\u00a1-\u00ac\u00ae-\u02ff\u2013\u2014\u2018\u2019\u201c\u201d\u2026€]*")
# A grapheme, near enough for breaking a word that is longer than a line: a character with what
# combines with it, joined sequences and flags kept whole (Unicode UAX 29, without its tables).
_CLUSTER = re.compile(
    "(?:[\U0001f1e6-\U0001f1ff]{2}|.)"
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0900-\u0903\u093a-\u094f"
    "\u0e31-\u0e3a\u0e47-\u0e4e\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f"
    "\U0001f3fb-\U0001f3ff\U000e0100-\U000e01ef]*"
    "(?:\u200d.[\ufe0f\U0001f3fb-\U0001f3ff]*)*",
    re.DOTALL,
)


def wrap(text: str, width: int) -> list[tuple[int, int]]:
    """Return the lines of `text` at `width` cells as (start, end) offsets, without outer spaces.

    A word longer than a line is broken between graphemes. There is always at least one line.
    """
    width = max(width, 2)
    return _wrap_plain(text, width) if _PLAIN.fullmatch(text) else _wrap_any(text, width)


def _wrap_plain(text: str, width: int) -> list[tuple[int, int]]:
    """Wrap text of which every character is a cell: no word of it has to be measured."""
    lines: list[tuple[int, int]] = []
    length = len(text.rstrip(" "))
    at = len(text) - len(text.lstrip(" "))
    while length - at > width:
        cut = text.rfind(" ", at, at + width + 1)
        end = at + width if cut < 0 else cut
        lines.append((at, at + len(text[at:end].rstrip(" "))))
        at = end
        while text[at] == " ":
            at += 1
    return [*lines, (at, length)] if length else [(0, 0)]


def _wrap_any(text: str, width: int) -> list[tuple[int, int]]:
    lines: list[tuple[int, int]] = []
    start: int | None = None
    end, used = 0, 0
    for a, b, cells in _pieces(text, width):
        gap = cell_len(text[end:a])
        if start is not None and used + gap + cells > width:
            lines.append((start, end))
            start = None
        if start is None:
            start, used = a, cells
        else:
            used += gap + cells
        end = b
    lines.append((start or 0, end))
    return lines


def _pieces(text: str, width: int) -> Iterator[tuple[int, int, int]]:
    """Yield words, and the parts of words that are longer than a line, with their cells."""
    for match in _WORD.finditer(text):
        cells = cell_len(match[0])
        if cells <= width:
            yield match.start(), match.end(), cells
            continue
        start, used = match.start(), 0
        for cluster in _CLUSTER.finditer(text, match.start(), match.end()):
            cells = cell_len(cluster[0])
            if used and used + cells > width:
                yield start, cluster.start(), used
                start, used = cluster.start(), 0
            used += cells
        yield start, match.end(), used


def fit(text: str, width: int) -> str:
    """Return `text` in at most `width` cells, with an ellipsis where it was cut."""
    if cell_len(text) <= width:
        return text
    kept, used = 0, 0
    for cluster in _CLUSTER.finditer(text):
        cells = cell_len(cluster[0])
        if used + cells > width - 1:
            break
        kept, used = cluster.end(), used + cells
    return text[:kept] + "…" if width > 0 else ""


def in_lines(facts: Sequence[str], width: int, most: int) -> list[str] | None:
    """Return the facts in at most `most` lines, or None where they do not fit.

    They have a line each if they can, share lines if they must, and are broken only then.
    """
    shown = [visible(fact) for fact in facts if fact]
    shared: list[str] = []
    for place, fact in enumerate(shown):
        joined = f"{shared[-1]} · {fact}" if shared else fact
        if shared and len(shared) + len(shown) - place > most and cell_len(joined) <= width:
            shared[-1] = joined
        else:
            shared.append(fact)
    if len(shared) <= most and all(cell_len(line) <= width for line in shared):
        return shared
    text = " · ".join(shown)
    broken = [text[start:end] for start, end in wrap(text, width)]
    return broken if len(broken) <= most else None


def snapped(text: str, start: int, end: int) -> tuple[int, int]:
    """Return a place in `text` widened to whole graphemes: a style inside one would split it."""
    start, end = max(0, start), min(end, len(text))
    for cluster in _CLUSTER.finditer(text):
        if cluster.start() < start < cluster.end():
            start = cluster.start()
        if cluster.start() < end < cluster.end():
            end = cluster.end()
    return start, end
