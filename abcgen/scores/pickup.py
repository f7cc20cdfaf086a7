"""Where bars begin in a line of notes that does not say: how long its pickup is."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from abcgen.scores.quantise import Played

_EIGHTH = Fraction(1, 2)

#: What speaks for a pickup: weights of a conditional logistic regression over the pickups that a tune could
#: have, fitted to 2,400 training tunes of the public-domain corpus (of test tunes nine in ten are right).
_WEIGHTS = {
    # shares of the time: notes that begin a bar, that go over its end, that begin in its middle
    "begin a bar": 5.9,
    "go over": -3.4,
    "begin in the middle": 5.2,
    # the share of the bars that a note begins; of these notes, those longer than the one before, and those of
    # the tonic's chord
    "bars begin": 6.6,
    "longer": 3.8,
    "of the chord": 2.0,
    # the last note begins in the middle, and fills what the pickup leaves; the bars are a number of fours
    "last in the middle": 1.7,
    "last completes": 2.8,
    "fours": 1.5,
    # the pickup: there is one; how long; a note goes over its end; it has more than three; the next is longer
    "any": -3.9,
    "an eighth": 5.4,
    "a quarter": 1.7,
    "a quarter of 4/4": 2.1,
    "more than half": -3.4,
    "cut": -3.4,
    "many notes": -1.3,
    "leads": 1.2,
}


def pickup_of(notes: Sequence[Played], bar: Fraction, chord: int = 0) -> Fraction:
    """How long the pickup is, in quarter notes, 0 for none: where bars fall best.

    `chord`: the pitch classes of the tonic's chord, a bit each. A rest at the beginning is that of the
    pickup's bar.
    """
    first = notes[0].onset % bar
    if notes[0].onset:
        return (bar - first) % bar
    candidates = [_EIGHTH * count for count in range(int(bar / _EIGHTH))]
    return max(candidates, key=lambda pickup: _likely(notes, pickup, bar, chord), default=Fraction(0))


def _likely(notes: Sequence[Played], pickup: Fraction, bar: Fraction, chord: int) -> float:
    """How likely a pickup is: by where notes begin in the bars that it makes, its own length, the end."""
    whole = max(note.onset + note.duration for note in notes)
    within = [(note.onset - pickup) % bar for note in notes]
    times: dict[str, Fraction] = dict.fromkeys(("begin a bar", "go over", "begin in the middle"), Fraction(0))
    for note, at in zip(notes, within, strict=True):
        times["begin a bar"] += note.duration if not at else 0
        times["go over"] += note.duration if at and at + note.duration > bar else 0
        times["begin in the middle"] += note.duration if at * 2 == bar else 0
    firsts = [index for index, at in enumerate(within) if not at]
    begun = max(1, len(firsts))
    before = [note for note in notes if note.onset < pickup]
    after = notes[len(before) :]
    shares = {
        **{name: time / whole for name, time in times.items()},
        "bars begin": Fraction(len(firsts)) / max(1, whole // bar),
        "longer": Fraction(sum(_longer(notes, index) for index in firsts), begun),
        "of the chord": Fraction(sum(1 << notes[i].midis[-1] % 12 & chord != 0 for i in firsts), begun),
        "last in the middle": within[-1] * 2 == bar,
        "last completes": notes[-1].duration == bar - pickup,
        "fours": (whole - pickup) % (4 * bar) == 0,
        "any": pickup > 0,
        "an eighth": pickup == _EIGHTH,
        "a quarter": pickup == 1,
        "a quarter of 4/4": pickup == 1 and bar == 4,
        "more than half": pickup > bar / 2,
        "cut": any(note.onset + note.duration > pickup for note in before),
        "many notes": len(before) > 3,
        "leads": bool(before and after) and notes[0].duration < after[0].duration,
    }
    return sum(weight * float(shares[name]) for name, weight in _WEIGHTS.items())


def _longer(notes: Sequence[Played], index: int) -> bool:
    """Whether a note is longer than the one before it."""
    return index > 0 and notes[index].duration > notes[index - 1].duration
