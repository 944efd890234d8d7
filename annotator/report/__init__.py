"""Reports for people who read no terminal: HTML in one file, Markdown, JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from annotator.project.report import Report

FORMATS: Final = {"html": ".html", "md": ".md", "json": ".json"}
"""The formats, with the suffix that names each."""
_FIRST: Final = (
    b"<!DOCTYPE html><!-- annotator report -->",
    b"<!-- annotator report -->",
    b'{"made_by": "annotator report"',
)


def render(report: Report, kind: str) -> str:
    """Return a report in one of FORMATS: the same for the same report."""
    from annotator.report import page, plain

    writers = {"html": page.html, "md": plain.markdown, "json": plain.as_json}
    return writers[kind](report)


def is_ours(first_line: bytes) -> bool:
    """Return whether a file that begins with `first_line` is a report of this program."""
    return first_line.startswith(_FIRST)
