"""Reads a sentence for cues: cuts it into words once, and looks runs of words up in a tree.

One pass, longest run first, so that lexical cues never overlap. An alternation of all forms as one
regular expression took ten times as long.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import Final, NamedTuple

from annotator.baseline.cues.lexicon import (
    ATTRIBUTION,
    NUMBER,
    PLAIN,
    SOURCES,
    WORD,
    YEAR,
    Language,
    Match,
    Tree,
    ending,
    load,
)

_OPENING: Final = frozenset("\"“«(:…‘'[–—-")
_CLOSING: Final = {"“": "”", '"': '"', "«": "»", "„": "“"}
_QUOTES: Final = frozenset(_CLOSING)
_REACH: Final = 9
"""Words between a verb of saying and the source that says it."""
_MEASURE: Final = 8
"""Words after a superlative in which a figure measures it."""


class Cue(NamedTuple):
    """`text[start:end]`, code points; `entry` is the run of the lexicon, or names the frame."""

    start: int
    end: int
    kind: str
    entry: str
    weight: float


class Reading(NamedTuple):
    """A sentence as it was read: its words with their offsets, and the cues in order."""

    words: list[str]
    """As looked up: lower case, except for names inside the sentence; figures as marks."""
    starts: list[int]
    ends: list[int]
    cues: tuple[Cue, ...]
    language: Language


_Hit = tuple[int, int, Match]
"""The first and the last word of a run that was found, and what it is. A bare tuple: a named one
takes ten times as long to make."""


def find(text: str, language: str) -> tuple[Cue, ...]:
    """Return the cues of a sentence, ordered by start.

    A language without a folder has only the cues that need no language. Cues of words never
    overlap; quotations and attributions may hold others.
    """
    return read(text, language).cues


# A sentence, the one before it, and the one before that: each of a document is read once.
@lru_cache(maxsize=3)
def read(text: str, language: str) -> Reading:
    """Return the sentence with its words and cues."""
    known = load(language)
    words, starts, ends = _words(text, known)
    hits = _hits(words, known)
    cues = [
        Cue(starts[first], ends[last], match.kind, match.words, match.weight)
        for first, last, match in hits
        if match.kind not in SOURCES
    ]
    framing = _attributions(words, starts, ends, hits, known)
    if not _QUOTES.isdisjoint(words):
        framing += _quotations(words, starts, ends)
    if framing:
        cues = sorted(cues + framing)
    return Reading(words, starts, ends, tuple(cues), known)


def _words(text: str, known: Language) -> tuple[list[str], list[int], list[int]]:
    parts = known.word.split(text.replace("’", "'"))
    words = parts[1::2]
    bounds = [*accumulate(map(len, parts))]
    tree = known.tree
    capitals = 0
    for at, word in [(at, word) for at, word in enumerate(words) if not word.islower()]:
        if word[0].isdigit():
            is_year = len(word) == 4 and word.isdigit() and "1500" <= word < "2100"
            words[at] = YEAR if is_year else NUMBER
        elif word[0].isupper():
            # Inside a sentence a capital makes a name: May, Will Marsh, Great Britain.
            if at == 0 or words[at - 1] in _OPENING:
                lower = word.lower()
                if lower in tree or word not in tree:
                    words[at] = lower
            else:
                capitals += 1
    if capitals > 4 and capitals > 0.6 * len(words):  # A headline in title case.
        words = [word.lower() for word in words]
    return words, bounds[:-1:2], bounds[1::2]


def _longest(node: Tree, words: Sequence[str], at: int) -> tuple[int, Match] | None:
    """Return the end of the longest run below `node` that goes on at `at`, and its match."""
    best: tuple[int, Match] | None = (at, node[""]) if "" in node else None
    level: list[Tree] = [node]
    while level and at < len(words):
        word = words[at]
        at += 1
        keys = (word, WORD) if word[0].isalpha() else (word,)
        following = [one[key] for one in level for key in keys if key in one]
        level = []
        ended: list[Match] = []
        for one in following:
            if type(one) is Match:
                ended.append(one)
                continue
            level.append(one)
            if "" in one:
                ended.append(one[""])
        if ended:
            best = at, ended[0]
    return best


def _hits(words: Sequence[str], known: Language) -> list[_Hit]:
    """Return the runs that are in the tree, in order; where two overlap the longer one stays."""
    found: list[_Hit] = []
    ends = known.suffix_ends
    free, overlap = 0, False
    last = len(words) - 1
    for at, node in enumerate(map(known.tree.get, words)):
        if node is None:
            if not ends or words[at][-2:] not in ends:
                continue
            match = ending(words[at], known.suffixes, known.suffix_lengths)
            if match is None:
                continue
            after = at + 1
        elif type(node) is Match:
            after, match = at + 1, node
        # What cannot go on is not searched.
        elif at < last and (words[at + 1] in node or WORD in node):
            longest = _longest(node, words, at + 1)
            if longest is None:
                continue
            after, match = longest
        elif "" in node:
            after, match = at + 1, node[""]
        else:
            continue
        if at < free:
            overlap = True
        free = max(free, after)
        found.append((at, after - 1, match))
    if overlap:
        found = _apart(found)
    return [
        hit if hit[2].kind != "superlative" else (*hit[:2], _measured(hit, found))
        for hit in found
        if hit[2].kind != PLAIN
    ]


def _apart(found: list[_Hit]) -> list[_Hit]:
    """Return hits without overlaps: the longer one stays, or what is plain, heavier, earlier."""
    kept: list[_Hit] = []
    taken: set[int] = set()
    for hit in sorted(found, key=_precedence):
        where = range(hit[0], hit[1] + 1)
        if taken.isdisjoint(where):
            taken.update(where)
            kept.append(hit)
    kept.sort()
    return kept


def _precedence(hit: _Hit) -> tuple[int, bool, float, int]:
    first, last, match = hit
    return first - last, match.kind != PLAIN, -match.weight, first


def _measured(hit: _Hit, found: Sequence[_Hit]) -> Match:
    """Return the match of a superlative; another kind where a figure follows that measures it."""
    _, last, match = hit
    for first, _, later in found:
        if 0 < first - last <= _MEASURE and later.kind in ("number", "percent", "money"):
            return match._replace(kind="superlative.measured")
    return match


def _quotations(words: Sequence[str], starts: Sequence[int], ends: Sequence[int]) -> list[Cue]:
    cues: list[Cue] = []
    closing, opened = "", 0
    for at, word in enumerate(words):
        if closing:
            if word == closing:
                if at > opened + 1:
                    cues.append(Cue(starts[opened], ends[at], "quotation", "quotation marks", 1.0))
                closing = ""
        elif word in _QUOTES:
            closing, opened = _CLOSING[word], at
    return cues


def _attributions(
    words: Sequence[str],
    starts: Sequence[int],
    ends: Sequence[int],
    hits: Sequence[_Hit],
    known: Language,
) -> list[Cue]:
    """Return a cue for each verb of saying, or "according to", that has a source beside it."""
    reports = [hit for hit in hits if hit[2].kind == "report"]
    if not reports:
        return []
    sources = {first: match.kind for first, _, match in hits if match.kind in SOURCES}
    cues: list[Cue] = []
    for first, last, match in reports:
        right = range(last + 1, min(len(words), last + 1 + _REACH))
        left = range(first - 1, max(-1, first - 1 - _REACH), -1)
        after = words[first] in known.clauses["source_after"]
        source = None if after else _source(words, left, sources, known)
        source = source or _source(words, right, sources, known)
        if source is not None:
            at, kind = source
            name = f"{kind.removeprefix(ATTRIBUTION)}: {match.words}"
            cues.append(Cue(starts[min(at, first)], ends[max(at, last)], kind, name, 1.0))
    return cues


def _source(
    words: Sequence[str], where: range, sources: Mapping[int, str], known: Language
) -> tuple[int, str] | None:
    """Return the word that names a source, and its kind, before the next mark in this direction."""
    named: tuple[int, str] | None = None
    for at in where:
        word = words[at]
        if not word[0].isalnum():
            if word == "." or (word == "'" and named is None):  # an initial, a possessive
                continue
            break
        if at in sources:
            return at, sources[at]
        if named is None:
            inside = word[0].isupper() and word != "I"
            if inside or (at == 0 and word not in known.clauses["function"]):
                named = (at, ATTRIBUTION + "named")
    return named
