"""Which characters the fonts of pages have, and whether the machine's fonts have the others."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from abcgen.errors import ScoreError

#: Scripts of the fonts inside the page setter, by how Unicode begins the names of their letters.
_OWN_SCRIPTS = ("LATIN", "GREEK", "CYRILLIC", "MODIFIER", "COMBINING", "FEMININE", "MASCULINE", "MICRO")


def foreign_characters(text: str) -> frozenset[str]:
    """The letters of a text that are of other scripts than those inside the page setter."""
    return frozenset(
        char
        for char in set(text)
        if not char.isascii() and char.isalpha() and not unicodedata.name(char, "").startswith(_OWN_SCRIPTS)
    )


def require_font(characters: frozenset[str], fonts: Mapping[str, int]) -> None:
    """Raise ScoreError when none of these font files, each with a number in it, has one of the characters."""
    left = {ord(char) for char in characters}
    for path, index in fonts.items():
        left -= _characters_of(path, index)
        if not left:
            return
    missing = "".join(map(chr, sorted(left)[:8]))
    raise ScoreError(
        f"no font on this machine has {missing}; install one, such as Noto Sans CJK for Chinese and Japanese"
    )


@lru_cache(maxsize=256)
def _characters_of(path: str, index: int) -> frozenset[int]:
    from fontTools.ttLib import TTFont, TTLibError

    try:
        with TTFont(path, fontNumber=index, lazy=True) as font:
            return frozenset(font.getBestCmap() or ())
    except (OSError, TTLibError):
        return frozenset()
