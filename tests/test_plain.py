"""The line mode: the session of the screen, one command a line, for screen readers and pipes."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import RAW, THREE, article, fill, hostile_text

from annotator.core.model import Reason, Suggestion
from annotator.core.scheme import built_in
from annotator.plain import HELP, run_plain
from annotator.session import Session
from annotator.store import Store, reading
from annotator.store.feedback import wrong_cues
from annotator.store.suggestions import Suggestions
from annotator.store.worklist import Scope


class Said(NamedTuple):
    """What came of a script of commands."""

    code: int
    text: str

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines()


class Keyboard(io.StringIO):
    """Input that a person types: a wrong command does not end it."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "labels.db") as store:
        fill(store, THREE)
        yield store


Run = Callable[..., Said]


def run_on(store: Store, *commands: str, typed: bool = True, **options: Any) -> Said:
    session = Session(store, options.pop("reviewer", "ana"), built_in(), **options)
    text = "".join(f"{command}\n" for command in commands)
    out = io.StringIO()
    code = run_plain(session, Keyboard(text) if typed else io.StringIO(text), out)
    return Said(code, out.getvalue())


@pytest.fixture
def run(store: Store) -> Run:
    return lambda *commands, **options: run_on(store, *commands, **options)


def said_of(store: Store, unit: int) -> tuple[Any, ...]:
    row = store.db.execute(
        "SELECT label, skipped, flagged, confidence, tags, note FROM annotations WHERE unit = ?",
        (unit,),
    ).fetchone()
    return tuple(row) if row else ()


def test_it_begins_with_the_first_sentence_and_ends_with_the_count(run: Run) -> None:
    said = run("q")
    assert said.code == 0
    assert said.lines[0] == "Reviewer ana. ? for help, q to quit."
    assert "> The bridge opened on Monday." in said.lines
    assert "  (heading) Bridge opens" in said.lines
    assert "  It may be the finest in the valley." in said.lines
    assert said.lines[-1] == "Saved. 0 of 8 labelled, 0 skipped."


@pytest.mark.parametrize(
    ("command", "label"),
    [
        *[(key, "factual") for key in ("f", "1", "factual")],
        *[(key, "speculative") for key in ("s", "2", "speculative")],
        *[(key, "promotional") for key in ("p", "3", "promotional")],
        ("x", "none"),
    ],
)
def test_a_label_is_saved_and_the_next_sentence_is_printed(
    run: Run, store: Store, command: str, label: str
) -> None:
    said = run(command)
    assert said_of(store, 2)[0] == label
    assert f"  saved: {label}" in said.lines
    assert "> It may be the finest in the valley." in said.lines
    assert said.lines[-1] == "Saved. 1 of 8 labelled, 0 skipped."


def test_the_baseline_is_printed_after_the_decision_and_not_before(run: Run) -> None:
    said = run("f")
    before, after = said.text.split("saved: factual")
    assert "polarity" not in before
    assert "Valley Wire" not in before
    assert "polarity +0.50 subjectivity 0.75" in after
    assert "source: Valley Wire" in after
    assert "polarity" not in run("f", reveal="never").text


def test_a_skip_is_told_and_shows_no_baseline(run: Run, store: Store) -> None:
    said = run(" ", "skip")
    assert said.text.count("saved: skipped") == 2
    assert "polarity" not in said.text
    assert said_of(store, 2)[1] == said_of(store, 3)[1] == 1


def test_undo_and_redo(run: Run, store: Store) -> None:
    said = run("f", "s", "u", "u", "u", "r", "r", "r", "q")
    assert [line for line in said.lines if "undo" in line or "redo" in line] == [
        "  undone: label", "  undone: label", "  there is nothing to undo",
        "  redone: label", "  redone: label", "  there is nothing to redo",
    ]  # fmt: skip
    assert (said_of(store, 2)[0], said_of(store, 3)[0]) == ("factual", "speculative")


def test_confidence_tags_and_note_are_about_the_sentence_just_decided(
    run: Run, store: Store
) -> None:
    said = run("p", "c 2", "t loaded mixed loaded", "n  a note, with words ", "k")
    assert said_of(store, 2)[3:] == (2, '["loaded", "mixed"]', "a note, with words")
    assert said_of(store, 3) == ()
    assert "  = promotional, leaning, tags: loaded mixed, note: a note, with words" in said.lines
    run("k", "c 0", "t", "n")
    assert said_of(store, 2)[3:] == (None, "[]", None)


def test_flag_is_about_the_sentence_here(run: Run, store: Store) -> None:
    assert "  = flagged" in run("!").lines
    assert said_of(store, 2)[2] == 1
    run("k", "j", "!")
    assert said_of(store, 2) == ()


def test_x_makes_a_heading_a_sentence(run: Run, store: Store) -> None:
    said = run("k", "f", "x", "p")
    assert "! this is a heading, not a sentence: x makes it one" in said.lines
    assert "> (heading) Bridge opens" in said.lines
    assert "> Bridge opens" in said.lines
    assert said_of(store, 1)[0] == "promotional"


