"""What is wrong with a piece of ABC, as data: where it stands, what it is, what would be right.

A `Problem` never raises. Codes are stable: scripts may rely on them; `CODES` lists them all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]

#: Every code, with the severity it carries and what it means in one line.
CODES: dict[str, tuple[Severity, str]] = {
    "no-reference": ("error", "a tune begins with its number, X:"),
    "no-key": ("error", "the header ends with K:, before any music"),
    "no-music": ("error", "the tune has a header but no notes"),
    "bad-field": ("error", "an information field cannot be read"),
    "bad-key": ("error", "K: does not name a key"),
    "bad-meter": ("error", "M: does not name a metre"),
    "bad-unit-length": ("error", "L: does not name a note length"),
    "bad-voice": ("error", "V: shifts a voice beyond what any tune needs"),
    "bad-parts": ("error", "P: does not give an order of parts"),
    "missing-part": ("warning", "P: asks for a part that is not there; the tune is played as it stands"),
    "bad-macro": ("error", "m: does not define a macro"),
    "too-many-words": ("warning", "w: has more syllables than there are notes to sing them on"),
    "duplicate-field": ("warning", "a field that may stand once stands twice"),
    "illegal-character": ("error", "a character that means nothing in music"),
    "undefined-symbol": ("warning", "a letter that only U: can give a meaning, and does not"),
    "unclosed-bracket": ("error", "an opening bracket, brace or quote has no closing one"),
    "stray-bracket": ("error", "a closing bracket or brace has no opening one"),
    "bad-chord": ("error", "a chord holds no note, or something that is not a note"),
    "bad-length": ("error", "a note length that no note can have"),
    "bad-tuplet": ("error", "a tuplet without all its notes, or crossing a bar line"),
    "bad-broken-rhythm": ("error", "< or > without a note on both sides"),
    "bad-tie": ("warning", "a tie that leads to no note of the same pitch"),
    "bad-repeat": ("error", "a repeat that is opened and not closed, or nested"),
    "bad-ending": ("error", "a numbered ending that does not belong to a repeat"),
    "bar-length": ("error", "a bar does not last what M: says"),
    "pickup-length": ("warning", "short bars that meet at a section's end do not make one bar"),
    "no-final-bar": ("warning", "the music ends without a bar line"),
    "cut-off": ("error", "the music stops in the middle of a bar"),
    "too-large": ("error", "a count or size beyond what any tune needs"),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong. Lines and columns count from 1, columns in characters.

    `text` is what the problem stands on, `hint` what would be right; both may be empty.
    """

    code: str
    message: str
    line: int
    column: int
    text: str = ""
    hint: str = ""

    @property
    def severity(self) -> Severity:
        return CODES[self.code][0]

    @property
    def is_error(self) -> bool:
        return self.severity == "error"

    def render(self, name: str, source_line: str | None = None) -> str:
        """`file:line:column code: message`, then the line itself with a caret under the place."""
        hint = f" ({self.hint})" if self.hint else ""
        head = f"{name}:{self.line}:{self.column} {self.code}: {self.message}{hint}"
        if source_line is None:
            return head
        shown, caret_at = _window(source_line.replace("\t", " "), self.column - 1)
        marks = "^" * max(1, min(len(self.text), len(shown) - caret_at))
        return f"{head}\n    {shown}\n    {' ' * caret_at}{marks}"

    def as_dict(self) -> dict[str, object]:
        """The problem as plain JSON values."""
        return {
            "code": self.code,
            "severity": self.severity,
            "line": self.line,
            "column": self.column,
            "text": self.text,
            "message": self.message,
            "hint": self.hint,
        }


def _window(line: str, at: int, width: int = 100) -> tuple[str, int]:
    """The part of a long line around `at`, printable, and where `at` lies in it."""
    clean = "".join(c if c.isprintable() else "?" for c in line)
    start = 0 if len(clean) <= width else max(0, min(at - width // 2, len(clean) - width))
    return clean[start : start + width], at - start
