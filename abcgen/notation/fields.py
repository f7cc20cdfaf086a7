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
#: Fields among the music that change no note, and may stand within a line. ABC 2.1, section 3.
_INLINE_FIELDS = frozenset("INQRr")
_MAX_INLINE = 120  #: characters of a field within a line; escaped they are twice as many at most
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


def in_text_block(line: str, *, inside: bool) -> bool:
    """Whether the lines after this one belong to a `%%begintext … %%endtext` block."""
    word = line[2:].lstrip() if line.startswith("%%") else ""
    return word.startswith("begin") or (inside and not word.startswith("end"))


def stands_inline(letter: str, text: str) -> bool:
    """Whether a field that changes no note can be written within a line of music, as in `[Q:1/4=90]`."""
    fits = "]" not in text and not text.endswith("|") and len(text) <= _MAX_INLINE
    return letter in _INLINE_FIELDS and fits


def field_text(line: str) -> str:
    """What a field line says: the comment left off, escapes read where the field holds text."""
    text = line[2:] if "%" not in line else line[2 : comment_start(line)]
    return decode_text(text.strip()).strip() if line[0] in TEXT_FIELDS else text.strip()
