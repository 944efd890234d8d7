"""What is shown of a unit after the decision, and how it is put into words."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

from annotator.core.history import Annotation
from annotator.core.model import Sentiment
from annotator.core.text import one_line
from annotator.store import reading

_NAMED: Final = 2
"""Documents that are named where a sentence has near-duplicates; the others are counted."""
_TITLE: Final = 28


@dataclass(frozen=True)
class Baseline:
    """What is shown of a unit after the decision.

    `analyzer` is None where there is none for the language; `sentiment` also where the analyser
    has not scored the unit yet.
    """

    unit: reading.ArticleUnit
    text: str
    annotation: Annotation
    language: str
    analyzer: str | None
    sentiment: Sentiment | None
    source: str | None
    duplicates: tuple[reading.Hit, ...]

    def sentiment_in_words(self) -> str:
        """Return the sentiment and the words behind it, in one line."""
        found = self.sentiment
        if found is None and self.analyzer:
            return f"not scored by {self.analyzer} yet (annotator baseline --recompute)"
        if found is None:
            return f"no analyser for {self.language}"
        met = Counter(f"{' '.join(one.words)} {one.polarity:+.2f}" for one in found.assessments)
        words = ", ".join(f"{word} ×{count}" if count > 1 else word for word, count in met.items())
        return (
            f"{found.analyzer}: polarity {found.polarity:+.2f} subjectivity"
            f" {found.subjectivity:.2f} · {words or 'no word of it is in the lexicon'}"
        )

    def origin_in_words(self) -> str:
        """Return the near-duplicates and the source, in one line; empty where there are none."""
        parts = []
        if self.duplicates:
            names = sorted({hit.name for hit in self.duplicates})
            said = [one_line(name, _TITLE) for name in names[:_NAMED]]
            said += [f"{len(names) - _NAMED} more"] if len(names) > _NAMED else []
            count = len(self.duplicates)
            many = reading.counted(count, reading.COPIES)
            parts.append(f"{many} near-duplicate{'s' * (count > 1)} in {'; '.join(said)}")
        parts += [f"source: {self.source}"] if self.source else []
        return " · ".join(parts)
