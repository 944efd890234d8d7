"""The cue lexicons: what an entry is, how the files are read, and the tree they are matched by."""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any, Final, NamedTuple

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_DATA: Final = Path(__file__).parent
ANY: Final = "any"
"""The folder of what needs no language: figures, marks, quotations."""
PLAIN: Final = "plain"
NUMBER: Final = "#"
YEAR: Final = "#year"
WORD: Final = "_"
ATTRIBUTION: Final = "attribution."

KINDS: Final[Mapping[str, str]] = {
    "hedge.modal": "a modal verb that leaves it open: may, might, could",
    "hedge.verb": "a verb of seeming or supposing: seems, believe",
    "hedge.adverb": "an adverb of doubt: perhaps, probably",
    "hedge.adjective": "an adjective of doubt: likely, possible",
    "hedge.noun": "a noun of doubt: the possibility, a hypothesis",
    "hedge.condition": "what holds only under a condition, or would: if, would",
    "hedge.unknown": "what is said to be unknown or still to be found out",
    "forecast": "a statement about what is still to come",
    "plan": "an intention or schedule",
    "inference": "a verb that reads something out of something: suggests, signals",
    "hearsay": "said, with nobody who says it: reportedly, it is said",
    "weasel": "somebody unnamed thinks so: some say, widely regarded",
    "motive": "a motive, strategy or meaning read in",
    "report": "a verb or phrase that hands on what a source says",
    "attribution.named": "the source is a named person",
    "attribution.institution": "the source is an institution, a company, a document",
    "attribution.outlet": "the source is a news outlet",
    "attribution.anonymous": "the source is there but unnamed: a source, officials",
    "attribution.collective": "the source is a crowd: analysts, experts, observers",
    "evidence": "something observed, measured or established: found, did not differ",
    "significance": "says that something matters: marks a milestone",
    "superlative": "a superlative that nothing measures: the best",
    "superlative.measured": "a superlative that a figure can settle: the tallest",
    "praise": "a word of praise: brilliant, renowned",
    "benefit": "a benefit stated as certain: ensures, empowers",
    "appeal": "speaks to the reader, offers, or sells",
    "intensifier": "makes it stronger, and says nothing more: very, extremely",
    "loaded": "a word that takes sides",
    "opinion": "the writer's own view or demand: must, of course, I think",
    "negation": "denies",
    "comparison": "more, less or as much as something named",
    "number": "a figure",
    "date": "a date or a year",
    "money": "a sum of money",
    "percent": "a percentage",
    "quotation": "words between quotation marks",
    "question": "a question mark",
    PLAIN: "no cue: a phrase that looks like one (the month May, a strong will); never returned",
}  # fmt: skip
"""All kinds of cue, each with what it is."""
SOURCES: Final = frozenset(kind for kind in KINDS if kind.startswith(ATTRIBUTION))


class Entry(NamedTuple):
    """A line of a lexicon. `weight`: 1 weak, 2 clear, 3 strong. `source`: of the idea."""

    form: str
    kind: str
    weight: float
    language: str
    source: str
    example: str


class Match(NamedTuple):
    """One run of words of an entry, as it is looked up."""

    words: str
    kind: str
    weight: float


Tree = dict[str, Any]
"""Word -> tree of what may follow; under "" the match that ends here.

Where nothing may follow, the match stands in place of the tree: half of the memory.
"""


@dataclass(frozen=True)
class Language:
    """What is known of a language: how it is cut into words, and which words make its clauses."""

    word: re.Pattern[str]
    """One group, a word or mark: `split` gives gaps and words by turns, and so the offsets."""
    tree: Tree
    suffixes: Mapping[str, Match]
    """Endings that are a cue in themselves, for words that are no entry."""
    suffix_lengths: tuple[int, ...]
    suffix_ends: frozenset[str]
    """Their last two letters."""
    clauses: Mapping[str, frozenset[str]]
    """Word lists by role; empty for a language without a folder."""


def languages() -> tuple[str, ...]:
    """Return the language codes that have a folder of their own."""
    return tuple(
        sorted(
            path.parent.name for path in _DATA.glob("*/language.toml") if path.parent.name != ANY
        )
    )


