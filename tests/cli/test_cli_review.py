"""`annotator` and `annotator review` where there is no terminal, and line by line."""

from __future__ import annotations

import io
import json
import re
import sys
from pathlib import Path

import pytest

from annotator.cli import common
from annotator.cli.review import has_screen
from annotator.project import ingest
from annotator.store import Store, opening
from annotator.store.verify import verify


def stored(project: Path) -> list[tuple[str, str]]:
    with Store.open(project / "labels" / "labels.db") as store:
        assert verify(store).problems == []
        return store.db.execute(
            "SELECT r.name, coalesce(a.label, 'skipped') FROM annotations a"
            " JOIN reviewers r ON r.n = a.reviewer ORDER BY a.unit"
        ).fetchall()


# -- without a terminal ------------------------------------------------------------------------


def test_alone_it_takes_in_what_is_new_and_says_how_to_go_on(project: Path, annotator):
    found = annotator()
    assert found.code == 0
    assert "2 files: 2 new documents" in found.err
    assert "2 documents (en 1, fr 1), 0 sources, 5 sentences" in found.out
    assert "annotator review --plain" in found.out
    assert "Reviewer: login" in found.out
    again = annotator("--reviewer", "ana")
    assert (again.code, again.err) == (0, "")
    assert "Reviewer: ana" in again.out
    (project / "corpus" / "new.txt").write_text("The harbour opened on Tuesday.\n")
    assert "3 files: 1 new document, 0 changed, 2 as before" in annotator().err


def test_a_bad_file_in_the_corpus_is_said_and_stops_nobody(project: Path, annotator):
    (project / "corpus" / "bad.txt").write_bytes(b"\x00\x01\x02")
    found = annotator()
    assert found.code == 0
    assert "error: corpus/bad.txt: " in found.err
    assert "2 new documents" in found.err
    assert "error: corpus/bad.txt: " in annotator().err


def test_an_empty_project_says_what_to_do(folder: Path, annotator):
    annotator("init")
    assert annotator().code == 0
    found = annotator("review", "--plain", stdin="q\n")
    assert found.code == 0
    assert "annotator add PATH" in found.out


def test_review_says_why_it_cannot_open(project: Path, annotator):
    found = annotator("review")
    assert (found.code, found.out) == (2, "")
    assert "no terminal" in found.err
    assert "--plain" in found.err


