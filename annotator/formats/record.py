"""The training record as pydantic models: what an import accepts, and the published JSON Schema.

An export does not go through these models, which would cost most of its time; tests hold every
exported line against them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    ValidationError,
    model_validator,
)
from pydantic_core import CoreSchema, core_schema

from annotator.core.errors import InputProblem
from annotator.core.scheme import Scheme, built_in
from annotator.core.text import one_line, sentence_id, sha256
from annotator.formats.values import POLICIES

URN: Final = "urn:annotator:record:1"
DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

_BOM: Final = b"\xef\xbb\xbf"
_COLUMN: Final = re.compile(r" at line \d+ column (\d+)$")


class _Checked:
    """A value checked against the scheme that records are read by just then."""

    def __init__(
        self, check: Callable[[Any], Any], json_schema: Callable[[], dict[str, Any]]
    ) -> None:
        self._check = check
        self._json_schema = json_schema

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(
        self,
        schema: CoreSchema,
        handler: GetJsonSchemaHandler,
    ) -> dict[str, Any]:
        return self._json_schema()


def _one_of(names: Callable[[], tuple[str, ...]]) -> _Checked:
    def check(value: str) -> str:
        if value not in names():
            raise ValueError(f"{one_line(value, 40)!r} is none of {', '.join(names())}")
        return value

    return _Checked(check, lambda: {"type": "string", "enum": list(names())})


_SCHEME: Final[ContextVar[Scheme | None]] = ContextVar("scheme", default=None)


@contextmanager
def _by(scheme: Scheme) -> Iterator[None]:
    token = _SCHEME.set(scheme)
    try:
        yield
    finally:
        _SCHEME.reset(token)


def _labels() -> tuple[str, ...]:
    return (_SCHEME.get() or built_in()).names


def _decisions() -> tuple[str, ...]:
    return tuple(label.name for label in (_SCHEME.get() or built_in()).every)


def _ballot(votes: dict[str, float]) -> dict[str, float]:
    if set(votes) != set(_labels()):
        raise ValueError(f"there must be one number for each of {', '.join(_labels())}")
    return votes


def _by_label(of_each: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": dict.fromkeys(_labels(), of_each),
        "required": list(_labels()),
        "additionalProperties": False,
    }


def _ballot_schema() -> dict[str, Any]:
    return _by_label({"type": "integer", "minimum": 0})


def _soft_schema() -> dict[str, Any]:
    return _by_label({"type": "number", "minimum": 0, "maximum": 1})


def _without_nul(text: str) -> str:
    if "\0" in text:
        raise ValueError("there is a NUL in it")
    return text


def _moment(text: str) -> str:
    datetime.fromisoformat(text.removesuffix("Z"))
    return text


Text = Annotated[str, AfterValidator(_without_nul)]
Name = Annotated[Text, Field(min_length=1)]
Id = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Offset = Annotated[int, Field(ge=0)]
Moment = Annotated[
    str,
    Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$"),
    AfterValidator(_moment),
]
Label = Annotated[str, _one_of(_labels)]
Decision = Annotated[str, _one_of(_decisions)]
Votes = Annotated[dict[str, Offset], _Checked(_ballot, _ballot_schema)]
Policy = Annotated[str, _one_of(lambda: POLICIES)]
Share = Annotated[float, Field(ge=0, le=1)]
SoftLabel = Annotated[dict[str, Share], _Checked(_ballot, _soft_schema)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


class RecordAdjudication(_Strict):
    """What an adjudicator decided the sentence is, whatever became of it by the policy."""

    by: Name = Field(description="The adjudicator's name, or a stable pseudonym.")
    label: Decision = Field(description='A label, or "none": not an asserting sentence.')
    reason: Text | None = Field(description="The rule of the guideline that decided.")
    note: Text | None
    created_at: Moment = Field(description="When it was decided: UTC, milliseconds.")


class RecordAnnotation(_Strict):
    """What one reviewer says of the sentence."""

    reviewer: Name = Field(description="The reviewer's name, or a stable pseudonym.")
    label: Decision = Field(description='A label, or "none": not an asserting sentence.')
    confidence: Literal[1, 2, 3] | None = Field(description="3 sure, 2 leaning, 1 guess.")
    tags: list[Text]
    note: Text | None
    created_at: Moment = Field(description="When the label was given: UTC, milliseconds.")
    seconds: Annotated[float, Field(ge=0)] | None = Field(
        description="Time the label took, without idle time."
    )
    suggestion_shown: bool = Field(
        description="Whether baseline or suggestion were seen before the label was given."
    )
    guideline: Text | None = Field(description="Version of the guideline that was followed.")


class RecordSentiment(_Strict):
    """What a lexicon says of the sentence."""

    polarity: Annotated[float, Field(ge=-1, le=1)]
    subjectivity: Annotated[float, Field(ge=0, le=1)]
    analyzer: Name


class RecordSuggestion(_Strict):
    """What a model says of the sentence. Never called a label."""

    label: Label
    score: Annotated[float, Field(ge=0, le=1)]
    model: Name


class RecordDocument(_Strict):
    """The document the sentence stands in."""

    id: Id = Field(description="First 16 hex digits of the SHA-256 of the text.")
    title: str | None
    source: str | None = Field(description="Who published it.")
    url: str | None
    published: str | None
    language: str = Field(description='Language code; "und" where it is not known.')


class Record(_Strict):
    """A sentence of a news article with the label that reviewers gave it: one line of an export."""

    model_config = ConfigDict(
        title="Training record", json_schema_serialization_defaults_required=True
    )

    scheme: Name = Field(alias="schema", description="The label scheme and its version.")
    id: Id = Field(description="Derived from the document's id and the offsets.")
    text: str = Field(min_length=1)
    label: Label | None = Field(
        description="The resolved content label; null if there is none, or if it is no sentence."
    )
    resolution: Literal[
        "single", "unanimous", "majority", "adjudicated", "dawid-skene", "unresolved"
    ] = Field(description="How several annotations became one decision.")
    policy: Policy | None = Field(
        default=None, description="What was asked for; null in records of before there was one."
    )
    votes: Votes = Field(description="Annotations by content label.")
    soft_label: SoftLabel | None = Field(
        default=None,
        description="Shares of the votes for content labels, or their probabilities"
        " (dawid-skene), to four decimals; null where there is none.",
    )
    adjudication: RecordAdjudication | None = Field(
        default=None, description="The latest, where there are several; null without any."
    )
    annotations: list[RecordAnnotation] = Field(description="By reviewer, sorted by name.")
    sentiment: RecordSentiment | None = Field(
        description="Null where the language has no analyser."
    )
    suggestion: RecordSuggestion | None = Field(
        description="Null where nothing speaks for a label, or no model was asked."
    )
    document: RecordDocument
    start: Offset = Field(description="Code points into the document's text.")
    end: Offset = Field(description="Exclusive.")
    start_utf16: Offset = Field(description="The same place in UTF-16 code units.")
    end_utf16: Offset
    prefix: str = Field(max_length=32, description="What stands before the sentence.")
    suffix: str = Field(max_length=32, description="What stands after it.")
    text_sha256: Hash = Field(description="SHA-256 of the sentence's text in UTF-8.")
    duplicate_group: Id | None = Field(
        description="Shared by sentences that say nearly the same in nearly the same words."
    )
    split: str | None = Field(description="The part of the data it belongs to.")

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Record:
        if self.end - self.start != len(self.text):
            raise ValueError("the text is not as long as start and end say")
        if self.id != sentence_id(self.document.id, self.start, self.end):
            raise ValueError("the id is not that of this place in this document")
        if self.text_sha256 != sha256(self.text):
            raise ValueError("text_sha256 is not that of the text")
        names = [given.reviewer for given in self.annotations]
        if len(set(names)) < len(names):
            raise ValueError("a reviewer has two annotations")
        return self


def schema(scheme: Scheme | None = None) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a line of a JSONL export by a scheme."""
    with _by(scheme or built_in()):
        # Of what is written: there every key is.
        found = Record.model_json_schema(by_alias=True, mode="serialization")
        return {"$schema": DIALECT, "$id": URN, **found}


