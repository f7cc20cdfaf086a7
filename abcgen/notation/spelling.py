"""What the spelling of lengths, bar lines, endings and tuplets means, each on its own, and how to spell.

Nothing here remembers anything; what must be remembered between tokens is in `music`.
"""

from __future__ import annotations

import difflib
import re
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from abcgen.notation.meter import Meter
from abcgen.notation.tune import BarLine

ACCIDENTALS = {"^": 1, "^^": 2, "_": -1, "__": -2, "=": 0}
SIGNS = {alter: sign for sign, alter in ACCIDENTALS.items()}
#: The single letters that stand for decorations. ABC 2.1, section 4.14.
DECORATIONS = {
    ".": "staccato",
    "~": "roll",
    "H": "fermata",
    "L": "accent",
    "M": "lowermordent",
    "O": "coda",
    "P": "uppermordent",
    "S": "segno",
    "T": "trill",
    "u": "upbow",
    "v": "downbow",
}
_NAMES = """
trill trill( trill) lowermordent uppermordent mordent pralltriller roll turn turnx invertedturn invertedturnx
arpeggio > accent emphasis fermata invertedfermata tenuto + plus snap slide wedge upbow downbow open thumb
breath pppp ppp pp p mp mf f ff fff ffff sfz crescendo( <( crescendo) <) diminuendo( >( diminuendo) >) segno
coda D.S. D.C. dacoda dacapo fine shortphrase mediumphrase longphrase staccato marcato ^ dot sfp fp rfz sf
cresc cresc( cresc) dim dim( dim) cre dec ped ped-up gmark longa editorial courtesy umarcato umordent pmordent
irishroll 8va( 8va) 8vb( 8vb) 15ma( 15ma) 15mb( 15mb) ~( ~) ~ trem1 trem2 trem3 trem4 / // /// //// -( -)
D.C.alcoda D.C.alfine D.S.alcoda D.S.alfine dacs tocoda beamon beambr1 beambr2 rbstop rbend xstem beam-accel
beam-rall stemless style=x style=rhythm style=normal style=harmonic style=triangle repeatbar repeatbar2
halfbreath caesura shortbreath doit fall scoop
"""
#: The names of decorations: those of ABC 2.1, section 4.14, and others that programs draw.
KNOWN_DECORATIONS = frozenset(_NAMES.split())
_TUPLET_TIME = {2: 3, 3: 2, 4: 3, 6: 2, 8: 3}
MAX_ENDING = 16


@lru_cache(maxsize=1024)
def length_factor(text: str) -> Fraction | None:
    """The factor that a written length stands for: "" 1, "3" 3, "/" 1/2, "//" 1/4, "3/2" 3/2.

    None where no note can have it (0, a divisor that is no power of two). ABC 2.1, section 4.3.
    """
    if not text:
        return Fraction(1)
    top, _, bottom = text.partition("/")
    numerator = int(top) if top else 1
    if "/" not in text:
        denominator = 1
    elif bottom.strip("/"):
        denominator = int(bottom.strip("/"))
        if bottom.startswith("/"):
            return None
    else:
        denominator = 2 ** text.count("/")
    if not numerator or not denominator or denominator & (denominator - 1) or denominator > 2048:
        return None
    return Fraction(numerator, denominator)


def tuplet_time(p: int, meter: Meter) -> int:
    """In the time of how many notes `p` are played when the tuplet does not say. ABC 2.1, section 4.13."""
    return _TUPLET_TIME.get(p, 3 if meter.compound else 2)


def length_text(factor: Fraction) -> str:
    """A length in units of `L:`: 1 "", 3 "3", 1/2 "/2", 3/2 "3/2"."""
    top = "" if factor.numerator == 1 else str(factor.numerator)
    return top if factor.denominator == 1 else f"{top}/{factor.denominator}"


def tuplet_text(p: int, q: int, r: int, meter: Meter) -> str:
    """`(3` where the defaults of ABC 2.1, section 4.13, say the rest; else `(p:q:r`."""
    return f"({p}" if q == tuplet_time(p, meter) and r == p else f"({p}:{q}:{r}"


