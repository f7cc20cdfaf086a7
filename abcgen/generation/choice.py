"""Which tunes to keep of those that are drawn: none that is an old one, and the best of several.

What is drawn for a number is drawn under keys of its own, one an attempt, so that what is kept hangs on seed
and number alone. All attempts at a number have the same header.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from abcgen.corpus.index import Copied, CorpusIndex
from abcgen.errors import UsageError
from abcgen.generation.sampling import NUMBER_BITS, number_of
from abcgen.notation.shape import compass, repeated_share
from abcgen.notation.tune import Tune

#: Tunes of which the best may be kept, and tunes that are drawn at most in place of one that copies too much.
MOST_OF, MOST_AGAIN = 64, 20


@dataclass(frozen=True, slots=True)
class Choice:
    """What is kept: the best of so many tunes, by the model's own likelihood a bar.

    Tunes that repeat themselves, or reach, as hardly one in ten old tunes does come after all others. A tune
    with more than `max_copied_bars` bars in a row from one old tune is drawn again; None stands for as many
    as nearly all human tunes have. Raises UsageError for numbers that are none.
    """

    best_of: int = 1
    max_copied_bars: int | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.best_of <= MOST_OF:
            raise UsageError(f"the best of {self.best_of} cannot be kept; ask for 1 to {MOST_OF}")
        if self.max_copied_bars is not None and self.max_copied_bars < 0:
            raise UsageError(f"{self.max_copied_bars} copied bars are none; ask for 0 or more")

    def limit(self, index: CorpusIndex | None) -> int | None:
        """The most bars in a row that may be copied; None where there is nothing to hold a tune against.

        Raises UsageError when a limit is asked for and there is no index.
        """
        if index is None or not index.tunes:
            if self.max_copied_bars is not None:
                raise UsageError(
                    "this model has no index of the tunes that it was trained on, so copied bars cannot be "
                    "counted; make one with abcgen corpus index CORPUS --out FOLDER"
                )
            return None
        if self.max_copied_bars is not None:
            return self.max_copied_bars
        return index.most_human if index.borrowed else None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A tune that was drawn: its text, its likelihood a bar as a natural logarithm, what it copies if known.

    `sane`: it repeats itself, and reaches, as nine in ten old tunes do.
    """

    tune: Tune
    text: str
    likelihood: float
    copied: Copied | None
    sane: bool

    @property
    def run(self) -> int:
        """Bars in a row from one old tune."""
        return self.copied.run.bars if self.copied is not None else 0


def is_sane(tune: Tune, index: CorpusIndex | None) -> bool:
    """Whether a tune repeats itself, and reaches, as nine in ten old tunes do."""
    if index is None:
        return True
    of = {"repeated": repeated_share(tune), "compass": compass(tune)}
    return all(low <= of[name] <= high for name, (low, high) in index.usual.items())


@dataclass
class _Drawn:
    """What came of one number, by key: what may be kept, what copies too much; how many were drawn."""

    kept: dict[int, Candidate] = field(default_factory=dict)
    copying: dict[int, Candidate] = field(default_factory=dict)
    drawn: int = 0


class Attempts(Iterator[int]):
    """The keys of what is to be drawn for some numbers; there are more as tunes are refused."""

    def __init__(self, numbers: Iterable[int], best_of: int, limit: int | None) -> None:
        self._keys = (key for number in numbers for key in self._first(number))
        self._again: deque[int] = deque()
        self._best_of, self._limit = best_of, limit
        self._of: dict[int, _Drawn] = {}

    def _first(self, number: int) -> Iterator[int]:
        self._of[number] = _Drawn()
        for _ in range(self._best_of):
            yield self._key(number)

    def _key(self, number: int) -> int:
        here = self._of[number]
        here.drawn += 1
        return number | (here.drawn - 1) << NUMBER_BITS

    def __next__(self) -> int:
        return self._again.popleft() if self._again else next(self._keys)

    def take(self, key: int, candidate: Candidate) -> tuple[int, Candidate | None, int]:
        """What came of a key: its number, the tune to keep for it if that is settled, how many were drawn."""
        number = number_of(key)
        here = self._of[number]
        if self._limit is None or candidate.run <= self._limit:
            here.kept[key] = candidate
        else:
            here.copying[key] = candidate
            if len(here.copying) < MOST_AGAIN:
                self._again.append(self._key(number))
        if len(here.kept) + len(here.copying) < max(here.drawn, self._best_of):
            return number, None, here.drawn
        del self._of[number]
        kept, copying = here.kept, here.copying  # which came first hangs on the batch, so keys settle it
        if not kept:
            return number, copying[min(copying, key=lambda at: (copying[at].run, at))], here.drawn
        best = max(kept, key=lambda at: (kept[at].sane, kept[at].likelihood, -at))
        return number, kept[best], here.drawn
