"""Why a label is suggested: the sentence with its reasons marked, and which of them are wrong."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from itertools import pairwise
from typing import ClassVar, Final, NamedTuple

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.geometry import Size
from textual.screen import ModalScreen

from annotator.core.errors import AnnotatorError, UsageProblem
from annotator.core.model import Suggestion
from annotator.core.scheme import Scheme
from annotator.core.text import visible
from annotator.session import Baseline
from annotator.session.shown import kind_in_words, rules_in_words
from annotator.tui.layout import snapped, wrap
from annotator.tui.typeahead import not_saved
from annotator.tui.widgets import Lines, Spans

_LONGEST: Final = 4_000
"""Code points of a sentence that are shown here."""
_KEYS: Final = "123456789"
_HINT: Final = "1 to 9: wrong, or not after all · j k scroll · escape closes"


class Mark(NamedTuple):
    """A place in the sentence, and the number of the reason that stands there."""

    start: int
    end: int
    number: int


class Flow(Lines):
    """Lines made for the width there is, as high as they are many."""

    def __init__(self, made: Callable[[int], list[Spans]]) -> None:
        super().__init__()
        self._made = made

    def get_content_height(
        self,
        container: Size,  # noqa: ARG002 - Textual's signature
        viewport: Size,  # noqa: ARG002
        width: int,
    ) -> int:
        """Return how many lines there are at `width`."""
        self._lines = self._made(width)
        return len(self._lines)


class Why(ModalScreen[None]):
    """Shows all that is known of a decided sentence; its number keys call reasons wrong.

    `wrong` says which reasons are (counted from 0), `toggle` changes one; it raises what the
    store raises.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+c,q,w,enter", "dismiss(None)", "close"),
        Binding("j,down", "scroll(1)", "down"),
        Binding("k,up", "scroll(-1)", "up"),
        Binding("space,pagedown", "scroll(12)", "page down"),
        Binding("pageup", "scroll(-12)", "page up"),
        *(Binding(key, f"wrong({key})", f"reason {key} is wrong") for key in _KEYS),
    ]

    def __init__(
        self,
        seen: Baseline,
        scheme: Scheme,
        wrong: Callable[[], Collection[int]],
        toggle: Callable[[int], None],
    ) -> None:
        super().__init__()
        self._seen, self._scheme = seen, scheme
        self._wrong, self._toggle = wrong, toggle
        self._problem: str | None = None

    def compose(self) -> ComposeResult:
        """Build the page."""
        with VerticalScroll(classes="dialog wide"):
            yield Flow(self._lines)

    def action_scroll(self, rows: int) -> None:
        """Scroll the page."""
        self.query_one(VerticalScroll).scroll_relative(y=rows, animate=False)

    def action_wrong(self, number: int) -> None:
        """Call a reason wrong, or take that back."""
        self._problem = None
        try:
            self._toggle(number - 1)
        except UsageProblem as error:
            self._problem = error.message
        except AnnotatorError as error:
            self._problem = not_saved(self.app, error)
        self.query_one(Flow).refresh(layout=True)

    # -- the lines -------------------------------------------------------------------------

    def _lines(self, width: int) -> list[Spans]:
        seen, wrong = self._seen, self._wrong()
        text = visible(seen.text[:_LONGEST])
        marks = [
            Mark(*snapped(text, reason.start, reason.end), number)
            for number, reason in enumerate(seen.reasons, 1)
            if reason.start < min(reason.end, len(text))
        ]
        lines: list[Spans] = [[(self._title(), "strong")]]
        if self._problem:
            lines += wrapped(self._problem, width, "error")
        else:
            lines += wrapped(_HINT if seen.reasons else "escape closes", width, "quiet")
        lines.append([])
        lines += marked(text, marks, width)
        for number, _ in enumerate(seen.reasons, 1):
            lines += [[]] if number == 1 else []
            lines += self._reason(number, width, wrong=number - 1 in wrong)
        if rules := rules_in_words(seen.reasons, self._scheme):
            lines.append([])
            for rule in rules:
                lines += wrapped(rule, width, "quiet", indent=4)
        lines.append([])
        if seen.suggestion is not None:
            lines += wrapped(f"probability: {self._probabilities(seen.suggestion)}", width)
        lines += wrapped(seen.sentiment_in_words(), width)
        return lines

    def _title(self) -> str:
        said = self._seen.suggestion
        if said is None:
            return "nothing is stored that suggests a label (annotator suggest --recompute)"
        if said.abstained:
            return f"nothing speaks for a label ({self._seen.model})"
        label = self._scheme.named(said.label)
        return f"suggested {label} {said.score:.2f} ({self._seen.model})"

    def _probabilities(self, said: Suggestion) -> str:
        glyphs = {label.name: f"{label.glyph} " for label in self._scheme.labels}
        chances = said.probabilities.items()
        return "  ".join(f"{glyphs.get(name, '')}{name} {value:.2f}" for name, value in chances)

    def _reason(self, number: int, width: int, *, wrong: bool) -> Iterator[Spans]:
        reason = self._seen.reasons[number - 1]
        words = self._seen.quoted(reason, most=80)
        parts = [f"{words} {kind_in_words(reason.kind)}".strip(), reason.rule or ""]
        parts.append(f"{reason.weight:+.2f}")
        if reason.entry and f"“{reason.entry.casefold()}”" != words.casefold():
            parts.append(f"entry: {reason.entry}")
        text = visible(" · ".join(part for part in parts if part))
        head = f"{number:>2}  " + ("✗ wrong: " if wrong else "")
        style = "struck" if wrong else ""
        for place, (start, end) in enumerate(wrap(text, width - len(head))):
            lead = head if place == 0 else " " * len(head)
            yield [(lead, "key"), (text[start:end], style)]


def marked(text: str, marks: Collection[Mark], width: int) -> Iterator[Spans]:
    """Yield the lines of `text`, each with lines below it that underline and number the marks.

    The numbers and strokes are there for terminals without styles. Marks that overlap have lines
    of their own.
    """
    for start, end in wrap(text, width):
        inside = [mark for mark in marks if mark.start < end and mark.end > start]
        edges = {start, end, *(edge for mark in inside for edge in mark[:2])}
        cuts = sorted(edge for edge in edges if start <= edge <= end)
        yield [
            (text[a:b], "cue" if any(m.start < b and m.end > a for m in inside) else "")
            for a, b in pairwise(cuts)
        ]
        below: list[str] = []
        for mark in sorted(inside):
            a, b = max(mark.start, start), min(mark.end, end)
            at = cell_len(text[start:a])
            stroke = f"{mark.number if mark.start >= start else ''}"
            stroke = stroke.ljust(cell_len(text[a:b]), "─")
            row = next((n for n, line in enumerate(below) if len(line) < at or not at), len(below))
            if row == len(below):
                below.append("")
            below[row] = below[row].ljust(at) + stroke
        for line in below:
            yield [(line, "key")]


def wrapped(text: str, width: int, style: str = "", indent: int = 0) -> Iterator[Spans]:
    """Yield `text` in lines; those after the first are indented."""
    shown = visible(text)
    for place, (start, end) in enumerate(wrap(shown, width - indent)):
        yield [(" " * (indent if place else 0) + shown[start:end], style)]
