"""What both exporters share of music21: its late import, and our values as its objects.

music21 takes a second to load, so nothing here loads it before it is needed. Nothing here hands it
ABC, and nothing here judges what it makes.
"""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from typing import Any

from abcgen.errors import AbcgenError, MissingExtraError, ScoreError
from abcgen.notation.key import Key
from abcgen.notation.meter import Meter
from abcgen.notation.tune import Pitch

_ACCIDENTALS = {-2: "double-flat", -1: "flat", 0: "natural", 1: "sharp", 2: "double-sharp"}
_SHARP_ORDER = "FCGDAEB"


@lru_cache(maxsize=1)
def music21() -> Any:
    """The package, loaded when first asked for. Raises MissingExtraError."""
    try:
        import music21
    except ImportError as error:
        raise MissingExtraError("MIDI and MusicXML need music21: pip install music21") from error
    return music21


@contextlib.contextmanager
def translating(what: str) -> Iterator[None]:
    """Whatever goes wrong inside music21 becomes a ScoreError that says so; its warnings are kept still."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except AbcgenError:
        raise
    except Exception as error:
        reason = " ".join(str(error).split())[:160] or type(error).__name__
        raise ScoreError(f"music21 could not {what}: {reason}") from error


def quarters(length: Fraction) -> Fraction | float:
    """A length in whole notes as music21 counts: in quarter notes, a float where that is exact."""
    exact = length * 4
    return float(exact) if exact.denominator & (exact.denominator - 1) == 0 else exact


def time_signature(meter: Meter) -> Any:
    """A metre that is not free, `C` and `C|` with their signs."""
    signature = music21().meter.TimeSignature(f"{'+'.join(map(str, meter.groups))}/{meter.denominator}")
    if meter.symbol:
        signature.symbol = "common" if meter.symbol == "C" else "cut"
    return signature


def key_signature(key: Key, *, traditional: bool = False) -> Any:
    """The signature that gives the letters the alterations of `key`, named by its mode if that is plain.

    A `traditional` one has sharps or flats in their order alone: those of tonic and mode, if need be.
    """
    m21 = music21()
    for fifths in range(-7, 8):
        if key.alters == _alters(fifths):
            if key.tonic and not key.explicit and not key.bagpipe:
                return m21.key.Key(key.tonic.replace("b", "-"), key.mode)
            return m21.key.KeySignature(fifths)
    if traditional:
        return m21.key.KeySignature(key.fifths)
    signature = m21.key.KeySignature(None)
    signature.alteredPitches = [
        f"{step}{'#' * alter if alter > 0 else '-' * -alter}"
        for step, alter in zip("CDEFGAB", key.alters, strict=True)
        if alter
    ]
    return signature


def _alters(fifths: int) -> tuple[int, ...]:
    letters = _SHARP_ORDER[:fifths] if fifths >= 0 else _SHARP_ORDER[::-1][:-fifths]
    return tuple((1 if fifths > 0 else -1) if step in letters else 0 for step in "CDEFGAB")


def pitch_object(pitch: Pitch, shown: bool, octaves: int = 0) -> Any:
    """A pitch with its spelling, so many `octaves` up; `shown` says whether its accidental is printed."""
    m21 = music21()
    result = m21.pitch.Pitch(step=pitch.step, octave=pitch.octave + octaves)
    if pitch.alter or shown:
        result.accidental = m21.pitch.Accidental(_ACCIDENTALS[pitch.alter])
        result.accidental.displayStatus = shown
    return result
