"""`scheme show|validate|diff|use`, and what other commands do with a project's own labels."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import own_schemes
import pytest
from click.shell_completion import ShellComplete
from own_schemes import NINE, TWO

from annotator.core.scheme import built_in_text

RENAMED = TWO.replace("checkable/1", "checkable/2").replace('name = "checkable"', 'name = "open"')


@pytest.fixture
def labelled(project: Path, annotator: Any) -> list[str]:
    """A project with two labels of its own, given by ana and by ben; returns its sentences."""
    (project / "scheme.toml").write_text(TWO, encoding="utf-8")
    assert annotator("add", "corpus").code == 0
    found = annotator("export", "--all").out.splitlines()
    names = [json.loads(line)["id"] for line in found]
    for place, name in enumerate(names):
        label = ("checkable", "o")[place % 2]
        assert annotator("label", name, label, "--reviewer", "ana").code == 0
        assert annotator("label", name, "1", "--reviewer", "ben").code == 0
    return names


def test_show_prints_what_a_scheme_can_start_from(folder: Path, annotator: Any):
    assert annotator("scheme", "show").out == built_in_text()
    found = annotator("scheme", "show", "--json").json
    assert [one["name"] for one in found["labels"]] == ["factual", "speculative", "promotional"]


def test_show_prints_what_the_store_is_labelled_with(labelled: list[str], annotator: Any):
    Path("scheme.toml").write_text("[[[")
    assert annotator("scheme", "show").out == TWO


@pytest.mark.parametrize("text", [TWO, NINE, built_in_text()])
def test_validate_accepts_good_files(folder: Path, annotator: Any, text: str):
    Path("mine.toml").write_text(text, encoding="utf-8")
    found = annotator("scheme", "validate", "mine.toml")
    assert found.code == 0
    assert "mine.toml: good" in found.out
    assert annotator("scheme", "validate", "mine.toml", "--json").json["good"] is True


def test_validate_says_all_that_is_wrong(folder: Path, annotator: Any):
    Path("mine.toml").write_text(TWO.replace('"o"', '"u"').replace('"1.0"', '""'))
    found = annotator("scheme", "validate", "mine.toml")
    assert found.code == 1
    first, second = found.out.splitlines()
    assert first.startswith("mine.toml: guideline: '' is no version")
    assert second.startswith("mine.toml: label 2, key: 'u' is the key for undo")
    found = annotator("scheme", "validate", "mine.toml", "--json")
    assert (found.code, len(found.json["problems"])) == (1, 2)


def test_validate_minds_the_keys_that_are_configured(project: Path, annotator: Any):
    Path("annotator.toml").write_text('[keys]\nskip = "o"\n')
    Path("mine.toml").write_text(TWO)
    found = annotator("scheme", "validate", "mine.toml")
    assert found.code == 1
    assert "keys: 'o' is given to both label.other and skip" in found.out
    assert annotator("scheme", "use", "mine.toml").code == 3
    assert not Path("scheme.toml").exists()


@pytest.mark.parametrize("content", [b"\xff", b"x" * 300_000, b"\0"])
def test_files_that_are_none_are_refused(folder: Path, annotator: Any, content: bytes):
    Path("mine.toml").write_bytes(content)
    found = annotator("scheme", "validate", "mine.toml")
    assert found.code in {1, 3}
    assert "mine.toml" in found.out + found.err
    assert annotator("scheme", "validate", "nowhere.toml").code == 3


def test_diff_says_what_changes_and_how_many_labels_there_are(labelled: list[str], annotator: Any):
    Path("new.toml").write_text(RENAMED)
    found = annotator("scheme", "diff", "new.toml", "--json")
    assert found.code == 1
    count = len(labelled)
    given = count + (count + 1) // 2
    assert found.json["removed"] == ["checkable"]
    assert found.json["renamed_guess"] == {"checkable": "open"}
    assert found.json["labels_in_store"] == {
        "checkable": given, "other": 2 * count - given, "open": 0,
    }  # fmt: skip
    assert found.json["to_be_mapped"] == {"checkable": given}
    text = annotator("scheme", "diff", "new.toml").out
    assert f"no place for labels in use: checkable ({given})" in text
    assert "renamed to open?" in text


def test_diff_is_of_the_file_of_the_project_where_none_is_named(
    labelled: list[str], annotator: Any
):
    assert "nothing changes" in annotator("scheme", "diff").out
    Path("scheme.toml").write_text(TWO.replace('key = "o"', 'key = "y"'))
    found = annotator("scheme", "diff", "--json")
    assert found.code == 0
    assert found.json["keys"] == {"other": {"from": "◆ o 2", "to": "◆ y 2"}}
    Path("scheme.toml").unlink()
    assert annotator("scheme", "diff").code == 2


def test_use_renames_and_every_command_follows(labelled: list[str], annotator: Any):
    before = annotator("agreement", "--json").json
    Path("new.toml").write_text(RENAMED)
    refused = annotator("scheme", "use", "new.toml")
    assert (refused.code, Path("scheme.toml").read_text()) == (2, TWO)
    assert "--map checkable=open" in refused.err
    done = annotator("scheme", "use", "new.toml", "--map", "checkable=open", "--json")
    assert done.code == 0
    assert done.json["changed"] == done.json["to_be_mapped"]["checkable"]
    assert Path("scheme.toml").read_text() == RENAMED
    records = [json.loads(line) for line in annotator("export", "--all").out.splitlines()]
    assert {name for one in records for name in one["votes"]} == {"open", "other"}
    after = annotator("agreement", "--json").json
    assert json.dumps(after) == json.dumps(before).replace("checkable", "open")
    assert annotator("verify").code == 0
    assert "open" in annotator("status").out.splitlines()[2]
    header = annotator("export", "--format", "csv").out.splitlines()[0]
    assert "votes_open,votes_other" in header
    votes = annotator("schema").json["properties"]["votes"]
    assert votes["required"] == ["open", "other"]
    assert annotator("label", labelled[0], "checkable").code == 2
    assert annotator("review", "--plain", "--only", "mine:checkable").code == 2


def test_use_merges_and_asks_again(labelled: list[str], annotator: Any):
    Path("new.toml").write_text(own_schemes.of("third/1", "all", "rest"))
    found = annotator(
        "scheme", "use", "new.toml", "--map", "checkable=all", "--ask", "other", "--reviewer", "ana"
    )
    assert found.code == 0
    assert "to be asked again" in found.err
    status = annotator("status", "--json").json
    ana, ben = sorted(status["reviewers"], key=lambda one: one["name"])
    assert (ana["labelled"], ben["labelled"]) == ((len(labelled) + 1) // 2, len(labelled))
    assert annotator("verify").code == 0


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--map", "checkable"), "it is OLD=NEW"),
        (("--map", "checkable=other", "--map", "checkable=open"), "a label cannot become two"),
        (("--map", "checkable=other", "--ask", "checkable"), "a label cannot become two"),
        (("--map", "nobody=open"), "there is no label 'nobody'"),
        (("--map", "checkable=[red]"), "has no label '[red]'"),
        (("--map", "checkable=open", "--from", "other/9"), "no label 'checkable' of other/9"),
    ],
)
def test_mappings_that_mean_nothing(
    labelled: list[str], annotator: Any, options: tuple[str, ...], said: str
):
    Path("new.toml").write_text(RENAMED)
    found = annotator("scheme", "use", "new.toml", *options)
    assert found.code == 2
    assert said in found.err
    assert Path("scheme.toml").read_text() == TWO


def test_an_earlier_file_is_put_right_with_present(labelled: list[str], annotator: Any):
    Path("new.toml").write_text(RENAMED)
    annotator("scheme", "use", "new.toml", "--map", "checkable=open")
    Path("scheme.toml").write_text(TWO)
    found = annotator("status")
    assert found.code == 2
    assert "scheme use present" in found.err
    assert annotator("scheme", "use", "present").code == 0
    assert Path("scheme.toml").read_text() == RENAMED
    assert annotator("status").code == 0


def test_the_built_in_labels_can_be_had_back(labelled: list[str], annotator: Any):
    done = annotator(
        "scheme", "use", "built-in", "--map", "checkable=factual", "--ask", "other", "-q"
    )
    assert (done.code, done.err) == (0, "")
    assert Path("scheme.toml").read_text(encoding="utf-8") == built_in_text()
    assert annotator("suggest", "--recompute").code == 0
    assert "no rule" not in annotator("suggest").err


def test_who_takes_a_file_over_is_who_the_command_names(project: Path, annotator: Any):
    annotator("add", "corpus")
    Path("scheme.toml").write_text(TWO)
    annotator("review", "--plain", "--reviewer", "ana", stdin="h\nq\n")
    names = [one["name"] for one in annotator("status", "--json").json["reviewers"]]
    assert names == ["ana"]


def test_the_line_mode_follows(project: Path, annotator: Any):
    Path("scheme.toml").write_text(NINE, encoding="utf-8")
    annotator("add", "corpus")
    found = annotator("review", "--plain", "--reviewer", "ana", stdin="?\ne\n2\ntémoignage\nz\nq\n")
    assert found.code == 0
    assert "e or 7     éloge: Une louange que rien ne permet de vérifier." in found.out
    assert "z          no sentence" in found.out
    for name in ("éloge", "chiffre", "témoignage", "none"):
        assert f"saved: {name}" in found.out
    assert annotator("review", "--plain", stdin="p\nx\n").code == 2


def test_suggest_says_once_that_the_rules_know_other_labels(labelled: list[str], annotator: Any):
    found = annotator("suggest")
    assert found.err.count("rules/1 knows factual, speculative, promotional") == 1
    assert annotator("suggest", "--use", "rules/1").code == 2
    assert annotator("explain", labelled[0]).code == 0


def test_evaluate_and_its_baselines_follow(labelled: list[str], annotator: Any):
    found = annotator("evaluate", "--json")
    assert found.code == 0
    (one,) = found.json["models"] if isinstance(found.json, dict) else found.json[0]["models"]
    assert one["model"] == "majority"


def test_shells_complete_the_labels_of_the_project(labelled: list[str]):
    from annotator.cli.app import cli

    complete = ShellComplete(cli, {}, "annotator", "_ANNOTATOR_COMPLETE")
    found = complete.get_completions(["label", labelled[0]], "")
    assert [one.value for one in found] == ["checkable", "other", "none"]
    found = complete.get_completions(["review", "--only"], "mine:o")
    assert [one.value for one in found] == ["mine:other"]
    assert [one.value for one in complete.get_completions(["scheme"], "v")] == ["validate"]
