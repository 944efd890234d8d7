"""What opens over the review: text input, choice, help, lists, and the end."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from annotator.core.scheme import Scheme
from annotator.core.text import visible
from annotator.store.reading import counted
from annotator.tui.codebook import paragraphs
from annotator.tui.keymap import Action, shown
from annotator.tui.widgets import PickList, SafeInput


def safe(text: str) -> Content:
    """Return text from outside as content that holds no markup and no control characters."""
    return Content("\n".join(visible(line) for line in text.split("\n")))


class AskText(ModalScreen[str | None]):
    """Asks for a line of text; None if it is left."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,ctrl+c", "dismiss(None)", "leave")]

    def __init__(self, title: str, about: str, value: str, hint: str = "") -> None:
        super().__init__()
        self._title, self._about, self._value, self._hint = title, about, value, hint

    def compose(self) -> ComposeResult:
        """Build the dialog."""
        with Vertical(classes="dialog"):
            yield Static(safe(self._title), classes="dialog--title")
            yield Static(safe(self._about), classes="dialog--about")
            # Not selected: the first key would replace a note that was only to be added to.
            yield SafeInput(self._value, select_on_focus=False)
            hint = "enter keeps it, escape leaves it"
            yield Static(safe(f"{self._hint}\n{hint}".strip()), classes="quiet")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Give the text back, or None if nothing was changed."""
        unchanged = event.value == visible(self._value)
        self.dismiss(None if unchanged else event.value)


class AskKey(ModalScreen[str | None]):
    """Asks for one of a few keys; None if it is left."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,ctrl+c", "dismiss(None)", "leave")]

    def __init__(self, title: str, about: str, choices: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._title, self._about, self._choices = title, about, choices
        for key, text in choices:
            self._bindings.bind(key, f"choose({key!r})", text)

    def compose(self) -> ComposeResult:
        """Build the dialog."""
        with VerticalScroll(classes="dialog"):
            yield Static(safe(self._title), classes="dialog--title")
            yield Static(safe(self._about), classes="dialog--about")
            lines = [f"{key}  {text}" for key, text in self._choices]
            yield Static(safe("\n".join(lines)))
            yield Static(safe("escape leaves it"), classes="quiet")

    def action_choose(self, key: str) -> None:
        """Give the key back."""
        self.dismiss(key)


class Help(ModalScreen[None]):
    """Keys, made from the bindings, and the codebook, made from the scheme."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+c,q,question_mark,f1,enter", "dismiss(None)", "close"),
        Binding("j,down", "scroll(1)", "down"),
        Binding("k,up", "scroll(-1)", "up"),
        Binding("space,pagedown", "scroll(12)", "page down"),
        Binding("pageup", "scroll(-12)", "page up"),
    ]

    def __init__(self, actions: Sequence[Action], scheme: Scheme) -> None:
        super().__init__()
        self._actions, self._scheme = actions, scheme

    def compose(self) -> ComposeResult:
        """Build the page."""
        with VerticalScroll(classes="dialog wide"):
            yield Static(safe("Codebook"), classes="dialog--title")
            yield Static(codebook(self._scheme))
            yield Static(safe("Keys"), classes="dialog--title")
            yield Static(safe(key_table(self._actions)))
            yield Static(safe("escape closes, j and k scroll"), classes="quiet")

    def action_scroll(self, rows: int) -> None:
        """Scroll the page."""
        self.query_one(VerticalScroll).scroll_relative(y=rows, animate=False)


def key_table(actions: Sequence[Action]) -> str:
    """Return the keys by group, as lines."""
    lines: list[str] = []
    group = ""
    for action in actions:
        if action.group != group:
            group = action.group
            lines += [""] if lines else []
            lines.append(group)
        lines.append(f"  {' '.join(map(shown, action.keys)):<12} {action.text}")
    return "\n".join(lines)


def codebook(scheme: Scheme) -> Content:
    """Return the codebook as one text."""
    return Content.assemble(
        *((f"{' ' * indent}{text}\n", style) for text, style, indent in paragraphs(scheme))
    )


class Pick(ModalScreen[int | None]):
    """A list that narrows as one types; gives back the number that goes with the chosen line.

    `find` returns, for what was typed, (number, line) pairs: for a list of documents their rows.
    With `most`, those after so many were not looked for. `enter` says what that key does.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+c", "dismiss(None)", "leave"),
        Binding("down,ctrl+n", "move(1)", "down", priority=True),
        Binding("up,ctrl+p", "move(-1)", "up", priority=True),
        Binding("pagedown", "move(10)", "page down", priority=True),
        Binding("pageup", "move(-10)", "page up", priority=True),
    ]

    def __init__(
        self,
        title: str,
        hint: str,
        find: Callable[[str], Sequence[tuple[int, str]]],
        most: int | None = None,
        enter: str = "enter goes there",
    ) -> None:
        super().__init__()
        self._title, self._hint, self._find, self._most = title, hint, find, most
        self._enter = enter
        self._found: Sequence[tuple[int, str]] = []

    def compose(self) -> ComposeResult:
        """Build the dialog."""
        with Vertical(classes="dialog wide tall"):
            yield Static(safe(self._title), classes="dialog--title")
            yield SafeInput(placeholder=self._hint)
            yield PickList()
            yield Static(safe(""), classes="quiet", id="found")

    def on_mount(self) -> None:
        """Show what is found before anything is typed."""
        self._search("")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow the list."""
        self._search(event.value)

    def _search(self, text: str) -> None:
        self._found = self._find(text)
        self.query_one(PickList).fill(len(self._found), lambda row: self._found[row][1])
        count = len(self._found)
        found = counted(count, count if self._most is None else self._most)
        self.query_one("#found", Static).update(
            safe(f"{found} found · {self._enter}, escape leaves")
        )

    def action_move(self, step: int) -> None:
        """Move in the list while the input keeps the keys."""
        self.query_one(PickList).move(step)

    def on_input_submitted(self, _: Input.Submitted) -> None:
        """Go to the line under the cursor."""
        self._choose(self.query_one(PickList).cursor)

    def on_pick_list_chosen(self, event: PickList.Chosen) -> None:
        """Go to the line that was clicked."""
        self._choose(event.row)

    def _choose(self, row: int) -> None:
        self.dismiss(self._found[row][0] if row < len(self._found) else None)


class Page(ModalScreen[str | None]):
    """A page of text: the end of the work, or an empty project. Gives back what its key says."""

    def __init__(self, title: str, text: str, answers: Mapping[str, str]) -> None:
        super().__init__()
        self._title, self._text = title, text
        for keys, answer in answers.items():
            self._bindings.bind(keys, f"dismiss({answer!r})", answer)

    def compose(self) -> ComposeResult:
        """Build the page."""
        with VerticalScroll(classes="dialog"):
            yield Static(safe(self._title), classes="dialog--title")
            yield Static(safe(self._text))
