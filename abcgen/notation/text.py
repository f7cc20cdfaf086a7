"""Text in fields: mnemonics, entities and code points into characters, and back. ABC 2.1, section 8.2."""

from __future__ import annotations

import html
import re
import unicodedata

_COMBINING = {
    "`": "\u0300",
    "'": "\u0301",
    "^": "\u0302",
    "~": "\u0303",
    '"': "\u0308",
    ",": "\u0327",
    "c": "\u0327",
    "u": "\u0306",
    "v": "\u030c",
    "H": "\u030b",
    "=": "\u0304",
    ".": "\u0307",
    ";": "\u0328",
}
_LIGATURES = {
    "AA": "Å",
    "aa": "å",
    "AE": "Æ",
    "ae": "æ",
    "OE": "Œ",
    "oe": "œ",
    "ss": "ß",
    "DH": "Ð",
    "dh": "ð",
    "TH": "Þ",
    "th": "þ",
    "/O": "Ø",
    "/o": "ø",
    "/D": "Đ",
    "/d": "đ",
    "/L": "Ł",
    "/l": "ł",
}
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(..)|([\\%&\"]))", re.DOTALL)
_ENTITY = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,31}|#\d{1,7}|#[xX][0-9A-Fa-f]{1,6});")


_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def decode_text(text: str) -> str:
    """`\\'e`, `&eacute;`, `\\u00e9` are all é; `\\%`, `\\&`, `\\\\` the plain sign. Else nothing changes."""
    if "\\" not in text and "&" not in text:
        return text
    return "".join(_decoded(part) for part in re.split(r"(\\[\\&])", text))


def _decoded(part: str) -> str:
    if part in {"\\\\", "\\&"}:
        return part[1]
    return _ENTITY.sub(lambda match: _on_one_line(html.unescape(match[0])), _ESCAPE.sub(_character, part))


def _on_one_line(character: str) -> str:
    """A character that was escaped; a blank for one that would end the line, or is none to be seen."""
    return " " if _CONTROL.fullmatch(character) else character


def _character(match: re.Match[str]) -> str:
    short, long, pair, plain = match.groups()
    if plain:
        return plain
    if short or long:
        code = int(short or long, 16)
        valid = code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF
        return _on_one_line(chr(code)) if valid else match[0]
    if pair in _LIGATURES:
        return _LIGATURES[pair]
    mark, letter = pair[0], pair[1]
    if mark in _COMBINING:
        composed = unicodedata.normalize("NFC", letter + _COMBINING[mark])
        if len(composed) == 1:
            return composed
    return match[0] if mark not in '%"' else mark + letter


def encode_text(text: str) -> str:
    """Text on one line, escaped so that `decode_text` gives it back."""
    flat = re.sub(r"[\r\n]+", " ", text)
    return re.sub(r"[\\&%]", r"\\\g<0>", flat)
