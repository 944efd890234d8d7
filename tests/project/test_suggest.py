"""Suggestions of a project: made at ingest, made again when they are out of date, and changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from strategies import THREE, fill

from annotator.baseline import rules, suggesters
from annotator.core.errors import UsageProblem
from annotator.core.model import Sentence, Suggestion
from annotator.ingest.metadata import Metadata
from annotator.project import Project, suggest
from annotator.project.explain import explain
from annotator.project.ingest import ingest
from annotator.project.request import Report, Request
from annotator.store import Store, reading
from annotator.store.suggestions import Suggestions

BRIDGE = (
    "Bridge opens\n\n"
    "The council opened the bridge on Monday.\n\n"
    "What comes next\n\n"
    "It may be the finest bridge in the world.\n"
)
MARCHE = "Le marché a ouvert lundi.\n\nIl pourrait fermer avant l’hiver.\n"


class Echo:
    """A suggester that remembers what it was asked."""

    name = "echo"
    labels = None

    def __init__(self, version: str = "1") -> None:
        self.version = version
        self.asked: list[Sentence] = []

    def suggest(self, sentences: Sequence[Sentence]) -> Sequence[Suggestion]:
        self.asked += sentences
        chances = {"factual": 0.25, "speculative": 0.5, "promotional": 0.25}
        return [Suggestion("speculative", chances) for _ in sentences]


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> dict[str, Echo]:
    """Suggesters that are installed beside our own, by name."""
    found: dict[str, Echo] = {}
    get = suggesters.get
    monkeypatch.setattr(
        suggesters,
        "get",
        lambda name, models=None, labels=None: found.get(name) or get(name, models, labels),
    )
    return found


def take_in(store: Store, folder: Path, **texts: str) -> Report:
    paths = []
    for name, text in texts.items():
        path = folder / "corpus" / f"{name}.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        paths.append(path)
    language = "fr" if "marche" in texts else "en"
    return ingest(store, Request(paths, folder, metadata=Metadata(language=language)))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "labels" / "labels.db") as store:
        take_in(store, tmp_path, bridge=BRIDGE)
        take_in(store, tmp_path, marche=MARCHE)
        yield store


def of(store: Store, word: str) -> tuple[str, Suggestion] | None:
    return Suggestions(store).of(reading.search(store, word)[0].unit)


def rows(store: Store, name: str) -> list[tuple[str, int, int]]:
    found = [row for row in suggest.summary(store) if row.suggester == name]
    return [(row.language, row.sentences, row.suggested) for row in found]


def test_an_ingest_suggests_for_every_sentence_and_for_no_heading(store: Store):
    assert suggest.name_in_use(store) == rules.NAME
    assert rows(store, rules.NAME) == [("en", 2, 2), ("fr", 2, 2)]
    first = suggest.summary(store)[0]
    assert (first.in_use, first.current) == (True, True)
    assert first.stored == first.installed == rules.version()
    assert of(store, "next") is None
    name, said = of(store, "finest")
    assert name == rules.NAME
    expected = rules.suggest(
        "It may be the finest bridge in the world.",
        "en",
        before="The council opened the bridge on Monday.",
    )
    assert said.label == expected.label
    assert [one[:-1] for one in said.reasons] == [one[:-1] for one in expected.reasons]
    assert suggest.recompute(store) == 0


def test_the_sentence_before_is_that_of_the_body_and_of_the_same_document(
    store: Store, installed: dict[str, Echo]
):
    echo = installed["echo"] = Echo()
    assert suggest.use(store, "echo") == 4
    assert echo.asked == [
        Sentence("The council opened the bridge on Monday.", "en", None),
        Sentence(
            "It may be the finest bridge in the world.",
            "en",
            "The council opened the bridge on Monday.",
        ),
        Sentence("Le marché a ouvert lundi.", "fr", None),
        Sentence("Il pourrait fermer avant l’hiver.", "fr", "Le marché a ouvert lundi."),
    ]
    assert suggest.name_in_use(store) == "echo"
    assert of(store, "finest")[0] == "echo"
    assert rows(store, rules.NAME) == [("en", 2, 2), ("fr", 2, 2)]


def test_new_documents_are_for_both_the_rules_and_the_suggester_in_use(
    store: Store, tmp_path: Path, installed: dict[str, Echo]
):
    installed["echo"] = Echo()
    suggest.use(store, "echo")
    report = take_in(store, tmp_path, again="Prices rose on Friday. They may fall soon.\n")
    assert report.unsuggested == 0
    assert rows(store, "echo")[0] == rows(store, rules.NAME)[0] == ("en", 4, 4)


@pytest.mark.parametrize("version", [None, "2"], ids=["gone", "of another version"])
def test_where_the_suggester_in_use_is_something_is_missing_and_said(
    store: Store, tmp_path: Path, installed: dict[str, Echo], version: str | None
):
    installed["echo"] = Echo()
    suggest.use(store, "echo")
    del installed["echo"]
    if version:
        installed["echo"] = Echo(version)
    report = take_in(store, tmp_path, again="Prices rose on Friday. They may fall soon.\n")
    assert (report.suggester, report.unsuggested) == ("echo", 2)
    assert rows(store, "echo")[0] == ("en", 4, 2)
    assert rows(store, rules.NAME)[0] == ("en", 4, 4)
    assert suggest.name_in_use(store) == "echo"
    assert suggest.recompute(store) == (6 if version else 0)
    assert suggest.summary(store)[0].current == bool(version)


def test_another_version_is_asked_again_and_the_rest_is_left(store: Store):
    store.db.execute("UPDATE suggesters SET version = 'old'")
    store.db.execute("UPDATE suggestions SET label = 'factual', reasons = '[]'")
    assert not suggest.summary(store)[0].current
    told: list[tuple[str, int, int]] = []
    assert suggest.recompute(store, tell=lambda *said: told.append(said)) == 4
    assert told == [("suggesting", 4, 4)]
    assert of(store, "finest")[1].reasons
    assert suggest.summary(store)[0].current
    assert suggest.recompute(store, everything=True) == 4


def test_only_documents_with_something_missing_are_asked_about(store: Store):
    (gone,) = store.db.execute("SELECT max(unit) FROM suggestions").fetchone()
    store.db.execute("DELETE FROM suggestions WHERE unit = ?", (gone,))
    assert rows(store, rules.NAME) == [("en", 2, 2), ("fr", 2, 1)]
    assert suggest.recompute(store) == 2
    assert rows(store, rules.NAME) == [("en", 2, 2), ("fr", 2, 2)]


def test_one_that_was_stopped_stays_out_of_date(
    store: Store, installed: dict[str, Echo], monkeypatch: pytest.MonkeyPatch
):
    installed["echo"] = Echo()
    suggest.use(store, "echo")
    installed["echo"] = Echo("2")

    def stop(stage: str, done: int, total: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(suggest, "BATCH", 1)
    with pytest.raises(KeyboardInterrupt):
        suggest.compute(store, installed["echo"], batch=1, tell=stop)
    assert suggest.summary(store)[0].stored == "1"
    assert suggest.recompute(store) == 4
    assert suggest.summary(store)[0].current


def test_a_store_from_before_suggestions_gets_them_on_demand(tmp_path: Path):
    with Store.open(tmp_path / "labels.db") as store:
        fill(store, THREE)
        assert suggest.name_in_use(store) == rules.NAME
        assert rows(store, rules.NAME) == [("en", 6, 0), ("fr", 2, 0)]
        assert suggest.recompute(store) == 8
        assert Suggestions(store).in_use().name == rules.NAME
        assert Suggestions(store).of(3)[0] == rules.NAME


def test_nobody_cannot_be_used(store: Store):
    with pytest.raises(UsageProblem, match="nobody"):
        suggest.use(store, "nobody")
    assert suggest.name_in_use(store) == rules.NAME


def test_a_language_that_is_put_right_leaves_something_to_ask(store: Store, tmp_path: Path):
    path = tmp_path / "corpus" / "bridge.txt"
    report = ingest(store, Request([path], tmp_path, metadata=Metadata(language="fr")))
    assert (report.updated, report.unsuggested) == (1, 2)
    assert rows(store, rules.NAME) == [("fr", 4, 2)]
    assert suggest.recompute(store) == 2


def test_explain_says_what_is_stored(store: Store, tmp_path: Path):
    text = "Mayor Anna Lind said that it was late.\n\nNow what\n\nThey said that it may rain.\n"
    take_in(store, tmp_path, rain=text)
    hit = reading.search(store, "rain")[0]
    _, said = Suggestions(store).of(hit.unit)
    explained = explain(Project(tmp_path), hit.id)
    assert [one[:-1] for one in explained.suggestion.reasons] == [one[:-1] for one in said.reasons]
    assert said.probabilities == pytest.approx(explained.suggestion.probabilities, abs=1e-4)
    alone = rules.suggest("They said that it may rain.", "en")
    assert alone.probabilities != pytest.approx(explained.suggestion.probabilities, abs=1e-4)
