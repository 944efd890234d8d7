"""What reviewers' labels say of a source: which of them count, and what is counted.

A label counts if it was given blind, on a sentence that was not picked for being hard. Others are
left out and counted: who sees a suggestion follows it, and sentences that a model is uncertain of,
or that reviewers differ on, are no fair sample of a source.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from annotator.core.history import NOT_A_SENTENCE
from annotator.profiles.tally import Evidence, Tally

PICKED: Final = frozenset({"uncertain", "disagreement"})
"""Orders that pick sentences for what is thought of them."""
OPENING: Final = 3
"""Sentences of the body that count as the beginning of an article."""
UNKNOWN: Final = "unknown"
"""How a label was drawn that came from a file and does not say."""


class Given(NamedTuple):
    """A label that a reviewer gave. `document` and `unit` are rows.

    `shown`: the suggestion was in sight. `drawn`: the order that brought the sentence up.
    """

    document: int
    unit: int
    reviewer: str
    label: str
    tags: tuple[str, ...]
    shown: bool
    drawn: str
    guideline: str | None
    scheme: str | None


class Sorted(NamedTuple):
    """The labels that count, and how many were left out: `led` by a suggestion, or `picked`."""

    kept: list[Given]
    led: int
    picked: int


def sorted_out(given: Iterable[Given]) -> Sorted:
    """Return the labels that may be counted in a share."""
    kept: list[Given] = []
    led = picked = 0
    for one in given:
        if one.shown:
            led += 1
        elif one.drawn in PICKED:
            picked += 1
        else:
            kept.append(one)
    return Sorted(kept, led, picked)


class Decided(NamedTuple):
    """A sentence that was labelled, and what its labels amount to: None while they differ."""

    document: int
    unit: int
    label: str | None
    tags: tuple[str, ...]
    adjudicated: bool = False


def decide(
    kept: Sequence[Given],
    resolve: Callable[[tuple[str, ...]], str | None],
    adjudicated: Mapping[int, str | None],
) -> list[Decided]:
    """Return what the labels of each sentence amount to, in the order of the units.

    `adjudicated` has what was settled by hand; without any label that counts it settles nothing.
    """
    by_unit: dict[int, list[Given]] = {}
    for one in kept:
        by_unit.setdefault(one.unit, []).append(one)
    return [
        Decided(
            own[0].document,
            unit,
            adjudicated[unit] if unit in adjudicated else resolve(tuple(g.label for g in own)),
            tuple(sorted({tag for one in own for tag in one.tags})),
            unit in adjudicated,
        )
        for unit, own in sorted(by_unit.items())
    ]


def names_of(kept: Iterable[Given], scheme: Sequence[str]) -> list[str]:
    """Return the content labels to count: those of the scheme, if it is the one that was used.

    Labels of another scheme follow, or stand alone, in order of the alphabet.
    """
    used = {one.label for one in kept} - {NOT_A_SENTENCE}
    known = list(scheme) if not used or used & set(scheme) else []
    return known + sorted(used - set(known))


def shares(decided: Sequence[Decided], names: Sequence[str]) -> list[Tally]:
    """Return the share of each label among the sentences that have one and are sentences."""
    tallies = [Tally(f"label.{name}", name) for name in names]
    for one in decided:
        if one.label is None or one.label == NOT_A_SENTENCE:
            continue
        at = Evidence(one.document, one.unit)
        for tally, name in zip(tallies, names, strict=True):
            tally.add(at, hits=one.label == name)
    return tallies


def by_position(
    decided: Sequence[Decided], names: Sequence[str], place: Mapping[int, int]
) -> list[Tally]:
    """Return the shares in the first OPENING sentences of articles, and in what follows them.

    `place` counts the sentences of the body of an article from 0, by unit; others do not count.
    """
    parts = (("opening", f"first {OPENING}", True), ("rest", "after them", False))
    found: list[list[Tally]] = []
    for part, where, opening in parts:
        inside = [
            one for one in decided if one.unit in place and (place[one.unit] < OPENING) == opening
        ]
        found.append(shares(inside, names))
        for name, tally in zip(names, found[-1], strict=True):
            tally.id, tally.name = f"label.{name}.{part}", f"{name}, {where}"
    return [tally for pair in zip(*found, strict=True) for tally in pair]


def tags(decided: Sequence[Decided]) -> list[Tally]:
    """Return how many of the labelled sentences have each tag that reviewers gave, by its name."""
    every = sorted({tag for one in decided for tag in one.tags})
    tallies = {tag: Tally(f"tag.{tag}", tag) for tag in every}
    for one in decided:
        at = Evidence(one.document, one.unit)
        for tag, tally in tallies.items():
            tally.add(at, hits=tag in one.tags)
    return list(tallies.values())


class Reviewer(NamedTuple):
    """How many sentences a reviewer labelled, and how often they gave each label."""

    name: str
    sentences: int
    given: Mapping[str, int]


def reviewers(kept: Iterable[Given]) -> list[Reviewer]:
    """Return the reviewers whose labels count, by name. What they say is none counts for none."""
    found: dict[str, Counter[str]] = {}
    for one in kept:
        found.setdefault(one.reviewer, Counter())[one.label] += 1
    return [
        Reviewer(name, counts.total() - counts[NOT_A_SENTENCE], counts)
        for name, counts in sorted(found.items())
    ]


@dataclass(frozen=True)
class Rest:
    """On what the figures from labels rest: how much is labelled, by whom, and what is left out.

    `labelled` of `body` sentences have a label that counts, in `whole` of the `documents` all of
    them. `adjudicated` were settled by hand, `undecided` have labels that differ.
    """

    body: int
    labelled: int
    documents: int
    whole: int
    adjudicated: int
    undecided: int
    by: Mapping[str, int]
    guidelines: Mapping[str, int]
    schemes: Mapping[str, int]
    drawn: Mapping[str, int]
    led: int
    picked: int

    @classmethod
    def of(
        cls,
        kept: Sequence[Given],
        decided: Sequence[Decided],
        body: Mapping[int, int],
        led: int,
        picked: int,
    ) -> Rest:
        """Return what there is to say; `body` has the document of each sentence of the body."""
        labelled = {one.unit for one in decided}
        documents = set(body.values())
        begun = {document for unit, document in body.items() if unit not in labelled}
        return cls(
            len(body),
            len(labelled & body.keys()),
            len(documents),
            len(documents - begun),
            sum(one.adjudicated for one in decided),
            sum(one.label is None for one in decided),
            _counted(one.reviewer for one in kept),
            _counted(one.guideline or UNKNOWN for one in kept),
            _counted(one.scheme or UNKNOWN for one in kept),
            _counted(one.drawn for one in kept),
            led,
            picked,
        )

    def described(self) -> list[str]:
        """Return it in words, a line for each thing."""
        rate = f" ({self.labelled / self.body:.0%})" if self.body else ""
        lines = [f"{self.labelled:,} of {self.body:,} sentences of the body labelled{rate}"]
        if 0 < self.labelled < self.body:
            lines[0] += f"; {self.whole:,} of {self.documents:,} documents to the end"
        if self.by:
            lines += [
                f"by {_listed(self.by)}; guideline {_listed(self.guidelines)};"
                f" label set {_listed(self.schemes)}",
                f"how the sentences were drawn: {_listed(self.drawn)}",
            ]
        if self.adjudicated:
            lines.append(f"{self.adjudicated:,} settled by adjudication")
        if self.undecided:
            lines.append(f"{self.undecided:,} on which the labels differ count in no share")
        if self.led:
            labels = _labels(self.led)
            lines.append(f"left out: {labels} given with the suggestion in sight")
        if self.picked:
            labels = _labels(self.picked)
            lines.append(f"left out: {labels} on sentences picked as uncertain or in dispute")
        return lines

    def as_json(self) -> dict[str, Any]:
        """Return it for a program."""
        return {
            "sentences_of_the_body": self.body,
            "sentences_labelled": self.labelled,
            "share_labelled": self.labelled / self.body if self.body else None,
            "documents": self.documents,
            "documents_labelled_to_the_end": self.whole,
            "sentences_adjudicated": self.adjudicated,
            "sentences_undecided": self.undecided,
            "labels_by_reviewer": dict(self.by),
            "labels_by_guideline": dict(self.guidelines),
            "labels_by_scheme": dict(self.schemes),
            "labels_by_draw": dict(self.drawn),
            "labels_left_out_as_suggestion_was_shown": self.led,
            "labels_left_out_as_picked": self.picked,
        }


def _counted(values: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(values).items()))


def _labels(count: int) -> str:
    return f"{count:,} label{'' if count == 1 else 's'}"


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in counts.items())
