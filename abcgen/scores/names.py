"""File names, and lines of text, from titles that nobody can be trusted with."""

from __future__ import annotations

import re
import unicodedata

MAX_STEM_BYTES = 80
MAX_LINE = 500
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)", re.IGNORECASE)


def safe_stem(title: str) -> str:
    """A file name without ending for `title`: letters and digits of any script, joined by hyphens.

    It holds no separator, no leading dot or hyphen, is no name that Windows keeps for itself, at most
    80 bytes long, and never empty: a title without letters gives "tune".
    """
    text = unicodedata.normalize("NFC", title).replace("'", "").replace("’", "")
    words = re.findall(r"[^\W_]+", text)
    stem = _shortened("-".join(words))
    if not stem:
        return "tune"
    return f"{stem}-tune" if _RESERVED.fullmatch(stem) else stem


def one_line(text: str) -> str:
    """Text on one line, without what cannot be seen, cut off where no title goes on."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:MAX_LINE]


def unique(stem: str, taken: set[str]) -> str:
    """`stem`, or `stem-2`, `stem-3` …: the first that is not in `taken`, whatever the case. Adds it."""
    name, number = stem, 1
    while name.casefold() in taken:
        number += 1
        name = f"{stem}-{number}"
    taken.add(name.casefold())
    return name


def _shortened(stem: str) -> str:
    """At most `MAX_STEM_BYTES` of UTF-8, cut between characters."""
    return stem.encode("utf-8")[:MAX_STEM_BYTES].decode("utf-8", "ignore").rstrip("-")
