"""Sentence boundaries: the cases every rule is there for, exact offsets, linear work."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.ingest.data import tables
from annotator.ingest.sentences import split

# Each text is written with "|" where a sentence must end.
CASES = [
    ("en", "Arcadia sells chips to the U.S. Government.|It began in the U.S.|She was there."),
    ("en", "The mill can “stand alone.”|As a rule it does."),
    ("en", "It had results.|“(Roe, Doe, etc.) are proud,” said the mayor."),
    ("en", "He asked “Why?” and left.|“No!”|Nobody answered."),
    ("en", "Foo Inc. (FOO) rose.|Foo Corp. Chief Executive Jane Q. Public sold Foo Ltd. shares."),
    ("en", "It is made by Foo Inc.|The price is low.|iPads sell well.|eFoo does not."),
    ("en", "Dr. Roe and Gen. Doe met J. O’Malley on Jan. 5 at 5 p.m. Eastern time."),
    ("en", "See fig. 3 and p. 5.|No. 5 is here.|He said no.|Then he left."),
    ("en", "It cost $3.50.|That is 4.5 percent."),
    ("en", "I never... well, I did.|I left...|She stayed.|Wait… what?"),
    ("en", "So it was said. [6]|Then [...] it ended. [...]|A new day began.[2]|Good."),
    ("en", "The “gap [...]” is closed (Roe 55)."),
    ("en", "You and I.|Did you see Albert I. Jones?"),
    ("en", "a. The first part.|2. The second part."),
    ("en", "It costs more etc. / less, etc. & so on.|It rains. ”"),
    ("en", "(He came late.)|She left early. (early for her)"),
    ("en", "He likes Yahoo! in the morning.|Hello!?|Is that you?"),
    ("fr", "M. Dupont est là.|« C’est bien ! » dit-il.|« Oui. »|L’usine, etc. est vide."),
    ("fr", "En 49 av. J.-C. César vint.|L’armée attend aux É.-U.|L’hiver passe.|Qui ?|Moi."),
    ("de", "Am 3. Mai kam Dr. Roe.|„Das ist gut.“|Dann ging er.|Es gibt z. B. Äpfel."),
    ("de", "»Ist das gut?«|»Ja.«|Er ging am 3.|Der Rest blieb."),
    ("es", "¿Qué es?|¡Hola!|El Sr. López vive en EE. UU. desde hoy.|«Sí.»|Dijo la Dra. Gil."),
    ("it", "Il sig. Rossi è qui.|È vero?|L’art. 5 lo dice."),
    ("pt", "O Sr. Silva saiu.|A Dra. Costa ficou."),
    ("nl", "Dhr. Jansen is er.|Dat is bijv. Amsterdam."),
    ("zh", "他来了。|她走了！|“真的吗？”|价格是3.5元。"),
    ("ja", "「行きます。」と言った。|彼は来た。|本当？|はい。"),
    ("ar", "ذهب الولد.|هل عاد؟|نعم، عاد."),
    ("hi", "वह आया।|वह गया।|क्या हुआ?"),
    ("und", "Smile 👩‍👩‍👧.|Next 🇫🇷!|😀 Last.|**Bold.**|Yes."),
    ("tlh", "Hab.|Mr. Roe said so.|Fine."),
]


@pytest.mark.parametrize(("language", "marked"), CASES)
def test_boundaries(language, marked):
    wanted = marked.split("|")
    # Chinese and Japanese have no space where a sentence ends.
    text = ("" if language in ("zh", "ja") else " ").join(wanted)
    got = [text[low:high] for low, high in split(text, 0, len(text), language)]
    assert got == wanted


def test_only_the_given_range_is_split():
    text = "Before. One is here. Two is here. After."
    start, end = text.index("One"), text.index(" After")
    assert [text[low:high] for low, high in split(text, start, end, "en")] == [
        "One is here.",
        "Two is here.",
    ]


def test_the_language_decides_about_its_own_abbreviations():
    text = "Il vit av. Foch depuis mai."
    assert len(split(text, 0, len(text), "fr")) == 1
    assert len(split(text, 0, len(text), "und")) == 2


def test_a_sentence_may_span_lines():
    text = "It was said by Mr.\nRoe on\nMonday.\nThen he left."
    assert [text[low:high] for low, high in split(text, 0, len(text), "en")] == [
        "It was said by Mr.\nRoe on\nMonday.",
        "Then he left.",
    ]


def test_nothing_to_split():
    assert split("", 0, 0, "en") == []
    assert split(" \n\u3000 ", 0, 4, "en") == []
    assert split("...", 0, 3, "en") == [(0, 3)]


PIECES = st.sampled_from([
    "The", "rain", "U.S.", "Mr.", "etc.", "12.", "3", ".", "!", "?", "…", "...", "。", "“", "”",
    '"', "«", "»", "(", ")", "[1]", "[...]", " ", " ", " ", "\u00a0", "\n", "\x0b", "\x0c", "\x85",
    "\u2028", "\u200b", "\x00", "\x1b[2J",
    "\N{WOMAN}\u200d\N{WOMAN}\u200d\N{GIRL}", "e\u0301", "שלום",
    "مرحبا؟", "他来了", "x" * 300,
])  # fmt: skip


@given(
    st.lists(PIECES | st.text(max_size=3), max_size=40), st.sampled_from(["en", "fr", "de", "und"])
)
def test_offsets_are_exact_trimmed_ordered_and_lose_nothing(pieces, language):
    text = "".join(pieces)
    spans = split(text, 0, len(text), language)
    assert all(low < high for low, high in spans)
    assert all(text[low:high] == text[low:high].strip() for low, high in spans)
    assert all(high <= low for (_, high), (low, _) in pairwise(spans))
    kept = "".join(text[low:high] for low, high in spans)
    assert "".join(kept.split()) == "".join(text.split())


@pytest.mark.parametrize("name", ["en", "fr", "de", "es", "it", "pt", "nl"])
def test_word_lists_are_written_in_the_form_they_are_looked_up_in(name):
    (rules,) = tables("sentences", name)
    for key in ("before_name", "may_end", "before_number", "starters"):
        words = rules[key].split()
        assert words
        assert all(word == word.lower() and not word.endswith(".") for word in words)
        assert "’" not in rules[key]


def test_a_language_without_a_file_has_the_common_list():
    assert tables("sentences", "common", "tlh") == tables("sentences", "common")
