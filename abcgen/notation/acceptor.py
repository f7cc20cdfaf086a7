"""A finite automaton that takes the texts of the dialect, character by character, and no others.

A text is taken when it reads without an error and `to_dialect` spells it so; only how long it is, is not
counted. From every state a tune can be finished. States are small immutable values.

    text = header body        (the header's lines: see `steering`)
    body = ["|:"] bar {line bar} ("|]" | ":|") newline
    line = "|" | "||" | "|:" | ":|" | "::" | "|1" | ":|2"
    bar = event {event}       that last as M: says; less where a section or an ending begins or ends
    event = ["(" p [":" q ":" r]] (pitch | "z" | "[" pitch {pitch} "]") [length] ["-"]
    pitch = [accidental] letter {octave mark}
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple

from abcgen.notation.beginnings import TICKS, Tuplet, fitting_tuplets, lengths, spellings, tuplet_fits
from abcgen.notation.dialect import MAX_CHORD, MIN_BARS, SHORTEST
from abcgen.notation.meter import parse_meter
from abcgen.notation.steering import HIGHEST, LINES, LOWEST

_NO_PITCHES: tuple[int, ...] = ()


class Chord(NamedTuple):
    """An open chord: its pitches so far, rising, those of them that are `tied` on one by one.

    `must` are the pitches that ties from the event before still lead to.
    """

    pitches: tuple[int, ...] = _NO_PITCHES
    tied: tuple[int, ...] = _NO_PITCHES
    must: tuple[int, ...] = _NO_PITCHES

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
    tied: tuple[int, ...] = _NO_PITCHES
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


def begin(*, strict: bool = False) -> State:
    """Before the first character of a text.

    With `strict` short bars must add up, as they are played: what ends a section and the pickup after it make
    one bar, and the last bar is whole, or is with the tune's pickup. Tunebooks often do not keep to it.
    """
    return State(strict=strict)


def is_whole(state: State) -> bool:
    """Whether the text may end here."""
    return state.place == "end" and state.part == "\n"


def accepts(text: str, *, strict: bool = False) -> bool:
    """Whether a text is a tune of the dialect."""
    state = read(begin(strict=strict), text)
    return state is not None and is_whole(state)


def read(state: State, text: str) -> State | None:
    """The state after `text`; None when nothing that begins so is a tune of the dialect."""
    found: State | None = state
    for char in text:
        found = step(found, char) if found is not None else None
        if found is None:
            return None
    return found


def step(state: State, char: str) -> State | None:
    """The state after one more character, None where that may not stand."""
    return _STEPS[state.place](state, char)


# -- header ----------------------------------------------------------------------------------------


def _header(state: State, char: str) -> State | None:
    """A character of a header line: of the next that is needed, or of any before it."""
    needed = next(i for i in range(state.line, len(LINES)) if LINES[i].needed)
    kinds = range(state.line, needed + 1)
    if char != "\n":
        part = state.part + char
        return state._replace(part=part) if any(LINES[i].may_become(part) for i in kinds) else None
    place = next((i for i in kinds if LINES[i].whole(state.part)), None)
    if place is None:
        return None
    value = state.part[len(LINES[place].begins) :]
    found = state._replace(part="", line=place + 1)
    if LINES[place].begins == "M:":
        meter = parse_meter(value)
        length = Fraction(meter.numerator, meter.denominator) / SHORTEST
        return found._replace(bar=int(length) * TICKS, compound=meter.compound)
    return found._replace(key=value, place="begin") if LINES[place].begins == "K:" else found


# -- between events --------------------------------------------------------------------------------


def _begin(state: State, char: str) -> State | None:
    """The first character of a body."""
    if state.part:
        return state._replace(place="music", part="", repeat=True, start=-1) if char == ":" else None
    if char == "|":
        return state._replace(part="|")
    return _music(state._replace(place="music"), char)


def _music(state: State, char: str) -> State | None:
    """A character with which an event, a tuplet or a bar line begins."""
    if char in "|:":
        return _bar_line_begins(state, char)
    if state.tuplet is None and state.room < TICKS:
        return None
    if char == "(":
        return _tuplet(state._replace(place="tuplet"), char) if state.tuplet is None else None
    if char == "[":
        return state._replace(place="chord", part="", chord=Chord(must=state.tied))
    if char == "z":
        return state._replace(place="length", part="z") if not state.tied else None
    return _pitch(state._replace(place="pitch", part=""), char) if len(state.tied) <= 1 else None


# -- pitches ---------------------------------------------------------------------------------------


def _reach(state: State) -> tuple[int, int]:
    """The lowest and the highest pitch that may come next."""
    chord = state.chord
    if chord is None:
        return (state.tied[0], state.tied[0]) if state.tied else (LOWEST, HIGHEST)
    low = chord.pitches[-1] + 1 if chord.pitches else LOWEST
    high = HIGHEST if chord.pitches else HIGHEST - 1
    if chord.must:
        high = min(high, chord.must[0])
        if MAX_CHORD - len(chord.pitches) <= len(chord.must):
            low = high
    return low, high


def _pitch(state: State, char: str) -> State | None:
    """A character of a pitch, or the first one after it."""
    whole, beginnings = spellings(state.key, state.altered, *_reach(state))
    part = state.part + char
    if part in beginnings:
        return state._replace(part=part)
    spelled = whole.get(state.part)
    if spelled is None:
        return None
    altered = state.altered
    if spelled.accidental and spelled.step not in altered:
        altered = "".join(sorted(altered + spelled.step))
    found = state._replace(altered=altered, part="")
    if found.chord is not None:
        return _note_of_chord(found._replace(place="chord"), found.chord, spelled.midi, char)
    return _length(found._replace(place="length", part=str(spelled.midi)), char)


def _note_of_chord(state: State, chord: Chord, midi: int, char: str) -> State | None:
    """A note joins the chord, tied when a `-` comes next."""
    tie = char == "-"
    must = chord.must[1:] if chord.must[:1] == (midi,) else chord.must
    tied = (*chord.tied, midi) if tie else chord.tied
    joined = Chord((*chord.pitches, midi), tied, must)
    found = state._replace(chord=joined)
    if not (joined.more or joined.may_close) or (tie and not _can_become(found, "")):
        return None
    return found if tie else _chord(found, char)


def _chord(state: State, char: str) -> State | None:
    """A character within a chord: the next note, or its end."""
    chord = state.chord
    if chord is None:
        return None
    if char == "]":
        return state._replace(place="length", part="]") if chord.may_close else None
    return _pitch(state._replace(place="pitch", part=""), char) if chord.more else None


# -- lengths ---------------------------------------------------------------------------------------


def _fits(state: State, ticks: int) -> bool:
    """Whether the bar has room for an event of this written length, and for what it is tied to."""
    if state.tuplet is None:
        if ticks * TICKS > state.room:
            return False
    else:
        p, q, left, written = state.tuplet
        if not tuplet_fits(Tuplet(p, q, left - 1, written + ticks), state.room, state.strict):
            return False
    tied = state.chord is not None and bool(state.chord.tied)
    return not tied or _room_for_tied(_after_event(state, ticks))


def _can_become(state: State, length: str) -> bool:
    """Whether the text of a length can go on to one that fits; mostly the least of them tells."""
    begun = lengths()[1].get(length, ())
    tied = state.chord is not None and bool(state.chord.tied)
    least = not tied and state.tuplet is None
    return any(_fits(state, ticks) for ticks in (begun[:1] if least else begun))


def _length(state: State, char: str) -> State | None:
    """A character of a length, a tie, or the first character after the event."""
    length = state.length + char
    if char in "0123456789/":
        return state._replace(length=length) if _can_become(state, length) else None
    ticks = lengths()[0].get(state.length)
    if ticks is None or not _fits(state, ticks):
        return None
    done = _after_event(state, ticks)
    if char != "-":
        tied = state.chord.tied if state.chord is not None else _NO_PITCHES
        return _music(done._replace(tied=tied), char)
    if state.part == "z" or not _room_for_tied(done):
        return None
    if state.chord is None:
        return done._replace(tied=(int(state.part),))
    return None if state.chord.tied else done._replace(tied=state.chord.pitches)


def _room_for_tied(state: State) -> bool:
    """Whether the event that a tie leads to has room in this bar, or begins the next."""
    return state.tuplet is not None or state.room == 0 or state.room >= TICKS


def _after_event(state: State, ticks: int) -> State:
    """An event is there: the bar is fuller, a tuplet one note nearer to its end."""
    found = state._replace(place="music", part="", length="", events=True, chord=None, tied=_NO_PITCHES)
    if state.tuplet is None:
        return found._replace(used=state.used + ticks * TICKS)
    p, q, left, written = state.tuplet
    if left > 1:
        return found._replace(tuplet=Tuplet(p, q, left - 1, written + ticks))
    return found._replace(used=state.used + q * (written + ticks) * TICKS // p, tuplet=None)


# -- tuplets ---------------------------------------------------------------------------------------


def _tuplet(state: State, char: str) -> State | None:
    """A character of a tuplet's sign, or the first one after it."""
    whole, beginnings = fitting_tuplets(state.compound, state.room, state.strict)
    part = state.part + char
    if part in beginnings:
        return state._replace(part=part)
    tuplet = whole.get(state.part)
    if tuplet is None or char in "|:(":
        return None
    return _music(state._replace(place="music", part="", tuplet=tuplet), char)


