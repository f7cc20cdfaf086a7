"""What pitches, lengths and tuplets are spelled as in the dialect, and what their texts begin with.

Tables for the acceptor: each gives the whole texts that may stand somewhere, and all their beginnings.
"""

from __future__ import annotations

from functools import lru_cache
from math import gcd
from typing import NamedTuple

from abcgen.notation.dialect import LONGEST, SHORTEST, TUPLET_P, TUPLET_Q, TUPLET_R, UNIT
from abcgen.notation.key import Signature
from abcgen.notation.meter import parse_meter
from abcgen.notation.spelling import SIGNS, length_text, letter_text, tuplet_text
from abcgen.notation.steering import HIGHEST, LOWEST
from abcgen.notation.tune import STEPS, Pitch

#: Ticks of a MIDI file in a sixty-fourth of a whole note: music21 writes 10,080 to a quarter.
MIDI_TICKS = 630
#: Ticks in a sixty-fourth: a note of any tuplet that there is lasts a whole number of them.
TICKS = 2520
_LONGEST = int(LONGEST / SHORTEST)


class Tuplet(NamedTuple):
    """An open tuplet: `p` in the time of `q`; `left` notes to come after `written` sixty-fourths."""

    p: int
    q: int
    left: int
    written: int = 0


class Spelled(NamedTuple):
    """What the text of a pitch means."""

    midi: int
    step: str
    accidental: bool

    @property
    def named(self) -> int:
        """The pitch with its letter, as one number that rises with it."""
        return self.midi << 3 | STEPS.index(self.step)


def midi_of(named: int) -> int:
    """The MIDI number of a pitch with its letter."""
    return named >> 3


def pitches_between(low: int, high: int) -> int:
    """The MIDI numbers from `low` to `high`, a bit each."""
    return (1 << (high + 1)) - (1 << low)


#: All pitches of the dialect.
ALL_PITCHES: int = pitches_between(LOWEST, HIGHEST)


class Spellings(NamedTuple):
    """All texts of pitches somewhere, and of their beginnings which pitches they may become, a bit each.

    The bits are those of pitches with their letters (`Spelled.named`).
    """

    whole: dict[str, Spelled]
    begun: dict[str, int]


@lru_cache(maxsize=1)
def every_named() -> int:
    """All pitches with the letters that an accidental can make them of, a bit each."""
    found = 0
    for step, _, midi, _ in _every_pitch():
        found |= 1 << Spelled(midi, step, accidental=False).named
    return found


@lru_cache(maxsize=512)
def spellings(signature: Signature, altered: str) -> Spellings:
    """How pitches are spelled under a key signature, where the letters `altered` show their accidental."""
    plain = {(step, alter) for step, alter in zip(STEPS, signature, strict=True) if step not in altered}
    whole: dict[str, Spelled] = {}
    begun: dict[str, int] = {}
    for step, alter, midi, letter in _every_pitch():
        shown = "" if (step, alter) in plain else SIGNS[alter]
        text, spelled = shown + letter, Spelled(midi, step, bool(shown))
        whole[text] = spelled
        for end in range(1, len(text) + 1):
            begun[text[:end]] = begun.get(text[:end], 0) | 1 << spelled.named
    return Spellings(whole, begun)


@lru_cache(maxsize=4096)
def with_letters(pitches: int, held: int = 0) -> int:
    """Pitches (a bit each) with every letter; one that is `held` by a tie keeps its own."""
    found = sum(0b1111111 << (midi << 3) for midi in range(128) if pitches >> midi & 1)
    if held and pitches >> midi_of(held) & 1:
        found = found & ~(0b1111111 << (midi_of(held) << 3)) | 1 << held
    return found


#: How far two notes on the same line of the staff can be from each other, in semitones.
_SPAN_OF_LINE = max(SIGNS) - min(SIGNS)


@lru_cache(maxsize=4096)
def on_lines_of(pitches: tuple[int, ...]) -> int:
    """All pitches on the lines of the staff on which these stand; all with their letters, a bit each."""
    found = 0
    for pitch in pitches:
        midi, step = midi_of(pitch), pitch & 0b111
        near = range(max(0, midi - _SPAN_OF_LINE), min(127, midi + _SPAN_OF_LINE) + 1)
        found |= sum(1 << (other << 3 | step) for other in near)
    return found


@lru_cache(maxsize=1)
def _every_pitch() -> tuple[tuple[str, int, int, str], ...]:
    """Every pitch as it may be written: its letter, how it is altered, its MIDI number, its text."""
    return tuple(
        (step, alter, Pitch(step, alter, octave).midi, letter_text(step, octave))
        for step in STEPS
        for octave in range(10)
        for alter in SIGNS
    )


