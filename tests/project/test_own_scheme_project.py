"""A project with labels of its own, from the file to training: taken over, renamed, merged."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import own_schemes
import pytest
from own_schemes import NINE, TWO

from annotator.core.errors import InputProblem, UsageProblem
from annotator.core.history import ADJUDICATE
from annotator.core.scheme import built_in, built_in_text
from annotator.project import Project, suggest
from annotator.project.exchange import Choice, export
from annotator.project.importing import import_file
from annotator.project.ingest import ingest
from annotator.project.request import Request
from annotator.project.scheme import use
from annotator.session import Session
from annotator.store import Store, reading
from annotator.store.journal import Journal
from annotator.store.suggestions import Suggestions
from annotator.store.verify import verify

TEXTS = {
    "ferry.txt": "The ferry left at nine. It may come back. Nobody waved. It was a fine ship.\n",
    "mill.txt": "The mill burned down. Its owner promised to build it anew. We shall see.\n",
}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    found = Project(tmp_path / "mine")
    found.folder.mkdir()
    found.init()
    found.reviewer("ana")
    for name, text in TEXTS.items():
        (found.corpus / name).write_text(text, encoding="utf-8")
    with found.open() as store:
        ingest(store, Request(sorted(found.corpus.iterdir()), found.folder))
    return found


def put(project: Project, text: str) -> None:
    (project.folder / "scheme.toml").write_text(text, encoding="utf-8")


def label(store: Store, *names: str, reviewer: str = "ana") -> None:
    session = Session(store, reviewer, store.scheme)
    for name in names:
        session.label(name)


def labels_of(store: Store, reviewer: str = "ana") -> list[str | None]:
    journal = Journal(store, reviewer)
    found = journal.annotations(0, 1 << 62)
    return [one.label for _, one in sorted(found.items())]


def exported(store: Store, **choice: Any) -> list[dict[str, Any]]:
    pieces: list[bytes] = []
    export(store, Choice(**choice), pieces.append)
    return [json.loads(line) for line in b"".join(pieces).splitlines()]


def scheme_events(store: Store) -> list[dict[str, Any]]:
    rows = store.db.execute("SELECT payload FROM events WHERE kind = 'scheme' ORDER BY n")
    return [json.loads(payload) for (payload,) in rows]


def sound(store: Store) -> bool:
    return verify(store).problems == []


# -- taking over -------------------------------------------------------------------------------


def test_without_a_file_labels_are_those_built_in(project: Project):
    with project.open() as store:
        assert store.scheme == built_in()
        assert scheme_events(store) == []


@pytest.mark.parametrize(("text", "count"), [(TWO, 2), (NINE, 9)])
def test_a_file_is_taken_over_when_the_project_is_opened(project: Project, text: str, count: int):
    put(project, text)
    for _ in range(2):
        with project.open() as store:
            assert len(store.scheme.labels) == count
            (event,) = scheme_events(store)
            assert sound(store)
    assert event["labels"] == list(own_schemes.scheme(text).names)
    assert (event["text"], event["from"], event["mapping"]) == (text, "credibility/1", {})


def test_the_store_keeps_it_when_the_file_is_gone(project: Project):
    put(project, TWO)
    project.open().close()
    (project.folder / "scheme.toml").unlink()
    with project.open() as store:
        assert store.scheme.id == "checkable/1"


def test_the_built_in_file_put_there_is_no_change(project: Project):
    put(project, built_in_text().replace("\n", "\r\n"))
    with project.open() as store:
        assert scheme_events(store) == []


def test_other_words_keys_and_more_labels_are_taken_over_and_old_labels_keep_their_version(
    project: Project,
):
    put(project, TWO)
    with project.open() as store:
        label(store, "checkable")
    more = TWO.replace('guideline = "1.0"', 'guideline = "1.1"').replace('key = "h"', 'key = "y"')
    more += '[[label]]\nname = "unsure"\nkey = "s"\ndefinition = "Nobody knows."\n'
    put(project, more)
    with project.open() as store:
        label(store, "unsure")
        versions = [one["annotations"][0]["guideline"] for one in exported(store)]
        assert labels_of(store) == ["checkable", "unsure"]
        assert versions == ["1.0", "1.1"]
        assert len(scheme_events(store)) == 2
        assert sound(store)


def test_labels_in_use_that_are_gone_are_refused_until_it_is_said_what_becomes_of_them(
    project: Project,
):
    put(project, TWO)
    with project.open() as store:
        label(store, "checkable", "other", "other")
    new = TWO.replace("checkable/1", "checkable/2").replace('"checkable"', '"public"')
    put(project, new)
    with pytest.raises(UsageProblem) as caught:
        project.open()
    assert "no place for labels in use: checkable (1)" in caught.value.message
    assert "scheme use" in str(caught.value.hint)
    assert "--map checkable=public" in str(caught.value.hint)
    with project.open(stored_scheme=True) as store:
        assert labels_of(store) == ["checkable", "other", "other"]
        _, changed = use(project, store, new, "scheme.toml", {"checkable": "public"})
        assert changed == 1
    with project.open() as store:
        assert labels_of(store) == ["public", "other", "other"]
        assert sound(store)


def test_a_label_that_nobody_gave_may_go_by_itself(project: Project):
    put(project, own_schemes.of("s/1", "one", "two", "three"))
    with project.open() as store:
        label(store, "one")
    put(project, own_schemes.of("s/1", "one", "three"))
    with project.open() as store:
        assert store.scheme.names == ("one", "three")
        assert labels_of(store) == ["one"]


def test_the_same_id_for_other_labels_is_refused(project: Project):
    put(project, own_schemes.of("s/1", "one", "two"))
    with project.open() as store:
        label(store, "one")
        with pytest.raises(InputProblem, match=r"it is another scheme") as caught:
            use(project, store, own_schemes.of("s/1", "uno", "two"), "f", {"one": "uno"})
    assert "id = 's/2'" in str(caught.value.hint)


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        ({"one": "drei"}, "s/2 has no label 'drei'"),
        ({"one": "two", "nobody": "two"}, "there is no label 'nobody' of s/1 here"),
        ({}, "no place for labels in use: one (1)"),
    ],
)
def test_mappings_that_mean_nothing_are_refused(
    project: Project, mapping: dict[str, str | None], said: str
):
    put(project, own_schemes.of("s/1", "one", "two"))
    with project.open() as store:
        label(store, "one")
        with pytest.raises(UsageProblem) as caught:
            use(project, store, own_schemes.of("s/2", "two", "three"), "f", mapping)
        assert said in caught.value.message
        assert len(scheme_events(store)) == 1


def test_an_earlier_file_is_told_from_a_new_one(project: Project):
    first, second = own_schemes.of("s/1", "one", "two"), own_schemes.of("s/2", "uno", "two")
    put(project, first)
    with project.open() as store:
        label(store, "one", "two")
        use(project, store, second, "new.toml", {"one": "uno"})
    assert (project.folder / "scheme.toml").read_text() == second
    put(project, first)
    with pytest.raises(UsageProblem, match=r"is an earlier scheme of this project: since 20"):
        project.open()
    with project.open(stored_scheme=True) as store:
        use(project, store, first, "old.toml", {"uno": "one"})
        assert labels_of(store) == ["one", "two"]
        assert sound(store)
    project.open().close()


HOSTILE = {
    "no TOML": "[[[",
    "markup": TWO.replace('"other"', '"[/nope]"'),
    "an escape": TWO.replace('"other"', '"\\u001b[2J"'),
    "a key twice": TWO.replace('key = "o"', 'key = "h"'),
    "nothing": "",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_files_are_refused_with_the_name_of_the_file_and_nothing_changes(
    project: Project, text: str
):
    put(project, text)
    with pytest.raises(InputProblem) as caught:
        project.open()
    assert "scheme.toml" in caught.value.message
    assert "\x1b" not in caught.value.message
    (project.folder / "scheme.toml").unlink()
    with project.open() as store:
        assert scheme_events(store) == []


def test_a_file_of_fifty_megabytes_is_not_read(project: Project, monkeypatch: pytest.MonkeyPatch):
    with (project.folder / "scheme.toml").open("wb") as file:
        file.truncate(50_000_000)
    with pytest.raises(InputProblem, match="larger than 200,000 bytes"):
        project.open()
    (project.folder / "scheme.toml").write_bytes(b"id = '\xff\xfe'")
    with pytest.raises(InputProblem, match="not UTF-8"):
        project.open()


# -- everything follows ------------------------------------------------------------------------


def test_decisions_of_every_kind_follow_a_mapping(project: Project):
    put(project, own_schemes.of("s/1", "one", "two", "three"))
    with project.open() as store:
        label(store, "one", "two", "three", "one")
        ben = Journal(store, "ben")
        units = reading.find_unit(store, exported(store, every=True)[0]["id"])
        assert units is not None
        ben.record(ADJUDICATE, units, {"label": "two", "reason": None, "scheme": "s/1"})
        assert sound(store)
        new = own_schemes.of("s/2", "both", "four")
        mapping: dict[str, str | None] = {"one": "both", "two": "both", "three": None}
        _, changed = use(project, store, new, "f", mapping)
        assert changed == 5
        assert labels_of(store) == ["both", "both", None, "both"]
        (adjudicated,) = store.db.execute("SELECT label FROM adjudications").fetchone()
        assert adjudicated == "both"
        assert sound(store)
        # What is asked again is undecided: the list comes to it as to any other.
        session = Session(store, "ana", store.scheme)
        assert session.counts.labelled == 3
        while session.unit and session.text_of(session.unit) != "Nobody waved.":
            assert session.next_unlabelled()
        session.label("four")
        assert labels_of(store) == ["both", "both", "four", "both"]
        # Undo goes back through all of it, with the labels as they are now.
        for _ in range(2):
            session.undo()
        assert labels_of(store) == ["both", "both", None]
        session.redo()
        assert labels_of(store)[3] == "both"
        assert sound(store)


def test_a_review_that_is_open_while_labels_change_does_not_go_on_with_the_old_ones(
    project: Project,
):
    put(project, own_schemes.of("s/1", "one", "two"))
    with project.open() as store:
        session = Session(store, "ana", store.scheme)
        session.label("one")
        with project.open() as other:
            use(project, other, own_schemes.of("s/2", "uno", "two"), "f", {"one": "uno"})
        with pytest.raises(UsageProblem, match="labels of this project were changed"):
            session.label("two")
        assert labels_of(store) == ["uno"]
        assert Session(store, "ana", store.scheme).annotation is not None
        assert sound(store)


@pytest.mark.parametrize("text", [TWO, NINE])
def test_export_and_import_go_round(project: Project, tmp_path: Path, text: str):
    from annotator.formats.record import schema

    put(project, text)
    names = own_schemes.scheme(text).names
    other = Project(tmp_path / "other")
    shutil.copytree(project.folder, other.folder)
    file = tmp_path / "labels.jsonl"
    with project.open() as store:
        label(store, *(names[place % len(names)] for place in range(7)))
        records = exported(store)
        with file.open("wb") as out:
            export(store, Choice(), out.write)
    assert [tuple(one["votes"]) for one in records] == [names] * 7
    assert {one["schema"] for one in records} == {own_schemes.scheme(text).id}
    import jsonschema

    validator = jsonschema.Draft202012Validator(schema(own_schemes.scheme(text)))
    for one in records:
        validator.validate(one)
    with other.open() as store:
        other.reviewer("ben")
        assert import_file(store, file).added == 7
        assert import_file(store, file).same == 7
        assert exported(store) == records
        assert sound(store)


def test_a_file_of_an_earlier_scheme_can_be_imported(project: Project, tmp_path: Path):
    put(project, own_schemes.of("s/1", "one", "two", "three"))
    file = tmp_path / "labels.jsonl"
    other = Project(tmp_path / "other")
    shutil.copytree(project.folder, other.folder)
    with project.open() as store:
        label(store, "one", "two", "three")
        with file.open("wb") as out:
            export(store, Choice(), out.write)
    with other.open() as store:
        mapping: dict[str, str | None] = {"one": "uno", "two": "uno", "three": None}
        use(other, store, own_schemes.of("s/2", "uno", "due"), "f", mapping)
        report = import_file(store, file)
        assert (report.added, report.asked_again) == (2, 1)
        assert labels_of(store) == ["uno", "uno"]
        assert import_file(store, file).same == 2
        assert sound(store)


def test_a_file_of_a_scheme_that_is_not_known_here_is_refused(project: Project, tmp_path: Path):
    put(project, own_schemes.of("s/1", "one", "two"))
    file = tmp_path / "labels.jsonl"
    with project.open() as store:
        label(store, "one")
        with file.open("wb") as out:
            export(store, Choice(), out.write)
        file.write_bytes(file.read_bytes().replace(b'"s/1"', b'"t/1"'))
        with pytest.raises(InputProblem, match=r"labels are those of 't/1'; here they are s/1"):
            import_file(store, file)


# -- suggestions -------------------------------------------------------------------------------


def test_the_rules_are_not_used_for_other_labels(project: Project):
    with project.open() as store:
        assert suggest.name_in_use(store) == "rules/1"
    put(project, TWO)
    with project.open() as store:
        assert suggest.name_in_use(store) is None
        assert Suggestions(store).in_use() is None
        assert suggest.for_ingest(store) == ()
        with pytest.raises(UsageProblem, match="rules/1 knows factual"):
            suggest.use(store, "rules/1")
        (project.corpus / "new.txt").write_text("A new sentence came.\n")
        report = ingest(store, Request([project.corpus / "new.txt"], project.folder))
        assert report.new == 1
        label(store, "checkable")
        assert exported(store)[0]["suggestion"] is None
        assert sound(store)
        # And come back with the labels that they know.
        use(project, store, built_in_text(), "f", {"checkable": "factual"})
        assert suggest.for_ingest(store) == ("rules/1",)
        suggest.recompute(store)
        assert suggest.name_in_use(store) == "rules/1"


@pytest.fixture
def many(project: Project) -> Iterator[tuple[Project, Store]]:
    """A project of forty sentences labelled with nine labels, by their words."""
    pytest.importorskip("sklearn")
    put(project, NINE)
    with project.open() as store:
        names = store.scheme.names
        random = Random(7)
        words = ["".join(random.choices("aeiourstlnm", k=6)) for _ in range(300)]
        for number in range(12):
            body = " ".join(
                f"Ici {name} et {' '.join(random.sample(words, 7))} enfin." for name in names
            )
            (project.corpus / f"v{number}.txt").write_text(body, encoding="utf-8")
        ingest(store, Request(sorted(project.corpus.glob("v*.txt")), project.folder))
        session = Session(store, "ana", store.scheme, reveal="never")
        while session.unit and not session.finished:
            said = [name for name in names if name in session.text_of(session.unit)]
            session.label(said[0] if said else "none")
        yield project, store


def test_a_model_learns_own_labels_and_suggests_them(many: tuple[Project, Store]):
    from annotator.project import evaluate, train

    project, store = many
    labels = train.from_store(store)
    assert labels.of_the_scheme
    card = train.train(labels, train.folder_of(project))
    assert card["scheme"] == "affirmations/1"
    assert set(card["labels"]) == set(store.scheme.names)
    assert suggest.use(store, "learned") > 100
    model = Suggestions(store).in_use()
    assert model is not None
    first = reading.find_unit(store, exported(store)[0]["id"])
    assert first is not None
    _, said = Suggestions(store).of(first) or ("", None)
    assert said is not None
    assert tuple(said.probabilities) == store.scheme.names
    done = evaluate.evaluate(
        evaluate.read_store(store),
        ("learned", *evaluate.BASELINES),
        models=project.labels / "models",
    )
    assert [one.model for one in done.models] == ["learned", "majority"]
    assert sound(store)