# -- bar lines -------------------------------------------------------------------------------------


def _bar_line_begins(state: State, char: str) -> State | None:
    """The first character of a bar line: the bar must be one that can end so."""
    if not state.events or state.tuplet is not None:
        return None
    found = state._replace(place="line", part=char)
    if char == ":":
        return found if state.repeat and not state.tied and _closes_repeat(state) else None
    return found if _plain_may_stand(state) or any(_goes_on(state, c) for c in ":|]1") else None


def _plain_may_stand(state: State) -> bool:
    """Whether a plain bar line may end this bar."""
    if state.strict:
        return state.room == 0 or state.bars == 0
    return state.used == state.bar or state.first


def _section_may_end(state: State) -> bool:
    """Whether a section may end with this bar, by its length. In a `strict` text no pickup is a section."""
    if not state.strict or state.used == state.bar:
        return True
    return not state.repeat if state.bars == 0 else not (state.carry or state.first)


def _carried(state: State) -> int:
    """What the bar played next has to complete: the length of a short bar that ends a section."""
    return state.used if state.strict and state.bars and state.used < state.bar else 0


def _closes_repeat(state: State) -> bool:
    """Whether the repeat may be closed here: this bar and the one it goes back to must make one."""
    if not state.strict:
        return True
    return _section_may_end(state) and _carried(state) == (state.bar - max(state.start, 0)) % state.bar


