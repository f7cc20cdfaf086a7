"""Noise hangs on seed, tune and step alone; the cuts are those of transformers."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from transformers import MinPLogitsWarper, TopKLogitsWarper, TopPLogitsWarper

from abcgen.generation import Sampling
from abcgen.generation.sampling import Noise, drawn, likelier


def test_noise_hangs_on_seed_tune_and_step_alone() -> None:
    one = Noise(7, 1, 100)
    late = one.of(40).copy()
    assert np.array_equal(Noise(7, 1, 100).of(40), late)
    assert np.array_equal(one.of(3), Noise(7, 1, 100).of(3))
    assert not np.array_equal(late, one.of(41))
    assert not np.array_equal(late, Noise(8, 1, 100).of(40))
    assert not np.array_equal(late, Noise(7, 2, 100).of(40))


def test_argmax_over_the_noise_draws_the_distribution() -> None:
    logits = np.array([2.0, 1.0, 0.0, -1.0], np.float32)
    sampling = Sampling(temperature=1.0, top_p=1.0)
    noises = [Noise(1, tune, 4).of(0) for tune in range(4000)]
    tokens = drawn(np.broadcast_to(logits, (4000, 4)), sampling, noises)
    shares = np.bincount(tokens, minlength=4) / 4000
    assert np.abs(shares - np.exp(logits) / np.exp(logits).sum()).max() < 0.03


def kept(scores: torch.Tensor, sampling: Sampling) -> list[set[int]]:
    values, tokens = likelier(scores.numpy(), sampling)
    return [set(row[np.isfinite(value)].tolist()) for value, row in zip(values, tokens, strict=True)]


@pytest.mark.parametrize(
    ("settings", "theirs"),
    [
        ({"top_p": 0.6}, TopPLogitsWarper(0.6)),
        ({"top_p": 0.99}, TopPLogitsWarper(0.99)),
        ({"top_p": 1.0, "top_k": 5}, TopKLogitsWarper(5)),
        ({"top_p": 1.0, "min_p": 0.1}, MinPLogitsWarper(0.1)),
    ],
)
@pytest.mark.parametrize("spread", [0.1, 1.0, 4.0])
def test_the_cuts_are_those_of_transformers(
    settings: dict[str, float], theirs: TopPLogitsWarper, spread: float
) -> None:
    generator = torch.Generator().manual_seed(3)
    scores = torch.randn(8, 300, generator=generator) * spread
    scores[:, ::3] = -torch.inf
    expected = theirs(torch.zeros((8, 1), dtype=torch.int64), scores)  # type: ignore[arg-type]
    ours = kept(scores, Sampling(temperature=1.0, **settings))  # type: ignore[arg-type]
    assert ours == [set(torch.isfinite(row).nonzero()[:, 0].tolist()) for row in expected]


def test_temperature_sharpens_and_zero_is_greedy() -> None:
    scores = np.array([[2.0, 1.5, 0.0, -3.0]], np.float32)
    values, tokens = likelier(scores, Sampling(temperature=0.5, top_p=1.0))
    assert values[0, tokens[0].argsort()].tolist() == (scores[0] * 2).tolist()
    assert np.isfinite(likelier(scores, Sampling(temperature=1e-320, top_p=1.0))[0]).all()
    assert drawn(scores, Sampling(temperature=0), []).tolist() == [0]
