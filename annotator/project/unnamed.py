"""A report without the names of its reviewers, also where one of them wrote another's.

The names that the store keeps are replaced while it is read (`store.overview.renamed`). What is
left is text that reviewers wrote: notes are dropped; in tags, reasons and statements of claims a
name becomes the pseudonym. Articles stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from annotator.claims.linked import Claim
from annotator.profiles.figures import Figure, Profile

if TYPE_CHECKING:
    from annotator.project.report import Report, View


def unnamed(report: Report, called: Mapping[str, str]) -> Report:
    """Return a report in which nobody wrote a name; `called` has the pseudonym of each."""
    if not called:
        return report
    names = _Names(called)
    return replace(
        report,
        sources=[one._replace(profile=names.profile(one.profile)) for one in report.sources],
        claims=[names.claim(one) for one in report.claims],
        views=[names.view(one) for one in report.views],
    )


class _Names:
    """Finds names where they are words of their own, in any case."""

    def __init__(self, called: Mapping[str, str]) -> None:
        self._called = {name.casefold(): pseudonym for name, pseudonym in called.items()}
        longest_first = sorted(called, key=len, reverse=True)
        self._names = re.compile(
            rf"(?<![^\W_])(?:{'|'.join(map(re.escape, longest_first))})(?![^\W_])", re.IGNORECASE
        )

    def without(self, text: str, beside: str = "") -> str:
        """Return `text` without names, but for words that the text `beside` it has too."""
        known = beside.casefold()
        return self._names.sub(
            lambda found: (
                found[0]
                if found[0].casefold() in known
                else self._called.get(found[0].casefold(), "reviewer")
            ),
            text,
        )

    def profile(self, profile: Profile) -> Profile:
        sections = tuple(
            replace(
                section,
                families=tuple(
                    replace(family, figures=tuple(map(self._tag, family.figures)))
                    if family.id == "tags"
                    else family
                    for family in section.families
                ),
            )
            for section in profile.sections
        )
        return replace(profile, sections=sections)

    def _tag(self, figure: Figure) -> Figure:
        return replace(figure, id=self.without(figure.id), name=self.without(figure.name))

    def claim(self, claim: Claim) -> Claim:
        # A name that stands in the articles is theirs: a pseudonym for it would tell whose it is.
        said = "\n".join(one.place.text for one in claim.stated)
        return replace(claim, statement=self.without(claim.statement, said))

    def view(self, view: View) -> View:
        return view._replace(
            paragraphs=tuple(
                paragraph._replace(
                    sentences=tuple(
                        one._replace(
                            decided=tuple(
                                replace(it, note=None, reason=it.reason and self.without(it.reason))
                                for it in one.decided
                            )
                        )
                        for one in paragraph.sentences
                    )
                )
                for paragraph in view.paragraphs
            )
        )
