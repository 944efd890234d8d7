"""The learned model: what it learns, when it refuses, how it keeps documents apart, its reasons."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.baseline import rules
from annotator.baseline.learned import training
from annotator.baseline.learned.model import fit
from annotator.baseline.learned.reading import NUMBERS, pieces_of, prior, see, tokens, words_of
from annotator.baseline.learned.suggester import Learned
from annotator.baseline.learned.training import Example, TooFewLabels, components, train
from annotator.core.model import Sentence

PLACES = ("harbour", "village", "library", "station", "market", "school", "bridge", "valley")


def example(n: int, label: str, word: str, documents: int = 6) -> Example:
    """Return a sentence without any cue, but for a word that only the labels can give a sense."""
    text = f"The {word} of the {PLACES[n % 8]} {word}ed near the {PLACES[n // 8 % 8]} {n}."
    return Example(Sentence(text, "en"), label, (f"document {n % documents}",))


def examples(labels: Sequence[str] = ("factual", "promotional"), n: int = 60) -> list[Example]:
    words = dict(zip(labels, ("grobble", "zorbel", "tindle"), strict=False))
    chosen = [labels[place * len(labels) // n] for place in range(n)]
    return [example(place, label, words[label]) for place, label in enumerate(chosen)]


def model(given: Sequence[Example]) -> Learned:
    trained = train(given)
    return Learned(trained.linear, "v")


@pytest.fixture(scope="module")
def learned() -> Learned:
    return model(examples())


def test_it_learns_a_word_the_rules_do_not_know(learned: Learned):
    said = learned.suggest([Sentence("The zorbel of the mill zorbeled.", "en")])[0]
    plain = learned.suggest([Sentence("The grobble of the mill grobbleed.", "en")])[0]
    assert said.label == "promotional"
    assert plain.label == "factual"
    assert rules.suggest("The zorbel of the mill zorbeled.", "en").label == "factual"
    first = said.reasons[0]
    assert "The zorbel of the mill zorbeled."[first.start : first.end] in {"zorbel", "zorbeled"}
    assert first.kind == "word"


def test_what_the_rules_know_is_not_forgotten(learned: Learned):
    text = "It is arguably the most remarkable mill ever built."
    said = learned.suggest([Sentence(text, "en")])[0]
    assert said.label == "promotional"
    assert any("remarkable" in text[one.start : one.end] for one in said.reasons)


def test_the_same_labels_give_the_same_model():
    one, other = train(examples()), train(examples())
    assert one.linear.words.names == other.linear.words.names
    assert (one.linear.weights == other.linear.weights).all()
    assert one.unseen == other.unseen
    assert one.room == other.room


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ({}, "0 labels (none)"),
        ({"factual": 20, "promotional": 9}, "29 labels (20 factual, 9 promotional)"),
        ({"factual": 40}, "40 labels (40 factual)"),
        ({"factual": 40, "promotional": 4}, "44 labels (40 factual, 4 promotional)"),
    ],
)
def test_too_few_labels_are_refused_with_their_counts(counts: dict[str, int], said: str):
    given = [example(n, label, label) for label, count in counts.items() for n in range(count)]
    with pytest.raises(TooFewLabels) as caught:
        train(given)
    assert said in caught.value.message
    assert "30 labels" in (caught.value.hint or "")


def test_a_class_without_a_label_is_never_suggested(learned: Learned):
    said = learned.suggest([Sentence("It may perhaps rain, he said.", "en")])[0]
    assert set(said.probabilities) == set(rules.LABELS)
    assert said.probabilities["speculative"] == 0
    assert sum(said.probabilities.values()) == pytest.approx(1)


def test_a_class_with_few_labels_is_learned_all_the_same():
    given = [*examples(), *(example(n, "speculative", "tindle") for n in range(3))]
    assert set(train(given).linear.classes) == set(rules.LABELS)


def test_labels_of_another_question():
    said = model(examples(("objective", "subjective"))).suggest(
        [Sentence("The zorbel of the mill.", "en")]
    )[0]
    assert said.label == "subjective"
    assert said.subjectivity == said.probabilities["subjective"] > 0.5
    assert set(said.probabilities) == {"objective", "subjective"}


def test_documents_and_duplicates_are_kept_together():
    given = examples()
    given = [one._replace(keys=(*one.keys, f"group {n % 30}")) for n, one in enumerate(given)]
    folds, by = training._folds(given)
    assert by == "document"
    for known, asked in folds:
        keys = [{key for n in part for key in given[n].keys} for part in (known, asked)]
        assert keys[0].isdisjoint(keys[1])
    assert sorted(n for _, asked in folds for n in asked) == list(range(60))


def test_one_document_is_cut_by_sentence_and_the_same_words_stay_together():
    given = [one._replace(keys=("document 1",)) for one in examples()]
    given[1] = given[1]._replace(sentence=given[0].sentence)
    trained = train(given)
    assert (trained.by, trained.folds) == ("sentence", 5)
    folds, _ = training._folds(given)
    assert all((0 in asked) == (1 in asked) for _, asked in folds)


def test_copies_stay_together_where_documents_cannot():
    given = examples()
    given = [one._replace(keys=("document 1", f"group {n % 30}")) for n, one in enumerate(given)]
    folds, by = training._folds(given)
    assert by == "sentence"
    assert all((n in asked) == (n + 30 in asked) for _, asked in folds for n in range(30))


def test_classes_that_are_documents_are_cut_by_sentence():
    given = [one._replace(keys=(f"document {one.label}",)) for one in examples()]
    assert train(given).by == "sentence"


@given(st.lists(st.lists(st.sampled_from("abcdef"), max_size=3), max_size=12))
def test_items_with_a_common_key_are_in_one_group(keys: list[list[str]]):
    groups = components([tuple(own) for own in keys])
    # The slow way: join until nothing changes.
    sets = [{n} for n in range(len(keys))]
    changed = True
    while changed:
        changed = False
        for one in range(len(keys)):
            for other in range(len(keys)):
                if set(keys[one]) & set(keys[other]) and sets[one] is not sets[other]:
                    joined = sets[one] | sets[other]
                    for n in joined:
                        sets[n] = joined
                    changed = True
    for one in range(len(keys)):
        for other in range(len(keys)):
            assert (groups[one] == groups[other]) == (other in sets[one])


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=80), language=st.sampled_from(("en", "fr", "de", "und")))
def test_any_text_gets_an_answer_with_reasons_inside(learned: Learned, text: str, language: str):
    said = learned.suggest([Sentence(text, language)])[0]
    assert sum(said.probabilities.values()) == pytest.approx(1)
    assert said.label == max(said.probabilities, key=lambda one: said.probabilities[one])
    assert said.abstained == (not said.reasons)
    weights = [one.weight for one in said.reasons]
    assert weights == sorted(weights, reverse=True)
    assert all(0 <= one.start < one.end <= len(text) for one in said.reasons)


def test_a_sentence_is_answered_the_same_alone_and_among_others(learned: Learned):
    sentences = [one.sentence for one in examples()]
    together = learned.suggest(sentences)
    for one, said in zip(sentences[::17], together[::17], strict=True):
        alone = learned.suggest([one])[0]
        assert alone.label == said.label
        assert alone.probabilities == pytest.approx(said.probabilities)
    assert learned.suggest([]) == []


def test_terms():
    assert words_of("Mr. O’Neil's up-to-date") == [
        "mr", "o", "neil", "s", "up", "to", "date",
        "mr o", "o neil", "neil s", "s up", "up to", "to date",
    ]  # fmt: skip
    assert pieces_of("Ab!") == [
        " a",
        "ab",
        "b!",
        "! ",
        " ab",
        "ab!",
        "b! ",
        " ab!",
        "ab! ",
        " ab! ",
    ]
    assert pieces_of("— …") == []
    assert [text for text, *_ in tokens("«Oui», dit-il.")] == ["«oui»,", "dit-il."]
    assert [(one.start, one.end) for one in tokens("«Oui», dit-il.")] == [(1, 4), (7, 13)]


def test_the_rules_answer_in_the_terms_of_the_classes():
    said = see(Sentence("Prices may perhaps fall.", "en")).judgement
    speculative, factual = prior(said, ("speculative", "factual"))
    assert speculative > factual
    objective, subjective = prior(said, ("objective", "subjective"))
    assert (subjective > objective) == (said.subjectivity > 0.5)
    assert prior(said, ("red", "green")) == [0.0, 0.0]


def test_what_all_sentences_have_counts_for_nothing():
    """Else it would move all of them alike, away from where the rules draw the line."""
    given = [
        Sentence(f"The {word} may open on day {n}.", "en")
        for n in range(5)
        for word in ("mill", "ship")
    ]
    seen = [see(one) for one in given]
    (linear,) = fit(seen, ["factual", "speculative"] * 5, [1.0])
    everywhere = [linear.cue_columns[name] for name in seen[0].cues]
    assert everywhere
    assert linear.features(seen, None)[:, everywhere].toarray() == pytest.approx(0, abs=1e-5)
    without = see(Sentence("The mill is open.", "en"))
    assert (linear.features([without], None)[:, everywhere].toarray() < 0).any()


def strengths(text: str, language: str) -> tuple[float, ...]:
    numbers = dict(zip(NUMBERS, see(Sentence(text, language)).numbers, strict=True))
    return numbers["strongest word"], numbers["strong words"]


def test_how_strong_the_words_are():
    plain = strengths("The mill was sold on Monday.", "en")
    assert plain == (0.0, 0.0)
    assert strengths("The mill was sold in a horrible fraud.", "en") > plain
    assert strengths("The mill was a superb triumph.", "en") > plain


@pytest.mark.parametrize("language", ["fr", "de"])
def test_without_an_analyser_a_sentence_is_as_usual(language: str):
    """A language must not count as calm because nothing is known of its words."""
    assert all(map(math.isnan, strengths("Le superbe moulin, un horrible désastre.", language)))
    columns = [NUMBERS.index(name) - len(NUMBERS) for name in ("strongest word", "strong words")]
    for spoken in ("en", language):
        given = [Sentence(f"A horrible disaster in the mill {n}.", spoken) for n in range(4)]
        (linear,) = fit([see(one) for one in given], ["objective", "subjective"] * 2, [1.0])
        found = linear.features([see(Sentence("Le moulin 5.", language))], None).toarray()
        assert (found[0, columns] == 0).all()
        assert (linear.usual[columns] > 0).all() == (spoken == "en")


def test_labels_that_say_nothing_leave_it_at_the_rules():
    """Labels by chance: all that can be learned from them is noise."""
    labels = random.Random(1).choices(("factual", "promotional"), k=60)
    trained = train([example(n, label, "grobble") for n, label in enumerate(labels)])
    assert trained.room < 1
    texts = ["It is the finest mill ever built.", "The mill was sold on Monday for $3 million."]
    sentences = [Sentence(text, "en") for text in texts]
    for one, said in zip(sentences, Learned(trained.linear, "v").suggest(sentences), strict=True):
        assert said.label == rules.suggest(one.text, one.language).label


def test_where_the_rules_know_nothing_it_is_a_logistic_regression():
    from sklearn.linear_model import LogisticRegression

    classes = ("red", "green", "blue")
    given = examples(classes)
    seen = [see(one.sentence) for one in given]
    labels = [one.label for one in given]
    (linear,) = fit(seen, labels, [0.5])
    solver = LogisticRegression(C=0.5, class_weight="balanced", fit_intercept=False, tol=1e-9)
    solver.fit(linear.features(seen, None), labels)
    assert linear.weights == pytest.approx(solver.coef_, abs=1e-3)


def test_more_labels_move_it_further_from_the_rules():
    """Labels that say the contrary of the rules win in the end."""
    wrong = [
        Example(
            Sentence(f"The {PLACES[n % 8]} may open {n}.", "en"), "factual", (f"document {n % 9}",)
        )
        for n in range(80)
    ]
    given = [*wrong, *examples(("promotional", "speculative"), 80)]
    said = model(given).suggest([Sentence("The mill may open 7.", "en")])[0]
    assert said.label == "factual"
