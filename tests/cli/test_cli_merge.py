"""`merge`, `export --events` and `import` of events, as two people without a server use them."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from conftest import BRIDGE, MARCHE, Annotator

from annotator.store import Store
from annotator.store.journal import Journal


@pytest.fixture
def two(folder: Path, annotator: Annotator) -> tuple[Path, Path]:
    """The projects of ana and of ben, with one article in common."""
    for name, texts in (("ana", {"bridge": BRIDGE}), ("ben", {"bridge": BRIDGE, "m": MARCHE})):
        (folder / name / "corpus").mkdir(parents=True)
        for file, text in texts.items():
            (folder / name / "corpus" / f"{file}.txt").write_text(text, encoding="utf-8")
        assert annotator("add", f"{name}/corpus", "--project", name).code == 0
    label(folder / "ana", "ana", 2, "factual")
    label(folder / "ben", "ben", 2, "promotional")
    return folder / "ana", folder / "ben"


def label(project: Path, reviewer: str, unit: int, name: str) -> None:
    with Store.open(project / "labels" / "labels.db") as store:
        given = {"label": name, "guideline": "1.0", "seconds": 1.0, "shown": []}
        Journal(store, reviewer).record("label", unit, given)


def exported(annotator: Annotator, project: Path) -> bytes:
    target = project / "labels" / "out.jsonl"
    assert annotator("export", "-o", str(target), "--all", "--project", str(project)).code == 0
    return target.read_bytes()


def test_two_projects_that_merge_each_other_export_the_same_bytes(two, annotator):
    ana, ben = two
    result = annotator("merge", str(ben / "labels/labels.db"), "--project", str(ana))
    assert (result.code, result.out) == (0, "")
    assert result.err.splitlines() == [
        "added: 1 event, 0 here already",
        "  ben  1",
        "  and 1 article with 2 sentences",
    ]
    assert annotator("merge", str(ana / "labels/labels.db"), "--project", str(ben)).code == 0
    assert exported(annotator, ana) == exported(annotator, ben)
    again = annotator("merge", str(ben / "labels/labels.db"), "--project", str(ana))
    assert again.err == "added: 0 events, 2 here already\n"
    assert annotator("verify", "--project", str(ana)).code == 0


def test_a_dry_run_says_so_and_json_has_it_all(two, annotator):
    ana, ben = two
    other = str(ben / "labels/labels.db")
    said = annotator("merge", other, "--dry-run", "--project", str(ana))
    assert said.err.startswith("would be added: 1 event,")
    found = annotator("merge", other, "--json", "--project", str(ana)).json
    assert (found["added"], found["gained"]["documents"], found["dry_run"]) == (
        {"ben": 1},
        1,
        False,
    )
    assert annotator("merge", other, "-q", "--project", str(ana)).err == ""


def test_a_forked_history_is_said_by_merge_status_and_verify(two, annotator):
    ana, ben = two
    label(ben, "ana", 3, "speculative")
    words = "ana: the history goes on in "
    other = str(ben / "labels/labels.db")
    assert f"{words}2 places" in annotator("merge", other, "--project", str(ana)).err
    assert f"{words}2 places" in annotator("status", "--project", str(ana)).out
    assert annotator("status", "--json", "--project", str(ana)).json["forked"] == {"ana": 2}
    verified = annotator("verify", "--project", str(ana))
    assert (verified.code, f"{words}several places" in verified.out) == (0, True)
    assert annotator("undo", "--reviewer", "ana", "--project", str(ana)).code == 0
    for command in ("status", "verify"):
        assert words not in annotator(command, "--project", str(ana)).out


def test_events_go_through_files_that_git_merges_line_by_line(two, annotator, folder):
    ana, ben = two

    def git(*words: str) -> str:
        who = ["-c", "user.name=t", "-c", "user.email=t@example", "-c", "commit.gpgsign=false"]
        done = subprocess.run(
            ["git", *who, *words], cwd=folder / "team", capture_output=True, text=True, check=True
        )
        return done.stdout

    def work(name: str, project: Path, unit: int) -> None:
        git("checkout", "-q", "-B", name, "start")
        label(project, "ana", unit, "factual")
        assert annotator("export", "--events", "team/events", "--project", str(project)).code == 0
        git("add", ".")
        git("commit", "-q", "-m", name)

    assert annotator("merge", str(ana / "labels/labels.db"), "--project", str(ben)).code == 0
    assert annotator("merge", str(ben / "labels/labels.db"), "--project", str(ana)).code == 0
    (folder / "team").mkdir()
    git("init", "-q")
    (folder / "team" / ".gitattributes").write_text("events/* merge=union\n")
    assert annotator("export", "--events", "team/events", "--project", str(ana)).code == 0
    git("add", ".")
    git("commit", "-q", "-m", "start")
    git("branch", "start")
    # The same reviewer in two places: both branches add a line at the end of the same file.
    work("desk", ana, 3)
    work("lap", ben, 4)
    git("merge", "-q", "desk", "-m", "both")
    for project in two:
        result = annotator("import", "team/events", "--project", str(project))
        assert result.code == 0, result.err
        assert "ana: the history goes on in 2 places" in result.err
        assert annotator("verify", "--project", str(project)).code == 0
    assert exported(annotator, ana) == exported(annotator, ben)
    one = annotator("export", "--events", "one", "--project", str(ana))
    assert one.err.startswith("exported 4 events of 2 reviewers to one")
    annotator("export", "--events", "other", "--project", str(ben))
    names = sorted(path.name for path in (folder / "one").iterdir())
    assert names == ["ana.jsonl", "ben.jsonl", "documents.tsv"]
    for name in names:
        assert (folder / "one" / name).read_bytes() == (folder / "other" / name).read_bytes()


def test_conflicting_descriptions_are_said_with_both_values(two, annotator, folder):
    ana, ben = two
    for project, source in ((ana, "Wire\x1b[2J"), (ben, "Herald")):
        with Store.open(project / "labels" / "labels.db") as store, store.writing() as db:
            db.execute("UPDATE documents SET source = ?", (source,))
    result = annotator("merge", str(ben / "labels/labels.db"), "--project", str(ana))
    assert "source: Wire␛[2J here, Herald there; kept Herald" in result.err


def test_what_cannot_be_merged_ends_with_a_reason_a_hint_and_a_code(two, annotator, folder):
    ana, ben = two
    assert annotator("merge", "nothing.db", "--project", str(ana)).code == 2
    assert annotator("merge", str(ana / "labels/labels.db"), "--project", str(ana)).code == 2
    export = exported(annotator, ben)
    result = annotator("merge", str(ben / "labels/out.jsonl"), "--project", str(ana))
    assert (result.code, "annotator import" in result.err) == (3, True)
    # `import` takes an export as ever.
    assert annotator("import", str(ben / "labels/out.jsonl"), "--project", str(ana)).code == 0
    assert export
    annotator("export", "--events", "events", "--project", str(ben))
    (folder / "events" / "ben.jsonl").write_text("{}\n")
    result = annotator("import", "events/ben.jsonl", "--project", str(ana))
    assert result.code == 3
    (folder / "events" / "ben.jsonl").write_text("<<<<<<< HEAD\n")
    result = annotator("import", "events", "--project", str(ana))
    assert (result.code, "events/ben.jsonl:1: git left" in result.err) == (3, True)
    result = annotator("export", "--events", "events", "--all", "--project", str(ana))
    assert (result.code, "--events goes with" in result.err) == (2, True)
    (folder / "file").write_text("")
    result = annotator("export", "--events", "file/events", "--project", str(ana))
    assert (result.code, "cannot be made" in result.err) == (3, True)


def test_the_lines_of_a_file_of_events_are_the_events(two, annotator, folder):
    ben = two[1]
    assert annotator("export", "--events", "events", "-q", "--project", str(ben)).err == ""
    (line,) = (folder / "events" / "ben.jsonl").read_text().splitlines()
    found = json.loads(line)
    assert (found["reviewer"], found["number"], found["kind"]) == ("ben", 1, "label")
    assert found["payload"]["label"] == "promotional"
