"""What one short block says about itself: a date, a name, a credit, tags, or page furniture.

Only patterns that hold wherever the block stands; what depends on its neighbours is in `blocks`.
The phrases are data and those of all languages are used together, because blocks are found
before the language is known.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Final, NamedTuple

from annotator.ingest.data import tables

# A sign-up paragraph can be long; anything longer than this is text.
_LIMIT: Final = 400
# A date, a name or a label with what it labels has few words; a sentence soon has more.
_SHORT: Final = 25

_DATE: Final = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|\d{1,2}[:h]\d{2}|\d年")
_DIGIT: Final = re.compile(r"\d")
_EPOCH: Final = re.compile(r"\d{10}|\d{13}")
_ISO_TIME: Final = re.compile(r"(?<=\d)[tz](?=\d|$)")
_LETTER: Final = re.compile(r"[^\W\d_]")
_TOKEN: Final = re.compile(r"[^\W\d_]+(?:[.'-][^\W\d_]+)*")
_EMAIL: Final = re.compile(r"\[email\s+protected\]|\S+@\S+\.\w+")
_URL: Final = re.compile(r"(?:https?://|www\.)\S+")
_IMAGE: Final = re.compile(r"!\[[^\]]*\]\([^)]*\)")
_COPYRIGHT: Final = re.compile(
    r"(?:©|\(c\)|copyright\b)(?=.{0,40}\d{4}|.{0,3}$|\s*\w+\s*$)|copyright\s*(?:©|\(c\))"
)
_ENDS: Final = re.compile(r"^[\W\d_]+|[\W\d_]+$")
_SEGMENTS: Final = re.compile(r"\s+[|·•]\s+")
_NAME_END: Final = re.compile(r",|;| [-–—|·] |\(")


class _Phrases(NamedTuple):
    byline: tuple[str, ...]
    roles: frozenset[str]
    connectors: frozenset[str]
    credit: tuple[str, ...]
    agencies: re.Pattern[str]
    tags: tuple[str, ...]
    summary: frozenset[str]
    form: frozenset[str]
    whole: frozenset[str]
    start: tuple[str, ...]
    within: tuple[str, ...]
    bar: frozenset[str]
    dates: frozenset[str]
    date_words: frozenset[str]


def fold(text: str) -> str:
    """Return `text` as phrases are compared: case, apostrophes and spaces made equal."""
    text = " ".join(text.casefold().replace("’", "'").replace("‘", "'").split())
    return text.replace(" :", ":")


def bare(text: str) -> str:
    """Return folded text without marks and numbers at its ends: "comments (3)" is "comments"."""
    return _ENDS.sub("", text)


@cache
def _phrases() -> _Phrases:
    lists = tables("blocks")

    def words(key: str) -> frozenset[str]:
        return frozenset(fold(" ".join(table.get(key, "") for table in lists)).split())

    def phrases(key: str) -> tuple[str, ...]:
        return tuple({fold(phrase) for table in lists for phrase in table.get(key, ())})

    def lines(key: str) -> frozenset[str]:
        rows = "|".join(table.get(key, "").replace("\n", "|") for table in lists)
        return frozenset(bare(fold(row)) for row in rows.split("|") if row.strip())

    agency = "(?:" + "|".join(re.escape(name) for name in phrases("agencies")) + ")"
    more = rf"(?:[\s,/&–—-]+(?:(?:and|with|et|avec) )?{agency})*"
    return _Phrases(
        phrases("byline"),
        words("roles"),
        words("connectors"),
        phrases("credit"),
        re.compile(rf"[\W_]*{agency}{more}[\W_]*"),
        phrases("tags"),
        frozenset(bare(phrase) for phrase in phrases("summary")),
        lines("form"),
        lines("form") | lines("whole"),
        phrases("start"),
        phrases("within"),
        words("bar"),
        words("months") | words("dates"),
        words("date_words"),
    )


def _opens_with(folded: str, phrases: tuple[str, ...]) -> str | None:
    """Return the longest phrase that opens `folded` as whole words, if any does."""
    if not folded.startswith(phrases):
        return None
    found = [
        phrase
        for phrase in phrases
        if folded.startswith(phrase)
        and not (phrase[-1].isalnum() and folded[len(phrase) :][:1].isalnum())
    ]
    return max(found, key=len, default=None)


def pattern_kind(text: str) -> str | None:
    """Return the kind a trimmed block shows by its own words, or None if it shows none."""
    if not _LETTER.search(text):
        return "dateline" if _is_date(text, text) else "boilerplate"
    return _kind(text) if len(text) <= _LIMIT else None


@lru_cache(maxsize=4)  # A line of wrapped text is asked about with the one before and after.
def _kind(text: str) -> str | None:
    folded = fold(text)
    words = text.split()
    known = _phrases()
    plain = folded.lstrip("([*_-–—• ")
    if _is_tags(text, words) or _opens_with(plain, known.tags):
        return "tags"
    for phrase in known.within:  # a generator would take longer than what it asks
        if phrase in folded:
            return "boilerplate"
    return _short_kind(text, folded, plain, words) if len(words) <= _SHORT else None


def _short_kind(text: str, folded: str, plain: str, words: list[str]) -> str | None:
    """Return the kind of a block of few words: only such are dates, names, credits or buttons."""
    known = _phrases()
    if _is_date(folded, text):
        return "dateline"
    if known.agencies.fullmatch(folded) or _opens_with(plain, known.credit):
        return "credit"
    if _is_furniture(folded, plain, len(words)):
        return "boilerplate"
    if _is_byline(text.strip("*_ ")):
        return "byline"
    if _EMAIL.fullmatch(folded):
        return "boilerplate"
    segments = _SEGMENTS.split(text)
    if len(segments) > 1:
        kinds = [pattern_kind(segment) for segment in segments]
        if None not in kinds:
            return kinds[0]
    return None


def opens_comments(text: str) -> bool:
    """Say whether a block is the label of a comment form: "Leave a Reply"."""
    return len(text) < 60 and bare(fold(text)) in _phrases().form


def is_summary_label(text: str) -> bool:
    """Say whether a block only announces a summary: "Key points:", "En bref"."""
    return len(text) < 40 and bare(fold(text)) in _phrases().summary


def _is_tags(text: str, words: list[str]) -> bool:
    if "#" not in text and "＃" not in text:
        return False
    marked = sum(
        word.startswith(("#", "＃")) and len(word) > 1 and not word[1:].isdigit() for word in words
    )
    return marked > 0 and marked * 2 > len(words)


def _is_date(folded: str, text: str) -> bool:
    if len(folded) > 100 or not _DIGIT.search(folded):
        return False
    if _EPOCH.fullmatch(folded):
        return True
    known = _phrases()
    tokens = _TOKEN.findall(_ISO_TIME.sub(" ", folded))
    strong = _DATE.search(folded) is not None or any(token in known.dates for token in tokens)
    if not strong:
        return False
    rest = [token for token in tokens if token not in known.dates and token not in known.date_words]
    if not rest:
        return True
    # A place before the date: "PARIS, 12 mai", "New Arcadia, 5 June 2031".
    place, comma, date = text.partition(",")
    return (
        bool(comma)
        and not _DIGIT.search(place)
        and len(place.split()) <= 3
        and (place.istitle() or place.isupper())
        and _is_date(fold(date), date)
    )


def _is_furniture(folded: str, plain: str, words: int) -> bool:
    """Say whether a block belongs to the page and not to the article."""
    known = _phrases()
    core = bare(folded)
    if core in known.whole or _URL.fullmatch(folded) or _IMAGE.fullmatch(folded):
        return True
    if _opens_with(plain, known.start) or _COPYRIGHT.match(plain):
        return True
    if words <= 6 and folded.endswith("*") and not folded.startswith("*"):
        return True
    return words <= 14 and all(token in known.bar for token in _TOKEN.findall(folded))


def _is_byline(text: str) -> bool:
    known, words = _phrases(), text.split()
    if not words or len(words) > 16 or "\n" in text:
        return False
    if all(word.startswith("@") and len(word) > 1 for word in words):
        return True
    capitals = sum(word[:1].isupper() for word in words)
    if _EMAIL.search(text):
        return capitals > 0 and len(words) <= 10 and text[-1] not in ".!?"
    prefix = _opens_with(fold(text), known.byline)
    if prefix is not None:
        name = _NAME_END.split(text[len(prefix) :].strip(" :"), maxsplit=1)[0].split()
        spelled = " " in prefix or ":" in prefix
        if text[-1] in ".!?" and not spelled:
            return False
        return bool(name) and len(name) <= 8 and (_is_name(name) or (spelled and len(name) == 1))
    if len(words) <= 7 and text[-1] not in ".!?:":
        # "Jane Roe reporter", whatever follows: a desk, a hidden address.
        roles = [at for at, word in enumerate(words) if word.casefold().strip(",()") in known.roles]
        return bool(roles) and _is_name([word.rstrip(",") for word in words[: roles[0]]])
    return False


def _is_name(words: list[str]) -> bool:
    """Say whether words look like one or more names: two capitals, joined by "and", "de", "van"."""
    capitals = sum(word[:1].isupper() for word in words)
    return capitals >= 2 and all(
        word[:1].isupper() or word in _phrases().connectors for word in words
    )
