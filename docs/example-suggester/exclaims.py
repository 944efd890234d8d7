"""A suggester that takes an exclamation mark for praise, to show what one looks like.

In the place of `_ask` stands whatever you have: a model of your own, or a call to a language model.
"""

from collections.abc import Sequence

from annotator.core.model import Reason, Sentence, Suggestion


class Exclaims:
    """Suggests promotional for what exclaims, and knows nothing of the rest."""

    # Stored with the suggestions: count it up whenever they change.
    version = "1"

    def suggest(self, sentences: Sequence[Sentence]) -> list[Suggestion]:
        """Return a suggestion for each sentence, in order."""
        return [self._ask(one) for one in sentences]

    def _ask(self, sentence: Sentence) -> Suggestion:
        at = sentence.text.find("!")
        if at < 0:
            chances = {"factual": 0.5, "speculative": 0.3, "promotional": 0.2}
            return Suggestion("factual", chances, abstained=True)
        chances = {"factual": 0.1, "speculative": 0.1, "promotional": 0.8}
        # Where it stands, what to call it, and how much it weighs beside other reasons.
        because = Reason(at, at + 1, "exclamation mark", None, None, 1.0)
        return Suggestion("promotional", chances, (because,))
