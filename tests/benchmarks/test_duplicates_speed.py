"""How the grouping of near-duplicates scales, and what it finds of copies whose origin is known."""

from __future__ import annotations

import random
import time
import tracemalloc
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from itertools import accumulate

import big_store
import pytest
from strategies import similar

from annotator.ingest.duplicates import (
    BUCKET,
    Form,
    candidate_keys,
    form_hash,
    group_forms,
    normal_form,
)

pytestmark = pytest.mark.benchmark

SYLLABLES = [c + v for c in "bcdfghklmnprstvz" for v in ("a", "e", "i", "o", "u", "an", "er", "is")]


class Language:
    """Made-up words, used as often as words of a language are (Zipf); the commonest are short."""

    def __init__(self, seed: int, words: int = 30_000) -> None:
        self.random = random.Random(seed)
        drawn: dict[str, None] = {}
        while len(drawn) < words:
            length = 1 if len(drawn) < 60 else self.random.choice((2, 2, 3, 3, 4))
            drawn["".join(self.random.choices(SYLLABLES, k=length))] = None
        self.words = list(drawn)
        self.weights = list(accumulate(1 / (rank + 2) for rank in range(words)))

    def some(self, count: int) -> list[str]:
        return self.random.choices(self.words, cum_weights=self.weights, k=count)

    def sentence(self) -> list[str]:
        return self.some(self.random.randint(6, 34))

    def copy(self, words: list[str], kind: str) -> list[str]:
        words = list(words)
        third = max(1, len(words) // 3)
        if kind in ("substituted", "both"):
            for _ in range(self.random.randint(1, 3)):
                words[self.random.randrange(len(words))] = self.some(1)[0]
        if kind in ("cut", "both"):
            cut = self.random.randint(1, third)
            words = words[cut:] if self.random.random() < 0.5 else words[:-cut]
        if kind == "extended":
            words += self.some(self.random.randint(2, third + 1))
        return words


KINDS = ("substituted", "substituted", "cut", "extended", "both")


def write(words: list[str], dice: random.Random) -> str:
    """Return a sentence whose form varies: case, apostrophes, spaces."""
    text = f"{' '.join(words).capitalize()} it’s {words[0]}."
    return dice.choice((text, text, text.upper(), text.replace("’", "'"), text.replace(" ", "  ")))


def corpus(count: int, seed: int = 7) -> Iterator[tuple[int, str, str]]:
    """Yield origin, kind and text: three fifths new, a fifth exact and a fifth near copies."""
    language = Language(seed)
    originals: list[list[str]] = []
    for _ in range(count):
        turn = language.random.random()
        if turn < 0.6 or not originals:
            originals.append(language.sentence())
            yield len(originals) - 1, "original", write(originals[-1], language.random)
            continue
        origin = language.random.randrange(len(originals))
        kind = "form" if turn < 0.8 else language.random.choice(KINDS)
        words = language.copy(originals[origin], kind)
        yield origin, kind, write(words, language.random)


class Stored:
    def __init__(self) -> None:
        self.forms: dict[int, Form] = {}
        self.holders: defaultdict[int, list[int]] = defaultdict(list)

    def lookup(self, keys: Collection[int]) -> Iterable[Form]:
        found: dict[int, list[int]] = {}
        for key in keys:
            for form in sorted(self.holders.get(key, ()))[:BUCKET]:
                found.setdefault(form, []).append(key)
        for form, own in found.items():
            yield self.forms[form]._replace(keys=own)

    def keep(self, texts: Iterable[str]) -> None:
        for text in texts:
            form = form_hash(text)
            if form not in self.forms:
                self.forms[form] = Form(form, form, text, ())
                for key in candidate_keys(text):
                    self.holders[key].append(form)


def group(texts: list[str]) -> dict[int, int]:
    return group_forms({form_hash(text): text for text in texts}, lambda keys: ())


def test_grouping_is_near_linear(capsys: pytest.CaptureFixture[str]) -> None:
    each = []
    with capsys.disabled():
        print()
        for count in big_store.sizes(1_000, 10_000, 100_000):
            texts = [text for _, _, text in corpus(count)]
            start = time.process_time()
            renamed = group(texts)
            seconds = time.process_time() - start
            each.append(seconds / count)
            print(
                f"group {count:>7,} sentences: {seconds:6.2f} s CPU, {each[-1] * 1e6:5.1f} us each "
                f"({each[-1] / each[0]:.2f} times the first row), {len(renamed):,} joined"
            )


def test_adding_to_a_large_store(capsys: pytest.CaptureFixture[str]) -> None:
    large = big_store.sizes(1_000, 100_000)[-1]
    texts = [text for _, _, text in corpus(large + large // 10)]
    stored = Stored()
    stored.keep(texts[:large])
    new = {form_hash(text): text for text in texts[large:]}
    new = {form: text for form, text in new.items() if form not in stored.forms}
    start = time.process_time()
    group_forms(new, stored.lookup)
    beside = time.process_time() - start
    start = time.process_time()
    group_forms(new, lambda keys: ())
    alone = time.process_time() - start
    with capsys.disabled():
        print(
            f"\nadd {len(new):,} new forms to {len(stored.forms):,} (in memory): {beside:.2f} s, "
            f"{beside / alone:.1f} times an empty store"
        )


def test_memory_and_keys(capsys: pytest.CaptureFixture[str]) -> None:
    texts = [text for _, _, text in corpus(20_000)]
    forms = {form_hash(text): text for text in texts}
    keys = Counter(len(candidate_keys(text)) for text in forms.values())
    tracemalloc.start()
    group_forms(forms, lambda keys: ())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    with capsys.disabled():
        print(
            f"\n{sum(n * c for n, c in keys.items()) / len(forms):.2f} keys a form; "
            f"peak {peak / len(forms):.0f} bytes a form"
        )


def test_what_is_found(capsys: pytest.CaptureFixture[str]) -> None:
    rows = list(corpus(20_000))
    renamed = group([text for _, _, text in rows])

    def label(text: str) -> int:
        form = form_hash(text)
        return renamed.get(form, form)

    first: dict[int, str] = {}
    for origin, kind, text in rows:
        if kind == "original":
            first[origin] = text
    found: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    for origin, kind, text in rows:
        if kind == "original" or not similar(text, first[origin]):
            continue
        a, b = (set(normal_form(each).split()) for each in (text, first[origin]))
        jaccard = len(a & b) / len(a | b)
        for row in (kind, "Jaccard >= .6" if jaccard >= 0.6 else "Jaccard < .6"):
            asked[row] += 1
            found[row] += label(text) == label(first[origin])
    origins: defaultdict[int, set[int]] = defaultdict(set)
    for origin, _, text in rows:
        origins[label(text)].add(origin)
    false = sum(len(each) > 1 for each in origins.values())
    with capsys.disabled():
        print()
        for row in sorted(asked):
            share = found[row] / asked[row]
            print(f"{row:>14}: {found[row]:>5} of {asked[row]:>5} found ({share:.2%})")
        print(f"groups that hold more than one origin: {false} of {len(origins):,}")
