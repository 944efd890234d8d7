"""Reads a sentence for cues: cuts it into words once, and looks runs of words up in a tree.

One pass, longest run first, so that lexical cues never overlap. An alternation of all forms as one
regular expression took ten times as long.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from annotator.baseline.cues.lexicon import (
    ATTRIBUTION,
    NUMBER,
    PLAIN,
    WORD,
    YEAR,
    Entry,
    Language,
    Match,
    Tree,
    load,
)

_OPENING: Final = frozenset("\"“«(:…‘'[–—-")
_QUOTES: Final = {"“": "”", '"': '"', "«": "»", "„": "“"}
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


class _Hit(NamedTuple):
    first: int
    last: int
    words: str
    entry: Entry


def find(text: str, language: str) -> tuple[Cue, ...]:
    """Return the cues of a sentence, ordered by start.

    A language without a folder has only the cues that need no language. Cues of words never
    overlap; quotations and attributions may hold others.
    """
    return read(text, language).cues


def read(text: str, language: str) -> Reading:
    """Return the sentence with its words and cues."""
    known = load(language)
    words, starts, ends = _words(text, known)
    hits = _hits(words, known)
    cues = [
        Cue(starts[hit.first], ends[hit.last], _kind(hit, hits, place), hit.words, hit.entry.weight)
        for place, hit in enumerate(hits)
        if not hit.entry.kind.startswith(ATTRIBUTION)
    ]
    cues += _quotations(words, starts, ends)
    cues += _attributions(words, starts, ends, hits, known)
    cues.sort()
    return Reading(words, starts, ends, tuple(cues), known)


def _words(text: str, known: Language) -> tuple[list[str], list[int], list[int]]:
    words: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    tree = known.tree
    capitals = 0
    initial = True
    for match in known.word.finditer(text.replace("’", "'")):
        word = match[0]
        start, end = match.span()
        head = word[0]
        if head.isdigit():
            is_year = end - start == 4 and word.isdigit() and "1500" <= word < "2100"
            word = YEAR if is_year else NUMBER
        elif head.isupper():
            lower = word.lower()
            # Inside a sentence a capital makes a name: May, Will Marsh, Great Britain.
            if initial:
                word = word if lower not in tree and word in tree else lower
            else:
                capitals += 1
        initial = head in _OPENING
        words.append(word)
        starts.append(start)
        ends.append(end)
    if capitals > 4 and capitals > 0.6 * len(words):  # A headline in title case.
        words = [word.lower() for word in words]
    return words, starts, ends


def _longest(node: Tree, words: Sequence[str], at: int) -> tuple[int, Match] | None:
    """Return the end of the longest run below `node` that goes on at `at`, and its entry."""
    best: tuple[int, Match] | None = (at, node[""]) if "" in node else None
    if at < len(words):
        word = words[at]
        branches = [node.get(word)]
        if word == YEAR:
            branches.append(node.get(NUMBER))
        elif WORD in node and word[0].isalpha():
            branches.append(node[WORD])
        for branch in branches:
            if branch is not None:
                found = _longest(branch, words, at + 1)
                if found is not None and (best is None or found[0] > best[0]):
                    best = found
    return best


def _hits(words: Sequence[str], known: Language) -> list[_Hit]:
    """Return the runs that are in the tree, in order; where two overlap the longer one stays."""
    found: list[_Hit] = []
    tree, suffixes, lengths = known.tree, known.suffixes, known.suffix_lengths
    for at, word in enumerate(words):
        node = tree.get(word)
        if node is None and word == YEAR:
            node = tree.get(NUMBER)
        if node is not None:
            longest = _longest(node, words, at + 1)
            if longest is not None:
                after, match = longest
                found.append(_Hit(at, after - 1, *match))
                continue
        for length in lengths:
            ending = suffixes.get(word[-length:])
            if ending is not None and len(word) > length and word[0].islower():
                found.append(_Hit(at, at, *ending))
                break
    return [hit for hit in _apart(found) if hit.entry.kind != PLAIN]


def _apart(found: list[_Hit]) -> list[_Hit]:
    """Return hits without overlaps: the longer one stays, or what is plain, heavier, earlier."""
    if all(one.last < other.first for one, other in pairwise(found)):
        return found
    kept: list[_Hit] = []
    taken: set[int] = set()
    for hit in sorted(found, key=_precedence):
        where = range(hit.first, hit.last + 1)
        if taken.isdisjoint(where):
            taken.update(where)
            kept.append(hit)
    kept.sort()
    return kept


def _precedence(hit: _Hit) -> tuple[int, bool, float, int]:
    return hit.first - hit.last, hit.entry.kind != PLAIN, -hit.entry.weight, hit.first


def _kind(hit: _Hit, hits: Sequence[_Hit], place: int) -> str:
    if hit.entry.kind == "superlative":
        for later in hits[place + 1 :]:
            if later.first - hit.last > _MEASURE:
                break
            if later.entry.kind in ("number", "percent", "money"):
                return "superlative.measured"
    return hit.entry.kind


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
            closing, opened = _QUOTES[word], at
    return cues


def _attributions(
    words: Sequence[str],
    starts: Sequence[int],
    ends: Sequence[int],
    hits: Sequence[_Hit],
    known: Language,
) -> list[Cue]:
    """Return a cue for each verb of saying, or "according to", that has a source beside it."""
    reports = [hit for hit in hits if hit.entry.kind == "report"]
    if not reports:
        return []
    sources = {hit.first: hit.entry.kind for hit in hits if hit.entry.kind.startswith(ATTRIBUTION)}
    cues: list[Cue] = []
    for hit in reports:
        right = range(hit.last + 1, min(len(words), hit.last + 1 + _REACH))
        left = range(hit.first - 1, max(-1, hit.first - 1 - _REACH), -1)
        after = words[hit.first] in known.clauses["source_after"]
        source = None if after else _source(words, left, sources, known)
        source = source or _source(words, right, sources, known)
        if source is not None:
            at, kind = source
            first, last = min(at, hit.first), max(at, hit.last)
            name = f"{kind.removeprefix(ATTRIBUTION)}: {hit.words}"
            cues.append(Cue(starts[first], ends[last], kind, name, 1.0))
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
