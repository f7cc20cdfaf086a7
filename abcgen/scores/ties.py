"""Ties that lead to no note of their pitch: those are slurs, and shown as slurs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from abcgen.notation.tune import Bar, Event, Note, Rest, Tune, Voice


def with_true_ties(tune: Tune) -> Tune:
    """The tune with a slur for every such tie from one note or chord to the next.

    Where a section ends a tie may lead back, and stays as it is.
    """
    voices = tuple(map(_voice, tune.voices))
    return tune if voices == tune.voices else replace(tune, voices=voices)


def _voice(voice: Voice) -> Voice:
    slurred = False
    bars: list[Bar] = []
    for bar, beyond in zip(voice.bars, _beyond(voice.bars), strict=True):
        events: list[Event] = []
        for event, following in zip(bar.events, [*bar.events[1:], beyond], strict=True):
            told, false = _true(event, following)
            opened, closed = int(false and not slurred), int(slurred and not false)
            if opened or closed:
                marks = told.marks
                marks = replace(
                    marks, slurs_opened=marks.slurs_opened + opened, slurs_closed=marks.slurs_closed + closed
                )
                told = replace(told, marks=marks)
            slurred = false
            events.append(told)
        bars.append(bar if tuple(events) == bar.events else replace(bar, events=tuple(events)))
    return replace(voice, bars=tuple(bars))


def _beyond(bars: Sequence[Bar]) -> Iterator[Event | None]:
    """What follows the last event of each bar in its section."""
    for bar, following in zip(bars, [*bars[1:], None], strict=True):
        over = following is None or following.ending or bar.ends_section(following)
        yield following.events[0] if following and following.events and not over else None


def _true(event: Event, following: Event | None) -> tuple[Event, bool]:
    """The event without ties that lead to none of its notes, and whether they were a slur."""
    if isinstance(event, Rest) or following is None or isinstance(following, Rest) or not event.tie:
        return event, False
    reached = {pitch.midi for pitch in following.pitches}
    notes = [replace(note, tie=note.tie and note.pitch.midi in reached) for note in event.notes]
    found = notes[0] if isinstance(event, Note) else replace(event, notes=tuple(notes))
    return found, not found.tie
