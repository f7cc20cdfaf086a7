"""Played times onto the beats of a score: which subdivision of each beat was meant.

Times are quarter notes as `Fraction`s. Nothing here knows files, or what a note is called.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from math import exp, log
from typing import NamedTuple

#: Subdivisions of a quarter note, and how much less likely each is than the plain beat, as logarithms.
_SUBDIVISIONS = {1: 0.0, 2: 0.0, 4: 0.5, 3: 3.0, 6: 7.0, 8: 7.0, 12: 10.0, 5: 11.0, 7: 12.0, 9: 13.0}
#: What these weigh beside the beats of the file itself, in beats.
_BEFOREHAND = 1.0
#: How often beats are divided anew, after how the others were.
_ROUNDS = 3
#: How unevenly a file may be played, the likeliest is taken: standard deviations of onsets, in quarter notes.
_SPREADS = (0.002, 0.006, 0.012, 0.02, 0.03, 0.045)
#: An onset so little before a beat is that beat's.
_EARLY = Fraction(1, 16)
#: Onsets nearer than that may have been meant to be one.
_TOGETHER = Fraction(1, 12)
#: What it costs to make one of two that are farther from each other.
_MERGED = 20.0
#: A note that ends before the next by less than this, and by less than a quarter of its time, lasts until it.
_LEGATO = Fraction(1, 4)
#: A note that ends, and is followed by another, within less than this is a grace note.
_GRACE = Fraction(11, 100)
#: What a note lasts at least.
_LEAST = Fraction(1, 8)


class Played(NamedTuple):
    """Notes struck together: onset and duration in quarter notes, MIDI numbers rising."""

    onset: Fraction
    duration: Fraction
    midis: tuple[int, ...]


def quantised(notes: Sequence[tuple[Fraction, Fraction, int]]) -> list[Played]:
    """Notes as (onset, end, MIDI number) onto the beats; one line, in which notes struck together are one."""
    if not notes:
        return []
    ordered = _without_graces(sorted(notes))
    grid = _grid([onset for onset, _, _ in ordered])
    struck: dict[Fraction, list[tuple[Fraction, int]]] = {}
    for onset, end, midi in ordered:
        struck.setdefault(_snapped(onset, grid), []).append((end, midi))
    onsets = sorted(struck)
    # notes may end between the beats' parts
    finer = {beat: {1: 4, 2: 4, 3: 6}.get(parts, parts) for beat, parts in grid.items()}
    found = []
    for place, onset in enumerate(onsets):
        following = onsets[place + 1] if place + 1 < len(onsets) else None
        end = max(end for end, _ in struck[onset])
        midis = tuple(sorted({midi for _, midi in struck[onset]}))
        found.append(Played(onset, _lasting(onset, end, following, finer), midis))
    return found


def _without_graces(notes: list[tuple[Fraction, Fraction, int]]) -> list[tuple[Fraction, Fraction, int]]:
    """Without notes that are over before a hand could mean them to last, right before another."""
    return [
        note
        for note, following in zip(notes, [*notes[1:], None], strict=True)
        if following is None or max(note[1], following[0]) - note[0] >= _GRACE or following[0] == note[0]
    ]


def _grid(onsets: Iterable[Fraction]) -> dict[int, int]:
    """The subdivision of every beat that has an onset, for the likeliest unevenness of the playing."""
    beats: dict[int, list[Fraction]] = {}
    for onset in onsets:
        beats.setdefault(_beat(onset), []).append(onset - _beat(onset))
    _, grid = min((_grid_of(beats, spread) for spread in _SPREADS), key=lambda found: found[0])
    return grid


def _grid_of(beats: Mapping[int, Sequence[Fraction]], spread: float) -> tuple[float, dict[int, int]]:
    """What each beat is divided into, after how the others are, and what all of it costs."""
    uneven = {beat: _unevenness(within, spread) for beat, within in beats.items()}
    rare = dict(_SUBDIVISIONS)
    for _ in range(_ROUNDS):
        grid = {
            beat: min(costs, key=lambda parts: costs[parts] + rare[parts]) for beat, costs in uneven.items()
        }
        total = sum(uneven[beat][parts] + rare[parts] for beat, parts in grid.items())
        counts = Counter(grid.values())
        rare = {
            parts: -log((counts[parts] + _BEFOREHAND * exp(-cost)) / (len(beats) + _BEFOREHAND))
            for parts, cost in _SUBDIVISIONS.items()
        }
    return total, grid


def _beat(moment: Fraction) -> int:
    return int(moment + _EARLY)


def _unevenness(within: Sequence[Fraction], spread: float) -> dict[int, float]:
    """By subdivision of a beat: minus the logarithm of how likely one plays its onsets so."""
    found = {}
    for parts in _SUBDIVISIONS:
        places = [round(moment * parts) for moment in within]
        off = sum(float(moment - Fraction(at, parts)) ** 2 for moment, at in zip(within, places, strict=True))
        merged = sum(
            places[index] == places[index + 1] and after - before > _TOGETHER
            for index, (before, after) in enumerate(pairwise(within))
        )
        # of so many places an onset is at one
        found[parts] = off / (2 * spread**2) + len(within) * log(spread * parts) + _MERGED * merged
    return found


def _snapped(moment: Fraction, grid: dict[int, int]) -> Fraction:
    beat = _beat(moment)
    parts = grid.get(beat, 4)
    return beat + Fraction(max(0, round((moment - beat) * parts)), parts)


def _lasting(onset: Fraction, end: Fraction, following: Fraction | None, grid: dict[int, int]) -> Fraction:
    """How long a note lasts: until the next, if it ends near it."""
    if following is not None and following - end < min(_LEGATO, (following - onset) / 4):
        return following - onset
    lasts = max(_snapped(end, grid) - onset, _LEAST)
    return lasts if following is None else min(lasts, following - onset)
