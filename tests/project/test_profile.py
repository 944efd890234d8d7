"""Profiles of a store: what there are, which labels count, samples, and the bundled corpus."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from strategies import HOSTILE, THREE, Article, article, fill

from annotator.baseline.cues import Cue
from annotator.core.errors import UsageProblem
from annotator.core.scheme import built_in
from annotator.ingest.files import walk
from annotator.profiles.figures import Profile
from annotator.project import claims
from annotator.project.importing import import_file
from annotator.project.ingest import ingest
from annotator.project.profile import NOT_STATED, Group, Options, find, groups, profile
from annotator.project.profile_text import Line, lines, side_by_side
from annotator.project.request import Request
from annotator.session import Session
from annotator.store import Store
from annotator.store import profiles as stored
from annotator.store.journal import Journal
from annotator.store.scope import Scope

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests" / "golden"
FEW = Options(min_n=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "labels.db") as opened:
        yield opened


@pytest.fixture
def three(store: Store) -> Store:
    fill(store, THREE)
    return store


def of(store: Store, name: str, by: str = "source", options: Options = FEW) -> Profile:
    return profile(store, find(groups(store, by), name), built_in(), options)


def label(store: Store, reviewer: str, *given: str, **options: object) -> None:
    session = Session(store, reviewer, built_in(), timed=False, **options)  # type: ignore[arg-type]
    for one in given:
        session.label(one)


def facts(found: Profile) -> list[str]:
    return list(found.sections[0].facts)


def count(found: Profile, figure: str) -> tuple[float, float]:
    one = found.figures[figure]
    return one.hits, one.of


# -- what there is -----------------------------------------------------------------------------


def test_groups_are_in_order_of_the_alphabet_and_what_is_not_stated_comes_last(store):
    fill(store, [
        article("One is here.", source="zeta"), article("Two is here."),
        article("Three is here.", source="Alpha"), article("Four is here.", source="éclair"),
    ])  # fmt: skip
    assert [one.name for one in groups(store, "source")] == ["Alpha", "zeta", "éclair", NOT_STATED]
    assert [one.name for one in groups(store, "author")] == [NOT_STATED]
    assert [one.name for one in groups(store, "language")] == ["en"]


def test_a_group_says_how_much_there_is(three):
    label(three, "ana", "factual", "speculative")
    wire = find(groups(three, "source"), "Valley Wire")
    assert (len(wire.documents), wire.sentences, wire.labelled) == (2, 6, 2)


def test_an_empty_project_has_nothing(store):
    for by in ("source", "document", "author", "outlet", "language"):
        assert groups(store, by) == []
    with pytest.raises(UsageProblem, match="nothing to profile yet"):
        find([], "x")


def test_a_name_is_found_by_a_part_that_one_has(three):
    there = groups(three, "source")
    assert find(there, "valley").name == "Valley Wire"
    assert find(there, "Courrier").name == "Courrier"
    with pytest.raises(UsageProblem, match="more than one source"):
        find(there, "r")
    with pytest.raises(UsageProblem, match="no source is called"):
        find(there, "Gazette")


def test_a_document_is_found_by_id_title_and_file(three):
    there = groups(three, "document")
    market = find(there, "Le marché")
    (one,) = market.documents
    assert find(there, one.id[:8]) == find(there, "corpus/001") == market
    assert [len(one.documents) for one in there] == [1, 1, 1]


def test_documents_of_one_title_have_names_that_differ(store):
    fill(store, [article("One is.", title="News"), article("Two is.", title="News")])
    names = [one.name for one in groups(store, "document")]
    assert len(set(names)) == 2
    assert all(re.fullmatch(r"News \([0-9a-f]{6}\)", name) for name in names)


def test_articles_are_grouped_by_the_outlets_they_name_or_credit(store):
    fill(store, [
        article("Officials told the WSJ so.", "The Wall Street Journal asked."),
        Article([("body", "It rained."), ("credit", "Source: SCMP")], language="en"),
        Article([("body", "Il a plu."), ("credit", "Source : SCMP")], language="fr"),
    ])  # fmt: skip
    found = {one.name: len(one.documents) for one in groups(store, "outlet")}
    assert found == {"South China Morning Post": 2, "Wall Street Journal": 1}
    assert find(groups(store, "outlet"), "WSJ").name == "Wall Street Journal"


# -- which labels count ------------------------------------------------------------------------


def test_labels_given_with_the_suggestion_in_sight_are_left_out_and_counted(three):
    label(three, "ana", *["factual"] * 3)
    before = of(three, "Valley Wire")
    label(three, "ben", *["promotional"] * 3, reveal="always")
    after = of(three, "Valley Wire")
    assert count(after, "label.promotional") == (0, 3)
    assert [after.figures[one] for one in before.figures] == list(before.figures.values())
    assert "left out: 3 labels given with the suggestion in sight" in facts(after)
    assert after.sections[0].data["labels_left_out_as_suggestion_was_shown"] == 3


def test_labels_on_sentences_drawn_for_uncertainty_are_left_out_and_counted(three):
    from annotator.core.model import Suggestion
    from annotator.store.suggestions import Suggestions

    with three.writing() as db:
        stored = Suggestions(three)
        rows = db.execute("SELECT n FROM units WHERE asked = 1").fetchall()
        said = Suggestion("factual", {"factual": 0.5, "speculative": 0.4, "promotional": 0.1})
        stored.insert(db, stored.use(db, "rules/1", "1"), [(n, said) for (n,) in rows])
    label(three, "ana", *["promotional"] * 8, scope=Scope(order="uncertain", seed=3))
    found = of(three, "Valley Wire")
    assert count(found, "label.promotional") == (0, 0)
    assert found.figures["label.promotional"].why == "nothing was counted"
    assert facts(found) == [
        "0 of 6 sentences of the body labelled (0%)",
        "left out: 6 labels on sentences picked as uncertain or in dispute",
    ]
    label(three, "ben", *["factual"] * 8, scope=Scope(order="random", seed=3))
    assert "how the sentences were drawn: random 6" in facts(of(three, "Valley Wire"))


def test_a_label_that_was_undone_or_changed_counts_as_it_stands(three):
    session = Session(three, "ana", built_in(), timed=False, reveal="never")
    session.label("promotional")
    session.undo()
    session.label("factual")
    found = of(three, "Valley Wire")
    assert count(found, "label.factual") == (1, 1)


def test_reviewers_who_differ_are_resolved_adjudicated_and_set_side_by_side(three):
    label(three, "ana", "factual", "promotional", "factual")
    label(three, "ben", "factual", "factual", "factual")
    found = of(three, "Valley Wire")
    assert count(found, "label.factual") == (2, 2)
    assert found.figures["label.factual"].spread == (2 / 3, 1.0, 2)
    assert "1 on which the labels differ count in no share" in facts(found)
    assert found.figures["agreement"].n == 3
    (unit,) = [at.unit for at in found.figures["agreement"].evidence]
    Journal(three, "lea").record("adjudicate", unit, {"label": "promotional", "reason": None})
    settled = of(three, "Valley Wire")
    assert count(settled, "label.promotional") == (1, 3)
    assert "1 settled by adjudication" in facts(settled)


def test_contradictions_that_reviewers_marked_are_counted_and_open_both_sentences(three):
    wire = [one.n for one in find(groups(three, "source"), "Valley Wire").documents]
    mine = [unit for _, unit, _ in stored.kinds(three, wire)]
    other = next(unit for _, unit, _ in stored.kinds(three, [1, 2, 3]) if unit not in mine)
    ana, ben = Journal(three, "ana"), Journal(three, "ben")
    for unit in (*mine, other):
        claims.link(ana, unit, "The pier is open", "asserts")
    claims.contradict(ana, mine[0], mine[1])
    claims.contradict(ben, mine[1], mine[0])
    claims.contradict(ben, mine[0], other)
    found = of(three, "Valley Wire")
    assert count(found, "contradictions.within") == (1, 0)
    assert count(found, "contradictions.elsewhere") == (1, 0)
    assert {at.unit for at in found.figures["contradictions.within"].evidence} == {*mine[:2]}
    (family,) = (one for one in found.sections[0].families if one.id == "contradictions")
    assert family.notes == ("marked by ana, ben",)
    claims.contradict(ben, other, mine[0], on=False)
    (claim,) = claims.every(three)
    claims.unlink(ana, mine[1], claim)
    again = of(three, "Valley Wire")
    assert count(again, "contradictions.elsewhere") == (0, 0)
    assert count(again, "contradictions.within") == (0, 0), "as in the view of the claims"


def test_one_reviewer_has_no_agreement_and_no_spread(three):
    label(three, "ana", "factual", "promotional")
    found = of(three, "Valley Wire")
    assert "agreement" not in found.figures
    assert found.figures["label.factual"].spread is None


def test_below_the_minimum_there_are_counts_and_no_share(three):
    label(three, "ana", *["factual"] * 3)
    one = of(three, "Valley Wire", options=Options(min_n=4)).figures["label.factual"]
    assert (one.hits, one.of, one.value, one.these) == (3, 3, None, None)
    assert one.why == "fewer than 4"
    assert of(three, "Valley Wire", options=Options(min_n=3)).figures["label.factual"].value == 1.0


def test_a_carried_over_label_was_drawn_as_its_origin(store, tmp_path):
    file = tmp_path / "corpus" / "a.txt"
    file.parent.mkdir()
    text = "A dam\n\nThe dam was opened on Monday by the mayor. It may leak before the winter.\n"
    file.write_text(text)
    ingest(store, Request([file], tmp_path))
    label(store, "ana", "factual", "speculative", scope=Scope(order="random", seed=1))
    file.write_text(text + "\nNobody has seen any water in the valley so far.\n")
    ingest(store, Request([file], tmp_path))
    found = of(store, "not stated")
    assert "how the sentences were drawn: random 2" in facts(found)


# -- cues and files ----------------------------------------------------------------------------


def test_cues_are_counted_apart_from_labels(three):
    bare = of(three, "Valley Wire")
    label(three, "ana", *["promotional"] * 7)
    labelled = of(three, "Valley Wire")
    assert bare.sections[1:] == labelled.sections[1:]
    assert count(bare, "hedging") == (1, 37)


def test_sentiment_is_for_english_only(three):
    assert of(three, "Valley Wire").figures["sentiment.polarity"].n == 6
    french = of(three, "Courrier")
    assert french.figures["sentiment.polarity"].why == "nothing was counted"
    (family,) = [one for one in french.families if one.id == "sentiment"]
    assert "no figure for 2 sentences in other languages" in family.notes


def test_a_sentence_that_stands_elsewhere_is_told(three):
    found = of(three, "Valley Wire").figures["copies.elsewhere"]
    assert (found.hits, found.of) == (2, 6)
    assert found.evidence[0].note == "in 1 more: Valley Wire"


def test_a_large_source_is_read_in_a_sample_of_whole_documents(store):
    fill(store, [article(f"Dam {n} may leak.", f"It is {n} years old.") for n in range(12)])
    found = of(store, NOT_STATED, options=Options(min_n=1, sample=9, seed=5))
    assert found.figures["hedging"].n == 8
    assert any("4 of 12 documents, drawn with seed 5" in one for one in found.sections[1].facts)
    again = of(store, NOT_STATED, options=Options(min_n=1, sample=9, seed=5))
    assert again == found
    other = of(store, NOT_STATED, options=Options(min_n=1, sample=9, seed=6))
    assert other.figures["lix"].evidence != found.figures["lix"].evidence
    whole = of(store, NOT_STATED, options=Options(min_n=1, sample=0))
    assert whole.figures["hedging"].n == 24
    assert whole.sections[1].data["seed"] is None


def test_progress_is_told(three):
    told: list[tuple[str, int, int]] = []
    group = find(groups(three, "source"), "Valley")
    profile(three, group, built_in(), FEW, lambda *said: told.append(said))
    assert told == [("reading", 3, 6), ("reading", 6, 6)]


def test_every_figure_with_hits_opens_what_it_rests_on(three):
    label(three, "ana", *["promotional"] * 7)
    for one in of(three, "Valley Wire").figures.values():
        if one.measure != "statistic":
            assert bool(one.evidence) == bool(one.hits), one.id


# -- in words ----------------------------------------------------------------------------------


def texts(found: list[Line]) -> str:
    return "\n".join(line.text for line in found)


@pytest.mark.parametrize("width", [60, 80, 120])
def test_lines_fit_and_hold_no_control_characters(store, width):
    name = "".join(HOSTILE)
    given = article("It may be the best dam. Nobody said so.", title=name, source=name)
    fill(store, [given, article("The WSJ wrote that.", source="B")])
    label(store, name, "promotional", "factual")
    made = [profile(store, one, built_in(), FEW) for one in groups(store, "source")]
    for said in (*(lines(one, width) for one in made), side_by_side(made, width)):
        for line in said:
            assert len(line.text) <= width
            assert line.text.isprintable() or not set(line.text) & {chr(c) for c in range(32)}
    assert {one.figure for one in lines(made[0], width)} - {None} == {
        one.id for family in made[0].families for one in family.telling
    }


def test_profiles_side_by_side_have_the_same_rows_and_scale(three):
    label(three, "ana", *["factual"] * 5)
    made = [profile(three, one, built_in(), FEW) for one in groups(three, "source")]
    said = texts(side_by_side(made, 100))
    assert re.search(r"^  factual +100% \(2 of 2\) +100% \(3 of 3\)$", said, re.M)
    for line in side_by_side(made, 100):
        assert len(line.text) <= 100
    bars = [line for line in said.split("\n") if re.fullmatch(r" +[·━●]+ +[·━●]+", line)]
    assert bars
    assert all(len(set(map(len, line.split()))) == 1 for line in bars)


def test_a_label_set_of_two_or_nine_is_counted_as_it_is(three):
    group = find(groups(three, "source"), "Valley Wire")
    for n, unit in three.db.execute("SELECT row_number() OVER (), n FROM units WHERE asked = 1"):
        Journal(three, "ana").record("label", unit, {"label": f"class {n % 2}", "scheme": "two/1"})
    names = [one.name for one in profile(three, group, built_in(), FEW).families[0].figures]
    assert names == ["class 0", "class 1"]


# -- the bundled corpus ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def bundled(tmp_path_factory) -> Iterator[Store]:
    with Store.open(tmp_path_factory.mktemp("bundled") / "labels.db") as opened:
        ingest(opened, Request(walk(ROOT / "corpus").files, ROOT))
        for name in ("pass-1", "pass-2"):
            import_file(opened, ROOT / "labels" / f"{name}.jsonl")
        yield opened


def compare(name: str, text: str) -> None:
    path = GOLDEN / name
    text = re.sub(r"lexicon [0-9a-f]{12}", "lexicon VERSION", text) + "\n"
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(text, encoding="utf-8", newline="\n")
    assert text == path.read_text(encoding="utf-8")


CUES = re.compile(
    "(?P<hedge_modal>may|could|pourrait)|(?P<praise>best|new|first)|(?P<number>[0-9]+)"
    "|(?P<attribution_named>said|a dit)|(?P<hearsay>it is said|reportedly)"
)


@pytest.fixture
def few_cues(monkeypatch: pytest.MonkeyPatch) -> None:
    """Find a few cues that stay the same: the word lists grow."""

    def find(text: str, language: str) -> list[Cue]:
        return [
            Cue(one.start(), one.end(), (one.lastgroup or "").replace("_", "."), one[0], 1.0)
            for one in CUES.finditer(text)
        ]

    monkeypatch.setattr("annotator.project.profile.cues.find", find)


def bundled_profile(bundled: Store, name: str, by: str = "source") -> Profile:
    return profile(bundled, find(groups(bundled, by), name), built_in(), Options())


@pytest.mark.usefixtures("few_cues")
def test_the_profile_of_a_press_release_is_as_it_was(bundled):
    compare("profile.txt", texts(lines(bundled_profile(bundled, "Quendelby"), 80)))


@pytest.mark.usefixtures("few_cues")
def test_two_profiles_side_by_side_are_as_they_were(bundled):
    names = ("Quendelby", "Lantern")
    made = [bundled_profile(bundled, name) for name in names]
    compare("profiles.txt", texts(side_by_side(made, 100)))


def test_the_whole_corpus_generalises_from_ten_documents(bundled):
    everything = Group("source", "all", tuple(
        document for one in groups(bundled, "language") for document in one.documents
    ))  # fmt: skip
    found = profile(bundled, everything, built_in(), Options())
    low, high = found.figures["label.promotional"].beyond
    these = found.figures["label.promotional"].these
    assert low < these.low < these.high < high, "articles differ more than their sentences"


def test_the_corpus_has_a_conflict_of_dates_and_articles_of_one_origin(bundled):
    found = bundled_profile(bundled, "en", "language")
    (at, *_) = found.figures["meta.date.in-conflict"].evidence
    assert "1743172496" in at.note
    credits = [one for one in found.figures if one.startswith("credit.")]
    assert "credit.Oxlip Wire" in credits
    assert found.figures["origins.shared"].hits >= 1
