"""`annotator report`: a file when it is whole, and never over a file of another kind."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from conftest import Annotator


@pytest.fixture
def labelled(project: Path, annotator: Annotator) -> Path:
    annotator("review", "--plain", "--reviewer", "ana", stdin="f\np\n")
    return project


def test_the_suffix_says_which_format(labelled: Path, annotator: Annotator) -> None:
    for name, first in (("r.html", "<!DOCTYPE"), ("r.md", "<!-- annotator"), ("r.json", "{")):
        done = annotator("report", "-o", name, "--title", "Bridges & <markets>")
        assert (done.code, done.out) == (0, "")
        assert f"wrote {name}" in done.err
        assert (labelled / name).read_text(encoding="utf-8").startswith(first)
    assert "<h1>Bridges &amp; &lt;markets&gt;</h1>" in (labelled / "r.html").read_text()


def test_standard_output_takes_what_is_asked_for(labelled: Path, annotator: Annotator) -> None:
    done = annotator("report", "--format", "json", "--no-articles", "-q")
    assert done.json["title"] == "here"
    assert done.json["articles"] == []
    assert done.json["articles_with_labels"] == 1


def test_anonymized_it_names_neither_the_reviewer_nor_the_folder(
    labelled: Path, annotator: Annotator
) -> None:
    for kind in ("html", "md", "json"):
        done = annotator("report", "--anonymize", "--format", kind, "-q")
        assert done.code == 0
        assert "reviewer-" in done.out
        assert not re.search(r"\bana\b", done.out)
        assert re.search(r"(<h1>|^# |\"title\": \")Labelled articles", done.out, re.MULTILINE)
    assert annotator("report", "--anonymize", "--format", "json", "-q").json == done.json


def test_only_a_report_is_replaced(labelled: Path, annotator: Annotator) -> None:
    page = labelled / "r.html"
    page.write_text("<!DOCTYPE html>\n<p>mine</p>\n")
    refused = annotator("report", "-o", "r.html")
    assert refused.code == 3
    assert "not written by this command" in refused.err
    assert "mine" in page.read_text()
    assert annotator("report", "-o", "r.html", "--force").code == 0
    before = page.read_bytes()
    assert annotator("report", "-o", "r.html").code == 0
    assert page.read_bytes() == before
    assert annotator("export", "-o", "all.json").code == 0
    assert annotator("report", "-o", "all.json").code == 3
    assert annotator("export", "-o", "all.json").code == 0, "it is still an export"


@pytest.mark.parametrize("command", ["report", "export"])
def test_a_suffix_that_names_no_format_is_refused(
    labelled: Path, annotator: Annotator, command: str
) -> None:
    refused = annotator(command, "-o", "labels.tsv")
    assert refused.code == 2
    assert "no format goes with .tsv" in refused.err
    assert not (labelled / "labels.tsv").exists()
    kind = {"report": "md", "export": "csv"}[command]
    assert annotator(command, "-o", "labels.tsv", "--format", kind).code == 0


def test_without_matplotlib_there_are_no_plots_and_it_says_so(
    labelled: Path, annotator: Annotator, monkeypatch: pytest.MonkeyPatch
) -> None:
    def find(name: str) -> None:
        assert name == "matplotlib"

    monkeypatch.setattr("annotator.cli.report.find_spec", find)
    monkeypatch.setattr("annotator.report.page.find_spec", find)
    done = annotator("report", "-o", "r.html")
    assert done.code == 0
    assert "without plots: matplotlib is not installed" in done.err
    assert "<svg" not in (labelled / "r.html").read_text()


def test_the_store_is_not_written_over(labelled: Path, annotator: Annotator) -> None:
    done = annotator("report", "-o", "labels/labels.db", "--force")
    assert done.code != 0
    assert json.loads(annotator("status", "--json").out)


def test_where_there_is_no_store_it_says_so(folder: Path, annotator: Annotator) -> None:
    done = annotator("report")
    assert done.code != 0
    assert "error:" in done.err
