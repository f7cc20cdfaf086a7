"""Intervals for the figures we print: bootstrap over tunes, paired bootstrap, Wilson for shares.

Tunes are what is drawn at random, so tunes are what is resampled; B. Efron, "Bootstrap methods", Annals of
Statistics 7 (1979), percentile intervals. Seeded, numpy only; nothing here knows what a tune is.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

RESAMPLES = 10_000
_BLOCK = 1_000


@dataclass(frozen=True)
class Interval:
    """An estimate and the bounds that hold it with the level asked for; nan where one tune gives none."""

    estimate: float
    low: float
    high: float

    def shown(self, form: str) -> str:
        """The estimate and its bounds as text, each in a format such as `.4f`."""
        bounds = "one tune" if math.isnan(self.low) else f"{self.low:{form}}, {self.high:{form}}"
        return f"{self.estimate:{form}} [{bounds}]"

    @property
    def excludes_zero(self) -> bool:
        return self.low > 0 or self.high < 0


def bootstrap_ratio(
    numerator: np.ndarray,
    denominator: np.ndarray,
    *,
    level: float = 0.95,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Interval:
    """sum(numerator) / sum(denominator) over tunes, such as bits per byte. Both (tunes,)."""
    if len(numerator) == 1:
        return Interval(float(numerator[0] / denominator[0]), math.nan, math.nan)
    ratios = [
        numerator[draw].sum(1) / denominator[draw].sum(1) for draw in _draws(len(numerator), resamples, seed)
    ]
    estimate = float(numerator.sum() / denominator.sum())
    return _percentiles(estimate, np.concatenate(ratios), level)


def paired_difference(
    first: np.ndarray,
    second: np.ndarray,
    denominator: np.ndarray,
    *,
    level: float = 0.95,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Interval:
    """(sum(second) - sum(first)) / sum(denominator), both models resampled on the same tunes. All (tunes,).

    With bits over bytes: below zero, the second model is the better one.
    """
    if not first.shape == second.shape == denominator.shape:
        raise ValueError("paired models must be measured on the same tunes")
    return bootstrap_ratio(second - first, denominator, level=level, resamples=resamples, seed=seed)


def wilson(successes: int, trials: int, *, level: float = 0.95) -> Interval:
    """A share and its interval; E. B. Wilson, JASA 22 (1927). No trials: nothing is known, 0 to 1."""
    if not 0 <= successes <= trials:
        raise ValueError(f"{successes} of {trials} is no share")
    if trials == 0:
        return Interval(math.nan, 0.0, 1.0)
    z = NormalDist().inv_cdf(0.5 + level / 2)
    share = successes / trials
    scale = 1 + z * z / trials
    middle = (share + z * z / (2 * trials)) / scale
    half = z * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials)) / scale
    low = 0.0 if successes == 0 else max(0.0, middle - half)
    high = 1.0 if successes == trials else min(1.0, middle + half)
    return Interval(share, low, high)


def _draws(count: int, resamples: int, seed: int) -> Iterator[np.ndarray]:
    """Blocks of (resamples in the block, count) indices with replacement."""
    if count == 0:
        raise ValueError("there are no tunes to resample")
    random = np.random.default_rng(seed)
    for begin in range(0, resamples, _BLOCK):
        yield random.integers(0, count, size=(min(_BLOCK, resamples - begin), count))


def _percentiles(estimate: float, values: np.ndarray, level: float) -> Interval:
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
    return Interval(estimate, float(low), float(high))
