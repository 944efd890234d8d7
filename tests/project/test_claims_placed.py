"""Where linked sentences stand: of which origin, and from which day."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from strategies import Article, fill

from annotator.core.model import BODY
from annotator.project import claims
from annotator.store import Store
from annotator.store.journal import Journal

STATEMENT = "The pier is open"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "labels.db") as store:
        yield store


def linked(store: Store, *articles: Article) -> claims.Claim:
    """Return the claim that the first sentence of each of the articles states."""
    fill(store, articles)
    journal = Journal(store, "ana")
    units = store.db.execute(
        "SELECT min(n) FROM units WHERE kind = ? GROUP BY document ORDER BY 1", (BODY,)
    )
    for (unit,) in units.fetchall():
        claims.link(journal, unit, STATEMENT, "asserts")
    (found,) = claims.every(store)
    return found


def told(text: str, *others: tuple[str, str], **known: str) -> Article:
    return Article([(BODY, text), *others], extra=known)


def test_the_day_is_that_beside_the_text_or_else_in_it(store: Store) -> None:
    found = linked(
        store,
        told("The pier is open.", ("dateline", "8 May 2023")),
        told("Open is the pier.", ("dateline", "8 May 2023"), published="2021-03-04T10:00"),
        told("It opened.", ("dateline", "1683561176"), ("dateline", "9 May 2023")),
        told("They opened it.", ("dateline", "some day")),
        told("It is said to be open.", published="2022-07"),
        told("Open it is.", published="last year"),
    )
    assert [one.place.day for one in found.stated] == [
        "2023-05-08", "2021-03-04", "2023-05-08", None, "2022-07", None
    ]  # fmt: skip
    assert found.dates == ("2021-03-04", "2023-05-08")


def test_a_document_nobody_linked_joins_two_that_credit_one_outlet_each(store: Store) -> None:
    reuters, afp = ("credit", "Source: Reuters"), ("credit", "Source: AFP")
    apart = linked(
        store,
        told("The pier is open.", reuters),
        told("Open is the pier.", afp),
        told("It opened."),
    )
    assert apart.origins == 3
    both = Article([("heading", "Both"), reuters, afp])
    fill(store, [both])
    (found,) = claims.every(store)
    assert found.origins == 2
    first, second, third = (one.place.origin for one in found.stated)
    assert first == second != third


def test_a_source_that_credits_itself_credits_nobody(store: Store) -> None:
    one = told("The pier is open.", ("credit", "Source: Reuters"))
    other = told("Open is the pier.", ("credit", "Source: Reuters"), source="Reuters")
    assert linked(store, one, other).origins == 2


def test_what_a_key_press_needs_has_the_same_statements_and_stances(store: Store) -> None:
    whole = linked(store, told("The pier is open."), told("Open is the pier."))
    (bare,) = claims.bare(store)
    assert (bare.id, bare.statement, bare.counts) == (whole.id, whole.statement, whole.counts)


def test_columns_of_one_origin_stand_beside_each_other_with_one_letter(store: Store) -> None:
    reuters = ("credit", "Source: Reuters")
    found = linked(
        store, told("The pier is open.", reuters), told("It opened."), told("Open it is.", reuters)
    )
    columns = claims.columns([found])
    assert sorted(one.letter for one in columns) in (["A", "B1", "B2"], ["A1", "A2", "B"])
    assert [one.place.document for one in columns] == list(found.documents)
    assert set(claims.signs(found).values()) == {"+"}
