"""Measuring models against labels: those of this project's store, or of files of labelled lines.

Majority and sentiment stand beside every model: a score says little without what costs nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from annotator.baseline import rules, sentiment, suggesters
from annotator.baseline.learned.saved import CARD, read_card
from annotator.core.errors import InputProblem, UsageProblem
from annotator.core.model import BODY, Sentence, Sentiment, Suggestion
from annotator.core.scheme import Scheme, built_in
from annotator.core.text import one_line
from annotator.formats import labelled
from annotator.formats.articles import Counts, Plan, articles
from annotator.formats.labelled import Labelled, LabelledSet
from annotator.formats.values import POLICY
from annotator.ingest import language as languages
from annotator.quality import questions
from annotator.quality.bootstrap import SEED, Drawing
from annotator.quality.questions import Question, Said
from annotator.quality.scores import Reliability, Scores, measures, reliability, score
from annotator.store import Store, exchange, reading
from annotator.store.sought import sought_out

MAJORITY: Final = "majority"
SENTIMENT: Final = "sentiment"
BASELINES: Final = (MAJORITY, SENTIMENT)
STORE: Final = "the store"


@dataclass(frozen=True)
class Coverage:
    """How much a model has something to say about, and its scores on that."""

    share: float
    n: int
    accuracy: float | None
    macro_f1: float | None


@dataclass(frozen=True)
class Scored:
    """What a model's answers are worth. What it cannot have is None, and `why_not` says why."""

    model: str
    version: str | None
    scores: Scores
    reliability: Reliability | None
    coverage: Coverage
    why_not: str | None
    caution: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the scores for a program."""
        return {
            "model": self.model,
            "version": self.version,
            "caution": self.caution,
            **self.scores.as_json(),
            "reliability": self.reliability.as_json() if self.reliability else None,
            "no_reliability": self.why_not,
            "coverage": vars(self.coverage),
        }


@dataclass(frozen=True)
class Evaluation:
    """Models beside each other on one set of labelled sentences."""

    found: LabelledSet
    question: Question
    drawing: Drawing
    models: tuple[Scored, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the evaluation for a program."""
        return {
            "on": self.found.name,
            "n": len(self.found.sentences),
            "question": {"answers": list(self.question.classes), "asked": self.question.yes},
            "sought_out_by_their_order": self.found.sought,
            "left_out": {
                "labels_given_with_the_suggestion_shown": self.found.shown,
                "sentences_for_that": self.found.lost,
                "sentences_without_label": self.found.unlabelled,
            },
            "intervals": self.drawing.as_json(),
            "models": [one.as_json() for one in self.models],
        }


# -- labelled sentences ------------------------------------------------------------------------


def read_file(path: Path, scheme: Scheme | None = None) -> LabelledSet:
    """Return the labelled sentences of a file; raises InputProblem.

    Without a project the scheme is the built-in one.
    """
    names = (scheme or built_in()).names
    try:
        with path.open("rb") as lines:
            found = labelled.read(lines, str(path), questions.known(names))
            found.names = names
            return found
    except OSError as error:
        raise InputProblem(f"cannot be read: {error.strerror}", file=str(path)) from error


def read_store(store: Store) -> LabelledSet:
    """Return the sentences of the current documents with a resolved label; raises UsageProblem."""
    found = LabelledSet(STORE, own=True, names=store.scheme.names)
    names = {n: name for n, name, _ in reading.reviewers(store)}
    counts = Counts()
    plan = Plan(found.names, names, POLICY, "", every=False)
    with exchange.snapshot(store):
        sought = sought_out(store)
        held = exchange.held(store, plan, lambda _: None, counts)
        for article in articles(held, plan, counts):
            before = _before(store, article.sentences[0].id)
            for one in article.sentences:
                given = [(each.label, each.suggestion_shown) for each in one.annotations]
                # What was adjudicated was decided with the suggestion out of sight.
                settled = one.outcome.resolution == "adjudicated"
                label, shown = (one.outcome.label, 0) if settled else labelled.unseen(given)
                found.shown += shown
                found.guidelines |= {each.guideline for each in one.annotations if each.guideline}
                if label is None:
                    found.lost += 1
                    continue
                found.sought += one.id in sought
                text = article.text[one.start : one.end]
                found.sentences.append(
                    Labelled(
                        text,
                        label,
                        article.language,
                        article.id,
                        one.duplicate_group,
                        before=before.get(one.start),
                    )
                )
    found.unlabelled = counts.unresolved + counts.none + counts.skipped
    if not found.sentences:
        shown_all = f": {found.shown} were given while the suggestion was shown"
        raise UsageProblem(
            "there is no label to measure against" + (shown_all if found.shown else ""),
            hint="label some sentences first, or name a labelled file with --on",
        )
    return found


def _before(store: Store, sentence: str) -> Mapping[int, str]:
    """Return the sentence before each one of a document's body, by where the latter starts."""
    unit = reading.find_unit(store, sentence)
    article = reading.article(store, reading.document_of(store, unit or 0))
    body = [one for one in article.units if one.kind == BODY]
    return {this.start: article.text[last.start : last.end] for last, this in pairwise(body)}


def question_of(found: LabelledSet) -> Question:
    """Return the question that a set answers; raises InputProblem for labels of two questions."""
    occurring = {one.label for one in found.sentences}
    names = found.names
    question = questions.labels(names) if found.own else questions.question_of(occurring, names)
    if question is None or not occurring <= set(question.classes):
        raise InputProblem(
            f"its labels are of different questions: {', '.join(sorted(occurring))}",
            file=found.name,
        )
    return question


def spoken(found: LabelledSet) -> list[str]:
    """Return the language of each sentence: as its file says, or else detected."""
    return [one.language or languages.detect([one.text]).code for one in found.sentences]


