"""What can only be judged with whole bars in hand: bar lengths, repeats, endings, ties.

Steps 3 and 4 of the validity ladder. A bar that is too long is always wrong. A shorter one is right
where a section of the tune begins (a pickup) or ends (what completes it), and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise

from abcgen.errors import NotationError
from abcgen.notation.meter import TICKS
from abcgen.notation.tune import Bar, Spot, Tune, Voice
from abcgen.notation.unfold import part_order, play_order

Report = Callable[[str, str, int, int, str, str], None]


def check_tune(tune: Tune, report: Report) -> None:
    """Report everything wrong with the bars of a tune."""
    for voice in tune.voices:
        _check_voice(voice, report)
    _check_parts(tune, report)
    if len(tune.voices) > 1:
        _check_voices(tune, report)


def _check_voice(voice: Voice, report: Report) -> None:
    wrong: list[str] = []

    def remember(code: str, message: str, line: int, column: int, text: str, hint: str) -> None:
        wrong.append(code)
        report(code, message, line, column, text, hint)

    check_bar_lengths(voice.bars, remember)
    check_repeats(voice.bars, remember)
    if voice.bars and voice.bars[-1].closing is None:
        _check_last_bar(voice.bars, remember)
    if not set(wrong) - {"no-final-bar"}:
        check_pickups(voice.bars, report)
    check_ties(voice.bars, report)


def _check_last_bar(bars: tuple[Bar, ...], report: Report) -> None:
    """A last bar without a bar line after it: whole with the tune's pickup, or cut off."""
    last = bars[-1]
    expected = last.meter.bar_ticks
    if expected is None or not last.events or last.ticks in (expected, expected - bars[0].ticks):
        report("no-final-bar", "the music ends without a bar line", *last.spot, "", "end it with |]")
    elif last.ticks < expected:
        length = f"{_spelled(last.ticks, last)} of {last.meter}"
        hint = "go on to the end of the bar, and end it with |]"
        report("cut-off", f"the music stops after {length}, without a bar line", *last.spot, "", hint)


def check_bar_lengths(bars: tuple[Bar, ...], report: Report) -> None:
    """Every bar against its metre; shorter ones only where a section begins or ends."""
    meter, expected = None, None
    for index, bar in enumerate(bars):
        if bar.meter is not meter:
            meter, expected = bar.meter, bar.meter.bar_ticks
        if expected is None:
            continue
        for layer in bar.overlays:
            length = sum([event.ticks for event in layer])
            if length > expected:
                message = f"an overlay of this bar lasts {_spelled(length, bar)}, M: says {bar.meter}"
                report("bar-length", message, *bar.spot, "", _excess(length, bar))
        length = bar.ticks
        if length == expected or not bar.events:
            continue
        if len(bar.events) == 1 and getattr(bar.events[0], "bars", 0) > 1:
            continue
        if length < expected and (_section_before(bars, index) or _section_after(bars, index)):
            continue
        message = f"this bar lasts {_spelled(length, bar)}, M: says {bar.meter}"
        report("bar-length", message, *bar.spot, "", _excess(length, bar))


def check_pickups(bars: tuple[Bar, ...], report: Report) -> None:
    """Short bars that follow each other in play make one bar: what ends a section and the next pickup.

    The tune's own pickup is completed by its last bar, or by nothing when that one is full.
    """
    if all(bar.ticks == bar.meter.bar_ticks for bar in bars):
        return
    try:
        order = play_order(bars)
    except NotationError as error:
        report("too-large", str(error), *bars[0].spot, "", "nest fewer repeats")
        return
    seen: set[Spot] = set()
    short: Bar | None = None  # the last one on the way to a whole bar
    pickup = gathered = 0
    for index, bar in enumerate(order):
        expected = bar.meter.bar_ticks
        if expected is None:
            return
        whole = bar.ticks >= expected
        if index == 0 and not whole:
            pickup = bar.ticks
            continue
        if not whole:
            gathered += bar.ticks
            short = bar
        last = index == len(order) - 1
        done = gathered in (0, expected) or (last and pickup + gathered == expected)
        if short is not None and ((whole and gathered) or gathered > expected or (last and not done)):
            if short.spot not in seen:
                seen.add(short.spot)
                hint = "what ends a section and the pickup played after it make one bar"
                report("pickup-length", _pickup_message(short, gathered), *short.spot, "", hint)
            gathered = 0
        if gathered == expected:
            gathered = 0


def _pickup_message(bar: Bar, gathered: int) -> str:
    if gathered == bar.ticks:
        return f"this bar lasts {_spelled(gathered, bar)} of {bar.meter}, and no short bar completes it"
    return f"this bar and the short one it is played after last {_spelled(gathered, bar)}, not {bar.meter}"


def _spelled(ticks: int, bar: Bar) -> str:
    """A length over the metre's own lower number where that is exact: 7/8 in 6/8, not 14/16."""
    length = Fraction(ticks, TICKS)
    over = length * bar.meter.denominator
    if over.denominator == 1:
        return f"{over.numerator}/{bar.meter.denominator}"
    return f"{length.numerator}/{length.denominator}"


