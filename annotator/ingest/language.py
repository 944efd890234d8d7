"""Which language a document is in: a vote over windows of its body.

The model is that of eld (Apache-2.0), which knows sixty languages and looks at about 350 bytes at
a time; the windows are spread over the body so that a quotation cannot decide. It is loaded when
the first document without a stated language is met.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, Final, NamedTuple

from annotator.core.errors import InputProblem

UNDETERMINED: Final = "und"

_WINDOWS: Final = 3
_WINDOW: Final = 200
_FEWEST_LETTERS: Final = 12
"""Letters below which a name or an exclamation is taken for a language."""
_LEAST_SHARE: Final = 0.53
"""Share that the winner needs of the votes of the first two: less is a text in two languages, or in
none that is known. (eld's own `is_reliable` doubts plain English of 300 characters.)"""


class Language(NamedTuple):
    """A code of ISO 639-1, or "und"; and the best one's share, 0.5 to 1, of it and the second.

    The score is 0 where there was nothing to go by.
    """

    code: str
    score: float


def known() -> tuple[str, ...]:
    """Return the codes of the languages that can be told apart."""
    _detector()
    from eld.languageData import languageData

    return tuple(languageData.lang_codes.values())


def detect(samples: Sequence[str], candidates: Sequence[str] | None = None) -> Language:
    """Return the language most of `samples` is in, or "und" with the best one's share.

    `samples` are the sentences or blocks of a document's body, weighed by their length;
    `candidates` are the codes to choose from, without them all that are known. Raises
    InputProblem for a candidate that is not known.
    """
    wanted = _checked(tuple(candidates)) if candidates else None
    votes: dict[str, float] = {}
    for window in _windows("\n".join(samples)):
        for code, score in (_detector().detect(window).scores() or {}).items():
            if wanted is None or code in wanted:
                votes[code] = votes.get(code, 0.0) + score * len(window)
    if not votes:
        return Language(UNDETERMINED, 0.0)
    ranked = sorted(votes, key=lambda code: -votes[code])
    second = votes[ranked[1]] if len(ranked) > 1 else 0.0
    share = votes[ranked[0]] / (votes[ranked[0]] + second)
    return Language(ranked[0] if share >= _LEAST_SHARE else UNDETERMINED, round(share, 3))


def _windows(text: str) -> list[str]:
    if len(text) <= _WINDOW:
        windows = [text]
    else:
        count = min(_WINDOWS, len(text) // _WINDOW + 1)
        last = len(text) - _WINDOW
        starts = (part * last // max(count - 1, 1) for part in range(count))
        windows = [text[start : start + _WINDOW] for start in starts]
    return [one for one in windows if sum(map(str.isalpha, one)) >= _FEWEST_LETTERS]


@cache
def _detector() -> Any:
    from eld import LanguageDetector

    return LanguageDetector()


def _checked(candidates: tuple[str, ...]) -> frozenset[str]:
    unknown = sorted(set(candidates) - set(known()))
    if unknown:
        raise InputProblem(
            f'the language "{unknown[0]}" cannot be recognised',
            hint=f"known: {', '.join(known())}; give a document's language with --language",
        )
    return frozenset(candidates)
