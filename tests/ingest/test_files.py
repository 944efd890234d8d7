"""Which files are meant: order, what is left out, and what is refused instead of left out."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from annotator.core.errors import InputProblem
from annotator.ingest.files import find, walk


@pytest.fixture
def corpus(tmp_path):
    for name in (
        "b.txt", "a.md", "Z.HTML", "photo.png", ".hidden.txt", "README.md", "sources.toml",
        "sub/c.jsonl", "sub/deep/d.csv", ".git/e.txt", "sub/notes.doc", "LICENSE.txt",
    ):  # fmt: skip
        path = tmp_path / "corpus" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("text")
    return tmp_path / "corpus"


def names(paths, base):
    return [path.relative_to(base).as_posix() for path in paths]


def refusal(path, cwd):
    with pytest.raises(InputProblem) as caught:
        find([path], cwd=cwd)
    return caught.value


def left_out(folder):
    """Return what is refused of a folder, the other files of which are found all the same."""
    found = find([folder], cwd=folder)
    assert found.files or found.refused
    return " ".join(problem.reason for problem in found.refused)


def test_a_folder_is_read_in_order_without_what_is_about_it(corpus):
    found = find(["corpus"], cwd=corpus.parent)
    assert names(found.files, corpus) == [
        "Z.HTML", "a.md", "b.txt", "sub/c.jsonl", "sub/deep/d.csv",
    ]  # fmt: skip
    assert names(found.skipped, corpus) == ["photo.png", "sub/notes.doc"]


def test_what_is_named_is_read_whatever_its_name(corpus):
    found = find(["photo.png", ".hidden.txt", "README.md"], cwd=corpus)
    assert names(found.files, corpus) == ["photo.png", ".hidden.txt", "README.md"]


def test_every_file_comes_once(corpus):
    found = find(["b.txt", ".", corpus / "b.txt", "*.txt"], cwd=corpus)
    assert names(found.files, corpus).count("b.txt") == 1


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("*.txt", ["b.txt"]),
        ("**/*.csv", ["sub/deep/d.csv"]),
        ("[ab].*", ["a.md", "b.txt"]),
        ("s*", ["sub/c.jsonl", "sub/deep/d.csv"]),
    ],
)
def test_globs(corpus, pattern, expected):
    assert names(find([pattern], cwd=corpus).files, corpus) == expected


def test_a_name_with_brackets_is_a_name_first(corpus):
    (corpus / "[ab].txt").write_text("text")
    assert names(find(["[ab].txt"], cwd=corpus).files, corpus) == ["[ab].txt"]


def test_nothing_there_is_refused(corpus):
    assert "no such file" in refusal("missing.txt", corpus).reason
    assert "no article" in refusal("*.xyz", corpus).reason
    (corpus / "gone.txt").symlink_to("nowhere")
    assert "link to nothing" in refusal("gone.txt", corpus).reason


def test_a_link_to_itself_is_refused(corpus):
    (corpus / "self.txt").symlink_to("self.txt")
    assert "cannot be read" in refusal("self.txt", corpus).reason


def test_a_folder_without_articles_says_so(tmp_path):
    (tmp_path / "x.png").write_text("")
    problem = refusal(".", tmp_path)
    assert "1 other file" in problem.reason
    assert ".jsonl" in (problem.hint or "")
    assert walk(tmp_path).files == []


def test_links_that_form_a_loop_end(corpus):
    (corpus / "sub" / "loop").symlink_to(corpus, target_is_directory=True)
    assert names(walk(corpus).files, corpus).count("b.txt") == 1


def test_a_pipe_is_refused_and_not_waited_for(corpus):
    os.mkfifo(corpus / "pipe.txt")
    assert "neither a file nor a folder" in refusal("pipe.txt", corpus).reason
    assert "neither a file nor a folder" in left_out(corpus)
    assert names(find(["."], cwd=corpus).files, corpus)
    assert "neither a file nor a folder" in refusal("/dev/null", corpus).reason


def test_a_name_that_is_not_utf8_is_refused(corpus):
    try:
        Path(os.fsdecode(os.fsencode(corpus) + b"/x\xff.txt")).write_text("text")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    assert "not UTF-8" in left_out(corpus)
    assert names(find(["*"], cwd=corpus).files, corpus)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_refused(corpus):
    (corpus / "b.txt").chmod(0)
    assert "Permission" in refusal("b.txt", corpus).reason
    (corpus / "sub").chmod(0)
    try:
        assert "Permission" in left_out(corpus)
    finally:
        (corpus / "sub").chmod(0o755)


def test_permissions_are_asked_for(corpus, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    assert "Permission" in refusal("b.txt", corpus).reason


def test_a_folder_that_cannot_be_listed_is_refused(corpus, monkeypatch):
    def denied(path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "listdir", denied)
    assert "Permission" in left_out(corpus)
