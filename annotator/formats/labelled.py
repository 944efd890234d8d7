"""Labelled sentences of a file, to measure models against: our training record, or simple lines.

A simple line has "text" and "label"; it may name its language ("lang" or "language"), its document
("document", "doc" or "source_doc"), its near-duplicates ("group") and a polarity that people gave
it. A label that was given while the suggestion was shown measures the suggestion's influence, not
its worth: such labels are left out and counted.
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from annotator.core.errors import InputProblem
from annotator.core.history import NOT_A_SENTENCE
from annotator.core.scheme import built_in
from annotator.core.text import one_line
from annotator.formats.values import DAWID_SKENE, resolve

_BOM: Final = b"\xef\xbb\xbf"
_LANGUAGE: Final = ("lang", "language")
_DOCUMENT: Final = ("document", "doc", "source_doc")
_GROUP: Final = ("group", "duplicate_group")


class Labelled(NamedTuple):
    """A sentence with its label. What its file does not say of it is None."""

    text: str
    label: str
    language: str | None = None
    document: str | None = None
    group: str | None = None
    polarity: float | None = None
    before: str | None = None


@dataclass
class LabelledSet:
    """Labelled sentences, and what was left out of them.

    `shown` counts labels that were given while the suggestion was shown, `lost` the sentences
    left without a label by that, `unlabelled` those that had none in the first place. `sought`
    counts the sentences that came by an order which seeks out the hard ones.
    """

    name: str
    sentences: list[Labelled] = field(default_factory=list)
    shown: int = 0
    lost: int = 0
    unlabelled: int = 0
    sought: int = 0
    own: bool = False
    """Whether the labels are those of the scheme, whichever of them occur."""
    names: tuple[str, ...] = field(default_factory=lambda: built_in().names)
    """The labels of the scheme."""
    guidelines: set[str] = field(default_factory=set)
    """The versions of the guideline that were followed, where that is known."""


def unseen(given: Sequence[tuple[str, bool]]) -> tuple[str | None, int]:
    """Return the label that decisions made without a suggestion amount to, and how many were not.

    Each decision is a label, and whether the suggestion was shown before it was given. The label
    is None where they differ, where there is none, and where it is no sentence.
    """
    blind = tuple(label for label, shown in given if not shown)
    return resolve(blind, ()).label, len(given) - len(blind)


def read(lines: Iterable[bytes], name: str, known: Collection[str]) -> LabelledSet:
    """Return the labelled sentences of a file; `known` are the labels there may be.

    Raises InputProblem with the line that is wrong, or if there is no labelled sentence.
    """
    found = LabelledSet(name)
    for number, line in enumerate(lines, 1):
        content = line.removeprefix(_BOM) if number == 1 else line
        if not content.isspace():
            try:
                _take(found, _object(content), known)
            except _Wrong as wrong:
                raise InputProblem(
                    wrong.reason, file=name, line=number, column=wrong.column, hint=_HINT
                ) from wrong.__cause__
    if not found.sentences:
        raise InputProblem("there is no labelled sentence in it" + _why(found), file=name)
    return found


_HINT: Final = 'a line is {"text": …, "label": …}, or a record of `annotator export`'


class _Wrong(Exception):
    """Why a line cannot be used."""

    def __init__(self, reason: str, column: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.column = column


def _why(found: LabelledSet) -> str:
    reasons = [f"{found.unlabelled} have no label"] if found.unlabelled else []
    if found.lost:
        reasons.append(f"{found.lost} were labelled while the suggestion was shown")
    return f": {', '.join(reasons)}" if reasons else ""


def _object(line: bytes) -> Mapping[str, Any]:
    try:
        value = json.loads(line)
    except json.JSONDecodeError as error:
        raise _Wrong(f"it is not JSON: {error.msg}", error.colno) from error
    except (UnicodeDecodeError, RecursionError, ValueError) as error:
        raise _Wrong("it is not JSON in UTF-8") from error
    if not isinstance(value, dict):
        raise _Wrong("it is no JSON object")
    return value


def _take(found: LabelledSet, line: Mapping[str, Any], known: Collection[str]) -> None:
    text = line.get("text")
    if not isinstance(text, str) or not text.strip():
        raise _Wrong("text: there is none")
    label = line.get("label")
    if "annotations" in line:
        found.own = True
        decisions = list(_decisions(line["annotations"]))
        found.guidelines |= {
            one["guideline"] for one in line["annotations"] if isinstance(one.get("guideline"), str)
        }
        settled = line.get("resolution") == "adjudicated" or (
            # Estimated from all labels, and as good as they are.
            line.get("resolution") == DAWID_SKENE and not any(shown for _, shown in decisions)
        )
        if decisions and not settled:
            label, shown = unseen(decisions)
            found.shown += shown
            found.lost += label is None and shown > 0
            found.unlabelled += label is None and not shown
            if label is None:
                return
    if label is None or label == NOT_A_SENTENCE:
        found.unlabelled += 1
        return
    if label not in known:
        shown_label = one_line(str(label), 40)
        raise _Wrong(f"label: {shown_label!r} is none of {', '.join(dict.fromkeys(known))}")
    document = line.get("document")
    inner = document if isinstance(document, dict) else {}
    flat = {**line, "document": inner.get("id")} if inner else line
    found.sentences.append(
        Labelled(
            text,
            label,
            _text(flat, _LANGUAGE) or _text(inner, _LANGUAGE),
            _text(flat, _DOCUMENT),
            _text(flat, _GROUP),
            _number(line.get("polarity")),
        )
    )


def _decisions(annotations: Any) -> Iterator[tuple[str, bool]]:
    if not isinstance(annotations, list):
        raise _Wrong("annotations: they are no list")
    for one in annotations:
        if not isinstance(one, dict) or not isinstance(one.get("label"), str):
            raise _Wrong("annotations: one of them has no label")
        yield one["label"], one.get("suggestion_shown") is True


def _text(line: Mapping[str, Any], keys: Sequence[str]) -> str | None:
    for key in keys:
        value = line.get(key)
        if isinstance(value, str) and value:
            return value
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if value is not None and value != "":
            raise _Wrong(f"{key}: it is no text")
    return None


def _number(value: Any) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise _Wrong("polarity: it is no number")
    return float(value)
