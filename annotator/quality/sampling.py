"""Which sentence is asked about next: uncertain ones first, as draws of known probability.

Labels of sentences that a model chose teach a model more at first, and are no fair sample: shares
counted over them are biased. So each is drawn at random, from what is left at that time, and the
probability of every draw is known. With it they can be weighted (Farquhar, Gal and Rainforth 2021,
"On Statistical Bias in Active Learning") or left out.

Uncertain is what the model cannot decide between its two likeliest labels: sampling by uncertainty
is of Lewis and Gale (1994, "A Sequential Algorithm for Training Text Classifiers"); that the margin
serves better than entropy or the top probability on text, of Schröder, Niekler and Potthast (2022).
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from hashlib import blake2b
from heapq import heapify, heappop, heappush, heapreplace, nlargest
from typing import Final, NamedTuple

EXPLORE: Final = 0.3
"""Share of draws that look at no model: a fair sample, and what no model has thought of."""
IN_A_ROW: Final = 2
"""Most sentences of one document that are drawn one after another for being uncertain."""


class Candidate(NamedTuple):
    """A sentence that can be drawn.

    `key` is its place in the random order: a hash of the seed and its id, see `random_key`.
    `margin` is None where no model says anything of it. `group` is its near-duplicate group.
    """

    key: bytes
    margin: float | None = None
    document: int = 0
    source: str | None = None
    group: int = 0


class Draw(NamedTuple):
    """Which candidate was drawn, by its place, and with which probability.

    Any other of the candidates that were left had the probability `explore / left`, except the one
    in place `head`, which had `1 - explore` more: the most uncertain that diversity allowed.
    """

    place: int
    probability: float
    head: int | None


def random_key(seed: int, sentence: str) -> bytes:
    """Return what a random order sorts by: the same on every machine that has the sentence."""
    return blake2b(f"{seed}:{sentence}".encode(), digest_size=8).digest()


def margin(probabilities: Mapping[str, float]) -> float:
    """Return by how much the likeliest label leads, 0..1: the smaller, the more uncertain."""
    first, second = nlargest(2, (*probabilities.values(), 0.0, 0.0))
    return first - second


def draws(
    candidates: Sequence[Candidate],
    *,
    explore: float = EXPLORE,
    seen: Collection[int] = (),
    turn: int = 0,
) -> Iterator[Draw]:
    """Yield every candidate once, in the order in which they are drawn.

    At each draw the sentence is, with probability `explore`, any of those left with the same
    probability, else the head of the uncertain: the smallest margin, sources taking turns
    (beginning with source number `turn`), at most `IN_A_ROW` of one document one after another,
    and near-duplicates of what was drawn or is in a group that was `seen` only after all others.
    Without margins every draw is of any of those left.

    The random numbers are hashes of the keys, so that it is the same order on every machine, and
    goes on in the same way where it was broken off and is begun again with those that are left.
    """
    by_key = sorted(range(len(candidates)), key=lambda place: candidates[place].key)
    queue = _Queue(candidates, seen, turn)
    next_key = 0
    for left in range(len(candidates), 0, -1):
        while queue.drawn[by_key[next_key]]:
            next_key += 1
        anyone, head = by_key[next_key], queue.head()
        if head is None:
            place, probability = anyone, 1 / left
        else:
            chosen = _uniform(candidates[anyone].key, candidates[head].key) >= explore
            place = head if chosen else anyone
            probability = explore / left + (1 - explore) * (place == head)
        queue.take(place, turned=place == head)
        yield Draw(place, probability, head)


def _uniform(anyone: bytes, head: bytes) -> float:
    # One of the two is drawn now, so that no pair comes again: every draw has a number of its own,
    # and it is not the same few numbers over again in a reviewer's every session.
    return int.from_bytes(blake2b(anyone + head, digest_size=7).digest(), "big") / (1 << 56)


class _Queue:
    """The candidates with a margin: for each source a heap of its documents, by their best."""

    def __init__(self, candidates: Sequence[Candidate], seen: Collection[int], turn: int) -> None:
        self._candidates = candidates
        self._seen = set(seen)
        self._turn = turn
        self.drawn = bytearray(len(candidates))
        self._last: tuple[int, int] = (0, 0)  # a document, and how often it was drawn in a row
        self._copies = False
        self._list()

    def _list(self) -> None:
        # Of equal margins not the first by key, but by the other end of it: if it went before the
        # others in both orders, it would be drawn at random more seldom than is said.
        ranked = [
            (one.margin, one.key[::-1], place)
            for place, one in enumerate(self._candidates)
            if one.margin is not None and not self.drawn[place]
        ]
        self._ranked = [place for *_, place in sorted(ranked)]
        sources: defaultdict[str, defaultdict[int, list[int]]]
        sources = defaultdict(lambda: defaultdict(list))
        for rank in reversed(range(len(self._ranked))):
            one = self._candidates[self._ranked[rank]]
            sources[one.source or ""][one.document].append(rank)
        self._heaps: deque[list[tuple[int, int, list[int]]]] = deque(
            [(ranks[-1], document, ranks) for document, ranks in sources[name].items()]
            for name in sorted(sources)
        )
        for heap in self._heaps:
            heapify(heap)
        self._heaps.rotate(-self._turn)

    def head(self) -> int | None:
        """Return the place of the next uncertain candidate, or None where there is none."""
        document, times = self._last
        barred = document if times >= IN_A_ROW else None
        while True:
            for _ in range(len(self._heaps)):
                if (rank := self._best(self._heaps[0], barred)) is not None:
                    return self._ranked[rank]
                if self._heaps[0]:
                    self._heaps.rotate(-1)
                else:
                    self._heaps.popleft()
            if self._heaps:
                barred = None  # nothing else is left
            elif self._copies:
                return None
            else:
                self._copies = True
                self._list()

    def take(self, place: int, *, turned: bool) -> None:
        """Take a candidate out; `turned` if it was the head: then it is another source's turn."""
        one = self._candidates[place]
        if turned:
            self._heaps.rotate(-1)
        self.drawn[place] = 1
        self._seen.add(one.group)
        document, times = self._last
        self._last = (one.document, times + 1 if one.document == document else 1)

    def _best(self, heap: list[tuple[int, int, list[int]]], barred: int | None) -> int | None:
        held = None
        while heap:
            rank, document, ranks = heap[0]
            place = self._ranked[rank]
            copy = not self._copies and self._candidates[place].group in self._seen
            if self.drawn[place] or copy:
                ranks.pop()
                if ranks:
                    heapreplace(heap, (ranks[-1], document, ranks))
                else:
                    heappop(heap)
            elif document == barred:
                held = heappop(heap)
            else:
                break
        best = heap[0][0] if heap else None
        if held is not None:
            heappush(heap, held)
        return best
