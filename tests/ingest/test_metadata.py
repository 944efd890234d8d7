"""Metadata: how it merges, and what sources.toml may say."""

from __future__ import annotations

import pytest

from annotator.core.errors import InputProblem
from annotator.ingest.metadata import Metadata, SourcesFile, is_iso_date, language_code

GOOD = """\
# what is known
[[source]]
files = "**/*.txt"
source = "The Tarn Post"
language = "en-GB"

[[source]]
files = ["fr/*.txt", "other/[ab]?.txt"]
language = "fr"
published = 2024-11-05

[[source]]
files = "fr/one.txt"
source = "Le Moulin"
url = "https://moulin.example/1"
published = "2024-11-06T10:30:00Z"
"""


def load(tmp_path, text):
    path = tmp_path / "sources.toml"
    path.write_text(text, encoding="utf-8")
    return SourcesFile.load(path)


def refusal(tmp_path, text):
    with pytest.raises(InputProblem) as caught:
        load(tmp_path, text)
    return caught.value


def test_own_values_win_where_they_are_set():
    assert Metadata(title="a").merged(Metadata(title="b", url="c")) == Metadata("a", url="c")


def test_later_tables_override_field_by_field(tmp_path):
    sources = load(tmp_path, GOOD)
    assert sources.for_file("deep/er/x.txt") == Metadata(source="The Tarn Post", language="en")
    assert sources.for_file("x.txt").source == "The Tarn Post"
    assert sources.for_file("fr/two.txt") == Metadata(
        source="The Tarn Post", language="fr", published="2024-11-05"
    )
    assert sources.for_file("fr/one.txt") == Metadata(
        source="Le Moulin",
        url="https://moulin.example/1",
        published="2024-11-06T10:30:00Z",
        language="fr",
    )
    assert sources.for_file("x.md") == Metadata()


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("*.txt", "a.txt", True),
        ("*.txt", "a/b.txt", False),
        ("**/b.txt", "b.txt", True),
        ("**/b.txt", "x/y/b.txt", True),
        ("a/**", "a/b/c.txt", True),
        ("a?.txt", "ab.txt", True),
        ("a?.txt", "a/.txt", False),
        ("[!a]*.txt", "b.txt", True),
        ("[!a]*.txt", "a.txt", False),
        ("[a-c].txt", "b.txt", True),
        ("a+b.txt", "a+b.txt", True),
        ("a.txt", "aXtxt", False),
    ],
)
def test_globs(tmp_path, pattern, path, matches):
    sources = load(tmp_path, f'[[source]]\nfiles = "{pattern}"\ntitle = "t"\n')
    assert sources.for_file(path) == Metadata(title="t" if matches else None)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (
            '[[source]]\nfiles = "a"\npublishd = "2024-01-01"\n',
            3,
            ["table 1", "publishd", "no such"],
        ),
        (
            '[[source]]\nfiles="a"\n\n[[source]]\ntitle = "x"\n',
            4,
            ["table 2", '"files"', "missing"],
        ),
        ('[[source]]\nfiles = "a"\npublished = "May 2024"\n', 3, ["May 2024", "ISO 8601"]),
        ('[[source]]\nfiles = "a"\npublished = "2024-02-30"\n', 3, ["ISO 8601"]),
        ('[[source]]\nfiles = "a"\nlanguage = "English"\n', 3, ["language code"]),
        ('[[source]]\nfiles = "a"\ntitle = 3\n', 3, ["title", "string"]),
        ('[[source]]\nfiles = "a"\ntitle = "x\\u0000"\n', 3, ["NUL"]),
        ("[[source]]\nfiles = []\n", 2, ["files"]),
        ("[[source]]\nfiles = 3\n", 2, ["files"]),
        ('[[sources]]\nfiles = "a"\n', 1, ["sources", "no such"]),
        ('[[source]]\nfiles = "a\n', 2, ["not TOML"]),
        ('source = [{files = "a", titel = "b"}]\n', None, ["table 1", "titel"]),
        ('[[source]]\nfiles = "a"\n[[source]]\nfiles = "b"\n"no key" = 1', 5, ["no key"]),
    ],
)
def test_mistakes_are_named_with_their_place(tmp_path, text, line, words):
    problem = refusal(tmp_path, text)
    assert problem.line == line
    assert problem.file == str(tmp_path / "sources.toml")
    for word in words:
        assert word in problem.reason


def test_unreadable_files_are_refused(tmp_path):
    with pytest.raises(InputProblem, match="cannot be read"):
        SourcesFile.load(tmp_path / "missing.toml")
    (tmp_path / "latin.toml").write_bytes(b"# \xe9\n")
    with pytest.raises(InputProblem, match="UTF-8"):
        SourcesFile.load(tmp_path / "latin.toml")


@pytest.mark.parametrize(
    ("value", "good"),
    [
        ("2024-11-05", True),
        ("2024-11-05T23:59:59.120Z", True),
        ("2024-11-05 10:30+01:00", True),
        ("2024-13-01", False),
        ("2024-11-05T24:01", False),
        ("20241105", False),
        ("05/11/2024", False),
    ],
)
def test_dates(value, good):
    assert is_iso_date(value) is good


def test_language_codes():
    assert [language_code(tag) for tag in ("en", "pt_BR", "zh-Hant-TW", "English", "")] == [
        "en", "pt", "zh", None, None,
    ]  # fmt: skip
