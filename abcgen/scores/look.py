"""How a score looks, beside its notes: how large it is, and rows of signs under them.

Rows are set as words under the notes, one syllable a note, below the words that the tune has.

    tin-whistle   six holes from top to bottom, closed, open or half, and + where it is overblown
    mandolin      a row for each string from e to G, with the fret
    fiddle        the same with the finger, L before one that is drawn back
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import count
from typing import NamedTuple

from abcgen.errors import UsageError
from abcgen.notation.instruments import INSTRUMENTS, instrument_name
from abcgen.notation.tune import Bar, Chord, Event, Marks, Note, Rest, Tune, Voice

#: What stands under one note, from top to bottom; and what tells it.
Signs = tuple[str, ...]
Row = Callable[[Note | Chord], Signs]

#: The holes of a whistle in D, from the top, for each semitone above its lowest note.
_HOLES = (
    *("●●●●●●", "●●●●●◐", "●●●●●○", "●●●●◐○", "●●●●○○", "●●●○○○"),
    *("●●◐○○○", "●●○○○○", "●◐○○○○", "●○○○○○", "○●●○○○", "○○○○○○"),
)
#: Those of which there are fingerings; their lowest notes are those that they are written with.
WHISTLES = ("tin-whistle-d", "tin-whistle-c", "tin-whistle-g")
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
    """The same with the name of its tablature in full.

    Raises UsageError for a tablature that is not there, or a size that no page has.
    """
    tab = instrument_name(look.tab)
    if tab and tab not in TABS:
        raise UsageError(f"there is no tablature for {look.tab[:40]!r}; there are {', '.join(TABS)}")
    if not SMALLEST <= look.scale <= LARGEST:
        raise UsageError(f"a score's scale is {SMALLEST} to {LARGEST}, not {look.scale:g}")
    return look._replace(tab=tab)


def with_rows(tune: Tune, look: Look) -> Tune:
    """The tune with its rows as words under the notes."""
    rows: list[Row] = [_named] if look.note_names else []
    rows += [TABS[look.tab]] if look.tab else []
    return replace(tune, voices=tuple(_voice(voice, rows) for voice in tune.voices)) if rows else tune


def _voice(voice: Voice, rows: Sequence[Row]) -> Voice:
    verses = max((len(event.marks.lyrics) for bar in voice.bars for event in bar.events), default=0)
    held: set[int] = set()
    bars: list[Bar] = []
    for bar in voice.bars:
        events: list[Event] = []
        for event in bar.events:
            if not isinstance(event, Rest):
                under = [sign for row in rows for sign in row(event)]
                struck = {pitch.midi for pitch in event.pitches} - held
                event = _under(event, verses, under if struck else [""] * len(under))
            events.append(event)
            held = _held_on(event)
        bars.append(replace(bar, events=tuple(events)))
    return replace(voice, bars=tuple(bars))


def _held_on(event: Event) -> set[int]:
    """The MIDI numbers of the notes that are tied to what follows."""
    if isinstance(event, Rest):
        return set()
    notes = (event,) if isinstance(event, Note) else event.notes
    return {note.pitch.midi for note in notes if note.tie}


def _under(event: Note | Chord, verses: int, under: Sequence[str]) -> Event:
    words = event.marks.lyrics + ("",) * (verses - len(event.marks.lyrics))
    marks: Marks = replace(event.marks, lyrics=(*words, *under))
    return replace(event, marks=marks)


def numbered(tune: Tune) -> Tune:
    """The tune with the number of each note or chord under it, as in ⁅7⁆: a place for signs."""
    numbers = count()

    def row(_: Note | Chord) -> Signs:
        return (f"⁅{next(numbers)}⁆",)

    return replace(tune, voices=tuple(_voice(voice, [row]) for voice in tune.voices))


def name_of(event: Note | Chord) -> str:
    """The names of the notes, the highest first: it carries the tune."""
    pitches = sorted(event.pitches, key=lambda pitch: pitch.midi, reverse=True)
    return "/".join(f"{pitch.step}{_NAMES[pitch.alter]}" for pitch in pitches)


def _named(event: Note | Chord) -> Signs:
    return (name_of(event),)


def _whistle(lowest: int) -> Row:
    def of(event: Note | Chord) -> Signs:
        midi = max(pitch.midi for pitch in event.pitches)
        octave, above = divmod(midi - lowest, 12)
        if octave not in {0, 1}:
            return ("×", *[""] * 6)
        # the first note of an octave is overblown with the top hole open
        holes = "○●●●●●" if octave and not above else _HOLES[above]
        return (*holes, "+" * octave)

    return of


def _strings(sign: Callable[[int], str], reach: int) -> Row:
    def of(event: Note | Chord) -> Signs:
        found = [_SILENT] * len(_STRINGS)
        for midi in sorted((pitch.midi for pitch in event.pitches), reverse=True):
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
TABS: dict[str, Row] = {
    **{name: _whistle(INSTRUMENTS[name].low) for name in WHISTLES},
    "mandolin": _strings(str, 17),
    "fiddle": _strings(_finger, 7),
}
