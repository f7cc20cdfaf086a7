"""A tune as a Standard MIDI File, played through: repeats and endings in their order.

music21 writes the file from a stream of the notes that we read, never from ABC. What it wrote is read
again by `midifile`, and compared.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from abcgen.errors import NotationError, ScoreError
from abcgen.notation.key import Key
from abcgen.notation.meter import Meter
from abcgen.notation.sounding import Sounding, sounding_notes
from abcgen.notation.tune import Tune, Voice
from abcgen.scores.compare import require_same, timed
from abcgen.scores.limits import check_limits
from abcgen.scores.m21 import key_signature, music21, quarters, time_signature, translating
from abcgen.scores.midifile import read_midi
from abcgen.scores.tempo import quarters_per_minute

MAX_PLAYED_NOTES = 40_000


def to_midi(tune: Tune) -> bytes:
    """The tune as played, as the bytes of a `.mid` file: one track a voice, one program.

    10,080 ticks a quarter note; tempo by `quarters_per_minute`. Grace notes and ornaments are not
    played. Raises ScoreError when the tune is too large, or the file would hold other notes than it.
    """
    check_limits(tune)
    try:
        played = tune.unfolded()
    except NotationError as error:
        raise ScoreError(str(error)) from error
    sounds = [sounding_notes(voice) for voice in played.voices]
    if sum(map(len, sounds)) > MAX_PLAYED_NOTES:
        raise ScoreError(f"with its repeats the tune has more than {MAX_PLAYED_NOTES} notes")
    with translating("MIDI"):
        data = _written(played, sounds)
    expected = [note for voice in sounds for note in timed(voice)]
    require_same(expected, read_midi(data), "the MIDI file")
    return data


def _written(played: Tune, sounds: list[tuple[Sounding, ...]]) -> bytes:
    m21 = music21()
    score = m21.stream.Score()
    for number, (voice, sounding) in enumerate(zip(played.voices, sounds, strict=True)):
        part = m21.stream.Part()
        part.insert(0, m21.instrument.Piano())
        if number == 0:
            part.insert(0, m21.tempo.MetronomeMark(number=float(quarters_per_minute(played))))
        _insert_signatures(part, voice)
        for sound in sounding:
            note = m21.note.Note(sound.midi, quarterLength=quarters(sound.duration))
            part.coreInsert(quarters(sound.onset), note)
        part.coreElementsChanged()
        score.insert(0, part)
    return bytes(m21.midi.translate.streamToMidiFile(score).writestr())


def _insert_signatures(part: Any, voice: Voice) -> None:
    """Metre and key where they change."""
    now = Fraction(0)
    meter: Meter | None = None
    key: Key | None = None
    for bar in voice.bars:
        if bar.meter != meter and not bar.meter.free:
            meter = bar.meter
            part.insert(quarters(now), time_signature(meter))
        if bar.key != key:
            key = bar.key
            part.insert(quarters(now), key_signature(key, traditional=True))
        now += bar.duration
