"""Block kinds: what is body and what only stands around it, line by line and by layout."""

from __future__ import annotations

from collections import Counter

import pytest

from annotator.core.model import BODY
from annotator.ingest.blocks import find_blocks
from annotator.ingest.lines import pattern_kind
from annotator.ingest.units import find_units

PROSE = "The plant opened on Monday after years of work. The mayor called it a good day for all."


def kinds(text, **options):
    return [(kind, text[start:end]) for start, end, kind in find_blocks(text, **options)]


def only_kinds(text, **options):
    return [kind for kind, _ in kinds(text, **options)]


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("dateline", "2031-06-05 10:00:59"),
        ("dateline", "2031-06-05T10:00:59Z"),
        ("dateline", "1938384059"),
        ("dateline", "Published: Thu, 05 Jun 2031 10:00:59 +0000"),
        ("dateline", "Updated 10:15 GMT"),
        ("dateline", "3 hours ago"),
        ("dateline", "Publié le 5 juin 2031 à 10h30"),
        ("dateline", "il y a 2 heures"),
        ("dateline", "PARIS, 12 mai"),
        ("dateline", "5. Juni 2031, 10:30 Uhr"),
        ("dateline", "2031年6月5日 10:00"),
        ("byline", "By Jane Roe"),
        ("byline", "*By Jane Roe*"),
        ("byline", "By JANE ROE and JOHN DOE | June 5, 2031"),
        ("byline", "By Jane Roe, senior energy writer"),
        ("byline", "Written by Jane Roe"),
        ("byline", "Par Jean Dupont"),
        ("byline", "Von Anna Muster"),
        ("byline", "Jane Roe reporter jane@wire.example"),
        ("byline", "Jane Roe reporter [email protected]"),
        ("byline", "Jane Roe, Energy Correspondent"),
        ("byline", "Reporting by Jane Roe in Arcadia; Editing by John Doe"),
        ("byline", "@janeroe"),
        ("credit", "Source: Arcadia Wire"),
        ("credit", "Source : Arcadie Info"),
        ("credit", "Photo: Jane Roe"),
        ("credit", "(Photo by Jane Roe/Getty Images)"),
        ("credit", "Crédit photo : Jean Dupont"),
        ("credit", "(Reuters)"),
        ("credit", "© AFP"),
        ("tags", "#plant #arcadia.. #work"),
        ("tags", "Tags: plant, arcadia"),
        ("tags", "Mots-clés : usine, Arcadie"),
        ("boilerplate", "Leave a Reply"),
        ("boilerplate", "Laisser un commentaire"),
        ("boilerplate", "Comments (12)"),
        ("boilerplate", "Your email address will not be published."),
        ("boilerplate", "Required fields are marked *"),
        ("boilerplate", "Les champs obligatoires sont indiqués avec *"),
        ("boilerplate", "Email *"),
        ("boilerplate", "[email protected]"),
        ("boilerplate", "https://wire.example/plant?x=1"),
        ("boilerplate", "Share this:"),
        ("boilerplate", "Facebook Twitter LinkedIn Email"),
        ("boilerplate", "Read more: Court objects to the plant"),
        ("boilerplate", "À lire aussi : la cour s’oppose"),
        ("boilerplate", "Subscribe to our newsletter"),
        ("boilerplate", "This website uses cookies to measure how it is read. Accept"),
        ("boilerplate", "© 2031 Arcadia Wire. All rights reserved."),
        ("boilerplate", "Copyright © Arcadia Wire"),
        ("boilerplate", "4 min read"),
        ("boilerplate", "* * *"),
        ("boilerplate", "👏👏"),
    ],
)
def test_a_line_that_shows_what_it_is(kind, line):
    assert pattern_kind(line) == kind
    assert (kind, line) in kinds(f"{PROSE}\n{line}\n{PROSE}")


@pytest.mark.parametrize(
    "line",
    [
        "PARIS, 12 mai (Agence Y) — Le groupe a ouvert son usine.",
        "By Friday, the company had sold it.",
        "By the way, it rained.",
        "Source code was published on Monday.",
        "Copyright law was changed on Monday.",
        "Subscribers fell by 2% in May.",
        "In May 2031, 5 firms left.",
        "Google changed its privacy policy on Monday.",
        "Share prices rose.",
        "Photos show the plant.",
        "The #plant tag was used by many of those who wrote.",
        "He wrote to jane@wire.example and waited for more than ten days for a word.",
        "Summary judgment was refused.",
        "Tags were found on the fence.",
        "Yes.",
        "Why not?",
        "And then it rained",
        "so it goes, more or less",
    ],
)
def test_body_text_that_looks_like_something_else(line):
    text = f"{PROSE}\n{line}\n"
    assert (BODY, line) in kinds(text)


