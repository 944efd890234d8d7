"""The registry of analysers, the corrections for news and the explanations."""

from __future__ import annotations

import hashlib
import multiprocessing
import pickle
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from importlib.metadata import version
from pathlib import Path

import pytest

from annotator.baseline import pattern, sentiment
from annotator.core.errors import UsageProblem
from annotator.core.model import Sentiment

PLAIN, NEWS, FRENCH = "textblob-en", "textblob-en+news", "textblob-fr"
LEXICONS = (PLAIN, NEWS, FRENCH)


def test_the_names_are_these() -> None:
    assert list(sentiment.NAMES) == [*LEXICONS, "vader-en"]
    assert [sentiment.get(name).language for name in sentiment.NAMES] == ["en", "en", "fr", "en"]
    assert [name for name in sentiment.NAMES if sentiment.get(name).complete] == list(LEXICONS)


@pytest.mark.parametrize(
    ("language", "name"), [("en", PLAIN), ("fr", FRENCH), ("de", None), ("und", None), ("", None)]
)
def test_a_language_has_its_default_or_none(language: str, name: str | None) -> None:
    assert sentiment.default_for(language) == name


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageProblem, match="no sentiment analyser 'textblob-de'") as caught:
        sentiment.get("textblob-de")
    assert caught.value.hint is not None
    assert all(name in caught.value.hint for name in sentiment.NAMES)


def test_a_missing_textblob_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(UsageProblem, match="not installed"):
        pattern.installed("en/en-sentiment.xml")


def test_versions_tell_textblob_and_the_lexicon_files_apart(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    versions = {name: sentiment.get(name).version for name in LEXICONS}
    assert len(set(versions.values())) == 3
    assert all(one.startswith(version("textblob") + "+") for one in versions.values())
    changed = tmp_path / "en-news.toml"
    changed.write_bytes(sentiment._NEWS.read_bytes() + b"\n")
    monkeypatch.setattr(sentiment, "_NEWS", changed)
    # Around the cache: what another process would see after the file has changed.
    assert sentiment.get.__wrapped__(NEWS).version != versions[NEWS]
    assert sentiment.get.__wrapped__(PLAIN).version == versions[PLAIN]


def test_neither_nltk_nor_textblob_is_imported() -> None:
    program = (
        "import sys; from annotator.baseline import sentiment\n"
        "assert 'xml.etree.ElementTree' not in sys.modules\n"
        "assert sentiment.get('textblob-en')('good').polarity == 0.7\n"
        "assert not {'nltk', 'textblob'} & sys.modules.keys()"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


def test_a_score_names_its_analyser_and_is_zero_without_known_words() -> None:
    for name in LEXICONS:
        score = sentiment.get(name)("")
        assert (score.polarity, score.subjectivity, score.assessments) == (0.0, 0.0, ())
        assert score.analyzer == name


@pytest.mark.parametrize(
    ("text", "polarity"),
    [
        ("The new phone isn't good.", (0.7 + 0.13636363636363635) / 2),
        ("It isn't good.", 0.7),
        ("It is not good.", -0.35),
        ("A significant milestone in artificial intelligence.", (0.375 - 0.6) / 2),
        ("It is best understood against escalating tensions.", 1.0),
        ("The state tightens limits on advanced semiconductors.", 0.4),
        ("Sanctions, a shortage and a war.", 0.0),
    ],
)
def test_known_and_kept_numbers_of_the_english_baseline(text: str, polarity: float) -> None:
    assert sentiment.get(PLAIN)(text).polarity == pytest.approx(polarity, abs=1e-12)


def test_a_step_is_read_as_a_negation_in_french() -> None:
    analyzer = sentiment.get(FRENCH)
    assert analyzer("un pas important").polarity == analyzer("pas important").polarity
    assert analyzer("un pas important").polarity == -0.5 * analyzer("un point important").polarity


def test_every_score_is_in_its_range_though_the_french_lexicon_is_not() -> None:
    analyzer, lexicon = sentiment.get(FRENCH), pattern.read_lexicon(sentiment._FRENCH)
    out_of_range = {word for word, senses in lexicon.items() if not 0 <= senses[None][1] <= 1}
    assert "plein" in out_of_range
    for word in out_of_range:
        assert 0 <= analyzer(word).subjectivity <= 1
    assert all(-1 <= senses[None][0] <= 1 for senses in lexicon.values())
    english = sentiment._english_words().values()
    assert all(-1 <= one.polarity <= 1 and 0 <= one.subjectivity <= 1 for one in english)


def test_the_french_lexicon_is_the_file_its_note_describes() -> None:
    data = sentiment._FRENCH.read_bytes()
    note = (sentiment._FRENCH.parent / "README.md").read_text(encoding="utf-8")
    assert hashlib.sha256(data).hexdigest() in note
    root = next(line for line in data.decode().splitlines() if line.startswith("<sentiment "))
    assert 'license="PDDL"' in root
    assert root in note


def test_analysers_travel_to_other_processes_and_score_the_same() -> None:
    texts = ["A great success.", "Un pas important.", "It rose."]
    for name in sentiment.NAMES:
        assert pickle.loads(pickle.dumps(sentiment.get(name))) is sentiment.get(name)
    analyzers = [sentiment.get(name) for name in sentiment.NAMES]
    expected = [[*map(analyzer, texts)] for analyzer in analyzers]
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn) as pool:
        scored = [[*pool.map(analyzer, texts)] for analyzer in analyzers]
    assert scored == expected


# --- corrections for news -----------------------------------------------------------------------


def test_no_correction_stands_twice() -> None:
    words = [one.words for one in sentiment.corrections()]
    assert len(words) == len(set(words))
    assert all(one == one.lower().strip() for one in words)


@pytest.mark.parametrize("one", sentiment.corrections(), ids=lambda one: one.words)
def test_every_correction_is_alive_and_gives_a_reason(one: sentiment.Correction) -> None:
    before, after = sentiment.get(PLAIN)(one.example), sentiment.get(NEWS)(one.example)
    assert (before.polarity, before.subjectivity) != (after.polarity, after.subjectivity)
    assert one.reason.endswith(".")
    lexicon = sentiment._english_words()
    assert any(word in lexicon for word in one.words.split())
    assert (one.polarity is None) == (one.subjectivity is None)
    if " " in one.words:
        assert one.polarity is None
    elif one.polarity is not None and one.subjectivity is not None:
        assert -1 <= one.polarity <= 1
        assert 0 <= one.subjectivity <= 1


def test_a_phrase_stands_between_other_words_only_as_a_whole() -> None:
    plain, news = sentiment.get(PLAIN), sentiment.get(NEWS)
    assert news("“Real estate” fell.").assessments == ()
    assert news("At\nleast a day.").assessments == ()
    text = "A surreal estate of real estates."
    assert news(text).assessments == plain(text).assessments


def test_praise_is_praise_in_news_too() -> None:
    text = "A truly remarkable, impressive and innovative phone!"
    assert sentiment.get(NEWS)(text).assessments == sentiment.get(PLAIN)(text).assessments


# --- explanations -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "trap"),
    [(name, trap) for trap in sentiment.traps() for name in trap.analyzers],
    ids=lambda value: value if isinstance(value, str) else value.example,
)
def test_every_trap_is_met_in_its_example(name: str, trap: sentiment.Trap) -> None:
    lines = sentiment.explain(sentiment.get(name), trap.example)
    met = [line for line in lines if line.note == trap.note]
    assert met
    # A note that says so stands on words that carry nothing, the others on words that do.
    silent = "carries nothing" in trap.note or "never negate" in trap.note
    assert all((line.polarity is None) is silent for line in met)


