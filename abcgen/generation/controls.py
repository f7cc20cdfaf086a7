"""What a user may ask of a tune: its rhythm, metre and key, in any spelling that ABC knows.

Checked before any model is loaded. What is not asked for is drawn by the model.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from abcgen.errors import UsageError
from abcgen.models.build import TEMPERATURE, TOP_P
from abcgen.notation.key import parse_key
from abcgen.notation.meter import parse_meter
from abcgen.notation.steering import RHYTHMS

MAX_TUNES = 100_000
MAX_SEED = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Controls:
    """Wishes in canonical spelling: "jig", "6/8", "Edor"; "" leaves it to the model.

    Raises UsageError for a rhythm, metre or key that is none. `rhythm` is a name of
    `abcgen.notation.steering.RHYTHMS`, `meter` anything `M:` takes, `key` anything `K:` takes.
    """

    rhythm: str = ""
    meter: str = ""
    key: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "rhythm", _rhythm(self.rhythm))
        object.__setattr__(self, "meter", _meter(self.meter))
        object.__setattr__(self, "key", _key(self.key))


def _rhythm(text: str) -> str:
    name = " ".join(text.lower().replace("-", " ").split())
    if not name or name in RHYTHMS:
        return name
    near = difflib.get_close_matches(name, RHYTHMS, 1)
    hint = f"did you mean {near[0]}?" if near else f"known are: {', '.join(RHYTHMS)}"
    raise UsageError(f"unknown rhythm {text!r}; {hint}")


T = TypeVar("T")


def _read(kind: str, read: Callable[[str], T], text: str) -> T:
    try:
        return read(text)
    except ValueError as error:
        raise UsageError(f"unknown {kind}: {error}") from None


def _meter(text: str) -> str:
    if not text:
        return ""
    meter = _read("metre", parse_meter, text)
    if meter.free:
        raise UsageError("free metre cannot be asked for; a tune needs bars, as in 6/8 or 4/4")
    return meter.plain()


def _key(text: str) -> str:
    if not text:
        return ""
    key = _read("key", parse_key, text)
    if not key.tonic:
        raise UsageError(f"key {text!r} names no tonic; write one like D, Em or Edor")
    if key.octave:
        raise UsageError(f"key {text!r}: octave= cannot be asked for")
    return key.plain()


@dataclass(frozen=True, slots=True)
class Sampling:
    """How freely to draw. Temperature 0 is greedy; `top_p` keeps the likeliest tokens of that mass.

    `max_draws` bounds how often one tune is drawn before it is given up, `max_tokens` its length.
    Raises UsageError for values outside their ranges.
    """

    temperature: float = TEMPERATURE
    top_p: float = TOP_P
    top_k: int = 0
    min_p: float = 0.0
    max_draws: int = 50
    max_tokens: int = 600

    def __post_init__(self) -> None:
        if not math.isfinite(self.temperature) or not 0 <= self.temperature <= 5:
            raise UsageError(f"temperature {self.temperature} is not between 0 (greedy) and 5")
        if not math.isfinite(self.top_p) or not 0 < self.top_p <= 1:
            raise UsageError(f"top-p {self.top_p} is not above 0 and at most 1")
        if not 1 <= self.max_draws <= 10_000:
            raise UsageError(f"max-draws {self.max_draws} is not between 1 and 10000")
        if self.max_tokens < 16:
            raise UsageError(f"max-tokens {self.max_tokens} leaves no room for a tune; at least 16")


def checked_count(n: int) -> int:
    """`n` if that many tunes may be asked for; else UsageError."""
    if not 1 <= n <= MAX_TUNES:
        raise UsageError(f"{n} tunes cannot be written; ask for 1 to {MAX_TUNES}")
    return n


def checked_seed(seed: int) -> int:
    """`seed` if it is one; else UsageError."""
    if not 0 <= seed <= MAX_SEED:
        raise UsageError(f"seed {seed} is not a number from 0 to {MAX_SEED}")
    return seed
