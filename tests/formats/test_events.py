"""Events as lines: read again as they were written, refused where anything is not as it was."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import RAW, hostile_text, storable_text

from annotator.core.errors import InputProblem
from annotator.core.history import Event
from annotator.formats import events

AT = "2026-05-01T10:00:00.000Z"
UNIT = "0123456789abcdef"

names = storable_text.filter(bool).map(lambda text: text[:100])
payloads = st.one_of(
    st.tuples(
        st.just("label"),
        st.fixed_dictionaries(
            {"label": st.sampled_from(["factual", "none"]), "note": st.none() | storable_text},
            optional={
                "seconds": st.floats(0, 1e9),
                "tags": st.lists(storable_text),
                "probability": st.floats(0, 1),
                "among": st.integers(0, 10**6),
            },
        ),
    ),
    st.tuples(st.just("note"), st.fixed_dictionaries({"text": hostile_text})),
    st.tuples(st.just("discuss"), st.fixed_dictionaries({"text": storable_text})),
    st.tuples(st.just("undo"), st.just({"event": "ab" * 16})),
).filter(lambda one: "\0" not in repr(one) and "\\x00" not in repr(one))


def event(
    kind: str = "label", payload: dict[str, object] | None = None, **changed: object
) -> Event:
    values = {
        "reviewer": "ana", "number": 1, "prev": None, "sentence": UNIT, "created_at": AT,
        "payload": {"label": "factual"} if payload is None else payload, **changed,
    }  # fmt: skip
    return Event(kind=kind, **values)  # type: ignore[arg-type]


def read(*lines: bytes) -> list[Event]:
    return [one.event for one in events.read(lines, "file.jsonl")]


@given(names, payloads)
def test_a_line_is_read_as_it_was_written(reviewer: str, said):
    kind, payload = said
    one = event(kind, payload, reviewer=reviewer)
    line = events.line(one, UNIT)
    assert line.count(b"\n") == 1
    assert not RAW & set(line.decode())
    assert list(json.loads(line)) == list(events.FIELDS)
    assert events.is_ours(line)
    (found,) = events.read([line], "file.jsonl")
    assert (found.event, found.document, found.number) == (one, UNIT, 1)
    assert events.line(found.event, UNIT) == line


def test_a_line_in_another_shape_is_the_same_event():
    line = events.line(event(), "")
    values = json.loads(line)
    loose = json.dumps(dict(reversed(values.items())), indent=None).encode()
    del values["document"]
    assert read(b"\n", loose, b"  \n", json.dumps(values).encode()) == [event(), event()]


@given(st.lists(names, min_size=2, max_size=2, unique=True))
def test_every_reviewer_has_a_file_of_their_own(pair: list[str]):
    one, other = map(events.file_name, pair)
    assert one.casefold() != other.casefold()
    assert set(one) <= set("abcdefghijklmnopqrstuvwxyz0123456789-_+%.")
    assert len(one) < 200


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("ana", "ana.jsonl"),
        ("Ana Müller", "_ana+_m%c3%bcller.jsonl"),
        ("../../etc/passwd", "%2e%2e%2f%2e%2e%2fetc%2fpasswd.jsonl"),
        ("_ana", "%5fana.jsonl"),
        ("documents", "documents.jsonl"),
    ],
)
def test_a_file_is_named_after_the_reviewer(name: str, file: str):
    assert events.file_name(name) == file


@pytest.mark.parametrize("length", [99, 100])
def test_long_names_differ_to_the_end(length: int):
    names = {events.file_name("é" * length + end) for end in "ab"}
    assert len(names) == 2
    assert all(len(name) <= 126 for name in names)


def changed(**values: object) -> bytes:
    return json.dumps({**json.loads(events.line(event(), "")), **values}).encode()


def with_payload(kind: str, payload: dict[str, object], sentence: str = UNIT) -> bytes:
    return events.line(event(kind, payload, sentence=sentence), "")


BAD = {
    "no JSON": (b"{", "it is not JSON: EOF"),
    "no object": (b"[]\n", "object"),
    "a mark of git": (b"<<<<<<< HEAD\n", "git left the mark"),
    "another mark of git": (b"=======\n", "git left the mark"),
    "a changed label": (changed(payload={"label": "none"}), "not what its id was made from"),
    "a changed time": (changed(created_at=AT.replace("2026", "2025")), "not what its id"),
    "a changed number": (changed(number=2), "not what its id was made from"),
    "a changed reviewer": (changed(reviewer="eve"), "not what its id was made from"),
    "a time that is none": (changed(created_at="now"), "created_at"),
    "a number that is none": (changed(number="1"), "number"),
    "a missing key": (b'{"id": "%s"}' % (b"a" * 32), "Field required"),
    "another key": (changed(more=1), "more"),
    "a kind from the future": (with_payload("applaud", {}), "'applaud' is no kind of event"),
    "a label about nothing": (with_payload("label", {"label": "none"}, ""), "about a sentence"),
    "an assignment of a sentence": (with_payload("assign", {"to": {}}), "no sentence"),
    "a label that is none": (with_payload("label", {"label": 5}), "label"),
    "a flag that is none": (with_payload("flag", {}), "on"),
    "tags that are none": (with_payload("tags", {"tags": "mixed"}), "tags"),
    "a sureness that is none": (with_payload("confidence", {"value": 7}), "value"),
    "a state with more": (with_payload("import", {"state": {"colour": "red"}}), "colour"),
    "an undo of nothing": (with_payload("undo", {"event": "x"}), "event"),
    "an empty join": (with_payload("join", {"heads": []}, ""), "heads"),
    "a scheme that is none": (
        with_payload(
            "scheme",
            {"id": "x/1", "labels": [], "text": "a = 1", "from": "y/1", "mapping": {}, "step": 1},
            "",
        ),
        "scheme",
    ),
    "a NUL in a note": (with_payload("note", {"text": "a\0b"}), "NUL"),
    "a number that is no number": (
        with_payload("skip", {"among": float("nan")}).replace(b"null}", b"NaN}"),
        "JSON does not know",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_event_is_refused_with_its_line(name: str):
    line, reason = BAD[name]
    with pytest.raises(InputProblem) as caught:
        read(events.line(event(), ""), line)
    assert (caught.value.file, caught.value.line) == ("file.jsonl", 2)
    assert reason in caught.value.reason
    assert caught.value.message.startswith("file.jsonl:2:")


def test_an_export_of_labels_is_no_file_of_events():
    assert not events.is_ours(b'{"schema": "credibility/1"}\n')
    assert not events.is_ours(b"not JSON")
    assert events.is_conflict(b"<<<<<<< HEAD\n")
    assert not events.is_conflict(events.line(event(), ""))
