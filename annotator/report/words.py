"""How values stand in a template: numbers, counts, what is not known, and the template's engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from annotator.claims.linked import Claim
from annotator.core.text import visible
from annotator.profiles.figures import Section
from annotator.project.profile_text import count_of, span_of, value_of
from annotator.session.shown import kind_in_words

if TYPE_CHECKING:
    from jinja2 import Environment


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
        number=number,
        count_of=thing,
        known=known,
        not_beyond=not_beyond,
        cue=kind_in_words,
        when=when,
        **filters,
    )
    return made


def not_beyond(section: Section) -> list[str]:
    """Return, each once, why figures of a section have no interval beyond these sentences."""
    every = (one.beyond for family in section.families for one in family.figures)
    return list(dict.fromkeys(why for why in every if isinstance(why, str)))


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
        return visible(text)
    if within:
        return f"{what} in the text".strip()
    return f"no {what} in this file" if what else "not in this file"
