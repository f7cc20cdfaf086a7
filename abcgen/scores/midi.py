"""A tune as a Standard MIDI File, played through: repeats and endings in their order.

music21 writes the file from a stream of the notes that we read, never from ABC. What it wrote is read
again by `midifile`, and compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any

from abcgen.errors import NotationError, ScoreError
from abcgen.notation.key import Key
from abcgen.notation.meter import Meter
from abcgen.notation.sounding import Sounding, sounding_notes
from abcgen.notation.tune import Tune, Voice
from abcgen.scores.compare import TICKS_PER_WHOLE, require_same, ticks, timed
from abcgen.scores.limits import check_limits
from abcgen.scores.m21 import key_signature, music21, quarters, time_signature, translating
from abcgen.scores.midifile import read_midi
from abcgen.scores.playing import AS_WRITTEN, OTHER_PROGRAMS, Playing, accompaniment, checked, swung
from abcgen.scores.tempo import quarters_per_minute

MAX_PLAYED_NOTES = 40_000
#: How hard notes are struck, of 127.
MELODY, ACCOMPANIMENT = 90, 58


def to_midi(tune: Tune, playing: Playing = AS_WRITTEN) -> bytes:
    """The tune as played, as the bytes of a `.mid` file: one track a voice, and one for chords if asked.

    10,080 ticks a quarter note; tempo by `quarters_per_minute`. Grace notes and ornaments are not
    played. Raises ScoreError when the tune is too large, or the file would hold other notes than it.
    """
    check_limits(tune)
    checked(playing)
    try:
        played = tune.unfolded() if playing.unfold else tune
    except NotationError as error:
        raise ScoreError(str(error)) from error
    sounds = [sounding_notes(voice) for voice in played.voices]
    if sum(map(len, sounds)) > MAX_PLAYED_NOTES:
        raise ScoreError(f"with its repeats the tune has more than {MAX_PLAYED_NOTES} notes")
    if playing.chords and played.voices:
        sounds.append(tuple(accompaniment(played.voices[0])))
    moved = swung(played.bars, playing.swing)
    heard = [_heard(voice, moved) for voice in sounds]
    with translating("make the MIDI"):
        data = _written(played, heard, moved, playing)
    expected = [note for voice in heard for note in timed(voice)]
    require_same(expected, read_midi(data), "the MIDI file")
    return data


def _heard(sounds: Iterable[Sounding], moved: Callable[[Fraction], Fraction]) -> list[Sounding]:
    """Sounds that swing, to the nearest tick."""
    found = []
    for sound in sounds:
        onset, end = (
            Fraction(ticks(moved(at)), TICKS_PER_WHOLE) for at in (sound.onset, sound.onset + sound.duration)
        )
        found.append(sound._replace(onset=onset, duration=end - onset))
    return found


def _written(
    played: Tune, heard: list[list[Sounding]], moved: Callable[[Fraction], Fraction], playing: Playing
) -> bytes:
    m21 = music21()
    score = m21.stream.Score()
    tempo = playing.tempo or quarters_per_minute(played)
    for number, sounding in enumerate(heard):
        voice = played.voices[number] if number < len(played.voices) else None
        part = m21.stream.Part()
        part.insert(0, _instrument(playing.program if voice is not None else OTHER_PROGRAMS["piano"]))
        if number == 0:
            part.insert(0, m21.tempo.MetronomeMark(number=float(tempo)))
        if voice is not None:
            _insert_signatures(part, voice, moved)
        for sound in sounding:
            note = m21.note.Note(sound.midi, quarterLength=quarters(sound.duration))
            note.volume.velocity = MELODY if voice is not None else ACCOMPANIMENT
            part.coreInsert(quarters(sound.onset), note)
        part.coreElementsChanged()
        score.insert(0, part)
    return bytes(m21.midi.translate.streamToMidiFile(score).writestr())


def _instrument(program: int) -> Any:
    instrument = music21().instrument.Instrument()
    instrument.midiProgram = program
    return instrument


def _insert_signatures(part: Any, voice: Voice, moved: Callable[[Fraction], Fraction]) -> None:
    """Metre and key where they change."""
    now = Fraction(0)
    meter: Meter | None = None
    key: Key | None = None
    for bar in voice.bars:
        if bar.meter != meter and not bar.meter.free:
            meter = bar.meter
            part.insert(quarters(moved(now)), time_signature(meter))
        if bar.key != key:
            key = bar.key
            part.insert(quarters(moved(now)), key_signature(key, traditional=True))
        now += bar.duration
