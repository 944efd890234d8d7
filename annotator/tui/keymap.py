"""The actions of the screens and their keys: help, footer and palette are made from this.

A configuration may give an action other keys. It is checked before the screen opens, because
Textual takes unknown actions and keys in silence, and lets two actions share one key.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from annotator.core.errors import InputProblem
from annotator.core.scheme import Scheme


@dataclass(frozen=True)
class Action:
    """Something a key does. `name` is its name in the configuration; `call` is Textual's action."""

    name: str
    keys: tuple[str, ...]
    call: str
    text: str
    group: str


def actions(scheme: Scheme) -> tuple[Action, ...]:
    """Return all actions with their default keys, in the order of the help screen."""
    return (
        *_labels(scheme),
        Action("unit", (scheme.not_a_sentence.key,), "unit", "not a sentence, or: is one", "Label"),
        Action("skip", ("space",), "skip", "skip", "Label"),
        Action("undo", ("u",), "undo", "undo", "Label"),
        Action("redo", ("ctrl+r",), "redo", "redo", "Label"),
        Action("confidence", ("c",), "confidence", "confidence of the label", "After the label"),
        Action("tags", ("t",), "tags", "tags", "After the label"),
        Action("note", ("n",), "note", "note", "After the label"),
        Action("flag", ("!",), "flag", "flag for another look", "After the label"),
        Action("why", ("w",), "why", "why: reasons of the suggestion", "After the label"),
        Action("claim", ("l",), "claim", "link to a claim", "After the label"),
        Action("reveal", ("b",), "reveal", "show the baseline now", "After the label"),
        Action("down", ("j", "down"), "move(1)", "next line of the article", "Move"),
        Action("up", ("k", "up"), "move(-1)", "line before", "Move"),
        Action("next", ("tab",), "next", "next unlabelled", "Move"),
        *_MOVING,
        Action("own", ("O",), "own", "own figures", "Screen"),
        Action("inconsistent", ("I",), "inconsistent", "own contradictions", "Screen"),
        Action("agreement", ("A",), "agreement", "how far reviewers agree", "Screen"),
        *_SCREEN,
    )


def adjudicating(scheme: Scheme) -> tuple[Action, ...]:
    """Return the actions of the adjudication: what it shares with the review has the same names."""
    after, none = "After the decision", scheme.not_a_sentence
    return (
        *_labels(scheme),
        Action("unit", (none.key,), f"label('{none.name}')", "not a sentence", "Label"),
        Action("undo", ("u",), "undo", "undo", "Label"),
        Action("redo", ("ctrl+r",), "redo", "redo", "Label"),
        Action("reason", ("r",), "reason", "reason: which rule decided", after),
        Action("note", ("n",), "note", "note on the decision", after),
        Action("discuss", ("d",), "discuss", "discuss this sentence", "Votes"),
        Action("votes", ("v",), "votes", "votes and talk in full", "Votes"),
        Action("names", ("b",), "names", "show the names now", "Votes"),
        Action("down", ("j", "down"), "move(1)", "next line of the article", "Move"),
        Action("up", ("k", "up"), "move(-1)", "line before", "Move"),
        Action("next", ("tab",), "next", "next undecided", "Move"),
        Action("previous", ("shift+tab",), "previous", "the one before in the list", "Move"),
        *_MOVING,
        *_SCREEN,
    )


_MOVING: Final = (
    Action("page_down", ("pagedown", "ctrl+d"), "scroll(1)", "scroll down", "Move"),
    Action("page_up", ("pageup", "ctrl+u"), "scroll(-1)", "scroll up", "Move"),
    Action("search", ("/",), "search", "search in all articles", "Move"),
    Action("goto", ("g",), "goto", "go to an article or a sentence id", "Move"),
)
_SCREEN: Final = (
    Action("help", ("?", "f1"), "help", "help and codebook", "Screen"),
    Action("palette", ("ctrl+p",), "palette", "command palette", "Screen"),
    Action("suspend", ("ctrl+z",), "suspend", "to the shell; fg comes back", "Screen"),
    Action("quit", ("q", "ctrl+c"), "quit", "quit; everything is saved", "Screen"),
)


def _labels(scheme: Scheme) -> tuple[Action, ...]:
    return tuple(
        Action(
            f"label.{label.name}",
            (label.key, label.digit),
            f"label('{label.name}')",
            label.name,
            "Label",
        )
        for label in scheme.labels
    )


def configured(
    scheme: Scheme,
    keys: Mapping[str, str],
    screen: Callable[[Scheme], tuple[Action, ...]] = actions,
) -> tuple[Action, ...]:
    """Return the actions of a screen with the keys of a configuration; raises InputProblem."""
    known = {action.name: action for action in screen(scheme)}
    elsewhere = {action.name for other in (actions, adjudicating) for action in other(scheme)}
    for name, given in keys.items():
        if name not in known and name in elsewhere:
            continue
        if name not in known:
            raise InputProblem(
                f"keys: there is no action {name!r}", hint=f"one of {', '.join(known)}"
            )
        chosen = tuple(key.strip() for key in given.split(",") if key.strip())
        if not chosen:
            raise InputProblem(f"keys: {name} is given no key")
        for key in chosen:
            _check(name, key)
        known[name] = replace(known[name], keys=chosen)
    owner: dict[str, str] = {}
    for action in known.values():
        for key in action.keys:
            if owner.setdefault(key, action.name) != action.name:
                raise InputProblem(
                    f"keys: {key!r} is given to both {owner[key]} and {action.name}",
                    hint="every key can do one thing only",
                )
    return tuple(known.values())


def shown(key: str) -> str:
    """Return a key as people write it."""
    return {"pagedown": "PgDn", "pageup": "PgUp", "f1": "F1"}.get(key, key)


def _check(name: str, key: str) -> None:
    from textual.keys import Keys

    *modifiers, last = key.split("+") if len(key) > 1 else [key]
    good = (
        len(last) == 1 and last.isprintable() and not last.isspace() and last != ","
    ) or last in {one.value for one in Keys} | {"space", "comma"}
    if not good or not set(modifiers) <= {"ctrl", "shift", "alt"}:
        raise InputProblem(
            f"keys: {name}: {key!r} is no key",
            hint="a character, or a name such as space, tab, f5, ctrl+k; several with commas",
        )
