"""How commands end: the table of exit codes, suggestions, and text that would drive a terminal."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from strategies import HOSTILE, RAW

from annotator.cli.app import _COMMANDS, cli
from annotator.store import Store, opening

STORELESS = ["status", "undo", "redo", "verify", "baseline"]


def test_help_lists_every_command_and_the_exit_codes(folder: Path, annotator):
    found = annotator("--help")
    assert found.code == 0
    assert all(f"\n  {name} " in found.out for name in _COMMANDS)
    assert "Exit codes: 0 done, 1 the answer is no, 2 usage, 3 bad input, 4 store" in found.out
    assert annotator("-h").out == found.out


@pytest.mark.parametrize("name", _COMMANDS)
def test_every_command_has_help_that_says_what_it_does(folder: Path, annotator, name: str):
    found = annotator(name, "--help")
    assert found.code == 0
    assert found.out.startswith(f"Usage: annotator {name}")
    command = cli.get_command(None, name)
    assert command.help
    for parameter in command.params:
        if parameter.param_type_name == "option":
            assert parameter.help, parameter.name


@pytest.mark.parametrize("name", ["claims", "scheme"])
def test_what_the_commands_of_a_command_do_is_not_cut_short(folder: Path, annotator, name: str):
    listed = annotator(name, "--help").out.partition("\nCommands:\n")[2].splitlines()
    assert listed
    assert not [line for line in listed if "..." in line]


def test_the_version(folder: Path, annotator):
    from annotator import __version__

    assert annotator("--version").out == f"annotator, version {__version__}\n"


@pytest.mark.parametrize(
    ("typed", "meant"), [("statsu", "status"), ("exprot", "export"), ("lable", "label")]
)
def test_a_command_that_is_not_there_is_guessed(folder: Path, annotator, typed: str, meant: str):
    found = annotator(typed)
    assert found.code == 2
    assert f"Did you mean '{meant}'?" in found.err


def test_a_command_like_no_other(folder: Path, annotator):
    found = annotator("qqqq")
    assert found.code == 2
    assert "Did you mean" not in found.err


@pytest.mark.parametrize("name", [*STORELESS, "export"])
def test_without_a_store_it_says_how_to_make_one(project: Path, annotator, name: str):
    found = annotator(name, *(["--output", "-"] if name == "export" else []))
    assert found.code == 4
    assert "there is no label store at labels/labels.db" in found.err
    assert "annotator add" in found.err
    assert list((project / "labels").iterdir()) == []


@pytest.mark.parametrize("name", [*STORELESS, "review", ""])
def test_outside_a_project_it_says_so(folder: Path, annotator, name: str):
    found = annotator(*([name] if name else []))
    assert found.code == 2
    assert "is not a project" in found.err
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: path.write_text("these are notes, not labels" * 9), "is not a label store"),
        (lambda path: path.mkdir(), "is a folder"),
    ],
)
def test_a_store_that_is_none_is_a_store_problem(
    project: Path, annotator, make: Callable[[Path], object], words: str
):
    make(project / "labels" / "labels.db")
    for arguments in (["status"], ["add", "corpus"], []):
        found = annotator(*arguments)
        assert found.code == 4
        assert words in found.err


def test_a_locked_store_is_a_store_problem(
    project: Path, annotator, monkeypatch: pytest.MonkeyPatch
):
    annotator("add", "corpus")
    monkeypatch.setattr(opening, "BUSY_SECONDS", 0.05)
    with Store.open(project / "labels" / "labels.db") as other, other.writing():
        (project / "corpus" / "new.txt").write_text("The harbour opened on Tuesday.\n")
        found = annotator("add", "corpus")
        assert found.code == 4
        assert "another process is writing" in found.err
        assert annotator("status").code == 0
    assert annotator("add", "corpus").code == 0


def test_a_damaged_store_is_a_store_problem(project: Path, annotator):
    annotator("add", "corpus")
    path = project / "labels" / "labels.db"
    data = bytearray(path.read_bytes())
    for page in range(3, len(data) // 4096):
        data[page * 4096 : page * 4096 + 200] = b"\xff" * 200
    path.write_bytes(data)
    for arguments in (["status", "--json"], ["verify"], ["baseline"]):
        found = annotator(*arguments)
        assert found.code == 4, found.err
        assert "damaged" in found.err


def test_ctrl_c_ends_quietly(project: Path, annotator, monkeypatch: pytest.MonkeyPatch):
    def interrupted(*args: object, **options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("annotator.project.ingest.ingest", interrupted)
    found = annotator()
    assert found.code == 130
    assert "Traceback" not in found.err


# -- text that would drive a terminal ----------------------------------------------------------

NASTY = "".join(piece for piece in HOSTILE if "\r" not in piece)


def raw_in(text: str) -> set[str]:
    return RAW & set(text)


def test_no_text_of_others_reaches_the_terminal_as_it_is(project: Path, annotator):
    record = {
        "id": "a", "title": f"T{NASTY}T", "source": f"S{NASTY}S", "author": NASTY,
        "text": f"The plant {NASTY} opened on Monday. Nobody {NASTY} knows why that is.",
    }  # fmt: skip
    (project / "corpus" / "rows.jsonl").write_text(json.dumps(record))
    (project / "corpus" / "sources.toml").write_text(
        '[[source]]\nfiles = ["bridge.txt"]\nsource = "\\u001b[2JWire\\u009b"\n'
    )
    reviewer = f"ana{NASTY}"
    script = f"f\nn {NASTY}\nt {NASTY}\nd {NASTY}\n/{NASTY}\nb\nk\nk\nj\nf\nu\nr\nq\n"
    names: list[str] = []
    for arguments, stdin in (
        (["--reviewer", reviewer], ""),
        (["review", "--plain", "--reviewer", reviewer, "--search", "plant"], script),
        (["review", "--plain", "--reviewer", reviewer], f"{NASTY}\n"),
        (["status"], ""),
        (["status", "--documents", "--reviewer", reviewer], ""),
        (["status", "--json", "--reviewer", reviewer], ""),
        (["status", "--reviewer", f"nobody{NASTY}"], ""),
        (["undo", "--reviewer", reviewer], ""),
        (["redo", "--reviewer", reviewer], ""),
        (["explain", f"Great {NASTY} success", "--language", "en"], ""),
        (["explain", f"Great {NASTY}", "--language", "en", "--json"], ""),
        (["add", f"corpus/{NASTY}.txt"], ""),
        (["add", "corpus", "--published", NASTY], ""),
        (["add", "corpus", "--format", NASTY], ""),
        (["add", "corpus", "--language", NASTY], ""),
        (["label", NASTY, "factual"], ""),
        (["skip", NASTY], ""),
        (["review", "--only", NASTY], ""),
        (["review", "--plain", "--document", NASTY], ""),
        (["review", "--plain", "--theme", NASTY], "q\n"),
        ([f"stat{NASTY}us"], ""),
        (["status", f"--{NASTY}"], ""),
        (["--project", NASTY], ""),
        (["status", "--project", NASTY], ""),
        (["backup", f"labels/{NASTY}/x"], ""),
        (["init", f"in{NASTY}it".replace("/", "")], ""),
        (["verify"], ""),
        (["completion", NASTY], ""),
    ):
        found = annotator(*arguments, stdin=stdin)
        assert raw_in(found.out + found.err) == set(), arguments
        names.append(found.out)
    assert any("␛" in out for out in names)


def test_a_hostile_name_in_a_file_or_a_configuration(project: Path, annotator):
    (project / "corpus" / "a\x1b[2J\x9b.csv").write_text("text,a\nx\n")
    (project / "annotator.toml").write_text('"re\\u001b[2Jviewer" = 1\n')
    for arguments in (["add", "corpus"], ["review", "--plain"], []):
        found = annotator(*arguments)
        assert raw_in(found.out + found.err) == set()
        assert found.code == 3
    (project / "annotator.toml").unlink()
    found = annotator("add", "corpus")
    assert raw_in(found.out + found.err) == set()
    assert found.code == 3


def test_a_hostile_path_of_a_store(folder: Path, annotator):
    place = folder / "a\x1b[2Jb"
    (place / "labels").mkdir(parents=True)
    (place / "labels" / "labels.db").write_text("no store" * 30)
    found = annotator("status", "--project", str(place))
    assert found.code == 4
    assert raw_in(found.err) == set()
