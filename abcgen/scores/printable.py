"""Notes that no single sign can show, as several: five eighths are a half note and an eighth, tied."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from itertools import accumulate

from abcgen.errors import ScoreError
from abcgen.notation.tune import NO_MARKS, Bar, Chord, Event, Marks, Note, Rest, Tune
from abcgen.scores.values import printed_values


def printable(tune: Tune) -> Tune:
    """The tune with such notes and rests taken apart; those in tuplets stay as they are."""
    voices = tuple(replace(voice, bars=tuple(map(_bar, voice.bars))) for voice in tune.voices)
    return tune if voices == tune.voices else replace(tune, voices=voices)


def _bar(bar: Bar) -> Bar:
    pieces = [tuple(_pieces(event)) for event in bar.events]
    (rest,) = bar.events if len(bar.events) == 1 else (None,)
    if isinstance(rest, Rest) and rest.visible and rest.ticks == bar.meter.bar_ticks and len(pieces[0]) > 1:
        # there is one sign for a rest of a whole bar, whatever its metre
        return replace(bar, events=(replace(rest, bars=1),))
    overlays = tuple(tuple(piece for event in layer for piece in _pieces(event)) for layer in bar.overlays)
    if all(len(each) == 1 for each in pieces) and overlays == bar.overlays:
        return bar
    places = [0, *accumulate(map(len, pieces))]
    return replace(
        bar,
        events=tuple(piece for each in pieces for piece in each),
        keys=tuple((places[at], key) for at, key in bar.keys),
        remarks=tuple((places[at], field) for at, field in bar.remarks),
        overlays=overlays,
        spots=(),
    )


def _pieces(event: Event) -> Iterator[Event]:
    lengths = _lengths(event)
    for place, length in enumerate(lengths):
        first, last = place == 0, place == len(lengths) - 1
        yield event if first and last else _piece(event, length, first=first, last=last)


def _lengths(event: Event) -> list[Fraction]:
    """Those of the signs for an event; one where it stays as it is."""
    whole_bars = isinstance(event, Rest) and event.bars
    unlike = isinstance(event, Chord) and any(note.written != event.written for note in event.notes)
    if event.tuplet is None and not whole_bars and not unlike:
        with suppress(ScoreError):  # of a length that no signs add up to; the engraver has its own way
            return [value.length for value in printed_values(event.written)]
    return [event.written]


def _piece(event: Event, length: Fraction, *, first: bool, last: bool) -> Event:
    marks = event.marks
    if first:
        marks = replace(marks, slurs_closed=0)
    else:
        lyrics = ("",) * len(marks.lyrics)
        marks = replace(NO_MARKS, slurs_closed=marks.slurs_closed if last else 0, lyrics=lyrics)
    if isinstance(event, Rest):
        return replace(event, duration=length, written=length, marks=marks)
    if isinstance(event, Note):
        return _note(event, length, marks, first=first, last=last)
    notes = tuple(_note(note, length, note.marks, first=first, last=last) for note in event.notes)
    return replace(event, notes=notes, duration=length, written=length, marks=marks)


def _note(note: Note, length: Fraction, marks: Marks, *, first: bool, last: bool) -> Note:
    accidental = note.accidental if first else None
    tie = note.tie if last else True
    return replace(note, duration=length, written=length, accidental=accidental, tie=tie, marks=marks)
