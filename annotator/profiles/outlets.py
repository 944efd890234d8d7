"""Which news outlets a text cites or credits, under one name each, and which texts share an origin.

Names come from a list, `outlets.toml`, and, in a credit line ("Source: ..."), from the line itself.
Two articles that credit one outlet, or are copies of one text, are not two confirmations: they
have one origin.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_BETWEEN: Final = re.compile(r"\s*(?:[,;/|&]|\s(?:and|et|und|y|e|en)\s)\s*")
_ADDRESS: Final = re.compile(r"(?:https?://|www\.)\S*|\S+@\S+")
_COMMON: Final = re.compile(r"The \w+")
_ARTICLE: Final = re.compile(r"^(?:(?:The|Le|La|Les|El|Der|Die) |L')")
_LONGEST: Final = 60
"""Code points of a name in a credit line; what is longer is a sentence."""


class Mention(NamedTuple):
    """An outlet that a text names: where, and under which name it is counted."""

    start: int
    end: int
    name: str


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("outlets.toml").read_text(encoding="utf-8"))


@cache
def spellings() -> Mapping[str, str]:
    """Return what outlets are called in texts, each with the name it is counted under."""
    found = {name: name for name in _data()["outlets"]}
    for name, others in _data()["outlets"].items():
        found.update(dict.fromkeys(others, name))
    return found


def names() -> Mapping[str, tuple[str, ...]]:
    """Return the names that outlets are counted under, each with what else it is called."""
    return {name: tuple(others) for name, others in _data()["outlets"].items()}


def phrases() -> list[str]:
    """Return phrases one of which is in every text that names an outlet, to search an index by.

    Without the article in front, which is in nearly every text.
    """
    return sorted({_ARTICLE.sub("", one).lower() for one in spellings()})


@cache
def _pattern() -> re.Pattern[str]:
    longest_first = sorted(spellings(), key=len, reverse=True)
    names = "|".join(
        # "The Atlantic" is an outlet, "The Atlantic Ocean" is none.
        re.escape(one).replace("'", "['’]") + (r"(?! [A-Z])" if _COMMON.fullmatch(one) else "")
        for one in longest_first
    )
    return re.compile(rf"(?<![\w-])(?:{names})(?![\w-])")


def mentions(text: str) -> list[Mention]:
    """Return the outlets of the list that a text names, in order.

    "The Wall Street Journal (WSJ)" is one mention.
    """
    found: list[Mention] = []
    for match in _pattern().finditer(text):
        name = spellings()[match[0].replace("’", "'")]
        between = text[found[-1].end : match.start()] if found else ""
        if found and found[-1].name == name and between == " (":
            continue
        found.append(Mention(match.start(), match.end(), name))
    return found


def credited(line: str) -> list[str]:
    """Return whom a credit line names as the origin of the text; nobody for that of a picture."""
    folded = " ".join(line.replace("’", "'").split())
    before, rest = _opening(folded)
    if before in _data()["credit"]["picture"]:
        return []
    if before not in _data()["credit"]["before"]:
        # An agency alone on its line: "Reuters", "(AFP)".
        return list(dict.fromkeys(one.name for one in mentions(folded)))
    names = [part.strip(" .()[]\"'“”*_-–—") for part in _BETWEEN.split(_ADDRESS.sub("", rest))]
    return list(
        dict.fromkeys(
            spellings().get(name, name) for name in names if name and len(name) <= _LONGEST
        )
    )


def _opening(line: str) -> tuple[str, str]:
    """Return what introduces the name in a line, in lower case, and the rest of it."""
    head, colon, rest = line.partition(":")
    if colon:
        return head.strip(" ([*_-–—").lower(), rest
    credit = _data()["credit"]
    low = line.lower().lstrip("([*_ ")
    first = max(
        (one for one in credit["before"] + credit["picture"] if low.startswith(one + " ")),
        key=len,
        default="",
    )
    return first, line[line.lower().find(first) + len(first) :] if first else line


def origins(documents: Iterable[tuple[int, str, Iterable[str]]]) -> dict[int, int]:
    """Return for each document the smallest document that has the same origin.

    A document comes as its row, the label of its copies, and the outlets it credits.
    """
    parent: dict[int, int] = {}

    def root(one: int) -> int:
        while parent[one] != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        return one

    holder: dict[tuple[str, str], int] = {}
    for document, likeness, outlets in documents:
        parent[document] = document
        for key in (("copies", likeness), *(("outlet", one) for one in outlets)):
            a, b = root(holder.setdefault(key, document)), root(document)
            parent[max(a, b)] = min(a, b)
    return {document: root(document) for document in parent}
