"""Where a bar stands in a tune, and which bar lines may therefore end it.

A place gives the frame of its bar, and the place after it. `Freely` leaves the form to who writes; where it
is given, the places are those of `form`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple, Protocol

from abcgen.notation.beginnings import ALL_PITCHES, SINGLE_LENGTHS, TICKS, rest_of
from abcgen.notation.dialect import MIN_BARS
from abcgen.notation.frame import Frame, Lines
from abcgen.notation.key import Signature

#: Characters of a bar line at most, and those with which a bar can be ended from wherever it is.
LINE, END_OF_BAR = 3, 160
#: Bar lines that end a tune.
LAST = frozenset({"|]\n", ":|\n"})


@lru_cache(maxsize=1024)
def rest_characters(bar: int) -> int:
    """Characters of rests, at most, that fill a bar of so many ticks, or a part of it."""
    return max(len(rest_of(ticks)) for ticks in range(1, max(2, bar // TICKS + 1)))


@lru_cache(maxsize=1024)
def shown(ticks: int) -> int:
    """The longest that one note head shows, up to so many ticks."""
    return max((length * TICKS for length in SINGLE_LENGTHS if length * TICKS <= ticks), default=0)


class Sounds(NamedTuple):
    """What holds in every bar: signature, whether the metre is compound, its length in ticks, the pitches.

    `pitches` are the MIDI numbers that may sound, a bit each; `chords` whether they may sound together.
    `single`: notes and tuplets are such as one note head shows, and MIDI can say (see `bar.Frame`). `final`:
    those of the pitches with which the tune ends, 0 for any; `last`: how long that note is at least.
    """

    signature: Signature
    compound: bool
    bar: int
    pitches: int = ALL_PITCHES
    chords: bool = True
    single: bool = False
    final: int = 0
    last: int = 0


class Place(Protocol):
    """A bar's place in a tune: a small immutable value."""

    def __hash__(self) -> int:
        """Fit to be the key of a cache."""

    def opens(self) -> Lines:
        """What may stand before the first bar: `|:`, nothing, or either."""

    def opened(self, line: str) -> Place:
        """The place of the first bar, after what stands before it."""

    def frame(self) -> Frame:
        """What the bar must keep to."""

    def after(self, line: str, used: int, text: str) -> Place:
        """The place of the next bar, after this one with its `text`, `used` ticks long, and its bar line."""

    def sounding(self, *, single: bool) -> Place:
        """The same place, in which notes are such as one note head shows, or of any length."""

    def soonest(self) -> tuple[str, ...]:
        """Every bar line, those first that lead soonest to the end of the tune."""

    def copies(self) -> int:
        """How often the bar will have to be written again."""

    def need(self) -> int:
        """Characters that are enough for the rest of the tune, this bar and its copies among them."""


class Freely(NamedTuple):
    """A tune of whatever form. Times are in ticks.

    `first`: a section or an ending begins with this bar, so that it may be short. `ending` is 1 or 2 within
    one; `bars` are counted as far as it matters. Of a `strict` text: the tune's `pickup`, the `carry` of a
    short bar that this one completes, how long the first bar of the open repeat is where it is short
    (`start`, -1 before it is there).
    """

    sounds: Sounds
    strict: bool = False
    first: bool = True
    repeat: bool = False
    ending: int = 0
    bars: int = 0
    pickup: int = 0
    carry: int = 0
    start: int = 0

    def opens(self) -> Lines:
        return frozenset({"", "|:"})

    def opened(self, line: str) -> Freely:
        return self._replace(repeat=True, start=-1) if line else self

    def frame(self) -> Frame:
        signature, compound, bar, pitches, chords, single, final, last = self.sounds
        told = {bar, bar - self.carry, bar - max(self.start, 0), bar - self.pickup} if self.strict else {bar}
        closings = tuple((used, self._lines(used)) for used in sorted(told))
        return Frame(
            signature,
            compound,
            bar - self.carry,
            closings,
            self._lines(-1),
            pitches,
            chords,
            single=single,
            final=final if self.bars + 1 >= MIN_BARS else 0,
            ends=LAST,
            last=shown(min(last, bar - self.carry)),
        )

    def sounding(self, *, single: bool) -> Freely:
        return self._replace(sounds=self.sounds._replace(single=single))

    def _lines(self, used: int) -> Lines:
        """The bar lines that may end the bar when so much of it is full; -1: no rule names its length."""
        bar, found = self.sounds.bar, set[str]()
        if used == bar - self.carry or (self.bars == 0 if self.strict else self.first):
            found.add("|")
        if self.repeat and not self.ending and (not self.strict or used == bar):
            found.add("|1")
        if self.ending != 1 and self._section_may_end(used):
            found.add("||")
            if not self.repeat:
                found |= {"|:", "|]\n"} if self._may_end(used) else {"|:"}
        if self.repeat and self._closes_repeat(used):
            if self.ending:
                found.add(":|2")
            else:
                found |= {":|", "::", ":|\n"} if self._may_end(used) else {":|", "::"}
        return frozenset(found)

    def _section_may_end(self, used: int) -> bool:
        """Whether a section may end with this bar, by its length. Strictly, a pickup is no section."""
        if not self.strict or used == self.sounds.bar:
            return True
        return not self.repeat if self.bars == 0 else not (self.carry or self.first)

    def _carried(self, used: int) -> int:
        """What the bar played next has to complete: the length of a short bar that ends a section."""
        return used if self.strict and self.bars and used < self.sounds.bar else 0

    def _closes_repeat(self, used: int) -> bool:
        """Whether the repeat may be closed here: this bar and the one it goes back to must make one."""
        if not self.strict:
            return True
        bar = self.sounds.bar
        return self._section_may_end(used) and self._carried(used) == (bar - max(self.start, 0)) % bar

    def _may_end(self, used: int) -> bool:
        """Whether the tune may end with this bar."""
        if self.bars + 1 < MIN_BARS:
            return False
        return not self.strict or self._carried(used) in (0, self.sounds.bar - self.pickup)

    def soonest(self) -> tuple[str, ...]:
        return ("|]\n", ":|\n", ":|2", ":|", "|", "||", "::", "|:", "|1")

    def copies(self) -> int:
        return 0

    def need(self) -> int:
        return END_OF_BAR + (MIN_BARS + 3 - self.bars) * (rest_characters(self.sounds.bar) + LINE)

    def after(self, line: str, used: int, text: str) -> Freely:
        short = used if used < self.sounds.bar else 0
        section = line not in ("|", "|1", ":|2")
        found = self._replace(
            first=line != "|" and (section or not self.strict),
            bars=min(self.bars + 1, MIN_BARS),
            ending={"|1": 1, ":|2": 2, "|": self.ending}.get(line, 0),
            repeat=line in ("|:", "::") or (self.repeat and line in ("|", "|1", "||")),
        )
        if not self.strict:
            return found
        start = short if self.start < 0 else self.start
        return found._replace(
            carry=self._carried(used) if section else 0,
            pickup=self.pickup if self.bars else short,
            start=-1 if line in ("|:", "::") else start,
        )
