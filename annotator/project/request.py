"""What an ingest is asked for, and what it reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from annotator.core.errors import InputProblem
from annotator.core.text import counted
from annotator.ingest.metadata import Metadata
from annotator.ingest.readers import ReadOptions
from annotator.project.prepare import Draft, Settings
from annotator.store.documents import KnownFile


@dataclass(frozen=True)
class Lost:
    """A label that could not be carried over to the new version of its document."""

    sentence: str
    reviewer: str
    label: str | None
    text: str


@dataclass
class Report:
    """What an ingest did, or would do.

    `unsuggested` counts the sentences about which the `suggester` in use could not be asked.
    """

    files: int = 0
    unchanged: int = 0
    new: int = 0
    same: int = 0
    changed: int = 0
    updated: int = 0
    gone: int = 0
    sentences: int = 0
    duplicates: int = 0
    carried: int = 0
    suggester: str | None = None
    unsuggested: int = 0
    languages: dict[str, int] = field(default_factory=dict)
    lost: list[Lost] = field(default_factory=list)
    refused: list[InputProblem] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    dry_run: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return the report for a program."""
        values = {**vars(self), "lost": [asdict(lost) for lost in self.lost]}
        values["refused"] = [
            {"file": e.file, "line": e.line, "column": e.column, "reason": e.reason, "hint": e.hint}
            for e in self.refused
        ]
        return values


class Refused(InputProblem):
    """Some files are bad, so nothing was changed. `report.refused` says which and why."""

    def __init__(self, report: Report) -> None:
        super().__init__(
            f"{len(report.refused):,} of {counted(report.files, 'file')} refused,"
            " so nothing was changed",
            hint="mend or remove them, or use --keep-going to take the others",
        )
        self.report = report


@dataclass(frozen=True)
class Request:
    """What to ingest. `base` is what paths are shown relative to: the project's folder.

    `refused` and `skipped` are what was found beside `files` and cannot be read, or is no article.
    """

    files: Sequence[Path]
    base: Path
    refused: Sequence[InputProblem] = ()
    skipped: Sequence[Path] = ()
    options: ReadOptions = field(default_factory=ReadOptions)
    metadata: Metadata = field(default_factory=Metadata)
    settings: Settings = field(default_factory=Settings)
    standard_input: bytes | None = None
    keep_going: bool = False
    dry_run: bool = False


@dataclass
class SourceFile:
    """A file as it was read: what to remember of it, and the texts in it.

    `documents` are key, draft and document id. `keyed` says whether the keys are ids, and no mere
    line numbers.
    """

    path: str
    known: KnownFile | None
    documents: list[tuple[str, Draft, str]]
    keyed: bool
