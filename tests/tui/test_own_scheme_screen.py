"""The review with labels of a project's own: two of them, nine in French, on any terminal.

`UPDATE_GOLDEN=1 pytest tests/tui/test_own_scheme_screen.py` writes the golden files anew.
"""

from __future__ import annotations

from pathlib import Path

import own_schemes
import pytest
from own_schemes import NINE, TWO
from reviewing import make_store, reviewing
from test_screen_golden import FixedClock, compare

from annotator.store import Store, schemes
from annotator.store.journal import Journal
from annotator.store.verify import verify
from annotator.tui.article import ArticleView

VILLAGE = """\
Le village retrouve son moulin

Le moulin a rouvert en mai. Il tourne douze heures par jour. « J'ai pleuré », dit Odile Brask. \
C'est une bonne nouvelle. Il pourrait fermer cet hiver. Le maire promet de l'aider. C'est le \
plus beau moulin du monde. Ses voisins ont menti. Venez avec des bottes. Personne n'est venu.
"""


@pytest.fixture
def village(tmp_path: Path) -> Path:
    """A store of ten French sentences, without a scheme of its own."""
    return make_store(tmp_path, {"moulin.txt": VILLAGE})


def adopt(path: Path, text: str, **mapping: str | None) -> None:
    with Store.open(path) as store:
        schemes.adopt(Journal(store, "ana"), text, mapping)


@pytest.mark.parametrize("text", [TWO, NINE], ids=["two", "nine"])
async def test_every_key_digit_and_none_label_and_advance(village: Path, text: str):
    adopt(village, text)
    scheme = own_schemes.scheme(text)
    async with reviewing(village) as review:
        for label in scheme.labels:
            before = review.text()
            await review.press(label.key)
            assert (
                f"{label.glyph}{label.key}" in review.view.render_line(review.row_of(before)).text
            )
            await review.press("u")
            await review.press(label.digit)
            assert review.session.annotations[review.session.last.n].label == label.name  # type: ignore[union-attr]
            assert f"last: {scheme.named(label.name)}" in review.line("strip")
        await review.press(scheme.not_a_sentence.key)
        assert review.session.annotations[review.session.last.n].label == "none"  # type: ignore[union-attr]
    with Store.open(village) as store:
        given = [label for (label,) in store.db.execute("SELECT label FROM annotations")]
        assert sorted(given) == sorted([*scheme.names, "none"])
        assert verify(store).problems == []


@pytest.mark.parametrize("key", ["s", "x", "4"])
async def test_keys_of_other_labels_do_nothing(village: Path, key: str):
    adopt(village, own_schemes.of("s/1", "one", "two").replace('key = "a"', 'key = "y"')
          + '[not_a_sentence]\nkey = "z"\n')  # fmt: skip
    async with reviewing(village) as review:
        before = review.text()
        await review.press(key)
        assert review.text() == before
        assert review.session.counts.labelled == 0


@pytest.mark.parametrize(("width", "height"), [(80, 24), (120, 40)])
async def test_the_screen_with_nine_labels_is_as_it_was(
    village: Path, width: int, height: int, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("annotator.tui.screen.datetime", FixedClock)
    adopt(village, NINE)
    async with reviewing(village, size=(width, height), now=lambda: 0.0) as review:
        await review.press(*"fhmopsea", "i")
        shown = review.shown()
        await review.press("?")
        codebook = review.shown()
    compare(f"own-review-{width}x{height}.txt", shown)
    compare(f"own-help-{width}x{height}.txt", codebook)


@pytest.mark.parametrize("width", [60, 80, 100, 120, 160])
async def test_the_footer_names_every_label_help_and_quit_at_any_width(village: Path, width: int):
    adopt(village, NINE)
    async with reviewing(village, size=(width, 24)) as review:
        shown = review.shown().splitlines()[-1]
        footer = review.line("footer")
    assert len(footer) <= max(width, 62)
    for label in own_schemes.scheme(NINE).labels:
        assert f" {label.key}" in footer
        assert width < 120 or label.name in footer
    if width >= 80:
        assert shown.rstrip().endswith("q quit")
        assert "? help" in shown


async def test_nine_labels_are_told_apart_by_sign_and_by_letter_and_not_by_colour_alone(
    village: Path,
):
    adopt(village, NINE)
    async with reviewing(village) as review:
        await review.press(*"fhmopsea", "i")
        marks = [line[3:5] for line in review.article() if line[3:4].strip()]
    given = [mark for mark in marks if mark[0] != "·"]
    assert len(set(given)) == 9
    assert len({mark[0] for mark in given}) == len({mark[1] for mark in given}) == 9


@pytest.mark.parametrize("theme", [None, "high-contrast", "textual-light"])
async def test_nine_labels_are_readable_in_every_theme(village: Path, theme: str | None):
    def luminance(colour: tuple[int, int, int]) -> float:
        # WCAG 2.2, relative luminance.
        parts = [c / 255 for c in colour]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    adopt(village, NINE)
    async with reviewing(village, theme=theme) as review:
        view = review.view
        looks = set()
        for name in sorted(ArticleView.COMPONENT_CLASSES):
            if name.startswith("article--label-") and not name.endswith("none"):
                style = view.ink(name)
                assert style.color is not None
                assert style.bgcolor is not None
                ink, ground = style.color.get_truecolor(), style.bgcolor.get_truecolor()
                high, low = sorted((luminance(ink), luminance(ground)), reverse=True)
                assert (high + 0.05) / (low + 0.05) >= 3, (name, theme)
                looks.add((tuple(ink), style.underline))
        assert len(looks) >= 8


async def test_without_colour_the_signs_are_there(village: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("NO_COLOR", "1")
    adopt(village, NINE)
    async with reviewing(village) as review:
        await review.press("e", "a")
        strips = [review.view.render_line(y) for y in range(review.view.size.height)]
        text = "\n".join(strip.text for strip in strips)
        assert "□e" in text
        assert "◇a" in text
        colours = {
            part.style.color.name
            for strip in strips
            for part in strip
            if part.style and part.style.color
        }
        assert colours <= {"default"}


async def test_words_of_a_scheme_are_shown_as_they_are(village: Path):
    words = "[bold]not bold[/bold] [/nope] [@click=app.quit]q[/]"
    adopt(village, TWO.replace("Everything else", words))
    async with reviewing(village) as review:
        assert "[/nope]" in review.shown()
        await review.press("?")
        assert "[/nope]" in review.shown()


async def test_a_review_that_is_open_says_that_the_labels_were_changed(village: Path):
    adopt(village, own_schemes.of("s/1", "one", "two"))
    async with reviewing(village) as review:
        await review.press("1")
        adopt(village, own_schemes.of("s/2", "uno", "two"), one="uno")
        await review.press("2")
        assert "labels of this project were changed" in review.line("strip")
    async with reviewing(village) as review:
        assert review.session.counts.labelled == 1
        assert "uno" in review.line("footer")


async def test_keys_of_a_configuration_go_with_own_labels(village: Path):
    adopt(village, TWO)
    async with reviewing(village, keys={"label.other": "k", "up": "up", "unit": "y"}) as review:
        await review.press("k")
        assert review.session.counts.labelled == 1
