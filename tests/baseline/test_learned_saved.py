"""The folder of a trained model: what is written, what is refused, and with which words."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from annotator.baseline import rules
from annotator.baseline.learned import embedder, saved
from annotator.baseline.learned.model import Linear, fit
from annotator.baseline.learned.reading import see
from annotator.baseline.learned.suggester import Learned, open_model
from annotator.core.errors import InputProblem, UsageProblem
from annotator.core.model import Sentence

TEXTS = [f"The {word} of number {n} opened." for n in range(10) for word in ("mill", "ship")]
LABELS = ["factual", "promotional"] * 10
ASKED = [Sentence(text, "en") for text in (*TEXTS[:3], "It may be the finest ship ever.")]
CARD: dict[str, Any] = {
    "name": "learned",
    "scheme": "credibility/1",
    "labels": {"factual": 10, "promotional": 10},
    "rules": rules.version(),
    "libraries": saved.libraries(),
    "embedder": None,
}


@pytest.fixture(scope="module")
def linear() -> Linear:
    return fit([see(Sentence(text, "en")) for text in TEXTS], LABELS, [1.0])[0]


@pytest.fixture(scope="module")
def other() -> Linear:
    return fit([see(Sentence(text, "en")) for text in TEXTS], LABELS, [0.5])[0]


@pytest.fixture
def folder(tmp_path: Path, linear) -> Path:
    saved.save(tmp_path / "model", linear, CARD)
    return tmp_path / "model"


def change(folder: Path, **values: Any) -> None:
    path = folder / saved.CARD
    path.write_text(json.dumps({**json.loads(path.read_text()), **values}))


def test_it_says_the_same_when_it_is_loaded_again(folder: Path, linear):
    before = Learned(linear, "v")
    after = open_model(folder)
    assert after.suggest(ASKED) == before.suggest(ASKED)
    assert after.name == "learned"
    assert after.version == saved.read_card(folder)["version"]


def test_the_same_model_is_the_same_bytes(folder: Path, tmp_path: Path, linear, other):
    saved.save(tmp_path / "again", linear, CARD)
    for name in (saved.MODEL, saved.CARD, saved.README):
        assert (folder / name).read_bytes() == (tmp_path / "again" / name).read_bytes()
    card = saved.save(tmp_path / "other", other, CARD)
    assert card["version"] != saved.read_card(folder)["version"]


def test_there_is_no_pickle_in_it(folder: Path):
    import numpy as np

    with zipfile.ZipFile(folder / saved.MODEL) as file:
        names = file.namelist()
        assert {Path(name).suffix for name in names} == {".npy", ".json"}
        for name in names:
            if name.endswith(".npy"):
                with file.open(name) as array:
                    np.load(array, allow_pickle=False)


def test_a_file_with_another_type_in_it_is_refused(folder: Path):
    from skops.io import dumps

    (folder / saved.MODEL).write_bytes(dumps({"classes": saved.Saved}))
    with pytest.raises(InputProblem, match=r"refused: it holds .*Saved") as caught:
        saved.load(folder)
    assert "annotator train" in (caught.value.hint or "")


@pytest.mark.parametrize("data", [b"", b"no zip", b"PK\x05\x06" + bytes(18)])
def test_a_damaged_file_is_refused(folder: Path, data: bytes):
    (folder / saved.MODEL).write_bytes(data)
    with pytest.raises(InputProblem, match="is damaged"):
        saved.load(folder)


def test_a_file_that_lacks_a_part_is_refused(folder: Path):
    from skops.io import dumps

    (folder / saved.MODEL).write_bytes(dumps({"classes": "factual"}))
    with pytest.raises(InputProblem, match="is damaged: KeyError"):
        saved.load(folder)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"format": 2}, "its format is 2, this program reads 3"),
        ({"libraries": {"scikit-learn": "0.9.3"}}, "trained with scikit-learn 0.9.3, and "),
        ({"rules": "0123"}, "trained with the lexicons 0123, these are "),
        ({"libraries": {}}, "trained with scikit-learn None"),
    ],
)
def test_other_versions_are_refused_with_what_to_do(folder: Path, values: Any, said: str):
    change(folder, **values)
    with pytest.raises(InputProblem) as caught:
        saved.load(folder)
    assert said in caught.value.message
    assert str(folder) in caught.value.message
    assert caught.value.hint == "train it again: `annotator train`"


def test_a_later_patch_of_scikit_learn_does(folder: Path):
    there = saved.libraries()["scikit-learn"]
    change(folder, libraries={"scikit-learn": ".".join(there.split(".")[:2]) + ".99"})
    assert saved.load(folder).card["version"]


def test_no_model_and_no_card(tmp_path: Path, folder: Path):
    with pytest.raises(UsageProblem, match="there is no trained model in") as caught:
        open_model(tmp_path / "nowhere")
    assert "annotator train" in (caught.value.hint or "")
    for data in ("[]", "{", '{"version": 3}'):
        (folder / saved.CARD).write_text(data)
        with pytest.raises(InputProblem, match=r"card\.json"):
            saved.load(folder)
    (folder / saved.CARD).unlink()
    with pytest.raises(UsageProblem):
        saved.load(folder)


def test_without_the_extra_it_says_how_to_get_it(folder: Path, monkeypatch: pytest.MonkeyPatch):
    from importlib.metadata import PackageNotFoundError

    def missing(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(saved, "version", missing)
    with pytest.raises(UsageProblem, match="needs scikit-learn") as caught:
        saved.load(folder)
    assert "pip install '.[train]'" in (caught.value.hint or "")


def test_a_model_takes_the_place_of_the_one_before(folder: Path, other):
    saved.save(folder, other, CARD)
    assert (saved.load(folder).linear.weights == other.weights).all()
    assert [path.name for path in folder.parent.iterdir()] == ["model"]


def test_what_is_opened_follows_the_folder(folder: Path, other):
    before = open_model(folder)
    assert open_model(folder) is before
    saved.save(folder, other, CARD)
    assert open_model(folder).version != before.version


def test_a_model_stays_where_a_new_one_cannot_be_put(
    folder: Path, linear, other, monkeypatch: pytest.MonkeyPatch
):
    rename = Path.rename

    def fails(self: Path, target: Path) -> Path:
        if self.suffix == ".new":
            raise OSError(28, "No space left on device")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fails)
    with pytest.raises(InputProblem, match="No space left"):
        saved.save(folder, other, CARD)
    assert (saved.load(folder).linear.weights == linear.weights).all()
    assert [path.name for path in folder.parent.iterdir()] == ["model"]


def test_a_folder_with_something_else_is_not_replaced(tmp_path: Path, linear):
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(InputProblem, match="holds no model"):
        saved.save(tmp_path, linear, CARD)
    assert (tmp_path / "thesis.txt").read_text() == "years of work"


# -- an embedder -------------------------------------------------------------------------------


def make_embedder(folder: Path, seed: int = 0) -> Path:
    import numpy as np
    from model2vec import StaticModel
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace

    words = ["[UNK]", "[PAD]", "mill", "ship", "opened", "finest"]
    tokenizer = Tokenizer(WordLevel({word: n for n, word in enumerate(words)}, "[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    vectors = np.random.default_rng(seed).normal(size=(len(words), 8)).astype(np.float32)
    StaticModel(vectors, tokenizer).save_pretrained(folder)
    return folder


def test_an_embedder_stands_beside_the_words(tmp_path: Path):
    found = embedder.open_embedder(str(make_embedder(tmp_path / "vectors")))
    rows = found(["the mill opened", "a ship", "", "nothing known"])
    assert rows.shape == (4, 8)
    assert ((rows**2).sum(axis=1).round(6) <= 1).all()
    (linear,) = fit([see(Sentence(text, "en")) for text in TEXTS], LABELS, [1.0], found)
    card = {**CARD, "embedder": {"name": found.name, "digest": found.digest}}
    saved.save(tmp_path / "model", linear, card)
    said = open_model(tmp_path / "model").suggest(ASKED)
    assert said == Learned(linear, "v", found).suggest(ASKED)
    assert "embedder: " in (tmp_path / "model" / saved.README).read_text()


def test_a_model_needs_the_embedder_it_was_trained_with(folder: Path, tmp_path: Path):
    there = make_embedder(tmp_path / "vectors")
    found = embedder.open_embedder(str(there))
    make_embedder(there, seed=1)
    change(folder, embedder={"name": found.name, "digest": found.digest})
    with pytest.raises(InputProblem, match="what is there now is another") as caught:
        open_model(folder)
    assert "--embedder" in (caught.value.hint or "")


def test_an_embedder_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputProblem, match="cannot be loaded"):
        embedder.open_embedder(str(tmp_path / "empty"))
    monkeypatch.setitem(__import__("sys").modules, "model2vec", None)
    with pytest.raises(UsageProblem, match="needs model2vec") as caught:
        embedder.open_embedder("anything")
    assert "pip install '.[embeddings]'" in (caught.value.hint or "")
