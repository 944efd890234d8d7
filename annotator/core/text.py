"""Untrusted text: what may be stored, how it is shown, and how it is measured.

Text from a corpus can hold anything: escape sequences that move the cursor or set the
clipboard, C1 controls, bidirectional overrides. It is stored as it is, and shown through
`visible`, which replaces every such character by one visible stand-in, so that offsets into
the shown text are offsets into the stored text.
"""

from __future__ import annotations

import hashlib
import re
from typing import Final

from annotator.core.errors import UsageProblem

REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"

# Bidirectional embeddings, overrides, isolates and marks (Unicode TR9): they reorder what is
# around them on the screen. U+FEFF and the annotation and line separators act at a distance too.
_REORDERING = (
    0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A),
    0xFEFF, 0x2028, 0x2029, *range(0xFFF9, 0xFFFC),
)  # fmt: skip


def _stand_ins() -> dict[int, str]:
    table = {code: chr(0x2400 + code) for code in range(0x20)}
    table[0x7F] = "\N{SYMBOL FOR DELETE}"
    table.update(dict.fromkeys(range(0x80, 0xA0), REPLACEMENT))
    table.update(dict.fromkeys(_REORDERING, REPLACEMENT))
    # Lone surrogates cannot be written to a terminal at all; tag characters are invisible.
    table.update(dict.fromkeys(range(0xD800, 0xE000), REPLACEMENT))
    table.update(dict.fromkeys(range(0xE0000, 0xE0080), REPLACEMENT))
    return table


_VISIBLE: Final = _stand_ins()
_UNSAFE: Final = re.compile(
    "[" + "".join(re.escape(chr(code)) for code in _VISIBLE if not 0xD800 <= code < 0xE000) + "]"
    "|[\ud800-\udfff]"
)
_BREAKS: Final = {ord(mark): " " for mark in "\n\t"}


def visible(text: str) -> str:
    """Return `text` with every control and reordering character as one visible stand-in.

    The result has as many code points as `text`. Newlines and tabs become spaces: who lays out
    lines has split them already.
    """
    if _UNSAFE.search(text) is None:
        return text
    return text.translate(_BREAKS).translate(_VISIBLE)


def one_line(text: str, limit: int = 200) -> str:
    """Return `text` as a single visible line of at most `limit` code points, for messages."""
    line = " ".join(text.split())
    return visible(line if len(line) <= limit else line[: limit - 1] + "…")


def counted(number: float, noun: str) -> str:
    """Return a number with what it counts: "1 document", "2,000 documents"."""
    return f"{number:,.0f} {noun}{'s' * (number != 1)}"


def unix_newlines(text: str) -> str:
    """Return `text` with CRLF and lone CR as LF; nothing else is changed."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def sha256(text: str) -> str:
    """Return the SHA-256 of the UTF-8 form of `text`, as 64 hex digits."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def document_id(text: str) -> str:
    """Return the id of a document: the first 16 hex digits (64 bits) of its text's SHA-256."""
    return sha256(text)[:16]


def sentence_id(document: str, start: int, end: int) -> str:
    """Return the id of a unit: 16 hex digits derived from document id and code-point offsets.

    Two machines that hold the same text and the same boundaries agree on it.
    """
    return hashlib.sha256(f"{document}:{start}:{end}".encode()).hexdigest()[:16]


def storable(text: str, most: int) -> str:
    """Return `text` as it can be stored; raises UsageProblem beyond `most` characters."""
    # A terminal in another encoding hands over lone surrogates, which no UTF-8 file can hold.
    clean = text.encode("utf-8", "replace").decode().replace("\0", "").strip()
    if len(clean) > most:
        raise UsageProblem(f"that is {len(clean):,} characters; at most {most:,} are kept")
    return clean
