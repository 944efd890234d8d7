"""The label set: names, keys, glyphs, definitions and the guideline's version.

Read from TOML: the built-in one is package data, a project may have its own. Keys and glyphs stand
here because the codebook, the key help and the text of every screen are made from them.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

from annotator.core.errors import InputProblem
from annotator.core.history import NOT_A_SENTENCE

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FILE: Final = "scheme.toml"
"""The file of a project that holds a scheme of its own."""
BUILT_IN: Final = "credibility/1"
"""The scheme that a label was given under where its event does not say."""
FEWEST, MOST = 2, 9
"""How many labels a scheme may have: each has a digit."""
GLYPHS: Final = "■◆▲●▼★□◇△"
"""What labels without a glyph of their own are shown by, in order: told apart without colour."""


@dataclass(frozen=True)
class Label:
    """One class of the scheme, as a reviewer meets it. `short` is `definition` in few words."""

    name: str
    key: str
    digit: str
    glyph: str
    short: str
    definition: str
    help: str = ""
    examples: tuple[str, ...] = ()


@dataclass(frozen=True)
class Scheme:
    """A label set with its guideline version. `labels` are content labels in screen order."""

    id: str
    guideline: str
    question: str
    order: tuple[str, ...]
    labels: tuple[Label, ...]
    not_a_sentence: Label
    suggested_tags: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the content labels."""
        return tuple(label.name for label in self.labels)

    @property
    def every(self) -> tuple[Label, ...]:
        """Return the content labels and, last, the one for what is no sentence."""
        return (*self.labels, self.not_a_sentence)

    @property
    def rules(self) -> dict[str, str]:
        """Return the words of every rule of the guideline, by name: R0, R1 and so on."""
        words = (self.not_a_sentence.definition, *self.order)
        return {f"R{number}": text for number, text in enumerate(words)}

    def rule(self, name: str) -> str | None:
        """Return the words of a rule of the guideline: R0 is it a sentence, R1 to R6 the tests."""
        return self.rules.get(name)

    def named(self, name: str) -> str:
        """Return a label with its glyph and key; a name that is none of the scheme as it is."""
        for label in self.every:
            if label.name == name:
                return f"{label.glyph} {label.key} {name}"
        return name

    def label(self, name: str) -> Label:
        """Return the label called `name`; raises KeyError."""
        for label in self.every:
            if label.name == name:
                return label
        raise KeyError(name)


@cache
def built_in_text() -> str:
    """Return the TOML of the scheme that comes with the program."""
    return Path(__file__).with_name(FILE).read_text(encoding="utf-8")


def built_in() -> Scheme:
    """Return the scheme that comes with the program, `credibility/1`."""
    return read(built_in_text())


@lru_cache(maxsize=8)
def read(text: str) -> Scheme:
    """Return the scheme in a TOML text that has passed `parse` before: only its form is looked at.

    Raises ValueError, KeyError or TypeError for what is no scheme.
    """
    return _scheme(tomllib.loads(text))


def parse(text: str, file: str) -> Scheme:
    """Return the scheme in a TOML text; raises InputProblem with `file`, the key, and what to do.

    Everything that screens, files and commands rely on is checked: pydantic is loaded for it.
    """
    from annotator.core.scheme_check import problems

    found = problems(text)
    if found:
        more = f" (and {len(found) - 1} more: `annotator scheme validate`)" * (len(found) > 1)
        raise InputProblem(f"{found[0]}{more}", file=file, hint=found[0].hint)
    return read(text)


def _scheme(data: dict[str, Any]) -> Scheme:
    labels = tuple(
        _label({"digit": str(place), "glyph": GLYPHS[place - 1], **entry})
        for place, entry in enumerate(data["label"], 1)
    )
    none = data.get("not_a_sentence", {})
    own = {"short": ""} if "definition" in none else {}
    not_a_sentence = _label({**_NOT_A_SENTENCE, **own, **none})
    if not_a_sentence.name != NOT_A_SENTENCE:
        raise ValueError(f"the label for what is no sentence is called {NOT_A_SENTENCE!r}")
    return Scheme(
        id=data["id"],
        guideline=data["guideline"],
        question=_flowing(data["question"]),
        order=tuple(map(_flowing, data.get("order", ()))),
        labels=labels,
        not_a_sentence=not_a_sentence,
        suggested_tags=tuple(data.get("tags", {}).get("suggested", ())),
    )


_NOT_A_SENTENCE: Final = {
    "name": NOT_A_SENTENCE,
    "key": "x",
    "digit": "",
    "glyph": "×",
    "short": "Not a sentence that asserts something.",
    "definition": "No asserting sentence of the body: a heading, byline, leftover or question.",
}


def _label(entry: dict[str, Any]) -> Label:
    words = {name: _flowing(entry.get(name, "")) for name in ("short", "definition", "help")}
    examples = tuple(map(_flowing, entry.get("examples", ())))
    words["short"] = words["short"] or words["definition"]
    return Label(**{**entry, **words, "examples": examples})


def _flowing(text: str) -> str:
    # Paragraphs that were broken into lines in the file are broken anew on each screen.
    return " ".join(text.split())
