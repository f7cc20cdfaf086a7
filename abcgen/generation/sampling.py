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

from abcgen.generation.controls import Sampling

if TYPE_CHECKING:
    from transformers import GenerationConfig, PreTrainedTokenizerBase

#: float32 scores, (rows, tokens), and int64 numbers of tokens.
Scores = npt.NDArray[np.float32]
Tokens = npt.NDArray[np.int64]
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


def likelier(scores: Scores, sampling: Sampling) -> tuple[Scores, Tokens]:
    """The tokens that may be drawn, sharpened: their scores and numbers, both (rows, kept).

    scores: (rows, tokens), -inf where a token may not come. Top-k, top-p and min-p are those of transformers:
    the likelier ones of what the mask leaves, at this temperature. What falls away is -inf.
    """
    rows = np.arange(len(scores))[:, None]
    if sampling.temperature == 0:
        best = scores.argmax(-1)[:, None]
        return scores[rows, best], best
    if sampling.temperature != 1:
        scores = scores / np.float32(max(sampling.temperature, COLDEST))
    every = scores.shape[1]
    if sampling.top_p >= 1 and not sampling.top_k and not sampling.min_p:
        return scores, np.broadcast_to(np.arange(every), scores.shape)
    size = min(every, sampling.top_k or _LIKELIEST)
    tokens = np.argpartition(scores, every - size, axis=-1)[:, every - size :]
    tokens = tokens[rows, np.argsort(-scores[rows, tokens], axis=-1, kind="stable")]
    values = scores[rows, tokens]
    counted = values if sampling.top_k else scores
    whole = values[:, :1] + np.log(np.exp(counted - values[:, :1]).sum(-1, keepdims=True))
    shares = np.exp(values - whole)
    if size < every and not sampling.top_k and bool((shares.sum(-1) < sampling.top_p).any()):
        tokens = np.argsort(-scores, axis=-1, kind="stable")
        values = scores[rows, tokens]
        shares = np.exp(values - whole)
    if sampling.top_p < 1:
        values[shares.cumsum(-1) - shares >= sampling.top_p] = -np.inf
    if sampling.min_p:
        values[shares < np.float32(sampling.min_p) * shares[:, :1]] = -np.inf
    return values, tokens


def noisy(values: Scores, tokens: Tokens, noises: Sequence[npt.NDArray[np.float64]]) -> Scores:
    """The scores with Gumbel noise: (rows, kept). `noises` are each row's uniform numbers, (tokens,)."""
    numbers = np.stack([noise[row] for noise, row in zip(noises, tokens, strict=True)])
    gumbel = -np.log(-np.log(numbers + 1e-300) + 1e-300)
    return values + gumbel.astype(np.float32)


def drawn(scores: Scores, sampling: Sampling, noises: Sequence[npt.NDArray[np.float64]]) -> Tokens:
    """One token a row: (rows,). scores: (rows, tokens)."""
    values, tokens = likelier(scores, sampling)
    if sampling.temperature > 0:
        values = noisy(values, tokens, noises)
    found: Tokens = tokens[np.arange(len(tokens)), values.argmax(-1)]
    return found


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
