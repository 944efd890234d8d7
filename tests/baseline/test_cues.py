from __future__ import annotations

import collections
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.baseline import cues
from annotator.baseline.cues import lexicon

LANGUAGES = cues.languages()
STAND_INS = {lexicon.WORD: "qqq", lexicon.NUMBER: "7", lexicon.YEAR: "2019"}
COMPUTED = {"quotation", lexicon.PLAIN}


def kinds(text: str, language: str = "en") -> set[str]:
    return {cue.kind for cue in cues.find(text, language)}


def runs(entry: cues.Entry) -> set[str]:
    return {" ".join(words) for words in lexicon.expand(entry.form, entry.language)}


# The lexicons.


def test_english_and_french_are_there() -> None:
    assert {"en", "fr"} <= set(LANGUAGES)


@pytest.mark.parametrize("language", [lexicon.ANY, *LANGUAGES])
def test_no_two_entries_share_a_run_of_words(language: str) -> None:
    owners = collections.defaultdict(list)
    for entry in cues.entries(language):
        for run in runs(entry):
            owners[run].append(entry.form)
    assert {run: forms for run, forms in owners.items() if len(forms) > 1} == {}


@pytest.mark.parametrize("language", [lexicon.ANY, *LANGUAGES])
def test_every_entry_finds_its_own_example(language: str) -> None:
    dead = []
    for entry in cues.entries(language):
        if entry.kind == lexicon.PLAIN:
            continue
        found = cues.find(entry.example, language)
        if entry.kind.startswith(lexicon.ATTRIBUTION):
            alive = any(cue.kind == entry.kind for cue in found)
        else:
            own = runs(entry)
            alive = any(cue.kind == entry.kind and cue.entry in own for cue in found)
        if not alive:
            dead.append((entry.form, entry.example))
    assert dead == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_plain_hides_a_cue(language: str) -> None:
    """A sense that is no cue earns its place only where its words would be cues without it."""
    idle = []
    for entry in cues.entries(language):
        if entry.kind != lexicon.PLAIN:
            continue
        known = lexicon.load(language)
        reading = cues.read(entry.example, language)
        own = runs(entry)
        words = [*reading.words]
        hidden = any(
            " ".join(words[first:last]) in own
            and any(
                word in known.tree or word.endswith(tuple(known.suffixes))
                for word in words[first:last]
            )
            for first, last in itertools.combinations(range(len(words) + 1), 2)
        )
        if not hidden:
            idle.append((entry.form, entry.example))
    assert idle == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_run_of_words_is_met_when_it_stands_alone(language: str) -> None:
    """No run is cut otherwise than texts are, or hidden by a plain sense or a heavier cue."""
    lost = []
    for entry in cues.entries(language):
        if entry.kind == lexicon.PLAIN or entry.kind.startswith(lexicon.ATTRIBUTION):
            continue
        for run in itertools.islice(sorted(runs(entry)), 40):
            text = " ".join(STAND_INS.get(word, word) for word in f"x {run} .".split())
            for apart, joined in (("*", "zz"), ("' .", "'x."), ("' ", "'"), (" - ", "-")):
                text = text.replace(apart, joined)
            found = cues.find(text, language)
            if run not in {cue.entry for cue in found}:
                lost.append((run, [cue.entry for cue in found]))
    assert lost == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_weights_and_sources_are_filled(language: str) -> None:
    for entry in cues.entries(language):
        assert 0 <= entry.weight <= 3
        assert (entry.weight == 0) == (entry.kind == lexicon.PLAIN)
        assert entry.source
        assert entry.kind in cues.KINDS


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_every_kind(language: str) -> None:
    there = {entry.kind for name in (lexicon.ANY, language) for entry in cues.entries(name)}
    assert set(cues.KINDS) - COMPUTED <= there


def test_the_version_is_of_all_files() -> None:
    assert len(cues.version()) == 12
    assert cues.version() == cues.version()


# What is found, and where.


@given(st.text(max_size=300), st.sampled_from(["en", "fr", "de", "en-GB", ""]))
def test_cues_lie_in_the_text_in_order(text: str, language: str) -> None:
    found = cues.find(text, language)
    assert list(found) == sorted(found)
    for cue in found:
        assert 0 <= cue.start < cue.end <= len(text)
        assert cue.kind in cues.KINDS
        assert cue.kind != lexicon.PLAIN


WORDS = st.sampled_from([
    "may", "might", "the", "in", "May", "2019", "most", "best", "ever", "said", "Analysts", "“",
    "”", ",", ".", "is", "likely", "to", "fall", "$", "4", "%", "pourrait", "selon", "l'", "un",
    "des", "plus", "qui", "sera", "une", "étape", "clé",
])  # fmt: skip


