"""A tune as it is heard: repeats played, pairs of notes swung, chords beside it; and when each note sounds.

What a MIDI file, a sound or a page plays is this, so that they all play the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from fractions import Fraction
from itertools import accumulate
from typing import NamedTuple

from abcgen.errors import NotationError, ScoreError
from abcgen.notation.sounding import Sounding, sounding_notes
from abcgen.notation.tune import Rest, Tune
from abcgen.scores.compare import TICKS_PER_WHOLE, ticks
from abcgen.scores.limits import check_limits
from abcgen.scores.playing import AS_WRITTEN, Playing, accompaniment, checked, swung
from abcgen.scores.tempo import Tempos, tempos

MAX_PLAYED_NOTES = 40_000


class Performance(NamedTuple):
    """A tune as played.

    `tune` has its bars in the order of play, each with its number in the tune as written as its `spot`;
    `voices` are what sounds of them, and last, if asked for, an accompaniment. Times are in whole notes from
    the beginning, as if all were as fast; `moved` tells when a moment of the bars is heard so.
    """

    tune: Tune
    voices: list[list[Sounding]]
    moved: Callable[[Fraction], Fraction]
    tempos: Tempos

    @property
    def ends(self) -> Fraction:
        """When the last bar is over, and nothing sounds any more."""
        bars = self.moved(sum((bar.duration for bar in self.tune.bars), Fraction(0)))
        return max([bars, *(sound.onset + sound.duration for voice in self.voices for sound in voice)])


class Moment(NamedTuple):
    """When a note or chord of the first voice begins; `event` is its number among those that are written."""

    onset: Fraction
    event: int


class PlayedBar(NamedTuple):
    """When a bar begins; `number` is that of the bar as written."""

    onset: Fraction
    number: int


def performed(tune: Tune, playing: Playing = AS_WRITTEN) -> Performance:
    """The tune as played. Raises ScoreError when it is too large, UsageError for what nobody can play."""
    check_limits(tune)
    checked(playing)
    numbered = replace(
        tune,
        voices=tuple(
            replace(
                voice, bars=tuple(replace(bar, spot=(number, 0)) for number, bar in enumerate(voice.bars))
            )
            for voice in tune.voices
        ),
    )
    try:
        played = numbered.unfolded() if playing.unfold else numbered
    except NotationError as error:
        raise ScoreError(str(error)) from error
    sounds = [sounding_notes(voice) for voice in played.voices]
    if sum(map(len, sounds)) > MAX_PLAYED_NOTES:
        raise ScoreError(f"with its repeats the tune has more than {MAX_PLAYED_NOTES} notes")
    if playing.chords and played.voices:
        sounds.append(tuple(accompaniment(played.voices[0])))
    moved = swung(played.bars, playing.swing)
    heard = [_heard(voice, moved) for voice in sounds]
    return Performance(played, heard, moved, tempos(played, playing.tempo, moved))


def _heard(sounds: Iterable[Sounding], moved: Callable[[Fraction], Fraction]) -> list[Sounding]:
    """Sounds that swing, to the nearest tick."""
    found = []
    for sound in sounds:
        onset, end = (
            Fraction(ticks(moved(at)), TICKS_PER_WHOLE) for at in (sound.onset, sound.onset + sound.duration)
        )
        found.append(sound._replace(onset=onset, duration=end - onset))
    return found


def first_events(tune: Tune) -> list[int]:
    """The number of the first note or chord of each bar of the first voice, and of those after it."""
    in_bars = [sum(not isinstance(event, Rest) for event in bar.events) for bar in tune.bars]
    return list(accumulate(in_bars, initial=0))


def moments(tune: Tune, performance: Performance) -> tuple[list[Moment], list[PlayedBar]]:
    """When each note, and each bar, of the first voice of `tune` is played."""
    first = first_events(tune)
    found: list[Moment] = []
    bars: list[PlayedBar] = []
    now = Fraction(0)
    for bar in performance.tune.bars:
        number = bar.spot[0]
        event, within = first[number], now
        bars.append(PlayedBar(performance.moved(now), number))
        for each in bar.events:
            if not isinstance(each, Rest):
                found.append(Moment(performance.moved(within), event))
                event += 1
            within += each.duration
        now += bar.duration
    return found, bars
