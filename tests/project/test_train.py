"""Training from a store and from files: which labels count, what the card says, the background."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from annotator.baseline.learned import saved
from annotator.baseline.learned.training import TooFewLabels
from annotator.core.errors import InputProblem, UsageProblem
from annotator.core.scheme import built_in
from annotator.project import Project, retrain, suggest, train
from annotator.project.ingest import ingest
from annotator.project.prepare import Settings
from annotator.project.request import Request
from annotator.project.retrain import Retrainer
from annotator.session import Session
from annotator.store import Store

OUTLETS = ("lantern", "courier", "herald", "wire")
SYLLABLES = ("ba", "do", "ki", "lu", "me", "pra", "sti", "vo")
TWO = '{{"text": "The {word} of {n} opened.", "label": "{label}", "lang": "en"}}\n'


def text_of(outlet: int) -> str:
    lines = [f"News from the {OUTLETS[outlet]}", ""]
    for n in range(12):
        # Words of no meaning, or the sentences would be near-duplicates of each other.
        dice = random.Random(f"{outlet} {n}")
        rest = " ".join("".join(dice.choices(SYLLABLES, k=4)) for _ in range(8))
        lines.append(f"The {'grobble' if n % 2 else 'zorbel'} {rest} today.\n")
    return "\n".join(lines)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "corpus").mkdir()
    for n, outlet in enumerate(OUTLETS):
        (tmp_path / "corpus" / f"{outlet}.txt").write_text(text_of(n))
    project = Project.at(tmp_path)
    with project.open() as store:
        files = sorted(project.corpus.iterdir())
        ingest(store, Request(files, tmp_path, settings=Settings(("en",))))
    return project


def label(store: Store, count: int, *, reveal: str = "after") -> None:
    session = Session(store, "ana", built_in(), reveal=reveal)  # type: ignore[arg-type]
    for _ in range(count):
        assert session.unit is not None
        praise = "zorbel" in session.text_of(session.unit)
        session.label("promotional" if praise else "factual")


def test_the_labels_of_a_store_become_the_suggester_in_use(project: Project):
    with project.open() as store:
        label(store, 48)
        card = train.train(train.from_store(store), train.folder_of(project))
        assert suggest.use(store, "learned") == 48
        said = suggest.summary(store)[0]
    assert (said.suggester, said.in_use, said.current) == ("learned", True, True)
    assert said.stored == card["version"]
    assert card["labels"] == {"factual": 24, "promotional": 24}
    assert card["missing"] == ["speculative"]
    assert card["scheme"] == "credibility/1"
    assert card["guidelines"] == [built_in().guideline]
    assert card["left_out"] == {"suggestion_shown": 0, "unresolved_or_none": 0}
    found = card["cross_validation"]
    assert (found["by"], found["folds"], found["n"]) == ("document", 4, 48)
    assert found["macro_f1"]["value"] > found["rules"]["macro_f1"]["value"]
    assert saved.read_card(train.folder_of(project)) == card
    people = (train.folder_of(project) / "README.md").read_text()
    assert "48 labels: 24 factual, 24 promotional." in people
    assert "Never suggested, for want of a label: speculative." in people


def test_the_card_tells_the_history_it_was_trained_on(project: Project):
    with project.open() as store:
        label(store, 36)
        before = train.from_store(store)
        assert before.history == train.from_store(store).history
        label(store, 1)
        assert before.history != train.from_store(store).history
        names = train.from_store(store).found.sentences
    assert before.history is not None
    assert len(before.history) == 16
    assert all(one.document and one.language == "en" for one in names)


def test_labels_given_while_the_suggestion_was_shown_are_left_out(project: Project):
    with project.open() as store:
        label(store, 36)
        label(store, 10, reveal="always")
        labels = train.from_store(store)
        card = train.train(labels, train.folder_of(project))
    assert card["left_out"]["suggestion_shown"] == 10
    assert sum(card["labels"].values()) == 36
    assert any("10 labels given while a suggestion" in note for note in card["notes"])


def test_nothing_to_learn_from(project: Project):
    with project.open() as store:
        with pytest.raises(TooFewLabels):
            train.from_store(store)
        label(store, 10, reveal="always")
        with pytest.raises(TooFewLabels, match="while the suggestion was shown"):
            train.from_store(store)
        label(store, 20)
        with pytest.raises(TooFewLabels, match=r"20 labels \(10 factual, 10 promotional\)"):
            train.train(train.from_store(store), train.folder_of(project))
    assert not train.folder_of(project).exists()


def lines(path: Path, labels: tuple[str, str], n: int = 40) -> Path:
    words = dict(zip(labels, ("mill", "ship"), strict=True))
    path.write_text(
        "".join(
            TWO.format(word=words[one], n=n, label=one)
            for n, one in enumerate(labels[n % 2] for n in range(n))
        )
    )
    return path


def test_files_can_be_learned_from(tmp_path: Path):
    one, other = (lines(tmp_path / name, ("factual", "speculative")) for name in ("a", "b"))
    card = train.train(train.from_files([one, other]), tmp_path / "model")
    assert card["labels"] == {"factual": 40, "speculative": 40}
    assert [file["name"] for file in card["files"]] == ["a", "b"]
    assert card["history"] is None
    assert card["cross_validation"]["by"] == "sentence"
    assert any("too few, or tied" in note for note in card["notes"])


def test_other_labels_are_learned_and_cannot_be_used(tmp_path: Path):
    labels = train.from_files([lines(tmp_path / "a", ("objective", "subjective"))])
    assert not labels.of_the_scheme
    card = train.train(labels, tmp_path / "model")
    assert card["scheme"] is None
    assert any("can be evaluated, and not used" in note for note in card["notes"])


def test_labels_of_two_questions_are_not_mixed(tmp_path: Path):
    files = [
        lines(tmp_path / "a", ("objective", "subjective")),
        lines(tmp_path / "b", ("factual", "promotional")),
    ]
    with pytest.raises(InputProblem, match="different questions"):
        train.from_files(files)
    with pytest.raises(InputProblem, match="cannot be read"):
        train.from_files([tmp_path / "nowhere"])


def test_a_suggester_that_is_gone_is_not_asked(project: Project):
    with project.open() as store:
        label(store, 36)
        train.train(train.from_store(store), train.folder_of(project))
        suggest.use(store, "learned")
        assert suggest.for_ingest(store)[1].endswith("learned")
        (train.folder_of(project) / "card.json").unlink()
        assert suggest.for_ingest(store) == ("rules/1",)
        with pytest.raises(UsageProblem, match="no trained model"):
            suggest.use(store, "learned")


def test_new_articles_are_suggested_by_the_model_in_use(project: Project):
    with project.open() as store:
        label(store, 36)
        train.train(train.from_store(store), train.folder_of(project))
        suggest.use(store, "learned")
        new = project.corpus / "new.txt"
        new.write_text("A new one\n\nThe zorbel mill opened at noon today.\n")
        ingest(store, Request([new], project.folder))
        stored = [row for row in suggest.summary(store) if row.stored]
        assert [row.suggester for row in stored if not row.current] == []
        assert {row.suggester for row in stored} == {"learned", "rules/1"}


# -- in the background -------------------------------------------------------------------------


def wait(retrainer: Retrainer, seconds: float = 300) -> None:
    end = time.monotonic() + seconds
    while retrainer._is_running():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_it_is_trained_again_after_so_many_labels(project: Project):
    retrainer = Retrainer(project, 40)
    with project.open() as store:
        label(store, 39)
        retrainer.after(39)
        assert retrainer._process is None
        label(store, 1)
        retrainer.after(40)
        assert retrainer._process is not None
        wait(retrainer)
        log = Path(retrainer.log).read_text()
        assert suggest.name_in_use(store) == "learned", log
        assert suggest.summary(store)[0].current
        retrainer.after(41)
        assert retrainer._process is None
    assert "asked about 48 sentences" in log
    assert "was trained again" in (retrainer.news() or "")
    retrainer.close()


def test_zero_never_trains(project: Project):
    retrainer = Retrainer(project, 0)
    retrainer.after(10_000)
    retrainer.close()
    assert retrainer.news() is None
    assert not Path(retrainer.log).exists()


def test_too_few_labels_are_no_failure(project: Project):
    retrainer = Retrainer(project, 1)
    retrainer.after(1)
    wait(retrainer)
    assert retrainer.news() is None
    assert "label" in Path(retrainer.log).read_text()


def test_what_went_wrong_is_in_the_log_and_in_one_line(project: Project):
    project.store_path.write_bytes(b"no store")
    retrainer = Retrainer(project, 1)
    retrainer.after(1)
    wait(retrainer)
    assert "could not be trained" in (retrainer.news() or "")
    assert retrainer.log in (retrainer.news() or "")
    assert "is not a label store" in Path(retrainer.log).read_text()


def test_one_at_a_time_and_ended_when_the_review_is_left(
    project: Project, monkeypatch: pytest.MonkeyPatch
):
    started: list[subprocess.Popen[bytes]] = []

    def slow(project: str, log: object) -> subprocess.Popen[bytes]:
        started.append(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]))
        return started[-1]

    monkeypatch.setattr(retrain, "_spawn", slow)
    retrainer = Retrainer(project, 10)
    for given in range(0, 40, 5):
        retrainer.after(given)
    assert len(started) == 1
    retrainer.close()
    assert started[0].returncode == -signal.SIGTERM
    assert retrainer.news() is None
    retrainer.close()


def test_one_that_does_not_leave_is_killed(project: Project, monkeypatch: pytest.MonkeyPatch):
    ignoring = (
        "import signal, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "print('ready', flush=True); time.sleep(60)"
    )
    process = subprocess.Popen([sys.executable, "-c", ignoring], stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    monkeypatch.setattr(retrain, "_spawn", lambda *_: process)
    monkeypatch.setattr(retrain, "_PATIENCE", 0.1)
    retrainer = Retrainer(project, 1)
    retrainer.after(1)
    retrainer.close()
    assert process.returncode == -signal.SIGKILL
    process.stdout.close()


def test_a_training_that_is_ended_leaves_nothing_half_done(project: Project):
    with project.open() as store:
        label(store, 40)
    retrainer = Retrainer(project, 1)
    retrainer.after(1)
    time.sleep(0.4)
    retrainer.close()
    left = {path.name for path in Path(retrainer.log).parent.iterdir()}
    assert left <= {"train.log", "learned"}
    with project.open() as store:
        assert suggest.name_in_use(store) in {"rules/1", "learned"}


@pytest.mark.slow
def test_a_suggester_that_somebody_chose_stays(project: Project):
    with project.open() as store:
        label(store, 40)
        suggest.use(store, "sentiment")
    done = subprocess.run(
        [sys.executable, "-m", "annotator", "train", "--background", "--project", project.folder],
        capture_output=True,
        check=True,
        timeout=300,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    assert done.stdout == b""
    with project.open() as store:
        assert suggest.name_in_use(store) == "sentiment"
    assert (train.folder_of(project) / "model.skops").is_file()
