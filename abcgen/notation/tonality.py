"""What of a key is its tonic, and its tonic's chord: pitches as sets, a bit each."""

from __future__ import annotations

from functools import lru_cache

from abcgen.notation.key import parse_key, tonic_class
from abcgen.notation.steering import keys
from abcgen.notation.tune import STEPS, Pitch


@lru_cache(maxsize=256)
def tonic_of(key: str) -> int:
    """The MIDI numbers of a key's tonic, a bit each; none where it has no tonic."""
    tonic = parse_key(key).tonic
    return octaves_of(tonic_class(tonic)) if tonic else 0


@lru_cache(maxsize=12)
def octaves_of(step: int) -> int:
    """All pitches of a class, a bit each."""
    return sum(1 << midi for midi in range(step, 128, 12))


@lru_cache(maxsize=1)
def tonic_chords() -> frozenset[int]:
    """The pitch classes of the tonic's chord of every key, a bit each."""
    return frozenset(map(tonic_chord, keys())) - {0}


@lru_cache(maxsize=256)
def tonic_chord(key: str) -> int:
    """The pitch classes of the tonic's chord, a bit each; none where there is no tonic."""
    read_key = parse_key(key)
    if not read_key.tonic:
        return 0
    at = STEPS.index(read_key.tonic[0])
    steps = [STEPS[(at + third) % 7] for third in (0, 2, 4)]
    return sum(1 << Pitch(step, read_key.alter(step), 4).midi % 12 for step in steps)