def test_a_dumb_terminal_gets_lines(project: Path, annotator, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TERM", "dumb")
    found = annotator("review", stdin="q\n")
    assert found.code == 0
    assert "Saved. 0 of 5 labelled" in found.out


def test_a_corpus_is_taken_in_again_when_anything_in_it_changed(
    project: Path, annotator, monkeypatch: pytest.MonkeyPatch
):
    ingested = []
    real = ingest.ingest
    monkeypatch.setattr(ingest, "ingest", lambda *args: (ingested.append(1), real(*args))[1])

    def noticed() -> bool:
        before = len(ingested)
        assert annotator().code == 0
        return len(ingested) > before

    folder = project / "corpus" / "deep" / "er"
    folder.mkdir(parents=True)
    assert noticed()
    assert not noticed()
    (folder / "new.txt").write_text("The harbour opened on Tuesday.\n")
    assert noticed()
    (folder / "new.txt").write_text("The harbour closed on Tuesday.\n")
    assert noticed()
    for place in (folder, project):
        (place / "sources.toml").write_text('[[source]]\nfiles = ["**"]\nsource = "W"\n')
        assert noticed()
    assert not noticed()
    (folder / ".hidden").write_text("x")
    assert not noticed()
    (folder / "new.txt").unlink()
    assert noticed()
    # What cannot be looked at, and what was refused, is tried every time.
    (folder / "loop").symlink_to(folder)
    (folder / "broken.txt").symlink_to(folder / "nowhere")
    assert annotator().code in {0, 3}
    (folder / "broken.txt").unlink()
    (folder / "bad.txt").write_bytes(b"\0\1\2")
    assert noticed()
    assert noticed()


def test_a_store_that_cannot_be_written_is_still_read(
    project: Path, annotator, monkeypatch: pytest.MonkeyPatch
):
    annotator("add", "corpus")
    monkeypatch.setattr(opening, "BUSY_SECONDS", 0.05)
    with Store.open(project / "labels" / "labels.db") as other, other.writing():
        found = annotator()
    assert found.code == 0
    assert "2 documents" in found.out


class _Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_slow_work_shows_a_bar_on_a_terminal_and_takes_it_away(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(common, "_PATIENCE", -1.0)
    for stream, quiet, drawn in ((_Terminal(), False, True), (_Terminal(), True, False),
                                 (io.StringIO(), False, False)):  # fmt: skip
        monkeypatch.setattr(sys, "stderr", stream)
        with common.progress(quiet=quiet) as tell:
            tell("reading", 0, 0)
            assert stream.getvalue() == ""
            tell("reading", 1, 2)
            assert ("50%" in stream.getvalue()) == drawn
        assert stream.getvalue().endswith("\r\x1b[K") == drawn


@pytest.mark.parametrize("columns", [8, 20, 40, 80])
def test_the_bar_fits_the_terminal(monkeypatch: pytest.MonkeyPatch, columns: int):
    monkeypatch.setattr(common, "_PATIENCE", -1.0)
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setattr(sys, "stderr", stream := _Terminal())
    with common.progress() as tell:
        tell("computing", 1, 2)
    drawn = stream.getvalue().removesuffix("\r\x1b[K").removeprefix("\r")
    assert drawn.startswith("computi")
    assert len(drawn) < columns
    assert ("50%" in drawn) == (columns > 18)


@pytest.mark.parametrize(("terminal", "shown"), [("dumb", False), ("xterm-256color", True)])
def test_a_dumb_terminal_has_no_screen(monkeypatch: pytest.MonkeyPatch, terminal: str, shown: bool):
    for name in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(sys, name, _Terminal())
    monkeypatch.setenv("TERM", terminal)
    assert has_screen() == shown


def test_a_project_that_cannot_be_made(folder: Path, annotator):
    (folder / "corpus").write_text("x")
    found = annotator("init")
    assert found.code == 3
    assert "corpus" in found.err


def test_a_user_without_a_name_has_one(project: Path, annotator, monkeypatch: pytest.MonkeyPatch):
    def nobody() -> str:
        raise KeyError

    monkeypatch.setattr("getpass.getuser", nobody)
    assert re.search(r"Reviewer: user-\d+", annotator().out)


# -- line by line ------------------------------------------------------------------------------


def test_a_script_labels_and_undoes(project: Path, annotator):
    found = annotator("review", "--plain", "--reviewer", "ana", stdin="p\nf\nu\ns\nq\n")
    assert found.code == 0
    assert stored(project) == [("ana", "promotional"), ("ana", "speculative")]
    assert "Saved. 2 of 5 labelled, 0 skipped." in found.out
    assert "polarity" not in found.out.split("saved: promotional")[0]
    again = annotator("review", "--plain", "--reviewer", "ana", stdin="q\n")
    assert "> The mayor said that it had cost four million crowns." in again.out


def test_every_command_of_the_line_mode(project: Path, annotator):
    script = (
        "?\n.\nf\nc 2\nt mixed loaded\nn says who?\n!\nx\n \nskip\nk\nj\nnext\ntab\n\t\n"
        "/bridge\nd Bridge\nd\nb\nu\nr\nfactual\n1\n\nquit\n"
    )
    found = annotator("review", "--plain", "--reviewer", "ana", stdin=script)
    assert found.code == 0, found.out
    assert "factual" in found.out
    assert "found; g with an id goes there" in found.out
    assert "documents; d with the id of one goes there" in found.out
    stored(project)


def test_going_to_a_sentence_by_its_id(project: Path, annotator):
    found = annotator("review", "--plain", stdin="/mayor\nq\n")
    name = re.search(r"([0-9a-f]{16})  The mayor", found.out).group(1)
    found = annotator("review", "--plain", "--reviewer", "ana", stdin=f"g {name}\nf\nq\n")
    assert stored(project) == [("ana", "factual")]
    assert annotator("review", "--plain", stdin="g nothing\nq\n").code == 2


def test_a_wrong_line_in_a_script_is_not_passed_over(project: Path, annotator):
    found = annotator("review", "--plain", "--reviewer", "ana", stdin="f\nzz\nf\nq\n")
    assert found.code == 2
    assert "! 'zz' is no command" in found.out
    # What followed was meant for another sentence.
    assert stored(project) == [("ana", "factual")]


def test_the_end_of_the_script_is_the_end(project: Path, annotator):
    assert annotator("review", "--plain", "--reviewer", "ana", stdin="f\nf").code == 0
    assert len(stored(project)) == 2


def test_everything_decided(project: Path, annotator):
    found = annotator("review", "--plain", "--reviewer", "ana", stdin="f\n" * 5 + "q\n")
    assert found.code == 0
    assert "Everything here is decided" in found.out
    assert "Saved. 5 of 5 labelled" in found.out


def test_reveal_never_and_always(project: Path, annotator):
    never = annotator("review", "--plain", "--reveal", "never", stdin="f\nq\n").out
    assert "polarity" not in never
    assert "polarity" in annotator("review", "--plain", stdin="f\nq\n").out


# -- scopes ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "left"),
    [
        ([], 5), (["--language", "fr"], 2), (["--search", "bridge"], 2),
        (["--document", "marche.txt"], 2), (["--document", "Bridge opens in the valley"], 3),
        (["--only", "unlabelled"], 5),
        (["--order", "shuffled"], 5), (["--order", "shuffled", "--seed", "7"], 5),
        (["--order", "random", "--language", "fr"], 2), (["--order", "uncertain"], 5),
        (["--order", "uncertain", "--seed", "7", "--search", "bridge"], 2),
    ],
)  # fmt: skip
def test_what_is_reviewed(project: Path, annotator, options: list[str], left: int):
    found = annotator("review", "--plain", *options, stdin="q\n")
    assert found.code == 0
    assert f"0 of {left} labelled" in found.out


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--only", "skipped"], "--only skipped"),
        (["--source", "Wire"], "sources: none is known"),
        (["--language", "klingon"], "languages: en, fr"),
        (["--search", "zeppelin"], "--search zeppelin"),
        (["--order", "disagreement"], "--order disagreement"),
    ],
)
def test_a_review_of_nothing_says_so_and_labels_nothing(project, annotator, options, said):
    found = annotator("review", "--plain", *options, stdin="f\nq\n")
    assert found.code == 1
    assert "there is no sentence to review" in found.err
    assert said in found.err
    assert "nobody has labelled" in annotator("status").out


