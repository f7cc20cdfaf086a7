"""MIDI and MusicXML files through music21, as measures: the two readers behind `read_score`.

Files are untrusted: how large they may be is bounded, and XML with entities of its own is refused.
"""

from __future__ import annotations

import codecs
import html
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from abcgen.errors import InputError, ScoreError
from abcgen.files import BROKEN_ZIP
from abcgen.notation.key import Key
from abcgen.notation.meter import Meter, parse_meter
from abcgen.notation.tune import BarLine, Pitch, Tune
from abcgen.scores.importing import Measure, Signed, Struck, key_of, tune_of
from abcgen.scores.limits import MAX_BARS
from abcgen.scores.m21 import music21, translating
from abcgen.scores.marks import KIND_NAMES
from abcgen.scores.names import one_line
from abcgen.scores.tracks import chosen, midi_measures

#: Suffixes of files by what is in them.
KINDS = {".mid": "midi", ".midi": "midi", ".musicxml": "musicxml", ".xml": "musicxml", ".mxl": "musicxml"}
#: The largest files that are read: 20,000 notes are 160 KiB of MIDI, and some MiB of MusicXML.
MAX_BYTES = {"midi": 512 * 1024, "musicxml": 8 * 1024 * 1024}
#: What MusicXML calls the signs of two metres.
_SIGNS = {"common": "C", "cut": "C|"}
#: How often a part is played at most.
_MOST_TIMES = 9
#: Whom music21 names as the composer where nobody is named.
_NOBODY = "Music21"
_ROOT_FILE = re.compile(r"""<rootfile\s[^>]*?full-path=["']([^"'<>]*)["']""")
_MOST_OF_CONTAINER = 64 * 1024
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
        if path.stat().st_size > MAX_BYTES[kind]:
            raise InputError(f"{path}: is larger than {MAX_BYTES[kind] // 1024} KiB, which no tune is")
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error
    if kind == "midi":
        measures, name = midi_measures(data, part)
        return tune_of(measures, title or name or path.stem)
    return _of_musicxml(_unpacked(data, path), part, title, path.stem)


# -- MusicXML --------------------------------------------------------------------------------------


def _unpacked(data: bytes, path: Path) -> bytes:
    """The XML of a file, which may be a zip with one inside. Raises InputError."""
    if data[:2] == b"PK":
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                entry = _score_in(archive)
                if entry is None or entry.file_size > MAX_BYTES["musicxml"]:
                    raise InputError(f"{path}: holds no score, or one that is too large")
                data = archive.read(entry)
        except BROKEN_ZIP as error:
            raise InputError(f"{path}: is a zip that cannot be read: {error}") from error
    if data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        text = data.decode("utf-16", "replace")
        data = _DECLARED.sub(r"\1UTF-8\2", text, count=1).encode("utf-8")
    if any("<!ENTITY".encode(encoding) in data for encoding in ("utf-8", "utf-16-le", "utf-16-be")):
        raise InputError(f"{path}: defines entities of its own, which a score needs not")
    return data


def _score_in(archive: zipfile.ZipFile) -> zipfile.ZipInfo | None:
    """The score of a zip: the one that its container names, else the first."""
    entries = {entry.filename: entry for entry in archive.infolist()}
    scores = [
        entry
        for name, entry in entries.items()
        if not name.startswith("META-INF") and name.lower().endswith((".xml", ".musicxml"))
    ]
    container = entries.get("META-INF/container.xml")
    if container is not None and container.file_size <= _MOST_OF_CONTAINER:
        named = _ROOT_FILE.search(archive.read(container).decode("utf-8", "replace"))
        if named and (entry := entries.get(html.unescape(named[1]))) is not None:
            return entry
    return scores[0] if scores else None


def _of_musicxml(data: bytes, part: int, title: str, stem: str) -> Tune:
    with translating("read the MusicXML"):
        score = music21().converter.parseData(data, format="musicxml", forceSource=True)
        parts = list(score.toSoundingPitch().parts)
        written = chosen(parts, part)
        metadata = score.metadata
        named = title or (metadata and (metadata.title or metadata.movementName)) or stem
        composer = (metadata and metadata.composer) or ""
        composer = "" if composer == _NOBODY else composer
        measures = list(_written_measures(written))
    return tune_of(measures, one_line(str(named)), one_line(str(composer)))


