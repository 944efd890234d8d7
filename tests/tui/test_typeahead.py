"""Keys that come in one piece do what they do one by one: also into dialogs, and out of them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from reviewing import Review, reviewing
from textual import events

from annotator.core.errors import StoreBusy
from annotator.store import Store

LINES = (
    ("n", *"two words", "enter", "f", "n", *" more", "enter", "s"),
    ("f", "c", "1", "t", *"mixed", "enter", "p", "u", "ctrl+r", "s"),
    ("slash", *"cranes", "enter", "p", "g", "down", "enter", "s", "g", "escape", "f"),
    ("f", "l", *"The pier is open", "enter", "enter", "p", "l", *"pierop", "enter", "5", "s"),
    ("question_mark", "escape", "f", "n", "escape", "w", "w", "s"),
)


def happened(path: Path) -> list[tuple[str, str, dict[str, object]]]:
    """Return what is stored of each event, but for its time."""
    with Store.open(path, read_only=True) as store:
        rows = store.db.execute(
            "SELECT e.kind, u.id, e.payload FROM events e JOIN units u ON u.n = e.unit ORDER BY e.n"
        ).fetchall()
    # An undo names an event, and the ids of events rest on their times.
    dropped = {"seconds", "event", "shown"}
    return [
        (kind, unit, {k: v for k, v in json.loads(payload).items() if k not in dropped})
        for kind, unit, payload in rows
    ]


async def settled(review: Review) -> None:
    app, quiet = review.app, 0
    # More than once: of a key that is on its way nothing is to be seen for a moment.
    while quiet < 5:
        busy = app._typed or app._settling is not None or not app._message_queue.empty()
        quiet = 0 if busy else quiet + 1
        await review.pilot.pause(0.02)
    await review.pilot.pause()


@pytest.mark.parametrize("line", LINES, ids=lambda line: "".join(line[:3]))
async def test_a_burst_does_what_its_keys_do_one_by_one(
    small: Path, tmp_path: Path, line: Sequence[str]
) -> None:
    slow, fast = tmp_path / "slow.db", tmp_path / "fast.db"
    for path in (slow, fast):
        shutil.copyfile(small, path)
    async with reviewing(slow) as review:
        for key in line:
            await review.press(key)
        stood = review.text()
    async with reviewing(fast) as review:
        review.send(*line)
        await settled(review)
        assert review.text() == stood
    assert happened(fast) == happened(slow)
    assert happened(slow)


async def test_what_is_pasted_keeps_its_place_among_the_keys(small: Path) -> None:
    async with reviewing(small) as review:
        driver = review.app._driver
        assert driver is not None
        review.send("f", "n")
        driver.send_message(events.Paste("from the clipboard"))
        review.send("enter", "s")
        await settled(review)
    labels = [said for kind, _, said in happened(small) if kind in {"label", "note"}]
    assert [said.get("label") or said.get("text") for said in labels] == [
        "factual", "from the clipboard", "speculative"
    ]  # fmt: skip


async def test_what_was_typed_behind_a_key_that_failed_labels_nothing(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with reviewing(small) as review:
        really, tried = review.session.label, list[str]()

        def once_locked(name: str) -> None:
            tried.append(name)
            if len(tried) == 1:
                raise StoreBusy("another process is writing to labels.db", hint="try again")
            really(name)

        monkeypatch.setattr(review.session, "label", once_locked)
        stood = review.text()
        # Meant for three sentences: the second key is not to label the first of them.
        review.send("f", "s", "p")
        await settled(review)
        assert tried == ["factual"]
        assert review.text() == stood
        assert "NOT SAVED: another process" in review.line("strip")
        await review.press("f", "s")
    assert [said["label"] for _, _, said in happened(small)] == ["factual", "speculative"]


async def test_what_was_typed_behind_a_note_that_failed_labels_nothing(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with reviewing(small) as review:
        await review.press("f")

        def locked(_: str) -> None:
            raise StoreBusy("another process is writing to labels.db", hint="try again")

        monkeypatch.setattr(review.session, "note", locked)
        review.send("n", *"odd", "enter", "s", "p")
        await settled(review)
        assert "NOT SAVED" in review.line("strip")
    assert [kind for kind, _, _ in happened(small)] == ["label"]


async def test_all_lines_that_are_pasted_are_kept(small: Path) -> None:
    async with reviewing(small) as review:
        driver = review.app._driver
        assert driver is not None
        review.send("f", "n", "a", " ")
        driver.send_message(events.Paste("one line\nand another\r\n"))
        review.send("enter")
        await settled(review)
    assert [said["text"] for kind, _, said in happened(small) if kind == "note"] == [
        "a one line and another"
    ]