def test_an_article_with_all_its_parts():
    text = "\n".join(
        [
            "Plant Opens in Arcadia",
            "5 June 2031",
            "By Jane Roe",
            "A long wait ends for four hundred people who signed up",
            PROSE,
            "What comes next",
            PROSE,
            "Four hundred found a good day of work at the plant",
            "Source: Arcadia Wire",
            "#plant",
            "Related articles",
            "Court objects to new plant",
        ]
    )
    assert only_kinds(text) == [
        "title", "dateline", "byline", "summary", "body", "heading", "body", "summary",
        "credit", "tags", "boilerplate", "boilerplate",
    ]  # fmt: skip


def test_a_title_is_known_again():
    text = f"Roe's Plant Opens\n\nRoe’s Plant Opens\n{PROSE}\nROE'S PLANT OPENS | Arcadia Wire"
    assert only_kinds(text) == ["title", "title", "body", "title"]
    assert only_kinds(f"Plant Opens | Arcadia Wire\nPlant Opens\n{PROSE}")[:2] == ["title", "title"]
    assert only_kinds(f"{PROSE}\n{PROSE}") == ["body", "body"]
    # Even with a full stop, if it stands there twice.
    assert only_kinds(f"The plant opens.\nThe plant opens.\n{PROSE}") == ["title", "title", "body"]


def test_the_title_from_elsewhere_is_found_where_it_stands():
    text = f"News of the day\n{PROSE}\nThe “Plant” opens.\n{PROSE}"
    assert only_kinds(text, title='The "plant" opens') == ["heading", "body", "title", "body"]
    assert only_kinds(text)[0] == "title"


def test_a_text_without_title():
    assert only_kinds(PROSE) == ["body"]
    assert only_kinds("Plant opens in Arcadia") == ["body"]
    assert only_kinds(f"{PROSE}\nNext Steps\n{PROSE}") == ["body", "heading", "body"]
    assert find_blocks(" \n\n\t") == []


def test_a_one_sentence_paragraph_is_body():
    assert only_kinds(f"{PROSE}\nIt rained.\n{PROSE}\nIt was “fine.”") == ["body"] * 4


def test_questions_and_colons_make_headings_only_where_they_look_like_one():
    lines = ["What Comes Next?", "What comes next is unclear to many, is it not?", "The risks:"]
    text = f"\n{PROSE}\n".join(["", *lines, ""])
    found = {line: kind for kind, line in kinds(text)}
    assert [found[line] for line in lines] == ["heading", "body", "heading"]
    assert only_kinds(f"What is next for the plant?\n{PROSE}") == ["title", "body"]


def test_a_heading_may_end_in_an_abbreviation():
    assert only_kinds(f"Arcadia Closes the Gap With the U.S.\n{PROSE}") == ["title", "body"]


def test_an_author_who_leaves_the_stops_out_is_not_taken_for_headings():
    lines = [
        "So today I went to the shop at last",
        "Got milk and bread and a few other things that I needed",
        "Then it rained",
        "I was not amused, as you can imagine.",
        "Here is a picture of my cat on the roof",
    ]
    assert only_kinds("\n".join(lines)) == ["body"] * 5


def test_weblog_paragraphs_stay_body():
    lines = [PROSE, "lol that was quick", PROSE, "Anyway, on we go!", PROSE, "thanks for reading"]
    assert only_kinds("\n\n".join(lines)) == ["body"] * 6
    last = "Thanks for reading this far everyone"
    assert kinds(f"{PROSE}\n{last}")[-1] == ("body", last)


def test_what_follows_a_comment_form_is_not_the_article():
    text = f"{PROSE}\n{PROSE}\n{PROSE}\nLeave a Reply\nI was there and it was loud.\nJane says hi"
    assert only_kinds(text) == ["body"] * 3 + ["boilerplate"] * 3
    # A form that stands above most of the text says nothing about the text.
    text = f"Plant Opens\nLeave a Reply\n{PROSE}\n{PROSE}"
    assert only_kinds(text) == ["title", "boilerplate", "body", "body"]


def test_lines_without_a_stop_between_paragraphs():
    long = "Four hundred people of the old town found a day of work at the new plant this week"
    text = f"{PROSE}\n{long}\n{PROSE}"
    assert only_kinds(text) == ["body", "body", "body"]
    lines = ["Monday to Friday", long, "Arcadia"]
    text = "\n".join([PROSE, *lines, PROSE])
    assert only_kinds(text) == ["body", "heading", "body", "heading", "body"]
    assert only_kinds(f"{PROSE}\nMore From Arcadia Harbour")[-1] == "heading"
    assert only_kinds(f"{PROSE}\nJane Roe")[-1] == "byline"


def test_segments_of_one_line():
    assert pattern_kind("5 June 2031 | By Jane Roe") == "dateline"
    assert pattern_kind("5 June 2031 | The plant") is None


