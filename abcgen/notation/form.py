"""A bar's place in a tune whose form is given: which lines end it, what must be copied, what must differ.

A letter that is doubled is written between repeat signs; one that comes back later is written out, as it was
played last. Sections with different letters differ. Short bars last whole sixteenths and add up as they are
played, as in any strict text of the dialect; a section of one bar is not short.

    AABA    |:A:|B||A|]         (each A the same bars, any pickup aside)
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from abcgen.notation.beginnings import TICKS, rest_of
from abcgen.notation.dialect import MIN_BARS
from abcgen.notation.frame import Frame, Lines
from abcgen.notation.places import END_OF_BAR, LAST, LINE, Sounds, rest_characters, shown

#: The bar lines that end a section, as it is played last.
_ENDS = LAST | {"||", "|:", ":|", "::"}
#: What short bars last a multiple of, in ticks.
SHORT_STEP = 4 * TICKS


class Part(NamedTuple):
    """A section as it is written: `repeated` when it is played twice, `copied` when it was there before."""

    letter: str
    repeated: bool
    copied: bool


class Sums(NamedTuple):
    """What short bars hang on: how long a `bar` is, the `parts`, whether they have a single bar, endings.

    `endings`: whether there are first and second endings, None for either.
    """

    bar: int
    parts: tuple[Part, ...]
    single: bool
    endings: bool | None


class Layout(NamedTuple):
    """A form to be filled. Lengths are in ticks.

    `bars` of every section, 0 for as many as it takes; the tune's `pickup`, 0 for none, -1 for any;
    `endings`: whether there are first and second endings, None for either.
    """

    sounds: Sounds
    parts: tuple[Part, ...]
    bars: int = 0
    pickup: int = -1
    endings: bool | None = None

    @property
    def sums(self) -> Sums:
        return Sums(self.sounds.bar, self.parts, self.bars == 1, self.endings)

    def pickups(self, *, outside: bool) -> tuple[int, ...]:
        """The pickups that the tune may have; `outside` of the first repeat, or within its section."""
        return _pickups(self.sums, self.pickup, outside)


def parts_of(form: str) -> tuple[Part, ...]:
    """The sections of a form as they are written: `AABA` is A repeated, B, and A copied."""
    parts: list[Part] = []
    at = 0
    while at < len(form):
        letter, copied = form[at], form[at] in form[:at]
        repeated = form[at + 1 : at + 2] == letter
        parts.append(Part(letter, repeated, copied))
        at += 1 + repeated
    return tuple(parts)


class Sung(NamedTuple):
    """A section that is over: its bars as last played, as played first, how long its last is if short."""

    letter: str
    bars: tuple[str, ...]
    first: tuple[str, ...]
    short: int


@lru_cache(maxsize=4096)
def _pickups(sums: Sums, pickup: int, outside: bool) -> tuple[int, ...]:
    wanted = range(SHORT_STEP, sums.bar, SHORT_STEP) if pickup < 0 else (pickup,)
    return tuple(
        length
        for length in wanted
        if length and _adds_up(sums, 0, 0 if outside else sums.bar - length, length)
    )


@lru_cache(maxsize=65536)
def _adds_up(
    sums: Sums,
    part: int,
    carry: int,
    pickup: int,
    shorts: tuple[tuple[str, int], ...] = (),
    endings: bool = False,
) -> bool:
    """Whether the parts from `part` on can be such that all short bars add up.

    `carry`: how long the bar before them is, if short; `shorts`: the last bars of the letters so far.
    """
    bar = sums.bar
    if part == len(sums.parts):
        return carry in (0, (bar - pickup) % bar) and (endings or not sums.endings)
    letter, repeated, copied = sums.parts[part]
    if copied:
        short = dict(shorts)[letter]
        same = short == carry or not repeated
        return same and _adds_up(sums, part + 1, short, pickup, shorts, endings)
    # what a last bar may be: of the lengths that anything later may ask for, all are tried
    free = {0, carry, (bar - pickup) % bar, *(short for _, short in shorts)}
    if repeated:
        found = {(carry, endings)}
        if sums.endings is not False and not sums.single:
            found |= {(short, True) for short in free}
    else:
        found = {(short, endings) for short in free}
    if sums.single:
        found = {(short, ended) for short, ended in found if not short}
    return any(
        _adds_up(sums, part + 1, short, pickup, (*shorts, (letter, short)), ended) for short, ended in found
    )


def is_possible(layout: Layout) -> bool:
    """Whether there is a tune of this layout."""
    if layout.bars and layout.bars * len(layout.parts) < MIN_BARS:
        return False
    plain = layout.pickup <= 0 and _adds_up(layout.sums, 0, 0, 0)
    return plain or any(layout.pickups(outside=outside) for outside in (False, layout.parts[0].repeated))


class Laid(NamedTuple):
    """A bar in a tune of a given form. Lengths are in ticks.

    `whole`: it is no pickup (of the first bar that is not known before it is there); `pickup` is the tune's,
    -1 before it is there, `outside` when it stands before a repeat sign. `carry`: the short bar that a pickup
    completes; `start`: how long the pickup of the open repeat is. `before` and `within` are the bars of the
    section before its ending and within it, `played` those with the first ending. `sung`: sections that are
    over.
    """

    layout: Layout
    part: int = 0
    whole: bool = True
    pickup: int = -1
    outside: bool = False
    carry: int = 0
    start: int = 0
    ending: int = 0
    before: tuple[str, ...] = ()
    within: tuple[str, ...] = ()
    played: tuple[str, ...] = ()
    sung: tuple[Sung, ...] = ()
    endings: bool = False
    written: int = 0

    # -- the beginning -----------------------------------------------------------------------------

    def opens(self) -> Lines:
        if self.part or not self.layout.parts[0].repeated:
            return frozenset({""})
        within = self.layout.pickup <= 0 or self.layout.pickups(outside=False)
        return frozenset({"|:"} if within else ()) | ({""} if self.layout.pickups(outside=True) else set())

    def opened(self, line: str) -> Laid:
        return self._replace(outside=not self.part and self.layout.parts[0].repeated and not line)

    # -- this bar ----------------------------------------------------------------------------------

    def frame(self) -> Frame:
        signature, compound, bar, pitches, chords, single, *_ = self.layout.sounds
        part = self.layout.parts[self.part]
        frame = Frame(signature, compound, bar, pitches=pitches, chords=chords, single=single)
        if not self.whole:
            most = bar - self.carry
            closings: dict[int, set[str]] = {most: {"|"}}
            return frame._replace(
                most=most, closings=_told(closings), tie_over=not part.copied, tie_altered=False
            )
        if part.copied:
            sung = self._sung(part.letter)
            most = sung.short or bar
            closings = {most: {self._last_line()}}
            return frame._replace(most=most, closings=_told(closings), copied="|".join(sung.bars))
        if self.pickup >= 0:
            closings = self._closings()
            frame = frame._replace(most=max(closings), closings=_told(closings), avoided=self._avoided())
            return self._to_the_final(frame)
        closings = {} if self.outside or self.layout.pickup > 0 else self._replace(pickup=0)._closings()
        for length in self.layout.pickups(outside=self.outside):
            closings[length] = {"|:" if self.outside else "|"}
        frame = frame._replace(most=max(closings), closings=_told(closings), tie_altered=False)
        return frame if self.outside else self._to_the_final(frame)

    def _to_the_final(self, frame: Frame) -> Frame:
        """The frame of a bar that may end the section with which the tune ends, if it has a final."""
        final, last = self.layout.sounds.final, self.layout.parts[-1]
        if not final or self.layout.parts[self.part].letter != last.letter:
            return frame
        ends = any(lines & _ENDS for _, lines in frame.closings)
        if not ends:
            return frame
        # of a bar that may not be as another was, half is left for what differs
        room = frame.most // 2 if frame.avoided else frame.most
        return frame._replace(final=final, ends=_ENDS, last=shown(min(self.layout.sounds.last, room)))

    def sounding(self, *, single: bool) -> Laid:
        return self._replace(layout=self.layout._replace(sounds=self.layout.sounds._replace(single=single)))

    def _sung(self, letter: str) -> Sung:
        return next(section for section in self.sung if section.letter == letter)

    def _closings(self) -> dict[int, set[str]]:
        """The lines that may end this bar, which is whole or the last of a section, by its length."""
        bar, wanted = self.layout.sounds.bar, self.layout.bars
        part = self.layout.parts[self.part]
        nth = len(self.before) + len(self.within) + 1
        more = not wanted or nth < wanted
        found: dict[int, set[str]] = {}
        if more and not (self._needs_ending() and wanted and nth == wanted - 1):
            found[bar] = {"|"}
        if more and part.repeated and not self.ending and self.layout.endings is not False:
            found.setdefault(bar, set()).add("|1")
        if (not wanted or nth == wanted) and not self._needs_ending() and self._enough(nth):
            for short in self._last_lengths():
                if nth > 1 or not short:
                    found.setdefault(short or bar, set()).add(self._last_line())
        return found

    def _needs_ending(self) -> bool:
        """Whether this section must have endings that are still to come: without them the rest cannot be."""
        bar = self.layout.sounds.bar
        repeated = self.layout.parts[self.part].repeated
        return repeated and not self.ending and not self._goes_on((bar - self.start) % bar)

    def _enough(self, nth: int) -> bool:
        """Whether the tune has enough bars if this section ends with its `nth`."""
        later = self.layout.parts[self.part + 1 :]
        if self.layout.bars or self.ending == 1 or not all(part.copied for part in later):
            return True
        known = {section.letter: len(section.bars) for section in self.sung}
        return self.written + 1 + sum(known.get(part.letter, nth) for part in later) >= MIN_BARS

    def _last_lengths(self) -> list[int]:
        """How long the last bar of this section may be, 0 for whole."""
        bar, part = self.layout.sounds.bar, self.layout.parts[self.part]
        same = (bar - self.start) % bar
        if self.ending == 1:
            return [same]
        fixed = part.repeated and not self.ending
        lengths = [same] if fixed else [0, *range(SHORT_STEP, bar, SHORT_STEP)]
        return [short for short in lengths if self._goes_on(short)]

    def _goes_on(self, short: int) -> bool:
        """Whether the rest of the tune can be, if this section ends with a bar so long."""
        letter = self.layout.parts[self.part].letter
        known = (*((section.letter, section.short) for section in self.sung), (letter, short))
        endings = self.endings or self.ending > 0
        return _adds_up(self.layout.sums, self.part + 1, short, max(self.pickup, 0), known, endings)

    def _last_line(self) -> str:
        """The bar line that ends the section, or its first ending."""
        if self.ending == 1:
            return ":|2"
        parts = self.layout.parts
        following = parts[self.part + 1] if self.part + 1 < len(parts) else None
        if parts[self.part].repeated and not self.ending:
            return ":|\n" if following is None else "::" if following.repeated else ":|"
        return "|]\n" if following is None else "|:" if following.repeated else "||"

    def _avoided(self) -> tuple[str, ...]:
        """What this bar may not be if it ends the section: it would be the same as another."""
        so_far = (*self.before, *self.within)
        nth = len(so_far)
        every = {bars for section in self.sung for bars in (section.bars, section.first)}
        return tuple(sorted(bars[nth] for bars in every if len(bars) == nth + 1 and bars[:nth] == so_far))

    # -- room --------------------------------------------------------------------------------------

    def soonest(self) -> tuple[str, ...]:
        return ("|]\n", ":|\n", ":|2", ":|", "||", "::", "|:", "|1", "|")

    def copies(self) -> int:
        parts = self.layout.parts
        if parts[self.part].copied:
            return 0
        return sum(part.letter == parts[self.part].letter for part in parts[self.part + 1 :])

    def need(self) -> int:
        bars = self.layout.bars or MIN_BARS
        found = END_OF_BAR * (1 + self.copies())
        for number, part in enumerate(self.layout.parts[self.part :], self.part):
            if part.copied:
                found += self._replace(part=number)._section_needs(0)
                continue
            before, within = (self.before, self.within) if number == self.part else ((), ())
            left = max(1, bars - len(before) - len(within))
            if part.repeated and self.layout.endings is not False and not (within and self.ending == 2):
                left += max(1, bars - len(before))  # a second ending as long as the first may become
            found += self._replace(part=number)._section_needs(left)
        return found

    def _section_needs(self, bars: int) -> int:
        """Characters that are enough for so many bars to the end of this section, and its copies.

        A whole bar is one rest. What is over is for a pickup, endings, and for being another section than
        those before.
        """
        bar = self.layout.sounds.bar
        rest = len(rest_of(bar // TICKS))
        return (1 + self.copies()) * (bars * (rest + 1) + 3 * (rest_characters(bar) + LINE))

    # -- the next bar ------------------------------------------------------------------------------

    def after(self, line: str, used: int, text: str) -> Laid:
        bar, part = self.layout.sounds.bar, self.layout.parts[self.part]
        here = self._replace(pickup=max(self.pickup, 0), written=self.written + 1)
        if not self.whole:
            return here._replace(whole=True, carry=0, start=used)
        if self.pickup < 0 and used < bar:
            return here._replace(pickup=used, start=0 if self.outside else used)
        if part.copied:
            sung = self._sung(part.letter)
            return here._next_part(sung.short)._replace(written=self.written + len(sung.bars))
        if self.ending:
            here = here._replace(within=(*self.within, text))
        else:
            here = here._replace(before=(*self.before, text))
        if line == "|":
            return here
        if line == "|1":
            return here._replace(ending=1)
        bars = (*here.before, *here.within)
        if line == ":|2":
            return here._replace(ending=2, within=(), played=bars)
        short = used if used < bar else 0
        section = Sung(part.letter, bars, self.played or bars, short)
        return here._replace(sung=(*self.sung, section), endings=self.endings or self.ending > 0)._next_part(
            short
        )

    def _next_part(self, short: int) -> Laid:
        """The first bar of the next section; the one before it ends with a bar so long, 0 for whole."""
        return self._replace(
            part=self.part + 1,
            whole=not short,
            carry=short,
            start=0,
            ending=0,
            before=(),
            within=(),
            played=(),
        )


def further_part(
    sounds: Sounds, there: tuple[tuple[str, ...], ...], pickup: int, carry: int, bars: int, *, repeated: bool
) -> Laid:
    """The first bar of a part that comes after others, and is none of them.

    `there` are the bars of those, `pickup` is the tune's, `carry` how long the last bar is, if short. Where
    the short bars do not add up without it, the part has whole bars.
    """
    layout = Layout(sounds, (Part("A", False, False), Part("B", repeated, False)), bars, pickup)
    if not _adds_up(layout.sums, 1, carry, pickup, (("A", carry),)):
        pickup = carry = 0
    sung = tuple(Sung("A", section, section, carry) for section in there)
    written = max(map(len, there), default=0)
    return Laid(layout, 1, not carry, pickup, carry=carry, sung=sung, written=written)


def _told(closings: dict[int, set[str]]) -> tuple[tuple[int, Lines], ...]:
    return tuple((length, frozenset(lines)) for length, lines in sorted(closings.items()))
