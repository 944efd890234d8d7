"""The keys of a configuration are checked before the screen opens."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.core.errors import InputProblem
from annotator.core.scheme import built_in
from annotator.tui.keymap import Action, actions, configured

SCHEME = built_in()


def keys_of(chosen: tuple[Action, ...], name: str) -> tuple[str, ...]:
    (found,) = (action for action in chosen if action.name == name)
    return found.keys


def test_without_a_configuration_the_keys_are_the_documented_ones() -> None:
    keys = {action.name: action.keys for action in configured(SCHEME, {})}
    assert keys == {
        "label.factual": ("f", "1"),
        "label.speculative": ("s", "2"),
        "label.promotional": ("p", "3"),
        "unit": ("x",),
        "skip": ("space",),
        "undo": ("u",),
        "redo": ("ctrl+r",),
        "confidence": ("c",),
        "tags": ("t",),
        "note": ("n",),
        "flag": ("!",),
        "why": ("w",),
        "claim": ("l",),
        "reveal": ("b",),
        "down": ("j", "down"),
        "up": ("k", "up"),
        "next": ("tab",),
        "page_down": ("pagedown", "ctrl+d"),
        "page_up": ("pageup", "ctrl+u"),
        "search": ("/",),
        "goto": ("g",),
        "own": ("O",),
        "inconsistent": ("I",),
        "agreement": ("A",),
        "help": ("?", "f1"),
        "palette": ("ctrl+p",),
        "suspend": ("ctrl+z",),
        "quit": ("q", "ctrl+c"),
    }


def test_no_two_default_actions_share_a_key() -> None:
    keys = [key for action in actions(SCHEME) for key in action.keys]
    assert len(keys) == len(set(keys))


def test_given_keys_replace_the_default_ones() -> None:
    chosen = configured(SCHEME, {"skip": "z, ctrl+n", "label.factual": "a"})
    assert keys_of(chosen, "skip") == ("z", "ctrl+n")
    assert keys_of(chosen, "label.factual") == ("a",)
    assert keys_of(chosen, "undo") == ("u",)


def test_two_actions_may_swap_their_keys() -> None:
    chosen = configured(SCHEME, {"skip": "u", "undo": "space"})
    assert keys_of(chosen, "skip") == ("u",)
    assert keys_of(chosen, "undo") == ("space",)


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"skipp": "z"}, "no action 'skipp'"),
        ({"label.doubtful": "d"}, "no action 'label.doubtful'"),
        ({"skip": "spacebar"}, "skip: 'spacebar' is no key"),
        ({"skip": "ctrl+"}, "is no key"),
        ({"skip": "meta+q"}, "is no key"),
        ({"skip": "ctrl+nothing"}, "is no key"),
        ({"skip": "zz"}, "is no key"),
        ({"skip": "\x1b"}, "is no key"),
        ({"skip": "u"}, "given to both skip and undo"),
        ({"skip": "z", "undo": "z"}, "given to both skip and undo"),
        ({"skip": ""}, "skip is given no key"),
        ({"skip": " , "}, "skip is given no key"),
    ],
)
def test_what_is_wrong_is_said_with_the_name_of_the_action(keys: dict[str, str], said: str) -> None:
    with pytest.raises(InputProblem) as caught:
        configured(SCHEME, keys)
    assert said in caught.value.message
    assert caught.value.exit_code == 3


@pytest.mark.parametrize(
    "key", ["a", "Z", "é", "+", ";", "space", "f12", "ctrl+k", "comma", "home"]
)
def test_keys_of_every_kind_are_taken(key: str) -> None:
    assert keys_of(configured(SCHEME, {"skip": key}), "skip") == (key,)


@given(st.dictionaries(st.sampled_from([a.name for a in actions(SCHEME)]), st.text(max_size=12)))
def test_any_configuration_gives_distinct_keys_or_a_clear_error(keys: dict[str, str]) -> None:
    try:
        chosen = configured(SCHEME, keys)
    except InputProblem as problem:
        message = problem.message
    else:
        message = "keys: none"
        every = [key for action in chosen for key in action.keys]
        assert len(every) == len(set(every))
        assert all(action.keys for action in chosen)
    assert message.startswith("keys: ")
