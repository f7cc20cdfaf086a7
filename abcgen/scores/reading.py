"""MIDI and MusicXML files through music21, as measures: the two readers behind `read_score`.

Files are untrusted: how large they may be is bounded, and XML with entities of its own is refused.
"""

from __future__ import annotations

import codecs
import io
import re
import zipfile
from collections import deque
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

from abcgen.errors import InputError, ScoreError
from abcgen.files import BROKEN_ZIP
from abcgen.notation.key import Key
from abcgen.notation.meter import Meter, parse_meter
from abcgen.notation.tune import BarLine, Pitch, Tune
from abcgen.scores.importing import Measure, Signed, Struck, key_of, spelled, tune_of
from abcgen.scores.limits import MAX_BARS, MAX_EVENTS
from abcgen.scores.m21 import music21, translating
from abcgen.scores.marks import KIND_NAMES
from abcgen.scores.names import one_line
from abcgen.scores.quantise import Played, pickup_of, quantised

#: Suffixes of files by what is in them.
KINDS = {".mid": "midi", ".midi": "midi", ".musicxml": "musicxml", ".xml": "musicxml", ".mxl": "musicxml"}
MAX_BYTES = 8 * 1024 * 1024
_DRUMS = 10
#: Whom music21 names as the composer where nobody is named.
_NOBODY = "Music21"
_DECLARED = re.compile(r"""(<\?xml[^>]*encoding=["'])[^"']*(["'])""")


def read_score(path: Path, part: int = 1, title: str = "") -> Tune:
    """The tune of a part of a MIDI or MusicXML file, counted from 1; its title, or one for it.

    Words, dynamics and further voices of the part are left out. Raises InputError for a file of another kind,
    or too large; ScoreError for one that cannot be read, or has no such part.
    """
    kind = KINDS.get(path.suffix.lower())
    if kind is None:
        raise InputError(f"{path}: is neither MIDI nor MusicXML; its name ends on none of {', '.join(KINDS)}")
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError(f"{path}: is larger than {MAX_BYTES // 2**20} MiB, which no tune is")
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error
    if kind == "midi":
        measures, name = _of_midi(data, part)
        return tune_of(measures, title or name or path.stem)
    return _of_musicxml(_unpacked(data, path), part, title, path.stem)


# -- MusicXML --------------------------------------------------------------------------------------


def _unpacked(data: bytes, path: Path) -> bytes:
    """The XML of a file, which may be a zip with one inside. Raises InputError."""
    if data[:2] == b"PK":
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                scores = [
                    entry
                    for entry in archive.infolist()
                    if not entry.filename.startswith("META-INF")
                    and entry.filename.endswith((".xml", ".musicxml"))
                ]
                if not scores or scores[0].file_size > MAX_BYTES:
                    raise InputError(f"{path}: holds no score, or one that is too large")
                data = archive.read(scores[0])
        except BROKEN_ZIP as error:
            raise InputError(f"{path}: is a zip that cannot be read: {error}") from error
    if data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        text = data.decode("utf-16", "replace")
        data = _DECLARED.sub(r"\1UTF-8\2", text, count=1).encode("utf-8")
    if any("<!ENTITY".encode(encoding) in data for encoding in ("utf-8", "utf-16-le", "utf-16-be")):
        raise InputError(f"{path}: defines entities of its own, which a score needs not")
    return data


def _of_musicxml(data: bytes, part: int, title: str, stem: str) -> Tune:
    with translating("read the MusicXML"):
        score = music21().converter.parseData(data, format="musicxml", forceSource=True)
        parts = list(score.parts)
        chosen = _chosen(parts, part)
        metadata = score.metadata
        named = title or (metadata and (metadata.title or metadata.movementName)) or stem
        composer = (metadata and metadata.composer) or ""
        composer = "" if composer == _NOBODY else composer
        measures = list(_written_measures(chosen))
    return tune_of(measures, one_line(str(named)), one_line(str(composer)))


