"""Keys that come faster than they are handled: none of them is lost, and none goes astray.

Textual hands every key on at once to what has the focus just then. A dialog that a key opens has
none yet, and one that a key closes still has it: of keys that come in one piece, as a slow line or
a fast typist sends them, those after the first went where nobody heard them. Here a key is handed
on when all that the one before it set off is done. Where a key could not do its work, those that
were typed behind it are dropped: they were meant for the sentences that would have followed.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Final

from textual import events
from textual.app import App
from textual.message import Message
from textual.message_pump import MessagePump

from annotator.core.errors import AnnotatorError

_ROUNDS: Final = 2
"""A widget may send itself a message first, which then goes on to its parent."""
_LOOK: Final = 0.02
"""Seconds after which it is looked whether one that does not answer has been closed."""


class TypeAhead(App[int]):
    """An application that handles keys one after the other."""

    def __init__(self) -> None:
        super().__init__()
        self._typed: deque[events.Key | events.Paste] = deque()
        self._settling: asyncio.Task[None] | None = None
        self._listens_since = 0.0

    def forget_typed(self) -> None:
        """Drop what was typed till now, also what the terminal has but not yet handed on."""
        self._listens_since = Message().time

    async def on_event(self, event: events.Event) -> None:
        """Hand on what was typed when its turn has come, and everything else at once."""
        if not isinstance(event, (events.Key, events.Paste)) or event.is_forwarded:
            await super().on_event(event)
            return
        self._typed.append(event)
        if self._settling is None:
            await self._hand_on()

    async def _hand_on(self) -> None:
        """Hand on the first of what was typed."""
        self._settling = None
        while self._typed and self._typed[0].time < self._listens_since:
            self._typed.popleft()
        if self._typed:
            # Before the key: it may close what it goes to.
            way = list((self.focused or self.screen).ancestors_with_self)
            await super().on_event(self._typed.popleft())
            self._settling = asyncio.create_task(self._settle(way))

    async def _settle(self, way: Sequence[MessagePump]) -> None:
        """Wait until a key has gone its way, and the screen that it opened is there."""
        for one in way:
            await _answered(one)
        if self.screen_stack:  # there is none any more where the key was to quit
            await _answered(self.screen)
        self.call_later(self._hand_on)


async def _answered(one: MessagePump) -> None:
    """Wait until all is done that was asked of a widget, screen or application till now."""
    for _ in range(_ROUNDS):
        done = asyncio.get_running_loop().create_future()
        one.call_later(_resolve, done)
        while not done.done():
            await asyncio.wait([done], timeout=_LOOK)
            if not one.is_running:
                return


def _resolve(done: asyncio.Future[None]) -> None:
    if not done.done():
        done.set_result(None)


def not_saved(app: App[object], error: AnnotatorError) -> str:
    """Return what is to be said of a decision that is not in the store; ring, and drop keys."""
    app.bell()
    if isinstance(app, TypeAhead):
        app.forget_typed()
    return f"NOT SAVED: {' · '.join(filter(None, (error.message, error.hint)))}"
