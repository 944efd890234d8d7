"""Learning curves as a picture: SVG or PNG, the same bytes for the same curves and matplotlib."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from annotator.core.errors import AnnotatorError, UsageProblem, install_hint
from annotator.core.text import visible
from annotator.project.curve import Curve

FORMATS: Final = (".svg", ".png")
_STYLES: Final = (("#0072B2", "o"), ("#D55E00", "s"), ("#009E73", "^"))
"""Colours that colour-blind people tell apart (Okabe and Ito 2008), each with a mark of its own."""
_METADATA: Final = {".svg": {"Date": None}, ".png": {"Software": None}}
"""What would make two pictures of the same curves differ is left out."""


def check(path: Path) -> None:
    """Raise UsageProblem if no picture can be drawn there, before the work for it is done."""
    from importlib.util import find_spec

    if path.suffix.lower() not in FORMATS:
        raise UsageProblem(f"a picture is one of {', '.join(FORMATS)}, not {path.name!r}")
    if not path.parent.is_dir():
        raise UsageProblem(f"there is no folder {path.parent} for the picture")
    if find_spec("matplotlib") is None:
        raise UsageProblem(
            "a picture needs matplotlib, which is not installed", hint=install_hint("plot")
        )


def draw(curve: Curve, path: Path) -> None:
    """Draw `curve` into `path`: the mean of the seeds, and a band of one standard deviation."""
    import warnings

    import matplotlib as mpl
    from matplotlib.figure import Figure

    # Not by pyplot: it keeps what is drawn, and looks for a screen.
    with (
        mpl.rc_context({"svg.hashsalt": "annotator", "font.family": "DejaVu Sans"}),
        warnings.catch_warnings(),
    ):
        warnings.filterwarnings("ignore", "Glyph .* missing", UserWarning)  # in a file's name
        figure = Figure(figsize=(7, 4.5), dpi=120, layout="constrained")
        axes = figure.subplots()
        orders = dict.fromkeys(point.order for point in curve.points)
        for (colour, mark), order in zip(_STYLES, orders, strict=False):
            points = curve.of(order)
            labels = [point.n for point in points]
            off = [point.deviation or 0.0 for point in points]
            axes.plot(labels, [one.mean for one in points], color=colour, marker=mark, label=order)
            axes.fill_between(
                labels,
                [one.mean - by for one, by in zip(points, off, strict=True)],
                [one.mean + by for one, by in zip(points, off, strict=True)],
                color=colour,
                alpha=0.12,
                linewidth=0,
            )
        axes.set_xticks(curve.steps)
        axes.set_xlabel("labels")
        axes.set_ylabel(f"macro-F1 on {curve.held} held-out sentences")
        # The name is untrusted text, and `$` begins a formula.
        axes.set_title(visible(Path(curve.name).stem).replace("$", r"\$"))
        axes.grid(axis="y", alpha=0.3)
        axes.legend(title=f"order ({curve.seeds} seeds, ± 1 sd)", frameon=False)
        try:
            figure.savefig(path, metadata=_METADATA[path.suffix.lower()])
        except OSError as error:
            raise AnnotatorError(f"{path} cannot be written: {error.strerror}") from error
