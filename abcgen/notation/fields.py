"""Information fields: which lines are one, and what it says. ABC 2.1, section 3."""

from __future__ import annotations

from abcgen.notation.lexer import comment_start
from abcgen.notation.text import decode_text

#: The letters of all information fields. ABC 2.1, section 3.
KNOWN_FIELDS = frozenset("ABCDFGHIKLMmNOPQRrSsTUVWwXZ")
#: Fields that hold text, in which escapes and entities are read.
TEXT_FIELDS = frozenset("ABCDFGHNORSTWZ")
#: Letters that begin a field line after K: whatever follows; a note letter does when no bar line follows.
_BODY_FIELDS = frozenset("IKLMmNPQRrsTUVWwXZHSO+")
_MAYBE_FIELDS = frozenset("ABCDEFGJY")


def is_field(line: str) -> bool:
    """Whether a line has the shape of an information field: a letter (or +) and a colon."""
    return line[1:2] == ":" and (line[0] == "+" or (line[0].isascii() and line[0].isalpha()))


def is_body_field(line: str) -> bool:
    """Whether a line after K: is a field; `A:|` is music, `B:a book` is not."""
    if not is_field(line):
        return False
    return line[0] in _BODY_FIELDS or (
        line[0] in _MAYBE_FIELDS and not line[2:].lstrip().startswith(("|", ":", "]"))
    )


def field_text(line: str) -> str:
    """What a field line says: the comment left off, escapes read where the field holds text."""
    text = line[2:] if "%" not in line else line[2 : comment_start(line)]
    return decode_text(text.strip()).strip() if line[0] in TEXT_FIELDS else text.strip()