def _written_measures(part: Any) -> Iterator[Measure]:
    meter = parse_meter("4/4")
    found = list(part.getElementsByClass("Measure"))
    if len(found) > MAX_BARS:
        raise ScoreError(f"it has {len(found)} bars, {MAX_BARS} is the most")
    endings = _endings(part)
    for measure, key in zip(found, _keys(found), strict=True):
        meter = _meter(measure) or meter
        length = _whole(measure.highestTime or measure.barDuration.quarterLength)
        yield Measure(
            length,
            tuple(_struck_in(measure)),
            meter,
            key,
            BarLine("single", starts=1) if _repeats(measure.leftBarline, "start") else None,
            _closing(measure.rightBarline),
            endings.get(id(measure), ()),
        )


def _keys(measures: Sequence[Any]) -> Iterator[Key]:
    """The key of every measure: each signature's by the note on which its measures end."""
    changes = [index for index, measure in enumerate(measures) if measure.keySignature is not None]
    starts = sorted({0, *changes})
    for start, end in zip(starts, [*starts[1:], len(measures)], strict=True):
        signature = measures[start].keySignature
        signed = Signed(0)
        if signature is not None:
            if signature.sharps is None:
                raise ScoreError("its signature has signs that no major or minor key has, and is not read")
            signed = Signed(signature.sharps, getattr(signature, "mode", None) or "")
        last = _last_pitch(measures[start:end]) or _last_pitch(measures)
        yield from [key_of(signed, last)] * (end - start)


def _meter(measure: Any) -> Meter | None:
    """The metre that a measure begins, None where it goes on with the one before."""
    if list(measure.getElementsByClass("SenzaMisuraTimeSignature")):
        return parse_meter("none")
    signature = measure.timeSignature
    if signature is None:
        return None
    if signature.symbol in _SIGNS:
        return parse_meter(_SIGNS[signature.symbol])
    terms = [(term.numerator, term.denominator) for term in signature.displaySequence]
    finest = max(denominator for _, denominator in terms)
    groups = "+".join(str(count * finest // denominator) for count, denominator in terms)
    return parse_meter(f"({groups})/{finest}" if len(terms) > 1 else f"{groups}/{finest}")


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
        return BarLine("single", ends=min(line.times or 2, _MOST_TIMES) - 1)
    style = getattr(line, "type", "regular")
    return BarLine({"double": "double", "final": "final", "light-light": "double"}.get(style, "single"))


def _repeats(line: Any, direction: str) -> bool:
    return line is not None and getattr(line, "direction", None) == direction


def _struck_in(measure: Any) -> Iterator[Struck]:
    voices = list(measure.voices)
    places = [measure, *voices[:1]]
    symbols = {
        _whole(harmony.offset): _symbol(harmony)
        for place in places
        for harmony in place.getElementsByClass("Harmony")
    }
    for element in places[-1].notesAndRests:
        if "Harmony" in element.classes or element.duration.isGrace:
            continue
        onset, duration = _whole(element.offset), _whole(element.quarterLength)
        within = [at for at in sorted(symbols) if onset < at < onset + duration]
        starts = [onset, *within]
        if element.isRest or "Unpitched" in element.classes:
            for start, end in zip(starts, [*within, onset + duration], strict=True):
                if start in symbols:
                    yield Struck(start, end - start, (), frozenset(), symbols[start])
            continue
        notes = element.notes if element.isChord else (element,)
        pitches = {_pitch(note.pitch): note.tie for note in notes}
        tied = frozenset(
            p for p, tie in pitches.items() if tie is not None and tie.type in {"start", "continue"}
        )
        midis = tuple(sorted(pitches, key=lambda p: p.midi))
        # a note over which the chord changes is two, tied
        for start, end in zip(starts, [*within, onset + duration], strict=True):
            held = frozenset(midis) if end < onset + duration else tied
            yield Struck(start, end - start, midis, held, symbols.get(start, ""))


def _whole(quarters: Any) -> Fraction:
    """A time of music21's in whole notes."""
    return Fraction(quarters).limit_denominator(10080) / 4


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


def _last_pitch(measures: Sequence[Any]) -> int:
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
