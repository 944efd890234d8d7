"""What the tests of the screen share: a small corpus, a running review, and the screen as text."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

from textual import events
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.screen import Screen

from annotator.core.model import Reason, Suggestion
from annotator.project.ingest import ingest
from annotator.project.request import Request
from annotator.session import Session
from annotator.store import Store
from annotator.store.suggestions import Suggestions
from annotator.tui.app import AnnotatorApp
from annotator.tui.article import ArticleView
from annotator.tui.keymap import configured
from annotator.tui.screen import ArticleScreen
from annotator.tui.widgets import Lines

HARBOUR = """\
Harbour board reopens the north pier

The north pier of Osmund Bay reopened on Tuesday after eleven weeks of repairs. Two cranes were \
replaced and the rails were relaid. The harbour board paid 4.1 million crowns for the work.

What comes next

The larger ships could return before the first storms. Observers expect the fish market to move \
in spring. The pier is a shining gateway to a golden age of trade. It marks a turning point for \
the whole coast.

Source: Osmund Gazette
"""

BRIDGE = """\
Council orders a new bridge

The council of Lower Tarn ordered a footbridge on Friday. Work may begin in June. The north pier \
of Osmund Bay reopened on Tuesday after eleven weeks of repairs.
"""

SOURCES = """\
[[source]]
files = "harbour.txt"
source = "Osmund Gazette"
language = "en"

[[source]]
files = "the-bridge.txt"
source = "Tarn Post"
language = "en"
"""


SUGGESTED = {
    "The north pier": Suggestion(
        "factual",
        {"factual": 0.73, "speculative": 0.17, "promotional": 0.1},
        (Reason(55, 61, "number", "#", "R5", 0.42),),
    ),
    "The larger ships": Suggestion(
        "speculative",
        {"factual": 0.05, "speculative": 0.93, "promotional": 0.02},
        (Reason(17, 22, "hedge.modal", "could", "R4", 2.31),),
    ),
    "The pier is": Suggestion(
        "promotional",
        {"factual": 0.05, "speculative": 0.04, "promotional": 0.91},
        (
            Reason(12, 29, "praise", "shining _", "R3", 2.2),
            Reason(35, 45, "significance", "golden age", "R3", 1.5),
            Reason(0, 54, "tone of [the] whole", None, "R6", 0.25),
        ),
    ),
}
"""What is suggested in the small project, by the beginning of a sentence; the rules may change."""
NOTHING = Suggestion("factual", {"factual": 0.6, "speculative": 0.3, "promotional": 0.1}, (), True)

_QUEUES = 4


class Review(NamedTuple):
    """A running screen under test."""

    app: AnnotatorApp
    pilot: Pilot[int]
    session: Session

    async def press(self, *keys: str) -> None:
        """Press keys, and wait until the screen shows what came of them.

        `Pilot.press` waits after every key until the process looks idle, which is most of the
        time of a test. Here each key waits until every widget has emptied its queue: often
        enough for a key to go from the application through an input up to the screen.
        """
        for key in keys:
            self.send(key)
            while self.app._exit is False and (self.app._typed or self.app._settling):
                await self.pilot._wait_for_screen()
            for _ in range(_QUEUES):
                await self.pilot._wait_for_screen()
        await self.pilot.pause()

    def send(self, *keys: str) -> None:
        """Press keys as a terminal sends them that were typed ahead: without a wait."""
        driver = self.app._driver
        assert driver is not None
        for key in keys:
            name = key if len(key) > 1 or key.isalnum() else _character_to_key(key)
            driver.send_message(events.Key(name, key if len(key) == 1 else None))

    @property
    def screen(self) -> ArticleScreen:
        """Return the screen of the article, also while a dialog is open over it."""
        (found,) = (one for one in self.app.screen_stack if isinstance(one, ArticleScreen))
        return found

    @property
    def view(self) -> ArticleView:
        """Return the article."""
        return self.screen.query_one(ArticleView)

    def line(self, name: str) -> str:
        """Return the text of the header, strip or footer."""
        return self.screen.query_one(f"#{name}", Lines).text

    def shown(self) -> str:
        """Return what is on the screen."""
        return as_text(self.app.screen)

    def article(self) -> list[str]:
        """Return the lines of the article as they are drawn, without the spaces at their ends."""
        view = self.view
        return [view.render_line(y).text.rstrip() for y in range(view.size.height)]

    def current(self) -> str:
        """Return the line that the cursor is on."""
        (found,) = (line for line in self.article() if "▶" in line)
        return found

    def row_of(self, words: str) -> int:
        """Return the row of the article that shows `words`."""
        (found,) = (y for y, line in enumerate(self.article()) if words in line)
        return found

    def text(self) -> str:
        """Return the words of the unit the reviewer stands on."""
        assert self.session.unit is not None
        return self.session.text_of(self.session.unit)


def as_text(screen: Screen[Any]) -> str:
    """Return a screen as lines of text, as a terminal would show them without colours."""
    strips = screen._compositor.render_strips()
    return "\n".join("".join(part.text for part in strip).rstrip() for strip in strips) + "\n"


def make_store(folder: Path, texts: Mapping[str, str]) -> Path:
    """Make a project of `texts` (file names to contents) in `folder`; returns its store."""
    corpus = folder / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (corpus / name).write_text(text, encoding="utf-8", newline="")
    path = folder / "labels" / "labels.db"
    files = sorted(one for one in corpus.iterdir() if one.suffix != ".toml")
    with Store.open(path) as store:
        ingest(store, Request(files, folder))
    return path


def suggest(path: Path, given: Mapping[str, Suggestion], name: str = "rules/1") -> None:
    """Replace all suggestions of a store by `given`; nothing speaks for the other sentences."""
    with Store.open(path) as store, store.writing() as db:
        texts = db.execute(
            "SELECT u.n, substr(d.text, u.start + 1, u.stop - u.start)"
            " FROM units u JOIN documents d ON d.n = u.document WHERE u.asked = 1"
        ).fetchall()
        found = (
            (n, next((one for begin, one in given.items() if text.startswith(begin)), NOTHING))
            for n, text in texts
        )
        suggestions = Suggestions(store)
        suggestions.insert(db, suggestions.use(db, name, "fixed"), found)


@asynccontextmanager
async def reviewing(
    path: Path,
    size: tuple[int, int] = (120, 40),
    *,
    reviewer: str = "ana",
    keys: Mapping[str, str] | None = None,
    theme: str | None = None,
    now: Callable[[], float] | None = None,
    **options: Any,
) -> AsyncIterator[Review]:
    """Run the screen on the store at `path`."""
    with Store.open(path) as store:
        if now is not None:
            options["now"] = now
        session = Session(store, reviewer, store.scheme, **options)
        app = AnnotatorApp(session, configured(session.scheme, keys or {}), theme)
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            yield Review(app, pilot, session)
