"""Every format: what is read, what becomes metadata, and that mistakes name their place."""

from __future__ import annotations

import json
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.core.errors import InputProblem
from annotator.ingest.metadata import Metadata
from annotator.ingest.readers import FORMATS, SUFFIXES, RawDocument, ReadOptions, read

TEXT = "The mill reopened.\nIt grinds oats."


def load(name, content, **options):
    data = content if isinstance(content, bytes) else content.encode()
    return list(read(name, data, ReadOptions(**options)))


def refusal(name, content, **options):
    with pytest.raises(InputProblem) as caught:
        load(name, content, **options)
    return caught.value


def test_a_text_is_one_document():
    assert load("a.txt", TEXT) == [RawDocument("", TEXT, "utf-8", Metadata())]


def test_formats_are_known_by_suffix_or_by_name():
    assert set(SUFFIXES.values()) == set(FORMATS)
    assert load("A.TXT", TEXT)[0].text == TEXT
    for name in ("text", "txt", ".TXT"):
        assert load("-", TEXT, format=name)[0].text == TEXT
    assert "--format" in (refusal("a.log", TEXT).hint or "")
    assert "jsonl" in (refusal("a.txt", TEXT, format="docx").hint or "")


def test_the_encoding_option_reaches_every_format():
    for name, content in [
        ("a.txt", "Завод"),
        ("a.md", "Завод"),
        ("a.jsonl", '{"text": "Завод"}'),
        ("a.json", '{"text": "Завод"}'),
        ("a.csv", "text\nЗавод"),
    ]:
        (found,) = load(name, content.encode("cp1251"), encoding="cp1251")
        assert (found.text, found.encoding) == ("Завод", "cp1251")


# Markdown


def test_front_matter_is_metadata_and_no_text():
    front = (
        '---\ntitle: "The mill: a report"\ndate: 2024-11-05\nauthor: Ana Vell\nlang: en-GB\n'
        "tags:\n  - mills\n- oats\n# note\n\n---\n"
    )
    (found,) = load("a.md", front + "\n# The mill\n\nIt grinds.\n")
    assert found.text == "\n# The mill\n\nIt grinds.\n"
    assert found.markdown
    assert found.metadata == Metadata(
        title="The mill: a report", published="2024-11-05", author="Ana Vell", language="en"
    )


@pytest.mark.parametrize(
    "text",
    [
        "---\n\nA rule above prose, and one below.\n\n---\nMore.\n",
        "---\ntitle: never closed\n",
        "---\ntitle: never closed",
        "---\n" + "a: b\n" * 300 + "---\nText.\n",
        "# Heading\n\n---\ntitle: x\n---\n",
    ],
)
def test_rules_in_prose_are_no_front_matter(text):
    (found,) = load("a.md", text)
    assert found.text == text
    assert found.metadata == Metadata()


def test_front_matter_alone_is_no_article():
    assert "no text" in refusal("a.md", "---\ntitle: x\n---").reason


# JSON lines


def test_json_lines():
    lines = [
        {"id": "m-1", "text": "One.", "headline": "A", "lang": "fr_CA", "publisher": {"name": "P"}},
        {"id": 7, "body": "x", "text": "Two.\r\nThree.", "authors": ["Ana", "Bo"], "date": "now"},
        {"text": "Four.", "url": "", "link": "https://a.example", "language": "English"},
    ]
    content = "\n".join(json.dumps(line) for line in lines)
    first, second, third = load("a.jsonl", "\n" + content.replace("\n", "\r\n\r\n") + "\n")
    assert first == RawDocument(
        "m-1", "One.", "utf-8", Metadata(title="A", source="P", language="fr"), line=2
    )
    assert (second.key, second.text, second.line) == ("7", "Two.\nThree.", 4)
    assert second.metadata == Metadata(author="Ana, Bo", published="now")
    assert (third.key, third.line) == ("6", 6)
    assert third.metadata == Metadata(url="https://a.example")


def test_only_line_feeds_end_lines():
    text = "one\u2028two\u2029three\x85four\x0bfive\x0csix\x1cseven"
    encoded = json.dumps({"text": text}, ensure_ascii=False)
    assert load("a.ndjson", encoded.replace("\\u000b", "\\u000b"))[0].text == text


