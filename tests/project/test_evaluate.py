"""Measuring models against the labels of a store and of files, beside what costs nothing."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from annotator.baseline import rules, suggesters
from annotator.core.errors import InputProblem, UsageProblem
from annotator.core.model import Reason, Suggestion
from annotator.formats.labelled import Labelled, LabelledSet
from annotator.project import Project
from annotator.project import evaluate as evaluating
from annotator.project.evaluate import evaluate, read_file, read_store
from annotator.project.evaluate_cues import score_cues, speaks_for, wrong_entries
from annotator.project.evaluate_sentiment import score_sentiment
from annotator.project.ingest import ingest
from annotator.project.request import Request
from annotator.quality import questions
from annotator.store import reading
from annotator.store.feedback import payload
from annotator.store.journal import Journal

ARTICLE = (
    "The Plant\n\nIt is said that the plant works. The plant opened on Monday.\n"
    "It marks a milestone for the valley. Prices could fall by autumn.\n"
)
LABELS = ("speculative", "factual", "promotional", "speculative")
GIVEN = {"guideline": "1.0", "scheme": "credibility/1", "seconds": 2.5}


def labelled(*pairs, **known):
    found = LabelledSet("some.jsonl")
    found.sentences = [Labelled(text, label, "en", **known) for text, label in pairs]
    return found


SOME = labelled(
    ("The plant opened on Monday.", "factual"),
    ("The council met on Tuesday.", "factual"),
    ("Prices might possibly fall.", "speculative"),
    ("It marks a milestone.", "promotional"),
)


@pytest.fixture
def store(tmp_path):
    (tmp_path / "corpus").mkdir()
    article = tmp_path / "corpus" / "a.txt"
    article.write_text(ARTICLE, encoding="utf-8")
    with Project(tmp_path).open() as store:
        ingest(store, Request([article], tmp_path))
        yield store


def body(store):
    return [one.n for one in reading.article(store, 1).units if one.kind == "body"]


def label(store, unit, name, *, reviewer="ana", shown=()):
    Journal(store, reviewer).record("label", unit, {"label": name, "shown": list(shown), **GIVEN})


# -- where labels come from --------------------------------------------------------------------


def test_the_labels_of_a_store_come_with_the_sentence_before(store):
    for unit, name in zip(body(store), LABELS, strict=True):
        label(store, unit, name)
    found = read_store(store)
    assert [one.label for one in found.sentences] == list(LABELS)
    assert [one.before for one in found.sentences] == [
        None, *(one.text for one in found.sentences[:-1]),
    ]  # fmt: skip
    assert {one.language for one in found.sentences} == {"en"}
    assert len({one.document for one in found.sentences}) == 1
    assert found.own
    assert evaluating.question_of(found) == questions.labels()


def test_labels_given_with_the_suggestion_in_sight_are_left_out(store):
    first, second, third, fourth = body(store)
    label(store, first, "speculative")
    label(store, second, "factual", shown=["baseline"])
    label(store, third, "factual", shown=["baseline"])
    label(store, third, "promotional", reviewer="ben")
    label(store, fourth, "factual", shown=["source"])
    found = read_store(store)
    assert [one.label for one in found.sentences] == ["speculative", "factual"]
    assert (found.shown, found.lost) == (1, 1)
    assert found.unlabelled == 1  # the two reviewers of the third one differ


def test_a_majority_is_that_of_the_labels_given_blind(store):
    unit = body(store)[0]
    label(store, unit, "factual", shown=["baseline"])
    label(store, unit, "factual", reviewer="ben", shown=["baseline"])
    label(store, unit, "speculative", reviewer="cem")
    found = read_store(store)
    assert [one.label for one in found.sentences] == ["speculative"]
    assert (found.shown, found.lost) == (2, 0)


def test_labels_of_sentences_that_were_sought_out_are_counted(store):
    first, second, third, fourth = body(store)
    for unit, order in ((first, "uncertain"), (second, "random"), (third, "disagreement")):
        drawn = {"order": order, "probability": 0.5, "model": "rules/1"}
        Journal(store, "ana").record(
            "label", unit, {"label": "factual", "shown": [], "drawn": drawn, **GIVEN}
        )
    label(store, fourth, "factual")
    assert read_store(store).sought == 2
    Journal(store, "ana").undo()
    Journal(store, "ana").undo()
    assert read_store(store).sought == 1


def test_a_store_without_labels_says_so(store):
    with pytest.raises(UsageProblem, match=r"no label to measure against$"):
        read_store(store)
    label(store, body(store)[0], "factual", shown=["baseline"])
    with pytest.raises(UsageProblem, match="1 were given while the suggestion was shown"):
        read_store(store)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(InputProblem, match="cannot be read"):
        read_file(tmp_path / "none.jsonl")


def test_labels_of_two_questions_are_refused():
    found = labelled(("A.", "factual"), ("B.", "subjective"))
    with pytest.raises(InputProblem, match="different questions: factual, subjective"):
        evaluate(found, ["majority"])


def test_an_export_is_always_asked_for_all_labels(tmp_path):
    line = {
        "text": "It rained.", "label": "factual", "resolution": "single",
        "annotations": [{"label": "factual", "suggestion_shown": False}],
        "document": {"id": "a", "language": "en"},
    }  # fmt: skip
    other = {**line, "text": "It may rain.", "label": "speculative"}
    other["annotations"] = [{"label": "speculative", "suggestion_shown": False}]
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps(line) + "\n" + json.dumps(other) + "\n")
    assert evaluate(read_file(path), ["majority"]).question.yes is None


def test_a_language_that_is_not_said_is_detected():
    found = LabelledSet("x")
    found.sentences = [
        Labelled("Le maire a dit que la nouvelle usine pourrait fermer avant l’hiver.", "factual"),
        Labelled("The mayor said that the new plant could close before winter.", "factual"),
    ]
    assert evaluating.spoken(found) == ["fr", "en"]


# -- models ------------------------------------------------------------------------------------


def test_models_stand_beside_each_other():
    done = evaluate(SOME, ["rules/1", "majority", "sentiment", "rules/1"])
    assert [one.model for one in done.models] == ["rules/1", "majority", "sentiment"]
    by_rules, majority, _ = done.models
    assert by_rules.version == rules.version()
    assert by_rules.scores.accuracy.value > majority.scores.accuracy.value == 0.5
    assert majority.scores.classes["factual"].answered == 4
    assert majority.why_not == "it gives no probabilities of its answers"
    assert by_rules.reliability.n == 4
    data = json.loads(json.dumps(done.as_json()))
    assert data["n"] == 4
    assert data["intervals"]["seed"] == done.drawing.seed
    assert data["models"][0]["classes"]["factual"]["recall"]["value"] is not None


def test_what_it_abstains_on_is_counted_and_scored_apart():
    found = labelled(
        ("It marks a milestone.", "promotional"), ("Blue.", "factual"), ("Red.", "speculative")
    )
    (one,) = evaluate(found, ["rules/1"]).models
    assert (one.coverage.n, one.coverage.share) == (1, pytest.approx(1 / 3))
    assert one.coverage.accuracy == 1.0
    assert one.scores.accuracy.value == pytest.approx(2 / 3)


def test_an_analyser_by_name_and_one_of_another_language():
    english, french = evaluate(SOME, ["sentiment:vader-en", "sentiment:textblob-fr"]).models
    assert english.version.startswith("3.")
    assert english.coverage.n == 4
    assert french.coverage.n == 0
    assert french.coverage.accuracy is None
    with pytest.raises(UsageProblem, match="no sentiment analyser"):
        evaluate(SOME, ["sentiment:none"])
    with pytest.raises(UsageProblem):
        evaluate(SOME, ["no/such model"])


class Odd:
    """A suggester that does not keep to what was agreed."""

    name, version = "odd", "1"

    def __init__(self, label, times):
        self.label, self.times = label, times

    def suggest(self, sentences):
        return [Suggestion(self.label, {self.label: 1.0})] * (len(sentences) * self.times)


@pytest.mark.parametrize(
    ("odd", "words"),
    [
        (Odd("fiction", 1), "suggests 'fiction'; asked was: factual, speculative"),
        (Odd("factual", 2), "gave 8 answers to 4 sentences"),
    ],
)
def test_a_model_that_answers_something_else_is_refused(monkeypatch, odd, words):
    monkeypatch.setattr(suggesters, "get", lambda name, models=None, labels=None: odd)
    with pytest.raises(UsageProblem, match=words):
        evaluate(SOME, ["odd"])


def test_a_model_that_may_have_learned_from_the_set_is_told_apart(tmp_path, monkeypatch):
    crossed = {"by": "document", "n": 300, "macro_f1": {"value": 0.8123}}
    card = {"version": "1", "history": "abc", "files": [{"name": "some.jsonl", "sha256": "0"}]}
    monkeypatch.setattr(suggesters, "get", lambda *_: Odd("factual", 1))
    folder = tmp_path / "learned"
    folder.mkdir()

    def caution(card, name):
        (folder / "card.json").write_text(json.dumps(card))
        found = LabelledSet(name)
        found.sentences = SOME.sentences
        (by_path,), (by_name,) = (
            evaluate(found, [str(folder)]).models,
            evaluate(found, ["learned"], models=tmp_path).models,
        )
        assert by_path.caution == by_name.caution
        return by_path.caution

    assert "learned from a file some.jsonl" in caution(card, "elsewhere/some.jsonl")
    said = caution({**card, "cross_validation": crossed}, "the store")
    assert "in cross-validation by document its macro-F1 was 0.81 (n = 300)" in said
    assert caution(card, "other.jsonl") is None
    assert caution({**card, "history": None}, "the store") is None


def test_the_same_numbers_as_the_script_beside_the_development_data(shared):
    spec = importlib.util.spec_from_file_location("score", shared / "data" / "score.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    for path in sorted((shared / "data").glob("*.jsonl")):
        lines = path.read_text(encoding="utf-8").split("\n")
        rows = [json.loads(line) for line in lines[:200] if line]
        found = LabelledSet(path.stem)
        found.sentences = [Labelled(row["text"], row["label"], row["lang"]) for row in rows]
        for one in evaluate(found, ["rules/1", "sentiment"]).models:
            said = evaluating.model_of(one.model).speak(
                [evaluating.Sentence(row["text"], row["lang"]) for row in rows]
            )
            got = [
                script.as_question(
                    path.stem, {"label": each.label, "subjectivity": each.subjectivity}
                )
                for each in said
            ]
            accuracy, macro, per = script.scores([row["label"] for row in rows], got)
            assert one.scores.accuracy.value == pytest.approx(accuracy)
            assert one.scores.macro_f1.value == pytest.approx(macro)
            for name, (precision, recall, f1) in per.items():
                scores = one.scores.classes[name]
                assert (scores.precision.value or 0.0) == pytest.approx(precision)
                assert (scores.recall.value, scores.f1.value) == pytest.approx((recall, f1))


# -- cues --------------------------------------------------------------------------------------


def test_each_kind_of_cue_with_its_precision():
    found = labelled(
        ("Prices could fall.", "speculative"),
        ("Prices could rise.", "factual"),
        ("It could rain, or it could snow.", "speculative"),
        ("It marks a milestone.", "promotional"),
    )
    scores = score_cues(found)
    first = scores.kinds[0]
    assert (first.kind, first.sentences, first.speaks_for) == ("hedge.modal", 3, "speculative")
    assert first.precision.value == pytest.approx(2 / 3)
    assert first.by_label == {"factual": 1, "speculative": 2, "promotional": 0}
    assert first.share == 0.5
    assert json.loads(json.dumps(scores.as_json()))["kinds"][0]["precision"]["low"] > 0


def test_what_a_kind_speaks_for_depends_on_the_question():
    all_labels, stance = questions.labels(), questions.question_of({"subjective"})
    praise = questions.question_of({"factual", "promotional"})
    assert speaks_for("hedge.modal", all_labels) == "speculative"
    assert speaks_for("significance", all_labels) == "promotional"
    assert speaks_for("percent", all_labels) == "factual"
    assert speaks_for("hedge.modal", praise) == "factual"
    assert speaks_for("opinion", all_labels) is None
    assert speaks_for("opinion", stance) == "subjective"


def test_cues_that_reviewers_called_wrong(store):
    unit = body(store)[2]
    label(store, unit, "factual")
    text = "It marks a milestone for the valley."
    (reason, *_) = rules.suggest(text, "en").reasons
    for reviewer in ("ana", "ben"):
        said = payload(rules.NAME, reason, on=True)
        Journal(store, reviewer).record("wrong", unit, said)
    label(store, unit, "factual", reviewer="ben")
    (one,) = wrong_entries(store, read_store(store))
    assert (one.kind, one.entry, one.model) == (reason.kind, reason.entry, rules.NAME)
    assert (one.wrong, one.fired) == (2, 1)
    assert one.by == {"ana": 1, "ben": 1}
    assert one.labels == {"factual": 2}
    assert len(one.sentences) == 1
    assert json.loads(json.dumps(one.as_json()))["labels"] == {"factual": 2}
    Journal(store, "ana").undo()
    assert wrong_entries(store, read_store(store))[0].wrong == 1


def test_a_reason_of_another_model_has_no_count_of_where_it_fired(store):
    unit = body(store)[2]
    label(store, unit, "factual")
    reason = Reason(0, 2, "word", "it", None, 0.5)
    Journal(store, "ana").record("wrong", unit, payload("learned", reason, on=True))
    (one,) = wrong_entries(store, read_store(store))
    assert (one.model, one.fired, one.wrong) == ("learned", None, 1)


# -- sentiment ---------------------------------------------------------------------------------


def test_every_analyser_of_the_languages_that_occur():
    scores = score_sentiment(SOME)
    assert [one.analyzer for one in scores] == ["textblob-en", "textblob-en+news", "vader-en"]
    plain, _, vader = scores
    assert plain.by_label["factual"].n == 2
    assert plain.by_label["factual"].polarity.value is not None
    assert vader.by_label["factual"].subjectivity.why == "it knows none"
    assert plain.spearman.why == "the labels come without a polarity that people gave"
    assert json.loads(json.dumps([one.as_json() for one in scores]))[0]["n"] == 4


def test_a_label_that_does_not_occur_has_no_mean():
    found = labelled(("It may.", "speculative"), ("A fine plant.", "promotional"))
    (one, *_) = score_sentiment(found)
    assert one.by_label["factual"].polarity.why == "no sentences"


def test_the_polarity_that_people_gave_is_compared():
    found = LabelledSet("x")
    found.sentences = [
        Labelled(text, "factual", "en", polarity=given)
        for text, given in (
            ("It is terrible.", -2), ("It rained.", 0), ("It is good.", 1), ("Excellent!", 2),
        )
    ]  # fmt: skip
    (one, *_) = score_sentiment(found)
    assert one.spearman.value == pytest.approx(1)
    assert one.spearman_n == 4


def test_no_analyser_for_the_language():
    found = LabelledSet("x")
    found.sentences = [Labelled("Se on suuri menestys.", "factual", "fi")]
    assert score_sentiment(found) == []


def test_the_project_of_this_repository_can_be_measured():
    root = Path(__file__).resolve().parents[2]
    found = read_file(root / "labels" / "pass-1.jsonl")
    by_rules, majority = evaluate(found, ["rules/1", "majority"]).models
    assert by_rules.scores.macro_f1.low > majority.scores.macro_f1.high


def test_the_page_is_not_printed_without_the_data(tmp_path):
    pytest.importorskip("sklearn")
    root = Path(__file__).resolve().parents[2]
    for part in ("docs/evaluation.py", "docs/evaluation.md"):
        (tmp_path / part).parent.mkdir(exist_ok=True)
        shutil.copy(root / part, tmp_path / part)
    shutil.copytree(root / "tests" / "benchmarks", tmp_path / "tests" / "benchmarks")
    before = (tmp_path / "docs" / "evaluation.md").read_text()
    done = subprocess.run(
        [sys.executable, tmp_path / "docs" / "evaluation.py"],
        cwd=root, check=False, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 1
    assert "no part of the project" in done.stderr
    assert (tmp_path / "docs" / "evaluation.md").read_text() == before
