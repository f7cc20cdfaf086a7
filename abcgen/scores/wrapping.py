"""Text that has to fit into a line, cut where words end; by what letters of usual fonts take at most."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

_NARROW = frozenset("iIjlftr .,:;'!|()[]-/\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}")
_WIDE = frozenset("mwMW@%&\N{EM DASH}\N{HORIZONTAL ELLIPSIS}")


def em_width(text: str) -> float:
    """How wide a text is, in ems, or a little less."""
    return sum(map(_letter, text))


def _letter(letter: str) -> float:
    if unicodedata.combining(letter):
        return 0.0
    if unicodedata.east_asian_width(letter) in "WF" or ord(letter) > 0xFFFF:
        return 1.0
    if letter in _NARROW:
        return 0.35
    if letter in _WIDE:
        return 0.9
    return 0.72 if letter.isupper() else 0.53


def wrapped(text: str, width: float) -> Iterator[str]:
    """The lines of a text within so many ems; a word that is wider is cut."""
    line = ""
    for word in text.split():
        if line and em_width(f"{line} {word}") > width:
            yield line
            line = word
        else:
            line = f"{line} {word}".strip()
        while em_width(line) > width:
            cut = next(at for at in range(len(line), 0, -1) if at == 1 or em_width(line[:at]) <= width)
            yield line[:cut]
            line = line[cut:]
    if line or not text.strip():
        yield line
