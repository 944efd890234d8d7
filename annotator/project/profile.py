"""Profiles of a project: which there are, and what one is counted from.

Joins what the store knows with the pure counting of `annotator.profiles`, the word lists and the
statistics. A source with very many sentences is read for cues in a sample of its documents, drawn
by a seed; labels are always all counted.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from annotator.baseline import cues
from annotator.core.errors import UsageProblem
from annotator.core.model import BODY
from annotator.core.progress import Progress, silent
from annotator.core.scheme import Scheme
from annotator.formats.values import resolve
from annotator.profiles import beyond, contradictions, copies, labels, metadata, outlets
from annotator.profiles.figures import (
    MIN_N,
    Family,
    Figure,
    Profile,
    Section,
    Spread,
    figure,
    spread,
)
from annotator.profiles.labels import Given
from annotator.profiles.meaning import FAMILIES
from annotator.profiles.tally import Evidence, Tally
from annotator.profiles.wording import Cue, Sentence, Wording
from annotator.project.prepare import Settings, analyzer_for
from annotator.quality.shares import share
from annotator.store import Store, profiles
from annotator.store.documents import Documents
from annotator.store.exchange import snapshot
from annotator.store.profiles import Document

BY: Final = ("source", "document", "author", "outlet", "language")
MOST: Final = 4
"""Profiles that can stand side by side."""
SAMPLE: Final = 20_000
"""Sentences from which on the documents that are read for cues are a sample."""
NOT_STATED: Final = "(not stated)"
_MOST_NOTES: Final = 5
_ANALYZED: Final = "en"
"""The language whose analyser is good enough to be shown: the French one knows too few words of
news, and most of its values are 0."""


@dataclass(frozen=True)
class Options:
    """How profiles are made. `sample` 0 reads every document."""

    min_n: int = MIN_N
    sample: int = SAMPLE
    seed: int = beyond.SEED
    settings: Settings = field(default_factory=Settings)


class Group(NamedTuple):
    """What a profile can be made of: a name, its documents, and other names that find it.

    `sentences` are those of the body, `labelled` the units that somebody labelled.
    """

    by: str
    name: str
    documents: tuple[Document, ...]
    aliases: tuple[str, ...] = ()

    @property
    def sentences(self) -> int:
        """Return the number of sentences of the body."""
        return sum(one.sentences for one in self.documents)

    @property
    def labelled(self) -> int:
        """Return how many units somebody labelled."""
        return sum(one.labelled for one in self.documents)


def groups(store: Store, by: str) -> list[Group]:
    """Return what there are profiles of, in order of the alphabet; what is not stated comes last.

    A document is of every outlet that it names or credits.
    """
    every = profiles.documents(store)
    if by == "document":
        names = Counter(one.name for one in every)
        found = [
            Group(
                by,
                one.name if names[one.name] == 1 else f"{one.name} ({one.id[:6]})",
                (one,),
                (one.id, *([one.origin] if one.origin else ())),
            )
            for one in every
        ]
        return sorted(found, key=lambda one: (one.name.casefold(), one.name))
    of_outlet = _by_outlet(store, every) if by == "outlet" else {}
    held: dict[str | None, list[Document]] = {}
    for one in every:
        keys = of_outlet.get(one.n, ()) if by == "outlet" else (getattr(one, by),)
        for key in keys:
            held.setdefault(key or None, []).append(one)
    named = sorted((key for key in held if key is not None), key=lambda one: (one.casefold(), one))
    called = outlets.names() if by == "outlet" else {}
    found = [Group(by, name, tuple(held[name]), called.get(name, ())) for name in named]
    return [*found, Group(by, NOT_STATED, tuple(held[None]))] if None in held else found


def _by_outlet(store: Store, every: Sequence[Document]) -> Mapping[int, Collection[str]]:
    found: dict[int, set[str]] = {one.n: set() for one in every}
    for document, text in profiles.naming(store, outlets.phrases()):
        found[document].update(one.name for one in outlets.mentions(text))
    for line in profiles.saying(store):
        found[line.document].update(outlets.credited(line.text))
    return found


def find(there: Sequence[Group], name: str) -> Group:
    """Return the group that `name` names: all of it, or a part that only one has.

    Raises UsageProblem.
    """
    wanted = name.casefold()
    exact = [one for one in there if name in (one.name, *one.aliases)]
    near = [one for one in there if any(wanted in text.casefold() for text in _texts(one))]
    found = exact[:1] or near
    if len(found) == 1:
        return found[0]
    if not there:
        raise UsageProblem(
            "there is nothing to profile yet", hint="`annotator add` brings articles"
        )
    by = there[0].by
    raise UsageProblem(
        f"{name!r} is the name of more than one {by}" if found else f"no {by} is called {name!r}",
        hint=f"there are: {', '.join(one.name for one in (found or there)[:5])};"
        f" `annotator profile --by {by}` lists all",
    )


def _texts(one: Group) -> Iterator[str]:
    yield one.name
    yield from one.aliases


def profile(
    store: Store, group: Group, scheme: Scheme, options: Options, tell: Progress = silent
) -> Profile:
    """Return the profile of a group, read from one state of the store.

    `tell` hears of the sentences that are read for cues.
    """
    with snapshot(store):
        made = _Maker(store, group, scheme, options)
        sections = (made.labelled(), made.read(tell), made.held())
    languages = Counter(one.language for one in group.documents)
    return Profile(
        group.by, group.name, len(group.documents), group.sentences,
        dict(sorted(languages.items())), options.min_n, sections, options.seed,
    )  # fmt: skip


def _wilson(hits: int, n: int) -> tuple[float, float] | None:
    found = share(hits, n)
    return None if found.low is None or found.high is None else (found.low, found.high)


class _Maker:
    """Makes the three sections of one profile."""

    def __init__(self, store: Store, group: Group, scheme: Scheme, options: Options) -> None:
        self._store, self._group, self._scheme, self._options = store, group, scheme, options
        self._rows = [one.n for one in group.documents]
        self._kinds = list(profiles.kinds(store, self._rows))

    def _family(
        self,
        name: str,
        tallies: Sequence[Tally],
        *,
        notes: Sequence[str] = (),
        spreads: Mapping[str, Spread | None] | None = None,
    ) -> Family:
        ratios = [one for one in tallies if one.measure not in ("count", "statistic")]
        found = beyond.intervals(ratios, seed=self._options.seed) if ratios else []
        wide = dict(zip((one.id for one in ratios), found, strict=True))
        figures = tuple(
            figure(one, wide.get(one.id), _wilson, self._options.min_n, (spreads or {}).get(one.id))
            for one in tallies
        )
        return Family(name, *FAMILIES[name], figures, tuple(notes))

    # -- from labels -----------------------------------------------------------------------

    def labelled(self) -> Section:
        """Return what reviewers' labels say."""
        kept, led, picked = labels.sorted_out(profiles.labelled(self._store, self._rows))
        names = labels.names_of(kept, self._scheme.names)
        decided = labels.decide(
            kept,
            lambda votes: resolve(votes, tuple(names)).decision,
            profiles.adjudicated(self._store, self._rows),
        )
        people = labels.reviewers(kept)
        spreads = {f"label.{name}": spread(name, people, self._options.min_n) for name in names}
        families = [self._family("labels", labels.shares(decided, names), spreads=spreads)]
        if kept:
            positions = labels.by_position(decided, names, self._places())
            families.append(self._family("position", positions))
        if tags := labels.tags(decided):
            families.append(self._family("tags", tags))
        if len(people) > 1:
            families.append(self._agreement(kept))
        families.append(self._contradictions())
        body = {unit: document for document, unit, kind in self._kinds if kind == BODY}
        rest = labels.Rest.of(kept, decided, body, led, picked)
        return Section(
            "labels", "From labels", tuple(rest.described()), tuple(families), rest.as_json()
        )

    def _places(self) -> dict[int, int]:
        """Return the place of each sentence of the body in its article, from 0."""
        before: Counter[int] = Counter()
        found = {}
        for document, unit, kind in self._kinds:
            if kind == BODY:
                found[unit] = before[document]
                before[document] += 1
        return found

    def _agreement(self, kept: Sequence[Given]) -> Family:
        from annotator.project.profile_agreement import alphas

        figures: tuple[Figure, ...] = alphas(kept, self._options.min_n, self._options.seed)
        return Family("agreement", *FAMILIES["agreement"], figures)

    def _contradictions(self) -> Family:
        pairs = profiles.contradicting(self._store, self._rows)
        names = sorted({name for pair in pairs for name in pair.reviewers})
        notes = [f"marked by {', '.join(names)}"] if names else []
        found = contradictions.tallies(pairs, self._rows)
        return self._family("contradictions", found, notes=notes)

    # -- from cues -------------------------------------------------------------------------

    def read(self, tell: Progress) -> Section:
        """Return what the word lists find, and what the analyser says."""
        wording = Wording()
        named: dict[str, Tally] = {}
        chosen = self._sampled()
        total = sum(one.sentences for one in chosen)
        done = 0
        stored = Documents(self._store)
        for document in chosen:
            language, body = stored.body(document.n)
            for unit, text in body:
                found = [Cue(one.start, one.end, one.kind) for one in cues.find(text, language)]
                wording.add(Sentence(document.n, unit, text, found))
                for one in outlets.mentions(text):
                    tally = named.setdefault(
                        one.name, Tally(f"outlet.{one.name}", one.name, "count", "mentions")
                    )
                    tally.add(Evidence(document.n, unit, text[one.start : one.end]), hits=1, of=0)
            done += len(body)
            tell("reading", done, total)
        tallies = wording.tallies
        families = [
            self._family(name, tallies[name]) for name in ("wording", "attribution", "numbers")
        ]
        families += [
            self._sentiment(),
            Family("readability", *FAMILIES["readability"], (self._lix(wording),)),
            self._family("outlets", [named[name] for name in sorted(named)]),
        ]
        facts = [
            f"{wording.lix.sentences:,} of {self._group.sentences:,} sentences,"
            f" {wording.words:,} words; lexicon {cues.version()}; nobody looked at these"
        ]
        data = {
            "sentences_read": wording.lix.sentences,
            "documents_read": len(chosen),
            "words": wording.words,
            "lexicon": cues.version(),
            "seed": self._options.seed if len(chosen) < len(self._rows) else None,
        }
        if len(chosen) < len(self._rows):
            facts.append(
                f"a sample: {len(chosen):,} of {len(self._rows):,} documents, drawn with seed"
                f" {self._options.seed}; --all reads every one"
            )
        without = {one.language for one in chosen} - set(cues.languages())
        if without:
            facts.append(
                f"no word lists for {', '.join(sorted(without))}: only figures are found there"
            )
        return Section("cues", "From word lists and analysers", tuple(facts), tuple(families), data)

    def _sampled(self) -> Sequence[Document]:
        """Return the documents to read: all, or as many of a random order as are enough."""
        most = self._options.sample
        if not most or self._group.sentences <= most:
            return self._group.documents
        chosen: list[Document] = []
        count = 0
        for one in sorted(self._group.documents, key=self._key):
            if chosen and count + one.sentences > most:
                break
            chosen.append(one)
            count += one.sentences
        return sorted(chosen)

    def _key(self, one: Document) -> bytes:
        return hashlib.blake2b(f"{self._options.seed}:{one.id}".encode(), digest_size=8).digest()

    def _sentiment(self) -> Family:
        analyzer = analyzer_for(_ANALYZED, self._options.settings)
        tallies = [
            Tally("sentiment.polarity", "polarity", "mean"),
            Tally("sentiment.subjectivity", "subjectivity", "mean"),
        ]
        english = [one.n for one in self._group.documents if one.language == _ANALYZED]
        for document, unit, *values in (
            profiles.sentiments(self._store, english, analyzer) if analyzer else ()
        ):
            for tally, value in zip(tallies, values, strict=True):
                tally.add(Evidence(document, unit, f"{value:+.2f}"), hits=value)
        others = sum(one.sentences for one in self._group.documents if one.language != _ANALYZED)
        notes = [f"analyser {analyzer}; `annotator evaluate --sentiment` says what it is worth"]
        if others:
            notes.append(f"no figure for {others:,} sentences in other languages")
        return self._family("sentiment", tallies, notes=notes)

    def _lix(self, wording: Wording) -> Figure:
        found = figure(wording.lix, None, _wilson, self._options.min_n)
        return found if found.why else found.with_value(wording.readability)

    # -- from the files --------------------------------------------------------------------

    def held(self) -> Section:
        """Return what the files hold: origins, copies, metadata, layout."""
        lines: dict[int, list[metadata.Line]] = {one: [] for one in self._rows}
        for said in profiles.saying(self._store, self._rows):
            lines[said.document].append(metadata.Line(said.unit, said.kind, said.text))
        known = [
            metadata.Document(one.n, one.title, one.source, one.published, one.author, lines[one.n])
            for one in self._group.documents
        ]
        groups_of = profiles.groups(self._store, self._rows)
        mine = profiles.grouped(self._store, self._rows)
        every = profiles.documents(self._store)
        sources = {one.n: one.source for one in every}
        alike: dict[str, list[int]] = {}
        for one in every:
            alike.setdefault(one.likeness, []).append(one.n)
        families = (
            self._noted("origins", self._origins(known, every), "origins.shared"),
            self._family(
                "copies",
                [
                    *copies.repeated(mine, groups_of, sources),
                    copies.syndicated(
                        ((one.n, one.likeness) for one in self._group.documents), alike
                    ),
                ],
            ),
            self._noted("metadata", metadata.tallies(known), ".in-conflict"),
            self._family("layout", copies.layout(self._kinds)),
        )
        return Section("files", "From the files", (), families)

    def _noted(self, name: str, tallies: Sequence[Tally], ending: str) -> Family:
        """Return a family that says beside its figures what the first of some rest on."""
        names = {one.n: one.name for one in self._group.documents}
        said = [
            f"{names[at.document]}: {tally.name}: {at.note}"
            for tally in tallies
            if tally.id.endswith(ending)
            for at in tally.evidence
            if at.note
        ]
        more = [f"and {len(said) - _MOST_NOTES:,} more"] if len(said) > _MOST_NOTES else []
        return self._family(name, tallies, notes=[*said[:_MOST_NOTES], *more])

    def _origins(
        self, known: Sequence[metadata.Document], every: Sequence[Document]
    ) -> list[Tally]:
        credited: dict[int, list[str]] = {one.n: [] for one in every}
        own = {one.n: one.source for one in every}
        for line in profiles.saying(self._store):
            credited[line.document] += [
                name for name in outlets.credited(line.text) if name != own[line.document]
            ]
        origin = outlets.origins((one.n, one.likeness, credited[one.n]) for one in every)
        names = {one.n: one.name for one in every}
        return metadata.origins(known, origin, names)