def _written_measures(part: Any) -> Iterator[Measure]:
    meter, signature = parse_meter("4/4"), Signed(0)
    found = list(part.getElementsByClass("Measure"))
    if len(found) > MAX_BARS:
        raise ScoreError(f"it has {len(found)} bars, {MAX_BARS} is the most")
    endings = _endings(part)
    last = _last_pitch(found)
    for measure in found:
        if measure.timeSignature is not None:
            meter = parse_meter(measure.timeSignature.ratioString)
        if measure.keySignature is not None:
            signature = Signed(measure.keySignature.sharps, getattr(measure.keySignature, "mode", None) or "")
        length = (
            Fraction(measure.highestTime or measure.barDuration.quarterLength).limit_denominator(10080) / 4
        )
        yield Measure(
            length,
            tuple(_struck_in(measure)),
            meter,
            key_of(signature, last),
            BarLine("single", starts=1) if _repeats(measure.leftBarline, "start") else None,
            _closing(measure.rightBarline),
            endings.get(id(measure), ()),
        )


def _endings(part: Any) -> dict[int, tuple[int, ...]]:
    """The numbers of the endings, by the measures with which they begin."""
    found = {}
    for bracket in part.recurse().getElementsByClass("RepeatBracket"):
        measures = bracket.getSpannedElements()
        numbers = tuple(int(number) for number in bracket.numberRange)
        if measures and numbers:
            found[id(measures[0])] = numbers
    return found


def _closing(line: Any) -> BarLine:
    if _repeats(line, "end"):
        return BarLine("single", ends=1)
    style = getattr(line, "type", "regular")
    return BarLine({"double": "double", "final": "final", "light-light": "double"}.get(style, "single"))


def _repeats(line: Any, direction: str) -> bool:
    return line is not None and getattr(line, "direction", None) == direction


def _struck_in(measure: Any) -> Iterator[Struck]:
    voices = list(measure.voices)
    symbol = ""
    for element in (voices[0] if voices else measure).notesAndRests:
        if "Harmony" in element.classes:
            symbol = _symbol(element)
            continue
        if element.duration.isGrace or element.isRest or "Unpitched" in element.classes:
            continue
        notes = element.notes if element.isChord else (element,)
        pitches = {_pitch(note.pitch): note.tie for note in notes}
        tied = frozenset(
            p for p, tie in pitches.items() if tie is not None and tie.type in {"start", "continue"}
        )
        onset, duration = (
            Fraction(value).limit_denominator(10080) / 4 for value in (element.offset, element.quarterLength)
        )
        yield Struck(onset, duration, tuple(sorted(pitches, key=lambda p: p.midi)), tied, symbol)
        symbol = ""


def _symbol(harmony: Any) -> str:
    """A chord as people write it."""
    if "NoChord" in harmony.classes:
        return "N.C."
    kind = next((name for name, kind in KIND_NAMES.items() if kind == harmony.chordKind), None)
    root, bass = harmony.root(), harmony.bass()
    if kind is None or root is None:
        return str(harmony.figure or "").replace("-", "b")
    under = f"/{bass.name}" if bass is not None and bass.name != root.name else ""
    return f"{root.name}{kind}{under}".replace("-", "b")


def _last_pitch(measures: list[Any]) -> int:
    for measure in reversed(measures):
        for element in reversed(list(measure.recurse().notes)):
            if "Harmony" not in element.classes and element.pitches:
                return int(element.pitches[0].midi)
    return 0


def _pitch(pitch: Any) -> Pitch:
    alter = round(pitch.alter)
    if abs(alter) > 2 or alter != pitch.alter:
        raise ScoreError(f"{pitch.nameWithOctave} has no place in ABC")
    return Pitch(str(pitch.step), alter, int(pitch.implicitOctave))


# -- MIDI ------------------------------------------------------------------------------------------


def _of_midi(data: bytes, part: int) -> tuple[list[Measure], str]:
    """The bars of a part, and what the file is called inside, "" where it is not."""
    with translating("read the MIDI file"):
        file = music21().midi.MidiFile()
        file.readstr(data)
        per_quarter = int(file.ticksPerQuarterNote)
        tracks = [_track(track, per_quarter) for track in file.tracks]
        name = _name(file.tracks[0]) if file.tracks else ""
    notes = _chosen([notes for notes, _, _ in tracks if notes], part)
    if len(notes) > MAX_EVENTS:
        raise ScoreError(f"it has {len(notes)} notes, {MAX_EVENTS} is the most")
    meters = sorted(
        ((at, meter) for _, found, _ in tracks for at, meter in found.items()), key=lambda each: each[0]
    )
    line = quantised(notes)
    signature = next((signature for _, _, signature in tracks if signature is not None), None)
    key = key_of(signature or Signed(_sharps(line)), line[-1].midis[0])
    return list(_found_measures(line, [(Fraction(0), parse_meter("4/4")), *meters], key)), name


