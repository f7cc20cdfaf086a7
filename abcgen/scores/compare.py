"""The guard over every conversion: the notes of what was written against the notes that were read.

Time is counted in ticks, 10,080 a quarter note, in which every length of music up to 1/128 and every
tuplet of 3, 5, 6, 7, 9, 10, 12, 14 and 15 is a whole number; for the others the nearest tick counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple

from abcgen.errors import ScoreError
from abcgen.notation.sounding import Sounding

TICKS_PER_QUARTER = 10_080
TICKS_PER_WHOLE = 4 * TICKS_PER_QUARTER

_NAMES = ("C", "C sharp", "D", "E flat", "E", "F", "F sharp", "G", "A flat", "A", "B flat", "B")


class TimedNote(NamedTuple):
    """One sound: onset and duration in ticks, pitch as a MIDI number."""

    onset: int
    midi: int
    duration: int


def ticks(length: Fraction) -> int:
    """A length in whole notes as the nearest number of ticks."""
    return round(length * TICKS_PER_WHOLE)


def timed(sounds: Iterable[Sounding]) -> list[TimedNote]:
    """Sounds in ticks. The end is rounded, not the length, as a file of events has it."""
    return [TimedNote(ticks(s.onset), s.midi, ticks(s.onset + s.duration) - ticks(s.onset)) for s in sounds]


def require_same(read: Iterable[TimedNote], written: Iterable[TimedNote], where: str) -> None:
    """Raise ScoreError when the notes differ in count, pitch, onset or duration, naming the first.

    `read` are the notes of the tune, `written` those found in the file; the order does not count.
    """
    ours, theirs = sorted(read), sorted(written)
    for number, (mine, other) in enumerate(zip(ours, theirs, strict=False), 1):
        if mine != other:
            raise ScoreError(
                f"{where} would differ from the tune at note {number}: {_spelled(other)} for {_spelled(mine)}"
            )
    if len(ours) != len(theirs):
        raise ScoreError(f"{where} would have {len(theirs)} notes, the tune has {len(ours)}")


def _spelled(note: TimedNote) -> str:
    octave, step = divmod(note.midi, 12)
    onset, length = _length(note.onset), _length(note.duration)
    return f"{_NAMES[step]}{octave - 1} at {onset} for {length}"


def _length(count: int) -> Fraction:
    return Fraction(count, TICKS_PER_WHOLE).limit_denominator(1024)
