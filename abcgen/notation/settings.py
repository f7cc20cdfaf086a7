"""What a tune says of how it is to be read: `U:`, `m:`, `I:` and `%%`, in the header or among the music.

Knows neither notes nor lines. ABC 2.1, sections 4.16, 9 and 11.
"""

from __future__ import annotations

import re

from abcgen.notation.macros import MAX_MACROS, MAX_TUNE_EXPANDED, Macro, expand, parse_macro
from abcgen.notation.tune import Field

_USER_SYMBOL = re.compile(r"""([.~H-Wh-w])\s*=\s*(?:[!+]?([^!+|\s"\[\]]{1,40})[!+]?|("[^"]*"))""")
_HOLD = re.compile(r"propagate-accidentals\s*=?\s*(pitch|octave|not)\b")


class Settings:
    """The meanings of letters, the macros, and where an accidental holds, as far as the tune is read."""

    def __init__(self) -> None:
        self.symbols: dict[str, str] = {}
        self.accidentals_hold = "pitch"
        self._macros: list[Macro] = []
        self._expansion = 0  # characters that the lines with macros have become

    def take(self, letter: str, text: str) -> None:
        """What a field or directive (letter `%`) sets. Raises ValueError where U: or m: gives no meaning."""
        if letter == "U":
            match = _USER_SYMBOL.fullmatch(text)
            if match is None:
                raise ValueError("U: gives a letter from H to W or h to w a meaning, as in U:T=!trill!")
            self.symbols[match[1]] = "" if match[2] in {"nil", "none"} else match[2] or match[3]
        elif letter == "m":
            macro = parse_macro(text)
            kept = [m for m in self._macros if m.target != macro.target][: MAX_MACROS - 1]
            # Longer ones first: `~G3` is tried before `~G`.
            self._macros = sorted([*kept, macro], key=lambda m: -len(m.target))
        elif letter in "I%" and (match := _HOLD.match(text)):
            self.accidentals_hold = match[1]

    def expanded(self, text: str) -> list[tuple[str, int]]:
        """Music with its macros written out, in pieces with their offsets in `text`.

        Raises ValueError where the tune becomes longer than any.
        """
        if not self._macros:
            return [(text, 0)]
        pieces = expand(text, self._macros)
        self._expansion += sum([len(piece) for piece, _ in pieces])
        if self._expansion > MAX_TUNE_EXPANDED:
            raise ValueError(f"its macros make this tune longer than {MAX_TUNE_EXPANDED} characters")
        return pieces


def is_setting(field: Field) -> bool:
    """Whether a field does no more than set what `Settings` holds."""
    return field.letter in "Um" or (field.letter in "I%" and _HOLD.match(field.text) is not None)
