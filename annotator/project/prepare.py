"""From one raw text to a document ready for the store: blocks, language, sentences, suggestions.

Pure and picklable, so that large ingests run it in worker processes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Final

from annotator.baseline import sentiment, suggesters
from annotator.core.model import BODY, Block, Sentence, Unit
from annotator.core.text import document_id
from annotator.ingest import blocks, duplicates, language, units
from annotator.ingest.metadata import Metadata
from annotator.store.documents import NewDocument, Scored
from annotator.store.suggestions import Suggested

_SAMPLE: Final = 2_000
"""Characters of the body that vote on its language: more changes nothing (tests/benchmarks)."""


@dataclass(frozen=True)
class Settings:
    """What a project may set about ingest: language candidates, and analysers by language.

    `suggesters` are the names of those that are asked about every sentence, `labels` those of the
    scheme, None for those of the built-in one.
    """

    languages: tuple[str, ...] = ()
    analyzers: Mapping[str, str] = field(default_factory=dict)
    suggesters: tuple[str, ...] = (suggesters.DEFAULT,)
    labels: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Draft:
    """A text as read, with its metadata from every source already merged."""

    text: str
    encoding: str
    metadata: Metadata
    markdown: bool


def prepare(draft: Draft, settings: Settings) -> NewDocument:
    """Return the document of `draft` with everything that is computed at ingest."""
    return prepare_all([draft], settings)[0]


def prepare_all(drafts: Sequence[Draft], settings: Settings) -> list[NewDocument]:
    """Return the documents of `drafts`, in order: the work of one process."""
    # Once, and not for each document: a trained model is read from its files.
    asked = [suggesters.get(name, None, settings.labels) for name in settings.suggesters]
    return [_prepared(draft, settings, asked) for draft in drafts]


def _prepared(
    draft: Draft, settings: Settings, asked: Sequence[suggesters.Suggester]
) -> NewDocument:
    text, metadata = draft.text, draft.metadata
    found = blocks.find_blocks(text, title=metadata.title, markdown=draft.markdown)
    code, score = _language(text, found, metadata, settings)
    places = units.find_units(text, found, code)
    words = [text[unit.start : unit.end] for unit in places]
    name = analyzer_for(code, settings)
    return NewDocument(
        id=document_id(text),
        text=text,
        metadata={**asdict(metadata), "title": metadata.title or _title(text, found)},
        language=code,
        language_score=score,
        encoding=draft.encoding,
        markup="markdown" if draft.markdown else "text",
        units=places,
        forms=[duplicates.keyed(text) for text in words],
        scores=scores(name, places, words),
        analyzer=(name, sentiment.get(name).version) if name else None,
        suggestions={
            (one.name, one.version): suggestions(one, code, places, words) for one in asked
        },
    )


def analyzer_for(code: str, settings: Settings) -> str | None:
    """Return the name of the analyser for a language, or None."""
    return settings.analyzers.get(code) or sentiment.default_for(code)


def scores(
    name: str | None, places: Sequence[Unit], words: Sequence[str]
) -> Sequence[Scored | None]:
    """Return what an analyser says of each unit; None for units that are no sentence."""
    if name is None:
        return [None] * len(places)
    analyzer = sentiment.get(name)
    return [
        Scored.of(analyzer(text)) if unit.kind == BODY else None
        for unit, text in zip(places, words, strict=True)
    ]


def suggestions(
    suggester: suggesters.Suggester, code: str, places: Sequence[Unit], words: Sequence[str]
) -> list[Suggested | None]:
    """Return what a suggester says of each unit; None for units that are no sentence."""
    body = [text for unit, text in zip(places, words, strict=True) if unit.kind == BODY]
    said = iter(ask(suggester, in_turn(body, code)))
    return [next(said) if unit.kind == BODY else None for unit in places]


def ask(suggester: suggesters.Suggester, sentences: Sequence[Sentence]) -> list[Suggested]:
    """Return what a suggester says of each sentence, as it is stored."""
    return [Suggested.of(one) for one in suggester.suggest(sentences)]


def in_turn(body: Sequence[str], code: str) -> list[Sentence]:
    """Return the sentences of a document's body as suggesters are asked about them."""
    before = (None, *body)
    return [Sentence(text, code, before[place]) for place, text in enumerate(body)]


def _title(text: str, found: Sequence[Block]) -> str | None:
    return next((text[b.start : b.end] for b in found if b.kind == "title"), None)


def _language(
    text: str, found: Sequence[Block], metadata: Metadata, settings: Settings
) -> tuple[str, float]:
    if metadata.language:
        return metadata.language, 1.0
    sample: list[str] = []
    size = 0
    for block in found:
        if block.kind == BODY and size < _SAMPLE:
            sample.append(text[block.start : min(block.end, block.start + _SAMPLE)])
            size += len(sample[-1])
    return language.detect(sample, settings.languages or None)
