"""What is heard of a voice: pitches, onsets and durations, ties joined, grace notes left out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple

from abcgen.notation.tune import Bar, Chord, Note, Voice


class Sounding(NamedTuple):
    """One sound. `midi` is its pitch, `onset` and `duration` are in whole notes."""

    midi: int
    onset: Fraction
    duration: Fraction


def sounding_notes(voice: Voice) -> tuple[Sounding, ...]:
    """The sounds of a voice, its bars one after the other as they stand, by onset, then pitch.

    For the music as played, unfold the tune first. A tie to a note of another pitch joins nothing.
    """
    return tuple(sound_bars(voice.bars))


def sound_bars(bars: Iterable[Bar]) -> list[Sounding]:
    """As `sounding_notes`, of bars."""
    sounds: list[Sounding] = []
    held: dict[int, int] = {}  # pitch -> index in `sounds` of a note that is tied on
    now = Fraction(0)
    for bar in bars:
        for event in bar.events:
            notes = _notes_of(event)
            held_next: dict[int, int] = {}
            for note in notes:
                midi = note.pitch.midi
                if midi in held:
                    index = held[midi]
                    before = sounds[index]
                    sounds[index] = before._replace(duration=before.duration + note.duration)
                else:
                    index = len(sounds)
                    sounds.append(Sounding(midi, now, note.duration))
                if note.tie:
                    held_next[midi] = index
            held = held_next
            now += event.duration
    return sorted(sounds, key=lambda sound: (sound.onset, sound.midi))


def _notes_of(event: object) -> tuple[Note, ...]:
    if isinstance(event, Note):
        return (event,)
    return event.notes if isinstance(event, Chord) else ()


def music_hash(bars: Iterable[Bar]) -> str:
    """Sixteen hexadecimal digits that name the music as written: same sounds, same hash.

    Title, spelling, beams and ornaments do not count; key does (transposed is other music).
    """
    text = " ".join(f"{s.midi}@{s.onset}:{s.duration}" for s in sound_bars(bars))
    return hashlib.sha256(text.encode("ascii")).hexdigest()[:16]
