"""The fast evaluation gives TextBlob's own numbers and words, to the last digit."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from annotator.baseline import pattern, sentiment
from annotator.core.model import Assessment, Sentiment

English = Callable[[str], Any]

NEGATIONS = ["no", "not", "never", "n't", "isn't", "can't", "won’t", "don't", "Not", "hardly"]
SHORT = ["a", "so", "is", "I", "x", "to", "8", "2018", "A.", "U.S.", "e.g.", "Mr.", "Med.", "w/"]
SIGNS = [
    *".,;:!?()[]{}\"'`*_-“”‘’…", "...", "....", "!!", "(!)", "( ! )", "(! )", "?!", ".)", "!”",
    ".'", "\n", "\n\n", "\r\n\r\n", "\t", "\xa0", "\x1f", "\u2028", "END-OF-SENTENCE",
    "END-OF-SENTENCE.", "T|.", "T|.|.", "Kb.", "KB.,.", "a.b.", "a.,.", ".5", "=~", "Σ", "ΑΣ",
    "İ", "ǅ", "é.",
]  # fmt: skip
TELLING = " .,:;=8()'\"-!<>3DPpoOsxX\ngodT|_*^/"
GLUE = [" ", " ", " ", " ", "", ", ", ". ", "'s ", "’s ", "! ", "\n", " — "]


def exactly(value: Any) -> str:
    # repr tells 0.1 from 0.10000000000000001's neighbours and 0.0 from -0.0.
    return repr(value)


def ours(score: pattern.Scored | Sentiment) -> str:
    words = [(list(one.words), one.polarity, one.subjectivity) for one in score.assessments]
    return exactly((score.polarity, score.subjectivity, words))


def theirs(score: Any) -> str:
    words = [(words, polarity, subjectivity) for words, polarity, subjectivity, _ in
             score.assessments]  # fmt: skip
    return exactly((score[0], score[1], words))


def sentences(count: int, words: Sequence[str], seed: int) -> Iterator[str]:
    """Return sentences made of lexicon words and everything the rules treat in a special way."""
    draw = random.Random(seed)
    faces = [face for group in pattern.rules().EMOTICONS.values() for face in sorted(group)]
    spaced = [" ".join(face) for face in faces]
    kinds = (words, words, words, NEGATIONS, SHORT, SIGNS, faces, spaced)
    for _ in range(count):
        parts: list[str] = []
        for _ in range(draw.randint(1, 16)):
            word = draw.choice(draw.choice(kinds))
            parts += (draw.choice((word, word, word.upper(), word.title())), draw.choice(GLUE))
        text = "".join(parts)
        yield text if draw.random() < 0.7 else "".join(c for c in text if draw.random() < 0.9)


@pytest.fixture(scope="module")
def english() -> English:
    """TextBlob's own call."""
    from textblob import TextBlob

    return lambda text: TextBlob(text).sentiment_assessments


@pytest.fixture(scope="module")
def english_words() -> list[str]:
    return [*sentiment._english_words()]


@pytest.mark.parametrize("count", [1_500, pytest.param(10_000, marks=pytest.mark.slow)])
def test_made_sentences_score_as_textblob_scores_them(
    english: English, english_words: list[str], count: int
) -> None:
    analyzer = sentiment.get("textblob-en")
    differing = [
        text
        for text in sentences(count, english_words, seed=20)
        if ours(analyzer(text)) != theirs(english(text))
    ]
    assert differing == []


def test_the_short_call_of_textblob_agrees_too(english_words: list[str]) -> None:
    from textblob import TextBlob

    analyzer = sentiment.get("textblob-en")
    for text in sentences(300, english_words, seed=21):
        mine = analyzer(text)
        assert exactly((mine.polarity, mine.subjectivity)) == exactly((*TextBlob(text).sentiment,))


@pytest.mark.parametrize(
    "text",
    [
        "never very no good",  # Negations are put in front of one another.
        "really not a good plan", "very is it good", "not an good", "not very good!!",
        "Go on:\r\n\r\nD is good", "Go on: D is good", "Say o. O good.", "(8) good", "good ( ! )",
        "a good END-OF-SENTENCE plan", "isn't good", "isn’t good", "‘good’", "good…", ":'( good",
    ],
)  # fmt: skip
def test_the_special_cases_score_as_textblob_scores_them(english: English, text: str) -> None:
    assert ours(sentiment.get("textblob-en")(text)) == theirs(english(text))


def test_a_negation_with_a_score_of_its_own_counts_and_negates() -> None:
    # No such word stands in the lexicons of today.
    words = {"good": (0.7, 0.6, 1.0), "never": (-0.2, 0.3, 1.0)}
    reference = pattern.rules().Sentiment()
    for word, scores in words.items():
        dict.__setitem__(reference, word, {None: scores})
    fast = pattern.Evaluator(
        {word: pattern.Entry(*scores) for word, scores in words.items()}, ["never"], "ly"
    )
    assert ours(fast("It is never good.")) == theirs(reference("It is never good."))


