"""Print the tables of docs/evaluation.md: what the suggestions are worth on labelled sentences.

    python docs/evaluation.py [SECTION...]

Without names, all of SECTIONS are printed anew, one after the other; with names, only those. What
stands above the mark in the page is kept. The sentences are no part of this project: their
files are looked for in ../shared/data beside the checkout, and nothing of their text is printed. It
takes the extra `test` and a quarter of an hour or more, most of it for training. The same files and
libraries give the same tables.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

PAGE = Path(__file__).resolve().with_suffix(".md")
ROOT = PAGE.parents[1]
sys.path.insert(0, str(ROOT / "tests" / "benchmarks"))

import fit_rules  # noqa: E402 - the benchmarks are no package
import test_learned_quality as labels_teach  # noqa: E402
import test_orders as orders_save  # noqa: E402
import test_rules_quality as by_halves  # noqa: E402

from annotator.baseline.learned import training  # noqa: E402
from annotator.formats.labelled import LabelledSet  # noqa: E402
from annotator.project import curve  # noqa: E402
from annotator.project.evaluate import Evaluation, evaluate, read_file  # noqa: E402
from annotator.quality.bootstrap import SEED, TIMES, Figure  # noqa: E402
from annotator.quality.curves import STEPS, Point  # noqa: E402

MODELS = ("rules/1", "sentiment", "sentiment:vader-en", "majority")
FILES = tuple(by_halves.BARS)

MARK = "<!-- What follows is printed by docs/evaluation.py. -->\n"


def main(chosen: Sequence[str]) -> None:
    """Write the tables into the page, or say that the data is missing."""
    missing = [name for name in FILES if not (by_halves.DATA / f"{name}.jsonl").is_file()]
    if missing:
        sys.exit(
            "the labelled files are not beside this checkout; they are no part of the project.\n"
            f"missing in {by_halves.DATA.resolve()}: {', '.join(missing)}"
        )
    training.see = cache(training.see)
    for name in chosen or SECTIONS:
        tables = "\n".join(SECTIONS[name]())
        # Section by section: what is done stays when the rest is stopped.
        above, _, below = PAGE.read_text(encoding="utf-8").partition(MARK)
        pieces = re.split(r"<!-- (\w+) -->\n", below)
        kept = {**dict(zip(pieces[1::2], pieces[2::2], strict=True)), name: tables}
        body = "".join(
            f"\n<!-- {one} -->\n{kept[one].strip()}\n" for one in SECTIONS if one in kept
        )
        PAGE.write_text(f"{above}{MARK}{body}", encoding="utf-8")


def development() -> Iterable[str]:
    """Yield the table of the development files."""
    yield "## On labelled sentences of others\n"
    yield (
        "Macro-F1 with its 95 % interval, for these sentences: the files name no documents"
        f" (B = {TIMES}, seed {SEED}). Right: the half that was not read while the rules were made,"
        " and how far their probabilities are off on it.\n"
    )
    rows = []
    for name in FILES:
        whole = data(name)
        blind = evaluate(half(whole, read=False), ["rules/1"])
        one = blind.models[0]
        off = f"{one.reliability.ece:.2f}" if one.reliability else "–"
        figures = [f"{figure(one.scores.macro_f1)}, n = {one.scores.n:,}", off]
        rows.append((*across(name, evaluate(whole, MODELS)), *figures))
    yield table(("set", "n", *MODELS, "rules/1, unread half", "calibration error"), rows)


def own() -> Iterable[str]:
    """Yield the table of what belongs to the project."""
    yield "## On our own\n"
    yield (
        "Macro-F1 as above. The calibration error is that of `rules/1`. Drawn by sentence, an"
        " interval is about these sentences only: there are too few documents.\n"
    )
    sets = [("bundled labels", read_file(ROOT / "labels" / "pass-1.jsonl"))]
    for code, language in (("en", "English"), ("fr", "French")):
        found = sets[0][1]
        only = [one for one in found.sentences if one.language == code]
        sets.append((f"of them {language}", replace(found, sentences=only)))
    french = read_file(by_halves.FRENCH)
    french.sentences = [one._replace(language="fr") for one in french.sentences]
    sets.append(("French development set", french))
    rows = []
    for name, found in sets:
        done = evaluate(found, MODELS)
        sure = done.models[0].reliability
        drawn = f"{done.drawing.units} {done.drawing.unit}s"
        rows.append((*across(name, done), f"{sure.ece:.2f}" if sure else "–", drawn))
    yield table(("set", "n", *MODELS, "calibration error", "drawn"), rows)


def ablation() -> Iterable[str]:
    """Yield what the parts of the rules bring."""
    yield "## What the parts of the rules bring\n"
    yield (
        "Macro-F1 on the half that was not read. Cues are fitted anew on the other half, without"
        " and with the main clause: whether a cue stands in its predicate. `rules/1` is what the"
        " program has: fitted likewise, rounded, and kept where the guideline says otherwise than"
        " these sets.\n"
    )
    fitted = [
        {
            question: fit_rules.fit(
                question, fit_rules.rows_of(question, by_halves.DATA, use_clauses=use_clauses)
            )
            for question in fit_rules.SETS
        }
        for use_clauses in (False, True)
    ]
    predictors = (
        by_halves.by_figures(fitted[0], use_clauses=False),
        by_halves.by_figures(fitted[1], use_clauses=True),
        by_halves.by_rules,
    )
    rows = []
    for name in FILES:
        unread = half(data(name), read=False)
        baseline = evaluate(unread, ["sentiment"]).models[0].scores
        records = fit_rules.records(by_halves.DATA / f"{name}.jsonl")
        blind = [row for row in records if not fit_rules.seen(row["text"])]
        each = [f"{by_halves.score(name, blind, one):.2f}" for one in predictors]
        rows.append((name, f"{baseline.n:,}", f"{baseline.macro_f1.value:.2f}", *each))
    yield table(("set", "n", "sentiment only", "cues", "cues, main clause", "rules/1"), rows)


def learned() -> Iterable[str]:
    """Yield what labels teach the learned model."""
    yield "## What labels teach\n"
    yield (
        "Macro-F1 of the learned model, and of `rules/1` on the same sentences: trained on so many"
        " labels of a file and measured on the rest of it (mean of five draws), and with all labels"
        " in five-fold cross-validation, where sentences of the same words stay together. The"
        " embedder was made from the texts of these files without their labels; it knows no other"
        " text, and a real one may bring more. Right: the same of the half that was not read while"
        " the rules were made, where the rules have no advantage of having been written for it.\n"
    )
    embed = labels_teach.vectors()
    rows = []
    for name in FILES:
        given = labels_teach.read(name)
        for size in labels_teach.SIZES:
            if size <= 0.8 * len(given.examples):
                draws = labels_teach.draws(given, size)
                rows.append((name, f"{size:,}", *compared(given, draws, embed, size == 300)))
        rows.append((name, "all", *compared(given, labels_teach.folds(given), embed, False)))
    models = ("rules/1", "learned", "+ embeddings")
    yield table(("set", "labels", *models, *(f"{one}, unread half" for one in models)), rows)
    seeds = labels_teach.FURTHER
    yield (
        "What is left of a small file is little to measure on, so five draws can fall either way."
        f" Therefore with 300 labels of each file {len(seeds)} draws more (seeds {seeds[0]} to"
        f" {seeds[-1]}), which nothing was tuned on: by how much macro-F1 the learned model beats"
        " the rules on the same sentences, ± standard deviation, and in how many draws it does.\n"
    )
    rows = []
    for name in FILES:
        print(f"  {name}: further draws", file=sys.stderr, flush=True)
        given = labels_teach.read(name)
        measured = f"{len(given.examples) - 300:,}"
        rows.append((name, measured, *labels_teach.gain(labels_teach.gains(given, 300))))
    yield table(("set", "measured on", "learned less rules/1", "better in"), rows)


def compared(given, parts, embed, embedded):
    print(f"  {given.name}: {len(parts[0][0])} labels", file=sys.stderr, flush=True)
    found = [
        f"{one:.2f}" for one in labels_teach.compare(given, parts, embed if embedded else None)
    ]
    if embedded:
        return found
    # Two models, of all sentences and of the half that was not read.
    return [*found[:2], "–", *found[2:], "–"]


DRAWN = ("random", "uncertain")


def orders() -> Iterable[str]:
    """Yield what the orders of the review save."""
    yield "## Which order saves labels\n"
    yield (
        "Macro-F1 ± standard deviation after so many labels, in a random order, and the difference"
        " that the uncertain order makes (± its standard deviation), seed by seed;"
        f" {curve.SEEDS} seeds, 30 % held out. `learned` is the model of the program, which"
        " begins with what the rules know. `from nothing` is TF-IDF with logistic regression,"
        f" {orders_save.SEEDS} seeds: it shows what the order does where the rules know nothing."
        " Document order is not in it: in these files it is an accident.\n"
    )
    rows = []
    for name in FILES:
        print(f"  {name}: orders", file=sys.stderr)
        replayed = curve.run(data(name), orders=DRAWN)
        rows += across_orders(name, "learned", replayed.points)
        rows += across_orders(name, "from nothing", orders_save.from_nothing(name, DRAWN))
    yield table(("set", "model", "order", *(f"{n} labels" for n in STEPS)), rows)


def across_orders(name: str, model: str, points: Sequence[Point]) -> list[tuple[str, ...]]:
    by_place = {(one.order, one.n): one for one in points}
    rows = []
    for order in DRAWN:
        cells = [by_place.get((order, n)) for n in STEPS]
        rows.append((name, model, order, *("–" if one is None else point(one) for one in cells)))
    return rows


def point(one: Point) -> str:
    if one.mean_gain is None:
        return f"{one.mean:.2f} ± {one.deviation or 0:.2f}"
    return f"{one.mean_gain:+.2f} ± {one.deviation_of_gain or 0:.2f}"


# -- sets and tables ---------------------------------------------------------------------------


def data(name: str) -> LabelledSet:
    return read_file(by_halves.DATA / f"{name}.jsonl")


def half(found: LabelledSet, *, read: bool) -> LabelledSet:
    """Return the half that was read while the rules were made, or the other one."""
    kept = [one for one in found.sentences if fit_rules.seen(one.text) is read]
    return replace(found, sentences=kept)


def across(name: str, done: Evaluation) -> tuple[str, ...]:
    return (
        name,
        f"{len(done.found.sentences):,}",
        *(figure(one.scores.macro_f1) for one in done.models),
    )


def figure(one: Figure) -> str:
    if one.value is None:
        return f"n/a: {one.why}"
    if one.low is None or one.high is None:
        return f"{one.value:.2f}"
    return f"{one.value:.2f} ({one.low:.2f}–{one.high:.2f})"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


SECTIONS = {
    "development": development,
    "own": own,
    "ablation": ablation,
    "learned": learned,
    "orders": orders,
}

if __name__ == "__main__":
    main(sys.argv[1:])
