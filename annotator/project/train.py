"""Training of a project's model: from which labels, what its card says, and putting it to use."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from annotator.baseline import rules
from annotator.baseline.learned import NAME, saved, training
from annotator.baseline.learned.embedder import open_embedder
from annotator.baseline.learned.training import Example, Trained
from annotator.core.errors import UsageProblem
from annotator.core.model import Sentence
from annotator.core.progress import Progress, silent
from annotator.core.scheme import BUILT_IN, Scheme, built_in
from annotator.core.text import counted
from annotator.formats.labelled import Labelled, LabelledSet
from annotator.project import evaluate, suggest
from annotator.project.folder import Project
from annotator.quality.questions import Said
from annotator.quality.scores import Scores, reliability, score
from annotator.store import Store, reading

MODELS: Final = suggest.MODELS


@dataclass(frozen=True)
class Labels:
    """What is learned from: labelled sentences, where they come from, and what was left out."""

    found: LabelledSet
    history: str | None
    files: tuple[dict[str, str], ...] = ()
    scheme: str = BUILT_IN

    @property
    def of_the_scheme(self) -> bool:
        """Return whether all labels are content labels of the scheme."""
        return {one.label for one in self.found.sentences} <= set(self.found.names)


def folder_of(project: Project) -> Path:
    """Return where the project keeps its model."""
    return project.labels / suggest.MODELS / NAME


def from_store(store: Store) -> Labels:
    """Return the resolved labels of the store, in the order of its documents.

    Labels that were given while a suggestion was shown are left out: a model that learned from
    them would learn from itself. Raises TooFewLabels where there are none.
    """
    try:
        found = evaluate.read_store(store)
    except UsageProblem as error:
        raise training.TooFewLabels(error.message, hint=error.hint) from error
    return Labels(found, reading.history_head(store), scheme=store.scheme.id)


def from_files(paths: Sequence[Path], scheme: Scheme | None = None) -> Labels:
    """Return the labels of files: exports, or lines with text and label; raises InputProblem.

    Without a project the scheme is the built-in one.
    """
    scheme = scheme or built_in()
    whole = LabelledSet(" ".join(map(str, paths)), own=True, names=scheme.names)
    files = []
    for path in paths:
        one = evaluate.read_file(path, scheme)
        whole.sentences += one.sentences
        whole.shown += one.shown
        whole.lost += one.lost
        whole.unlabelled += one.unlabelled
        whole.guidelines |= one.guidelines
        whole.own = whole.own and one.own
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        files.append({"name": path.name, "sha256": digest})
    evaluate.question_of(whole)  # labels of two different questions are refused
    return Labels(whole, None, tuple(files), scheme.id)


def train(
    labels: Labels, folder: Path, *, embedder: str | None = None, tell: Progress = silent
) -> dict[str, Any]:
    """Train a model and put it in `folder`; returns its card.

    Raises UsageProblem for too few labels or a missing extra.
    """
    training.check([one.label for one in labels.found.sentences])
    saved.check_installed()
    embed = open_embedder(embedder) if embedder else None
    spoken = evaluate.spoken(labels.found)
    examples = [
        Example(
            Sentence(one.text, language, one.before),
            one.label,
            _keys(one),
        )
        for one, language in zip(labels.found.sentences, spoken, strict=True)
    ]
    trained = training.train(examples, embed=embed, tell=tell)
    card = _card(labels, examples, trained)
    card["embedder"] = {"name": embed.name, "digest": embed.digest} if embed else None
    return saved.save(folder, trained.linear, card)


def _keys(one: Labelled) -> tuple[str, ...]:
    """Return what a sentence shares with those that must not be held apart from it."""
    document = () if one.document is None else (f"{training.DOCUMENT}{one.document}",)
    return document if one.group is None else (*document, f"group {one.group}")


# -- the card ----------------------------------------------------------------------------------


def _card(labels: Labels, examples: Sequence[Example], trained: Trained) -> dict[str, Any]:
    found = labels.found
    classes = trained.linear.classes
    counts = Counter(one.label for one in examples)
    own = labels.of_the_scheme
    return {
        "name": NAME,
        "scheme": labels.scheme if own else None,
        "guidelines": sorted(found.guidelines),
        "labels": {name: counts[name] for name in classes},
        "missing": [name for name in found.names if name not in classes] if own else [],
        "history": labels.history,
        "files": list(labels.files),
        "left_out": {"suggestion_shown": found.shown, "unresolved_or_none": found.unlabelled},
        "notes": _notes(labels, trained),
        "cross_validation": _measured(labels, examples, trained),
        "room": trained.room,
        "rules": rules.version(),
        "libraries": saved.libraries(),
    }


def _notes(labels: Labels, trained: Trained) -> list[str]:
    notes = []
    if shown := labels.found.shown:
        notes.append(f"left out: {counted(shown, 'label')} given while a suggestion was shown")
    if trained.by == "sentence":
        notes.append(
            "The documents are not known, too few, or tied to each other by copies: sentences of"
            " one document were learned from and asked about, so the scores may be too good"
        )
    if not labels.of_the_scheme:
        notes.append("Its labels are not those of the scheme: it can be evaluated, and not used")
    return notes


def _measured(labels: Labels, examples: Sequence[Example], trained: Trained) -> dict[str, Any]:
    """Return the scores of cross-validation, beside those of the rules on the same sentences."""
    gold = [one.label for one in examples]
    documents = [one.document for one in labels.found.sentences]
    answers = [max(one, key=one.__getitem__) for one in trained.unseen]
    found = score(gold, answers, trained.linear.classes, documents)
    sure = reliability(
        [max(one.values()) for one in trained.unseen],
        [label == answer for label, answer in zip(gold, answers, strict=True)],
    )
    return {
        "folds": trained.folds,
        "by": trained.by,
        "n": found.n,
        "accuracy": _figure(found, "accuracy"),
        "macro_f1": _figure(found, "macro_f1"),
        "classes": {
            name: {
                "n": one.labelled,
                **{key: _rounded(getattr(one, key).value) for key in ("precision", "recall", "f1")},
            }
            for name, one in found.classes.items()
        },
        "calibration_error": _rounded(sure.ece) if sure else None,
        "rules": _by_rules(labels, examples, documents),
    }


def _by_rules(
    labels: Labels, examples: Sequence[Example], documents: Sequence[str | None]
) -> dict[str, Any]:
    """Return the scores of the rules; none where they know other labels."""
    question = evaluate.question_of(labels.found)
    if not all(map(question.takes, rules.LABELS)):
        return {}
    answers = []
    for one in examples:
        said = rules.suggest(*one.sentence[:2], before=one.sentence.before)
        answers.append(
            question.answer(
                Said(said.label, said.probabilities, said.subjectivity, True, said.abstained)
            )
        )
    found = score([one.label for one in examples], answers, question.classes, documents)
    return {name: _figure(found, name) for name in ("accuracy", "macro_f1")}


def _figure(found: Scores, name: str) -> dict[str, float | None]:
    figure = getattr(found, name)
    return {key: _rounded(getattr(figure, key)) for key in ("value", "low", "high")}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
