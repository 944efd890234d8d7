"""The label set: names, keys, glyphs, definitions and the guideline's version.

Read from a TOML file that is package data. Keys and glyphs stand here because the codebook, the
key help and the text of every screen are made from them.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from annotator.core.history import NOT_A_SENTENCE

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


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

    def rule(self, name: str) -> str | None:
        """Return the words of a rule of the guideline: R0 is it a sentence, R1 to R6 the tests."""
        words = (self.not_a_sentence.definition, *self.order)
        rules = {f"R{number}": text for number, text in enumerate(words)}
        return rules.get(name)

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
def built_in() -> Scheme:
    """Return the scheme that comes with the program, `credibility/1`."""
    text = Path(__file__).with_name("scheme.toml").read_text(encoding="utf-8")
    return _scheme(tomllib.loads(text))


def _scheme(data: dict[str, Any]) -> Scheme:
    labels = tuple(
        Label(**{**entry, "examples": tuple(entry.get("examples", ()))}) for entry in data["label"]
    )
    not_a_sentence = Label(digit="", **data["not_a_sentence"])
    if not_a_sentence.name != NOT_A_SENTENCE:
        raise ValueError(f"the label for what is no sentence is called {NOT_A_SENTENCE!r}")
    return Scheme(
        id=data["id"],
        guideline=data["guideline"],
        question=data["question"],
        order=tuple(data["order"]),
        labels=labels,
        not_a_sentence=not_a_sentence,
        suggested_tags=tuple(data["tags"]["suggested"]),
    )
