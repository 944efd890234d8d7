"""From a text to a document: language, title, sentences, and their baseline."""

from __future__ import annotations

import pickle

import pytest

from annotator.baseline import sentiment
from annotator.core.text import document_id
from annotator.ingest.duplicates import candidate_keys, form_hash
from annotator.ingest.metadata import Metadata
from annotator.project.prepare import Draft, Settings, analyzer_for, prepare, prepare_all

ENGLISH = (
    "Bridge opens in the valley\n\n"
    "The council opened the bridge on Monday. It is the finest bridge in the whole valley.\n\n"
    "What comes next\n\n"
    "The mayor said that the next one may take years.\n"
)
FRENCH = (
    "Le pont ouvre dans la vallée\n\n"
    "Le conseil a ouvert le pont lundi. C’est le plus beau pont de toute la vallée.\n\n"
    "Le maire a dit que le prochain prendrait sans doute des années.\n"
)


def draft(text: str, **known: str) -> Draft:
    return Draft(text, "utf-8", Metadata(**known), markdown=False)


def test_a_document_is_its_text_and_what_is_computed_of_it():
    found = prepare(draft(ENGLISH, source="Valley Wire"), Settings())
    assert (found.id, found.text, found.encoding) == (document_id(ENGLISH), ENGLISH, "utf-8")
    assert found.language == "en"
    assert found.language_score > 0
    assert found.metadata["title"] == "Bridge opens in the valley"
    assert found.metadata["source"] == "Valley Wire"
    kinds = [unit.kind for unit in found.units]
    assert kinds == ["title", "body", "body", "heading", "body"]
    texts = [ENGLISH[unit.start : unit.end] for unit in found.units]
    assert texts[2] == "It is the finest bridge in the whole valley."
    assert list(found.forms) == [(form_hash(t), candidate_keys(t)) for t in texts]


def test_sentences_have_a_baseline_and_headings_have_none():
    found = prepare(draft(ENGLISH), Settings())
    analyzer = sentiment.get("textblob-en")
    assert found.analyzer == ("textblob-en", analyzer.version)
    assert [score is None for score in found.scores] == [True, False, False, True, False]
    text = ENGLISH[found.units[2].start : found.units[2].end]
    assert found.scores[2].polarity == analyzer(text).polarity
    assert "whole" in found.scores[2].assessments


def test_what_is_stated_goes_before_what_is_found():
    found = prepare(draft(ENGLISH, title="Another title", language="fr"), Settings())
    assert found.metadata["title"] == "Another title"
    assert (found.language, found.language_score) == ("fr", 1.0)


def test_the_language_is_chosen_from_those_of_the_project():
    assert prepare(draft(FRENCH), Settings()).language == "fr"
    assert prepare(draft(FRENCH), Settings(languages=("en", "es"))).language != "fr"


def test_a_language_without_an_analyser_has_no_values():
    found = prepare(draft(ENGLISH, language="fi"), Settings())
    assert found.analyzer is None
    assert set(found.scores) == {None}


def test_a_project_may_choose_another_analyser():
    settings = Settings(analyzers={"en": "textblob-en+news"})
    assert prepare(draft(ENGLISH), settings).analyzer[0] == "textblob-en+news"
    assert analyzer_for("fr", settings) == sentiment.default_for("fr")
    assert analyzer_for("fi", settings) is None


@pytest.mark.parametrize("text", ["x", "...", "Title only", "\n\n\n", "# #", "12.3.2026"])
def test_odd_texts_are_documents_too(text: str):
    found = prepare(draft(text), Settings())
    assert found.text == text
    assert len(found.scores) == len(found.units) == len(found.forms)


def test_it_works_in_another_process():
    drafts = [draft(ENGLISH), draft(FRENCH)]
    given = pickle.loads(pickle.dumps((drafts, Settings(analyzers={"en": "textblob-en"}))))
    assert pickle.loads(pickle.dumps(prepare_all(*given))) == prepare_all(*given)
