"""`annotator agreement` on labels that reviewers gave in the line mode."""

from __future__ import annotations

import pytest

# Five sentences: three of the bridge, two of the market.
ANA = "f\np\nf\nf\ns\n"
BEN = "f\ns\nf\nf\nx\n"


_made: list[bytes] = []


@pytest.fixture
def labelled(project, annotator):
    """A project that two reviewers have labelled; the store is made once and copied."""
    store = project / "labels" / "labels.db"
    if _made:
        store.write_bytes(_made[0])
        return project
    for name, keys in (("ana", ANA), ("ben", BEN)):
        done = annotator("review", "--plain", "--reviewer", name, stdin=keys + "q\n")
        assert done.code == 0, done.err
    _made.append(store.read_bytes())
    return project


def test_figures_tables_and_where_to_look(labelled, annotator):
    said = annotator("agreement").out
    assert "5 labelled sentences, 5 of them by two reviewers or more (ana 5, ben 5)" in said
    # Observed 3 of 5; by hand: 1 - 9 * 4 / (100 - 36 - 4 - 1 - 1).
    assert "Krippendorff's alpha (nominal)  n = 5  0.379" in said
    assert "percent agreement               n = 5  0.600" in said
    assert "too few documents to generalise: 2, at least 10" in said
    assert "promotional 0 1 0 0" in " ".join(said.split())
    assert "speculative or promotional: 1 time\n    R3:" in said
    assert "speculative or none: 1 time\n    R0:" in said


def test_a_program_gets_values_or_reasons(labelled, annotator):
    found = annotator("agreement", "--json", "--by", "language", "--by", "reviewer").json
    alpha = found["all_labels"][0]
    assert alpha["value"] == pytest.approx(1 - 9 * 4 / 58)
    assert set(alpha["interval_these_sentences"]) == {"low", "high", "rounds", "seed"}
    assert alpha["interval_beyond_them"] == {
        "why": "too few documents to generalise: 2, at least 10"
    }
    by_label = {one["label"]: one for one in found["by_label"]}
    factual = by_label["factual"]["specific_agreement"]
    assert (factual["value"], factual["sentences"]) == (1.0, 5)
    assert factual["interval_these_sentences"]["why"].startswith("every round gives the same")
    assert by_label["promotional"]["specific_agreement"]["value"] == 0.0
    assert by_label["none"]["alpha_one_vs_rest"]["value"] == pytest.approx(0.0)
    (pair,) = found["pairs"]
    assert pair["reviewers"] == ["ana", "ben"]
    assert pair["table"] == [[3, 0, 0, 0], [0, 0, 0, 1], [0, 1, 0, 0], [0, 0, 0, 0]]
    # Expected by chance 3/5 * 3/5 + 1/5 * 1/5, observed 3/5.
    assert pair["cohens_kappa"]["value"] == pytest.approx((0.6 - 0.4) / 0.6)
    by_language = {one["name"]: one for one in found["groups"]["language"]}
    assert by_language["fr"]["sentences"] == 2
    assert [one["why"] for one in found["groups"]["reviewer"]] == [
        "no overlap: no sentence was labelled by two reviewers"
    ] * 2
    # The last sentence of the market is none for ben: of the content labels four pairs are left.
    assert found["content_labels"][0]["sentences"] == 4
    assert "not every sentence has the same number" in found["content_labels"][3]["why"]


def test_the_same_seed_the_same_figures(labelled, annotator):
    once = annotator("agreement", "--json", "--seed", "4").json
    assert annotator("agreement", "--json", "--seed", "4").json == once
    assert once["bootstrap"] == {"rounds": 1000, "seed": 4, "level": 0.95}


def test_a_cell_opens_its_sentences(labelled, annotator):
    found = annotator("agreement", "--cell", "ana:promotional", "ben:speculative", "--json").json
    assert [one["text"] for one in found] == ["It may be the finest bridge of all."]
    said = annotator("agreement", "--cell", "ben:none", "ana:speculative").out
    assert "Le maire a dit qu’il pourrait fermer avant l’hiver." in said
    assert said.count("\n") == 1
    nothing = annotator("agreement", "--cell", "ana:none", "ben:none")
    assert (nothing.out, nothing.err) == ("", "no sentence is ana:none and ben:none\n")


def test_a_table_of_two_in_the_order_they_are_named(labelled, annotator):
    one = annotator("agreement", "--matrix", "ana", "ben").out
    other = annotator("agreement", "--matrix", "ben", "ana").out
    assert one.splitlines()[0].split() == [
        "ana", "\\", "ben", "factual", "speculative", "promotional", "none",
    ]  # fmt: skip
    assert "promotional        0            1            0     0" in one
    assert "speculative        0            0            1     0" in other
    assert "ana \\ resolution" in annotator("agreement", "--matrix", "ana", "resolution").out


