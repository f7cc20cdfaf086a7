"""How large a tune may be before a program that we did not write sees it.

music21 takes quadratic time over bars, abc2svg hangs on thousands of broken-rhythm signs: what is
larger than any tune that people play is refused here, with the count that was too high. So is a tune
of which the reader had to leave something out: its score would look right and be another tune.
"""

from __future__ import annotations

from fractions import Fraction

from abcgen.errors import ScoreError
from abcgen.notation.tune import Chord, Event, Tune

MAX_SOURCE_BYTES = 64 * 1024
MAX_BARS = 2000
MAX_VOICES = 16
MAX_NOTE_LENGTH = Fraction(64)
MAX_METER_NUMERATOR = 64
MAX_BAR_REST = 256
MAX_GROUP_NOTES = 16
MAX_TUPLET = 15
MAX_ENDING = 16
MAX_EVENTS = 20_000

#: Errors after which every note is still read as it was written.
_WHOLE = frozenset({"bar-length", "cut-off", "bad-repeat", "bad-ending", "no-reference"})


def check_limits(tune: Tune) -> None:
    """Raise ScoreError, naming the count, when `tune` is larger than any tune that people play.

    Raised as well for a tune that has no notes or rests at all, and for one that could not be read whole.
    """
    for problem in tune.problems:
        if problem.is_error and problem.code not in _WHOLE:
            raise ScoreError(f"line {problem.line} could not be read: {problem.message}")
    _at_most("the text", len(tune.source.encode("utf-8")), MAX_SOURCE_BYTES, "bytes")
    _at_most("the tune", len(tune.voices), MAX_VOICES, "voices")
    for voice in tune.voices:
        for bar in voice.bars:
            _at_most("a metre", bar.meter.numerator, MAX_METER_NUMERATOR, "beats")
            _at_most("an ending", max(bar.ending, default=0), MAX_ENDING, "as its number")
            for event in bar.events:
                _check_event(event)
    check_size(tune, MAX_BARS, MAX_EVENTS)


def check_size(tune: Tune, bars: int, events: int) -> None:
    """Raise ScoreError for a tune with more bars in a voice than `bars`, or more notes in all than `events`.

    A rest of several bars is as many, rests and grace notes are notes. Raised as well for a tune without any.
    """
    found = 0
    for voice in tune.voices:
        every = [event for bar in voice.bars for layer in (bar.events, *bar.overlays) for event in layer]
        rests = sum(max(0, getattr(event, "bars", 0) - 1) for event in every)
        _at_most(f"voice {voice.name[:20]}", len(voice.bars) + rests, bars, "bars")
        found += sum(max(1, len(event.pitches)) + len(event.marks.grace) for event in every)
    _at_most("the tune", found, events, "notes and rests")
    if not found:
        raise ScoreError("the tune has no notes")


def _check_event(event: Event) -> None:
    if event.written > MAX_NOTE_LENGTH:
        bars = getattr(event, "bars", 0)
        if not bars:
            raise ScoreError(f"a note lasts {event.written} whole notes, {MAX_NOTE_LENGTH} is the most")
        _at_most("a rest", bars, MAX_BAR_REST, "bars")
    if event.tuplet is not None:
        _at_most("a tuplet", max(event.tuplet.p, event.tuplet.q, event.tuplet.r), MAX_TUPLET, "notes")
    _at_most("a grace group", len(event.marks.grace), MAX_GROUP_NOTES, "notes")
    if isinstance(event, Chord):
        _at_most("a chord", len(event.notes), MAX_GROUP_NOTES, "notes")


def _at_most(what: str, count: int, limit: int, unit: str) -> None:
    if count > limit:
        raise ScoreError(f"{what} has {count} {unit}, {limit} is the most that is converted")
