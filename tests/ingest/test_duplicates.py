"""Near-duplicate sentences and documents: what counts as one, and that order does not matter."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Collection, Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import similar

from annotator.ingest import duplicates
from annotator.ingest.duplicates import (
    BUCKET,
    KEYS,
    Form,
    candidate_keys,
    form_hash,
    group_documents,
    group_forms,
    normal_form,
)

VOCABULARY = [
    *("the", "of", "in", "a", "harbour", "council", "opened", "twelve", "new", "berths", "for"),
    *("electric", "ferries", "on", "Monday", "said", "le", "conseil", "du", "port", "a ouvert"),
    *("d'été", "l’usine", "société", "Velmora", "Ltd", "could", "not", "growth", "40", "3.5"),
]


class Store:
    """What a store does with the forms: keep, look up by key, rename labels."""

    def __init__(self) -> None:
        self.forms: dict[int, Form] = {}
        self.holders: dict[int, set[int]] = {}
        self.looked_up = 0

    def lookup(self, keys: Collection[int]) -> Iterable[Form]:
        found: dict[int, list[int]] = {}
        for key in keys:
            for form in sorted(self.holders.get(key, ()))[:BUCKET]:
                found.setdefault(form, []).append(key)
        self.looked_up += len(found)
        for form, own in found.items():
            yield self.forms[form]._replace(keys=own)

    def add(self, *texts: str) -> None:
        new = {form_hash(text): text for text in texts if form_hash(text) not in self.forms}
        renamed = group_forms(new, self.lookup)
        for form, text in new.items():
            self.forms[form] = Form(form, form, text, ())
            for key in candidate_keys(text):
                self.holders.setdefault(key, set()).add(form)
        for form in self.forms.values():
            label = renamed.get(form.label, form.label)
            self.forms[form.hash] = form._replace(label=label)

    def label(self, text: str) -> int:
        return self.forms[form_hash(text)].label

    def labels(self) -> dict[int, int]:
        return {form.hash: form.label for form in self.forms.values()}


sentences = st.lists(st.sampled_from(VOCABULARY), max_size=14).map(" ".join)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Velmora’s “quiet” turn", 'VELMORA\'S "quiet"   turn'),
        ("l’été – à Brélune", "L'E\u0301TE\u0301 — A\u0300 BRE\u0301LUNE"),
        ("« Non »\u00a0: 40\u202fkm", '" non " : 40 km'),
        ("ﬁnal of\u00ad\u200bfer\ufeff", "Final Offer"),
        ("Straße", "STRASSE"),
        ("`quoted´", "'quoted'"),
        (" one\r\n\ttwo ", "one two"),
        ("ＡＢＣ １２", "abc 12"),
    ],
)
def test_texts_that_differ_in_form_only_share_a_hash(a: str, b: str) -> None:
    assert normal_form(a) == normal_form(b)
    assert form_hash(a) == form_hash(b)
    assert similar(a, b)


@pytest.mark.parametrize(
    ("a", "b"),
    [("cote", "côte"), ("a-b", "a b"), ("It rose.", "It rose?"), ("4", "5"), ("", "."), ("ß", "s")],
)
def test_texts_that_differ_in_more_do_not(a: str, b: str) -> None:
    assert form_hash(a) != form_hash(b)


def test_a_form_hash_is_the_same_everywhere_and_fits_a_signed_column() -> None:
    assert form_hash("Velmora’s Ferry") == 5483592103037241596
    assert candidate_keys("Velmora opened twelve new berths")[0] == 560214332


def test_every_character_has_one_normal_form() -> None:
    for code in range(sys.maxunicode + 1):
        once = normal_form(chr(code))
        assert normal_form(once) == once, hex(code)


@given(st.text())
def test_a_normal_form_is_its_own(text: str) -> None:
    once = normal_form(text)
    assert normal_form(once) == once
    assert normal_form(f"\n{text}\u00a0 ") == once
    assert 0 <= form_hash(text) < 1 << 63


@given(st.text())
def test_composed_and_decomposed_text_are_one_form(text: str) -> None:
    assert form_hash(unicodedata.normalize("NFC", text)) == form_hash(
        unicodedata.normalize("NFD", text)
    )


@pytest.mark.parametrize("text", ["\ud800 lone", "\x00\x1b[2J", "a" * 100_000, "字" * 100_000])
def test_hostile_text_is_only_text(text: str) -> None:
    assert similar(text, text)
    assert len(candidate_keys(text)) <= KEYS


@given(st.one_of(st.text(), sentences), st.one_of(st.text(), sentences))
def test_similar_is_symmetric_and_reflexive(a: str, b: str) -> None:
    assert similar(a, a)
    assert similar(a, b) == similar(b, a)
    if normal_form(a) == normal_form(b):
        assert similar(a, b)
        assert candidate_keys(a) == candidate_keys(b)


@given(st.one_of(st.text(), sentences))
def test_keys_are_few_distinct_and_fit_a_signed_column(text: str) -> None:
    keys = candidate_keys(text)
    assert len(set(keys)) == len(keys) <= KEYS
    assert all(0 <= key < 1 << 63 for key in keys)


NEAR = [
    (
        "The harbour council has approved twelve new berths for electric ferries.",
        "The harbour council approved 12 new berths for electric ferries on Monday.",
    ),
    (  # a number, a name and a negation: the wording is the same
        "Velmora expects to deliver 1,200.5 tonnes of hulls to the coast guard this year.",
        "Quandry no longer expects to deliver 900 tonnes of hulls to the coast guard this year.",
    ),
    (  # a clause cut
        "Velmora will close its ferry yard in Brelune by the end of March",
        "Velmora will close its ferry yard in Brelune by the end of March, the company's chief "
        "executive told employees in a letter that was seen by two local newspapers.",
    ),
    (
        "L’usine de Brélune a produit plus de mille bateaux électriques cette année.",
        "Cette année, l'usine de Brélune a produit près de mille bateaux électriques.",
    ),
    (
        "港口委员会周一批准为电动渡轮新建十二个泊位。",
        "港口委员会周二批准为电动渡轮新建二十个泊位。",
    ),
    (
        "คณะกรรมการท่าเรืออนุมัติท่าเทียบเรือใหม่สิบสองแห่ง",
        "คณะกรรมการท่าเรืออนุมัติท่าเทียบเรือใหม่ยี่สิบแห่ง",
    ),
    (
        "Совет порта одобрил строительство двенадцати новых причалов для паромов.",
        "Совет порта в понедельник одобрил строительство двадцати новых причалов для паромов.",
    ),
    (
        "وافق مجلس الميناء على بناء اثني عشر رصيفا جديدا للعبارات",
        "وافق مجلس الميناء أمس على بناء عشرين رصيفا جديدا للعبارات",
    ),
]

APART = [
    (  # one template, another story
        "Shares of Velmora rose 4.1% to close at 212 crowns on Tuesday.",
        "Shares of the yard that builds its ferries fell for a third week.",
    ),
    (  # the words of a short sentence, all in a long one
        "It is what it means to be the first of all in it.",
        "What it means for the town to be the first of all is that the ferries it has run since "
        "the war will be in the museum, and the new ones will be built by people who have never "
        "seen the sea, in a hall that smells of paint and glue.",
    ),
    ("He said no.", "She said no."),
    ("Read more", "Read more."),
    (
        "The council approved the berths.",
        "Analysts expect that a ferry could cross in an hour.",
    ),
    ("港口委员会周一批准了泊位。", "分析人士预计渡轮可能更快。"),
]


@pytest.mark.parametrize(("a", "b"), NEAR)
def test_near_duplicates_are_found(a: str, b: str) -> None:
    assert similar(a, b)
    store = Store()
    store.add(a)
    store.add(b)
    assert store.label(a) == store.label(b) == min(form_hash(a), form_hash(b))


@pytest.mark.parametrize(("a", "b"), APART)
def test_other_sentences_stay_apart(a: str, b: str) -> None:
    assert not similar(a, b)
    store = Store()
    store.add(a, b)
    assert (store.label(a), store.label(b)) == (form_hash(a), form_hash(b))


def test_texts_of_three_words_have_no_keys() -> None:
    assert candidate_keys("Share this article") == ()
    assert candidate_keys("Share this whole article")
    assert candidate_keys("") == ()


def test_a_sentence_between_two_groups_joins_them() -> None:
    parts = "Velmora will close its large ferry yard in Brelune", "before winter comes to the coast"
    early = f"{parts[0]} {parts[1]}"
    store = Store()
    store.add(*parts)
    assert store.label(parts[0]) != store.label(parts[1])
    store.add(parts[0] + " soon", parts[1] + " again", "Something else happened in the town hall")
    store.add(early)
    assert len(set(store.labels().values())) == 3
    assert not similar(*parts)


@given(st.data(), st.lists(sentences, max_size=16))
def test_groups_do_not_depend_on_the_order_or_the_batches(
    data: st.DataObject, texts: list[str]
) -> None:
    at_once = Store()
    at_once.add(*texts)
    shuffled = data.draw(st.permutations(texts))
    cuts = sorted(data.draw(st.sets(st.integers(0, len(texts)), max_size=3)))
    in_parts = Store()
    for start, end in zip([0, *cuts], [*cuts, len(texts)], strict=True):
        in_parts.add(*shuffled[start:end])
    assert at_once.labels() == in_parts.labels()
    members: dict[int, list[int]] = {}
    for form, label in at_once.labels().items():
        members.setdefault(label, []).append(form)
    assert all(label == min(forms) for label, forms in members.items())


@given(st.lists(sentences, max_size=16))
def test_groups_are_what_similar_sentences_with_a_common_key_connect(texts: list[str]) -> None:
    store = Store()
    store.add(*texts)
    for text in texts:
        for other in texts:
            if similar(text, other) and (
                form_hash(text) == form_hash(other)
                or set(candidate_keys(text)) & set(candidate_keys(other))
            ):
                assert store.label(text) == store.label(other)


def test_a_line_repeated_ten_thousand_times_is_compared_never(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(duplicates, "near", lambda a, b: pytest.fail("compared"))
    store = Store()
    store.add(*(f"Sign up for the   harbour newsletter{' ' * (n % 9)}" for n in range(10_000)))
    assert len(store.forms) == 1


def test_a_phrase_that_thousands_share_is_compared_with_a_few(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compared = 0
    overlap = duplicates.near

    def counting(a: set[str], b: Collection[str]) -> bool:
        nonlocal compared
        compared += 1
        return overlap(a, b)

    monkeypatch.setattr(duplicates, "near", counting)
    texts = [f"velmora harbour {' '.join(f'w{n}x{i}y' for i in range(9))}" for n in range(3_000)]
    Store().add(*texts)
    assert 0 < compared <= BUCKET * len(texts)


def test_a_template_filled_in_a_thousand_times_is_one_group() -> None:
    texts = [f"Shares of company{n} rose {n}% to close at {n * 7} crowns" for n in range(1_000)]
    store = Store()
    store.add(*texts[:600])
    store.add(*texts[600:])
    assert len(set(store.labels().values())) == 1


def test_the_known_pairs_of_real_articles_are_found(shared: Path) -> None:
    files = sorted((shared / "seeds").glob("*.txt"))

    def sentence(file: int, start: int) -> str:
        text = files[file].read_text(encoding="utf-8")[start:]
        return text.split("\n")[0].split(". ")[0]

    for first, second in [((1, 0), (1, 62)), ((0, 191), (0, 7470)), ((2, 213), (2, 2731))]:
        a, b = sentence(*first), sentence(*second)
        assert similar(a, b)
        store = Store()
        store.add(a, b)
        assert store.label(a) == store.label(b)


# Documents: sentences are numbers here, since only the labels of their groups count.


def test_documents_that_share_most_sentences_are_copies() -> None:
    assert group_documents({"b": [1, 2, 3, 4], "a": [1, 2, 3, 9], "c": [1, 2, 5, 6]}) == {"b": "a"}


def test_a_shortened_copy_is_a_copy() -> None:
    assert group_documents({"long": list(range(40)), "short": [7, 8, 9, 10]}) == {"short": "long"}


def test_two_shared_sentences_are_too_few_and_repeats_count_once() -> None:
    assert group_documents({"a": [1, 2], "b": [1, 2], "c": [1, 1, 1, 2]}) == {}
    assert group_documents({"a": [], "b": []}) == {}


def test_present_labels_are_renamed() -> None:
    documents = {"m": [1, 2, 3], "n": [4, 5, 6], "p": [1, 2, 3, 4, 5, 6]}
    assert group_documents(documents, {"m": "k", "n": "b"}) == {"k": "b", "p": "b"}


def test_a_line_in_every_document_pairs_none_of_them() -> None:
    documents = {f"{n:04}": [1, 2, 3, *range(10 * n + 10, 10 * n + 15)] for n in range(2_000)}
    assert group_documents(documents) == {}


def test_two_hundred_copies_are_one_group() -> None:
    documents = {f"{n:04}": [*range(8), 1_000 + n] for n in range(200)}
    assert group_documents(documents) == {f"{n:04}": "0000" for n in range(1, 200)}


@given(
    st.dictionaries(
        st.text("abcdef", min_size=1, max_size=3),
        st.lists(st.integers(0, 12), max_size=8),
        max_size=8,
    ),
    st.randoms(use_true_random=False),
)
def test_document_groups_do_not_depend_on_the_order_or_the_batches(documents, random) -> None:
    names = list(documents)
    random.shuffle(names)
    cut = random.randint(0, len(names))
    labels: dict[str, str] = {name: name for name in names}
    for batch in (names[:cut], names):
        renamed = group_documents({name: documents[name] for name in batch}, labels)
        labels = {name: renamed.get(label, label) for name, label in labels.items()}
    at_once = group_documents(documents)
    assert labels == {name: at_once.get(name, name) for name in names}
