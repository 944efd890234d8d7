"""How well reviewers agree on the sentences of a profile, as figures of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from annotator.core.history import NOT_A_SENTENCE
from annotator.profiles.beyond import Interval
from annotator.profiles.figures import Figure
from annotator.profiles.labels import Given
from annotator.profiles.tally import Evidence
from annotator.quality.agreement import ALPHA, Counts, Sample, or_why

_NAMES: Final = {"agreement": "alpha, all labels", "agreement.content": "alpha, content labels"}


def alphas(kept: Sequence[Given], min_n: int, seed: int) -> tuple[Figure, ...]:
    """Return Krippendorff's alpha with the label for what is no sentence, and without it."""
    content = [one for one in kept if one.label != NOT_A_SENTENCE]
    return (
        _alpha("agreement", kept, min_n, seed),
        _alpha("agreement.content", content, min_n, seed),
    )


def _alpha(id: str, given: Sequence[Given], min_n: int, seed: int) -> Figure:
    units = {unit: place for place, unit in enumerate(dict.fromkeys(one.unit for one in given))}
    code = {name: place for place, name in enumerate(sorted({one.label for one in given}))}
    counts: Counts = np.zeros((len(units), max(len(code), 1)), dtype=np.int64)
    rows = np.zeros(len(units), dtype=np.int64)
    for one in given:
        counts[units[one.unit], code[one.label]] += 1
        rows[units[one.unit]] = one.document
    shared = counts.sum(axis=1) >= 2
    differ = shared & ((counts > 0).sum(axis=1) > 1)
    evidence = tuple(
        Evidence(int(rows[place]), unit, _votes(counts[place].tolist(), list(code)))
        for unit, place in units.items()
        if differ[place]
    )
    n = int(shared.sum())
    documents, cluster = np.unique(rows, return_inverse=True)
    found = Figure(
        id, _NAMES[id], "statistic", "sentences", 0, 0, n, len(documents), evidence=evidence
    )
    if n < min_n:
        return found.without(f"fewer than {min_n}")
    sample = Sample(counts, cluster.reshape(-1), seed=seed)
    value = or_why(sample.of, ALPHA)
    if isinstance(value, str):
        return found.without(value)
    these, beyond = or_why(sample.interval, ALPHA), or_why(sample.beyond, ALPHA)
    return found.with_value(
        value,
        None if isinstance(these, str) else Interval(these.low, these.high),
        beyond if isinstance(beyond, str) else Interval(beyond.low, beyond.high),
    )


def _votes(counts: Sequence[int], names: Sequence[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in zip(names, counts, strict=True) if count)
