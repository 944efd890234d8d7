"""The calibration screen: a sentence alone, a label, and then why it has the label it has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.events import Resize
from textual.screen import Screen

from annotator.core.errors import AnnotatorError
from annotator.core.history import NOT_A_SENTENCE
from annotator.core.text import one_line, visible
from annotator.session.calibration import Calibration, result, result_in_words
from annotator.tui.base import BaseApp, run
from annotator.tui.codebook import Codebook
from annotator.tui.dialogs import Help
from annotator.tui.keymap import Action, configured, shown
from annotator.tui.layout import wrap
from annotator.tui.screen import CODEBOOK_FROM, WIDE_FROM, in_error
from annotator.tui.typeahead import not_saved
from annotator.tui.why import Flow
from annotator.tui.widgets import Lines, Spans

_LONGEST: Final = 8_000
"""Code points of a sentence that are shown."""
_WIDEST: Final = 76
"""Cells of a line of text: a sentence alone is not read across a wide terminal."""


def actions(calibration: Calibration, keys: Mapping[str, str]) -> tuple[Action, ...]:
    """Return the actions with the keys that they have in a review; raises InputProblem."""
    kept = tuple(
        replace(action, call=f"label('{NOT_A_SENTENCE}')") if action.name == "unit" else action
        for action in configured(calibration.scheme, keys)
        if action.name.startswith("label.") or action.name in {"unit", "help", "suspend", "quit"}
    )
    taken = {key for action in kept for key in action.keys}
    free = tuple(key for key in ("space", "enter", "tab") if key not in taken)
    return (Action("next", free, "go_on", "next", "Move"), *kept)


class CalibrationScreen(Screen[None]):
    """Shows a calibration, and turns keys into its answers."""

    def __init__(self, calibration: Calibration, actions: Sequence[Action]) -> None:
        super().__init__()
        self.calibration = calibration
        self.actions = actions
        self._saved: str | None = None
        self._problem: str | None = None

    def compose(self) -> ComposeResult:
        """Build the screen."""
        self._fit(self.app.size.width)
        yield Lines(id="header")
        with VerticalScroll(id="article", can_focus=False):
            yield Flow(self._lines)
        yield Codebook(self.calibration.scheme, id="codebook")
        yield Lines(id="strip")
        yield Lines(id="footer")

    def on_mount(self) -> None:
        """Show the first sentence."""
        self._show()

    def on_resize(self, event: Resize) -> None:
        """Use the room there is."""
        self._fit(event.size.width)
        self._show(self._problem)

    def _fit(self, width: int) -> None:
        self.set_class(width < CODEBOOK_FROM, "narrow")
        self.set_class(width >= WIDE_FROM, "wide")

    # -- what is shown ---------------------------------------------------------------------

    def _show(self, problem: str | None = None) -> None:
        self._problem = problem
        given = self.calibration.given
        done = f"{len(given)}/{len(self.calibration.set.items)}"
        saved = f" · saved {self._saved}" if self._saved else ""
        self.query_one("#header", Lines).set(
            [(f" annotator · {one_line(self.calibration.reviewer, 30)} · calibration ", ""),
             (done, "strong"), (saved, "")],
            [(f" {self.calibration.set.name}", "quiet")],
        )  # fmt: skip
        quiet: list[Spans] = [[(self._so_far(), "quiet")]]
        strip = in_error(problem, self.size.width) if problem else quiet
        self.query_one("#strip", Lines).set(*strip)
        self.query_one("#footer", Lines).set(self._keys())
        self.query_one(Flow).refresh(layout=True)

    def _so_far(self) -> str:
        given = self.calibration.given
        if self.calibration.item is None:
            return " `annotator calibrate --result` prints this again"
        if not given:
            return " Answers are kept, and are no annotations."
        return f" {sum(one.right for one in given)} of {len(given)} as agreed so far"

    def _keys(self) -> Spans:
        item, answered = self.calibration.item, self.calibration.answer is not None
        spans: list[tuple[str, str]] = []
        for action in self.actions:
            labels = action.group == "Label"
            if (labels and (item is None or answered)) or (action.name == "next" and not answered):
                continue
            if action.name == "suspend":
                continue
            text = {"unit": "none", "help": "help", "quit": "quit"}.get(action.name, action.text)
            spans += [(f" {'/'.join(map(shown, action.keys[: 2 if labels else 1]))}", "key"),
                      (f" {text} ", "")]  # fmt: skip
        return spans

    def _lines(self, width: int) -> list[Spans]:
        calibration, width = self.calibration, min(width, _WIDEST)
        item, answer = calibration.item, calibration.answer
        if item is None:
            found = result(calibration.given, calibration.scheme)
            words = result_in_words(found, calibration.scheme) if found else []
            return [line for text in words for line in _wrapped(text, width, indent=4)]
        lines = [*_wrapped(item.text[:_LONGEST], width, "strong"), []]
        if answer is None:
            return [*lines, *_wrapped(calibration.scheme.question, width, "quiet")]
        given = calibration.scheme.named(answer.answer)
        if answer.right:
            lines += _wrapped(f"{given}: as agreed", width)
        else:
            agreed = calibration.scheme.named(answer.expected)
            lines += _wrapped(f"you: {given} · agreed: {agreed}", width)
        for text in calibration.explained(item):
            lines += [[], *_wrapped(text, width)]
        return lines

    # -- doing -----------------------------------------------------------------------------

    def action_label(self, name: str) -> None:
        """Answer with a label; where one was given, wait for the reviewer to have read why."""
        if self.calibration.answer is not None or self.calibration.item is None:
            return
        try:
            self.calibration.say(name)
        except AnnotatorError as error:
            self._show(not_saved(self.app, error))
        else:
            self._saved = f"{datetime.now():%H:%M:%S}"
            self._show()

    def action_go_on(self) -> None:
        """Ask about the next sentence."""
        self.calibration.go_on()
        self.query_one(VerticalScroll).scroll_home(animate=False)
        self._show()

    def action_scroll(self, rows: int) -> None:
        """Scroll a long text."""
        self.query_one(VerticalScroll).scroll_relative(y=rows, animate=False)

    def action_help(self) -> None:
        """Show keys and codebook."""
        self.app.push_screen(Help(self.actions, self.calibration.scheme))

    def action_suspend(self) -> None:
        """Make way for the shell."""
        self.app.action_suspend_process()

    def action_quit(self) -> None:
        """Leave; every answer is saved."""
        self.app.exit(0)


_SCROLLING: Final = (("j,down", 1), ("k,up", -1), ("pagedown", 12), ("pageup", -12))


def _bound(actions: Sequence[Action]) -> type[CalibrationScreen]:
    """Return the screen with the bindings of `actions`; j and k may be among them."""
    taken = {key for action in actions for key in action.keys}
    bindings: list[BindingType] = [
        Binding(",".join(action.keys), action.call, action.text, show=False) for action in actions
    ]
    for keys, rows in _SCROLLING:
        free = [key for key in keys.split(",") if key not in taken]
        bindings += [Binding(",".join(free), f"scroll({rows})", show=False)] if free else []
    return type("BoundCalibrationScreen", (CalibrationScreen,), {"BINDINGS": bindings})


class CalibrationApp(BaseApp):
    """The calibration screen, and the help over it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+c", "quit", show=False)]

    def __init__(
        self, calibration: Calibration, actions: Sequence[Action], theme: str | None = None
    ) -> None:
        super().__init__(theme)
        self.calibration, self.actions = calibration, actions

    def get_default_screen(self) -> Screen[None]:
        """Begin with the sentence."""
        return _bound(self.actions)(self.calibration, self.actions)


def run_calibration(
    calibration: Calibration, *, keys: Mapping[str, str], theme: str | None = None
) -> int:
    """Open the screen; returns the exit code. Raises InputProblem for bad keys or theme."""
    return run(CalibrationApp(calibration, actions(calibration, keys), theme))


def _wrapped(text: str, width: int, style: str = "", indent: int = 0) -> list[Spans]:
    """Return `text` in lines; those after the first are indented."""
    shown_text = visible(text)
    lead = len(shown_text) - len(shown_text.lstrip(" "))
    room = max(width - lead - indent, 10)
    return [
        [(" " * (lead + (indent if place else 0)) + shown_text[start:end], style)]
        for place, (start, end) in enumerate(wrap(shown_text, room))
    ]
