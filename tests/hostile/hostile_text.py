"""Text that tries to drive the terminal: the pieces, and a corpus made of them.

The files are written when a test runs. Committed, they would be harmful to whoever prints them.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Final, NamedTuple

MARK: Final = "PWNED"
"""Stands inside every control string below: no control string that is sent may hold it."""

ESCAPES: Final = {
    "OSC 0, the window title": f"\x1b]0;{MARK}\x07",
    "OSC 52, the clipboard": f"\x1b]52;c;UFdORUQ={MARK}\x07",
    "OSC 8, a link": f"\x1b]8;;http://{MARK}.example\x1b\\here\x1b]8;;\x1b\\",
    "OSC 1337, a file": f"\x1b]1337;File=name={MARK}:AAAA\x07",
    "DCS, a query": f"\x1bP$q{MARK}\x1b\\",
    "APC": f"\x1b_G{MARK}\x1b\\",
    "PM": f"\x1b^{MARK}\x1b\\",
    "CSI 2 J, clear": "\x1b[2J",
    "CSI H, home": "\x1b[H",
    "CSI r, margins": "\x1b[3;4r",
    "CSI h, the other screen": "\x1b[?1049l",
    "CSI n, a report that is typed": "\x1b[6n",
    "CSI c, another": "\x1b[c",
    "CSI t, the window": "\x1b[8;2;2t",
    "CSI m, blinking": "\x1b[5;31mred",
    "RIS, reset": "\x1bc",
    "charset": "\x1b(0lqqk\x1b(B",
    "C1 CSI": "\x9b2J",
    "C1 OSC": f"\x9d0;{MARK}\x9c",
    "C1 DCS": f"\x90$q{MARK}\x9c",
    "all of C1": "".join(map(chr, range(0x80, 0xA0))),
    "C0 but NUL and newline": "".join(chr(c) for c in range(1, 0x20) if c != 0x0A),
    "BEL BS VT FF CR": "ding\x07 back\b\b\b over\x0bdown\x0cpage\rstart",
    "SO SI": "\x0egraphics\x0f",
    "DEL": "del\x7f\x7fete",
}
"""Sequences by what they do to a terminal that obeys."""

DECEIVERS: Final = {
    "bidi override": "\u202egnitirw desrever\u202c",
    "bidi isolate": "\u2066isolated\u2069 \u2067more\u2069 \u2068first\u2069",
    "bidi marks": "\u200eleft\u200fright\u061carabic",
    "line separator": "one\u2028two\u2029three",
    "BOM inside": "be\ufefffore",
    "interlinear": "\ufff9base\ufffaruby\ufffb",
    "tags": "".join(chr(0xE0000 + ord(c)) for c in "hidden") + "\U000e0001\U000e007f",
}
"""What reorders or hides; none of it may be sent."""

MARKUP: Final = {
    "closing markup": "[/nope] [/] [/bold]",
    "markup": "[bold]bold[/bold] [link=http://pwned.example]x[/link] [@click=app.quit]q[/]",
    "braces": "{0} {name} %s %(x)s $HOME `id` \\[ \\",
    "html": "<script>alert(1)</script>&amp;&#27;[2J",
}

WIDE: Final = {
    "joined emoji": "\U0001f469\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466" * 40,
    "combining stack": "Z" + "\u0337\u0352\u034c" * 60 + "algo",
    "CJK": "漢字かな交じり文は幅が二倍です。" * 6,
    "right to left": "הטקסט הזה נכתב מימין לשמאל והוא ארוך מאוד. هذا النص من اليمين إلى اليسار.",
    "flags": "\U0001f1eb\U0001f1f7" * 60,
    "zero width": "a\u200bb\u200cc\u2060d",
    "long word": "W" * 700,
}

EVERY: Final = {**ESCAPES, **DECEIVERS, **MARKUP, **WIDE}

FORBIDDEN: Final = frozenset(
    [*range(0x80, 0xA0), 0x7F, 0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F),
     *range(0x2066, 0x206A), 0x2028, 0x2029, 0xFEFF, *range(0xFFF9, 0xFFFC),
     *range(0xE0000, 0xE0080)]
)  # fmt: skip
"""Code points that no output may hold, whatever else it holds."""

# For files, folders, reviewers and commands. A path cannot hold a slash.
NAME: Final = f"na\x1b]0;{MARK}\x07me\x1b[2J\x9b2J\u202e[bold]\x7f"


class Article(NamedTuple):
    """An article of the corpus."""

    title: str
    source: str
    author: str
    text: str


def grouped(pieces: dict[str, str], size: int) -> dict[str, str]:
    """Return `pieces` with `size` of them joined to one, so that there are fewer articles."""
    names = list(pieces)
    groups = [names[at : at + size] for at in range(0, len(names), size)]
    return {", ".join(group): " ".join(pieces[name] for name in group) for group in groups}


def articles(pieces: dict[str, str]) -> list[Article]:
    """Return one article for each piece: it stands in the title, the source, and all over."""
    made = []
    for name, piece in pieces.items():
        body = (
            f"The report began at {piece} noon. Nothing here is a sentence of {piece}.\n\n"
            f"{piece} stood at the beginning, and it could end with {piece}\n\n"
            f"A heading with {piece[:40]}\n\n"
            f"The harbour board paid 4.1 million crowns for {name}. It marks a turning point."
        )
        made.append(Article(f"{piece} in {name}", f"Post {piece}", f"By {piece}", body))
    return made


def write(folder: Path, pieces: dict[str, str], *, name: str = "plain name") -> None:
    """Write a corpus of `pieces` to `folder`: all as JSON lines, some as CSV and as text."""
    folder.mkdir(parents=True, exist_ok=True)
    made = articles(pieces)
    with (folder / f"{name}.jsonl").open("w", encoding="utf-8") as file:
        for one in made:
            file.write(json.dumps({**one._asdict(), "language": "en"}) + "\n")
    # Others than those before, or the same text would be one document.
    some = [one._replace(text=f"{one.text} It is so.") for one in made[:2]]
    with (folder / "table.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerows([Article._fields, *some])
    for place, one in enumerate(some):
        text = f"{one.title}\n\n{one.text}\n\nSource: {one.source}\n"
        (folder / f"{place} {name}.txt").write_bytes(text.encode())
    (folder / "zz-long.txt").write_text(f"Endless\n\nBefore it. {'B' * 1_000_000}. After it.\n")
