"""What is wrong with a piece of ABC, as data: where it stands, what it is, what would be right.

A `Problem` never raises. Codes are stable: scripts may rely on them; `CODES` lists them all.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

Severity = Literal["error", "warning"]


class Code(NamedTuple):
    """What a code stands for. `step` is the rung of the validity ladder that it breaks (see `ladder`)."""

    severity: Severity
    step: int
    meaning: str


#: Every code.
CODES: dict[str, Code] = {
    "illegal-character": Code("error", 1, "a character that means nothing in music"),
    "undefined-symbol": Code("warning", 1, "a letter that only U: can give a meaning, and does not"),
    "reserved-character": Code("warning", 1, "a sign that ABC keeps for later, and passes over"),
    "too-large": Code("error", 1, "a count or size beyond what any tune needs"),
    "no-reference": Code("error", 2, "a tune begins with its number, X:"),
    "no-key": Code("error", 2, "the header ends with K:, before any music"),
    "no-music": Code("error", 2, "the tune has a header but no notes"),
    "bad-field": Code("error", 2, "an information field cannot be read"),
    "bad-key": Code("error", 2, "K: does not name a key"),
    "bad-meter": Code("error", 2, "M: does not name a metre"),
    "bad-unit-length": Code("error", 2, "L: does not name a note length"),
    "bad-voice": Code("error", 2, "V: moves a voice too far, or after it has begun"),
    "bad-parts": Code("error", 2, "P: does not give an order of parts"),
    "bad-macro": Code("error", 2, "m: does not define a macro"),
    "missing-part": Code(
        "warning", 2, "P: asks for a part that is not there; the tune is played as it stands"
    ),
    "unknown-field": Code("warning", 2, "a field that the standard does not know, passed over"),
    "unclear-key": Code("warning", 2, "K: names a minor key with a capital M, as many write a major one"),
    "duplicate-field": Code("warning", 2, "a field that may stand once stands twice"),
    "unclosed-bracket": Code("error", 3, "an opening bracket, brace or quote has no closing one"),
    "stray-bracket": Code("error", 3, "a closing bracket or brace has no opening one"),
    "bad-chord": Code("error", 3, "a chord holds no note, or something that is not a note"),
    "bad-length": Code("error", 3, "a note length that no note can have"),
    "bad-tuplet": Code("error", 3, "a tuplet without all its notes, or crossing a bar line"),
    "bad-broken-rhythm": Code("error", 3, "< or > without a note on both sides"),
    "bad-tie": Code("warning", 3, "a tie that leads to no note of the same pitch"),
    "bad-slur": Code("warning", 3, "a slur that opens and does not close, or closes and was not opened"),
    "bad-repeat": Code("error", 3, "a repeat that is opened and not closed, or nested"),
    "bad-ending": Code("error", 3, "a numbered ending that does not belong to a repeat"),
    "unclear-ending": Code("warning", 3, "a blank before the number of an ending; readers differ on that"),
    "too-many-words": Code("warning", 3, "w: has more syllables than there are notes to sing them on"),
    "bar-length": Code("error", 4, "a bar does not last what M: says"),
    "pickup-length": Code("warning", 4, "short bars that meet at a section's end do not make one bar"),
    "voice-length": Code("warning", 4, "a voice ends before another"),
    "no-final-bar": Code("warning", 4, "the music ends without a bar line"),
    "cut-off": Code("error", 4, "the music stops in the middle of a bar"),
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
        return CODES[self.code].severity

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


#: Of each severity in a tune; errors beyond it change nothing, since the tune is invalid by then.
MAX_PROBLEMS = 100


class ProblemLog:
    """The problems of one tune while it is read. `too_large` is True once a bound was broken."""

    def __init__(self) -> None:
        self.too_large = False
        self._problems: list[Problem] = []
        self._counts = {"error": 0, "warning": 0}

    def __bool__(self) -> bool:
        return bool(self._problems)

    def report(self, code: str, message: str, line: int, column: int, text: str = "", hint: str = "") -> None:
        """Keep a problem, unless there are `MAX_PROBLEMS` of its severity."""
        problem = Problem(code, message, line, column, text[:200], hint)
        self.too_large |= code == "too-large"
        self._counts[problem.severity] += 1
        if self._counts[problem.severity] <= MAX_PROBLEMS:
            self._problems.append(problem)

    def found(self, lines: Sequence[str], start: int) -> tuple[Problem, ...]:
        """The problems in the order of the text, whose `lines` begin with line `start` of the file.

        One about a bar, which names no text, stands on the bar's own.
        """

        def placed(problem: Problem) -> Problem:
            index = problem.line - start
            if not 0 <= index < len(lines):
                return problem
            if problem.column > len(lines[index]) + 1:  # what a macro stands for goes on beyond the line
                problem = replace(problem, column=len(lines[index]) + 1)
            if problem.text:
                return problem
            rest = lines[index][problem.column - 1 :]
            return replace(problem, text=re.split(r"[|%]", rest, maxsplit=1)[0].rstrip())

        return tuple(sorted(map(placed, self._problems), key=lambda p: (p.line, p.column)))


def _window(line: str, at: int, width: int = 100) -> tuple[str, int]:
    """The part of a long line around `at`, printable, and where `at` lies in it."""
    clean = "".join(c if c.isprintable() else "?" for c in line)
    start = 0 if len(clean) <= width else max(0, min(at - width // 2, len(clean) - width))
    return clean[start : start + width], at - start
