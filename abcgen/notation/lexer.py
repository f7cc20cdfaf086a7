"""One line of ABC music cut into tokens, losslessly: joined again, the tokens are the line.

Knows spelling only: what a note looks like, not how long it lasts or where it may stand. What kind a token
is follows from its text alone. ABC 2.1, sections 4.1 to 4.20.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple


class Token(NamedTuple):
    """`kind` names the rule that matched, `at` is the offset in the line, from 0."""

    kind: str
    text: str
    at: int


#: Digits are bounded so that no number costs time or memory; what is longer is illegal.
LENGTH = r"[0-9]{0,6}(?:/{1,6}[0-9]{0,6})?"
#: Within the music. `[K:D CDEF|]` is none: that bracket belongs to the bar line; `[M:C|]` is one.
FIELD = r"\[M:\s*[Cc]\|\s*\]|\[[A-Za-z]:[^\]]{0,256}(?<!\|)\]"
_ENDING = r"\s?[0-9]{1,2}(?:[,-][0-9]{1,2})*"

#: Every rule, in the order in which they are tried. A bar line takes the number of its ending along.
_RULES: dict[str, str] = {
    "note": rf"(?:\^\^?|__?|=)?[A-Ga-g][,']*{LENGTH}",
    "space": r"[ \t]+",
    "bar": rf"\.?(?::+\[?\|+\]?:*|::+|\[\|+\]?:*|\|+\]?:*)(?:{_ENDING}(?![/[0-9]]))?",
    "ending": rf"\[{_ENDING}",
    "field": FIELD,
    "text": r'"[^"]*"',
    "decoration": r"![^!|\s\"\[\]]{1,40}!|\+(?:[fp]|[a-z0-9.()<>]{2,40})\+",
    "tuplet": r"\([0-9]{1,4}(?::[0-9]{0,4}(?::[0-9]{0,4})?)?",
    "slur_open": r"\.?\(",
    "slur_close": r"\)",
    "grace_open": r"\{/?",
    "grace_close": r"\}",
    "unclosed_field": r"\[[A-Za-z]:(?![|:\]])[^\s|\]]*",
    "chord_open": r"\[",
    "chord_close": rf"\]{LENGTH}",
    "rest": rf"[zx]{LENGTH}",
    "bar_rest": r"[ZX][0-9]{0,6}(?:/{1,6}[0-9]{0,6})?",
    "spacer": r"y[0-9]{0,6}",
    "tie": r"\.?-",
    "broken": r"<+|>+",
    "shorthand": r"[.~H-Wh-w]",
    "overlay": r"&+",
    "beam": r"`+",
    "unclosed_decoration": r"!(?=[a-z]*[h-tw])[a-z]{3,20}(?![a-z!])",
    "line_break": r"[!$]",
    "continuation": r"\\\s*$",
    "unclosed": r'"[^"]*$',
    "reserved": r"[#*;?@]",
    "illegal": r".",
}
_SCANNER = re.compile("|".join(_RULES.values()), re.DOTALL)
_KINDS = re.compile("|".join(f"(?P<{name}>{rule})" for name, rule in _RULES.items()), re.DOTALL)

#: The texts of the tokens of one line.
scan: Callable[[str], list[str]] = _SCANNER.findall


def kind_of(text: str) -> str:
    """The rule that a token's text follows."""
    match = _KINDS.match(text)
    return (match.lastgroup if match else None) or "illegal"


def lex(line: str) -> Iterator[Token]:
    """The tokens of a line in order, comment left off; every character belongs to exactly one."""
    at = 0
    for text in scan(line[: comment_start(line)]):
        yield Token(kind_of(text), text, at)
        at += len(text)


def comment_start(line: str) -> int:
    """Where a `%` comment begins in `line`; its length when there is none. `\\%` is no comment."""
    at = line.find("%")
    while at > 0 and line[at - 1] == "\\":
        at = line.find("%", at + 1)
    return len(line) if at < 0 else at
