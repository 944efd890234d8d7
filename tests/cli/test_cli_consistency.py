"""`consistency`, as it is typed."""

from __future__ import annotations

from pathlib import Path

from conftest import Annotator


def test_contradictions_are_listed_and_gone_through(folder: Path, annotator: Annotator):
    (folder / "corpus").mkdir()
    (folder / "labels").mkdir()
    text = "The council opened the bridge on Monday morning.\n\n{}\n"
    (folder / "corpus" / "a.txt").write_text(text.format("Nobody came."), encoding="utf-8")
    (folder / "corpus" / "b.txt").write_text(text.format("It rained."), encoding="utf-8")
    annotator("review", "--plain", "--reviewer", "ana", stdin="f\nf\ns\nf\n")
    found = annotator("consistency")
    assert found.code == 0
    assert "ana: 1 contradiction\n" in found.out
    assert "the resolution (adjudicated, else the majority): 1 contradiction" in found.out
    assert found.out.count("The council opened the bridge") == 4
    own, every = annotator("consistency", "--json").json
    assert (own["of"], own["reviewer"], every["of"]) == ("reviewer", "ana", "resolution")
    assert [one["label"] for one in own["contradictions"][0]] == ["factual", "speculative"]
    (only,) = annotator("consistency", "--reviewer", "ana", "--json").json
    assert only == own
    assert annotator("consistency", "--reviewer", "eve").code == 2
    said = annotator("review", "--plain", "--only", "inconsistent", "--reviewer", "ana",
                     stdin="f\nf\n").out  # fmt: skip
    assert "[2/2;" in said
    assert "no two sentences" in annotator("consistency").out
    gone = annotator("review", "--plain", "--only", "inconsistent", "--reviewer", "ana")
    assert gone.code == 1
