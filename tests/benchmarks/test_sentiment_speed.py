"""Sentiment against TextBlob's own call, as a ratio in one run, and against length."""

from __future__ import annotations

import random

import pytest
from fastest import seconds

from annotator.baseline import sentiment

SUBJECTS = ["The company", "Its board", "A spokesman for the ministry", "Orvane", "The U.S. office"]
VERBS = ["announced", "isn't selling", "did not publish", "will significantly raise", "won’t drop"]
OBJECTS = ["a very good quarter", "two large models", "“the most advanced chip ever”", "new limits"]
ENDINGS = ["in Brenn (2018)", "on Tuesday, he said", "for an innovative industry", "by 3.5%"]


def news(count: int) -> list[str]:
    draw = random.Random(8)
    parts = (SUBJECTS, VERBS, OBJECTS, ENDINGS)
    return [" ".join(map(draw.choice, parts)) + f" with part {i}." for i in range(count)]


@pytest.mark.benchmark
def test_sentiment_against_textblobs_own_call(capsys: pytest.CaptureFixture[str]) -> None:
    from textblob import TextBlob

    texts = news(3_000)
    own = seconds(lambda text: TextBlob(text).sentiment, texts)
    lines = [f"TextBlob(text).sentiment: {own / len(texts) * 1e6:.0f} µs a sentence"]
    for name in sentiment.NAMES:
        analyzer = sentiment.get(name)
        analyzer("warm")
        took = seconds(analyzer, texts)
        lines.append(f"{name}: {took / len(texts) * 1e6:.0f} µs, {own / took:.1f} times as fast")
    with capsys.disabled():
        print("", *lines, sep="\n  ")


@pytest.mark.benchmark
def test_sentiment_against_length(capsys: pytest.CaptureFixture[str]) -> None:
    analyzer = sentiment.get("textblob-en")
    with capsys.disabled():
        print()
        for unit in ("x", "(", ".,", "a.", "'", "very no ", ":) ", "good news. "):
            small, large = ((unit * size)[:size] for size in (100_000, 1_000_000))
            ratio = seconds(analyzer, [large]) / seconds(analyzer, [small])
            print(f"  {unit!r} a million times: {ratio:.1f} times a tenth of it")
