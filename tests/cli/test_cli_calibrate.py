"""`calibrate`, as it is typed, and the sets it takes."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from conftest import Annotator

from annotator.core.errors import UsageProblem
from annotator.core.scheme import Scheme, built_in
from annotator.session.calibration import bundled


def test_the_bundled_set_covers_the_guideline():
    found = bundled(built_in())
    assert len(found.items) == len({one.id for one in found.items}) == 40
    labels = Counter(one.label for one in found.items)
    assert set(labels) == {label.name for label in built_in().every}
    assert min(labels[name] for name in built_in().names) >= 10
    assert {one.rule for one in found.items} == {f"R{n}" for n in range(7)}
    assert all(one.why and built_in().rule(one.rule or "") for one in found.items)
    assert sum(one.language == "fr" for one in found.items) >= 5


def test_other_labels_need_another_set():
    scheme = built_in()
    other = Scheme(**{**vars(scheme), "id": "tone/1", "labels": scheme.labels[:2]})
    with pytest.raises(UsageProblem, match="is for credibility/1, and not for tone/1"):
        bundled(other)


def test_line_by_line_with_a_result(project: Path, annotator: Annotator):
    none = annotator("calibrate", "--result", "--reviewer", "ana")
    assert (none.code, "ana has answered nothing of it yet" in none.err) == (1, True)
    said = annotator("calibrate", "--plain", "--reviewer", "ana", stdin="f\n3\n")
    assert said.code == 0
    assert "[3/40]" in said.out
    assert "R" in said.out
    again = annotator("calibrate", "--plain", "--reviewer", "ana", stdin="x\nq\n")
    assert again.out.startswith("\n[3/40]")
    result = annotator("calibrate", "--json", "--reviewer", "ana").json
    assert (result["reviewer"], result["result"]["of"], len(result["answers"])) == ("ana", 3, 3)
    assert sum(one["of"] for one in result["result"]["by_rule"]) == 3
    assert annotator("calibrate", "--result", "--reviewer", "ana").out.startswith("ana, credib")
    wrong = annotator("calibrate", "--plain", "--reviewer", "ana", stdin="banana\n")
    assert (wrong.code, "'banana' is no label" in wrong.err) == (2, True)
    assert annotator("status", "--json").json["labelled"] == 0
    assert annotator("verify").code == 0
    full = annotator("calibrate", "--plain", "--again", "--reviewer", "ana", stdin="f\n" * 40)
    assert "16 of 40 as agreed: 40 %" in full.out
    assert "run 2" in annotator("calibrate", "--result", "--reviewer", "ana").out
    assert annotator("calibrate", "--reviewer", "ana").code == 2  # no terminal


def test_a_set_of_ones_own(project: Path, annotator: Annotator):
    Path("own.jsonl").write_text(
        json.dumps({"text": "A.", "label": "factual", "why": "Because."}) + "\n\n"
        + json.dumps({"text": "B.", "label": "none", "rule": "R0"}) + "\n",
        encoding="utf-8",
    )  # fmt: skip
    said = annotator("calibrate", "--plain", "--set", "own.jsonl", stdin="f\nf\n")
    assert "Because." in said.out
    assert "none as factual: 1 time" in said.out
    found = annotator("calibrate", "--result", "--set", "own.jsonl")
    assert "1 of 2 as agreed" in found.out


def test_an_export_of_what_was_adjudicated_is_a_set(project: Path, annotator: Annotator):
    annotator("review", "--plain", "--reviewer", "ana", stdin="f\nf\nf\n")
    annotator("review", "--plain", "--reviewer", "ben", stdin="p\nf\np\n")
    ids = [one["id"] for one in _exported(annotator, "--all") if len(one["annotations"]) == 2]
    annotator("adjudicate", ids[0], "speculative", "--reason", "R4", "--note", "It is a guess.")
    rows = [one for one in _exported(annotator, "--all") if one["resolution"] == "adjudicated"]
    assert len(rows) == 1
    Path("set.jsonl").write_text(annotator("export", "--output", "-", "--all").out)
    said = annotator("calibrate", "--plain", "--set", "set.jsonl", stdin="f\n")
    assert "[1/1]" in said.out
    assert rows[0]["text"][:40] in said.out
    assert "It is a guess." in said.out
    assert "R4: " in said.out


def _exported(annotator: Annotator, *arguments: str) -> list[dict]:
    out = annotator("export", "--output", "-", *arguments).out
    return [json.loads(line) for line in out.splitlines()]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{}\n", "line 1 is no sentence with a label"),
        ('{"text": "A.", "label": "factual"}\n[]\n', "line 2 is no sentence"),
        ('{"text": "A.", "label": "glorious"}\n', "'glorious' is no label of credibility/1"),
        ('{"resolution": "majority", "text": "A.", "label": "factual"}\n', "no adjudicated"),
        ("", "no adjudicated sentence"),
    ],
)
def test_a_bad_set_is_refused(project: Path, annotator: Annotator, content: str, said: str):
    Path("bad.jsonl").write_text(content, encoding="utf-8")
    found = annotator("calibrate", "--plain", "--set", "bad.jsonl")
    assert found.code == 3
    assert said in found.err
