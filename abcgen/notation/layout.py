"""How ABC is laid out for people: lines, beams, broken rhythm, and where fields stand among the music.

Spells nothing; that is `writer`.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from abcgen.notation.fields import stands_inline
from abcgen.notation.meter import TICKS, Meter
from abcgen.notation.tune import Bar, Event, Field, Note, ticks_of

BARS_A_LINE = 4


def lines_before(bar: Bar) -> tuple[Field, ...]:
    """The fields that stand on lines of their own before a bar: those that must, and what precedes them."""
    first = [field for index, field in bar.remarks if not index]
    while first and stands_inline(first[-1].letter, first[-1].text):
        first.pop()
    return tuple(first)


def inline_remarks(bar: Bar) -> dict[int, list[Field]]:
    """The fields within the music of a bar, by the index of the event before which they stand."""
    found: dict[int, list[Field]] = {}
    for index, remark in bar.remarks[len(lines_before(bar)) :] if bar.remarks else ():
        found.setdefault(index, []).append(remark)
    return found


def is_sung(bar: Bar) -> bool:
    """Whether any syllable lies on its notes."""
    return any(event.marks.lyrics for event in bar.events)


def idiomatic_lines(bars: Sequence[Bar]) -> list[int]:
    """Where lines begin: four bars a line, a new line for every section.

    A pickup counts for none, a lone last bar joins on.
    """
    found: list[int] = []
    begin = 0
    for index, bar in enumerate(bars):
        following = bars[index + 1] if index + 1 < len(bars) else None
        if bar.ends_section(following):
            found += [begin + i for i in _section_lines(index + 1 - begin, pickup=bars[begin].short)]
            begin = index + 1
    return found


def _section_lines(count: int, *, pickup: bool) -> list[int]:
    """With which bars of a section lines begin."""
    starts = list(range(1 if pickup else 0, count, BARS_A_LINE)) or [0]
    if len(starts) > 1 and starts[-1] == count - 1:
        starts.pop()
    return [0, *starts[1:]]


def beam_group(meter: Meter) -> Fraction:
    """How long one beam may last: 3/8 in compound metres, half a bar in 4/4 and 2/2, else a beat."""
    if meter.compound:
        return Fraction(3, meter.denominator)
    if meter.bar_length == 1:
        return Fraction(1, 2)
    return Fraction(1, 4) if meter.denominator <= 4 else Fraction(1, meter.denominator)


def beam_starts(meter: Meter) -> list[int]:
    """Where in a bar beams begin, in ticks: at the metre's own groups, else every `beam_group`."""
    groups = {(5, 8): (3, 2), (7, 8): (2, 2, 3)}.get((meter.numerator, meter.denominator), (meter.numerator,))
    if len(meter.groups) > 1:
        groups = meter.groups
    unit = TICKS // meter.denominator
    if len(groups) > 1 or (meter.denominator >= 8 and meter.numerator == 3):
        return [sum(groups[:index]) * unit for index in range(len(groups))]
    return list(range(0, meter.bar_ticks or 1, ticks_of(beam_group(meter))))


def onsets(events: Sequence[Event], bar: Bar) -> list[int]:
    """When in the bar each event begins, in ticks; a pickup's beats are the last of a bar."""
    length, total = bar.meter.bar_ticks, sum(event.ticks for event in events)
    pickup = length is not None and total < length and (bar.closing is None or not bar.closing.section)
    now = (length or 0) - total if pickup else 0
    found = []
    for event in events:
        found.append(now)
        now += event.ticks
    return found


def is_long(event: Event) -> bool:
    """Whether it has no beam: a quarter or longer."""
    return event.written >= Fraction(1, 4)


def broken_pairs(events: Sequence[Event], bar: Bar) -> dict[int, str]:
    """Where `>` or `<` can spell a pair on the beat: the index of its first event, and of its second."""
    pairs: dict[int, str] = {}
    beat = TICKS // 8 if bar.meter.compound else TICKS // 4
    begins = onsets(events, bar)
    for index, (first, second) in enumerate(pairwise(events)):
        if index in pairs or begins[index] % beat or first.tuplet or second.tuplet or second.marks.grace:
            continue
        if not isinstance(first, Note) or not isinstance(second, Note) or first.tie:
            continue
        if first.written + second.written == Fraction(1, 4) and abs(
            first.written - second.written
        ) == Fraction(1, 8):
            pairs[index] = ">" if first.written > second.written else "<"
            pairs[index + 1] = "second"
    return pairs
