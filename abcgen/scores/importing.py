"""Scores of other formats as tunes: MIDI and MusicXML through music21, into bars that add up.

A MusicXML file says where its bars are; of a MIDI file they are found. What comes out is read again, and
must be the notes that went in.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple

from abcgen.errors import ScoreError
from abcgen.notation.key import MODES, Key, parse_key, tonic_class
from abcgen.notation.meter import Meter, default_unit_length
from abcgen.notation.parser import parse_tune
from abcgen.notation.sounding import sound_bars
from abcgen.notation.steering import keys
from abcgen.notation.tonality import tonic_chord
from abcgen.notation.tune import (
    NO_MARKS,
    STEPS,
    Bar,
    BarLine,
    Chord,
    Event,
    Field,
    Marks,
    Note,
    Pitch,
    Rest,
    Tune,
    Tuplet,
    Voice,
)
from abcgen.notation.writer import write_abc

#: A tuplet's notes in the time of how many.
_TIMES = {3: 2, 5: 4, 7: 4, 9: 8, 11: 8, 13: 8, 15: 8}


class Struck(NamedTuple):
    """Notes struck together within a bar: onset and duration in whole notes, pitches; `tied` are tied on."""

    onset: Fraction
    duration: Fraction
    pitches: tuple[Pitch, ...]
    tied: frozenset[Pitch] = frozenset()
    symbol: str = ""


class Measure(NamedTuple):
    """A bar as it is found: how long it is, what is struck in it, and what stands at its ends."""

    length: Fraction
    struck: tuple[Struck, ...]
    meter: Meter
    key: Key
    opening: BarLine | None = None
    closing: BarLine = BarLine()
    ending: tuple[int, ...] = ()


def tune_of(measures: Sequence[Measure], title: str, composer: str = "") -> Tune:
    """The tune of some bars, as `write_abc` spells it. Raises ScoreError where that would be other notes."""
    if not any(measure.struck for measure in measures):
        raise ScoreError("there is no note in it")
    bars = [_bar(measure) for measure in measures]
    bars[-1] = replace(
        bars[-1], closing=bars[-1].closing if measures[-1].closing.section else BarLine("final")
    )
    first = measures[0]
    fields = (Field("C", composer),) if composer else ()
    unit = default_unit_length(first.meter) if not first.meter.free else Fraction(1, 8)
    tune = Tune(
        1, (title,) if title else (), first.meter, unit, first.key, (Voice("1", tuple(bars)),), fields
    )
    found = parse_tune(write_abc(tune))
    if sound_bars(found.bars) != sound_bars(bars):
        raise ScoreError("the ABC would have other notes than the file")
    return found


def _bar(measure: Measure) -> Bar:
    return Bar(
        tuple(_grouped(_filled(measure))),
        measure.meter,
        measure.key,
        measure.opening,
        measure.closing,
        measure.ending,
    )


def _filled(measure: Measure) -> Iterable[Struck]:
    """What is struck, with rests between."""
    now = Fraction(0)
    for struck in sorted(measure.struck, key=lambda each: each.onset):
        if struck.onset > now:
            yield Struck(now, struck.onset - now, ())
        # notes that would sound into the next are cut off there
        now = max(now, struck.onset) + struck.duration
        yield struck
    if now < measure.length:
        yield Struck(now, measure.length - now, ())


def _grouped(struck: Iterable[Struck]) -> Iterable[Event]:
    """Events; those whose lengths are no halves of halves are tuplets, until their sum is one or all are."""
    waiting: list[Struck] = []
    for each in struck:
        waiting.append(each)
        total = sum((one.duration for one in waiting), Fraction(0))
        if total.denominator & (total.denominator - 1) == 0:
            yield from _tuplet(waiting)
            waiting = []
    yield from _tuplet(waiting)


def _tuplet(group: Sequence[Struck]) -> Iterable[Event]:
    """A single event, or those of a tuplet."""
    odd = 1
    for each in group:
        denominator = each.duration.denominator
        while denominator % 2 == 0:
            denominator //= 2
        odd = max(odd, denominator)
    if odd == 1:
        yield from (_event(each, None) for each in group)
        return
    if odd not in _TIMES or len(group) > 15:
        raise ScoreError(f"a tuplet of {odd} notes has no place in ABC")
    for index, each in enumerate(group):
        yield _event(each, Tuplet(odd, _TIMES[odd], len(group), index))


def _event(struck: Struck, tuplet: Tuplet | None) -> Event:
    written = struck.duration / tuplet.ratio if tuplet is not None else struck.duration
    if written.denominator & (written.denominator - 1) or written.denominator > 512:
        raise ScoreError(f"a note lasts {written} of a whole note, which no note can")
    marks = Marks(chord_symbol=struck.symbol) if struck.symbol else NO_MARKS
    if not struck.pitches:
        return Rest(struck.duration, written, tuplet=tuplet, marks=marks)
    if len(struck.pitches) == 1:
        (pitch,) = struck.pitches
        return Note(pitch, struck.duration, written, tie=pitch in struck.tied, tuplet=tuplet, marks=marks)
    notes = tuple(Note(pitch, struck.duration, written, tie=pitch in struck.tied) for pitch in struck.pitches)
    return Chord(notes, struck.duration, written, tuplet, marks)


# -- keys and spellings ----------------------------------------------------------------------------


#: Modes that are told apart by the last note.
_ENDING = frozenset({"major", "minor", "dorian", "mixolydian"})


class Signed(NamedTuple):
    """A signature of so many sharps (flats if negative), and the name of the mode that is told, if any."""

    fifths: int
    mode: str = ""


def key_of(signature: Signed, last: int) -> Key:
    """The key of a signature in a tune that ends on a MIDI number.

    The mode that is told, unless that is a major one and the tune ends on no note of its tonic's chord: many
    programs tell of a major key whatever it is. Then the mode of which that note is the tonic, if it is one
    in which tunes are common; else major. Raises ScoreError for a signature that no key has.
    """
    same = [key for key in map(parse_key, keys()) if key.tonic and key.fifths == signature.fifths]
    if not same:
        raise ScoreError(f"a signature of {abs(signature.fifths)} signs is none of a key")
    named, _ = MODES.get(signature.mode[:3].lower(), ("", 0))
    told = next((key for key in same if key.mode == named), None)
    if told is not None and (told.mode != "major" or 1 << last % 12 & tonic_chord(str(told))):
        return told
    ends = next((key for key in same if tonic_class(key.tonic) == last % 12 and key.mode in _ENDING), None)
    return ends or told or next(key for key in same if key.mode == "major")


def spelled(midi: int, key: Key) -> Pitch:
    """A MIDI number as a pitch: of the key's scale, else natural, else as the key has sharps or flats."""
    sign = -1 if sum(key.alters) < 0 else 1
    found = [
        (rank, Pitch(step, alter, octave - 1))
        for step in STEPS
        for rank, alter in enumerate((key.alter(step), 0, sign, -sign))
        for octave, rest in (divmod(midi - alter - Pitch(step, 0, -1).midi, 12),)
        if rest == 0
    ]
    return min(found, key=lambda each: each[0])[1]
