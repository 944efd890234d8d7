"""What the sentiment analysers are worth: what they say of sentences with each label."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from annotator.baseline import sentiment
from annotator.baseline.sentiment import Analyzer
from annotator.core.model import Sentiment
from annotator.formats.labelled import LabelledSet
from annotator.project.evaluate import of_sentiment, question_of, spoken
from annotator.quality.bootstrap import Drawing, Figure, interval_of
from annotator.quality.correlation import spearman
from annotator.quality.scores import score


@dataclass(frozen=True)
class Means:
    """The mean polarity and subjectivity of the sentences with a label."""

    n: int
    polarity: Figure
    subjectivity: Figure


@dataclass(frozen=True)
class AnalyzerScore:
    """What an analyser says of the sentences of its language, and what its labels are worth.

    `macro_f1` is that of the labels that plain thresholds make of it. `spearman` is the rank
    correlation of its polarity with what people gave, where the file has that.
    """

    analyzer: str
    language: str
    version: str
    drawing: Drawing
    n: int
    silent: int
    by_label: Mapping[str, Means]
    macro_f1: Figure
    spearman: Figure
    spearman_n: int

    def as_json(self) -> dict[str, Any]:
        """Return the same for a program."""
        return {
            **vars(self),
            "drawing": self.drawing.as_json(),
            "by_label": {
                name: {
                    "n": one.n,
                    "polarity": one.polarity._asdict(),
                    "subjectivity": one.subjectivity._asdict(),
                }
                for name, one in self.by_label.items()
            },
            "macro_f1": self.macro_f1._asdict(),
            "spearman": self.spearman._asdict(),
        }


def score_sentiment(found: LabelledSet) -> list[AnalyzerScore]:
    """Return the scores of every analyser whose language occurs, those of a language together."""
    codes = spoken(found)
    return [
        _scored(found, codes, analyzer)
        for analyzer in map(sentiment.get, sentiment.NAMES)
        if analyzer.language in codes
    ]


def _scored(found: LabelledSet, codes: Sequence[str], analyzer: Analyzer) -> AnalyzerScore:
    question = question_of(found)
    its = [
        one for one, code in zip(found.sentences, codes, strict=True) if code == analyzer.language
    ]
    said = [analyzer(one.text) for one in its]
    documents = [one.document for one in its]
    drawing = Drawing.of(documents)
    labels = [one.label for one in its]
    answers = [question.answer(of_sentiment(one)) for one in said]
    rated = [n for n, one in enumerate(its) if one.polarity is not None]
    return AnalyzerScore(
        analyzer.name,
        analyzer.language,
        analyzer.version,
        drawing,
        len(its),
        sum(not one.assessments for one in said),
        _means(said, labels, documents, question.classes, drawing),
        score(labels, answers, question.classes, documents, drawing).macro_f1,
        _correlation(
            [(said[n].polarity, its[n].polarity or 0.0) for n in rated],
            [documents[n] for n in rated],
        ),
        len(rated),
    )


_Sort = tuple[str, float, float | None]


def _means(
    said: Sequence[Sentiment],
    labels: Sequence[str],
    documents: Sequence[str | None],
    classes: Sequence[str],
    drawing: Drawing,
) -> dict[str, Means]:
    sorts = [
        (label, one.polarity, one.subjectivity) for label, one in zip(labels, said, strict=True)
    ]
    found = interval_of(lambda counts: _mean_of(counts, classes), sorts, documents, drawing)
    return {
        one: Means(labels.count(one), found["polarity", one], found["subjectivity", one])
        for one in classes
    }


def _mean_of(
    counts: Mapping[_Sort, int], classes: Sequence[str]
) -> dict[tuple[str, str], float | str]:
    n, polarities, stances = (dict.fromkeys(classes, 0.0) for _ in range(3))
    known = True
    for (label, polarity, subjectivity), often in counts.items():
        n[label] += often
        polarities[label] += often * polarity
        stances[label] += often * (subjectivity or 0.0)
        known &= subjectivity is not None
    found: dict[tuple[str, str], float | str] = {}
    for one in classes:
        none = "" if n[one] else "no sentences"
        found["polarity", one] = none or polarities[one] / n[one]
        unknown = none or ("" if known else "it knows none")
        found["subjectivity", one] = unknown or stances[one] / n[one]
    return found


def _correlation(pairs: Sequence[tuple[float, float]], documents: Sequence[str | None]) -> Figure:
    if not pairs:
        return Figure(None, why="the labels come without a polarity that people gave")

    def correlation(counts: Mapping[tuple[float, float], int]) -> dict[str, float | str]:
        return {"spearman": spearman(counts)}

    return interval_of(correlation, pairs, documents, Drawing.of(documents))["spearman"]
