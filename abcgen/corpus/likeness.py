"""How like two tunes are, whatever their key, octave, bars or ornaments.

Two readings of a tune are compared, each as a set of shingles, and the better one counts:

    melody   runs of six semitone steps between the notes as they are written; a note that is struck again
             is one, as a long note is
    beats    runs of six steps, without the octave, between the notes that sound on each beat; a beat is
             two or three of the notes that fill most of the tune, so that 2/4 in semiquavers and 4/4 in
             quavers agree, and what ornaments add between the beats does not count

Tunes of hardly any steps, such as those for a drum, are told apart by their rhythm: both readings are then
runs of six notes, each a step and how long the note is beside the one before.

Likeness is the Jaccard likeness of the sets: shared shingles over all. Pairs are found by MinHash and
locality sensitive hashing (datasketch; Broder 1997), then measured exactly; `largest_likeness` uses no hash.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from abcgen.notation.sounding import sound_ticks
from abcgen.notation.tune import Bar

SHINGLE = 6
_WIDEST = 63  # semitones that a step is told apart by
_BASE = 2 * _WIDEST + 1
#: Semitones that a step is told apart by beside a rhythm, so that six of both are a number of 64 bits.
_NARROW = 12
#: Runs of steps of which a tune has to have so many to be known by them.
_FEW = 8
#: Permutations of a signature.
PERMUTATIONS = 96
_BANDS, _ROWS = 32, 3
#: Odd numbers that make one key of the minima of a band.
_MIXED = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], np.uint64)
Shingles = np.ndarray
#: A key for every band of both readings, (64,) uint64.
Keys = np.ndarray


class Likable(NamedTuple):
    """The two readings of a tune: sorted distinct shingles, (n,) int64."""

    melody: Shingles
    beats: Shingles


def likable(bars: Sequence[Bar]) -> Likable:
    """Both readings of a tune in the written order; of notes that sound together the highest counts."""
    top: dict[int, tuple[int, int]] = {}
    for onset, midi, ticks in sound_ticks(bars):
        if onset not in top or midi > top[onset][0]:
            top[onset] = (midi, ticks)
    line = [(onset, *top[onset]) for onset in sorted(top)]
    every = np.clip(np.diff([midi for _, midi, _ in line]), -_WIDEST, _WIDEST) + _WIDEST
    melody = _shingles(every[every != _WIDEST], _BASE)
    if len(melody) < _FEW:
        rhythm = _rhythm(every, np.array([ticks for _, _, ticks in line]))
        return Likable(rhythm, rhythm)
    skeleton = np.diff(_on_the_beat(line, bars)) % 12
    return Likable(melody, _shingles(skeleton, 12))


def _rhythm(steps: np.ndarray, ticks: np.ndarray) -> Shingles:
    """Runs of steps and of how each note's length compares with the one before; none is one of melody."""
    longer = np.clip(np.round(4 * np.log2(ticks[1:] / ticks[:-1])), -_WIDEST, _WIDEST).astype(np.int64)
    return -1 - _shingles((longer + _WIDEST) * _NARROW + steps % _NARROW, _BASE * _NARROW)


def _shingles(steps: np.ndarray, base: int) -> Shingles:
    """Runs of `SHINGLE` steps as numbers; of a tune too short for one, the whole of it."""
    if not len(steps):
        return np.zeros(1, np.int64)
    size = min(SHINGLE, len(steps))
    runs = np.lib.stride_tricks.sliding_window_view(steps.astype(np.int64), size)
    return np.unique(runs @ base ** np.arange(size, dtype=np.int64))


def _on_the_beat(line: Sequence[tuple[int, int, int]], bars: Sequence[Bar]) -> list[int]:
    """The pitch that sounds when each beat begins; `line` holds onset, pitch and length, in ticks."""
    if not line:
        return []
    meter = bars[0].meter
    covered: Counter[int] = Counter()
    for _, _, ticks in line:
        covered[ticks] += ticks
    unit = max(covered, key=lambda ticks: (covered[ticks], -ticks))
    threes = meter.compound or (meter.numerator == 3 and meter.bar_ticks == 3 * unit)
    beat = unit * (3 if threes else 2)
    pickup = bars[0].ticks % beat if bars[0].short else 0
    sounding: list[int] = []
    at = pickup
    for onset, midi, ticks in line:
        while at < onset + ticks:
            sounding.append(midi)
            at += beat
    return sounding


def jaccard(a: Shingles, b: Shingles) -> float:
    """Shared shingles over all, 0 to 1."""
    shared = len(np.intersect1d(a, b, assume_unique=True))
    return shared / (len(a) + len(b) - shared)


