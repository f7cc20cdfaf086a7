"""Two tunes bar beside bar: the bars of one that lie, in their order, in the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

#: What an alignment gains by a bar that is the same, or the same on its beats, and loses by any other.
SAME, ON_THE_BEAT, OTHER = 2, 1, -1


class SharedBars(NamedTuple):
    """Bars in a row of a tune that an old tune has in a row: the first of each, from 0, and how many."""

    first: int
    its_first: int
    bars: int


def best_pairs(gains: np.ndarray) -> list[tuple[int, int]]:
    """The pairs of the best local alignment, those that gain nothing left out (Smith and Waterman 1981)."""
    rows, columns = gains.shape
    best = [[0] * (columns + 1) for _ in range(rows + 1)]
    at = (0, 0)
    for i, gain_row in enumerate(gains.tolist(), start=1):
        above, here = best[i - 1], best[i]
        for j, gain in enumerate(gain_row, start=1):
            here[j] = max(0, above[j - 1] + gain, above[j] + OTHER, here[j - 1] + OTHER)
            if here[j] > best[at[0]][at[1]]:
                at = (i, j)
    pairs = []
    i, j = at
    while best[i][j]:
        gain = int(gains[i - 1, j - 1])
        if best[i][j] == best[i - 1][j - 1] + gain:
            i, j = i - 1, j - 1
            if gain > 0:
                pairs.append((i, j))
        elif best[i][j] == best[i - 1][j] + OTHER:
            i -= 1
        else:
            j -= 1
    return pairs[::-1]


def in_rows(pairs: Sequence[tuple[int, int]]) -> tuple[SharedBars, ...]:
    """Pairs of bars as runs that go on in both tunes."""
    rows: list[SharedBars] = []
    for one, other in pairs:
        if rows and (one, other) == (rows[-1].first + rows[-1].bars, rows[-1].its_first + rows[-1].bars):
            rows[-1] = rows[-1]._replace(bars=rows[-1].bars + 1)
        else:
            rows.append(SharedBars(one, other, 1))
    return tuple(rows)
