"""The rest of a tune from any state of the acceptor: proof that there is one, and how much room it needs.

Not music: rests, or notes where a tie leads to them, and the bar lines that end the tune soonest.
"""

from __future__ import annotations

from functools import lru_cache

from abcgen.notation import bar as bars
from abcgen.notation.acceptor import State, is_whole, read
from abcgen.notation.beginnings import SINGLE_LENGTHS, TICKS, length_of, spellings, with_letters
from abcgen.notation.frame import BarState, Frame, bar_lines, closed_by, finals, reserve

#: Characters of a bar, those first that lead soonest to its end.
_CHARACTERS = "]zCDEFGABcdefgab=^_,'/2486135790:[("


def rest_of_tune(state: State) -> str:
    """A text with which the tune is whole. Raises ValueError in a header."""
    text = ""
    while not is_whole(state):
        if state.place is None:
            raise ValueError("what follows hangs on the rest of the header")
        if state.bar is None:
            line = min((line for line in state.place.opens() if line.startswith(state.part)), key=len)
            first = state.place.opened(line)
            more = line[len(state.part) :] + rest_of_bar(bars.new_bar(first.frame()), first.soonest())
        elif (line_now := closed_by(state.bar)) and not _leads_to_end(state.bar):
            following = state.place.after(line_now, state.bar.used, state.text)
            bar = bars.new_bar(following.frame(), state.bar.altered, state.bar.tied)
            more = rest_of_bar(bar, following.soonest())
        else:
            more = rest_of_bar(state.bar, state.place.soonest())
        after = read(state, more)
        if after is None:
            raise AssertionError(f"{more!r} may not follow {state}")  # a fault of ours
        state, text = after, text + more
    return text


def _leads_to_end(bar: BarState) -> bool:
    """Whether more of the bar line can make it one that ends the tune."""
    return any(line.startswith(bar.part) and line.endswith("\n") for line in bar_lines(bar))


@lru_cache(maxsize=65536)
def rest_of_bar(bar: BarState, soonest: tuple[str, ...]) -> str:
    """A text with which the bar is full and closed, by the first of the bar lines `soonest` that may be."""
    text = ""
    while True:
        if bar.place == "line":
            line = next(line for line in soonest if line in bar_lines(bar) and line.startswith(bar.part))
            return text + line[len(bar.part) :]
        length, best = _goal(bar.frame, bar.used, soonest)
        further = _next(bar, length)
        for line in soonest if further is None else (best,):
            if _may_follow(bar, line):
                return text + line
        if further is None:
            raise AssertionError(f"nothing may follow {bar}")  # a fault of ours
        text, bar = text + further[0], further[1]


@lru_cache(maxsize=65536)
def _goal(frame: Frame, used: int, soonest: tuple[str, ...]) -> tuple[int, str]:
    """How full the bar is best closed, from where it stands, and the line for it."""
    elsewhere = [(used, line) for line in frame.elsewhere]
    told = [(length, line) for length, lines in frame.closings for line in lines if length >= used]
    return min(elsewhere + told, key=lambda goal: (soonest.index(goal[1]), goal[0]))


def _may_follow(bar: BarState, text: str) -> bool:
    """Whether a text may stand within the bar and its line."""
    for char in text:
        following = bars.step(bar, char)
        if following is None:
            return False
        bar = following
    return True


def _next(bar: BarState, length: int) -> tuple[str, BarState] | None:
    """The character that leads soonest to the bar's being so full, and the state after it."""
    read_bar = bars.pitch_read(bar) if bar.place == "pitch" and bar.chord is None else None
    likely = _of_length(read_bar or bar, length) + _of_final(bar)
    for char in bar.part[0] if bar.place == "copy" else likely + _CHARACTERS:
        following = bars.step(bar, char)
        if following is not None:
            return char, following
    return None


def _of_final(bar: BarState) -> str:
    """The next character of a final note, where the bar may have to end with one."""
    over = bars.ended(bar)
    if over is not None and over.place == "music":
        bar = over
    if not bar.frame.final or bar.place not in {"music", "pitch"} or bar.chord is not None or bar.tied:
        return ""
    letters = with_letters(finals(bar) & bars.reach(bar))
    whole = spellings(bar.frame.signature, bar.altered).whole.items()
    texts = [text for text, spelled in whole if letters >> spelled.named & 1 and text.startswith(bar.part)]
    texts.sort(key=lambda text: (len(text), text))
    return texts[0][len(bar.part) :][:1] if texts else ""


def _of_length(bar: BarState, full: int) -> str:
    """The next character of the length that fills the bar, if a length is being written and may be that."""
    if bar.place != "length" or bar.tuplet is not None or full - bar.used < TICKS:
        return ""
    left = (full - bar.used) // TICKS
    if bar.frame.single:
        kept = reserve(bar.frame) // TICKS
        fitting = [length for length in SINGLE_LENGTHS if length == left or length <= left - kept]
        left = max(fitting, default=left)
    whole = length_of(left)
    return whole[len(bar.length) :][:1] if whole.startswith(bar.length) else ""
