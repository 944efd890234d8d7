"""The baseline of a project: its state by language, recomputing it, and the reasons for a value."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from strategies import THREE, fill

from annotator.baseline import sentiment
from annotator.core.errors import AnnotatorError, UsageProblem
from annotator.ingest.metadata import Metadata
from annotator.project import Project
from annotator.project.baseline import Row, recompute, summary
from annotator.project.explain import explain
from annotator.project.ingest import ingest
from annotator.project.prepare import Settings
from annotator.project.request import Request
from annotator.store import Store, reading
from annotator.store.verify import verify

ENGLISH = "The plant opened on Monday.\n\nIt is a great success, the wonderful mayor said.\n"
FRENCH = "L’usine a ouvert lundi.\n\nC’est un grand succès, a dit le maire.\n"
FINNISH = "Tehdas avattiin maanantaina.\n\nPormestari sanoi, että se on suuri menestys.\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    project = Project.at(tmp_path, new=True)
    project.init()
    with project.open() as store:
        for code, text in (("en", ENGLISH), ("fr", FRENCH), ("fi", FINNISH)):
            path = project.corpus / f"{code}.txt"
            path.write_text(text, encoding="utf-8")
            ingest(store, Request([path], tmp_path, metadata=Metadata(language=code)))
    return project


@pytest.fixture
def store(project: Project) -> Iterator[Store]:
    with project.open() as store:
        yield store


def versions() -> dict[str, str]:
    return {code: sentiment.get(sentiment.default_for(code)).version for code in ("en", "fr")}


def test_a_fresh_ingest_is_up_to_date(store: Store):
    installed = versions()
    assert summary(store, Settings()) == [
        Row("en", 2, "textblob-en", 2, installed["en"], installed["en"]),
        Row("fi", 2, None, 0, None, None),
        Row("fr", 2, sentiment.default_for("fr"), 2, installed["fr"], installed["fr"]),
    ]
    assert all(row.current for row in summary(store, Settings()))
    assert recompute(store, Settings()) == 0


def test_another_version_is_scored_again(store: Store):
    store.db.execute("UPDATE analyzers SET version = 'old' WHERE name = 'textblob-en'")
    store.db.execute(
        "UPDATE sentiments SET polarity = 9 WHERE analyzer ="
        " (SELECT n FROM analyzers WHERE name = 'textblob-en')"
    )
    english = summary(store, Settings())[0]
    assert (english.stored, english.current) == ("old", False)
    told: list[tuple[str, int, int]] = []
    assert recompute(store, Settings(), tell=lambda *said: told.append(said)) == 2
    assert told == [("scoring", 2, 2)]
    assert all(row.current for row in summary(store, Settings()))
    (found,) = store.db.execute("SELECT max(polarity) FROM sentiments").fetchone()
    assert found <= 1
    assert verify(store).problems == []


def test_a_version_that_scored_a_part_is_completed(store: Store):
    store.db.execute("DELETE FROM sentiments WHERE unit = 1")
    assert not summary(store, Settings())[0].current
    assert recompute(store, Settings()) == 2
    assert summary(store, Settings())[0].scored == 2


def test_everything_on_demand_gives_the_same_values(store: Store):
    before = store.db.execute("SELECT unit, polarity, assessments FROM sentiments").fetchall()
    assert recompute(store, Settings(), everything=True) == 4
    after = store.db.execute("SELECT unit, polarity, assessments FROM sentiments").fetchall()
    assert sorted(after) == sorted(before)


def test_a_second_analyser_stands_beside_the_first(store: Store):
    settings = Settings(analyzers={"en": "textblob-en+news"})
    assert not summary(store, settings)[0].current
    assert recompute(store, settings) == 2
    assert summary(store, settings)[0].current
    assert summary(store, Settings())[0].current
    unit = reading.search(store, "great")[0].unit
    assert reading.sentiment(store, unit, "textblob-en").analyzer == "textblob-en"
    assert reading.sentiment(store, unit, "textblob-en+news").analyzer == "textblob-en+news"


def test_a_recompute_that_fails_keeps_the_old_values(store: Store, monkeypatch: pytest.MonkeyPatch):
    before = list(store.db.iterdump())

    def fail(stage: str, done: int, total: int) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        recompute(store, Settings(), everything=True, tell=fail)
    assert list(store.db.iterdump()) == before


def test_headings_are_never_scored(tmp_path: Path):
    with Store.open(tmp_path / "labels.db") as store:
        fill(store, THREE)
        recompute(store, Settings(), everything=True)
        kinds = store.db.execute(
            "SELECT DISTINCT u.kind FROM sentiments s JOIN units u ON u.n = s.unit"
        ).fetchall()
        assert kinds == [("body",)]


# -- explain -----------------------------------------------------------------------------------


def test_a_text_is_explained_by_its_words(project: Project):
    found = explain(project, "It is a great success.", language="en")
    assert found.sentence is None
    assert found.sentiment.polarity > 0
    assert ("great",) in [one.words for one in found.words]
    assert "polarity +" in found.described()
    assert "great: polarity +" in found.described()
    data = found.as_json()
    assert data["sentiment"]["analyzer"] == "textblob-en"
    assert {"words", "polarity", "subjectivity", "note"} == data["words"][0].keys()


def test_a_stored_sentence_is_explained_by_its_id(project: Project, store: Store):
    hit = reading.search(store, "grand")[0]
    unit = next(u for u in reading.article(store, hit.document).units if u.n == hit.unit)
    for name in (unit.id, unit.id[:8].upper()):
        found = explain(project, name)
        assert (found.sentence, found.language, found.text) == (unit.id, "fr", hit.text)


def test_what_looks_like_an_id_and_is_none_is_a_text(project: Project):
    assert explain(project, "facade").sentence is None
    assert explain(project, "deadbeef", language="en").described().startswith("deadbeef")


def test_without_an_analyser_it_says_so(project: Project):
    found = explain(project, "Se on suuri menestys.", language="fi")
    assert found.sentiment is None
    assert "no analyser for fi" in found.described()
    assert found.as_json()["sentiment"] is None


def test_words_that_count_for_nothing_and_texts_without_any(project: Project):
    assert (
        "no word of it is in the lexicon" in explain(project, "Xyzzy.", language="en").described()
    )
    with pytest.raises(UsageProblem, match="no text"):
        explain(project, "  ")
    with pytest.raises(AnnotatorError, match="nobody"):
        explain(project, "Fine.", language="en", analyzer="nobody")


def test_the_projects_analyser_explains(project: Project):
    (project.folder / "annotator.toml").write_text('[analyzers]\nen = "textblob-en+news"\n')
    found = explain(Project(project.folder), "A milestone in artificial intelligence.")
    assert found.sentiment.analyzer == "textblob-en+news"