# -- models ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Model:
    """A model by the name it was asked for; `speak` is None for the majority."""

    name: str
    version: str | None
    speak: Callable[[Sequence[Sentence]], Sequence[Said]] | None
    card: Mapping[str, Any] | None = None


def model_of(name: str, models: Path | None = None, labels: tuple[str, ...] | None = None) -> Model:
    """Return the model of that name or path; raises UsageProblem or InputProblem.

    `sentiment` is the default analyser of each language, `sentiment:NAME` a certain one. `models`
    is the folder with the trained models of a project, `labels` those of its scheme.
    """
    if name == MAJORITY:
        return Model(name, None, None)
    kind, _, analyzer = name.partition(":")
    if kind == SENTIMENT:
        version = sentiment.get(analyzer).version if analyzer else None
        return Model(name, version, lambda sentences: _by_sentiment(sentences, analyzer or None))
    suggester = suggesters.get(name, models, labels)
    places = [Path(name), *([models / name] if models else [])]
    card = next((read_card(one) for one in places if (one / CARD).is_file()), None)
    return Model(
        suggester.name,
        suggester.version,
        lambda sentences: [_said(one) for one in suggester.suggest(sentences)],
        card,
    )


def _caution(model: Model, found: LabelledSet) -> str | None:
    """Return what to know of a trained model's scores on a set that it may have learned from."""
    if model.card is None:
        return None
    name = Path(found.name).name
    if found.name == STORE and model.card.get("history"):
        learned = "it learned from labels of a store: if from these, its scores are too good"
    elif any(one["name"] == name for one in model.card.get("files", ())):
        learned = f"it learned from a file {name}: if from this one, its scores are too good"
    else:
        return None
    crossed = model.card.get("cross_validation") or {}
    value = crossed.get("macro_f1", {}).get("value")
    if value is None:
        return learned
    return (
        f"{learned}; in cross-validation by {crossed['by']} its macro-F1 was {value:.2f}"
        f" (n = {crossed['n']})"
    )


def _said(one: Suggestion) -> Said:
    # Some suggesters answer a further question: how subjective the wording is.
    stance = getattr(one, "subjectivity", None)
    return Said(one.label, one.probabilities, stance, stance is not None, one.abstained)


def _by_sentiment(sentences: Sequence[Sentence], analyzer: str | None) -> list[Said]:
    said = []
    for one in sentences:
        name = analyzer or sentiment.default_for(one.language)
        found = sentiment.get(name) if name else None
        scored = found(one.text) if found and found.language == one.language else None
        said.append(of_sentiment(scored))
    return said


def of_sentiment(scored: Sentiment | None) -> Said:
    """Return what sentiment alone says of a sentence; it abstains where there is none."""
    stance = scored.subjectivity if scored else None
    return Said(sentiment.label_of(scored), None, stance, abstained=scored is None)


# -- scoring -----------------------------------------------------------------------------------


def evaluate(
    found: LabelledSet, names: Iterable[str], *, models: Path | None = None, seed: int = SEED
) -> Evaluation:
    """Return how the models of these names answer a set's question, in their order."""
    question = question_of(found)
    documents = [one.document for one in found.sentences]
    drawing = Drawing.of(documents, seed=seed)
    asked = [
        Sentence(one.text, code, one.before)
        for one, code in zip(found.sentences, spoken(found), strict=True)
    ]
    asked_of = [
        model_of(name, models, found.names)
        for name in dict.fromkeys(names)
        # Beside every model, but where its labels are others.
        if name != SENTIMENT or all(map(question.takes, rules.LABELS))
    ]
    return Evaluation(
        found,
        question,
        drawing,
        tuple(_scored(one, found, question, asked, drawing) for one in asked_of),
    )


def _scored(
    model: Model,
    found: LabelledSet,
    question: Question,
    asked: Sequence[Sentence],
    drawing: Drawing,
) -> Scored:
    labels = [one.label for one in found.sentences]
    documents = [one.document for one in found.sentences]
    if model.speak is None:
        counts = Counter(labels)
        most = max(question.classes, key=lambda one: counts[one])
        answers, said = [most] * len(labels), None
    else:
        said = model.speak(asked)
        if len(said) != len(asked):
            raise UsageProblem(f"{model.name} gave {len(said)} answers to {len(asked)} sentences")
        for one in said:
            if not question.takes(one.label):
                raise UsageProblem(
                    f"{model.name} suggests {one_line(one.label, 40)!r}; asked was:"
                    f" {question.words}"
                )
        answers = [question.answer(one) for one in said]
    scores = score(labels, answers, question.classes, documents, drawing)
    sure = [question.sureness(one) for one in said or ()]
    known = [chance for chance in sure if chance is not None]
    right = [label == answer for label, answer in zip(labels, answers, strict=True)]
    whole = bool(known) and len(known) == len(labels)
    return Scored(
        model.name,
        model.version,
        scores,
        reliability(known, right) if whole else None,
        _coverage(labels, answers, question, said),
        None if whole else "it gives no probabilities of its answers",
        _caution(model, found),
    )


def _coverage(
    labels: Sequence[str],
    answers: Sequence[str],
    question: Question,
    said: Sequence[Said] | None,
) -> Coverage:
    kept = [n for n in range(len(labels)) if said is None or not said[n].abstained]
    counts = Counter((labels[n], answers[n]) for n in kept)
    found = measures(counts, question.classes)
    accuracy, macro_f1 = (
        value if isinstance(value, float) else None
        for value in (found["accuracy", ""], found["macro-f1", ""])
    )
    return Coverage(len(kept) / len(labels), len(kept), accuracy, macro_f1)
