"""How dialect text falls into pieces that no token may cut or join.

A note with its accidental, octave and length is one atom; so are a rest, a tuplet sign, a bar line with
the number of its ending. Merges join whole atoms and never cross a bar line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from fractions import Fraction

from abcgen.notation.infill import BAR_LINE
from abcgen.notation.steering import (
    HIGHEST,
    LINES,
    LOWEST,
    MAX_SECTION_BARS,
    ORIGINS,
    RHYTHMS,
    keys,
    pitch_name,
)

_LENGTH = r"\d*(?:/\d*)?"
_ATOM = re.compile(
    rf"(?P<accidental>\^\^?|__?|=)?(?P<core>[A-Ga-g][,']*{_LENGTH}|[zx]{_LENGTH}|\]{_LENGTH}|\(\d(?::\d*)*|.)",
    re.DOTALL,
)
_BAR = re.compile(BAR_LINE)

#: Metres, forms and lengths that get a token of their own; rarer ones are spelled in characters.
_METERS = """
2/4 3/4 4/4 2/2 3/2 6/8 9/8 12/8 3/8 6/4 9/4 5/4 7/8 5/8 7/4 1/4 4/8 2/8 8/8 10/8 11/8 13/8 15/8 4/2 5/2 6/2
12/4 3/16 5/16 6/16 7/16 9/16 12/16
"""
_FORMS = """
A AA AB AAB ABB ABA ABC AABB AABC AABA AAAB ABAB ABAC ABBA ABBC ABCA ABCB ABCC ABCD AABBA AABBC AABCC ABBCC
ABBCD ABCAA ABCDD ABCDE AABBCC AABBCD AABCBC AABCCD AABCDD ABBCCD ABCCDD ABCCDE ABCDEE ABCDEF
AABBCCD AABBCDD AABCCDD
ABBCCDD ABBCCDE ABBCDEF ABCDCDE AABBCCDD AABBCCDDE AABBCDDEE ABCCDDEE AABBCCDDCC AABBCCDDEE
AABCCDDEEF AABBCCDDEEFF AABBCCDDEEFFGG AABBCCDDEEFFGGHH
"""
_PLAYED_BARS = 128
_PICKUPS = ["0", *(str(Fraction(n, 16)) for n in range(1, 16))]


def header_lines() -> list[str]:
    """Every header line that is a token, its newline included, in a fixed order."""
    values: dict[str, Iterable[str]] = {
        "X:": ["1"],
        "R:": RHYTHMS,
        "O:": ORIGINS,
        "M:": _METERS.split(),
        "L:": ["1/8"],
        "%%form ": _FORMS.split(),
        "%%section ": map(str, range(1, MAX_SECTION_BARS + 1)),
        "%%pickup ": _PICKUPS,
        "%%endings ": ["yes", "no"],
        "%%lowest ": map(pitch_name, range(LOWEST, HIGHEST + 1)),
        "%%highest ": map(pitch_name, range(LOWEST, HIGHEST + 1)),
        "%%length ": map(str, range(1, _PLAYED_BARS + 1)),
        "K:": keys(),
    }
    return [f"{kind.begins}{value}\n" for kind in LINES for value in values[kind.begins]]


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
