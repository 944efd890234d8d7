"""Decoding: the order of encodings, what is refused, and that nothing else is changed."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.core.errors import InputProblem
from annotator.core.text import unix_newlines
from annotator.ingest.encoding import decode

FRENCH = "L’usine d’Orvalle a rouvert, a déclaré la mairie « dès lundi ».\n"
RUSSIAN = "Завод в посёлке открылся в понедельник, сообщила администрация района.\n"


def refusal(data: bytes, encoding: str | None = None) -> InputProblem:
    with pytest.raises(InputProblem) as caught:
        decode(data, file="a.txt", encoding=encoding)
    assert caught.value.file == "a.txt"
    return caught.value


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (FRENCH.encode(), "utf-8"),
        (FRENCH.encode("utf-8-sig"), "utf-8-sig"),
        (b"\xff\xfe" + FRENCH.encode("utf-16-le"), "utf-16-le"),
        (b"\xfe\xff" + FRENCH.encode("utf-16-be"), "utf-16-be"),
        (b"\xff\xfe\0\0" + FRENCH.encode("utf-32-le"), "utf-32-le"),
        (b"\0\0\xfe\xff" + FRENCH.encode("utf-32-be"), "utf-32-be"),
        (FRENCH.encode("cp1252"), "cp1252"),
    ],
)
def test_every_usual_encoding_gives_the_same_text(data, encoding):
    assert decode(data, file="a.txt") == (FRENCH, encoding)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1))
def test_utf8_comes_back_but_for_line_ends(text):
    text = "a " + text  # never empty, and no byte order mark or format in front
    plain = sum(ord(c) >= 32 or c in "\n\t\r\f\v\x1b" for c in text)
    if plain * 3 < len(text) * 2 + 3:
        return
    assert decode(text.encode(), file="a.txt").text == unix_newlines(text)


@given(st.binary(max_size=300))
def test_any_bytes_give_a_storable_text_or_a_refusal(data):
    try:
        text = decode(data, file="a.txt").text
    except InputProblem:
        return
    assert text.strip()
    assert "\0" not in text
    assert "\r" not in text
    text.encode()


def test_line_ends_are_made_one_kind():
    assert decode(b"a\r\nb\rc\n\r\n", file="a.txt").text == "a\nb\nc\n\n"


def test_a_named_encoding_is_strict():
    assert decode(RUSSIAN.encode("cp1251"), file="a.txt", encoding="windows-1251") == (
        RUSSIAN,
        "cp1251",
    )
    problem = refusal("één\ntwéé".encode("cp1252"), "utf-8")
    assert (problem.line, problem.column) == (1, 1)
    assert "--encoding" in (problem.hint or "")


@pytest.mark.parametrize("name", ["klingon", "hex", "rot13", "a\0b", ""])
def test_an_unknown_encoding_is_refused(name):
    assert "no encoding" in refusal(b"text", name).reason


@pytest.mark.parametrize("name", ["idna", "punycode", "undefined", "unicode_escape", "utf-7"])
def test_odd_codecs_refuse_too(name):
    assert refusal("é\\x".encode() + b"-\xff\xff", name).file


@pytest.mark.parametrize("name", ["utf-16", "utf-8-sig", "utf-32"])
def test_a_byte_order_mark_never_stays(name):
    text = decode("\ufeffabc".encode("utf-8"), file="a.txt", encoding="utf-8").text
    assert text == "abc"
    assert decode("abc".encode(name), file="a.txt", encoding=name).text == "abc"


def test_bytes_undefined_in_windows_1252_are_refused_with_their_place():
    problem = refusal(b"one\r\ntwo \xe9 \x81 three")
    assert (problem.line, problem.column) == (2, 7)
    assert "0x81" in problem.reason
    assert "--encoding" in (problem.hint or "")


def test_damaged_utf8_is_not_read_as_windows_1252():
    sound = ("Zoé a été élue à Orvalle.\n" * 3).encode()
    problem = refusal(sound + b"Zo\xe9" + sound)
    assert (problem.line, problem.column) == (4, 3)
    cut = sound[: sound.rindex(b"\xa0")]  # half of the last letter is missing
    assert "UTF-8" in refusal(cut).reason


def test_another_script_is_not_read_as_windows_1252():
    problem = refusal(RUSSIAN.encode("cp1251"))
    assert "neither UTF-8 nor" in problem.reason
    assert "--encoding detect" in (problem.hint or "")


@pytest.mark.parametrize("encoding", [None, "utf-16-le"])
def test_a_nul_is_refused_with_its_place(encoding):
    text = "first line\nsecond\0line and more than enough text to be no binary file"
    problem = refusal(text.encode(encoding or "utf-8"), encoding)
    assert (problem.line, problem.column) == (2, 7)
    assert "NUL" in problem.reason


@pytest.mark.parametrize("data", [b"ab\ncd\0", b"a\nbc\0d\0\0", "é\nàb\0".encode("cp1252")])
def test_a_few_nuls_in_a_short_text_are_refused_with_their_place(data):
    problem = refusal(data)
    assert (problem.line, problem.column) == (2, 3)
    assert "NUL" in problem.reason
    assert problem.hint


def test_a_lone_surrogate_is_refused_with_its_place():
    problem = refusal("é\nab\ud83dc".encode("utf-8", "surrogatepass"))
    assert (problem.line, problem.column) == (2, 3)
    assert "U+D83D" in problem.reason
    assert problem.hint


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "PNG"),
        (b"PK\x03\x04\x14\0\x06\0", "ZIP"),
        (b"%PDF-1.7\n%\xe2\xe3", "PDF"),
        (b"\x1f\x8b\x08\0", "gzip"),
        (b"SQLite format 3\0\x10\0", "SQLite"),
        (bytes(range(256)) * 4, "binary"),
        (b"\x01\x02\x03\x04abc", "binary"),
        ("plain words".encode("utf-16-le"), "UTF-16"),
        ("plain words".encode("utf-16-be"), "UTF-16"),
    ],
)
def test_what_is_no_text_is_named(data, what):
    problem = refusal(data)
    assert what in problem.reason
    assert problem.hint


def test_the_hint_for_unmarked_utf16_works():
    for name in ("utf-16-le", "utf-16-be"):
        problem = refusal("plain words".encode(name))
        wanted = (problem.hint or "").removeprefix("--encoding ")
        assert decode("plain words".encode(name), file="a", encoding=wanted).text == "plain words"


@pytest.mark.parametrize("data", [b"", b" \n\t\r\n", b"\xef\xbb\xbf", "\u00a0\u2003".encode()])
def test_nothing_to_read_is_refused(data):
    problem = refusal(data)
    assert "no text" in problem.reason
    assert problem.hint


def test_escape_sequences_are_text():
    hostile = "a\x1b]52;c;aGk=\x07 b\x1b[2J \x85 \u202e c"
    assert decode(hostile.encode(), file="a.txt").text == hostile


@pytest.mark.parametrize("word", ["auto", "detect", "AUTO"])
def test_guessing_reads_legacy_encodings(word):
    pytest.importorskip("chardet")
    assert decode((RUSSIAN * 5).encode("cp1251"), file="a.txt", encoding=word) == (
        RUSSIAN * 5,
        "cp1251",
    )
    assert decode(FRENCH.encode(), file="a.txt", encoding=word).encoding == "utf-8"


def test_guessing_without_its_package_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "chardet", None)
    assert "pip install '.[legacy]'" in (refusal(RUSSIAN.encode("cp1251"), "auto").hint or "")


def test_a_guess_that_fails_is_a_refusal(monkeypatch):
    chardet = pytest.importorskip("chardet")
    nothing = {"encoding": None, "confidence": 0.0, "language": None}
    monkeypatch.setattr(chardet, "detect", lambda data: nothing)
    assert "guessed" in refusal(RUSSIAN.encode("cp1251"), "auto").reason
