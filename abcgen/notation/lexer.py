"""One line of ABC music cut into tokens, losslessly: joined again, the tokens are the line.

Knows spelling only: what a note looks like, not how long it lasts or where it may stand.
ABC 2.1, sections 4.1 to 4.20.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple


class Token(NamedTuple):
    """`kind` names the rule that matched, `at` is the offset in the line, from 0."""

    kind: str
    text: str
    at: int
    match: re.Match[str]


#: Digits are bounded so that no number costs time or memory; what is longer is illegal.
LENGTH = r"\d{0,6}(?:/{1,6}\d{0,6})?"

_RULES: tuple[tuple[str, str], ...] = (
    ("space", r"[ \t]+"),
    ("note", rf"(?P<accidental>\^\^?|__?|=)?(?P<letter>[A-Ga-g])(?P<octave>[,']*)(?P<length>{LENGTH})"),
    ("bar", r"\.?(?::+\[?\|+\]?:*|::+|\[\|+\]?:*|\|+\]?:*)"),
    ("ending", r"\[\s?\d{1,2}(?:[,-]\d{1,2})*|(?<=[|\]:])\s?\d{1,2}(?:[,-]\d{1,2})*(?![/\d])"),
    ("field", r"\[(?P<name>[A-Za-z]):(?P<value>[^\]]*)\]"),
    ("text", r'"(?P<quoted>[^"]*)"'),
    ("decoration", r"!(?P<mark>[^!|\s\"\[\]]{1,40})!|\+(?P<plus>[a-z0-9.()<>]{2,40})\+"),
    ("tuplet", r"\((?P<p>\d{1,4})(?::(?P<q>\d{0,4}))?(?::(?P<r>\d{0,4}))?"),
    ("slur_open", r"\.?\("),
    ("slur_close", r"\)"),
    ("grace_open", r"\{/?"),
    ("grace_close", r"\}"),
    ("chord_open", r"\["),
    ("chord_close", rf"\](?P<chord_length>{LENGTH})"),
    ("rest", rf"(?P<silence>[zx])(?P<rest_length>{LENGTH})"),
    ("bar_rest", r"[ZX](?P<count>\d{0,6})"),
    ("spacer", r"y\d{0,6}"),
    ("tie", r"\.?-"),
    ("broken", r"<+|>+"),
    ("shorthand", r"[.~H-Wh-w]"),
    ("overlay", r"&+"),
    ("beam", r"`+"),
    ("line_break", r"[!$]"),
    ("continuation", r"\\\s*$"),
    ("unclosed", r'"[^"]*$'),
    ("illegal", r"."),
)
_SCANNER = re.compile("|".join(f"(?P<{name}>{rule})" for name, rule in _RULES))


def lex(line: str, end: int | None = None) -> Iterator[Token]:
    """The tokens of `line[:end]` in order; every character belongs to exactly one."""
    for match in _SCANNER.finditer(line, 0, len(line) if end is None else end):
        kind = match.lastgroup
        # lastgroup is the last group that matched at the top level: the rule itself.
        yield Token(kind or "illegal", match[0], match.start(), match)


def comment_start(line: str) -> int:
    """Where a `%` comment begins in `line`; its length when there is none. `\\%` is no comment."""
    at = line.find("%")
    while at > 0 and line[at - 1] == "\\":
        at = line.find("%", at + 1)
    return len(line) if at < 0 else at
