"""Which order saves labels: the learned model on labelled sentences, replayed under each order.

The rules are what is in use before there are labels: they rank the first sentences of the
uncertain order, and answer as long as there is too little to learn from.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from annotator.baseline.learned.reading import Seen, prior, see
from annotator.baseline.learned.saved import check_installed
from annotator.baseline.learned.training import (
    Example,
    TooFewLabels,
    added,
    components,
    train,
)
from annotator.core.errors import InputProblem
from annotator.core.model import Sentence
from annotator.core.progress import Progress, silent
from annotator.formats.labelled import LabelledSet
from annotator.ingest.duplicates import form_hash, group_forms
from annotator.project.evaluate import question_of, spoken
from annotator.quality.curves import (
    HELD_OUT,
    REPLAYED,
    RIVAL,
    STEPS,
    Model,
    Point,
    points,
    replay,
    split,
)
from annotator.quality.sampling import Candidate, margin, random_key
from annotator.quality.scores import measures

if TYPE_CHECKING:
    from annotator.baseline.learned.model import Linear

SEEDS: Final = 5
PICTURES: Final = (".svg", ".png")


@dataclass(frozen=True)
class Curve:
    """Learning curves on one labelled set.

    `pool` and `held` are how many sentences were drawn from and held out (with the first seed;
    others differ a little), `steps` the numbers of labels that there were enough sentences for.
    `untrained` counts the points of which the rules answered: too little to learn from.
    """

    name: str
    n: int
    documents: int
    pool: int
    held: int
    seeds: int
    steps: tuple[int, ...]
    untrained: int
    points: tuple[Point, ...]

    def of(self, order: str) -> list[Point]:
        """Return the points of one order."""
        return [point for point in self.points if point.order == order]

    def as_json(self) -> dict[str, Any]:
        """Return the curves for a program."""
        return {
            **vars(self),
            "on": self.name,
            "compared_with": RIVAL,
            "points": [point.as_json() for point in self.points],
        }


def run(
    found: LabelledSet,
    *,
    orders: Sequence[str] = REPLAYED,
    seeds: int = SEEDS,
    tell: Progress = silent,
) -> Curve:
    """Return the learning curves of `orders` on a labelled set, over seeds 1 to `seeds`.

    Raises UsageProblem without the libraries that training needs, InputProblem where the set is
    too small for the first step.
    """
    check_installed()
    tell("reading", 0, 1)
    given = _Set(found)
    parts = [split(given.units, seed) for seed in range(1, seeds + 1)]
    least = min(len(part.pool) for part in parts)
    steps = tuple(step for step in STEPS if step <= least)
    if not steps or not all(part.held for part in parts):
        raise InputProblem(
            f"too small for a learning curve: of {len(given.units)} labelled sentences {least} are"
            f" left to draw from when {HELD_OUT:.0%} are held out by document, and the curve"
            f" begins at {STEPS[0]}",
            file=found.name,
        )
    scores: dict[str, list[list[float]]] = {order: [] for order in orders}
    for done, part in enumerate(parts):
        for at, order in enumerate(orders):
            tell("learning", done * len(orders) + at, len(parts) * len(orders))
            candidates = given.candidates(done + 1)
            scores[order].append(replay(order, steps, part, candidates, given.rules, given.train))
    return Curve(
        found.name,
        len(given.units),
        len({one.document for one in found.sentences if one.document is not None}),
        len(parts[0].pool),
        len(parts[0].held),
        seeds,
        steps,
        given.untrained,
        tuple(points(scores, steps)),
    )


class _Set:
    """A labelled set as it is learned from: what was seen of each sentence, and what belongs."""

    def __init__(self, found: LabelledSet) -> None:
        self._classes = question_of(found).classes
        self._labels = [one.label for one in found.sentences]
        self._asked = [
            Sentence(one.text, language, one.before)
            for one, language in zip(found.sentences, spoken(found), strict=True)
        ]
        self._documents = [one.document for one in found.sentences]
        self.seen = [see(one) for one in self._asked]
        forms = {form_hash(one.text): one.text for one in self._asked}
        renamed = group_forms(forms, lambda _: ())
        self._groups = [
            renamed.get(form, form) for form in (form_hash(one.text) for one in self._asked)
        ]
        self._keys = [
            tuple(f"{kind} {name}" for kind, name in named if name is not None)
            for named in (
                (("document", one.document), ("group", one.group), ("like", group))
                for one, group in zip(found.sentences, self._groups, strict=True)
            )
        ]
        self.units = components(self._keys)
        self.untrained = 0
        self.rules = _Answers(self, None, self._classes)

    def candidates(self, seed: int) -> list[Candidate]:
        """Return the sentences as they can be drawn; without a document, each of its own."""
        number: dict[str, int] = {}
        return [
            Candidate(
                random_key(seed, str(place)),
                document=number.setdefault(document or f"sentence {place}", len(number)),
                group=group,
            )
            for place, (document, group) in enumerate(
                zip(self._documents, self._groups, strict=True)
            )
        ]

    def train(self, places: Sequence[int]) -> Model:
        """Return the model of these labelled sentences; the rules if they are too few."""
        try:
            trained = train(
                [Example(self._asked[n], self._labels[n], self._keys[n]) for n in places]
            )
        except TooFewLabels:
            self.untrained += 1
            return self.rules
        return _Answers(self, trained.linear, trained.linear.classes)

    def macro_f1(self, places: Sequence[int], answers: Sequence[str]) -> float:
        """Return the macro-F1 of answers to these sentences."""
        pairs = Counter(zip((self._labels[n] for n in places), answers, strict=True))
        found = measures(pairs, self._classes)["macro-f1", ""]
        assert isinstance(found, float)
        return found


class _Answers:
    """What a model says of the sentences of a set; without a linear model, what the rules say."""

    def __init__(self, given: _Set, linear: Linear | None, classes: tuple[str, ...]) -> None:
        self._given, self._linear, self._classes = given, linear, classes

    def margins(self, places: Sequence[int]) -> list[float]:
        """Return by how much the likeliest label of each sentence leads."""
        return [margin(one) for one in self._probabilities(places)]

    def score(self, places: Sequence[int]) -> float:
        """Return the macro-F1 of the likeliest labels."""
        said = self._probabilities(places)
        return self._given.macro_f1(places, [max(one, key=lambda name: one[name]) for one in said])

    def _probabilities(self, places: Sequence[int]) -> list[Mapping[str, float]]:
        import numpy as np

        seen: list[Seen] = [self._given.seen[n] for n in places]
        if not seen:
            return []
        odds = np.array([prior(one.judgement, self._classes) for one in seen])
        scores = np.zeros_like(odds)
        if self._linear is not None:
            scores = self._linear.scores(self._linear.features(seen, None))
        rows = added(scores, odds)
        return [dict(zip(self._classes, map(float, row), strict=True)) for row in rows]
