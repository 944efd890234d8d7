"""What the agreement screen shows, as lines for a width: figures, tables, groups. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np
from rich.cells import cell_len

from annotator.core.scheme import Scheme
from annotator.core.text import visible
from annotator.project import agreement_words as words
from annotator.project.agreement import Against, Agreement, Figure, Pair
from annotator.project.agreement_words import Line
from annotator.tui.layout import fit, wrap
from annotator.tui.widgets import Spans

_NAME: Final = 31
_INTERVAL: Final = 17
_WIDEST_CELL: Final = 14
_NARROWEST_CELL: Final = 5
_WORDS: Final = 5
"""Lines below a table that say what the cell under the cursor means."""


class Entry(NamedTuple):
    """A table that can be looked at: of two reviewers, or of one against the resolution."""

    pair: Pair
    against: Against | None = None


def entries(found: Agreement) -> list[Entry]:
    """Return all tables, those that agree least first, then the reviewers and the resolution."""
    pairs = sorted(found.pairs, key=lambda one: (*_undefined_last(one), one.one, one.other))
    against = sorted(found.against, key=lambda one: (*_undefined_last(one.pair), one.pair.one))
    return [*(Entry(one) for one in pairs), *(Entry(one.pair, one) for one in against)]


def _undefined_last(pair: Pair) -> tuple[bool, float]:
    return (isinstance(pair.kappa, str), pair.kappa if isinstance(pair.kappa, float) else 0.0)


# -- figures -----------------------------------------------------------------------------------


def figures(found: Agreement, scheme: Scheme, width: int) -> list[Spans]:
    """Return the page of figures: what they are, what they mean, and what to do about them."""
    lines = list(flowed(words.whose(found), width, "strong"))
    lines += [[], *flowed(words.meaning(found), width)]
    if found.shared:
        lines += [[], *_by_label(found, width)]
    lines += [[], *flowed(words.what_to_do(found, scheme), width)]
    if found.shared:
        none = found.labels[-1]
        lines += [[], *_headline(f"all labels, {none!r} among them", found.every, width)]
        lines += [[], *_headline("content labels only", found.content, width)]
        lines += [[], *flowed([Line(words.how_drawn(found))], width, "quiet")]
        lines += [[], *flowed(words.over_time(found), width)]
    return lines


def _headline(title: str, given: Sequence[Figure], width: int) -> Iterator[Spans]:
    yield [(f" {title:<{_NAME + 9}} {'these sentences':<{_INTERVAL}} beyond them", "quiet")]
    for one in given:
        if isinstance(one.value, float):
            these, beyond = (words.interval(drawn) for drawn in (one.these, one.beyond))
            text = f"  {one.name:<{_NAME}} {one.value:>6.3f}  {these:<{_INTERVAL}} {beyond}"
            yield [(text.rstrip(), "")]
    yield [(f"  n = {given[0].sentences:,} sentences", "")]
    yield from flowed([Line(why, 2) for why in words.reasons(given)], width, "quiet")


def _by_label(found: Agreement, width: int) -> Iterator[Spans]:
    name = min(_widest(found.labels) + 1, 20)
    yield [(f" {'label':<{name}} {'given':>8}  {'specific agreement':<25} alpha against the rest",
            "quiet")]  # fmt: skip
    for one in found.by_label:
        text = f" {_column(one.label, name)} {one.given:>8,}  "
        for figure in (one.specific, one.alpha):
            value = f"{figure.value:.3f}" if isinstance(figure.value, float) else "n/a"
            text += f"{value:<5}  {words.interval(figure.these):<19}"
        yield [(text.rstrip(), "")]
    yield from flowed([Line(why, 2) for why in words.reasons_by_label(found)], width, "quiet")


# -- tables ------------------------------------------------------------------------------------


def tables(
    found: Agreement,
    scheme: Scheme,
    chosen: int,
    cell: tuple[int, int] | None,
    size: tuple[int, int],
) -> list[Spans]:
    """Return the page of pairs: a list, the table of the chosen one, and what its cell means.

    `cell` is the row and column of the cursor, None while it is in the list.
    """
    width, height = size
    listed = entries(found)
    if not listed:
        return list(flowed(words.what_to_do(found, scheme), width))
    entry = listed[chosen]
    table = list(_table(entry.pair, found.labels, scheme, cell, width))
    room = max(3, min(len(listed), height - len(table) - _WORDS - 3))
    first = max(0, min(chosen - room // 2, len(listed) - room))
    name = min(_widest(map(_title, listed)), max(width - 52, 20))
    lines: list[Spans] = [
        [(f"   {'':<{name}} {'sentences':>9}  {'kappa':>6}  {'95 %':<14}  agree", "quiet")]
    ]
    for place in range(first, min(first + room, len(listed))):
        lines.append(_listed(listed[place], name, here=place == chosen, focus=cell is None))
    lines += [[], *table, []]
    if cell is not None:
        said = words.cell_in_words(entry.pair, found.labels, *cell, scheme)
    elif entry.against:
        said = [
            Line(words.against_in_words(entry.against, found.labels)),
            Line(f"The resolution: {words.resolution_in_words(entry.against)}."),
        ]
    elif isinstance(entry.pair.kappa, str):
        said = [Line(f"There is no kappa: {entry.pair.kappa}.")]
    else:
        said = [Line("Enter goes into the table; enter on a cell lists its sentences.")]
    return [*lines, *flowed(said, width)]


def disagreements(pair: Pair) -> list[tuple[int, int]]:
    """Return row and column of the cells where the two differ, the largest first."""
    found = [
        (int(count), row, column)
        for (row, column), count in np.ndenumerate(pair.table)
        if row != column and count
    ]
    return [(row, column) for _, row, column in sorted(found, key=lambda one: (-one[0], *one[1:]))]


def _title(entry: Entry) -> str:
    return f"{visible(entry.pair.one)} · {visible(entry.pair.other)}"


def _listed(entry: Entry, name: int, *, here: bool, focus: bool) -> Spans:
    pair = entry.pair
    kappa = f"{pair.kappa:>6.3f}" if isinstance(pair.kappa, float) else "   n/a"
    within = "{:.2f} to {:.2f}".format(*pair.interval) if pair.interval else "–"
    agree = f"{100 * pair.percent:.0f} %" if pair.percent is not None else "–"
    mark = "▶" if here and focus else "▸" if here else " "
    title = _column(_title(entry), name)
    text = f" {mark} {title} {pair.sentences:>9,}  {kappa}  {within:<14}  {agree}"
    return [(text, "strong" if here else "")]


def _table(
    pair: Pair, labels: Sequence[str], scheme: Scheme, cell: tuple[int, int] | None, width: int
) -> Iterator[Spans]:
    heads = [scheme.named(label) for label in labels]
    side = min(_widest(heads), 22)
    wide = max(_NARROWEST_CELL, min(_WIDEST_CELL, (width - side - 4) // len(labels)))
    top = _column_heads(labels, scheme, wide - 1)
    who = f" down: {visible(pair.one)} · across: {visible(pair.other)}"
    yield [(fit(who, width), "quiet")]
    yield [(" " * (side + 3) + "".join(" " * (wide - cell_len(one)) + one for one in top), "quiet")]
    for row, head in enumerate(heads):
        spans = [(f" {_column(head, side)}  ", "strong" if cell and cell[0] == row else "")]
        for column in range(len(labels)):
            count = _short(int(pair.table[row, column]), wide - 2)
            if cell == (row, column):
                gap = " " * max(0, wide - len(count) - 1)
                spans += [(gap, ""), (f"[{count}]", "cursor")]
            else:
                # The bracket of a neighbour takes the cell's last column.
                lead = 0 if column and cell == (row, column - 1) else 1
                spans.append((f"{count:>{wide - 1 + lead}}", "quiet" if row == column else ""))
        yield spans


def _column_heads(labels: Sequence[str], scheme: Scheme, width: int) -> list[str]:
    """Return what to call the columns, all alike: as long as there is room for."""
    known = {one.name: one for one in scheme.every}
    names = [visible(label) for label in labels]
    short = [f"{known[name].glyph} {known[name].key}" if name in known else name for name in labels]
    for heads in ([scheme.named(label) for label in labels], names, short):
        if all(cell_len(head) <= width for head in heads):
            return heads
    return [fit(head, width) for head in short]


def _short(count: int, room: int) -> str:
    """Return a count, in thousands or millions where there is no room for all of it."""
    whole = f"{count:,}"
    if len(whole) <= room:
        return whole
    return f"{count / 1e3:.0f}k" if count < 1_000_000 else f"{count / 1e6:.0f}M"


# -- groups ------------------------------------------------------------------------------------


def groups(found: Agreement, by: str, width: int) -> list[Spans]:
    """Return alpha by group, the lowest first."""
    rows = found.groups.get(by, [])
    name = min(max(_widest(key for key, _ in rows), 11), max(width - 32, 20))
    lines: list[Spans] = [[(f" {f'by {by}':<{name}} {'sentences':>9}   alpha", "quiet")]]
    for key, one in rows:
        value = (
            f"{one.value:>7.3f}" if isinstance(one.value, float) else f"  {words.number(one.value)}"
        )
        text = f" {_column(key, name)} {one.sentences:>9,} {value}"
        lines.append([(fit(text, width), "")])
    said = ["Sentences: those that two reviewers or more labelled. The lowest comes first."]
    if by == "reviewer":
        said.append(
            "Alpha of all the others: a reviewer without whom it rises is the one to talk to."
        )
    return [*lines, [], *flowed([Line(one) for one in said], width, "quiet")]


def _widest(texts: Iterable[str]) -> int:
    return max((cell_len(visible(text)) for text in texts), default=0)


def _column(text: str, width: int) -> str:
    """Return a text in so many cells."""
    shown = fit(visible(text), width)
    return shown + " " * (width - cell_len(shown))


def flowed(given: Iterable[Line], width: int, style: str = "") -> Iterator[Spans]:
    """Yield lines of words, broken at `width`; the parts after the first are indented."""
    for line in given:
        text = visible(line.text)
        lead = " " * (1 + line.indent)
        for place, (start, end) in enumerate(wrap(text, width - len(lead) - 2)):
            yield [(f"{lead}{'  ' if place and line.indent else ''}{text[start:end]}", style)]
