"""`annotator claims`: linking sentences, seeing them together, and what is proposed."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import Annotator

SECOND = (
    "Crossing ready\n\n"
    "The council opened the bridge on Monday morning, and it cost four million crowns.\n\n"
    "Source: Valley Wire\n"
)


@pytest.fixture
def ids(project: Path, annotator: Annotator) -> dict[str, str]:
    """The ids of the sentences, by their first words."""
    (project / "corpus" / "second.txt").write_text(SECOND, encoding="utf-8")
    annotator("review", "--plain", "--reviewer", "ana", stdin="f\np\n")
    done = annotator("claims", "propose", "--least", "0", "--json")
    return {
        " ".join(one["text"].split()[:4]): one["id"]
        for pair in done.json
        for one in pair["sentences"]
    }


OPENED = "The council opened the"


def test_what_is_alike_is_proposed_with_its_reason(
    ids: dict[str, str], annotator: Annotator
) -> None:
    done = annotator("claims", "propose", "--across")
    assert done.code == 0
    assert "words" in done.out
    assert "names" in done.out
    (first, *_) = annotator("claims", "propose", "--across", "--json").json
    assert {one["text"].split()[0] for one in first["sentences"]} == {"The"}


def test_sentences_are_linked_shown_and_unlinked(ids: dict[str, str], annotator: Annotator) -> None:
    name = ids[OPENED]
    done = annotator("claims", "link", name, "The bridge opened on a Monday", "--reviewer", "ana")
    assert (done.code, done.err) == (0, "linked, asserts: The bridge opened on a Monday\n")
    listed = annotator("claims").out
    assert "The bridge opened on a Monday" in listed
    (claim,) = annotator("claims", "--json").json
    assert claim["sentences"][0]["stances"] == {"ana": "asserts"}
    annotator("claims", "link", name, claim["id"], "--stance", "hedges", "--reviewer", "ben")
    shown = annotator("claims", "show", "MONDAY").out
    assert "ana: asserts; ben: hedges" in shown
    assert annotator("claims", "unlink", name, "monday", "--reviewer", "ben").code == 0
    assert "ben" not in annotator("claims", "show", "monday").out
    again = annotator("claims", "unlink", name, "monday", "--reviewer", "ben")
    assert again.code == 2
    assert "ben has not linked" in again.err
    annotator("undo", "--reviewer", "ana")
    assert "no sentence is linked to a claim yet" in annotator("claims").out


def test_a_contradiction_is_marked_and_taken_back(
    ids: dict[str, str], annotator: Annotator
) -> None:
    one, other = list(ids.values())[:2]
    refused = annotator("claims", "contradict", one, other, "--reviewer", "ana")
    assert refused.code == 2
    assert "no claim in common" in refused.err
    for name in (one, other):
        annotator("claims", "link", name, "It opened", "--reviewer", "ana")
    assert annotator("claims", "contradict", other, one, "--reviewer", "ana").code == 0
    (claim,) = annotator("claims", "--json").json
    assert [set(c["sentences"]) for c in claim["contradictions"]] == [{one, other}]
    assert "contradicts" in annotator("claims", "show", "opened").out
    annotator("claims", "contradict", other, one, "--undo", "--reviewer", "ana")
    assert annotator("claims", "--json").json[0]["contradictions"] == []
    assert annotator("verify").code == 0


def test_what_cannot_be_is_refused(ids: dict[str, str], annotator: Annotator) -> None:
    name = ids[OPENED]
    for arguments, words in (
        (("link", "zzzz", "It opened"), "the id of no sentence"),
        (("link", name, "  "), "needs a statement"),
        (("link", name, "x" * 400), "at most 300"),
        (("link", name, "It opened", "--stance", "maybe"), "no stance"),
        (("show", "nothing like it"), "there is no claim"),
    ):
        done = annotator("claims", *arguments)
        assert done.code == 2, arguments
        assert words in done.err


def test_json_ld_is_of_every_claim(ids: dict[str, str], annotator: Annotator) -> None:
    annotator("claims", "link", ids[OPENED], "It \x1b[2Jopened", "--reviewer", "ana")
    (found,) = annotator("claims", "--json-ld").json
    assert found["@type"] == "ClaimReview"
    assert "\x1b" not in annotator("claims").out


def test_the_table_has_claims_by_document_with_signs(
    ids: dict[str, str], annotator: Annotator
) -> None:
    assert "no sentence is linked to a claim yet" in annotator("claims", "table").out
    for (name, stance), reviewer in zip(
        zip(ids.values(), ("asserts", "denies"), strict=False), ("ana", "ben"), strict=False
    ):
        annotator("claims", "link", name, "It opened", "--stance", stance, "--reviewer", reviewer)
    done = annotator("claims", "table")
    assert done.code == 0
    head, row, *rest = done.out.splitlines()
    assert head.split()[-3:] == ["contradictions", "seen", "statement"]
    assert {"+", "-"} <= {sign for cell in row.split() for sign in cell}
    assert any("(source not stated, no date)" in line for line in rest)
    assert "+ asserts, ! asserts with praise" in rest[-1]


def test_without_a_terminal_there_is_no_screen(ids: dict[str, str], annotator: Annotator) -> None:
    done = annotator("claims", "--screen")
    assert done.code == 2
    assert "there is no terminal" in done.err
