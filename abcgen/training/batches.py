"""The order of the data: which tunes make up which batch, as a function of the seed and the epoch alone.

Tunes of like length go together, so hardly anything is padding, and each tune is a row of its own, so none
attends to another. Nothing here is state: a run that resumes asks for the same epoch and skips ahead.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

from abcgen.models.encoding import cut_by_budget

T = TypeVar("T")

#: Lengths are stretched by up to this share before sorting, so that batches differ between epochs.
JITTER = 0.03


def epoch_batches(lengths: Sequence[int], *, seed: int, epoch: int, tokens_per_batch: int) -> list[list[int]]:
    """The batches of one epoch, in order: indices into `lengths`, every one exactly once.

    `lengths` in tokens; rows times longest keeps to `tokens_per_batch`, save for a longer single tune.
    """
    random = np.random.default_rng([seed, epoch])
    stretched = np.asarray(lengths) * random.uniform(1.0, 1.0 + JITTER, size=len(lengths))
    order = [int(index) for index in np.argsort(stretched, kind="stable")]
    runs = cut_by_budget([lengths[index] for index in order], tokens_per_batch)
    return [[order[place] for place in runs[run]] for run in random.permutation(len(runs))]


def share_of(batch: Sequence[T], rank: int, processes: int) -> list[T]:
    """What the process `rank` of `processes` takes of a batch: every `processes`-th tune (possibly none)."""
    return list(batch[rank::processes])


def padding_waste(lengths: Sequence[int], batches: Sequence[Sequence[int]]) -> float:
    """The share of a set of batches that is padding, 0 to 1."""
    padded = sum(len(batch) * max(lengths[index] for index in batch) for batch in batches)
    return 1 - sum(lengths[index] for batch in batches for index in batch) / padded if padded else 0.0
