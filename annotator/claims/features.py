"""What a sentence is about, in features that can be told to a reader: names, numbers, words.

Names and numbers are the same in most languages once they are written in one way: *un billion* is
*one trillion*, 19,6 % is 19.6 percent. Words are cut to beginnings without accents, so that related
words of French and English meet (*modèle*, *model*). Nothing is learned, nothing is looked up.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Final, NamedTuple

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_STEM: Final = 5
"""Letters of a word that are kept: longer ones keep endings apart, shorter ones join strangers."""
_SHORTEST: Final = 4

_TOKEN: Final = re.compile(r"[^\W_]+(?:[-’'&.][^\W_]+)*")
_NUMBER: Final = re.compile(
    r"(?<![\w.,-])(\d{1,3}(?:[ \u00a0\u202f,.]\d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)?)(?![\w])"
)
_PERCENT: Final = re.compile(r"%|per ?cent\b|pour cent\b")
_AFTER: Final = 24
"""Characters after a number in which its scale or percent sign is looked for."""
_DEFAULT: Final = "en"


@dataclass(frozen=True)
class _Known:
    """What is known of a language; of one that has no tables, what is known of English."""

    nothing: frozenset[str]
    small: Mapping[str, int]
    scales: Mapping[str, float]
    tens: Mapping[str, int]
    one: frozenset[str]

    @classmethod
    @cache
    def of(cls, language: str) -> _Known:
        """Return it for a language code."""
        data = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
        code = language if language in data["common"] else _DEFAULT
        small = data["small"][code]
        return cls(
            frozenset((*data["common"][code], *small)),
            small,
            data["scales"][code],
            data["tens"][code],
            frozenset(data["one"][code]),
        )


class Features(NamedTuple):
    """Names and words as they are compared, numbers as they are written in English.

    `first` is the first word where it may be a name or only begin the sentence: who has read other
    sentences knows.
    """

    names: frozenset[str]
    numbers: frozenset[str]
    words: frozenset[str]
    first: str | None = None


def folded(text: str) -> str:
    """Return `text` without accents and case: what is compared."""
    if text.isascii():
        return text.casefold()
    bare = unicodedata.normalize("NFKD", text.replace("’", "'"))
    return "".join(one for one in bare if not unicodedata.combining(one)).casefold()


def features(text: str, language: str) -> Features:
    """Return the features of a sentence in a language."""
    names: set[str] = set()
    words: set[str] = set()
    first = None
    known = _Known.of(language)
    for place, token in enumerate(_TOKEN.finditer(text)):
        word = token.group()
        bare = folded(_bare(word))
        mixed = any(one.isdigit() for one in word) and any(one.isalpha() for one in word)
        if mixed or (len(bare) > 1 and _is_name(word, first=place == 0)):
            names.add(bare)
        elif len(bare) < _SHORTEST or not bare.isalpha() or bare in known.nothing:
            continue
        elif place == 0 and _bare(word)[:1].isupper():
            first = bare
        else:
            words.add(stem(bare))
    numbers = frozenset(_numbers(text, language))
    return Features(frozenset(names), numbers, frozenset(words), first)


def stem(word: str) -> str:
    """Return the beginning of a folded word by which it is compared."""
    return word[:_STEM]


def _bare(word: str) -> str:
    """Return a word without an elided article before it and a possessive after it."""
    word = word.replace("’", "'")
    head, mark, tail = word.partition("'")
    if mark and len(head) <= 2 and len(tail) > 2:
        return tail
    return head if mark and tail in {"s", "S"} else word


def _is_name(word: str, *, first: bool) -> bool:
    """Return whether a word is written as a name; the first of a sentence by inner capitals."""
    bare = _bare(word)
    if first or not bare[:1].isupper():
        return sum(one.isupper() for one in bare) > 1
    return True


def _numbers(text: str, language: str) -> set[str]:
    known = _Known.of(language)
    found = set()
    for match in _NUMBER.finditer(text):
        value = _value(match.group(1), language)
        after = text[match.end() : match.end() + _AFTER].lstrip()
        unit = folded(after.split(maxsplit=1)[0]).rstrip(".,;:s") if after else ""
        value *= known.scales.get(unit, 1)
        found.add(f"{_written(value)} %" if _PERCENT.match(after) else _written(value))
    words = [folded(token).strip("«»“”\"'().,;:") for token in text.split()]
    for word, following in pairwise([*words, ""]):
        scale = known.scales.get(following.rstrip("s"))
        if word in known.small:
            found.add(_written(known.small[word] * (scale or 1)))
        elif word in known.one and scale:
            found.add(_written(scale))
    for count, _, unit in zip(words, words[1:], words[2:], strict=False):
        if count in known.tens and (scale := known.scales.get(unit.rstrip("s"))):
            found.add(f"about {_written(known.tens[count] * scale)}")
    return found


def _written(value: float) -> str:
    return f"{value:,.15g}"


def _value(digits: str, language: str) -> float:
    """Return the value of digits as the language writes them: 1,234.5 or 1 234,5."""
    digits = re.sub(r"[ \u00a0\u202f]", "", digits)
    if language == "en":
        return float(digits.replace(",", ""))
    if digits.count(",") == 1 and "." not in digits:
        return float(digits.replace(",", "."))
    grouped = re.fullmatch(r"\d{1,3}([.,]\d{3})+", digits)
    return float(digits.replace(",", "").replace(".", "") if grouped else digits.replace(",", "."))
