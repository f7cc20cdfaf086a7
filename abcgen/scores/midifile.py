"""Reads the notes out of a Standard MIDI File, exactly, in ticks.

Small and ours on purpose: it judges what another program wrote. It raises ScoreError on a file that
is not whole, and knows nothing of tunes.
"""

from __future__ import annotations

from collections import deque

from abcgen.errors import ScoreError
from abcgen.scores.compare import TICKS_PER_QUARTER, TimedNote

#: Data bytes after each kind of channel message, by its upper four bits.
_DATA_BYTES = {0x8: 2, 0x9: 2, 0xA: 2, 0xB: 2, 0xC: 1, 0xD: 1, 0xE: 2}


def read_midi(data: bytes) -> list[TimedNote]:
    """Every note of the file by onset, in ticks of `TICKS_PER_QUARTER`. Raises ScoreError."""
    try:
        return sorted(_notes(data))
    except (IndexError, ValueError) as error:
        raise ScoreError(f"the MIDI file cannot be read again: {error}") from error


def _notes(data: bytes) -> list[TimedNote]:
    """file = header chunk {track chunk}. Standard MIDI Files 1.0, section 2."""
    if data[:4] != b"MThd" or int.from_bytes(data[4:8], "big") != 6:
        raise ValueError("it has no header")
    tracks, division = int.from_bytes(data[10:12], "big"), int.from_bytes(data[12:14], "big")
    if division != TICKS_PER_QUARTER:
        raise ValueError(f"it has {division} ticks a quarter note, not {TICKS_PER_QUARTER}")
    notes, at = [], 14
    for _ in range(tracks):
        length = int.from_bytes(data[at + 4 : at + 8], "big")
        track = data[at + 8 : at + 8 + length]
        if data[at : at + 4] != b"MTrk" or len(track) != length:
            raise ValueError("a track is not whole")
        notes += _track(track)
        at += 8 + length
    return notes


def _track(track: bytes) -> list[TimedNote]:
    """The notes of a track; a note ends with the first note-off of its channel and pitch."""
    notes: list[TimedNote] = []
    open_notes: dict[tuple[int, int], deque[int]] = {}
    at = now = status = 0
    while at < len(track):
        delta, at = _number(track, at)
        now += delta
        if track[at] & 0x80:
            status = track[at]
            at += 1
        if status >= 0xF0:
            at += status == 0xFF  # the kind of a meta event
            length, at = _number(track, at)
            at += length
            continue
        kind, channel = status >> 4, status & 0x0F
        pitch, velocity = track[at], track[at + 1]
        at += _DATA_BYTES[kind]
        if kind == 0x9 and velocity:
            open_notes.setdefault((channel, pitch), deque()).append(now)
        elif kind in {0x8, 0x9}:
            if not open_notes.get((channel, pitch)):
                raise ValueError(f"pitch {pitch} ends without having begun")
            onset = open_notes[channel, pitch].popleft()
            notes.append(TimedNote(onset, pitch, now - onset))
    if any(open_notes.values()):
        raise ValueError("a note begins and does not end")
    return notes


def _number(track: bytes, at: int) -> tuple[int, int]:
    """A number of variable length, seven bits a byte, and where it ends."""
    value = 0
    while True:
        value = value << 7 | track[at] & 0x7F
        at += 1
        if not track[at - 1] & 0x80:
            return value, at
