"""How like two tunes are, whatever their key: Jaccard likeness of 6-grams of semitone steps.

Exact, by an inverted index; made for thousands of tunes, not for millions.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from abcgen.notation.sounding import sound_bars
from abcgen.notation.tune import Bar

GRAM = 6
Grams = frozenset[tuple[int, ...]]


def step_grams(bars: Iterable[Bar]) -> Grams:
    """The set of runs of six semitone steps in the written order; of chords the highest note counts.

    A tune with fewer than seven notes gives its whole step sequence as the only gram.
    """
    top: dict[object, int] = {}
    for sound in sound_bars(bars):
        top[sound.onset] = max(sound.midi, top.get(sound.onset, 0))
    pitches = list(top.values())
    steps = [b - a for a, b in pairwise(pitches)]
    if len(steps) < GRAM:
        return frozenset({tuple(steps)})
    return frozenset(tuple(steps[i : i + GRAM]) for i in range(len(steps) - GRAM + 1))


def jaccard(a: Grams, b: Grams) -> float:
    """Shared grams over all grams, 0 to 1."""
    return len(a & b) / len(a | b)


def like_pairs(grams: Sequence[Grams], threshold: float) -> Iterator[tuple[int, int, float]]:
    """Every pair (i, j, likeness) with i < j and likeness at least `threshold` (above 0), exactly."""
    holders: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for j, mine in enumerate(grams):
        shared: Counter[int] = Counter()
        for gram in mine:
            shared.update(holders[gram])
            holders[gram].append(j)
        for i, count in sorted(shared.items()):
            likeness = count / (len(grams[i]) + len(mine) - count)
            if likeness >= threshold:
                yield i, j, likeness


def largest_likeness(some: Sequence[Grams], others: Sequence[Grams]) -> tuple[float, int, int]:
    """The largest likeness between one of `some` and one of `others`, and which two (-1 if none)."""
    holders: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for j, theirs in enumerate(others):
        for gram in theirs:
            holders[gram].append(j)
    best = (0.0, -1, -1)
    for i, mine in enumerate(some):
        shared = Counter(j for gram in mine for j in holders.get(gram, ()))
        for j, count in shared.items():
            likeness = count / (len(mine) + len(others[j]) - count)
            if likeness > best[0]:
                best = (likeness, i, j)
    return best


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
