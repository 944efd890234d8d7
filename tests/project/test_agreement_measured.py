"""What agreement is measured on: real events in a store, and what they are held against."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import article, asked, fill

from annotator.core.history import ADJUDICATE, ADJUDICATION, DISCUSS, NOT_A_SENTENCE, RETEST
from annotator.core.scheme import Label, Scheme, built_in, built_in_text
from annotator.project.agreement import GROUPS, RESOLUTION, Choice, in_cell, measure
from annotator.project.compared import compare
from annotator.store import Store
from annotator.store.journal import Journal
from annotator.store.schemes import adopt

F, S, P, N = "factual", "speculative", "promotional", NOT_A_SENTENCE
QUICK = Choice(rounds=100)


class Team:
    """A store of three articles of four sentences, and reviewers whose clock is one."""

    def __init__(self, store: Store) -> None:
        self.store = store
        articles = [
            article(*(f"{name} {n} was said." for n in range(4)), source=name, language=code)
            for name, code in (("North", "en"), ("South", "en"), ("West", "fr"))
        ]
        fill(store, articles)
        self.units = asked(articles)
        self.seconds = 0

    def now(self) -> str:
        self.seconds += 1
        return f"2026-03-01T10:{self.seconds // 60:02}:{self.seconds % 60:02}.000Z"

    def journal(self, who: str) -> Journal:
        return Journal(self.store, who, now=self.now)

    def label(self, who: str, place: int, label: str, **more: object) -> None:
        payload = {"label": label, "guideline": "1.0", "seconds": None, "shown": [], **more}
        self.journal(who).record("label", self.units[place], payload)

    def labels(self, who: str, given: str) -> None:
        """Label sentence after sentence, by the first letter; a dot leaves one out."""
        names = {"f": F, "s": S, "p": P, "n": N}
        for place, letter in enumerate(given):
            if letter != ".":
                self.label(who, place, names[letter])

    def adjudicate(self, who: str, place: int, label: str) -> None:
        payload = {"label": label, "reason": "R3", "names_hidden": True}
        self.journal(who).record(ADJUDICATE, self.units[place], payload)


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    with Store.open(tmp_path / "labels.db") as store:
        yield Team(store)


def alpha(team: Team, **chosen: object) -> float | str:
    return measure(team.store, Choice(rounds=100, **chosen)).every[0].value


# -- against the resolution --------------------------------------------------------------------


def test_a_reviewer_is_held_against_the_majority_of_the_others(team: Team) -> None:
    team.labels("ana", "ffff")
    team.labels("ben", "fffs")
    team.labels("eve", "ffsp")
    ana, ben, eve = measure(team.store, QUICK).against
    # Of ana, ben's and eve's votes are of one mind on the first two only. With ana's own vote in
    # it, the third would be a majority that she agrees with.
    assert (ana.pair.sentences, ana.majority, ana.adjudicated, ana.unresolved) == (2, 2, 0, 2)
    assert (ben.pair.sentences, eve.pair.sentences) == (2, 3)
    assert eve.pair.table[:, 0].tolist() == [2, 1, 0, 0]
    assert eve.pair.percent == pytest.approx(2 / 3)


def test_what_others_adjudicated_comes_first_and_never_ones_own(team: Team) -> None:
    team.labels("ana", "ffff")
    team.labels("ben", "ffff")
    team.labels("eve", "ssss")
    team.adjudicate("eve", 0, S)
    team.adjudicate("lea", 1, P)
    team.adjudicate("eve", 2, S)
    team.adjudicate("lea", 2, F)
    ana, ben, eve = measure(team.store, QUICK).against
    assert ana.pair.table[0].tolist() == [0, 1, 1, 0]
    # The third is decided in two ways, and on the fourth ben and eve differ.
    assert (ana.adjudicated, ana.majority, ana.unresolved) == (2, 0, 2)
    assert ben.pair.table.tolist() == ana.pair.table.tolist()
    # Eve's own decisions do not count for her: the first is f by majority, the third f by lea.
    assert eve.pair.table[1].tolist() == [3, 0, 1, 0]
    assert (eve.adjudicated, eve.majority) == (2, 2)
    assert "lea" not in measure(team.store, QUICK).reviewers


def test_an_adjudication_that_was_undone_is_none(team: Team) -> None:
    team.labels("ana", "f")
    team.labels("ben", "s")
    team.adjudicate("lea", 0, F)
    assert [one.adjudicated for one in measure(team.store, QUICK).against] == [1, 1]
    team.journal("lea").undo(ADJUDICATION)
    found = measure(team.store, QUICK)
    assert [one.adjudicated for one in found.against] == [0, 0]
    assert "at least two other reviewers" in str(found.against[0].pair.kappa)
    assert found.as_json()["against_the_resolution"][0]["cohens_kappa"]["value"] is None


def test_a_cell_against_the_resolution_lists_its_sentences(team: Team) -> None:
    team.labels("ana", "ffff")
    team.adjudicate("lea", 1, P)
    team.adjudicate("lea", 3, P)
    found = in_cell(team.store, QUICK, ("ana", F), (RESOLUTION, P))
    assert [one.text for one in found] == ["North 1 was said.", "North 3 was said."]
    assert found == in_cell(team.store, QUICK, (RESOLUTION, P), ("ana", F))


@settings(max_examples=12, deadline=None)
@given(st.lists(st.text("fspn.", min_size=3, max_size=3), min_size=1, max_size=12))
def test_leaving_ones_own_vote_out_is_the_majority_of_the_others(
    tmp_path_factory: pytest.TempPathFactory, rows: list[str]
) -> None:
    with Store.open(tmp_path_factory.mktemp("drawn") / "labels.db") as store:
        team = Team(store)
        for who, given_labels in zip(("ana", "ben", "eve"), zip(*rows, strict=True), strict=True):
            team.labels(who, "".join(given_labels))
        it = compare(store, QUICK, built_in())
        for place, who in enumerate(it.names):
            column = ("ana", "ben", "eve").index(who)
            found = it.resolved(place).codes
            for unit, code in zip(it.units, found, strict=True):
                row = rows[team.units.index(int(unit))]
                others = [letter for n, letter in enumerate(row) if n != column and letter != "."]
                same = len(others) == 2 and others[0] == others[1]
                assert code == ("fspn".index(others[0]) if same else -1)


# -- before and after --------------------------------------------------------------------------


def test_before_a_discussion_labels_stand_as_they_stood(team: Team) -> None:
    team.labels("ana", "ffpp")
    team.labels("ben", "ffpf")
    team.journal("ana").record(DISCUSS, team.units[3], {"text": "Is it praise?"})
    apart = alpha(team)
    team.label("ben", 3, P)
    found = measure(team.store, QUICK)
    assert found.talked is not None
    assert (found.talked.sentences, found.talked.changed) == (1, 1)
    before, after = found.talked.every
    assert before.value == apart
    assert after.value == 1.0
    assert after == found.every[0]
    assert found.as_json()["before_and_after_discussion"]["labels_changed"] == 1


def test_undone_before_is_undone_and_undone_after_is_not(team: Team) -> None:
    team.labels("ana", "fs")
    team.labels("ben", "fp")
    team.journal("ben").undo()
    team.label("ben", 1, S)
    team.adjudicate("lea", 1, S)
    agreed = alpha(team)
    team.journal("ben").undo()
    team.label("ben", 1, P)
    team.label("eve", 1, P)
    found = measure(team.store, QUICK)
    assert found.talked is not None
    assert agreed == 1.0 == found.talked.every[0].value
    assert found.talked.every[1].value < 1
    # What eve says for the first time is no change.
    assert found.talked.changed == 1


def test_a_redone_label_counts_and_a_note_changes_nothing(team: Team) -> None:
    team.labels("ana", "fs")
    team.labels("ben", "fs")
    journal = team.journal("ben")
    journal.undo()
    journal.redo()
    journal.record("note", team.units[1], {"text": "sure of it"})
    team.journal("ana").record(DISCUSS, team.units[1], {"text": "Is it?"})
    found = measure(team.store, QUICK)
    assert found.talked is not None
    assert (found.talked.changed, found.talked.every[0].value) == (0, 1.0)


@pytest.mark.parametrize(("given_at", "changed"), [("2026-02-28", 0), ("2026-03-02", 1)])
def test_what_came_by_a_file_stood_from_when_it_was_given(
    team: Team, given_at: str, changed: int
) -> None:
    team.labels("ana", "fs")
    team.labels("ben", "ff")
    team.adjudicate("lea", 1, S)
    state = {"label": S, "created_at": f"{given_at}T10:00:00.000Z"}
    team.journal("ben").record("import", team.units[1], {"state": state})
    found = measure(team.store, QUICK)
    assert found.talked is not None
    assert found.talked.changed == changed
    assert (found.talked.every[0].value == 1.0) is (changed == 0)


def test_without_talk_there_is_no_before(team: Team) -> None:
    team.labels("ana", "fs")
    team.labels("ben", "fs")
    found = measure(team.store, QUICK)
    assert found.talked is None
    assert found.as_json()["before_and_after_discussion"] is None


# -- what counts -------------------------------------------------------------------------------


def test_a_retest_is_no_label_and_what_was_shown_is_left_out(team: Team) -> None:
    team.labels("ana", "fspf")
    team.labels("ben", "fspf")
    team.journal("ben").record(RETEST, team.units[0], {"label": P, "of": 1})
    assert alpha(team) == 1.0
    team.label("ben", 3, S, shown=["baseline"])
    found = measure(team.store, QUICK)
    assert (found.left_out, found.reviewers, found.every[0].value) == (1, {"ana": 4, "ben": 3}, 1.0)
    assert measure(team.store, Choice(rounds=100, with_shown=True)).every[0].value < 1


def test_what_was_imported_or_carried_counts(team: Team) -> None:
    team.labels("ana", "fs")
    for place, (kind, label) in enumerate((("import", F), ("carry", P))):
        state = {"label": label, "created_at": team.now()}
        team.journal("ben").record(kind, team.units[place], {"state": state, "from": "elsewhere"})
    (pair,) = measure(team.store, QUICK).pairs
    assert (pair.sentences, pair.table[0, 0], pair.table[1, 2]) == (2, 1, 1)


def test_groups(team: Team) -> None:
    team.labels("ana", "ffffspspffnn")
    team.labels("ben", "ffffspsfffnf")
    found = measure(team.store, Choice(rounds=100, by=GROUPS)).groups
    assert [name for name, _ in found["source"]] == ["West", "South", "North"]
    values = {name: (one.value, one.sentences) for name, one in found["source"]}
    assert values["North"] == ("no variation: one label only", 4)
    assert values["South"][0] == pytest.approx(1 - 7 * 2 / (64 - 16 - 9 - 1))
    assert {name for name, _ in found["language"]} == {"en", "fr"}
    assert len(found["document"]) == 3
    assert found["document"][0][0].split(" ", 1)[1].startswith("untitled")
    assert [(name, one.sentences) for name, one in found["week"]] == [("2026-W09", 12)]
    assert [name for name, _ in found["reviewer"]] == ["without ana", "without ben"]


def test_two_to_nine_labels_and_labels_of_another_scheme(team: Team) -> None:
    team.labels("ana", "fsp")
    team.labels("ben", "fsf")
    team.label("ben", 3, "of no scheme")
    known = built_in()
    two = Scheme(
        "two/1", "1", "Which?", ("first factual", "then other"),
        tuple(Label(name, name[0], "", "*", "", "") for name in (F, S)),
        known.not_a_sentence, (),
    )  # fmt: skip
    found = measure(team.store, QUICK, two)
    assert found.labels == (F, S, N)
    assert (found.foreign, found.reviewers) == (2, {"ana": 2, "ben": 3})
    nine = [Label(f"label {n}", str(n), str(n), "*", "", "") for n in range(9)]
    many = Scheme("nine/1", "1", "Which?", (), tuple(nine), known.not_a_sentence, ())
    found = measure(team.store, QUICK, many)
    assert (len(found.by_label), found.foreign, found.sentences) == (10, 7, 0)
    assert isinstance(found.every[0].value, str)


@pytest.mark.parametrize("given_labels", [(), ("ff",), ("f.", ".s")])
def test_nothing_to_compare(team: Team, given_labels: tuple[str, ...]) -> None:
    for who, letters in zip(("ana", "ben"), given_labels, strict=False):
        team.labels(who, letters)
    found = measure(team.store, Choice(rounds=100, by=GROUPS))
    assert found.every[0].value == "no overlap: no sentence was labelled by two reviewers"
    assert all(not one.pair.sentences for one in found.against)
    assert found.as_json()["all_labels"][0]["why"].startswith("no overlap")


def test_earlier_versions_of_an_article_do_not_count(team: Team) -> None:
    team.labels("ana", "ffff")
    team.labels("ben", "ffff")
    with team.store.writing() as db:
        db.execute("UPDATE documents SET current = 0 WHERE n = 1")
    assert measure(team.store, QUICK).sentences == 0


def test_how_far_it_has_come_is_told(team: Team) -> None:
    team.labels("ana", "fsfs")
    team.labels("ben", "fsff")
    told: list[tuple[str, int, int]] = []
    measure(team.store, QUICK, tell=lambda *one: told.append(one))
    drawing = [done for stage, done, _ in told if stage == "drawing"]
    assert drawing == list(range(1, 15))
    assert all(done <= total for _, done, total in told)


def test_in_whichever_order_articles_and_labels_came_the_figures_are_the_same(
    tmp_path: Path,
) -> None:
    """Two stores that hold the same, as after a merge, have the same bytes to show for it."""
    dice = random.Random(3)
    labels = {
        (who, n, place): dice.choice((F, F, S, P, N))
        for who in ("ana", "ben", "eve")
        for n in range(14)
        for place in range(5)
        if dice.random() < 0.9
    }

    def made(name: str, documents: list[int], order: list[tuple[str, int, int]]) -> str:
        with Store.open(tmp_path / name) as store:
            given_articles = [
                article(*(f"{n} {place} was said." for place in range(5)), source=str(n % 3))
                for n in documents
            ]
            fill(store, given_articles)
            with store.writing() as db:
                for who, n, place in order:
                    Journal(store, who, now=lambda: "2026-03-01T10:00:00.000Z").append(
                        db, "label", documents.index(n) * 5 + place + 1,
                        {"label": labels[who, n, place], "shown": []},
                    )  # fmt: skip
            return json.dumps(measure(store, Choice(rounds=100, by=GROUPS)).as_json())

    one = made("one.db", list(range(14)), list(labels))
    other = made("two.db", list(reversed(range(14))), dice.sample(list(labels), len(labels)))
    assert one == other
    assert '"interval_beyond_them": {"low"' in one


def test_a_label_that_was_renamed_since_is_no_other(team: Team) -> None:
    team.labels("ana", "fspp")
    team.labels("ben", "fspf")
    team.journal("ana").record(DISCUSS, team.units[3], {"text": "Is it praise?"})
    was = measure(team.store, QUICK)
    text = built_in_text().replace('"credibility/1"', '"mine/2"')
    text = text.replace('name = "promotional"', 'name = "praise"')
    adopt(team.journal("ana"), text, {"promotional": "praise"})
    found = measure(team.store, QUICK)
    assert found.labels == ("factual", "speculative", "praise", "none")
    assert (found.foreign, found.reviewers) == (0, {"ana": 4, "ben": 4})
    assert found.talked is not None
    assert was.talked is not None
    assert (found.talked.changed, found.talked.every) == (0, was.talked.every)
