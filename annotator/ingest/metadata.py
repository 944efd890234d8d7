"""What is known about a document, and `sources.toml`, which says it for files that cannot.

A plain text names neither its publisher nor its date. The tables of a `sources.toml` give them
to the files that match their patterns; a later table overrides an earlier one field by field,
so that a general table can stand first and its exceptions after it.
"""

from __future__ import annotations

import re
import sys
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from annotator.core.errors import InputProblem

if TYPE_CHECKING:
    from pydantic import ValidationError

SOURCES: Final = "sources.toml"

_ISO: Final = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})"
    r"([T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d([.,]\d{1,9})?)?(Z|[+-]([01]\d|2[0-3]):?[0-5]\d)?)?"
)
_LANGUAGE: Final = re.compile(r"([a-z]{2,3})([-_][a-z0-9]{2,8})*", re.IGNORECASE)


@dataclass(frozen=True)
class Metadata:
    """What is known about a document; None where nothing is.

    `published` is an ISO 8601 date or date and time where it comes from `sources.toml`, and
    what the file said elsewhere. `language` is a code of ISO 639, without a region.
    """

    title: str | None = None
    source: str | None = None
    url: str | None = None
    published: str | None = None
    author: str | None = None
    language: str | None = None

    def merged(self, other: Metadata) -> Metadata:
        """Return this metadata, with the values of `other` where this has none."""
        own = {field: value for field, value in asdict(self).items() if value is not None}
        return Metadata(**{**asdict(other), **own})


FIELDS: Final = tuple(Metadata.__dataclass_fields__)


def language_code(value: str) -> str | None:
    """Return the ISO 639 code in a language tag ("en-GB" gives "en"), None if it is no tag."""
    found = _LANGUAGE.fullmatch(value.strip())
    return found.group(1).lower() if found else None


def is_iso_date(value: str) -> bool:
    """Return whether `value` is a calendar date of ISO 8601, with or without a time of day."""
    from datetime import date

    found = _ISO.fullmatch(value)
    if not found:
        return False
    try:
        date(*(int(part) for part in found.group(1, 2, 3)))
    except ValueError:
        return False
    return True


class SourcesFile:
    """The tables of one `sources.toml`, in their order."""

    def __init__(self, tables: list[tuple[re.Pattern[str], Metadata]]) -> None:
        self._tables = tables

    @classmethod
    def load(cls, path: Path) -> SourcesFile:
        """Return what is in the file at `path`.

        Raises InputProblem that names the line, the table and the key if it cannot be read, is
        no TOML, or holds what is not allowed.
        """
        text = _read(path)
        from pydantic import ValidationError

        from annotator.ingest.sources_schema import Sources

        try:
            sources = Sources.model_validate(_toml(text, path))
        except ValidationError as problem:
            raise _explained(problem, text, path) from problem
        return cls(
            [
                (_pattern(table.patterns), Metadata(**table.model_dump(exclude={"files"})))
                for table in sources.source
            ]
        )

    def for_file(self, relative: str) -> Metadata:
        """Return the metadata for a file, named by its path from the folder of `sources.toml`."""
        known = Metadata()
        for pattern, metadata in self._tables:
            if pattern.fullmatch(relative):
                known = metadata.merged(known)
        return known


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except OSError as problem:
        raise InputProblem(f"cannot be read: {problem.strerror}", file=str(path)) from problem
    except UnicodeDecodeError as problem:
        raise InputProblem("it is not UTF-8, as TOML must be", file=str(path)) from problem


def _toml(text: str, path: Path) -> dict[str, Any]:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        place = re.search(r" \(at line (\d+), column (\d+)\)", str(problem))
        line, column = (int(place.group(1)), int(place.group(2))) if place else (None, None)
        reason = re.sub(r" \(at .*\)", "", str(problem))
        raise InputProblem(
            f"it is not TOML: {reason}", file=str(path), line=line, column=column
        ) from problem


def _explained(problem: ValidationError, text: str, path: Path) -> InputProblem:
    """Return the first finding of pydantic in the words of the file."""
    first = problem.errors(include_url=False)[0]
    place = first["loc"]
    table = place[1] if len(place) > 1 and isinstance(place[1], int) else None
    key = place[2] if len(place) > 2 else place[0] if table is None else None
    allowed = ["source"] if table is None else ["files", *FIELDS]
    where = f"[[source]] table {table + 1}: " if table is not None else ""
    what = f'"{key}": ' if key is not None else ""
    reason = {
        "extra_forbidden": "no such key",
        "missing": "it is missing",
    }.get(first["type"], first["msg"].removeprefix("Value error, "))
    return InputProblem(
        f"{where}{what}{reason}",
        file=str(path),
        line=_line_of(text, table, key),
        hint=f"allowed: {', '.join(allowed)}",
    )


def _line_of(text: str, table: int | None, key: str | int | None) -> int | None:
    """Return the line of a key of a table, of the table if the key is not there, or None.

    The parser keeps no places, so the lines are searched for what begins like them.
    """
    lines = text.split("\n")
    begin = 0
    if table is not None:
        heads = [n for n, line in enumerate(lines) if re.match(r"\s*\[\[\s*source\s*\]\]", line)]
        if table >= len(heads):
            return None
        begin = heads[table]
    start = re.compile(rf"""\s*["'\[]*{re.escape(str(key))}["'\]]*\s*(=|$)""")
    for number, line in enumerate(lines[begin:], begin + 1):
        if key is not None and start.match(line):
            return number
        if table is not None and number > begin + 1 and line.lstrip().startswith("["):
            break
    return begin + 1 if table is not None else None


@lru_cache(maxsize=256)
def _glob(pattern: str) -> str:
    """Return a glob as a regular expression: `*` and `?` within a name, `**` across folders.

    `fnmatch` lets `*` cross folders, and pathlib learned `**` in 3.13 only.
    """
    parts = re.split(r"(\*\*/|\*\*|\*|\?|\[!?[^]/]+\])", pattern)
    meanings = {"**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    expression = ""
    for part in parts:
        if part in meanings:
            expression += meanings[part]
        elif part.startswith("[") and part.endswith("]"):
            inside = part[1:-1].replace("\\", "\\\\")
            expression += (
                "[" + re.sub(r"^[!^]", lambda m: "^" if m[0] == "!" else "\\^", inside) + "]"
            )
        else:
            expression += re.escape(part)
    return expression


def _pattern(globs: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{_glob(glob)})" for glob in globs), re.DOTALL)
