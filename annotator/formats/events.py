"""Events as JSON lines: the history of a reviewer as a file that git can compare and merge.

A line is one event and depends on nothing else, and lines are sorted by time: what is added later
moves no line. Reading takes lines in any order, and the same one more than once.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Annotated, Any, Final, Literal, NamedTuple

from msgspec import Raw
from msgspec.json import Encoder
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
)

from annotator.core import scheme
from annotator.core.errors import InputProblem
from annotator.core.history import (
    ADJUDICATE,
    ASSIGN,
    DISCUSS,
    JOIN,
    KINDS,
    PROJECT,
    RETEST,
    SCHEME,
    UNASSIGN,
    WRONG,
    Event,
)
from annotator.core.text import one_line
from annotator.formats.json_lines import harmless, keys

FIELDS: Final = (
    "id", "prev", "number", "reviewer", "kind", "sentence", "document", "payload", "created_at",
)  # fmt: skip
"""The keys of a line, in order. `document` is the id of the document that the sentence is in."""

_LONGEST: Final = 120
"""Characters of a file's name without its suffix; file systems allow 255 bytes."""
_PLAIN: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")
_CONFLICT: Final = re.compile(rb"(<<<<<<<|>>>>>>>|\|\|\|\|\|\|\|) |=======\s*$")
_COLUMN: Final = re.compile(r" at line \d+ column (\d+)$")
_NO_NUMBER: Final = re.compile("NaN|Infinity")
_ENCODER: Final = Encoder()


class Line(NamedTuple):
    """An event that was read: the number of its line, and the document of its sentence or ''."""

    number: int
    event: Event
    document: str


def line(event: Event, document: str) -> bytes:
    """Return `event` as a line; `document` is the id of its sentence's document, or ''."""
    values = (
        event.id, event.prev, event.number, event.reviewer, event.kind, event.sentence, document,
        Raw(event.content.encode()), event.created_at,
    )  # fmt: skip
    return harmless(_ENCODER.encode_lines([dict(zip(FIELDS, values, strict=True))]))


def is_ours(first_line: bytes) -> bool:
    """Return whether a file that begins with `first_line` holds events."""
    return keys(first_line) == list(FIELDS)


def is_conflict(line: bytes) -> bool:
    """Return whether a line is what git marks a conflict with."""
    return _CONFLICT.match(line) is not None


def file_name(reviewer: str) -> str:
    """Return the name of a reviewer's file, of its own for each name on any file system.

    Lower-case letters, digits and `-` are themselves, a space is `+`, a capital has `_` before its
    small letter, and everything else is in percent, as UTF-8.
    """
    name = "".join(map(_safe, reviewer))
    if len(name) > _LONGEST:
        name = f"{name[: _LONGEST - 65]}.{hashlib.sha256(name.encode()).hexdigest()}"
    return f"{name}.jsonl"


def _safe(char: str) -> str:
    if char in _PLAIN:
        return char
    if "A" <= char <= "Z":
        return f"_{char.lower()}"
    return "+" if char == " " else "".join(f"%{byte:02x}" for byte in char.encode())


# -- reading -----------------------------------------------------------------------------------


def _without_nul(text: str) -> str:
    if "\0" in text:
        raise ValueError("there is a NUL in it")
    return text


Text = Annotated[str, AfterValidator(_without_nul)]
Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
Id = Annotated[str, Field(pattern=r"^([0-9a-f]{16})?$")]
Moment = Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")]
Sure = Literal[1, 2, 3] | None


class _Line(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)

    id: Hash
    prev: Hash | None
    number: Annotated[int, Field(ge=1, lt=1 << 62)]
    reviewer: Annotated[Text, Field(min_length=1, max_length=100)]
    kind: str
    sentence: Id
    document: Id = ""
    payload: dict[str, Any]
    created_at: Moment


class _Payload(BaseModel):
    """What of a payload decides what is made of an event; it may hold more."""

    model_config = ConfigDict(extra="allow", strict=True)


class _Skip(_Payload):
    confidence: Sure = None
    tags: list[Text] = Field(default_factory=list)
    note: Text | None = None
    seconds: float | None = None
    shown: list[str] = Field(default_factory=list)
    guideline: Text | None = None


class _Label(_Skip):
    label: Annotated[Text, Field(min_length=1)]


class _Decided(_Payload):
    label: Annotated[Text, Field(min_length=1)]


class _Flag(_Payload):
    on: bool


class _Said(_Payload):
    text: Text


class _Tags(_Payload):
    tags: list[Text]


class _Confidence(_Payload):
    value: Sure


class _Sentence(_Payload):
    sentence: bool


class _Wrong(_Payload):
    model: str
    kind: str
    entry: str | None
    start: int
    end: int
    on: bool


