"""Cues and rules in sentences a second, and as a ratio to TextBlob's own call in the same run."""

from __future__ import annotations

import random
import time

import pytest
from fastest import seconds

from annotator.baseline import cues, rules
from annotator.baseline.cues import lexicon

OPENINGS = {
    "en": [
        "Analysts say",
        "Despite the strike,",
        "According to the ministry,",
        "In 2019",
        "Perhaps",
    ],
    "fr": [
        "Selon les analystes,",
        "Malgré la grève,",
        "Selon le ministère,",
        "En 2019",
        "Peut-être",
    ],
}
SUBJECTS = {
    "en": ["the company", "its very large board", "a spokesman for the mill", "Orvane Holdings"],
    "fr": ["la société", "son très grand conseil", "un porte-parole du moulin", "Orvane"],
}
VERBS = {
    "en": ["may sell", "announced the sale of", "is one of the best makers of", "will not open"],
    "fr": ["pourrait vendre", "a annoncé la vente de", "est l’un des meilleurs de", "ouvrira"],
}
ENDINGS = {
    "en": ["40 mills, which suggests a “remarkable” year", "the mill, making it a milestone"],
    "fr": ["40 moulins, ce qui suggère une année « remarquable »", "ce moulin, une étape clé"],
}


def sentences(language: str, count: int) -> list[str]:
    draw = random.Random(5)
    parts = [part[language] for part in (OPENINGS, SUBJECTS, VERBS, ENDINGS)]
    return [" ".join(map(draw.choice, parts)) + f" and {i} more to come." for i in range(count)]


@pytest.mark.benchmark
def test_cues_and_rules_a_second(capsys: pytest.CaptureFixture[str]) -> None:
    from textblob import TextBlob

    texts = sentences("en", 2_000)
    own = seconds(lambda text: TextBlob(text).sentiment, texts)
    lines = [f"TextBlob(text).sentiment: {len(texts) / own:,.0f} sentences a second"]
    for language in ("en", "fr"):
        texts = sentences(language, 5_000)
        lexicon._load.cache_clear()
        lexicon.load.cache_clear()
        lexicon.entries.cache_clear()
        start = time.perf_counter()
        rules.suggest("warm", language)
        warm = time.perf_counter() - start
        for name, call in (("cues", cues.find), ("suggestion", rules.suggest)):
            took = seconds(lambda text, call=call, lang=language: call(text, lang), texts)
            rate = len(texts) / took
            lines.append(
                f"{language} {name}: {rate:,.0f} sentences a second (bar 10,000),"
                f" {rate * own / 2_000:.1f} times TextBlob"
            )
        lines.append(f"{language}: lexicons read in {warm * 1000:.0f} ms, once")
    with capsys.disabled():
        print("", *lines, sep="\n  ")
