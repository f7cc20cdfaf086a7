from __future__ import annotations

import math

import numpy as np
import pytest

from abcgen.evaluation import bootstrap_ratio, paired_difference, wilson

RNG = np.random.default_rng(4)
BYTES = RNG.integers(60, 300, size=300)
BITS = BYTES * RNG.normal(2.0, 0.3, size=300)


def test_the_interval_holds_the_estimate_and_has_the_width_theory_gives():
    found = bootstrap_ratio(BITS, BYTES)
    assert found.estimate == BITS.sum() / BYTES.sum()
    assert found.low < found.estimate < found.high
    error = np.std(BITS - found.estimate * BYTES) / BYTES.mean() / math.sqrt(300)  # the delta method
    assert found.high - found.low == pytest.approx(2 * 1.96 * error, rel=0.05)


def test_it_is_the_same_twice_and_another_with_another_seed():
    assert bootstrap_ratio(BITS, BYTES, seed=1) == bootstrap_ratio(BITS, BYTES, seed=1)
    assert bootstrap_ratio(BITS, BYTES, seed=1) != bootstrap_ratio(BITS, BYTES, seed=2)


def test_about_ninety_five_of_a_hundred_intervals_hold_the_truth():
    rng = np.random.default_rng(9)
    held = 0
    for trial in range(200):
        bits = 100 * rng.normal(2.0, 0.5, size=80)
        found = bootstrap_ratio(bits, np.full(80, 100), resamples=400, seed=trial)
        held += found.low <= 2.0 <= found.high
    assert 178 <= held <= 199


def test_pairing_sees_a_difference_that_two_intervals_hide():
    better = BITS - 0.05 * BYTES + RNG.normal(0, 1, size=300)
    change = paired_difference(BITS, better, BYTES)
    assert change.estimate == pytest.approx(-0.05, abs=0.01)
    assert change.excludes_zero
    assert bootstrap_ratio(better, BYTES).high > bootstrap_ratio(BITS, BYTES).low
    assert not paired_difference(BITS, BITS, BYTES).excludes_zero


def test_what_cannot_be_resampled_is_refused():
    with pytest.raises(ValueError, match="same tunes"):
        paired_difference(BITS, BITS[:10], BYTES)
    with pytest.raises(ValueError, match="no tunes"):
        bootstrap_ratio(np.array([]), np.array([]))


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (81, 263, 0.2553, 0.3662), (0, 0, 0.0, 1.0)],
)
def test_wilson_gives_the_published_bounds(successes, trials, low, high):
    """81 of 263: R. G. Newcombe, Statistics in Medicine 17 (1998), table I."""
    found = wilson(successes, trials)
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


def test_a_share_above_one_is_refused():
    with pytest.raises(ValueError, match="3 of 2"):
        wilson(3, 2)
