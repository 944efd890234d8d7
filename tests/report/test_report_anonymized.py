"""A report without names: no reviewer's name is in its bytes, whatever it looks like."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from strategies import article, fill
from test_report_page import GIVEN, made, sentence_of

from annotator.core.history import ADJUDICATE, CLAIM, CONTRADICT
from annotator.core.text import visible
from annotator.project import exchange
from annotator.project.claims import link_payload
from annotator.project.report import Choice, gather
from annotator.report import FORMATS
from annotator.report.plain import escaped
from annotator.store import Store, reading
from annotator.store.journal import Journal

NAMES = (
    "Ana Kovač", "</title><b>ben", "zoe|`x`$[link]", "o'Brien & \"co\"", "Gül.*İ", "名前\u202eabc",
    "needs-verification-of", "C:\\Users\\dora",
)  # fmt: skip
"""The first three label; the fourth adjudicates; the others have something to say all the same."""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "labels.db") as store:
        yield store


def reviewed(store: Store) -> None:
    sentences = [f"The council opened bridge number {n} on Monday." for n in range(24)]
    fill(
        store,
        [
            article("#Bridges", *sentences, title="Bridges", source="The Lantern"),
            article("It may be the finest bridge.", "Nobody knows.", source="Press"),
        ],
    )
    clock = iter(range(1_000))
    people = {
        name: Journal(
            store, name, now=lambda: f"2026-05-01T10:{(n := next(clock)) // 60:02}:{n % 60:02}.000Z"
        )
        for name in NAMES
    }
    for journal in [people[name] for name in NAMES[:3]]:
        for unit in range(2, 27):
            journal.record("label", unit, {"label": "factual", **GIVEN})
            journal.record("tags", unit, {"tags": [f"ask-{NAMES[0]}", *NAMES]})
        journal.record("note", 2, {"text": f"like {NAMES[0]}"})
    people[NAMES[1]].record("label", 3, {"label": "promotional", **GIVEN})
    for at, name in enumerate(NAMES[3:]):
        ruling = {"label": "factual", "reason": f"as {NAMES[0]} says", "note": f"told {NAMES[4]}"}
        people[name].record(ADJUDICATE, 2 + at, {**ruling, "names_hidden": True})
        people[name].record("discuss", 2 + at, {"text": f"{NAMES[0]} is wrong"})
        statement = f"The bridge is fine (see {NAMES[2]})"
        people[name].record(CLAIM, 2 + at, link_payload(statement, "asserts"))
    people[NAMES[4]].record(CONTRADICT, 2, {"with": sentence_of(store, 3), "on": True})


def written(name: str) -> set[str]:
    """Return the ways in which a name could stand in a file of any format."""
    return {
        name, visible(name), escaped(name), html.escape(name), html.escape(visible(name)),
        html.escape(visible(name)).replace("&quot;", "&#34;").replace("&#x27;", "&#39;"),
        json.dumps(name)[1:-1], json.dumps(visible(name))[1:-1],
    }  # fmt: skip


@pytest.mark.parametrize("kind", FORMATS)
def test_no_name_is_in_the_bytes(store: Store, kind: str) -> None:
    reviewed(store)
    text = made(store, kind, anonymize=True).casefold()
    named = made(store, kind).casefold()
    ways = {name: {one.casefold() for one in written(name)} for name in NAMES}
    # In a report with names each of them stands in one of these ways: the test sees them.
    assert all(any(one in named for one in ways[name]) for name in NAMES[:5])
    assert not [name for name in NAMES if any(one in text for one in ways[name])]
    assert text == made(store, kind, anonymize=True).casefold()


def test_they_have_the_pseudonyms_of_an_export(store: Store) -> None:
    reviewed(store)
    lines: list[bytes] = []
    exchange.export(store, exchange.Choice(anonymize=True), lines.append)
    records = [json.loads(line) for line in b"".join(lines).splitlines()]
    exported = {given["reviewer"] for one in records for given in one["annotations"]}
    found = json.loads(made(store, "json", anonymize=True))
    assert len(exported) == 3
    assert set(found["agreement"]["reviewers"]) == exported
    assert found["sources"][1]["sections"][0]["labels_by_reviewer"].keys() == exported
    votes = found["articles"][0]["sentences"][0]["votes"]
    assert [one["reviewer"] for one in votes] == sorted(exported)
    (adjudicated, *_) = (
        one["adjudications"]
        for view in found["articles"]
        for one in view["sentences"]
        if one["adjudications"]
    )
    assert [one["note"] for one in adjudicated] == [None]
    assert set(re.findall(r"reviewer-\w{8}", json.dumps(found))) > exported


def test_the_figures_are_those_of_the_report_with_names(store: Store) -> None:
    reviewed(store)
    named, hidden = (gather(store, Choice("x", anonymize=one)) for one in (False, True))
    assert hidden.head == named.head
    assert hidden.agreement.every == named.agreement.every
    assert sorted(one.sentences for one in hidden.agreement.pairs) == [25, 25, 25]
    assert (
        hidden.sources[1].profile.figures["label.factual"]
        == (named.sources[1].profile.figures["label.factual"])
    )


def test_the_names_are_in_the_store_afterwards(store: Store) -> None:
    reviewed(store)
    made(store, "json", anonymize=True)
    assert {name for _, name, _ in reading.reviewers(store)} == set(NAMES)
    Journal(store, NAMES[0], now=lambda: "2026-05-02T10:00:00.000Z").record(
        "label", 4, {"label": "promotional", **GIVEN}
    )
    assert NAMES[0] in made(store, "html")


def test_a_word_of_the_article_is_no_name(store: Store) -> None:
    fill(store, [article("The bridge may open, says Anna Lee.", source="Press")])
    for name in ("may", "Anna", "Lee-2"):
        journal = Journal(store, name, now=lambda: "2026-05-02T10:00:00.000Z")
        journal.record("label", 1, {"label": "factual", **GIVEN})
    said = "It may open, says Anna; ask lee-2, not mayor Annan"
    journal.record(CLAIM, 1, link_payload(said, "attributes"))
    (claim,) = json.loads(made(store, "json", anonymize=True))["claims"]
    words = re.sub(r"reviewer-\w{8}", "WHO", claim["statement"])
    assert words == "It may open, says Anna; ask WHO, not mayor Annan"


def test_nobody_is_anonymous_in_an_empty_store(store: Store) -> None:
    assert "nobody has labelled anything yet" in made(store, "html", anonymize=True)