@given(
    st.lists(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r")).filter(
            lambda text: text.strip()
        ),
        min_size=1,
    ),
    st.booleans(),
)
def test_texts_come_back_exactly(texts, ascii_only):
    records = [{"text": text} for text in texts]
    lines = "\n".join(json.dumps(record, ensure_ascii=ascii_only) for record in records)
    assert [found.text for found in load("a.jsonl", lines)] == texts
    whole = json.dumps(records, ensure_ascii=ascii_only, indent=1)
    assert [found.text for found in load("a.json", whole)] == texts
    assert [found.text for found in load("a.json", lines)] == texts


GOOD_LINE = '{"text": "fine"}\n'


@pytest.mark.parametrize(
    ("bad", "column", "word"),
    [
        ('{"text": "a" "b"}', 14, "not JSON"),
        ('{"text": "a"', 13, "not JSON"),
        ('{"text": "a"} {"text": "b"}', 15, "follows"),
        ('{"text": "a", "n": NaN}', 1, "NaN"),
        ('{"text": "a", "n": -Infinity}', 1, "Infinity"),
        ('{"text": "a", "n": ' + "9" * 5000 + "}", 1, "not JSON"),
        ("[" * 100_000, 1, "nested"),
        ('["text"]', None, "array"),
        ('"text"', None, "a string"),
        ("null", None, "null"),
        ("12", None, "a number"),
        ('{"text": 12}', None, "a number"),
        ('{"text": true}', None, "truth value"),
        ('{"text": null}', None, "null"),
        ('{"text": {"a": 1}}', None, "an object"),
        ('{"text": " \\n"}', None, "no text"),
        ('{"text": "a\\u0000b"}', None, "NUL"),
        ('{"text": "a\\ud800b"}', None, "U+D800"),
        ('{"text": "a", "title": "\\udfff"}', None, "title"),
        ('{"text": "a", "id": "\\udfff"}', None, "id"),
        ('{"story": "a", "when": "b"}', None, "story, when"),
        ("{}", None, "none"),
    ],
)
def test_a_bad_line_is_named(bad, column, word):
    problem = refusal("a.jsonl", GOOD_LINE + bad + "\n" + GOOD_LINE)
    assert (problem.file, problem.line) == ("a.jsonl", 2)
    if column is not None and "99" not in bad and "[[" not in bad:
        assert problem.column == column
    assert word in problem.reason


def test_an_id_may_come_once():
    problem = refusal("a.jsonl", '{"id": 1, "text": "a"}\n\n{"id": "1", "text": "b"}\n')
    assert problem.line == 3
    assert "line 1" in problem.reason


@pytest.mark.parametrize("name", ["Story", "story", " STORY "])
def test_the_text_field_can_be_named(name):
    record = '{"Story": "yes", "text": "no"}'
    assert load("a.jsonl", record, text_field=name)[0].text == "yes"
    assert '"lead"' in refusal("a.jsonl", record, text_field="lead").reason


def test_the_text_field_has_usual_names():
    assert load("a.jsonl", '{"Article": "a", "Body": "b"}')[0].text == "b"


# JSON


def test_json_arrays_objects_and_streams():
    array = '\n [ {"text": "a"},\n\n  {"text": "b", "id": "x"}\n] \n'
    assert [(d.key, d.text, d.line) for d in load("a.json", array)] == [
        ("2", "a", 2),
        ("x", "b", 4),
    ]
    assert load("a.json", '{\n "text":\n "a"}')[0].key == "1"
    assert [
        d.line for d in load("a.json", '{"text": "a"}\n{"text":\n"b"} {"text": "c", "id": "y"}')
    ]


@pytest.mark.parametrize(
    ("content", "line", "column", "word"),
    [
        ("[]", None, None, "empty"),
        ('[{"text": "a"}', 1, 15, "]"),
        ('[{"text": "a"}\n {"text": "b"}]', 2, 2, "comma"),
        ('[{"text": "a"},\n]', 2, 1, "not JSON"),
        ('[{"text": "a"}]\n[]', 2, 1, "follows"),
        ('[{"text": "a"},\n "b"]', 2, None, "a string"),
        ('{"text": "a"},\n{"text": "b"}', 1, 14, "not JSON"),
        ("text", 1, 1, "not JSON"),
    ],
)
def test_bad_json_is_named(content, line, column, word):
    problem = refusal("a.json", content)
    assert (problem.line, problem.column) == (line, column)
    assert word in problem.reason


