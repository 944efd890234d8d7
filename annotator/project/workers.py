"""Work spread over processes: the results come in order, and never more than a few wait.

Processes are spawned and not forked: a fork of a process with threads or an open database is
undefined.
"""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Final, TypeVar

from annotator.core.errors import AnnotatorError

Item = TypeVar("Item")
Result = TypeVar("Result")

_AHEAD: Final = 16
"""Items a process is given before its first result is waited for: it takes a while to start."""


def cores() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def spread(
    work: Callable[[Item], Result], items: Iterable[Item], processes: int
) -> Iterator[Iterator[Result]]:
    """Give what `work` makes of each item, in order, from so many processes.

    `work`, the items and what is made of them are pickled. Raises what `work` raises, and
    AnnotatorError if a process is ended from outside.
    """
    from concurrent.futures import Future, ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import active_children, get_context

    def results() -> Iterator[Result]:
        waiting: deque[Future[Result]] = deque()
        for item in items:
            waiting.append(pool.submit(work, item))
            if len(waiting) > _AHEAD * processes:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

    with ProcessPoolExecutor(
        processes, mp_context=get_context("spawn"), initializer=_begin
    ) as pool:
        try:
            yield results()
        except BaseException as error:
            pool.shutdown(wait=False, cancel_futures=True)
            for child in active_children():
                child.terminate()
            if isinstance(error, BrokenProcessPool):
                raise AnnotatorError(
                    "a process that did part of the work was ended from outside",
                    hint="nothing was changed; there may have been too little memory",
                ) from error
            raise


def _begin() -> None:
    # Ctrl-c is for the process that gives out the work. It ends the others, and they do not
    # outlive it: killed, it could not tell them.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    from multiprocessing import parent_process
    from multiprocessing.connection import wait

    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
