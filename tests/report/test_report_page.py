"""The report as bytes: the same ones again, every text a text, every figure with its n."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from strategies import RAW, Article, article, fill

from annotator.core.history import ADJUDICATE, CLAIM, CONTRADICT
from annotator.project.claims import link_payload
from annotator.project.report import MOST_SENTENCES, Choice, gather
from annotator.report import FORMATS, is_ours, render
from annotator.report.plain import escaped
from annotator.store import Store
from annotator.store.journal import Journal

GOLDEN = Path(__file__).parents[1] / "golden"
GIVEN = {"guideline": "1.0", "scheme": "credibility/1", "seconds": 2.5, "shown": []}
HOSTILE = "</style><script>document.title='moved'</script>\u202e\x1b[2J $x$ | `a` & <b>"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "labels.db") as store:
        yield store


def label(store: Store, reviewer: str, labels: dict[int, str], day: int = 1) -> None:
    minutes = iter(range(60))
    journal = Journal(
        store, reviewer, now=lambda: f"2026-05-{day:02}T10:{next(minutes):02}:00.000Z"
    )
    for unit, name in labels.items():
        journal.record("label", unit, {"label": name, **GIVEN})


def two_sources(store: Store) -> None:
    sentences = [f"The council opened bridge number {n} on Monday." for n in range(24)]
    fill(
        store,
        [
            article("#Bridges", *sentences, title="Bridges", source="The Lantern"),
            article("It may be the finest bridge.", "Nobody knows.", source="A & B <Press>"),
        ],
    )
    label(store, "ana", dict.fromkeys(range(2, 26), "factual") | {26: "promotional"})
    label(store, "ben", {2: "speculative", 3: "factual", 26: "promotional"}, day=2)
    cleo = Journal(store, "cleo", now=lambda: "2026-05-03T10:00:00.000Z")
    cleo.record(ADJUDICATE, 2, {"label": "factual", "reason": "R5", "names_hidden": True})
    for unit, stance in ((2, "asserts"), (26, "asserts with praise")):
        cleo.record(CLAIM, unit, link_payload("The bridge is <fine>", stance))
    cleo.record(CONTRADICT, 2, {"with": sentence_of(store, 26), "on": True})


def sentence_of(store: Store, unit: int) -> str:
    return store.db.execute("SELECT id FROM units WHERE n = ?", (unit,)).fetchone()[0]


def made(store: Store, kind: str, **choice: object) -> str:
    return render(gather(store, Choice("Two sources", **choice)), kind)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", FORMATS)
def test_it_is_the_same_bytes_again(store: Store, kind: str) -> None:
    two_sources(store)
    assert made(store, kind) == made(store, kind)


def test_the_markdown_is_as_it_was(store: Store) -> None:
    # `UPDATE_GOLDEN=1 pytest tests/report` writes the file anew; read its diff.
    two_sources(store)
    text = re.sub(
        r"\nannotator \S+, history \w+", "\nannotator VERSION, history HEAD", made(store, "md")
    )
    path = GOLDEN / "report.md"
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(text, encoding="utf-8", newline="\n")
    assert text == path.read_text(encoding="utf-8")


def test_what_was_labelled_and_adjudicated_is_in_the_json(store: Store) -> None:
    two_sources(store)
    found = json.loads(made(store, "json"))
    views = {one["name"]: one for one in found["articles"]}
    first, second = views["Bridges"]["sentences"][:2]
    assert (first["label"], first["resolution"]) == ("factual", "adjudicated")
    assert first["votes"] == [
        {"reviewer": "ana", "label": "factual"}, {"reviewer": "ben", "label": "speculative"}
    ]  # fmt: skip
    assert first["adjudications"] == [
        {
            "by": "cleo", "label": "factual", "reason": "R5", "note": None,
            "created_at": "2026-05-03T10:00:00.000Z",
        }
    ]  # fmt: skip
    assert (second["label"], second["resolution"]) == ("factual", "unanimous")
    assert views["Bridges"]["counts"] == {"factual": 24, "speculative": 0, "promotional": 0}
    assert [one["name"] for one in found["sources"]] == ["A & B <Press>", "The Lantern"]
    assert found["agreement"]["sentences_shared"] == 3
    (claim,) = found["claims"]
    assert claim["stances"] == {"asserts": 1, "asserts with praise": 1}
    assert len(claim["contradictions"]) == 1


def test_adjudicators_who_differ_leave_it_unresolved_as_in_an_export(store: Store) -> None:
    two_sources(store)
    dora = Journal(store, "dora", now=lambda: "2026-05-04T10:00:00.000Z")
    dora.record(ADJUDICATE, 2, {"label": "speculative", "names_hidden": True})
    found = json.loads(made(store, "json"))
    first = next(one for one in found["articles"] if one["name"] == "Bridges")["sentences"][0]
    assert (first["label"], first["resolution"]) == (None, "unresolved")
    assert [one["by"] for one in first["adjudications"]] == ["cleo", "dora"]


def test_a_share_of_few_sentences_is_not_given(store: Store) -> None:
    two_sources(store)
    found = json.loads(made(store, "json"))
    few, many = (
        {f["figure"]: f for s in one["sections"] for y in s["families"] for f in y["figures"]}
        for one in found["sources"]
    )
    assert (few["label.promotional"]["value"], few["label.promotional"]["hits"]) == (None, 1)
    assert many["label.factual"]["value"] == 1.0
    page = made(store, "html")
    assert "Shares of the labels in The Lantern" in page
    assert "Shares of the labels in A" not in page


def test_labels_given_with_the_suggestion_in_sight_are_in_no_share(store: Store) -> None:
    two_sources(store)
    led = Journal(store, "led", now=lambda: "2026-05-04T10:00:00.000Z")
    for unit in range(2, 26):
        led.record("label", unit, {"label": "promotional", **GIVEN, "shown": ["baseline"]})
    found = json.loads(made(store, "json"))
    lantern = found["sources"][1]["sections"][0]
    shares = {one["figure"]: one["value"] for one in lantern["families"][0]["figures"]}
    assert shares == {"label.factual": 1.0, "label.speculative": 0.0, "label.promotional": 0.0}
    assert found["agreement"]["labels_left_out_as_suggestion_was_shown"] == 24


class Elements(HTMLParser):
    """Collects the elements, attributes and texts of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs


def hostile(store: Store) -> None:
    fill(
        store,
        [
            article(f"#{HOSTILE}", *[f"{HOSTILE} number {n}." for n in range(25)],
                    title=HOSTILE, source=HOSTILE),
        ],
    )  # fmt: skip
    label(store, HOSTILE, dict.fromkeys(range(2, 27), "factual"))
    label(store, "ben", {2: "promotional"})


def test_nothing_from_outside_is_markup(store: Store) -> None:
    hostile(store)
    page = made(store, "html")
    found = Elements(page)
    assert "script" not in found.tags
    assert "b" in found.tags  # of our own: the letters of the labels
    assert "<b>" not in re.sub(r"<b>[■◆▲×?]\w?</b>", "", page)
    assert not RAW.intersection(page)
    ids = [value for name, value in found.attributes if name == "id"]
    assert len(ids) == len(set(ids))


def test_nothing_is_fetched(store: Store) -> None:
    two_sources(store)
    found = Elements(made(store, "html"))
    assert {"link", "img", "iframe", "script", "form"}.isdisjoint(found.tags)
    links = [
        value or "" for name, value in found.attributes if name in {"href", "src", "xlink:href"}
    ]
    assert links
    assert all(link.startswith("#") for link in links)


def test_no_line_of_the_markdown_is_broken_or_begun_from_outside(store: Store) -> None:
    hostile(store)
    for line in made(store, "md").splitlines()[1:]:
        assert "<" not in line.replace("\\<", "")
        assert "`" not in line.replace("\\`", "")
        assert not RAW.intersection(line)
    assert escaped("a | b\n# c <i> \\") == r"a \| b \# c \<i\> \\"


def test_an_empty_store_has_a_report(store: Store) -> None:
    page = made(store, "html")
    assert "There is no article yet" in page
    assert "nobody has labelled anything yet" in page
    assert made(store, "md").startswith("<!-- annotator report -->\n# Two sources")
    assert json.loads(made(store, "json"))["sources"] == []


