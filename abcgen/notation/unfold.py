"""The order in which a tune is played: repeats and endings expanded. ABC 2.1, sections 4.8 to 4.10.

A repeat without a beginning goes back to the last end of a repeat, the last double bar line, or the
beginning of the tune, whichever is nearest.
"""

from __future__ import annotations

from dataclasses import replace

from abcgen.errors import NotationError
from abcgen.notation.tune import Bar, BarLine, Tune, Voice

#: No tune that people play is longer; nested repeats could make one of any length.
MAX_UNFOLDED_BARS = 8000

_PLAIN = BarLine("single")


def unfolded(tune: Tune) -> Tune:
    """The tune as played, every bar in its turn, no repeats or endings left in it.

    Raises NotationError when it would be longer than `MAX_UNFOLDED_BARS`.
    """
    return replace(tune, voices=tuple(Voice(v.name, _plain(play_order(v.bars))) for v in tune.voices))


def play_order(bars: tuple[Bar, ...]) -> list[Bar]:
    """The bars in the order of play; a bar that is repeated stands there again."""
    order: list[Bar] = []
    start = at = 0
    played = 1  # which time the passage from `start` is being played
    while at < len(bars):
        bar = bars[at]
        if bar.opening is not None and bar.opening.starts and at != start:
            start, played = at, 1
        if bar.ending and played not in bar.ending:
            at = _ending_end(bars, at)
            continue
        order.append(bar)
        if len(order) > MAX_UNFOLDED_BARS:
            raise NotationError(f"with its repeats the tune has more than {MAX_UNFOLDED_BARS} bars")
        closing = bar.closing
        at += 1
        if closing is None:
            continue
        if closing.ends and played < _times(bars, start, at - 1):
            played += 1
            at = start
        elif closing.ends or (
            closing.style in {"double", "initial", "final"} and not _in_repeat(bars, start)
        ):
            start, played = at, 1
    return order


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
        )
        for index, bar in enumerate(order)
    )