def _toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def entries(language: str) -> tuple[Entry, ...]:
    """Return all entries of a language's own folder, in the order of the files."""
    return tuple(
        Entry(
            one["form"], group["kind"], float(one.get("weight", 2)), language,
            one.get("source", group["source"]), one["example"],
        )
        for path in sorted((_DATA / language).glob("*.toml"))
        if path.name != "language.toml"
        for group in _toml(path)["group"]
        for one in group["entries"]
    )  # fmt: skip


def expand(form: str, language: str) -> Iterator[tuple[str, ...]]:
    """Yield every run of words that a form stands for (README.md of this folder)."""
    for alternative in form.split(" / "):
        slots: list[list[str]] = []
        for slot in alternative.split():
            optional = len(slot) > 1 and slot.endswith("?")
            words = slot.removesuffix("?") if optional else slot
            choices = [form for word in words.split("|") for form in _forms(word, language)]
            slots.append([*choices, ""] if optional else choices)
        for chosen in product(*slots):
            yield tuple(filter(None, chosen))


def _forms(word: str, language: str) -> list[str]:
    """Return what a word of a form stands for: a class, all inflections, or itself."""
    settings = _settings(language)
    if word.startswith("<"):
        return [form for one in settings["class"][word[1:-1]] for form in _forms(one, language)]
    for ending, forms in settings.get("inflection", {}).get(word[-1], ()):
        if word[:-1].endswith(ending):
            stem = word[: -1 - len(ending)] if ending else word[:-1]
            return [stem + form for form in forms]
    return [word]


@cache
def _settings(language: str) -> dict[str, Any]:
    return _toml(_DATA / language / "language.toml")


@cache
def load(language: str) -> Language:
    """Return a language by its code: its entries and those of `any`, or those of `any` alone."""
    own = language.partition("-")[0].lower()
    return _load(own if own in languages() else ANY)


@cache
def _load(folder: str) -> Language:
    tree: Tree = {}
    suffixes: dict[str, Match] = {}
    years: list[tuple[tuple[str, ...], Match]] = []
    for name in dict.fromkeys((ANY, folder)):
        for entry in entries(name):
            for words in expand(entry.form, name):
                match = Match(" ".join(words), entry.kind, entry.weight)
                if words[0].startswith("*"):
                    suffixes[words[0][1:]] = match
                    continue
                _node(tree, words)[""] = match
                if NUMBER in words:
                    years.append((words, match))
    # A year is a figure too, where nothing is said of years.
    for words, match in years:
        for one in product(*((NUMBER, YEAR) if word == NUMBER else (word,) for word in words)):
            _node(tree, one).setdefault("", match)
    lengths = tuple(sorted({len(one) for one in suffixes}, reverse=True))
    for word, node in tree.items():
        match_of_ending = ending(word, suffixes, lengths)
        if match_of_ending is not None:
            node.setdefault("", match_of_ending)
    _prune(tree)
    settings = _settings(folder)
    clauses = dict(settings.get("clauses", {}))
    if clauses:
        clauses["crowd"] = settings["class"]["crowd"]
    return Language(
        re.compile(f"({settings['word']})"),
        tree,
        suffixes,
        lengths,
        frozenset(one[-2:] for one in suffixes),
        {role: frozenset(words) for role, words in clauses.items()},
    )


def ending(word: str, suffixes: Mapping[str, Match], lengths: tuple[int, ...]) -> Match | None:
    """Return the match of the longest ending that a word in lower case has."""
    if word[0].islower():
        for length in lengths:
            match = suffixes.get(word[-length:])
            if match is not None and len(word) > length:
                return match
    return None


def _node(tree: Tree, words: tuple[str, ...]) -> Tree:
    for word in words:
        tree = tree.setdefault(word, {})
    return tree


def _prune(tree: Tree) -> None:
    for word, node in tree.items():
        if word:
            if len(node) == 1 and "" in node:
                tree[word] = node[""]
            else:
                _prune(node)


@cache
def version() -> str:
    """Return the version of all lexicons as a whole: the first digits of their SHA-256."""
    digest = hashlib.sha256()
    for path in sorted(_DATA.glob("*/*.toml")):
        digest.update(path.relative_to(_DATA).as_posix().encode())
        digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()[:12]
