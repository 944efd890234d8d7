"""The line mode: the same session as the screen, for screen readers, dumb terminals and scripts.

Each sentence is printed as a line of its own and one command a line is read. Nothing is drawn over
what was printed, and nothing depends on colour or on where the cursor is.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from functools import partial
from itertools import count
from typing import Final, TextIO

from annotator.core.errors import UsageProblem
from annotator.core.history import CONFIDENCE
from annotator.core.scheme import Label
from annotator.core.text import one_line, visible
from annotator.session import Baseline, Session
from annotator.session.shown import kind_in_words, rules_in_words
from annotator.store import reading

_WIDTH: Final = 78
_LONGEST: Final = 2_000
"""Characters of one sentence that are printed; a sentence beyond that is no sentence to read."""
_LONGEST_AROUND: Final = 300

_WITH_TEXT: Final = frozenset("ctngdw/")

HELP: Final = """\
x          no sentence; on a heading: make it one
space      skip (a line with a space, or the word skip)
u          undo        r          redo
c 3|2|1    confidence: sure, leaning, a guess (c 0 removes it)
t WORDS    tags instead of those there are n TEXT     note instead of the one there is
           c, t and n are about the sentence just decided, until you move
!          flag this sentence for another look
j, k       one down, one up in the article next, tab  next in the list to do
g ID       go to a sentence by its id      d TEXT     go to a document
/WORDS     search                          b          show the baseline now
w          why: reasons of the suggestion  w 2        reason 2 is wrong, or is not after all
.          print the sentence again        ?          codebook and this help
q          quit; everything is saved\
"""


class Plain:
    """A loop over lines of commands. Exit code 0, or 2 when a script had a wrong command."""

    def __init__(self, session: Session, read: TextIO, write: TextIO) -> None:
        self.session = session
        self._read = read
        self._write = write
        self._commands: dict[str, Callable[[str], None]] = {
            "": lambda _: self._show(),
            ".": lambda _: self._show(),
            " ": lambda _: self._decide(session.skip),
            "skip": lambda _: self._decide(session.skip),
            session.scheme.not_a_sentence.key: lambda _: self._decide(session.toggle_unit),
            "u": lambda _: self._undo(),
            "r": lambda _: self._redo(),
            "!": lambda _: self._change(session.toggle_flag),
            "c": self._confidence,
            "t": lambda rest: self._about(lambda: session.tags(rest.split()), f"tags {rest}"),
            "n": lambda rest: self._about(lambda: session.note(rest), f"note {rest}"),
            "j": lambda _: self._move(1),
            "k": lambda _: self._move(-1),
            "\t": lambda _: self._next(),
            "tab": lambda _: self._next(),
            "next": lambda _: self._next(),
            "g": self._go,
            "d": self._document,
            "/": self._search,
            "b": lambda _: self._reveal(),
            "w": self._why,
            "?": lambda _: self._help(),
        }
        for label in session.scheme.labels:
            for name in (label.key, label.digit, label.name):
                self._commands[name] = partial(self._label, label)

    def run(self) -> int:
        """Read commands until `q` or the end of input."""
        session = self.session
        if session.unit is None:
            self._say("There is no sentence here yet: put articles into corpus/, or use")
            self._say("annotator add PATH")
            return 0
        self._say(f"Reviewer {session.reviewer}. ? for help, q to quit.")
        self._show()
        wrong = False
        for number in count(1):
            line = self._read.readline()
            if not line:
                break
            session.refresh()
            session.touch()
            name, rest = self._parsed(line.rstrip("\r\n"))
            if name in {"q", "quit"}:
                break
            try:
                command = self._commands.get(name)
                if command is None:
                    raise UsageProblem(f"{name!r} is no command", hint="? lists them")
                if rest and name not in _WITH_TEXT:
                    raise UsageProblem(f"{name} takes nothing after it, but there is {rest!r}")
                command(rest)
            except UsageProblem as error:
                self._say(f"! {error.message}" + (f" ({error.hint})" if error.hint else ""))
                if not self._read.isatty():
                    # What follows in a script was meant for another sentence.
                    self._say(f"Stopped at line {number}; what came before it is saved.")
                    wrong = True
                    break
        asked, labelled, skipped = session.counts
        self._say(f"Saved. {labelled} of {asked} labelled, {skipped} skipped.")
        return 2 if wrong else 0

    def _parsed(self, line: str) -> tuple[str, str]:
        if line and not line.strip(" "):
            return " ", ""
        if line.startswith("/"):
            return "/", line[1:].strip()
        if line == "\t":
            return line, ""
        name, _, rest = line.strip().partition(" ")
        return name, rest.strip()

    # -- commands --------------------------------------------------------------------------

    def _label(self, label: Label, _: str) -> None:
        self._decide(lambda: self.session.label(label.name))

    def _decide(self, action: Callable[[], None]) -> None:
        before = self.session.unit
        action()
        if before and (last := self.session.last) and last.n == before.n:
            baseline = self.session.baseline()
            annotation = self.session.said_of(before.n)
            what = annotation.label or "skipped"
            self._say(f"  saved: {what}")
            if baseline:
                self._baseline(baseline)
        self._show()

    def _change(self, action: Callable[[], None]) -> None:
        action()
        self._show()

    def _about(self, action: Callable[[], None], what: str) -> None:
        text = self.session.text_anywhere(self.session.subject)
        action()
        self._say(f"  saved: {what.strip()} → {one_line(text, 50)}")

    def _confidence(self, rest: str) -> None:
        if rest not in {"0", "1", "2", "3"}:
            raise UsageProblem("c takes 3 (sure), 2 (leaning), 1 (guess) or 0 (none)")
        self._about(lambda: self.session.confidence(int(rest) or None), f"confidence {rest}")

    def _undo(self) -> None:
        step = self.session.undo()
        self._say("  there is nothing to undo" if step is None else f"  undone: {step.kind}")
        self._show()

    def _redo(self) -> None:
        step = self.session.redo()
        self._say("  there is nothing to redo" if step is None else f"  redone: {step.kind}")
        self._show()

    def _move(self, step: int) -> None:
        if not self.session.move(step):
            self._say("  this is the end" if step > 0 else "  this is the beginning")
        self._show()

    def _next(self) -> None:
        if not self.session.next_unlabelled():
            self._say(f"  {self.session.end_in_words()}")
        self._show()

    def _go(self, rest: str) -> None:
        unit = reading.find_unit(self.session.store, rest) if rest else None
        if unit is None:
            raise UsageProblem(f"{rest!r} is not the id of one sentence")
        self.session.go_to(unit)
        self._show()

    def _document(self, rest: str) -> None:
        number = self.session.journal.reviewer_number
        places = reading.places(self.session.store, number)
        found = [place for place in places if place.answers(rest)]
        if len(found) == 1:
            self.session.go_to_document(found[0].document)
            self._show()
            return
        for place in found[:30]:
            self._say(f"  {place.id}  {place.labelled}/{place.sentences}  {place.name}")
        if len(found) != 1:
            self._say(f"  {len(found)} documents; d with the id of one goes there")

    def _search(self, rest: str) -> None:
        hits = reading.search(self.session.store, rest)
        for hit in hits[:30]:
            self._say(f"  {hit.id}  {hit.text[:_WIDTH]}")
        found = reading.counted(len(hits), reading.PROBE)
        listed = ", the first 30 are listed" if len(hits) > 30 else ""
        self._say(f"  {found} found{listed}; g with an id goes there")

    def _reveal(self) -> None:
        self.session.reveal_current()
        if baseline := self.session.baseline():
            self._baseline(baseline)

    def _why(self, rest: str) -> None:
        seen = self.session.explained()
        if rest:
            if not rest.isdecimal():
                raise UsageProblem("w takes the number of a reason")
            self.session.toggle_wrong(seen, int(rest) - 1)
        said, wrong = seen.suggestion, self.session.wrong(seen)
        self._say(f"  {one_line(seen.text, _LONGEST_AROUND)}")
        self._say(f"  {seen.suggestion_in_words() or 'no suggestion is stored for it'}")
        if said is not None:
            self._say(f"  probability: {seen.probabilities_in_words()}")
        for place, reason in enumerate(seen.reasons):
            mark = "wrong: " if place in wrong else ""
            about = f"{kind_in_words(reason.kind)}; {reason.rule or ''} {reason.weight:+.2f}"
            self._say(f"  {place + 1}. {mark}{seen.quoted(reason, _LONGEST_AROUND)} {about}")
        for rule in rules_in_words(seen.reasons, self.session.scheme):
            self._say(f"  {rule}")

    def _baseline(self, baseline: Baseline) -> None:
        if suggestion := baseline.suggestion_in_words():
            self._say(f"  {suggestion}")
        self._say(f"  {baseline.sentiment_in_words()}")
        if origin := baseline.origin_in_words():
            self._say(f"  {origin}")

    def _help(self) -> None:
        scheme = self.session.scheme
        self._say(scheme.question)
        for label in scheme.labels:
            self._say(f"{label.key} or {label.digit}     {label.name}: {label.definition}")
        for place, line in enumerate(scheme.order, 1):
            self._say(f"  {place}. {line}")
        for line in (scheme.not_a_sentence.key + HELP[1:]).split("\n"):
            self._say(line)

    # -- output ----------------------------------------------------------------------------

    def _show(self) -> None:
        session = self.session
        unit, article = session.unit, session.article
        if unit is None or article is None:
            return
        if session.finished:
            end = session.end_in_words().capitalize()
            self._say(f"{end}. Export: annotator export --output labels.jsonl")
        progress = session.progress_in_words()
        here, done = session.asked_here()
        self._say("")
        self._say(f"[{progress}; {done}/{here} in this article: {article.name}; {unit.id}]")
        around = range(max(0, session.index - 2), session.index + 3)
        for place in around:
            if place < len(article.units):
                self._line(article.units[place], current=place == session.index)
        annotation = session.annotation
        facts = [annotation.label or ("skipped" if annotation.skipped else "")]
        facts += ["flagged"] if annotation.flagged else []
        facts += [CONFIDENCE[annotation.confidence]] if annotation.confidence else []
        facts += [f"tags: {' '.join(annotation.tags)}"] if annotation.tags else []
        facts += [f"note: {annotation.note}"] if annotation.note else []
        if any(facts):
            self._say("  = " + ", ".join(fact for fact in facts if fact))

    def _line(self, unit: reading.ArticleUnit, *, current: bool) -> None:
        text = self.session.text_of(unit)
        more = len(text) - (_LONGEST if current else _LONGEST_AROUND)
        if more > 0:
            text = f"{text[:-more]}… ({more:,} more characters)"
        kind = "" if self.session.is_asked(unit) else f"({unit.kind}) "
        lead = "> " if current else "  "
        for line in textwrap.wrap(lead + kind + visible(text), _WIDTH, subsequent_indent="  "):
            self._say(line)

    def _say(self, line: str) -> None:
        # One line whatever is in it: a title with a newline must not look like a line of ours.
        self._write.write(visible(line) + "\n")
        self._write.flush()


def run_plain(session: Session, read: TextIO, write: TextIO) -> int:
    """Run the line mode; returns the exit code."""
    return Plain(session, read, write).run()