# CSV


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv(delimiter):
    rows = [
        ["ID", "Headline", "Published At", "Text", "Site"],
        ["a", "The mill", "2024-11-05", '"One, two; three"', "Tarn Post"],
        [],
        ["b", "", "", '"First ""line""\r\nsecond"', ""],
    ]
    content = "\r\n".join(delimiter.join(row) for row in rows)
    first, second = load("a.csv", content.encode("utf-8-sig"))
    assert first == RawDocument(
        "a",
        "One, two; three",
        "utf-8-sig",
        Metadata(title="The mill", published="2024-11-05", source="Tarn Post"),
        line=2,
    )
    assert (second.key, second.text, second.line) == ("b", 'First "line"\nsecond', 4)


def test_commas_of_the_articles_do_not_make_the_delimiter():
    content = "\nid;text\n1;" + "oats, rye, and wheat, " * 50
    assert load("a.csv", content)[0].text.startswith("oats, rye")
    assert load("a.csv", "text\none line")[0].text == "one line"


def test_long_fields_are_read():
    assert len(load("a.csv", "text\n" + "oats " * 100_000)[0].text) == 500_000


@pytest.mark.parametrize(
    ("content", "line", "word"),
    [
        ("text,url\na\n", 2, "1 fields, the header 2"),
        ("text\na,b\n", 2, "2 fields, the header 1"),
        ("id,id,text\n1,2,c\n", 1, "two columns"),
        ("id,text\n", None, "no rows"),
        ("id,text\n1,a\n1,b\n", 3, "line 2"),
        ('id,text\n1,"never\nclosed', 2, "not CSV"),
        ('id,text\n1,"closed" early\n', 2, "not CSV"),
        ('"id,text', None, "no rows"),
        ("id,story\n1,a\n", 2, "id, story"),
        ("id,text\n1, \n", 2, "no text"),
    ],
)
def test_a_bad_row_is_named(content, line, word):
    problem = refusal("a.csv", content)
    assert word in problem.reason or (line is None and "not CSV" in problem.reason)
    if line is not None:
        assert problem.line == line


# HTML

PAGE = """<!DOCTYPE html><html><head>{meta}<title>Quorvex opens a mill | The Tarn Post</title>
<meta name="author" content="Ana Vell"><meta property="og:site_name" content="The Tarn Post">
<meta property="article:published_time" content="2024-11-05T10:00:00Z">
<link rel="canonical" href="https://tarn.example/mill"></head><body>
<nav><a href="/">Home</a> <a href="/news">News</a></nav>
<article><h1>Quorvex opens a mill</h1>
<p>Quorvex, a maker of valves, opened a mill in Lower Tarn on Monday, and a café beside it.</p>
<p>The mill employs forty people, the company said, and is expected to employ sixty by spring.</p>
</article><footer>We use cookies. All rights reserved.</footer></body></html>"""


def test_web_pages():
    pytest.importorskip("trafilatura")
    (found,) = load("a.html", PAGE.format(meta='<meta charset="utf-8">'))
    assert found.metadata == Metadata(
        title="Quorvex opens a mill",
        source="The Tarn Post",
        url="https://tarn.example/mill",
        published="2024-11-05",
        author="Ana Vell",
    )
    assert "a café beside it.\nThe mill employs" in found.text
    assert "cookies" not in found.text
    assert "Home" not in found.text
    assert not found.markdown


@pytest.mark.parametrize(
    ("charset", "written", "encoding"),
    [
        ("iso-8859-1", "cp1252", "cp1252"),
        ("iso-8859-15", "iso-8859-15", "iso8859-15"),
        ("iso-8859-1", "utf-8", "utf-8"),
        ("utf-8", "cp1252", "cp1252"),
        ("klingon", "cp1252", "cp1252"),
        ("utf-16", "utf-8-sig", "utf-8-sig"),
    ],
)
def test_a_page_is_decoded_by_its_own_word_if_that_can_be(charset, written, encoding):
    pytest.importorskip("trafilatura")
    page = '<?xml version="1.0" encoding="latin1"?>' + PAGE.format(
        meta=f'<meta http-equiv="Content-Type" content="text/html; charset={charset}">'
    )
    (found,) = load("a.htm", page.encode(written))
    assert found.encoding == encoding
    assert "café" in found.text


def test_a_page_without_an_article_is_refused():
    pytest.importorskip("trafilatura")
    assert "no article" in refusal("a.html", "<html><body></body></html>").reason


def test_html_without_its_package_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "trafilatura", None)
    assert "[html]" in (refusal("a.html", PAGE).hint or "")