def _may_end(state: State) -> bool:
    """Whether the tune may end with this bar."""
    if state.bars + 1 < MIN_BARS:
        return False
    return not state.strict or _carried(state) in (0, state.bar - state.pickup)


def _goes_on(state: State, char: str) -> bool:
    """Whether `char` may come after the `|` that ends a bar, as part of the bar line."""
    if state.tied:
        return False
    if char == "1":
        return state.repeat and not state.ending and (not state.strict or state.used == state.bar)
    if state.ending == 1 or not _section_may_end(state):
        return False
    if char == "|":
        return True
    return not state.repeat and (char == ":" or _may_end(state))


def _line(state: State, char: str) -> State | None:
    """A further character of a bar line, or the first one after it."""
    if state.part == "|":
        if char in ":|]1" and _goes_on(state, char):
            return _after_line(state, char)
        return _music(_new_bar(state), char) if _plain_may_stand(state) else None
    if state.part == ":":
        if char == "|":
            return state._replace(part=":|")
        return _new_bar(state, begins="repeat") if char == ":" and not state.ending else None
    if state.ending:
        return _new_bar(state, begins="ending")._replace(ending=2, repeat=False) if char == "2" else None
    if char == "\n":
        return state._replace(place="end", part="\n") if _may_end(state) else None
    return _music(_new_bar(state, begins="section")._replace(repeat=False), char)


def _after_line(state: State, char: str) -> State:
    """`|:`, `||`, `|]` and `|1` are whole."""
    if char == "]":
        return State(place="end")
    if char == "1":
        return _new_bar(state, begins="ending")._replace(ending=1)
    if char == ":":
        return _new_bar(state, begins="repeat")._replace(ending=0, repeat=True)
    return _new_bar(state, begins="section")._replace(ending=0)


def _new_bar(state: State, *, begins: str = "") -> State:
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


def _end(state: State, char: str) -> State | None:
    """The newline after the last bar line."""
    return state._replace(part="\n") if char == "\n" and not state.part else None


_STEPS = {
    "header": _header,
    "begin": _begin,
    "music": _music,
    "pitch": _pitch,
    "chord": _chord,
    "length": _length,
    "tuplet": _tuplet,
    "line": _line,
    "end": _end,
}


def fault_at(text: str, *, strict: bool = False) -> int | None:
    """The index of the first character with which a text leaves the dialect; its length when it is cut off.

    None when it is a tune of the dialect.
    """
    state: State | None = begin(strict=strict)
    for index, char in enumerate(text):
        state = step(state, char) if state is not None else None
        if state is None:
            return index
    return None if state is not None and is_whole(state) else len(text)


def continuations(state: State, characters: Iterable[str]) -> list[str]:
    """Those of `characters` that may come next."""
    return [char for char in characters if step(state, char) is not None]
