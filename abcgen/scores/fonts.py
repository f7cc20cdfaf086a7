"""Which characters the fonts of pages have, and whether the machine's fonts have the others."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from abcgen.errors import ScoreError

#: Scripts of the fonts inside the page setter, by how Unicode begins the names of their letters.
_OWN_SCRIPTS = ("LATIN", "GREEK", "CYRILLIC", "MODIFIER", "COMBINING", "FEMININE", "MASCULINE", "MICRO")
#: Scripts that share their fonts.
_CHINESE_AND_NEAR = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO")


def foreign_characters(text: str) -> frozenset[str]:
    """The letters of a text that are of other scripts than those inside the page setter."""
    return frozenset(
        char
        for char in set(text)
        if not char.isascii() and char.isalpha() and not unicodedata.name(char, "").startswith(_OWN_SCRIPTS)
    )


def pictographs(text: str) -> frozenset[str]:
    """Small pictures in a text, such as emoji; where the machine has no font with them, boxes are shown."""
    return frozenset(char for char in set(text) if ord(char) > 0x25FF and unicodedata.category(char) == "So")


def require_font(characters: frozenset[str], fonts: Mapping[str, int]) -> None:
    """Raise ScoreError when none of these font files, each with a number in it, has one of the characters."""
    left = {ord(char) for char in characters}
    for path, index in fonts.items():
        left -= _characters_of(path, index)
        if not left:
            return
    missing = "".join(map(chr, sorted(left)[:8]))
    script = unicodedata.name(missing[0], "letter").partition(" ")[0]
    name = "CJK" if script in _CHINESE_AND_NEAR else script.capitalize()
    raise ScoreError(f"no font on this machine has {missing}; install one, such as Noto Sans {name}")


@lru_cache(maxsize=256)
def _characters_of(path: str, index: int) -> frozenset[int]:
    from fontTools.ttLib import TTFont, TTLibError

    try:
        with TTFont(path, fontNumber=index, lazy=True) as font:
            return frozenset(font.getBestCmap() or ())
    except (OSError, TTLibError):
        return frozenset()