@settings(max_examples=300, deadline=None)
@given(text=st.text(max_size=60) | st.text(alphabet=TELLING, max_size=40))
@example(text="*\n\n)")
def test_any_text_scores_as_textblob_scores_it(english: English, text: str) -> None:
    assert ours(sentiment.get("textblob-en")(text)) == theirs(english(text))


@settings(max_examples=300, deadline=None)
@given(text=st.text(alphabet="aT.|,\"'()!? \n:é", max_size=30) | st.text(max_size=60))
def test_any_text_is_cut_as_textblob_cuts_it(text: str) -> None:
    own = " ".join(pattern.rules().find_tokens(text)).split()
    assert pattern.tokens()(text) == [word.lower() for word in own]


def french_reference() -> Callable[[str], Any]:
    """TextBlob's own class on the French lexicon, set up as the package textblob-fr sets it up."""
    from textblob._text import Sentiment as Reference

    class French(Reference):  # type: ignore[misc]
        def load(self, path: str | None = None) -> None:
            super().load(path)
            for word, senses in list(self.items()):
                if word[-1] in "àèéêï":
                    continue
                bare = word
                for accented, letter in zip("àéèêï", "aeeei", strict=True):
                    bare = bare.replace(accented, letter)
                if bare != word:
                    for pos, scores in senses.items():
                        self.annotate(bare, pos, *scores)

    return French(
        path=str(Path(sentiment.__file__).parent / "lexicons" / "fr-sentiment.xml"),
        language="fr",
        negations=("n'", "ne", "ni", "non", "pas", "rien", "sans", "aucun", "jamais"),
        modifier=lambda word: word.endswith("ment"),
    )


def in_range(score: Any) -> str:
    """Return a reference score with its mean subjectivity held to 0..1, as ours is."""
    held = min(max(score[1], 0.0), 1.0)
    words = [(words, polarity, subj) for words, polarity, subj, _ in score.assessments]
    return exactly((score[0], held, words))


FRENCH_EXTRAS = [
    "ne", "pas", "jamais", "sans", "n'est", "n’est", "N’est", "l’excellent", "qu'un", "très",
    "vraiment pas", "plein", "guère",
]  # fmt: skip


def test_french_scores_as_textblobs_class_on_the_french_lexicon() -> None:
    reference, analyzer = french_reference(), sentiment.get("textblob-fr")
    words = [*pattern.read_lexicon(sentiment._FRENCH), *FRENCH_EXTRAS * 60]
    differing = [
        text
        for text in sentences(3_000, words, seed=22)
        if ours(analyzer(text)) != in_range(reference(text))
    ]
    assert differing == []


def test_french_without_accents_is_read_as_with_them() -> None:
    analyzer = sentiment.get("textblob-fr")
    assert (
        analyzer("une situation precaire").polarity == analyzer("une situation précaire").polarity
    )
    assert analyzer("une situation précaire").polarity < 0


def real_texts(shared: Path, language: str) -> list[str]:
    texts: list[str] = []
    for file in sorted((shared / "segmentation").glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if row["lang"] == language:
                texts += [row["text"][start:end] for start, end in row["sentences"]]
    if language == "en":
        for file in sorted((shared / "data").glob("*.jsonl")):
            texts += [json.loads(line)["text"] for line in file.read_text("utf-8").splitlines()]
    texts += [file.read_text(encoding="utf-8") for file in sorted((shared / "seeds").glob("*.txt"))]
    return texts


@pytest.mark.slow
def test_real_english_scores_as_textblob_scores_it(english: English, shared: Path) -> None:
    texts, analyzer = real_texts(shared, "en"), sentiment.get("textblob-en")
    assert len(texts) > 5_000
    assert [text for text in texts if ours(analyzer(text)) != theirs(english(text))] == []


@pytest.mark.slow
def test_real_french_scores_as_textblobs_class_does(shared: Path) -> None:
    texts, reference = real_texts(shared, "fr"), french_reference()
    analyzer = sentiment.get("textblob-fr")
    assert len(texts) > 2_000
    assert [text for text in texts if ours(analyzer(text)) != in_range(reference(text))] == []


def test_hostile_texts_of_a_hundred_thousand_characters_are_quick() -> None:
    # Cut naively, each of these takes minutes: the time grows with the square of the length.
    analyzer, size = sentiment.get("textblob-en"), 100_000
    for unit in ("(", ".", ".,", "a.", "T|.", "x", "'", "very no ", "not ", ":)", "( ! ) ", "\n"):
        analyzer((unit * size)[:size])
    analyzer("a." * (size // 2) + ".," * (size // 2))
    analyzer("T" + "|" * size + ".|" * (size // 2))


def test_a_score_keeps_the_words_that_carried_it() -> None:
    score = sentiment.get("textblob-en")("It is not a very good plan!")
    assert score.assessments[0].words[0] == "not"
    assert isinstance(score.assessments[0], Assessment)
