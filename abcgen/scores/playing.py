"""How a tune is played: what its notes become in time, and what sounds beside them.

Nothing here writes a file, and a plain `Playing` changes nothing. Times are in whole notes.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import partial
from itertools import accumulate
from typing import NamedTuple

from abcgen.errors import UsageError
from abcgen.notation.harmony import Stretch, harmonies
from abcgen.notation.instruments import INSTRUMENTS, instrument_name
from abcgen.notation.meter import TICKS, Meter
from abcgen.notation.sounding import Sounding
from abcgen.notation.tune import Bar, Voice
from abcgen.notation.voices import transposition
from abcgen.scores.tempo import FASTEST, SLOWEST

#: Programs of General MIDI, from 0, for what is played but is no instrument of ranges.
OTHER_PROGRAMS = {"piano": 0, "harp": 46, "guitar": 24, "banjo": 105, "accordion": 21, "dulcimer": 15}
#: How hard notes are struck, of 127.
MELODY, ACCOMPANIMENT = 90, 58
STRAIGHT = Fraction(1, 2)
#: Of two notes that swing, the share of the first: as hornpipes are played, and at most, dotted.
SWUNG, MOST_SWING = Fraction(2, 3), Fraction(3, 4)
#: The octaves of the accompaniment: the lowest bass note, the lowest note of a chord, as MIDI numbers.
_BASS, _CHORD = 38, 52
#: A bass note and the chords after it, in units of the beat, by whether the metre is compound, and in threes.
_STROKES = {(True, True): (2, 1), (False, True): (1, 1, 1), (False, False): (1, 1)}


class Playing(NamedTuple):
    """How to play: `program` of General MIDI, from 0; `tempo` in quarter notes a minute, None for the tune's.

    `swing` is the share that the first of two short notes has of both; 1/2 is as written. `chords` adds an
    accompaniment: the chords that are written, or plain ones. With `unfold` repeats are played.
    """

    program: int = 0
    tempo: Fraction | None = None
    swing: Fraction = STRAIGHT
    chords: bool = False
    unfold: bool = True


AS_WRITTEN = Playing()


def program_of(instrument: str) -> int:
    """The General MIDI program of an instrument, from 0; "" is a piano.

    Raises UsageError for an unknown one.
    """
    name = instrument_name(instrument) or "piano"
    programs = {name: known.program for name, known in INSTRUMENTS.items()} | OTHER_PROGRAMS
    if name not in programs:
        raise UsageError(f"{instrument[:40]!r} is no instrument that abcgen plays: {', '.join(programs)}")
    return programs[name]


def checked(playing: Playing) -> Playing:
    """The same. Raises UsageError for a tempo or swing that no player would play."""
    if playing.tempo is not None and not SLOWEST <= playing.tempo <= FASTEST:
        raise UsageError(
            f"a tempo is {SLOWEST} to {FASTEST} quarter notes a minute, not {float(playing.tempo):g}"
        )
    if not STRAIGHT <= playing.swing <= MOST_SWING:
        raise UsageError(
            f"swing is the share of the first of two notes, 0.5 to 0.75, not {float(playing.swing):g}"
        )
    return playing


# -- swing -----------------------------------------------------------------------------------------


def swung(bars: Sequence[Bar], swing: Fraction) -> Callable[[Fraction], Fraction]:
    """Where a moment of the bars is heard when pairs of their short notes swing; both in whole notes.

    In compound metres, and in free ones, nothing swings.
    """
    if swing == STRAIGHT or not bars:
        return lambda moment: moment
    pair = _pair(bars)
    begins, heard = [Fraction(0)], [Fraction(0)]
    phases: list[Fraction] = []
    pairs: list[frozenset[int]] = []
    for bar in bars:
        whole = bar.meter.bar_length
        phase = phases[-1] + bars[len(phases) - 1].duration if phases else Fraction(0)
        if whole is not None:
            # the first bar, where it is short, is the end of one; a whole bar begins with its first beat
            phase = (
                Fraction(0) if bar.duration == whole else phase % whole if phases else whole - bar.duration
            )
        phases.append(phase)
        pairs.append(_swinging(bar, phase, pair) if _swings(bar.meter) else frozenset())
        warped = partial(_warped, pairs=pairs[-1], pair=pair, swing=swing)
        begins.append(begins[-1] + bar.duration)
        heard.append(heard[-1] + warped(phase + bar.duration) - warped(phase))

    def moved(moment: Fraction) -> Fraction:
        place = min(bisect_right(begins, moment) - 1, len(bars) - 1)
        warped = partial(_warped, pairs=pairs[place], pair=pair, swing=swing)
        phase = phases[place]
        return heard[place] + warped(phase + moment - begins[place]) - warped(phase)

    return moved


def _swings(meter: Meter) -> bool:
    return not (meter.free or meter.compound)


def _pair(bars: Sequence[Bar]) -> Fraction:
    """How long two notes are that swing: two eighths, or two sixteenths where most notes are such."""
    lengths = Counter(event.duration for bar in bars for event in bar.events if event.pitches)
    short = sum(count for length, count in lengths.items() if length <= Fraction(1, 16))
    return Fraction(1, 8) if 2 * short > sum(lengths.values()) else Fraction(1, 4)


def _swinging(bar: Bar, phase: Fraction, pair: Fraction) -> frozenset[int]:
    """The pairs, by their number in the bar, of which a note begins the second half.

    Triplets are even, and what is written dotted is as it is written.
    """
    # what comes after the bar begins a note as well: the pickup, where it repeats
    onsets = accumulate((event.duration for event in bar.events), initial=phase)
    placed = (divmod(onset, pair) for onset in onsets)
    return frozenset(int(number) for number, within in placed if 2 * within == pair)


def _warped(moment: Fraction, pairs: frozenset[int], pair: Fraction, swing: Fraction) -> Fraction:
    """Within each of the `pairs` the first half takes `swing` of the time."""
    number, within = divmod(moment, pair)
    half = pair / 2
    if number not in pairs:
        return moment
    if within <= half:
        return number * pair + within * swing * 2
    return number * pair + pair * swing + (within - half) * (1 - swing) * 2


# -- accompaniment ---------------------------------------------------------------------------------


def accompaniment(voice: Voice) -> list[Sounding]:
    """A bass and chords for a voice as it is played: the root on strong beats, the chord between them."""
    moved = transposition(voice)
    return [
        Sounding(midi, onset, length)
        for stretch in harmonies(voice)
        for onset, midis, length in _figure(stretch, voice.bars[stretch.bar].meter, moved)
        for midi in midis
    ]


def _figure(
    stretch: Stretch, meter: Meter, moved: int
) -> Iterator[tuple[Fraction, tuple[int, ...], Fraction]]:
    """The strokes of a stretch, so many semitones up: onset, MIDI numbers, length."""
    onset, duration = Fraction(stretch.onset, TICKS), Fraction(stretch.duration, TICKS)
    harmony = stretch.harmony
    bass = (_low(harmony.bass + moved, _BASS),)
    chord = tuple(sorted(_low(step + moved, _CHORD) for step in harmony.classes))
    in_threes = meter.compound or meter.numerator == 3
    unit = Fraction(1, meter.denominator if in_threes else max(4, meter.denominator))
    strokes = _STROKES[meter.compound, in_threes]
    at = Fraction(0)
    while at < duration:
        for midis, units in zip((bass, chord, chord), strokes, strict=False):
            if at < duration:
                yield onset + at, midis, min(units * unit, duration - at)
            at += units * unit


def _low(step: int, lowest: int) -> int:
    """The lowest pitch of a class that is not below `lowest`."""
    return lowest + (step - lowest) % 12