def test_words_said_to_be_unknown_are() -> None:
    for trap in sentiment.traps():
        if "carries nothing" in trap.note:
            words = trap.pattern.pattern.removeprefix(r"\b(?:").removesuffix(r")\b").split("|")
            for name in trap.analyzers:
                assert sentiment.get(name)(". ".join(words)).assessments == ()


def test_an_explanation_lists_what_carried_the_score_then_the_silent_traps() -> None:
    analyzer = sentiment.get(PLAIN)
    text = "The war isn't over; a very good artificial heart rose."
    lines = sentiment.explain(analyzer, text)
    assert [line.words for line in lines] == [
        ("very", "good"), ("artificial",), ("rose",), ("isn't",), ("war",),
    ]  # fmt: skip
    assert [line.note is None for line in lines] == [True, False, False, False, False]
    carried = [line for line in lines if line.polarity is not None]
    assert sum(line.polarity or 0 for line in carried) / len(carried) == analyzer(text).polarity


def test_a_corrected_word_is_no_trap_of_the_corrected_analyser() -> None:
    assert sentiment.explain(sentiment.get(NEWS), "Artificial intelligence.") == []
    assert sentiment.explain(sentiment.get(PLAIN), "Nothing to see.") == []


@pytest.mark.parametrize(
    ("polarity", "subjectivity", "label"),
    [
        (0.31, 0.9, "promotional"),
        (0.3, 0.5, "speculative"),
        (0.3, 0.49, "factual"),
        (-1.0, None, "factual"),
        (0.9, None, "promotional"),
    ],
)
def test_the_label_of_a_sentiment(polarity, subjectivity, label) -> None:
    assert sentiment.label_of(Sentiment(polarity, subjectivity, (), PLAIN)) == label
    assert sentiment.label_of(None) == "factual"