def test_list_items():
    text = f"{PROSE}\n• Four hundred jobs were made\n• Two years of work passed.\n• Jobs\n{PROSE}"
    assert only_kinds(text) == ["body", "body", "body", "heading", "body"]
    text = f"Plant Opens\nKey points:\n• Four hundred jobs\n• Work took two years.\n{PROSE}"
    assert only_kinds(text) == ["title", "summary", "summary", "summary", "body"]


WRAPPED = """\
The company said on Tuesday that it would open a plant near the old harbour
of Arcadia, where four hundred people are to find work by the end of the year.
Mr. Roe, the mayor, called it the best news that the town had had in decades
and said so twice.
Critics disagree, since they say that the ground was never cleaned after the
refinery closed.
What comes next
The council votes in June, and a court may still stop what has been decided by
then."""


def test_hard_wrapped_text_is_read_as_paragraphs():
    blocks = kinds(f"Plant Opens\n\n{WRAPPED}\nSource: Arcadia Wire")
    assert [kind for kind, _ in blocks] == [
        "title", "body", "body", "heading", "body", "credit",
    ]  # fmt: skip
    assert blocks[1][1].endswith("and said so twice.")
    assert blocks[2][1].endswith("refinery closed.")
    units = find_units(WRAPPED, find_blocks(WRAPPED), "en")
    assert len([unit for unit in units if unit.kind == BODY]) == 4


def test_wrapped_lines_may_begin_with_a_number_a_dash_or_a_capital():
    text = """\
Die Stadt Arkadien will im nächsten Jahr ein neues Werk bauen, das seit dem
16. Mai geplant ist und an dem sehr viele beteiligt sind, denn seit etwa
1980 gab es dort keines (so sagt es der Rat), und die Stadt hatte von jeher
– wenn man so will – vor allem auf ihren Hafen gesetzt, zuletzt im Jahr
2030."""
    assert kinds(text) == [("body", text)]


def test_a_single_broken_line_is_joined():
    text = f"{PROSE}\nThe company said on Tuesday it would open a plant near the\nold harbour."
    assert len(kinds(text)) == 2


def test_lists_of_headlines_are_not_joined():
    lines = [f"The plant number {word} opened on Monday" for word in ("one", "two", "six", "ten")]
    assert [text for _, text in kinds("\n".join(lines))] == lines


def test_other_breaks_than_newline_do_not_part_blocks():
    text = "One thing\x0bis\x0cone\x85block\u2028here."
    assert kinds(text) == [("body", text)]


MARKDOWN = f"""\
# Plant opens #

*By Jane Roe*

{PROSE}

## What comes next

- The council votes in June.
- A court may still object

> We are proud of it, and we have
> waited for long.

Setext heading
--------------
1. The first step is done.

```
```

***

Tags: plant
"""


def test_markdown_markers_are_left_out():
    assert kinds(MARKDOWN, markdown=True) == [
        ("title", "Plant opens"),
        ("byline", "*By Jane Roe*"),
        ("body", PROSE),
        ("heading", "What comes next"),
        ("body", "The council votes in June."),
        ("body", "A court may still object"),
        ("body", "We are proud of it, and we have\n> waited for long."),
        ("heading", "Setext heading"),
        ("body", "The first step is done."),
        ("tags", "Tags: plant"),
    ]


def test_plain_text_keeps_every_mark():
    found = "".join(text for _, text in kinds(MARKDOWN))
    assert "".join(found.split()) == "".join(MARKDOWN.split())


SEEDS = {
    "000": ("en", 55, {"heading": 6}),
    "001": ("en", 17, {"title": 2, "heading": 2, "boilerplate": 2}),
    "002": ("en", 17, {"title": 1, "summary": 3, "credit": 1}),
    "003": ("fr", 20, {"heading": 2, "credit": 1}),
    "004": (
        "en",
        26,
        {"title": 1, "summary": 2, "heading": 2, "dateline": 2, "byline": 1, "tags": 1},
    ),
}


@pytest.mark.parametrize("number", SEEDS)
def test_real_articles(shared, number):
    """Counted by reading them: body sentences, and the blocks around them by kind."""
    language, sentences, others = SEEDS[number]
    (file,) = (shared / "seeds").glob(f"{number}_*.txt")
    text = file.read_text("utf-8")
    units = find_units(text, find_blocks(text), language)
    found = Counter(unit.kind for unit in units)
    assert found.pop(BODY) == sentences
    assert found == others
    # A cut in the wrong place would leave a sentence that does not begin or end like one.
    for unit in units:
        if unit.kind == BODY:
            assert text[unit.end - 1] in ".”", text[unit.start : unit.end]
            assert text[unit.start].isupper() or text[unit.start] == "“"
