"""What is made of tunes without the model: scores, files and books, a few at a time.

Who comes when too many wait is told so. Work in several steps ends when whoever asked has left, or when it
has taken too long.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from abcgen.app.studio import Left, too_busy
from abcgen.errors import UsageError

#: How much is done at once, who may wait besides, and the seconds that anything may take.
AT_ONCE, MOST_WAITING, MOST_SECONDS = 2, 64, 120.0
#: Seconds after which it is looked again whether somebody still waits.
LOOKS_EVERY = 0.2

T = TypeVar("T")
Check = Callable[[], None]


class Conversions:
    """To be used in one event loop; the work is done in threads."""

    def __init__(
        self, at_once: int = AT_ONCE, most_waiting: int = MOST_WAITING, seconds: float = MOST_SECONDS
    ) -> None:
        self._turn = asyncio.Semaphore(at_once)
        self._most = at_once + most_waiting
        self._seconds = seconds
        self._here = 0

    async def done(self, gone: Callable[[], Awaitable[bool]], work: Callable[[Check], T]) -> T | None:
        """What `work` gives, None when whoever asked is `gone`.

        `work` is given what it calls between its steps. Raises BusyError when too many wait already,
        UsageError when a step begins after too long a time.
        """
        if self._here >= self._most:
            raise too_busy()
        left = threading.Event()
        self._here += 1
        try:
            async with self._turn:
                if await gone():
                    return None
                working = asyncio.ensure_future(asyncio.to_thread(work, self._check(left)))
                # a thread cannot be stopped: its turn is over when it ends, whoever has gone
                while not (await asyncio.wait({working}, timeout=LOOKS_EVERY))[0]:
                    if not left.is_set() and await gone():
                        left.set()
                return working.result()
        except Left:
            return None
        finally:
            left.set()
            self._here -= 1

    def _check(self, left: threading.Event) -> Check:
        ends = time.monotonic() + self._seconds

        def check() -> None:
            if left.is_set():
                raise Left
            if time.monotonic() > ends:
                raise UsageError(f"this took more than {self._seconds:.0f} s and was stopped; ask for less")

        return check
