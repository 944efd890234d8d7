"""`annotator train` and what else of the command knows trained models."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from conftest import Annotator

ROOT = Path(__file__).parents[2]
BUNDLED = ROOT / "labels" / "pass-1.jsonl"


@pytest.fixture
def labelled(project: Path, annotator: Annotator) -> Path:
    """A project with the bundled articles and their labels."""
    assert annotator("add", str(ROOT / "corpus"), "-q").code == 0
    assert annotator("import", str(BUNDLED), "-q").code == 0
    return project


def test_train_from_the_store_and_suggest_with_it(labelled: Path, annotator: Annotator):
    done = annotator("train")
    assert done.code == 0, done.err
    assert "learned from 260 labels: 142 factual, 54 promotional, 64 speculative" in done.out
    assert "5-fold cross-validation by document: macro-F1 0." in done.out
    assert "rules/1 on the same sentences: 0." in done.out
    assert "model written to labels/models/learned" in done.err
    assert "learned is in use now" in done.err
    rows = annotator("suggest", "--json").json
    assert {row["suggester"] for row in rows if row["in_use"]} == {"learned"}
    line = json.dumps({"text": "It may be the finest bridge of all.", "lang": "en"})
    said = annotator("suggest", "--jsonl", stdin=line + "\n").json
    assert said["model"] == "learned"
    assert sum(said["probabilities"].values()) == pytest.approx(1, abs=1e-3)
    exported = annotator("export", "--output", "-").out.splitlines()
    suggested = [one for line in exported if (one := json.loads(line)["suggestion"])]
    assert {one["model"] for one in suggested} == {"learned"}


def test_a_model_in_a_folder_of_its_own_is_not_put_to_use(folder: Path, annotator: Annotator):
    done = annotator("train", "--from", str(BUNDLED), "--output", "mine", "--json")
    assert done.code == 0, done.err
    assert done.json["suggested"] is None
    assert done.json["folder"] == "mine"
    assert done.json["cross_validation"]["n"] == 260
    assert {path.name for path in Path("mine").iterdir()} == {
        "model.skops", "card.json", "README.md",
    }  # fmt: skip
    line = json.dumps({"text": "It may rain.", "lang": "en"})
    assert annotator("suggest", "--jsonl", "--model", "./mine", stdin=line).json["label"]
    assert not Path("labels").exists()


def test_the_projects_model_can_be_trained_and_not_used(project: Path, annotator: Annotator):
    annotator("add", "corpus", "-q")
    done = annotator("train", "--from", str(BUNDLED), "--no-use")
    assert done.code == 0, done.err
    assert "in use" not in done.err
    rows = annotator("suggest", "--json").json
    assert {row["suggester"] for row in rows if row["in_use"]} == {"rules/1"}
    assert annotator("suggest", "--use", "learned").code == 0


def test_too_few_labels(project: Path, annotator: Annotator):
    annotator("add", "corpus", "-q")
    done = annotator("train")
    assert done.code == 2
    assert "label" in done.err
    Path("few.jsonl").write_text('{"text": "It rains.", "label": "factual"}\n' * 3)
    done = annotator("train", "--from", "few.jsonl")
    assert done.code == 2
    assert "3 labels (3 factual)" in done.err
    assert "30 labels, and 5 of each of two classes" in done.err


def test_other_labels_need_a_folder_of_their_own(project: Path, annotator: Annotator):
    Path("two.jsonl").write_text(
        "".join(
            json.dumps({"text": f"The {word} of {n}.", "label": label, "lang": "en"}) + "\n"
            for n in range(20)
            for word, label in (("mill", "objective"), ("ship", "subjective"))
        )
    )
    done = annotator("train", "--from", "two.jsonl")
    assert done.code == 2
    assert "cannot be put to use" in done.err
    assert not Path("labels/models").exists()
    assert annotator("train", "--from", "two.jsonl", "--output", "two").code == 0


def test_no_project_no_store_no_extra(
    folder: Path, annotator: Annotator, monkeypatch: pytest.MonkeyPatch
):
    assert annotator("train").code == 2
    Path("labels").mkdir()
    assert annotator("train").code == 4
    from importlib.metadata import PackageNotFoundError

    from annotator.baseline.learned import saved

    def missing(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(saved, "version", missing)
    done = annotator("train", "--from", str(BUNDLED))
    assert done.code == 2
    assert "needs scikit-learn, which is not installed" in done.err
    assert "pip install '.[train]'" in done.err


def test_the_command_itself_loads_no_scikit_learn(folder: Path):
    import subprocess

    code = (
        "import sys; from annotator.cli.app import run; run(['train', '--help']);"
        "sys.exit(any(name in sys.modules for name in ('sklearn', 'numpy', 'skops')))"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
