"""What many tests are made of: drawn texts, and stores filled without the ingest in between.

`fill` puts units into a store exactly as they are given, so that a test of the store does not
depend on how an article is cut into sentences.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from hypothesis import strategies as st

from annotator.core.model import BODY, Assessment, Sentiment, Unit
from annotator.core.text import document_id
from annotator.ingest.duplicates import candidate_keys, form_hash, form_words, near, normal_form
from annotator.store import Store
from annotator.store.documents import Documents, NewDocument, Scored

HOSTILE = (
    "\x1b]0;title\x07", "\x1b]52;c;aGk=\x07", "\x1b[2J", "\x9b31m", "\x1bc", "\x7f", "\x85", "\r",
    "\b\b\b", "\u202e", "\u2066", "\u200f", "\ufeff", "\u2028", "[bold]", "[/nope]", "{0}", "%s",
    "\N{WOMAN}\u200d\N{WOMAN}\u200d\N{GIRL}", "\U000e0041", "مرحبا", "工厂",
)  # fmt: skip
"""Pieces of text that would do something to a careless terminal, widget or format string."""

RAW = frozenset(
    [chr(c) for c in (*range(0x20), *range(0x7F, 0xA0))]
    + list("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
    + list("\u2028\u2029")
) - {"\n"}
"""Characters that no output of ours may hold, but for the line ends we write ourselves."""

any_text = st.text(alphabet=st.characters(codec=None, exclude_categories=()), max_size=60)
"""Any code points at all, lone surrogates too."""

hostile_text = st.lists(st.sampled_from(HOSTILE) | st.text(max_size=5), max_size=8).map("".join)

storable_text = st.text(
    alphabet=st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=40
)


def words(count: int = 6) -> st.SearchStrategy[str]:
    """Return sentences of up to `count` words out of few, so that they often meet again."""
    vocabulary = ("bridge", "council", "opens", "finest", "may", "valley", "said", "tariff", "old")
    return st.lists(st.sampled_from(vocabulary), min_size=1, max_size=count).map(
        lambda chosen: " ".join(chosen).capitalize() + "."
    )


@dataclass(frozen=True)
class Article:
    """An article to be stored: its units as (kind, text), and what is known of it."""

    units: Sequence[tuple[str, str]]
    title: str | None = None
    source: str | None = None
    language: str = "en"
    path: str = ""
    extra: dict[str, str] = field(default_factory=dict)


def article(*sentences: str, **known: str) -> Article:
    """Return an article of body sentences; one that begins with `#` is a heading."""
    units = [("heading", s[1:]) if s.startswith("#") else (BODY, s) for s in sentences]
    return Article(units, **known)  # type: ignore[arg-type]


def new_document(
    given: Article, *, analyzer: tuple[str, str] = ("textblob-en", "1")
) -> NewDocument:
    """Return `given` as the ingest would hand it to the store, one unit a line."""
    text = "\n".join(words for _, words in given.units)
    units, at = [], 0
    for block, (kind, words_) in enumerate(given.units):
        units.append(Unit(at, at + len(words_), kind, block))
        at += len(words_) + 1
    texts = [words_ for _, words_ in given.units]
    score = Scored.of(Sentiment(0.5, 0.75, (Assessment(("finest",), 0.5, 0.75),), "textblob-en"))
    return NewDocument(
        id=document_id(text),
        text=text,
        metadata={"title": given.title, "source": given.source, **given.extra},
        language=given.language,
        language_score=1.0,
        encoding="utf-8",
        markup="text",
        units=units,
        forms=[(form_hash(t), candidate_keys(t)) for t in texts],
        scores=[score if kind == BODY else None for kind, _ in given.units],
        analyzer=("textblob-en", "1") if given.language == "en" else None,
    )


def similar(a: str, b: str) -> bool:
    """Return whether two texts are near-duplicates: equal in form, or nearly in words."""
    forms = normal_form(a), normal_form(b)
    return forms[0] == forms[1] or near(*(set(form_words(form)) for form in forms))


def fill(store: Store, articles: Iterable[Article]) -> list[int]:
    """Store `articles`; returns their rows."""
    documents = Documents(store)
    rows = []
    with store.writing() as db:
        for place, given in enumerate(articles):
            row, _ = documents.insert(db, new_document(given), "2026-01-01T00:00:00.000Z")
            documents.set_origin(db, given.path or f"corpus/{place:03}.txt", "", row)
            rows.append(row)
    return rows


THREE = (
    article(
        "#Bridge opens",
        "The bridge opened on Monday.",
        "It may be the finest in the valley.",
        "The mayor said that it cost four million crowns.",
        title="Bridge opens",
        source="Valley Wire",
    ),
    article(
        "#Le marché",
        "Le marché ouvre lundi.",
        "Il pourrait fermer avant l’hiver.",
        title="Le marché",
        source="Courrier",
        language="fr",
    ),
    article(
        "Prices fell in March.",
        "#Outlook",
        "Analysts expect prices to fall again.",
        "The bridge opened on Monday.",
        source="Valley Wire",
    ),
)
"""Three articles: eleven units, of which seven are sentences; one is in two of them."""


def asked(articles: Iterable[Article]) -> list[int]:
    """Return the rows that the body sentences of freshly filled `articles` have."""
    kinds = [kind for given in articles for kind, _ in given.units]
    return [row for row, kind in enumerate(kinds, start=1) if kind == BODY]
