"""Where the sentences of one paragraph end: rules over full stops, in one linear pass.

A candidate is a run of stop marks with the quotes and brackets that close after it. What stands
before it (an abbreviation, an initial, an ordinal) and what follows (a lower-case letter, a digit,
a usual first word) decide. Own rules, because on the same paragraphs they were better than
sentencex 1.0.32 in English, French, German and Spanish (the repairs it needed were these rules),
and stay linear where a quotation is opened and never closed, where it took quadratic time.
Word lists are data, one file a language.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final, NamedTuple

from annotator.ingest.data import tables

# The Sentence_Terminal marks of Unicode (PropList, 16.0) in living use beside ". ! ?".
_SPACELESS: Final = "。．！？｡।॥၊။។៕"
_STOPS: Final = ".!?…‼‽⁇⁈⁉։؟۔።፧" + _SPACELESS
_CLOSERS: Final = "\"'”’)\\]}*_）」』】》〉"
_OPENERS: Final = "\"'“”„‟‘‚«‹»›(\\[{¿¡*_（「『【《〈\\-–—•·#"
_SPACE: Final = "[ \u00a0\u202f]"

_CANDIDATE: Final = re.compile(
    rf"(?P<stop>[{_STOPS}]+(?:{_SPACE}[.!?…]+)*)"
    # "! »" closes with a space before it in French; in German "»Wort" opens and "?«" closes;
    # "。“他" opens in Chinese.
    rf"(?P<closers>(?:[{_CLOSERS}]|[“«‹](?!\w)|{_SPACE}?[»›](?!\w))*)"
    # A reference or an omission mark belongs to the sentence it follows: "said so. [6] In …".
    rf"(?P<note>(?:{_SPACE}?(?:\[\d{{1,3}}\]|[(\[](?:\.\.\.|…)[)\]]))*)"
    r"(?P<gap>\s*)"
)
_NEXT: Final = re.compile(rf"(?P<openers>[{_OPENERS}\s]*)(?P<word>[^\W\d_]{{0,24}}['’]?)")
_ITEM: Final = re.compile(rf"[{_OPENERS}\s]*(?:\d{{1,3}}|[^\W\d_]|[ivxIVX]{{1,5}})")
_DOTTED: Final = re.compile(r"[^\W\d_]{1,4}(?:\.-?[^\W\d_]{1,4})+")
_LAST_WORD: Final = re.compile("['’(\\[\"“«]")
_QUOTES: Final = frozenset('"“„«»‘')
_OMISSION: Final = {")": "(", "]": "["}
_ITEM_LIMIT: Final = 12
_WORD_LIMIT: Final = 40


class Rules(NamedTuple):
    """The word lists of a language; words are lower-case, written without the last stop."""

    before_name: frozenset[str]
    may_end: frozenset[str]
    before_number: frozenset[str]
    starters: frozenset[str]
    ordinals: bool


@cache
def _rules(language: str) -> Rules:
    lists = tables("sentences", "common", language)

    def words(key: str) -> frozenset[str]:
        return frozenset(" ".join(table.get(key, "") for table in lists).split())

    return Rules(
        words("before_name"),
        words("may_end"),
        words("before_number"),
        words("starters"),
        any(table.get("ordinals", False) for table in lists),
    )


def split(text: str, start: int, end: int, language: str) -> list[tuple[int, int]]:
    """Return the sentences of `text[start:end]`, in order, as code-point offsets into `text`.

    Offsets are trimmed of white space and end exclusive; together the sentences hold every
    character that is not white space. `language` is a code such as "en"; one without a word list
    ("und") gets the rules that hold everywhere. Time is linear in `end - start`.
    """
    rules = _rules(language)
    sentences = []
    opened = start
    for match in _CANDIDATE.finditer(text, start, end):
        if match.end() < end and _ends(text, opened, end, match, rules):
            sentences.append((opened, match.end("note")))
            opened = match.end()
    sentences.append((opened, end))
    trimmed = (_trim(text, *sentence) for sentence in sentences)
    return [(low, high) for low, high in trimmed if low < high]


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end


def _ends(text: str, opened: int, end: int, match: re.Match[str], rules: Rules) -> bool:
    """Say whether the sentence opened at `opened` ends with the stop of `match`."""
    stop, closers = match["stop"], match["closers"]
    follow = _NEXT.match(text, match.end(), end)
    assert follow is not None
    word, at = follow["word"], follow.start("word")
    if at == end:
        return False  # Only marks are left: a quotation mark that came late.
    first = text[at]
    if not match["gap"]:
        # In Japanese a quotation goes on with a particle: 「…。」と述べた。
        return (
            stop[-1] in _SPACELESS and not first.isdigit() and not (closers and first in "とっなの")
        )
    if first in ",;:&/" or (first.islower() and not word[1:2].isupper()):
        return False
    if closers[:1] in _OMISSION and text[match.start() - 1] == _OMISSION[closers[0]]:
        return False
    if stop != ".":
        return True
    if match.start() - opened < _ITEM_LIMIT and _ITEM.fullmatch(text, opened, match.start()):
        return False  # "2. The second item": the number is no sentence of its own.
    before = text[max(opened, match.start() - _WORD_LIMIT) : match.start()].split()
    return not before or _full_stop(before, follow["openers"], word, first.isdigit(), rules)


def _full_stop(before: list[str], openers: str, word: str, digit: bool, rules: Rules) -> bool:
    """Say whether a lone full stop ends a sentence, from the words before it and the next one."""
    raw = _LAST_WORD.split(before[-1])[-1]
    token = raw.lower()
    dotted = _DOTTED.fullmatch(raw) is not None
    # "L'" and "It's" begin a sentence, the "J" of "J.-C." does not.
    lead = word.lower().replace("’", "'")
    starts = (
        lead in rules.starters
        or (len(lead) > 2 and lead.rstrip("'") in rules.starters)
        or not _QUOTES.isdisjoint(openers)
    )
    if token in rules.before_name:
        # "Gen." stands before a name, "a gen." does not.
        return starts and raw.islower() and not dotted
    if digit:
        return not (dotted or token in rules.before_number or token in rules.may_end)
    if rules.ordinals and token.isdigit() and len(token) <= 2:
        return starts
    if len(raw) == 1 and raw.isalpha():
        # An initial, unless it is the pronoun: "you and I. Did you".
        return starts or (raw == "I" and before[-2:-1] != [] and before[-2].islower())
    return starts or not (dotted or token in rules.may_end)
