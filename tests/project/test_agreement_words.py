"""What is said of figures: by their interval, with their n, and naming what to do."""

from __future__ import annotations

import numpy as np
import pytest

from annotator.core.history import NOT_A_SENTENCE
from annotator.core.scheme import Label, Scheme, built_in
from annotator.project import agreement_words as words
from annotator.project.agreement import Agreement, Figure, OfLabel, Pair
from annotator.quality.agreement import Interval

LABELS = ("factual", "speculative", "promotional", NOT_A_SENTENCE)


def figure(
    value: float | str, low: float | None = None, high: float = 0.0, name: str = "alpha"
) -> Figure:
    drawn = "no interval" if low is None else Interval(low, high, 1000, 0)
    return Figure(name, value, 1_200, drawn, "too few documents to generalise: 2, at least 10")


def measured(alpha: Figure, ac1: float = 0.5, **more: object) -> Agreement:
    by_label = [
        OfLabel(name, given, figure(value), figure(value))
        for name, given, value in zip(
            LABELS, (970, 20, 10, 0), (0.9, 0.8, 0.4, "none"), strict=True
        )
    ]
    known = {
        "labels": LABELS, "reviewers": {"ana": 1_200, "ben": 1_200}, "sentences": 1_200,
        "shared": 1_200, "left_out": 0, "foreign": 0, "rounds": 1_000, "seed": 0,
        "every": [alpha, figure(ac1), figure(0.9), figure("no")], "content": [], "talked": None,
        "by_label": by_label, "pairs": [], "against": [],
    }  # fmt: skip
    return Agreement(**{**known, **more})


def text(lines: list[words.Line]) -> str:
    return "\n".join(line.text for line in lines)


@pytest.mark.parametrize(
    ("alpha", "said"),
    [
        (figure(0.9, 0.82, 0.95), "the whole interval is above what is asked for"),
        (figure(0.83, 0.75, 0.9), "the value is above, part of the interval is not"),
        (figure(0.72, 0.68, 0.76), "enough for tentative conclusions, not for more"),
        (figure(0.75, 0.5, 0.9), "the interval holds both, so these sentences do not tell"),
        (figure(0.62, 0.5, 0.7), "the value is below both"),
        (figure(0.4, 0.3, 0.5), "the whole interval is below both"),
        (figure(-0.02, -0.1, 0.1), "no more agreement than chance gives"),
        (figure(1.0), "how sure that is these sentences do not tell (no interval)"),
        (figure("no overlap"), "There is no alpha: no overlap."),
    ],
)
def test_alpha_is_held_against_custom_by_its_interval(alpha: Figure, said: str) -> None:
    found = text(words.meaning(measured(alpha)))
    assert said in found
    if isinstance(alpha.value, float):
        assert f"Alpha {alpha.value:.3f}, n = 1,200 (by custom 0.8" in found
        assert "Nothing is said beyond these sentences: too few documents" in found


def test_where_one_label_prevails_it_says_so() -> None:
    assert "97 % of the labels are factual" in text(words.meaning(measured(figure(0.1), 0.94)))
    assert "prevails" not in text(words.meaning(measured(figure(0.6), 0.7)))


def test_what_to_do_names_the_label_the_pair_and_the_rules() -> None:
    table = np.zeros((4, 4), dtype=np.int64)
    table[0, 2], table[2, 0], table[1, 3] = 5, 4, 1
    pairs = [
        Pair("ana", "ben", 10, -0.2, 0.1, None, table),
        Pair("ana", "eve", 9, 0.3, 0.1, None, table * 0),
    ]
    found = text(words.what_to_do(measured(figure(0.1), pairs=pairs), built_in()))
    assert "Label agreed on least: promotional." in found
    assert "40 of 100 cases (given 10 times)" in found
    assert "Pair that agrees least: ana and ben, kappa -0.200 on 10 sentences" in found
    assert "factual or promotional: 9 times\nR2: " in found
    assert "speculative or none: 1 time\nR0: " in found


def test_the_rules_of_another_scheme_are_those_that_name_a_label() -> None:
    scheme = Scheme(
        "mood/1", "1", "Which?", ("Is it glad?", "Is it sad or glad?", "Otherwise dull."),
        tuple(Label(name, name[0], "", "*", "", "") for name in ("glad", "sad", "dull")),
        Label(NOT_A_SENTENCE, "x", "", "×", "", "No sentence at all."), (),
    )  # fmt: skip
    assert words.rules_between("sad", "dull", scheme) == [
        "R2: Is it sad or glad?",
        "R3: Otherwise dull.",
    ]
    assert words.rules_between("sad", NOT_A_SENTENCE, scheme) == ["R0: No sentence at all."]


def test_nothing_to_compare_and_nothing_to_differ_on() -> None:
    none = measured(figure("no overlap"), shared=0)
    assert "nothing to compare yet" in text(words.what_to_do(none, built_in()))
    table = np.eye(4, dtype=np.int64)
    same = measured(figure(1.0), pairs=[Pair("ana", "ben", 4, 1.0, 0.0, None, table)])
    assert text(words.what_to_do(same, built_in())) == "The reviewers differ on no sentence."


def test_what_is_left_out_is_said() -> None:
    found = text(words.whose(measured(figure(0.1), left_out=1, foreign=2)))
    assert "1 label given with the suggestion in sight are left out" not in found
    assert "1 label given with the suggestion in sight is left out" in found
    assert "2 labels that the scheme does not have are left out" in found
