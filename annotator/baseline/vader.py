"""VADER as an analyser: a second opinion on polarity, with the words behind it.

Hutto and Gilbert, "VADER: A Parsimonious Rule-based Model for Sentiment Analysis of Social Media
Text" (ICWSM 2014), as the package vaderSentiment (MIT) computes it. It knows no subjectivity, and
none is made up for it.
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from annotator.core.errors import UsageProblem
from annotator.core.model import Assessment

if TYPE_CHECKING:
    from collections.abc import Callable

PACKAGE: Final = "vaderSentiment"


def lexicons() -> tuple[Path, ...]:
    """Return the lexicons of the installed package, which is not imported for it.

    Raises UsageProblem where it is not installed.
    """
    found = find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise UsageProblem(f"{PACKAGE} is not installed", hint=f"pip install {PACKAGE}")
    folder = Path(found.origin).parent
    return folder / "vader_lexicon.txt", folder / "emoji_utf8_lexicon.txt"


@cache
def scorer() -> Callable[[str], tuple[float, None, tuple[Assessment, ...]]]:
    """Return what gives the compound score of a text (-1..1) and the words that carried it.

    A word's valence is about -4..4, after negation, intensifiers and "but".
    """
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer, SentiText

    class WithWords(SentimentIntensityAnalyzer):  # type: ignore[misc]
        """Keeps the valences, of which the package gives only the sum."""

        def score_valence(self, sentiments: list[float], text: str) -> dict[str, Any]:
            words = SentiText(text).words_and_emoticons
            carried = [
                Assessment((word.lower(),), float(valence), None)
                for word, valence in zip(words, sentiments, strict=True)
                if valence
            ]
            return {**super().score_valence(sentiments, text), "words": tuple(carried)}

    analyzer = WithWords()

    def score(text: str) -> tuple[float, None, tuple[Assessment, ...]]:
        found = analyzer.polarity_scores(text)
        return found["compound"], None, found["words"]

    return score
