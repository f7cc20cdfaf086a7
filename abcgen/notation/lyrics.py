"""Words under the notes: a `w:` line cut into syllables and laid on notes. ABC 2.1, section 5.1.

Knows nothing of notes but in which bar each stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from abcgen.notation.text import decode_text, encode_text

#: "la", "la-" when the word goes on, "_" when the syllable before is held, "" for none.
Syllable = str

_PIECES = re.compile(r"(?P<text>(?:\\-|[^\s\-_*|])+)|(?P<sign>[-_*|])|\s+")


#: Of an `s:` line.
_SYMBOLS = re.compile(
    r'(?P<text>![^!|\s"\[\]]{1,40}!|\+[a-z0-9.()<>]{2,40}\+|"[^"]*")|(?P<sign>[*|])|\s+|(?P<other>.)'
)


def align_symbols(text: str, bars: Sequence[int]) -> tuple[list[str], int]:
    """A symbol for each note as `s:` has it, "" for none, and how many are left; `bars` as `align` has it.

    symbols = {decoration | chord symbol | annotation | "*" | "|" | " "}. Raises ValueError for anything else.
    """
    cells: list[str] = []
    left = here = 0
    here = bars[0] if bars else 0
    for piece in _SYMBOLS.finditer(text):
        if piece["other"]:
            raise ValueError(f"{text[piece.start() :][:20]!r} is no symbol")
        if piece["sign"] == "|":
            here = _next_bar(cells, bars, here)
        elif piece["sign"] or piece["text"]:
            if len(cells) < len(bars):
                cells.append(piece["text"] or "")
            else:
                left += 1
    return cells, left


def _next_bar(cells: list[str], bars: Sequence[int], here: int) -> int:
    """Fill `cells` up to the bar after the one that is being filled, or after `here` when that is later."""
    here = (bars[len(cells) - 1] if cells and bars[len(cells) - 1] > here else here) + 1
    while len(cells) < len(bars) and bars[len(cells)] < here:
        cells.append("")
    return here


def align(text: str, bars: Sequence[int]) -> tuple[list[Syllable], int]:
    """A syllable for each note, and how many are left over. `bars` holds the bar number of every note.

    words = {syllable | "-" | "_" | "*" | "|" | " "}; `~` joins words under one note, `\\-` is a hyphen.
    A hyphen after a space or another hyphen, like `_` and `*`, takes a note of its own; `|` goes on to the
    next bar.
    """
    syllables: list[Syllable] = []
    left = 0
    follows_text = False
    here = bars[0] if bars else 0
    for piece in _PIECES.finditer(text):
        sign = piece["sign"]
        if sign == "|":
            here = _next_bar(syllables, bars, here)
        elif sign == "-" and follows_text:
            if len(syllables) <= len(bars) and not left and syllables:
                syllables[-1] += "-"
        elif sign or piece["text"]:
            word = _plain(piece["text"]) if piece["text"] else {"-": "-", "_": "_", "*": ""}[sign]
            if len(syllables) < len(bars):
                syllables.append(word)
            else:
                left += 1
        follows_text = bool(piece["text"])
    return syllables, left


def _plain(text: str) -> str:
    return decode_text(text.replace("\\-", "\N{NON-BREAKING HYPHEN}").replace("~", " "))


def words_text(syllables: Sequence[Syllable], encode: Callable[[str], str] = encode_text) -> str:
    """The text after `w:` that gives these syllables back."""
    return " ".join(_written(syllable, encode) for syllable in syllables)


def _written(syllable: Syllable, encode: Callable[[str], str]) -> str:
    if syllable in {"", "_", "-"}:
        return syllable or "*"
    goes_on = "-" if syllable.endswith("-") else ""
    text = encode(syllable.removesuffix("-"))
    for sign in "*_|~-":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    text = re.sub(r"[^\S ]", lambda match: f"\\u{ord(match[0]):04x}", text)
    return text.replace(" ", "~").replace("\N{NON-BREAKING HYPHEN}", "\\-") + goes_on
