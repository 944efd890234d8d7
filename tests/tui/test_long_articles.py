"""How long an article is, or one sentence of it, does not matter to a key press."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from reviewing import make_store, reviewing

from annotator.tui import article as drawn
from annotator.tui.layout import wrap

SENTENCES = 5_000
WORDS = [
    "crane",
    "pier",
    "market",
    "council",
    "vessel",
    "storm",
    "ledger",
    "rail",
    "quay",
    "board",
    "tariff",
    "survey",
]


@pytest.fixture(scope="module")
def long_article(tmp_path_factory: pytest.TempPathFactory) -> Path:
    lines = [
        " ".join(
            f"The {WORDS[n % 12]} of the {WORDS[n * 7 % 11]} received report {n} on Friday."
            for n in range(block * 10, block * 10 + 10)
        )
        for block in range(SENTENCES // 10)
    ]
    text = "The long report of the harbour\n\n" + "\n\n".join(lines) + "\n"
    return make_store(tmp_path_factory.mktemp("long"), {"long.txt": text})


@pytest.fixture
def path(long_article: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "labels.db"
    shutil.copyfile(long_article, copy)
    return copy


async def test_a_move_lays_out_what_is_seen_and_no_more(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    laid_out: list[str] = []

    def counting(text: str, width: int) -> list[tuple[int, int]]:
        laid_out.append(text)
        return wrap(text, width)

    monkeypatch.setattr(drawn, "wrap", counting)
    async with reviewing(path) as review:
        height = review.view.size.height

        async def costs(*keys: str) -> int:
            laid_out.clear()
            await review.press(*keys)
            return len(laid_out)

        assert len(laid_out) <= 2 * height
        for key in ("f", "space", "j", "k", "u", "ctrl+r", "tab", "!", "b"):
            assert await costs(key) <= 3, key
        for key in ("pagedown", "pageup"):
            assert await costs(key) <= 2 * height, key
        review.session.stand(SENTENCES // 2)
        assert await costs("j") <= 2 * height
        assert "▶" in review.shown()
        review.session.stand(SENTENCES)
        assert await costs("k") <= 2 * height
        assert f"report {SENTENCES - 2} on" in review.current()
        assert await costs("j") <= 3
        assert f"report {SENTENCES - 1} on" in review.current()
        assert f"report {SENTENCES - 1} on" in review.article()[-1]
        assert await costs("f") <= 2 * height
        assert "▶" in review.shown()


async def test_pace_needs_ten_labels(path: Path) -> None:
    clock = iter(range(0, 10_000, 10))
    async with reviewing(path, now=lambda: float(next(clock))) as review:
        await review.press(*["f"] * 9)
        assert "/h" not in review.line("header")
        await review.press("f")
        assert "/h · saved " in review.line("header")


async def test_the_screen_follows_through_the_whole_article(path: Path) -> None:
    async with reviewing(path, size=(80, 24)) as review:
        seen = []
        for _ in range(20):
            seen.append(review.current().split(" report ")[-1])
            await review.press("f")
        assert len(set(seen)) == 20
        assert "20/5,000" in review.line("header")
        assert "4,980 left in this article" in review.line("header")


@pytest.fixture(scope="module")
def long_sentence(tmp_path_factory: pytest.TempPathFactory) -> Path:
    text = f"A title\n\nIt begins here. {'a' * 1_000_000}. It goes on after it.\n"
    return make_store(tmp_path_factory.mktemp("wide"), {"wide.txt": text})


async def test_a_sentence_of_a_million_characters_is_cut_and_says_so(long_sentence: Path) -> None:
    async with reviewing(long_sentence, size=(80, 24)) as review:
        assert "It begins here" in review.current()
        assert len(review.text()) > 999_000
        for _ in range(20):
            if "more characters" in review.shown():
                break
            await review.press("pagedown")
        more = len(review.text()) - 8_000
        assert f"… {more:,} more characters" in review.shown()
        assert "It goes on after it." in review.shown()
        await review.press("p")
        assert "It goes on after it." in review.current()
        assert len(review.line("strip").splitlines()[0]) < 300
        await review.press("k", "n")
        assert "▲p" in "".join(review.article())
        await review.press(*"odd", "enter")
        assert review.session.annotation.note == "odd"
