"""Metres (`M:`) and unit note lengths (`L:`). ABC 2.1, sections 3.1.6 and 3.1.7."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache

#: No written length may need more than this: 1/2048 of a whole note, and tuplets of up to 15 within it.
SHORTEST_WRITTEN = Fraction(1, 2048)
#: Ticks in a whole note; every length within the bounds is a whole number of them.
TICKS = 2048 * 360360

#: Bounds on what a metre may be; beyond them lies no music, only hanging programs.
MAX_NUMERATOR = 64
MAX_DENOMINATOR = 64

_SIMPLE = re.compile(r"([0-9]{1,6}(?:\s*\+\s*[0-9]{1,6})*)\s*/\s*([0-9]{1,6})")
_GROUPED = re.compile(r"\(\s*([0-9]{1,6}(?:\s*\+\s*[0-9]{1,6})*)\s*\)\s*/\s*([0-9]{1,6})")
_UNIT = re.compile(r"([0-9]{1,6})\s*/\s*([0-9]{1,6})|1")


@dataclass(frozen=True, slots=True)
class Meter:
    """A metre. `groups` are the summands of the numerator: (6,) for 6/8, (2, 3, 2) for (2+3+2)/8.

    Free metre has no groups. `symbol` keeps `C` and `C|` as they were written. `bar_ticks` is
    `bar_length` in ticks (see `tune.TICKS`), None in free metre.
    """

    groups: tuple[int, ...]
    denominator: int = 4
    symbol: str = ""
    bar_ticks: int | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        ticks = None if self.free else self.numerator * (TICKS // self.denominator)
        object.__setattr__(self, "bar_ticks", ticks)

    @property
    def free(self) -> bool:
        return not self.groups

    @property
    def numerator(self) -> int:
        return sum(self.groups)

    @property
    def bar_length(self) -> Fraction | None:
        """How long a bar lasts, in whole notes; None in free metre."""
        return None if self.free else Fraction(self.numerator, self.denominator)

    @property
    def compound(self) -> bool:
        """6/8, 9/8, 12/8 and their like: beats of three."""
        return len(self.groups) == 1 and self.numerator > 3 and self.numerator % 3 == 0

    def plain(self) -> str:
        """The metre as a fraction, `C` spelled 4/4: the canonical spelling."""
        if self.free:
            return "none"
        if len(self.groups) > 1:
            return f"({'+'.join(map(str, self.groups))})/{self.denominator}"
        return f"{self.numerator}/{self.denominator}"

    def __str__(self) -> str:
        return self.symbol or self.plain()


@lru_cache(maxsize=512)
def parse_meter(text: str) -> Meter:
    """meter = "C" | "C|" | "none" | n "/" d | n "+" n "/" d | "(" n "+" n ")" "/" d

    Raises ValueError with what would be right.
    """
    stripped = text.strip()
    if stripped in {"none", "", "free"}:
        return Meter(())
    if stripped == "C":
        return Meter((4,), 4, "C")
    if stripped == "C|":
        return Meter((2,), 2, "C|")
    match = _GROUPED.fullmatch(stripped) or _SIMPLE.fullmatch(stripped)
    if match is None:
        raise ValueError(f"{_short(stripped)} is not a metre; write one like 6/8, C, C| or none")
    groups = tuple(int(part) for part in match[1].split("+"))
    denominator = int(match[2])
    if not 1 <= sum(groups) <= MAX_NUMERATOR or min(groups) < 1:
        raise ValueError(f"{_short(stripped)} has no bar: 1 to {MAX_NUMERATOR} beats are allowed")
    if denominator not in {1, 2, 4, 8, 16, 32, 64}:
        raise ValueError(f"{_short(stripped)} is no metre: the lower number is a power of two to 64")
    return Meter(groups, denominator)


@lru_cache(maxsize=512)
def parse_unit_length(text: str) -> Fraction:
    """unit_length = "1/" d, also "1" and the rare "3/8". Raises ValueError."""
    stripped = text.strip()
    match = _UNIT.fullmatch(stripped)
    if match is None:
        raise ValueError(f"{_short(stripped)} is not a note length; write one like 1/8")
    if match[1] is None:
        return Fraction(1)
    top, bottom = int(match[1]), int(match[2])
    if not 1 <= top <= 64 or bottom not in {1, 2, 4, 8, 16, 32, 64, 128, 256, 512}:
        raise ValueError(f"{_short(stripped)} is not a note length; write one like 1/8")
    return Fraction(top, bottom)


def default_unit_length(meter: Meter) -> Fraction:
    """What `L:` is when it is not given: 1/16 below 3/4, else 1/8. ABC 2.1, section 3.1.7."""
    length = meter.bar_length
    return Fraction(1, 16) if length is not None and length < Fraction(3, 4) else Fraction(1, 8)


def _short(text: str) -> str:
    return repr(text if len(text) <= 24 else text[:24] + "…")
