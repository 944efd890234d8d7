"""The sentiment baseline of a project: what is stored, recomputing it, explaining it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from annotator.baseline import sentiment
from annotator.baseline.sentiment import Explanation
from annotator.core.errors import UsageProblem
from annotator.core.model import Sentiment
from annotator.ingest import language as languages
from annotator.project.folder import Project
from annotator.project.prepare import Settings, analyzer_for
from annotator.store import Store, reading
from annotator.store.documents import Documents, Scored


class Row(NamedTuple):
    """The baseline of one language: which analyser, and how many sentences it has scored."""

    language: str
    sentences: int
    analyzer: str | None
    scored: int
    stored: str | None
    installed: str | None

    @property
    def current(self) -> bool:
        """Return whether every sentence is scored by the installed version."""
        return self.analyzer is None or (
            self.scored == self.sentences and self.stored == self.installed
        )


def summary(store: Store, settings: Settings) -> list[Row]:
    """Return the state of the baseline by language, in order of the language's code."""
    documents = Documents(store)
    versions = documents.analyzer_versions()
    rows = []
    for code, sentences in documents.sentences_by_language().items():
        name = analyzer_for(code, settings)
        rows.append(
            Row(
                code,
                sentences,
                name,
                documents.count_scored(code, name) if name else 0,
                versions.get(name) if name else None,
                sentiment.get(name).version if name else None,
            )
        )
    return rows


def recompute(
    store: Store,
    settings: Settings,
    *,
    everything: bool = False,
    tell: Callable[[str, int, int], None] | None = None,
) -> int:
    """Score what another version of an analyser scored, or none; returns how many sentences.

    With `everything`, all of it. The new values replace the old ones in one transaction.
    """
    rows = [row for row in summary(store, settings) if row.analyzer]
    wanted = [row for row in rows if everything or not row.current]
    documents = Documents(store)
    count = 0
    with store.writing() as db:
        for name in {row.analyzer for row in wanted if row.analyzer}:
            documents.forget_scores(db, name)
        for row in wanted:
            analyzer = sentiment.get(str(row.analyzer))
            stamp = (analyzer.name, analyzer.version)
            for batch in documents.sentences_of(row.language):
                documents.insert_scores(
                    db, stamp, [(n, Scored.of(analyzer(text))) for n, text in batch]
                )
                count += len(batch)
                if tell:
                    tell("scoring", count, sum(row.sentences for row in wanted))
    return count


@dataclass(frozen=True)
class Explained:
    """A text, its language, its sentiment, and why."""

    text: str
    language: str
    sentence: str | None
    sentiment: Sentiment | None
    words: tuple[Explanation, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the explanation for a program."""
        found = self.sentiment
        return {
            "text": self.text,
            "sentence": self.sentence,
            "language": self.language,
            "sentiment": found
            and {
                "polarity": found.polarity,
                "subjectivity": found.subjectivity,
                "analyzer": found.analyzer,
            },
            "words": [
                {
                    "words": list(one.words),
                    "polarity": one.polarity,
                    "subjectivity": one.subjectivity,
                    "note": one.note,
                }
                for one in self.words
            ],
        }

    def described(self) -> str:
        """Return the explanation in words."""
        lines = [self.text, ""]
        if self.sentiment is None:
            return "\n".join([*lines, f"no analyser for {self.language}"])
        lines.append(
            f"polarity {self.sentiment.polarity:+.2f}  subjectivity"
            f" {self.sentiment.subjectivity:.2f}  ({self.sentiment.analyzer})"
        )
        for one in self.words:
            words = " ".join(one.words)
            if one.polarity is None or one.subjectivity is None:
                lines.append(f"  {words}: counts for nothing")
            else:
                lines.append(
                    f"  {words}: polarity {one.polarity:+.2f}, subjectivity {one.subjectivity:.2f}"
                )
            if one.note:
                lines.append(f"    {one.note}")
        if not self.words:
            lines.append("  no word of it is in the lexicon")
        return "\n".join(lines)


def explain(
    project: Project, text: str, *, language: str | None = None, analyzer: str | None = None
) -> Explained:
    """Explain a text, or the stored sentence whose id it is. Raises UsageProblem."""
    sentence = None
    if _is_id(text) and project.store_path.exists():
        with project.open() as store:
            unit = reading.find_unit(store, text)
            if unit is not None:
                article = reading.article(store, reading.document_of(store, unit))
                place = next(one for one in article.units if one.n == unit)
                text, sentence = article.text[place.start : place.end], place.id
                language = language or article.language
    if not text.strip():
        raise UsageProblem("there is no text to explain")
    code = language or languages.detect([text]).code
    name = analyzer or analyzer_for(code, Settings((), project.config.analyzers))
    if name is None:
        return Explained(text, code, sentence, None, ())
    found = sentiment.get(name)
    return Explained(text, code, sentence, found(text), tuple(sentiment.explain(found, text)))


def _is_id(text: str) -> bool:
    return 4 <= len(text) <= 16 and all(c in "0123456789abcdef" for c in text.lower())
