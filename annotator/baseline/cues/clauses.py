"""Where the main clause of a sentence stands, told without a parser.

Praise after the comma does not make a sentence promotional, a hedge in a relative clause does not
make it speculative (guideline R2). The main clause is approximated: an opening phrase before a
comma and a frame of attribution are set aside, the predicate begins with the first finite verb
outside insertions, and ends where a comma or mark is followed by a word that opens a side clause.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from annotator.baseline.cues.reading import Reading

_VERBAL = frozenset(
    ("hedge.modal", "hedge.verb", "forecast", "plan", "inference", "significance", "benefit",
     "evidence", "motive", "weasel", "hearsay", "report")
)  # fmt: skip


_MARKS = frozenset(",;:—–")


class Main(NamedTuple):
    """The main clause: `start` and `end` of the text, and where its `predicate` begins."""

    start: int
    predicate: int
    end: int


def main(reading: Reading) -> Main:
    """Return the main clause; the whole sentence for a language without a folder."""
    words, starts, ends = reading.words, reading.starts, reading.ends
    if not words:
        return Main(0, 0, 0)
    lists = reading.language.clauses
    if not lists:
        return Main(starts[0], starts[0], ends[-1])
    first = _opening(words, lists)
    verbal = {start for start, _, kind, _, _ in reading.cues if kind in _VERBAL}
    verb = _verb(reading, first, verbal)
    last = len(words) - 1
    subordinate = lists["subordinate"]
    for at in range(verb + 1, len(words) - 1):
        mark = words[at]
        if mark in _MARKS and (mark != "," or _opens_side(words[at + 1], lists)):
            last = at
            break
        if mark in subordinate:
            last = at - 1
            break
    return Main(starts[first], starts[verb], ends[last])


def _opening(words: list[str], lists: Mapping[str, frozenset[str]]) -> int:
    """Return the first word after an opening phrase and its comma, or 0."""
    if "," not in words[1:-3]:
        return 0
    after = words.index(",", 1) + 1
    participle = words[0].endswith(tuple(lists["participle"]))
    if words[0] in lists["opening"] or (participle and words[after] not in lists["apposed"]):
        return after
    return 0


def _opens_side(word: str, lists: Mapping[str, frozenset[str]]) -> bool:
    return word in lists["side"] or word.endswith(tuple(lists["participle"]))


def _verb(reading: Reading, first: int, verbal: set[int]) -> int:
    """Return the first finite verb after `first`, insertions between commas left out."""
    words, starts = reading.words, reading.starts
    lists = reading.language.clauses
    finite, relative, infinitive = lists["finite"], lists["relative"], lists["infinitive"]
    resume = first
    for at in range(first, len(words)):
        if at < resume:
            continue
        word = words[at]
        if word in finite or starts[at] in verbal:
            if at and words[at - 1] in infinitive:
                continue
            return at
        if (
            word == ","
            and at + 1 < len(words)
            and (words[at + 1] in relative or starts[at + 1] in verbal)
        ):
            try:
                resume = words.index(",", at + 1) + 1
            except ValueError:
                # No insertion: the comma closed one, and the verb follows it.
                return at + 1 if starts[at + 1] in verbal else first
    return first
