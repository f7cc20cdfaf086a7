"""Lengths as printed notes: types and dots, tuplets, ties where one note cannot show a length.

Exact arithmetic only; knows neither music21 nor MusicXML.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from abcgen.errors import ScoreError
from abcgen.notation.tune import Event

#: Note types by their length in whole notes, as MusicXML names them.
_TYPES: tuple[tuple[Fraction, str], ...] = tuple(
    (Fraction(length), name)
    for length, name in (
        ("8", "maxima"),
        ("4", "longa"),
        ("2", "breve"),
        ("1", "whole"),
        ("1/2", "half"),
        ("1/4", "quarter"),
        ("1/8", "eighth"),
        ("1/16", "16th"),
        ("1/32", "32nd"),
        ("1/64", "64th"),
        ("1/128", "128th"),
        ("1/256", "256th"),
        ("1/512", "512th"),
        ("1/1024", "1024th"),
    )
)
_FLAGS = {"eighth": 1, "16th": 2, "32nd": 3, "64th": 4, "128th": 5, "256th": 6, "512th": 7, "1024th": 8}
#: How much longer 0 to 3 dots make a note.
_DOTS = (Fraction(1), Fraction(3, 2), Fraction(7, 4), Fraction(15, 8))


class Value(NamedTuple):
    """One printed note: its type, its dots, and its length in whole notes, any tuplet left out."""

    type: str
    dots: int
    length: Fraction

    @property
    def flags(self) -> int:
        return _FLAGS.get(self.type, 0)


@lru_cache(maxsize=4096)
def printed_values(length: Fraction) -> tuple[Value, ...]:
    """`length` as the fewest printed notes, tied together, the longest first.

    Raises ScoreError for a length that no printed notes add up to.
    """
    values: list[Value] = []
    left = length
    while left > 0:
        value = _longest(left)
        if value is None or len(values) == 16:
            raise ScoreError(f"no printed notes last {length} of a whole note")
        values.append(value)
        left -= value.length
    return tuple(values)


def _longest(limit: Fraction) -> Value | None:
    fitting = (
        Value(name, dots, base * factor)
        for base, name in _TYPES
        if base <= limit
        for dots, factor in enumerate(_DOTS)
        if base * factor <= limit
    )
    return max(fitting, key=lambda value: (value.length, -value.dots), default=None)


def beams(events: tuple[Event, ...]) -> list[tuple[str, ...]]:
    """For every event its beams from the first level on: "start", "continue", "stop" or a hook.

    Notes shorter than a quarter that stand together without a space are under one beam (ABC 2.1, 4.7).
    """
    result: list[tuple[str, ...]] = [()] * len(events)
    group: list[int] = []
    levels = [_beam_levels(event) for event in events]
    for index, event in enumerate(events):
        if not (levels[index] and event.marks.beamed):
            _beam_group(group, levels, result)
            group = []
        if levels[index]:
            group.append(index)
    _beam_group(group, levels, result)
    return result


def _beam_levels(event: Event) -> int:
    if not event.pitches:
        return 0
    values = printed_values(event.written)
    return values[0].flags if len(values) == 1 else 0


def _beam_group(group: list[int], levels: list[int], result: list[tuple[str, ...]]) -> None:
    if len(group) < 2:
        return
    for place, index in enumerate(group):
        before = levels[group[place - 1]] if place else 0
        after = levels[group[place + 1]] if place + 1 < len(group) else 0
        result[index] = tuple(
            _beam(level <= before, level <= after, bool(before)) for level in range(1, levels[index] + 1)
        )


def _beam(left: bool, right: bool, has_left: bool) -> str:
    if left and right:
        return "continue"
    if left:
        return "stop"
    if right:
        return "start"
    return "partial-left" if has_left else "partial-right"
