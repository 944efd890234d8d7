"""Reading labelled sentences: simple lines and records, what is left out, and what is refused."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.core.errors import InputProblem
from annotator.formats.labelled import Labelled, read, unseen

KNOWN = ("factual", "speculative", "promotional", "objective", "subjective")


def lines(*objects):
    return [json.dumps(one).encode() + b"\n" for one in objects]


def record(label, *given, resolution="single", **more):
    return {
        "text": "It may rain.",
        "label": label,
        "resolution": resolution,
        "annotations": [{"label": one, "suggestion_shown": shown} for one, shown in given],
        "document": {"id": "d1", "language": "fr"},
        "duplicate_group": "g1",
        **more,
    }


def test_simple_lines():
    found = read(
        lines(
            {"text": "A.", "label": "factual"},
            {"text": "B.", "label": "speculative", "lang": "fr", "source_doc": 7},
            {"text": "C.", "label": "factual", "language": "en", "doc": "x", "group": "g",
             "polarity": -0.5},
        ),
        "some.jsonl",
        KNOWN,
    )  # fmt: skip
    assert found.sentences == [
        Labelled("A.", "factual"),
        Labelled("B.", "speculative", "fr", "7"),
        Labelled("C.", "factual", "en", "x", "g", -0.5),
    ]
    assert (found.shown, found.lost, found.unlabelled, found.own) == (0, 0, 0, False)


def test_a_record_names_its_document_language_and_group():
    found = read(lines(record("speculative", ("speculative", False))), "x", KNOWN)
    assert found.sentences == [Labelled("It may rain.", "speculative", "fr", "d1", "g1")]
    assert found.own


def test_labels_given_with_the_suggestion_in_sight_are_left_out_and_counted():
    found = read(
        lines(
            record("factual", ("factual", True), ("factual", True), ("speculative", False)),
            record("factual", ("factual", True)),
            record("factual", ("factual", False)),
            record("promotional", ("factual", True), ("factual", False), resolution="adjudicated"),
        ),
        "x",
        KNOWN,
    )  # fmt: skip
    assert [one.label for one in found.sentences] == ["speculative", "factual", "promotional"]
    assert (found.shown, found.lost, found.unlabelled) == (3, 1, 0)


def test_what_has_no_content_label_is_counted():
    found = read(
        lines(
            record(None, ("factual", False), ("speculative", False)),
            record(None, ("none", False)),
            {"text": "A.", "label": None},
            {"text": "A.", "label": "none"},
            {"text": "A.", "label": "factual"},
        ),
        "x",
        KNOWN,
    )
    assert len(found.sentences) == 1
    assert found.unlabelled == 4


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"{", "it is not JSON"),
        (b'{"text": "a", }', "column|it is not JSON"),
        (b"[1]", "no JSON object"),
        (b"\xff\xfe", "UTF-8"),
        (b"[" * 100_000, "JSON"),
        (b'{"label": "factual"}', "text: there is none"),
        (b'{"text": "  ", "label": "factual"}', "text: there is none"),
        (b'{"text": "A.", "label": "fiction"}', "'fiction' is none of factual"),
        (b'{"text": "A.", "label": ["factual"]}', "is none of"),
        (b'{"text": "A.", "label": "factual", "lang": ["en"]}', "lang: it is no text"),
        (b'{"text": "A.", "label": "factual", "polarity": "high"}', "polarity: it is no number"),
        (b'{"text": "A.", "label": "factual", "polarity": NaN}', "polarity: it is no number"),
        (b'{"text": "A.", "label": "factual", "annotations": {}}', "annotations: they are no list"),
        (b'{"text": "A.", "label": "factual", "annotations": [1]}', "one of them has no label"),
    ],
)
def test_a_wrong_line_is_named_with_its_number(line, words):
    good = b'{"text": "A.", "label": "factual"}\n'
    with pytest.raises(InputProblem, match=words) as caught:
        read([good, b"\n", line + b"\n", good], "some.jsonl", KNOWN)
    assert (caught.value.file, caught.value.line) == ("some.jsonl", 3)
    assert caught.value.hint


def test_a_byte_order_mark_is_passed_over():
    line = b'\xef\xbb\xbf{"text": "A.", "label": "factual"}\n'
    assert len(read([line], "x", KNOWN).sentences) == 1


def test_a_file_without_a_label_left_says_why():
    with pytest.raises(InputProblem, match=r"no labelled sentence in it$"):
        read([], "x", KNOWN)
    with pytest.raises(InputProblem, match="1 have no label, 1 were labelled while"):
        read(lines({"text": "A."}, record("factual", ("factual", True))), "x", KNOWN)


@pytest.mark.parametrize(
    ("given_", "label", "left"),
    [
        ([], None, 0),
        ([("factual", False)], "factual", 0),
        ([("factual", True), ("speculative", False)], "speculative", 1),
        ([("factual", False), ("speculative", False)], None, 0),
        ([("none", False), ("none", False), ("factual", False)], None, 0),
        ([("factual", True)], None, 1),
    ],
)
def test_unseen_labels_are_resolved_as_an_export_does(given_, label, left):
    assert unseen(given_) == (label, left)


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(data):
    with pytest.raises(InputProblem):
        read([data], "x", ())
