"""Plots of a report as SVG that takes the page's own colours and letters.

Drawn by matplotlib with stand-in colours, which are then replaced by the custom properties of the
page: one picture for its dark and its light scheme. The same values give the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from io import StringIO
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from annotator.core.scheme import GLYPHS
from annotator.core.text import one_line

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_STAND_INS: Final = {
    "#010101": "var(--ink)",
    "#020202": "var(--quiet)",
    "#030303": "var(--line)",
    "#050505": "var(--paper)",
    **{f"#0404{number:02x}": f"var(--label-{number})" for number in range(9)},
}
"""No picture of ours has these almost blacks for themselves."""
_INK, _QUIET, _LINE, _PAPER, *_LABELS = _STAND_INS
_MARKS: Final = dict(zip(GLYPHS, "sD^ov*sD^", strict=True))
"""The mark that is drawn for a glyph; those of `_HOLLOW` have no inside."""
_HOLLOW: Final = frozenset("□◇△")
_WIDTH: Final = 6.4
_ROW: Final = 0.3
_MOST_TICKS: Final = 7
"""Names below columns: more of them would run into each other."""
_NAME: Final = 28
"""Characters of a name that are shown beside a row."""


class Row(NamedTuple):
    """A share with its interval, 0..1; place and glyph of its label in the scheme."""

    name: str
    value: float
    low: float | None
    high: float | None
    n: int
    label: int
    glyph: str


class Span(NamedTuple):
    """How often each label was given in a stretch of time or of an article, in scheme order."""

    name: str
    counts: tuple[int, ...]


def shares(rows: Sequence[Row], title: str, *, beyond: str = "share of sentences") -> str:
    """Return a row for each share: a mark, a bar for its interval, and its n."""
    figure, axes = _figure(len(rows) * _ROW + 0.7, left=1.75, right=0.65)
    for place, row in enumerate(reversed(rows)):
        colour = _LABELS[row.label]
        glyph = row.glyph if row.glyph in _MARKS else GLYPHS[row.label]
        fill = "none" if glyph in _HOLLOW else "full"
        if row.low is not None and row.high is not None:
            axes.plot([row.low, row.high], [place, place], color=colour, linewidth=2.5, alpha=0.55)
        axes.plot([row.value], [place], _MARKS[glyph], color=colour, fillstyle=fill, markersize=6.5)
        axes.annotate(
            f"n = {row.n:,}", (1.02, place), color=_QUIET, va="center", annotation_clip=False,
            xycoords=("axes fraction", "data"), fontsize=8,
        )  # fmt: skip
    axes.set_yticks(range(len(rows)), [_name(row.name) for row in reversed(rows)])
    axes.set_ylim(-0.7, len(rows) - 0.3)
    axes.set_xlim(-0.02, 1.02)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0 %", "25 %", "50 %", "75 %", "100 %"])
    axes.set_xlabel(beyond, color=_QUIET)
    axes.grid(axis="x", color=_LINE, linewidth=0.6)
    return _svg(figure, title)


def stacked(spans: Sequence[Span], labels: Sequence[str], title: str, *, unit: str) -> str:
    """Return a column for each stretch, its sentences stacked by label, with a key."""
    from matplotlib.ticker import MaxNLocator

    figure, axes = _figure(2.6, left=0.55, right=1.3)
    below = [0] * len(spans)
    hatches = ("", "//", "\\\\", "--", "||", "xx", "++", "///", "\\\\\\")
    for number, label in enumerate(labels):
        heights = [span.counts[number] for span in spans]
        axes.bar(
            range(len(spans)), heights, bottom=below, width=0.72, label=_name(label),
            facecolor=_LABELS[number], edgecolor=_PAPER, hatch=hatches[number], linewidth=0.6,
        )  # fmt: skip
        below = [one + more for one, more in zip(below, heights, strict=True)]
    every = max(1, -(-len(spans) // _MOST_TICKS))
    axes.set_xticks(range(0, len(spans), every), [_name(span.name) for span in spans[::every]])
    axes.set_xlim(-0.6, max(len(spans), 6) - 0.4)  # few columns are not wider than many
    axes.set_ylim(0, max(below, default=0) * 1.08 or 1)
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.set_ylabel(unit, color=_QUIET)
    axes.grid(axis="y", color=_LINE, linewidth=0.6)
    legend = axes.legend(frameon=False, fontsize=8, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    for text in legend.get_texts():
        text.set_color(_INK)
    return _svg(figure, title)


def _name(name: str) -> str:
    # A dollar begins a formula.
    return one_line(name, _NAME).replace("$", r"\$")


def _figure(height: float, *, left: float, right: float) -> tuple[Any, Axes]:
    """Return a figure and its axes; sizes and margins are in inches.

    The margins are the same in every figure, so that the scales of two stand below each other.
    """
    # Not by pyplot: it keeps what is drawn, and looks for a screen.
    from matplotlib.figure import Figure

    figure = Figure(figsize=(_WIDTH, height))
    figure.subplots_adjust(
        left=left / _WIDTH, right=1 - right / _WIDTH, bottom=0.52 / height, top=1 - 0.1 / height
    )
    figure.patch.set_visible(False)
    axes = figure.subplots()
    axes.patch.set_visible(False)
    axes.set_axisbelow(True)
    axes.tick_params(colors=_QUIET, labelcolor=_INK, labelsize=9, length=0)
    for side, spine in axes.spines.items():
        spine.set_visible(side == "bottom")
        spine.set_color(_LINE)
    return figure, axes


def _svg(figure: Any, title: str) -> str:
    import warnings

    import matplotlib as mpl

    written = StringIO()
    settings: dict[Any, Any] = {
        "svg.hashsalt": title,
        "svg.fonttype": "none",
        "hatch.linewidth": 1.6,
        "font.family": "DejaVu Sans",
    }
    with mpl.rc_context(settings), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing", UserWarning)  # in a source's name
        figure.savefig(written, format="svg", metadata={"Date": None, "Creator": None})
    return _for_page(written.getvalue(), title)


def _for_page(svg: str, title: str) -> str:
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    for stand_in, colour in _STAND_INS.items():
        svg = svg.replace(stand_in, colour)
    svg = re.sub(r"font-family: [^;\"]*", "font-family: var(--sans)", svg)
    # The groups are named alike in every picture; a page has each id once.
    svg = re.sub(r'<g id="[^"]*"', "<g", svg)
    svg = re.sub(r"<g/>|<g>\s*</g>", "", svg)
    # Size comes from the view box: it shrinks with the page.
    head = f'<svg role="img" aria-label="{escape(one_line(title))}" class="plot"'
    svg = re.sub(r'^<svg( height="[^"]*"| width="[^"]*")*', head, svg, count=1)
    svg = re.sub(r' (width|height)="[\d.]+pt"', "", svg, count=2)
    return re.sub(r"\s*\n\s*", " ", svg)
