"""A tune as MusicXML in its written order: bars, repeats, endings, tuplets, beams, grace notes.

music21 writes the file from objects built here out of our notes, never from ABC; what it wrote is read
again and compared. What MusicXML gets: pitches and lengths, ties, tuplets, beams, slurs, grace notes, chord
symbols, fingerings, lyrics, words, and the ornaments in `marks`; a roll is a turn there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from itertools import chain
from typing import Any

from abcgen.errors import ScoreError
from abcgen.notation.key import clef_octaves, clef_shift
from abcgen.notation.sounding import sounding_notes
from abcgen.notation.tune import Bar, Tune, Voice
from abcgen.notation.voices import clef_of, declared_names, transposition
from abcgen.scores.compare import TimedNote, require_same, ticks, timed
from abcgen.scores.limits import check_limits
from abcgen.scores.m21 import key_signature, music21, quarters, time_signature, translating
from abcgen.scores.names import one_line
from abcgen.scores.staff import BarWriter, rest_bars
from abcgen.scores.tempo import quarters_per_minute, tempo_marks, written_tempo
from abcgen.scores.ties import with_true_ties


def to_musicxml(tune: Tune) -> bytes:
    """The tune as the bytes of a `.musicxml` file (MusicXML 4.0, partwise), UTF-8.

    Raises ScoreError when the tune is too large, or the file would hold other notes than it.
    """
    check_limits(tune)
    if any(bar.overlays for voice in tune.voices for bar in voice.bars):
        raise ScoreError("the MusicXML holds one line of notes a voice, no '&'; write a voice (V:) for it")
    with translating("make the MusicXML"):
        data = _export(with_true_ties(tune))
        found = read_musicxml(data)
    expected = [timed(sounding_notes(voice)) for voice in tune.voices]
    require_same(chain.from_iterable(expected), chain.from_iterable(found), "the MusicXML")
    return data


def read_musicxml(data: bytes) -> list[list[TimedNote]]:
    """The notes of every part, ties joined, grace notes left out, as music21 reads them."""
    m21 = music21()
    score = m21.converter.parseData(data, format="musicxml").toSoundingPitch()
    return [_part_notes(part) for part in score.parts]


def _part_notes(part: Any) -> list[TimedNote]:
    notes: list[TimedNote] = []
    held: dict[int, int] = {}
    for measure in part.getElementsByClass("Measure"):
        for element in measure.notes:
            if element.duration.isGrace or "Harmony" in element.classes:
                continue
            onset = ticks(Fraction(measure.offset + element.offset) / 4)
            end = ticks(Fraction(measure.offset + element.offset + element.quarterLength) / 4)
            for note in element.notes if "Chord" in element.classes else (element,):
                midi = note.pitch.midi
                if note.tie is not None and note.tie.type in {"stop", "continue"} and midi in held:
                    index = held[midi]
                    notes[index] = notes[index]._replace(duration=end - notes[index].onset)
                else:
                    index = len(notes)
                    notes.append(TimedNote(onset, midi, end - onset))
                if note.tie is not None and note.tie.type in {"start", "continue"}:
                    held[midi] = index
                else:
                    held.pop(midi, None)
    return notes


def _export(tune: Tune) -> bytes:
    m21 = music21()
    score = m21.stream.Score()
    score.metadata = m21.metadata.Metadata(title=one_line(tune.title) or "Untitled")
    if composer := one_line(tune.field_text("C")):
        score.metadata.composer = composer
    for number, voice in enumerate(tune.voices, 1):
        name, short = declared_names(voice.properties)
        part = m21.stream.Part(id=f"P{number}")
        part.partName = one_line(name or voice.name) if len(tune.voices) > 1 else None
        part.partAbbreviation = one_line(short) or None
        _fill(part, voice, _metronomes(tune, voice))
        score.insert(0, part)
    exporter = m21.musicxml.m21ToXml.GeneralObjectExporter(score)
    exporter.makeNotation = False
    data = _settled(bytes(exporter.parse()))
    if written_tempo(tune) is None:  # what the rhythm gives is played, not printed
        data = data.replace(b'<metronome parentheses="no">', b'<metronome print-object="no">', 1)
    # where nobody is named, music21 names itself
    return data if composer else re.sub(rb'\s*<creator type="composer">Music21</creator>', b"", data)


def _metronomes(tune: Tune, voice: Voice) -> dict[tuple[int, int], Any]:
    """The tempos of a voice by bar and event; the first voice begins as `Q:` says, or by the rhythm."""
    m21 = music21()
    found = {}
    begins = {(0, 0): written_tempo(tune)} if voice is tune.voices[0] else {}
    for place, beat in {**begins, **tempo_marks(voice, tune.unit_length)}.items():
        if beat is None:
            found[place] = m21.tempo.MetronomeMark(number=float(quarters_per_minute(tune)))
        else:
            length = m21.duration.Duration(quarters(beat.length))
            found[place] = m21.tempo.MetronomeMark(number=float(beat.beats), referent=length)
    return found


def _settled(data: bytes) -> bytes:
    """The file without today's date and random names: the same tune gives the same bytes."""
    data = re.sub(rb"\s*<encoding-date>[^<]*</encoding-date>", b"", data)
    for number, name in enumerate(re.findall(rb'<score-part id="([^"]+)"', data), 1):
        data = data.replace(b'id="' + name + b'"', b'id="P%d"' % number)
    return data


