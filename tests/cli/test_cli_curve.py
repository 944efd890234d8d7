"""`evaluate --learning-curve`: on a small file that is learned in no time."""

from __future__ import annotations

import importlib.util
import json
import random
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

SYLLABLES = ("ba", "der", "fi", "gol", "ha", "jun", "ki", "lor", "me", "nus", "po", "ras", "tel")


def lines(count: int, documents: int | None = None) -> str:
    """Return labelled lines, a third of them speculative and no two much alike."""
    dice, found = random.Random(1), []
    for place in range(count):
        a, b, c, d, e = ("".join(dice.choices(SYLLABLES, k=4)) for _ in range(5))
        soft = place % 3 == 0
        text = f"{a} may {b} the {c}, {d} {e}." if soft else f"{a} {b} the {c} {d} on {e}."
        line = {"text": text, "label": "speculative" if soft else "factual", "lang": "en"}
        found.append({**line, "document": f"d{place % documents}"} if documents else line)
    return "".join(json.dumps(line) + "\n" for line in found)


@pytest.fixture
def labelled(folder: Path) -> Path:
    path = folder / "labelled.jsonl"
    path.write_text(lines(90), "utf-8")
    return path


def test_the_table_says_what_each_order_is_worth(labelled: Path, annotator):
    options = ("--on", "labelled.jsonl", "--seeds", "2", "--orders", "document,random")
    found = annotator("evaluate", "--learning-curve", *options)
    assert found.code == 0, found.err
    assert "labelled.jsonl: n = 90 sentences; drawn from 63, scored on 27 held out" in found.out
    rows = [row for line in found.out.split("\n") if (row := line.split()) and row[0] == "50"]
    table, bars = rows[:2], rows[2:]
    assert [row[1] for row in table] == ["document", "random"]
    assert [row[1] for row in bars] == ["document", "random"]
    assert all(row[3] == "±" and 0.5 < float(row[2]) <= 1 for row in table)
    assert table[0][-2:] == ["of", "2"]
    assert "Too small for 100, 200, 500 labels." in found.out
    assert "The sentences name no documents" in found.out


def test_a_program_reads_the_same(labelled: Path, annotator):
    options = ("--on", "labelled.jsonl", "--seeds", "1", "--orders", "uncertain, random", "--json")
    found = annotator("evaluate", "--learning-curve", *options)
    assert found.code == 0, found.err
    said = found.json
    assert [point["order"] for point in said["points"]] == ["uncertain", "random"]
    assert (said["n"], said["pool"], said["held"], said["steps"]) == (90, 63, 27, [50])
    scores = [point["scores"] for point in said["points"]]
    assert said["points"][0]["gain"] == pytest.approx(scores[0][0] - scores[1][0])
    assert annotator("evaluate", "--learning-curve", *options).out == found.out


@pytest.mark.parametrize("suffix", [".svg", ".png"])
def test_a_picture_has_the_same_bytes_every_time(labelled: Path, annotator, suffix: str):
    labelled.rename(labelled.with_name("prices $ 工厂.jsonl"))
    drawn = []
    for name in ("one", "two"):
        found = annotator(
            "evaluate", "--learning-curve", "--on", "prices $ 工厂.jsonl", "--seeds", "1",
            "--orders", "random", "--output", name + suffix,
        )  # fmt: skip
        assert found.code == 0, found.err
        assert f"drawn into {name}{suffix}" in found.err
        drawn.append(labelled.with_name(name + suffix).read_bytes())
    assert drawn[0] == drawn[1]
    if suffix == ".svg":
        assert ET.fromstring(drawn[0]).tag.endswith("svg")
    else:
        assert drawn[0].startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--output", "curve.pdf"], "a picture is one of .svg, .png"),
        (["--output", "nowhere/curve.svg"], "no folder nowhere"),
        (["--orders", "random,hardest"], "'hardest' cannot be replayed"),
        (["--orders", "disagreement"], "cannot be replayed"),
        (["--seeds", "0"], "--seeds"),
        (["--on", "labelled.jsonl"], "a learning curve is of one set"),
        (["--cues"], "--learning-curve goes with none of"),
    ],
)
def test_what_cannot_be_drawn_is_said_at_once(labelled: Path, annotator, options, said):
    found = annotator("evaluate", "--learning-curve", "--on", "labelled.jsonl", *options)
    assert (found.code, found.out) == (2, "")
    assert said in found.err


def test_the_options_of_a_curve_are_of_a_curve(labelled: Path, annotator):
    found = annotator("evaluate", "--on", "labelled.jsonl", "--orders", "random")
    assert found.code == 2
    assert "belong to --learning-curve" in found.err


def test_a_set_that_is_too_small_says_by_how_much(labelled: Path, annotator):
    labelled.write_text(lines(60), "utf-8")
    found = annotator("evaluate", "--learning-curve", "--on", "labelled.jsonl")
    assert found.code == 3
    assert "of 60 labelled sentences 42 are left to draw from" in found.err
    labelled.write_text(lines(90, documents=1), "utf-8")
    found = annotator("evaluate", "--learning-curve", "--on", "labelled.jsonl")
    assert found.code == 3
    assert "of 90 labelled sentences 90 are left" in found.err


def test_documents_are_kept_together_and_counted(labelled: Path, annotator):
    labelled.write_text(lines(100, documents=10), "utf-8")
    found = annotator("evaluate", "--learning-curve", "--on", "labelled.jsonl", "--seeds", "1")
    assert "n = 100 sentences in 10 documents; drawn from 70, scored on 30" in found.out
    assert "name no documents" not in found.out


def test_too_little_to_learn_from_leaves_it_to_the_rules(labelled: Path, annotator):
    rows = [json.loads(line) for line in lines(90).splitlines()]
    for row in rows[4:]:
        row["label"] = "factual"
    labelled.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    found = annotator(
        "evaluate", "--learning-curve", "--on", "labelled.jsonl", "--seeds", "1"
    )  # fmt: skip
    assert found.code == 0, found.err
    assert "3 of 3 times there was too little to learn from, and the rules answered" in found.out


def test_without_matplotlib_it_says_what_to_install(
    labelled: Path, annotator, monkeypatch: pytest.MonkeyPatch
):
    real = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "matplotlib" else real(name)
    )
    found = annotator(
        "evaluate", "--learning-curve", "--on", "labelled.jsonl", "--output", "curve.svg"
    )
    assert found.code == 2
    assert "needs matplotlib" in found.err
    assert "[plot]" in found.err
