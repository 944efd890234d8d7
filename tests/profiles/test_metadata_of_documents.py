"""What is known of documents: in the text, beside it, in conflict, or not in this file."""

from __future__ import annotations

from annotator.profiles import copies, metadata
from annotator.profiles.metadata import Document, Line


def document(*lines: tuple[str, str], **known: str) -> Document:
    fields = {name: known.get(name) for name in ("title", "source", "published", "author")}
    rows = [Line(10 + n, kind, text) for n, (kind, text) in enumerate(lines)]
    return Document(1, **fields, lines=rows)


def states(one: Document) -> dict[str, str]:
    return {field: found.state for field, found in metadata.findings(one).items()}


def test_nothing_known_is_said_as_not_in_this_file():
    assert set(states(document()).values()) == {"not in this file"}


def test_the_text_is_told_from_what_stands_beside_it():
    one = document(
        ("title", "Dam leaks"), ("byline", "By Odile Brask"), ("credit", "Velmouth Lantern"),
        title="Dam leaks", source="Velmouth Lantern", published="2025-03-28",
    )  # fmt: skip
    assert states(one) == {
        "title": "in the text", "date": "beside it", "byline": "in the text",
        "outlet": "in the text",
    }  # fmt: skip


def test_dates_that_disagree_are_a_conflict_with_both_of_them():
    one = document(("dateline", "2025-03-28 09:15:00"), ("dateline", "1743172496"))
    found = metadata.findings(one)["date"]
    assert (found.state, list(found.units)) == ("in conflict", [10, 11])
    assert "1743172496 (2025-03-28 14:34:56 UTC)" in found.note
    beside = document(("dateline", "28 March 2025"), published="2025-03-27")
    assert metadata.findings(beside)["date"].state == "in conflict"


def test_a_date_that_is_not_read_is_there_all_the_same():
    assert states(document(("dateline", "05/04/2023"), published="2023-05-04"))["date"] == (
        "in the text"
    )


def test_a_byline_of_somebody_else_is_a_conflict():
    assert states(document(("byline", "By Odile Brask"), author="Jorvin Applecotte"))["byline"] == (
        "in conflict"
    )
    assert states(document(("byline", "BRASK, ODILE"), author="Odile Brask"))["byline"] == (
        "in the text"
    )


def test_a_source_that_credits_itself_credits_nobody():
    one = document(
        ("credit", "Source: Oxlip Wire"), ("credit", "Source: SCMP"), source="Oxlip Wire"
    )
    assert metadata.credits(one) == {"South China Morning Post": [11]}


def test_every_document_is_in_one_state_of_each_field():
    tallies = metadata.tallies(
        [document(("title", "Dam")), document(title="Dam")._replace(document=2)]
    )
    by_field = {}
    for one in tallies:
        field = one.id.split(".")[1]
        by_field[field] = by_field.get(field, 0) + one.sums[0]
    assert by_field == dict.fromkeys(metadata.FIELDS, 2)


def test_origins_are_counted_with_whom_they_are_shared():
    known = [document(("credit", "Source: SCMP")), document()._replace(document=2)]
    tallies = metadata.origins(known, {1: 1, 2: 2, 3: 1}, {1: "a", 2: "b", 3: "c"})
    assert [(one.id, *one.sums) for one in tallies] == [
        ("origins", 2, 2), ("origins.shared", 1, 2), ("credit.South China Morning Post", 1, 2),
    ]  # fmt: skip
    assert tallies[1].evidence == [(1, None, "with c")]


def test_sentences_that_stand_again_are_told_by_where():
    groups = {5: {1: 2}, 6: {1: 1, 2: 1}}
    sentences = [(1, 11, 5), (1, 12, 5), (1, 13, 6), (1, 14, 7)]
    within, elsewhere = copies.repeated(sentences, groups, {1: "A", 2: None})
    assert (within.sums, elsewhere.sums) == ((2, 4), (1, 4))
    assert elsewhere.evidence == [(1, 13, "in 1 more: source not stated")]


def test_articles_with_copies_are_counted():
    tally = copies.syndicated([(1, "x"), (2, "y")], {"x": [1, 3], "y": [2]})
    assert (tally.sums, tally.evidence) == ((1, 2), [(1, None, "1 more like it")])


def test_units_are_shared_out_by_kind():
    tallies = {
        one.id: one for one in copies.layout([(1, 1, "title"), (1, 2, "body"), (2, 3, "body")])
    }
    assert tallies["units.body"].sums == (2, 3)
    assert tallies["units.tags"].sums == (0, 3)
    assert tallies["units.title"].sentences == 3