def test_moving(run: Run) -> None:
    said = run("k", "k", *["j"] * 12, "q")
    assert said.lines.count("  this is the beginning") == 1
    assert said.lines.count("  this is the end") >= 1
    assert "> Le marché ouvre lundi." in said.lines
    for command in ("next", "tab", "\t"):
        assert "> Le marché ouvre lundi." in run("f", "s", "p", "k", "k", "k", command).lines
        run("u", "u", "u")


def test_going_to_a_sentence_and_to_a_document(run: Run, store: Store) -> None:
    (unit,) = (u for u in reading.article(store, 3).units if u.n == 10)
    assert "> Analysts expect prices to fall again." in run(f"g {unit.id}").lines
    assert "> Analysts expect prices to fall again." in run(f"g {unit.id[:9]}").lines
    assert "> Le marché ouvre lundi." in run("d marché").lines
    # A source is not to be found before a label, nor is a file.
    said = run("d", "d nowhere", "d Valley")
    assert "  3 documents; d with the id of one goes there" in said.lines
    assert said.lines.count("  0 documents; d with the id of one goes there") == 2
    name = reading.article(store, 2).id
    assert f"  {name}  0/2  Le marché" in said.lines
    assert "> Le marché ouvre lundi." in run(f"d {name}").lines


def test_searching_prints_ids_that_can_be_gone_to(run: Run) -> None:
    said = run("/bridge open")
    hits = [
        line.split() for line in said.lines if line.startswith("  ") and "bridge opened" in line
    ]
    assert "  3 found; g with an id goes there" in said.lines
    ids = [words[0] for words in hits if len(words[0]) == 16]
    assert len(ids) == 2
    assert "> The bridge opened on Monday." in run(f"g {ids[1]}").lines
    assert "  0 found; g with an id goes there" in run("/", '/" OR *').lines


def test_reveal_is_recorded(run: Run, store: Store) -> None:
    said = run("b", "f")
    assert "polarity" in said.text.split("saved")[0]
    (shown,) = store.db.execute("SELECT suggestion_shown FROM annotations").fetchone()
    assert shown == 1


def test_w_prints_the_reasons_and_calls_them_wrong(run: Run, store: Store) -> None:
    reasons = (
        Reason(3, 6, "hedge.modal", "may", "R4", 2.5),
        Reason(14, 20, "superlative", None, "R3", 1.0),
    )
    chances = {"factual": 0.1, "speculative": 0.8, "promotional": 0.1}
    suggestions = Suggestions(store)
    with store.writing() as db:
        model = suggestions.use(db, "rules/1", "1")
        suggestions.insert(db, model, [(3, Suggestion("speculative", chances, reasons))])
    said = run("j", "w", "s", "w 3", "w x", "w 2", "w 1", "w 1", "w")
    assert "! blind: the reasons are shown after the decision (b shows them now)" in said.lines
    line = "  suggested speculative 0.80 (rules/1) because “may” (a modal verb that leaves it open)"
    before, after = said.text.split("  saved: speculative")
    assert "rules/1" not in before
    assert line in after.splitlines()
    assert "  It may be the finest in the valley." in after.splitlines()
    assert "  probability: factual 0.10, speculative 0.80, promotional 0.10" in said.lines
    assert "! there is no reason 3" in said.lines
    assert "! w takes the number of a reason" in said.lines
    one = "“may” a modal verb that leaves it open: may, might, could; R4 +2.50"
    two = "“finest” a superlative that nothing measures: the best; R3 +1.00"
    numbered = [text for text in said.lines if text[2:3] in "12" and text[3:4] == "."]
    assert numbered == [
        f"  1. {one}", f"  2. wrong: {two}", f"  1. wrong: {one}", f"  2. wrong: {two}",
        *[f"  1. {one}", f"  2. wrong: {two}"] * 2,
    ]  # fmt: skip
    assert f"  R4: {built_in().order[3]}" in said.lines
    assert [cue.text for cue in wrong_cues(store)] == ["finest"]
    assert "hidden in this review" in run("f", "w", reveal="never").text
    assert "  no suggestion is stored for it" in run("f", "w").lines


def test_a_point_and_an_empty_line_print_the_sentence_again(run: Run) -> None:
    assert run(".", "").text.count("> The bridge opened on Monday.") == 3


def test_help_names_every_command(run: Run) -> None:
    said = run("?")
    for line in HELP.split("\n"):
        assert line in said.lines
    for label in built_in().labels:
        assert f"{label.key} or {label.digit}     {label.name}: {label.definition}" in said.lines
    assert f"  1. {built_in().order[0]}" in said.lines


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("v", "! 'v' is no command (? lists them)"),
        ("f s", "! f takes nothing after it, but there is 's'"),
        ("c 9", "! c takes 3 (sure), 2 (leaning), 1 (guess) or 0 (none)"),
        ("c", "! c takes 3 (sure), 2 (leaning), 1 (guess) or 0 (none)"),
        ("g", "! '' is not the id of one sentence"),
        ("g zzzz", "! 'zzzz' is not the id of one sentence"),
        ("n " + "x" * 5_000, "! that is 5,000 characters; at most 4,000 are kept"),
    ],
)
def test_what_is_wrong_is_said_and_ends_a_script_but_not_a_person(
    run: Run, store: Store, command: str, message: str
) -> None:
    said = run(command, "f")
    assert message in said.lines
    assert said.code == 0
    assert said_of(store, 2)[0] == "factual"
    said = run("s", command, "p", typed=False)
    assert message in said.lines
    assert "Stopped at line 2; what came before it is saved." in said.lines
    assert said.code == 2
    assert said_of(store, 3)[0] == "speculative"
    assert said_of(store, 4) == ()


