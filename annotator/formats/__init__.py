"""The formats of an export, one module each, behind a registry that loads the one asked for.

A format is a module with `write`, from documents to bytes, and `is_ours`, from a first line to
whether the file is an export of ours and may be replaced.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Final

from annotator.core.errors import UsageProblem
from annotator.core.scheme import Scheme

if TYPE_CHECKING:
    from annotator.formats.values import Article

_MODULES: Final = {
    "jsonl": "annotator.formats.json_lines",
    "csv": "annotator.formats.csv_table",
}
NAMES: Final = tuple(_MODULES)
"""The names of all formats; the first is the default."""


@dataclass(frozen=True)
class Format:
    """A way to write an export; `write` yields pieces of the file."""

    name: str
    write: Callable[[Iterable[Article], Scheme], Iterator[bytes]]
    is_ours: Callable[[bytes], bool]


def get(name: str) -> Format:
    """Return the format called `name`. Raises UsageProblem for a name there is none of."""
    if name not in _MODULES:
        raise UsageProblem(f"there is no format {name!r}", hint=f"one of: {', '.join(NAMES)}")
    module = import_module(_MODULES[name])
    return Format(name, module.write, module.is_ours)


def is_export(first_line: bytes) -> bool:
    """Return whether a file that begins with `first_line` is an export in any format."""
    from annotator.formats.json_lines import is_documents

    return is_documents(first_line) or any(get(name).is_ours(first_line) for name in NAMES)
