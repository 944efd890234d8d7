"""Values as compact JSON, as columns hold them.

An ingest writes three for each sentence. The standard encoder takes six times as long as msgspec,
which is imported at the first value: a review reads such columns and writes none.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from msgspec.json import Encoder


@cache
def _encoder() -> Encoder:
    from msgspec.json import Encoder

    return Encoder()


def compact(value: object) -> str:
    """Return `value` as JSON without spaces, other letters than those of ASCII as they are."""
    return _encoder().encode(value).decode()
