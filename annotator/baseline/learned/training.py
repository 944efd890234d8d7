"""Training: folds that keep documents together, the mix with the rules, the final fit."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from annotator.baseline.learned.model import Embed, Linear, fit
from annotator.baseline.learned.reading import Seen, prior, see
from annotator.core.errors import UsageProblem
from annotator.core.model import Sentence
from annotator.core.progress import Progress, silent

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

LEAST: Final = 30
"""Labels below which nothing is trained: what cross-validation would say of it is chance."""
LEAST_OF_EACH: Final = 5
"""Labels that at least two classes must have."""
DOCUMENT: Final = "document "
_FOLDS: Final = 5
_OWN: Final = (0.1, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0)
_RULES: Final = (0.0, 0.25, 0.5, 0.75, 1.0, 1.25)
"""The weights that are tried for the model and for the rules."""


class Example(NamedTuple):
    """A labelled sentence. Those that share a key stay together.

    The key of its document begins with DOCUMENT; another one may be its duplicate group.
    """

    sentence: Sentence
    label: str
    keys: tuple[str, ...] = ()


class Mix(NamedTuple):
    """What the log odds of the model, and those of the rules, are multiplied by."""

    own: float
    rules: float


_FIRST_GUESS: Final = Mix(0.5, 1.0)
_PULL: Final = Mix(5.0, 40.0)
"""How hard the weights are pulled to the first guess, that of the model on a scale of ratios: a few
dozen labels of a rare class say little about them. Chosen with 300 labels of development files."""


@dataclass(frozen=True)
class Trained:
    """A trained model, and what it said of each example when it had not seen its document.

    `unseen` are probabilities by class. `by` is "document", or "sentence" where the documents
    cannot be held apart: too few, or tied to each other by copies.
    """

    linear: Linear
    mix: Mix
    unseen: tuple[Mapping[str, float], ...]
    folds: int
    by: str


class TooFewLabels(UsageProblem):
    """There is not enough to learn from."""


def train(
    examples: Sequence[Example], *, embed: Embed | None = None, tell: Progress = silent
) -> Trained:
    """Return the model of labelled sentences, the same for the same ones in the same order.

    Raises TooFewLabels, which says how many there are of each class.
    """
    labels = [one.label for one in examples]
    check(labels)
    tell("training", 0, _FOLDS + 1)
    seen = [see(one.sentence) for one in examples]
    classes = tuple(sorted(set(labels)))
    folds, by = _folds(examples)
    scores = _out_of_fold(seen, labels, classes, folds, embed, tell)
    odds = _prior(seen, classes)
    mix = _mix(scores, odds, [classes.index(label) for label in labels], len(classes))
    unseen = mixed(scores, odds, mix)
    linear = fit(seen, labels, embed)
    tell("training", _FOLDS + 1, _FOLDS + 1)
    said = tuple(dict(zip(classes, map(float, row), strict=True)) for row in unseen)
    return Trained(linear, mix, said, len(folds), by)


def check(labels: Sequence[str]) -> None:
    """Raise TooFewLabels if there is not enough to learn from."""
    counts = Counter(labels)
    enough = sum(count >= LEAST_OF_EACH for count in counts.values()) >= 2
    if len(labels) >= LEAST and enough:
        return
    there = ", ".join(f"{count} {name}" for name, count in sorted(counts.items())) or "none"
    raise TooFewLabels(
        f"there is too little to learn from: {len(labels)} labels ({there})",
        hint=f"it takes {LEAST} labels, and {LEAST_OF_EACH} of each of two classes",
    )


def mixed(scores: Floats, odds: Floats, mix: Mix) -> Floats:
    """Return the probabilities of the classes, in rows that sum to 1."""
    import numpy as np

    found = mix.own * scores + mix.rules * odds
    found = np.exp(found - found.max(axis=1, keepdims=True))
    result: Floats = found / found.sum(axis=1, keepdims=True)
    return result


def _prior(seen: Sequence[Seen], classes: tuple[str, ...]) -> Floats:
    import numpy as np

    return np.array([prior(one.judgement, classes) for one in seen])


def _mix(scores: Floats, odds: Floats, gold: Sequence[int], classes: int) -> Mix:
    """Return the weights under which the unseen labels are likeliest, all classes equal."""
    import numpy as np

    rows = np.arange(len(gold))
    weight = len(gold) / classes / np.bincount(gold, minlength=classes)[gold]

    def cost(mix: Mix) -> float:
        likely = np.log(np.maximum(mixed(scores, odds, mix)[rows, gold], 1e-12))
        moved = _PULL.own * math.log(mix.own / _FIRST_GUESS.own) ** 2
        moved += _PULL.rules * (mix.rules - _FIRST_GUESS.rules) ** 2
        return float(-(weight * likely).sum() + moved)

    return min((Mix(own, rule) for own in _OWN for rule in _RULES), key=cost)


# -- folds -------------------------------------------------------------------------------------

Fold = tuple[Sequence[int], Sequence[int]]


def _folds(examples: Sequence[Example]) -> tuple[list[Fold], str]:
    """Return folds, each what is learned from and what is asked, and what they keep together."""
    labels = [one.label for one in examples]
    keys = [(*one.keys, f"text {one.sentence.text}") for one in examples]
    alone = [tuple(key for key in own if not key.startswith(DOCUMENT)) for own in keys]
    for by, kept in (("document", keys), ("sentence", alone)):
        found = [*_split(labels, components(kept))]
        if found and all(len({labels[place] for place in known}) > 1 for known, _ in found):
            return found, by if keys != alone else "sentence"
    raise TooFewLabels("all labels of a class are of the same words")


def _split(labels: Sequence[str], groups: Sequence[int]) -> Iterator[Fold]:
    from sklearn.model_selection import StratifiedGroupKFold

    count = min(_FOLDS, len(set(groups)))
    if count < 2:
        return
    # Numbers as labels, and no warning where a class is in fewer documents than there are folds.
    numbers = {label: place for place, label in enumerate(sorted(set(labels)))}
    rare = min(Counter(labels).values())
    places = [numbers[label] for label in labels]
    if rare < count:
        places = [0] * len(labels)
    splitter = StratifiedGroupKFold(count, shuffle=True, random_state=0)
    for known, asked in splitter.split(places, places, list(groups)):
        if len(asked):
            yield [*map(int, known)], [*map(int, asked)]


def components(keys: Sequence[tuple[str, ...]]) -> list[int]:
    """Return a group for each item: items that share a key are in one, through others too."""
    parent = list(range(len(keys)))

    def root(item: int) -> int:
        while parent[item] != item:
            parent[item] = parent[parent[item]]
            item = parent[item]
        return item

    first: dict[str, int] = {}
    for item, own in enumerate(keys):
        for key in own:
            parent[root(item)] = root(first.setdefault(key, item))
    return [root(item) for item in range(len(keys))]


def _out_of_fold(
    seen: Sequence[Seen],
    labels: Sequence[str],
    classes: tuple[str, ...],
    folds: Sequence[Fold],
    embed: Embed | None,
    tell: Progress,
) -> Floats:
    import numpy as np

    scores = np.zeros((len(seen), len(classes)))
    for done, (known, asked) in enumerate(folds):
        part = fit([seen[n] for n in known], [labels[n] for n in known], embed)
        found = part.scores(part.features([seen[n] for n in asked], embed))
        # A class that this part of the labels does not have is as unlikely as any.
        own = np.repeat(found.min(axis=1, keepdims=True), len(classes), axis=1)
        own[:, [classes.index(name) for name in part.classes]] = found
        scores[list(asked)] = own
        tell("training", done + 1, _FOLDS + 1)
    return scores
