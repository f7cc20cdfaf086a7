"""The order in which a tune is played: repeats and endings expanded. ABC 2.1, sections 4.8 to 4.10.

A repeat without a beginning goes back to the last end of a repeat, the last double bar line, or the
beginning of the tune, whichever is nearest.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby

from abcgen.errors import NotationError
from abcgen.notation.parts import parse_parts
from abcgen.notation.tune import Bar, BarLine, Tune

#: No tune that people play is longer; nested repeats could make one of any length.
MAX_UNFOLDED_BARS = 8000

_PLAIN = BarLine("single")


def unfold_tune(tune: Tune) -> Tune:
    """See `Tune.unfolded`."""
    order = part_order(tune)
    voices = tuple(replace(v, bars=_plain(_in_parts(v.bars, order))) for v in tune.voices)
    return replace(tune, voices=voices)


def part_order(tune: Tune) -> tuple[str, ...]:
    """The parts in the order in which `P:` in the header has them played; empty where it says nothing."""
    text = next((f.text for f in tune.fields if f.letter == "P" and not f.body), "")
    try:
        return parse_parts(text)
    except ValueError:
        return ()


def _in_parts(bars: tuple[Bar, ...], order: tuple[str, ...]) -> list[Bar]:
    """The bars as played, part by part; all in turn when the parts asked for are not all there."""
    if not order:
        return play_order(bars)
    begins = [i for i, bar in enumerate(bars) if bar.part]
    parts = {bars[i].part: bars[i:j] for i, j in zip(begins, [*begins[1:], len(bars)], strict=False)}
    if any(name not in parts for name in order):
        return play_order(bars)
    played = {name: play_order(parts[name]) for name in set(order)}
    found = play_order(bars[: begins[0]])
    for name, run in groupby(order):
        times = len(list(run))
        # Of a part that P: has played as often as it has endings, each is one of its times. ABC 2.1, 4.10.
        endings = {number for bar in parts[name] for number in bar.ending}
        for _ in range(1 if times > 1 and endings == set(range(1, times + 1)) else times):
            found += played[name]
            if len(found) > MAX_UNFOLDED_BARS:
                raise _too_long()
    return found


def play_order(bars: tuple[Bar, ...]) -> list[Bar]:
    """The bars in the order of play; a bar that is repeated stands there again."""
    order: list[Bar] = []
    start = at = 0
    played = 1  # which time the passage from `start` is being played
    in_ending = False
    while at < len(bars):
        bar = bars[at]
        if bar.opening is not None and bar.opening.starts and at != start:
            start, played = at, 1
        if bar.ending and played not in bar.ending:
            at = _ending_end(bars, at)
            continue
        in_ending = in_ending or bool(bar.ending)
        order.append(bar)
        if len(order) > MAX_UNFOLDED_BARS:
            raise _too_long()
        closing = bar.closing
        at += 1
        if closing is None:
            continue
        if closing.ends and played < _times(bars, start, at - 1):
            played += 1
            at = start
            in_ending = False
        elif closing.ends or (closing.section and (in_ending or not _in_repeat(bars, start))):
            start, played = at, 1
            in_ending = False
    return order


def _too_long() -> NotationError:
    return NotationError(f"with its repeats the tune has more than {MAX_UNFOLDED_BARS} bars")


def _in_repeat(bars: tuple[Bar, ...], start: int) -> bool:
    """Whether the passage from `start` was opened by a repeat sign that is still to be closed."""
    opening = bars[start].opening
    return opening is not None and bool(opening.starts)


def _times(bars: tuple[Bar, ...], start: int, end: int) -> int:
    """How often the passage that ends a repeat at `end` is played: twice, or once an ending."""
    closing = bars[end].closing
    times = 1 + (closing.ends if closing else 1)
    numbers = [n for bar in bars[start : end + 1] for n in bar.ending]
    if not numbers:
        return times
    at = end + 1
    while at < len(bars) and bars[at].ending:
        numbers += bars[at].ending
        at = _ending_end(bars, at)
    return max(numbers)


def _ending_end(bars: tuple[Bar, ...], at: int) -> int:
    """The index after the ending that begins at `at`."""
    for index in range(at, len(bars)):
        closing = bars[index].closing
        following = bars[index + 1] if index + 1 < len(bars) else None
        if closing is None or closing.section or (following is not None and following.ending):
            return index + 1
    return len(bars)


def _plain(order: list[Bar]) -> tuple[Bar, ...]:
    """The played bars without the signs that sent the player around."""
    return tuple(
        replace(
            bar,
            opening=None if index == 0 else _PLAIN,
            closing=BarLine("final") if index == len(order) - 1 else _PLAIN,
            ending=(),
            part="",
        )
        for index, bar in enumerate(order)
    )
