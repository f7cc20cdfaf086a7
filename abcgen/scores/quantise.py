"""Played times onto the beats of a score: which subdivision of each beat was meant, and where bars begin.

Times are quarter notes as `Fraction`s. Nothing here knows files, or what a note is called.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

#: Subdivisions of a quarter note, the simplest first; the first that all onsets in it are near to is meant.
_SUBDIVISIONS = (1, 2, 4, 3, 8, 6)
#: How near is near, in quarter notes.
_NEAR = Fraction(1, 40)
#: A note that ends before the next by less than this, and by less than a quarter of its time, lasts until it.
_LEGATO = Fraction(1, 4)
#: What a note lasts at least.
_LEAST = Fraction(1, 8)
_EIGHTH = Fraction(1, 2)
#: What speaks for a pickup, fitted to 300 tunes of the public-domain corpus: shares of a tune's time in notes
#: that begin a bar, go over a bar line, begin in the middle of a bar; the share of bars that a note begins;
#: how the tune ends; how long the pickup is (none, an eighth, a quarter), more than half a bar, one note.
_BEGINS_A_BAR, _GOES_OVER, _BEGINS_IN_THE_MIDDLE, _BARS_BEGIN = 1.6, -0.7, 1.0, 2.2
_ENDS_WITH_A_BAR, _LAST_BEGINS_A_BAR, _LAST_IN_THE_MIDDLE = 1.4, 1.1, 1.9
_LENGTHS = {Fraction(0): 1.1, _EIGHTH: 2.4, Fraction(1): 1.4}
_LONG, _ONE_NOTE = -1.5, 0.5


class Played(NamedTuple):
    """Notes struck together: onset and duration in quarter notes, MIDI numbers rising."""

    onset: Fraction
    duration: Fraction
    midis: tuple[int, ...]


def quantised(notes: Sequence[tuple[Fraction, Fraction, int]]) -> list[Played]:
    """Notes as (onset, end, MIDI number) onto the beats; one line, in which notes struck together are one."""
    if not notes:
        return []
    ordered = sorted(notes)
    grid = _grid([onset for onset, _, _ in ordered])
    struck: dict[Fraction, list[tuple[Fraction, int]]] = {}
    for onset, end, midi in ordered:
        struck.setdefault(_snapped(onset, grid), []).append((end, midi))
    onsets = sorted(struck)
    # notes may end between the beats' parts
    finer = {beat: 6 if parts in {3, 6} else max(4, parts) for beat, parts in grid.items()}
    found = []
    for place, onset in enumerate(onsets):
        following = onsets[place + 1] if place + 1 < len(onsets) else None
        end = max(end for end, _ in struck[onset])
        midis = tuple(sorted({midi for _, midi in struck[onset]}))
        found.append(Played(onset, _lasting(onset, end, following, finer), midis))
    return found


def _grid(onsets: Sequence[Fraction]) -> dict[int, int]:
    """The subdivision of every beat that has an onset."""
    beats: dict[int, list[Fraction]] = {}
    for onset in onsets:
        beat = int(onset + _NEAR)
        beats.setdefault(beat, []).append(onset - beat)
    return {beat: _subdivision(within) for beat, within in beats.items()}


def _subdivision(within: Sequence[Fraction]) -> int:
    for parts in _SUBDIVISIONS:
        if all(abs(moment - Fraction(round(moment * parts), parts)) <= _NEAR for moment in within):
            return parts
    return min(
        _SUBDIVISIONS[2:],
        key=lambda parts: sum(abs(moment - Fraction(round(moment * parts), parts)) for moment in within),
    )


def _snapped(moment: Fraction, grid: dict[int, int]) -> Fraction:
    beat = int(moment + _NEAR)
    parts = grid.get(beat, 4)
    return beat + Fraction(max(0, round((moment - beat) * parts)), parts)


def _lasting(onset: Fraction, end: Fraction, following: Fraction | None, grid: dict[int, int]) -> Fraction:
    """How long a note lasts: until the next, if it ends near it."""
    if following is not None and following - end < min(_LEGATO, (following - onset) / 4):
        return following - onset
    lasts = max(_snapped(end, grid) - onset, _LEAST)
    return lasts if following is None else min(lasts, following - onset)


def pickup_of(notes: Sequence[Played], bar: Fraction) -> Fraction:
    """How long the pickup is, in quarter notes, 0 for none: where bars fall best.

    A rest at the beginning is that of the pickup's bar.
    """
    first = notes[0].onset % bar
    if notes[0].onset:
        return (bar - first) % bar
    candidates = [_EIGHTH * count for count in range(int(bar / _EIGHTH))]
    return max(candidates, key=lambda pickup: _likely(notes, pickup, bar), default=Fraction(0))


def _likely(notes: Sequence[Played], pickup: Fraction, bar: Fraction) -> float:
    """How likely a pickup is: by where notes begin in the bars that it makes, its own length, the end."""
    whole = max(note.onset + note.duration for note in notes)
    begins = over = middle = Fraction(0)
    begun = set()
    for note in notes:
        number, at = divmod(note.onset - pickup, bar)
        if not at:
            begins += note.duration
            begun.add(number)
        elif at + note.duration > bar:
            over += note.duration
        middle += note.duration if at * 2 == bar else 0
    bars = max(1, whole // bar)
    last = (notes[-1].onset - pickup) % bar
    signs = (
        (_BEGINS_A_BAR, begins / whole),
        (_GOES_OVER, over / whole),
        (_BEGINS_IN_THE_MIDDLE, middle / whole),
        (_BARS_BEGIN, len(begun) / bars),
        (_ENDS_WITH_A_BAR, (whole - pickup) % bar == 0),
        (_LAST_BEGINS_A_BAR, last == 0),
        (_LAST_IN_THE_MIDDLE, last * 2 == bar),
        (_LENGTHS.get(pickup, 0.0), True),
        (_LONG, pickup > bar / 2),
        (_ONE_NOTE, notes[0].duration == pickup),
    )
    return sum(weight * float(sign) for weight, sign in signs)