def _name(track: Any) -> str:
    """What the first track says that the sequence is called."""
    for event in track.events:
        if getattr(event.type, "name", "") == "SEQUENCE_TRACK_NAME":
            return one_line(bytes(event.data or b"").decode("utf-8", "replace"))
    return ""


def _track(
    track: Any, per_quarter: int
) -> tuple[list[tuple[Fraction, Fraction, int]], dict[Fraction, Meter], Signed | None]:
    """Its notes as (onset, end, MIDI number) in quarter notes, its metres by onset, its first signature."""
    notes: list[tuple[Fraction, Fraction, int]] = []
    begun: dict[tuple[int, int], deque[int]] = {}
    meters: dict[Fraction, Meter] = {}
    signature: Signed | None = None
    for time, event in music21().midi.translate.getTimeForEvents(track):
        kind = getattr(event.type, "name", "")
        if event.isNoteOn() and event.channel != _DRUMS:
            begun.setdefault((event.channel, event.pitch), deque()).append(time)
        elif event.isNoteOff() and begun.get((event.channel, event.pitch)):
            onset = begun[event.channel, event.pitch].popleft()
            if time > onset:
                notes.append((Fraction(onset, per_quarter), Fraction(time, per_quarter), int(event.pitch)))
        elif kind == "TIME_SIGNATURE":
            meters[Fraction(time, per_quarter)] = parse_meter(f"{event.data[0]}/{2 ** event.data[1]}")
        elif kind == "KEY_SIGNATURE" and signature is None:
            sharps = int.from_bytes(event.data[:1], "big", signed=True)
            signature = Signed(sharps, "minor" if event.data[1] else "major")
    return notes, meters, signature


def _sharps(line: list[Played]) -> int:
    """The signature that most of the notes are in, of equal ones that with the fewest signs."""
    weights = [Fraction(0)] * 12
    for played in line:
        for midi in played.midis:
            weights[midi % 12] += played.duration

    def within(sharps: int) -> Fraction:
        return sum((weights[(7 * fifth) % 12] for fifth in range(sharps - 1, sharps + 6)), Fraction(0))

    return max(range(-6, 7), key=lambda sharps: (within(sharps), -abs(sharps)))


def _found_measures(line: list[Played], meters: list[tuple[Fraction, Meter]], key: Key) -> Iterator[Measure]:
    """Bars of a line, the pickup first; notes that go over a bar line are tied. `meters` by their onsets."""

    def in_force(moment: Fraction) -> Meter:
        return next(meter for at, meter in reversed(meters) if at <= moment)

    def bar_at(moment: Fraction) -> Fraction:
        return (in_force(moment).bar_length or Fraction(1)) * 4

    begins, end = line[0].onset, max(played.onset + played.duration for played in line)
    bar = bar_at(begins)
    pickup = pickup_of(line, bar)
    at = begins if pickup else begins - begins % bar
    length = pickup or bar
    waiting = deque(line)
    for _ in range(MAX_BARS):
        if at >= end:
            return
        if pickup and at > begins and at + length - pickup >= end:
            length -= pickup  # the last bar leaves the pickup's time out
        yield Measure(length / 4, tuple(_taken(waiting, at, length, key)), in_force(at), key)
        at += length
        length = bar_at(at)
    raise ScoreError(f"it has more than {MAX_BARS} bars")


def _taken(waiting: deque[Played], at: Fraction, length: Fraction, key: Key) -> Iterator[Struck]:
    """What is struck within a bar; what of its last goes over the bar line waits for the next."""
    while waiting and waiting[0].onset < at + length:
        played = waiting.popleft()
        over = max(Fraction(0), played.onset + played.duration - (at + length))
        pitches = tuple(spelled(midi, key) for midi in played.midis)
        tied = frozenset(pitches) if over else frozenset()
        yield Struck((played.onset - at) / 4, (played.duration - over) / 4, pitches, tied)
        if over:
            waiting.appendleft(Played(at + length, over, played.midis))


# -- both ------------------------------------------------------------------------------------------


def _chosen(parts: list[Any], part: int) -> Any:
    if not 1 <= part <= len(parts):
        raise ScoreError(f"it has {len(parts)} parts with notes; there is no part {part}")
    return parts[part - 1]
