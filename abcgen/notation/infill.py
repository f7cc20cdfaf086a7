r"""The layout in which a model fills in bars: those before the gap, those after it, then the missing ones.

    header |:G3A3|<hole>|d6:|\n<fill>B6|c6

Bar lines at the edges of the gap stay where they are, so that the form is given; those within it are missing
with the music.
"""

from __future__ import annotations

import re
from itertools import pairwise

from abcgen.errors import UsageError

#: Where bars are missing, and where they are then written; single tokens of the tokenizer.
HOLE, FILL = "<hole>", "<fill>"
#: A bar line of the dialect, with the number of the ending that it begins.
BAR_LINE = r"(?:\|[|\]:]?|:\||::)\d?|\n"
_LINE = re.compile(BAR_LINE)


def bar_spans(body: str) -> list[tuple[int, int]]:
    """Where the music of each bar of a dialect body begins and ends, its bar lines left out."""
    spans = []
    at = 0
    for line in _LINE.finditer(body):
        if line.start() > at:
            spans.append((at, line.start()))
        at = line.end()
    return spans


def bar_pieces(body: str) -> list[str]:
    """A dialect body cut after each bar line; what opens it belongs to its first bar."""
    cuts = [0, *(line.end() for line in _LINE.finditer(body) if line.start() > 0), len(body)]
    pieces = [body[begin:end] for begin, end in pairwise(cuts) if end > begin]
    return [*pieces[:-2], "".join(pieces[-2:])] if pieces[-1:] == ["\n"] else pieces


def with_gap(body: str, first: int, last: int) -> tuple[str, str]:
    """The body laid out with bars `first` to `last` missing (from 0, both included), and what is missing.

    Joined, they are the text that a model learns. Raises UsageError when there are no such bars.
    """
    spans = bar_spans(body)
    if not 0 <= first <= last < len(spans):
        raise UsageError(f"bars {first + 1} to {last + 1} are asked for; the tune has {len(spans)}")
    begin, end = spans[first][0], spans[last][1]
    return body[:begin] + HOLE + body[end:] + FILL, body[begin:end]


def filled(laid_out: str) -> str:
    """The body that a laid-out text stands for: the missing bars in their place.

    Raises UsageError when it is no such text.
    """
    given, fill, missing = laid_out.partition(FILL)
    before, hole, after = given.partition(HOLE)
    if not (fill and hole):
        raise UsageError(f"this is no text with a {HOLE} and a {FILL}")
    return before + missing + after
