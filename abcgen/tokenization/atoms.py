"""How dialect text falls into pieces that no token may cut or join.

A note with its accidental, octave and length is one atom; so are a rest, a tuplet sign, a bar line with
the number of its ending. Merges join whole atoms and never cross a bar line.
"""

from __future__ import annotations

import re
from itertools import product

from abcgen.notation.dialect import RHYTHMS, UNIT

_LENGTH = r"\d*(?:/\d*)?"
#: A bar line of the dialect, with the number of the ending it begins.
BAR_LINE = r"(?:\|[|\]:]?|:\||::)\d?|\n"
_ATOM = re.compile(
    rf"(?P<accidental>\^\^?|__?|=)?(?P<core>[A-Ga-g][,']*{_LENGTH}|[zx]{_LENGTH}|\]{_LENGTH}|\(\d(?::\d*)*|.)",
    re.DOTALL,
)
_BAR = re.compile(BAR_LINE)

#: Metres and keys that get a token of their own; others are spelled in characters.
METERS = (
    "2/4",
    "3/4",
    "4/4",
    "2/2",
    "3/2",
    "6/8",
    "9/8",
    "12/8",
    "3/8",
    "6/4",
    "9/4",
    "5/4",
    "7/8",
    "5/8",
    "7/4",
)
_TONICS = (
    "C",
    "G",
    "D",
    "A",
    "E",
    "B",
    "F#",
    "C#",
    "G#",
    "D#",
    "A#",
    "F",
    "Bb",
    "Eb",
    "Ab",
    "Db",
    "Gb",
    "Cb",
)
_MODES = ("", "m", "dor", "mix", "phr", "lyd", "loc")


def header_lines() -> list[str]:
    """Every header line that is a token, its newline included, in a fixed order."""
    from abcgen.notation.key import parse_key

    keys = []
    for tonic, mode in product(_TONICS, _MODES):
        try:
            keys.append(parse_key(tonic + mode).plain())
        except ValueError:
            continue  # more than seven accidentals
    lines = ["X:1", f"L:{UNIT.numerator}/{UNIT.denominator}"]
    lines += [f"R:{name}" for name in RHYTHMS]
    lines += [f"M:{meter}" for meter in METERS]
    lines += [f"K:{key}" for key in [*keys, "HP", "Hp", "none"]]
    return [line + "\n" for line in lines]


def bars(body: str) -> list[str]:
    """The stretches between bar lines, and the bar lines, in order; joined they are the body."""
    pieces: list[str] = []
    at = 0
    for match in _BAR.finditer(body):
        pieces += [body[at : match.start()], match[0]]
        at = match.end()
    return [piece for piece in [*pieces, body[at:]] if piece]


def atoms(stretch: str) -> list[str]:
    """The atoms of a stretch of music without bar lines."""
    return [match[0] for match in _ATOM.finditer(stretch)]


def atom_merges(atom: str) -> list[tuple[str, str]]:
    """The merges that build an atom from its characters: letter, octave, length, accidental last."""
    match = _ATOM.fullmatch(atom)
    if match is None:
        return []
    sign, core = match["accidental"] or "", match["core"]
    merges = [(core[:i], core[i]) for i in range(1, len(core))]
    if len(sign) == 2:
        merges.append((sign[0], sign[1]))
    if sign:
        merges.append((sign, core))
    return merges


def bar_line_merges() -> list[tuple[str, str]]:
    """The merges that make each bar line, with or without an ending's number, one token."""
    merges = [("|", "|"), ("|", "]"), ("|", ":"), (":", "|"), (":", ":")]
    return merges + [(line, number) for number in "12" for line in ("|", "||", ":|", "::")]