def test_the_end_of_input_is_as_good_as_q(run: Run, store: Store) -> None:
    assert run("f", typed=False).code == 0
    assert run("f", "q", "p", typed=False).code == 0
    assert [said_of(store, unit)[:1] for unit in (2, 3, 4)] == [("factual",), ("factual",), ()]


def test_the_end_is_told_and_how_to_export(run: Run) -> None:
    said = run(*["f"] * 8, "next")
    assert (
        "Everything here is decided. Export: annotator export --output labels.jsonl" in said.lines
    )
    assert "  everything here is decided" in said.lines
    assert said.lines[-1] == "Saved. 8 of 8 labelled, 0 skipped."
    assert "[8/8; 3/3 in this article:" in said.text


def test_an_empty_store_says_what_to_do(tmp_path: Path) -> None:
    with Store.open(tmp_path / "labels.db") as empty:
        said = run_on(empty, "f")
    assert said.code == 0
    assert "annotator add PATH" in said.lines


def test_a_scope_is_kept_to(run: Run) -> None:
    said = run("f", "p", scope=Scope(language="fr"))
    assert "Saved. 2 of 2 labelled, 0 skipped." in said.lines
    assert "> The bridge" not in said.text


def test_it_goes_on_where_it_stopped_and_takes_in_what_others_did(run: Run, store: Store) -> None:
    run("f", "s")
    assert "> The mayor said that it cost four million crowns." in run().lines
    session = Session(store, "ana", built_in())
    with Store.open(store.path) as other:
        Session(other, "ana", built_in()).label("promotional")
    out = io.StringIO()
    run_plain(session, Keyboard(".\n"), out)
    assert "[3/8; 3/3 in this article" in out.getvalue()
    assert "  = promotional" in out.getvalue()


def test_a_very_long_sentence_is_cut_and_lines_are_short(tmp_path: Path) -> None:
    with Store.open(tmp_path / "long.db") as store:
        fill(store, [article("Short.", "y" * 1_000_000, "Words " * 50, title="T" * 500)])
        said = run_on(store, "f", "s")
    assert "(998,000 more characters)" in said.text
    assert len(said.text) < 20_000
    assert max(len(line) for line in said.lines if line.startswith(("> ", "  "))) <= 120


@given(st.lists(hostile_text | st.sampled_from("fspux!"), max_size=6), hostile_text, hostile_text)
@settings(max_examples=25, deadline=None)
def test_nothing_printed_drives_a_terminal(commands: list[str], text: str, name: str) -> None:
    import tempfile

    with (
        tempfile.TemporaryDirectory() as folder,
        Store.open(Path(folder) / "labels.db") as store,
    ):
        sentence = f"{text} {name} end.".replace("\n", " ")
        fill(store, [article(sentence, f"#{sentence}", sentence + "x", title=name, source=text)])
        script = [f"{c} {text}".replace("\n", " ") if c in "nt" else c for c in commands]
        said = run_on(
            store,
            "b",
            "f",
            f"n {text}",
            f"t {name} b",
            *script,
            "?",
            "d",
            "/end",
            reviewer="a" + name,
        )
    assert not {hex(ord(char)) for char in said.text} & {hex(ord(char)) for char in RAW}


def test_a_title_cannot_look_like_a_line_of_ours(tmp_path: Path) -> None:
    title = "News\n> A sentence that is not there.\n  saved: promotional"
    with Store.open(tmp_path / "forged.db") as store:
        fill(store, [article("One.", "Two.", title=title, source=title)])
        said = run_on(store, "f", f"n {title}", "k", "d", "/two")
    assert "> A sentence that is not there." not in said.lines
    assert "  saved: promotional" not in said.lines


def test_the_command_takes_a_script_from_a_pipe(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    text = "A title\n\nThe pier opened. It may close. It is the finest of all.\n"
    (tmp_path / "corpus" / "one.txt").write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "annotator", "review", "--plain", "--reviewer", "ana"],
        cwd=tmp_path, input="p\nf\nu\ns\nq\n", capture_output=True, encoding="utf-8", timeout=60,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Saved. 2 of 3 labelled, 0 skipped." in done.stdout
    with Store.open(tmp_path / "labels" / "labels.db") as store:
        rows = store.db.execute("SELECT label FROM annotations ORDER BY unit").fetchall()
    assert [label for (label,) in rows] == ["promotional", "speculative"]