class _State(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    label: Text | None = None
    skipped: bool = False
    flagged: bool = False
    asked: bool = False
    confidence: Sure = None
    tags: list[Text] = Field(default_factory=list)
    note: Text | None = None
    seconds: float | None = None
    suggestion_shown: bool = False
    guideline: Text | None = None
    created_at: Text | None = None


class _TakenOver(_Payload):
    state: _State


class _Turned(_Payload):
    event: Hash


class _Adjudicated(_Decided):
    reason: Text | None = None
    note: Text | None = None
    at: Text | None = None


class _Assigned(_Payload):
    to: dict[Annotated[Text, Field(min_length=1, max_length=100)], list[str]]


class _Unassigned(_Payload):
    reviewer: str | None
    events: list[str]


class _Joined(_Payload):
    heads: Annotated[list[Hash], Field(min_length=1)]


class _Scheme(_Payload):
    id: str
    labels: list[str]
    text: str
    origin: Annotated[str, Field(alias="from")]
    mapping: dict[str, str | None]
    step: Annotated[int, Field(ge=1)]

    @field_validator("text")
    @classmethod
    def _readable(cls, text: str) -> str:
        try:
            scheme.read(text)
        except (KeyError, TypeError) as error:
            raise ValueError(f"this is no scheme: {error}") from error
        return text


_PAYLOADS: Final[Mapping[str, type[BaseModel]]] = {
    "label": _Label,
    "skip": _Skip,
    "flag": _Flag,
    "note": _Said,
    "tags": _Tags,
    "confidence": _Confidence,
    "unit": _Sentence,
    WRONG: _Wrong,
    RETEST: _Decided,
    ADJUDICATE: _Adjudicated,
    DISCUSS: _Said,
    "import": _TakenOver,
    "carry": _TakenOver,
    "undo": _Turned,
    "redo": _Turned,
    ASSIGN: _Assigned,
    UNASSIGN: _Unassigned,
    JOIN: _Joined,
    SCHEME: _Scheme,
}


class NotAnEvent(ValueError):
    """Something that cannot be an event; says why, and what to do where that is known."""

    def __init__(self, reason: str, hint: str | None = None, column: int | None = None) -> None:
        super().__init__(reason)
        self.hint = hint
        self.column = column


def read(lines: Iterable[bytes], file: str) -> Iterator[Line]:
    """Yield the events of a file, each id computed again; empty lines are passed over.

    Raises InputProblem at the first line that is no event, or is not what its id was made from.
    """
    for number, content in enumerate(lines, 1):
        if content.isspace():
            continue
        try:
            if content[:1] != b"{" and is_conflict(content):
                raise NotAnEvent(
                    "git left the mark of a conflict here",
                    "take out the lines with <<<<<<<, ======= and >>>>>>>; keep all others",
                )
            given = _checked(_Line.model_validate_json, content)
            yield Line(number, _event(given), given.document)
        except NotAnEvent as problem:
            raise InputProblem(
                str(problem), file=file, line=number, column=problem.column, hint=problem.hint
            ) from problem


def event_of(values: Mapping[str, Any]) -> Event:
    """Return the event that has these `FIELDS`, its id computed again. Raises NotAnEvent."""
    return _event(_checked(_Line.model_validate, values))


def _checked(check: Callable[[Any], _Line], given: object) -> _Line:
    try:
        found = check(given)
        if (model := _PAYLOADS.get(found.kind)) is not None:
            model.model_validate(found.payload)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        reason = first["msg"].removeprefix("Value error, ").removeprefix("Invalid JSON: ")
        if column := _COLUMN.search(reason):
            raise NotAnEvent(
                f"it is not JSON: {reason[: column.start()]}", column=int(column[1])
            ) from error
        raise NotAnEvent(one_line(f"{place}: {reason}" if place else reason)) from error
    return found


def _event(given: _Line) -> Event:
    if given.kind not in KINDS:
        raise NotAnEvent(
            f"{one_line(given.kind, 40)!r} is no kind of event that is known here",
            "it may be of a newer annotator: update this one",
        )
    if (given.sentence == "") != (given.kind in PROJECT):
        raise NotAnEvent(f"a {given.kind} event is about {_ABOUT[given.kind in PROJECT]}")
    event = Event(
        given.reviewer, given.number, given.prev, given.kind, given.sentence, given.payload,
        given.created_at,
    )  # fmt: skip
    if _NO_NUMBER.search(event.content) and not _is_json(event.payload):
        raise NotAnEvent("payload: there is a number in it that JSON does not know")
    if event.id != given.id:
        raise NotAnEvent(
            "its content is not what its id was made from",
            "it was changed after it was written: take the file from where it came again",
        )
    return event


def _is_json(payload: Mapping[str, Any]) -> bool:
    try:
        json.dumps(payload, allow_nan=False)
    except ValueError:
        return False
    return True


_ABOUT: Final = ("a sentence", "the project and no sentence")