def read(
    lines: Iterable[bytes],
    file: str,
    scheme: Scheme | None = None,
    former: Mapping[str, Scheme] | None = None,
) -> Iterator[tuple[int, Record]]:
    """Yield the records of an export with the numbers of their lines; empty lines are passed over.

    They are by `scheme` (default: the built-in one), or by one of `former`, by id. Raises
    InputProblem at the first line that is no record.
    """
    present = scheme or built_in()
    for number, line in enumerate(lines, 1):
        content = line.removeprefix(_BOM) if number == 1 else line
        if not content.isspace():
            name = _scheme_of(content)
            known = (former or {}).get(name or "", present)
            if name not in {None, known.id}:
                raise InputProblem(
                    f"its labels are those of {one_line(str(name), 40)!r}; here they are"
                    f" {known.id}",
                    file=file,
                    line=number,
                    hint="`annotator scheme use FILE` with the scheme of that project takes them",
                )
            with _by(known):
                found = _record(content, file, number)
            yield number, found


_BEGINNING: Final = re.compile(rb'\s*\{\s*"schema"\s*:\s*("(?:[^"\\]|\\.)*")')


def _scheme_of(line: bytes) -> str | None:
    """Return the scheme of a record, which stands first in it; None where it does not."""
    found = _BEGINNING.match(line)
    try:
        return str(json.loads(found[1])) if found else None
    except ValueError:
        return None


def _record(line: bytes, file: str, number: int) -> Record:
    try:
        return Record.model_validate_json(line)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        reason = first["msg"].removeprefix("Value error, ").removeprefix("Invalid JSON: ")
        column = _COLUMN.search(reason)
        if column:
            reason = f"it is not JSON: {reason[: column.start()]}"
        raise InputProblem(
            one_line(f"{place}: {reason}" if place else reason),
            file=file,
            line=number,
            column=int(column[1]) if column else None,
            hint="nothing was changed; only a JSONL export can be imported",
        ) from error
