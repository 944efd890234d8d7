"""The bundled corpus and labels: what the program makes of them, and that they fit each other."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import jsonschema
import pytest

from annotator.core.history import NOT_A_SENTENCE
from annotator.formats.record import schema
from annotator.ingest.files import walk
from annotator.project import Project
from annotator.project.exchange import Choice, export
from annotator.project.importing import import_file
from annotator.project.ingest import ingest
from annotator.project.request import Request
from annotator.store import Store, reading

ROOT = Path(__file__).resolve().parents[1]
PASSES = ("pass-1", "pass-2")


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    with Store.open(tmp_path_factory.mktemp("bundled") / "labels.db") as opened:
        ingest(opened, Request(walk(ROOT / "corpus").files, ROOT))
        yield opened


def articles(store):
    return [reading.article(store, place.document) for place in reading.places(store, 0)]


def test_the_corpus_is_read_as_its_readme_says(store):
    found = articles(store)
    assert [one.language for one in found] == ["en"] * 7 + ["fr"] * 3
    asked = [sum(unit.asked for unit in one.units) for one in found]
    page = (ROOT / "corpus" / "README.md").read_text(encoding="utf-8")
    said = [int(line.split("|")[3]) for line in page.split("\n") if line.startswith("| `")]
    assert asked == said
    assert sum(asked) == 262


def test_the_traps_of_the_corpus_are_not_asked_about(store):
    not_asked = {
        one.text[unit.start : unit.end]
        for one in articles(store)
        for unit in one.units
        if not unit.asked
    }
    assert {
        "FOR IMMEDIATE RELEASE",
        "Quobb’s Little Harbour That Learned to Think",
        "Leave a comment",
        "E-mail *",
        "2025-03-28 09:15:00",
        "1743172496",
        "Source: Oxlip Wire",
        "Source\u00a0: Oxlip Wire",
        "#Velgrumia #permits.. #training #electricity #meters #thimblecrow",
        "Partager · Imprimer · Envoyer à un proche",
    } <= not_asked


def test_the_doubled_title_and_the_copied_article_are_near_duplicates(store):
    titles = [
        hit
        for hit in reading.search(store, "Little Harbour That Learned to Think")
        if hit.text.startswith("Quobb")
    ]
    article = reading.article(store, titles[0].document)
    groups = {unit.group for unit in article.units if unit.kind == "title"}
    assert len(groups) == 1
    rows = store.db.execute(
        "SELECT likeness FROM documents d JOIN origins o ON o.document = d.n"
        " WHERE o.path IN ('corpus/02-sober-report.txt', 'corpus/07-syndicated-copy.txt')"
    ).fetchall()
    assert len(rows) == 2
    assert len(set(rows)) == 1


@pytest.mark.parametrize("name", PASSES)
def test_the_labels_fit_the_corpus(store, name):
    report = import_file(store, ROOT / "labels" / f"{name}.jsonl")
    assert not report.unknown
    records = [
        json.loads(line)
        for line in (ROOT / "labels" / f"{name}.jsonl").read_text("utf-8").split("\n")
        if line
    ]
    assert len(records) == 262
    labels = [record["annotations"][0]["label"] for record in records]
    assert {one["reviewer"] for record in records for one in record["annotations"]} == {name}
    assert set(labels) == {"factual", "speculative", "promotional", NOT_A_SENTENCE}
    assert all(record["annotations"][0]["confidence"] for record in records)
    again = import_file(store, ROOT / "labels" / f"{name}.jsonl")
    assert (again.added, again.changed) == (0, 0)


def test_the_adjudicated_labels_fit_the_corpus_and_come_back_as_they_are(tmp_path):
    file = ROOT / "labels" / "adjudicated.jsonl"
    lines = [json.loads(line) for line in file.read_text("utf-8").split("\n") if line]
    assert len(lines) == 262
    resolutions = Counter(one["resolution"] for one in lines)
    assert resolutions == {"unanimous": 260, "adjudicated": 2}
    for one in lines:
        assert {given["reviewer"] for given in one["annotations"]} == set(PASSES)
        given = {each["label"] for each in one["annotations"]}
        # Every disagreement was decided, with a reason and for a label that one of the passes gave.
        assert (len(given) > 1) == (one["adjudication"] is not None)
        if one["adjudication"]:
            assert one["label"] == one["adjudication"]["label"] in given
            assert one["adjudication"]["reason"]
            assert one["adjudication"]["note"]
    with Store.open(tmp_path / "labels.db") as fresh:
        ingest(fresh, Request(walk(ROOT / "corpus").files, ROOT))
        report = import_file(fresh, file)
        assert not report.unknown
        assert (report.added, report.adjudicated) == (2 * 262, 2)
        pieces: list[bytes] = []
        export(fresh, Choice(every=True), pieces.append)
        again = [json.loads(line) for line in b"".join(pieces).splitlines()]
    # What is suggested and scored follows the lexicons of the day.
    made = {"suggestion", "sentiment"}
    assert [without(one, made) for one in again] == [without(one, made) for one in lines]


@pytest.mark.parametrize("name", [*PASSES, "adjudicated"])
def test_every_line_follows_the_published_schema(name):
    validator = jsonschema.Draft202012Validator(schema())
    for line in (ROOT / "labels" / f"{name}.jsonl").read_text("utf-8").splitlines():
        validator.validate(json.loads(line))


def test_the_adjudicated_labels_are_those_of_the_passes():
    found = {}
    for name in PASSES:
        for line in (ROOT / "labels" / f"{name}.jsonl").read_text("utf-8").splitlines():
            record = json.loads(line)
            found[name, record["id"]] = record["annotations"][0]
    for line in (ROOT / "labels" / "adjudicated.jsonl").read_text("utf-8").splitlines():
        record = json.loads(line)
        for given in record["annotations"]:
            assert given == found.pop((given["reviewer"], record["id"]))
    assert not found


def without(record: dict, names: set[str]) -> dict:
    return {name: value for name, value in record.items() if name not in names}


def test_the_folder_is_a_project():
    assert Project.at(ROOT).corpus == ROOT / "corpus"
