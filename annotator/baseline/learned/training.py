"""Training: folds that keep documents together, the distance from the rules, the final fit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from annotator.baseline.learned.model import Embed, Linear, balance, fit
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
_ROOMS: Final = (1 / 16, 1 / 4, 1.0, 4.0)
"""How far the model may go from the rules: one of these, which cross-validation chooses."""


class Example(NamedTuple):
    """A labelled sentence. Those that share a key stay together.

    The key of its document begins with DOCUMENT; another one may be its duplicate group.
    """

    sentence: Sentence
    label: str
    keys: tuple[str, ...] = ()


@dataclass(frozen=True)
class Trained:
    """A trained model, and what it said of each example when it had not seen its document.

    `room` is how far it may go from the rules. `unseen` are probabilities by class. `by` is
    "document", or "sentence" where the documents cannot be held apart: too few, or tied to each
    other by copies.
    """

    linear: Linear
    room: float
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
    odds = _prior(seen, classes)
    gold = [classes.index(label) for label in labels]
    each = [
        (_loss(unseen, gold), room, unseen)
        for room, unseen in _out_of_fold(seen, labels, classes, folds, odds, embed, tell)
    ]
    _, room, unseen = min(each, key=lambda one: one[0])
    (linear,) = fit(seen, labels, [room], embed)
    tell("training", _FOLDS + 1, _FOLDS + 1)
    said = tuple(dict(zip(classes, map(float, row), strict=True)) for row in unseen)
    return Trained(linear, room, said, len(folds), by)


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


def added(scores: Floats, odds: Floats) -> Floats:
    """Return the probabilities of the classes, in rows that sum to 1."""
    from scipy.special import softmax

    result: Floats = softmax(scores + odds, axis=1)
    return result


def _prior(seen: Sequence[Seen], classes: tuple[str, ...]) -> Floats:
    import numpy as np

    return np.array([prior(one.judgement, classes) for one in seen])


def _loss(unseen: Floats, gold: Sequence[int]) -> float:
    """Return how unlikely the labels are under the probabilities, all classes equal."""
    import numpy as np

    places = np.array(gold)
    likely = np.log(np.maximum(unseen[np.arange(len(gold)), places], 1e-12))
    return float(-(balance(places, unseen.shape[1]) * likely).sum())


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
    odds: Floats,
    embed: Embed | None,
    tell: Progress,
) -> list[tuple[float, Floats]]:
    """Return for each of _ROOMS what models said of the sentences that they had not seen."""
    import numpy as np

    scores = np.zeros((len(_ROOMS), len(seen), len(classes)))
    for done, (known, asked) in enumerate(folds):
        parts = fit([seen[n] for n in known], [labels[n] for n in known], _ROOMS, embed)
        features = parts[0].features([seen[n] for n in asked], embed)
        columns = [classes.index(name) for name in parts[0].classes]
        for room, part in enumerate(parts):
            found = part.scores(features)
            # A class that this part of the labels does not have is as unlikely as any.
            own = np.repeat(found.min(axis=1, keepdims=True), len(classes), axis=1)
            own[:, columns] = found
            scores[room, list(asked)] = own
        tell("training", done + 1, _FOLDS + 1)
    return [(room, added(one, odds)) for room, one in zip(_ROOMS, scores, strict=True)]
