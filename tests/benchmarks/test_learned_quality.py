"""How much the labels teach: macro-F1 of the learned model beside the rules, as labels come in.

At 100, 300 and 1,000 labels (five draws, measured on the rest), and with all of them in five-fold
cross-validation. What is left of a small file is too little for five draws to tell the two apart:
so at 300 there are twenty further ones, each of which compares them on the same sentences. The
rules were made with half of each file in sight, so the last figures are of the sentences that they
had not seen ("blind"). `+ vectors` adds an embedder that is made here from the sentences of all
files without their labels: it shows what the way is worth, and no more, for it knows no other text.
"""

from __future__ import annotations

import random
import statistics
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import fit_rules
import numpy as np
import pytest
from test_rules_quality import BARS, answer, by_rules, macro_f1, records

from annotator.baseline.learned import training
from annotator.baseline.learned.reading import see, words_of
from annotator.baseline.learned.training import Example, added, components, train
from annotator.core.model import Sentence

pytestmark = pytest.mark.benchmark

SIZES = (100, 300, 1_000)
SEEDS = range(5)
FURTHER = range(200, 220)
"""Seeds of draws that nothing was chosen with: the model was tuned on those from 100 on."""
IN_DOMAIN = {
    "speculation_science_sentence": 0.85,
    "speculation_science_probability": 0.79,
    "speculation_wikinews": 0.69,
    "promotional_wikipedia": 0.61,
    "subjective_news": 0.67,
    "subjective_wikipedia": 0.64,
    "threeway": None,
}
Embed = Callable[[Sequence[str]], Any]
Part = Sequence[int]


class Data(NamedTuple):
    name: str
    examples: list[Example]
    rules: list[str]
    seen: list[bool]

    def gold(self, part: Part) -> list[str]:
        return [self.examples[n].label for n in part]


def read(name: str) -> Data:
    rows = records(name)
    examples = [Example(Sentence(row["text"], row["lang"]), row["label"]) for row in rows]
    said = [answer(name, by_rules(row["text"], row["lang"])) for row in rows]
    return Data(name, examples, said, [fit_rules.seen(row["text"]) for row in rows])


@pytest.fixture(autouse=True)
def read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    known: dict[Sentence, Any] = {}

    def remembered(sentence: Sentence) -> Any:
        if sentence not in known:
            known[sentence] = see(sentence)
        return known[sentence]

    monkeypatch.setattr(training, "see", remembered)


def learned(data: Data, known: Part, asked: Part, embed: Embed | None = None) -> list[str]:
    """Return what a model that was trained on one part says of another."""
    trained = train([data.examples[n] for n in known], embed=embed)
    linear = trained.linear
    seen = [training.see(data.examples[n].sentence) for n in asked]
    scores = linear.scores(linear.features(seen, embed))
    chances = added(scores, training._prior(seen, linear.classes))
    return [linear.classes[n] for n in chances.argmax(axis=1)]


def draws(data: Data, size: int, seeds: Iterable[int] = SEEDS) -> list[tuple[Part, Part]]:
    found = []
    for seed in seeds:
        order = list(range(len(data.examples)))
        random.Random(seed).shuffle(order)
        found.append((order[:size], order[size:]))
    return found


def gains(data: Data, size: int) -> list[float]:
    """Return by how much macro-F1 the learned model beats the rules, in each of FURTHER."""
    return [
        macro_f1(gold := data.gold(asked), learned(data, known, asked))
        - macro_f1(gold, [data.rules[n] for n in asked])
        for known, asked in draws(data, size, FURTHER)
    ]


def gain(found: Sequence[float]) -> tuple[str, str]:
    """Return the mean gain with its standard deviation, and how often there was one."""
    mean, deviation = statistics.mean(found), statistics.stdev(found)
    better = sum(one > 0 for one in found)
    return f"{mean:+.3f} ± {deviation:.3f}", f"{better} of {len(found)}"


def folds(data: Data) -> list[tuple[Part, Part]]:
    labels = [one.label for one in data.examples]
    groups = components([(one.sentence.text,) for one in data.examples])
    return [*training._split(labels, groups)]


def compare(data: Data, parts: Sequence[tuple[Part, Part]], embed: Embed | None) -> list[float]:
    """Return the mean macro-F1 of the rules, the learned model, and it with vectors; then blind."""
    found: list[list[float]] = []
    for known, asked in parts:
        gold = data.gold(asked)
        said = [[data.rules[n] for n in asked], learned(data, known, asked)]
        if embed:
            said.append(learned(data, known, asked, embed))
        blind = [n for n, place in enumerate(asked) if not data.seen[place]]
        found.append(
            [macro_f1(gold, one) for one in said]
            + [macro_f1([gold[n] for n in blind], [one[n] for n in blind]) for one in said]
        )
    return [statistics.mean(column) for column in zip(*found, strict=True)]


@pytest.mark.parametrize("name", BARS)
def test_as_labels_come_in(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    data = read(name)
    embed = vectors()
    lines = [f"{name}, n = {len(data.examples)}: rules, learned, + vectors; the same blind"]
    for size in SIZES:
        if size <= 0.8 * len(data.examples):
            each = "  ".join(f"{one:.3f}" for one in compare(data, draws(data, size), embed))
            lines.append(f"  {size:5,d} labels   {each}")
    each = "  ".join(f"{one:.3f}" for one in compare(data, folds(data), embed))
    lines.append(f"  five folds     {each}   (in-domain reference {IN_DOMAIN[name]})")
    with capsys.disabled():
        print("", *lines, sep="\n  ")


@pytest.mark.parametrize("name", BARS)
def test_beside_the_rules(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    mean, better = gain(gains(read(name), 300))
    with capsys.disabled():
        print(f"\n  {name}, 300 labels: learned less rules {mean}, better in {better}")


def vectors(dimensions: int = 64) -> Embed:
    """Return an embedder of the words of all files: the singular vectors of who stands with whom.

    (Levy and Goldberg 2014, "Neural Word Embedding as Implicit Matrix Factorization".)
    """
    from scipy.sparse import csr_matrix
    from scipy.sparse.linalg import svds

    texts = [row["text"] for name in BARS for row in records(name)]
    cut = [[word for word in words_of(text) if " " not in word] for text in texts]
    counts = Counter(word for words in cut for word in words)
    place = {word: n for n, (word, count) in enumerate(counts.most_common(5_000)) if count > 2}
    pairs: Counter[tuple[int, int]] = Counter()
    for words in cut:
        rows = [place[word] for word in words if word in place]
        for at, one in enumerate(rows):
            for other in rows[at + 1 : at + 5]:
                pairs[one, other] += 1
                pairs[other, one] += 1
    rows, columns = np.array([*pairs]).T
    total = np.bincount(rows, weights=[*pairs.values()], minlength=len(place))
    values = np.log(np.array([*pairs.values()]) * total.sum() / total[rows] / total[columns])
    matrix = csr_matrix((np.maximum(values, 0), (rows, columns)), shape=(len(place),) * 2)
    left, strength, _ = svds(matrix, k=dimensions, random_state=0)
    table = left * np.sqrt(strength)

    def embed(texts: Sequence[str]) -> Any:
        found = np.zeros((len(texts), dimensions))
        for n, text in enumerate(texts):
            known = [place[word] for word in words_of(text) if word in place]
            if known:
                found[n] = table[known].mean(axis=0)
        lengths = np.linalg.norm(found, axis=1, keepdims=True)
        return found / np.where(lengths, lengths, 1.0)

    return embed
