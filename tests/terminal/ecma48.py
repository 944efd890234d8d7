"""What a terminal is told: the control sequences in a stream, by kind (ECMA-48 and xterm)."""

from __future__ import annotations

import re
from collections.abc import Iterator

_TOKEN = re.compile(
    r"\x1b\[(?P<parameters>[0-?]*)(?P<final>[ -/]*[@-~])"
    r"|\x1b(?P<string>[\]PX^_].*?(?:\x1b\\|\x07))"
    r"|\x1b(?P<escape>[ -/]*[0-~])"
    # ESC alone is a key press; here, the beginning of what follows it.
    r"|(?P<control>[\x00-\x1f\x7f-\x9f])",
    re.DOTALL,
)


def controls(text: str) -> Iterator[str]:
    """Yield the kind of every control sequence in `text`.

    A kind is what can be told from what a clean run sends: for modes and strings all of it, for
    colours and attributes each attribute, for the rest the form with its numbers made 0.
    """
    for match in _TOKEN.finditer(text):
        if (control := match["control"]) is not None:
            yield f"C {ord(control):02x}"
        elif (string := match["string"]) is not None:
            yield f"STRING {string!r}"
        elif (escape := match["escape"]) is not None:
            yield f"ESC {escape}"
        elif match["final"] == "m":
            for attribute in _attributes(match["parameters"]):
                yield f"SGR {attribute}"
        elif match["final"] in "hl" or not match["parameters"].replace(";", "").isdigit():
            yield f"CSI {match['parameters']}{match['final']}"
        else:
            yield f"CSI {re.sub('[0-9]+', '0', match['parameters'])}{match['final']}"


def _attributes(parameters: str) -> Iterator[str]:
    numbers = iter(parameters.split(";"))
    for number in numbers:
        if number in {"38", "48"}:
            kind = next(numbers, "")
            for _ in range({"2": 3, "5": 1}.get(kind, 0)):
                next(numbers, "")
            yield f"{number};{kind}"
        else:
            yield number or "0"
