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
            here = (bars[len(syllables) - 1] if syllables and bars[len(syllables) - 1] > here else here) + 1
            while len(syllables) < len(bars) and bars[len(syllables)] < here:
                syllables.append("")
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
