"""Articles that change after they were labelled: labels stay with their sentences or are listed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_ingest import BRIDGE, Corpus, corpus, numbers

from annotator.core.history import Annotation
from annotator.core.scheme import built_in
from annotator.session import Session
from annotator.session.adjudication import Adjudicator
from annotator.store import Store, reading
from annotator.store.journal import Journal
from annotator.store.verify import verify

__all__ = ["corpus"]

OPENED = "The council opened the bridge on Monday morning."
FINEST = "It may be the finest bridge of all."
COST = "The mayor said that it had cost four million crowns."


@pytest.fixture
def labelled(corpus: Corpus) -> Corpus:
    corpus.write("a.txt", BRIDGE)
    corpus.add()
    corpus.label("opened", "factual")
    corpus.label("finest", "promotional")
    corpus.label("mayor", "speculative")
    corpus.label("mayor", "factual", reviewer="ben")
    return corpus


ALL = {OPENED: "factual", FINEST: "promotional", COST: "speculative"}


def lost(report: Any) -> set[tuple[str, str, str | None]]:
    return {(one.reviewer, one.text, one.label) for one in report.lost}


def test_an_inserted_paragraph_costs_nothing(labelled: Corpus):
    labelled.write("a.txt", BRIDGE.replace("The council", "It rained all day.\n\nThe council"))
    report = labelled.add()
    assert numbers(report) == {"files": 1, "changed": 1, "sentences": 4, "carried": 4}
    assert labelled.labels() == ALL
    assert labelled.labels("ben") == {COST: "factual"}
    assert labelled.rows("SELECT n, current FROM documents") == [(1, 0), (2, 1)]
    assert Session(labelled.store, "ana", built_in()).counts == (4, 3, 0)


def test_what_was_adjudicated_stays_with_its_sentence(labelled: Corpus):
    labelled.label("finest", "speculative", reviewer="ben")
    judge = Adjudicator(labelled.store, "cleo", built_in())
    (finest, cost) = sorted(judge.order)
    judge.go_to(finest)
    judge.decide("promotional", reason="R3", note="praise")
    judge.go_to(cost)
    judge.decide("factual")
    decided = "SELECT u.id, a.label, a.reason, a.note, a.created_at FROM adjudications a JOIN units"
    decided += " u ON u.n = a.unit JOIN documents d ON d.n = u.document WHERE d.current = 1"
    before = labelled.rows(decided)
    edited = BRIDGE.replace("The council", "It rained all day.\n\nThe council")
    labelled.write("a.txt", edited.replace(COST, COST.replace("four", "five")))
    report = labelled.add()
    assert ("cleo", COST, "factual") in lost(report)
    ((name, *after),) = labelled.rows(decided)
    (kept,) = (one for one in before if one[1] == "promotional")
    assert name != kept[0]
    assert after == list(kept[1:])
    assert verify(labelled.store).problems == []
    # Nothing is left to decide, but what was edited is asked again.
    again = Adjudicator(labelled.store, "dora", built_in())
    assert again.progress.listed == 0
    assert labelled.add().carried == 0


def test_an_edited_sentence_is_listed_and_asked_again(labelled: Corpus):
    edited = COST.replace("four", "five")
    labelled.write("a.txt", BRIDGE.replace(COST, edited))
    report = labelled.add()
    assert report.carried == 2
    assert lost(report) == {("ana", COST, "speculative"), ("ben", COST, "factual")}
    assert labelled.labels() == {OPENED: "factual", FINEST: "promotional"}
    session = Session(labelled.store, "ben", built_in())
    session.next_unlabelled()
    assert session.counts == (3, 0, 0)


def test_an_earlier_version_is_no_near_duplicate(corpus: Corpus):
    corpus.write("a.txt", BRIDGE)
    corpus.add()
    corpus.write("a.txt", BRIDGE + "\nNobody else was there.\n")
    assert numbers(corpus.add()) == {"files": 1, "changed": 1, "sentences": 4}
    # Both versions are of one group, whenever each was the current one; one of it is counted.
    grouped = corpus.rows("SELECT count(DISTINCT likeness), sum(current) FROM documents")
    assert grouped == [(1, 1)]
    corpus.write("b.txt", "A copy.\n\n" + BRIDGE)
    assert corpus.add("b.txt").duplicates == 3
    copies = "SELECT count(*), sum(current) FROM documents GROUP BY likeness"
    assert corpus.rows(copies) == [(3, 2)]


def test_a_version_that_is_current_again_is_a_near_duplicate_again(corpus: Corpus):
    corpus.write("a.txt", BRIDGE)
    corpus.add()
    corpus.write("a.txt", "Something else is here now, and nothing of the bridge is left.\n")
    corpus.add()
    corpus.write("b.txt", "A copy.\n\n" + BRIDGE)
    assert corpus.add("b.txt").duplicates == 0
    corpus.write("a.txt", BRIDGE)
    assert corpus.add("a.txt").new == 0
    assert corpus.rows("SELECT count(DISTINCT likeness) FROM documents WHERE current") == [(1,)]


def test_a_deleted_sentence_is_listed(labelled: Corpus):
    labelled.write("a.txt", BRIDGE.replace(FINEST + "\n", "\n"))
    report = labelled.add()
    assert lost(report) == {("ana", FINEST, "promotional")}
    assert labelled.labels() == {OPENED: "factual", COST: "speculative"}


def test_a_sentence_that_now_stands_twice_keeps_its_label_once_or_loses_it(labelled: Corpus):
    labelled.write("a.txt", BRIDGE + "\n" + COST + "\n")
    report = labelled.add()
    given_labels = labelled.rows(
        "SELECT count(*) FROM annotations a JOIN units u ON u.n = a.unit"
        " JOIN documents d ON d.n = u.document WHERE d.current = 1 AND a.reviewer = 1"
    )
    assert given_labels == [(2,)]
    assert lost(report) == {("ana", COST, "speculative"), ("ben", COST, "factual")}


def test_swapped_paragraphs_keep_their_labels(labelled: Corpus):
    head, first, second = BRIDGE.strip().split("\n\n")
    labelled.write("a.txt", "\n\n".join([head, second, first]) + "\n")
    report = labelled.add()
    assert labelled.labels() == ALL
    assert report.lost == []


def test_everything_of_an_annotation_comes_along(corpus: Corpus):
    corpus.write("a.txt", BRIDGE)
    corpus.add()
    corpus.label("finest", "promotional")
    session = Session(corpus.store, "ana", built_in())
    session.go_to(reading.search(corpus.store, "finest")[0].unit)
    session.confidence(2)
    session.tags(["loaded"])
    session.note("says who?")
    session.toggle_flag()
    before = session.annotation
    corpus.write("a.txt", "Bridge opens in the valley\n\n" + FINEST + "\n\n" + COST + "\n")
    corpus.add()
    unit = reading.search(corpus.store, "finest")[0].unit
    assert Journal(corpus.store, "ana").annotation(unit) == before
    assert before.note == "says who?"


def test_a_file_that_is_as_before_again_has_its_labels_and_what_was_changed_since(
    labelled: Corpus,
):
    first = {unit.n for unit in reading.article(labelled.store, 1).units}
    labelled.write("a.txt", BRIDGE + "\nIt rained all day.\n")
    labelled.add()
    labelled.label("finest", "factual")  # changed in the second version
    session = Session(labelled.store, "ana", built_in())
    session.go_to(reading.search(labelled.store, "opened")[0].unit)
    session.note("seen again")  # and only noted, with the label as it was
    labelled.write("a.txt", BRIDGE)
    report = labelled.add()
    assert numbers(report)["changed"] == 1
    assert labelled.labels() == {**ALL, FINEST: "factual"}
    unit = reading.search(labelled.store, "opened")[0].unit
    assert unit in first
    assert Journal(labelled.store, "ana").annotation(unit).note == "seen again"
    # Once more there and back, with nothing done in between.
    events = labelled.rows("SELECT count(*) FROM events")
    labelled.write("a.txt", BRIDGE + "\nIt rained all day.\n")
    labelled.add()
    labelled.write("a.txt", BRIDGE)
    labelled.add()
    assert labelled.labels() == {**ALL, FINEST: "factual"}
    assert labelled.rows("SELECT count(*) FROM events")[0][0] <= events[0][0] + 1


def test_a_sentence_that_became_a_heading_keeps_its_label_where_it_counts(corpus: Corpus):
    words = "Prices fell again in March and in April across the whole valley"
    corpus.write("a.txt", f"A title\n\n{words}.\n\nThe office said so on Monday.\n")
    corpus.add()
    corpus.label("april", "factual")
    corpus.write("a.txt", f"A title\n\n## {words}.\n\nThe office said so on Monday.\n")
    corpus.add(options=module_options("markdown"))
    (row,) = corpus.rows(
        "SELECT u.kind, a.label, a.asked FROM annotations a JOIN units u ON u.n = a.unit"
        " JOIN documents d ON d.n = u.document WHERE d.current = 1"
    ) or [("heading", None, 1)]
    assert row[0] == "body" or row[2] == 1
    session = Session(corpus.store, "ana", built_in())
    assert session.counts.labelled <= session.counts.asked
    assert session.counts.asked == 1 + (row[1] is not None)


def module_options(kind: str) -> Any:
    from annotator.ingest.readers import ReadOptions

    return ReadOptions(format=kind)


def test_an_article_in_two_files_stays_where_it_did_not_change(labelled: Corpus):
    labelled.write("b.txt", BRIDGE)
    labelled.add()
    labelled.write("a.txt", BRIDGE.replace(COST, "Nobody knows what it cost."))
    labelled.add()
    assert labelled.rows("SELECT n, current FROM documents") == [(1, 1), (2, 1)]
    assert Session(labelled.store, "ana", built_in()).counts == (6, 5, 0)


# -- files of many articles --------------------------------------------------------------------

NOTICE = "This article was first published by the Example News Agency."


def row(name: str, words: str) -> str:
    return json.dumps({"title": name, "text": f"{words}\n\n{NOTICE}\n"})


ROWS = [row("A", "The plant opened on Monday."), row("B", "Prices fell again in the valley."),
        row("C", "The mayor wants to see a second bridge.")]  # fmt: skip


@pytest.fixture
def rows(corpus: Corpus) -> Corpus:
    corpus.write("rows.jsonl", "\n".join(ROWS))
    corpus.add()
    session = Session(corpus.store, "ana", built_in())
    (notice,) = [
        unit
        for unit in reading.article(corpus.store, 2).units
        if NOTICE in corpus.rows("SELECT text FROM documents WHERE n = 2")[0][0][unit.start :][:70]
        and unit.kind == "body"
        and corpus.rows("SELECT text FROM documents WHERE n = 2")[0][0][unit.start : unit.end]
        == NOTICE
    ]
    session.go_to(notice.n)
    session.label("factual")
    corpus.label("prices", "promotional")
    return corpus


def labels_by_title(corpus: Corpus) -> set[tuple[str, str, str]]:
    return {
        (title, text, label)
        for title, text, label in corpus.rows(
            "SELECT d.title, substr(d.text, u.start + 1, u.stop - u.start), a.label"
            " FROM annotations a JOIN units u ON u.n = a.unit"
            " JOIN documents d ON d.n = u.document WHERE d.current = 1"
        )
    }


LABELS = {("B", "Prices fell again in the valley.", "promotional"), ("B", NOTICE, "factual")}


def test_rows_inserted_at_the_top_move_no_label(rows: Corpus):
    new = row("N", "Nothing of this was here before.")
    rows.write("rows.jsonl", "\n".join([new, *ROWS]))
    report = rows.add()
    assert numbers(report) == {"files": 1, "new": 1, "same": 3, "sentences": 2, "duplicates": 1}
    assert labels_by_title(rows) == LABELS
    assert rows.rows("SELECT count(*), sum(current) FROM documents") == [(4, 4)]


def test_a_row_that_changed_while_others_moved_keeps_its_own_labels(rows: Corpus):
    new = row("N", "Nothing of this was here before.")
    edited = row("B", "Prices rose again in the valley.")
    rows.write("rows.jsonl", "\n".join([new, ROWS[0], edited, ROWS[2]]))
    report = rows.add()
    assert labels_by_title(rows) == {("B", NOTICE, "factual")}
    assert [(one.text, one.label) for one in report.lost] == [
        ("Prices fell again in the valley.", "promotional")
    ]
    assert numbers(report) == {"files": 1, "new": 1, "same": 2, "changed": 1, "sentences": 4,
                               "duplicates": 2, "carried": 1}  # fmt: skip
    assert rows.rows("SELECT count(*), sum(current) FROM documents") == [(5, 4)]


def test_a_row_that_is_gone_lists_its_labels(rows: Corpus):
    rows.write("rows.jsonl", "\n".join([ROWS[0], ROWS[2]]))
    report = rows.add()
    assert numbers(report) == {"files": 1, "same": 2, "gone": 1}
    assert labels_by_title(rows) == set()
    assert rows.rows("SELECT title FROM documents WHERE current = 0") == [("B",)]
    rows.write("rows.jsonl", "\n".join(ROWS))
    rows.add()
    assert labels_by_title(rows) == LABELS


def test_a_row_in_the_place_of_another_is_not_its_next_version(corpus: Corpus):
    # All they have in common is a line that every row has.
    texts = [
        f"{words}\n\n{NOTICE}\n" for words in ("A plant opened.", "Prices fell.", "It rained.")
    ]
    corpus.write("rows.jsonl", "\n".join(json.dumps({"text": text}) for text in texts))
    corpus.add()
    session = Session(corpus.store, "ana", built_in())
    session.go_to_document(2)
    session.label("factual")
    session.label("factual")
    texts[1] = f"Snow fell all night.\n\n{NOTICE}\n"
    corpus.write("rows.jsonl", "\n".join(json.dumps({"text": text}) for text in texts))
    report = corpus.add()
    assert numbers(report) == {"files": 1, "new": 1, "same": 2, "gone": 1, "sentences": 2,
                               "duplicates": 1}  # fmt: skip
    assert corpus.labels() == {}
    assert {one.text for one in report.lost} == {"Prices fell.", NOTICE}


def test_labels_of_a_row_that_is_gone_are_not_lost_where_another_file_has_it(rows: Corpus):
    rows.write("other.txt", f"Prices fell again in the valley.\n\n{NOTICE}\n")
    rows.add()
    rows.write("rows.jsonl", "\n".join([ROWS[0], ROWS[2]]))
    report = rows.add()
    assert (report.gone, report.lost) == (1, [])
    assert labels_by_title(rows) == LABELS


def test_rows_in_another_order_are_the_same_rows(rows: Corpus):
    rows.write("rows.jsonl", "\n".join(ROWS[::-1]))
    assert numbers(rows.add()) == {"files": 1, "same": 3}
    assert labels_by_title(rows) == LABELS


def test_two_rows_that_changed_are_told_apart(rows: Corpus):
    changed = [row("A", "The plant closed on Monday."), row("B", "Prices fell again. In the end."),
               ROWS[2]]  # fmt: skip
    rows.write("rows.jsonl", "\n".join([row("N", "It snowed all night."), *changed]))
    rows.add()
    assert {title for title, _, _ in labels_by_title(rows)} <= {"B"}


# -- any edit ----------------------------------------------------------------------------------

SENTENCES = [
    "The council opened the bridge on Monday morning after years.",
    "It may be the finest bridge that was ever built in the valley.",
    "The mayor said that it had cost four million crowns.",
    "He agreed.", "So did she.", "Prices fell.", "Nobody knows why that is.", "He agreed.",
    "Analysts expect the prices in the valley to rise again by spring.",
]  # fmt: skip

edits = st.lists(
    st.tuples(
        st.sampled_from(["insert", "edit", "delete", "copy", "swap"]),
        st.integers(0, 20),
        st.integers(0, 20),
    ),
    min_size=1,
    max_size=4,
)


def edited(sentences: list[str], made: list[tuple[str, int, int]]) -> list[str]:
    new = list(sentences)
    for kind, a, b in made:
        place, other = a % len(new), b % len(new)
        if kind == "insert":
            new.insert(place, "This sentence was not here before.")
        elif kind == "edit":
            new[place] = new[place].removesuffix(".") + ", it was said."
        elif kind == "delete" and len(new) > 1:
            del new[place]
        elif kind == "copy":
            new.insert(other, new[place])
        else:
            new[place], new[other] = new[other], new[place]
    return new


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = Corpus(tmp_path_factory.mktemp("edits"))
    made.write("a.txt", "\n\n".join(SENTENCES) + "\n")
    made.add()
    session = Session(made.store, "ana", built_in())
    names = ("factual", "speculative", "promotional", "none")
    assert session.counts.asked == len(SENTENCES)
    for place in range(len(SENTENCES)):
        session.label(names[place % 4])
        session.note(f"was number {place}")
    made.store.close()
    return made.folder


@settings(max_examples=60, deadline=None)
@given(edits)
def test_no_edit_moves_a_label_to_another_sentence(
    template: Path, tmp_path_factory: pytest.TempPathFactory, made: list[tuple[str, int, int]]
):
    folder = tmp_path_factory.mktemp("edit")
    corpus_of = Corpus(folder)
    corpus_of.store.close()
    corpus_of.store.path.write_bytes((template / "labels" / "labels.db").read_bytes())
    corpus_of.store = Store.open(corpus_of.store.path)
    new = edited(SENTENCES, made)
    corpus_of.write("later than the first", "")  # a file is known by its size and time
    corpus_of.write("a.txt", "\n\n".join(new) + "\n")
    report = corpus_of.add()
    article = reading.article(corpus_of.store, 2 if new != SENTENCES else 1)
    texts = [article.text[unit.start : unit.end] for unit in article.units]
    assert [text for unit, text in zip(article.units, texts, strict=True) if unit.kind == "body"]
    journal = Journal(corpus_of.store, "ana")
    carried = [
        (place, journal.annotation(unit.n))
        for place, unit in enumerate(article.units)
        if journal.annotation(unit.n) != Annotation()
    ]
    sources = []
    for place, annotation in carried:
        source = int(annotation.note.removeprefix("was number "))
        sources.append(source)
        assert texts[place] == SENTENCES[source]
        assert annotation.label == ("factual", "speculative", "promotional", "none")[source % 4]
        if len(texts[place]) < 40 and new != SENTENCES:
            around = [SENTENCES[i] if 0 <= i < len(SENTENCES) else None
                      for i in (source - 1, source + 1)]  # fmt: skip
            now = [texts[i] if 0 <= i < len(texts) else None for i in (place - 1, place + 1)]
            assert around[0] == now[0] or around[1] == now[1]
    assert len(set(sources)) == len(sources)
    if new != SENTENCES:
        # Every label is in its place or in the list.
        missing = {SENTENCES[i] for i in range(len(SENTENCES)) if i not in sources}
        assert {one.text for one in report.lost} == missing
        assert report.carried + len(report.lost) == len(SENTENCES)
    assert verify(corpus_of.store).problems == []
    corpus_of.store.close()


def test_undo_reaches_a_label_that_was_carried_over(corpus: Corpus):
    text = "The plant in the valley opened on Monday. Prices fell by a tenth in the year."
    corpus.write("a.txt", text)
    corpus.add()
    corpus.label("plant", "factual")
    corpus.label("Prices", "promotional")
    for more in (" It rained.", " It rained. It snowed."):
        corpus.write("a.txt", text + more)
        corpus.add()
    session = Session(corpus.store, "ana", built_in())
    step = session.undo()
    assert step is not None
    assert "Prices" in session.text_of(session.unit)
    assert session.article.current
    assert session.annotation.label is None
    assert [label for *_, label in labels_by_title(corpus)] == ["factual"]
    session.redo()
    assert len(labels_by_title(corpus)) == 2
    session.undo()
    session.undo()
    assert labels_by_title(corpus) == set()
    assert session.undo() is None
    assert verify(corpus.store).problems == []


def test_undo_leaves_alone_what_was_decided_anew_since_it_was_carried_over(corpus: Corpus):
    text = "The plant in the valley opened on Monday."
    corpus.write("a.txt", text)
    corpus.add()
    corpus.label("plant", "factual")
    corpus.write("a.txt", text + " It rained.")
    corpus.add()
    corpus.label("plant", "promotional")
    session = Session(corpus.store, "ana", built_in())
    session.undo()
    assert {label for *_, label in labels_by_title(corpus)} == {"factual"}
    session.undo()
    assert labels_by_title(corpus) == set()
    assert verify(corpus.store).problems == []


def test_what_is_assigned_stays_with_its_sentence(labelled: Corpus):
    from annotator.project.assign import Request, assign
    from annotator.store.scope import Scope

    assign(labelled.store, Request(["ana", "ben"], overlap=1), "lead")
    assign(labelled.store, Request(["ana", "ben"], overlap=1), "lead")
    labelled.write("a.txt", BRIDGE.replace("The council", "It rained all day.\n\nThe council"))
    labelled.add()
    mine = Session(labelled.store, "ana", built_in(), scope=Scope(assigned=True))
    assert mine.counts == (3, 3, 0)
    theirs = Session(labelled.store, "ben", built_in(), scope=Scope(assigned=True))
    assert theirs.counts == (3, 1, 0)
    assert not verify(labelled.store).problems
    labelled.write("a.txt", BRIDGE)  # back again: it was assigned before
    labelled.add()
    assert labelled.rows("SELECT count(*) FROM events WHERE kind = 'assign'") == [(3,)]
    assert Session(labelled.store, "ben", built_in(), scope=Scope(assigned=True)).counts[0] == 3