def test_of_many_articles_some_stand_whole_and_it_says_so(store: Store) -> None:
    long = [f"Sentence number {n} of a long article." for n in range(MOST_SENTENCES // 2)]
    fill(
        store,
        [
            Article([("body", f"{name} {one}") for one in long], title=name, source=source)
            for name, source in (("One", "A"), ("Two", "A"), ("Three", "B"))
        ],
    )
    label(store, "ana", {1: "factual", 5_001: "factual", 10_001: "factual"})
    report = gather(store, Choice("Long"))
    assert sorted(view.name for view in report.views) == ["One", "Three"]  # of each source in turn
    assert "2 of 3 labelled articles stand here" in render(report, "html")
    left_out = gather(store, Choice("Long", articles=False))
    assert "They were left out of this report" in render(left_out, "html")


@pytest.mark.parametrize("kind", FORMATS)
def test_a_report_is_known_by_its_first_line(store: Store, kind: str) -> None:
    first = made(store, kind).encode().splitlines(keepends=True)[0]
    assert is_ours(first)
    assert not is_ours(b"<!DOCTYPE html>\n")
    assert not is_ours(b'{"schema": "credibility/1", "id": "00"}\n')
    assert not is_ours(b"{\n")


def test_articles_of_one_name_are_told_apart(store: Store) -> None:
    texts = ("The pier is open.", "The pier is closed.")
    fill(store, [article("#The pier", text, title="The pier", source="Wire") for text in texts])
    label(store, "ana", {2: "factual", 4: "factual"})
    page = made(store, "html")
    found = [value for name, value in Elements(page).attributes if name == "id"]
    assert len(found) == len(set(found))
    articles = re.findall(r'<article id="(\w+)"', page)
    assert len(articles) == 2
    assert all(page.count(f'href="#{one}"') == 2 for one in articles)  # contents and progress


def test_claims_stand_in_a_table_by_article_and_origin(store: Store) -> None:
    fill(
        store,
        [
            Article([("body", "The pier is open."), ("credit", "Source: Reuters")], source="One"),
            Article([("body", "Perhaps the pier is open."), ("credit", "Source: Reuters")]),
            Article([("dateline", "8 May 2023"), ("body", "The pier is shut.")], source="Three"),
        ],
    )
    journal = Journal(store, "ana", now=lambda: "2026-05-03T10:00:00.000Z")
    units = store.db.execute("SELECT n FROM units WHERE kind = 'body' ORDER BY n").fetchall()
    for (unit,), stance in zip(units, ("asserts", "hedges", "denies"), strict=True):
        journal.record(CLAIM, unit, link_payload("The pier is open", stance))
    page = made(store, "html")
    table = page[page.index("Claims by article") : page.index('<ul class="facts">\n<li>A')]
    letters = re.findall(r"<abbr[^>]*>(\w+)</abbr>", table)
    assert sorted(letters) in (["A", "B1", "B2"], ["A1", "A2", "B"])
    assert set(re.findall(r'class="sign" role="img" aria-label="(\w+)"', table)) == {
        "asserts",
        "hedges",
        "denies",
    }
    assert '<td class="n">2</td><td class="n">0</td><td class="n">2023-05-08</td>' in table


def test_without_agreement_one_sentence_says_so(store: Store) -> None:
    fill(store, [article("The pier is open.", "It was shut.")])
    label(store, "ana", {1: "factual"})
    page = made(store, "html")
    assert "Without a sentence that two reviewers labelled" in page
    assert "Fleiss" not in page


def test_a_date_or_byline_in_the_text_is_not_said_to_be_missing(store: Store) -> None:
    texts = [("byline", "By A. Writer"), ("dateline", "8 May 2023"), ("body", "The pier is open.")]
    fill(store, [Article(texts, title="Pier"), article("It was shut.", title="Shut")])
    label(store, "ana", {3: "factual", 4: "factual"})
    pier, shut = (
        re.search(rf"{name}</h3>\s*<p class=.aside.>(.*?)</p>", made(store, "html"))
        for name in ("Pier", "Shut")
    )
    assert pier is not None
    assert pier[1].startswith("no source in this file · date in the text · byline in the text · en")
    assert shut is not None
    assert "no date in this file · no byline in this file" in shut[1]
    md = made(store, "md")
    assert "| Pier | not in this file | in the text | en |" in md
    assert "| Shut | not in this file | not in this file | en |" in md


def view_of(page: str, name: str) -> str:
    return page[page.index(f">{name}</h3>") :].partition("</article>")[0]


def test_a_title_stands_once_and_one_that_differs_is_not_lost(store: Store) -> None:
    fill(
        store,
        [
            Article([("title", "The  Pier’s End"), ("heading", "The Pier's end"),
                     ("body", "The pier is open."), ("heading", "The pier's end")],
                    title="The Pier's end"),
            Article([("title", "Pier shut, says mayor"), ("body", "It is shut.")], title="Pier"),
            Article([("title", "The hall"), ("body", "The hall is open.")], title="The hall"),
        ],
    )  # fmt: skip
    label(store, "ana", {3: "factual", 6: "factual", 7: "factual", 8: "factual"})
    page = made(store, "html")
    # Behind the body it is a heading of the text, and no second title.
    end = view_of(page, "The Pier&#39;s end")
    assert re.findall("<h4[^>]*>(.*?)</h4>", end) == ["The pier&#39;s end"]
    assert "Pier’s" not in end
    assert '<h4 dir="auto">Pier shut, says mayor</h4>' in view_of(page, "Pier")
    assert 'class="s l0"' in view_of(page, "The hall").partition("</h4>")[0]  # it was labelled


def test_who_labelled_is_counted_apart_from_who_adjudicated(store: Store) -> None:
    two_sources(store)
    page = made(store, "html")
    assert '<dt>reviewers</dt><dd>2</dd><dd class="note">who gave labels</dd>' in page
    assert json.loads(made(store, "json"))["progress"]["adjudicated"] == {"cleo": 1}
    for name, adjudicated in (("ana", "0"), ("cleo", "1")):
        row = re.search(rf'<tr><th scope="row">{name}</th>(.*)</tr>', page)
        assert row is not None
        assert re.findall(r"<td class=.n.>(\d+)</td>", row[1])[-1] == adjudicated


def test_the_headline_is_of_the_labels_before_anybody_talked(store: Store) -> None:
    two_sources(store)
    ben = Journal(store, "ben", now=lambda: "2026-05-05T10:00:00.000Z")
    ben.record("label", 2, {"label": "factual", **GIVEN})  # after cleo had adjudicated it
    report = gather(store, Choice("x"))
    assert report.agreement.talked is not None
    before, after = (one.value for one in report.agreement.talked.every)
    assert before != after
    box = re.search(r"<dt>Krippendorff.*?<dd>(.*?)</dd><dd[^>]*>(.*?)</dd>", render(report, "html"))
    assert box is not None
    assert box.groups() == (
        f"{before:.3f}",
        "first labels on 3 sentences that two or more labelled",
    )


def test_a_note_says_who_gave_which_label(store: Store) -> None:
    two_sources(store)
    notes = re.findall(r'<span class="w [^>]*>(.*?)</span>', made(store, "html"))
    said = {re.sub("<[^>]*>", "", one).partition(" Found")[0] for one in notes}
    assert said == {
        "factual, adjudicated; cleo decided factual (R5); factual by ana; speculative by ben.",
        "factual, unanimous: ana, ben.",
        "promotional, unanimous: ana, ben.",
        "factual, single: ana.",
    }


def test_a_very_long_name_is_cut_where_many_stand_together(store: Store) -> None:
    fill(store, [article("The pier is open.", title="W" * 400, source="V" * 400)])
    label(store, "U" * 400, {1: "factual"})
    page = made(store, "html")
    assert f">{'W' * 400}</h3>" in page
    assert '<tr><th scope="row"><a href="#a' in page
    assert f">{'W' * 159}…</a></th><td>{'V' * 159}…</td>" in page
    assert f'<th scope="row">{"U" * 159}…</th>' in page
