"""What `annotator evaluate` prints for people: tables, what they leave out, and what to mind."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from annotator.cli.common import table
from annotator.core.text import counted

if TYPE_CHECKING:
    from annotator.formats.labelled import LabelledSet
    from annotator.project.evaluate import Evaluation, Scored
    from annotator.project.evaluate_cues import CueScores, WrongEntry
    from annotator.project.evaluate_sentiment import AnalyzerScore
    from annotator.quality.bootstrap import Figure


def overview(done: Sequence[Evaluation]) -> str:
    """Return the macro-F1 of every model on every set as one table."""
    names = [one.model for one in done[0].models]
    rows = [
        (
            Path(one.found.name).stem,
            len(one.found.sentences),
            one.drawing.documents or "-",
            *(figure(model.scores.macro_f1) for model in one.models),
        )
        for one in done
    ]
    said = [
        f"{Path(one.found.name).stem}: {note}"
        for one in done
        for note in (*notes(one.found), *cautions(one))
    ]
    b, seed = done[0].drawing.times, done[0].drawing.seed
    return "\n".join(
        [
            "macro-F1 [95 % interval]",
            table(("on", "n", "documents", *names), rows, " rr"),
            f"percentile bootstrap, B = {b}, seed {seed}; by document from 10 documents on,"
            " else for these sentences only",
            *said,
        ]
    )


def described(one: Evaluation) -> str:
    """Return an evaluation in words and tables."""
    counts = ", ".join(
        f"{name} {sum(each.label == name for each in one.found.sentences)}"
        for name in one.question.classes
    )
    number, sentences = one.drawing.documents, counted(len(one.found.sentences), "sentence")
    documents = f" in {counted(number, 'document')}" if number else ""
    lines = [
        f"{one.found.name}: n = {sentences}{documents} ({counts})",
        f"question: {one.question.words}",
        *notes(one.found),
        one.drawing.described(),
        "",
        table(
            ("model", "n", "accuracy", "macro-F1", "speaks on"),
            [
                (
                    model.model,
                    model.scores.n,
                    figure(model.scores.accuracy),
                    figure(model.scores.macro_f1),
                    f"{model.coverage.share:.0%}",
                )
                for model in one.models
            ],
            " r",
        ),
        *cautions(one),
    ]
    for model in one.models:
        if model.model not in ("majority", "sentiment"):
            lines += ["", *_details(model, one)]
    return "\n".join(lines)


def cautions(one: Evaluation) -> list[str]:
    """Return what to know before a model's scores are believed, a line each."""
    return [f"{model.model}: {model.caution}" for model in one.models if model.caution]


def notes(found: LabelledSet) -> list[str]:
    """Return what was left out of a set of labels, and how they were chosen, a line each."""
    lines = []
    if found.shown:
        lines.append(
            f"left out: {counted(found.shown, 'label')} given while the suggestion was shown"
            f" ({counted(found.lost, 'sentence')} without another)"
        )
    if found.unlabelled:
        lines.append(
            f"left out: {counted(found.unlabelled, 'sentence')} without a resolved content label"
        )
    if found.sought:
        lines.append(
            f"{found.sought} came by --order uncertain or disagreement: they are harder than"
            " sentences as they come, and the scores lower"
        )
    return lines


def _details(model: Scored, one: Evaluation) -> list[str]:
    classes = model.scores.classes
    version = f" ({model.version})" if model.version else ""
    return [
        f"{model.model}{version}",
        table(
            ("class", "labelled", "answered", "precision", "recall", "F1"),
            [
                (
                    name,
                    each.labelled,
                    each.answered,
                    figure(each.precision),
                    figure(each.recall),
                    figure(each.f1),
                )
                for name, each in classes.items()
            ],
            " rr",
        ),
        "",
        table(
            ("label \\ answer", *classes),
            [
                (name, *(model.scores.confusion.get((name, other), 0) for other in classes))
                for name in classes
            ],
            " " + "r" * len(classes),
        ),
        "",
        *_reliability(model),
        "",
        _coverage(model, one),
    ]


