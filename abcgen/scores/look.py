"""How a score looks, beside its notes: how large it is, and rows of signs under them.

Rows are set as words under the notes, one syllable a note, below the words that the tune has.

    tin-whistle   six holes from top to bottom, closed, open or half, and + where it is overblown
    mandolin      a row for each string from e to G, with the fret
    fiddle        the same with the finger, L before one that is drawn back
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from abcgen.errors import UsageError
from abcgen.notation.tune import Bar, Chord, Event, Marks, Note, Rest, Tune, Voice

Rows = tuple[str, ...]

#: The holes of a whistle in D, from the top, for each semitone above its lowest note.
_HOLES = (
    *("●●●●●●", "●●●●●◐", "●●●●●○", "●●●●◐○", "●●●●○○", "●●●○○○"),
    *("●●◐○○○", "●●○○○○", "●◐○○○○", "●○○○○○", "○●●○○○", "○○○○○○"),
)
#: The lowest note of each whistle as it is written.
WHISTLES = {"tin-whistle": 62, "tin-whistle-d": 62, "tin-whistle-c": 60, "tin-whistle-g": 67}
#: Open strings, the highest first, as MIDI numbers.
_STRINGS = (76, 69, 62, 55)
#: Fingers of the first position by semitones above the open string.
_FINGERS = ("0", "L1", "1", "L2", "2", "3", "L4", "4")
_NAMES = {-2: "bb", -1: "b", 0: "", 1: "#", 2: "##"}
#: What stands for a string that is not played, so that a row is always that of the same string.
_SILENT = "·"
SMALLEST, LARGEST = 0.5, 2.0


class Look(NamedTuple):
    """`tab`: an instrument of `TABS`, or ""; `note_names`: under the notes; `scale`: 1 as in most books."""

    tab: str = ""
    note_names: bool = False
    scale: float = 1.0


PLAIN = Look()


def checked_look(look: Look) -> Look:
    """The same. Raises UsageError for a tablature that is not there, or a size that no page has."""
    if look.tab and look.tab not in TABS:
        raise UsageError(f"there is no tablature for {look.tab[:40]!r}; there are {', '.join(TABS)}")
    if not SMALLEST <= look.scale <= LARGEST:
        raise UsageError(f"a score's scale is {SMALLEST} to {LARGEST}, not {look.scale:g}")
    return look


def with_rows(tune: Tune, look: Look) -> Tune:
    """The tune with its rows as words under the notes."""
    rows: list[Callable[[Sequence[int]], Rows]] = [TABS[look.tab]] if look.tab else []
    if not rows and not look.note_names:
        return tune
    return replace(tune, voices=tuple(_voice(voice, rows, names=look.note_names) for voice in tune.voices))


def _voice(voice: Voice, rows: Sequence[Callable[[Sequence[int]], Rows]], *, names: bool) -> Voice:
    verses = max((len(event.marks.lyrics) for bar in voice.bars for event in bar.events), default=0)
    tied = False
    bars: list[Bar] = []
    for bar in voice.bars:
        events: list[Event] = []
        for event in bar.events:
            if isinstance(event, Rest):
                events.append(event)
                tied = False
                continue
            under: list[str] = []
            if names:
                under.append("" if tied else _named(event))
            for row in rows:
                found = row([pitch.midi for pitch in event.pitches])
                under += [""] * len(found) if tied else found
            events.append(_under(event, verses, under))
            tied = event.tie
        bars.append(replace(bar, events=tuple(events)))
    return replace(voice, bars=tuple(bars))


def _under(event: Note | Chord, verses: int, under: Sequence[str]) -> Event:
    words = event.marks.lyrics + ("",) * (verses - len(event.marks.lyrics))
    marks: Marks = replace(event.marks, lyrics=(*words, *under))
    return replace(event, marks=marks)


def _named(event: Note | Chord) -> str:
    """The names of the notes, the highest first: it carries the tune."""
    return "/".join(f"{pitch.step}{_NAMES[pitch.alter]}" for pitch in reversed(event.pitches))


def _whistle(lowest: int) -> Callable[[Sequence[int]], Rows]:
    @lru_cache(maxsize=256)
    def of(midi: int) -> Rows:
        octave, above = divmod(midi - lowest, 12)
        if octave not in {0, 1}:
            return ("×", *[""] * 6)
        # the first note of an octave is overblown with the top hole open
        holes = "○●●●●●" if octave and not above else _HOLES[above]
        return (*holes, "+" * octave)

    return lambda midis: of(max(midis))


def _strings(sign: Callable[[int], str], reach: int) -> Callable[[Sequence[int]], Rows]:
    def of(midis: Sequence[int]) -> Rows:
        found = [_SILENT] * len(_STRINGS)
        for midi in sorted(midis, reverse=True):
            for place, string in enumerate(_STRINGS):
                if midi >= string and found[place] == _SILENT:
                    found[place] = sign(midi - string) if place or midi - string <= reach else "×"
                    break
            else:
                found[-1] = "×"
        return tuple(found)

    return of


def _finger(semitones: int) -> str:
    return _FINGERS[semitones] if semitones < len(_FINGERS) else f"{semitones}"


#: What stands under a note, or the notes of a chord, by instrument.
TABS: dict[str, Callable[[Sequence[int]], Rows]] = {
    **{name: _whistle(lowest) for name, lowest in WHISTLES.items()},
    "mandolin": _strings(str, 17),
    "fiddle": _strings(_finger, 7),
}
