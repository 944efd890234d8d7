"""Language by vote: the languages listed, restriction to candidates, and und."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.core.errors import InputProblem
from annotator.ingest.language import UNDETERMINED, detect, known

SENTENCES = {
    "en": "The mayor of Lower Tarn said on Monday that the mill would reopen by spring.",
    "fr": "Le maire d’Orvalle a déclaré lundi que le moulin rouvrirait avant le printemps.",
    "de": "Der Bürgermeister sagte am Montag, dass die Mühle im Frühjahr wieder öffnen werde.",
    "es": "El alcalde dijo el lunes que el molino volverá a abrir antes de la primavera.",
    "it": "Il sindaco ha detto lunedì che il mulino riaprirà prima della primavera.",
    "pt": "O prefeito disse na segunda-feira que o moinho vai reabrir antes da primavera.",
    "nl": "De burgemeester zei maandag dat de molen in het voorjaar weer open zal gaan.",
    "sv": "Borgmästaren sade på måndagen att kvarnen ska öppna igen före våren.",
    "pl": "Burmistrz powiedział w poniedziałek, że młyn zostanie otwarty przed wiosną.",
    "ru": "Мэр сказал в понедельник, что мельница снова откроется до начала весны.",
    "uk": "Мер сказав у понеділок, що млин знову відкриють до початку весни.",
    "ar": "قال رئيس البلدية إن المطحنة ستفتح من جديد قبل الربيع في هذه السنة",
    "zh": "市长星期一说，磨坊将在春天之前重新开放，这是他的计划。",
    "ja": "市長は月曜日に、水車小屋が春までに再開すると述べた。",
    "ko": "시장은 월요일에 방앗간이 봄 이전에 다시 문을 열 것이라고 말했다.",
    "el": "Ο δήμαρχος είπε τη Δευτέρα ότι ο μύλος θα ανοίξει και πάλι πριν από την άνοιξη.",
}


@pytest.mark.parametrize("code", SENTENCES)
def test_a_sentence_is_recognised(code):
    found = detect([SENTENCES[code]])
    assert found.code == code
    assert 0.5 < found.score <= 1


def test_the_vote_goes_by_length():
    french = [SENTENCES["fr"]] * 3
    assert detect([*french * 2, SENTENCES["en"]]).code == "fr"
    assert detect([*french, SENTENCES["en"] * 10]).code == "en"


def test_a_quotation_at_the_start_of_a_long_document_does_not_decide():
    assert detect([SENTENCES["en"] * 4, *[SENTENCES["fr"]] * 60]).code == "fr"


@pytest.mark.parametrize("samples", [[], [""], ["12 34 – 56"], ["Tarnholm"], ["Ah!"]])
def test_too_little_is_undetermined(samples):
    assert detect(samples).code == UNDETERMINED


def test_a_language_that_is_not_listed_is_undetermined():
    runes = "ᛒᛟᚱᚷᛗᛖᛁᛋᛏᛖᚱᛁ ᛋᚨᚷᚦᛁ ᚨᚦ ᛗᛁᛚᛚᚾᚨᚾ ᛟᛈᚾᚨᚱ ᚨᚠᛏᚢᚱ ᚠᛃᚱᛁᚱ ᚹᛟᚱᛁᚦ"
    assert detect([runes]).code == UNDETERMINED


def test_candidates_restrict_the_choice():
    assert detect([SENTENCES["fr"]], ["en", "de"]).code != "fr"
    assert detect([SENTENCES["fr"]], ["fr"]) == ("fr", 1.0)
    with pytest.raises(InputProblem, match="tlh"):
        detect(["a"], ["en", "tlh"])


def test_every_language_is_listed_once_with_more_than_a_few_entries():
    assert {"en", "fr", "de", "es", "it", "pt", "nl", "zh", "ja", "ko", "ru", "ar"} <= set(known())


@given(st.lists(st.text(), max_size=5))
def test_any_text_gets_an_answer(samples):
    found = detect(samples)
    assert found.code == UNDETERMINED or found.code in known()
    assert 0 <= found.score <= 1


def test_the_development_articles(shared):
    texts = [path.read_text() for path in sorted((shared / "seeds").glob("*.txt"))]
    assert [detect(text.split("\n")).code for text in texts] == ["en", "en", "en", "fr", "en"]
