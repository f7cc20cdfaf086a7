"""The model at work: in a thread of its own, for one who asks at a time, in the order in which they ask.

How many may wait is bounded, and how long anybody's work may take; work whose asker has left ends.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from abcgen import __version__
from abcgen.errors import AbcgenError, BusyError, GenerationError
from abcgen.models.places import EMBEDDED

if TYPE_CHECKING:
    from abcgen.generation import TuneSource

#: Who may wait at most, and seconds that anybody's work may take.
MOST_WAITING, MOST_SECONDS = 16, 60.0

T = TypeVar("T")
_log = logging.getLogger(__name__)


class Left(Exception):  # noqa: N818 - no fault
    """Nobody waits for the work."""


def too_busy() -> BusyError:
    """What is raised when more is asked for than may wait."""
    return BusyError("too much is being asked for at once; try again in a moment")


class Job(Generic[T]):
    """Work that was asked for. To be made, and its results awaited, in one event loop."""

    def __init__(self, work: Callable[[TuneSource], Iterator[T]]) -> None:
        self._work = work
        self._loop = asyncio.get_running_loop()
        self._found: asyncio.Queue[tuple[str, Any]] = asyncio.Queue()
        self._left = threading.Event()

    @property
    def left(self) -> bool:
        """Whether nobody waits for the results any more."""
        return self._left.is_set()

    def leave(self) -> None:
        """Say that nobody waits for the results any more; the work ends soon."""
        self._left.set()

    async def results(self) -> AsyncIterator[T]:
        """What the work gives, as it comes. Whoever stops reading ends it. Raises what the work raises."""
        try:
            while True:
                kind, value = await self._found.get()
                if kind == "fault":
                    raise value
                if kind == "end":
                    return
                yield value
        finally:
            self._left.set()

    def run(self, source: Callable[[], TuneSource], seconds: float) -> None:
        """Do the work, in the studio's thread."""
        if self._left.is_set():
            return
        begun: list[float] = []

        def check() -> None:
            if self._left.is_set():
                raise Left
            if begun and time.monotonic() > begun[0] + seconds:
                raise GenerationError(f"this took more than {seconds:.0f} s and was stopped")

        try:
            loaded = source().watched(check)
            begun.append(time.monotonic())
            for value in self._work(loaded):
                check()
                self._tell("result", value)
        except Left:
            return
        except AbcgenError as error:
            self._tell("fault", error)
        except Exception as error:
            _log.exception("a fault of abcgen")
            self._tell("fault", GenerationError(f"a fault of abcgen: {type(error).__name__}"))
        else:
            self._tell("end", None)

    def _tell(self, kind: str, value: object) -> None:
        try:
            self._loop.call_soon_threadsafe(self._found.put_nowait, (kind, value))
        except RuntimeError:  # the loop has ended, and whoever asked with it
            self._left.set()


class Studio:
    """The model in a folder or on the Hub, "" for the embedded one; `called`: what tunes say it is.

    It is loaded when the thread begins.
    """

    def __init__(
        self,
        model: str = "",
        *,
        called: str = "",
        most_waiting: int = MOST_WAITING,
        seconds: float = MOST_SECONDS,
    ) -> None:
        self._model = model
        self._called = called or model or EMBEDDED
        self._seconds = seconds
        self._most = most_waiting
        self._waiting: deque[Job[Any] | None] = deque()
        self._asked = threading.Condition()
        self._loaded: TuneSource | None = None
        self._working = threading.Event()
        self._thread = threading.Thread(target=self._run, name="studio", daemon=True)
        self._thread.start()

    def ask(self, work: Callable[[TuneSource], Iterator[T]]) -> Job[T]:
        """Have work done with the model. Raises BusyError when too many wait already."""
        job = Job(work)
        with self._asked:
            # whoever has left does not stand in the way of those who wait
            self._waiting = deque(one for one in self._waiting if one is None or not one.left)
            if len(self._waiting) >= self._most:
                raise too_busy()
            self._waiting.append(job)
            self._asked.notify()
        return job

    @property
    def made_by(self) -> str:
        """What draws the tunes: the model's name, and the version of abcgen."""
        return f"{self._called}, abcgen {__version__}"

    @property
    def idle(self) -> bool:
        """Whether nobody waits, and nobody's work is being done."""
        return not self._waiting and not self._working.is_set()

    def close(self) -> None:
        """End the thread, when what it is at is done."""
        with self._asked:
            self._waiting.append(None)
            self._asked.notify()
        self._thread.join(self._seconds)

    def _run(self) -> None:
        try:
            self._source()
        except Exception as error:  # told to whoever asks; the model may be there by then
            _log.warning("the model cannot be loaded: %s", error)
        while (job := self._next()) is not None:
            job.run(self._source, self._seconds)
            self._working.clear()

    def _next(self) -> Job[Any] | None:
        """The job whose turn it is, None when there will be no more."""
        with self._asked:
            self._asked.wait_for(lambda: bool(self._waiting))
            job = self._waiting.popleft()
            if job is not None:
                self._working.set()
            return job

    def _source(self) -> TuneSource:
        from abcgen.generation import TuneSource
        from abcgen.resources import embedded_model

        if self._loaded is None:
            self._loaded = TuneSource.open(self._model or embedded_model())
        return self._loaded
