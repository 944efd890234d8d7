"""Text of a corpus cannot drive the terminal: the bytes of a real one are those of a clean corpus.

Everything is done twice, with harmless articles and with articles full of control sequences. What
the second run sends must be of the same kinds as what the first one sent.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from ecma48 import controls
from hostile_text import (
    DECEIVERS,
    ESCAPES,
    EVERY,
    FORBIDDEN,
    MARK,
    NAME,
    articles,
    grouped,
    write,
)
from labelling import problems
from ptyterm import Terminal, annotator, surroundings

from annotator.store import Store, reading

CLEAN = {"this": "seven"}
HOSTILE = grouped(EVERY, 7)


class Corpus(NamedTuple):
    """A project and the reviewer who works in it, harmless or not."""

    project: Path
    reviewer: str
    word: str


def made(folder: Path, pieces: dict[str, str], name: str) -> Corpus:
    """Make a project, take its articles in, and write a note and a tag on its first sentence."""
    project = folder / name
    write(project / "corpus", pieces, name=name)
    corpus = Corpus(project, name, next(iter(pieces.values())))
    silent(corpus, "review", "--plain", "--reviewer", name)
    with Store.open(project / "labels" / "labels.db") as store:
        sentence = next(unit.id for unit in reading.article(store, 1).units if unit.asked)
    silent(corpus, "label", sentence, "p", "--note", name * 3, "--tag", name, "--reviewer", name)
    return corpus


def silent(corpus: Corpus, *args: str) -> None:
    """Run a command whose output does not matter; it must end well."""
    done = subprocess.run(
        annotator(*args), cwd=corpus.project, env=surroundings(corpus.project),
        stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    return made(tmp_path_factory.mktemp("clean"), CLEAN, "plain name")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    return made(tmp_path_factory.mktemp("hostile"), HOSTILE, NAME)


def same_kinds(clean: str, hostile: str) -> None:
    """Check that the hostile stream holds nothing that the clean one does not."""
    assert MARK not in "".join(kind for kind in controls(hostile) if kind.startswith("STRING"))
    assert set(controls(hostile)) <= set(controls(clean))
    assert not {hex(ord(char)) for char in hostile if ord(char) in FORBIDDEN}


def documents(corpus: Corpus) -> int:
    with Store.open(corpus.project / "labels" / "labels.db") as store:
        return len(reading.places(store, 0))


def screens(corpus: Corpus, size: tuple[int, int]) -> str:
    """Go through every article and every dialog; returns what the terminal was sent."""
    with Terminal(
        annotator("--reviewer", corpus.reviewer), cwd=corpus.project, size=size
    ) as terminal:
        terminal.wait_for("▶", "quit")

        def type_and_look(*strokes: str) -> None:
            for keys in strokes:
                terminal.send(keys)
                # A dialog has to stand before its keys come; on a busy machine that takes long.
                terminal.settle(0.12)

        for place in range(documents(corpus)):
            type_and_look("g", "\x1b[B" * place, "\r", "fs", "b", "j!")
        # The article with the endless sentence is the last one.
        type_and_look("\x04\x04\x04", "\x15", "kk", "\t", "uu", "\x12")
        type_and_look("k" * 5, "pn", "\r", "t", "\r", "c", "3", "?", "?")
        type_and_look("/", "report", "\x1b[B\x1b[B", "\r", "/", corpus.word, "\r", "?", "?")
        # Pasted into a note, which becomes what is stored, and shown again.
        paste = f"\x1b[200~{corpus.word.replace(chr(27), '')}\u202e\x9b2J[/nope]\x1b[201~"
        type_and_look("n", paste if corpus.word != "seven" else "words", "\r", "n", "\r")
        terminal.send("q")
        assert terminal.wait_for_end() == 0
        return bytes(terminal.output).decode()


@pytest.fixture(scope="module")
def usual(clean: Corpus) -> str:
    """Return what a terminal is sent when there is nothing harmful to read."""
    return screens(clean, (120, 40))


@pytest.mark.parametrize("size", [(80, 24), pytest.param((120, 40), marks=pytest.mark.slow)])
def test_the_screen_sends_nothing_that_came_from_the_text(
    usual: str, hostile: Corpus, size: tuple[int, int]
) -> None:
    sent = screens(hostile, size)
    same_kinds(usual, sent)
    assert "Traceback" not in sent
    assert problems(hostile.project) == []


PLAIN = "\n".join(
    ["p", "f", "n {word}", "t {word} b", "!", "c 2", ".", "b", "j", "k", "u", "r", "next",
     "/report", "/{word}", "d {word}", "d", "g {word}", "{word}", "?", *["f", "j", "s"] * 60, "q"]
)  # fmt: skip


def in_terminal(corpus: Corpus, args: list[str]) -> str:
    """Run a command whose output goes to a terminal, and whose input does not come from one."""
    with (
        Path(os.devnull).open("rb") as nothing,
        Terminal(
            annotator(*args), cwd=corpus.project, size=(200, 60), stdin=nothing.fileno()
        ) as terminal,
    ):
        terminal.wait_for_end()
        return bytes(terminal.output).decode()


def line_mode(corpus: Corpus) -> str:
    """Go through all articles in the line mode; returns what the terminal was sent."""
    reviewer = corpus.reviewer + "2"
    command = annotator("review", "--plain", "--reviewer", reviewer)
    with Terminal(command, cwd=corpus.project, echo=False) as terminal:
        for line in PLAIN.replace("{word}", corpus.word).split("\n"):
            terminal.send(line + "\n")
            terminal.read(0.0)
        assert terminal.wait_for_end() == 0
        return bytes(terminal.output).decode()


def test_the_line_mode_sends_nothing_that_came_from_the_text(
    clean: Corpus, hostile: Corpus
) -> None:
    sent = line_mode(hostile)
    for said in ("saved: factual", "saved: note", "saved: tags", "found;", "is no command"):
        assert said in sent
    assert sent.rstrip().endswith("skipped.")
    same_kinds(line_mode(clean), sent)


COMMANDS: dict[str, Callable[[Corpus], list[str]]] = {
    "status": lambda _: ["status"],
    "status as JSON": lambda _: ["status", "--json"],
    "status of one": lambda c: ["status", "--reviewer", c.reviewer],
    "bare": lambda c: ["--reviewer", c.reviewer],
    "explain": lambda c: ["explain", f"It is a great {c.word} indeed", "--language", "en"],
    "explain in no language": lambda c: ["explain", c.word, "--language", "xx"],
    "explain, guessed": lambda c: ["explain", f"{c.word} {c.reviewer}", "--json"],
    "verify": lambda _: ["verify"],
    "baseline": lambda _: ["baseline"],
    "undo": lambda c: ["undo", "--reviewer", c.reviewer],
    "redo": lambda c: ["redo", "--reviewer", c.reviewer],
    "add again": lambda _: ["add", "corpus"],
    "add nothing": lambda c: ["add", f"{c.reviewer} 2"],
    "add what is bad": lambda _: ["add", "bad"],
    "add what is bad, as JSON": lambda _: ["add", "bad", "--json"],
    "add a bad option": lambda c: ["add", "corpus", "--format", c.reviewer],
    "no such command": lambda c: [c.reviewer],
    "no such option": lambda c: ["status", f"--{c.reviewer}"],
    "no such project": lambda c: ["status", "--project", f"{c.reviewer} 2"],
    "no such order": lambda c: ["review", "--order", c.reviewer],
    "no such filter": lambda c: ["review", "--plain", "--only", c.reviewer],
    "no such document": lambda c: ["review", "--plain", "--document", c.reviewer],
    "no such sentence": lambda c: ["label", c.reviewer, "p"],
    "no such label": lambda c: ["label", "abcdef", c.reviewer],
    "no such date": lambda c: ["add", "corpus", "--published", c.reviewer],
    "no such language": lambda c: ["add", "corpus", "--language", c.reviewer],
    "no such encoding": lambda c: ["add", "corpus", "--encoding", c.reviewer],
    "no such analyser": lambda c: ["explain", "good", "--analyzer", c.reviewer],
    "export": lambda _: ["export", "--all", "--output", "-"],
    "export as CSV": lambda _: ["export", "--all", "--format", "csv", "--output", "-"],
    "a backup in the way": lambda c: ["backup", f"bad/{c.reviewer}.txt"],
    "an import of no export": lambda c: ["import", f"bad/{c.reviewer}.txt"],
    "an export in the way": lambda c: ["export", "--output", f"bad/{c.reviewer}.txt"],
    "a configuration": lambda _: ["review", "--plain", "--project", "configured"],
    "not a store": lambda c: ["status", "--project", f"odd {c.reviewer}"],
}


@pytest.fixture(scope="module")
def bad_files(clean: Corpus, hostile: Corpus) -> None:
    """Put files beside both projects that are refused, and say in their names what they are."""
    for project, name, _ in (clean, hostile):
        (project / "bad").mkdir()
        (project / "bad" / f"{name}.txt").write_bytes(b"Nothing\n\nA nul \0 here.\n")
        (project / "bad" / f"{name}.jsonl").write_text(
            '{"text": 5, "' + name.replace('"', "") + '": 1}'
        )
        (project / "bad" / f"{name}.csv").write_text(f"{name},b\n1,2\n")
        (project / "configured" / "corpus").mkdir(parents=True)
        (project / "configured" / "annotator.toml").write_text(f"{json.dumps(name)} = 1\n")
        (project / f"odd {name}" / "labels").mkdir(parents=True)
        (project / f"odd {name}" / "labels" / "labels.db").write_text("no database" * 20)


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.usefixtures("bad_files")
def test_no_command_sends_what_came_from_the_text(
    clean: Corpus, hostile: Corpus, command: str
) -> None:
    args = COMMANDS[command]
    sent = in_terminal(hostile, args(hostile))
    assert sent
    assert "Traceback" not in sent
    same_kinds("\r\n", sent)


def test_no_theme_of_that_name(clean: Corpus, hostile: Corpus) -> None:
    sent = []
    for corpus in (clean, hostile):
        command = annotator("review", "--theme", corpus.reviewer)
        with Terminal(command, cwd=corpus.project, size=(200, 40)) as terminal:
            assert terminal.wait_for_end() == 3
            sent.append(bytes(terminal.output).decode())
            assert "there is no theme" in sent[-1]
    same_kinds(*sent)


def test_offsets_are_exact(hostile: Corpus) -> None:
    with Store.open(hostile.project / "labels" / "labels.db") as store:
        kept = {
            one.text
            for one in (reading.article(store, p.document) for p in reading.places(store, 0))
        }
    for article in articles(HOSTILE):
        assert article.text.replace("\r\n", "\n").replace("\r", "\n") in kept
    silent(hostile, "export", "--all", "--output", "all.jsonl")
    with Store.open(hostile.project / "labels" / "labels.db") as store:
        texts = {
            one.id: one.text
            for one in (reading.article(store, p.document) for p in reading.places(store, 0))
        }
    lines = (hostile.project / "all.jsonl").read_text(encoding="utf-8").split("\n")
    records = [json.loads(line) for line in lines if line]
    assert len(records) > 50
    for record in records:
        text = texts[record["document"]["id"]]
        assert text[record["start"] : record["end"]] == record["text"]
        utf16 = text.encode("utf-16-le")
        part = utf16[2 * record["start_utf16"] : 2 * record["end_utf16"]]
        assert part.decode("utf-16-le") == record["text"]


@pytest.mark.parametrize("name", [*ESCAPES, *DECEIVERS])
def test_the_check_sees_each_of_them(name: str) -> None:
    """What is sent raw is not of a clean kind: a check that sees nothing would pass above."""
    usual = "\x1b[1;1H\x1b[0m\x1b[1;38;2;1;2;3m\x1b[?1049h\x1b[?25l\r\n"
    with pytest.raises(AssertionError):
        same_kinds(usual, f"{usual} words {EVERY[name]} words")
