"""How values stand in a template: numbers, counts, what is not known, and the template's engine."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

from annotator.claims.linked import Claim
from annotator.core.text import one_line, visible
from annotator.profiles.figures import Section
from annotator.project.profile_text import count_of, span_of, value_of
from annotator.session.shown import kind_in_words

if TYPE_CHECKING:
    from jinja2 import Environment

    from annotator.project.agreement_words import Line
    from annotator.project.report import Reason, Report


_LONGEST: Final = 160
"""Characters of a name that are shown where many stand together."""


def environment(*, autoescape: bool, **filters: Any) -> Environment:
    """Return the engine for the templates of this package; a name that is not given is an error."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=PackageLoader("annotator.report"),
        autoescape=autoescape,  # noqa: S701 - Markdown is escaped in another way
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters.update(
        count=count_of,
        value=value_of,
        span=span_of,
        shown=visible,
        brief=brief,
        number=number,
        count_of=thing,
        known=known,
        not_beyond=not_beyond,
        cue=kind_in_words,
        when=when,
        by_label=by_label,
        by_kind=by_kind,
        **filters,
    )
    return made


def not_beyond(section: Section) -> list[str]:
    """Return, each once, why figures of a section have no interval beyond these sentences."""
    every = (one.beyond for family in section.families for one in family.figures)
    return list(dict.fromkeys(why for why in every if isinstance(why, str)))


def in_words(report: Report) -> list[Line]:
    """Return what the agreement means and where it is weakest, as the command says it."""
    from annotator.project.agreement_words import meaning, over_time, what_to_do

    found = report.agreement
    if not found.shared:
        return []
    lines = (*meaning(found), *over_time(found), *what_to_do(found, report.scheme))
    # Where the command sets columns, a page has commas.
    return [one._replace(text=re.sub(" {2,}", ", ", one.text)) for one in lines]


def by_label(votes: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Return who gave each label, the label that most gave first."""
    found: dict[str, list[str]] = {}
    for who, label in votes:
        found.setdefault(label, []).append(who)
    return dict(sorted(found.items(), key=lambda one: -len(one[1])))


def by_kind(reasons: Sequence[Reason]) -> dict[str, list[str]]:
    """Return the words that were found by what they are, each once, the weightiest kind first."""
    found: dict[str, dict[str, None]] = {}
    for one in reasons:
        found.setdefault(one.kind, {})[one.text] = None
    return {kind: list(texts) for kind, texts in found.items()}


def brief(text: str) -> str:
    """Return a name as it stands in a list or a table: a very long one is cut."""
    return one_line(text, _LONGEST)


def number(count: int) -> str:
    """Return a count as it is read."""
    return f"{count:,}"


def thing(count: int, name: str) -> str:
    """Return a count with what it counts: "1 article", "2 articles"."""
    return f"{count:,} {name}{'' if count == 1 else 's'}"


def when(claim: Claim) -> str:
    """Return when a claim was first and last seen."""
    if claim.dates is None:
        return "no date"
    first, last = claim.dates
    return first if first == last else f"{first} to {last}"


def known(text: str | None, what: str = "", within: bool = False) -> str:
    """Return a piece of metadata; or that it stands in the text, or that the file has it not."""
    if text:
        return brief(text)
    if within:
        return f"{what} in the text".strip()
    return f"no {what} in this file" if what else "not in this file"
