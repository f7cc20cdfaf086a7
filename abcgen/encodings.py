"""Tunebooks as text, and back: UTF-8, Latin-1 and Windows-1252, also line by line, and every line end."""

from __future__ import annotations

import codecs
import contextlib
import difflib
import re

#: Letters of Windows-1252 by the control characters that Latin-1 has in their places.
_WINDOWS = {chr(code): bytes([code]).decode("cp1252", "ignore") or chr(code) for code in range(0x80, 0xA0)}
#: Encodings of a file, of which the first that has all letters of a line is taken.
_UTF_8, _EARLIER = ("utf-8",), ("latin-1", "cp1252", "utf-8")


def decode(data: bytes) -> str:
    """Bytes as text: every line UTF-8 where it is, else Latin-1 or Windows-1252; line ends become `\\n`."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "".join(map(_decoded_line, data.splitlines(keepends=True)))
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decoded_line(line: bytes) -> str:
    try:
        return line.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Latin-1, and where that has no letter Windows-1252, which has a few more
        return "".join(_WINDOWS.get(letter, letter) for letter in line.decode("latin-1"))


def encoded_like(text: str, old: bytes) -> bytes:
    """The text as bytes: lines that the `old` file has as they are there, others in its encoding."""
    mark = codecs.BOM_UTF8 if old.startswith(codecs.BOM_UTF8) else b""
    was = old[len(mark) :].splitlines(keepends=True)
    ends = [_end_of(line) for line in was]
    usual = max(dict.fromkeys(filter(None, ends)), key=ends.count, default=b"\n")
    encodings = _UTF_8 if _is_utf8(old) else _EARLIER
    after = text.split("\n")
    bodies = [_encoded(line, encodings) for line in after]
    given = [usual] * len(after)
    alike = encodings == _UTF_8 or decode(old) == re.sub("\r\n?", "\n", old.decode("latin-1"))
    if not alike or len(set(ends) - {b""}) > 1:
        before = [decode(line).removesuffix("\n") for line in was]
        for kind, a, b, c, d in difflib.SequenceMatcher(None, before, after).get_opcodes():
            for at, line in zip(range(c, d), was[a:b], strict=False):
                if kind == "equal":
                    bodies[at] = line.removesuffix(_end_of(line))
                    given[at] = _end_of(line) or usual
                elif not line.isascii():
                    bodies[at] = _encoded(after[at], _UTF_8 if _is_utf8(line) else _EARLIER)
    return mark + b"".join(map(bytes.__add__, bodies[:-1], given)) + bodies[-1]


def _encoded(line: str, encodings: tuple[str, ...]) -> bytes:
    for encoding in encodings:
        with contextlib.suppress(UnicodeEncodeError):
            return line.encode(encoding)
    raise ValueError(f"{line!r} is no text")


def _end_of(line: bytes) -> bytes:
    """The line end of a line, which may have none."""
    return line[len(line.rstrip(b"\r\n")) :]


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
