"""Music that begins with a given text: its last note may become longer, and is otherwise as it stands."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import takewhile

from abcgen.notation.acceptor import State, step
from abcgen.notation.bar import may_last
from abcgen.notation.beginnings import lengths
from abcgen.notation.frame import CHARACTERS

_NUMBERS, _OCTAVES = frozenset("0123456789/"), frozenset(",'")


def may_begin_with(text: str, start: str) -> bool:
    """Whether music of which `text` is there begins with `start`, or may yet do so."""
    if len(text) <= len(start):
        return start.startswith(text)
    if not text.startswith(start):
        return False
    after = text[len(start) :]
    if start[-1] in _NUMBERS:
        return after[0] not in _NUMBERS
    if not _is_open(start):
        return True
    length = "".join(takewhile(_NUMBERS.__contains__, after))
    if length == after:
        return any(longer.startswith(length) for longer in _longer())
    return after[0] not in _OCTAVES and length in _longer()


def may_be_long_enough(state: State, start: str) -> bool:
    """Whether the last note of a start, some of whose length may be there, can become as long as it must."""
    return not _is_open(start) or state.bar is None or may_last(state.bar, lengths(single=True)[0][""])


def is_decided(text: str, start: str) -> bool:
    """Whether music that goes on from `text`, which may begin with `start`, does begin with it."""
    after = text[len(start) :]
    if not _is_open(start):
        return len(text) > len(start) or (len(text) == len(start) and start[-1] not in _NUMBERS)
    return not _NUMBERS.issuperset(after) and text.startswith(start)


def goes_on(state: State, start: str) -> bool:
    """Whether something may come after the whole of the start, which leads to this state."""
    return any(_steps(state, text) for text in _following(start))


def _is_open(start: str) -> bool:
    """Whether the length of the last note is still open."""
    return start[-1].isalpha() or start[-1] in _OCTAVES or start[-1] == "]"


@lru_cache(maxsize=1)
def _longer() -> tuple[str, ...]:
    """The lengths, as they are written, that are no shorter than a note without one; that first."""
    every = lengths(single=True)[0]
    return tuple(sorted((text for text, ticks in every.items() if ticks >= every[""]), key=len))


def _following(start: str) -> Iterator[str]:
    """Shortest texts of every kind that may follow."""
    for length in _longer() if _is_open(start) else ("",):
        for char in CHARACTERS:
            if may_begin_with(start + length + char, start) and char not in _NUMBERS:
                yield length + char


def _steps(state: State | None, text: str) -> bool:
    for char in text:
        state = step(state, char) if state is not None else None
    return state is not None
