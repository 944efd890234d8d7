"""Reading the dates that stand in and beside an article, and telling which of them disagree.

Only what can mean one day is read: ISO 8601, Unix time, and dates with the name of a month in
English or French. "05/04/2023" is one day in Paris and another in Boston, and is compared with
nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from itertools import combinations
from typing import Final, NamedTuple

_MONTHS: Final = (
    ("january", "janvier", "jan"), ("february", "février", "fevrier", "feb", "févr"),
    ("march", "mars", "mar"), ("april", "avril", "apr", "avr"), ("may", "mai"),
    ("june", "juin", "jun"), ("july", "juillet", "jul", "juil"), ("august", "août", "aout", "aug"),
    ("september", "septembre", "sep", "sept"), ("october", "octobre", "oct"),
    ("november", "novembre", "nov"), ("december", "décembre", "decembre", "dec", "déc"),
)  # fmt: skip
_MONTH: Final = {name: n for n, names in enumerate(_MONTHS, 1) for name in names}
_NAME: Final = "(?P<month>" + "|".join(sorted(_MONTH, key=len, reverse=True)) + r")\.?"
_TIME: Final = (
    r"(?P<hour>[01]?\d|2[0-3])[:h](?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d))?(?:[.,]\d+)?"
)
_ZONE: Final = r"\s*(?P<zone>Z\b|UTC\b|GMT\b|[+-]\d\d:?\d\d)?"
_DAYS: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?<!\d)(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)(?!\d)",
        rf"(?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th|er)?(?: of)? {_NAME},? (?P<year>\d{{4}})(?!\d)",
        rf"\b{_NAME} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<year>\d{{4}})(?!\d)",
    )
)
_CLOCK: Final = re.compile(rf"(?<!\d){_TIME}(?!\d){_ZONE}(?P<half>\s*[ap]\.?m\b)?", re.IGNORECASE)
_UNIX: Final = re.compile(r"\d{10}|\d{13}")
_EPOCHS: Final = range(1_000_000_000, 4_102_444_800)
"""September 2001 to 2099: what is outside is a number and no time."""
_LATER: Final = re.compile(
    r"updated|modified|revised|corrected|last change|mise? à jour|modifiée?|actualisée?",
    re.IGNORECASE,
)
_DAY: Final = timedelta(days=1)
_EAST: Final = timedelta(hours=14)
_WEST: Final = timedelta(hours=-12)
_STEP: Final = timedelta(minutes=15)
_SLACK: Final = timedelta(minutes=2)
"""Two clocks that differ by whole quarters of an hour, near enough, may show one time."""


class When(NamedTuple):
    """A date that was read: as it stood, the moment, and how much of it was given.

    A moment without a zone is as its clock showed it; `clock` says whether there was a time of day.
    """

    text: str
    moment: datetime
    clock: bool
    zoned: bool

    def __str__(self) -> str:
        if _UNIX.fullmatch(self.text.strip()):
            return f"{self.text.strip()} ({self.moment:%Y-%m-%d %H:%M:%S} UTC)"
        return self.text.strip()


def read(text: str) -> When | None:
    """Return the date in a date line, or None if it has none that means one day.

    A line that says when the article was changed is none of its publication, and gives None too.
    """
    if _LATER.search(text):
        return None
    if _UNIX.fullmatch(text.strip()):
        seconds = int(text.strip()[:10])
        if seconds not in _EPOCHS:
            return None
        moment = datetime.fromtimestamp(seconds, timezone.utc).replace(tzinfo=None)
        return When(text, moment, clock=True, zoned=True)
    for pattern in _DAYS:
        if found := pattern.search(text):
            return _when(text, found)
    return None


def _when(text: str, found: re.Match[str]) -> When | None:
    month = found["month"].casefold()
    parts = (int(found["year"]), _MONTH.get(month) or int(month), int(found["day"]))
    after = text[found.end() :]
    # ISO 8601 writes the time behind a T; the day's own figures are no time of day.
    clock = _CLOCK.search(f"{text[: found.start()]} {after[after.startswith('T') :]}")
    try:
        if clock is None or clock["half"]:
            return When(text, datetime(*parts), clock=False, zoned=False)
        hour, minute, second = (int(clock[one] or 0) for one in ("hour", "minute", "second"))
        moment = datetime(*parts, hour, minute, second)
    except ValueError:  # the 31st of February
        return None
    zone = clock["zone"]
    if zone and zone[0] in "+-":
        shift = timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
        moment += -shift if zone[0] == "+" else shift
    return When(text, moment, clock=True, zoned=bool(zone))


def disagree(one: When, other: When) -> bool:
    """Return whether two dates cannot both be that of one publication.

    A time of day without a zone may be that of any zone, of which there are from -12 to +14 hours.
    """
    if one.clock != other.clock:
        day, clock = (one, other) if other.clock else (other, one)
        if not clock.zoned:
            return day.moment.date() != clock.moment.date()
        return not day.moment - _EAST <= clock.moment < day.moment + _DAY - _WEST
    gap = one.moment - other.moment
    if not one.clock or one.zoned == other.zoned:
        return abs(gap) > _SLACK
    # A clock minus the zoned time: the offset of its zone, if they show one moment.
    offset = gap if other.zoned else -gap
    rest = offset % _STEP
    return not _WEST <= offset <= _EAST or min(rest, _STEP - rest) > _SLACK


def conflicts(found: Sequence[When]) -> list[tuple[When, When]]:
    """Return the pairs of dates that disagree, in order."""
    return [pair for pair in combinations(found, 2) if disagree(*pair)]
