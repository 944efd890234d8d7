"""The one error tree: every failure a person may see, with its exit code and what to do.

AnnotatorError            1  the answer is no (a check failed)
├── UsageProblem          2  the command was asked for something it cannot do
├── InputProblem          3  a file, text or option value from outside is bad
└── StoreProblem          4  the label store is missing, foreign, damaged, locked or full
    └── StoreBusy         4  another process holds the store

Anything else that escapes is a bug in this program and is reported as one.
"""

from __future__ import annotations


def install_hint(extra: str) -> str:
    """Return how to install what an optional `extra` of this package brings."""
    return f"in the clone of annotator: pip install '.[{extra}]'"


class AnnotatorError(Exception):
    """A failure with a message for people, and a hint that says what to do."""

    exit_code = 1

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageProblem(AnnotatorError):
    """The command was asked for something it cannot do."""

    exit_code = 2


class InputProblem(AnnotatorError):
    """A file, text or value from outside is bad; says where, and why."""

    exit_code = 3

    def __init__(
        self,
        reason: str,
        *,
        file: str | None = None,
        line: int | None = None,
        column: int | None = None,
        hint: str | None = None,
    ) -> None:
        place = ":".join(str(part) for part in (file, line, column) if part is not None)
        super().__init__(f"{place}: {reason}" if place else reason, hint=hint)
        self.reason = reason
        self.file = file
        self.line = line
        self.column = column


class StoreProblem(AnnotatorError):
    """The label store is missing, foreign, damaged, locked or full."""

    exit_code = 4


class StoreBusy(StoreProblem):
    """Another process holds the store for longer than we wait."""
