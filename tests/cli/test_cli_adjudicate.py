"""`annotator adjudicate` without a screen, `export --resolution`, and what `status` says."""

from __future__ import annotations

import json

import pytest

# Five sentences: three of the bridge, two of the market.
KEYS = {"ana": "f\np\nf\nf\ns\n", "ben": "f\ns\nf\nf\nx\n"}

_made: list[bytes] = []


@pytest.fixture
def labelled(project, annotator):
    """A project that two reviewers have labelled; the store is made once and copied."""
    store = project / "labels" / "labels.db"
    if _made:
        store.write_bytes(_made[0])
        return project
    for name, keys in KEYS.items():
        done = annotator("review", "--plain", "--reviewer", name, stdin=keys + "q\n")
        assert done.code == 0, done.err
    _made.append(store.read_bytes())
    return project


def listed(annotator, *options):
    return annotator("adjudicate", "--list", "--json", *options).json


def test_the_list_has_the_votes_and_hides_the_names(labelled, annotator):
    found = listed(annotator)
    assert (found["shared"], found["disputed"], found["undecided"]) == (5, 2, 2)
    finest, maire = found["sentences"]
    assert finest["text"] == "It may be the finest bridge of all."
    assert finest["entropy"] == 1
    assert [(one["reviewer"], one["label"]) for one in finest["votes"]] == [
        ("A", "speculative"), ("B", "promotional"),
    ]  # fmt: skip
    assert finest["names_hidden"]
    assert maire["adjudications"] == maire["discussion"] == []
    said = annotator("adjudicate", "--list").out
    assert f"{finest['id']}  It may be the finest bridge of all." in said
    assert "    A: speculative\n    B: promotional\n" in said
    named = annotator("adjudicate", "--list", "--show-names").out
    assert "    ben: speculative\n    ana: promotional\n" in named


def test_a_sentence_is_decided_without_a_screen_and_taken_back(labelled, annotator):
    sentence = listed(annotator)["sentences"][0]["id"]
    done = annotator(
        "adjudicate", sentence, "p", "--reason", "r3", "--note", "praise", "--reviewer", "cleo"
    )
    assert done.code == 0
    assert "promotional: It may be the finest bridge of all." in done.err
    (decided,) = listed(annotator, "--only", "disputed")["sentences"][0]["adjudications"]
    assert {**decided, "created_at": None} == {
        "by": "cleo", "label": "promotional", "reason": "R3", "note": "praise", "created_at": None,
    }  # fmt: skip
    assert (
        "adjudicated by cleo: promotional · R3 · praise"
        in annotator("adjudicate", "--list", "--only", "disputed").out
    )
    assert len(listed(annotator)["sentences"]) == 1
    status = annotator("status")
    assert "2 of 5 sentences with two labels or more are disputed, 1 of them not settled;" in (
        status.out
    )
    assert "1 adjudicated, 0 discussed" in status.out
    assert annotator("status", "--json").json["adjudication"]["adjudicated"] == 1
    back = annotator("adjudicate", "--undo", "--reviewer", "cleo")
    assert (back.code, back.err) == (0, "undone promotional: It may be the finest bridge of all.\n")
    assert annotator("adjudicate", "--undo", "--reviewer", "cleo").code == 1
    assert annotator("verify").code == 0


def test_talk_without_a_screen(labelled, annotator):
    sentence = listed(annotator)["sentences"][0]["id"]
    assert annotator("adjudicate", sentence, "--discuss", "hm", "--reviewer", "ben").code == 0
    assert "    talk, ben: hm\n" in annotator("adjudicate", "--list", "--only", "discussed").out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("0000000000000000", "p"), "is not the id of one sentence"),
        (("0000000000000000",), "say what the sentence is"),
        (("x", "p", "--discuss", "y"), "say what the sentence is"),
        (("--reason", "R3"), "belong to a SENTENCE"),
        (("--undo", "--list"), "do not go together"),
        ((), "adjudication has no line mode"),
    ],
)
def test_what_cannot_be_meant(labelled, annotator, arguments, said):
    done = annotator("adjudicate", *arguments)
    assert done.code == 2
    assert said in done.err


def test_what_is_no_label_and_no_rule(labelled, annotator):
    sentence = listed(annotator)["sentences"][0]["id"]
    assert "is no label" in annotator("adjudicate", sentence, "great").err
    done = annotator("adjudicate", sentence, "p", "--reason", "R77")
    assert (done.code, "no rule of the guideline" in done.err) == (2, True)
    assert "hint: one of R0, R1, R2, R3, R4, R5, R6\n" in done.err
    untouched = annotator("status", "--json").json["adjudication"]
    assert untouched["adjudicated"] == 0


def test_why_there_is_nothing_to_list(project, annotator):
    annotator("add", "corpus")
    assert "nobody has labelled" in annotator("adjudicate", "--list").err
    annotator("review", "--plain", "--reviewer", "ana", stdin="f\nf\nq\n")
    assert "only ana has labelled: it takes two to differ" in annotator("adjudicate", "--list").err
    annotator("review", "--plain", "--reviewer", "ben", stdin="j\nj\nj\nf\nq\n")
    assert "no sentence has labels of two reviewers" in annotator("adjudicate", "--list").err
    annotator("review", "--plain", "--reviewer", "ben", stdin="f\nq\n")
    annotator("review", "--plain", "--reviewer", "ben", stdin="f\nf\nf\nf\nq\n")
    assert "are agreed on" in annotator("adjudicate", "--list").err
    assert (
        "no sentence is talked about"
        in annotator("adjudicate", "--list", "--only", "discussed").err
    )


def test_the_resolution_of_an_export(labelled, annotator):
    sentence = listed(annotator)["sentences"][0]["id"]
    annotator("adjudicate", sentence, "p", "--reviewer", "cleo")

    def labels(*options):
        lines = annotator("export", *options).out.splitlines()
        return [(one["label"], one["resolution"]) for one in map(json.loads, lines)]

    agreed = [("factual", "unanimous")] * 3
    assert sorted(labels()) == [*agreed, ("promotional", "adjudicated")]
    assert labels("--resolution", "adjudicated") == [("promotional", "adjudicated")]
    assert labels("--resolution", "majority") == labels("--resolution", "unanimous") == agreed
    refused = annotator("export", "--resolution", "dawid-skene", "--output", "x.jsonl")
    assert refused.code == 1
    assert "needs 3 reviewers, and 2 have labelled" in refused.err
    assert not (labelled / "x.jsonl").exists()
    assert annotator("export", "--resolution", "best").code == 2


def test_too_few_labels_for_an_estimate_are_counted(labelled, annotator):
    annotator("review", "--plain", "--reviewer", "cleo", stdin="f\nf\nf\nf\nf\nq\n")
    refused = annotator("export", "--resolution", "dawid-skene")
    assert refused.code == 1
    assert "ana factual 3, ana speculative 1, ana promotional 1" in refused.err


def test_a_model_learns_what_was_adjudicated(labelled, annotator):
    before = annotator("evaluate", "--json").json[0]["n"]
    sentence = listed(annotator)["sentences"][0]["id"]
    annotator("adjudicate", sentence, "p", "--reviewer", "cleo")
    assert annotator("evaluate", "--json").json[0]["n"] == before + 1
    annotator("export", "--output", "out.jsonl")
    assert annotator("evaluate", "--on", "out.jsonl", "--json").json[0]["n"] == before + 1
