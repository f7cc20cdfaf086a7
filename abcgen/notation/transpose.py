"""Tunes in another key: every note by the same interval, spelled as the new key spells it.

Notes move by staff steps and semitones together, so that a leading note stays one; where that gives a double
accidental, or an E sharp that is an F to everybody, the plain spelling is taken.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from abcgen.errors import UsageError
from abcgen.notation.instruments import Instrument, sounding_pitches
from abcgen.notation.key import Key, parse_key, tonic_class
from abcgen.notation.parser import parse_book
from abcgen.notation.steering import NAMED_PITCHES, pitch_name
from abcgen.notation.tune import STEPS, Bar, Chord, Event, Field, Marks, Note, Pitch, Tune
from abcgen.notation.writer import write_abc

MAX_SEMITONES = 36
_SEMITONES = (0, 2, 4, 5, 7, 9, 11)
#: Staff steps that go with so many semitones where no key says better: minor thirds, perfect fifths …
_USUAL_STEPS = (0, 1, 1, 2, 2, 3, 3, 4, 5, 5, 6, 6)
_TONICS = (
    "C",
    "Db",
    "C#",
    "D",
    "Eb",
    "D#",
    "E",
    "F",
    "Gb",
    "F#",
    "G",
    "Ab",
    "G#",
    "A",
    "Bb",
    "A#",
    "B",
    "Cb",
)
_KIND = r"(?:maj|min|mi|ma|dim|aug|sus|add|omit|no|alt|m|M|[-+°ºoøΔ(),]|[0-9]|[#b♯♭](?=[0-9])|/(?=[0-9]))*"
_CHORD = re.compile(rf"(\(?)([A-G])([#b♯♭]?)({_KIND})(?:/([A-G])([#b♯♭]?))?(\)?)")
_BETWEEN_CHORDS = frozenset({"or", "/", "-", "|"})
_SIGN = {"": 0, "#": 1, "b": -1, "♯": 1, "♭": -1}


class Interval(NamedTuple):
    """How far notes move: staff steps and semitones, both negative for down."""

    steps: int
    semitones: int


def transpose_to(tune: Tune, key: str) -> Tune:
    """`tune` with its tonic moved to that of `key`, the nearer way; written in `key`.

    A tonic alone (`E`) keeps the mode. With another mode the notes move all the same, and carry accidentals
    where the signature of `key` is not theirs. Raises UsageError for a key that is none, or a tune without a
    tonic.
    """
    try:
        target = parse_key(key)
    except ValueError as error:
        raise UsageError(f"unknown key: {error}") from None
    if not target.tonic:
        raise UsageError(f"key {key!r} names no tonic; write one like D, Em or Edor")
    if not tune.key.tonic:
        raise UsageError(
            "the tune's K: names no tonic, so it cannot be moved to one; say by how many semitones"
        )
    if re.fullmatch(r"[A-Ga-g][#b]?", key.strip()):
        target = _usable(target.tonic, tune.key.mode)
    old, new = tonic_class(tune.key.tonic), tonic_class(target.tonic)
    semitones = (new - old + 6) % 12 - 6
    letters = STEPS.index(target.tonic[0]) - STEPS.index(tune.key.tonic[0])
    steps = min((letters, letters - 7, letters + 7), key=lambda n: abs(_natural_semitones(n) - semitones))
    return _moved(tune, Interval(steps, semitones), target)


def transpose_by(tune: Tune, semitones: int) -> Tune:
    """`tune` so many semitones up, or down where negative; in the key with the fewest accidentals.

    Raises UsageError beyond `MAX_SEMITONES`, or where notes would leave the range of MIDI.
    """
    if abs(semitones) > MAX_SEMITONES:
        raise UsageError(f"{semitones} semitones are too many; at most {MAX_SEMITONES} either way")
    octaves, rest = divmod(semitones, 12)
    key = tune.key
    if not key.tonic:
        return _moved(tune, Interval(7 * octaves + _USUAL_STEPS[rest], semitones), None)
    target = _simplest((tonic_class(key.tonic) + semitones) % 12, key.mode)
    letters = (STEPS.index(target.tonic[0]) - STEPS.index(key.tonic[0])) % 7
    steps = min((letters + 7 * n for n in range(-4, 5)), key=lambda n: abs(_natural_semitones(n) - semitones))
    return _moved(tune, Interval(steps, semitones), target if rest else None)


def fit(tune: Tune, instrument: Instrument) -> Tune:
    """`tune` in the nearest key in which the instrument has all its notes, up rather than down.

    Raises UsageError when there is none within two octaves.
    """
    pitches = sounding_pitches(tune)
    shifts = [n for n in range(-24, 25) if instrument.plays_all([pitch + n for pitch in pitches])]
    if not shifts:
        raise UsageError(f"the tune fits on no {instrument.name} in any key")
    nearest = min(shifts, key=lambda n: (abs(n), n < 0))
    return transpose_by(tune, nearest) if nearest else tune


def _natural_semitones(steps: int) -> float:
    """About how many semitones so many staff steps are."""
    return steps * 12 / 7


def _simplest(pitch_class: int, mode: str) -> Key:
    """The key of this mode on this pitch with the fewest accidentals; sharps where it is even."""
    keys = [_try_key(tonic, mode) for tonic in _TONICS if tonic_class(tonic) == pitch_class]
    return min((key for key in keys if key), key=lambda key: (abs(key.fifths), -key.fifths))


def _usable(tonic: str, mode: str) -> Key:
    """This tonic with this mode, or the same pitch by another name where that has no signature."""
    return _try_key(tonic, mode) or _simplest(tonic_class(tonic), mode)


def _try_key(tonic: str, mode: str) -> Key | None:
    try:
        return parse_key(f"{tonic} {mode}")
    except ValueError:
        return None


def _moved(tune: Tune, interval: Interval, target: Key | None) -> Tune:
    """The tune an interval on; `target` is its new key, None for what the interval makes of the old one."""
    if target is None or tune.key.explicit:
        first = _moved_key(tune.key, interval)
    else:
        first = replace(target, octave=tune.key.octave)
    first = replace(first, clef=tune.key.clef, transpose=tune.key.transpose)

    def key_of(key: Key) -> Key:
        return first if key == tune.key else _moved_key(key, interval)

    voices = tuple(
        replace(voice, bars=tuple(_moved_bar(bar, interval, key_of) for bar in voice.bars))
        for voice in tune.voices
    )
    fields = tuple(_moved_field(field, interval) for field in tune.fields)
    moved = replace(tune, key=first, voices=voices, fields=fields)
    text = write_abc(moved, own_layout=True)
    return replace(parse_book(text).tunes[0], line=tune.line)


def _moved_field(field: Field, interval: Interval) -> Field:
    """A line of the header that names the lowest or the highest note names the moved one."""
    name, _, value = field.text.partition(" ")
    midi = NAMED_PITCHES.get(value.strip())
    if field.letter != "%" or name not in {"lowest", "highest"} or midi is None:
        return field
    return replace(field, text=f"{name} {pitch_name(midi + interval.semitones)}")


def _moved_bar(bar: Bar, interval: Interval, key_of: Callable[[Key], Key]) -> Bar:
    key = key_of(bar.key)
    return replace(
        bar,
        key=key,
        keys=tuple((index, key_of(change)) for index, change in bar.keys),
        events=tuple(_moved_event(event, interval, key) for event in bar.events),
        overlays=tuple(tuple(_moved_event(e, interval, key) for e in layer) for layer in bar.overlays),
    )


def _moved_key(key: Key, interval: Interval) -> Key:
    """A key an interval on, respelled where it would need more than seven accidentals."""
    if not key.tonic and not key.explicit:
        return key
    if key.tonic:
        letter, alter = _moved_letter(key.tonic[0], key.tonic.count("#") - key.tonic.count("b"), interval)
        name = letter + ("#" * alter if alter > 0 else "b" * -alter)
        away = (tonic_class(key.tonic) + interval.semitones) % 12
        base = _usable(name, key.mode) if abs(alter) < 2 else _simplest(away, key.mode)
    else:
        base = parse_key("none")
    if not key.explicit:
        return replace(base, octave=key.octave, transpose=key.transpose, clef=key.clef)
    text = base.plain() + (" exp" if key.exp else "")
    for step, alter in key.explicit:
        letter, moved = _moved_letter(step, alter, interval)
        if abs(moved) > 2:
            plain = _plainest(60 + (_SEMITONES[STEPS.index(step)] + alter + interval.semitones) % 12, base)
            letter, moved = plain.step, plain.alter
        text += f" {'^' * moved if moved > 0 else '_' * -moved or '='}{letter.lower()}"
    return replace(parse_key(text), octave=key.octave, transpose=key.transpose, clef=key.clef)


def _moved_letter(letter: str, alter: int, interval: Interval) -> tuple[str, int]:
    """A letter and its alteration an interval on, whatever the octave."""
    index = STEPS.index(letter) + interval.steps
    octaves, step = divmod(index, 7)
    natural = _SEMITONES[step] + 12 * octaves
    return STEPS[step], _SEMITONES[STEPS.index(letter)] + alter + interval.semitones - natural


def _moved_event(event: Event, interval: Interval, key: Key) -> Event:
    marks = _moved_marks(event.marks, interval, key)
    if isinstance(event, Note):
        return replace(event, pitch=_moved_pitch(event.pitch, interval, key), accidental=None, marks=marks)
    if isinstance(event, Chord):
        notes = [replace(n, pitch=_moved_pitch(n.pitch, interval, key), accidental=None) for n in event.notes]
        return replace(event, notes=tuple(notes), marks=marks)
    return replace(event, marks=marks)


def _moved_marks(marks: Marks, interval: Interval, key: Key) -> Marks:
    if not marks.grace and not marks.chord_symbol:
        return marks
    grace = [replace(n, pitch=_moved_pitch(n.pitch, interval, key), accidental=None) for n in marks.grace]
    return replace(marks, grace=tuple(grace), chord_symbol=_moved_chord(marks.chord_symbol, interval))


def _moved_pitch(pitch: Pitch, interval: Interval, key: Key) -> Pitch:
    """A pitch an interval on, in the spelling of `key` or the plainest. Raises UsageError beyond MIDI."""
    midi = pitch.midi + interval.semitones
    if not 0 <= midi <= 127:
        raise UsageError("a note would leave the range of MIDI; transpose by less")
    octave, step = divmod(pitch.diatonic + interval.steps, 7)
    alter = midi - (12 * (octave + 1) + _SEMITONES[step])
    letter = STEPS[step]
    new = Pitch(letter, alter, octave)
    foreign = _is_odd(new) and key.alter(letter) != alter and not _is_odd(pitch)
    return _plainest(midi, key) if abs(alter) > 1 or foreign else new


def _is_odd(pitch: Pitch) -> bool:
    """Whether it is a white key by another name: E sharp, B sharp, F flat, C flat."""
    return (pitch.step, pitch.alter) in {("E", 1), ("B", 1), ("F", -1), ("C", -1)}


def _plainest(midi: int, key: Key) -> Pitch:
    """The spelling of a pitch that the key has, else a natural, else one accidental of the key's own kind."""
    choices = []
    for step, semitones in enumerate(_SEMITONES):
        for alter in (-1, 0, 1):
            octave, rest = divmod(midi - alter - semitones - 12, 12)
            if rest == 0:
                kind = alter if key.fifths >= 0 else -alter
                new = Pitch(STEPS[step], alter, octave)
                choices.append(((alter != key.alter(new.step), abs(alter), -kind, step), new))
    return min(choices, key=lambda choice: choice[0])[1]


