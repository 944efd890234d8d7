"""A page in headless Chromium: its document after a script has run in it, and what it asked for.

The program is Debian's package `chromium`; without it the tests that need one are skipped.
"""

from __future__ import annotations

import html
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
needed = pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium to look with")
_POLICY = (
    '<meta http-equiv="Content-Security-Policy"'
    " content=\"default-src 'none'; style-src 'unsafe-inline'\">"
)
_ANSWER = "answer-of-the-page"


def chromium(folder: Path, page: Path, *options: str) -> str:
    """Return the document of a page after its scripts, as Chromium writes it down."""
    assert CHROMIUM is not None
    done = subprocess.run(
        [
            CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
            f"--user-data-dir={folder / 'profile'}", "--virtual-time-budget=20000",
            "--dump-dom", *options, page.as_uri(),
        ],
        capture_output=True, timeout=120, check=True,
    )  # fmt: skip
    return done.stdout.decode()


def ask(folder: Path, page: str, script: str, *, width: int = 1280, dark: bool = False) -> Any:
    """Return what `script` resolves to in the window of `page`, shown `width` pixels wide.

    The page's own policy forbids scripts: it is shown without it, in a frame.
    """
    assert page.count(_POLICY) == 1
    framed = html.escape(page.replace(_POLICY, ""), quote=True)
    outer = folder / "outer.html"
    outer.write_text(
        f"<!DOCTYPE html><meta charset=utf-8><title>outer</title><body>"
        f'<iframe width="{width}" height="900" srcdoc="{framed}"></iframe>'
        f"<script>const frame = document.querySelector('iframe'); frame.onload = async () => {{"
        f"const inner = frame.contentWindow; let said;"
        f"try {{ said = await (async () => {{ {script} }})(); }}"
        f"catch (error) {{ said = {{error: String(error)}}; }}"
        f"const answer = document.createElement('pre'); answer.id = '{_ANSWER}';"
        f"answer.textContent = encodeURIComponent(JSON.stringify(said));"
        f"document.body.append(answer); }};</script>",
        encoding="utf-8",
    )
    scheme = ["--blink-settings=preferredColorScheme=0"] if dark else []
    found = chromium(folder, outer, "--window-size=1400,1000", *scheme)
    from urllib.parse import unquote

    start = found.index(f'id="{_ANSWER}">') + len(_ANSWER) + 6
    return json.loads(unquote(found[start : found.index("</pre>", start)]))


def violations(folder: Path, page: str, **shown: Any) -> list[tuple[str, str, list[str]]]:
    """Return what axe-core finds wrong: rule, words, and the first elements."""
    import axe_core_python

    axe = (Path(axe_core_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
    source = json.dumps(axe).replace("</", "<\\/")  # it stands in a script element
    script = (
        "const s = inner.document.createElement('script');"
        f"s.textContent = {source};"
        "inner.document.head.append(s);"
        "const r = await inner.axe.run(inner.document, {resultTypes: ['violations']});"
        "return r.violations.map(v => [v.id, v.help, v.nodes.slice(0, 4)"
        ".map(n => n.html.slice(0, 200) + ' ' + n.failureSummary)]);"
    )
    found = ask(folder, page, script, **shown)
    assert isinstance(found, list), found
    return [tuple(one) for one in found]
