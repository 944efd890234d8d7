"""Many texts in one file: JSON, JSON lines, CSV and TSV, with their columns as metadata.

Lines end at a line feed only: U+2028 and its like stand inside JSON strings, so that
`str.splitlines` would cut records apart.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NoReturn

from annotator.core.errors import InputProblem
from annotator.core.text import one_line, unix_newlines
from annotator.ingest.encoding import MEND, decode, unstorable
from annotator.ingest.metadata import FIELDS, Metadata, language_code
from annotator.ingest.raw import RawDocument, ReadOptions

NOTHING: Final = Metadata()

TEXT_FIELDS: Final = ("text", "body", "content", "article", "texte")
"""Names of the column that holds the text, the first that is there."""

# What exports of news APIs, crawlers and archives call these columns; the first that is filled.
_ALIASES: Final[dict[str, tuple[str, ...]]] = {
    "id": ("id", "key", "guid", "uuid", "doc_id", "document_id"),
    "title": ("title", "headline", "titre"),
    "source": ("source", "publisher", "outlet", "site", "sitename", "site_name", "publication"),
    "url": ("url", "link", "uri", "permalink"),
    "published": (
        "published", "date", "published_at", "publishedat", "publication_date", "date_published",
        "pubdate", "pub_date",
    ),
    "author": ("author", "authors", "byline", "creator", "auteur"),
    "language": ("language", "lang", "langue"),
}  # fmt: skip

_EXPORTED: Final = {"schema", "text_sha256", "start_utf16"}
"""Fields that only the records of `annotator export` have together."""

_DELIMITERS: Final = (",", ";", "\t")
_SPACE: Final = re.compile(r"[ \t\n\r]*")
# The largest limit that `csv` takes where a C long has 32 bits.
_LARGEST_FIELD: Final = 2**31 - 1


def read_jsonl(name: str, data: bytes, options: ReadOptions) -> Iterator[RawDocument]:
    """Yield a text for every line that holds an object. Raises InputProblem."""
    text, used = decode(data, file=name, encoding=options.encoding)
    records = _Records(name, used, options)
    for number, whole in enumerate(_lines(text), 1):
        line = whole.removesuffix("\n")
        if not _SPACE.fullmatch(line):
            value, stop = _value(line, 0, name, number)
            stop = _skip(line, stop)
            if stop < len(line):
                _refuse_json("something follows the object", line, stop, name, number)
            yield records.document(value, number)


def read_json(name: str, data: bytes, options: ReadOptions) -> Iterator[RawDocument]:
    """Yield a text for every object of an array, or of objects one after the other.

    Raises InputProblem.
    """
    text, used = decode(data, file=name, encoding=options.encoding)
    records = _Records(name, used, options)
    position = _skip(text, 0)
    array = text[position] == "["
    position = _skip(text, position + array)
    counted, line, first = 0, 1, True
    while position < len(text) and not (array and text[position] == "]"):
        if array and not first:
            if text[position] != ",":
                _refuse_json("a comma or ] is missing", text, position, name)
            position = _skip(text, position + 1)
        line += text.count("\n", counted, position)
        counted, first = position, False
        value, position = _value(text, position, name)
        yield records.document(value, line)
        position = _skip(text, position)
    if array:
        if position == len(text):
            _refuse_json("the ] of the array is missing", text, position, name)
        position = _skip(text, position + 1)
        if position < len(text):
            _refuse_json("something follows the array", text, position, name)
    if first:
        raise InputProblem("the array is empty", file=name)


def read_csv(name: str, data: bytes, options: ReadOptions) -> Iterator[RawDocument]:
    """Yield a text for every row below the header. Raises InputProblem."""
    text, used = decode(data, file=name, encoding=options.encoding)
    records = _Records(name, used, options)
    # A text may be longer than the 128 kB that a field may have by default.
    longest = min(len(text) + 1, _LARGEST_FIELD)
    csv.field_size_limit(max(csv.field_size_limit(), longest))
    rows = _rows(name, text, _delimiter(text, options))
    line, header = next(rows, (1, []))
    header = [column.strip() for column in header]
    for column in header:
        if header.count(column) > 1:
            raise InputProblem(f'two columns are called "{one_line(column)}"', file=name, line=line)
    for line, row in rows:
        if len(row) != len(header):
            raise InputProblem(
                f"this row has {len(row)} fields, the header {len(header)}",
                file=name,
                line=line,
                hint="fields that hold the delimiter or a line end stand in double quotes",
            )
        yield records.document(dict(zip(header, row, strict=True)), line)
    if not records.seen:
        raise InputProblem(
            "there are no rows below the header", file=name, hint="the first row names the columns"
        )


class _Records:
    """Makes documents of the records of one file, and watches that no id comes twice."""

    def __init__(self, name: str, encoding: str, options: ReadOptions) -> None:
        self._name = name
        self._encoding = encoding
        self._text_field = options.text_field
        self.seen: dict[str, int] = {}

    def document(self, record: Any, line: int) -> RawDocument:
        """Return the document of `record`, which begins on `line`. Raises InputProblem."""
        if not isinstance(record, dict):
            raise InputProblem(
                f"an object is expected here, not {_kind(record)}", file=self._name, line=line
            )
        if record.keys() >= _EXPORTED:
            # In a file of this name every labelled sentence would become an article.
            raise InputProblem(
                "it is an export of labels, not articles",
                file=self._name,
                line=line,
                hint="`annotator import` takes the labels of a JSONL export; keep exports out of"
                " corpus/",
            )
        text = self._text(record, line)
        stated = metadata(record, file=self._name, line=line)
        key = _first(record, "id") or str(line)
        self._storable(key, "the id", line)
        if key in self.seen:
            raise InputProblem(
                f'the id "{one_line(key, 60)}" is that of line {self.seen[key]} too',
                file=self._name,
                line=line,
            )
        self.seen[key] = line
        # As `annotator export --with-documents` writes it.
        markdown = record.get("markup") == "markdown"
        return RawDocument(key, text, self._encoding, stated, markdown, line)

    def _text(self, record: Mapping[str, Any], line: int) -> str:
        field = _text_field(record, self._text_field)
        if field is None:
            wanted = f'"{self._text_field}"' if self._text_field else " or ".join(TEXT_FIELDS)
            raise InputProblem(
                f"there is no field {wanted}; there are: {one_line(', '.join(record)) or 'none'}",
                file=self._name,
                line=line,
                hint="name the field that holds the text with --text-field",
            )
        text = record[field]
        what = f'the field "{one_line(field, 60)}"'
        if not isinstance(text, str):
            raise InputProblem(f"{what} is {_kind(text)}, no text", file=self._name, line=line)
        self._storable(text, what, line)
        if not text or text.isspace():
            raise InputProblem(f"there is no text in {what}", file=self._name, line=line)
        return unix_newlines(text)

    def _storable(self, text: str, what: str, line: int) -> None:
        problem = unstorable(text)
        if problem:
            raise InputProblem(
                f"there is {problem} in {what}", file=self._name, line=line, hint=MEND
            )


def metadata(record: Mapping[str, Any], *, file: str, line: int | None = None) -> Metadata:
    """Return what the columns of a record say, under any of their usual names.

    A language that is no code is left out, so that it is found from the text. Raises
    InputProblem for what cannot be stored.
    """
    stated = {field: _first(record, field) for field in FIELDS}
    for field, value in stated.items():
        problem = unstorable(value or "")
        if problem:
            raise InputProblem(f'there is {problem} in "{field}"', file=file, line=line, hint=MEND)
    if stated["language"]:
        stated["language"] = language_code(stated["language"])
    return Metadata(**stated)


def _first(record: Mapping[str, Any], field: str) -> str | None:
    names = {_folded(name): name for name in record}
    for alias in _ALIASES[field]:
        if alias in names:
            value = _plain(record[names[alias]])
            if value:
                return value
    return None


def _plain(value: Any) -> str:
    """Return a value of JSON as one line of text, "" if it says nothing that fits in one."""
    if isinstance(value, dict):
        # News APIs give publishers and authors as objects with a name.
        value = value.get("name")
    if isinstance(value, list):
        return ", ".join(filter(None, map(_plain, value)))
    if isinstance(value, str):
        return " ".join(value.split())
    return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else ""


def _folded(name: str) -> str:
    return name.strip().lower().replace("-", "_").replace(" ", "_")


def _text_field(record: Mapping[str, Any], wanted: str | None) -> str | None:
    if wanted is not None and wanted in record:
        return wanted
    names = {name.strip().lower(): name for name in record}
    for candidate in (wanted.strip().lower(),) if wanted is not None else TEXT_FIELDS:
        if candidate in names:
            return names[candidate]
    return None


def _lines(text: str) -> Iterator[str]:
    """Yield the lines of `text` with their line feeds."""
    start = 0
    while start < len(text):
        end = text.find("\n", start) + 1 or len(text)
        yield text[start:end]
        start = end


def _value(text: str, position: int, name: str, line: int | None = None) -> tuple[Any, int]:
    """Return the value of JSON that begins at `position`, and where it ends.

    `line` is the line of the file that `text` is, None if it is the whole file.
    """
    try:
        return _DECODER.raw_decode(text, position)
    except json.JSONDecodeError as problem:
        _refuse_json(f"it is not JSON: {problem.msg}", text, problem.pos, name, line, problem)
    except ValueError as problem:
        # A number with more digits than Python converts, or one of JavaScript's words.
        _refuse_json(f"it is not JSON: {problem}", text, position, name, line, problem)
    except RecursionError as problem:
        _refuse_json("it is nested too deeply", text, position, name, line, problem)


def _refuse_json(
    reason: str,
    text: str,
    position: int,
    name: str,
    line: int | None = None,
    cause: Exception | None = None,
) -> NoReturn:
    line = text.count("\n", 0, position) + 1 if line is None else line
    column = position - text.rfind("\n", 0, position)
    raise InputProblem(reason, file=name, line=line, column=column) from cause


def _skip(text: str, position: int) -> int:
    found = _SPACE.match(text, position)
    return found.end() if found else position


def _not_json(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number")


_DECODER: Final = json.JSONDecoder(parse_constant=_not_json)


def _kind(value: Any) -> str:
    kinds = {dict: "an object", list: "an array", str: "a string", bool: "a truth value"}
    return kinds.get(type(value), "null" if value is None else "a number")


def _delimiter(text: str, options: ReadOptions) -> str:
    """Return the delimiter under which the header has a column for the text, or most columns.

    Counting delimiters in the rows would count the commas of the articles.
    """
    best = (False, 0, _DELIMITERS[0])
    for delimiter in _DELIMITERS:
        rows = csv.reader(_lines(text[:65_536]), delimiter=delimiter)
        header = next((row for row in rows if any(row)), [])
        named = _text_field(dict.fromkeys(header), options.text_field) is not None
        if (named, len(header)) > best[:2]:
            best = (named, len(header), delimiter)
    return best[2]


def _rows(name: str, text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that hold anything, each with the line it begins on."""
    reader = csv.reader(_lines(text), delimiter=delimiter, strict=True)
    line = 1
    while True:
        try:
            row = next(reader, None)
        except csv.Error as problem:
            raise InputProblem(
                f"it is not CSV: {problem}",
                file=name,
                line=line,
                hint="a double quote in a quoted field is written twice",
            ) from problem
        if row is None:
            return
        if any(row):
            yield line, row
        line = reader.line_num + 1
