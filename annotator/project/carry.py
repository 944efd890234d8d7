"""What of a changed file is what it was before: its records, and the sentences of a document.

A record with an id is known by that; others by words that nobody else has. A label is carried over
only where there is no doubt: the same words, once in each version, and either the same sentence
before or after it, or words enough to be nobody else's. Words that occur more than once are told
apart by both neighbours. Everything else is listed and asked again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Mapping, Sequence
from typing import Final, TypeVar

_TELLING: Final = 40
"""Characters from which a sentence that occurs once in each version is taken for the same one."""

Old = TypeVar("Old", bound=Hashable)
New = TypeVar("New", bound=Hashable)


def successors(
    old: Mapping[Old, Collection[str]], new: Mapping[New, Collection[str]]
) -> dict[New, Old]:
    """Return, for new texts, the old one of which each is the next version; one to one.

    `old` and `new` have what a text is known by: its sentences, title and address. Only what is in
    one old and in one new text counts, by its length; a text that shares nothing such is left out.
    """
    of_old, of_new = _only_holders(old), _only_holders(new)
    shared: Counter[tuple[Old, New]] = Counter()
    for words, holder in of_new.items():
        if words in of_old:
            shared[of_old[words], holder] += len(words)
    found: dict[New, Old] = {}
    taken: set[Old] = set()
    for (before, after), _ in shared.most_common():
        if before not in taken and after not in found:
            found[after] = before
            taken.add(before)
    return found


def _only_holders(known_by: Mapping[Old, Collection[str]]) -> dict[str, Old]:
    counts = Counter(words for held in known_by.values() for words in set(held))
    return {
        words: holder for holder, held in known_by.items() for words in held if counts[words] == 1
    }


def match(old: Sequence[str], new: Sequence[str]) -> dict[int, int]:
    """Return, for indices into the units of the old version, the index of the same unit in the new.

    One to one; an index that is missing has no certain counterpart.
    """
    matched: dict[int, int] = {}
    old_once, new_once = _places_of_single(old), _places_of_single(new)
    for words, i in old_once.items():
        j = new_once.get(words)
        if j is not None and (len(str(words)) >= _TELLING or _one_side_same(old, i, new, j)):
            matched[i] = j
    old_contexts = _places_of_single([_with_neighbours(old, i) for i in range(len(old))])
    new_contexts = _places_of_single([_with_neighbours(new, j) for j in range(len(new))])
    for context, i in old_contexts.items():
        if (j := new_contexts.get(context)) is not None:
            matched[i] = j
    return matched


def _places_of_single(values: Sequence[Hashable]) -> dict[Hashable, int]:
    counts = Counter(values)
    return {value: place for place, value in enumerate(values) if counts[value] == 1}


def _with_neighbours(units: Sequence[str], place: int) -> tuple[str | None, str, str | None]:
    return _at(units, place - 1), units[place], _at(units, place + 1)


def _one_side_same(old: Sequence[str], i: int, new: Sequence[str], j: int) -> bool:
    return _at(old, i - 1) == _at(new, j - 1) or _at(old, i + 1) == _at(new, j + 1)


def _at(units: Sequence[str], place: int) -> str | None:
    return units[place] if 0 <= place < len(units) else None
