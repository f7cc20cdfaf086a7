"""Fingerprints of bars: the same for the same music in any key, octave and notation, and nobody's notes.

    exact    every note's place in the bar, its length, its step from the bar's first note
    beats    the steps between the notes on the beats, without the octave

Lengths are parts of the bar, so that 2/4 in semiquavers and 4/4 in quavers agree. A print is a hash: no
music can be read from it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from abcgen.notation.meter import Meter
from abcgen.notation.tune import Bar

#: Parts of a bar in which places and lengths are told.
_PARTS = 2**6 * 3**2 * 5 * 7


class Prints(NamedTuple):
    """The prints of bars in a row: `exact` (bars,) uint32, 0 where nothing sounds; `beats` (bars,) uint16.

    `first`: the MIDI number of each bar's first note, (bars,) int16; what is copied has all of them moved by
    as much.
    """

    exact: np.ndarray
    beats: np.ndarray
    first: np.ndarray


def prints_of(bars: Sequence[Bar]) -> Prints:
    """The prints of written bars; of notes that sound together the highest counts."""
    found = [_print(bar) for bar in bars]
    exact, beats, first = zip(*found, strict=True) if found else ((), (), ())
    return Prints(np.array(exact, np.uint32), np.array(beats, np.uint16), np.array(first, np.int16))


def _print(bar: Bar) -> tuple[int, int, int]:
    length = bar.meter.bar_ticks or bar.ticks
    line: list[tuple[int, int, int]] = []
    now = 0
    for event in bar.events:
        if event.pitches:
            top = max(pitch.midi for pitch in event.pitches)
            line.append((now * _PARTS // length, event.ticks * _PARTS // length, top))
        now += event.ticks
    if not line:
        return 0, 0, 0
    first = line[0][2]
    notes = " ".join(f"{onset}:{ticks}:{midi - first}" for onset, ticks, midi in line)
    return _hash(notes, 4) or 1, _hash(_on_the_beat(line, bar.meter), 2), first


def _on_the_beat(line: Sequence[tuple[int, int, int]], meter: Meter) -> str:
    """The steps from the bar's first note to those that sound on its beats."""
    first = line[0][2]
    steps = []
    for place in _beats(meter):
        sounding = [midi for onset, ticks, midi in line if onset <= place < onset + ticks]
        steps.append(str((sounding[0] - first) % 12) if sounding else "z")
    return " ".join(steps)


def _beats(meter: Meter) -> list[int]:
    """Where the notes lie that a bar is known by: two to each beat of a compound metre, else the beats."""
    if meter.compound:
        eighths = range(meter.numerator)
        return [eighth * _PARTS // meter.numerator for eighth in eighths if eighth % 3 != 1]
    beats = 4 if meter.numerator in {2, 4} else meter.numerator
    return [beat * _PARTS // beats for beat in range(beats)]


def _hash(text: str, size: int) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode("ascii"), digest_size=size).digest(), "little")