def _excess(ticks: int, bar: Bar) -> str:
    expected = bar.meter.bar_ticks or 0
    return f"{_spelled(abs(ticks - expected), bar)} too {'long' if ticks > expected else 'short'}"


def _section_before(bars: tuple[Bar, ...], index: int) -> bool:
    """Whether a short bar may stand here because a section begins with it."""
    bar = bars[index]
    if index == 0 or bar.ending or bar.part:
        return True
    return bar.opening is not None and (bar.opening.section or bar.opening.style == "none")


def _section_after(bars: tuple[Bar, ...], index: int) -> bool:
    """Whether a short bar may stand here because a section ends with it."""
    closing = bars[index].closing
    if index == len(bars) - 1 or closing is None or closing.section or closing.style == "none":
        return True
    return bool(bars[index + 1].ending or bars[index + 1].part)


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
    place = bar.opened_at if bar.opening else bar.spot
    report("bad-repeat", "this repeat is opened and never closed", *place, "|:", "close it with :|")


def _check_endings(bars: tuple[Bar, ...], report: Report) -> None:
    """endings = ending 1, closed by :|, then 2, 3 … each in turn; the last closes at a section's end."""
    seen: set[int] = set()
    open_ending: Bar | None = None
    for bar, following in [*pairwise(bars), *([(bars[-1], None)] if bars else [])]:
        if bar.ending:
            due = next(n for n in range(1, len(seen) + 2) if n not in seen)
            if min(bar.ending) != due:
                message = f"ending {min(bar.ending)} comes where {due} is due"
                report("bad-ending", message, *bar.spot, "", f"number it {due}, or open a new repeat")
            seen.update(bar.ending)
            open_ending = bar
        if open_ending is None or bar.closing is None:
            continue
        next_is_ending = following is not None and bool(following.ending)
        if bar.closing.section and not next_is_ending and seen == {1}:
            _lone_ending(open_ending, report)
        if next_is_ending and not bar.closing.ends:
            message = f"ending {max(open_ending.ending)} is not closed by a repeat sign"
            report("bad-ending", message, *open_ending.spot, "", "write :| before the next")
        if bar.closing.section and not next_is_ending:
            seen, open_ending = set(), None
    if open_ending is not None and seen == {1}:
        _lone_ending(open_ending, report)


def _lone_ending(bar: Bar, report: Report) -> None:
    hint = "begin the second with :|2, or leave the 1 out"
    report("bad-ending", "ending 1 has no ending 2", *bar.spot, "", hint)


def check_ties(bars: tuple[Bar, ...], report: Report) -> None:
    """A tie leads to a note of the same pitch; else it is read as a slur, and said."""
    waiting: tuple[set[int], Spot] | None = None
    for bar in bars:
        for index, event in enumerate(bar.events):
            if waiting is not None:
                if not waiting[0] <= {pitch.midi for pitch in event.pitches}:
                    _lost_tie(waiting[1], report)
                waiting = None
            if event.tie:
                notes = {n.pitch.midi for n in event.notes if n.tie}
                waiting = (notes, bar.spots[index] if bar.spots else bar.spot)
    if waiting is not None:
        _lost_tie(waiting[1], report)


def _lost_tie(spot: Spot, report: Report) -> None:
    message = "this tie leads to no note of the same pitch"
    report("bad-tie", message, *spot, "", "for a slur write ( and )")


def _check_parts(tune: Tune, report: Report) -> None:
    """Parts that P: in the header asks for stand in the body."""
    wanted = next((f for f in tune.fields if f.letter == "P" and not f.body), None)
    labels = {bar.part for bar in tune.bars} - {""}
    if wanted is None or not labels:
        return
    begun: set[str] = set()
    for bar in tune.bars:
        if bar.part and bar.part in begun:
            message = f"part {bar.part} begins a second time; P: in the header has the last one played"
            report("duplicate-field", message, *bar.spot, "", "give each part a letter of its own")
        begun.add(bar.part)
    for part in dict.fromkeys(part_order(tune)):
        if part not in labels:
            message = f"P: asks for part {part}, and no part of the tune bears that letter"
            hint = f"write P:{part} above its music"
            report("missing-part", message, wanted.line, 3, wanted.text, hint)


def _check_voices(tune: Tune, report: Report) -> None:
    """Voices that sound together last alike."""
    try:
        lengths = [sum([bar.ticks for bar in play_order(voice.bars)]) for voice in tune.voices]
    except NotationError:
        return  # told by `check_pickups`
    for voice, ticks in zip(tune.voices, lengths, strict=True):
        if ticks < max(lengths) and voice.bars:
            last = voice.bars[-1]
            message = f"voice {voice.name[:20]} ends {_spelled(max(lengths) - ticks, last)} before another"
            report("voice-length", message, *last.spot, "", "fill it up with rests, as in Z4")
