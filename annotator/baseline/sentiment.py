"""The registry of sentiment analysers: which there are, what each says of a text, and why.

The baseline is TextBlob's, number for number. What its lexicon gets wrong about news is not
repaired in it but told by `explain`, and corrected in an analyser of its own, `textblob-en+news`.
VADER stands beside them as a second opinion. For a language without an analyser there is none: no
number is better than a wrong one.
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

from annotator.baseline import pattern, vader
from annotator.core.errors import UsageProblem
from annotator.core.model import Assessment, Sentiment

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

Score = Callable[[str], tuple[float, float | None, tuple[Assessment, ...]]]
"""Polarity, subjectivity if there is one, and the words behind them."""

_DATA: Final = Path(__file__).parent / "lexicons"
_FRENCH: Final = _DATA / "fr-sentiment.xml"
_NEWS: Final = _DATA / "en-news.toml"
_TRAPS: Final = _DATA / "sentiment-traps.toml"


@dataclass(frozen=True)
class Analyzer:
    """A named way to score texts. Same name and version: same numbers.

    Cheap to get; the lexicon is read at the first call. Pickles as its name.
    """

    name: str
    language: str
    version: str
    """That of the installed package, and the first hex digits of the SHA-256 of the lexicons."""
    complete: bool
    """Whether it gives a subjectivity too, as the baseline of a project must."""
    _load: Callable[[], Score] = field(repr=False)

    def __call__(self, text: str) -> Sentiment:
        """Return the sentiment of `text`: zeros and no assessments where no word is known."""
        polarity, subjectivity, assessments = self._load()(text)
        # The French lexicon gives 844 words a subjectivity below 0 and one, by a misprint, 35; the
        # mean is held to its range, the assessments stay as the lexicon has them.
        if subjectivity is not None:
            subjectivity = min(max(subjectivity, 0.0), 1.0)
        return Sentiment(polarity, subjectivity, assessments, self.name)

    def __reduce__(self) -> tuple[Callable[[str], Analyzer], tuple[str]]:
        return get, (self.name,)


@dataclass(frozen=True)
class Explanation:
    """A line of an explanation: words met in the text, what they carried, and what is known of it.

    `polarity` and `subjectivity` are None for words that carried nothing, `subjectivity` also
    where the analyser knows none; `note` may be None.
    """

    words: tuple[str, ...]
    polarity: float | None
    subjectivity: float | None
    note: str | None


@dataclass(frozen=True)
class Correction:
    """An entry of the news list. Without polarity and subjectivity the words carry nothing."""

    words: str
    reason: str
    example: str
    polarity: float | None = None
    subjectivity: float | None = None


@dataclass(frozen=True)
class Trap:
    """A known oddity of some analysers: where it is met, and what to make of it."""

    analyzers: tuple[str, ...]
    pattern: re.Pattern[str]
    note: str
    example: str


def _toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def corrections() -> tuple[Correction, ...]:
    """Return the corrections that `textblob-en+news` makes, in the order of their file."""
    return tuple(Correction(**entry) for entry in _toml(_NEWS)["correction"])


@cache
def traps() -> tuple[Trap, ...]:
    """Return the known traps of all analysers, in the order of their file."""
    return tuple(
        Trap(
            tuple(entry["analyzers"]),
            re.compile(entry["pattern"], re.IGNORECASE),
            entry["note"],
            entry["example"],
        )
        for entry in _toml(_TRAPS)["trap"]
    )


def _english_lexicon() -> Path:
    return pattern.installed("en/en-sentiment.xml")


def _english_words() -> dict[str, pattern.Entry]:
    lexicon = pattern.read_lexicon(_english_lexicon())
    # TextBlob makes adverbs of adjectives: terrible, terribly; happy, happily.
    for word, senses in list(lexicon.items()):
        if "JJ" in senses:
            stem = word[:-1] + "i" if word.endswith("y") else word
            stem = stem[:-2] if stem.endswith("le") else stem
            pattern.annotate(lexicon, stem + "ly", "RB", senses["JJ"])
    return pattern.entries(lexicon)


_ENGLISH_NEGATIONS: Final = ("no", "not", "n't", "never")


@cache
def _english() -> pattern.Evaluator:
    return pattern.Evaluator(_english_words(), _ENGLISH_NEGATIONS, "ly")


@cache
def _english_news() -> pattern.Evaluator:
    words = _english_words()
    phrases = []
    for one in corrections():
        if " " in one.words:
            phrases.append(one.words)
        elif one.polarity is None or one.subjectivity is None:
            del words[one.words]
        else:
            words[one.words] = pattern.Entry(one.polarity, one.subjectivity)
    return pattern.Evaluator(words, _ENGLISH_NEGATIONS, "ly", phrases)


_FRENCH_NEGATIONS: Final = ("n'", "ne", "ni", "non", "pas", "rien", "sans", "aucun", "jamais")
_ACCENTS: Final = str.maketrans("àéèêï", "aeeei")


@cache
def _french() -> pattern.Evaluator:
    lexicon = pattern.read_lexicon(_FRENCH)
    # textblob-fr reads words typed without their accents, except where the accent ends the word.
    for word, senses in list(lexicon.items()):
        bare = word if word.endswith(("à", "è", "é", "ê", "ï")) else word.translate(_ACCENTS)
        if bare != word:
            for pos, scores in senses.items():
                pattern.annotate(lexicon, bare, pos, scores)
    return pattern.Evaluator(pattern.entries(lexicon), _FRENCH_NEGATIONS, "ment")


@dataclass(frozen=True)
class _Recipe:
    language: str
    load: Callable[[], Score]
    files: Callable[[], tuple[Path, ...]]
    package: str = "textblob"
    complete: bool = True


_RECIPES: Final = {
    "textblob-en": _Recipe("en", _english, lambda: (_english_lexicon(),)),
    "textblob-en+news": _Recipe("en", _english_news, lambda: (_english_lexicon(), _NEWS)),
    "textblob-fr": _Recipe("fr", _french, lambda: (_FRENCH,)),
    "vader-en": _Recipe("en", vader.scorer, vader.lexicons, vader.PACKAGE, complete=False),
}
NAMES: Final = tuple(_RECIPES)
"""The names of all analysers. The first of a language is its default."""


@cache
def get(name: str) -> Analyzer:
    """Return the analyser of that name. Raises UsageProblem for a name there is none of."""
    from importlib.metadata import version

    if name not in _RECIPES:
        raise UsageProblem(
            f"there is no sentiment analyser {name!r}", hint=f"one of: {', '.join(NAMES)}"
        )
    recipe = _RECIPES[name]
    digest = hashlib.sha256()
    for file in recipe.files():
        digest.update(file.read_bytes())
    both = f"{version(recipe.package)}+{digest.hexdigest()[:8]}"
    return Analyzer(name, recipe.language, both, recipe.complete, recipe.load)


def for_baseline(name: str) -> Analyzer:
    """Return the analyser of that name if it can be the baseline of a project.

    Raises UsageProblem if there is none, and for one that knows no subjectivity.
    """
    analyzer = get(name)
    if not analyzer.complete:
        fit = ", ".join(one for one, recipe in _RECIPES.items() if recipe.complete)
        raise UsageProblem(
            f"{name} cannot be the baseline of a project: it knows no subjectivity",
            hint=f"as a second opinion: `annotator explain --analyzer {name}` and"
            f" `annotator evaluate --sentiment`; a baseline can be one of: {fit}",
        )
    return analyzer


PRAISED: Final = 0.3
OPINED: Final = 0.5


def label_of(found: Sentiment | None) -> str:
    """Return the label that sentiment alone can give.

    Promotional above a polarity of `PRAISED`, else speculative from a subjectivity of `OPINED` on,
    else factual: plain thresholds, fitted on nothing, so that there is something to be better than.
    """
    if found is not None and found.polarity > PRAISED:
        return "promotional"
    opined = found is not None and (found.subjectivity or 0.0) >= OPINED
    return "speculative" if opined else "factual"


def default_for(language: str) -> str | None:
    """Return the name of the analyser for a language code such as "en", or None."""
    return next((name for name, one in _RECIPES.items() if one.language == language), None)


def explain(analyzer: Analyzer, text: str) -> list[Explanation]:
    """Return the words that carried the score of `text`, and the known traps it holds.

    A trap about words that carried something stands with them, in the order of the text; the
    others follow.
    """
    met = analyzer(text).assessments
    notes: dict[int, str] = {}
    apart: list[Explanation] = []
    for trap in traps():
        if analyzer.name not in trap.analyzers:
            continue
        for words in dict.fromkeys(match[0].lower() for match in trap.pattern.finditer(text)):
            touched = {*pattern.tokens()(words)}
            carried = [i for i, one in enumerate(met) if not touched.isdisjoint(one.words)]
            for i in carried:
                notes.setdefault(i, trap.note)
            if not carried:
                apart.append(Explanation((words,), None, None, trap.note))
    lines = [
        Explanation(one.words, one.polarity, one.subjectivity, notes.get(i))
        for i, one in enumerate(met)
    ]
    return lines + apart
