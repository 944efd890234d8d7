"""What a scheme file must be, so that every screen, file and command can rely on it.

A file is checked once, when a project takes it over; later it is only read.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from annotator.core.history import NOT_A_SENTENCE
from annotator.core.scheme import BUILT_IN, FEWEST, GLYPHS, MOST, built_in
from annotator.core.text import visible

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

RESERVED: Final[Mapping[str, str]] = {
    "u": "undo", "r": "redo, or the reason", "c": "confidence", "t": "tags", "n": "note",
    "!": "flag", "w": "why", "b": "the baseline", "j": "down", "k": "up", "/": "search",
    "g": "go to", "d": "go to a document, or discuss", "?": "help", "q": "quit",
    "v": "votes", "l": "the link to a claim", "A": "agreement", "I": "own contradictions",
    "O": "own figures",
    ".": "show again, line by line", ",": "the configuration, where it parts keys",
}  # fmt: skip
"""Keys that do something else in a review, on the screen or line by line."""
COMMANDS: Final = frozenset({"skip", "tab", "next", "quit"})
"""Words that do something else in a review line by line."""
_FREE: Final = "letters that are free: a e f h i m o p s y z, and capitals"
_NAME: Final = 30
_ID = re.compile(r"\w[\w.-]{0,38}/\w[\w.-]{0,18}")
_VERSION = re.compile(r"\w[\w.+-]{0,18}")
_SIGNS: Final = frozenset("▶┃·–!…≠")
"""What else stands in the margin of an article."""


class Wrong(str):
    """What is wrong with a scheme file, in words; `hint` says what to do."""

    __slots__ = ("hint",)
    hint: str | None

    @classmethod
    def at(cls, place: str, reason: str, hint: str | None = None) -> Wrong:
        """Return what is wrong at a key of the file."""
        found = cls(visible(f"{place}: {reason}" if place else reason))
        found.hint = hint
        return found


Words = Annotated[str, Field(min_length=1, max_length=2_000)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Label(_Strict):
    name: str
    key: str
    digit: str | None = None
    glyph: str | None = None
    short: Words | None = None
    definition: Words
    help: Annotated[str, Field(max_length=2_000)] = ""
    examples: Annotated[list[Words], Field(max_length=50)] = []


class _NotASentence(_Strict):
    name: Literal["none"] = "none"
    key: str = "x"
    glyph: str = "×"
    short: Words | None = None
    definition: Words | None = None


class _Tags(_Strict):
    suggested: Annotated[list[Words], Field(max_length=100)] = []


class _File(_Strict):
    id: str
    guideline: str
    question: Words
    order: Annotated[list[Words], Field(max_length=50)] = []
    label: Annotated[list[_Label], Field(min_length=FEWEST, max_length=MOST)]
    not_a_sentence: _NotASentence = _NotASentence()
    tags: _Tags = _Tags()


def problems(text: str) -> list[Wrong]:
    """Return all that is wrong with the TOML text of a scheme; none: it is a good one."""
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        hint = "`annotator scheme show` prints one to start from"
        return [Wrong.at("", f"not TOML: {error}", hint)]
    try:
        file = _File.model_validate(data)
    except ValidationError as error:
        return [_of_form(one) for one in error.errors(include_url=False, include_context=False)]
    return [*_identity(file), *_labels(file), *_words(data)]


def _of_form(error: Any) -> Wrong:
    place = _place(error["loc"])
    reason = error["msg"].lower()
    if error["type"] == "extra_forbidden":
        return Wrong.at(place, "there is no such key", "`annotator scheme show` has all there are")
    if error["type"] == "missing":
        return Wrong.at(place, "it is missing", "`annotator scheme show` has all there are")
    if error["loc"] == ("label",) and error["type"] in {"too_short", "too_long"}:
        return Wrong.at(place, f"a scheme has {FEWEST} to {MOST} labels, each a [[label]]")
    return Wrong.at(place, reason)


def _place(parts: tuple[Any, ...]) -> str:
    """Return a place in the file in words: `label 2, key`."""
    return ", ".join(
        f"{part}" if not isinstance(part, int) else f"{part + 1}" for part in parts
    ).replace("label, ", "label ", 1)


def _identity(file: _File) -> Iterator[Wrong]:
    if not _ID.fullmatch(file.id):
        yield Wrong.at("id", f"{file.id!r} is no name/version", 'such as id = "claims/1"')
    if not _VERSION.fullmatch(file.guideline):
        yield Wrong.at("guideline", f"{file.guideline!r} is no version", 'such as "1.0"')
    names = {label.name for label in file.label}
    if file.id == BUILT_IN and not names >= set(built_in().names):
        yield Wrong.at(
            "id",
            f"{BUILT_IN} is the built-in scheme, with {', '.join(built_in().names)}",
            "give a scheme with other labels an id of its own",
        )


def _labels(file: _File) -> Iterator[Wrong]:
    taken: dict[tuple[str, str], int] = {("name", NOT_A_SENTENCE): 0}
    none = file.not_a_sentence
    for what, value in (("key", none.key), ("glyph", none.glyph)):
        taken[what, value] = 0
        yield from _sign("not_a_sentence", what, value)
    for place, label in enumerate(file.label, 1):
        where = f"label {place}"
        yield from _name(where, label.name)
        digit = str(place) if label.digit is None else label.digit
        glyph = GLYPHS[place - 1] if label.glyph is None else label.glyph
        if digit not in {str(number) for number in range(1, MOST + 1)}:
            yield Wrong.at(f"{where}, digit", f"{digit!r} is none of 1 to {MOST}")
        yield from _sign(where, "key", label.key)
        yield from _sign(where, "glyph", glyph)
        for what, value in (
            ("name", label.name.casefold()), ("key", label.key),
            ("digit", digit), ("glyph", glyph),
        ):  # fmt: skip
            owner = taken.setdefault((what, value), place)
            if owner != place:
                of = f"label {owner}" if owner else "what is no sentence"
                yield Wrong.at(f"{where}, {what}", f"{value!r} is that of {of}", "choose another")


def _name(where: str, name: str) -> Iterator[Wrong]:
    place = f"{where}, name"
    good = all(unicodedata.category(one)[0] in "LMN" or one in "-_" for one in name)
    if not good or not name[:1].isalpha() or len(name) > _NAME:
        yield Wrong.at(
            place,
            f"{name[: _NAME + 1]!r} is no name of a label",
            f"letters, digits, - and _, beginning with a letter, {_NAME} characters at most",
        )
    elif name != unicodedata.normalize("NFC", name):
        yield Wrong.at(place, "it is not in the composed form of Unicode (NFC)", "type it anew")
    elif name.casefold() in COMMANDS:
        yield Wrong.at(place, f"{name!r} is a command of a review", "choose another name")


def _sign(where: str, what: str, value: str) -> Iterator[Wrong]:
    """Yield what is wrong with a key or a glyph: each is one character, one cell wide."""
    place = f"{where}, {what}"
    alone = len(value) == 1 and value.isprintable() and not value.isspace()
    narrow = alone and unicodedata.east_asian_width(value) not in "WF"
    if not narrow or unicodedata.category(value)[0] == "M":
        yield Wrong.at(place, f"{value!r} is not one character of one column")
    elif what == "key" and (value in RESERVED or value.isdigit()):
        does = RESERVED.get(value, "a label, by its place")
        yield Wrong.at(place, f"{value!r} is the key for {does}", _FREE)
    elif what == "glyph" and (value in _SIGNS or value.isalnum()):
        yield Wrong.at(place, f"{value!r} means something else", f"such as {' '.join(GLYPHS)}")


def _words(data: Mapping[str, Any], place: tuple[Any, ...] = ()) -> Iterator[Wrong]:
    """Yield the texts that hold what cannot be shown as it is; lines may be broken in them."""
    for key, value in data.items():
        here = (*place, key)
        listed = value if isinstance(value, list) else [value]
        for number, one in enumerate(listed):
            if isinstance(one, dict):
                yield from _words(one, (*here, number) if isinstance(value, list) else here)
            elif isinstance(one, str):
                if visible(one) != one.replace("\n", " ").replace("\t", " "):
                    yield Wrong.at(_place(here), "there is a control character in it")
                if here == ("tags", "suggested") and (one.split() != [one] or len(one) > 40):
                    yield Wrong.at(_place(here), f"{one[:41]!r} is no tag", "one word each")
