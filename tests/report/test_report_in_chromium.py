"""The page as a browser shows it: wide and narrow, light and dark, with hostile words in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import browser
import pytest
from strategies import article, fill
from test_report_page import hostile, made, two_sources

from annotator.claims.stance import STANCES
from annotator.core.history import CLAIM
from annotator.project.claims import link_payload
from annotator.store import Store
from annotator.store.journal import Journal

pytestmark = browser.needed


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "labels.db") as store:
        yield store


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (390, True)])
def test_the_accessibility_checker_finds_nothing(
    store: Store, tmp_path: Path, width: int, dark: bool
) -> None:
    two_sources(store)
    page = made(store, "html").replace("<details>", "<details open>")
    assert browser.violations(tmp_path, page, width=width, dark=dark) == []


def test_nor_where_there_is_hostile_text_or_no_label(store: Store, tmp_path: Path) -> None:
    assert browser.violations(tmp_path, made(store, "html")) == []
    hostile(store)
    page = made(store, "html").replace("<details>", "<details open>")
    assert browser.violations(tmp_path, page) == []


@pytest.mark.parametrize("width", [1280, 390])
def test_it_fits_the_width(store: Store, tmp_path: Path, width: int) -> None:
    hostile(store)
    script = "return [inner.document.documentElement.scrollWidth, inner.innerWidth];"
    wide, window = browser.ask(tmp_path, made(store, "html"), script, width=width)
    assert window == width
    assert wide <= window


def test_there_is_a_dark_scheme(store: Store, tmp_path: Path) -> None:
    page = made(store, "html")
    script = "return inner.getComputedStyle(inner.document.body).backgroundColor;"
    light, dark = (browser.ask(tmp_path, page, script, dark=dark) for dark in (False, True))
    assert light != dark


def test_hostile_words_run_nothing(store: Store, tmp_path: Path) -> None:
    hostile(store)
    script = "return [inner.document.title, inner.document.scripts.length];"
    title, scripts = browser.ask(tmp_path, made(store, "html"), script)
    assert title == "Two sources: how the news is worded"
    assert scripts == 0


def test_who_said_what_appears_when_a_sentence_is_reached(store: Store, tmp_path: Path) -> None:
    two_sources(store)
    script = (
        "const one = inner.document.querySelector('a.s'), why = one.nextElementSibling;"
        "const seen = () => inner.getComputedStyle(why).display;"
        "const before = seen(); one.focus(); return [before, seen(), why.textContent];"
    )
    before, after, words = browser.ask(tmp_path, made(store, "html"), script)
    assert (before, after) == ("none", "block")
    assert "ana" in words


PAPER = 690
"""Pixels of a sheet between its margins."""


def on_paper(page: str) -> str:
    """Return the page as it is printed, to be asked about; nothing folded open beforehand."""
    assert page.count("@media print {") == 1
    return page.replace("@media print {", "@media all {").replace("<details open>", "<details>")


def test_paper_shows_what_is_hovered_over_and_folded_away(store: Store, tmp_path: Path) -> None:
    two_sources(store)
    script = (
        "const all = name => [...inner.document.querySelectorAll(name)];"
        "const seen = one => one.getBoundingClientRect().height > 0 && one.checkVisibility();"
        "return [all('.w').every(seen), all('details tr, .terms dd').every(seen),"
        " all('nav').some(seen), all('.w').length, all('details').length];"
    )
    page = on_paper(made(store, "html"))
    notes, folded, contents, *counts = browser.ask(tmp_path, page, script, width=PAPER)
    assert (notes, folded, contents) == (True, True, False)
    assert min(counts) > 2


def test_nothing_is_cut_off_on_paper(store: Store, tmp_path: Path) -> None:
    """Not with hostile names either, nor a claim that is in more articles than have a column."""
    hostile(store)
    fill(store, [article(f"It is open, says {n}.", title=f"Article {n}") for n in range(30)])
    journal = Journal(store, "ana", now=lambda: "2026-05-03T10:00:00.000Z")
    for unit in range(27, 57):
        stances = tuple(STANCES)
        for statement in ("It is open", "W" * 290):
            journal.record(CLAIM, unit, link_payload(statement, stances[unit % len(stances)]))
    page = on_paper(made(store, "html"))
    script = (
        "return [...inner.document.querySelectorAll('table, svg, p, h3')].filter(one =>"
        " one.getBoundingClientRect().right > inner.innerWidth + 1).map(one => one.outerHTML"
        ".slice(0, 300));"
    )
    assert page.count('<th scope="col"><abbr') == 24
    assert browser.ask(tmp_path, page, script, width=PAPER) == []


def test_no_request_leaves_the_page(store: Store, tmp_path: Path) -> None:
    two_sources(store)
    page, log = tmp_path / "report.html", tmp_path / "net.json"
    page.write_text(made(store, "html"), encoding="utf-8")
    browser.chromium(
        tmp_path, page, f"--log-net-log={log}", "--disable-background-networking",
        "--disable-component-update", "--disable-sync", "--no-first-run",
    )  # fmt: skip
    logged = json.loads(log.read_text(encoding="utf-8"))
    urls = {
        event["params"]["url"] for event in logged["events"] if "url" in event.get("params", {})
    }
    assert not [url for url in urls if url.startswith(("http", "ws")) and "google" not in url]