def test_an_analyser_there_is_not_is_named_at_once(project: Path, annotator):
    (project / "annotator.toml").write_text('[analyzers]\nen = "zz"\n')
    found = annotator("review", "--plain", stdin="q\n")
    assert found.code == 2
    assert "'zz'" in found.err


def test_an_analyser_that_has_not_scored_yet_is_not_no_analyser(project: Path, annotator):
    annotator("review", "--plain", stdin="q\n")
    (project / "annotator.toml").write_text('[analyzers]\nen = "textblob-en+news"\n')
    script = "d bridge\nf\nq\n"
    assert "not scored by textblob-en+news yet" in annotator("review", "--plain", stdin=script).out


def test_the_seed_of_the_project_is_kept(project: Path, annotator):
    def first(*options: str) -> str:
        out = annotator("review", "--plain", "--order", "shuffled", *options, stdin="q\n").out
        return next(line for line in out.split("\n") if line.startswith("> "))

    chosen = {first("--seed", str(seed)) for seed in range(8)}
    assert len(chosen) > 1
    wanted = first("--seed", "3")
    assert first() == first() == wanted
    # A seed of any length is a seed.
    assert first("--seed", "9" * 90)


def test_the_former_name_of_the_random_order_still_works(project: Path, annotator):
    def drawn(*options: str) -> list[str]:
        out = annotator("review", "--plain", *options, stdin="f\n" * 5 + "q\n").out
        annotator("review", "--plain", *options, stdin="u\n" * 5 + "q\n")
        return [line for line in out.split("\n") if line.startswith("> ")]

    former = drawn("--order", "shuffled", "--seed", "3")
    assert len(set(former)) == 5
    assert drawn("--order", "random", "--seed", "3") == former


def test_how_a_sentence_was_drawn_is_stored_with_its_label(project: Path, annotator):
    annotator("review", "--plain", "--order", "uncertain", "--seed", "3", stdin="f\ns\nq\n")
    annotator("review", "--plain", "--order", "random", "--seed", "3", stdin="f\nq\n")
    with Store.open(project / "labels" / "labels.db") as store:
        drawn = [
            json.loads(payload)["drawn"]
            for (payload,) in store.db.execute("SELECT payload FROM events ORDER BY n")
        ]
    assert [(one["order"], one["among"], one["model"]) for one in drawn] == [
        ("uncertain", 5, "rules/1"), ("uncertain", 4, "rules/1"), ("random", 3, None),
    ]  # fmt: skip
    assert drawn[2]["probability"] == pytest.approx(1 / 3, abs=1e-5)
    assert all(0 < one["probability"] < 1 for one in drawn)


