"""Macros (`m:`): a few letters that stand for more. ABC 2.1, section 9.

A static macro stands for one text; a transposing one has an `n` for any note, and letters `h` to `z` in its
meaning lie as far from that note as they lie from `n`. What a macro gives is not searched for macros again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from abcgen.notation.lexer import FIELD

MAX_MACROS = 64
#: What macros may make of a line, and of a tune.
MAX_EXPANDED = 16 * 1024
MAX_TUNE_EXPANDED = 128 * 1024

_LETTERS = "CDEFGAB"
_NOTE = r"(?P<sign>\^\^?|__?|=)?(?P<letter>[A-Ga-g])(?P<octave>[,']*)"


@dataclass(frozen=True, slots=True)
class Macro:
    """`target` as written left of `=`, `meaning` right of it."""

    target: str
    meaning: str

    @property
    def pattern(self) -> str:
        before, transposing, after = self.target.partition("n")
        if not transposing:
            return re.escape(self.target)
        return f"{re.escape(before)}{_NOTE}{re.escape(after)}(?![0-9/])"

    def expanded(self, match: re.Match[str]) -> str:
        """What the macro stands for where it was found."""
        if "n" not in self.target:
            return self.meaning
        place = _LETTERS.index(match["letter"].upper()) + (7 if match["letter"].islower() else 0)
        place += 7 * (match["octave"].count("'") - match["octave"].count(","))
        sign = match["sign"] or ""

        def note(letter: re.Match[str]) -> str:
            steps = ord(letter[0]) - ord("n")
            return (sign if not steps else "") + _spelled(place + steps)

        return re.sub(r"[h-z]", note, self.meaning)


def parse_macro(text: str) -> Macro:
    """macro = target "=" meaning. Raises ValueError."""
    target, equals, meaning = text.partition("=")
    target, meaning = target.strip(), meaning.strip()
    if not equals or not 1 <= len(target) <= 31 or target == "n" or len(meaning) > 200:
        raise ValueError("write a macro as in ~n2 = n/o//n/, at most 31 and 200 characters")
    if target.count("n") > 1:
        raise ValueError(f"{target!r} has more than one n; a macro stands on one note")
    return Macro(target, meaning)


def expand(line: str, macros: list[Macro]) -> list[tuple[str, int]]:
    """A line in pieces, macros replaced: each text with the offset in `line` at which it stands.

    Quoted texts, decorations and fields are left alone. Raises ValueError when the result would be too long.
    """
    pieces: list[tuple[str, int]] = [(line, 0)]
    for macro in macros:
        if macro.target.partition("n")[0] not in line:
            continue
        pattern = re.compile(rf'"[^"]*"|![^!|\s"\[\]]{{1,40}}!|{FIELD}|(?P<macro>{macro.pattern})')
        found: list[tuple[str, int]] = []
        for text, at in pieces:
            if line[at : at + len(text)] != text:  # what a macro gave
                found.append((text, at))
                continue
            begin = 0
            for match in pattern.finditer(text):
                if match["macro"] is None:
                    continue
                found.append((text[begin : match.start()], at + begin))
                found.append((macro.expanded(match), at + match.start()))
                begin = match.end()
            found.append((text[begin:], at + begin))
        if sum([len(text) for text, _ in found]) > MAX_EXPANDED:
            raise ValueError(f"its macros make this line longer than {MAX_EXPANDED} characters")
        pieces = [piece for piece in found if piece[0]]
    return pieces


def _spelled(place: int) -> str:
    octave, step = divmod(place, 7)
    letter = _LETTERS[step]
    return letter + "," * -octave if octave <= 0 else letter.lower() + "'" * (octave - 1)
