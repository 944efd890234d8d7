"""What `evaluate --learning-curve` prints: a table, a plot of characters, and what to mind."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from annotator.cli.common import emit, emit_json, progress, say, table
from annotator.core.errors import UsageProblem

if TYPE_CHECKING:
    from annotator.formats.labelled import LabelledSet
    from annotator.project.curve import Curve
    from annotator.quality.curves import Point

_WIDTH: Final = 40
"""Characters of the widest bar."""


def show(
    found: Sequence[LabelledSet],
    orders: str | None,
    seeds: int | None,
    output: Path | None,
    *,
    as_json: bool,
    quiet: bool,
) -> None:
    """Print the learning curve of a set, and draw it into `output`; raises UsageProblem."""
    from annotator.project import curve, curve_picture

    if len(found) != 1:
        raise UsageProblem("a learning curve is of one set: name one file with --on")
    if output:
        curve_picture.check(output)
    with progress(quiet=quiet) as tell:
        done = curve.run(
            found[0],
            orders=_orders(orders),
            seeds=curve.SEEDS if seeds is None else seeds,
            tell=tell,
        )
    if as_json:
        emit_json(done.as_json())
    else:
        emit(described(done))
    if output:
        curve_picture.draw(done, output)
        say(f"drawn into {output}", quiet=quiet)


def _orders(given: str | None) -> tuple[str, ...]:
    from annotator.quality.curves import REPLAYED

    names = tuple(dict.fromkeys(name.strip() for name in given.split(","))) if given else REPLAYED
    for name in names:
        if name not in REPLAYED:
            raise UsageProblem(
                f"--orders: {name!r} cannot be replayed", hint=f"of {', '.join(REPLAYED)}"
            )
    return names


def described(curve: Curve) -> str:
    """Return learning curves in words, as a table and as bars."""
    from annotator.quality.curves import RIVAL, STEPS

    documents = f" in {curve.documents} documents" if curve.documents else ""
    lines = [
        f"{curve.name}: n = {curve.n} sentences{documents}; drawn from {curve.pool}, scored on"
        f" {curve.held} held out by document and near-duplicate, anew for each seed"
        f" (of {curve.seeds})",
        "",
        table(
            ("labels", "order", "macro-F1 (± sd)", f"against {RIVAL} (± sd)", "better in"),
            [_row(one, curve.seeds) for n in curve.steps for one in curve.points if one.n == n],
            "r",
        ),
        "",
        *_bars(curve),
        "",
        "sd: over the seeds, which also differ in what is held out; the difference is taken seed"
        " by seed. The rules rank the first sentences of the uncertain order.",
    ]
    if not curve.documents:
        lines.append("The sentences name no documents: document order is that of the file.")
    if curve.untrained:
        lines.append(
            f"{curve.untrained} of {len(curve.points) * curve.seeds} times there was too little to"
            " learn from, and the rules answered."
        )
    if missing := [str(n) for n in STEPS if n not in curve.steps]:
        lines.append(f"Too small for {', '.join(missing)} labels.")
    return "\n".join(lines)


def _row(one: Point, seeds: int) -> tuple[str, ...]:
    if one.mean_gain is None:
        return (str(one.n), one.order, _with_sd(f"{one.mean:.3f}", one.deviation), "", "")
    return (
        str(one.n),
        one.order,
        _with_sd(f"{one.mean:.3f}", one.deviation),
        _with_sd(f"{one.mean_gain:+.3f}", one.deviation_of_gain),
        f"{one.better} of {seeds}",
    )


def _with_sd(value: str, deviation: float | None) -> str:
    return value if deviation is None else f"{value} ± {deviation:.3f}"


def _bars(curve: Curve) -> list[str]:
    # From the lowest score on, to the tenth below: what differs would not be seen from 0.
    low = int(min(one.mean for one in curve.points) * 10) / 10
    high = max(one.mean for one in curve.points)
    wide = max(len(one.order) for one in curve.points)
    lines = [f"bars begin at {low:.1f}"]
    for n in curve.steps:
        for one in (point for point in curve.points if point.n == n):
            filled = round(_WIDTH * (one.mean - low) / (high - low)) if high > low else _WIDTH
            lines.append(f"{n:>5}  {one.order:<{wide}}  {'█' * filled} {one.mean:.3f}")
    return lines
