"""What can only be judged with whole bars in hand: bar lengths, repeats, endings, ties.

Steps 3 and 4 of the validity ladder. A bar that is too long is always wrong. A shorter one is right
where a section of the tune begins (a pickup) or ends (what completes it), and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise

from abcgen.notation.tune import Bar, Chord, Note, Voice
from abcgen.notation.unfold import play_order

Report = Callable[[str, str, int, int, str, str], None]


def check_voice(voice: Voice, report: Report) -> None:
    """Report everything wrong with the bars of one voice."""
    wrong: list[str] = []

    def remember(code: str, message: str, line: int, column: int, text: str, hint: str) -> None:
        wrong.append(code)
        report(code, message, line, column, text, hint)

    check_bar_lengths(voice.bars, remember)
    check_repeats(voice.bars, remember)
    if not wrong:
        check_pickups(voice.bars, report)
    check_ties(voice.bars, report)
    if voice.bars and voice.bars[-1].closing is None:
        last = voice.bars[-1]
        report(
            "no-final-bar", "the music stops without a bar line", last.line, last.column, "", "end it with |]"
        )


def check_bar_lengths(bars: tuple[Bar, ...], report: Report) -> None:
    """Every bar against its metre; shorter ones only where a section begins or ends."""
    for index, bar in enumerate(bars):
        expected = bar.meter.bar_length
        if expected is None or not bar.events:
            continue
        length = bar.duration
        whole_rest = len(bar.events) == 1 and getattr(bar.events[0], "bars", 0) > 1
        if length == expected or whole_rest:
            continue
        if length < expected and (_section_before(bars, index) or _section_after(bars, index)):
            continue
        report(
            "bar-length",
            f"this bar lasts {_spelled(length, bar)}, M: says {bar.meter}",
            bar.line,
            bar.column,
            "",
            _excess(length, expected),
        )


def check_pickups(bars: tuple[Bar, ...], report: Report) -> None:
    """Short bars that follow each other in play make one bar: what ends a section and the next pickup.

    The tune's own pickup is completed by its last bar, or by nothing when that one is full.
    """
    order = play_order(bars)
    seen: set[tuple[int, int]] = set()
    pickup = gathered = Fraction(0)
    for index, bar in enumerate(order):
        expected = bar.meter.bar_length
        if expected is None:
            return
        length = bar.duration
        whole = length >= expected
        if index == 0 and not whole:
            pickup = length
            continue
        if not whole:
            gathered += length
        last = index == len(order) - 1
        done = gathered in (0, expected) or (last and pickup + gathered == expected)
        if (whole and gathered) or gathered > expected or (last and not done):
            place = (bar.line, bar.column)
            if place not in seen:
                seen.add(place)
                message = f"with the short bars it is played after, this is no whole bar of {bar.meter}"
                if not whole:
                    message = (
                        f"this bar and the pickup it meets last {_spelled(gathered, bar)}, not {bar.meter}"
                    )
                report("pickup-length", message, *place, "", "")
            gathered = Fraction(0)
        if gathered == expected:
            gathered = Fraction(0)


def _spelled(length: Fraction, bar: Bar) -> str:
    """A length over the metre's own lower number where that is exact: 7/8 in 6/8, not 14/16."""
    over = length * bar.meter.denominator
    if over.denominator == 1:
        return f"{over.numerator}/{bar.meter.denominator}"
    return f"{length.numerator}/{length.denominator}"


def _excess(length: Fraction, expected: Fraction) -> str:
    difference = abs(length - expected)
    return f"{difference.numerator}/{difference.denominator} too {'long' if length > expected else 'short'}"


def _section_before(bars: tuple[Bar, ...], index: int) -> bool:
    """Whether a short bar may stand here because a section begins with it."""
    bar = bars[index]
    if index == 0 or bar.ending:
        return True
    return bar.opening is not None and (bar.opening.section or bar.opening.style == "none")


def _section_after(bars: tuple[Bar, ...], index: int) -> bool:
    """Whether a short bar may stand here because a section ends with it."""
    closing = bars[index].closing
    if index == len(bars) - 1 or closing is None or closing.section or closing.style == "none":
        return True
    return bool(bars[index + 1].ending)


def check_repeats(bars: tuple[Bar, ...], report: Report) -> None:
    """Repeats that open must close; endings belong to a repeat, begin with 1 and are whole."""
    opened: Bar | None = None
    for bar in bars:
        if bar.opening is not None and bar.opening.starts:
            if opened is not None and opened is not bar:
                _open_repeat(opened, report)
            opened = bar
        if bar.closing is not None and bar.closing.ends:
            opened = None
    if opened is not None:
        _open_repeat(opened, report)
    _check_endings(bars, report)


def _open_repeat(bar: Bar, report: Report) -> None:
    line = bar.opening.line if bar.opening else bar.line
    column = bar.opening.column if bar.opening else bar.column
    report("bad-repeat", "this repeat is opened and never closed", line, column, "|:", "close it with :|")


def _check_endings(bars: tuple[Bar, ...], report: Report) -> None:
    """endings = ending 1, closed by :|, then 2, 3 … each in turn; the last closes at a section's end."""
    expected = 1
    open_ending: Bar | None = None
    for bar, following in [*pairwise(bars), *([(bars[-1], None)] if bars else [])]:
        if bar.ending:
            if min(bar.ending) != expected:
                message = f"ending {min(bar.ending)} comes where {expected} is due"
                report("bad-ending", message, bar.line, bar.column, "", "")
            expected = max(bar.ending) + 1
            open_ending = bar
        if open_ending is None or bar.closing is None:
            continue
        next_is_ending = following is not None and bool(following.ending)
        if bar.closing.ends and not next_is_ending and expected == 2:
            report("bad-ending", "ending 1 has no ending 2", open_ending.line, open_ending.column, "", "")
        if next_is_ending and not bar.closing.ends:
            message = f"ending {max(open_ending.ending)} is not closed by a repeat sign"
            report(
                "bad-ending", message, open_ending.line, open_ending.column, "", "write :| before the next"
            )
        if bar.closing.section and not next_is_ending:
            expected, open_ending = 1, None
    if open_ending is not None and expected == 2:
        report("bad-ending", "ending 1 has no ending 2", open_ending.line, open_ending.column, "", "")


def check_ties(bars: tuple[Bar, ...], report: Report) -> None:
    """A tie leads to a note of the same pitch; else it is read as a slur, and said."""
    events = [event for bar in bars for event in bar.events]
    for event, following in pairwise([*events, None]):
        if isinstance(event, Note):
            notes: tuple[Note, ...] = (event,)
        elif isinstance(event, Chord):
            notes = event.notes
        else:
            continue
        reached = {(p.step, p.octave) for p in following.pitches} if following else set()
        for note in notes:
            if note.tie and (note.pitch.step, note.pitch.octave) not in reached:
                message = "this tie leads to no note of the same pitch"
                report("bad-tie", message, note.line, note.column, "", "for a slur write ( and )")
                break