def _fill(part: Any, voice: Voice, tempos: Mapping[tuple[int, int], Any]) -> None:
    """The measures of one voice, then the brackets over its endings; `tempos` by bar and event."""
    m21 = music21()
    writer = BarWriter(voice, tempos)
    if transposed := transposition(voice):
        instrument = m21.instrument.Instrument()
        instrument.transposition = m21.interval.Interval(transposed)
        part.insert(0, instrument)
    first_measure: dict[int, Any] = {}
    number = 0
    previous: Bar | None = None
    for index, bar in enumerate(voice.bars):
        for piece, position in rest_bars(bar):
            continued = position == "whole" and previous is not None and _completes(previous, bar)
            opens_short = index == 0 and _missing(bar) > 0
            number += 0 if continued or opens_short else 1
            measure = m21.stream.Measure(number=number)
            if continued or opens_short:
                measure.numberSuffix = "a" if continued else None
                measure.showNumber = m21.stream.enums.ShowNumber.NEVER
                measure.paddingLeft = quarters(_missing(bar))
            clef = clef_of(voice, bar)
            _signatures(measure, bar, previous, clef)
            if bar.part and position in {"whole", "first"}:
                measure.append(m21.expressions.RehearsalMark(one_line(bar.part)))
            writer.write(index, piece, measure, clef_shift(clef) // 12)
            _bar_lines(measure, bar, position)
            part.append(measure)
            first_measure.setdefault(index, measure)
            previous = bar
    for slur in writer.under.slurs:
        part.insert(0, slur)
    for index, bar in enumerate(voice.bars):
        if bar.ending:
            covered = [first_measure[i] for i in range(index, _ending_last(voice.bars, index) + 1)]
            bracket = m21.spanner.RepeatBracket(covered, number=",".join(map(str, bar.ending)))
            part.insert(0, bracket)


def _missing(bar: Bar) -> Fraction:
    length = bar.meter.bar_length
    return Fraction(0) if length is None else max(Fraction(0), length - bar.duration)


def _completes(previous: Bar, bar: Bar) -> bool:
    """Whether `bar` is the rest of a bar that a repeat sign or an ending cut in two."""
    length = bar.meter.bar_length
    return length is not None and _missing(previous) > 0 and previous.duration + bar.duration <= length


def _signatures(measure: Any, bar: Bar, previous: Bar | None, clef: str) -> None:
    if previous is None or bar.key.clef != previous.key.clef:
        measure.append(_named_clef(clef) or _clef(bar))
    if previous is None or bar.key != previous.key:
        measure.append(key_signature(bar.key))
    if previous is None or bar.meter != previous.meter:
        if bar.meter.free:
            measure.append(music21().meter.SenzaMisuraTimeSignature())
        else:
            measure.append(time_signature(bar.meter))


def _named_clef(name: str) -> Any:
    """The clef of that name, as `treble`, `bass3` or `tenor-8`; None where there is none such."""
    m21 = music21()
    match = _CLEF.fullmatch(name)
    if match is None or match[1] not in _CLEFS:
        return m21.clef.PercussionClef() if name == "perc" else None
    sign, line = _CLEFS[match[1]]
    octaves = clef_octaves(name)
    return m21.clef.clefFromString(f"{sign}{match[2] or line}", octaves)


def _clef(bar: Bar) -> Any:
    """The bass clef for a tune that begins with a bar below the small octave's A, else the treble."""
    m21 = music21()
    pitches = [pitch.midi for event in bar.events for pitch in event.pitches]
    return m21.clef.BassClef() if pitches and max(pitches) < 55 else m21.clef.TrebleClef()


_CLEF = re.compile(r"([a-zA-Z]+)([1-5]?)([-+_^]8)?")
#: Signs and lines of clefs by their names in ABC.
_CLEFS = {
    "treble": ("G", 2),
    "G": ("G", 2),
    "bass": ("F", 4),
    "F": ("F", 4),
    "alto": ("C", 3),
    "C": ("C", 3),
    "tenor": ("C", 4),
    "soprano": ("C", 1),
    "mezzosoprano": ("C", 2),
    "mezzo": ("C", 2),
    "baritone": ("C", 5),
}
_LINES = {"double": "double", "final": "final", "dotted": "dotted", "none": "none"}


def _bar_lines(measure: Any, bar: Bar, position: str) -> None:
    m21 = music21()
    if position in {"whole", "first"} and bar.opening is not None and bar.opening.starts:
        measure.leftBarline = m21.bar.Repeat(direction="start")
    if position in {"whole", "last"} and bar.closing is not None:
        if bar.closing.ends:
            times = bar.closing.ends + 1
            measure.rightBarline = m21.bar.Repeat(direction="end", times=times if times > 2 else None)
        elif bar.closing.style in _LINES:
            measure.rightBarline = m21.bar.Barline(_LINES[bar.closing.style])


def _ending_last(bars: tuple[Bar, ...], first: int) -> int:
    """The index of the last bar of the ending that begins at `first`."""
    for index in range(first, len(bars) - 1):
        closing = bars[index].closing
        if closing is None or closing.section or bars[index + 1].ending:
            return index
    return len(bars) - 1