def test_against_the_resolution_and_over_time(labelled, annotator):
    # A third reviewer, so that the others of each are two.
    annotator("review", "--plain", "--reviewer", "eve", stdin="f\np\nf\nf\ns\nq\n")
    found = annotator("agreement", "--json").json
    against = {one["reviewers"][0]: one for one in found["against_the_resolution"]}
    # Of ana and eve ben differs on two; of ben and eve ana can differ on three alone.
    assert (against["ben"]["sentences"], against["ben"]["percent_agreement"]) == (5, 0.6)
    assert (against["ana"]["sentences"], against["ana"]["unresolved"]) == (3, 2)
    assert against["ana"]["percent_agreement"] == 1.0
    assert against["ana"]["adjudicated"] == 0
    assert found["before_and_after_discussion"] is None
    said = " ".join(annotator("agreement").out.split())
    assert "ben 5 0 0.600" in said
    assert "never the reviewer's own vote" in said
    assert "No sentence was discussed or adjudicated: these are first labels." in said
    assert "Furthest from the resolution: ben, on 2 of 5 sentences" in said
    assert "Pair that agrees least: ana and ben" in said
    cell = annotator("agreement", "--cell", "ben:none", "resolution:speculative", "--json").json
    assert [one["text"] for one in cell] == ["Le maire a dit qu’il pourrait fermer avant l’hiver."]


def test_the_screen_needs_a_terminal_and_goes_alone(labelled, annotator):
    done = annotator("agreement", "--screen")
    assert (done.code, done.out) == (2, "")
    assert "there is no terminal to open a screen on" in done.err
    done = annotator("agreement", "--screen", "--json")
    assert done.code == 2
    assert "--screen goes without" in done.err


def test_hostile_names_do_nothing(labelled, annotator):
    name = "\x1b]0;x\x07[/b]"
    annotator("review", "--plain", "--reviewer", name, stdin="f\ns\ns\nq\n")
    for more in ((), ("--by", "reviewer"), ("--matrix", "ana", name), ("--json",)):
        done = annotator("agreement", *more)
        assert done.code == 0
        assert not {"\x1b", "\x07"} & set(done.out)
    assert "␛]0;x␇[/b]" in annotator("agreement").out


@pytest.mark.parametrize(
    ("args", "why"),
    [
        (("--matrix", "ana", "eve"), "there is no table of ana and eve"),
        (("--cell", "resolution:none", "eve:none"), "there is no reviewer 'eve' with labels"),
        (("--cell", "ana", "ben:none"), "not REVIEWER:LABEL"),
        (("--cell", "ana:good", "ben:none"), "'good' is no label"),
        (("--cell", "ana:none", "eve:none"), "there is no reviewer 'eve' with labels"),
        (("--reviewers", "ana,eve"), "there is no reviewer 'eve' with labels"),
    ],
)
def test_what_there_is_not(labelled, annotator, args, why):
    done = annotator("agreement", *args)
    assert (done.code, done.out) == (2, "")
    assert why in done.err


def test_labels_given_with_the_suggestion_in_sight_are_left_out(labelled, annotator):
    keys = "f\nf\nf\n"
    annotator("review", "--plain", "--reviewer", "eve", "--reveal", "always", stdin=keys + "q\n")
    found = annotator("agreement", "--json").json
    assert found["labels_left_out_as_suggestion_was_shown"] == 3
    assert "eve" not in found["reviewers"]
    assert "3 labels given with the suggestion in sight are left out" in annotator("agreement").out
    with_them = annotator("agreement", "--json", "--with-shown").json
    assert with_them["reviewers"] == {"ana": 5, "ben": 5, "eve": 3}
    assert len(with_them["pairs"]) == 3


def test_of_one_reviewer_nothing_can_be_said(labelled, annotator):
    said = annotator("agreement", "--reviewers", "ana")
    assert said.code == 0
    assert "n/a: no overlap: no sentence was labelled by two reviewers" in said.out
    assert "two reviewers have to label the same sentences" in said.out


def test_before_anybody_has_labelled(project, annotator):
    annotator("review", "--plain", stdin="q\n")
    said = annotator("agreement").out
    assert "0 labelled sentences" in said
    assert "nobody has labelled" in said
    assert annotator("agreement", "--json").json["pairs"] == []
