"""What a look at the corpus notices: everything, or in a hurry what came and went."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotator.project import Project, corpus
from annotator.project.corpus import Look
from annotator.store import Store


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setattr(corpus, "_MANY", 2)
    for name in ("a.txt", "b.txt", "deep/c.txt"):
        file = tmp_path / "corpus" / name
        file.parent.mkdir(exist_ok=True, parents=True)
        file.write_text("The ferry sailed at noon.\n")
    return Project(tmp_path)


@pytest.fixture
def store(project: Project):
    with project.open() as store:
        Look(project, store, hurry=False).remember()
        yield store


def unchanged(project: Project, store: Store) -> tuple[bool, bool]:
    """Return what is said at leisure, and in a hurry."""
    quick = Look(project, store, hurry=True)
    quick.changed_after_all()
    return Look(project, store, hurry=False).unchanged, quick.unchanged


def test_a_first_look_knows_nothing(project: Project):
    with project.open() as store:
        look = Look(project, store, hurry=True)
        assert not look.unchanged
        assert not look.changed_after_all()


def test_nothing_has_changed(project: Project, store: Store):
    assert unchanged(project, store) == (True, True)


@pytest.mark.parametrize("name", ["d.txt", "deep/d.txt", "deep/er/d.txt", "../sources.toml"])
def test_a_new_file_is_noticed_at_leisure(project: Project, store: Store, name: str):
    file = project.corpus / name
    file.parent.mkdir(exist_ok=True)
    file.write_text("x")
    assert not Look(project, store, hurry=False).unchanged


@pytest.mark.parametrize("change", ["new", "gone", "replaced", "folder gone"])
def test_what_came_or_went_is_noticed_in_a_hurry(project: Project, store: Store, change: str):
    if change == "new":
        (project.corpus / "deep" / "d.txt").write_text("x")
    elif change == "gone":
        (project.corpus / "b.txt").unlink()
    elif change == "replaced":
        other = project.folder / "other.txt"
        other.write_text("The ferry sailed at one.\n")
        other.rename(project.corpus / "b.txt")
    else:
        (project.corpus / "deep" / "c.txt").unlink()
        (project.corpus / "deep").rmdir()
    assert not Look(project, store, hurry=True).unchanged


def test_what_was_written_over_is_noticed_afterwards(project: Project, store: Store):
    (project.corpus / "b.txt").write_text("The ferry sank at noon, they say.\n")
    look = Look(project, store, hurry=True)
    assert look.unchanged
    look._child.wait()
    assert look.changed_after_all()
    assert unchanged(project, store) == (False, False)


def test_nothing_is_found_afterwards_where_nothing_changed(project: Project, store: Store):
    look = Look(project, store, hurry=True)
    look._child.wait()
    assert not look.changed_after_all()
    assert unchanged(project, store) == (True, True)


def test_it_does_not_wait_for_the_closer_look(project: Project, store: Store):
    assert not Look(project, store, hurry=True).changed_after_all()


def test_what_is_hidden_does_not_count(project: Project, store: Store):
    (project.corpus / ".swp").write_text("x")
    assert unchanged(project, store) == (True, True)


def test_a_few_files_are_always_looked_at(
    project: Project, store: Store, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(corpus, "_MANY", 4)
    (project.corpus / "b.txt").write_text("The ferry sank at noon, they say.\n")
    assert unchanged(project, store) == (False, False)


def test_what_cannot_be_looked_at_is_never_known(project: Project, store: Store):
    (project.corpus / "broken.txt").symlink_to(project.folder / "nowhere")
    look = Look(project, store, hurry=False)
    assert not look.unchanged
    look.remember()
    assert unchanged(project, store) == (False, False)
