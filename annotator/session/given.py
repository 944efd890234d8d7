"""What reviewers type beside a label, checked and made storable."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from annotator.core.errors import UsageProblem
from annotator.core.text import storable

MOST_NOTE: Final = 4_000
MOST_TAG: Final = 60


def sure(value: int | None) -> int | None:
    """Return a confidence that is one; raises UsageProblem."""
    if value not in {None, 1, 2, 3}:
        raise UsageProblem("confidence is 1 (guess), 2 (leaning) or 3 (sure)")
    return value


def clean_tags(tags: Sequence[str]) -> list[str]:
    """Return the words between commas and spaces, once each, in order of the alphabet."""
    words = re.split(r"[\s,]+", " ".join(tags))
    return sorted({tag for word in words if (tag := storable(word, MOST_TAG))})
