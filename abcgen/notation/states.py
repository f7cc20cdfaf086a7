"""Where a text of the dialect stands: the acceptor's states, and which bar lines may end a bar there.

Pure rules on a state; which character does what is in `acceptor`.
"""

from __future__ import annotations

from typing import NamedTuple

from abcgen.notation.beginnings import Tuplet
from abcgen.notation.dialect import MAX_CHORD, MIN_BARS
from abcgen.notation.steering import HIGHEST

NO_PITCHES: tuple[int, ...] = ()


class Chord(NamedTuple):
    """An open chord: its pitches so far, rising, those of them that are `tied` on one by one.

    `must` are the pitches that ties from the event before still lead to.
    """

    pitches: tuple[int, ...] = NO_PITCHES
    tied: tuple[int, ...] = NO_PITCHES
    must: tuple[int, ...] = NO_PITCHES

    @property
    def more(self) -> bool:
        """Whether another note may join."""
        return not self.pitches or (len(self.pitches) < MAX_CHORD and self.pitches[-1] < HIGHEST)

    @property
    def may_close(self) -> bool:
        """Ties of all its notes are spelled as one, outside."""
        return len(self.pitches) > 1 and not self.must and self.tied != self.pitches


class State(NamedTuple):
    """Where the text stands. Times are in ticks, 2520 to a sixty-fourth of a whole note.

    `place` names what is being read, `part` is its text so far, `length` that of a length. `used` of a bar's
    `bar` are full; `first` when a section or an ending begins with this bar, so that it may be short.
    `altered` are the letters whose notes show their accidental in this bar, `tied` the pitches that the next
    event must have. `ending` is 1 or 2 within one; `bars` are counted as far as it matters.

    Of a `strict` text: the tune's `pickup`, the `carry` of a short bar that this one completes, how long the
    first bar of the open repeat is where it is short (`start`, -1 before it is there).
    """

    place: str = "header"
    part: str = ""
    length: str = ""
    line: int = 0
    bar: int = 0
    compound: bool = False
    key: str = ""
    used: int = 0
    events: bool = False
    first: bool = True
    altered: str = ""
    tied: tuple[int, ...] = NO_PITCHES
    tuplet: Tuplet | None = None
    chord: Chord | None = None
    repeat: bool = False
    ending: int = 0
    bars: int = 0
    strict: bool = False
    pickup: int = 0
    carry: int = 0
    start: int = 0

    @property
    def room(self) -> int:
        """What is left of the bar: less than its metre says where it completes the one played before it."""
        return self.bar - self.carry - self.used


def plain_may_stand(state: State) -> bool:
    """Whether a plain bar line may end this bar."""
    if state.strict:
        return state.room == 0 or state.bars == 0
    return state.used == state.bar or state.first


def _sectionmay_end(state: State) -> bool:
    """Whether a section may end with this bar, by its length. In a `strict` text no pickup is a section."""
    if not state.strict or state.used == state.bar:
        return True
    return not state.repeat if state.bars == 0 else not (state.carry or state.first)


def _carried(state: State) -> int:
    """What the bar played next has to complete: the length of a short bar that ends a section."""
    return state.used if state.strict and state.bars and state.used < state.bar else 0


def closes_repeat(state: State) -> bool:
    """Whether the repeat may be closed here: this bar and the one it goes back to must make one."""
    if not state.strict:
        return True
    return _sectionmay_end(state) and _carried(state) == (state.bar - max(state.start, 0)) % state.bar


def may_end(state: State) -> bool:
    """Whether the tune may end with this bar."""
    if state.bars + 1 < MIN_BARS:
        return False
    return not state.strict or _carried(state) in (0, state.bar - state.pickup)


def goes_on(state: State, char: str) -> bool:
    """Whether `char` may come after the `|` that ends a bar, as part of the bar line."""
    if state.tied:
        return False
    if char == "1":
        return state.repeat and not state.ending and (not state.strict or state.used == state.bar)
    if state.ending == 1 or not _sectionmay_end(state):
        return False
    if char == "|":
        return True
    return not state.repeat and (char == ":" or may_end(state))


def after_line(state: State, char: str) -> State:
    """`|:`, `||`, `|]` and `|1` are whole."""
    if char == "]":
        return State(place="end")
    if char == "1":
        return new_bar(state, begins="ending")._replace(ending=1)
    if char == ":":
        return new_bar(state, begins="repeat")._replace(ending=0, repeat=True)
    return new_bar(state, begins="section")._replace(ending=0)


def new_bar(state: State, *, begins: str = "") -> State:
    """The state at the beginning of a bar, of a section, a repeat or an ending where it `begins` one."""
    short = state.used if state.used < state.bar else 0
    start = short if state.start < 0 else state.start
    if not state.strict:
        carry = pickup = start = 0
    else:
        carry = _carried(state) if begins in ("section", "repeat") else 0
        pickup = state.pickup if state.bars else short
    return state._replace(
        place="music",
        part="",
        used=0,
        events=False,
        first=bool(begins) and not (state.strict and begins == "ending"),
        altered=state.altered if state.tied else "",
        bars=min(state.bars + 1, MIN_BARS),
        carry=carry,
        pickup=pickup,
        start=-1 if begins == "repeat" and state.strict else start,
    )
