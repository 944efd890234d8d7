"""Calibration: a set of sentences with agreed labels, answered one by one, and what came of it.

An answer is in the store when the method that gives it returns. It is no annotation: nothing that
is counted or exported knows of it.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

from annotator import __version__
from annotator.core.errors import InputProblem, UsageProblem
from annotator.core.scheme import Scheme
from annotator.core.text import one_line, sha256
from annotator.session.worktime import WorkTime
from annotator.store.calibrating import Answer, answers, record
from annotator.store.journal import Journal

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_BUNDLED: Final = Path(__file__).with_name("calibration.toml")


class Item(NamedTuple):
    """A sentence with the label agreed on, the rule that decides, and why; the last may be None."""

    id: str
    text: str
    label: str
    rule: str | None = None
    why: str | None = None
    language: str = "en"


@dataclass(frozen=True)
class CalibrationSet:
    """Items in the order in which they are asked."""

    name: str
    items: tuple[Item, ...]


def bundled(scheme: Scheme) -> CalibrationSet:
    """Return the set that comes with the program; raises UsageProblem for other labels than its."""
    data = tomllib.loads(_BUNDLED.read_text(encoding="utf-8"))
    items = tuple(Item(**entry) for entry in data["item"])
    known = {label.name for label in scheme.every}
    if not {one.label for one in items} <= known:
        raise UsageProblem(
            f"the bundled calibration set is for {data['scheme']}, and not for {scheme.id}",
            hint="--set FILE.jsonl: an export of sentences that were adjudicated here",
        )
    return CalibrationSet(data["name"], items)


def read_set(path: Path, scheme: Scheme) -> CalibrationSet:
    """Return the set in a JSONL file; raises InputProblem with the line that is wrong.

    A line has `text` and `label`, and may have `id`, `rule`, `why` and `language`. Of an export,
    the adjudicated sentences are taken, with the reason and the note of the adjudication.
    """
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise InputProblem(f"cannot be read: {error.strerror}", file=str(path)) from error
    known = {label.name for label in scheme.every}
    found: dict[str, Item] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        item = _item(line, path, number)
        if item is not None and item.label not in known:
            raise InputProblem(
                f"line {number}: {one_line(item.label, 40)!r} is no label of {scheme.id}",
                file=str(path),
                hint=f"one of {', '.join(sorted(known))}",
            )
        if item is not None:
            found.setdefault(item.id, item)
    if not found:
        raise InputProblem(
            "there is no adjudicated sentence in it",
            file=str(path),
            hint="lines with `text` and `label`, or an export of a project that has adjudicated",
        )
    digest = hashlib.sha256("\n".join(sorted(found)).encode()).hexdigest()[:8]
    return CalibrationSet(f"{one_line(path.stem, 40)} {digest}", tuple(found.values()))


def _item(line: bytes, path: Path, number: int) -> Item | None:
    """Return what a line holds, or None for a sentence of an export that was not adjudicated."""
    try:
        data = json.loads(line)
        if "resolution" not in data:
            text = data["text"]
            return Item(
                str(data.get("id") or sha256(text)[:16]), text, str(data["label"]),
                data.get("rule"), data.get("why"), str(data.get("language") or "en"),
            )  # fmt: skip
        if data["resolution"] != "adjudicated":
            return None
        said = data.get("adjudication") or {}
        label = data["label"] or said["label"]
        language = data["document"]["language"]
        return Item(data["id"], data["text"], label, said.get("reason"), said.get("note"), language)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputProblem(
            f"line {number} is no sentence with a label", file=str(path),
            hint="a JSON object with `text` and `label`",
        ) from error  # fmt: skip


class Calibration:
    """Takes a reviewer through a set, from where they stopped; `again` begins anew."""

    def __init__(
        self,
        journal: Journal,
        scheme: Scheme,
        chosen: CalibrationSet,
        *,
        again: bool = False,
        via: str = "screen",
        timed: bool = True,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.journal, self.scheme, self.set = journal, scheme, chosen
        self.work = WorkTime(now)
        self._via, self._timed = via, timed
        own = [one for one in answers(journal.store, journal.reviewer) if one.set == chosen.name]
        last = max((one.run for one in own), default=0)
        self.run = last + 1 if again or not last else last
        self.answers = {one.item: one for one in own if one.run == self.run}
        self.last: Item | None = None

    @property
    def reviewer(self) -> str:
        """Return the reviewer's name."""
        return self.journal.reviewer

    @property
    def item(self) -> Item | None:
        """Return the sentence that is asked about, or the one just answered; None at the end."""
        if self.last is not None:
            return self.last
        return next((one for one in self.set.items if one.id not in self.answers), None)

    @property
    def answer(self) -> Answer | None:
        """Return what was answered to the item, or None as long as it is asked about."""
        return self.answers[self.last.id] if self.last is not None else None

    @property
    def given(self) -> list[Answer]:
        """Return the answers of this run, in the order of the set."""
        return [self.answers[one.id] for one in self.set.items if one.id in self.answers]

    def say(self, label: str) -> Answer:
        """Answer the item that is asked about. Raises UsageProblem."""
        item = self.item
        if self.last is not None or item is None:
            raise UsageProblem("this one is answered: go on to the next")
        if label not in {one.name for one in self.scheme.every}:
            raise UsageProblem(f"{label!r} is no label of {self.scheme.id}")
        self.work.touch()
        seconds = round(self.work.here, 1) if self._timed else None
        payload: dict[str, Any] = {
            "set": self.set.name, "run": self.run, "item": item.id, "answer": label,
            "expected": item.label, "rule": item.rule, "seconds": seconds, "via": self._via,
            "scheme": self.scheme.id, "guideline": self.scheme.guideline, "program": __version__,
        }  # fmt: skip
        record(self.journal, payload)
        kept = Answer(self.set.name, self.run, item.id, label, item.label, item.rule, seconds, "")
        self.answers[item.id], self.last = kept, item
        return kept

    def go_on(self) -> None:
        """Leave the item that was answered."""
        self.last = None
        self.work.touch()
        self.work.arrive()

    def explained(self, item: Item) -> list[str]:
        """Return why an item has its label: the reason, and the rule in the guideline's words."""
        rule = item.rule and self.scheme.rule(item.rule)
        return [*([item.why] if item.why else []), *([f"{item.rule}: {rule}"] if rule else [])]