def _moved_chord(text: str, interval: Interval) -> str:
    """A chord symbol, or several, an interval on: `Am7/G`, `Dm (Em)`, `C or G`; other text stays."""
    words = re.split(r"(\s+)", text)
    matches = [_CHORD.fullmatch(word) for word in words]
    if not any(matches) or not all(
        match or not word.strip() or word in _BETWEEN_CHORDS
        for match, word in zip(matches, words, strict=True)
    ):
        return text
    moved = ""
    for match, word in zip(matches, words, strict=True):
        if match is None:
            moved += word
            continue
        opened, root, sign, kind, bass, bass_sign, closed = match.groups()
        moved += opened + _chord_letter(root, sign, interval) + kind
        moved += ("/" + _chord_letter(bass, bass_sign, interval) if bass else "") + closed
    return moved


def _chord_letter(letter: str, sign: str, interval: Interval) -> str:
    moved, alter = _moved_letter(letter, _SIGN[sign], interval)
    if abs(alter) > 1:
        away = (_SEMITONES[STEPS.index(letter)] + _SIGN[sign] + interval.semitones) % 12
        plain = _plainest(60 + away, parse_key("C"))
        moved, alter = plain.step, plain.alter
    return moved + ("#" * alter if alter > 0 else "b" * -alter)
