"""What the columns of a table mean: which holds the music, which the header lines of a tune."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any

from abcgen.encodings import decode
from abcgen.errors import InputError, UsageError
from abcgen.notation.fields import KNOWN_FIELDS, is_field

#: Names under which columns are found when none are given: for the music, for header lines by letter.
_BODY_NAMES = ("abc notation", "abc_notation", "abc", "body", "music", "notation", "tune", "text")
_HEADER_NAMES = {
    "T": ("title", "name"),
    "R": ("rhythm", "type"),
    "M": ("meter", "metre", "time_signature"),
    "L": ("unit_length", "unit length", "unit"),
    "K": ("key", "mode"),
    "C": ("composer",),
    "O": ("origin",),
    "Z": ("transcriber", "transcription", "username"),
}
_HEADER_ORDER = "TCORZMLK"


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns hold what: `body` the music or whole tunes, `headers` header lines by their letter.

    `begins` is one that holds the beginning of the header, as corpora of ours have it.
    """

    body: str
    headers: Mapping[str, str] = field(default_factory=dict)
    begins: str = ""

    def text(self, row: Mapping[str, Any], number: int) -> str:
        """The row as a tune. Columns give what the header lines that the body begins with do not say."""
        text = (_plain(row.get(self.begins)) if self.begins else "") + _plain(row.get(self.body))
        lines = [line for line in text.split("\n") if line.strip()]
        own = list(takewhile(lambda line: is_field(line) or line.startswith("%"), lines))
        given = {line[0] for line in own}
        music = [f"N:{line}" if line.startswith("X:") else line for line in lines[len(own) :]]
        columns = {}
        for letter in sorted(self.headers, key=_HEADER_ORDER.find):
            value = " ".join(_plain(row.get(self.headers[letter])).split())
            if value and letter not in given:
                columns[letter] = f"{letter}:{value}"
        key = [columns.pop("K")] if "K" in columns else []
        reference = own.pop(0) if own and own[0].startswith("X:") else f"X:{number}"
        return "\n".join([reference, *columns.values(), *own, *key, *music])


def _plain(value: object) -> str:
    """A cell as text. Raises InputError for one that holds values of its own."""
    if isinstance(value, bytes):
        value = decode(value)
    if isinstance(value, dict | list):
        raise InputError("a column that should be text holds tables or lists; name another with --columns")
    return "" if value is None else str(value).replace("\r\n", "\n").replace("\r", "\n")


def parse_columns(text: str) -> Columns:
    """columns = body | "body=" name {"," letter "=" name}. Raises UsageError."""
    if "=" not in text:
        return Columns(text.strip())
    body, headers = "", {}
    for part in text.split(","):
        letter, equals, name = (piece.strip() for piece in part.partition("="))
        if not equals or not name or (letter != "body" and letter not in KNOWN_FIELDS - {"X"}):
            raise UsageError(f"--columns has {part.strip()!r}; write it as body=abc,T=title,M=meter,K=key")
        if letter == "body":
            body = name
        else:
            headers[letter] = name
    if not body:
        raise UsageError("--columns names no body; write it as body=abc,T=title,M=meter,K=key")
    return Columns(body, headers)


def guessed_columns(names: Sequence[str], source: str) -> Columns:
    """The columns by their usual names. Raises InputError when none looks like music."""
    lower = {name.strip().lower(): name for name in reversed(names)}
    body = next((lower[name] for name in _BODY_NAMES if name in lower), None)
    if body is None:
        raise InputError(
            f"{source} has no column that looks like music (it has: {', '.join(names)}); "
            "name one with --columns, as in body=abc,T=title,M=meter,K=key"
        )
    begins = lower.get("header", "") if {"header", "body", "id"} <= set(lower) else ""
    headers = {}
    for letter, usual in _HEADER_NAMES.items():
        found = next((lower[name] for name in usual if name in lower and lower[name] != body), None)
        if found is not None:
            headers[letter] = found
    return Columns(body, headers, begins)
