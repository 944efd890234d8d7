"""Near-duplicates: which sentences and documents say the same thing in nearly the same words.

Groups exist so that a copy of a training sentence cannot sit in the test data, and so that a
reviewer sees what was decided about a copy. A sentence with one number or one "not" changed is
therefore a near-duplicate too: its wording is what a classifier would learn by heart. Paraphrase
and translation are not found.

What is grouped is the *form*: the text without case, kind of quote and dash, and spacing. All
sentences of one form share a hash, so ten thousand copies of a boilerplate line cost one
comparison. A store keeps a row per form (hash, label, one text) and a row per key of a form.
The label is the form's own hash until it joins a group, then the smallest hash in that group:
machines which hold the same sentences agree on it, in whatever order they read them.

Sets of words are compared here, and not texts by rapidfuzz: of its ratios (3.14: ratio,
token_sort, token_set, token, W) none tells at any threshold all pairs of the tests that are near
from those that are not, since it takes a share of common words and a limit of lengths at once; and
token_set_ratio takes three times as long as two sets.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from itertools import pairwise
from sys import intern
from types import MappingProxyType
from typing import Final, Generic, NamedTuple, TypeVar
from zlib import crc32

KEYS: Final = 6
"""Most keys a form has."""

BUCKET: Final = 20
"""Forms of one key, and documents of one label, that all others there are compared with."""

_JACCARD: Final = 0.5
_CONTAINMENT: Final = 0.7
_FEWEST_WORDS: Final = 4  # below this, sharing half the words says nothing ("He said no.")
_FEWEST_CONTAINED: Final = 8  # nor does a short sentence whose words a long one happens to use
_LONGEST_CONTAINER: Final = 3  # times the words of the sentence contained; likewise
_FEW_CONTENT_WORDS: Final = 5
_FEWEST_SENTENCES: Final = 3

_UNIFY: Final = str.maketrans(
    {
        **dict.fromkeys("`´‘’‚‛‹›′ʹʻʼʽˈ", "'"),
        **dict.fromkeys("“”„‟«»″〝〞〟", '"'),
        **dict.fromkeys("‐‑‒–—―⁃−⸺⸻", "-"),
        # Soft hyphen, zero-width and direction marks, byte order mark: nobody sees them.
        **dict.fromkeys((0xAD, 0x61C, 0x2060, 0xFEFF), ""),
        **dict.fromkeys((*range(0x200B, 0x2010), *range(0x202A, 0x202F)), ""),
        **dict.fromkeys(range(0x2066, 0x206A), ""),
    }
)

# Scripts without spaces between words: Thai and Lao, Myanmar, Khmer, kana, Han.
_UNSPACED: Final = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
_UNSPACED_RUN: Final = re.compile(f"[{_UNSPACED}]")
_WORD: Final = re.compile(rf"[{_UNSPACED}]+|\d+(?:[.,]\d+)+|[^\W{_UNSPACED}]+")
_SPACED_WORD: Final = re.compile(r"\d+(?:[.,]\d+)+|\w+")
_DECIMAL: Final = re.compile(r"[0-9][.,][0-9]")
_NO_WORD: Final = "".join(
    char if char.isalnum() or char == "_" else " " for char in map(chr, range(128))
)
"""By code, ASCII with spaces for what is in no word: what `str.translate` is fastest with."""

_63_BITS: Final = (1 << 63) - 1  # what a signed column of a database holds


class Form(NamedTuple):
    """A stored form: its hash, the label of its group, a text of it, and keys it was found by."""

    hash: int
    label: int
    text: str
    keys: Sequence[int]


def normal_form(text: str) -> str:
    """Return `text` case-folded, composed, with one kind of apostrophe, quote, dash and space."""
    if text.isascii():
        return " ".join(text.lower().replace("`", "'").split())
    # Folding and composing can each undo the other (Unicode 5.18), so until nothing changes.
    while True:
        folded = unicodedata.normalize("NFKC", text.translate(_UNIFY).casefold())
        folded = " ".join(folded.split())
        if folded == text:
            return text
        text = folded


def keyed(text: str) -> tuple[int, tuple[int, ...]]:
    """Return hash and candidate keys of the form of `text`: what a store keeps of it."""
    normal = normal_form(text)
    return _hash(normal), _keys(normal)


def form_hash(text: str) -> int:
    """Return 63 bits (BLAKE2b) that are equal for texts which differ in form only."""
    return _hash(normal_form(text))


def candidate_keys(text: str) -> tuple[int, ...]:
    """Return up to `KEYS` numbers of 32 bits, of which near-duplicates share at least one.

    A bottom-k sketch (Broder 1997) over pairs of neighbouring content words. Words of up to three
    letters are left out, so that "of the" is no key that everybody has and a changed article no
    difference; so are numbers, which change most from copy to copy. Where few words remain, pairs
    of all words are added. A text of fewer than four words has no keys: only its form counts.
    """
    return _keys(normal_form(text))


def form_words(normal: str) -> list[str]:
    """Return the words of a normal form; of scripts without spaces, the pairs of characters."""
    if normal.isascii() and _DECIMAL.search(normal) is None:
        return normal.translate(_NO_WORD).split()
    if _UNSPACED_RUN.search(normal) is None:
        return _SPACED_WORD.findall(normal)
    return [word for run in _WORD.findall(normal) for word in _split(run)]


def near(a: set[str], b: Collection[str]) -> bool:
    """Return whether two sentences are near-duplicates, by their words (`b` without repeats).

    They are if the sets of words have a Jaccard index of at least .5, or a clause was added or
    cut: .7 of the smaller set are in the other, which is at most three times as large. Each needs
    four words, a cut sentence eight. Symmetric.
    """
    fewer, more = len(a), len(b)
    if fewer > more:
        fewer, more = more, fewer
    if fewer < _FEWEST_WORDS:
        return False
    both = len(a.intersection(b))
    return both >= _JACCARD * (fewer + more - both) or (
        fewer >= _FEWEST_CONTAINED
        and more <= _LONGEST_CONTAINER * fewer
        and both >= _CONTAINMENT * fewer
    )


def group_forms(
    new: Mapping[int, str],
    lookup: Callable[[Collection[int]], Iterable[Form]],
    keys: Mapping[int, Sequence[int]] = MappingProxyType({}),
) -> dict[int, int]:
    """Return which labels became another: what to rename, in stored and in new forms.

    `new` has a text for each form hash that is not stored yet; store these with their own hash
    as label first, then rename. `lookup` is called once with all keys of the new forms and
    returns the stored forms that have one of them; it may leave out all but the `BUCKET` smallest
    hashes of a key. `keys` has the candidate keys of new forms where they are known already.
    The outcome is the same for one call or many and in any order, except where more forms than
    that share a key. Memory is about 0.8 kB for a new form.
    """
    label = {form: form for form in new}
    text = dict(new)
    found: dict[int, Sequence[int]] = {
        form: keys[form] if form in keys else candidate_keys(new[form]) for form in new
    }
    for stored in lookup({key for own in found.values() for key in own}):
        if stored.hash not in label:
            label[stored.hash] = stored.label
            text[stored.hash] = stored.text
            found[stored.hash] = stored.keys
    # Most keys are of one form only, and get no list.
    first: dict[int, int] = {}
    holders: dict[int, list[int]] = {}
    for form in sorted(found):
        for key in found[form]:
            if (earlier := first.setdefault(key, form)) != form:
                holders.setdefault(key, [earlier]).append(form)
    del first

    words: dict[int, tuple[str, ...]] = {}

    def words_of(form: int) -> tuple[str, ...]:
        # A tuple of shared strings: a set of twenty words would take ten times the memory.
        if form not in words:
            words[form] = tuple(set(map(intern, form_words(normal_form(text[form])))))
        return words[form]

    forest: _Forest[int] = _Forest()
    for members in holders.values():
        for place, head in enumerate(members[:BUCKET], start=1):
            head_words = set(words_of(head))
            fresh = head in new
            root = forest.root(label[head])
            for other in members[place:]:
                if (
                    (fresh or other in new)
                    and forest.root(label[other]) != root
                    and near(head_words, words_of(other))
                ):
                    forest.join(root, label[other])
                    root = forest.root(root)
    return forest.renamed()


def joined(pairs: Iterable[tuple[_Label, _Label]]) -> dict[_Label, _Label]:
    """Return which labels became another when the two of each pair are those of one group."""
    forest: _Forest[_Label] = _Forest()
    for one, other in pairs:
        forest.join(one, other)
    return forest.renamed()


def group_documents(
    sentences: Mapping[str, Sequence[int]], labels: Mapping[str, str] = MappingProxyType({})
) -> dict[str, str]:
    """Return which document labels became another, as `group_forms` does for sentences.

    `sentences` has, for each document, the labels of its body sentences; `labels` the documents'
    present labels where these are not their own ids. Two documents are copies when at least three
    sentences of the shorter one, and .7 of them, are in the other: sentences, not their labels,
    because labels become fewer as groups are joined, and a copy must stay one. To add documents
    to a store, give those that are new, or have a sentence whose label changed, and all that share
    a label with them.
    """
    times = {document: Counter(sentences[document]) for document in sorted(sentences)}
    holders: defaultdict[int, list[str]] = defaultdict(list)
    for document, own in times.items():
        for label in own:
            holders[label].append(document)
    forest: _Forest[str] = _Forest()
    for document, own in times.items():
        here: Counter[str] = Counter()
        there: Counter[str] = Counter()
        for label, count in own.items():
            # The cap keeps a line that is in every document from pairing all of them.
            for earlier in holders[label][:BUCKET]:
                if earlier < document:
                    here[earlier] += count
                    there[earlier] += times[earlier][label]
        for earlier in here:
            length, other = len(sentences[document]), len(sentences[earlier])
            shared = here[earlier] if length <= other else 0
            shared = max(shared, there[earlier] if other <= length else 0)
            if shared >= max(_FEWEST_SENTENCES, _CONTAINMENT * min(length, other)):
                forest.join(labels.get(document, document), labels.get(earlier, earlier))
    return forest.renamed()


_Label = TypeVar("_Label", int, str)


class _Forest(Generic[_Label]):
    """Disjoint sets of labels, each known by its smallest."""

    def __init__(self) -> None:
        self._parent: dict[_Label, _Label] = {}

    def root(self, label: _Label) -> _Label:
        parent = self._parent
        while (above := parent.get(label, label)) != label:
            parent[label] = parent.get(above, above)
            label = above
        return label

    def join(self, a: _Label, b: _Label) -> None:
        a, b = self.root(a), self.root(b)
        if a != b:
            self._parent[max(a, b)] = min(a, b)

    def renamed(self) -> dict[_Label, _Label]:
        return {label: self.root(label) for label in sorted(self._parent)}


def _hash(text: str) -> int:
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big") & _63_BITS


def _keys(normal: str) -> tuple[int, ...]:
    words = form_words(normal)
    if len(words) < _FEWEST_WORDS:
        return ()
    # Only in scripts with case does short mean function word: others write more in a letter.
    other = not normal.isascii()
    content = [
        word
        for word in words
        if (len(word) > 3 and word.islower()) or (other and word.isalpha() and not word.islower())
    ]
    pairs = set(_pairs(content))
    if len(content) < _FEW_CONTENT_WORDS:
        pairs.update(_pairs(words))
    return tuple(sorted(pairs)[:KEYS])


def _split(run: str) -> Iterator[str]:
    if len(run) == 1 or _UNSPACED_RUN.match(run) is None:
        yield run
    else:
        yield from map("".join, pairwise(run))


def _pairs(words: Sequence[str]) -> Iterator[int]:
    data = " ".join(words).encode("utf-8", "surrogatepass").split()
    # The checksum of a word goes on from that of the word before it: one call for a pair. It is
    # not random, but spreads well enough that the smallest ones are a sample (tests/benchmarks).
    return map(crc32, data[1:], map(crc32, data))
