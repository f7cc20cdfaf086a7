"""What instruments and voices can play: a range, and for some the pitches within it.

Ranges are those that ABC is written in for the instrument: a tin whistle sounds an octave above its notes.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from abcgen.notation.tune import Tune

_D_FLUTE = frozenset({2, 4, 6, 7, 9, 11, 0, 1})  # D major, and C natural
_NINE_NOTES = frozenset({67, 69, 71, 73, 74, 76, 78, 79, 81})  # of the Highland chanter


@dataclass(frozen=True, slots=True)
class Instrument:
    """`low` and `high` are MIDI pitches as written; `classes` the pitch classes it has, None for all.

    `program` is that of General MIDI, from 0, that sounds most like it.
    """

    name: str
    low: int
    high: int
    classes: frozenset[int] | None = None
    pitches: frozenset[int] | None = None
    program: int = 0

    def plays(self, midi: int) -> bool:
        """Whether it has this note."""
        if self.pitches is not None:
            return midi in self.pitches
        return self.low <= midi <= self.high and (self.classes is None or midi % 12 in self.classes)

    def plays_all(self, pitches: Collection[int]) -> bool:
        """Whether it has all these notes."""
        return all(self.plays(midi) for midi in pitches)


def _whistle(name: str, semitones: int) -> Instrument:
    """A whistle or keyless flute in another key than D."""
    classes = frozenset((c + semitones) % 12 for c in _D_FLUTE)
    return Instrument(name, 62 + semitones, 86 + semitones - 1, classes, program=74)


INSTRUMENTS: dict[str, Instrument] = {
    instrument.name: instrument
    for instrument in (
        _whistle("tin-whistle-d", 0),
        _whistle("tin-whistle-c", -2),
        _whistle("tin-whistle-g", 5),
        Instrument("flute", 62, 93, program=73),
        Instrument("keyless-flute", 62, 86, _D_FLUTE, program=73),
        Instrument("fiddle", 55, 83, program=110),
        Instrument("mandolin", 55, 88, program=25),
        Instrument("uilleann-pipes", 62, 86, _D_FLUTE | {8}, program=109),
        Instrument("highland-pipes", 67, 81, None, _NINE_NOTES, program=109),
        Instrument("concertina", 55, 96, program=21),
        Instrument("soprano", 60, 81, program=52),
        Instrument("alto", 53, 74, program=52),
        Instrument("tenor", 48, 69, program=52),
        Instrument("bass", 40, 64, program=52),
    )
}

#: What people say who mean the usual one.
_USUAL = {"tin-whistle": "tin-whistle-d", "whistle": "tin-whistle-d", "violin": "fiddle"}


def instrument_name(text: str) -> str:
    """The name of an instrument as it stands in `INSTRUMENTS`, if there is one; else `text`, tidied."""
    name = "-".join(text.lower().replace("_", " ").split())
    return _USUAL.get(name, name)


def sounding_pitches(tune: Tune) -> frozenset[int]:
    """The MIDI pitches of all notes of a tune as they sound, grace notes left out."""
    return frozenset(
        pitch.midi + voice.transpose + bar.key.shift
        for voice in tune.voices
        for bar in voice.bars
        for layer in (bar.events, *bar.overlays)
        for event in layer
        for pitch in event.pitches
    )


def playable_on(tune: Tune) -> tuple[str, ...]:
    """The names of the instruments that have every note of a tune."""
    pitches = sounding_pitches(tune)
    return tuple(name for name, instrument in INSTRUMENTS.items() if instrument.plays_all(pitches))
