"""A project's own scheme: the file beside its corpus, and the store that is labelled with it.

What changes nothing about labels that were given is taken over when the project is opened. What
does is refused until somebody says what becomes of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from annotator.core import scheme as schemes
from annotator.core.errors import InputProblem, UsageProblem
from annotator.core.history import NOT_A_SENTENCE
from annotator.core.scheme import FILE, Label, Scheme
from annotator.core.text import unix_newlines
from annotator.store import Store
from annotator.store import schemes as stored
from annotator.store.journal import Journal

if TYPE_CHECKING:
    from annotator.project.folder import Project

BUILT_IN: Final = "built-in"
"""What the scheme of the program is called on the command line."""
_LARGEST: Final = 200_000
"""Bytes of a scheme file: nine labels with all their words take a tenth of it."""
_ALIKE: Final = 0.6


def scheme_of(project: Project, *, stored: bool = False) -> Scheme:
    """Return the scheme of a project, which need not have a store, nor be one: the built-in one.

    With `stored` it is that of the store, and nothing is taken over.
    """
    if project.store_path.exists():
        with project.open(create=False, stored_scheme=stored) as store:
            return store.scheme
    file = project.folder / FILE
    return schemes.parse(text_of(file), str(file)) if file.is_file() else schemes.built_in()


def text_of(file: Path) -> str:
    """Return the text of a scheme file; raises InputProblem."""
    try:
        with file.open("rb") as opened:
            data = opened.read(_LARGEST + 1)
    except OSError as error:
        raise InputProblem(f"cannot be read: {error.strerror}", file=str(file)) from error
    if len(data) > _LARGEST:
        raise InputProblem(
            f"it is larger than {_LARGEST:,} bytes", file=str(file), hint="is it a scheme file?"
        )
    try:
        return unix_newlines(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise InputProblem(f"it is not UTF-8: {error.reason}", file=str(file)) from error


# -- what changes ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Difference:
    """What another scheme changes. `renamed` is a guess, `counts` the labels of each in use.

    `keys` are by label what a key, digit or glyph was and is; `words` the labels and other parts of
    which the words differ. `earlier` is when, and by whom, the other one was superseded, if it was
    in force before.
    """

    now: Scheme
    then: Scheme
    added: tuple[str, ...]
    removed: tuple[str, ...]
    renamed: Mapping[str, str]
    keys: Mapping[str, tuple[str, str]]
    words: tuple[str, ...]
    counts: Mapping[str, int]

    @property
    def lost(self) -> dict[str, int]:
        """Return the labels in use that the other scheme does not have, with how many there are."""
        return {name: self.counts[name] for name in self.removed if self.counts.get(name)}

    @property
    def nothing(self) -> bool:
        """Return whether both are the same."""
        return self.now == self.then

    def as_json(self) -> dict[str, Any]:
        """Return the difference for a program."""
        return {
            "from": {"id": self.now.id, "guideline": self.now.guideline},
            "to": {"id": self.then.id, "guideline": self.then.guideline},
            "same": self.nothing,
            "added": list(self.added),
            "removed": list(self.removed),
            "renamed_guess": dict(self.renamed),
            "keys": {name: {"from": a, "to": b} for name, (a, b) in self.keys.items()},
            "words": list(self.words),
            "labels_in_store": dict(self.counts),
            "to_be_mapped": self.lost,
        }


def difference(now: Scheme, then: Scheme, counts: Mapping[str, int]) -> Difference:
    """Return what changes from one scheme to another; `counts` has the labels in use."""
    added = tuple(name for name in then.names if name not in now.names)
    # Labels in use come first, of whatever scheme they are.
    known = dict.fromkeys((*now.names, *counts))
    removed = tuple(name for name in known if name not in then.names)
    both = [name for name in (*now.names, NOT_A_SENTENCE) if name not in removed]
    keys = {
        name: (old, new)
        for name in both
        if (old := _signs(now.label(name))) != (new := _signs(then.label(name)))
    }
    words = [name for name in both if _words(now.label(name)) != _words(then.label(name))]
    words += [
        part
        for part in ("question", "order", "suggested_tags")
        if getattr(now, part) != getattr(then, part)
    ]
    return Difference(
        now, then, added, removed, _renamed(now, then, removed, added), keys, tuple(words),
        {name: counts.get(name, 0) for name in (*known, *added)},
    )  # fmt: skip


def _signs(label: Label) -> str:
    return " ".join(part for part in (label.glyph, label.key, label.digit) if part)


def _words(label: Label) -> tuple[object, ...]:
    return label.short, label.definition, label.help, label.examples


def _renamed(
    now: Scheme, then: Scheme, removed: tuple[str, ...], added: tuple[str, ...]
) -> dict[str, str]:
    """Return a guess which labels have only got another name: by their words."""
    from difflib import SequenceMatcher

    pairs = sorted(
        (
            (SequenceMatcher(None, now.label(a).definition, then.label(b).definition).ratio(), a, b)
            for a in removed
            if a in now.names
            for b in added
        ),
        reverse=True,
    )
    found: dict[str, str] = {}
    for alike, a, b in pairs:
        if alike >= _ALIKE and a not in found and b not in found.values():
            found[a] = b
    return found


# -- taking over -------------------------------------------------------------------------------


def follow(project: Project, store: Store) -> None:
    """Label with the project's scheme file from now on, where it says something new.

    Raises InputProblem for a bad file, and UsageProblem where labels in use have no place in it.
    """
    file = project.folder / FILE
    text = text_of(file)
    if text == store.scheme_text:
        return
    scheme = schemes.parse(text, str(file))
    if scheme == store.scheme:
        return
    _refuse_earlier(store, text, file)
    found = difference(store.scheme, scheme, stored.in_use(store))
    if found.lost:
        raise UsageProblem(_in_the_way(found, file), hint=_how_to_go_on(found, file))
    _check_id(found, {}, file)
    stored.adopt(Journal(store, project.reviewer()), text)


def use(
    project: Project,
    store: Store,
    text: str,
    file: str,
    mapping: Mapping[str, str | None],
    *,
    before: str | None = None,
) -> tuple[Difference, int]:
    """Take over a scheme, and put its file into the project.

    `mapping` says what labels in use become, None that their sentences are asked again; `before`
    names another scheme than the present one whose labels it is about. Returns what changed, and
    for how many sentences and reviewers the label is another now. Raises InputProblem and
    UsageProblem.
    """
    scheme = schemes.parse(text, file)
    found = difference(store.scheme, scheme, stored.in_use(store))
    named = Path(file)
    _check_mapping(store, scheme, mapping, before)
    left = {name: count for name, count in found.lost.items() if name not in mapping}
    if left:
        raise UsageProblem(_in_the_way(found, named), hint=_how_to_go_on(found, named))
    if before in {None, store.scheme.id}:
        _check_id(found, mapping, named)
    changed = 0
    if scheme != store.scheme or text != store.scheme_text or mapping:
        journal = Journal(store, project.reviewer())
        changed = stored.adopt(journal, text, mapping, before=before)
    _put(project.folder / FILE, text)
    return found, changed


def _check_mapping(
    store: Store, scheme: Scheme, mapping: Mapping[str, str | None], before: str | None
) -> None:
    under = before or store.scheme.id
    known = {label for one, label in stored.given_under(store) if one == under}
    if under == store.scheme.id:
        known |= {*store.scheme.names, *stored.in_use(store)}
    for old, new in mapping.items():
        if old not in known:
            raise UsageProblem(
                f"--map {old}=…: there is no label {old!r} of {under} here",
                hint=f"there are: {', '.join(sorted(known)) or 'none'}",
            )
        if new is not None and new not in (*scheme.names, NOT_A_SENTENCE):
            raise UsageProblem(
                f"--map {old}={new}: {scheme.id} has no label {new!r}",
                hint=f"one of {', '.join(scheme.names)}, none, or --ask {old}",
            )


def _check_id(found: Difference, mapping: Mapping[str, str | None], file: Path) -> None:
    """Raise InputProblem where two label sets would go by one id: labels are told by it."""
    if found.now.id == found.then.id and (mapping or found.lost):
        raise InputProblem(
            f"id: labels of {found.now.id} get other names, so it is another scheme",
            file=str(file),
            hint=f"give it a new id, such as id = {_next_id(found.now.id)!r}",
        )


def _next_id(name: str) -> str:
    stem, _, version = name.rpartition("/")
    return f"{stem}/{int(version) + 1}" if version.isdecimal() else f"{name}.2"


def _refuse_earlier(store: Store, text: str, file: Path) -> None:
    digest = stored.digest(text)
    before = stored.taken_over(store)
    if any(one.digest == digest for one in before[:-1]):
        last = before[-1]
        raise UsageProblem(
            f"{file} is an earlier scheme of this project: since {last.at[:10]} it is labelled"
            f" with {last.scheme}, by {last.reviewer}",
            hint="`annotator scheme use present` puts the present one there;"
            f" `annotator scheme use {file}` goes back to this one",
        )


def _in_the_way(found: Difference, file: Path) -> str:
    there = ", ".join(f"{name} ({count:,})" for name, count in found.lost.items())
    return f"{file} has no place for labels in use: {there}"


def _how_to_go_on(found: Difference, file: Path) -> str:
    options = " ".join(
        f"--map {name}={found.renamed[name]}" if name in found.renamed else f"--ask {name}"
        for name in found.lost
    )
    return (
        f"say what becomes of them: `annotator scheme use {file} {options}`"
        " (--map OLD=NEW: it is called so now; --ask OLD: its sentences are asked again)"
    )


def _put(file: Path, text: str) -> None:
    from annotator.project.exchange import replacing

    with replacing(file, force=True) as opened:
        opened.write(text.encode())
