"""Music that somebody has begun: where a tune stands after it, and how much of its room is taken.

The notes that are there are whole; the bar line after them may still become another, as `|` may become `||`.
What is there may have notes of any length of the dialect; what comes after it is as everywhere.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from abcgen.notation.acceptor import State, begin_body, step
from abcgen.notation.bar import ended
from abcgen.notation.frame import BarState, bar_lines
from abcgen.notation.infill import bar_pieces
from abcgen.notation.places import LAST, Place


class Begun(NamedTuple):
    """Where the music stands; the characters that are `taken`, those of copies to come among them.

    `over`: nothing but the end of the tune may come.
    """

    state: State
    taken: int = 0
    over: bool = False


@lru_cache(maxsize=65536)
def begun(first: Place, text: str, closings: tuple[str, ...] = ()) -> Begun | int:
    """The state after `text`, the beginning of a body whose first bar stands at `first`.

    Or the index of the first character with which no such tune begins; the length of the text when it is cut
    off within a note, or when none of the `closings` can be, or begin, the bar line after it.
    """
    last = (bar_pieces(text) or [""])[-1]
    head = text[: len(text) - len(last)]
    found = _read(Begun(begin_body(first.sounding(single=not head))), head)
    if isinstance(found, int):
        return found
    after = _read(_sounding(found, single=True), last)
    if isinstance(after, int):
        after = _read(_sounding(found, single=False), last)
    if isinstance(after, int):
        return len(head) + after
    bar = after.state.bar and ended(after.state.bar)
    if after.state.bar is not None and (bar is None or bar.place == "chord" or _is_cut(bar)):
        return len(text)
    if bar is not None and bar.place == "copy" and bar.part.startswith(closings or ""):
        closings = ()
    lines = {line for line in bar_lines(bar) if line.startswith(closings)} if bar and closings else set()
    if closings and not lines:
        return len(text)
    over = bool(closings) and lines <= LAST
    return _sounding(Begun(after.state._replace(bar=bar), after.taken, over), single=True)


def _is_cut(bar: BarState) -> bool:
    """Whether what is to be copied goes on with the last note, or with its chord."""
    if bar.place != "copy":
        return False
    return bar.part[0] in ",'/0123456789-" or "]" in bar.part.partition("[")[0]


def _sounding(found: Begun, *, single: bool) -> Begun:
    """The same, with notes such as one note head shows, or of any length, from the next bar on."""
    place = found.state.place
    return found._replace(state=found.state._replace(place=place and place.sounding(single=single)))


def _read(found: Begun, text: str) -> Begun | int:
    """After more characters, or the index of the first that may not come."""
    for index, char in enumerate(text):
        state = step(found.state, char)
        if state is None or state.place is None:
            return index
        copied = state.bar is not None and bool(state.bar.frame.copied)
        found = Begun(state, found.taken + (0 if copied else 1 + state.place.copies()))
    return found
