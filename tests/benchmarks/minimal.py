"""The reference programs: the least a Textual program can do of what the review does.

`line` shows one line: what starting costs. `label DATABASE` commits one row (WAL, synchronous
FULL) and updates two widgets for each key: what a key press costs.
"""

from __future__ import annotations

import sqlite3
import sys

from textual.app import App, ComposeResult
from textual.widgets import Static


class Line(App[None]):
    def compose(self) -> ComposeResult:
        yield Static("the only line of it")


class Labels(App[None]):
    def __init__(self, path: str) -> None:
        super().__init__()
        self.count = 0
        self.db = sqlite3.connect(path, isolation_level=None)
        self.db.execute("PRAGMA journal_mode = WAL")
        self.db.execute("PRAGMA synchronous = FULL")
        self.db.execute("CREATE TABLE labels (n INTEGER PRIMARY KEY, label TEXT)")

    def compose(self) -> ComposeResult:
        yield Static("count 0/", id="count")
        yield Static("▶ sentence 0", id="sentence")

    def on_key(self) -> None:
        self.count += 1
        self.db.execute("INSERT INTO labels (label) VALUES ('factual')")
        self.query_one("#count", Static).update(f"count {self.count}/")
        self.query_one("#sentence", Static).update(f"▶ sentence {self.count}")


if __name__ == "__main__":
    program = Line() if sys.argv[1] == "line" else Labels(sys.argv[2])
    program.run()
