"""What a reviewer may see of a unit before and after the decision. Blind is the rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

from annotator.baseline.sentiment import default_for
from annotator.core.history import Annotation
from annotator.session.checks import chance
from annotator.session.shown import Baseline
from annotator.store import reading
from annotator.store.journal import Journal
from annotator.store.suggestions import Suggestions

Reveal = Literal["always", "after", "never"]

CONTROL: Final = 0.2
"""Share of sentences that stay blind in a review that always shows the baseline."""


class Sight:
    """Knows what was revealed, and gathers what is shown.

    `analyzers` says whose sentiment is shown, by language, where it is not the default one.
    `control`: the share of sentences that stay blind where the baseline is always shown.
    """

    def __init__(
        self,
        journal: Journal,
        reveal: Reveal,
        analyzers: Mapping[str, str],
        control: float = 0.0,
        seed: int = 0,
    ) -> None:
        self.reveal = reveal
        self._control, self._seed = control, seed
        self._journal = journal
        self._analyzers = analyzers
        self._suggestions = Suggestions(journal.store)
        self._revealed: set[int] = set()

    def may_see(self, unit: reading.ArticleUnit, annotation: Annotation) -> bool:
        """Return whether baseline, suggestion, duplicates and source may be shown now."""
        if unit.n in self._revealed or (self.reveal == "always" and not self.is_control(unit)):
            return True
        return self.reveal != "never" and annotation.label is not None

    def is_control(self, unit: reading.ArticleUnit) -> bool:
        """Return whether a unit is of those that stay blind where the baseline is always shown.

        What they are labelled says how far the suggestion leads where it is seen.
        """
        if self.reveal != "always" or not self._control:
            return False
        drawn = chance(self._seed, self._journal.reviewer, unit.id, "control")
        return drawn < self._control

    def open(self, unit: reading.ArticleUnit) -> None:
        """Let a unit be seen from now on."""
        self._revealed.add(unit.n)

    def circumstances(self, unit: reading.ArticleUnit, annotation: Annotation) -> dict[str, Any]:
        """Return what is stored of this with a decision.

        `shown` is what the reviewer has ever seen of the unit; `suggestion` what the screen said
        when they decided.
        """
        # A label was followed by the baseline, also one that was taken back since: the label that
        # replaces it is not blind.
        control = self.is_control(unit)
        followed = ("label",) if self.reveal == "after" or control else ()
        always = self.reveal == "always" and not control
        shown = always or self._journal.has_any(unit.n, ("reveal", *followed))
        seen = self.may_see(unit, annotation)
        return {
            "shown": ["baseline", "source"] if shown else [],
            **(self.suggested(unit) if seen else {}),
            **self._in_trial(unit, hidden=control),
        }

    def _in_trial(self, unit: reading.ArticleUnit, *, hidden: bool) -> dict[str, Any]:
        """Return what is stored where a share of sentences stays blind, with the suggestion."""
        if self.reveal != "always" or not self._control:
            return {}
        return {"trial": {"hidden": hidden, **self.suggested(unit)}}

    def suggested(self, unit: reading.ArticleUnit) -> dict[str, Any]:
        """Return which suggester suggests which label (None: it abstains); empty without one."""
        found = self._suggestions.of(unit.n)
        if found is None:
            return {}
        model, suggestion = found
        return {
            "suggestion": {
                "model": model,
                "label": None if suggestion.abstained else suggestion.label,
            }
        }

    def of(
        self,
        unit: reading.ArticleUnit,
        article: reading.Article,
        annotation: Annotation | None = None,
    ) -> Baseline:
        """Return all there is to see of a unit of `article`, with what is said of it."""
        store = self._journal.store
        analyzer = self._analyzers.get(article.language) or default_for(article.language)
        model, suggestion = self._suggestions.of(unit.n) or (None, None)
        return Baseline(
            unit=unit,
            text=article.text[unit.start : unit.end],
            annotation=self._journal.annotation(unit.n) if annotation is None else annotation,
            language=article.language,
            analyzer=analyzer,
            sentiment=reading.sentiment(store, unit.n, analyzer) if analyzer else None,
            model=model,
            suggestion=suggestion,
            source=article.source,
            duplicates=tuple(reading.same_group(store, unit.group, unit.n)),
        )
