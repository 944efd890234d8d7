"""What is shown of a unit after the decision, and how it is put into words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from annotator.core.history import Annotation
from annotator.core.model import Reason, Sentiment, Suggestion
from annotator.core.scheme import Scheme
from annotator.core.text import one_line
from annotator.store import reading

_NAMED: Final = 2
"""Documents that are named where a sentence has near-duplicates; the others are counted."""
_TITLE: Final = 28
_QUOTED: Final = 36
"""Characters of the place of a reason that are quoted in one line."""


@dataclass(frozen=True)
class Baseline:
    """What is shown of a unit after the decision.

    `analyzer` is None where there is none for the language; `sentiment` also where the analyser
    has not scored the unit yet. `model` is the suggester in use; it and `suggestion` are None
    where it has said nothing of the unit.
    """

    unit: reading.ArticleUnit
    text: str
    annotation: Annotation
    language: str
    analyzer: str | None
    sentiment: Sentiment | None
    source: str | None
    duplicates: tuple[reading.Hit, ...]
    model: str | None = None
    suggestion: Suggestion | None = None

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Return the reasons of the suggestion, the weightiest first."""
        return self.suggestion.reasons if self.suggestion else ()

    def quoted(self, reason: Reason, most: int = _QUOTED) -> str:
        """Return the place of a reason in the sentence, its middle left out if it is long.

        What has no place in the sentence is called by what matched.
        """
        words = self.text[reason.start : reason.end] or reason.entry or ""
        if len(words) > most:
            half = most // 2 - 2
            words = f"{words[:half].rsplit(' ', 1)[0]} … {words[-half:].split(' ', 1)[-1]}"
        return f"“{words}”" if words else ""

    def suggestion_in_words(self, scheme: Scheme | None = None) -> str:
        """Return the suggestion and its first reason, in one line; empty where there is none.

        The label is called by its name alone, or as the labels of `scheme` are shown.
        """
        said = self.suggestion
        if said is None:
            return ""
        if said.abstained:
            return f"suggested: nothing speaks for a label ({self.model})"
        label = scheme.named(said.label) if scheme else said.label
        line = f"suggested {label} {said.score:.2f} ({self.model})"
        if not said.reasons:
            return line
        first = said.reasons[0]
        what = kind_in_words(first.kind).partition(":")[0]
        return f"{line} because {self.quoted(first)} ({what})"

    def probabilities_in_words(self) -> str:
        """Return the probability of every label, in one line."""
        said = self.suggestion
        chances = said.probabilities.items() if said else ()
        return ", ".join(f"{name} {value:.2f}" for name, value in chances)

    def sentiment_in_figures(self) -> str:
        """Return the sentiment in few words."""
        found = self.sentiment
        if found is None and self.analyzer:
            return f"not scored by {self.analyzer} yet (annotator baseline --recompute)"
        if found is None:
            return f"no analyser for {self.language}"
        figures = f"polarity {found.polarity:+.2f} subjectivity {found.subjectivity:.2f}"
        return f"{found.analyzer}: {figures}"

    def sentiment_in_words(self) -> str:
        """Return the sentiment and the words behind it, in one line."""
        if self.sentiment is None:
            return self.sentiment_in_figures()
        met = Counter(
            f"{' '.join(one.words)} {one.polarity:+.2f}" for one in self.sentiment.assessments
        )
        words = ", ".join(f"{word} ×{count}" if count > 1 else word for word, count in met.items())
        return f"{self.sentiment_in_figures()} · {words or 'no word of it is in the lexicon'}"

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


def kind_in_words(kind: str) -> str:
    """Return what a kind of reason means, with examples; a kind that is no cue as it is."""
    # Imported when something is shown: the first sentence does not wait for it.
    from annotator.baseline.cues import KINDS

    return KINDS.get(kind, kind)


def rules_in_words(reasons: Collection[Reason], scheme: Scheme) -> list[str]:
    """Return the rules of the guideline that the reasons name, each with its words, in order."""
    names = sorted({reason.rule for reason in reasons if reason.rule})
    return [f"{name}: {words}" for name in names if (words := scheme.rule(name))]
