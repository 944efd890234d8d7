"""The file of a project's own scheme: what is taken, and what is refused with which words."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import own_schemes
import pytest
from hypothesis import given
from hypothesis import strategies as st
from own_schemes import NINE, TWO

from annotator.core.errors import InputProblem
from annotator.core.scheme import BUILT_IN, GLYPHS, MOST, built_in, built_in_text, parse
from annotator.core.scheme_check import COMMANDS, RESERVED, problems
from annotator.core.text import visible


def test_the_built_in_file_passes_its_own_check():
    assert problems(built_in_text()) == []
    assert parse(built_in_text(), "f") == built_in()
    assert built_in().id == BUILT_IN


def test_two_labels_get_digits_and_glyphs_by_their_place():
    found = parse(TWO, "f")
    assert found.names == ("checkable", "other")
    assert [(one.digit, one.glyph) for one in found.labels] == [("1", "■"), ("2", "◆")]
    assert found.labels[0].short == found.labels[0].definition
    assert (found.not_a_sentence.key, found.not_a_sentence.name) == ("x", "none")


def test_nine_labels_are_all_different_without_colour():
    found = parse(NINE, "f")
    assert len(found.labels) == MOST == len(GLYPHS)
    for what in ("name", "key", "glyph"):
        assert len({getattr(one, what) for one in found.every}) == 10
    assert found.not_a_sentence.key == "z"
    assert found.suggested_tags == ("ironie", "douteux")


def test_words_that_are_broken_into_lines_in_the_file_flow():
    text = TWO.replace(
        '"Everything else: opinions, wishes, and what only insiders know."',
        '"""\nEverything else:\n  opinions."""',
    )
    assert parse(text, "f").labels[1].definition == "Everything else: opinions."


def changed(old: str, new: str) -> str:
    assert old in TWO
    return TWO.replace(old, new, 1)


MANY = own_schemes.of("many/1", *"abcdefghi") + TWO[TWO.index("[[label]]") :]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "not TOML"),
        ("", "id: it is missing"),
        (own_schemes.of("one/1", "alone"), "label: a scheme has 2 to 9 labels"),
        (MANY, "label: a scheme has 2 to 9 labels"),
        (changed('"checkable/1"', '"checkable"'), "id: 'checkable' is no name/version"),
        (changed('"checkable/1"', '"credibility/1"'), "id: credibility/1 is the built-in scheme"),
        (changed('"1.0"', '"one point\\n"'), "guideline: 'one point"),
        (changed('"1.0"', "1.0"), "guideline: input should be a valid string"),
        (changed('key = "o"', 'key = "h"'), "label 2, key: 'h' is that of label 1"),
        (changed('key = "o"', 'key = "x"'), "label 2, key: 'x' is that of what is no sentence"),
        (changed('key = "o"', 'key = "u"'), "label 2, key: 'u' is the key for undo"),
        (changed('key = "o"', 'key = "7"'), "label 2, key: '7' is the key for a label"),
        (changed('key = "o"', 'key = "ctrl+o"'), "label 2, key: 'ctrl+o' is not one character"),
        (changed('key = "o"', 'key = "中"'), "label 2, key: '中' is not one character"),
        (changed('key = "o"', 'keys = "o"'), "label 2, key: it is missing"),
        (changed('key = "o"', 'key = "o"\ncolour = "red"'), "label 2, colour: there is no such"),
        (changed('key = "o"', 'key = "o"\ndigit = "1"'), "label 2, digit: '1' is that of label 1"),
        (changed('key = "o"', 'key = "o"\ndigit = "0"'), "label 2, digit: '0' is none of 1 to 9"),
        (changed('key = "o"', 'key = "o"\nglyph = "■"'), "label 2, glyph: '■' is that of label 1"),
        (changed('key = "o"', 'key = "o"\nglyph = "▶"'), "label 2, glyph: '▶' means something"),
        (changed('key = "o"', 'key = "o"\nglyph = "🙂"'), "label 2, glyph: '🙂' is not one"),
        (changed('"other"', '"Checkable"'), "label 2, name: 'checkable' is that of label 1"),
        (changed('"other"', '"none"'), "label 2, name: 'none' is that of what is no sentence"),
        (changed('"other"', '"skip"'), "label 2, name: 'skip' is a command of a review"),
        (changed('"other"', '"[bold]x[/nope]"'), "label 2, name: '[bold]x[/nope]' is no name"),
        (changed('"other"', '"in two words"'), "label 2, name: 'in two words' is no name"),
        (changed('"other"', '"a\\u001b]52;c;eA==\\u0007"'), "label 2, name: "),
        (changed('"other"', '"a\\u202Eb"'), "label 2, name: "),
        (changed('"other"', "\"o'); import os #\""), "label 2, name: "),
        (changed('"other"', '"' + "o" * 31 + '"'), "label 2, name: "),
        (changed('"other"', '"e\\u0301loge"'), "label 2, name: it is not in the composed form"),
        (changed("Everything else", "Every\\u001b[2Jthing"), "label 2, definition: there is a"),
        (changed("Could a desk", "Could \\u0000a desk"), "question: there is a control"),
        (TWO + '[tags]\nsuggested = ["two words"]\n', "tags, suggested: 'two words' is no tag"),
        (TWO + '[not_a_sentence]\nname = "rest"\n', "not_a_sentence, name: input should be"),
        (TWO + '[not_a_sentence]\nkey = "h"\n', "label 1, key: 'h' is that of what is no"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_file_key_and_reason(text: str, said: str):
    with pytest.raises(InputProblem) as caught:
        parse(text, "my.toml")
    assert caught.value.message.startswith(f"my.toml: {said}"), caught.value.message
    assert caught.value.message == visible(caught.value.message)


def test_all_that_is_wrong_is_found_at_once():
    text = changed('"1.0"', '""').replace('key = "o"', 'key = "q"')
    assert [str(one).partition(":")[0] for one in problems(text)] == ["guideline", "label 2, key"]
    with pytest.raises(InputProblem, match=re.escape("(and 1 more: `annotator scheme validate`)")):
        parse(text, "f")


def test_markup_in_words_is_no_harm():
    assert parse(changed("Everything else", "[/nope] [bold]"), "f").labels[1].definition


@given(st.text(max_size=200))
def test_any_text_is_a_scheme_or_has_its_problems(text: str):
    assert problems(text)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5),
                    lambda inner: st.lists(inner, max_size=3), max_leaves=5),
       st.sampled_from(["id", "question", "label", "order", "tags", "not_a_sentence"]))  # fmt: skip
def test_any_value_in_the_place_of_another_is_named(value: object, key: str):
    import json

    if value is None:
        return
    rest = "\n".join(line for line in TWO.splitlines() if not line.startswith(f"{key} ="))
    toml = json.dumps(value).replace("null", '""')
    text = f"{key} = {toml}\n{rest}"
    if problems(text):
        with pytest.raises(InputProblem):
            parse(text, "f")
    else:
        assert parse(text, "f").names


def test_keys_of_the_screens_and_of_the_line_mode_are_reserved():
    from annotator.plain import HELP
    from annotator.tui.keymap import actions, adjudicating

    scheme = built_in()
    used = {
        key
        for action in (*actions(scheme), *adjudicating(scheme))
        if not action.name.startswith("label.") and action.name != "unit"
        for key in action.keys
        if len(key) == 1
    }
    line_mode = set(re.findall(r"(?<![\w|])([a-z!./?])(?=[ ,])", HELP)) - {"x", "a"}
    assert {"r", "d", "w", "k", "q"} <= line_mode
    assert used | line_mode <= set(RESERVED), (used | line_mode) - set(RESERVED)
    assert {"skip", "next", "tab", "quit"} == COMMANDS


def test_what_starts_the_program_does_not_load_the_check():
    code = (
        "import sys; from annotator.core import scheme; scheme.built_in();"
        "print('pydantic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_the_page_names_every_key_that_is_taken():
    page = Path(__file__).parents[2] / "docs" / "schemes.md"
    (line,) = (line for line in page.read_text().splitlines() if line.startswith("| `key` |"))
    assert set(line.partition("Taken are `")[2].partition("`")[0].split()) == set(RESERVED)
