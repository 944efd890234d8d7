"""Claims as reviewers linked them: which sentences state one, how, and from how many origins.

Documents that credit the same outlet, or are copies of each other, are one origin and not two
independent confirmations. A contradiction is a pair of sentences that a reviewer marked: none is
found by the program.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple


class Link(NamedTuple):
    """A sentence that a reviewer linked to a claim, with its stance. `unit` is a row."""

    claim: str
    statement: str
    unit: int
    reviewer: str
    stance: str
    created_at: str


class Contradiction(NamedTuple):
    """Two sentences, rows in ascending order, that a reviewer says contradict each other."""

    one: int
    other: int
    reviewer: str
    created_at: str


class Place(NamedTuple):
    """Where a linked sentence stands. `origin` is the same for documents that are no two sources.

    `published` is what is said beside the text, as it is said; `day` is the day it appeared, as far
    as that or a date line in the text says (ISO 8601, or only its year and month). None: not known.
    """

    unit: int
    sentence: str
    text: str
    document: str
    name: str
    source: str | None
    url: str | None
    published: str | None
    language: str
    origin: str
    day: str | None = None


class Stated(NamedTuple):
    """A sentence that states a claim: where it stands, and its stance by reviewer."""

    place: Place
    stances: Mapping[str, str]

    @property
    def stance(self) -> str | None:
        """Return the stance on which all reviewers who linked it agree, or None."""
        given = set(self.stances.values())
        return given.pop() if len(given) == 1 else None


@dataclass(frozen=True)
class Claim:
    """A claim with its sentences, in order of the text, and contradictions among them."""

    id: str
    statement: str
    stated: tuple[Stated, ...]
    contradictions: tuple[Contradiction, ...]

    @property
    def documents(self) -> dict[str, list[Stated]]:
        """Return its sentences by document, by origin first."""
        found: dict[str, list[Stated]] = {}
        for one in sorted(self.stated, key=lambda it: (it.place.origin, it.place.document)):
            found.setdefault(one.place.document, []).append(one)
        return found

    @property
    def origins(self) -> int:
        """Return from how many origins its sentences come."""
        return len({one.place.origin for one in self.stated})

    @property
    def dates(self) -> tuple[str, str] | None:
        """Return when it was first and last seen, as far as documents say when they appeared."""
        found = sorted(one.place.day for one in self.stated if one.place.day)
        return (found[0], found[-1]) if found else None

    @property
    def counts(self) -> Counter[str]:
        """Return how many sentences have each stance; those reviewers differ on are not counted."""
        return Counter(one.stance for one in self.stated if one.stance)


def claim_id(statement: str) -> str:
    """Return the id of a claim: the same words are the same claim, on any machine."""
    words = " ".join(statement.casefold().split())
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def claims(
    links: Iterable[Link], places: Mapping[int, Place], contradictions: Sequence[Contradiction]
) -> list[Claim]:
    """Return the claims by statement; links to sentences that have no place here are left out.

    Of two ways to write one statement the older one stands.
    """
    by_claim: dict[str, list[Link]] = {}
    for link in sorted(links, key=lambda one: (one.created_at, one.reviewer)):
        if link.unit in places:
            by_claim.setdefault(link.claim, []).append(link)
    found = []
    for name, own in by_claim.items():
        stances: dict[int, dict[str, str]] = {}
        for link in own:
            stances.setdefault(link.unit, {})[link.reviewer] = link.stance
        stated = tuple(Stated(places[unit], given) for unit, given in sorted(stances.items()))
        apart = tuple(one for one in contradictions if one.one in stances and one.other in stances)
        found.append(Claim(name, own[0].statement, stated, apart))
    return sorted(found, key=lambda one: (one.statement.casefold(), one.id))


def as_json(claim: Claim) -> dict[str, Any]:
    """Return a claim for a program."""
    names = {one.place.unit: one.place.sentence for one in claim.stated}
    return {
        "id": claim.id,
        "statement": claim.statement,
        "origins": claim.origins,
        "first_seen": claim.dates and claim.dates[0],
        "last_seen": claim.dates and claim.dates[1],
        "stances": dict(claim.counts),
        "sentences": [
            {
                "id": one.place.sentence,
                **{k: v for k, v in one.place._asdict().items() if k not in ("unit", "sentence")},
                "stance": one.stance,
                "stances": dict(one.stances),
            }
            for one in claim.stated
        ],
        "contradictions": [
            {"sentences": [names[one.one], names[one.other]], "reviewer": one.reviewer}
            for one in claim.contradictions
        ],
    }


def json_ld(claim: Claim) -> dict[str, Any]:
    """Return a claim in the shape of schema.org's `ClaimReview`, without a rating.

    `reviewRating` and `author` of the review are left out: nobody here has judged whether the
    claim is true. `itemReviewed` has where it appears; the stance of each appearance is no term of
    schema.org and stands in `description`.
    """
    return {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "identifier": claim.id,
        "claimReviewed": claim.statement,
        "itemReviewed": {
            "@type": "Claim",
            "text": claim.statement,
            "appearance": [_work(one) for one in claim.stated],
        },
    }


def _work(one: Stated) -> dict[str, Any]:
    place = one.place
    known = {
        "url": place.url,
        "datePublished": place.day or place.published,
        "publisher": {"@type": "Organization", "name": place.source} if place.source else None,
    }
    return {
        "@type": "CreativeWork",
        "identifier": place.sentence,
        "name": place.name,
        "text": place.text,
        "inLanguage": place.language,
        "description": f"stance: {one.stance or 'reviewers differ'}",
        **{name: value for name, value in known.items() if value},
    }
