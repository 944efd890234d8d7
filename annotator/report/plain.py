"""A report without pictures: Markdown to read and mail, JSON for a program."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from typing import Any, Final

from annotator.claims import linked
from annotator.core.text import one_line
from annotator.project.report import Report, Sentence, View
from annotator.report.words import environment, in_words

_BEGINNING: Final = '{"made_by": "annotator report",'
_SPECIAL: Final = re.compile(r"([\\`*_{}\[\]<>#|~$&@])")


def markdown(report: Report) -> str:
    """Return the report as GitHub-flavoured Markdown; the articles stay in the other formats."""
    made = environment(autoescape=False, md=escaped)
    return made.get_template("report.md.j2").render(report=report, meaning=in_words(report))


def escaped(text: object) -> str:
    """Return text that Markdown shows as it is: on one line, nothing in it read as markup."""
    return _SPECIAL.sub(r"\\\1", one_line(str(text), 500))


def as_json(report: Report) -> str:
    """Return all values of the report, sentences too, as JSON in ASCII.

    Its first line says what it is, so that no other file of JSON is taken for a report.
    """
    return _BEGINNING + json.dumps(_values(report), indent=2).removeprefix("{") + "\n"


def _values(report: Report) -> dict[str, Any]:
    done = report.progress
    return {
        "title": report.title,
        "version": report.version,
        "scheme": {
            "id": report.scheme.id,
            "guideline": report.scheme.guideline,
            "labels": list(report.scheme.names),
        },
        "history": {"head": report.head, "newest": report.newest},
        "suggester": report.suggester,
        "progress": {
            "documents": done.documents,
            "sentences": done.sentences,
            "sources": done.sources,
            "languages": done.languages,
            "labelled": done.labelled,
            "reviewers": [{**one._asdict(), "pace": one.pace} for one in done.reviewers],
            "adjudicated": report.adjudicated,
        },
        "documents": [
            {name: value for name, value in one._asdict().items() if name != "n"}
            for one in report.documents
        ],
        "agreement": report.agreement.as_json(),
        "sources_in_all": report.groups,
        "sources": [
            {
                **one.profile.as_json(),
                "months": {
                    month.name: dict(zip(report.scheme.names, month.counts, strict=True))
                    for month in one.months
                },
            }
            for one in report.sources
        ],
        "claims": [linked.as_json(one) for one in report.claims],
        "articles_with_labels": report.with_labels,
        "articles": [_article(one, report) for one in report.views],
    }


def _article(view: View, report: Report) -> dict[str, Any]:
    fields = view._asdict()
    del fields["paragraphs"]
    return {
        **fields,
        "counts": dict(zip(report.scheme.names, view.counts, strict=True)),
        "sentences": [
            _sentence(one)
            for paragraph in view.paragraphs
            for one in paragraph.sentences
            if one.asked or one.votes
        ],
    }


def _sentence(one: Sentence) -> dict[str, Any]:
    return {
        "id": one.id,
        "text": one.text,
        "label": one.label,
        "resolution": one.resolution or None,
        "votes": [{"reviewer": name, "label": label} for name, label in one.votes],
        "adjudications": [asdict(ruling) for ruling in one.decided],
        "suggestion": one.suggested,
        "reasons": [reason._asdict() for reason in one.reasons],
    }
