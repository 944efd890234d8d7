"""What every export format is given: documents with their annotated sentences, as plain values.

The store fills them, a format writes them down. What can be told from a document's text alone
(neighbouring words, UTF-16 offsets, hashes) is worked out here, once for all formats.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from msgspec import Struct

from annotator.core.history import NOT_A_SENTENCE
from annotator.core.model import Adjudication
from annotator.core.text import sha256

CONTEXT: Final = 32
"""Code points of the document before and after a sentence that its record repeats."""


DAWID_SKENE: Final = "dawid-skene"
POLICIES: Final = (
    "adjudicated-or-majority", "adjudicated", "unanimous", "majority", DAWID_SKENE,
)  # fmt: skip
"""Ways to make one label of several."""
POLICY: Final = POLICIES[0]

_TIE: Final = 1e-6
"""Difference of probabilities under which two labels are as likely."""


class Given(Struct, frozen=True, gc=False):
    """What one reviewer gave a sentence: a content label, or the one for what is none.

    A record has it as it is: its fields are the keys there, in order.
    """

    reviewer: str
    label: str
    confidence: int | None
    tags: tuple[str, ...]
    note: str | None
    created_at: str
    seconds: float | None
    suggestion_shown: bool
    guideline: str | None


class Score(Struct, frozen=True, gc=False):
    """What an analyser said of a sentence: polarity -1..1, subjectivity 0..1, its name.

    A record has it as it is.
    """

    polarity: float
    subjectivity: float
    analyzer: str


class Guess(Struct, frozen=True, gc=False):
    """What a model suggests for a sentence: a label, its probability 0..1, the model's name.

    A record has it as it is.
    """

    label: str
    score: float
    model: str


class Outcome(NamedTuple):
    """What the annotations of a sentence amount to by a policy.

    `decision` is a content label or the one for what is no sentence, or None; `label` is the
    content label, or None. `votes` are by content label, in the order of the scheme. `soft_label`
    is a distribution over the content labels, to four decimals, or None where nobody gave one.
    """

    decision: str | None
    label: str | None
    resolution: str
    votes: Mapping[str, int]
    soft_label: Mapping[str, float] | None = None
    policy: str = POLICY


class Sentence(NamedTuple):
    """A sentence with what was decided about it, annotations sorted by reviewer.

    `duplicate_group` is None for a sentence that no other sentence resembles.
    """

    id: str
    start: int
    end: int
    outcome: Outcome
    adjudication: Adjudication | None
    annotations: Sequence[Given]
    sentiment: Score | None
    suggestion: Guess | None
    duplicate_group: str | None


class Article(NamedTuple):
    """A document with the sentences of it that are exported, in order of their place."""

    id: str
    text: str
    title: str | None
    source: str | None
    url: str | None
    published: str | None
    author: str | None
    language: str
    encoding: str
    markup: str
    sentences: Sequence[Sentence]


# A bare tuple: at a hundred thousand a second, a named one costs a twentieth of the export.
Place = tuple[str, str, str, int, int, str]
"""What the document says of a sentence: its text, what stands before and after it, its start and
end in UTF-16 code units (offsets of JavaScript and Java), and the SHA-256 of its text."""


# A large store has few different ways to vote, and a hundred thousand sentences.
@lru_cache(maxsize=4096)
def resolve(
    given: tuple[str, ...],
    labels: tuple[str, ...],
    policy: str = POLICY,
    adjudicated: tuple[str, ...] = (),
    posterior: tuple[float, ...] | None = None,
) -> Outcome:
    """Return what the decisions of several reviewers amount to; `labels` are the content labels.

    "This is no sentence" counts like a label, a tie stays unresolved, and so does a sentence that
    was adjudicated differently. `policy` is one of POLICIES:

    - adjudicated-or-majority: what was `adjudicated`, else what more than half say;
    - adjudicated: nothing else;
    - unanimous: what all say; majority: what more than half say; of adjudication nothing;
    - dawid-skene: the likeliest by `posterior`, which is of `labels` and then of "no sentence".
    """
    votes = {label: given.count(label) for label in labels}
    soft = _shares(votes)
    decision, how = None, "unresolved"
    if policy == DAWID_SKENE:
        soft = _shares(dict(zip(labels, posterior or (), strict=False)))
        decision, how = _likeliest((*labels, NOT_A_SENTENCE), posterior if given else None), policy
    elif adjudicated and policy in {POLICY, "adjudicated"}:
        decision, how = adjudicated[0] if len(set(adjudicated)) == 1 else None, "adjudicated"
    elif policy != "adjudicated":
        decision, how = _most(given)
        if policy == "unanimous" and how == "majority":
            decision = None
    if decision is None:
        return Outcome(None, None, "unresolved", votes, soft, policy)
    label = None if decision == NOT_A_SENTENCE else decision
    return Outcome(decision, label, how, votes, soft, policy)


def _most(given: tuple[str, ...]) -> tuple[str | None, str]:
    """Return what more than half say, or None, and whether one, all or most of them say it."""
    decision = max(given, key=given.count, default=None)
    if decision is None or given.count(decision) * 2 <= len(given):
        return None, "unresolved"
    if len(given) == 1:
        return decision, "single"
    return decision, "unanimous" if given.count(decision) == len(given) else "majority"


def _likeliest(names: tuple[str, ...], posterior: tuple[float, ...] | None) -> str | None:
    """Return the name that is likeliest by more than rounding, or None."""
    if posterior is None:
        return None
    *_, (second, _), (first, name) = sorted(zip(posterior, names, strict=True))
    return name if first - second > _TIE else None


def _shares(weights: Mapping[str, float]) -> dict[str, float] | None:
    """Return weights as shares of their sum, or None where all of them are nothing."""
    total = sum(weights.values())
    if not total:
        return None
    return {name: round(weight / total, 4) for name, weight in weights.items()}


def places(article: Article) -> Iterator[Place]:
    """Yield the place of each sentence of a document, in their order."""
    text = article.text
    astral = _utf16_length(text) != len(text)
    last, last_utf16 = 0, 0
    for sentence in article.sentences:
        start, end = sentence.start, sentence.end
        words = text[start:end]
        start_utf16, end_utf16 = start, end
        if astral:
            start_utf16 = last_utf16 + _utf16_length(text[last:start])
            end_utf16 = start_utf16 + _utf16_length(words)
            last, last_utf16 = end, end_utf16
        prefix = text[start - CONTEXT if start > CONTEXT else 0 : start]
        yield words, prefix, text[end : end + CONTEXT], start_utf16, end_utf16, sha256(words)


def _utf16_length(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
