"""The notes of a bar as music21 objects: lengths, accidentals, ties, tuplets, beams, marks.

Everything a printed note needs is worked out here from our own values, so that music21 has nothing
left to guess. `musicxml` puts the bars together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from abcgen.errors import ScoreError
from abcgen.notation.tune import Bar, Event, Note, Rest, Tuplet, Voice
from abcgen.scores.m21 import music21, pitch_object
from abcgen.scores.marks import Under, add_marks, add_words
from abcgen.scores.values import Value, beams, printed_values


def rest_bars(bar: Bar) -> Iterator[tuple[Bar, str]]:
    """The bar itself as ("whole"), or the bars of a rest of several: "first", "middle" …, "last"."""
    rest = bar.events[0] if len(bar.events) == 1 else None
    if not isinstance(rest, Rest) or rest.bars < 2:
        yield bar, "whole"
        return
    each = rest.duration / rest.bars
    single = replace(rest, duration=each, written=each, bars=1)
    for number in range(rest.bars):
        place = "first" if number == 0 else "last" if number == rest.bars - 1 else "middle"
        yield replace(bar, events=(single,)), place


class BarWriter:
    """Writes the bars of one voice in order; carries ties from bar to bar.

    `tempos`: music21's, by bar and the event that they stand before.
    """

    def __init__(self, voice: Voice, tempos: Mapping[tuple[int, int], Any]) -> None:
        self._tempos = dict(tempos)
        self._events = [event for bar in voice.bars for event in bar.events]
        self._next = 0
        self._last_bar = -1
        self._held: set[int] = set()
        self.under = Under()

    def write(self, index: int, bar: Bar, measure: Any, octaves: int = 0) -> None:
        """Append the events of `bar`, the one numbered `index`, to the music21 `measure`.

        `octaves` is how much higher they sound than they are written, by their clef.
        """
        if index != self._last_bar:
            self._last_bar = index
            self._bar_start = self._next
            self._next += len(bar.events)
        shown = _ShownAccidentals(bar, octaves)
        grouped = beams(bar.events)
        rests = [event for event in bar.events if isinstance(event, Rest)]
        alone = len(rests) == 1 and not any(isinstance(event, Note) for event in bar.events)
        for place, event in enumerate(bar.events):
            after = self._bar_start + place + 1
            following = self._events[after] if after < len(self._events) else None
            if (tempo := self._tempos.pop((index, place), None)) is not None:
                measure.append(tempo)
            halved = alone and event.written in _WHOLE and event.written != bar.meter.bar_length
            self._write_event(event, following, grouped[place], shown, measure, halved=halved)

    def _write_event(
        self,
        event: Event,
        following: Event | None,
        beam: tuple[str, ...],
        shown: _ShownAccidentals,
        measure: Any,
        *,
        halved: bool,
    ) -> None:
        """Append an event, a rest in two if it is to be `halved`."""
        for grace in _graces(event, shown):
            measure.append(grace)
        add_words(event, measure)
        if isinstance(event, Rest):
            self._held = set()
            for rest in _rests(event, halved=halved):
                measure.append(rest)
            return
        notes = (event,) if isinstance(event, Note) else event.notes
        if any(note.duration != event.duration for note in notes):
            raise ScoreError("a chord whose notes last differently has no place in MusicXML")
        reached = {pitch.midi for pitch in following.pitches} if following is not None else set()
        tied_on = {note.pitch.midi for note in notes if note.tie and note.pitch.midi in reached}
        accidentals = [shown.shows(note, note.pitch.midi in self._held) for note in notes]
        values = printed_values(event.written)
        elements = []
        for place, value in enumerate(values):
            first, last = place == 0, place == len(values) - 1
            signs = accidentals if first else [False] * len(notes)
            element = _sounding(notes, signs, shown.octaves)
            element.duration = _duration(value, event.tuplet, first, last)
            for note, part in zip(notes, _parts(element), strict=True):
                stops = not first or note.pitch.midi in self._held
                starts = not last or note.pitch.midi in tied_on
                if stops or starts:
                    part.tie = music21().tie.Tie(_TIES[stops, starts])
            if first:
                add_marks(event, element)
                for kind in beam:
                    level = kind.partition("-")
                    element.beams.append(level[0], level[2] or None)
            elements.append(element)
            measure.append(element)
        self.under.add(event, elements[0], elements[-1])
        self._held = tied_on


#: A rest of one of these lengths, alone in a bar or among chords, is read as that of a whole bar.
_WHOLE = frozenset({1, 2})
_TIES = {(True, True): "continue", (True, False): "stop", (False, True): "start"}


class _ShownAccidentals:
    """Which accidentals a bar prints: those that the key and the notes before do not imply."""

    def __init__(self, bar: Bar, octaves: int) -> None:
        self.octaves = octaves
        self._key = bar.key
        self._state: dict[tuple[str, int], int] = {}

    def shows(self, note: Note, tied: bool = False) -> bool:
        place = (note.pitch.step, note.pitch.octave)
        implied = self._state.get(place, self._key.alter(note.pitch.step))
        if tied and note.accidental is None:
            return False
        self._state[place] = note.pitch.alter
        return note.pitch.alter != implied or note.accidental is not None


def _sounding(notes: tuple[Note, ...], shown: list[bool], octaves: int) -> Any:
    m21 = music21()
    pairs = zip(notes, shown, strict=True)
    made = [m21.note.Note(pitch_object(note.pitch, show, octaves)) for note, show in pairs]
    return made[0] if len(made) == 1 else m21.chord.Chord(made)


def _parts(element: Any) -> tuple[Any, ...]:
    return tuple(element.notes) if "Chord" in element.classes else (element,)


def _rests(event: Rest, *, halved: bool) -> Iterator[Any]:
    values = printed_values(event.written / 2) * 2 if halved else printed_values(event.written)
    for place, value in enumerate(values):
        rest = music21().note.Rest()
        rest.duration = _duration(value, event.tuplet, place == 0, place == len(values) - 1)
        rest.style.hideObjectOnPrint = not event.visible
        yield rest


def _duration(value: Value, tuplet: Tuplet | None, first: bool, last: bool) -> Any:
    """A music21 duration by type and dots, in its tuplet; the bracket opens and closes with it."""
    m21 = music21()
    made = m21.duration.Duration(type=value.type, dots=value.dots)
    if tuplet is not None:
        group = m21.duration.Tuplet(tuplet.p, tuplet.q)
        if first and tuplet.index == 0:
            group.type = "start"
        if last and tuplet.index == tuplet.r - 1:
            group.type = "stop" if group.type is None else "startStop"
        made.appendTuplet(group)
    return made


def _graces(event: Event, shown: _ShownAccidentals) -> Iterator[Any]:
    """Grace notes, which take no time: an eighth when alone, else sixteenths under one beam."""
    graces = event.marks.grace
    for place, grace in enumerate(graces):
        made = music21().note.Note(pitch_object(grace.pitch, shown.shows(grace), shown.octaves))
        made.duration = music21().duration.Duration(type="eighth" if len(graces) == 1 else "16th")
        if len(graces) > 1:
            kind = "start" if place == 0 else "stop" if place == len(graces) - 1 else "continue"
            made.beams.append(kind)
            made.beams.append(kind)
        small = made.getGrace()
        small.duration.slash = event.marks.acciaccatura
        yield small
