"""Linking a sentence to a claim from the review: found by a few letters, stored, undone."""

from __future__ import annotations

from pathlib import Path

from reviewing import reviewing

from annotator.project import claims
from annotator.store import Store


def linked(store_path: Path) -> list[tuple[str, list[tuple[str, str | None]]]]:
    with Store.open(store_path, read_only=True) as store:
        return [
            (one.statement, [(s.place.text.split(" on ")[0][:24], s.stance) for s in one.stated])
            for one in claims.every(store)
        ]


async def test_a_new_claim_is_typed_and_found_again(small: Path) -> None:
    async with reviewing(small) as review:
        await review.press("f", "l")
        await review.press(*"The pier is open")
        assert "new: The pier is open" in review.shown()
        await review.press("enter")
        assert "asserts (proposed)" in review.shown()
        await review.press("enter")
        await review.press("p", "l")
        await review.press(*"pierop")  # letters in order, not together
        assert "The pier is open · 1 sentence" in review.shown()
        await review.press("enter", "5")
    ((statement, sentences),) = linked(small)
    assert statement == "The pier is open"
    assert sentences == [
        ("The north pier of Osmund", "asserts"),
        ("Two cranes were replaced", "denies"),
    ]


async def test_leaving_the_dialogs_links_nothing(small: Path) -> None:
    async with reviewing(small) as review:
        await review.press("f", "l", "escape", "l")
        await review.press(*"The pier is open")
        await review.press("enter", "escape")
        assert "NOT SAVED" not in review.shown()
    assert linked(small) == []


async def test_a_link_is_undone_like_a_label(small: Path) -> None:
    async with reviewing(small) as review:
        await review.press("f", "l")
        await review.press(*"The pier is open")
        await review.press("enter", "enter", "u")
    assert linked(small) == []
    async with reviewing(small) as review:
        await review.press("ctrl+r")
    assert [statement for statement, _ in linked(small)] == ["The pier is open"]


async def test_hostile_words_are_shown_as_text(small: Path) -> None:
    async with reviewing(small) as review:
        await review.press("f", "l")
        await review.press(*"[bold]x[/] \u202e{0}%s")
        await review.press("enter", "enter", "l")
        shown = review.shown()
        assert "[bold]x[/]" in shown
        assert "\u202e" not in shown
