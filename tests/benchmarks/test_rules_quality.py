"""How well the rules answer on labelled files of others: macro-F1 beside the bars, and why.

Half of each file was fitted on and read (`fit_rules.seen`), the other half was not: "blind". A
handful of choices (FIRM, SHARE, the weights of "will" and of praise in side clauses, how wide the
lists are) were made with the totals of the blind half in sight; no sentence of it was read. PULL
was chosen across the folds.
"folds" are three of the half that was read, each answered by what was fitted on the other two.
The ablation fits anew on the first half with sentiment alone, and with cues wherever they stand.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import fit_rules
import pytest

from annotator.baseline import cues, rules, sentiment

ROOT = Path(__file__).parents[2]
DATA = ROOT / ".." / "shared" / "data"
OWN = ROOT / "labels"
FRENCH = ROOT / "tests" / "baseline" / "french.jsonl"
BARS = {
    "speculation_science_sentence": 0.86,
    "speculation_science_probability": 0.80,
    "speculation_wikinews": 0.75,
    "promotional_wikipedia": 0.67,
    "subjective_news": 0.63,
    "subjective_wikipedia": 0.60,
    "threeway": 0.72,
}
FOLDS = 3
Figures = dict[str, tuple[float, dict[fit_rules.Key, float]]]


class Answer(NamedTuple):
    """What a predictor says: a label and a subjectivity."""

    label: str
    subjectivity: float


Predictor = Callable[[str, str], Answer]


def by_rules(text: str, language: str) -> Answer:
    one = rules.suggest(text, language)
    return Answer(one.label, one.subjectivity)


def by_figures(figures: Figures, *, use_clauses: bool) -> Predictor:
    """Return a predictor with figures of its own, labels in the order of the guideline."""

    def predict(text: str, language: str) -> Answer:
        found = fit_rules.features(text, language, use_clauses=use_clauses)
        yes = {
            question: 1 / (1 + math.exp(-bias - sum(own.get(k, 0.0) * v for k, v in found.items())))
            for question, (bias, own) in figures.items()
        }
        shares = {
            "factual": (1 - yes["promotional"]) * (1 - yes["speculative"]),
            "speculative": (1 - yes["promotional"]) * yes["speculative"],
            "promotional": yes["promotional"],
        }
        return Answer(max(shares, key=lambda one: shares[one]), yes["subjective"])

    return predict


def by_sentiment(text: str, language: str) -> Answer:
    """Return what the sentiment alone can say: praised above 0.3, subjective above 0.5."""
    one = sentiment.get(sentiment.default_for(language) or "textblob-en")(text)
    label = "promotional" if one.polarity > 0.3 else "factual"
    label = "speculative" if label == "factual" and one.subjectivity >= 0.5 else label
    return Answer(label, one.subjectivity)


def answer(name: str, one: Answer) -> str:
    """Return a prediction in the terms of a file."""
    if name.startswith("subjective"):
        return "subjective" if one.subjectivity >= 0.5 else "objective"
    if name == "threeway":
        return one.label
    asked = "speculative" if name.startswith("speculation") else "promotional"
    return asked if one.label == asked else "factual"


def macro_f1(gold: Sequence[str], got: Sequence[str]) -> float:
    """Return the unweighted mean of the F1 of each class in `gold`; nan for no sentences."""
    pairs, golds, gots = Counter(zip(gold, got, strict=True)), Counter(gold), Counter(got)
    each = [2 * pairs[c, c] / (golds[c] + gots[c]) for c in golds]
    return sum(each) / len(each) if each else math.nan


def records(name: str) -> list[dict[str, Any]]:
    path = DATA / f"{name}.jsonl"
    if not path.exists():
        pytest.skip("the labelled files of others are not beside the repository")
    return fit_rules.records(path)


def score(name: str, rows: Sequence[dict[str, Any]], predict: Predictor) -> float:
    got = [answer(name, predict(row["text"], row["lang"])) for row in rows]
    return macro_f1([row["label"] for row in rows], got)


def fold(text: str) -> int:
    return hashlib.sha256(text.encode()).digest()[1] % FOLDS


def without(held_out: int) -> Figures:
    """Return the figures fitted on the other folds."""
    return {
        question: fit_rules.fit(
            question,
            fit_rules.rows_of(question, DATA, among=lambda text: fold(text) != held_out),
        )
        for question in fit_rules.SETS
    }


def across_folds() -> dict[str, float]:
    """Return the macro-F1 of each file on the half that was read, fitted on the other folds."""
    said: dict[str, list[tuple[str, str]]] = {name: [] for name in BARS}
    for held_out in range(FOLDS):
        predict = by_figures(without(held_out), use_clauses=True)
        for name, pairs in said.items():
            pairs += [
                (row["label"], answer(name, predict(row["text"], row["lang"])))
                for row in records(name)
                if fit_rules.seen(row["text"]) and fold(row["text"]) == held_out
            ]
    return {name: macro_f1(*zip(*pairs, strict=True)) for name, pairs in said.items()}


@pytest.mark.benchmark
def test_macro_f1_beside_the_bars(capsys: pytest.CaptureFixture[str]) -> None:
    records("threeway")
    folds = across_folds()
    lines = [f"{'macro-F1 of rules/1':34s}   bar    all   read  folds  blind"]
    for name, bar in BARS.items():
        rows = records(name)
        read, blind = (
            [row for row in rows if fit_rules.seen(row["text"]) is half] for half in (True, False)
        )
        figures = (
            score(name, rows, by_rules),
            score(name, read, by_rules),
            folds[name],
            score(name, blind, by_rules),
        )
        lines.append(f"{name:34s}  {bar:.2f}  " + "  ".join(f"{one:.3f}" for one in figures))
    fitted = rules.constants()["lexicons"]
    if fitted != cues.version():
        lines.append(f"the figures were fitted with lexicons {fitted}, these are {cues.version()}")
    with capsys.disabled():
        print("", *lines, sep="\n  ")


@pytest.mark.benchmark
def test_ablation(capsys: pytest.CaptureFixture[str]) -> None:
    records("threeway")
    predictors: dict[str, Predictor] = {"sentiment": by_sentiment}
    for name, use_clauses in (("cues", False), ("+ main clause", True)):
        fitted = {
            question: fit_rules.fit(
                question, fit_rules.rows_of(question, DATA, use_clauses=use_clauses)
            )
            for question in fit_rules.SETS
        }
        predictors[name] = by_figures(fitted, use_clauses=use_clauses)
    lines = [f"{'macro-F1, blind half':34s} " + " ".join(f"{name:>13s}" for name in predictors)]
    for name in BARS:
        rows = [row for row in records(name) if not fit_rules.seen(row["text"])]
        each = " ".join(f"{score(name, rows, predict):13.3f}" for predict in predictors.values())
        lines.append(f"{name:34s} {each}")
    for language in ("en", "fr"):
        rows = own_labels(language)
        each = " ".join(f"{score('threeway', rows, one):13.3f}" for one in predictors.values())
        lines.append(f"{'bundled labels, ' + language:34s} {each}")
    with capsys.disabled():
        print("", *lines, sep="\n  ")


def own_labels(language: str) -> list[dict[str, Any]]:
    """Return the bundled labels of a language; nothing was tuned on them."""
    found = fit_rules.records(OWN / "pass-1.jsonl")
    return [
        {"text": row["text"], "lang": language, "label": row["label"]}
        for row in found
        if row["document"]["language"] == language and row["label"] in rules.LABELS
    ]


def reliability(said: Sequence[tuple[str, rules.Judgement]], label: str) -> list[str]:
    """Return a table of ten bins: what was said for a label, and how often it was right.

    The last line is the expected calibration error: the mean gap, weighted by sentences (Guo et
    al. 2017, "On Calibration of Modern Neural Networks").
    """
    bins: dict[int, list[tuple[float, bool]]] = {}
    for gold, one in said:
        sure = one.probabilities[label]
        bins.setdefault(min(int(sure * 10), 9), []).append((sure, gold == label))
    lines, gap = [f"  {label}"], 0.0
    for low, inside in sorted(bins.items()):
        mean = sum(sure for sure, _ in inside) / len(inside)
        right = sum(hit for _, hit in inside) / len(inside)
        gap += abs(mean - right) * len(inside) / len(said)
        lines.append(f"    {low / 10:.1f}: said {mean:.2f}, was {right:.2f} (n = {len(inside)})")
    return [*lines, f"    expected calibration error {gap:.3f}"]


@pytest.mark.benchmark
def test_own_labels_and_reliability(capsys: pytest.CaptureFixture[str]) -> None:
    sets = {f"bundled labels, {language}": own_labels(language) for language in ("en", "fr")}
    sets["french development set"] = [{**row, "lang": "fr"} for row in fit_rules.records(FRENCH)]
    if (DATA / "threeway.jsonl").exists():
        rows = records("threeway")
        sets["threeway"] = rows
        sets["threeway, blind"] = [row for row in rows if not fit_rules.seen(row["text"])]
    lines = []
    for name, rows in sets.items():
        said = [(row["label"], rules.suggest(row["text"], row["lang"])) for row in rows]
        f1 = macro_f1([gold for gold, _ in said], [one.label for _, one in said])
        abstained = sum(one.abstained for _, one in said)
        lines.append(f"{name}: n = {len(said)}, macro-F1 {f1:.2f}, abstained {abstained}")
        for label in rules.LABELS:
            lines += reliability(said, label)
    with capsys.disabled():
        print("", *lines, sep="\n  ")