#: Lengths that one note head can show, with two dots at most, in sixty-fourths: up to a dotted breve.
SINGLE_LENGTHS = tuple(
    sorted({2**n * dotted // 4 for n in range(8) for dotted in (4, 6, 7) if 2**n * dotted % 4 == 0})
)


@lru_cache(maxsize=2)
def lengths(*, single: bool) -> tuple[dict[str, int], dict[str, tuple[int, ...]]]:
    """Every length by its text, and those that a text may yet become, rising, in sixty-fourths.

    With `single` only those that one note head can show.
    """
    whole = {length_of(ticks): ticks for ticks in (SINGLE_LENGTHS if single else range(1, _LONGEST + 1))}
    begun: dict[str, list[int]] = {}
    for text, ticks in whole.items():
        for end in range(len(text) + 1):
            begun.setdefault(text[:end], []).append(ticks)
    return whole, {text: tuple(found) for text, found in begun.items()}


@lru_cache(maxsize=1024)
def length_of(ticks: int) -> str:
    """How a length of so many sixty-fourths is spelled."""
    return length_text(ticks * SHORTEST / UNIT)


@lru_cache(maxsize=1024)
def rest_of(ticks: int) -> str:
    """A rest of so many sixty-fourths, or several where one cannot be shown."""
    text = ""
    while ticks:
        longest = max(length for length in SINGLE_LENGTHS if length <= ticks)
        text, ticks = text + "z" + length_of(longest), ticks - longest
    return text


@lru_cache(maxsize=65536)
def tuplet_fits(tuplet: Tuplet, room: int, single: bool) -> bool:
    """Whether what is left of a tuplet has room.

    With `single` it lasts whole sixty-fourths in all, one note head can show each of its notes, and MIDI can
    say how long they are.
    """
    p, q, left, written = tuplet
    most = min(written + left * _LONGEST, room * p // (q * TICKS))
    if not single:
        return written + left <= most
    sums = _sums(left, shortest_of_tuplet(p, q)) << written
    return bool(sums & _multiples(p // gcd(p, q)) & ((1 << (most + 1)) - 1)) if most >= written else False


#: Sixty-fourths that are counted in a tuplet: those of the longest bar, nine in the time of one.
_MOST_OF_TUPLET = 9 * _LONGEST


@lru_cache(maxsize=16)
def _multiples(step: int) -> int:
    """The multiples of a number, a bit each."""
    return sum(1 << total for total in range(0, 2 * _MOST_OF_TUPLET, step))


@lru_cache(maxsize=128)
def _sums(notes: int, each: int) -> int:
    """How long so many notes can be in all, a bit each; each a multiple of `each` sixty-fourths."""
    if notes == 0:
        return 1
    before, found = _sums(notes - 1, each), 0
    for length in SINGLE_LENGTHS:
        if length % each == 0:
            found |= before << length
    return found & ((1 << (_MOST_OF_TUPLET + 1)) - 1)


@lru_cache(maxsize=128)
def shortest_of_tuplet(p: int, q: int) -> int:
    """The sixty-fourths of which a note of this tuplet must be a multiple, so that MIDI can say it."""
    return p // gcd(p, q * MIDI_TICKS)


@lru_cache(maxsize=2)
def _tuplet_texts(compound: bool) -> dict[str, Tuplet]:
    """Every tuplet by its sign."""
    meter = parse_meter("6/8" if compound else "4/4")
    return {
        tuplet_text(p, q, r, meter): Tuplet(p, q, r) for p in TUPLET_P for q in TUPLET_Q for r in TUPLET_R
    }


@lru_cache(maxsize=4096)
def fitting_tuplets(compound: bool, room: int, single: bool) -> tuple[dict[str, Tuplet], frozenset[str]]:
    """The tuplets that a bar has room for, and all that their signs begin with."""
    least = _least_rooms(compound, single)
    found = {text: tuplet for text, tuplet in _tuplet_texts(compound).items() if least[text] <= room}
    return found, frozenset(text[:end] for text in found for end in range(1, len(text) + 1))


@lru_cache(maxsize=4)
def _least_rooms(compound: bool, single: bool) -> dict[str, int]:
    """The room that each tuplet needs when its notes are as short as can be."""
    found = {}
    for text, (p, q, notes, _) in _tuplet_texts(compound).items():
        shortest = notes
        if single:
            sums = _sums(notes, shortest_of_tuplet(p, q)) & _multiples(p // gcd(p, q))
            shortest = (sums & -sums).bit_length() - 1
        found[text] = -(-shortest * q * TICKS // p)
    return found
