"""Which labels count, what they amount to, and that no share stands without its n."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.profiles import labels
from annotator.profiles.figures import figure, spread
from annotator.profiles.labels import Decided, Given, Rest
from annotator.quality.shares import share

NAMES = ("red", "green", "blue", "grey")


def wilson(hits: int, n: int) -> tuple[float, float] | None:
    found = share(hits, n)
    return None if found.low is None or found.high is None else (found.low, found.high)


def given_label(
    unit: int = 1,
    label: str = "red",
    reviewer: str = "ana",
    *,
    shown: bool = False,
    drawn: str = "document",
) -> Given:
    return Given(unit // 10, unit, reviewer, label, (), shown, drawn, "1.0", "s/1")


def majority(votes: tuple[str, ...]) -> str | None:
    label, count = Counter(votes).most_common(1)[0]
    return label if count * 2 > len(votes) else None


fair = st.builds(
    given_label, st.integers(0, 60), st.sampled_from((*NAMES, "none")), st.sampled_from("abc"),
    drawn=st.sampled_from(("document", "random", "chosen", "unknown")),
)  # fmt: skip
led = st.builds(given_label, st.integers(0, 60), st.sampled_from(NAMES), shown=st.just(True))
picked = st.builds(
    given_label, st.integers(0, 60), st.sampled_from(NAMES),
    drawn=st.sampled_from(("uncertain", "disagreement")),
)  # fmt: skip


def shares_of(given: list[Given], min_n: int = 20):
    kept = labels.sorted_out(given).kept
    decided = labels.decide(kept, majority, {})
    names = labels.names_of(kept, NAMES)
    place = {one.unit: one.unit % 10 for one in given}
    tallies = labels.shares(decided, names) + labels.by_position(decided, names, place)
    return [figure(one, None, wilson, min_n) for one in tallies]


@given(st.lists(fair, max_size=60), st.lists(led | picked, max_size=20))
@settings(max_examples=60)
def test_no_figure_comes_of_labels_that_were_led_or_picked(good, bad):
    found = labels.sorted_out([*bad, *good])
    assert found.kept == good
    assert found.led == sum(one.shown for one in bad)
    assert found.led + found.picked == len(bad)
    assert shares_of([*good, *bad]) == shares_of(good)


@given(st.lists(fair, max_size=80), st.integers(1, 40))
@settings(max_examples=60)
def test_no_share_without_its_n(given_labels, min_n):
    for one in shares_of(given_labels, min_n):
        assert one.hits <= one.of == one.n
        assert len(one.evidence) == one.hits
        if one.n < max(min_n, 1):
            assert (one.value, one.these, one.beyond, one.spread) == (None,) * 4
            assert one.why
        else:
            assert one.value == one.hits / one.n
            assert one.these is not None
            assert one.these.low - 1e-9 <= one.value <= one.these.high + 1e-9


@given(st.lists(fair, max_size=80))
def test_shares_of_all_labels_are_those_of_the_decided_sentences(given_labels):
    found = [one for one in shares_of(given_labels) if one.id.count(".") == 1]
    assert sum(one.hits for one in found) == (found[0].of if found else 0)


def test_wilson_against_published_values():
    # Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I.
    for hits, n, low, high in (
        (81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ):  # fmt: skip
        given_labels = [given_label(unit, "red" if unit < hits else "blue") for unit in range(n)]
        red = next(one for one in shares_of(given_labels) if one.id == "label.red")
        assert red.these == pytest.approx((low, high), abs=5e-5)


def test_what_is_no_sentence_or_in_dispute_counts_in_no_share():
    votes = [
        given_label(1, "red"), given_label(1, "blue", "ben"),
        given_label(2, "none"), given_label(3, "red"), given_label(3, "red", "ben"),
    ]  # fmt: skip
    red = next(one for one in shares_of(votes, 1) if one.id == "label.red")
    assert (red.hits, red.of) == (1, 1)


def test_what_was_adjudicated_stands_where_a_label_counts_and_only_there():
    kept = [given_label(1, "red"), given_label(1, "blue", "ben")]
    found = labels.decide(kept, majority, {1: "green", 2: "green"})
    assert [(one.unit, one.label) for one in found] == [(1, "green")]
    assert labels.decide(kept, majority, {1: None})[0].label is None


def test_labels_of_another_scheme_are_counted_by_their_own_names():
    assert labels.names_of([given_label(label="yes"), given_label(label="no")], NAMES) == [
        "no", "yes",
    ]  # fmt: skip
    mixed = [given_label(label="yes"), given_label(label="blue"), given_label(label="none")]
    assert labels.names_of(mixed, NAMES) == [*NAMES, "yes"]
    assert labels.names_of([], NAMES) == list(NAMES)
    assert labels.names_of([given_label(label="a.b")], ()) == ["a.b"]


def test_the_first_sentences_are_told_from_the_rest():
    decided = [Decided(1, unit, "red" if unit < 3 else "blue", ()) for unit in range(8)]
    tallies = labels.by_position(decided, ["red", "blue"], {unit: unit for unit in range(7)})
    assert [(one.id, *one.sums) for one in tallies] == [
        ("label.red.opening", 3, 3), ("label.red.rest", 0, 4),
        ("label.blue.opening", 0, 3), ("label.blue.rest", 4, 4),
    ]  # fmt: skip


def test_tags_are_counted_among_all_that_was_labelled():
    decided = [Decided(1, 1, "red", ("loud",)), Decided(1, 2, None, ())]
    (loud,) = labels.tags(decided)
    assert (loud.id, *loud.sums) == ("tag.loud", 1, 2)


def test_reviewers_are_set_apart_only_where_each_has_labelled_enough():
    many = [given_label(unit, "red" if unit % 2 else "blue", "ana") for unit in range(40)]
    few = [given_label(unit, "red", "ben") for unit in range(5)]
    none = [given_label(unit, "none", "cid") for unit in range(40)]
    people = labels.reviewers([*many, *few, *none])
    assert [(one.name, one.sentences) for one in people] == [("ana", 40), ("ben", 5), ("cid", 0)]
    assert spread("red", people, 20) is None
    assert spread("red", people, 1) == (0.5, 1.0, 2)


def test_it_says_on_what_the_figures_rest():
    given_labels = [
        given_label(1), given_label(1, "blue", "ben", drawn="random"), given_label(2),
        given_label(3, shown=True), given_label(4, drawn="uncertain"), given_label(99, "blue"),
    ]  # fmt: skip
    kept, shown, unsure = labels.sorted_out(given_labels)
    body = {1: 0, 2: 0, 3: 1, 4: 1, 5: 1}
    rest = Rest.of(kept, labels.decide(kept, majority, {}), body, shown, unsure)
    assert rest.described() == [
        "2 of 5 sentences of the body labelled (40%); 1 of 2 documents to the end",
        "by ana 3, ben 1; guideline 1.0 4; label set s/1 4",
        "how the sentences were drawn: document 3, random 1",
        "1 on which the labels differ count in no share",
        "left out: 1 label given with the suggestion in sight",
        "left out: 1 label on sentences picked as uncertain or in dispute",
    ]
    assert Rest.of([], [], {}, 0, 0).described() == ["0 of 0 sentences of the body labelled"]
    assert rest.as_json()["share_labelled"] == 0.4