@given(st.lists(WORDS, max_size=25).map(" ".join), st.sampled_from(["en", "fr"]))
def test_cues_of_words_do_not_overlap(text: str, language: str) -> None:
    framing = ("quotation", "attribution.")
    lexical = [cue for cue in cues.find(text, language) if not cue.kind.startswith(framing)]
    for one, other in itertools.pairwise(lexical):
        assert one.end <= other.start


def test_offsets_are_code_points() -> None:
    text = "😀 Łódź’s mill may close."
    (cue,) = (cue for cue in cues.find(text, "en") if cue.kind == "hedge.modal")
    assert text[cue.start : cue.end] == "may"


def test_the_longer_run_wins() -> None:
    found = [cue.entry for cue in cues.find("It is not fully understood.", "en")]
    assert "not fully understood" in found
    assert "is not" not in found


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("The fair opens in May.", "hedge.modal"),
        ("The fair opened on May 4.", "hedge.modal"),
        ("Guests can still swim there.", "hedge.modal"),
        ("They feared the might of the river.", "hedge.modal"),
        ("They could not open the lock.", "hedge.modal"),
        ("It takes a strong will to swim there.", "forecast"),
        ("Odile Will swims there.", "forecast"),
        ("Come as soon as possible.", "hedge.adjective"),
        ("Those who smoke were twice as likely to cough.", "hedge.adjective"),
        ("A think tank opened there.", "hedge.verb"),
        ("He was the best man.", "superlative"),
        ("Great Britain left.", "praise"),
    ],
)
def test_other_senses_are_no_cue(text: str, kind: str) -> None:
    assert kind not in kinds(text)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("La riviera attire la foule.", "forecast"),
        ("Le port ouvrait tard.", "hedge.condition"),
        ("Le port attirait la foule.", "hedge.condition"),
        ("Il part sans aucun doute.", "hedge.noun"),
        ("Il part dès que possible.", "hedge.adjective"),
        ("Il reste compte tenu du vent.", "plan"),
    ],
)
def test_other_senses_are_no_cue_in_french(text: str, kind: str) -> None:
    assert kind not in kinds(text, "fr")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("The plant closed, Odile Brask said.", "attribution.named"),
        ("“The plant closed,” said Brask.", "attribution.named"),
        ("According to the ministry of salt, the plant closed.", "attribution.institution"),
        ("The plant closed, Reuters reported.", "attribution.outlet"),
        ("A source said the plant closed.", "attribution.anonymous"),
        ("Economists said the plant closed.", "attribution.collective"),
    ],
)
def test_sources(text: str, kind: str) -> None:
    assert kind in kinds(text)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("L’usine a fermé, a annoncé Odile Brask.", "attribution.named"),
        ("Selon le ministère du sel, l’usine a fermé.", "attribution.institution"),
        ("L’usine a fermé, selon Reuters.", "attribution.outlet"),
        ("Un responsable a annoncé la fermeture.", "attribution.anonymous"),
        ("Des économistes ont annoncé la fermeture.", "attribution.collective"),
    ],
)
def test_sources_in_french(text: str, kind: str) -> None:
    assert kind in kinds(text, "fr")


def test_a_figure_measures_a_superlative() -> None:
    assert "superlative" in kinds("It is the most powerful engine of the yard.")
    assert "superlative" not in kinds("It is the most powerful engine, with 900 horses.")


def test_a_year_is_a_figure_too() -> None:
    assert "money" in kinds("It cost 1900 dollars.")
    assert "money" in kinds("Il vaut 1900 euros.", "fr")
    assert "date" in kinds("It cost a lot in 1900.")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_word_of_the_lexicon_keeps_its_ending(language: str) -> None:
    """What begins a longer run and has an ending that is a cue is found by the ending alone."""
    known = lexicon.load(language)
    for word in known.tree:
        match = lexicon.ending(word, known.suffixes, known.suffix_lengths)
        if match is not None and " " not in word:
            found = cues.find(f"x {word} .", language)
            plain = known.tree[word]
            assert found or "plain" in str(plain), word


def test_a_name_inside_a_sentence_is_no_adjective() -> None:
    assert "praise" in kinds("It was a brilliant book.")
    assert "praise" not in kinds("It was by Odile Brilliant.")


def test_a_headline_in_title_case_is_read_all_the_same() -> None:
    assert "hedge.modal" in kinds("Old Harbour Mill May Close After Long Strike")


def test_a_language_without_a_folder_has_figures_and_marks_only() -> None:
    found = kinds("Die Brücke könnte 2019 „sehr schnell“ 4 % kosten may?", "de")
    assert found == {"number", "percent", "quotation", "question"}


def test_an_empty_sentence_has_none() -> None:
    assert cues.find("", "en") == ()
    assert cues.find(" \n", "fr") == ()
