"""Chords that go with a tune: those that are written over it, or plain ones found for its notes.

    symbol = letter ["#" | "b"] [kind] ["/" letter ["#" | "b"]] | "N.C."       "Em", "D7", "G/B"

Where none is written, each stretch of a bar gets one of the triads of its key: the sequence in which most of
the notes that matter are notes of their chord, and that changes seldom.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

from abcgen.notation.key import Key, tonic_class
from abcgen.notation.sounding import sound_ticks
from abcgen.notation.tune import STEPS, Bar, Pitch, Voice

#: Kinds of chords by how they are written: their notes as semitones above the root.
CHORD_KINDS = {
    "": (0, 4, 7),
    "maj": (0, 4, 7),
    "m": (0, 3, 7),
    "min": (0, 3, 7),
    "7": (0, 4, 7, 10),
    "maj7": (0, 4, 7, 11),
    "m7": (0, 3, 7, 10),
    "min7": (0, 3, 7, 10),
    "mmaj7": (0, 3, 7, 11),
    "dim": (0, 3, 6),
    "dim7": (0, 3, 6, 9),
    "m7b5": (0, 3, 6, 10),
    "aug": (0, 4, 8),
    "+": (0, 4, 8),
    "aug7": (0, 4, 8, 10),
    "+7": (0, 4, 8, 10),
    "sus2": (0, 2, 7),
    "sus": (0, 5, 7),
    "sus4": (0, 5, 7),
    "7sus": (0, 5, 7, 10),
    "7sus4": (0, 5, 7, 10),
    "5": (0, 7),
    "6": (0, 4, 7, 9),
    "m6": (0, 3, 7, 9),
    "9": (0, 4, 7, 10, 14),
    "maj9": (0, 4, 7, 11, 14),
    "m9": (0, 3, 7, 10, 14),
}
#: A chord symbol that a program can play; groups: letter, sign, kind, letter and sign of the bass.
CHORD_SYMBOL = re.compile(rf"([A-G])([#b]?)({'|'.join(map(re.escape, CHORD_KINDS))})(?:/([A-G])([#b]?))?")
#: Where nothing shall be played under the notes.
NO_CHORD = re.compile(r"N\.?\s?C\.?", re.IGNORECASE)

#: How much a note counts for its chord where it begins a stretch, and one that is not of it against it.
_ON_BEAT, _FOREIGN = 2.0, -1.0
#: What a change of chord costs at a bar line and within a bar, as a share of a stretch of foreign notes.
_CHANGE, _CHANGE_WITHIN = 0.25, 0.6
#: What speaks for the triads by their step above the tonic: those that folk musicians play first.
_LIKED = {0: 0.45, 7: 0.2, 5: 0.2, 10: 0.1}


class Harmony(NamedTuple):
    """A chord: pitch classes of its `root` and of its `bass`, and its notes as semitones above the root."""

    root: int
    intervals: tuple[int, ...]
    bass: int

    @property
    def classes(self) -> frozenset[int]:
        return frozenset((self.root + interval) % 12 for interval in self.intervals)


class Stretch(NamedTuple):
    """A chord that sounds from `onset` for `duration`, in ticks (see `meter.TICKS`); `bar` is its bar."""

    onset: int
    duration: int
    bar: int
    harmony: Harmony


def parse_chord_symbol(text: str) -> Harmony | None:
    """The chord that a symbol names; None where it is none, or one that no program would know."""
    match = CHORD_SYMBOL.fullmatch(text.strip())
    if match is None:
        return None
    root = tonic_class(match[1] + match[2])
    bass = tonic_class(match[4] + match[5]) if match[4] else root
    return Harmony(root, CHORD_KINDS[match[3]], bass)


def nearest_chord(text: str) -> Harmony | None:
    """The chord of a symbol, or what of it is known: of `Cadd9`, `G13(b9)`, `(C)` the chord that carries it.

    None where it begins with no chord.
    """
    plain = text.replace("\N{MUSIC FLAT SIGN}", "b").replace("\N{MUSIC SHARP SIGN}", "#")
    words = re.split(r"[;,\s]+", re.sub(r"[()\[\]]", "", plain).strip())
    if found := parse_chord_symbol(words[0]):
        return found
    match = _BEGINS_A_CHORD.match(words[0])
    if match is None:
        return None
    name, bass = words[0][match.end() :], re.search(r"/([A-G][#b]?)$", words[0])
    name = _OTHER_SIGNS.sub(lambda sign: _MEANT[sign[0]], name)
    kind = max((kind for kind in CHORD_KINDS if name.startswith(kind)), key=len)
    root = tonic_class(match[0])
    return Harmony(root, CHORD_KINDS[kind], tonic_class(bass[1]) if bass else root)


#: Signs of chords that others write, and what we write for them; from the eleventh on they have a ninth.
_MEANT = {
    "M7": "maj7",
    "M": "maj",
    "-": "m",
    "\N{INCREMENT}": "maj7",
    "\N{GREEK CAPITAL LETTER DELTA}": "maj7",
}
_MEANT |= {"\N{DEGREE SIGN}": "dim", "\N{LATIN SMALL LETTER O WITH STROKE}": "m7b5", "13": "9", "11": "9"}
_OTHER_SIGNS = re.compile("|".join(map(re.escape, _MEANT)))
_BEGINS_A_CHORD = re.compile(r"[A-G][#b]?(?![a-z.])|[A-G][#b]?(?=maj|min|m|dim|aug|sus|add)")


def harmonies(voice: Voice) -> list[Stretch]:
    """The chords of a voice, one after the other: as written, or found where no symbol is written."""
    return list(_written(voice.bars)) or _found(voice)


def _written(bars: Sequence[Bar]) -> Iterator[Stretch]:
    """The chords of the symbols, each until the next, bar by bar."""
    now, harmony = 0, None
    for number, bar in enumerate(bars):
        at = begins = now
        for event in bar.events:
            symbol = event.marks.chord_symbol
            following = nearest_chord(symbol) if symbol else None
            if (following is not None and following != harmony) or NO_CHORD.fullmatch(symbol.strip()):
                if harmony is not None and at > begins:
                    yield Stretch(begins, at - begins, number, harmony)
                begins, harmony = at, following
            at += event.ticks
        if harmony is not None and at > begins:
            yield Stretch(begins, at - begins, number, harmony)
        now += bar.ticks


# -- chords for notes ------------------------------------------------------------------------------


def _found(voice: Voice) -> list[Stretch]:
    """The best sequence of triads, by dynamic programming over the stretches."""
    stretches = list(_stretches(voice.bars))
    weights = _weights(voice, stretches)
    best: list[dict[Harmony, tuple[float, Harmony | None]]] = []
    for place, (_, _, number) in enumerate(stretches):
        key = voice.bars[number].key
        cost = _CHANGE if place == 0 or stretches[place - 1][2] != number else _CHANGE_WITHIN
        here: dict[Harmony, tuple[float, Harmony | None]] = {}
        for triad in _triads(key, weights[place]):
            above = (triad.root - _tonic(key)) % 12
            # over a dominant its seventh is no foreign note
            seventh = {(triad.root + 10) % 12} if above == 7 and 4 in triad.intervals else set()
            score = _fit(triad.classes | seventh, weights[place]) + _LIKED.get(above, 0.0)
            score += 1.0 if place == len(stretches) - 1 and above == 0 else 0.0
            before, so_far = _best_before(triad, best[-1], cost) if best else (None, 0.0)
            here[triad] = score + so_far, before
        best.append(here)
    chosen: list[Harmony] = []
    following = max(best[-1], key=lambda triad: best[-1][triad][0]) if best else None
    for here in reversed(best):
        assert following is not None  # noqa: S101 - every triad but the first has one before it
        chosen.append(following)
        following = here[following][1]
    return [Stretch(*stretch, harmony) for stretch, harmony in zip(stretches, reversed(chosen), strict=True)]


def _best_before(
    triad: Harmony, there: dict[Harmony, tuple[float, Harmony | None]], cost: float
) -> tuple[Harmony, float]:
    """The chord from which a triad is best come to, and the score of that."""
    return max(
        ((other, score - (cost if other != triad else 0.0)) for other, (score, _) in there.items()),
        key=lambda found: found[1],
    )


def _weights(voice: Voice, stretches: Sequence[tuple[int, int, int]]) -> list[list[float]]:
    """How much each pitch class counts in each stretch: by its length, more where the stretch begins."""
    found = [[0.0] * 12 for _ in stretches]
    begins = [onset for onset, _, _ in stretches]
    shift = voice.bars[0].key.shift if voice.bars else 0
    for onset, midi, ticks in sound_ticks(voice.bars, -shift):
        for place in range(max(0, bisect_right(begins, onset) - 1), len(stretches)):
            at, duration, _ = stretches[place]
            if at >= onset + ticks:
                break
            lasts = min(onset + ticks, at + duration) - max(onset, at)
            found[place][midi % 12] += max(0, lasts) * (_ON_BEAT if onset == at else 1.0)
    return found


def _stretches(bars: Sequence[Bar]) -> Iterator[tuple[int, int, int]]:
    """Halves of whole bars that have two, else bars; a pickup has no chord. Onset, duration, bar."""
    now = 0
    for number, bar in enumerate(bars):
        whole = bar.meter.bar_ticks in (None, bar.ticks)
        if bar.ticks and (whole or number):
            halved = whole and bar.meter.numerator in {4, 6, 12} and bar.meter.bar_length != Fraction(3, 2)
            parts = 2 if halved else 1
            for part in range(parts):
                yield now + part * bar.ticks // parts, bar.ticks // parts, number
        now += bar.ticks


def _fit(classes: frozenset[int], weights: Sequence[float]) -> float:
    """How well a chord goes with what sounds in a stretch: 1 where all of it is of the chord."""
    of_chord = sum(weights[step] for step in classes)
    total = sum(weights)
    return (of_chord + _FOREIGN * (total - of_chord)) / total if total else 0.0


def _triads(key: Key, heard: Sequence[float]) -> list[Harmony]:
    """The major and minor triads of a key, and the major one on its fifth where its third is heard."""
    scale = [Pitch(step, key.alter(step), 0).midi % 12 for step in STEPS]
    found = []
    for degree, root in enumerate(scale):
        third, fifth = (scale[(degree + above) % 7] - root for above in (2, 4))
        intervals = (0, third % 12, fifth % 12)
        if intervals in {CHORD_KINDS[""], CHORD_KINDS["m"]}:
            found.append(Harmony(root, intervals, root))
    dominant = (_tonic(key) + 7) % 12
    raised = Harmony(dominant, CHORD_KINDS[""], dominant)
    if heard[(dominant + 4) % 12] and dominant in scale and raised not in found:
        found.append(raised)
    return found or [Harmony(_tonic(key), CHORD_KINDS[""], _tonic(key))]


def _tonic(key: Key) -> int:
    return tonic_class(key.tonic) if key.tonic else 0
