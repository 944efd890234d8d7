"""The model card for people: what a model was trained on, how well it does, what it is not for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def readme(card: Mapping[str, Any]) -> str:
    """Return the card in Markdown."""
    lines = [f"# A model of `annotator train`, version {card['version']}", ""]
    lines += [*_labels(card), "", *_scores(card), "", *_versions(card), "", *_NOT_FOR]
    return "\n".join(lines) + "\n"


def _labels(card: Mapping[str, Any]) -> list[str]:
    counts = ", ".join(f"{n} {name}" for name, n in card["labels"].items())
    lines = ["## What it learned from", "", f"{sum(card['labels'].values())} labels: {counts}."]
    if card.get("missing"):
        lines.append(f"Never suggested, for want of a label: {', '.join(card['missing'])}.")
    lines += [f"{text}." for text in card.get("notes", ())]
    return lines


def _scores(card: Mapping[str, Any]) -> list[str]:
    found = card.get("cross_validation")
    if not found:
        return ["## How well it does", "", "Not measured."]
    lines = [
        "## How well it does",
        "",
        f"{found['folds']}-fold cross-validation by {found['by']}, n = {found['n']}:"
        " every sentence was judged by a model that had not seen it or its like.",
        "",
        "| | learned | rules/1 on the same sentences |",
        "| --- | --- | --- |",
    ]
    for name, text in (("macro_f1", "macro-F1"), ("accuracy", "accuracy")):
        lines.append(f"| {text} | {_value(found[name])} | {_value(found['rules'].get(name))} |")
    lines += ["", "| label | n | precision | recall | F1 |", "| --- | --- | --- | --- | --- |"]
    for name, one in found["classes"].items():
        each = " | ".join(_value(one[key]) for key in ("precision", "recall", "f1"))
        lines.append(f"| {name} | {one['n']} | {each} |")
    return lines


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        low, high = value.get("low"), value.get("high")
        between = "" if low is None or high is None else f" ({low:.2f} to {high:.2f})"
        return _value(value["value"]) + between
    return "–" if value is None else f"{value:.2f}"


def _versions(card: Mapping[str, Any]) -> list[str]:
    embedder = card.get("embedder")
    lines = [
        "## Versions",
        "",
        f"- scheme: {card.get('scheme') or 'none of ours'};"
        f" guideline: {', '.join(card.get('guidelines', ())) or 'not known'}",
        f"- lexicons and rules: {card['rules']}",
        f"- history: {card.get('history') or 'not from a store'}",
    ]
    if embedder:
        lines.append(f"- embedder: {embedder['name']} ({embedder['digest']})")
    return [*lines, *(f"- {name} {number}" for name, number in card["libraries"].items())]


_NOT_FOR = [
    "## What it is not for",
    "",
    "It says how a sentence is worded as these reviewers see it. It does not say what is true, and"
    " it is no score of a source.",
    "Its probabilities are calibrated for labels that are equally frequent, as those of the rules.",
]
