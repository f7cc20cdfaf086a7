"""abc2svg, the engraver, run in a JavaScript engine inside this process.

Knows how to hand it a text and take back its pictures and its reading of the notes; knows nothing of
tunes. One context is kept warm; a call that takes too long or too much memory costs the context, not
the process. abc2svg is LGPL and lies unchanged in `vendor/`.
"""

from __future__ import annotations

import asyncio
import atexit
import json
import os
import platform
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING

from abcgen.errors import MissingExtraError, ScoreError

if TYPE_CHECKING:
    from py_mini_racer import MiniRacer

#: Most tunes take 5 ms; the largest that are let through take two seconds.
TIME_LIMIT_SECONDS = 10.0
MEMORY_LIMIT_BYTES = 512 * 2**20
MAX_OUTPUT_CHARACTERS = 16 * 2**20

#: One whole note in abc2svg's units.
WHOLE_NOTE = 1536

#: With keys on its memory V8 may be ended by the thread alone that began it, and those under that; else the
#: process crashes when it ends. There are such keys where there is this switch.
_FLAGS = ("--no-memory-protection-keys",) * (sys.platform == "linux" and platform.machine() == "x86_64")
#: What this process calls; `engrave` is in `web/engraver.js`, as pages have it too.
_CALLED = "function engraved(text, marks) { return JSON.stringify(engrave(text, marks)); }"


class EngraverFault(ScoreError):  # noqa: N818 - the fault is the engraver's
    """The engraver stumbled over its own code; another spelling of the same tune may pass."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """What abc2svg made of a text: SVG documents from top to bottom, and the notes it read.

    `voices` maps a voice's name to (length in 1/1536 of a whole note, MIDI pitches, rising) a note or chord.
    """

    pieces: tuple[str, ...]
    voices: dict[str, tuple[tuple[int, tuple[int, ...]], ...]]


def draw(text: str, *, marks: bool = False) -> Drawing:
    """Engrave ABC `text`, which must have been cleaned. Raises ScoreError when that fails.

    With `marks` there is a rectangle of the class `mark mN` around the Nth note or chord of the first voice.
    """
    return _ENGINE.draw(text, marks=marks)


def engraver_source() -> str:
    """The script of abc2svg."""
    return (resources.files("abcgen.scores") / "vendor" / "abc2svg-1.js").read_text("utf-8")


def music_font() -> bytes:
    """The TrueType file of abc2svg's music font."""
    return (resources.files("abcgen.scores") / "vendor" / "abc2svg.ttf").read_bytes()


class _Engine:
    """Holds the warm context. One thread at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._context: MiniRacer | None = None
        self._retired: MiniRacer | None = None
        self._used = self._unusable = False

    def draw(self, text: str, *, marks: bool) -> Drawing:
        if self._unusable:
            raise ScoreError("the engraver cannot run in a process forked after its use; use spawn")
        with self._lock:
            if self._context is None:
                self._context = self._start()
            try:
                answer = _call(self._context, text, marks=marks)
            except BaseException:
                self._retire()  # only a context that came back well is used again
                raise
        if len(answer) > MAX_OUTPUT_CHARACTERS:
            raise ScoreError("the engraved score is too large to be a tune's")
        data = json.loads(answer)
        voices = {
            str(name): tuple((int(length), tuple(sorted(pitches))) for length, pitches in notes)
            for name, notes in data["voices"].items()
        }
        return Drawing(tuple(p for p in data["pieces"] if p.startswith("<svg")), voices)

    def close(self) -> None:
        """End the contexts and their threads; the next call starts another."""
        self._retire()
        self._retire()

    def _retire(self) -> None:
        """Put the context aside, and end the one put aside before: word of its end may be on the way yet."""
        ended, self._retired, self._context = self._retired, self._context, None
        if ended is not None:
            ended.close()

    def forked(self) -> None:
        """Called in a forked child: V8's threads are not there, and waiting for them would abort it."""
        self._lock = threading.Lock()
        self._unusable = self._used
        _LOST.extend((self._context, self._retired))
        self._context = self._retired = None

    def _start(self) -> MiniRacer:
        try:
            from py_mini_racer import DEFAULT_V8_FLAGS, MiniRacer, init_mini_racer
        except ImportError as error:
            raise MissingExtraError("engraving needs mini-racer: pip install mini-racer") from error
        self._used = True
        init_mini_racer(flags=(*DEFAULT_V8_FLAGS, *_FLAGS), ignore_duplicate_init=True)
        with _no_event_loop():
            context = MiniRacer()
        context.set_hard_memory_limit(MEMORY_LIMIT_BYTES)
        context.eval(engraver_source())
        context.eval((resources.files("abcgen.scores") / "web" / "engraver.js").read_text("utf-8"))
        context.eval(_CALLED)
        return context


@contextmanager
def _no_event_loop() -> Iterator[None]:
    """As where no event loop runs: of one that does, as in a notebook, an engine would take the place."""
    running = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    try:
        yield
    finally:
        asyncio._set_running_loop(running)


def _call(context: MiniRacer, text: str, *, marks: bool) -> str:
    from py_mini_racer import JSEvalException, JSOOMException, JSTimeoutException

    try:
        answer = context.call("engraved", text, marks, timeout_sec=TIME_LIMIT_SECONDS)
    except JSTimeoutException:
        raise ScoreError(f"engraving took more than {TIME_LIMIT_SECONDS:.0f} s and was stopped") from None
    except JSOOMException:
        raise ScoreError(f"engraving took more than {MEMORY_LIMIT_BYTES >> 20} MiB and was stopped") from None
    except JSEvalException as error:
        reason = next(iter(str(error).strip().splitlines()), "no reason given")
        raise EngraverFault(f"the engraver failed: {reason[:120]}") from error
    return str(answer)


#: Contexts of a parent process, kept from the garbage collector, which would wait for their threads.
_LOST: list[object] = []
_ENGINE = _Engine()

# Left to the garbage collector at the very end, a context would wait for its thread, which is gone by then.
atexit.register(_ENGINE.close)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_ENGINE.forked)