def likeness(a: Likable, b: Likable) -> float:
    """The better of the two readings, 0 to 1."""
    return max(jaccard(a.melody, b.melody), jaccard(a.beats, b.beats))


def signatures(tune: Likable) -> Keys:
    """The keys under which a tune is filed: tunes that are alike share one, most others none.

    For each reading 32 bands of 3 minima of a MinHash: two sets with Jaccard likeness s share a band with
    probability s cubed, and one of all with 1 - (1 - s^3)^32: .98 at .5, .88 at .4, .58 at .3, .03 at .1.
    """
    from datasketch import MinHash

    readings = []
    for shingles in tune:
        hashed = MinHash(PERMUTATIONS, hashfunc=_scattered)
        hashed.update_batch(shingles.tolist())
        readings.append(hashed.digest().astype(np.uint64).reshape(_BANDS, _ROWS) @ _MIXED)
    return np.concatenate(readings)


def _scattered(shingle: int) -> int:
    """32 bits of a shingle (Fibonacci hashing): what lies together is thrown apart, the same everywhere."""
    return (shingle * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF) >> 32


def like_pairs(
    tunes: Sequence[Likable], keys: Sequence[Keys], threshold: float
) -> Iterator[tuple[int, int, float]]:
    """Pairs (i, j, likeness) with i < j that share a key and are at least so alike, measured exactly."""
    count = len(tunes)
    codes = np.zeros(0, np.int64)  # j * count + i of every pair that shares a key
    for band in np.stack(keys).T if count else ():
        order = np.argsort(band, kind="stable")
        begins = np.flatnonzero(np.diff(band[order], prepend=~band[order[0]]))
        runs = (run for run in np.split(order, begins[1:]) if len(run) > 1)
        found = [later * count + run[:at] for run in runs for at, later in enumerate(run)]
        codes = np.unique(np.concatenate([codes, *found]))
    for j, i in zip(*np.divmod(codes, max(count, 1)), strict=True):
        alike = likeness(tunes[i], tunes[j])
        if alike >= threshold:
            yield int(i), int(j), alike


def largest_likeness(some: Sequence[Likable], others: Sequence[Likable]) -> Iterator[tuple[int, int, float]]:
    """For each of `some` the one of `others` that is most like it, and how much; exactly, hash-free.

    Gives (i, j, likeness), with j = -1 where none shares a shingle.
    """
    indexes = [_Index([getattr(tune, reading) for tune in others]) for reading in Likable._fields]
    for i, tune in enumerate(some):
        best = (0.0, -1)
        for index, shingles in zip(indexes, tune, strict=True):
            best = max(best, index.nearest(shingles))
        yield i, best[1], best[0]


class _Index:
    """Which sets hold a shingle: all shingles sorted, beside each the set that it is in."""

    def __init__(self, sets: Sequence[Shingles]) -> None:
        self._sizes = np.array([len(s) for s in sets], np.int64)
        every = np.concatenate([*sets, np.zeros(0, np.int64)])
        order = np.argsort(every, kind="stable")
        self._shingles = every[order]
        self._holders = np.repeat(np.arange(len(sets)), self._sizes)[order]

    def nearest(self, shingles: Shingles) -> tuple[float, int]:
        begins = np.searchsorted(self._shingles, shingles, "left")
        ends = np.searchsorted(self._shingles, shingles, "right")
        holders = np.concatenate([self._holders[a:b] for a, b in zip(begins, ends, strict=True)])
        if not len(holders):
            return 0.0, -1
        shared = np.bincount(holders, minlength=len(self._sizes))
        alike = shared / (self._sizes + len(shingles) - shared)
        best = int(np.argmax(alike))
        return float(alike[best]), best


class Groups:
    """Disjoint sets of the numbers 0 to n - 1; the smallest member names its set."""

    def __init__(self, count: int) -> None:
        self._parent = list(range(count))

    def find(self, item: int) -> int:
        while self._parent[item] != item:
            self._parent[item] = self._parent[self._parent[item]]
            item = self._parent[item]
        return item

    def join(self, a: int, b: int) -> None:
        a, b = sorted((self.find(a), self.find(b)))
        self._parent[b] = a

    def members(self) -> dict[int, list[int]]:
        """Every set by its name, members in order."""
        found: dict[int, list[int]] = defaultdict(list)
        for item in range(len(self._parent)):
            found[self.find(item)].append(item)
        return found


def joined(count: int, pairs: Iterable[tuple[int, int, float]]) -> Groups:
    """Groups of whatever the pairs hold together."""
    groups = Groups(count)
    for i, j, _ in pairs:
        groups.join(i, j)
    return groups
