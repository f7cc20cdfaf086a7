"""abc2svg, the engraver, run in a JavaScript engine inside this process.

Knows how to hand it a text and take back its pictures and its reading of the notes; knows nothing of
tunes. One context is kept warm; a call that takes too long or too much memory costs the context, not
the process. abc2svg is LGPL and lies unchanged in `vendor/`.
"""

from __future__ import annotations

import atexit
import json
import os
import threading
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

_GLUE = """
function abcgenDraw(text) {
  var out = [], voices = {};
  var user = {
    img_out: function(piece) { out.push(piece) },
    errmsg: function() {},
    read_file: function() { return null },
    get_abcmodel: function(first, table) {
      for (var voice of table) {
        var notes = [];
        for (var s = voice.sym; s; s = s.next)
          if (s.type == abc2svg.C.NOTE)
            notes.push([s.dur_orig, s.notes.map(function(n) { return n.midi })]);
        voices[voice.id] = (voices[voice.id] || []).concat(notes);
      }
    }
  };
  var abc = new abc2svg.Abc(user);
  abc.tosvg("tune", text);
  return JSON.stringify({pieces: out, voices: voices});
}
"""


class EngraverFault(ScoreError):  # noqa: N818 - the fault is the engraver's
    """The engraver stumbled over its own code; another spelling of the same tune may pass."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """What abc2svg made of a text: SVG documents from top to bottom, and the notes it read.

    `voices` maps a voice's name to (length in 1/1536 of a whole note, MIDI pitches) a note or chord.
    """

    pieces: tuple[str, ...]
    voices: dict[str, tuple[tuple[int, tuple[int, ...]], ...]]


def draw(text: str) -> Drawing:
    """Engrave ABC `text`, which must have been cleaned. Raises ScoreError when that fails."""
    return _ENGINE.draw(text)


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

    def draw(self, text: str) -> Drawing:
        if self._unusable:
            raise ScoreError("the engraver cannot run in a process forked after its use; use spawn")
        with self._lock:
            if self._context is None:
                self._context = self._start()
            try:
                answer = _call(self._context, text)
            except BaseException:
                self._retire()  # only a context that came back well is used again
                raise
        if len(answer) > MAX_OUTPUT_CHARACTERS:
            raise ScoreError("the engraved score is too large to be a tune's")
        data = json.loads(answer)
        voices = {
            str(name): tuple((int(length), tuple(pitches)) for length, pitches in notes)
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
            from py_mini_racer import MiniRacer
        except ImportError as error:
            raise MissingExtraError("engraving needs mini-racer: pip install mini-racer") from error
        self._used = True
        context = MiniRacer()
        context.set_hard_memory_limit(MEMORY_LIMIT_BYTES)
        source = (resources.files("abcgen.scores") / "vendor" / "abc2svg-1.js").read_text(encoding="utf-8")
        context.eval(source)
        context.eval(_GLUE)
        return context


def _call(context: MiniRacer, text: str) -> str:
    from py_mini_racer import JSEvalException, JSOOMException, JSTimeoutException

    try:
        answer = context.call("abcgenDraw", text, timeout_sec=TIME_LIMIT_SECONDS)
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
