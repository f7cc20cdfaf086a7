"""The measures of a MIDI file: its notes onto the beats, its bars by its metres and where its notes fall."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any, NamedTuple, TypeVar

from abcgen.errors import ScoreError
from abcgen.notation.key import Key
from abcgen.notation.meter import Meter, parse_meter
from abcgen.notation.tonality import tonic_chord
from abcgen.scores.importing import Measure, Signed, Struck, key_of, spelled
from abcgen.scores.limits import MAX_BARS, MAX_EVENTS
from abcgen.scores.m21 import music21, translating
from abcgen.scores.names import one_line
from abcgen.scores.pickup import pickup_of
from abcgen.scores.quantise import Played, quantised

_DRUMS = 10
T = TypeVar("T")
#: What holds from a time on, in quarter notes, the earliest first.
Changes = list[tuple[Fraction, T]]


class _Heard(NamedTuple):
    """A MIDI file: notes of its parts, as (onset, end, MIDI number) in quarter notes; metres; signatures."""

    parts: list[list[tuple[Fraction, Fraction, int]]]
    meters: Changes[Meter]
    signatures: Changes[Signed]
    name: str


def midi_measures(data: bytes, part: int) -> tuple[list[Measure], str]:
    """The bars of a part, counted from 1, and what the file is called inside, "" where it is not.

    A part is what one channel plays in one track. Raises ScoreError.
    """
    with translating("read the MIDI file"):
        heard = _heard(data)
    notes = chosen(heard.parts, part)
    if len(notes) > MAX_EVENTS:
        raise ScoreError(f"it has {len(notes)} notes, {MAX_EVENTS} is the most")
    line = quantised(notes)
    return list(_found_measures(line, heard.meters, _keys(line, heard.signatures))), heard.name


def chosen(parts: Sequence[T], part: int) -> T:
    """A part, counted from 1. Raises ScoreError."""
    if not 1 <= part <= len(parts):
        raise ScoreError(f"it has {len(parts)} parts with notes; there is no part {part}")
    return parts[part - 1]


# -- what the file says ----------------------------------------------------------------------------


def _heard(data: bytes) -> _Heard:
    file = music21().midi.MidiFile()
    file.readstr(data)
    per_quarter = int(file.ticksPerQuarterNote)
    parts: list[list[tuple[Fraction, Fraction, int]]] = []
    meters = {Fraction(0): parse_meter("4/4")}
    signatures: dict[Fraction, Signed] = {}
    for track in file.tracks:
        begun: dict[tuple[int, int], deque[int]] = {}
        channels: dict[int, list[tuple[Fraction, Fraction, int]]] = {}
        for time, event in music21().midi.translate.getTimeForEvents(track):
            now = Fraction(time, per_quarter)
            kind = getattr(event.type, "name", "")
            if event.isNoteOn() and event.channel != _DRUMS:
                begun.setdefault((event.channel, event.pitch), deque()).append(time)
            elif event.isNoteOff() and begun.get((event.channel, event.pitch)):
                onset = begun[event.channel, event.pitch].popleft()
                if time > onset:
                    note = (Fraction(onset, per_quarter), now, int(event.pitch))
                    channels.setdefault(event.channel, []).append(note)
            elif kind == "TIME_SIGNATURE":
                meters[_near_a_beat(now)] = parse_meter(f"{event.data[0]}/{2 ** event.data[1]}")
            elif kind == "KEY_SIGNATURE":
                sharps = int.from_bytes(event.data[:1], "big", signed=True)
                signatures.setdefault(
                    _near_a_beat(now), Signed(sharps, "minor" if event.data[1] else "major")
                )
        parts += (channels[channel] for channel in sorted(channels))
    name = _name(file.tracks[0]) if file.tracks else ""
    return _Heard(parts, sorted(meters.items(), key=_onset), sorted(signatures.items(), key=_onset), name)


def _near_a_beat(moment: Fraction) -> Fraction:
    """The moment, or the part of a beat that it is next to: files are a tick off now and then."""
    part = Fraction(round(moment * 8), 8)
    return part if abs(moment - part) < Fraction(1, 64) else moment


def _onset(change: tuple[Fraction, T]) -> Fraction:
    return change[0]


def _name(track: Any) -> str:
    """What the first track says that the sequence is called."""
    for event in track.events:
        if getattr(event.type, "name", "") == "SEQUENCE_TRACK_NAME":
            data = bytes(event.data or b"")
            try:
                return one_line(data.decode("utf-8"))
            except UnicodeDecodeError:
                return one_line(data.decode("latin-1"))
    return ""


# -- keys ------------------------------------------------------------------------------------------


def _keys(line: Sequence[Played], signatures: Changes[Signed]) -> Changes[Key]:
    """The keys by their onsets, each by the notes up to the next; there is one from the beginning."""
    signatures = signatures or [(Fraction(0), Signed(_sharps(line)))]
    found = []
    for index, (at, signature) in enumerate(signatures):
        end = signatures[index + 1][0] if index + 1 < len(signatures) else None
        within = [played for played in line if end is None or played.onset < end]
        found.append((at if index else Fraction(0), key_of(signature, (within or line)[-1].midis[0])))
    return found


def _sharps(line: Sequence[Played]) -> int:
    """The signature that most of the notes are in, of equal ones that with the fewest signs."""
    weights = [Fraction(0)] * 12
    for played in line:
        for midi in played.midis:
            weights[midi % 12] += played.duration

    def within(sharps: int) -> Fraction:
        return sum((weights[(7 * fifth) % 12] for fifth in range(sharps - 1, sharps + 6)), Fraction(0))

    return max(range(-6, 7), key=lambda sharps: (within(sharps), -abs(sharps)))


# -- bars ------------------------------------------------------------------------------------------


def _found_measures(line: list[Played], meters: Changes[Meter], keys: Changes[Key]) -> Iterator[Measure]:
    """Bars of a line, the pickup first; notes that go over a bar line are tied. A new metre begins a bar."""
    begins, end = line[0].onset, max(played.onset + played.duration for played in line)
    meters = _shown(meters, begins)
    later = [at for at, _ in meters if at > begins]
    bar = _bar_at(meters, begins)
    if later and later[0] < end:
        pickup = (later[0] - begins) % bar
    else:
        pickup = pickup_of(line, bar, tonic_chord(str(keys[0][1])))
    at = begins if pickup else begins - begins % bar
    length = pickup or bar
    waiting = deque(line)
    for _ in range(MAX_BARS):
        if at >= end:
            return
        if pickup and at > begins and at + length - pickup >= end:
            length -= pickup  # the last bar leaves the pickup's time out
        length = min([length, *(change - at for change in later if change > at)])
        key = _in_force(keys, at)
        yield Measure(length / 4, tuple(_taken(waiting, at, length, key)), _in_force(meters, at), key)
        at += length
        length = _bar_at(meters, at)
    raise ScoreError(f"it has more than {MAX_BARS} bars")


def _shown(meters: Changes[Meter], begins: Fraction) -> Changes[Meter]:
    """The metres from the first note on; one that is there for the pickup alone is as the next."""
    first, later = _in_force(meters, begins), [change for change in meters if change[0] > begins]
    if later:
        at, following = later[0]
        short = first.bar_length or Fraction(1)
        if (at - begins) / 4 <= short < (following.bar_length or Fraction(1)):
            first = following
    return [(Fraction(0), first), *later]


def _in_force(changes: Changes[T], moment: Fraction) -> T:
    return next(value for at, value in reversed(changes) if at <= moment)


def _bar_at(meters: Changes[Meter], moment: Fraction) -> Fraction:
    """How long a bar is that begins then, in quarter notes."""
    return (_in_force(meters, moment).bar_length or Fraction(1)) * 4


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
