"""Evaluates a sentiment lexicon as TextBlob does, to the last digit, several times faster.

TextBlob took these rules from pattern (De Smedt and Daelemans 2012, "Pattern for Python", JMLR 13):
split a text into words, look each one up, let adverbs intensify and negations turn what follows,
take the mean. `import textblob` loads all of nltk, so the one file of it that holds emoticons,
abbreviations and the lexicon reader is loaded alone, from where textblob is installed; only the
loops that run for every word are written anew. Oddities are kept, because they are the baseline:
a contraction never negates ("n't" is cut into three words), and "(8)" is a smile.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterable, Mapping
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, NamedTuple

from annotator.core.errors import UsageProblem
from annotator.core.model import Assessment

_ENDS: Final = frozenset(("...", ".", "!", "?"))
_AFTER_ENDS: Final = frozenset((*_ENDS, "”", "’", ")"))
_QUOTES: Final = "“”‘’'\""
_EMPTY_LINES: Final = re.compile(r"\n{2,}")


class Entry(NamedTuple):
    """What a lexicon says of a word. `modifies`: it intensifies the known word after it."""

    polarity: float
    subjectivity: float
    intensity: float = 1.0
    modifies: bool = False


class Scored(NamedTuple):
    """The mean polarity and subjectivity of a text, and the assessments they are the mean of."""

    polarity: float
    subjectivity: float
    assessments: tuple[Assessment, ...]


Scores = tuple[float, float, float]
"""Polarity, subjectivity, intensity."""
Lexicon = dict[str, dict[str | None, Scores]]
"""Word -> part of speech -> scores. Under None stands the mean over all parts of speech."""


def installed(file: str) -> Path:
    """Return the path of a file of the installed textblob, without importing textblob.

    Raises UsageProblem where textblob is not installed.
    """
    spec = importlib.util.find_spec("textblob")
    if spec is None or not spec.submodule_search_locations:
        raise UsageProblem(
            "the sentiment baseline reads the lexicon of textblob, which is not installed",
            hint="pip install textblob",
        )
    return Path(spec.submodule_search_locations[0], file)


@cache
def rules() -> Any:
    """Return textblob's module of rules, loaded without its package, which would import nltk."""
    name = "annotator.baseline.installed_rules"
    spec = importlib.util.spec_from_file_location(name, installed("_text.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def read_lexicon(path: Path) -> Lexicon:
    """Return a lexicon file, the senses of a word averaged as TextBlob's own reader does it."""
    lexicon = rules().Sentiment(path=str(path))
    lexicon.load()
    return dict(dict.items(lexicon))


def annotate(lexicon: Lexicon, word: str, pos: str | None, scores: Scores) -> None:
    """Give `word` these scores for a part of speech, and as its mean, as TextBlob's own does."""
    senses = lexicon.setdefault(word, {})
    senses[pos] = senses[None] = scores


def entries(lexicon: Lexicon) -> dict[str, Entry]:
    """Return what evaluation needs of a lexicon: one entry a word, over all parts of speech."""
    return {word: Entry(*senses[None], "RB" in senses) for word, senses in lexicon.items()}


class Tokens:
    """TextBlob's words of a text: punctuation apart, emoticons whole, lower case."""

    def __init__(self) -> None:
        own = rules()
        self._replace = tuple(own.replacements.items())
        self._quotes = tuple((quote, f" {quote} ") for quote in _QUOTES)
        self._end_of_block: str = own.EOS
        self._stripped: str = own.PUNCTUATION.replace(".", "")
        self._abbreviations = own.ABBREVIATIONS
        forms = (own.RE_ABBR1, own.RE_ABBR2, own.RE_ABBR3)
        self._abbreviated = re.compile("|".join(f"(?:{one.pattern})" for one in forms))
        self._sarcasm: re.Pattern[str] = own.RE_SARCASM
        self._emoticon: re.Pattern[str] = own.RE_EMOTICONS
        # Both change a text only where their parts stand apart, which is quick to rule out.
        parts = {
            pair for group in own.EMOTICONS.values() for face in group for pair in pairwise(face)
        }
        apart = sorted(f"{a} {b}" for a, b in {*parts, *pairwise("(!)")})
        self._apart = re.compile("|".join(map(re.escape, apart)))

    def __call__(self, text: str) -> list[str]:
        """Return the words of `text`."""
        return self.spaced(text).split()

    def spaced(self, text: str) -> str:
        """Return the words of `text` with white space between them."""
        for contraction, apart in self._replace:
            text = text.replace(contraction, apart)
        for quote, apart in self._quotes:
            text = text.replace(quote, apart)
        if "\n" in text:
            text = text.replace("\r\n", "\n")
            text = _EMPTY_LINES.sub(f" {self._end_of_block} ", text)
        pieces: list[str] = []
        for token in text.split():
            if token.isalnum():
                pieces.append(token)
            else:
                pieces += self._split(token)
        words = pieces
        if self._end_of_block in text:
            words = [piece for piece in pieces if piece != self._end_of_block]
        joined = " ".join(words)
        if self._apart.search(joined) is not None:
            joined = self._by_sentence(pieces)
            joined = self._sarcasm.sub("(!)", joined)
            joined = self._emoticon.sub(lambda m: m[1].replace(" ", "") + m[2], joined)
        return joined.lower()

    def _split(self, token: str) -> list[str]:
        """Return the token without the punctuation around it, and that punctuation in its place.

        Linear in the token: a dot is compared with abbreviations only where it can end one, which
        is once after a letter and once where no other dot stands before it.
        """
        core = token.lstrip(self._stripped)
        pieces = list(token[: len(token) - len(core)])
        tail: list[str] = []
        end, first_dot = len(core), core.find(".")
        while end:
            last = core[end - 1]
            if last in self._stripped:
                tail.append(last)
                end -= 1
            elif last != ".":
                break
            elif core.endswith("...", 0, end):
                tail.append("...")
                while end and core[end - 1] == ".":
                    end -= 1
            elif (core[end - 2 : end - 1].isalpha() or first_dot == end - 1) and (
                self._is_abbreviation(core[:end])
            ):
                break
            else:
                tail.append(last)
                end -= 1
        if end:
            pieces.append(core[:end])
        pieces.extend(reversed(tail))
        return pieces

    def _is_abbreviation(self, word: str) -> bool:
        return word in self._abbreviations or self._abbreviated.match(word) is not None

    def _by_sentence(self, pieces: Iterable[str]) -> str:
        """Join with spaces, and a newline between sentences: no emoticon reaches across one."""
        parts: list[str] = []
        ended = False
        for piece in pieces:
            is_end = piece in _ENDS or piece == self._end_of_block
            if ended and not is_end and piece not in _AFTER_ENDS:
                parts.append("\n")
                ended = False
            if piece != self._end_of_block:
                parts.append(piece)
            ended = ended or is_end
        return " ".join(parts)


tokens = cache(Tokens)
"""The one tokeniser; it has no state of its own."""


class _Met:
    """An assessment in the making. `before` is read backwards: negations are put in front."""

    __slots__ = ("before", "intensity", "negated", "polarity", "subjectivity", "words")

    def __init__(
        self, word: str, polarity: float, subjectivity: float, intensity: float = 1.0
    ) -> None:
        self.before: list[str] = []
        self.words = [word]
        self.polarity = polarity
        self.subjectivity = subjectivity
        self.intensity = intensity
        self.negated = False

    def done(self) -> Assessment:
        # "not good" is slightly bad, "not bad" slightly good.
        polarity = self.polarity * -0.5 if self.negated else self.polarity
        words = (*reversed(self.before), *self.words) if self.before else tuple(self.words)
        return Assessment(words, polarity, self.subjectivity)


def _limited(value: float) -> float:
    return max(-1.0, min(value, 1.0))


class Evaluator:
    """Scores texts by a lexicon, as TextBlob does.

    `phrases` are runs of words that carry nothing together, whatever their words carry alone;
    TextBlob knows none.
    """

    def __init__(
        self,
        lexicon: Mapping[str, Entry],
        negations: Iterable[str],
        adverb_ending: str,
        phrases: Iterable[str] = (),
    ) -> None:
        self._lookup = lexicon.get
        self._negations = frozenset(negations)
        self._adverb_ending = adverb_ending
        self._tokens = tokens()
        longest_first = sorted(map(re.escape, phrases), key=len, reverse=True)
        self._phrases = (
            re.compile(rf"(?<!\S)(?:{'|'.join(longest_first)})(?!\S)") if longest_first else None
        )
        own = rules()
        self._faces: dict[str, float] = {}
        for (_, polarity), group in own.EMOTICONS.items():
            for face in map(str.lower, group):
                if not face.isalpha() and face not in own.PUNCTUATION:
                    self._faces.setdefault(face, polarity)
        self._signs = self._negations | self._faces.keys() | {"!", "(!)"}

    def __call__(self, text: str) -> Scored:
        """Return the score of `text`: zeros where no word of it is known."""
        spaced = self._tokens.spaced(text)
        if self._phrases is not None:
            spaced = self._phrases.sub(lambda m: m[0].replace(" ", "_"), spaced)
        met = self._meet(spaced.split())
        if not met:
            return Scored(0.0, 0.0, ())
        assessments = tuple([one.done() for one in met])
        # Not sum(), which from Python 3.12 on makes up for rounding: TextBlob does not here.
        polarity = subjectivity = 0.0
        for one in assessments:
            polarity += one.polarity
            subjectivity += one.subjectivity or 0.0  # every entry of these lexicons has one
        return Scored(polarity / len(assessments), subjectivity / len(assessments), assessments)

    def _meet(self, words: Iterable[str]) -> list[_Met]:
        """Return the known words of a text with the adverbs and negations that act on them."""
        found: list[_Met] = []
        adverb: str | None = None
        negation: str | None = None
        lookup, negations, signs = self._lookup, self._negations, self._signs
        for word in words:
            entry = lookup(word)
            if entry is None:
                if adverb is not None or negation is not None or word in signs:
                    adverb, negation = self._pass(word, found, adverb, negation)
                continue
            polarity, subjectivity, intensity, modifies = entry
            if adverb is None:
                last = _Met(word, polarity, subjectivity, intensity)
                found.append(last)
            else:
                last = found[-1]
                last.words.append(word)
                last.polarity = _limited(polarity * last.intensity)
                last.subjectivity = _limited(subjectivity * last.intensity)
                last.intensity = intensity
            if negation is not None:
                last.before.append(negation)
                last.intensity = 1.0 / last.intensity
                last.negated = True
            adverb = word if modifies else None
            negation = word if word in negations else None
        return found

    def _pass(
        self, word: str, found: list[_Met], adverb: str | None, negation: str | None
    ) -> tuple[str | None, str | None]:
        """Take in a word without an entry; return the adverb and negation that still act."""
        if word in self._negations:
            negation = word
        elif negation is not None and len(word.strip("'")) > 1:  # "not a good" stays negated.
            negation = None
        if negation is not None and adverb is not None and adverb.endswith(self._adverb_ending):
            found[-1].words.append(negation)  # "really not"
            found[-1].negated = True
            negation = None
        elif len(word) > 2:  # "really is good" stays intensified.
            adverb = None
        if word == "!" and found:
            found[-1].words.append(word)
            found[-1].polarity = _limited(found[-1].polarity * 1.25)
        elif word == "(!)":
            found.append(_Met(word, 0.0, 1.0))
        elif word in self._faces:
            found.append(_Met(word, self._faces[word], 1.0))
        return adverb, negation
