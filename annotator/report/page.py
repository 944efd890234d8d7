"""A report as one HTML file: no script, nothing fetched, readable in a mail and on paper.

Reasons are beside their sentence in the page and shown by style sheets alone. Every text from
outside goes through `visible` and is escaped by the template's engine.
"""

from __future__ import annotations

from importlib.util import find_spec
from itertools import count
from typing import Any, Final, NamedTuple

from annotator.claims.stance import DIFFER, SIGNS, STANCES
from annotator.project import claims
from annotator.project.report import MOST_SENTENCES, Report, Source
from annotator.report import plots
from annotator.report.words import environment, in_words

_MOST_DOCUMENTS: Final = 500
"""Rows of the table of articles; all of them are in the JSON."""
_MOST_LISTED: Final = 30
"""Articles in the contents."""
_MOST_COLUMNS: Final = 24
"""Articles beside each other in the table of claims; each claim has all of its own below."""

_SHARES: Final = (
    (("",), "Shares of the labels"),
    ((".opening", ".rest"), "Shares by position in an article"),
)
"""Parts of figures that are drawn in one plot, and what it is called."""


class _Plot(NamedTuple):
    title: str
    about: str
    svg: str


def html(report: Report) -> str:
    """Return the page; without matplotlib it has no plots, and every figure all the same."""
    drawn = find_spec("matplotlib") is not None
    across = claims.columns(report.claims)
    agreed = report.agreement
    return (
        environment(autoescape=True)
        .get_template("report.html.j2")
        .render(
            report=report,
            contents=_contents(report),
            # What was talked about is no longer what reviewers said by themselves.
            headline=agreed.talked.every[0] if agreed.talked else agreed.every[0],
            meaning=in_words(report),
            documents=report.documents[:_MOST_DOCUMENTS],
            documents_left=len(report.documents) > _MOST_DOCUMENTS,
            shown={view.id for view in report.views},
            next=count(1).__next__,
            columns=across[:_MOST_COLUMNS],
            columns_left=len(across[_MOST_COLUMNS:]),
            letters={one.place.document: one.letter for one in across},
            stances=claims.stances,
            signs=SIGNS,
            differ=DIFFER,
            stances_in_words=STANCES,
            plots=[_plots(one, report) if drawn else [] for one in report.sources],
            most=MOST_SENTENCES,
            places={label.name: f"l{place}" for place, label in enumerate(report.scheme.labels)},
            marks={label.name: f"{label.glyph}{label.key}" for label in report.scheme.every},
        )
    )


def _contents(report: Report) -> list[tuple[str, str, list[Any]]]:
    articles = [(f"a{view.id}", view.name) for view in report.views[:_MOST_LISTED]]
    if left := len(report.views) - len(articles):
        articles.append(("articles", f"and {left:,} more"))
    sources = [(f"o{place}", one.profile.name) for place, one in enumerate(report.sources)]
    return [
        ("labels", "The labels", []),
        ("progress", "Progress", []),
        ("agreement", "Agreement", []),
        ("sources", "The sources", sources),
        ("claims", "The claims", []),
        ("articles", "The articles", articles),
        ("method", "Method and limits", []),
    ]


def _plots(source: Source, report: Report) -> list[_Plot]:
    """Return the plots of a source: shares, shares by position, and months; each where it has any.

    A share without a value (too few sentences) is in no plot, and there is no plot by position
    where all it could show is one of the two.
    """
    name, figures = source.profile.name, source.profile.figures
    found = []
    for parts, title in _SHARES:
        rows, drawn = [], set()
        for place, label in enumerate(report.scheme.names):
            for part in parts:
                one = figures.get(f"label.{label}{part}")
                if one and one.value is not None:
                    drawn.add(part)
                    low, high = one.these or (None, None)
                    glyph = report.scheme.labels[place].glyph
                    n = round(one.of)
                    rows.append(plots.Row(one.name, one.value, low, high, n, place, glyph))
        if drawn == set(parts):
            about = "Mark: share of the n sentences; bar: 95 % interval for these sentences."
            found.append(_Plot(title, about, plots.shares(rows, f"{title} in {name}")))
    if len(source.months) > 1:
        spans = [plots.Span(*month) for month in source.months]
        title = "Labelled sentences by month"
        dated = f"{sum(map(sum, (month.counts for month in source.months))):,} sentences"
        about = f"{dated} of articles with a date beside the text, by their month of publication."
        svg = plots.stacked(spans, report.scheme.names, f"{title} in {name}", unit="sentences")
        found.append(_Plot(title, about, svg))
    return found
