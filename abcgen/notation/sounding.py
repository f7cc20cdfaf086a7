"""What is heard of a voice: pitches, onsets and durations, ties joined, grace notes left out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple

from abcgen.notation.meter import TICKS
from abcgen.notation.tune import Bar, Event, Voice


class Sounding(NamedTuple):
    """One sound. `midi` is its pitch, `onset` and `duration` are in whole notes."""

    midi: int
    onset: Fraction
    duration: Fraction


def sounding_notes(voice: Voice) -> tuple[Sounding, ...]:
    """The sounds of a voice, its bars one after the other as they stand, by onset, then pitch.

    For the music as played, unfold the tune first. A tie to a note of another pitch joins nothing.
    """
    return tuple(sound_bars(voice.bars, voice.transpose))


def sound_bars(bars: Iterable[Bar], transpose: int = 0) -> list[Sounding]:
    """As `sounding_notes`, of bars that sound `transpose` semitones off."""
    return [
        Sounding(midi, Fraction(onset, TICKS), Fraction(ticks, TICKS))
        for onset, midi, ticks in sound_ticks(bars, transpose)
    ]


def sound_ticks(bars: Iterable[Bar], transpose: int = 0) -> list[tuple[int, int, int]]:
    """As `sounding_notes`, of bars: onset in ticks, MIDI pitch, duration in ticks."""
    sounds: list[list[int]] = []
    # For every layer: pitch -> the sound of a note that is tied on
    held: list[dict[int, list[int]]] = []
    begin = 0
    for bar in bars:
        shift = transpose + bar.key.shift
        layers = (bar.events, *bar.overlays)
        before = [*held, *({} for _ in layers)]
        held = [_layer(layer, begin, shift, sounds, before[i]) for i, layer in enumerate(layers)]
        begin += bar.ticks
    return sorted((onset, midi, ticks) for onset, midi, ticks in sounds)


def _layer(
    events: Iterable[Event], now: int, shift: int, sounds: list[list[int]], held: dict[int, list[int]]
) -> dict[int, list[int]]:
    """Add the sounds of one layer of a bar; gives those that are tied on beyond it."""
    for event in events:
        held_next: dict[int, list[int]] = {}
        for note in event.notes:
            midi = note.pitch.midi + shift
            sound = held.get(midi)
            if sound is not None:
                sound[2] += note.ticks
            else:
                sound = [now, midi, note.ticks]
                sounds.append(sound)
            if note.tie:
                held_next[midi] = sound
        held = held_next
        now += event.ticks
    return held


def music_hash(bars: Iterable[Bar]) -> str:
    """Sixteen hexadecimal digits that name the music as written: same sounds, same hash.

    Title, spelling, beams and ornaments do not count; key does (transposed is other music).
    """
    text = " ".join(f"{s.midi}@{s.onset}:{s.duration}" for s in sound_bars(bars))
    return hashlib.sha256(text.encode("ascii")).hexdigest()[:16]
