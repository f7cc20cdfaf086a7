"""How dialect text falls into pieces that no token may cut or join.

A note with its accidental, octave and length is one atom; so are a rest, a tuplet sign, a bar line with
the number of its ending. Merges join whole atoms and never cross a bar line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from abcgen.notation.infill import BAR_LINE
from abcgen.notation.steering import LINES, ORIGINS, RHYTHMS, keys, pitch_name

_LENGTH = r"\d*(?:/\d*)?"
_ATOM = re.compile(
    rf"(?P<accidental>\^\^?|__?|=)?(?P<core>[A-Ga-g][,']*{_LENGTH}|[zx]{_LENGTH}|\]{_LENGTH}|\(\d(?::\d*)*|.)",
    re.DOTALL,
)
_BAR = re.compile(BAR_LINE)

#: Metres that get a token of their own; others are spelled in characters, as are rare forms and lengths.
_METERS = """
2/4 3/4 4/4 2/2 3/2 6/8 9/8 12/8 3/8 6/4 9/4 5/4 7/8 5/8 7/4
"""
_FORMS = """
A AA AB AAB ABB ABA ABC AABB AABC AABA AAAB ABAB ABAC ABBA ABCA ABCB ABCC ABCD AABBA AABBC AABCC ABCDE AABBCC
AABCCD AABBCDD ABBCCDD AABBCCDD AABBCCDDEE AABBCCDDEEFF
"""
_SECTION_BARS = range(2, 25)
_PLAYED_BARS = range(8, 129, 4)
_PICKUPS = ("0", "1/16", "1/8", "3/16", "1/4", "3/8", "1/2", "5/8", "3/4")
_PITCHES = range(50, 96)


def header_lines() -> list[str]:
    """Every header line that is a token, its newline included, in a fixed order."""
    values: dict[str, Iterable[str]] = {
        "X:": ["1"],
        "R:": RHYTHMS,
        "O:": ORIGINS,
        "M:": _METERS.split(),
        "L:": ["1/8"],
        "%%form ": _FORMS.split(),
        "%%section ": map(str, _SECTION_BARS),
        "%%pickup ": _PICKUPS,
        "%%endings ": ["yes", "no"],
        "%%lowest ": map(pitch_name, _PITCHES),
        "%%highest ": map(pitch_name, _PITCHES),
        "%%length ": map(str, _PLAYED_BARS),
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
