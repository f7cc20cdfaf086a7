"""What a listener hears of a whole tune: whether it comes home, how much comes back, how far it reaches."""

from __future__ import annotations

from fractions import Fraction

from abcgen.notation.instruments import sounding_pitches
from abcgen.notation.key import tonic_class
from abcgen.notation.tune import Tune


def ends_on_tonic(tune: Tune) -> bool | None:
    """Whether the last note, of a chord the lowest, is the key's tonic; None where there is no such."""
    sounding = [event for bar in tune.bars for event in bar.events if event.pitches]
    if not sounding or not tune.key.tonic:
        return None
    return min(pitch.midi for pitch in sounding[-1].pitches) % 12 == tonic_class(tune.key.tonic)


def last_length(tune: Tune) -> Fraction | None:
    """How long the last event sounds, in whole notes; None where it is a rest or in a tuplet."""
    last = next((bar.events[-1] for bar in reversed(tune.bars) if bar.events), None)
    return last.duration if last is not None and last.pitches and last.tuplet is None else None


def repeated_share(tune: Tune) -> float:
    """The share of written bars that were there before, note for note."""
    bars = [
        tuple((tuple(pitch.midi for pitch in event.pitches), event.ticks) for event in bar.events)
        for bar in tune.bars
    ]
    return 1 - len(set(bars)) / len(bars) if bars else 0.0


def compass(tune: Tune) -> int:
    """Semitones from the lowest note to the highest."""
    pitches = sounding_pitches(tune)
    return max(pitches) - min(pitches) if pitches else 0
