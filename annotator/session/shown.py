"""What is shown of a unit after the decision, and how it is put into words."""

from __future__ import annotations

from dataclasses import dataclass

from annotator.core.history import Annotation
from annotator.core.model import Sentiment
from annotator.store import reading


@dataclass(frozen=True)
class Baseline:
    """What is shown of a unit after the decision. `sentiment` is None without an analyser."""

    unit: reading.ArticleUnit
    text: str
    annotation: Annotation
    language: str
    sentiment: Sentiment | None
    source: str | None
    duplicates: tuple[reading.Hit, ...]

    def sentiment_in_words(self) -> str:
        """Return the sentiment and the words behind it, in one line."""
        found = self.sentiment
        if found is None:
            return f"no analyser for {self.language}"
        words = ", ".join(f"{' '.join(one.words)} {one.polarity:+.2f}" for one in found.assessments)
        return (
            f"{found.analyzer}: polarity {found.polarity:+.2f} subjectivity"
            f" {found.subjectivity:.2f} · {words or 'no word of it is in the lexicon'}"
        )

    def origin_in_words(self) -> str:
        """Return the source and the near-duplicates, in one line; empty where there are none."""
        parts = [f"source: {self.source}"] if self.source else []
        if self.duplicates:
            names = "; ".join(sorted({hit.name for hit in self.duplicates}))
            count = len(self.duplicates)
            parts.append(f"{count} near-duplicate{'s' * (count > 1)} in {names}")
        return " · ".join(parts)
