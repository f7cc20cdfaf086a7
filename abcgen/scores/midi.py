"""A tune as a Standard MIDI File, played through: repeats and endings in their order.

music21 writes the file from a stream of the notes that we read, never from ABC. What it wrote is read
again by `midifile`, and compared.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from abcgen.notation.key import Key
from abcgen.notation.meter import Meter
from abcgen.notation.tune import Tune, Voice
from abcgen.scores.compare import require_same, timed
from abcgen.scores.m21 import key_signature, music21, quarters, time_signature, translating
from abcgen.scores.midifile import read_midi
from abcgen.scores.names import one_line
from abcgen.scores.performance import Performance, performed
from abcgen.scores.playing import ACCOMPANIMENT, AS_WRITTEN, MELODY, OTHER_PROGRAMS, Playing


def to_midi(tune: Tune, playing: Playing = AS_WRITTEN) -> bytes:
    """The tune as played, as the bytes of a `.mid` file: one track a voice, and one for chords if asked.

    10,080 ticks a quarter note; its tempos. Grace notes and ornaments are not
    played. Raises ScoreError when the tune is too large, or the file would hold other notes than it.
    """
    return midi_of(performed(tune, playing), playing)


def midi_of(performance: Performance, playing: Playing) -> bytes:
    """The same for a tune as it is performed already. Raises ScoreError as `to_midi` does."""
    with translating("make the MIDI"):
        data = _written(performance, playing)
    expected = [note for voice in performance.voices for note in timed(voice)]
    require_same(expected, read_midi(data), "the MIDI file")
    return data


def _written(performance: Performance, playing: Playing) -> bytes:
    played, moved = performance.tune, performance.moved
    m21 = music21()
    score = m21.stream.Score()
    for number, sounding in enumerate(performance.voices):
        voice = played.voices[number] if number < len(played.voices) else None
        part = m21.stream.Part()
        part.insert(0, _instrument(playing.program if voice is not None else OTHER_PROGRAMS["piano"]))
        if number == 0:
            for onset, tempo in ((Fraction(0), performance.tempos.first), *performance.tempos.changes):
                part.insert(quarters(onset), m21.tempo.MetronomeMark(number=float(tempo)))
        if voice is not None:
            _insert_signatures(part, voice, moved)
        for sound in sounding:
            note = m21.note.Note(sound.midi, quarterLength=quarters(sound.duration))
            note.volume.velocity = MELODY if voice is not None else ACCOMPANIMENT
            part.coreInsert(quarters(sound.onset), note)
        part.coreElementsChanged()
        score.insert(0, part)
    file = m21.midi.translate.streamToMidiFile(score)
    for track in file.tracks:
        track.events[-2].time = 0  # it ends with its last note; music21 adds a rest
    _name(file.tracks[0], one_line(played.title))
    return bytes(file.writestr())


def _name(track: Any, title: str) -> None:
    """Begin a track with the title, as a sequence is named."""
    if not title:
        return
    m21 = music21()
    event = m21.midi.MidiEvent(track, type=m21.midi.MetaEvents.SEQUENCE_TRACK_NAME)
    event.data = title.encode("utf-8")
    track.events[:0] = [m21.midi.DeltaTime(track, time=0), event]


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
