"""The decoding loop: many tunes at once, a token each a step. It knows neither notes nor metres.

When a tune has come to its end, the next takes its row, where the decoder lets rows begin anew; memory is
that of the rows, however many tunes are asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Generic, Protocol, TypeVar

import numpy as np
import numpy.typing as npt
import torch

from abcgen.generation.controls import Sampling
from abcgen.generation.decoders import Decoder
from abcgen.generation.sampling import Noise, Scores, Tokens, drawn, number_of
from abcgen.generation.vocabulary import Mask

#: Tunes that go through the model together.
ROWS = 64


class Follower(Protocol):
    """What says which tokens may come next in one text."""

    @property
    def given(self) -> tuple[int, ...]:
        """The tokens before the first that is drawn."""

    @property
    def in_common(self) -> bool:
        """Whether what comes is the same in all attempts at a number."""

    @property
    def whole(self) -> bool:
        """Whether the text has come to its end."""

    def mask(self) -> Mask:
        """The tokens that may come: (tokens,) bool."""

    def take(self, token: int, likelihood: float = 0.0) -> None:
        """Go on by a token; `likelihood` is the model's own for it, as a natural logarithm."""


F = TypeVar("F", bound=Follower)


class _Row(Generic[F]):
    """A text in the making: what follows it, its noise, what of it is still to be read."""

    def __init__(self, key: int, follower: F, seed: int, size: int) -> None:
        self.key = key
        self.follower = follower
        self._common = Noise(seed, number_of(key), size)
        self._noise = self._common if key == number_of(key) else Noise(seed, key, size)
        self.waiting = list(reversed(follower.given))
        self.step = 0

    def noise(self) -> npt.NDArray[np.float64]:
        """The noise of the next step."""
        return (self._common if self.follower.in_common else self._noise).of(self.step)


def decode(
    decoder: Callable[[int], Decoder],
    begin: Callable[[int], F],
    keys: Iterator[int],
    sampling: Sampling,
    seed: int,
    size: int,
    rows: int = ROWS,
    *,
    every: bool = False,
    weighed: bool = False,
) -> Iterator[tuple[int, F]]:
    """The texts of all `keys`, each as soon as it is whole, with its key: a number, or another attempt at it.

    With `every` they are given after each token; `weighed` tells what follows them how likely each token was.
    Of `keys` there may be more when a text is whole than there were before. `decoder` makes a decoder of so
    many rows, `begin` what follows the text of a key; `size` is the number of tokens. What is drawn for a key
    hangs on it and the seed alone.
    """

    def row(key: int) -> _Row[F]:
        return _Row(key, begin(key), seed, size)

    while True:
        first = [row(key) for _, key in zip(range(rows), keys, strict=False)]
        if not first:
            return
        yield from _together(decoder(len(first)), first, map(row, keys), sampling, every, weighed)


def _together(
    decoder: Decoder,
    rows: list[_Row[F]],
    later: Iterator[_Row[F]],
    sampling: Sampling,
    every: bool,
    weighed: bool,
) -> Iterator[tuple[int, F]]:
    """The texts of these rows, and of those that take their place where that can be."""
    going = len(rows)
    tokens = torch.zeros(len(rows), dtype=torch.int64)
    while going:
        for at, row in enumerate(rows):
            if row.waiting:
                tokens[at] = row.waiting.pop()
        scores = decoder.step(tokens).numpy()
        drawing = [at for at, row in enumerate(rows) if not row.waiting and not row.follower.whole]
        if not drawing:
            continue
        masks = [rows[at].follower.mask() for at in drawing]
        scores = scores if len(drawing) == len(rows) else scores[drawing]
        noises = [rows[at].noise() for at in drawing]
        chosen = drawn(_allowed(scores, masks), sampling, noises)
        likely = _likelihoods(scores, chosen) if weighed else [0.0] * len(drawing)
        for at, token, likelihood in zip(drawing, chosen.tolist(), likely, strict=True):
            row = rows[at]
            row.follower.take(token, likelihood)
            row.step += 1
            tokens[at] = token
            if every or row.follower.whole:
                yield row.key, row.follower
            if not row.follower.whole:
                continue
            following = next(later, None) if decoder.restarts else None
            if following is None:
                going -= 1
            else:
                rows[at] = following
                decoder.restart(at)
        if decoder.restarts and 0 < going <= len(rows) // 2:
            kept = [at for at, row in enumerate(rows) if not row.follower.whole]
            decoder.keep(kept)
            rows, tokens = [rows[at] for at in kept], tokens[kept]


def _likelihoods(scores: Scores, tokens: Tokens) -> list[float]:
    """How likely the model takes each token to be, of all that there are, as natural logarithms."""
    most = scores.max(-1)
    whole = most + np.log(np.exp(scores - most[:, None]).sum(-1))
    found: list[float] = (scores[np.arange(len(scores)), tokens] - whole).tolist()
    return found


def _allowed(scores: Scores, masks: Sequence[Mask]) -> Scores:
    """Scores with -inf for what may not come; a model may know more tokens than the tokenizer."""
    together = np.stack(masks)
    return np.where(together, scores[:, : together.shape[1]], np.float32(-np.inf))
