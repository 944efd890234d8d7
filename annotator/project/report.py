"""Everything a report says of a project, as plain values: gathered once, written in any format.

The same store and options give the same values: no clock is read, nothing is drawn without a seed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, zip_longest
from operator import attrgetter
from typing import Final, NamedTuple

from annotator import __version__
from annotator.claims.linked import Claim
from annotator.core.model import BODY, Adjudication
from annotator.core.progress import Progress, silent
from annotator.core.scheme import Scheme
from annotator.formats.values import resolve
from annotator.ingest.duplicates import normal_form
from annotator.profiles.figures import Profile
from annotator.project import agreement, claims, profile
from annotator.project.agreement import Agreement
from annotator.project.exchange import pseudonym, salt
from annotator.project.prepare import Settings
from annotator.project.unnamed import unnamed
from annotator.store import Store, overview, reading
from annotator.store.exchange import snapshot
from annotator.store.overview import Labelled, Seen
from annotator.store.progress import StoreProgress, progress
from annotator.store.suggestions import Suggestions

MOST_SENTENCES: Final = 10_000
"""Sentences of articles that are shown whole: what a browser opens at once, and a mail takes."""


_MONTH: Final = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_TITLES: Final = frozenset({"title", "heading"})
MOST_SOURCES: Final = 40
"""Sources that have a page of their own; with more, those of which most is labelled."""


class Reason(NamedTuple):
    """A span that spoke for the suggestion: its words, the kind of cue, its rule if it has one."""

    text: str
    kind: str
    rule: str | None


class Sentence(NamedTuple):
    """A sentence as the report shows it. `label` is what it was resolved to, None if it was not.

    `resolution` is a word of the export, or empty where nobody has labelled it. `suggested` is
    None where the suggester abstained.
    """

    id: str
    text: str
    asked: bool
    label: str | None
    resolution: str
    votes: tuple[tuple[str, str], ...]
    decided: tuple[Adjudication, ...]
    suggested: str | None
    reasons: tuple[Reason, ...]


class Paragraph(NamedTuple):
    """A block of an article: its kind, and its sentences."""

    kind: str
    sentences: tuple[Sentence, ...]

    def only_says(self, words: str) -> bool:
        """Return whether it has these words and no other, and nobody was asked about it."""
        text = " ".join(one.text for one in self.sentences)
        return normal_form(text) == normal_form(words) and not any(
            one.asked or one.votes or one.decided for one in self.sentences
        )


class View(NamedTuple):
    """An article as it is read, and how many of its sentences were resolved to each label."""

    id: str
    name: str
    source: str | None
    url: str | None
    published: str | None
    author: str | None
    language: str
    paragraphs: tuple[Paragraph, ...]
    counts: tuple[int, ...]

    @property
    def asked(self) -> int:
        """Return how many of its sentences reviewers are asked about."""
        return sum(it.asked for one in self.paragraphs for it in one.sentences)

    @property
    def below_name(self) -> Iterator[Paragraph]:
        """Yield what stands below the name: a title that says the same again is left out.

        One that differs stays, and so does one that somebody labelled.
        """
        head = True
        for one in self.paragraphs:
            head = head and one.kind != BODY
            if not (head and one.kind in _TITLES and one.only_says(self.name)):
                yield one


class Month(NamedTuple):
    """A month (`2025-03`), and how many of its sentences were resolved to each label."""

    name: str
    counts: tuple[int, ...]


class Source(NamedTuple):
    """A source: its profile, and its labels by the month in which its articles appeared."""

    profile: Profile
    months: tuple[Month, ...]


@dataclass(frozen=True)
class Choice:
    """What a report is about, and whether articles are shown whole. `settings` of the project.

    `anonymize`: reviewers have the pseudonyms of an anonymized export, and notes are left out.
    """

    title: str
    articles: bool = True
    anonymize: bool = False
    rounds: int = 1_000
    seed: int = 0
    settings: Settings = field(default_factory=Settings)


@dataclass(frozen=True)
class Report:
    """All of it. `views` are of `with_labels` documents that have labels, `sources` of `groups`.

    `adjudicated` has how many sentences each adjudicator settled.
    """

    title: str
    version: str
    scheme: Scheme
    head: str | None
    newest: str | None
    suggester: str | None
    progress: StoreProgress
    adjudicated: dict[str, int]
    documents: list[Labelled]
    agreement: Agreement
    sources: list[Source]
    groups: int
    claims: list[Claim]
    views: list[View]
    with_labels: int


def gather(store: Store, choice: Choice, tell: Progress = silent) -> Report:
    """Return the report on one state of a store; `tell` is called with stage, done and total."""
    if not choice.anonymize:
        with snapshot(store):
            return _gather(store, choice, tell)
    secret = salt(store)
    with snapshot(store):
        called = {name: pseudonym(name, secret) for _, name, _ in reading.reviewers(store)}
        with overview.renamed(store, called):
            return unnamed(_gather(store, choice, tell), called)


def _gather(store: Store, choice: Choice, tell: Progress) -> Report:
    scheme = store.scheme
    model = Suggestions(store).in_use()
    documents = overview.documents(store)
    labelled = [one for one in documents if one.labelled]
    shown = list(_chosen(labelled)) if choice.articles else []
    views = []
    for done, one in enumerate(shown):
        tell("articles", done, len(shown))
        views.append(_view(overview.seen(store, one.n), scheme))
    groups = profile.groups(store, "source")
    return Report(
        title=choice.title,
        version=__version__,
        scheme=scheme,
        head=reading.history_head(store),
        newest=overview.newest_event(store),
        suggester=f"{model.name} ({model.version})" if model else None,
        progress=progress(store),
        adjudicated=overview.adjudicated(store),
        documents=documents,
        agreement=agreement.measure(
            store, agreement.Choice(rounds=choice.rounds, seed=choice.seed)
        ),
        sources=list(_sources(store, groups, scheme, choice, tell)),
        groups=len(groups),
        claims=claims.every(store),
        views=sorted(views, key=lambda one: (one.source is None, one.source or "", one.name)),
        with_labels=len(labelled),
    )


def _chosen(documents: Sequence[Labelled]) -> Iterator[Labelled]:
    """Yield the documents that are shown whole: from each source in turn, up to the most."""
    sources = [list(found) for _, found in groupby(documents, attrgetter("source"))]
    left = MOST_SENTENCES
    for turn in zip_longest(*sources):
        for one in turn:
            if one is not None and one.sentences <= left:
                left -= one.sentences
                yield one


def _sources(
    store: Store,
    groups: Sequence[profile.Group],
    scheme: Scheme,
    choice: Choice,
    tell: Progress,
) -> Iterator[Source]:
    kept = sorted(groups, key=lambda one: -one.labelled)[:MOST_SOURCES]
    options = profile.Options(seed=choice.seed, settings=choice.settings)
    for done, group in enumerate(one for one in groups if one in kept):
        tell("sources", done, len(kept))
        found = profile.profile(store, group, scheme, options)
        published = {one.n: one.published for one in group.documents}
        yield Source(found, tuple(_months(found, published, scheme)))


def _months(found: Profile, published: Mapping[int, str | None], scheme: Scheme) -> Iterator[Month]:
    """Yield the labels that the profile counts, by month; articles without a date are left out."""
    counts: dict[str, Counter[str]] = {}
    for label in scheme.names:
        figure = found.figures.get(f"label.{label}")
        for at in figure.evidence if figure else ():
            if (date := published[at.document]) and _MONTH.match(date):
                counts.setdefault(date[:7], Counter())[label] += 1
    for name in sorted(counts):
        yield Month(name, tuple(counts[name][label] for label in scheme.names))


def _view(seen: Seen, scheme: Scheme) -> View:
    article = seen.article
    said = _sentences(seen, scheme)
    paragraphs = tuple(
        Paragraph(units[0].kind, tuple(said(unit) for unit in units))
        for _, found in groupby(article.units, attrgetter("block"))
        if (units := list(found))
    )
    counts = Counter(one.label for paragraph in paragraphs for one in paragraph.sentences)
    return View(
        article.id, article.name, article.source, article.url, article.published, article.author,
        article.language, paragraphs, tuple(counts[label] for label in scheme.names),
    )  # fmt: skip


def _sentences(seen: Seen, scheme: Scheme) -> Callable[[reading.ArticleUnit], Sentence]:
    text = seen.article.text

    def said(unit: reading.ArticleUnit) -> Sentence:
        words = text[unit.start : unit.end]
        votes = tuple(seen.labels.get(unit.n, ()))
        decided = tuple(seen.decided.get(unit.n, ()))
        outcome = resolve(
            tuple(label for _, label in votes),
            scheme.names,
            adjudicated=tuple(one.label for one in decided),
        )
        guess = seen.guessed.get(unit.n)
        reasons = guess.reasons if guess else ()
        return Sentence(
            unit.id,
            words,
            unit.asked,
            outcome.decision,
            outcome.resolution if votes or decided else "",
            votes,
            decided,
            guess.label if guess and not guess.abstained else None,
            tuple(Reason(words[one.start : one.end], one.kind, one.rule) for one in reasons),
        )

    return said
