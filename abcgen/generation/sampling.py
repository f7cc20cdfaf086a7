"""From logits to tokens: masked, sharpened, cut to the likelier ones, and drawn with noise that is counted.

A draw is the argmax over logits plus Gumbel noise of (seed, tune, step), so that a tune hangs on its seed and
number alone, not on what else is in the batch. The same code serves our own loop and, as a
`LogitsProcessor`, plain `generate()`.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from abcgen.generation.controls import Sampling

if TYPE_CHECKING:
    from transformers import GenerationConfig, PreTrainedTokenizerBase

#: Below this temperature nothing changes any more, but for numbers that no float32 holds.
COLDEST = 1e-4
#: Of this many likeliest tokens the likelier ones are looked for first; mostly they are among them.
_LIKELIEST = 64
#: Bits of a tune's key below those of the attempt: one tune may be drawn several times, and the best is kept.
NUMBER_BITS = 40
#: Steps for which noise is drawn at a time.
_BLOCK = 16


def number_of(key: int) -> int:
    """The number of a tune in the key of an attempt at it."""
    return key & (1 << NUMBER_BITS) - 1


class Noise:
    """Uniform numbers for one tune: (tokens,) of each step, the same for the same, whatever went before."""

    def __init__(self, seed: int, tune: int, size: int) -> None:
        self._key = np.array([seed, tune], dtype=np.uint64)
        self._size = size
        self._block = -1
        self._numbers = np.empty((0, size))

    @property
    def chance(self) -> float:
        """A number of its own, between 0 and 1, for what is decided once a tune."""
        bits = np.random.Philox(key=self._key, counter=[0, 0, 1, 0])
        return float(np.random.Generator(bits).random())

    def of(self, step: int) -> npt.NDArray[np.float64]:
        """The numbers of a step, between 0 and 1: (tokens,) float64."""
        block, within = divmod(step, _BLOCK)
        if block != self._block:
            bits = np.random.Philox(key=self._key, counter=[0, 0, 0, block])
            self._numbers = np.random.Generator(bits).random((_BLOCK, self._size))
            self._block = block
        numbers: npt.NDArray[np.float64] = self._numbers[within]
        return numbers


def likelier(scores: Tensor, sampling: Sampling) -> tuple[Tensor, Tensor]:
    """The tokens that may be drawn, sharpened: their scores and numbers, both (rows, kept).

    scores: (rows, tokens) float32, -inf where a token may not come. Top-k, top-p and min-p are those of
    transformers: the likelier ones of what the mask leaves, at this temperature. What falls away is -inf.
    """
    if sampling.temperature == 0:
        return scores.max(-1, keepdim=True)
    if sampling.temperature != 1:
        scores = scores / max(sampling.temperature, COLDEST)
    if sampling.top_p >= 1 and not sampling.top_k and not sampling.min_p:
        return scores, torch.arange(scores.shape[1]).expand(scores.shape)
    size = min(scores.shape[1], sampling.top_k or _LIKELIEST)
    values, tokens = scores.topk(size)
    if sampling.top_k:
        whole = values.logsumexp(-1, keepdim=True)
    else:
        whole = scores.logsumexp(-1, keepdim=True)
        if size < scores.shape[1] and bool(((values - whole).exp().sum(-1) < sampling.top_p).any()):
            values, tokens = scores.sort(-1, descending=True)
    shares = (values - whole).exp()
    if sampling.top_p < 1:
        above = shares.cumsum(-1) - shares
        values = values.masked_fill(above >= sampling.top_p, -torch.inf)
    if sampling.min_p:
        values = values.masked_fill(shares < sampling.min_p * shares[:, :1], -torch.inf)
    return values, tokens


def noisy(values: Tensor, tokens: Tensor, noises: Sequence[npt.NDArray[np.float64]]) -> Tensor:
    """The scores with Gumbel noise: (rows, kept). `noises` are each row's uniform numbers, (tokens,)."""
    numbers = np.stack([noise[row] for noise, row in zip(noises, tokens.numpy(), strict=True)])
    gumbel = -np.log(-np.log(numbers + 1e-300) + 1e-300)
    return values + torch.from_numpy(gumbel.astype(np.float32))


def drawn(scores: Tensor, sampling: Sampling, noises: Sequence[npt.NDArray[np.float64]]) -> Tensor:
    """One token a row: (rows,) int64. scores: (rows, tokens) float32."""
    values, tokens = likelier(scores, sampling)
    if sampling.temperature > 0:
        values = noisy(values, tokens, noises)
    return tokens.gather(1, values.argmax(-1, keepdim=True))[:, 0]


def text_until_end(tokenizer: PreTrainedTokenizerBase, ids: list[int]) -> tuple[str, bool]:
    """The text of drawn tokens up to the end token, and whether there was one."""
    end = tokenizer.eos_token_id
    ended = end in ids
    kept = ids[: ids.index(end)] if ended else ids
    text: Any = tokenizer.decode(kept, skip_special_tokens=True, clean_up_tokenization_spaces=False)
    return text, ended


@contextlib.contextmanager
def only_these(model: Any, settings: GenerationConfig) -> Iterator[None]:
    """Let `generate()` follow these settings alone; else it fills gaps from the model's own."""
    own = model.generation_config
    model.generation_config = settings
    try:
        yield
    finally:
        model.generation_config = own
