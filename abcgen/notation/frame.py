"""What a bar must keep to, where it stands, and the bar lines that may end it there.

Small immutable values, fit to be keys of a cache; `bar` says what may follow in them.
"""

from __future__ import annotations

from typing import NamedTuple

from abcgen.notation.beginnings import (
    ALL_PITCHES,
    TICKS,
    Tuplet,
    every_named,
    midi_of,
    on_lines_of,
    pitches_between,
    with_letters,
)
from abcgen.notation.key import Signature

NO_PITCHES: tuple[int, ...] = ()
Lines = frozenset[str]
NO_LINES: Lines = frozenset()
#: Every character of a body, in the order in which they lead out of a bar.
CHARACTERS = "|:\nzABCDEFGabcdefg^_=,'/0123456789-[]("
#: The bar lines that end no section and begin no ending.
PLAIN = "|"


class Frame(NamedTuple):
    """What a bar must keep to. Times are in ticks, 2520 to a sixty-fourth of a whole note.

    `most`: how long the bar may be. `closings`: the bar lines that may end it, by its length, `elsewhere`
    those that may at any other. `pitches`: the MIDI numbers that may sound, a bit each; `chords`: whether
    several may at once. `single`: one note head shows a note, and the notes of a chord stand on lines of
    their own; tuplets last whole sixty-fourths, their notes whole ticks of MIDI. `tie_over`: a tie may lead
    over a plain bar line, `tie_altered`: also where accidentals go along. `copied`: what must be written,
    with all bar lines within. `avoided`: what may not be; then only the lines `still` may end the bar.
    `final`: the pitches of which the last note of the bar is one where a line of `ends` closes it, of a chord
    its lowest; 0 where it may be any. If `last` is not 0, such a note is in no tuplet, lasts so long at
    least, and is no more than an octave from the note before it in the bar, where one of them is.
    """

    signature: Signature
    compound: bool
    most: int
    closings: tuple[tuple[int, Lines], ...] = ()
    elsewhere: Lines = NO_LINES
    pitches: int = ALL_PITCHES
    chords: bool = True
    single: bool = False
    tie_over: bool = True
    tie_altered: bool = True
    copied: str = ""
    avoided: tuple[str, ...] = ()
    still: Lines = frozenset({PLAIN, "|1"})
    final: int = 0
    ends: Lines = NO_LINES
    last: int = 0


class Chord(NamedTuple):
    """An open chord: its pitches so far, rising, those of them that are `tied` on one by one.

    `must` are the pitches that ties from the event before still lead to; all with their letters.
    """

    pitches: tuple[int, ...] = NO_PITCHES
    tied: tuple[int, ...] = NO_PITCHES
    must: tuple[int, ...] = NO_PITCHES


class BarState(NamedTuple):
    """Where a bar stands. `place` names what is being read, `part` is its text so far, `length` a length's.

    `used` ticks are full. `altered` are the letters whose notes show their accidental in this bar, `tied` the
    pitches, with their letters, that the next event must have. `avoided`: what is left of the texts that the
    bar may not have. `final`: whether the event before is a final note, where the frame has some; `before`:
    the lowest MIDI number of the last that sounded, where the frame says how long the last note is.
    """

    frame: Frame
    place: str = "music"
    part: str = ""
    length: str = ""
    used: int = 0
    events: bool = False
    altered: str = ""
    tied: tuple[int, ...] = NO_PITCHES
    tuplet: Tuplet | None = None
    chord: Chord | None = None
    avoided: tuple[str, ...] = ()
    final: bool = False
    before: int = 0

    @property
    def room(self) -> int:
        return self.frame.most - self.used


def bar_lines(bar: BarState) -> Lines:
    """The bar lines that may end the bar here."""
    if not bar.events or bar.tuplet is not None:
        return NO_LINES
    lines = lines_at(bar.frame, bar.used)
    if "" in bar.avoided:
        lines &= bar.frame.still
    if bar.frame.final and not bar.final:
        lines -= bar.frame.ends
    if bar.tied:
        return lines & {PLAIN} if tie_may_lead_over(bar) else NO_LINES
    return lines


def closed_by(bar: BarState) -> str | None:
    """The bar line that stands whole at the end of this bar, if any."""
    return bar.part if bar.place == "line" and bar.part in bar_lines(bar) else None


def lines_at(frame: Frame, used: int) -> Lines:
    """The bar lines that may end a bar of this length."""
    for length, lines in frame.closings:
        if length == used:
            return lines
    return frame.elsewhere


def reserve(frame: Frame) -> int:
    """Ticks at the end of the bar that are for its last note alone, which must be final."""
    homing = frame.last and frame.final and not lines_at(frame, frame.most) - frame.ends
    return frame.last if homing else 0


def tie_may_lead_over(bar: BarState) -> bool:
    """Whether a tie may lead into the next bar."""
    frame = bar.frame
    return frame.tie_over and (frame.tie_altered or not bar.altered)


def finals(bar: BarState) -> int:
    """The pitches of which the last note of the bar may be one, a bit each."""
    return final_after(bar.frame.final, bar.before)


def final_after(final: int, before: int) -> int:
    """Of final pitches those within an octave of the note before, if there are any; 0 stands for no note."""
    return (final & pitches_between(max(0, before - 12), before + 12) or final) if before else final


def goes_on(bar: BarState) -> bool:
    """Whether the bar, after an event, has room for another, or may be closed."""
    return bar.tuplet is not None or leaves_way(bar.frame, bar.used, bar.final)


def leaves_way(frame: Frame, used: int, final: bool) -> bool:
    """The same of a bar of which so much is full, after an event that is the `final` note or not."""
    if frame.most - used >= max(TICKS, reserve(frame)):
        return True
    lines = lines_at(frame, used)
    return bool(lines if final else lines - frame.ends)


def held(bar: BarState) -> int:
    """The pitch that a tie leads to next, with its letter: strictly, it keeps that; 0 for none.

    A tie from `^E` to `F` sounds as one from `F`, but programs differ on it.
    """
    if not bar.frame.single:
        return 0
    tied = bar.tied if bar.chord is None else bar.chord.must
    return tied[0] if tied else 0


def may_be_named(bar: BarState, pitches: int) -> int:
    """Of pitches those that may come, with the letters that they may have, a bit each.

    Strictly, no two notes of a chord stand on the same line of the staff (`[_B=B]`): where one of them is
    tied, programs differ on which.
    """
    named, chord = with_letters(pitches, held(bar)), bar.chord
    if chord is None or not bar.frame.single:
        return named
    must = sum(1 << pitch for pitch in chord.must)
    return named & every_named() & ~(on_lines_of(chord.pitches + chord.must) & ~must)


def lowest(bar: BarState) -> int:
    """The lowest MIDI number of the event that is being read, which is no rest."""
    return midi_of(bar.chord.pitches[0] if bar.chord is not None else int(bar.part))
