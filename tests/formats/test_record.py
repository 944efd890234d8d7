"""What is a record and what is not, with the file, the line and the reason."""

from __future__ import annotations

import copy
import json

import jsonschema
import pytest

from annotator.core.errors import InputProblem
from annotator.core.scheme import built_in
from annotator.core.text import document_id, sentence_id, sha256
from annotator.formats import json_lines, record

TEXT = "A plant opened in May."
DOCUMENT = document_id(TEXT)


def valid() -> dict:
    return {
        "schema": "credibility/1",
        "id": sentence_id(DOCUMENT, 0, len(TEXT)),
        "text": TEXT,
        "label": "factual",
        "resolution": "single",
        "policy": "adjudicated-or-majority",
        "votes": {"factual": 1, "speculative": 0, "promotional": 0},
        "soft_label": {"factual": 1.0, "speculative": 0, "promotional": 0},
        "adjudication": {
            "by": "cleo", "label": "none", "reason": "R0", "note": None,
            "created_at": "2026-11-21T12:03:04.120Z",
        },
        "annotations": [
            {
                "reviewer": "ana", "label": "factual", "confidence": 3, "tags": ["number"],
                "note": None, "created_at": "2026-11-21T12:03:04.120Z", "seconds": 3.1,
                "suggestion_shown": False, "guideline": "1.0",
            }
        ],
        "sentiment": {"polarity": -0.5, "subjectivity": 0, "analyzer": "textblob-en"},
        "suggestion": None,
        "document": {
            "id": DOCUMENT, "title": None, "source": "x", "url": None, "published": None,
            "language": "en",
        },
        "start": 0, "end": len(TEXT), "start_utf16": 0, "end_utf16": len(TEXT),
        "prefix": "", "suffix": "", "text_sha256": sha256(TEXT), "duplicate_group": None,
        "split": None,
    }  # fmt: skip


def changed(path: str, value: object) -> dict:
    """A valid record with one value replaced (`...`: removed)."""
    result = copy.deepcopy(valid())
    *parents, last = path.split(".")
    place = result
    for step in parents:
        place = place[int(step)] if step.isdigit() else place[step]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return result


def read(*lines: bytes) -> list[tuple[int, record.Record]]:
    return list(record.read(lines, "f.jsonl"))


def refused(*lines: bytes) -> InputProblem:
    with pytest.raises(InputProblem) as caught:
        read(*lines)
    return caught.value


WRONG = [
    ("schema", ""),
    ("schema", ...),
    ("id", "XYZ"),
    ("label", "great"),
    ("label", "none"),
    ("resolution", "guessed"),
    ("votes", {"factual": 1}),
    ("votes.factual", -1),
    ("votes.other", 0),
    ("annotations.0.label", None),
    ("annotations.0.label", "great"),
    ("annotations.0.reviewer", ""),
    ("annotations.0.confidence", 4),
    ("annotations.0.confidence", "3"),
    ("annotations.0.seconds", -1),
    ("annotations.0.created_at", "2026-11-21 12:03:04"),
    ("annotations.0.extra", 1),
    ("sentiment.polarity", 1.5),
    ("document.id", "g" * 16),
    ("start", -1),
    ("start", 0.5),
    ("prefix", "x" * 33),
    ("text_sha256", "0" * 63),
    ("duplicate_group", "12"),
    ("surplus", 1),
]
WRONG_ONLY_FOR_US = [
    ("annotations.0.reviewer", "a\0b"),
    ("annotations.0.note", "\0"),
    ("annotations.0.tags", ["\0"]),
    ("annotations.0.created_at", "2026-99-99T12:03:04.120Z"),
    ("id", "0" * 16),
    ("document.id", "0" * 16),
    ("text_sha256", "0" * 64),
    ("text", "A plant opened in June."),
    ("end", 5),
    ("annotations", valid()["annotations"] * 2),
]
"""What a JSON Schema cannot say, or not well."""


def test_a_record_is_read():
    line = json.dumps(valid()).encode()
    [(number, found)] = read(line)
    assert number == 1
    assert found.scheme == "credibility/1"
    assert found.model_dump(by_alias=True) == valid()
    jsonschema.validate(valid(), record.schema(), jsonschema.Draft202012Validator)


@pytest.mark.parametrize(("path", "value"), [*WRONG, *WRONG_ONLY_FOR_US])
def test_what_is_no_record_is_refused(path, value):
    problem = refused(json.dumps(valid()).encode(), json.dumps(changed(path, value)).encode())
    assert (problem.file, problem.line) == ("f.jsonl", 2)
    assert problem.message.startswith("f.jsonl:2: ")
    assert "\n" not in problem.message


@pytest.mark.parametrize(("path", "value"), WRONG)
def test_the_published_schema_refuses_it_too(path, value):
    validator = jsonschema.Draft202012Validator(record.schema())
    assert not validator.is_valid(changed(path, value))


def test_a_record_of_before_there_were_policies_is_one():
    former = {"policy", "soft_label", "adjudication"}
    older = {name: value for name, value in valid().items() if name not in former}
    ((_, found),) = record.read([json.dumps(older).encode()], "f.jsonl")
    assert (found.policy, found.soft_label, found.adjudication) == (None, None, None)
    assert json_lines.is_ours(json.dumps(older).encode())
    assert json_lines.is_ours(json.dumps(valid()).encode())


def test_the_schema_is_a_schema():
    schema = record.schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$id"] == "urn:annotator:record:1"
    assert schema["$schema"].endswith("2020-12/schema")
    assert schema["title"]
    assert schema["description"]
    assert tuple(schema["properties"]) == json_lines.FIELDS == tuple(schema["required"])
    votes = schema["properties"]["votes"]
    assert tuple(votes["required"]) == built_in().names
    assert votes["description"]


@pytest.mark.parametrize(
    "line", [b"{", b"nonsense", b'{"schema": "\xff"}', b'{"schema": "\\ud800"}', b"[]", b"NaN"]
)
def test_a_line_that_is_not_json_is_refused_with_its_place(line):
    problem = refused(b"\n", line)
    assert (problem.file, problem.line) == ("f.jsonl", 2)
    assert problem.hint


def test_the_column_is_told():
    problem = refused(b'{"schema": }')
    assert (problem.line, problem.column) == (1, 12)
    assert problem.message.startswith("f.jsonl:1:12: it is not JSON: ")


def test_a_byte_order_mark_and_empty_lines_are_passed_over():
    line = json.dumps(valid()).encode()
    numbers = [number for number, _ in read(b"\xef\xbb\xbf" + line + b"\r\n", b"\n", b" \n", line)]
    assert numbers == [1, 4]
    assert refused(line, b"\xef\xbb\xbf" + line).line == 2
