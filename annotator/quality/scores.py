"""Scores of a model's answers against labels: with intervals, by class, by sureness.

Macro-F1 is the unweighted mean of the F1 of the classes that occur among the labels; an F1 is 0
where a class is never answered. What is undefined (the recall of a class that does not occur, the
precision of one that is never answered) is neither 0 nor 1: it has no value, and says why.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from annotator.quality.bootstrap import Drawing, Figure, interval_of

BINS: Final = 10
Pair = tuple[str, str]
Key = tuple[str, str]
_ALL: Final = ""


class ClassScores(NamedTuple):
    """The scores of one class; `labelled` and `answered` count its sentences."""

    labelled: int
    answered: int
    precision: Figure
    recall: Figure
    f1: Figure


@dataclass(frozen=True)
class Scores:
    """How a model's answers fit the labels; `confusion` counts pairs of label and answer."""

    n: int
    accuracy: Figure
    macro_f1: Figure
    classes: Mapping[str, ClassScores]
    confusion: Mapping[Pair, int]

    def as_json(self) -> dict[str, Any]:
        """Return the scores for a program."""
        return {
            "n": self.n,
            "accuracy": self.accuracy._asdict(),
            "macro_f1": self.macro_f1._asdict(),
            "classes": {
                name: {
                    "labelled": one.labelled,
                    "answered": one.answered,
                    "precision": one.precision._asdict(),
                    "recall": one.recall._asdict(),
                    "f1": one.f1._asdict(),
                }
                for name, one in self.classes.items()
            },
            "confusion": {
                name: {other: self.confusion.get((name, other), 0) for other in self.classes}
                for name in self.classes
            },
        }


def measures(confusion: Mapping[Pair, int], classes: Sequence[str]) -> dict[Key, float | str]:
    """Return each score by name and class ("" for all classes), or why it is undefined."""
    n = sum(confusion.values())
    if not n:
        names = [(name, one) for one in classes for name in ("precision", "recall", "f1")]
        return dict.fromkeys([("accuracy", _ALL), ("macro-f1", _ALL), *names], "no sentences")
    found: dict[Key, float | str] = {}
    f1s: list[float] = []
    right = 0
    for one in classes:
        hits = confusion.get((one, one), 0)
        labelled = sum(confusion.get((one, other), 0) for other in classes)
        answered = sum(confusion.get((other, one), 0) for other in classes)
        right += hits
        found["precision", one] = hits / answered if answered else "never answered"
        found["recall", one] = hits / labelled if labelled else "none among the labels"
        if labelled:
            f1s.append(2 * hits / (labelled + answered))
        found["f1", one] = f1s[-1] if labelled else "none among the labels"
    found["accuracy", _ALL] = right / n
    found["macro-f1", _ALL] = sum(f1s) / len(f1s)
    return found


def score(
    labels: Sequence[str],
    answers: Sequence[str],
    classes: Sequence[str],
    documents: Sequence[str | None],
    drawing: Drawing | None = None,
) -> Scores:
    """Return the scores of `answers` against `labels`; all run parallel, `classes` hold both."""
    pairs = list(zip(labels, answers, strict=True))
    confusion = Counter(pairs)
    found = interval_of(
        lambda sample: measures(sample, classes),
        pairs,
        documents,
        drawing or Drawing.of(documents),
    )
    by_class = {
        one: ClassScores(
            sum(label == one for label in labels),
            sum(answer == one for answer in answers),
            found["precision", one],
            found["recall", one],
            found["f1", one],
        )
        for one in classes
    }
    return Scores(len(pairs), found["accuracy", _ALL], found["macro-f1", _ALL], by_class, confusion)


class Bin(NamedTuple):
    """Sentences whose answers were about as sure: how sure on average, and how many were right."""

    low: float
    high: float
    n: int
    sure: float
    right: float


@dataclass(frozen=True)
class Reliability:
    """Whether what is said with 80 % is right in 80 of 100 cases.

    `ece` is the expected calibration error: the mean of |sure - right| over the sentences, in
    `BINS` bins of equal width (Naeini and others, AAAI 2015). Empty bins are not listed.
    """

    n: int
    ece: float
    bins: tuple[Bin, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the table for a program."""
        return {"n": self.n, "ece": self.ece, "bins": [one._asdict() for one in self.bins]}


def reliability(sure: Sequence[float], right: Sequence[bool]) -> Reliability | None:
    """Return the reliability of answers given with a probability each; None without answers."""
    if not sure:
        return None
    held: dict[int, list[tuple[float, bool]]] = {}
    for chance, hit in zip(sure, right, strict=True):
        held.setdefault(min(int(chance * BINS), BINS - 1), []).append((chance, hit))
    bins = tuple(
        Bin(
            n / BINS,
            (n + 1) / BINS,
            len(inside),
            sum(chance for chance, _ in inside) / len(inside),
            sum(hit for _, hit in inside) / len(inside),
        )
        for n, inside in sorted(held.items())
    )
    off = sum(one.n * abs(one.sure - one.right) for one in bins)
    return Reliability(len(sure), off / len(sure), bins)
