"""`reviewers` and `assign`, as they are typed."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import Annotator


@pytest.fixture
def filled(project: Path, annotator: Annotator) -> Path:
    assert annotator("add", "corpus", "-q").code == 0
    return project


def given_to(annotator: Annotator, name: str) -> int:
    (one,) = (p for p in annotator("reviewers", "--json").json if p["reviewer"] == name)
    return int(one["assigned"])


def test_reviewers_are_listed_with_what_they_did(filled: Path, annotator: Annotator):
    assert "nobody has labelled yet" in annotator("reviewers").out
    annotator("review", "--plain", "--reviewer", "ana", stdin="f\np\nskip\n")
    found = annotator("reviewers")
    assert found.code == 0
    header, line = found.out.splitlines()
    assert header.split()[:3] == ["reviewer", "labels", "skips"]
    assert line.split()[:4] == ["ana", "2", "1", "-"]
    assert line.endswith("-")  # nothing is assigned
    (ana,) = annotator("reviewers", "--json").json
    assert (ana["labels"], ana["skipped"], ana["assigned"], ana["forks"]) == (2, 1, 0, 0)
    assert ana["by_label"] == {"factual": 1, "promotional": 1}
    assert ana["first_label"] <= ana["last_label"]
    assert ana["labels_an_hour"] is None


def test_a_forked_history_is_said(filled: Path, annotator: Annotator):
    from annotator.store import Store

    annotator("review", "--plain", "--reviewer", "ana", stdin="f\n")
    with Store.open(filled / "labels" / "labels.db") as store, store.writing() as db:
        db.execute("UPDATE reviewers SET forks = '[\"0123\"]' WHERE name = 'ana'")
    assert "ana: the history goes on in 2 places from one event" in annotator("reviewers").out


def test_sentences_are_shared_out_and_the_review_follows(filled: Path, annotator: Annotator):
    dry = annotator("assign", "--reviewers", "ana,ben", "--seed", "7", "--dry-run", "--json").json
    assert dry["sentences"] == len(dry["given"]) == 5
    assert annotator("reviewers", "--json").json == []  # nothing was changed
    done = annotator("assign", "--reviewers", "ana, ben", "--overlap", "0.5", "--seed", "7")
    assert done.code == 0
    assert "5 sentences assigned, " in done.err
    ana, ben = given_to(annotator, "ana"), given_to(annotator, "ben")
    assert abs(ana - ben) <= 1
    assert 7 <= ana + ben <= 8
    said = annotator("review", "--plain", "--reviewer", "ana", stdin="f\n").out
    assert f"[0/{ana} assigned; " in said
    assert f"[1/{ana} assigned; " in said
    assert f"1 of {ana} labelled" in said
    assert "[1/5; " in annotator("review", "--plain", "--reviewer", "ana", "--unassigned").out
    assert "[0/5; " in annotator("review", "--plain", "--reviewer", "cleo").out
    assert "[0/" in annotator("review", "--plain", "--order", "random", "--reviewer", "ben").out
    shown = annotator("assign", "--show").out
    assert shown == annotator("assign").out
    assert "fr" in shown
    assert annotator("assign", "--clear", "ben").err == f"{ben} assignments taken back\n"
    assert "[0/5; " in annotator("review", "--plain", "--reviewer", "ben").out
    assert annotator("assign", "--clear").err == f"{ana} assignments taken back\n"
    assert "assigned to nobody: 5 sentences" in annotator("assign").out
    assert annotator("verify").code == 0


def test_what_comes_later_is_assigned_later(filled: Path, annotator: Annotator):
    annotator("assign", "--reviewers", "ana,ben", "--by", "document", "--overlap", "0")
    before = given_to(annotator, "ana"), given_to(annotator, "ben")
    assert sorted(before) == [2, 3]
    (filled / "corpus" / "new.txt").write_text("A ferry sank at noon. Nobody was hurt.\n")
    annotator("add", "corpus", "-q")
    again = annotator("assign", "--reviewers", "ana,ben", "--by", "document", "--overlap", "0")
    assert "2 sentences assigned" in again.err
    after = given_to(annotator, "ana"), given_to(annotator, "ben")
    assert sorted(after) == [3, 4]
    assert "0 sentences assigned" in annotator("assign", "--reviewers", "ana,ben").err


def test_who_has_finished_is_told(filled: Path, annotator: Annotator):
    annotator("assign", "--reviewers", "ana,ben", "--overlap", "0")
    found = annotator("review", "--plain", "--reviewer", "ana", "--search", "zebra")
    assert found.code == 1
    assert "nothing that is assigned to you is here with --search zebra" in found.err
    assert "--unassigned" in found.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--reviewers", "ana,ana"], "name every reviewer once"),
        (["--reviewers", " , "], "name every reviewer once"),
        (["--reviewers", "ana,ben", "--each", "3"], "--each 3"),
        (["--reviewers", "ana,ben", "--overlap", "2"], "overlap"),
        (["--reviewers", "ana,ben", "--show"], "three different things"),
        (["--clear", "ana"], "nothing is assigned to 'ana'"),
    ],
)
def test_what_cannot_be_done_is_refused(
    filled: Path, annotator: Annotator, arguments: list[str], said: str
):
    found = annotator("assign", *arguments)
    assert found.code == 2
    assert said in found.err
