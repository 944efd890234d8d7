"""The label scheme: what a screen, its keys and its codebook can rely on."""

from __future__ import annotations

import pytest

from annotator.core import scheme
from annotator.core.history import NOT_A_SENTENCE


def test_keys_digits_glyphs_and_names_are_all_different():
    every = scheme.built_in().every
    for values in (
        [label.key for label in every],
        [label.glyph for label in every],
        [label.name for label in every],
        [label.digit for label in every if label.digit],
    ):
        assert len(set(values)) == len(values)
    assert all(len(label.key) == len(label.glyph) == 1 for label in every)


def test_the_built_in_one_is_what_the_product_promises():
    built_in = scheme.built_in()
    assert built_in.id == "credibility/1"
    assert built_in.names == ("factual", "speculative", "promotional")
    assert [label.key for label in built_in.labels] == ["f", "s", "p"]
    assert [label.digit for label in built_in.labels] == ["1", "2", "3"]
    assert built_in.every[-1].name == NOT_A_SENTENCE
    assert all(label.definition and label.help and label.examples for label in built_in.labels)


def test_labels_are_found_by_name():
    built_in = scheme.built_in()
    assert built_in.label("promotional").key == "p"
    assert built_in.label(NOT_A_SENTENCE) is built_in.not_a_sentence
    with pytest.raises(KeyError):
        built_in.label("fiction")


def test_it_is_read_once():
    assert scheme.built_in() is scheme.built_in()


def test_the_name_of_what_is_no_sentence_is_fixed():
    label = {"name": "a", "key": "a", "digit": "1", "glyph": "a", "short": "a",
             "definition": "a"}  # fmt: skip
    data = {
        "id": "x/1", "guideline": "1", "question": "?", "order": [], "label": [label],
        "not_a_sentence": {"name": "nothing", "key": "x", "glyph": "x", "short": "",
                           "definition": ""},
        "tags": {"suggested": []},
    }  # fmt: skip
    with pytest.raises(ValueError, match="'none'"):
        scheme._scheme(data)