def plain_tuplet_text(p: int, q: int, r: int, meter: Meter) -> str:
    """The same for any program: five in 3/4 are by the standard in the time of two, abc2midi takes three."""
    text = tuplet_text(p, q, r, meter)
    return f"{text}:{q}" if text == f"({p}" and p not in _TUPLET_TIME and meter.numerator == 3 else text


def letter_text(step: str, octave: int) -> str:
    """A letter with its octave marks: C of octave 4 is `C`, of 5 `c`, of 3 `C,`, of 6 `c'`."""
    return (step if octave <= 4 else step.lower()) + "," * (4 - octave) + "'" * (octave - 5)


def ending_numbers(text: str) -> tuple[int, ...]:
    """The numbers of `[1`, `2`, `[1,3`, `[1-3`; empty when they are none from 1 to 16."""
    numbers: list[int] = []
    for part in text.strip("[ \t").split(","):
        low, _, high = part.partition("-")
        if not (low.isdigit() and (not high or high.isdigit())):
            return ()
        numbers += range(int(low), int(high or low) + 1)
    return tuple(numbers) if numbers and min(numbers) >= 1 and max(numbers) <= MAX_ENDING else ()


@lru_cache(maxsize=256)
def bar_line(text: str) -> BarLine:
    """The meaning of a bar line's spelling. ABC 2.1, section 4.8."""
    body = text.lstrip(".")
    core = body.strip(":")
    if not core:
        ends = starts = max(1, len(body) // 2)
    else:
        ends = len(body) - len(body.lstrip(":"))
        starts = len(body) - len(body.rstrip(":"))
    if core.startswith("["):
        style = "initial" if "]" not in core else "none"
    elif core.endswith("]"):
        style = "final"
    elif core == "||" or len(core) > 2:
        style = "double"
    else:
        style = "dotted" if text.startswith(".") else "single"
    return BarLine("single" if ends or starts else style, ends, starts)


@lru_cache(maxsize=256)
def bar_and_ending(text: str) -> tuple[BarLine, str]:
    """The bar line, and the text of the ending number that follows it: `:|2` ends a repeat, "2"."""
    line = text.rstrip("0123456789,- \t")
    return bar_line(line), text[len(line) :]


@lru_cache(maxsize=256)
def nearest_decoration(name: str) -> str:
    """The decoration whose name is most like this one, "" where none is."""
    return next(iter(difflib.get_close_matches(name, sorted(KNOWN_DECORATIONS), 1)), "")


class NoteShape(NamedTuple):
    """What the text of a note says by itself. `octave` is 4 for `C`; `factor` is None when no note has it."""

    step: str
    octave: int
    accidental: int | None
    factor: Fraction | None


_NOTE = re.compile(r"(\^\^?|__?|=)?([A-Ga-g])([,']*)(.*)")


@lru_cache(maxsize=4096)
def note_shape(text: str) -> NoteShape:
    """note = [accidental] letter {octave mark} [length]"""
    match = _NOTE.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no note")
    sign, letter, marks, length = match.groups()
    octave = (5 if letter.islower() else 4) + marks.count("'") - marks.count(",")
    return NoteShape(letter.upper(), octave, ACCIDENTALS[sign] if sign else None, length_factor(length))


@lru_cache(maxsize=256)
def tuplet_numbers(text: str, meter: Meter) -> tuple[int, int, int]:
    """`(p`, `(p:q`, `(p:q:r` and `(p::r`: p notes in the time of q for the next r. ABC 2.1, section 4.13."""
    p, q, r = [*text[1:].split(":"), "", ""][:3]
    return int(p), int(q or tuplet_time(int(p), meter)), int(r or p)


def merged(first: BarLine, second: BarLine) -> BarLine:
    """Two bar lines with nothing between them, as one."""
    weight = ("none", "dotted", "single", "initial", "double", "final")
    ends, starts = max(first.ends, second.ends), max(first.starts, second.starts)
    if ends or starts:
        return BarLine("single", ends, starts)
    return BarLine(max(first.style, second.style, key=weight.index))