def test_the_order_can_be_configured(project: Path, annotator):
    def first(*options: str) -> str:
        out = annotator("review", "--plain", *options, stdin="q\n").out
        return next(line for line in out.split("\n") if line.startswith("> "))

    document = first()
    seed = next(seed for seed in range(20)
                if first("--order", "random", "--seed", str(seed)) != document)  # fmt: skip
    (project / "annotator.toml").write_text('order = "random"\n')
    assert first("--seed", str(seed)) == first() != document
    assert first("--order", "document") == document
    (project / "annotator.toml").write_text('order = "disagreement"\n')
    assert "annotator.toml: order: " in annotator("review", "--plain", stdin="q\n").err


@pytest.mark.parametrize("order", ["random", "uncertain"])
def test_an_empty_project_can_be_drawn_from(folder: Path, annotator, order: str):
    annotator("init")
    found = annotator("review", "--plain", "--order", order, stdin="q\n")
    assert (found.code, found.err) == (0, "")
    assert "annotator add PATH" in found.out


def test_a_sample_of_a_large_store_is_said_to_be_one(
    project: Path, annotator, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("annotator.cli.review.POOL", 4)
    said = "drawn from a sample of 4 sentences at a time\n"
    assert annotator("review", "--plain", "--order", "random", stdin="q\n").err.endswith(said)
    assert annotator("review", "--plain", "--order", "random", "-q", stdin="q\n").err == ""
    assert annotator("review", "--plain", stdin="q\n").err == ""


def test_what_two_reviewers_differ_on_is_gone_through_again(project: Path, annotator):
    annotator("review", "--plain", "--reviewer", "ana", stdin="f\nf\nf\nf\nf\nq\n")
    annotator("review", "--plain", "--reviewer", "ben", stdin="f\nf\np\nq\n")
    found = annotator("review", "--plain", "--reviewer", "ana", "--order", "disagreement",
                      "--language", "en", stdin="p\nq\n")  # fmt: skip
    first = next(line for line in found.out.split("\n") if line.startswith("> "))
    assert first == "> The mayor said that it had cost four million crowns."
    assert "ben" not in found.out
    assert [label for name, label in stored(project) if name == "ana"].count("promotional") == 1


@pytest.mark.parametrize(
    "options",
    [
        ["--only", "everything"], ["--only", "mine:fiction"], ["--order", "hardest"],
        ["--seed", "3"], ["--seed", "3", "--order", "disagreement"],
        ["--seed", "x", "--order", "shuffled"], ["--reveal", "sometimes"],
        ["--document", "nothing"], ["--search", "--"], ["--only"],
    ],
)  # fmt: skip
def test_what_cannot_be_reviewed_is_usage(project: Path, annotator, options: list[str]):
    found = annotator("review", "--plain", *options, stdin="f\n")
    assert (found.code, found.out) == (2, "")
    assert (
        options[0].lstrip("-") in found.err
        or "no word to search" in found.err
        or ("no document" in found.err)
    )
    annotator()
    assert stored(project) == []


def test_the_configuration_says_who_and_when(project: Path, annotator):
    (project / "annotator.toml").write_text('reviewer = "ana"\nreveal = "never"\n')
    found = annotator("review", "--plain", stdin="f\nq\n")
    assert "Reviewer ana" in found.out
    assert "polarity" not in found.out
    assert stored(project) == [("ana", "factual")]
    (project / "annotator.toml").write_text('reveal = "sometimes"\n')
    bad = annotator("review", "--plain", stdin="f\nq\n")
    assert bad.code == 3
    assert "annotator.toml: reveal: " in bad.err


def test_another_folder_is_named(project: Path, annotator, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir("/")
    assert annotator("--project", str(project)).code == 0
    found = annotator("review", "--plain", "--project", str(project), stdin="f\nq\n")
    assert found.code == 0
    assert stored(project) == [("login", "factual")]


def test_the_model_is_told_of_every_label_if_the_project_wants_it_trained_again(
    project, annotator, monkeypatch
):
    told: list[object] = []

    class Told:
        def __init__(self, project: object, every: int) -> None:
            told.append(every)

        def after(self, labels: int) -> None:
            told.append(labels)

        def close(self) -> None:
            told.append("closed")

        def news(self) -> str:
            return "the model was trained again"

    monkeypatch.setattr("annotator.project.retrain.Retrainer", Told)
    assert annotator("review", "--plain", stdin="f\nq\n").code == 0
    assert told == []
    (project / "annotator.toml").write_text("retrain_every = 2\n", encoding="utf-8")
    done = annotator("review", "--plain", stdin="f\nu\n \ns\nq\n")
    # Undo and skip are no labels; an undone one was given all the same.
    assert told == [2, 1, 2, "closed"]
    assert "the model was trained again" in done.err