def _reliability(model: Scored) -> list[str]:
    found = model.reliability
    if found is None:
        return [f"reliability: n/a, {model.why_not}"]
    return [
        f"reliability: expected calibration error {found.ece:.3f} (n = {found.n})",
        table(
            ("said", "n", "on average", "right"),
            [
                (f"{one.low:.1f} to {one.high:.1f}", one.n, f"{one.sure:.2f}", f"{one.right:.2f}")
                for one in found.bins
            ],
            " rrr",
        ),
    ]


def _coverage(model: Scored, one: Evaluation) -> str:
    found = model.coverage
    said = f"coverage: something speaks for an answer in {found.n} of {len(one.found.sentences)}"
    if found.accuracy is None or found.macro_f1 is None:
        return said
    return f"{said}; on those, accuracy {found.accuracy:.2f}, macro-F1 {found.macro_f1:.2f}"


def figure(one: Figure) -> str:
    """Return a figure with its interval, or why there is none."""
    if one.value is None:
        return f"n/a ({one.why})"
    if one.low is None or one.high is None:
        return f"{_short(one.value)} ({one.why})" if one.why else _short(one.value)
    return f"{_short(one.value)} [{_short(one.low)}, {_short(one.high)}]"


def _short(value: float) -> str:
    # Not "-0.00".
    return f"{round(value, 2) + 0.0:.2f}"


def wrong_cues(entries: Sequence[WrongEntry]) -> str:
    """Return the cues that reviewers called wrong as a table."""
    if not entries:
        return "cues that reviewers called wrong: none"
    rows = [
        (
            one.kind,
            one.entry,
            one.model,
            "-" if one.fired is None else one.fired,
            ", ".join(f"{name} {n}" for name, n in sorted(one.by.items())),
            ", ".join(
                f"{name or 'unlabelled'} {n}"
                for name, n in sorted(one.labels.items(), key=lambda item: item[0] or "")
            ),
        )
        for one in entries
    ]
    header = ("kind", "entry", "model", "fired", "called wrong by", "labels given")
    return "cues that reviewers called wrong\n" + table(header, rows, "   r")


WILSON = "precision: with its 95 % Wilson interval, for these sentences only"


def kinds(scores: CueScores) -> str:
    """Return what each kind of cue is worth on a set as a table."""
    rows = [
        (
            one.kind,
            one.sentences,
            one.speaks_for or "-",
            figure(one.precision) if one.speaks_for else "-",
            f"{one.share:.2f}" if one.share is not None else "-",
            *one.by_label.values(),
        )
        for one in scores.kinds
    ]
    header = ("kind", "sentences", "speaks for", "precision", "share of all")
    found, classes = scores.found, scores.question.classes
    return "\n".join(
        [
            f"{found.name}: cues in n = {counted(len(found.sentences), 'sentence')}",
            *notes(found),
            WILSON,
            table((*header, *classes), rows, " r  r" + "r" * len(classes)),
        ]
    )


def analyzers(found: LabelledSet, scores: Sequence[AnalyzerScore]) -> str:
    """Return what the analysers are worth on a set as tables."""
    lines = [f"{found.name}: n = {counted(len(found.sentences), 'sentence')}", *notes(found)]
    if not scores:
        return "\n".join([*lines, "there is no analyser for the languages in it"])
    lines += [
        f"{code}: {drawing.described()}"
        for code, drawing in {one.language: one.drawing for one in scores}.items()
    ]
    means = [
        (
            "" if n else one.analyzer,
            label,
            each.n,
            figure(each.polarity),
            figure(each.subjectivity),
        )
        for one in scores
        for n, (label, each) in enumerate(one.by_label.items())
    ]
    worth = [(one.analyzer, one.n, one.silent, figure(one.macro_f1)) for one in scores]
    people = [
        f"{one.analyzer}: Spearman with the polarity that people gave: {figure(one.spearman)},"
        f" n = {one.spearman_n}"
        for one in scores
        if one.spearman_n
    ]
    return "\n".join(
        [
            *lines,
            table(("analyser", "label", "n", "mean polarity", "mean subjectivity"), means, "  r"),
            "",
            table(("analyser", "n", "no known word", "macro-F1 of its labels"), worth, " rr"),
            *people,
        ]
    )
