"""What every reader gives: one text as it was found, with what its file says about it."""

from __future__ import annotations

from dataclasses import dataclass

from annotator.ingest.metadata import Metadata


@dataclass(frozen=True)
class RawDocument:
    """One text of a file.

    `key` names it within its file: "" if it is the whole file, else the record's id, or the
    line it begins on. `text` is what is stored, with `\\n` line ends; `encoding` is what the
    file was decoded by; `line` is where the record begins, None for a whole file.
    """

    key: str
    text: str
    encoding: str
    metadata: Metadata
    markdown: bool = False
    line: int | None = None


@dataclass(frozen=True)
class ReadOptions:
    """What a person may say about files that the files do not say, or say wrongly.

    `format` is a format's name or suffix and goes before the suffix of the file.
    """

    encoding: str | None = None
    text_field: str | None = None
    format: str | None = None
