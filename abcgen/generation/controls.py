"""What a user may ask of a tune, in any spelling that ABC knows, and how freely it is drawn.

Checked before any model is loaded; what no tune can be is refused with the reason. What is not asked for is
drawn by the model.
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TypeVar

from abcgen.errors import UsageError
from abcgen.notation.beginnings import ALL_PITCHES, pitches_between
from abcgen.notation.frame import CHARACTERS
from abcgen.notation.instruments import INSTRUMENTS, instrument_name
from abcgen.notation.key import parse_key
from abcgen.notation.meter import parse_meter
from abcgen.notation.possible import refuse_impossible
from abcgen.notation.steering import (
    DENOMINATORS,
    HIGHEST,
    LOWEST,
    MAX_PLAYED_BARS,
    MAX_SECTION_BARS,
    MAX_SECTIONS,
    NUMERATORS,
    ORIGINS,
    RHYTHMS,
    is_form,
    origin_name,
)
from abcgen.notation.tune import Pitch
from abcgen.notation.wishes import Wishes

#: With these, new tunes repeat themselves as often as old ones do, and move like them. What `generate()`
#: draws by itself is drawn more coolly (see `models.build`), since nothing keeps it valid.
TEMPERATURE, TOP_P = 1.25, 0.9
MAX_TUNES = 100_000
MAX_SEED = 2**63 - 1
ANY_FINAL = "any"
FINALS = ("tonic", "other", ANY_FINAL)
_PITCH = re.compile(r"([A-Ga-g])([#b]?)(-?\d)")


@dataclass(frozen=True)
class Controls:
    """Wishes in canonical spelling: "jig", "6/8", "Edor"; "", 0 and None leave it to the model.

    `rhythm` and `origin` are names of `abcgen.notation.steering`, `meter` is anything `M:` takes, `key`
    anything `K:` takes. `form` has a letter for each section as it is played, `bars` are those of each
    section, `length` those of the whole tune as it is played; `pickup` is a part of a whole note, "0" for
    none. `final` is the last note, "tonic" or "other"; "any" leaves that to the model, while "" makes it the
    tonic as often as in old tunes. `range` is two pitches (`D4..B5`, middle C is C4), `instrument` a name of
    `abcgen.notation.instruments`. `start` is the beginning of the music, in eighths and without spaces:
    `|:dBAG`; its last note may become longer. Raises UsageError for what is none of these, and for what
    cannot be.
    """

    rhythm: str = ""
    meter: str = ""
    key: str = ""
    form: str = ""
    bars: int = 0
    pickup: str = ""
    endings: bool | None = None
    final: str = ""
    range: str = ""
    instrument: str = ""
    origin: str = ""
    length: int = 0
    start: str = ""

    def __post_init__(self) -> None:
        for name, read in _READERS.items():
            object.__setattr__(self, name, read(getattr(self, name)))
        for name, most in (("bars", MAX_SECTION_BARS), ("length", MAX_PLAYED_BARS)):
            value = getattr(self, name)
            if not isinstance(value, int) or not 0 <= value <= most:
                raise UsageError(f"{name} {value} is not between 1 and {most}")
        if self.endings not in {None, True, False}:
            raise UsageError(f"endings {self.endings!r} are none; True, False, or None for either")
        refuse_impossible(self.wishes)

    @cached_property
    def wishes(self) -> Wishes:
        """The same as the notation knows it."""
        values = {
            "R:": self.rhythm,
            "O:": self.origin,
            "M:": self.meter,
            "%%form ": self.form,
            "%%section ": self.bars or "",
            "%%pickup ": self.pickup,
            "%%endings ": "" if self.endings is None else "yes" if self.endings else "no",
            "%%length ": self.length or "",
            "K:": parse_key(self.key).tonic_and_mode if self.key else "",
        }
        lines = tuple(f"{begins}{value}" for begins, value in values.items() if value)
        pitches = ALL_PITCHES
        if self.range:
            low, _, high = self.range.partition("..")
            pitches &= pitches_between(_midi(low), _midi(high))
        if self.instrument:
            instrument = INSTRUMENTS[self.instrument]
            pitches &= sum(1 << midi for midi in range(128) if instrument.plays(midi))
        final = self.final.removesuffix(ANY_FINAL)
        wishes = Wishes(lines, pitches, chords=not self.instrument, start=self.start, final=final)
        return wishes if f"K:{self.key}" in lines else wishes._replace(key=self.key)


T = TypeVar("T")


def _read(kind: str, read: Callable[[str], T], text: str) -> T:
    try:
        return read(text)
    except ValueError as error:
        raise UsageError(f"unknown {kind}: {error}") from None


def _named(kind: str, text: str, names: Iterable[str]) -> str:
    """One of `names`, or UsageError with the nearest."""
    known = list(names)
    if not text or text in known:
        return text
    near = difflib.get_close_matches(text, known, 1)
    hint = f"did you mean {near[0]}?" if near else f"known are: {', '.join(known)}"
    raise UsageError(f"unknown {kind} {text!r}; {hint}")


def _rhythm(text: str) -> str:
    return _named("rhythm", " ".join(text.lower().replace("-", " ").split()), RHYTHMS)


def _origin(text: str) -> str:
    return origin_name(text) or _named("origin", text.strip(), ORIGINS)


def _final(text: str) -> str:
    return _named("final", text.strip().lower(), FINALS)


def _instrument(text: str) -> str:
    return _named("instrument", instrument_name(text), INSTRUMENTS)


def _meter(text: str) -> str:
    if not text:
        return ""
    meter = _read("metre", parse_meter, text)
    if meter.free:
        raise UsageError("free metre cannot be asked for; a tune needs bars, as in 6/8 or 4/4")
    if meter.numerator not in NUMERATORS or meter.denominator not in DENOMINATORS:
        raise UsageError(
            f"metre {meter.plain()} cannot be asked for: at most {max(NUMERATORS)} beats of "
            f"1/{', 1/'.join(map(str, DENOMINATORS))}"
        )
    return f"{meter.numerator}/{meter.denominator}"


def _key(text: str) -> str:
    if not text:
        return ""
    key = _read("key", parse_key, text)
    if not key.tonic:
        raise UsageError(f"key {text!r} names no tonic; write one like D, Em or Edor")
    if key.octave:
        raise UsageError(f"key {text!r}: octave= cannot be asked for")
    return key.plain()


def _form(text: str) -> str:
    form = text.strip().upper()
    if form and not is_form(form):
        raise UsageError(
            f"form {text!r} is none: a letter for each section, the first A, each new one the next of the "
            f"alphabet, at most {MAX_SECTIONS}, as in AABB"
        )
    return form


def _pickup(text: str) -> str:
    if not text:
        return ""
    try:
        length = Fraction(0) if text in {"no", "none"} else Fraction(text if len(text) < 8 else "-1")
    except (ValueError, ZeroDivisionError):
        length = Fraction(-1)
    if not 0 <= length < 12 or length % Fraction(1, 16) or (length and length.denominator == 1):
        raise UsageError(
            f"pickup {text[:20]!r} is no multiple of 1/16, such as 1/8, or is a whole note; write 0 for none"
        )
    return str(length)


def _range(text: str) -> str:
    if not text:
        return ""
    low, dots, high = text.replace(" ", "").partition("..")
    if not dots:
        raise UsageError(f"range {text!r} is none; write two pitches like D4..B5 (middle C is C4)")
    if not LOWEST <= _midi(low) <= _midi(high) <= HIGHEST:
        raise UsageError(f"range {text!r}: the lower pitch comes first, between C2 and C8")
    return f"{low[:1].upper()}{low[1:]}..{high[:1].upper()}{high[1:]}"


def _midi(text: str) -> int:
    match = _PITCH.fullmatch(text)
    if match is None:
        raise UsageError(f"{text!r} is no pitch; write one like D4, F#5 or Bb3 (middle C is C4)")
    step, sign, octave = match.groups()
    return Pitch(step.upper(), {"#": 1, "b": -1, "": 0}[sign], int(octave)).midi


def _start(text: str) -> str:
    """The spelling of the dialect, which writes `C/2` where ABC may write `C/`, and `C` for `C1`."""
    start = re.sub(r"/+(?![0-9])", lambda signs: f"/{2 ** len(signs[0])}", "".join(text.split()))
    start = re.sub(r"(?<=[A-Ga-gz,'\]])1(?![0-9/])", "", start)
    for column, char in enumerate(start, start=1):
        if char not in CHARACTERS:
            raise UsageError(
                f"start {start!r}: {char!r} at column {column} cannot be asked for; write notes, rests, "
                "chords, ties, tuplets and bar lines, lengths in eighths, as in |:d2BAG|"
            )
    return start


_READERS: dict[str, Callable[[str], str]] = {
    "rhythm": _rhythm,
    "meter": _meter,
    "key": _key,
    "form": _form,
    "pickup": _pickup,
    "final": _final,
    "range": _range,
    "instrument": _instrument,
    "origin": _origin,
    "start": _start,
}


@dataclass(frozen=True, slots=True)
class Sampling:
    """How freely to draw. Temperature 0 is greedy.

    Of the tokens that may come at all, `top_k` keeps so many of the likeliest (0: all), `top_p` the likeliest
    of that mass, `min_p` those that are at least so likely, compared with the likeliest. Raises UsageError
    for values outside their ranges.
    """

    temperature: float = TEMPERATURE
    top_p: float = TOP_P
    top_k: int = 0
    min_p: float = 0.0

    def __post_init__(self) -> None:
        if not math.isfinite(self.temperature) or not 0 <= self.temperature <= 5:
            raise UsageError(f"temperature {self.temperature} is not between 0 (greedy) and 5")
        if not math.isfinite(self.top_p) or not 0 < self.top_p <= 1:
            raise UsageError(f"top-p {self.top_p} is not above 0 and at most 1")
        if self.top_k < 0 or self.top_k != int(self.top_k):
            raise UsageError(f"top-k {self.top_k} is not 0 (all) or more")
        if not math.isfinite(self.min_p) or not 0 <= self.min_p <= 1:
            raise UsageError(f"min-p {self.min_p} is not between 0 and 1")


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
