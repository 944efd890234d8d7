"""The typed blocks of a document: what is body text, and what only stands around it.

A newline is the best evidence a plain text has: segmenters that read it as a space glue headings,
time stamps and credit lines to the sentences beside them. So lines come first: hard-wrapped ones
are put together into paragraphs, each block is typed by what it says (`lines`), and what is left
by its length, its last mark and its neighbours. Only "\\n" breaks a line; white space is what
`str.isspace` says, here as in `str.strip`, `str.split` and the `\\s` of `re`.
In doubt a block is body: a reviewer sees a heading too many at once, and never a sentence too few.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final, NamedTuple

from annotator.core.model import BODY, Block
from annotator.ingest.lines import fold, is_summary_label, opens_comments, pattern_kind
from annotator.ingest.sentences import split

_STOPPED: Final = re.compile(r"[.!?…。！？｡।؟۔;,:：，、][\"'”’“»›)\]}*_）」』】\s]*(?:\[\d+\])*$")
_ABBREVIATED: Final = re.compile(r"(?:\b(?:[^\W\d_]\.){2,}|\b(?:Inc|Corp|Co|Ltd|Jr|Sr)\.)$")
_MARKER: Final = re.compile(
    r"(?P<head>#{1,6}\s+)|(?P<quote>(?:>\s?)+)|(?P<item>(?:[-*+]|[0-9]{1,3}[.)])\s+)"
)
_RULE: Final = re.compile(r"(?:[-*_=]\s*){3,}|(?:`{3,}|~{3,})[\w+-]*|=+|-{2,}")
_ITEM: Final = re.compile(r"(?:[•‣⁃◦▪●·*–—-]|\(?(?:\d{1,2}|[a-z])[.)])\s+\S")
_SEPARATOR: Final = re.compile(r"\s+[-–—|·:»]\s+")
_WORD: Final = re.compile(r"\w+")

# A headline seldom has more words; a paragraph without a full stop soon has.
_HEADING_WORDS: Final = 14
_TITLE_WORDS: Final = 24
_SHORT: Final = 180
# Under a comment form, a longer block may be text that only came out of order.
_COMMENT: Final = 300
# So much of the text is compared with the lines that may sum it up.
_MEMORY: Final = 20_000
# Beyond this a line is a paragraph of its own and nobody wrapped it.
_WIDEST_WRAP: Final = 160


class _Line(NamedTuple):
    start: int
    end: int
    mark: str  # "", "head1", "head", "quote", "item"
    gap: bool  # a blank line stands before it


class _Draft(NamedTuple):
    """A block whose kind is not settled: `short` may be a heading, otherwise it is body."""

    start: int
    end: int
    mark: str
    kind: str | None
    short: bool


def find_blocks(text: str, *, title: str | None = None, markdown: bool = False) -> list[Block]:
    """Return the typed blocks of `text`, in order, trimmed, without overlap.

    Together they hold every character that is not white space, except the markers of Markdown
    where `markdown` is true. `title` is the title known from elsewhere, if any: a block that
    repeats it is a title too. Kinds are those of `annotator.core.model.KINDS`.
    """
    drafts = [_draft(text, *place) for place in _paragraphs(text, _lines(text, markdown))]
    kinds = _Layout(text, drafts, title).kinds()
    return [Block(draft.start, draft.end, kind) for draft, kind in zip(drafts, kinds, strict=True)]


def _lines(text: str, markdown: bool) -> list[_Line]:
    found: list[_Line] = []
    at, gap = 0, False
    for raw in text.split("\n"):
        line = raw.strip()
        start = at + len(raw) - len(raw.lstrip())
        at += len(raw) + 1
        if not line:
            gap = True
            continue
        mark = "item" if _ITEM.match(line) else ""
        if markdown:
            if _RULE.fullmatch(line):
                # "Heading\n=====" underlines what stands directly above it.
                if found and not gap and line[0] in "=-":
                    found[-1] = found[-1]._replace(mark="head1" if line[0] == "=" else "head")
                gap = True
                continue
            marker = _MARKER.match(line)
            if marker is not None:
                mark = marker.lastgroup or ""
                if mark == "head":
                    mark = "head1" if marker["head"].strip() == "#" else "head"
                    closed = line.rstrip("#")
                    line = closed.rstrip() if closed[-1:].isspace() else line
                body = line[marker.end() :]
                start += marker.end() + len(body) - len(body.lstrip())
                line = body.strip()
        if line:
            found.append(_Line(start, start + len(line), mark, gap))
        gap = False
    return found


def _paragraphs(text: str, lines: list[_Line]) -> list[tuple[int, int, str]]:
    """Return start, end and mark of each paragraph: a line, or the lines it was wrapped into."""
    width = _wrap_width(text, lines)
    found: list[tuple[int, int, str]] = []
    last: _Line | None = None
    for line in lines:
        if last is not None and _continues(text, last, line, width, found[-1][2]):
            start, _, mark = found[-1]
            found[-1] = (start, line.end, mark)
        else:
            found.append((line.start, line.end, line.mark))
        last = line
    return found


def _wrap_width(text: str, lines: list[_Line]) -> int | None:
    """Return the column the text is wrapped at, or None if its lines are paragraphs.

    Wrapped lines are those the next word did not fit on; most of the lines that end without a
    stop are, and many of the lines after them begin with a small letter (in German fewer).
    """
    lengths = sorted(line.end - line.start for line in lines)
    if len(lengths) < 3 or lengths[-1 - len(lengths) // 20] > _WIDEST_WRAP:
        return None
    width = lengths[-1 - len(lengths) // 20]
    unstopped = full = small = 0
    for line, after in pairwise(lines):
        if after.gap or after.mark not in ("", line.mark) or _stopped(text, line.start, line.end):
            continue
        unstopped += 1
        if _is_full(text, line, after, width):
            full += 1
            small += not text[after.start].isupper()
    return width if full >= 2 and full * 10 >= unstopped * 6 and small * 4 >= full else None


def _is_full(text: str, line: _Line, after: _Line, width: int) -> bool:
    word = text[after.start : min(after.end, after.start + 40)].split(maxsplit=1)[0]
    return line.end - line.start + 1 + len(word) > width


def _continues(text: str, line: _Line, after: _Line, width: int | None, mark: str) -> bool:
    """Say whether `after` goes on with the paragraph, marked `mark`, that `line` belongs to."""
    if after.gap or mark.startswith("head") or after.mark.startswith("head"):
        return False
    if after.mark == "item" and (mark == "item" or _stopped(text, line.start, line.end)):
        return False  # Otherwise "16. Jahrhundert" or a dash only came first on its line.
    if after.mark == "quote" and mark != "quote":
        return False
    ends = text[line.start : line.end]
    small = text[after.start].islower() and not text[after.start + 1 : after.start + 2].isupper()
    broken = (
        small
        and (line.end - line.start >= 40 or line.mark == "quote")
        and not _STOPPED.search(ends[-12:].rstrip(",;"))
    )
    if not broken and (width is None or not _is_full(text, line, after, width)):
        return False
    begins = text[after.start : after.end]
    # "…since the summer of ⏎ 1980." is no page number.
    number = not any(char.isalpha() for char in begins) and not _stopped(text, line.start, line.end)
    return pattern_kind(ends) is None and (number or pattern_kind(begins) is None)


def _stopped(text: str, start: int, end: int) -> bool:
    """Say whether the block ends as a sentence does (a comma counts: no heading ends with one)."""
    tail = text[max(start, end - 12) : end]
    if not _STOPPED.search(tail):
        return False
    # "…Closes the Gap with the U.S." is a heading if nearly every word has its capital.
    return not (_ABBREVIATED.search(tail) and _in_title_case(text[start:end]))


def _in_title_case(text: str) -> bool:
    words = [word for word in text.split(maxsplit=40) if len(word) > 3]
    return len(words) > 1 and sum(word[:1].isupper() for word in words) * 10 >= len(words) * 8


def _draft(text: str, start: int, end: int, mark: str) -> _Draft:
    block = text[start : min(end, start + 500)]
    kind = None if mark.startswith("head") else pattern_kind(block)
    if kind is None and is_summary_label(block):
        kind = "summary"
    short = (
        end - start <= _SHORT
        and not text[start].islower()
        and (not _stopped(text, start, end) or _asks_or_announces(block))
    )
    return _Draft(start, end, mark, kind, short)


def _asks_or_announces(block: str) -> bool:
    """Say whether a stopped line is still a heading: "Key findings:", "What Is a Model?"."""
    words = len(block.split())
    if block.endswith((":", "：")):
        return words <= 5
    return block.endswith("?") and words <= _HEADING_WORDS and _in_title_case(block)


def _plain(text: str) -> str:
    return " ".join(_WORD.findall(fold(text)))


class _Layout:
    """Settles the kinds the blocks do not show by themselves, from where they stand."""

    def __init__(self, text: str, drafts: list[_Draft], title: str | None) -> None:
        self.text = text
        self.drafts = drafts
        self.result: list[str | None] = [draft.kind for draft in drafts]
        self.titles: set[str] = {_plain(title)} - {""} if title else set()

    def kinds(self) -> list[str]:
        """Return the kind of each draft, in order."""
        self._settle_marked()
        self._settle_end()
        self._settle_titles()
        self._settle_short()
        return [kind or BODY for kind in self.result]

    def _slice(self, index: int) -> str:
        draft = self.drafts[index]
        return self.text[draft.start : draft.end]

    def _open(self) -> list[int]:
        return [index for index, kind in enumerate(self.result) if kind is None]

    def _settle_marked(self) -> None:
        for index, draft in enumerate(self.drafts):
            if draft.mark == "head1" and "title" not in self.result:
                self.result[index] = "title"
                self.titles.add(_plain(self._slice(index)))
            elif draft.mark.startswith("head"):
                self.result[index] = "heading"

    def _settle_end(self) -> None:
        """Type as furniture what hangs on it at the end: comments, related links."""
        self._settle_comments()
        prose = [index for index in self._open() if not self.drafts[index].short]
        for index in range(prose[-1] + 1 if prose else len(self.drafts), len(self.drafts)):
            if self.result[index] is None and self.result[index - 1] == "boilerplate":
                self.result[index] = "boilerplate"

    def _settle_comments(self) -> None:
        """Below "Leave a Reply" nothing is the article's, if the article stood above it."""
        for index, kind in enumerate(self.result):
            if kind == "boilerplate" and opens_comments(self._slice(index)):
                below = self.drafts[index + 1 :]
                longest = max((draft.end - draft.start for draft in below), default=0)
                at, last = self.drafts[index].start, self.drafts[-1].end
                if longest <= _COMMENT and at > 2 * (last - at):
                    rest = self.result[index + 1 :]
                    self.result[index + 1 :] = [known or "boilerplate" for known in rest]
                return

    def _settle_titles(self) -> None:
        """Find the title, and every block that repeats it (straight or curly, with a suffix)."""
        undecided = self._open()
        known = "title" in self.result or any(self._is_named(index) for index in undecided)
        if not known and undecided and self._is_title(undecided[0], undecided):
            self.titles |= self._names(undecided[0])
        for index in undecided:
            if self._is_named(index):
                self.result[index] = "title"

    def _names(self, index: int) -> set[str]:
        """Return the forms a block is known by: "Plant Opens | Arcadia Wire" is "Plant Opens"."""
        whole = self._slice(index)
        parts = {whole, _SEPARATOR.split(whole, maxsplit=1)[0]}
        return {_plain(part) for part in parts} - {""}

    def _is_named(self, index: int) -> bool:
        fits = self.drafts[index].end - self.drafts[index].start <= 2 * _SHORT
        return bool(self.titles) and fits and not self.titles.isdisjoint(self._names(index))

    def _is_title(self, first: int, undecided: list[int]) -> bool:
        block = self._slice(first)
        words = len(block.split())
        if len(undecided) < 2 or words > _TITLE_WORDS or self.drafts[first].mark == "item":
            return False
        if self.drafts[first].short:
            return not self._is_loose(undecided) or self._is_doubled(undecided)
        if block[:1].islower() or len(split(block, 0, len(block), "en")) > 1:
            return False
        if self._is_doubled(undecided):
            return True
        # "What next for chips?" above a paragraph; a greeting is no sentence to label either.
        below = self.drafts[undecided[1]]
        return block[-1] in "?!" and words <= 12 and below.end - below.start > 2 * len(block)

    def _is_doubled(self, undecided: list[int]) -> bool:
        first, second = (_plain(self._slice(index)) for index in undecided[:2])
        return first == second

    def _is_loose(self, undecided: list[int]) -> bool:
        """Say whether this author leaves the stops out (chat, verse, notes): no line is telling."""
        drafts = [self.drafts[index] for index in undecided]
        short = [draft.end - draft.start for draft in drafts if draft.short and not draft.mark]
        prose = [draft.end - draft.start for draft in drafts if not draft.short]
        return not prose or (len(short) >= 4 and sum(short) > sum(prose))

    def _settle_short(self) -> None:
        undecided = self._open()
        if self._is_loose(undecided):
            return
        prose = [index for index in undecided if not self.drafts[index].short]
        run: list[int] = []
        for index in [*undecided, None]:
            if index is not None and self.drafts[index].short:
                run.append(index)
                continue
            if run:
                self._settle_run(run, lead=run[0] < prose[0], trail=run[-1] > prose[-1])
            run = []
            if index is not None and self._under_label(index):
                self.result[index] = "summary"

    def _settle_run(self, run: list[int], *, lead: bool, trail: bool) -> None:
        """Type a run of short blocks without a stop between two stretches of prose."""
        before = self.drafts[run[0]].start
        known = (
            set(_WORD.findall(fold(self.text[max(0, before - _MEMORY) : before])))
            if trail
            else set()
        )
        for index in run:
            words = len(self._slice(index).split())
            listed = self.drafts[index].mark == "item" and (len(run) > 1 or words >= 4)
            if self._under_label(index):
                kind = "summary"
            elif lead and words <= _TITLE_WORDS:
                kind = "summary" if listed or words >= 6 else "heading"
            elif trail:
                kind = self._trailing(index, words, known)
            elif listed or len(run) > 2:
                kind = BODY if words >= (4 if listed else 8) else "heading"
            elif words <= _HEADING_WORDS or _in_title_case(self._slice(index)):
                kind = "heading"
            else:
                kind = BODY
            self.result[index] = kind

    def _under_label(self, index: int) -> bool:
        """Say whether the block is a point of the summary whose label stands above it."""
        above = self.result[index - 1] if index else None
        return above == "summary" and self.drafts[index].mark == "item"

    def _trailing(self, index: int, words: int, known: set[str]) -> str:
        """Type a line without a stop after the last paragraph; `known` are the words before it."""
        line = self._slice(index)
        if words <= 4:
            if words in (2, 3) and line.istitle():
                return "byline"
            return "heading" if words == 1 or _in_title_case(line) else BODY
        content = {word for word in _WORD.findall(fold(line)) if len(word) > 3}
        return "summary" if content and len(content & known) * 2 >= len(content) else BODY
