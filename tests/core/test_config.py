"""Configuration: what is read, what is refused with file and key, and what goes before what."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotator.core.config import Config, load, user_file
from annotator.core.errors import InputProblem


def write(folder: Path, text: str | bytes) -> Path:
    path = folder / "annotator.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_file_that_is_not_there_changes_nothing(tmp_path: Path):
    assert load(tmp_path / "nowhere" / "annotator.toml") == Config()


def test_everything_that_can_be_set(tmp_path: Path):
    path = write(
        tmp_path,
        """
        reviewer = "ana"
        theme = "high-contrast"
        reveal = "never"
        languages = ["en", "fr"]
        retrain_every = 50
        analyzers = { en = "textblob-en+news" }
        [keys]
        "label.factual" = "a,1"
        """,
    )
    assert load(path) == Config(
        reviewer="ana",
        theme="high-contrast",
        reveal="never",
        analyzers={"en": "textblob-en+news"},
        languages=("en", "fr"),
        retrain_every=50,
        keys={"label.factual": "a,1"},
    )


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('revewer = "ana"', "revewer"),
        ("reviewer = 3", "reviewer"),
        ('reveal = "sometimes"', "reveal"),
        ('languages = "en"', "languages"),
        ("languages = [1]", "languages.0"),
        ("retrain_every = -1", "retrain_every"),
        ("retrain_every = true", "retrain_every"),
        ('retrain_every = "often"', "retrain_every"),
        ("[keys]\nundo = 1", "keys.undo"),
        ("analyzers = []", "analyzers"),
    ],
)
def test_what_is_wrong_is_named_with_file_and_key(tmp_path: Path, text: str, key: str):
    path = write(tmp_path, text)
    with pytest.raises(InputProblem) as caught:
        load(path)
    assert caught.value.file == str(path)
    assert caught.value.message.startswith(f"{path}: {key}: ")
    assert "reviewer" in (caught.value.hint or "")


@pytest.mark.parametrize("text", ["reviewer = ", 'reviewer = "ana"\nreviewer = "ben"', "= 1"])
def test_what_is_no_toml_is_refused_with_its_place(tmp_path: Path, text: str):
    path = write(tmp_path, text)
    with pytest.raises(InputProblem, match=r"not TOML: .*(line \d|end of document)") as caught:
        load(path)
    assert caught.value.file == str(path)


def test_other_encodings_and_folders_are_refused(tmp_path: Path):
    for path in (write(tmp_path, "reviewer = 'Ané'".encode("cp1252")), tmp_path):
        with pytest.raises(InputProblem, match="cannot be read") as caught:
            load(path)
        assert caught.value.file == str(path)


def test_the_nearer_one_goes_first_and_tables_are_joined():
    near = Config(reviewer="ana", keys={"undo": "z"}, analyzers={"en": "a"})
    far = Config(
        reviewer="ben", theme="t", reveal="after", languages=("en",),
        keys={"undo": "u", "redo": "r"}, analyzers={"en": "b", "fr": "c"},
    )  # fmt: skip
    assert near.over(far) == Config(
        reviewer="ana", theme="t", reveal="after", languages=("en",),
        keys={"undo": "z", "redo": "r"}, analyzers={"en": "a", "fr": "c"},
    )  # fmt: skip
    assert Config().over(far) == far
    assert far.over(Config()) == far


def test_the_users_own_file_is_where_the_platform_keeps_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert user_file().name == "config.toml"
    assert user_file().parent.name == "annotator"


def test_a_project_can_turn_training_off_that_the_user_turned_on():
    assert Config(retrain_every=0).over(Config(retrain_every=50)).retrain_every == 0
    assert Config().over(Config(retrain_every=50)).retrain_every == 50
