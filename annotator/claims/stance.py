"""What a sentence does with a claim, proposed from its label and its cues; a reviewer decides."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

ASSERTS, PRAISES, ATTRIBUTES, HEDGES, DENIES = (
    "asserts", "asserts with praise", "attributes", "hedges", "denies"
)  # fmt: skip
STANCES: Final = {
    ASSERTS: "states it plainly, in its own voice",
    PRAISES: "states it wrapped in praise",
    ATTRIBUTES: "hands it on from a named person or institution",
    HEDGES: "leaves it open, or has it from nobody in particular",
    DENIES: "denies or qualifies it",
}
"""Each stance in words, in the order of the keys that choose it."""

SIGNS: Final = {ASSERTS: "+", PRAISES: "!", ATTRIBUTES: "@", HEDGES: "~", DENIES: "-"}
"""A sign for each stance, where there is no room for words."""
DIFFER: Final = "?"
"""The sign where reviewers differ."""

_NAMED: Final = frozenset({"attribution.named", "attribution.institution", "attribution.outlet"})
_NOBODY: Final = frozenset(
    {
        "attribution.anonymous",
        "attribution.collective",
        "hearsay",
        "weasel",
        "inference",
        "forecast",
    }
)
_HEDGED: Final = frozenset({"hedge.modal", "hedge.verb", "hedge.adverb", "hedge.adjective"})
_PRAISE: Final = frozenset({"praise", "significance", "superlative", "benefit"})


def propose(label: str | None, kinds: Collection[str]) -> str:
    """Return the likeliest stance of a sentence with a label (None: not yet) and cues of `kinds`.

    A denial is proposed for a negation alone: what is denied, the cues do not know. The label goes
    before the cues, because a person gave it.
    """
    found = set(kinds)
    if "negation" in found:
        return DENIES
    if label == "speculative" or found & _NOBODY:
        return HEDGES
    if found & _NAMED:
        return ATTRIBUTES
    if label == "promotional":
        return PRAISES
    if label is None and found & _HEDGED:
        return HEDGES
    return PRAISES if label is None and found & _PRAISE else ASSERTS
