"""From the bytes of a file to the texts in it: which reader, and those for text and Markdown.

Every reader either gives all texts of a file or raises InputProblem with the file, the line and
the reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import PurePath
from typing import Final

from annotator.core.errors import InputProblem
from annotator.ingest import encoding, tables, webpage
from annotator.ingest.raw import RawDocument, ReadOptions

__all__ = ["FORMATS", "SUFFIXES", "RawDocument", "ReadOptions", "read"]

SUFFIXES: Final = {
    ".txt": "text",
    ".text": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".csv": "csv",
    ".tsv": "csv",
}
"""The format of a file, by its suffix in lower case."""

# Front matter as site generators write it: lines of keys, and lists or blocks indented below.
_FRONT_LINE: Final = re.compile(r"([A-Za-z_][\w -]*):(?:\s+(.*))?|[ \t].*|-\s.*|#.*|")
_FRONT_LONGEST: Final = 200


def read(name: str, data: bytes, options: ReadOptions) -> Iterator[RawDocument]:
    """Yield the texts in `data`, the content of the file `name`, in their order.

    Raises InputProblem for a format that is not known and for what the format's reader finds.
    """
    yield from FORMATS[_format(name, options)](name, data, options)


def _format(name: str, options: ReadOptions) -> str:
    if options.format is not None:
        wanted = options.format.lower()
        found = wanted if wanted in FORMATS else SUFFIXES.get(f".{wanted.lstrip('.')}")
        if found is None:
            raise InputProblem(
                f'there is no format "{options.format}"', hint=f"one of {', '.join(FORMATS)}"
            )
        return found
    found = SUFFIXES.get(PurePath(name).suffix.lower())
    if found is None:
        raise InputProblem(
            "its suffix says no format that can be read",
            file=name,
            hint=f"name the format (--format {'|'.join(FORMATS)}), or rename the file",
        )
    return found


def _text(name: str, data: bytes, options: ReadOptions) -> Iterator[RawDocument]:
    text, used = encoding.decode(data, file=name, encoding=options.encoding)
    yield RawDocument("", text, used, tables.NOTHING)


def _markdown(name: str, data: bytes, options: ReadOptions) -> Iterator[RawDocument]:
    text, used = encoding.decode(data, file=name, encoding=options.encoding)
    front, body = _front_matter(text)
    encoding.refuse_empty(body, file=name)
    metadata = tables.metadata(front, file=name, line=1)
    yield RawDocument("", body, used, metadata, markdown=True)


def _front_matter(text: str) -> tuple[dict[str, str], str]:
    """Return the keys of the front matter with one value each, and the text after it.

    Front matter wraps a text as the tags of HTML do, and is no more part of it. Two rules with
    prose between them are no front matter.
    """
    if not text.startswith("---\n"):
        return {}, text
    values: dict[str, str] = {}
    position = 4
    for _ in range(_FRONT_LONGEST):
        end = text.find("\n", position)
        line = text[position : end if end >= 0 else len(text)].rstrip()
        position = end + 1 if end >= 0 else len(text)
        if line in {"---", "..."}:
            return values, text[position:]
        found = _FRONT_LINE.fullmatch(line)
        if end < 0 or not found:
            break
        if found.group(1):
            values[found.group(1)] = _unquoted(found.group(2) or "")
    return {}, text


def _unquoted(value: str) -> str:
    value = value.strip()
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1]
    return value


FORMATS: Final[dict[str, Callable[[str, bytes, ReadOptions], Iterator[RawDocument]]]] = {
    "text": _text,
    "markdown": _markdown,
    "html": webpage.read,
    "jsonl": tables.read_jsonl,
    "json": tables.read_json,
    "csv": tables.read_csv,
}
