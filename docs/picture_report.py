"""Make the picture of the report in the README, from the bundled corpus and its labels.

    python docs/picture_report.py [OUTPUT.png]

The corpus and the labels of this repository are taken into a temporary project, its report is
written, and Chromium draws the top of a source and of an article. `CHROMIUM` names another browser
of that family.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WIDTH = 1280
HEIGHTS = (800, 560)
"""Pixels of the part with the source, and of the part with the article."""


def annotator(folder: Path, *arguments: str) -> None:
    """Run the program in a project."""
    subprocess.run([sys.executable, "-m", "annotator", *arguments], cwd=folder, check=True)


def anchors(page: str) -> tuple[str, str]:
    """Return the anchors of the first source with a plot, and of the first of the articles."""
    plot = page.index('class="plot"')
    source = re.findall(r'<h3 id="(o\d+)">', page[:plot])[-1]
    found = re.search(r'<article id="(\w+)"', page)
    if found is None:
        sys.exit("there is no article in the report")
    return source, found[1]


def picture(output: Path) -> None:
    """Save the picture to `output`."""
    browser = os.environ.get("CHROMIUM") or shutil.which("chromium") or "chromium"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(ROOT / "corpus", folder / "corpus")
        annotator(folder, "add", "corpus")
        annotator(folder, "import", str(ROOT / "labels" / "adjudicated.jsonl"))
        annotator(folder, "report", "--output", "report.html", "--title", "Ten articles")
        page = (folder / "report.html").read_text(encoding="utf-8")
        frames = "".join(
            f'<iframe src="report.html#{anchor}" width="{WIDTH}" height="{height}"></iframe>'
            for anchor, height in zip(anchors(page), HEIGHTS, strict=True)
        )
        outer = folder / "outer.html"
        outer.write_text(
            "<!DOCTYPE html><style>body { margin: 0 } iframe { border: 0; display: block }</style>"
            f"<body>{frames}",
            encoding="utf-8",
        )
        high = sum(HEIGHTS)
        subprocess.run(
            [
                browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
                f"--window-size={WIDTH},{high}", f"--screenshot={output.resolve()}",
                "--virtual-time-budget=5000", outer.as_uri(),
            ],
            check=True, stderr=subprocess.DEVNULL,
        )  # fmt: skip


if __name__ == "__main__":
    picture(Path(sys.argv[1]) if sys.argv[1:] else ROOT / "docs" / "report.png")
