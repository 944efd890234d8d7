"""Every command in the README and in docs/ is run, as it stands there, in a fresh project."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
# These set up an environment: .ci/run takes them from the README and runs them.
SET_UP = re.compile(r"^python3 -m venv|^bash \.ci/run")


def scripts(page: Path) -> list[str]:
    blocks = re.findall(r"^```sh\n(.*?)^```$", page.read_text(encoding="utf-8"), re.S | re.M)
    return [block for block in blocks if not SET_UP.match(block)]


def articles(folder: Path) -> None:
    folder.mkdir()
    for name in ("01-press-release.txt", "02-sober-report.txt", "09-fr-communique.txt"):
        shutil.copy(ROOT / "corpus" / name, folder)
    shutil.copy(ROOT / "corpus" / "04-machine-translated.txt", folder / "first.txt")


def run(script: str, folder: Path, environment: dict[str, str]) -> None:
    done = subprocess.run(  # noqa: PLW1510 - the code is looked at below
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, f"{script}\n{done.stdout}\n{done.stderr}"


def _marked(page: Path):
    # The README's are run every time; each command is a process, and there are many pages.
    return pytest.param(page, id=page.name, marks=[] if page == PAGES[0] else pytest.mark.slow)


@pytest.mark.parametrize("page", [_marked(page) for page in PAGES])
def test_the_commands_of_a_page_work(page, tmp_path):
    articles(tmp_path / "articles")
    (tmp_path / "corpus").mkdir()
    for name in ("01-press-release.txt", "08-fr-reprise.txt"):
        shutil.copy(ROOT / "corpus" / name, tmp_path / "corpus")
    shutil.copy(ROOT / "corpus" / "sources.toml", tmp_path / "corpus")
    (tmp_path / "labels").mkdir()
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path / ".config"),
    }
    # So that there is a store, and a reviewer in it.
    run("printf 'f\\n' | annotator review --plain --reviewer ana", tmp_path, environment)
    for script in scripts(page):
        run(script, tmp_path, environment)


def test_the_readme_holds_the_two_commands():
    lines = (ROOT / "README.md").read_text(encoding="utf-8").split("\n")
    assert [line for line in lines if line.startswith("python3 -m venv")] == [
        "python3 -m venv .venv && .venv/bin/pip install -q -e . && .venv/bin/annotator",
        "python3 -m venv .venv && .venv/bin/pip install -q -e '.[test]' && .venv/bin/pytest",
    ]


def test_the_table_of_keys_in_the_readme_is_that_of_the_screen():
    from annotator.core.scheme import built_in
    from annotator.tui.keymap import actions

    table = (ROOT / "README.md").read_text(encoding="utf-8").split("## Keys")[1].split("## ")[0]
    known = {"down": "arrows", "up": "arrows", "pagedown": "`pgdn`", "pageup": "`pgup`"}
    for action in actions(built_in()):
        key = action.keys[0]
        assert known.get(key, f"`{key}`") in table, action.name


def test_every_action_is_named_in_the_configuration_page():
    from annotator.core.scheme import built_in
    from annotator.tui.keymap import actions

    page = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    assert all(f"`{action.name}`" in page for action in actions(built_in()))


def test_every_key_of_the_adjudication_is_in_its_page():
    from annotator.core.scheme import built_in
    from annotator.tui.keymap import adjudicating

    page = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    assert all(f"`{action.name}`" in page for action in adjudicating(built_in()))
    table = (ROOT / "docs" / "adjudication.md").read_text(encoding="utf-8")
    known = {"down": "arrows", "up": "arrows"}
    for action in adjudicating(built_in()):
        key = action.keys[0]
        shared = action.name.startswith(("label.", "page_")) or action.name == "palette"
        assert shared or known.get(key, f"`{key}`") in table, action.name


def test_links_between_pages_lead_somewhere():
    for page in PAGES:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_picture_is_drawn_from_the_running_program(tmp_path):
    output = tmp_path / "review.svg"
    subprocess.run([sys.executable, ROOT / "docs" / "picture.py", output], check=True, timeout=60)
    drawn = output.read_text(encoding="utf-8")
    kept = (ROOT / "docs" / "review.svg").read_text(encoding="utf-8")
    for words in ("Thimblecrow-3", "factual", "last:"):
        assert words in drawn
        assert words in kept
