"""A finite automaton that takes the texts of the dialect, character by character, and no others.

A text is taken when it reads without an error and `to_dialect` spells it so; only how long it is, is not
counted. From every state a tune can be finished. States are small immutable values (see `states`).

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

from abcgen.notation.beginnings import TICKS, Tuplet, fitting_tuplets, lengths, spellings, tuplet_fits
from abcgen.notation.dialect import MAX_CHORD, SHORTEST, false_lines
from abcgen.notation.meter import parse_meter
from abcgen.notation.states import (
    NO_PITCHES,
    Chord,
    State,
    after_line,
    closes_repeat,
    goes_on,
    may_end,
    new_bar,
    plain_may_stand,
)
from abcgen.notation.steering import HIGHEST, LINES, LOWEST


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
        tied = state.chord.tied if state.chord is not None else NO_PITCHES
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
    found = state._replace(place="music", part="", length="", events=True, chord=None, tied=NO_PITCHES)
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
        return found if state.repeat and not state.tied and closes_repeat(state) else None
    return found if plain_may_stand(state) or any(goes_on(state, c) for c in ":|]1") else None


def _line(state: State, char: str) -> State | None:
    """A further character of a bar line, or the first one after it."""
    if state.part == "|":
        if char in ":|]1" and goes_on(state, char):
            return after_line(state, char)
        return _music(new_bar(state), char) if plain_may_stand(state) else None
    if state.part == ":":
        if char == "|":
            return state._replace(part=":|")
        return new_bar(state, begins="repeat") if char == ":" and not state.ending else None
    if state.ending:
        return new_bar(state, begins="ending")._replace(ending=2, repeat=False) if char == "2" else None
    if char == "\n":
        return state._replace(place="end", part="\n") if may_end(state) else None
    return _music(new_bar(state, begins="section")._replace(repeat=False), char)


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
