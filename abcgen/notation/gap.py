"""Places of bars that are missing in a tune that is there: their lengths and their bar lines are given.

The last one ends as a tune would, by `|]`; what is really there after it stays as it is.
"""

from __future__ import annotations

from typing import NamedTuple

from abcgen.notation.beginnings import TICKS
from abcgen.notation.frame import Frame, Lines
from abcgen.notation.places import END_OF_BAR, LINE, Sounds, rest_characters

#: The bar line that ends the last of the missing bars.
END = "|]\n"


class Missing(NamedTuple):
    """A missing bar: how long it is, in ticks, the bar line after it, what it must not be ("": anything)."""

    length: int
    line: str
    other_than: str = ""


class Gap(NamedTuple):
    """The place of missing bar number `at`, from 0."""

    sounds: Sounds
    bars: tuple[Missing, ...]
    at: int = 0

    def opens(self) -> Lines:
        return frozenset({""})

    def opened(self, line: str) -> Gap:
        return self

    def frame(self) -> Frame:
        signature, compound, _, pitches, chords, single, *_ = self.sounds
        length, line, other_than = self.bars[self.at]
        closings = ((length, frozenset({self._line(line)})),)
        avoided = (other_than,) if other_than else ()
        return Frame(
            signature,
            compound,
            length,
            closings,
            pitches=pitches,
            chords=chords,
            single=single,
            avoided=avoided,
            still=frozenset(),
        )

    def _line(self, line: str) -> str:
        return line if self.at + 1 < len(self.bars) else END

    def after(self, line: str, used: int, text: str) -> Gap:
        return self._replace(at=self.at + 1)

    def sounding(self, *, single: bool) -> Gap:
        return self._replace(sounds=self.sounds._replace(single=single))

    def soonest(self) -> tuple[str, ...]:
        return (END, ":|2", ":|", "||", "::", "|:", "|1", "|")

    def copies(self) -> int:
        return 0

    def need(self) -> int:
        left = self.bars[self.at :]
        return END_OF_BAR + sum(
            rest_characters(max(bar.length, TICKS)) + LINE + len(bar.other_than) for bar in left
        )
