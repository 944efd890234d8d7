"""Explaining a sentence: its cues, what the rules suggest and why, and its sentiment."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import Any, Final

from annotator.baseline import rules, sentiment
from annotator.baseline.cues import KINDS, Cue, find
from annotator.baseline.sentiment import Explanation
from annotator.core.errors import UsageProblem
from annotator.core.model import BODY, Sentiment
from annotator.core.text import visible
from annotator.ingest import language as languages
from annotator.project.folder import Project
from annotator.project.prepare import Settings, analyzer_for
from annotator.project.scheme import scheme_of
from annotator.store import reading

_WIDTH: Final = 78

ID_LENGTH: Final = 16
"""Hex digits of a whole id, which is nobody's sentence to explain."""


@dataclass(frozen=True)
class Explained:
    """A text, its language, and what is said of it: by the rules, and by the analyser if any.

    `suggestion` is None where the project has other labels than the rules know.
    """

    text: str
    language: str
    sentence: str | None
    cues: tuple[Cue, ...]
    suggestion: rules.Judgement | None
    sentiment: Sentiment | None
    words: tuple[Explanation, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the explanation for a program; places are code points of the text."""
        said, found = self.suggestion, self.sentiment
        return {
            "text": self.text,
            "sentence": self.sentence,
            "language": self.language,
            "suggestion": said
            and {
                "label": said.label,
                "probabilities": {
                    name: round(value, 4) for name, value in said.probabilities.items()
                },
                "abstained": said.abstained,
                "model": rules.NAME,
                "reasons": [
                    {**reason._asdict(), "weight": round(reason.weight, 4)}
                    for reason in said.reasons
                ],
            },
            "cues": [_placed(cue) for cue in self.cues],
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
        """Return the explanation in words, the cues underlined in the text."""
        return "\n".join([*self._underlined(), "", *self._suggested(), "", *self._sentiment()])

    def _underlined(self) -> list[str]:
        text = visible(self.text)
        marks = [" "] * len(text)
        for cue in self.cues:
            marks[cue.start : cue.end] = "~" * (cue.end - cue.start)
        lines, at = [], 0
        for line in textwrap.wrap(text, _WIDTH, drop_whitespace=False, expand_tabs=False):
            under = "".join(marks[at : at + len(line)]).rstrip()
            lines += [line.rstrip(), under] if under else [line.rstrip()]
            at += len(line)
        return lines

    def _suggested(self) -> list[str]:
        said = self.suggestion
        if said is None:
            cues = [
                f"  “{visible(self.text[cue.start : cue.end])}”: {KINDS[cue.kind]}"
                for cue in self.cues
            ]
            return [f"no suggestion: {rules.NAME} knows other labels", *cues]
        chances = ", ".join(f"{name} {value:.2f}" for name, value in said.probabilities.items())
        if said.abstained:
            lines = [f"suggested: nothing speaks for a label ({rules.NAME}: {chances})"]
        else:
            lines = [f"suggested: {said.label} ({rules.NAME}: {chances})"]
        reasons = {(one.start, one.end, one.kind): one for one in said.reasons}
        for cue in self.cues:
            words = visible(self.text[cue.start : cue.end])
            one = reasons.get((cue.start, cue.end, cue.kind))
            because = f", {one.rule} {one.weight:+.2f}" if one else ""
            lines.append(f"  “{words}”: {KINDS[cue.kind]}{because}")
        return lines

    def _sentiment(self) -> list[str]:
        if self.sentiment is None:
            return [f"no analyser for {self.language}"]
        said = self.sentiment
        stance = "" if said.subjectivity is None else f"  subjectivity {said.subjectivity:.2f}"
        lines = [f"polarity {said.polarity:+.2f}{stance}  ({said.analyzer})"]
        for one in self.words:
            words = " ".join(one.words)
            if one.polarity is None:
                lines.append(f"  {words}: counts for nothing")
            elif one.subjectivity is None:
                lines.append(f"  {words}: valence {one.polarity:+.2f}")
            else:
                lines.append(
                    f"  {words}: polarity {one.polarity:+.2f}, subjectivity {one.subjectivity:.2f}"
                )
            if one.note:
                lines.append(f"    {one.note}")
        return lines if self.words else [*lines, "  no word of it is in the lexicon"]


def explain(
    project: Project, text: str, *, language: str | None = None, analyzer: str | None = None
) -> Explained:
    """Explain a text, or the stored sentence whose id it is. Raises UsageProblem."""
    sentence = before = None
    if _is_id(text) and project.store_path.exists():
        with project.open() as store:
            unit = reading.find_unit(store, text)
            if unit is not None:
                article = reading.article(store, reading.document_of(store, unit))
                place = next(n for n, one in enumerate(article.units) if one.n == unit)
                own, earlier = article.units[place], article.units[:place]
                text, sentence = article.text[own.start : own.end], own.id
                # As at ingest: a heading between them says nothing.
                body = [article.text[u.start : u.end] for u in earlier if u.kind == BODY]
                before = body[-1] if body else None
                language = language or article.language
            elif len(text) == ID_LENGTH:
                raise UsageProblem(
                    f"no sentence has the id {text}",
                    hint="ids are in the export, and in `annotator review` under `g`",
                )
    if not text.strip():
        raise UsageProblem("there is no text to explain")
    code = language or languages.detect([text]).code
    known = set(rules.LABELS) <= set(scheme_of(project).names)
    name = analyzer or analyzer_for(code, Settings((), project.config.analyzers))
    found = sentiment.get(name) if name else None
    return Explained(
        text=text,
        language=code,
        sentence=sentence,
        cues=find(text, code),
        suggestion=rules.suggest(text, code, before=before) if known else None,
        sentiment=found(text) if found else None,
        words=tuple(sentiment.explain(found, text)) if found else (),
    )


def _placed(cue: Cue) -> dict[str, Any]:
    return {"start": cue.start, "end": cue.end, "kind": cue.kind, "entry": cue.entry}


def _is_id(text: str) -> bool:
    return 4 <= len(text) <= ID_LENGTH and all(c in "0123456789abcdef" for c in text.lower())
