"""A finite automaton that takes the texts of the dialect, character by character, and no others.

A text is taken when it reads without an error and `to_dialect` spells it so; only how long it is, is not
counted. From every state a tune can be finished. States are small immutable values.

    text = header body        (the header's lines: see `steering`)
    body = ["|:"] bar {line bar} ("|]" | ":|") newline
    line = "|" | "||" | "|:" | ":|" | "::" | "|1" | ":|2"
    bar  = event {event}      that last as M: says; less where a section or an ending begins or ends (`bar`)
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple

from abcgen.notation import bar as bars
from abcgen.notation.beginnings import TICKS
from abcgen.notation.dialect import SHORTEST, false_lines
from abcgen.notation.frame import BarState, closed_by
from abcgen.notation.key import parse_key
from abcgen.notation.meter import parse_meter
from abcgen.notation.places import LAST, Freely, Place, Sounds
from abcgen.notation.steering import LINES


class State(NamedTuple):
    """Where a text stands.

    In the header: `part` of a line is there, lines of the kinds before `line` are over. In the body: the
    `bar`, at its `place`, has so much `text`.
    """

    strict: bool = False
    part: str = ""
    line: int = 0
    meter: str = ""
    place: Place | None = None
    bar: BarState | None = None
    text: str = ""

    @property
    def in_header(self) -> bool:
        return self.place is None


def begin(*, strict: bool = False) -> State:
    """Before the first character of a text.

    With `strict` short bars must add up, as they are played: what ends a section and the pickup after it make
    one bar, and the last bar is whole, or is with the tune's pickup. Tunebooks often do not keep to it.
    """
    return State(strict=strict)


def begin_body(place: Place) -> State:
    """Before the first character of a body whose first bar stands at `place`."""
    return State(place=place)


def is_whole(state: State) -> bool:
    """Whether the text may end here."""
    return state.bar is not None and state.bar.place == "line" and state.bar.part in LAST


def accepts(text: str, *, strict: bool = False) -> bool:
    """Whether a text is a tune of the dialect, and whatever its header says of the music is so."""
    return fault_at(text, strict=strict) is None and not false_lines(text)


def read(state: State, text: str) -> State | None:
    """The state after `text`; None when nothing that begins so is a tune of the dialect."""
    for char in text:
        following = step(state, char)
        if following is None:
            return None
        state = following
    return state


def step(state: State, char: str) -> State | None:
    """The state after one more character, None where that may not stand."""
    if state.place is None:
        return _header(state, char)
    if state.bar is None:
        return _opening(state, state.place, char)
    if is_whole(state):
        return None
    found = bars.step(state.bar, char)
    if found is not None:
        return state._replace(bar=found, text=state.text if found.place == "line" else state.text + char)
    line = closed_by(state.bar)
    return None if line is None else _next_bar(state, state.place, state.bar, line, char)


def _header(state: State, char: str) -> State | None:
    """A character of a header line: of the next that is needed, or of any before it."""
    needed = next(i for i in range(state.line, len(LINES)) if LINES[i].needed)
    kinds = range(state.line, needed + 1)
    if char != "\n":
        part = state.part + char
        return state._replace(part=part) if any(LINES[i].may_become(part) for i in kinds) else None
    kind = next((i for i in kinds if LINES[i].whole(state.part)), None)
    if kind is None:
        return None
    value = state.part[len(LINES[kind].begins) :]
    found = state._replace(part="", line=kind + 1)
    if LINES[kind].begins == "M:":
        return found._replace(meter=value)
    if LINES[kind].begins != "K:":
        return found
    return begin_body(Freely(sounds(state.meter, value, single=state.strict), state.strict))


def sounds(meter: str, key: str, *, single: bool = False) -> Sounds:
    """What `M:` and `K:` say of every bar; `single`: and its notes are such as one note head shows."""
    read_meter = parse_meter(meter)
    length = Fraction(read_meter.numerator, read_meter.denominator) / SHORTEST
    return Sounds(parse_key(key).alters, read_meter.compound, int(length) * TICKS, single=single)


def _opening(state: State, place: Place, char: str) -> State | None:
    """A character of what opens a body, or the first one after it."""
    part = state.part + char
    if any(line.startswith(part) for line in place.opens()):
        return state._replace(part=part)
    if state.part not in place.opens():
        return None
    first = place.opened(state.part)
    return _begin_bar(state, first, bars.new_bar(first.frame()), char)


def _next_bar(state: State, place: Place, bar: BarState, line: str, char: str) -> State | None:
    """The first character after a bar line."""
    following = place.after(line, bar.used, state.text)
    return _begin_bar(state, following, bars.new_bar(following.frame(), bar.altered, bar.tied), char)


def _begin_bar(state: State, place: Place, bar: BarState, char: str) -> State | None:
    found = bars.step(bar, char)
    return None if found is None else state._replace(part="", place=place, bar=found, text=char)


def fault_at(text: str, *, strict: bool = False) -> int | None:
    """The index of the first character with which a text leaves the dialect; its length when it is cut off.

    None when it is a tune of the dialect.
    """
    state = begin(strict=strict)
    for index, char in enumerate(text):
        following = step(state, char)
        if following is None:
            return index
        state = following
    return None if is_whole(state) else len(text)


def continuations(state: State, characters: Iterable[str]) -> list[str]:
    """Those of `characters` that may come next."""
    return [char for char in characters if step(state, char) is not None]
