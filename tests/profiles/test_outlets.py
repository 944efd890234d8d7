"""Outlets under one name, what a credit line says, and what shares an origin."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import hostile_text

from annotator.profiles import outlets


def named(text: str) -> list[str]:
    return [one.name for one in outlets.mentions(text)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("An official told the WSJ so.", ["Wall Street Journal"]),
        ("The Wall Street Journal (WSJ) asked; the WSJ wrote.", ["Wall Street Journal"] * 2),
        ("Le Monde et l’AFP l’ont écrit.", ["Le Monde", "AFP"]),
        ("The South China Morning Post and SCMP.com", ["South China Morning Post"] * 2),
        ("tout le monde le sait", []),
        ("The Atlantic Ocean and The Information Commissioner", []),
        (
            "The Guardian asked, The Times of India answered.",
            ["The Guardian", "The Times of India"],
        ),
        ("The independent panel met at times.", []),
        ("The APEX and the CNNs of this world", []),
        ("La presse cite L’Humanité.", ["L'Humanité"]),
    ],
)
def test_an_outlet_is_counted_under_one_name(text, names):
    assert named(text) == names


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Source: SCMP", ["South China Morning Post"]),
        ("Source : Oxlip Wire", ["Oxlip Wire"]),
        ("Sources: Reuters, AFP and Oxlip Wire", ["Reuters", "AFP", "Oxlip Wire"]),
        ("(Via: The Velmouth Lantern)", ["The Velmouth Lantern"]),
        ("Via The Velmouth Lantern", ["The Velmouth Lantern"]),
        ("Reuters", ["Reuters"]),
        ("Photo: Reuters", []),
        ("Photo by Odile Brask / AFP", []),
        ("Source: https://example.org/1", []),
        ("Source:", []),
    ],
)
def test_a_credit_line_names_the_origin_and_no_photographer(line, names):
    assert outlets.credited(line) == names


@given(hostile_text)
def test_any_line_can_be_asked(text):
    for one in outlets.mentions(text):
        assert text[one.start : one.end].replace("’", "'") in outlets.spellings()
    assert all(name for name in outlets.credited(f"Source: {text}"))


def test_the_phrases_to_search_by_are_in_every_spelling():
    phrases = outlets.phrases()
    for spelling in outlets.spellings():
        words = f" {spelling.lower()} ".replace("'", " ")
        assert any(f" {phrase} ".replace("'", " ") in words for phrase in phrases), spelling
    assert all(re.search(r"\w", phrase) for phrase in phrases)
    assert "le monde" not in phrases  # its article is in nearly every French text


def test_credits_of_one_outlet_and_copies_are_one_origin():
    found = outlets.origins(
        [(1, "a", ["X"]), (2, "b", ["Y", "X"]), (3, "c", []), (4, "c", ["Y"]), (5, "e", [])]
    )
    assert found == {1: 1, 2: 1, 3: 1, 4: 1, 5: 5}


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.lists(st.sampled_from("XYZ"), max_size=2))))
def test_who_shares_anything_shares_the_origin(documents):
    rows = [(n, label, names) for n, (label, names) in enumerate(documents)]
    found = outlets.origins(rows)
    for n, label, names in rows:
        assert found[n] <= n
        for m, other, others in rows:
            if label == other or set(names) & set(others):
                assert found[n] == found[m]