class Part(NamedTuple):
    """How many answers of a rule or of a label were right."""

    name: str
    right: int
    of: int


class Result(NamedTuple):
    """What came of a run: in all, by rule, by label agreed on, and what was said instead of it.

    `mistaken` is label, answer and how often, most often first.
    """

    set: str
    run: int
    right: int
    of: int
    low: float
    high: float
    by_rule: list[Part]
    by_label: list[Part]
    mistaken: list[tuple[str, str, int]]


def result(given: Sequence[Answer], scheme: Scheme) -> Result | None:
    """Return the result of the answers of one run, with a Wilson interval; None without any."""
    if not given:
        return None
    from collections import Counter

    from annotator.quality.shares import share

    right = sum(one.right for one in given)
    figure = share(right, len(given))
    order = [label.name for label in scheme.every]
    wrong = Counter((one.expected, one.answer) for one in given if not one.right)
    return Result(
        given[0].set, given[0].run, right, len(given), figure.low or 0.0, figure.high or 0.0,
        _parts([(one.rule or "no rule", one.right) for one in given], []),
        _parts([(one.expected, one.right) for one in given], order),
        [(*pair, count) for pair, count in sorted(wrong.items(), key=lambda it: (-it[1], it[0]))],
    )  # fmt: skip


def _parts(given: Sequence[tuple[str, bool]], order: Sequence[str]) -> list[Part]:
    names = sorted(
        {name for name, _ in given},
        key=lambda name: (order.index(name) if name in order else len(order), name),
    )
    return [
        Part(name, sum(own), len(own))
        for name in names
        if (own := [right for one, right in given if one == name])
    ]


def result_in_words(found: Result, scheme: Scheme) -> list[str]:
    """Return a result as lines for people."""
    share = f"{100 * found.right / found.of:.0f} %"
    lines = [
        f"{found.right} of {found.of} as agreed: {share}"
        f" (95 % interval {100 * found.low:.0f} to {100 * found.high:.0f} %, Wilson)",
        "",
        "by label:",
        *(f"  {scheme.named(one.name):<16} {one.right:>2} of {one.of}" for one in found.by_label),
        "",
        "by rule:",
    ]
    for one in found.by_rule:
        words = scheme.rule(one.name) or ""
        said = f"  {one.name:<8} {one.right:>2} of {one.of:<3}"
        lines.append(said + (words if one.right < one.of else ""))
    if found.mistaken:
        lines += ["", "answered otherwise:"]
        lines += [
            f"  {expected} as {answer}: {count} time{'s' * (count > 1)}"
            for expected, answer, count in found.mistaken
        ]
    return [line.rstrip() for line in lines]
